"""The refund leg: collected money is back where it came from, or comes back from there."""

from __future__ import annotations

from billfold.kit.ctx import Ctx
from billfold.ledger import Code, post_pending, reverse, void_pending
from billfold.payables.events import PaymentRefunded
from billfold.payables.payments.model import SingleStatus
from billfold.payables.settlement.steps import current, note_return, status_of, step
from billfold.payables.voids.voids import lock_payment
from billfold.rails import calendar
from billfold.rails.model import Transfer


def settled(ctx: Ctx, transfer: Transfer) -> None:
    """The organization has its money again."""
    post_pending(ctx, transfer.subject_id, Code.REFUND)
    ctx.emit(PaymentRefunded(current(ctx, transfer).payment))


def returned(ctx: Ctx, transfer: Transfer) -> None:
    """The organization's own bank refused its money: it waits in clearing, or makes good what was owed for it."""
    lock_payment(ctx, transfer.subject_id)
    if transfer.settled_at is None:
        void_pending(ctx, transfer.subject_id, Code.REFUND)
    else:
        reverse(ctx, transfer.subject_id, Code.REFUND, Code.REFUND_RETURN, calendar.today(ctx.now))
    if status_of(ctx, transfer) is SingleStatus.FUNDING_FAILED_AFTER_REFUND:
        step(ctx, transfer, SingleStatus.FUNDING_FAILED_VOIDED)
    else:
        note_return(ctx, transfer)
