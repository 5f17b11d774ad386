"""Money: whole minor units and a currency. Floats never hold money."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from billfold.kit.errors import InvalidField

# ISO 4217 minor units that are not two.
_SCALES: Final = {
    **dict.fromkeys(("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF").split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
}
_UNITS: Final = {scale: Decimal(1).scaleb(-scale) for scale in (0, 2, 3)}
# What binary floating point adds to a sum of decimals stays far below this (contract: settled.md §2).
_FLOAT_NOISE: Final = Decimal("0.000001")
#: No document is larger than this many minor units; it leaves room for sums in 64 bits.
MAX_AMOUNT_MINOR: Final = 10**13


def scale(currency: str) -> int:
    """How many decimals the currency has (ISO 4217)."""
    return _SCALES.get(currency, 2)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units of one currency. Adding different currencies is our own bug."""

    minor: int
    currency: str

    def __add__(self, other: Money) -> Money:
        assert self.currency == other.currency, f"{self.currency} + {other.currency}"
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        assert self.currency == other.currency, f"{self.currency} - {other.currency}"
        return Money(self.minor - other.minor, self.currency)

    def __str__(self) -> str:
        return f"{to_decimal(self.minor, self.currency)} {self.currency}"


def to_decimal(minor: int, currency: str) -> Decimal:
    """The amount with exactly the currency's decimals: 205000 USD is `Decimal("2050.00")`."""
    return Decimal(minor).scaleb(-scale(currency))


def is_in_range(amount: Decimal) -> bool:
    """Whether this is a number at all, and no larger than amounts are: ask before comparing, for NaN cannot be."""
    return amount.is_finite() and amount.adjusted() <= 12  # noqa: PLR2004 - MAX_AMOUNT_MINOR's digits


def to_minor(amount: Decimal, currency: str, path: str = "amount") -> int:
    """Whole minor units of an amount that came in.

    Noise of binary floating point (up to 0.000001) is rounded away half-up; real extra decimals are
    refused (settled.md §2). Raises `InvalidField` at `path` for those, and for amounts out of range.
    """
    if not is_in_range(amount):
        raise InvalidField(path, "is out of range", str(amount))
    unit = _UNITS[scale(currency)]
    rounded = amount.quantize(unit, rounding=ROUND_HALF_UP)
    if abs(rounded - amount) > _FLOAT_NOISE:
        raise InvalidField(path, f"has more than {scale(currency)} decimals", str(amount))
    minor = int(rounded.scaleb(scale(currency)))
    if abs(minor) > MAX_AMOUNT_MINOR:
        raise InvalidField(path, "is out of range", str(amount))
    return minor


def multiply(quantity: Decimal, price: Decimal, currency: str) -> Decimal:
    """Quantity times price, rounded half-up to the currency's scale."""
    return (quantity * price).quantize(_UNITS[scale(currency)], rounding=ROUND_HALF_UP)


def divide(amount: Decimal, rate: Decimal, currency: str) -> Decimal:
    """An amount in another currency, at a rate of its own units per one of `currency`, rounded half-up to its scale."""
    return (amount / rate).quantize(_UNITS[scale(currency)], rounding=ROUND_HALF_UP)
