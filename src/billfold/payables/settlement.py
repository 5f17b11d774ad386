"""What a payment does when its transfers move: the reactions that `wiring.py` connects to the rails' events."""

from __future__ import annotations

from typing import Any

from billfold.kit.ctx import Ctx
from billfold.kit.records import replace
from billfold.ledger import MONEY_OUT_CLEARING, Code, Entry, pend, post, post_pending, reverse, void_pending
from billfold.parties.vendors import get_vendor, note_payment
from billfold.payables import account_holds, funding_sources, store, virtual_card_payments
from billfold.payables.events import PaymentFailed, PaymentRefunded, PaymentUpdated
from billfold.payables.model import Payment, PaymentView, SingleStatus, Stage
from billfold.payables.payment_states import MEANINGS, TRANSITIONS
from billfold.payables.payments import STEPPED, get_payment, lock_for_payment, move_bills
from billfold.payables.void_model import VoidStatus
from billfold.payables.void_requests import end_void, grant
from billfold.payables.voids import give_back, is_collected, lock_payment
from billfold.rails import calendar, rpps, transfers, virtual_cards
from billfold.rails.check_events import CheckExpiring
from billfold.rails.check_model import ESCHEATED, STATUS_BY_RETURN_CODE
from billfold.rails.events import (
    TransferDelivered,
    TransferRefused,
    TransferReturned,
    TransferSent,
    TransferSettled,
    TransferStarted,
)
from billfold.rails.model import ENDED, Leg, Rail, Transfer, TransferStatus
from billfold.rails.virtual_card_model import CARD_EXPIRED

_MAILED = frozenset({SingleStatus.SENT, SingleStatus.DELIVERED, SingleStatus.EXPIRING})
#: What a payment learns of what carries it.
_NUMBERS = (
    "check_number",
    "tracking_number",
    "virtual_card_last4",
    "virtual_card_valid_until",
    "rpps_trace_number",
    "rpps_batch_number",
)
_UNSENT = frozenset({TransferStatus.HELD, TransferStatus.SCHEDULED})
#: Where a payment is whose funding is in order, by its disbursement.
_STATUS_OF_DISBURSEMENT = {
    TransferStatus.SENT: SingleStatus.PROCESSED,
    TransferStatus.STARTED: SingleStatus.SENT,
    TransferStatus.DELIVERED: SingleStatus.DELIVERED,
    TransferStatus.SETTLED: SingleStatus.CLEARED,
    # A disbursement that came back without funds leaves nothing to make good, but for one that the state has.
    TransferStatus.RETURNED: SingleStatus.FUNDS_ESCHEATED,
}


def when_sent(ctx: Ctx, event: TransferSent) -> None:
    """The funding debit left with the cut-off's file: the payment can no longer be cancelled."""
    if event.subject.leg is Leg.FUNDING:
        _step(ctx, event.subject, SingleStatus.READY_TO_FUND)


def when_started(ctx: Ctx, event: TransferStarted) -> None:
    """The Fed took a leg up, or the check was mailed: the account is being debited, or the money is on its way."""
    transfer = event.subject
    if transfer.leg is Leg.FUNDING:
        payment = _step(ctx, transfer, SingleStatus.FUNDING_STARTED)
        pend(ctx, funding_sources.funding_entries(payment, transfer))
    elif transfer.leg is Leg.DISBURSEMENT and _status(ctx, transfer) is SingleStatus.PROCESSED:
        _step(ctx, transfer, SingleStatus.SENT)


def when_delivered(ctx: Ctx, event: TransferDelivered) -> None:
    """The check arrived. A payment whose funding failed meanwhile keeps that status."""
    if _status(ctx, event.subject) is SingleStatus.SENT:
        _step(ctx, event.subject, SingleStatus.DELIVERED)


def when_expiring(ctx: Ctx, event: CheckExpiring) -> None:
    """The check is stale soon. A payment that is to be voided, or whose funding failed, keeps that status."""
    transfer = transfers.get_transfer(ctx, event.subject.transfer_id)
    if _status(ctx, transfer) in _MAILED:
        _step(ctx, transfer, SingleStatus.EXPIRING)


