"""The repayment leg: the organization wires what its bank had taken back."""

from __future__ import annotations

from typing import Final

from billfold.kit.ctx import Ctx
from billfold.ledger import MONEY_OUT_CLEARING, Code, Entry, post, reverse
from billfold.payables.payments.model import Payment, SingleStatus, Stage
from billfold.payables.payments.payments import lock_alone
from billfold.payables.settlement.funding import lose
from billfold.payables.settlement.steps import step
from billfold.payables.voids.voids import lock_payment
from billfold.rails import calendar, transfers, virtual_cards
from billfold.rails.model import Leg, Rail, Transfer, TransferStatus

#: Where a payment is whose funding is in order, by its disbursement.
_STATUS_OF_DISBURSEMENT: Final = {
    TransferStatus.SENT: SingleStatus.PROCESSED,
    TransferStatus.STARTED: SingleStatus.SENT,
    TransferStatus.DELIVERED: SingleStatus.DELIVERED,
    TransferStatus.SETTLED: SingleStatus.CLEARED,
    # What came back or never left leaves nothing to make good, unless the state has its money.
    TransferStatus.RETURNED: SingleStatus.FUNDS_ESCHEATED,
    TransferStatus.CANCELLED: SingleStatus.FUNDS_ESCHEATED,
}


def settled(ctx: Ctx, transfer: Transfer) -> None:
    """The wire arrived: the payment is where its disbursement is, or void as it was."""
    payment = step(ctx, transfer, _status_of(ctx, lock_alone(ctx, transfer.subject_id)))
    post(ctx, [_entry(payment, transfer)])


def returned(ctx: Ctx, transfer: Transfer) -> None:
    """The wire was recalled: the organization owes the money again."""
    view, _ = lock_payment(ctx, transfer.subject_id)
    reverse(ctx, transfer.subject_id, Code.REPAYMENT, Code.REPAYMENT_RETURN, calendar.today(ctx.now))
    lose(ctx, transfer, view)


def _status_of(ctx: Ctx, payment: Payment) -> SingleStatus:
    if payment.stage is Stage.GIVEN_BACK:
        return SingleStatus.VOIDED
    disbursement = transfers.leg_of(ctx, payment.id, Leg.DISBURSEMENT)
    if disbursement.rail is Rail.VIRTUAL_CARD and virtual_cards.is_claimed_in_part(ctx, disbursement.id):
        return SingleStatus.PARTIALLY_CLAIMED
    return _STATUS_OF_DISBURSEMENT[disbursement.status]


def _entry(payment: Payment, transfer: Transfer) -> Entry:
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
