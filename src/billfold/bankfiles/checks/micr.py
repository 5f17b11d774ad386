"""The MICR line of a check: which character stands in which of its 65 positions (ANSI X9.100-160).

Positions count from the right: 1-12 are the amount, which the bank of first deposit encodes and which stay empty
here; 13 is empty; 14-32 are the on-us field with the account; 33-43 the routing number between transit symbols; 44
and 45 the external processing code, empty; from 46 the auxiliary on-us field, where a check of business size carries
its number between on-us symbols. The account ends at its on-us symbol in position 14. What else a bank wants in its
on-us field stands in its own specification sheet.
"""

from __future__ import annotations

from typing import Final

from billfold.bankfiles.checks.e13b import DASH, GLYPHS, ON_US, TRANSIT
from billfold.bankfiles.checks.errors import CheckError
from billfold.bankfiles.nacha import check_digit

POSITIONS: Final = 65
ACCOUNT_SYMBOL: Final = 14
ROUTING_LAST: Final = 33
AUXILIARY_LAST: Final = 46
#: The on-us field's 19 positions without its symbol.
MAX_ACCOUNT: Final = 18
#: The auxiliary on-us field without its two symbols; the Federal Reserve's records hold 15 digits of it.
MAX_SERIAL: Final = 15
#: Numbers are printed with at least so many digits, the same in the line and on the face.
SERIAL_DIGITS: Final = 6
_ROUTING_DIGITS: Final = 9
_SHOWN: Final = 4


def serial(number: int) -> str:
    """A check number as it is printed: `001042`."""
    return f"{number:0{SERIAL_DIGITS}d}"


def micr_line(number: int, routing_number: str, account_number: str) -> str:
    """The line from left to right, blanks included, 65 characters. Hyphens of the account become dash symbols.

    Raises `CheckError`.
    """
    problems = micr_problems(number, routing_number, account_number)
    if problems:
        raise CheckError(tuple(problems))
    line = [" "] * POSITIONS
    _put(line, ACCOUNT_SYMBOL, account_number.replace("-", DASH) + ON_US)
    _put(line, ROUTING_LAST, TRANSIT + routing_number + TRANSIT)
    _put(line, AUXILIARY_LAST, ON_US + serial(number) + ON_US)
    return "".join(line)


def masked(line: str) -> str:
    """The line of a copy: of the account only the last four characters."""
    start, end = POSITIONS - ROUTING_LAST + 1, POSITIONS - ACCOUNT_SYMBOL - _SHOWN
    return line[:start] + " " * (end - start) + line[end:]


def micr_problems(number: int, routing_number: str, account_number: str) -> list[str]:
    """What keeps the numbers from being printed as a MICR line."""
    problems = []
    if number < 1 or len(str(number)) > MAX_SERIAL:
        problems.append(f"check number: expected 1 to {MAX_SERIAL} digits, found {number}")
    routing_fits = len(routing_number) == _ROUTING_DIGITS and routing_number.isascii() and routing_number.isdigit()
    if not routing_fits or check_digit(routing_number[:-1]) != routing_number[-1]:
        problems.append("routing number: expected nine digits that pass the ABA checksum")
    digits = account_number.replace("-", "")
    if not (digits.isascii() and digits.isdigit()):
        problems.append("account number: E-13B has digits and the dash, no letters")
    if len(account_number) > MAX_ACCOUNT:
        problems.append(f"account number: expected at most {MAX_ACCOUNT} characters, found {len(account_number)}")
    return problems


def _put(line: list[str], last: int, characters: str) -> None:
    """Put characters so that the rightmost stands in position `last`."""
    assert set(characters) <= GLYPHS.keys(), "only what can be drawn"
    end = POSITIONS - last + 1
    line[end - len(characters) : end] = characters