def when_settled(ctx: Ctx, event: TransferSettled) -> None:
    """Good funds: a funded payment releases its disbursement, a disbursed one pays its bills."""
    transfer = event.subject
    if transfer.leg is Leg.FUNDING:
        payment = _step(ctx, transfer, SingleStatus.PROCESSED)
        _post_funding(ctx, payment)
        disbursement = transfers.leg_of(ctx, payment.id, Leg.DISBURSEMENT)
        if account_holds.is_held(ctx, payment.id):
            account_holds.hold_disbursement(ctx, payment)
        # That of a payment of the same day leaves before its debit has settled; one from the own bank needs no debit.
        elif disbursement.status is TransferStatus.HELD:
            transfers.release(ctx, disbursement, disbursement.effective_on)
    elif transfer.leg is Leg.DISBURSEMENT:
        _disbursement_settled(ctx, transfer)
    elif transfer.leg is Leg.REPAYMENT:
        _repaid(ctx, transfer)
    else:
        post_pending(ctx, transfer.subject_id, Code.REFUND)
        ctx.emit(PaymentRefunded(_current(ctx, transfer).payment))


def when_returned(ctx: Ctx, event: TransferReturned) -> None:
    """A bank sent a leg back."""
    reaction = {
        Leg.FUNDING: _funding_returned,
        Leg.DISBURSEMENT: _disbursement_returned,
        Leg.REFUND: _refund_returned,
        Leg.REPAYMENT: _repayment_returned,
    }
    reaction[event.subject.leg](ctx, event.subject)


def when_refused(ctx: Ctx, event: TransferRefused) -> None:
    """The check could not be printed: the vendor's name or address has to be mended, and the money goes back."""
    give_back(ctx, event.subject)


def _disbursement_settled(ctx: Ctx, transfer: Transfer) -> None:
    """The vendor has the money. A void that was to be decided lost the race against the vendor's bank."""
    view = _current(ctx, transfer)
    payment = _step(ctx, transfer, SingleStatus.CLEARED)
    post_pending(ctx, payment.id, Code.DISBURSEMENT)
    note_payment(ctx, get_vendor(ctx, payment.vendor_id), calendar.today(ctx.now))
    if view.payment.single_status is SingleStatus.VOID_PENDING:
        end_void(ctx, view, VoidStatus.REJECTED)
        if not is_collected(ctx, payment):
            _step(ctx, transfer, SingleStatus.FUNDING_FAILED_ACTION_NEEDED)


def _repaid(ctx: Ctx, transfer: Transfer) -> None:
    """The organization wired what its bank had taken back: the payment is where its disbursement is."""
    disbursement = transfers.leg_of(ctx, transfer.subject_id, Leg.DISBURSEMENT)
    claimed = disbursement.rail is Rail.VIRTUAL_CARD and virtual_cards.is_claimed_in_part(ctx, disbursement.id)
    status = SingleStatus.PARTIALLY_CLAIMED if claimed else _STATUS_OF_DISBURSEMENT[disbursement.status]
    payment = _step(ctx, transfer, status)
    post(ctx, [_repayment_entry(payment, transfer)])


def _repayment_returned(ctx: Ctx, transfer: Transfer) -> None:
    """The wire was recalled: the organization owes the money again."""
    _funding_gone(ctx, transfer)
    reverse(ctx, transfer.subject_id, Code.REPAYMENT, Code.REPAYMENT_RETURN, calendar.today(ctx.now))


def _funding_returned(ctx: Ctx, transfer: Transfer) -> None:
    """Unwind the payment, or say what is owed."""
    fee_minor = _current(ctx, transfer).payment.fee_minor
    before = _funding_gone(ctx, transfer)
    codes = [(Code.FUNDING, Code.FUNDING_RETURN)]
    if fee_minor:
        codes.append((Code.FEE, Code.FEE_RETURN))
    for code, reversal in codes:
        if before is SingleStatus.FUNDING_STARTED:
            void_pending(ctx, transfer.subject_id, code)
        else:
            reverse(ctx, transfer.subject_id, code, reversal, calendar.today(ctx.now))


