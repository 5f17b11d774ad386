"""What a payment does when its transfers move: the reactions that `wiring.py` connects to the rails' events."""

from __future__ import annotations

from billfold.kit.ctx import Ctx
from billfold.kit.records import replace
from billfold.ledger import MONEY_OUT_CLEARING, Code, Entry, pend, post_pending, reverse, void_pending
from billfold.parties.vendors import get_vendor, note_payment
from billfold.payables import store
from billfold.payables.events import PaymentFailed, PaymentRefunded, PaymentUpdated
from billfold.payables.model import Payment, PaymentView, SingleStatus
from billfold.payables.payment_states import MEANINGS, TRANSITIONS
from billfold.payables.payments import STEPPED, get_payment, lock_for_payment, move_bills
from billfold.payables.voids import give_back
from billfold.rails import calendar, transfers
from billfold.rails.check_model import STATUS_BY_RETURN_CODE
from billfold.rails.events import (
    TransferDelivered,
    TransferRefused,
    TransferReturned,
    TransferSent,
    TransferSettled,
    TransferStarted,
)
from billfold.rails.model import Leg, Transfer, TransferStatus

_MAILED = frozenset({SingleStatus.SENT, SingleStatus.DELIVERED})
_UNSENT = frozenset({TransferStatus.HELD, TransferStatus.SCHEDULED})


def when_sent(ctx: Ctx, event: TransferSent) -> None:
    """The funding debit left with the cut-off's file: the payment can no longer be cancelled."""
    if event.subject.leg is Leg.FUNDING:
        _step(ctx, event.subject, SingleStatus.READY_TO_FUND)


def when_started(ctx: Ctx, event: TransferStarted) -> None:
    """The Fed took a leg up, or the check was mailed: the account is being debited, or the money is on its way."""
    transfer = event.subject
    if transfer.leg is Leg.FUNDING:
        payment = _step(ctx, transfer, SingleStatus.FUNDING_STARTED)
        pend(ctx, [_funding_entry(payment, transfer)])
    elif transfer.leg is Leg.DISBURSEMENT and _status(ctx, transfer) is SingleStatus.PROCESSED:
        _step(ctx, transfer, SingleStatus.SENT)


def when_delivered(ctx: Ctx, event: TransferDelivered) -> None:
    """The check arrived. A payment whose funding failed meanwhile keeps that status."""
    if _status(ctx, event.subject) is SingleStatus.SENT:
        _step(ctx, event.subject, SingleStatus.DELIVERED)


def when_settled(ctx: Ctx, event: TransferSettled) -> None:
    """Good funds: a funded payment releases its disbursement, a disbursed one pays its bills."""
    transfer = event.subject
    if transfer.leg is Leg.FUNDING:
        payment = _step(ctx, transfer, SingleStatus.PROCESSED)
        post_pending(ctx, payment.id, Code.FUNDING)
        disbursement = transfers.leg_of(ctx, payment.id, Leg.DISBURSEMENT)
        if disbursement.status is TransferStatus.HELD:
            transfers.release(ctx, disbursement, calendar.disbursed_on(payment.process_on))
    elif transfer.leg is Leg.DISBURSEMENT:
        payment = _step(ctx, transfer, SingleStatus.CLEARED)
        post_pending(ctx, payment.id, Code.DISBURSEMENT)
        note_payment(ctx, get_vendor(ctx, payment.vendor_id), calendar.today(ctx.now))
    else:
        post_pending(ctx, transfer.subject_id, Code.REFUND)
        ctx.emit(PaymentRefunded(_current(ctx, transfer).payment))


def when_returned(ctx: Ctx, event: TransferReturned) -> None:
    """A bank sent a leg back."""
    reaction = {
        Leg.FUNDING: _funding_returned,
        Leg.DISBURSEMENT: _disbursement_returned,
        Leg.REFUND: _refund_returned,
    }
    reaction[event.subject.leg](ctx, event.subject)


def when_refused(ctx: Ctx, event: TransferRefused) -> None:
    """The check could not be printed: the vendor's name or address has to be mended, and the money goes back."""
    give_back(ctx, event.subject)


def _funding_returned(ctx: Ctx, transfer: Transfer) -> None:
    """Unwind the payment, or say what is owed.

    Before the vendor's money is sent, or when it is back, the payment is void and its bills are due again; else the
    organization owes the clearing account.
    """
    payment = _current(ctx, transfer).payment
    disbursement = transfers.leg_of(ctx, payment.id, Leg.DISBURSEMENT)
    unsent = disbursement.status in _UNSENT
    if payment.single_status is SingleStatus.VOIDED:
        _note_return(ctx, transfer)
    elif unsent or payment.single_status is SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED:
        _step(ctx, transfer, SingleStatus.FUNDING_FAILED_VOIDED)
    else:
        _step(ctx, transfer, SingleStatus.FUNDING_FAILED_ACTION_NEEDED)
    if payment.single_status is SingleStatus.FUNDING_STARTED:
        void_pending(ctx, payment.id, Code.FUNDING)
    else:
        reverse(ctx, payment.id, Code.FUNDING, Code.FUNDING_RETURN, calendar.today(ctx.now))
    if unsent:
        void_pending(ctx, payment.id, Code.DISBURSEMENT)
        transfers.cancel(ctx, disbursement)
    elif payment.single_status is SingleStatus.VOIDED:
        _call_off_refund(ctx, payment)


