"""The funding leg: the organization's money is taken, counts as collected, or is taken back by its bank."""

from __future__ import annotations

from typing import Final

from billfold.kit.ctx import Ctx
from billfold.ledger import Code, pend, post_pending, reverse, void_pending
from billfold.payables.payments import account_holds, funding_sources
from billfold.payables.payments.clearing import clearing_of
from billfold.payables.payments.model import Payment, PaymentView, SingleStatus
from billfold.payables.settlement.disbursement import catch_up
from billfold.payables.settlement.steps import UNSENT, note_return, step
from billfold.payables.voids.model import VoidStatus
from billfold.payables.voids.void_requests import begin, end_void, open_request
from billfold.payables.voids.voids import lock_payment
from billfold.rails import calendar, transfers
from billfold.rails.model import Leg, Transfer, TransferStatus

_REVERSALS: Final = {Code.FUNDING: Code.FUNDING_RETURN, Code.FEE: Code.FEE_RETURN}


def started(ctx: Ctx, transfer: Transfer) -> None:
    """The account is being debited."""
    payment = step(ctx, transfer, SingleStatus.FUNDING_STARTED)
    pend(ctx, funding_sources.funding_entries(payment, transfer))


def settled(ctx: Ctx, transfer: Transfer) -> None:
    """Good funds: the disbursement may go, unless the vendor's bank account waits for a second user, or a void."""
    payment = step(ctx, transfer, SingleStatus.PROCESSED)
    for code in _codes(payment):
        post_pending(ctx, payment.id, code)
    disbursement = transfers.leg_of(ctx, payment.id, Leg.DISBURSEMENT)
    if payment.voided_from is not None:
        locked = lock_payment(ctx, payment.id)
        begin(ctx, locked, open_request(locked[0]))
    elif account_holds.is_held(ctx, payment.id):
        account_holds.hold_disbursement(ctx, payment)
    # That of a payment of the same day leaves before its debit has settled; one from the own bank needs no debit.
    elif disbursement.status is TransferStatus.HELD:
        transfers.release(ctx, disbursement, disbursement.effective_on)
    else:
        catch_up(ctx, disbursement)


def returned(ctx: Ctx, transfer: Transfer) -> None:
    """The bank took the money back: unwind the payment, or say what is owed."""
    view, _ = lock_payment(ctx, transfer.subject_id)
    for code in _codes(view.payment):
        if transfer.settled_at is None:
            void_pending(ctx, transfer.subject_id, code)
        else:
            reverse(ctx, transfer.subject_id, code, _REVERSALS[code], calendar.today(ctx.now))
    lose(ctx, transfer, view)


def lose(ctx: Ctx, transfer: Transfer, view: PaymentView) -> None:
    """The organization's money is gone from clearing: what has not left is called off, and what has left is owed.

    Where nothing is owed the payment is void and its bills are due again.
    """
    payment, before = view.payment, view.payment.single_status
    for leg, code in ((Leg.DISBURSEMENT, Code.DISBURSEMENT), (Leg.REFUND, Code.REFUND)):
        leaving = transfers.transfer_of(ctx, payment.id, leg)
        if leaving is not None and leaving.status in UNSENT:
            void_pending(ctx, payment.id, code)
            transfers.cancel(ctx, leaving)
    owes = clearing_of(ctx, payment).owed_minor > 0
    if before is SingleStatus.VOIDED and owes:
        step(ctx, transfer, SingleStatus.FUNDING_FAILED_AFTER_REFUND)
    elif before is SingleStatus.VOIDED or (before is SingleStatus.VOID_PENDING and owes):
        # The check of a payment that is to be voided is out: the decision says whether anything is owed.
        note_return(ctx, transfer)
    elif owes:
        step(ctx, transfer, SingleStatus.FUNDING_FAILED_ACTION_NEEDED)
    else:
        step(ctx, transfer, SingleStatus.FUNDING_FAILED_VOIDED)
        if view.open_void is not None:
            end_void(ctx, view, VoidStatus.NO_OP)


def _codes(payment: Payment) -> list[Code]:
    return [Code.FUNDING, Code.FEE] if payment.fee_minor else [Code.FUNDING]
