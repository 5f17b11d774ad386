"""Exchange-rate quotes: what a payment in another currency will cost, held for twenty minutes (payables §6.9).

A quote is for one vendor and for amounts of one tier. Those that are asked for together are a batch, which a payment
names by its number; each serves once. The rate is units of the payment's currency for one dollar.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Final

import msgspec

from billfold.kit.ctx import Ctx
from billfold.kit.errors import Checks, InvalidField, NotFound, Refusal
from billfold.kit.money import to_positive_minor
from billfold.kit.records import replace
from billfold.kit.settings import Profile
from billfold.parties.model import Vendor, VendorBankAccount
from billfold.parties.vendors import bank_accounts_of, get_vendor
from billfold.payables.quotes import store
from billfold.payables.quotes.model import ExchangeQuote
from billfold.rails import fx

LIFE: Final = timedelta(minutes=20)
#: As many vendors as v2 asks for at once (contract: v2.md §6.9).
MAX_VENDORS: Final = 200
_ONE: Final = Decimal(1)


class _Tier(msgspec.Struct, frozen=True):
    """From this many dollars on, the rate is less than the market's by this part of it."""

    from_dollars: int
    spread: Decimal


#: What the simulated bank earns. In production the imported rates are the bank's own, and are quoted as they are.
_SIMULATED_TIERS: Final = (
    _Tier(0, Decimal("0.015")),
    _Tier(1_000, Decimal("0.0125")),
    _Tier(5_000, Decimal("0.01")),
    _Tier(25_000, Decimal("0.0075")),
    _Tier(100_000, Decimal("0.005")),
)
_ONE_TIER: Final = (_Tier(0, Decimal(0)),)


class VendorNotAbroad(Refusal):
    """The vendor is not paid abroad in another currency, so there is nothing to exchange."""

    sentence = "The vendor {vendor_id} has no bank account abroad that is paid in another currency than USD."


class RateUnknown(Refusal):
    """Nobody told the organization what the currency is worth."""

    sentence = "There is no exchange rate for {currency}."


class QuoteRequired(Refusal):
    """A bill that is not in USD is paid at a rate that was held before."""

    sentence = "The bill {bill_id} is in {currency}: its payment needs an exchange-rate batch."


class QuoteExpired(Refusal):
    """A rate is held for twenty minutes."""

    sentence = "The exchange-rate batch {batch_id} has expired: ask for another."


class QuoteUsed(Refusal):
    """A rate that is held is good for one payment."""

    sentence = "The rate of the exchange-rate batch {batch_id} for the vendor {vendor_id} was used: ask for another."


class QuoteDoesNotCover(Refusal):
    """The batch is for other vendors, amounts or currencies."""

    sentence = "The exchange-rate batch {batch_id} has no rate for the vendor {vendor_id} and this amount."


class QuoteAsked(msgspec.Struct, frozen=True):
    """Whom to pay how much, in the currency of the vendor's bills; or in dollars."""

    vendor_id: str
    amount: Decimal
    in_dollars: bool = False


def quote(ctx: Ctx, asked: Sequence[QuoteAsked]) -> list[ExchangeQuote]:
    """A batch of quotes, in the order of the asking.

    Raises `NotFound`, `VendorNotAbroad`, `RateUnknown`, `InvalidField`s.
    """
    if not 1 <= len(asked) <= MAX_VENDORS:
        raise InvalidField("vendors", f"must have 1 to {MAX_VENDORS} elements, not {len(asked)}")
    ids = [one.vendor_id for one in asked]
    vendors = [get_vendor(ctx, vendor_id) for vendor_id in ids]
    accounts = bank_accounts_of(ctx, ids)
    checks = Checks()
    checks.require(len(set(ids)) == len(ids), InvalidField("vendors", "names a vendor twice"))
    for vendor in vendors:
        checks.require(_has_exchange(accounts.get(vendor.id)), VendorNotAbroad(vendor_id=vendor.id))
    checks.raise_any()
    # Rates are asked for once each: no two quotes of a batch differ in what the market says.
    rates = {currency: _known_rate(ctx, currency) for currency in {one.payment_currency for one in accounts.values()}}
    batch_id = ctx.counters.reserve_quote_batch()
    made = [
        _quote(ctx, batch_id, one, vendor, accounts[vendor.id].payment_currency, rates)
        for one, vendor in zip(asked, vendors, strict=True)
    ]
    store.QUOTES.insert_all(ctx.tx, made)
    return made


