"""The disbursement leg: the vendor's money is on its way, there, or comes back."""

from __future__ import annotations

from typing import Final

from billfold.kit.ctx import Ctx
from billfold.kit.records import replace
from billfold.ledger import Code, post_pending, reverse, void_pending
from billfold.parties.vendors import get_vendor, note_payment
from billfold.payables.payments.clearing import clearing_of
from billfold.payables.payments.model import SingleStatus
from billfold.payables.payments.payments import lock_alone
from billfold.payables.settlement import virtual_cards
from billfold.payables.settlement.steps import current, status_of, step
from billfold.payables.voids.model import VoidStatus
from billfold.payables.voids.void_requests import end_void, grant
from billfold.payables.voids.voids import give_back, lock_payment
from billfold.rails import calendar
from billfold.rails.checks.model import ESCHEATED, STATUS_BY_RETURN_CODE
from billfold.rails.model import Transfer, TransferStatus
from billfold.rails.virtual_card_model import CARD_EXPIRED

_MAILED: Final = frozenset({SingleStatus.SENT, SingleStatus.DELIVERED, SingleStatus.EXPIRING})


def started(ctx: Ctx, transfer: Transfer) -> None:
    """The credit is with the Fed, or the check was mailed."""
    if status_of(ctx, transfer) is SingleStatus.PROCESSED:
        step(ctx, transfer, SingleStatus.SENT)


def catch_up(ctx: Ctx, transfer: Transfer) -> None:
    """The payment is funded at last: the job that funds it had given up, and others had not waited."""
    if transfer.status in {TransferStatus.STARTED, TransferStatus.DELIVERED}:
        started(ctx, transfer)
    if transfer.status is TransferStatus.DELIVERED:
        delivered(ctx, transfer)


def delivered(ctx: Ctx, transfer: Transfer) -> None:
    """The check arrived. A payment whose funding failed meanwhile keeps that status."""
    if status_of(ctx, transfer) is SingleStatus.SENT:
        step(ctx, transfer, SingleStatus.DELIVERED)


def expiring(ctx: Ctx, transfer: Transfer) -> None:
    """The check is stale soon. A payment that is to be voided, or whose funding failed, keeps that status."""
    if status_of(ctx, transfer) in _MAILED:
        step(ctx, transfer, SingleStatus.EXPIRING)


def settled(ctx: Ctx, transfer: Transfer) -> None:
    """The vendor has the money. A void that was to be decided lost the race against the vendor's bank."""
    payment = step(ctx, transfer, SingleStatus.CLEARED)
    post_pending(ctx, payment.id, Code.DISBURSEMENT)
    note_payment(ctx, get_vendor(ctx, payment.vendor_id), calendar.today(ctx.now))
    view = current(ctx, transfer)
    if view.open_void is not None:
        end_void(ctx, view, VoidStatus.REJECTED)
        if clearing_of(ctx, payment).owed_minor:
            step(ctx, transfer, SingleStatus.FUNDING_FAILED_ACTION_NEEDED)


def returned(ctx: Ctx, transfer: Transfer) -> None:
    """The vendor's bank refused: the debt stands again and the money waits in clearing.

    A check that was voided, stopped or is stale will never be cashed: its money goes back at once, or where somebody
    asked for it to go. If the debit came back meanwhile, nobody owes anybody.
    """
    payment = lock_alone(ctx, transfer.subject_id)
    if transfer.return_code == CARD_EXPIRED and payment.single_status in _MAILED:
        virtual_cards.send_otherwise(ctx, transfer)
    elif transfer.return_code == ESCHEATED:
        step(ctx, transfer, SingleStatus.FUNDS_ESCHEATED)
        post_pending(ctx, payment.id, Code.DISBURSEMENT)
    elif payment.single_status is SingleStatus.VOID_PENDING:
        void_pending(ctx, payment.id, Code.DISBURSEMENT)
        view, bills = lock_payment(ctx, payment.id)
        noted = replace(view.payment, return_code=transfer.return_code)
        grant(ctx, (replace(view, payment=noted), bills))
    elif transfer.return_code in STATUS_BY_RETURN_CODE and payment.single_status in _MAILED:
        give_back(ctx, transfer)
    else:
        _fail(ctx, transfer, payment.single_status)


def refused(ctx: Ctx, transfer: Transfer) -> None:
    """The credit did not leave, for it would come back: the money waits in clearing as if it had."""
    _fail(ctx, transfer, status_of(ctx, transfer))


def _fail(ctx: Ctx, transfer: Transfer, before: SingleStatus) -> None:
    if before is SingleStatus.FUNDING_FAILED_ACTION_NEEDED:
        step(ctx, transfer, SingleStatus.FUNDING_FAILED_VOIDED)
    else:
        step(ctx, transfer, SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED)
    if transfer.settled_at is None:
        void_pending(ctx, transfer.subject_id, Code.DISBURSEMENT)
    else:
        reverse(ctx, transfer.subject_id, Code.DISBURSEMENT, Code.DISBURSEMENT_RETURN, calendar.today(ctx.now))
