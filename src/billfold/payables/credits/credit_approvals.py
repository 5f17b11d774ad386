"""What approvers do with vendor credits, as they do with bills (contract v2.md §5.5, §7.4).

Everything happens under the credit's lock, as its changes and uses do.
"""

from __future__ import annotations

from collections.abc import Sequence

from billfold.approvals import requests
from billfold.approvals.model import ApprovalStatus, Decision
from billfold.identity.permissions import require_no_sync_token
from billfold.kit.ctx import Ctx
from billfold.kit.records import replace
from billfold.payables.approval_routing import facts_of, route_again, subject_of
from billfold.payables.credits import store
from billfold.payables.credits.credit_applications import CreditIsArchived
from billfold.payables.credits.model import VendorCredit
from billfold.payables.credits.vendor_credits import lock_credit
from billfold.payables.events import VendorCreditUpdated

_CHANGE_APPROVERS = "change the approvers of vendor credits"


def decide(ctx: Ctx, credit_id: str, decision: Decision, *, comment: str | None = None) -> VendorCredit:
    """The actor approves or denies the credit. Raises `NotFound`, `CreditIsArchived`, and as `requests.decide`."""
    credit = _lock(ctx, credit_id)
    return _store(ctx, credit, requests.decide(ctx, subject_of(credit), decision, comment))


def set_approvers(ctx: Ctx, credit_id: str, approver_ids: Sequence[str]) -> VendorCredit:
    """Ask these, and whom the policies name besides. Raises `NotFound`, and as `requests.set_approvers`."""
    require_no_sync_token(ctx.actor, _CHANGE_APPROVERS)
    credit = _lock(ctx, credit_id)
    lines = store.LINES.of(ctx.tx, ctx.organization_id, credit.id)
    status = requests.set_approvers(
        ctx, subject_of(credit), lambda: facts_of(credit, lines), approver_ids, created_by=credit.created_by
    )
    return _store(ctx, credit, status)


def clear_approvers(ctx: Ctx, credit_id: str) -> VendorCredit:
    """Ask nobody any more, whatever was said; whom the policies name is asked from the start. Raises `NotFound`."""
    require_no_sync_token(ctx.actor, _CHANGE_APPROVERS)
    credit = _lock(ctx, credit_id)
    requests.withdraw(ctx, subject_of(credit))
    cleared = route_again(ctx, credit, store.LINES.of(ctx.tx, ctx.organization_id, credit.id))
    return _store(ctx, credit, cleared.approval_status)


def _lock(ctx: Ctx, credit_id: str) -> VendorCredit:
    credit = lock_credit(ctx, credit_id)
    if credit.archived:
        raise CreditIsArchived(credit_id=credit.id)
    return credit


def _store(ctx: Ctx, before: VendorCredit, status: ApprovalStatus) -> VendorCredit:
    credit = replace(before, approval_status=status, updated_at=ctx.now)
    store.VENDOR_CREDITS.update(ctx.tx, credit, "approval_status", "updated_at")
    if status is not before.approval_status:
        ctx.emit(VendorCreditUpdated(credit))
    return credit
