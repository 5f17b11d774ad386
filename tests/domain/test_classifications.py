"""Classifications: what two requests may race for, and what makes many in few statements."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event as Flag
from typing import Any

import pytest

from billfold.accounting import classifications, merging, payment_terms
from billfold.accounting.model import ClassificationDraft, Kind, PaymentTermDraft
from billfold.accounting.payment_terms import PaymentTermExists, PaymentTermIsArchived
from billfold.accounting.trees import ClassificationIsArchived
from billfold.kit.errors import InvalidField
from tests.builders import Company, refused

JOB = Kind.JOB


def made(company: Company, *names: str, **more: Any) -> list[str]:
    with company.ctx() as ctx:
        drafts = [ClassificationDraft(name=name, **more) for name in names]
        return [one.id for one in classifications.create_all(ctx, JOB, drafts)]


def move(ctx: Any, own_id: str, parent_id: str) -> Any:
    return classifications.update(ctx, JOB, own_id, {"parent_id": parent_id})


def raced(company: Company, first: Any, second: Any) -> Any:
    """What the second piece of work is refused with, begun while the first is done and not yet committed."""
    done, go_on = Flag(), Flag()

    def lead() -> None:
        with company.ctx() as ctx:
            first(ctx)
            done.set()
            go_on.wait(10)

    with ThreadPoolExecutor(2) as threads:
        leading = threads.submit(lead)
        assert done.wait(10)
        following = threads.submit(refused, company, second)
        # On either database the second one waits for the first: it cannot be over yet.
        with pytest.raises(TimeoutError):
            following.result(timeout=0.3)
        go_on.set()
        leading.result(10)
        return following.result(10)


def test_two_moves_that_would_make_a_circle_together_do_not(company: Company) -> None:
    a, b = made(company, "A", "B")
    refusal = raced(company, lambda ctx: move(ctx, a, b), lambda ctx: move(ctx, b, a))
    assert (type(refusal), refusal.text) == (InvalidField, "would make a cycle")


def test_nor_do_moves_that_have_no_object_in_common(company: Company) -> None:
    a, b, c, d = made(company, "A", "B", "C", "D")
    with company.ctx() as ctx:
        move(ctx, b, a)
        move(ctx, d, c)
    refusal = raced(company, lambda ctx: move(ctx, a, d), lambda ctx: move(ctx, c, b))
    assert (type(refusal), refusal.text) == (InvalidField, "would make a cycle")


def test_a_child_that_comes_while_its_parent_is_archived_is_refused(company: Company) -> None:
    (parent,) = made(company, "Parent")
    draft = ClassificationDraft(name="Child", parent_id=parent)
    refusal = raced(
        company,
        lambda ctx: classifications.archive(ctx, JOB, parent),
        lambda ctx: classifications.create(ctx, JOB, draft),
    )
    assert isinstance(refusal, ClassificationIsArchived)


def test_a_child_that_comes_while_its_parent_is_merged_away_is_refused(company: Company) -> None:
    parent, other, stray = made(company, "Parent", "Other", "Stray")
    refusal = raced(company, lambda ctx: merging.merge(ctx, JOB, parent, other), lambda ctx: move(ctx, stray, parent))
    assert isinstance(refusal, ClassificationIsArchived)


def test_two_payment_terms_of_as_many_days_do_not_come_at_once(company: Company) -> None:
    draft = PaymentTermDraft(name="Net 30", days_due=30)
    refusal = raced(company, lambda ctx: payment_terms.create(ctx, draft), lambda ctx: payment_terms.create(ctx, draft))
    assert isinstance(refusal, PaymentTermExists)


def test_fifty_are_made_in_as_many_statements_as_one(company: Company) -> None:
    (parent,) = made(company, "Parent")
    counts = []
    for many in (1, 50):
        statements: list[str] = []
        company.database.observer = lambda sql, _, seen=statements: seen.append(sql)
        made(company, *map(str, range(many)), parent_id=parent)
        company.database.observer = None
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_what_a_document_names_already_may_be_archived_since(company: Company) -> None:
    with company.ctx() as ctx:
        term = payment_terms.create(ctx, PaymentTermDraft(name="Net 30", days_due=30)).id
        payment_terms.require_usable(ctx, term)
        payment_terms.archive(ctx, term)
        payment_terms.require_usable(ctx, None)
        payment_terms.require_usable(ctx, term, already_named=term)
    assert isinstance(refused(company, lambda ctx: payment_terms.require_usable(ctx, term)), PaymentTermIsArchived)
