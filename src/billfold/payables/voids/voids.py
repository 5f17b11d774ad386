"""What voiding a payment does: its bills are due again, and money that was collected goes back or out anew.

Who may ask for it, and when it is decided, is `payables/voids/void_requests.py`.
"""

from __future__ import annotations

from typing import Final

from billfold.kit.ctx import Ctx
from billfold.kit.records import replace
from billfold.ledger import MONEY_OUT_CLEARING, Code, Entry, pend, reverse, void_pending
from billfold.parties.vendors import get_vendor
from billfold.payables.bills.model import Bill
from billfold.payables.events import PaymentUpdated, PaymentVoided
from billfold.payables.payments import store as payment_store
from billfold.payables.payments.clearing import clearing_of
from billfold.payables.payments.model import DisbursementType, Payment, PaymentView, SingleStatus, Stage
from billfold.payables.payments.payment_legs import refund_of
from billfold.payables.payments.payment_states import MEANINGS, TRANSITIONS
from billfold.payables.payments.payments import STEPPED, get_payment, lock_for_payment, move_bills
from billfold.rails import book, calendar, transfers
from billfold.rails.model import Rail, Transfer
from billfold.rails.transfers import TransferDraft

#: The payment and its bills, all under their locks.
Locked = tuple[PaymentView, dict[str, Bill]]

#: The debit is under way: a void is decided when it is collected (v2.md §6.4).
UNCOLLECTED: Final = frozenset({SingleStatus.READY_TO_FUND, SingleStatus.FUNDING_STARTED})
_AT_REST: Final = frozenset({SingleStatus.DISBURSEMENT_ON_HOLD, SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED})
#: Until when a payment can be voided: an ACH credit, or one abroad, until it is in a file, a check until it is cashed;
#: and each when it is held or came back.
_VOIDABLE: Final = {
    DisbursementType.ACH: _AT_REST | {SingleStatus.PROCESSED},
    DisbursementType.INTERNATIONAL_E_PAYMENT: _AT_REST | {SingleStatus.PROCESSED},
    DisbursementType.CHECK: _AT_REST
    | {SingleStatus.PROCESSED, SingleStatus.SENT, SingleStatus.DELIVERED, SingleStatus.EXPIRING},
    DisbursementType.RPPS: _AT_REST | {SingleStatus.PROCESSED},
    DisbursementType.WALLET: _AT_REST | {SingleStatus.PROCESSED},
    # Until it is charged.
    DisbursementType.VIRTUAL_CARD: _AT_REST | {SingleStatus.PROCESSED, SingleStatus.SENT, SingleStatus.DELIVERED},
    DisbursementType.OFFLINE: frozenset({SingleStatus.CLEARED}),
}


def is_voidable(payment: Payment) -> bool:
    """Whether the payment's status lets it be voided."""
    if payment.single_status in UNCOLLECTED:
        # It stands so until its money is there, whatever was asked for meanwhile.
        return payment.voided_from is None
    if payment.single_status is SingleStatus.FUNDING_FAILED_ACTION_NEEDED:
        # Its check may be out still.
        return payment.disbursement_type is DisbursementType.CHECK and payment.stage is Stage.IN_PROCESS
    return payment.single_status in _VOIDABLE[payment.disbursement_type]


def lock_payment(ctx: Ctx, payment_id: str) -> Locked:
    """The payment and its bills under their locks. Raises `NotFound`."""
    _, bills = lock_for_payment(ctx, get_payment(ctx, payment_id))
    return get_payment(ctx, payment_id), bills


def void_offline(ctx: Ctx, locked: Locked) -> Payment:
    """A payment recorded by mistake: its bills owe again, and its posting is reversed."""
    view, _ = locked
    reverse(ctx, view.payment.id, Code.OFFLINE_PAYMENT, Code.OFFLINE_PAYMENT_REVERSAL, calendar.today(ctx.now))
    return void(ctx, locked)


def give_back(ctx: Ctx, transfer: Transfer) -> Payment:
    """A collected payment whose check nobody will cash: its bills are due again, its money goes back."""
    view, bills = lock_payment(ctx, transfer.subject_id)
    noted = replace(view.payment, return_code=transfer.return_code)
    void_pending(ctx, noted.id, Code.DISBURSEMENT)
    return void_and_refund(ctx, (replace(view, payment=noted), bills))


def void_and_refund(ctx: Ctx, locked: Locked) -> Payment:
    """The payment is void, and its money on its way back. Nothing of it may be on its way to the vendor."""
    voided = void(ctx, locked)
    refund(ctx, voided)
    return voided


def refund(ctx: Ctx, payment: Payment) -> None:
    """What clearing holds of the payment is on its way back to where it came from, if it holds anything."""
    held_minor = clearing_of(ctx, payment).held_minor
    if not held_minor:
        return
    draft = refund_of(ctx, payment, get_vendor(ctx, payment.vendor_id), held_minor)
    pend(ctx, [_refund_entry(payment, draft)])
    (transfer,) = transfers.originate(ctx, [draft])
    if transfer.rail is Rail.BOOK:
        book.post(ctx, transfer)


def void(ctx: Ctx, locked: Locked) -> Payment:
    """The payment is void and its bills are due again."""
    return step(ctx, locked, SingleStatus.VOIDED)


def step(ctx: Ctx, locked: Locked, to: SingleStatus) -> Payment:
    """One step of a payment that is being voided, and of the money in its bills."""
    view, bills = locked
    payment = view.payment
    status = TRANSITIONS.step(payment.id, payment.single_status, to)
    stepped = replace(payment, single_status=status, stage=MEANINGS[to].stage or payment.stage, updated_at=ctx.now)
    payment_store.PAYMENTS.update(ctx.tx, stepped, *STEPPED, "return_code", "voided_from")
    move_bills(ctx, bills, view, (payment.stage, stepped.stage))
    ctx.emit(PaymentVoided(stepped) if stepped.stage is Stage.GIVEN_BACK else PaymentUpdated(stepped))
    return stepped


def _refund_entry(payment: Payment, refund: TransferDraft) -> Entry:
    """Dr what paid · Cr money-out clearing, when the money is back (settled.md §3)."""
    return Entry(
        debit_account=refund.account_id,
        credit_account=MONEY_OUT_CLEARING,
        amount_minor=refund.amount_minor,
        currency=refund.currency,
        code=Code.REFUND,
        document_id=payment.id,
        effective_on=refund.effective_on,
    )
