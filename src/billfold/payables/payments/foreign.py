"""Paying abroad: the rate that a payment is made at, its purpose, its dollars, and what it posts.

A bill that is not in USD is paid at a rate that was held before (`exchange_quotes.py`), on the next business day. Its
dollars are fixed when the payment is made: amount / rate, rounded half-up to the cent, once for each payment. A bill in
USD needs no rate, wherever it is paid: whoever is paid in another currency bears the conversion.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

import msgspec

from billfold.kit.ctx import Ctx
from billfold.kit.errors import Checks, InvalidField, Refusal
from billfold.ledger import ACCOUNTS_PAYABLE, EXCHANGE, EXCHANGE_DIFFERENCE, MONEY_OUT_CLEARING, Code, Entry
from billfold.parties.bank_details import check_purpose
from billfold.parties.country_table import rules_of
from billfold.parties.model import Vendor
from billfold.payables.bills.model import Bill
from billfold.payables.payments.model import BillPayment, DisbursementType, FundingType, Payment, PayRunDraft, Purpose
from billfold.payables.payments.payment_legs import disbursement_entry
from billfold.payables.payments.payment_rules import Part, ProcessDateInvalid, refuse_any
from billfold.payables.payments.reach import Reach, VendorNeedsAccountAbroad
from billfold.payables.quotes import exchange_quotes
from billfold.payables.quotes.exchange_quotes import QuoteRequired, RateUnknown
from billfold.payables.quotes.model import ExchangeQuote
from billfold.rails import calendar, fx

#: What a payment abroad has to say besides (?).
_RATE_NEEDED: Final = "exchangeRateBatchId is required"
_PURPOSE_NEEDED: Final = "paymentPurpose is required: the vendor's country asks for it, and the vendor has none."


class Terms(msgspec.Struct, frozen=True):
    """How a vendor is paid in this run: the held rate, if the bills are not in USD, and what for."""

    quote: ExchangeQuote | None = None
    purpose: Purpose = Purpose()

    @property
    def rate(self) -> Decimal | None:
        """Units of the bills' currency for one dollar; None where they are in USD."""
        return self.quote.rate if self.quote else None


def check_terms(
    ctx: Ctx, parts: Sequence[Part], run: PayRunDraft, reach: dict[str, Reach], process_on: date
) -> dict[str, Terms]:
    """The terms of each vendor; the quotes are locked. Raises `NotFound` for the batch, `PartsRefused`."""
    checks = [Checks() for _ in parts]
    quotes = _quotes(ctx, parts, run)
    terms: dict[str, Terms] = {}
    for part, noted in zip(parts, checks, strict=True):
        if not part.amount_minor:
            # Credits cover all of it: no money moves.
            continue
        way = reach[part.vendor.id]
        quote = _check_currency(noted, part, way, quotes)
        if part.bill.currency != "USD":
            # The rate is held for today: a later day would be another rate (contract §6.4).
            next_day = calendar.earliest_process_date(ctx.now)
            noted.require(process_on == next_day, ProcessDateInvalid(process_on=process_on))
        purpose = _purpose(run, part.vendor, way)
        if way.account is not None and way.account.is_abroad:
            rules = rules_of(way.account.bank_country)
            check_purpose(noted, rules, (purpose.text, purpose.value), field="payment_purpose")
            if (refusal := why_not_from(run.funding_account.type, way)) is not None:
                noted.note(refusal)
        terms[part.vendor.id] = Terms(quote, purpose)
    refuse_any(checks)
    return terms


def why_not_from(funding: FundingType, way: Reach) -> Refusal | None:
    """Why who is reached so cannot be paid from such an account, or None.

    The bank that sends money abroad takes it from an account that it has.
    """
    if way.disbursement is DisbursementType.INTERNATIONAL_E_PAYMENT and funding is not FundingType.BANK_ACCOUNT:
        return InvalidField("funding_account", "must be a bank account to pay abroad")
    return None


def why_not_in(ctx: Ctx, vendor: Vendor, way: Reach) -> Refusal | None:
    """Why bills in the vendor's currency cannot be paid to who is reached so, whatever rate is held; or None."""
    if vendor.bill_currency == "USD":
        return None
    if way.disbursement is not DisbursementType.INTERNATIONAL_E_PAYMENT:
        return VendorNeedsAccountAbroad(vendor_id=vendor.id, currency=vendor.bill_currency)
    if fx.rate_of(ctx, vendor.bill_currency) is None:
        return RateUnknown(currency=vendor.bill_currency)
    return None


def conditions_of(vendor: Vendor, way: Reach) -> tuple[str, ...]:
    """What a payment to who is reached so has to say besides, in sentences."""
    conditions = []
    if vendor.bill_currency != "USD":
        conditions.append(f"{_RATE_NEEDED}: the vendor is billed in {vendor.bill_currency}.")
    checks = Checks()
    if way.account is not None and way.account.is_abroad:
        check_purpose(checks, rules_of(way.account.bank_country), (vendor.purpose_text, vendor.purpose_value))
    if checks.found:
        conditions.append(_PURPOSE_NEEDED)
    return tuple(conditions)


