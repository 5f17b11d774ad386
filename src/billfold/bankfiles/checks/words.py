"""An amount of US dollars in words, which is what counts when it differs from the figures (UCC §3-114)."""

from __future__ import annotations

from typing import Final

#: The contract's largest check: 99,999,999.99.
MAX_AMOUNT_MINOR: Final = 9_999_999_999

_SMALL: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS: Final = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_TEEN_END: Final = 20


def amount_in_words(amount_minor: int) -> str:
    """`One thousand two hundred thirty-four and 56/100 dollars` for 123456 cents.

    Raises `ValueError` for less than a cent and more than 99,999,999.99.
    """
    if not 0 < amount_minor <= MAX_AMOUNT_MINOR:
        raise ValueError(f"an amount of 1 to {MAX_AMOUNT_MINOR} cents was expected, {amount_minor} was found")
    dollars, cents = divmod(amount_minor, 100)
    words = f"{_whole(dollars)} and {cents:02d}/100 {'dollar' if dollars == 1 else 'dollars'}"
    return words[0].upper() + words[1:]


def amount_in_figures(amount_minor: int) -> str:
    """`1,234.56` for 123456 cents."""
    dollars, cents = divmod(amount_minor, 100)
    return f"{dollars:,}.{cents:02d}"


def _whole(number: int) -> str:
    for size, name in ((1_000_000, "million"), (1_000, "thousand"), (100, "hundred")):
        if number >= size:
            rest = number % size
            return f"{_whole(number // size)} {name}" + (f" {_whole(rest)}" if rest else "")
    if number < _TEEN_END:
        return _SMALL[number]
    tens, ones = divmod(number, 10)
    return _TENS[tens - 2] + (f"-{_SMALL[ones]}" if ones else "")