def check_quotes(
    ctx: Ctx, batch_id: int, totals: Mapping[str, tuple[str, int]], *, claimed: bool = False
) -> dict[str, ExchangeQuote | Refusal]:
    """The rate held for each vendor, or why there is none; the quotes are locked.

    `totals`: currency and amount of all that the vendor is to be paid. `claimed`: who pays took the rates before, for
    more than is paid now, and they are held until it is done. Raises `NotFound` for the batch.
    """
    held = _locked(ctx, batch_id, totals)
    found: dict[str, ExchangeQuote | Refusal] = {}
    for vendor_id, (currency, amount_minor) in totals.items():
        one = held.get(vendor_id)
        if one is not None and claimed and one.used_at is not None and one.bill_currency == currency:
            found[vendor_id] = one
        elif one is not None and one.used_at is not None:
            found[vendor_id] = QuoteUsed(batch_id=batch_id, vendor_id=vendor_id)
        elif one is not None and one.expires_at <= ctx.now:
            found[vendor_id] = QuoteExpired(batch_id=batch_id)
        elif one is None or one.bill_currency != currency or not one.covers(amount_minor):
            found[vendor_id] = QuoteDoesNotCover(batch_id=batch_id, vendor_id=vendor_id)
        else:
            found[vendor_id] = one
    return found


def claim_quotes(ctx: Ctx, batch_id: int, wanted: Mapping[str, Sequence[Decimal]]) -> dict[str, Refusal]:
    """Take the rates of a batch for all these amounts of each vendor, to be paid a little later and piece by piece.

    Gives why a vendor's rate cannot be taken. A vendor without one, or billed in USD, is none of this: whether that
    will do is known when the bills are paid. Raises `NotFound` for the batch.
    """
    held = {one.vendor_id: one for one in _locked(ctx, batch_id, wanted).values() if one.bill_currency != "USD"}
    totals = {
        one.vendor_id: (one.bill_currency, fx.minor_at(sum(wanted[one.vendor_id], Decimal(0)), _ONE, one.bill_currency))
        for one in held.values()
    }
    checked = check_quotes(ctx, batch_id, totals) if totals else {}
    use_quotes(ctx, [one for one in checked.values() if isinstance(one, ExchangeQuote)])
    return {vendor_id: one for vendor_id, one in checked.items() if isinstance(one, Refusal)}


def _locked(ctx: Ctx, batch_id: int, vendor_ids: Collection[str]) -> dict[str, ExchangeQuote]:
    held = {one.vendor_id: one for one in store.lock_quotes(ctx.tx, ctx.organization_id, batch_id, sorted(vendor_ids))}
    if not held and not store.has_quotes(ctx.tx, ctx.organization_id, batch_id):
        raise NotFound("exchange-rate batch", str(batch_id))
    return held


def use_quotes(ctx: Ctx, quotes: Sequence[ExchangeQuote]) -> None:
    """Payments were made at these rates: they serve nobody else."""
    for one in quotes:
        store.QUOTES.update(ctx.tx, replace(one, used_at=ctx.now), "used_at")


def _has_exchange(account: VendorBankAccount | None) -> bool:
    if account is None or account.is_invalid:
        return False
    return account.is_abroad and account.payment_currency != "USD"


def _known_rate(ctx: Ctx, currency: str) -> Decimal:
    rate = fx.rate_of(ctx, currency)
    if rate is None:
        raise RateUnknown(currency=currency)
    return rate


def _quote(
    ctx: Ctx, batch_id: int, asked: QuoteAsked, vendor: Vendor, currency: str, rates: Mapping[str, Decimal]
) -> ExchangeQuote:
    market = rates[currency]
    # What one dollar is in bills: bills are in the payment's currency or in dollars (parties/bank_details.py).
    bills_rate = _ONE if vendor.bill_currency == "USD" else market
    amount_minor = _amount_minor(asked, vendor.bill_currency, bills_rate)
    tiers = _SIMULATED_TIERS if ctx.house.profile is Profile.SANDBOX else _ONE_TIER
    starts = [fx.minor_at(Decimal(tier.from_dollars), bills_rate, vendor.bill_currency) for tier in tiers]
    position = max(place for place, start in enumerate(starts) if start <= amount_minor)
    return ExchangeQuote(
        organization_id=ctx.organization_id,
        batch_id=batch_id,
        vendor_id=vendor.id,
        bill_currency=vendor.bill_currency,
        payment_currency=currency,
        rate=fx.rounded(market * (1 - tiers[position].spread)),
        from_minor=starts[position],
        to_minor=starts[position + 1] - 1 if position + 1 < len(tiers) else None,
        expires_at=ctx.now + LIFE,
        used_at=None,
        created_at=ctx.now,
    )


def _amount_minor(asked: QuoteAsked, currency: str, rate: Decimal) -> int:
    if not asked.in_dollars:
        return to_positive_minor(asked.amount, currency)
    to_positive_minor(asked.amount, "USD")
    amount_minor = fx.minor_at(asked.amount, rate, currency)
    if amount_minor <= 0:
        raise InvalidField("amount", "must be greater than zero")
    return amount_minor
