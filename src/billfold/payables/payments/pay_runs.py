"""Paying bills, one or many in one go, all or none. Every online payment is made here, and nobody may pay twice.

A vendor who takes combined payments gets one payment for up to 35 bills; any other gets one for each bill.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import msgspec

from billfold.accounting import classifications
from billfold.kit.ctx import Ctx
from billfold.kit.errors import InvalidField
from billfold.kit.records import replace
from billfold.ledger import MONEY_OUT_CLEARING, pend
from billfold.parties.model import Vendor, VendorBankAccount
from billfold.payables.bills import store as bill_store
from billfold.payables.bills.bill_amounts import AMOUNTS, move
from billfold.payables.bills.model import Bill
from billfold.payables.credits import credit_applications
from billfold.payables.credits.model import CreditApplication
from billfold.payables.events import PaymentCreated
from billfold.payables.payments import check_delivery, funding_sources, same_day, store
from billfold.payables.payments.foreign import Terms, check_terms, disbursement_entries, funding_minor
from billfold.payables.payments.funding_sources import FundingSource, rail_of, require_payer
from billfold.payables.payments.model import (
    BillPayment,
    DisbursementType,
    Payment,
    PaymentView,
    PayRunDraft,
    SingleStatus,
    Stage,
)
from billfold.payables.payments.payment_legs import legs_of
from billfold.payables.payments.payment_rules import (
    MAX_AMOUNT_MINOR,
    Part,
    check_date,
    check_funding,
    check_parts,
    check_reach,
    check_texts,
    lock_parts,
)
from billfold.payables.payments.reach import Reach, reach_of
from billfold.payables.quotes.exchange_quotes import use_quotes
from billfold.payables.quotes.model import ExchangeQuote
from billfold.rails import calendar, originators, transfers
from billfold.rails.model import Rail
from billfold.rails.transfers import TransferDraft

PREFIX: Final = "stp"
BILL_PAYMENT_PREFIX: Final = "blp"
#: Bills in one combined payment at most (contract: payables §6.2).
MAX_COMBINED: Final = 35


class Made(msgspec.Struct, frozen=True):
    """A payment, the rail that funds it, its parts, each beside its bill as it was before, and the credits used."""

    payment: Payment
    payee: tuple[Vendor, VendorBankAccount | None]
    funding: Rail
    parts: list[tuple[BillPayment, Bill]]
    credits: list[CreditApplication]

    @property
    def view(self) -> PaymentView:
        """The payment as readers see it."""
        return PaymentView(self.payment, [part for part, _ in self.parts], self.payee[0].name, credits=self.credits)


class _Way(msgspec.Struct, frozen=True):
    """How a payment gets to its vendor: by what, on which terms, for how many cents, funded by which rail."""

    reach: Reach
    terms: Terms
    cents: int
    funding: Rail


class _Plan(msgspec.Struct, frozen=True):
    """A run that nothing speaks against: its bills under their locks, and which of them each payment pays, and how."""

    source: FundingSource
    clearing_id: str
    process_on: date
    parts: list[Part]
    groups: list[tuple[list[Part], _Way]]
    quotes: list[ExchangeQuote]


def pay_bills(ctx: Ctx, run: PayRunDraft) -> list[PaymentView]:
    """Schedule payments of these bills, in the order of the first bill of each.

    Raises `NotFound`, `MayNotPay` and its like for other funding accounts (`funding_sources.require_payer`),
    `OriginatorMissing`, `ProcessDateInvalid`, `InvalidField`s, `ApCardLimitExceeded`, `WalletTooLow`, and
    `PartsRefused` with what is wrong with each bill.
    """
    plan = _plan(ctx, run)
    use_quotes(ctx, plan.quotes)
    ctx.ids.reserve(sum(3 + 2 * len(group) for group, _ in plan.groups) + sum(len(part.uses) for part in plan.parts))
    made = [_make(ctx, run, plan, group, way) for group, way in plan.groups]
    store.PAYMENTS.insert_all(ctx.tx, [one.payment for one in made])
    store.BILL_PAYMENTS.insert_all(ctx.tx, [part for one in made for part, _ in one.parts])
    for one in made:
        _schedule_amounts(ctx, one, plan.source)
    credit_applications.use_in_payments(ctx, [use for one in made for use in one.credits], Stage.SCHEDULED)
    for part in plan.parts:
        if not part.amount_minor:
            credit_applications.cover_bill(ctx, part.bill, part.uses)
    pend(ctx, [entry for one in made for entry in disbursement_entries(one.payment, one.parts)])
    transfers.originate(ctx, [leg for one in made for leg in _legs(ctx, run, one)])
    for one in made:
        ctx.emit(PaymentCreated(one.payment))
    return [one.view for one in made]


def _plan(ctx: Ctx, run: PayRunDraft) -> _Plan:
    """Every lock and every check of a run, before anything is written. Raises as `pay_bills`."""
    parts = lock_parts(ctx, run.bills, run.vendor_id)
    source = require_payer(ctx, run.funding_account)
    originators.require_set_up(ctx)
    check_texts(run.description, run.transaction_number)
    funding_sources.check_run(source, run)
    check_parts(ctx, parts, online=True, unapproved=run.unapproved, covered=run.covered)
    process_on = _process_date(ctx, run)
    reach = check_reach(ctx, parts, reach_of(ctx, [part.vendor for part in parts]), process_on)
    check_funding(ctx, parts, source, run, reach)
    check_delivery.require_paid_by_check(parts, reach, run.check_delivery_type)
    terms = check_terms(ctx, parts, run, reach, process_on)
    rails = {
        disbursement: rail_of(ctx, run.funding_account, disbursement)
        for disbursement in {one.disbursement for one in reach.values()}
    }
    groups = _groups([part for part in parts if part.amount_minor])
    if run.pay_faster:
        same_day.check_groups(parts, groups, reach, rails.get(DisbursementType.ACH, Rail.ACH))
    ways = [_way(group, reach, terms, rails) for group in groups]
    if any(way.cents + _fee_of(run, source, way) > MAX_AMOUNT_MINOR for way in ways):
        raise InvalidField("amount", "is more than one payment can carry")
    funding_sources.check_total(ctx, source, [way.cents for way in ways])
    quotes = [one.quote for one in terms.values() if one.quote is not None]
    clearing_id = classifications.with_role(ctx, MONEY_OUT_CLEARING).id
    return _Plan(source, clearing_id, process_on, parts, list(zip(groups, ways, strict=True)), quotes)


def _way(
    group: Sequence[Part],
    reach: Mapping[str, Reach],
    terms: Mapping[str, Terms],
    rails: Mapping[DisbursementType, Rail],
) -> _Way:
    """How a payment of these bills of one vendor gets there."""
    vendor_id = group[0].vendor.id
    cents = funding_minor(_sum(group), group[0].bill.currency, terms[vendor_id].rate)
    return _Way(reach[vendor_id], terms[vendor_id], cents, rails[reach[vendor_id].disbursement])


def _process_date(ctx: Ctx, run: PayRunDraft) -> date:
    """The day asked for, or the first that can be. Raises `ProcessDateInvalid`."""
    if run.pay_faster:
        process_on = run.process_on or calendar.earliest_faster_date(ctx.now)
        same_day.check_date(ctx, process_on)
        return process_on
    if run.process_on is None:
        return check_delivery.earliest_process_date(run.check_delivery_type, ctx.now)
    check_date(ctx, run.process_on)
    check_delivery.check_ordered_in_time(run.check_delivery_type, run.process_on, ctx.now)
    return run.process_on


def _legs(ctx: Ctx, run: PayRunDraft, made: Made) -> list[TransferDraft]:
    leaves_on = check_delivery.leaves_on(run.check_delivery_type, made.funding, made.payment.process_on)
    legs = legs_of(made.payment, made.funding, made.payee, made.parts, made.credits, leaves_on)
    return same_day.made_faster(legs, ctx.now) if run.pay_faster else legs


def confirmation_number(process_on: date, ordinal: int) -> str:
    """`P26011401 - 0411001`: P, the day, two digits; seven digits (contract §6.3)."""
    day = process_on.isoformat()[2:].replace("-", "")
    return f"P{day}{ordinal // 10**7 % 100:02d} - {ordinal % 10**7:07d}"


def new_transaction_number(ctx: Ctx, ordinal: int) -> str:
    """Twenty capitals, for a payment that brings no number of its own."""
    return ctx.ids.capitals("transaction", ordinal, 20)


def _groups(parts: Sequence[Part]) -> list[list[Part]]:
    """The parts of each payment."""
    groups: list[list[Part]] = []
    open_groups: dict[str, list[Part]] = {}
    for part in parts:
        group = open_groups.get(part.vendor.id)
        if group is None or len(group) == MAX_COMBINED or not part.vendor.combine_payments:
            group = open_groups[part.vendor.id] = []
            groups.append(group)
        group.append(part)
    return groups


def _sum(group: Sequence[Part]) -> int:
    return sum(part.amount_minor for part in group)


def _make(ctx: Ctx, run: PayRunDraft, plan: _Plan, group: Sequence[Part], way: _Way) -> Made:
    payment_id, ordinal = ctx.ids.new(PREFIX)
    source, process_on = plan.source, plan.process_on
    vendor, reach, terms = group[0].vendor, way.reach, way.terms
    payment = Payment(
        organization_id=ctx.organization_id,
        id=payment_id,
        ordinal=ordinal,
        vendor_id=vendor.id,
        bank_account_id=source.bank_account_id,
        vendor_bank_account_id=None if reach.account is None else reach.account.id,
        amount_minor=_sum(group),
        currency=group[0].bill.currency,
        funding_minor=way.cents,
        process_on=process_on,
        arrives_on=_arrives_on(run, way, process_on),
        sent_on=None,
        description=run.description,
        transaction_number=run.transaction_number or new_transaction_number(ctx, ordinal),
        confirmation_number=confirmation_number(process_on, ordinal),
        single_status=SingleStatus.SCHEDULED,
        stage=Stage.SCHEDULED,
        disbursement_type=reach.disbursement,
        check_delivery_type=run.check_delivery_type,
        remittance_email=vendor.payment_email or vendor.email,
        cancel_requested=False,
        return_code=None,
        created_by=ctx.actor.user_id,
        created_at=ctx.now,
        updated_at=ctx.now,
        bill_created=run.bill_created,
        exchange_rate=terms.rate,
        exchange_rate_batch_id=terms.quote.batch_id if terms.quote else None,
        purpose_text=terms.purpose.text,
        purpose_name=terms.purpose.name,
        purpose_value=terms.purpose.value,
        disbursement_sub_type=reach.sub_type,
        funding_type=source.account.type,
        funding_source_id=source.account.id,
        fee_minor=_fee_of(run, source, way) or None,
        card_funding_purpose=run.card_funding_purpose,
        pay_faster=run.pay_faster or check_delivery.is_fast(run.check_delivery_type),
        chart_of_account_id=plan.clearing_id,
    )
    return Made(
        payment,
        (vendor, reach.account),
        way.funding,
        parts_of(ctx, payment_id, group),
        credits_of(ctx, payment_id, group),
    )


def _fee_of(run: PayRunDraft, source: FundingSource, way: _Way) -> int:
    """What paying so much from there costs, and what sending it so costs."""
    return funding_sources.fee_of(source, way.cents) + check_delivery.fee_of(run.check_delivery_type, way.funding)


def _arrives_on(run: PayRunDraft, way: _Way, process_on: date) -> date:
    if run.pay_faster:
        return process_on
    leaves_on = check_delivery.leaves_on(run.check_delivery_type, way.funding, process_on)
    return check_delivery.arrives_on(way.reach.disbursement, way.reach.sub_type, run.check_delivery_type, leaves_on)


def parts_of(ctx: Ctx, payment_id: str, group: Sequence[Part]) -> list[tuple[BillPayment, Bill]]:
    """A payment's new parts, each beside its bill as it was before."""
    made = []
    for part in group:
        part_id, ordinal = ctx.ids.new(BILL_PAYMENT_PREFIX)
        row = BillPayment(ctx.organization_id, payment_id, part_id, ordinal, part.bill.id, part.amount_minor)
        made.append((row, part.bill))
    return made


def credits_of(ctx: Ctx, payment_id: str, group: Sequence[Part]) -> list[CreditApplication]:
    """The credits that are used with a payment's new parts."""
    return [credit_applications.new_application(ctx, use, part.bill, payment_id) for part in group for use in part.uses]


def _schedule_amounts(ctx: Ctx, made: Made, source: FundingSource) -> None:
    """The bills owe less, and remember what they are paid from."""
    for part, bill in made.parts:
        credit_minor = credit_applications.used_by(bill.id, made.credits)
        on = made.payment.process_on
        paid = replace(
            move(bill, part.amount_minor, Stage.GIVEN_BACK, Stage.SCHEDULED, on, credit_minor=credit_minor),
            pay_from_bank_account_id=source.bank_account_id,
            pay_from_chart_of_account_id=source.chart_of_account_id or bill.pay_from_chart_of_account_id,
            updated_at=ctx.now,
        )
        bill_store.BILLS.update(ctx.tx, paid, *AMOUNTS, "pay_from_bank_account_id", "pay_from_chart_of_account_id")
