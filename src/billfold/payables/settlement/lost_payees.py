"""Payments whose vendor's account turned out to be none before anything was collected: a reaction (`wiring.py`).

The same payment goes as the vendor is paid by now, by check or to another account, and its debit is collected as it was
to be. Where no way is left, or one that another debit would fund, nothing is collected: the payment is void.
"""

from __future__ import annotations

from typing import Final

from billfold.kit.ctx import Ctx
from billfold.kit.errors import Refusal
from billfold.kit.records import replace
from billfold.ledger import Code, void_pending
from billfold.parties.vendors import bank_account_by_id, get_vendor
from billfold.payables.events import PaymentRerouted
from billfold.payables.payments import check_delivery
from billfold.payables.payments import store as payment_store
from billfold.payables.payments.funding_sources import rail_of
from billfold.payables.payments.model import DisbursementType, Payment, SingleStatus
from billfold.payables.payments.payment_legs import disbursement_of
from billfold.payables.payments.reach import Reach
from billfold.payables.settlement.steps import step
from billfold.payables.voids.reissues import earliest_day, reach_again
from billfold.payables.voids.voids import Locked, lock_payment
from billfold.rails import transfers
from billfold.rails.events import DebitInVain
from billfold.rails.model import Leg, Rail, Transfer

_REROUTED: Final = ("disbursement_type", "vendor_bank_account_id", "arrives_on", "updated_at")


def when_in_vain(ctx: Ctx, event: DebitInVain) -> None:
    """What a payment is to collect could not be paid out."""
    debit = event.subject
    view, bills = lock_payment(ctx, debit.subject_id)
    payment = view.payment
    assert payment.vendor_bank_account_id is not None, payment.id
    code = bank_account_by_id(ctx, payment.vendor_bank_account_id).invalid_code
    if code is None:
        # The account was corrected while this waited for the vendor's lock.
        return
    reach = _way_of(ctx, payment, debit.rail)
    if reach is None:
        transfers.refuse(ctx, debit, code)
    else:
        _reroute(ctx, (view, bills), reach, debit.rail)


def call_off(ctx: Ctx, debit: Transfer) -> None:
    """The debit was refused: nothing of the payment leaves, and its bills are due again."""
    transfers.cancel(ctx, transfers.leg_of(ctx, debit.subject_id, Leg.DISBURSEMENT))
    void_pending(ctx, debit.subject_id, Code.DISBURSEMENT)
    step(ctx, debit, SingleStatus.VOIDED)


def _way_of(ctx: Ctx, payment: Payment, funding: Rail) -> Reach | None:
    """How the vendor is paid by now with the money of this debit; one that goes abroad goes there or nowhere."""
    if payment.disbursement_type is not DisbursementType.ACH:
        return None
    assert payment.funding_account is not None, payment.id
    reach = reach_again(ctx, payment)
    if isinstance(reach, Refusal) or rail_of(ctx, payment.funding_account, reach.disbursement) is not funding:
        return None
    return reach


def _reroute(ctx: Ctx, locked: Locked, reach: Reach, funding: Rail) -> None:
    """Another disbursement of the same payment; what is pending in the ledger stays as it is."""
    view, bills = locked
    payment, vendor = view.payment, get_vendor(ctx, view.payment.vendor_id)
    delivery = payment.check_delivery_type
    leaves_on = max(check_delivery.leaves_on(delivery, funding, payment.process_on), earliest_day(ctx, reach))
    rerouted = replace(
        payment,
        disbursement_type=reach.disbursement,
        vendor_bank_account_id=None if reach.account is None else reach.account.id,
        arrives_on=check_delivery.arrives_on(reach.disbursement, reach.sub_type, delivery, leaves_on),
        updated_at=ctx.now,
    )
    payment_store.PAYMENTS.update(ctx.tx, rerouted, *_REROUTED)
    transfers.cancel(ctx, transfers.leg_of(ctx, payment.id, Leg.DISBURSEMENT))
    parts = [(part, bills[part.bill_id]) for part in view.bill_payments]
    held = funding is not Rail.BOOK
    transfers.originate(ctx, [disbursement_of(rerouted, vendor, parts, view.credits, leaves_on, held=held)])
    ctx.emit(PaymentRerouted(rerouted))
