"""Approval routing: which approvals a vendor credit needs, as a bill does (contract v2.md §5.5).

`vendor_credits.py` calls this under the credit's lock; what approvers do is in `credit_approvals.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

from billfold.approvals import requests
from billfold.approvals.model import ApprovalStatus, Facts, RuleKey, Subject, SubjectKind
from billfold.kit.ctx import Ctx
from billfold.kit.records import replace
from billfold.payables.bill_routing import OF_LINE
from billfold.payables.credits.model import VendorCredit, VendorCreditLine
from billfold.rails import fx


def subject_of(credit_id: str) -> Subject:
    """The credit as approvals know it."""
    return Subject(SubjectKind.VENDOR_CREDIT, credit_id)


def route_new(ctx: Ctx, credit: VendorCredit, lines: Sequence[VendorCreditLine]) -> VendorCredit:
    """A credit that is about to be stored, with its approvers asked."""
    status = requests.ask(ctx, subject_of(credit.id), lambda: facts_of(credit, lines), created_by=credit.created_by)
    return replace(credit, approval_status=status)


def route_changed(
    ctx: Ctx,
    before: VendorCredit,
    lines_before: Sequence[VendorCreditLine],
    credit: VendorCredit,
    lines: Sequence[VendorCreditLine],
) -> VendorCredit:
    """The changed credit: its approvers are asked anew if what they look at is another, and some of it is left."""
    same = (facts_of(credit, lines), _amounts(lines)) == (facts_of(before, lines_before), _amounts(lines_before))
    return credit if same or not credit.rest_minor else route_again(ctx, credit, lines)


def route_again(ctx: Ctx, credit: VendorCredit, lines: Sequence[VendorCreditLine]) -> VendorCredit:
    """The credit with its approvers asked anew: whatever they said is stale."""
    status = requests.ask_anew(
        ctx, subject_of(credit.id), lambda: facts_of(credit, lines), created_by=credit.created_by
    )
    return replace(credit, approval_status=status)


def end_routing(ctx: Ctx, credit: VendorCredit) -> VendorCredit:
    """The credit on its way out of use: nobody has to approve it. One that was decided stays so."""
    if not credit.approval_status.outstanding or credit.approval_status is ApprovalStatus.DENIED:
        return credit
    requests.withdraw(ctx, subject_of(credit.id))
    return replace(credit, approval_status=ApprovalStatus.UNASSIGNED)


def facts_of(credit: VendorCredit, lines: Sequence[VendorCreditLine]) -> Facts:
    """What policies look at."""
    amount = fx.in_dollars(credit.amount_minor, credit.currency, credit.exchange_rate)
    ids: dict[RuleKey, frozenset[str]] = {RuleKey.VENDOR: frozenset({credit.vendor_id})}
    for key, field in OF_LINE.items():
        ids[key] = frozenset(one for line in lines if (one := getattr(line, field)) is not None)
    return Facts(amount, ids)


def _amounts(lines: Sequence[VendorCreditLine]) -> list[tuple[object, ...]]:
    return [(line.amount_minor, *(getattr(line, field) for field in OF_LINE.values())) for line in lines]
