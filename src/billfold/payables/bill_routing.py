"""Approval routing: which approvals a bill needs, whenever it is entered, changed, archived or restored.

`payables/bills.py` calls this under the bill's lock; what approvers then do is in `payables/bill_approvals.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from billfold.approvals import requests
from billfold.approvals.model import ApprovalStatus, Facts, RuleKey, Subject, SubjectKind
from billfold.kit.ctx import Ctx
from billfold.kit.records import replace
from billfold.parties.model import Vendor
from billfold.payables import approver_memory
from billfold.payables.model import Bill, BillLine
from billfold.rails import fx

#: Where a bill and its lines name what rules ask for.
_OF_BILL: Final[Mapping[RuleKey, str]] = {
    RuleKey.CHART_OF_ACCOUNT: "chart_of_account_id",
    RuleKey.ACCOUNTING_CLASS: "accounting_class_id",
    RuleKey.DEPARTMENT: "department_id",
    RuleKey.LOCATION: "location_id",
    RuleKey.ITEM: "item_id",
}
#: So do those of a vendor credit, which names none itself.
OF_LINE: Final[Mapping[RuleKey, str]] = {
    **_OF_BILL,
    RuleKey.JOB: "job_id",
    RuleKey.EMPLOYEE: "employee_id",
    RuleKey.CUSTOMER: "customer_id",
}


def subject_of(bill_id: str) -> Subject:
    """The bill as approvals know it."""
    return Subject(SubjectKind.BILL, bill_id)


def route_new(ctx: Ctx, bill: Bill, lines: Sequence[BillLine], vendor: Vendor) -> Bill:
    """A bill that is about to be stored, with its approvers asked, first those the vendor is remembered with."""
    status = requests.ask(
        ctx,
        subject_of(bill.id),
        lambda: facts_of(bill, lines),
        created_by=bill.created_by,
        manual=approver_memory.remembered(ctx, vendor),
    )
    return replace(bill, approval_status=status)


def route_changed(
    ctx: Ctx, before: Bill, lines_before: Sequence[BillLine], bill: Bill, lines: Sequence[BillLine]
) -> Bill:
    """The changed bill: its approvers are asked anew if what they look at is another, and there is still to pay."""
    if _basis(bill, lines) == _basis(before, lines_before) or _is_paid_for(bill):
        return bill
    return route_again(ctx, bill, lines)


def route_again(ctx: Ctx, bill: Bill, lines: Sequence[BillLine]) -> Bill:
    """The bill with its approvers asked anew: whatever they said is stale."""
    status = requests.ask_anew(ctx, subject_of(bill.id), lambda: facts_of(bill, lines), created_by=bill.created_by)
    return replace(bill, approval_status=status)


def end_routing(ctx: Ctx, bill: Bill) -> Bill:
    """The bill on its way out of use: nobody has to approve it. One that was decided stays so."""
    if not bill.approval_status.outstanding or bill.approval_status is ApprovalStatus.DENIED:
        return bill
    requests.withdraw(ctx, subject_of(bill.id))
    return replace(bill, approval_status=ApprovalStatus.UNASSIGNED)


def facts_of(bill: Bill, lines: Sequence[BillLine]) -> Facts:
    """What policies look at."""
    amount = fx.in_dollars(bill.amount_minor, bill.currency, bill.exchange_rate)
    ids: dict[RuleKey, frozenset[str]] = {RuleKey.VENDOR: frozenset({bill.vendor_id})}
    for key, field in OF_LINE.items():
        named = {getattr(line, field) for line in lines}
        if key in _OF_BILL:
            named.add(getattr(bill, field))
        ids[key] = frozenset(one for one in named if one is not None)
    return Facts(amount, ids)


def _basis(bill: Bill, lines: Sequence[BillLine]) -> tuple[object, ...]:
    """What approvers approve: whom to pay, how much, and what for."""
    header = (bill.vendor_id, bill.amount_minor, bill.currency, bill.exchange_rate)
    classified = tuple(getattr(bill, field) for field in _OF_BILL.values())
    of_lines = [(line.amount_minor, *(getattr(line, field) for field in OF_LINE.values())) for line in lines]
    return (*header, *classified, *of_lines)


def _is_paid_for(bill: Bill) -> bool:
    """Vendor and amount of such a bill can no longer change, and coding it otherwise asks for no money."""
    return bool(bill.scheduled_minor or bill.paid_minor) and bill.due_minor <= 0
