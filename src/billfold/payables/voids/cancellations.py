"""Calling a payment off before its cut-off."""

from __future__ import annotations

from billfold.kit.ctx import Ctx
from billfold.kit.errors import Refusal, StateForbids
from billfold.kit.records import replace
from billfold.ledger import Code, void_pending
from billfold.payables.events import PaymentCancelled
from billfold.payables.payments import store as payment_store
from billfold.payables.payments.funding_sources import require_payer_of
from billfold.payables.payments.model import PaymentView, SingleStatus, Stage
from billfold.payables.payments.payment_states import TRANSITIONS
from billfold.payables.payments.payments import STEPPED, get_payment, lock_for_payment, move_bills
from billfold.rails import transfers
from billfold.rails.model import Leg


class CancelTooLate(Refusal):
    """A payment can be cancelled until its cut-off; after that it can only be voided."""

    sentence = "The payment {payment_id} is {status} and can no longer be cancelled."


def cancel_payment(ctx: Ctx, payment_id: str) -> PaymentView:
    """Call a payment off: both legs, the pending posting, and its bills' scheduled amounts.

    Raises `NotFound`, `MayNotPay`, `CancelTooLate`.
    """
    view = get_payment(ctx, payment_id)
    payment, bills = lock_for_payment(ctx, view)
    require_payer_of(ctx, payment)
    try:
        status = TRANSITIONS.step(payment.id, payment.single_status, SingleStatus.CANCELED)
        # A file may have the credit while the book transfer of the same cut-off is still to be posted.
        for leg in (Leg.FUNDING, Leg.DISBURSEMENT):
            transfers.cancel(ctx, transfers.leg_of(ctx, payment.id, leg))
    except StateForbids as refusal:
        raise CancelTooLate(payment_id=payment.id, status=payment.single_status) from refusal
    cancelled = replace(
        payment, single_status=status, stage=Stage.GIVEN_BACK, cancel_requested=True, updated_at=ctx.now
    )
    payment_store.PAYMENTS.update(ctx.tx, cancelled, *STEPPED, "cancel_requested")
    move_bills(ctx, bills, view, (payment.stage, Stage.GIVEN_BACK))
    void_pending(ctx, payment.id, Code.DISBURSEMENT)
    ctx.emit(PaymentCancelled(cancelled))
    return replace(view, payment=cancelled)
