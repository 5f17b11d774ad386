"""Approval routing: which approvals a bill or a vendor credit needs, and when its approvers are asked anew.

Whoever enters, changes, archives or restores one calls this under its lock (`bills.py`, `credits/vendor_credits.py`);
what approvers then do is in `bill_approvals.py` and `credits/credit_approvals.py`. Credits are approved as bills are
(contract v2.md §5.5).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeVar

from billfold.approvals import requests
from billfold.approvals.model import ApprovalStatus, Approver, Facts, RuleKey, Subject, SubjectKind
from billfold.kit.ctx import Ctx
from billfold.kit.records import replace
from billfold.payables.bills.model import Bill, BillLine
from billfold.payables.credits.model import VendorCredit, VendorCreditLine
from billfold.rails import fx

D = TypeVar("D", Bill, VendorCredit)
Lines = Sequence[BillLine] | Sequence[VendorCreditLine]

#: Where a bill names what rules ask for; a vendor credit names none itself.
_OF_BILL: Final[Mapping[RuleKey, str]] = {
    RuleKey.CHART_OF_ACCOUNT: "chart_of_account_id",
    RuleKey.ACCOUNTING_CLASS: "accounting_class_id",
    RuleKey.DEPARTMENT: "department_id",
    RuleKey.LOCATION: "location_id",
    RuleKey.ITEM: "item_id",
}
#: Where the lines of both do.
_OF_LINE: Final[Mapping[RuleKey, str]] = {
    **_OF_BILL,
    RuleKey.JOB: "job_id",
    RuleKey.EMPLOYEE: "employee_id",
    RuleKey.CUSTOMER: "customer_id",
}


def subject_of(document: Bill | VendorCredit) -> Subject:
    """The bill or credit as approvals know it."""
    return Subject(SubjectKind.BILL if isinstance(document, Bill) else SubjectKind.VENDOR_CREDIT, document.id)


def route_new(ctx: Ctx, document: D, lines: Lines, by_hand: Sequence[Approver] = ()) -> D:
    """What is about to be stored, with its approvers asked, first those named by hand."""
    status = requests.ask(
        ctx,
        subject_of(document),
        lambda: facts_of(document, lines),
        created_by=document.created_by,
        manual=by_hand,
    )
    return replace(document, approval_status=status)


def route_changed_bill(ctx: Ctx, before: Bill, lines_before: Lines, bill: Bill, lines: Lines) -> Bill:
    """The changed bill: its approvers are asked anew if what they look at is another, and there is still to pay."""
    if _basis(bill, lines) == _basis(before, lines_before) or _is_paid_for(bill):
        return bill
    return route_again(ctx, bill, lines)


def route_changed_credit(
    ctx: Ctx, before: VendorCredit, lines_before: Lines, credit: VendorCredit, lines: Lines
) -> VendorCredit:
    """The changed credit: its approvers are asked anew if what they look at is another, and some of it is left."""
    same = (facts_of(credit, lines), _named_by(lines)) == (facts_of(before, lines_before), _named_by(lines_before))
    return credit if same or not credit.rest_minor else route_again(ctx, credit, lines)


def route_again(ctx: Ctx, document: D, lines: Lines) -> D:
    """The bill or credit with its approvers asked anew: whatever they said is stale."""
    status = requests.ask_anew(
        ctx, subject_of(document), lambda: facts_of(document, lines), created_by=document.created_by
    )
    return replace(document, approval_status=status)


def end_routing(ctx: Ctx, document: D) -> D:
    """What goes out of use: nobody has to approve it. What was decided stays so."""
    if not document.approval_status.outstanding or document.approval_status is ApprovalStatus.DENIED:
        return document
    requests.withdraw(ctx, subject_of(document))
    return replace(document, approval_status=ApprovalStatus.UNASSIGNED)


def facts_of(document: Bill | VendorCredit, lines: Lines) -> Facts:
    """What policies look at."""
    amount = fx.in_dollars(document.amount_minor, document.currency, document.exchange_rate)
    ids: dict[RuleKey, frozenset[str]] = {RuleKey.VENDOR: frozenset({document.vendor_id})}
    for key, field in _OF_LINE.items():
        named = {getattr(line, field) for line in lines}
        if key in _OF_BILL and isinstance(document, Bill):
            named.add(getattr(document, field))
        ids[key] = frozenset(one for one in named if one is not None)
    return Facts(amount, ids)


def _basis(bill: Bill, lines: Lines) -> tuple[object, ...]:
    """What approvers of a bill approve: whom to pay, how much, and what for."""
    header = (bill.vendor_id, bill.amount_minor, bill.currency, bill.exchange_rate)
    classified = tuple(getattr(bill, field) for field in _OF_BILL.values())
    return (*header, *classified, *_named_by(lines))


def _named_by(lines: Lines) -> list[tuple[object, ...]]:
    return [(line.amount_minor, *(getattr(line, field) for field in _OF_LINE.values())) for line in lines]


def _is_paid_for(bill: Bill) -> bool:
    """Vendor and amount of such a bill can no longer change, and coding it otherwise asks for no money."""
    return bool(bill.scheduled_minor or bill.paid_minor) and bill.due_minor <= 0
