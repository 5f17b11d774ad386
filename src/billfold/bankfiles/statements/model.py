"""What a bank says of an account: balances of a period, and every line that made the one into the other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

#: No bank writes statements of other days; a two-digit year can mean no others.
_FIRST_DAY: Final = date(2000, 1, 1)
_LAST_DAY: Final = date(2099, 12, 31)
#: As long as the number of any check can be. What is longer names something else.
_CHECK_DIGITS: Final = 15


class Kind(StrEnum):
    """What a line is, as far as the bank's own code says so."""

    CHECK = "check"
    ACH = "ach"
    RETURN = "return"
    WIRE = "wire"
    FEE = "fee"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Line:
    """One booking. `amount_minor` is negative for money that left the account.

    `references` are whatever the bank names the line by, its own first: trace numbers among them. `code` is the bank's.
    """

    posted_on: date
    amount_minor: int
    kind: Kind
    code: str
    check_number: int | None = None
    references: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """An account from one day to another; `opening_minor` and the lines add up to `closing_minor`."""

    account_number: str
    currency: str
    from_on: date
    to_on: date
    opening_minor: int
    closing_minor: int
    lines: tuple[Line, ...]
    reference: str = ""


class StatementError(ValueError):
    """A file that no statement can be taken from; the sentence says where and why, and quotes no account number."""


def check_number(text: str) -> int | None:
    """The number of a check, or None where the text is none."""
    digits = text.lstrip("0")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= _CHECK_DIGITS else None


def check_whole(statement: Statement, where: str) -> Statement:
    """The statement, if its days are in order and its lines explain its balances. Raises `StatementError`."""
    if statement.from_on > statement.to_on:
        raise StatementError(f"{where}: it ends on {statement.to_on}, before it begins on {statement.from_on}")
    for day in (statement.from_on, statement.to_on, *(line.posted_on for line in statement.lines)):
        if not _FIRST_DAY <= day <= _LAST_DAY:
            raise StatementError(f"{where}: no statement is of {day}")
    moved = sum(line.amount_minor for line in statement.lines)
    if statement.opening_minor + moved != statement.closing_minor:
        differs = statement.closing_minor - statement.opening_minor - moved
        raise StatementError(f"{where}: opening balance and lines differ from the closing balance by {differs}")
    return statement
