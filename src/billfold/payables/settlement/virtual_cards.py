"""What a payment does when its virtual card is charged in part, closes or expires: reactions (`wiring.py`)."""

from __future__ import annotations

from typing import Final

from billfold.kit.ctx import Ctx
from billfold.kit.records import replace
from billfold.ledger import Code, pend, void_pending
from billfold.parties.vendors import get_vendor
from billfold.payables.bills import store as bill_store
from billfold.payables.bills.bill_amounts import AMOUNTS, move
from billfold.payables.bills.model import Bill
from billfold.payables.credits.credit_applications import move_credits, sum_of
from billfold.payables.credits.model import CreditApplication
from billfold.payables.credits.store import remove_applications
from billfold.payables.events import PaymentUpdated
from billfold.payables.payments import store as payment_store
from billfold.payables.payments.model import BillPayment, PaymentView, SingleStatus, Stage
from billfold.payables.payments.payment_legs import disbursement_entry
from billfold.payables.payments.payment_states import TRANSITIONS
from billfold.payables.payments.payments import STEPPED
from billfold.payables.payments.reach import reach_without_card
from billfold.payables.voids.reissues import reissue
from billfold.payables.voids.voids import lock_payment, refund, void_and_refund
from billfold.rails import calendar
from billfold.rails.events import VirtualCardCharged, VirtualCardClosed
from billfold.rails.model import Transfer

_UNCHARGED: Final = frozenset({SingleStatus.SENT, SingleStatus.DELIVERED})


def when_charged(ctx: Ctx, event: VirtualCardCharged) -> None:
    """A first charge that leaves a rest: the vendor claimed a part.

    A payment that is to be voided, or whose funding failed, keeps that status.
    """
    view, _ = lock_payment(ctx, event.subject.payment_id)
    payment = view.payment
    if not event.subject.rest_minor or payment.single_status not in _UNCHARGED:
        return
    status = TRANSITIONS.step(payment.id, payment.single_status, SingleStatus.PARTIALLY_CLAIMED)
    stepped = replace(payment, single_status=status, updated_at=ctx.now)
    payment_store.PAYMENTS.update(ctx.tx, stepped, *STEPPED)
    ctx.emit(PaymentUpdated(stepped))


def when_closed(ctx: Ctx, event: VirtualCardClosed) -> None:
    """The vendor took less than was sent: the payment is of what was charged, and the rest is as if never paid.

    Its bills are due again by the rest, latest first; its money goes back to where it came from, unless it never came.
    That the payment is cleared follows from its transfer, which settles next.
    """
    view, bills = lock_payment(ctx, event.subject.payment_id)
    payment, rest_minor = view.payment, event.subject.rest_minor
    void_pending(ctx, payment.id, Code.DISBURSEMENT)
    kept = _shrink(ctx, view, bills, rest_minor)
    cut = replace(
        payment,
        amount_minor=payment.amount_minor - rest_minor,
        funding_minor=payment.amount_minor - rest_minor,
        updated_at=ctx.now,
    )
    payment_store.PAYMENTS.update(ctx.tx, cut, "amount_minor", "funding_minor", "updated_at")
    pend(ctx, [disbursement_entry(cut, part, calendar.today(ctx.now)) for part in kept])
    refund(ctx, cut)
    ctx.emit(PaymentUpdated(cut))


def send_otherwise(ctx: Ctx, transfer: Transfer) -> None:
    """Nobody used the card: the same payment goes by another way, with the same funds; or back, where there is none."""
    view, bills = lock_payment(ctx, transfer.subject_id)
    payment = replace(view.payment, return_code=transfer.return_code)
    locked = replace(view, payment=payment), bills
    void_pending(ctx, payment.id, Code.DISBURSEMENT)
    reach = reach_without_card(ctx, get_vendor(ctx, payment.vendor_id))
    if reissue(ctx, locked, reach) is None:
        void_and_refund(ctx, locked)


def _shrink(ctx: Ctx, view: PaymentView, bills: dict[str, Bill], rest_minor: int) -> list[BillPayment]:
    """Take the rest off the payment's parts, the last one first; the parts that something is left of.

    Parts that use credits come last: one of which nothing is left gives its credits back.
    """
    credited = {use.bill_id for use in view.credits}
    kept = []
    for part in sorted(view.bill_payments, key=lambda part: (part.bill_id in credited, -part.ordinal)):
        off = min(part.amount_minor, rest_minor)
        rest_minor -= off
        shrunk = replace(part, amount_minor=part.amount_minor - off)
        if off:
            uses = [] if shrunk.amount_minor else [use for use in view.credits if use.bill_id == part.bill_id]
            _give_back(ctx, bills[part.bill_id], off, uses)
        if not shrunk.amount_minor:
            payment_store.remove_bill_payment(ctx.tx, ctx.organization_id, part.id)
            continue
        payment_store.BILL_PAYMENTS.update(ctx.tx, shrunk, "amount_minor")
        kept.append(shrunk)
    return sorted(kept, key=lambda part: part.ordinal)


def _give_back(ctx: Ctx, bill: Bill, amount_minor: int, uses: list[CreditApplication]) -> None:
    stages, today = (Stage.IN_PROCESS, Stage.GIVEN_BACK), calendar.today(ctx.now)
    moved = move(bill, amount_minor, *stages, today, credit_minor=sum_of(uses))
    bill_store.BILLS.update(ctx.tx, replace(moved, updated_at=ctx.now), *AMOUNTS)
    move_credits(ctx, uses, stages)
    remove_applications(ctx.tx, ctx.organization_id, [use.id for use in uses])
