"""An attempt that is refused leaves nothing: no row, no event, no job, no number."""

from __future__ import annotations

import pytest

from billfold.accounting import classifications
from billfold.accounting.model import ClassificationDraft, Kind
from billfold.kit.errors import InvalidField, NotFound, Refusals
from billfold.kit.events import list_events
from billfold.kit.query import Query


def job(ctx, name):
    return classifications.create(ctx, Kind.JOB, ClassificationDraft(name=name))


def names(ctx):
    return [one.name for one in classifications.list_of_kind(ctx, Kind.JOB, Query()).items]


def attempt(ctx, name, refusal):
    with pytest.raises(type(refusal)):
        do_and_raise(ctx, name, refusal)


def do_and_raise(ctx, name, error):
    with ctx.attempt():
        job(ctx, name)
        ctx.schedule("a.job", ctx.now, key=name)
        raise error


@pytest.mark.parametrize("refusal", [NotFound("job", "x"), Refusals([InvalidField("name", "is bad")])])
def test_what_was_refused_is_undone_and_what_came_before_and_after_stays(company, refusal):
    with company.ctx() as ctx:
        first = job(ctx, "first")
        attempt(ctx, "refused", refusal)
        with ctx.attempt():
            second = job(ctx, "second")
        assert names(ctx) == ["first", "second"]
    with company.ctx() as ctx:
        assert names(ctx) == ["first", "second"]
        made = [
            one.subject_id for one in list_events(ctx.tx, ctx.organization_id) if one.name == "ClassificationCreated"
        ]
        assert made[-2:] == [first.id, second.id]
        assert (
            ctx.tx.all("SELECT key FROM jobs WHERE organization_id = ? AND name = 'a.job'", (ctx.organization_id,))
            == []
        )


def test_an_attempt_within_an_attempt_is_undone_alone(company):
    with company.ctx() as ctx:
        with ctx.attempt():
            job(ctx, "outer")
            attempt(ctx, "inner", NotFound("job", "x"))
        assert names(ctx) == ["outer"]


def test_numbers_are_reserved_anew_after_an_attempt(company):
    with company.ctx() as ctx:
        attempt(ctx, "refused", NotFound("job", "x"))
        ids = [job(ctx, str(number)).id for number in range(3)]
    assert len(set(ids)) == 3


def test_our_own_fault_in_an_attempt_ends_the_transaction(company):
    with pytest.raises(ZeroDivisionError), company.ctx() as ctx:
        do_and_raise(ctx, "lost", ZeroDivisionError())
    with company.ctx() as ctx:
        assert names(ctx) == []
