"""Sending a payment's money to its vendor anew: same payment, same funds, another credit or check (settled.md §3)."""

from __future__ import annotations

from datetime import date

from billfold.kit.business_days import add_business_days
from billfold.kit.ctx import Ctx
from billfold.kit.errors import Refusal
from billfold.kit.records import replace
from billfold.kit.settings import Profile
from billfold.ledger import pend
from billfold.parties.vendors import VendorIsArchived, get_vendor
from billfold.payables.events import PaymentReissued
from billfold.payables.payments import store as payment_store
from billfold.payables.payments.check_delivery import arrives_on
from billfold.payables.payments.model import DisbursementType, Payment, SingleStatus, Stage
from billfold.payables.payments.payment_legs import disbursement_entry, disbursement_of, rail_of
from billfold.payables.payments.payment_rules import NEW_ACCOUNT_DAYS, AccountNotProven
from billfold.payables.payments.payment_states import TRANSITIONS
from billfold.payables.payments.payments import STEPPED
from billfold.payables.payments.reach import Reach, VendorCannotBePaidOnline, reach_by_check, reach_of
from billfold.payables.voids.voids import Locked
from billfold.rails import calendar, originators, prenotes, transfers
from billfold.rails.statements import disbursing_accounts

#: What a reissued payment says anew.
_RENEWED = (
    *STEPPED,
    "disbursement_type",
    "vendor_bank_account_id",
    "arrives_on",
    "sent_on",
    "check_number",
    "tracking_number",
    "return_code",
    "virtual_card_last4",
    "virtual_card_valid_until",
    "rpps_trace_number",
    "rpps_batch_number",
)


def reach_again(ctx: Ctx, payment: Payment) -> Reach | Refusal:
    """How the vendor can be paid now: on another account than before, or by check; or why not.

    Not abroad: a payment that goes there says other things (contract §6.6).
    """
    vendor = get_vendor(ctx, payment.vendor_id)
    if vendor.archived:
        return VendorIsArchived(vendor_id=vendor.id)
    found = reach_of(ctx, [vendor])[vendor.id]
    if isinstance(found, Reach) and found.disbursement is DisbursementType.INTERNATIONAL_E_PAYMENT:
        return VendorCannotBePaidOnline(vendor_id=payment.vendor_id, missing="a vendor who is not paid abroad")
    return _from_where_it_is(ctx, payment, found)


def reissue(ctx: Ctx, locked: Locked, reach: Reach | VendorCannotBePaidOnline | None = None) -> Payment | None:
    """A new disbursement of collected money whose old one is over; None where nothing reaches the vendor now.

    By `reach`, if it is given, else as the vendor is paid now.
    """
    view, bills = locked
    way = reach_again(ctx, view.payment) if reach is None else _from_where_it_is(ctx, view.payment, reach)
    if isinstance(way, Refusal):
        return None
    effective_on = earliest_day(ctx, way)
    renewed = _renewed(ctx, view.payment, way, effective_on)
    parts = [(part, bills[part.bill_id]) for part in view.bill_payments]
    payment_store.PAYMENTS.update(ctx.tx, renewed, *_RENEWED)
    pend(ctx, [disbursement_entry(renewed, part, calendar.today(ctx.now)) for part, _ in parts])
    vendor = get_vendor(ctx, renewed.vendor_id)
    transfers.originate(ctx, [disbursement_of(renewed, vendor, parts, view.credits, effective_on, held=False)])
    ctx.emit(PaymentReissued(renewed))
    return renewed


def _from_where_it_is(ctx: Ctx, payment: Payment, reach: Reach | VendorCannotBePaidOnline) -> Reach | Refusal:
    """The reach; but by check from an account of the own bank that has the money and that no credits are drawn on."""
    if isinstance(reach, Reach) and reach.disbursement is DisbursementType.ACH:
        home = disbursing_accounts.account_drawn_on(ctx, payment.id)
        if home is not None and not originators.pays_itself(ctx, home, by_check=False):
            return reach_by_check(ctx, reach.payee.vendor)
    return _proven(ctx, reach)


def _proven(ctx: Ctx, reach: Reach | VendorCannotBePaidOnline) -> Reach | Refusal:
    """The reach, unless the trial entry to its account keeps money from it, as it does that of a new payment."""
    if isinstance(reach, Reach) and reach.account is not None:
        problem = prenotes.problem_of(ctx, reach.account.id)
        if problem is not None:
            return AccountNotProven(vendor_id=reach.vendor_id, status=problem)
    return reach


def _renewed(ctx: Ctx, payment: Payment, reach: Reach, effective_on: date) -> Payment:
    return replace(
        payment,
        single_status=TRANSITIONS.step(payment.id, payment.single_status, SingleStatus.PROCESSED),
        stage=Stage.IN_PROCESS,
        disbursement_type=reach.disbursement,
        vendor_bank_account_id=None if reach.account is None else reach.account.id,
        arrives_on=arrives_on(reach.disbursement, reach.sub_type, payment.check_delivery_type, effective_on),
        sent_on=None,
        check_number=None,
        tracking_number=None,
        return_code=None,
        virtual_card_last4=None,
        virtual_card_valid_until=None,
        rpps_trace_number=None,
        rpps_batch_number=None,
        updated_at=ctx.now,
    )


def earliest_day(ctx: Ctx, reach: Reach) -> date:
    """The first day that the rail can make; a new account of the vendor's has to wait for it in production."""
    day = transfers.earliest_day(ctx, rail_of(reach.disbursement))
    if reach.account is None or ctx.house.profile is not Profile.PRODUCTION:
        return day
    return max(day, add_business_days(calendar.today(reach.account.created_at), NEW_ACCOUNT_DAYS))