def funding_minor(amount_minor: int, currency: str, rate: Decimal | None) -> int:
    """An amount in cents, half-up. Raises `InvalidField` where it is less than half a cent."""
    if rate is None:
        return amount_minor
    cents = fx.cents_at(amount_minor, currency, rate)
    if not cents:
        raise InvalidField("amount", "is worth less than a cent")
    return cents


def about_cents(ctx: Ctx, amount_minor: int, currency: str) -> int:
    """What a payment takes from its funding account at today's rate, in cents; zero where no rate is known."""
    rate = fx.rate_of(ctx, currency)
    return 0 if rate is None else fx.cents_at(amount_minor, currency, rate)


def disbursement_entries(payment: Payment, parts: Sequence[tuple[BillPayment, Bill]]) -> list[Entry]:
    """Dr accounts payable · Cr money-out clearing; in another currency by way of the exchange account (docs/money.md).

    The exchange belongs to the disbursement and shares its fate: posted, voided and reversed with it.
    """
    if payment.exchange_rate is None:
        return [disbursement_entry(payment, part, payment.process_on) for part, _ in parts]
    return [
        entry
        for (part, bill), cents in zip(parts, shares(payment, [part for part, _ in parts]), strict=True)
        for entry in _exchange_entries(payment, part, bill, cents)
    ]


def shares(payment: Payment, parts: Sequence[BillPayment]) -> list[int]:
    """What each part costs in cents: rounded on the running sum, so that they add up to the payment's dollars."""
    assert payment.exchange_rate is not None, payment.id
    assert payment.funding_minor is not None, payment.id
    running = before = 0
    found = []
    for part in parts:
        running += part.amount_minor
        after = fx.cents_at(running, payment.currency, payment.exchange_rate)
        found.append(after - before)
        before = after
    assert before == payment.funding_minor, payment.id
    return found


def booked_minor(part: BillPayment, bill: Bill, cents: int) -> int:
    """What the debt that a part pays was worth in cents at the bill's rate; without one, what it costs."""
    return cents if bill.exchange_rate is None else fx.cents_at(part.amount_minor, bill.currency, bill.exchange_rate)


def _exchange_entries(payment: Payment, part: BillPayment, bill: Bill, cents: int) -> list[Entry]:
    """The exchange account takes the foreign amount for its booked dollars; the rest was gained or lost."""
    booked = booked_minor(part, bill, cents)
    entries = [
        _entry(payment, part, ACCOUNTS_PAYABLE, EXCHANGE, part.amount_minor, payment.currency),
        _entry(payment, part, EXCHANGE, MONEY_OUT_CLEARING, cents, "USD"),
        _entry(payment, part, EXCHANGE_DIFFERENCE, EXCHANGE, cents - booked, "USD"),
        _entry(payment, part, EXCHANGE, EXCHANGE_DIFFERENCE, booked - cents, "USD"),
    ]
    return [entry for entry in entries if entry.amount_minor > 0]


def _entry(payment: Payment, part: BillPayment, debit: str, credit: str, amount_minor: int, currency: str) -> Entry:
    return Entry(
        debit_account=debit,
        credit_account=credit,
        amount_minor=amount_minor,
        currency=currency,
        code=Code.DISBURSEMENT,
        document_id=payment.id,
        related_id=part.bill_id,
        effective_on=payment.process_on,
    )


def _quotes(ctx: Ctx, parts: Sequence[Part], run: PayRunDraft) -> dict[str, ExchangeQuote | Refusal]:
    """What the batch says of each vendor whose bills are not in USD."""
    if run.exchange_rate_batch_id is None:
        return {}
    totals: dict[str, tuple[str, int]] = {}
    sums: dict[str, int] = defaultdict(int)
    for part in parts:
        if part.bill.currency != "USD":
            sums[part.vendor.id] += part.amount_minor
            totals[part.vendor.id] = part.bill.currency, sums[part.vendor.id]
    if not totals:
        return {}
    return exchange_quotes.check_quotes(ctx, run.exchange_rate_batch_id, totals, claimed=run.rates_claimed)


def _check_currency(
    checks: Checks, part: Part, way: Reach, quotes: dict[str, ExchangeQuote | Refusal]
) -> ExchangeQuote | None:
    bill = part.bill
    if bill.currency == "USD":
        return None
    if way.disbursement is not DisbursementType.INTERNATIONAL_E_PAYMENT:
        checks.note(VendorNeedsAccountAbroad(vendor_id=part.vendor.id, currency=bill.currency))
        return None
    found = quotes.get(part.vendor.id) or QuoteRequired(bill_id=bill.id, currency=bill.currency)
    if isinstance(found, Refusal):
        checks.note(found)
        return None
    return found


_NO_PURPOSE: Final = Purpose()


def _purpose(run: PayRunDraft, vendor: Vendor, way: Reach) -> Purpose:
    """What is said of the run; else, abroad, what is known of the vendor."""
    if run.purpose != _NO_PURPOSE or way.disbursement is not DisbursementType.INTERNATIONAL_E_PAYMENT:
        return run.purpose
    return Purpose(vendor.purpose_text, vendor.purpose_name, vendor.purpose_value)
