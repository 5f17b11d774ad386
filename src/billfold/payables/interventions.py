"""What the operator of the house does to a payment on its way: hold it, let it go, note a wire, give it to the state.

None of these is on BILL's wire: the administration's face has them, and the sandbox's for who rehearses them.
"""

from __future__ import annotations

from billfold.kit.ctx import Ctx
from billfold.kit.errors import StateForbids
from billfold.kit.records import replace
from billfold.ledger import post
from billfold.parties.vendors import get_vendor
from billfold.payables import store
from billfold.payables.check_delivery import arrives_on
from billfold.payables.events import PaymentUpdated
from billfold.payables.funding_sources import account_of_repayment
from billfold.payables.model import DisbursementType, Payment, PaymentView, SingleStatus
from billfold.payables.payment_legs import disbursement_entry, repayment_of
from billfold.payables.payment_states import TRANSITIONS
from billfold.payables.payments import STEPPED, get_payment
from billfold.payables.voids import Locked, lock_payment, step
from billfold.rails import calendar, checks, transfers
from billfold.rails.model import Leg, TransferStatus


def hold_payment(ctx: Ctx, payment_id: str) -> PaymentView:
    """A risk hold: collected money does not leave until `release_payment`. Raises `NotFound`, `StateForbids`."""
    view, _ = lock_payment(ctx, payment_id)
    status = _step_of(view.payment, SingleStatus.DISBURSEMENT_ON_HOLD)
    transfers.hold(ctx, transfers.leg_of(ctx, payment_id, Leg.DISBURSEMENT))
    _update(ctx, replace(view.payment, single_status=status))
    return get_payment(ctx, payment_id)


def release_payment(ctx: Ctx, payment_id: str) -> PaymentView:
    """A held payment goes on, with the first day that its rail can make. Raises `NotFound`, `StateForbids`."""
    view, _ = lock_payment(ctx, payment_id)
    if view.payment.single_status is not SingleStatus.DISBURSEMENT_ON_HOLD:
        raise StateForbids(noun="payment", id=payment_id, verb="be released", state=view.payment.single_status)
    disbursement = transfers.leg_of(ctx, payment_id, Leg.DISBURSEMENT)
    released = transfers.release(ctx, disbursement, disbursement.effective_on)
    status = _step_of(view.payment, SingleStatus.PROCESSED)
    payment = view.payment
    due_on = arrives_on(
        payment.disbursement_type, payment.disbursement_sub_type, payment.check_delivery_type, released.effective_on
    )
    _update(ctx, replace(payment, single_status=status, arrives_on=due_on))
    return get_payment(ctx, payment_id)


def note_wired_funding(ctx: Ctx, payment_id: str) -> PaymentView:
    """The organization wired the money of a debit that came back when the vendor already had it.

    Raises `NotFound`, `StateForbids`, `NoPayablesDefault`.
    """
    view, _ = lock_payment(ctx, payment_id)
    if view.payment.single_status is not SingleStatus.FUNDING_FAILED_ACTION_NEEDED:
        raise StateForbids(noun="payment", id=payment_id, verb="be made good", state=view.payment.single_status)
    vendor, funding = get_vendor(ctx, view.payment.vendor_id), transfers.leg_of(ctx, payment_id, Leg.FUNDING)
    # What the payment does when it arrives is a reaction to it (`settlement.when_settled`).
    account_id = account_of_repayment(ctx, funding)
    transfers.note_wire(ctx, repayment_of(view.payment, vendor, account_id, calendar.fed_day(ctx.now)))
    return get_payment(ctx, payment_id)


def escheat_payment(ctx: Ctx, payment_id: str) -> PaymentView:
    """Nobody ever claimed the money of a check: it goes to the state, and the debt is paid.

    Raises `NotFound`, `StateForbids`.
    """
    locked = lock_payment(ctx, payment_id)
    payment = locked[0].payment
    _step_of(payment, SingleStatus.FUNDS_ESCHEATED)
    if payment.disbursement_type is not DisbursementType.CHECK:
        raise StateForbids(noun="payment", id=payment_id, verb="be escheated", state=payment.disbursement_type)
    disbursement = transfers.leg_of(ctx, payment_id, Leg.DISBURSEMENT)
    if disbursement.status is TransferStatus.RETURNED:
        _pay_the_state(ctx, locked)
    else:
        check = checks.check_of(ctx, disbursement.id)
        assert check is not None, f"{disbursement.id} is {disbursement.status}, and has no check"
        checks.escheat_check(ctx, check.id)
    return get_payment(ctx, payment_id)


def _pay_the_state(ctx: Ctx, locked: Locked) -> None:
    """A failed disbursement has no pending posting any more: the debt is posted away at once."""
    view, _ = locked
    payment = step(ctx, locked, SingleStatus.FUNDS_ESCHEATED)
    post(ctx, [disbursement_entry(payment, part, calendar.today(ctx.now)) for part in view.bill_payments])


def _step_of(payment: Payment, to: SingleStatus) -> SingleStatus:
    return TRANSITIONS.step(payment.id, payment.single_status, to)


def _update(ctx: Ctx, payment: Payment) -> None:
    changed = replace(payment, updated_at=ctx.now)
    store.PAYMENTS.update(ctx.tx, changed, *STEPPED, "arrives_on")
    ctx.emit(PaymentUpdated(changed))
