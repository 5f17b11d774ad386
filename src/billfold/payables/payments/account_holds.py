"""Payments that are held while a second user has to confirm their vendor's bank account.

What no file carries yet stays where it is: a debit that is not collected, a credit or a check that is not sent. When
the account is confirmed, or is gone again, each goes on with the first day that its rail can make. The vendor's lock,
which every step of a payment takes first, lies under all of this.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from billfold.kit.ctx import Ctx
from billfold.kit.events import Event
from billfold.kit.records import replace
from billfold.parties.account_confirmations import unconfirmed_vendors
from billfold.payables.events import PaymentHeld, PaymentReleased
from billfold.payables.payments import check_delivery, store
from billfold.payables.payments.model import Payment, PaymentHold, SingleStatus
from billfold.payables.payments.payment_states import TRANSITIONS
from billfold.rails import transfers
from billfold.rails.model import Leg, Rail, TransferStatus

#: Money of these can still be kept from the vendor.
_UNDER_WAY: Final = (
    SingleStatus.SCHEDULED,
    SingleStatus.READY_TO_FUND,
    SingleStatus.FUNDING_STARTED,
    SingleStatus.PROCESSED,
)


def when_doubted(ctx: Ctx, event: Event) -> None:
    """A vendor's new bank account waits for a second user: so does what is on its way to the vendor."""
    for payment in store.payments_in_status(ctx.tx, ctx.organization_id, _UNDER_WAY, vendor_id=event.subject.vendor_id):
        disbursement = transfers.leg_of(ctx, payment.id, Leg.DISBURSEMENT)
        if disbursement.status not in {TransferStatus.HELD, TransferStatus.SCHEDULED} or is_held(ctx, payment.id):
            continue
        store.PAYMENT_HOLDS.insert(ctx.tx, PaymentHold(ctx.organization_id, payment.id, payment.vendor_id, ctx.now))
        if payment.single_status is SingleStatus.PROCESSED:
            hold_disbursement(ctx, payment)
        else:
            _hold_legs(ctx, payment)
        ctx.emit(PaymentHeld(payment))


def when_decided(ctx: Ctx, event: Any) -> None:
    """The account is confirmed, or is gone: what was held goes on, unless it ended or somebody else holds it.

    Not while another account of the vendor's waits: the bank of one that was replaced may have had it corrected.
    """
    if unconfirmed_vendors(ctx, [event.subject.vendor_id]):
        return
    for hold in store.holds_of_vendor(ctx.tx, ctx.organization_id, event.subject.vendor_id):
        store.remove_hold(ctx.tx, ctx.organization_id, hold.payment_id)
        payment = store.PAYMENTS.get(ctx.tx, ctx.organization_id, hold.payment_id)
        assert payment is not None, hold.payment_id
        if payment.single_status is SingleStatus.SCHEDULED:
            _release_legs(ctx, payment)
        elif payment.single_status is SingleStatus.DISBURSEMENT_ON_HOLD:
            _release_disbursement(ctx, payment)


def is_held(ctx: Ctx, payment_id: str) -> bool:
    """Whether the payment waits for its vendor's bank account to be confirmed."""
    return store.PAYMENT_HOLDS.get(ctx.tx, ctx.organization_id, payment_id) is not None


def hold_disbursement(ctx: Ctx, payment: Payment) -> None:
    """Collected money does not leave."""
    status = TRANSITIONS.step(payment.id, payment.single_status, SingleStatus.DISBURSEMENT_ON_HOLD)
    disbursement = transfers.leg_of(ctx, payment.id, Leg.DISBURSEMENT)
    if disbursement.status is TransferStatus.SCHEDULED:
        transfers.hold(ctx, disbursement)
    store.PAYMENTS.update(
        ctx.tx, replace(payment, single_status=status, updated_at=ctx.now), "single_status", "updated_at"
    )


def _hold_legs(ctx: Ctx, payment: Payment) -> None:
    """Nothing is collected, and nothing of what needs no collecting is sent."""
    for leg in (Leg.FUNDING, Leg.DISBURSEMENT):
        transfer = transfers.leg_of(ctx, payment.id, leg)
        if transfer.status is TransferStatus.SCHEDULED:
            transfers.hold(ctx, transfer)


def _release_legs(ctx: Ctx, payment: Payment) -> None:
    """On its day, or the first one that can still be made: the vendor's money comes as much later."""
    funding = transfers.leg_of(ctx, payment.id, Leg.FUNDING)
    disbursement = transfers.leg_of(ctx, payment.id, Leg.DISBURSEMENT)
    process_on = transfers.release(ctx, funding, payment.process_on).effective_on
    leaves_on = check_delivery.leaves_on(payment.check_delivery_type, funding.rail, process_on)
    if funding.rail is Rail.BOOK:
        leaves_on = transfers.release(ctx, disbursement, leaves_on).effective_on
    arrives_on = payment.arrives_on
    if process_on != payment.process_on:
        arrives_on = _arrives_on(payment, leaves_on)
    released = replace(payment, process_on=process_on, arrives_on=arrives_on, updated_at=ctx.now)
    store.PAYMENTS.update(ctx.tx, released, "process_on", "arrives_on", "updated_at")
    ctx.emit(PaymentReleased(released))


def _release_disbursement(ctx: Ctx, payment: Payment) -> None:
    disbursement = transfers.leg_of(ctx, payment.id, Leg.DISBURSEMENT)
    leaves_on = transfers.release(ctx, disbursement, disbursement.effective_on).effective_on
    released = replace(
        payment,
        single_status=TRANSITIONS.step(payment.id, payment.single_status, SingleStatus.PROCESSED),
        arrives_on=_arrives_on(payment, leaves_on),
        updated_at=ctx.now,
    )
    store.PAYMENTS.update(ctx.tx, released, "single_status", "arrives_on", "updated_at")
    ctx.emit(PaymentReleased(released))


def _arrives_on(payment: Payment, leaves_on: date) -> date:
    return check_delivery.arrives_on(
        payment.disbursement_type, payment.disbursement_sub_type, payment.check_delivery_type, leaves_on
    )