def _funding_gone(ctx: Ctx, transfer: Transfer) -> SingleStatus:
    """The organization's money is gone; the status before.

    Before the vendor's money is sent, or when it is back, the payment is void and its bills are due again; else the
    organization owes the clearing account.
    """
    view = _current(ctx, transfer)
    payment, before = view.payment, view.payment.single_status
    disbursement = transfers.leg_of(ctx, payment.id, Leg.DISBURSEMENT)
    unsent = disbursement.status in _UNSENT
    if before is SingleStatus.VOIDED:
        _note_return(ctx, transfer)
        _call_off_refund(ctx, payment)
    elif unsent or _is_back(view, disbursement):
        _step(ctx, transfer, SingleStatus.FUNDING_FAILED_VOIDED)
        if before is SingleStatus.VOID_PENDING:
            end_void(ctx, view, VoidStatus.NO_OP)
    elif before is SingleStatus.VOID_PENDING:
        # The check is out: what is decided of the void says whether anything is owed.
        _note_return(ctx, transfer)
    else:
        _step(ctx, transfer, SingleStatus.FUNDING_FAILED_ACTION_NEEDED)
        _call_off_refund(ctx, payment)
    if unsent:
        void_pending(ctx, payment.id, Code.DISBURSEMENT)
        transfers.cancel(ctx, disbursement)
    return before


def _is_back(view: PaymentView, disbursement: Transfer) -> bool:
    """Whether the vendor's money came back, or never left, and waits in clearing."""
    status = view.payment.single_status
    failed = {SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED, SingleStatus.VOID_PENDING}
    return status in failed and disbursement.status in ENDED


def _post_funding(ctx: Ctx, payment: Payment) -> None:
    post_pending(ctx, payment.id, Code.FUNDING)
    if payment.fee_minor:
        post_pending(ctx, payment.id, Code.FEE)


def _call_off_refund(ctx: Ctx, payment: Payment) -> None:
    """A debit that came back is not given back a second time, nor the rest of a card, while that can be helped."""
    refund = transfers.transfer_of(ctx, payment.id, Leg.REFUND)
    if refund is not None and refund.status in _UNSENT:
        transfers.cancel(ctx, refund)
        void_pending(ctx, payment.id, Code.REFUND)


def _disbursement_returned(ctx: Ctx, transfer: Transfer) -> None:
    """The vendor's bank refused: the debt stands again and the money waits in clearing.

    A check that was voided, stopped or is stale will never be cashed: its money goes back at once, or where somebody
    asked for it to go. If the debit came back meanwhile, nobody owes anybody.
    """
    payment = _current(ctx, transfer).payment
    if transfer.return_code == CARD_EXPIRED and payment.single_status in _MAILED:
        virtual_card_payments.send_otherwise(ctx, transfer)
        return
    never_cashed = transfer.return_code in STATUS_BY_RETURN_CODE
    if transfer.return_code == ESCHEATED:
        _step(ctx, transfer, SingleStatus.FUNDS_ESCHEATED)
        post_pending(ctx, payment.id, Code.DISBURSEMENT)
        return
    if payment.single_status is SingleStatus.VOID_PENDING:
        void_pending(ctx, payment.id, Code.DISBURSEMENT)
        view, bills = lock_payment(ctx, payment.id)
        noted = replace(view.payment, return_code=transfer.return_code)
        grant(ctx, (replace(view, payment=noted), bills))
        return
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

    A payment whose funding failed after its disbursement was sent keeps that status, while its money goes on: to the
    vendor, or to the state.
    """
    view = _current(ctx, transfer)
    bills = lock_for_payment(ctx, view)
    payment = view.payment
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
    store.PAYMENTS.update(ctx.tx, stepped, *STEPPED, "sent_on", "return_code", *_NUMBERS)
    move_bills(ctx, bills, view, (payment.stage, stepped.stage))
    ctx.emit(PaymentFailed(stepped) if transfer.status is TransferStatus.RETURNED else PaymentUpdated(stepped))
    return stepped


def _note_return(ctx: Ctx, transfer: Transfer) -> None:
    payment = replace(_current(ctx, transfer).payment, return_code=transfer.return_code, updated_at=ctx.now)
    store.PAYMENTS.update(ctx.tx, payment, "return_code", "updated_at")
    ctx.emit(PaymentFailed(payment))


def _repayment_entry(payment: Payment, transfer: Transfer) -> Entry:
    """Dr money-out clearing · Cr the cash account of the bank account that the wire came from."""
    return Entry(
        debit_account=MONEY_OUT_CLEARING,
        credit_account=transfer.account_id,
        amount_minor=transfer.amount_minor,
        currency=transfer.currency,
        code=Code.REPAYMENT,
        document_id=payment.id,
        effective_on=transfer.effective_on,
    )


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