def _call_off_refund(ctx: Ctx, payment: Payment) -> None:
    """A debit that came back is not given back a second time, while that can be helped."""
    refund = transfers.leg_of(ctx, payment.id, Leg.REFUND)
    if refund.status in _UNSENT:
        transfers.cancel(ctx, refund)
        void_pending(ctx, payment.id, Code.REFUND)


def _disbursement_returned(ctx: Ctx, transfer: Transfer) -> None:
    """The vendor's bank refused: the debt stands again and the money waits in clearing.

    A check that was voided, stopped or is stale will never be cashed: its money goes back at once. If the debit came
    back meanwhile, nobody owes anybody.
    """
    payment = _current(ctx, transfer).payment
    never_cashed = transfer.return_code in STATUS_BY_RETURN_CODE
    if never_cashed and payment.single_status in _MAILED:
        give_back(ctx, transfer)
        return
    if payment.single_status is SingleStatus.FUNDING_FAILED_ACTION_NEEDED:
        _step(ctx, transfer, SingleStatus.FUNDING_FAILED_VOIDED)
    else:
        _step(ctx, transfer, SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED)
    if transfer.settled_at is None:
        void_pending(ctx, payment.id, Code.DISBURSEMENT)
    else:
        reverse(ctx, payment.id, Code.DISBURSEMENT, Code.DISBURSEMENT_RETURN, calendar.today(ctx.now))


def _refund_returned(ctx: Ctx, transfer: Transfer) -> None:
    """The organization's own bank refused its money: it waits in clearing."""
    _note_return(ctx, transfer)
    if transfer.settled_at is None:
        void_pending(ctx, transfer.subject_id, Code.REFUND)
    else:
        reverse(ctx, transfer.subject_id, Code.REFUND, Code.REFUND_RETURN, calendar.today(ctx.now))


def _current(ctx: Ctx, transfer: Transfer) -> PaymentView:
    return get_payment(ctx, transfer.subject_id)


def _status(ctx: Ctx, transfer: Transfer) -> SingleStatus:
    return _current(ctx, transfer).payment.single_status


def _step(ctx: Ctx, transfer: Transfer, to: SingleStatus) -> Payment:
    """One step of the payment, and of the money in its bills.

    A payment whose funding failed after its disbursement was sent keeps that status, while its money goes on.
    """
    view = _current(ctx, transfer)
    bills = lock_for_payment(ctx, view)
    payment = view.payment
    keeps = payment.single_status is SingleStatus.FUNDING_FAILED_ACTION_NEEDED and to is SingleStatus.CLEARED
    status = payment.single_status if keeps else TRANSITIONS.step(payment.id, payment.single_status, to)
    stepped = replace(
        payment,
        single_status=status,
        stage=MEANINGS[to].stage or payment.stage,
        sent_on=calendar.fed_day(ctx.now) if to is SingleStatus.SENT else payment.sent_on,
        return_code=transfer.return_code or payment.return_code,
        check_number=transfer.check_number or payment.check_number,
        updated_at=ctx.now,
    )
    store.PAYMENTS.update(ctx.tx, stepped, *STEPPED, "sent_on", "return_code", "check_number")
    move_bills(ctx, bills, view.bill_payments, (payment.stage, stepped.stage))
    ctx.emit(PaymentFailed(stepped) if transfer.status is TransferStatus.RETURNED else PaymentUpdated(stepped))
    return stepped


def _note_return(ctx: Ctx, transfer: Transfer) -> None:
    payment = replace(_current(ctx, transfer).payment, return_code=transfer.return_code, updated_at=ctx.now)
    store.PAYMENTS.update(ctx.tx, payment, "return_code", "updated_at")
    ctx.emit(PaymentFailed(payment))


def _funding_entry(payment: Payment, transfer: Transfer) -> Entry:
    """Dr money-out clearing · Cr the bank account's cash account (settled.md §3)."""
    return Entry(
        debit_account=MONEY_OUT_CLEARING,
        credit_account=transfer.account_id,
        amount_minor=transfer.amount_minor,
        currency=transfer.currency,
        code=Code.FUNDING,
        document_id=payment.id,
        effective_on=transfer.effective_on,
    )
