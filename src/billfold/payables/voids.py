"""Voiding a payment after its cut-off: its bills are due again, and money that was collected goes back."""

from __future__ import annotations

from typing import Final

from billfold.kit.ctx import Ctx
from billfold.kit.errors import Refusal
from billfold.kit.records import replace
from billfold.ledger import MONEY_OUT_CLEARING, Code, Entry, pend, reverse, void_pending
from billfold.parties.vendors import get_vendor
from billfold.payables import store
from billfold.payables.events import PaymentVoided
from billfold.payables.funding_sources import require_payer_of
from billfold.payables.model import Bill, DisbursementType, Payment, PaymentView, SingleStatus, Stage
from billfold.payables.payment_legs import refund_of
from billfold.payables.payment_states import TRANSITIONS
from billfold.payables.payments import STEPPED, get_payment, lock_for_payment, move_bills
from billfold.rails import book, calendar, checks, transfers
from billfold.rails.model import Leg, Rail, Transfer, TransferStatus
from billfold.rails.transfers import TransferDraft


class PaymentNotVoidable(Refusal):
    """A payment can be voided once it is collected and until it is paid out; one made elsewhere at any time."""

    sentence = "The payment {payment_id} is {status} and cannot be voided."


#: Until when a payment can be voided: an ACH credit until it is in a file, a check until it is cashed; and either when
#: it came back.
_VOIDABLE: Final = {
    DisbursementType.ACH: frozenset({SingleStatus.PROCESSED, SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED}),
    DisbursementType.CHECK: frozenset(
        {
            SingleStatus.PROCESSED,
            SingleStatus.SENT,
            SingleStatus.DELIVERED,
            SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED,
        }
    ),
    DisbursementType.OFFLINE: frozenset({SingleStatus.CLEARED}),
}


def is_voidable(payment: Payment) -> bool:
    """Whether the payment's status lets it be voided."""
    if payment.single_status is SingleStatus.FUNDING_FAILED_ACTION_NEEDED:
        # Its check may be out still.
        return payment.disbursement_type is DisbursementType.CHECK and payment.stage is Stage.IN_PROCESS
    return payment.single_status in _VOIDABLE[payment.disbursement_type]


def void_offline(ctx: Ctx, payment_id: str) -> PaymentView:
    """A payment recorded by mistake: its bills owe again, and its posting is reversed.

    Raises `NotFound`, `PaymentNotVoidable`.
    """
    view, bills = _lock(ctx, payment_id)
    payment = view.payment
    if payment.online or not is_voidable(payment):
        raise PaymentNotVoidable(payment_id=payment.id, status=payment.single_status)
    reverse(ctx, payment.id, Code.OFFLINE_PAYMENT, Code.OFFLINE_PAYMENT_REVERSAL, calendar.today(ctx.now))
    return _void(ctx, view, bills)


def void_and_credit(ctx: Ctx, payment_id: str) -> PaymentView:
    """Stop a payment that was not paid out: no credit is sent, no check cashed; money that was collected goes back.

    Raises `NotFound`, `MayNotPay`, `PaymentNotVoidable`.
    """
    view, bills = _lock(ctx, payment_id)
    payment = view.payment
    if not payment.online:
        raise PaymentNotVoidable(payment_id=payment.id, status=payment.single_status)
    require_payer_of(ctx, payment)
    disbursement = transfers.leg_of(ctx, payment.id, Leg.DISBURSEMENT)
    if is_voidable(payment) and disbursement.status is TransferStatus.RETURNED:
        return _give_back(ctx, view, bills)
    check = checks.check_of(ctx, disbursement.id)
    if check is not None and is_voidable(payment):
        # What a voided check means for its payment is a reaction to it, whoever voided it (`settlement.when_returned`).
        checks.void_check(ctx, check.id)
        return get_payment(ctx, payment_id)
    if not is_voidable(payment) or disbursement.status is not TransferStatus.SCHEDULED:
        raise PaymentNotVoidable(payment_id=payment.id, status=payment.single_status)
    transfers.cancel(ctx, disbursement)
    void_pending(ctx, payment.id, Code.DISBURSEMENT)
    return _give_back(ctx, view, bills)


def give_back(ctx: Ctx, transfer: Transfer) -> PaymentView:
    """A collected payment whose check nobody will cash: its bills are due again, its money goes back."""
    view, bills = _lock(ctx, transfer.subject_id)
    noted = replace(view.payment, return_code=transfer.return_code)
    void_pending(ctx, noted.id, Code.DISBURSEMENT)
    return _give_back(ctx, replace(view, payment=noted), bills)


def _give_back(ctx: Ctx, view: PaymentView, bills: dict[str, Bill]) -> PaymentView:
    payment = view.payment
    vendor = get_vendor(ctx, payment.vendor_id)
    draft = refund_of(ctx, payment, vendor)
    pend(ctx, [_refund_entry(payment, draft)])
    (refund,) = transfers.originate(ctx, [draft])
    voided = _void(ctx, view, bills)
    if refund.rail is Rail.BOOK:
        book.post(ctx, refund)
    return voided


def _refund_entry(payment: Payment, refund: TransferDraft) -> Entry:
    """Dr the bank account's cash account · Cr money-out clearing, when the money is back (settled.md §3)."""
    return Entry(
        debit_account=refund.account_id,
        credit_account=MONEY_OUT_CLEARING,
        amount_minor=refund.amount_minor,
        currency=refund.currency,
        code=Code.REFUND,
        document_id=payment.id,
        effective_on=refund.effective_on,
    )


def _lock(ctx: Ctx, payment_id: str) -> tuple[PaymentView, dict[str, Bill]]:
    bills = lock_for_payment(ctx, get_payment(ctx, payment_id))
    return get_payment(ctx, payment_id), bills


def _void(ctx: Ctx, view: PaymentView, bills: dict[str, Bill]) -> PaymentView:
    payment = view.payment
    status = TRANSITIONS.step(payment.id, payment.single_status, SingleStatus.VOIDED)
    voided = replace(payment, single_status=status, stage=Stage.GIVEN_BACK, updated_at=ctx.now)
    store.PAYMENTS.update(ctx.tx, voided, *STEPPED, "return_code")
    move_bills(ctx, bills, view.bill_payments, (payment.stage, Stage.GIVEN_BACK))
    ctx.emit(PaymentVoided(voided))
    return replace(view, payment=voided)
