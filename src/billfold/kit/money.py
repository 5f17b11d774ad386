"""Money: whole minor units and a currency. Floats never hold money."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from billfold.kit.errors import InvalidField

#: ISO 4217 minor units that are not two: the currencies by their decimals.
UNUSUAL_SCALES: Final = {
    0: tuple("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split()),
    3: tuple("BHD IQD JOD KWD LYD OMR TND".split()),
}
#: How many thousandths a minor unit is, by decimals: amounts of several currencies are compared in thousandths.
THOUSANDTHS: Final = {0: 1000, 2: 10, 3: 1}
_SCALES: Final = {currency: decimals for decimals, those in UNUSUAL_SCALES.items() for currency in those}
_UNITS: Final = {scale: Decimal(1).scaleb(-scale) for scale in (0, 2, 3)}
# What binary floating point adds to a sum of decimals stays far below this (contract: settled.md §2).
_FLOAT_NOISE: Final = Decimal("0.000001")
# Decimal itself takes more: underscores, digits of every script, words such as NaN.
_NUMBER: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,9})?")
_MAX_DIGITS: Final = 40
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


def read_number(text: str) -> Decimal | None:
    """The number that a text says in plain digits; None for any other text, and for more digits than amounts have."""
    text = text.strip()
    return Decimal(text) if len(text) <= _MAX_DIGITS and _NUMBER.fullmatch(text) else None


def is_in_range(amount: Decimal) -> bool:
    """Whether this is a number at all, and no larger than amounts are: ask before comparing, for NaN cannot be."""
    return amount.is_finite() and amount.adjusted() <= 12  # noqa: PLR2004 - MAX_AMOUNT_MINOR's digits


def to_minor(amount: Decimal, currency: str, path: str = "amount") -> int:
    """Whole minor units of an amount that came in.

    Noise of binary floating point (up to 0.000001) is rounded away half-up; real extra decimals are
    refused (settled.md §2). Raises `InvalidField` at `path` for those, and for amounts out of range.
    """
    minor = _whole(amount, scale(currency), path)
    if abs(minor) > MAX_AMOUNT_MINOR:
        raise InvalidField(path, "is out of range", str(amount))
    return minor


def to_positive_minor(amount: Decimal, currency: str, path: str = "amount") -> int:
    """Minor units of an amount that must be more than nothing. Raises `InvalidField` as `to_minor`, and for no more."""
    minor = to_minor(amount, currency, path)
    if minor <= 0:
        raise InvalidField(path, "must be greater than zero")
    return minor


def to_thousandths(amount: Decimal, path: str = "amount") -> int:
    """An amount of whatever currency in thousandths. Raises `InvalidField` as `to_minor`."""
    return _whole(amount, 3, path)


def in_thousandths(minor: int, currency: str) -> int:
    """Minor units in thousandths: 5 JPY are 5000, and so are 5.00 USD."""
    return minor * THOUSANDTHS[scale(currency)]


def _whole(amount: Decimal, decimals: int, path: str) -> int:
    if not is_in_range(amount):
        raise InvalidField(path, "is out of range", str(amount))
    rounded = amount.quantize(_UNITS[decimals], rounding=ROUND_HALF_UP)
    if abs(rounded - amount) > _FLOAT_NOISE:
        raise InvalidField(path, f"has more than {decimals} decimals", str(amount))
    return int(rounded.scaleb(decimals))


def multiply(quantity: Decimal, price: Decimal, currency: str) -> Decimal:
    """Quantity times price, rounded half-up to the currency's scale."""
    return (quantity * price).quantize(_UNITS[scale(currency)], rounding=ROUND_HALF_UP)


def divide(amount: Decimal, rate: Decimal, currency: str) -> Decimal:
    """An amount in another currency, at a rate of its own units per one of `currency`, rounded half-up to its scale."""
    return (amount / rate).quantize(_UNITS[scale(currency)], rounding=ROUND_HALF_UP)
