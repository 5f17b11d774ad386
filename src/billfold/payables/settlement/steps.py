"""What every leg needs: one step of the payment because of a transfer, and of the money in its bills."""

from __future__ import annotations

from typing import Any, Final

from billfold.kit.ctx import Ctx
from billfold.kit.records import replace
from billfold.payables.events import PaymentFailed, PaymentUpdated
from billfold.payables.payments import store as payment_store
from billfold.payables.payments.model import Payment, PaymentView, SingleStatus, Stage
from billfold.payables.payments.payment_states import MEANINGS, TRANSITIONS
from billfold.payables.payments.payments import STEPPED, get_payment, lock_alone, lock_for_payment, move_bills
from billfold.rails import calendar, rpps, virtual_cards
from billfold.rails.model import ENDED, Leg, Rail, Transfer, TransferStatus

#: No file has these, so they can be called off.
UNSENT: Final = frozenset({TransferStatus.HELD, TransferStatus.SCHEDULED})
#: What a payment learns of what carries it.
_NUMBERS: Final = (
    "check_number",
    "tracking_number",
    "virtual_card_last4",
    "virtual_card_valid_until",
    "rpps_trace_number",
    "rpps_batch_number",
)


def current(ctx: Ctx, transfer: Transfer) -> PaymentView:
    """The payment that the transfer is a leg of."""
    return get_payment(ctx, transfer.subject_id)


def status_of(ctx: Ctx, transfer: Transfer) -> SingleStatus:
    """Where the payment stands, under its lock."""
    return lock_alone(ctx, transfer.subject_id).single_status


def step(ctx: Ctx, transfer: Transfer, to: SingleStatus) -> Payment:
    """One step of the payment, and of the money in its bills.

    A payment whose funding failed after its disbursement was sent keeps that status, while its money goes on: to the
    vendor, or to the state.
    """
    view = current(ctx, transfer)
    payment, bills = lock_for_payment(ctx, view)
    is_owed = payment.single_status is SingleStatus.FUNDING_FAILED_ACTION_NEEDED
    keeps = is_owed and MEANINGS[to].stage is Stage.PAID and transfer.leg is Leg.DISBURSEMENT
    status = payment.single_status if keeps else TRANSITIONS.step(payment.id, payment.single_status, to)
    stepped = replace(
        payment,
        single_status=status,
        stage=MEANINGS[to].stage or payment.stage,
        sent_on=payment.sent_on or (calendar.fed_day(ctx.now) if to is SingleStatus.SENT else None),
        return_code=transfer.return_code or payment.return_code,
        updated_at=ctx.now,
        **_numbers(ctx, transfer, to),
    )
    payment_store.PAYMENTS.update(ctx.tx, stepped, *STEPPED, "sent_on", "return_code", *_NUMBERS)
    move_bills(ctx, bills, view, (payment.stage, stepped.stage))
    ctx.emit(PaymentFailed(stepped) if transfer.status in ENDED else PaymentUpdated(stepped))
    return stepped


def note_return(ctx: Ctx, transfer: Transfer) -> None:
    """The payment stays where it is, and says why a leg came back."""
    payment = replace(current(ctx, transfer).payment, return_code=transfer.return_code, updated_at=ctx.now)
    payment_store.PAYMENTS.update(ctx.tx, payment, "return_code", "updated_at")
    ctx.emit(PaymentFailed(payment))


def _numbers(ctx: Ctx, transfer: Transfer, to: SingleStatus) -> dict[str, Any]:
    """What the vendor's money can be told by, once it is sent."""
    if to is not SingleStatus.SENT:
        return {}
    if transfer.rail is Rail.VIRTUAL_CARD:
        card = virtual_cards.card_of(ctx, transfer.id)
        return {"virtual_card_last4": card.last4, "virtual_card_valid_until": card.valid_until}
    if transfer.rail is Rail.RPPS:
        number = rpps.batch_of(ctx, transfer).number
        return {"rpps_trace_number": transfer.trace_number, "rpps_batch_number": number}
    return {"check_number": transfer.check_number, "tracking_number": transfer.tracking_number}
