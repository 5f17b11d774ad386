"""What approvers do with bills (contract v3-payables.md §5, v2.md §7.4).

Everything happens under the bill's lock, as its changes and payments do: an approval counts for the bill as it is, a
change makes it stale, and a payment finds what was approved.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from billfold.approvals import requests
from billfold.approvals.model import ApprovalStatus, Decision, StepStatus, StepView, SubjectKind
from billfold.identity.permissions import require_no_sync_token
from billfold.kit.ctx import Ctx
from billfold.kit.errors import Refusal, existing
from billfold.kit.events import Event
from billfold.kit.money import is_in_range, to_decimal
from billfold.kit.records import replace
from billfold.parties.vendors import get_vendor
from billfold.payables.approval_routing import facts_of, route_again, subject_of
from billfold.payables.bills import approver_memory, store
from billfold.payables.bills.bills import BillIsArchived, lock_bill, share_vendors
from billfold.payables.bills.model import Bill, BillView
from billfold.payables.events import BillApproved, BillAssigned, BillDenied, BillPartlyApproved, BillUnassigned

_CHANGE_APPROVERS: Final = "change the approvers of bills"
_EVENTS: Final[dict[ApprovalStatus, type[Event]]] = {
    ApprovalStatus.UNASSIGNED: BillUnassigned,
    ApprovalStatus.ASSIGNED: BillAssigned,
    ApprovalStatus.APPROVING: BillPartlyApproved,
    ApprovalStatus.APPROVED: BillApproved,
    ApprovalStatus.DENIED: BillDenied,
}


class BillAmountDiffers(Refusal):
    """The bill is not of the amount that the approver says: somebody changed it meanwhile."""

    sentence = "The bill {bill_id} is of {amount}, not of the amount to approve."


def decide(
    ctx: Ctx, bill_id: str, decision: Decision, *, comment: str | None = None, amount: Decimal | None = None
) -> Bill:
    """The actor approves or denies the bill; `amount`, if given, is the one they saw.

    Raises `NotFound`, `BillIsArchived`, `BillAmountDiffers`, and as `requests.decide`.
    """
    bill = _lock(ctx, bill_id)
    if amount is not None and not (is_in_range(amount) and amount == to_decimal(bill.amount_minor, bill.currency)):
        raise BillAmountDiffers(bill_id=bill.id, amount=to_decimal(bill.amount_minor, bill.currency))
    return _store(ctx, bill, requests.decide(ctx, subject_of(bill), decision, comment))


def set_approvers(ctx: Ctx, bill_id: str, user_ids: Sequence[str]) -> Bill:
    """Ask these users, for the vendor's next bills too, and whom the policies name besides.

    Raises `NotFound`, and as `requests.set_approvers`.
    """
    require_no_sync_token(ctx.actor, _CHANGE_APPROVERS)
    bill = _lock_and_remember(ctx, bill_id, user_ids)
    lines = store.LINES.of(ctx.tx, ctx.organization_id, bill.id)
    status = requests.set_approvers(
        ctx, subject_of(bill), lambda: facts_of(bill, lines), user_ids, created_by=bill.created_by
    )
    return _store(ctx, bill, status)


def clear_approvers(ctx: Ctx, bill_id: str) -> Bill:
    """Ask nobody any more, whatever was said; whom the policies name is asked from the start.

    The vendor's next bills ask nobody else either. Raises `NotFound`.
    """
    require_no_sync_token(ctx.actor, _CHANGE_APPROVERS)
    bill = _lock_and_remember(ctx, bill_id, ())
    requests.withdraw(ctx, subject_of(bill))
    cleared = route_again(ctx, bill, store.LINES.of(ctx.tx, ctx.organization_id, bill.id))
    return _store(ctx, bill, cleared.approval_status)


def reassign(ctx: Ctx, bill_id: str, approver_id: str, to_id: str) -> Bill:
    """Ask somebody else instead of an approver who has not acted. Raises `NotFound`, and as `requests.reassign`."""
    bill = _lock(ctx, bill_id)
    requests.reassign(ctx, subject_of(bill), approver_id, to_id)
    return _store(ctx, bill, bill.approval_status)


def lock_bills(ctx: Ctx, bill_ids: Iterable[str]) -> None:
    """Lock these bills, and their vendors before, in the house's order. Unknown ones refuse later."""
    wanted = sorted(set(bill_ids))
    share_vendors(ctx, store.vendors_of_bills(ctx.tx, ctx.organization_id, wanted).values() if wanted else ())
    if wanted:
        store.BILLS.locked(ctx.tx, ctx.organization_id, wanted)


def approvers_of(ctx: Ctx, bill_ids: Sequence[str]) -> dict[str, list[StepView]]:
    """Who was asked to approve each bill as it is, in order. Shows unknown ids as bills without approvers."""
    return requests.approvers_of(ctx, SubjectKind.BILL, bill_ids)


def require_bill(ctx: Ctx, bill_id: str) -> Bill:
    """The bill. Raises `NotFound`."""
    return existing(store.BILLS.get(ctx.tx, ctx.organization_id, bill_id), "bill", bill_id)


def waiting_for(ctx: Ctx, user_id: str) -> list[BillView]:
    """The bills in use that wait for this user, in the order in which they were asked for; a thousand at most."""
    steps = requests.steps_of_user(ctx, SubjectKind.BILL, user_id, StepStatus.WAITING)
    views = store.views_of_bills(ctx.tx, ctx.organization_id, [step.subject_id for step in steps])
    return [view for step in steps if not (view := views[step.subject_id]).bill.archived]


def _lock_and_remember(ctx: Ctx, bill_id: str, user_ids: Sequence[str]) -> Bill:
    """The bill, locked after its vendor, who remembers the approvers unless the bill just went to another one."""
    vendor = get_vendor(ctx, require_bill(ctx, bill_id).vendor_id, lock=ctx.tx.for_update)
    bill = _lock(ctx, bill_id)
    if bill.vendor_id == vendor.id:
        approver_memory.remember(ctx, vendor, user_ids)
    return bill


def _lock(ctx: Ctx, bill_id: str) -> Bill:
    bill = lock_bill(ctx, bill_id)
    if bill.archived:
        raise BillIsArchived(bill_id=bill.id)
    return bill


def _store(ctx: Ctx, before: Bill, status: ApprovalStatus) -> Bill:
    bill = replace(before, approval_status=status, updated_at=ctx.now)
    store.BILLS.update(ctx.tx, bill, "approval_status", "updated_at")
    if status is not before.approval_status:
        ctx.emit(_EVENTS[status](bill))
    return bill
