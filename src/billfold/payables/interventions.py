"""What the operator of the house does to a payment: hold it, let it go, note a wire, refund it, give it to the state.

None of these is on BILL's wire: the administration's face has them, and the sandbox's for who rehearses them.
"""

from __future__ import annotations

from billfold.kit.ctx import Ctx
from billfold.kit.errors import StateForbids
from billfold.kit.records import replace
from billfold.ledger import post
from billfold.parties.account_confirmations import unconfirmed_vendors
from billfold.parties.vendors import get_vendor
from billfold.payables.events import PaymentUpdated
from billfold.payables.payments import store as payment_store
from billfold.payables.payments.check_delivery import arrives_on
from billfold.payables.payments.clearing import clearing_of
from billfold.payables.payments.funding_sources import account_of_repayment
from billfold.payables.payments.model import DisbursementType, Payment, PaymentView, SingleStatus, Stage
from billfold.payables.payments.payment_legs import disbursement_entry, repayment_of
from billfold.payables.payments.payment_states import MEANINGS, OWING, TRANSITIONS
from billfold.payables.payments.payments import STEPPED, get_payment
from billfold.payables.voids.voids import Locked, lock_payment, refund, step
from billfold.rails import calendar, transfers
from billfold.rails.checks import checks
from billfold.rails.model import ENDED, Leg


def hold_payment(ctx: Ctx, payment_id: str) -> PaymentView:
    """A risk hold: collected money does not leave until `release_payment`. Raises `NotFound`, `StateForbids`."""
    view, _ = lock_payment(ctx, payment_id)
    status = _step_of(view.payment, SingleStatus.DISBURSEMENT_ON_HOLD)
    transfers.hold(ctx, transfers.leg_of(ctx, payment_id, Leg.DISBURSEMENT))
    _update(ctx, replace(view.payment, single_status=status))
    return get_payment(ctx, payment_id)


def release_payment(ctx: Ctx, payment_id: str) -> PaymentView:
    """A held payment goes on, with the first day that its rail can make. Raises `NotFound`, `StateForbids`.

    Not while the vendor's bank account waits for a second user, whoever held the payment.
    """
    view, _ = lock_payment(ctx, payment_id)
    if view.payment.single_status is not SingleStatus.DISBURSEMENT_ON_HOLD:
        raise _not_released(payment_id, str(view.payment.single_status))
    if unconfirmed_vendors(ctx, [view.payment.vendor_id]):
        raise _not_released(payment_id, "waiting for a second user to confirm the vendor's bank account")
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
    """The organization wired what it owes: a debit came back when its money was with the vendor already, or refunded.

    Raises `NotFound`, `StateForbids`, `NoPayablesDefault`.
    """
    view, _ = lock_payment(ctx, payment_id)
    payment = view.payment
    if payment.single_status not in OWING:
        raise StateForbids(noun="payment", id=payment_id, verb="be made good", state=payment.single_status)
    vendor, funding = get_vendor(ctx, payment.vendor_id), transfers.leg_of(ctx, payment_id, Leg.FUNDING)
    # What the payment does when it arrives is a reaction to it (`settlement/repayment.py`).
    account_id, owed_minor = account_of_repayment(ctx, funding), clearing_of(ctx, payment).owed_minor
    transfers.note_wire(ctx, repayment_of(payment, vendor, account_id, owed_minor, calendar.fed_day(ctx.now)))
    return get_payment(ctx, payment_id)


def refund_again(ctx: Ctx, payment_id: str) -> PaymentView:
    """A refund that came back is sent once more: to the default account, if the one that paid is out of use.

    Raises `NotFound`, `StateForbids`.
    """
    view, _ = lock_payment(ctx, payment_id)
    payment = view.payment
    is_decided = MEANINGS[payment.single_status].stage in {Stage.GIVEN_BACK, Stage.PAID}
    if not is_decided or not clearing_of(ctx, payment).held_minor:
        state = f"{payment.single_status}, and nothing waits to be refunded"
        raise StateForbids(noun="payment", id=payment_id, verb="be refunded", state=state)
    refund(ctx, payment)
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
    if payment.single_status is SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED:
        _pay_the_state(ctx, locked)
    elif disbursement.status in ENDED:
        # The state has the money, and the organization owes it.
        raise StateForbids(noun="payment", id=payment_id, verb="be escheated", state=payment.single_status)
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


def _not_released(payment_id: str, state: str) -> StateForbids:
    return StateForbids(noun="payment", id=payment_id, verb="be released", state=state)


def _step_of(payment: Payment, to: SingleStatus) -> SingleStatus:
    return TRANSITIONS.step(payment.id, payment.single_status, to)


def _update(ctx: Ctx, payment: Payment) -> None:
    changed = replace(payment, updated_at=ctx.now)
    payment_store.PAYMENTS.update(ctx.tx, changed, *STEPPED, "arrives_on")
    ctx.emit(PaymentUpdated(changed))
