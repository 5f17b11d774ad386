"""Exchange rates: units of a currency for one US dollar, as a table of each organization.

A sandbox begins with simulated rates, always the same, which its own face can set. In production there is no rate
until the administration face brings one. What a rate is to somebody who pays is a quote: `payables/exchange_quotes`.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from billfold.kit.ctx import Ctx
from billfold.kit.errors import Checks, InvalidField
from billfold.kit.money import divide, scale, to_decimal, to_minor
from billfold.kit.settings import Profile
from billfold.rails import store
from billfold.rails.events import ExchangeRateSet
from billfold.rails.model import ExchangeRate

#: Decimals that a rate has (contract: v2.md §6.9).
RATE_DECIMALS: Final = 8
_UNIT: Final = Decimal(1).scaleb(-RATE_DECIMALS)
#: No currency is worth more than this many dollars, or less than the other way round.
_LARGEST: Final = Decimal(10) ** 9

_SIMULATED: Final = (
    "AED 3.6725 AUD 1.5251 BGN 1.6812 BRL 5.3421 CAD 1.3947 CHF 0.8034 CLP 941.55 CNY 7.1215 COP 3905.2 CZK 20.982 "
    "DKK 6.4187 EUR 0.8597 GBP 0.7561 HKD 7.7782 HUF 331.85 IDR 16685 ILS 3.2611 INR 88.572 ISK 126.9 JOD 0.709 "
    "JPY 154.32 KES 129.25 KRW 1462.5 KWD 0.3069 MXN 18.412 MYR 4.1375 NOK 10.138 NZD 1.7712 PEN 3.3852 PHP 58.93 "
    "PLN 3.6415 QAR 3.6415 RON 4.3721 SAR 3.7504 SEK 9.4683 SGD 1.3028 THB 32.425 TRY 42.31 TWD 31.14 VND 26335 "
    "ZAR 17.208"
).split()
SIMULATED: Final = {currency: Decimal(rate) for currency, rate in zip(_SIMULATED[::2], _SIMULATED[1::2], strict=True)}


def rounded(rate: Decimal) -> Decimal:
    """A rate with the decimals that rates have, half-up."""
    return rate.quantize(_UNIT, rounding=ROUND_HALF_UP)


def minor_at(dollars: Decimal, rate: Decimal, currency: str) -> int:
    """So many dollars in minor units of a currency, half-up."""
    return int((dollars * rate).scaleb(scale(currency)).to_integral_value(ROUND_HALF_UP))


def cents_at(amount_minor: int, currency: str, rate: Decimal, path: str = "amount") -> int:
    """An amount of a currency in cents, half-up. Raises `InvalidField` at `path` where no amount is as large."""
    return to_minor(divide(to_decimal(amount_minor, currency), rate, "USD"), "USD", path)


def in_dollars(amount_minor: int, currency: str, rate: Decimal | None) -> Decimal:
    """An amount as policies and summaries count it: in dollars at its rate; without one by its own number."""
    amount = to_decimal(amount_minor, currency)
    return amount if currency == "USD" or rate is None else divide(amount, rate, "USD")


def rate_of(ctx: Ctx, currency: str) -> Decimal | None:
    """Units of the currency for one dollar, or None where no rate is known. A dollar is one."""
    if currency == "USD":
        return Decimal(1)
    row = store.EXCHANGE_RATES.get(ctx.tx, ctx.organization_id, currency)
    if row is not None:
        return row.rate
    return SIMULATED.get(currency) if ctx.house.profile is Profile.SANDBOX else None


def list_rates(ctx: Ctx) -> list[ExchangeRate]:
    """The rates that were set, by currency."""
    return store.list_rates(ctx.tx, ctx.organization_id)


def set_rates(ctx: Ctx, rates: dict[str, Decimal], source: str) -> list[ExchangeRate]:
    """Set the rates of these currencies from now on; quotes given before keep theirs. Raises `InvalidField`s."""
    checks = Checks()
    checks.require(bool(rates), InvalidField("rates", "must not be empty"))
    for currency, rate in rates.items():
        checks.require(currency != "USD", InvalidField("rates", "is of dollars for a dollar", currency))
        fits = rate.is_finite() and 1 / _LARGEST <= rate <= _LARGEST and rounded(rate) > 0
        checks.require(fits, InvalidField("rates", "is not a rate of units for a dollar", currency))
    checks.raise_any()
    made = [
        ExchangeRate(ctx.organization_id, currency, rounded(rate), source, ctx.now)
        for currency, rate in sorted(rates.items())
    ]
    for one in made:
        store.put_rate(ctx.tx, one)
        ctx.emit(ExchangeRateSet(one))
    return made
