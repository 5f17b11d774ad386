"""What a bank says of an account: balances of a period, and every line that made the one into the other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """What a line is, as far as the bank's own code says so."""

    CHECK = "check"
    ACH = "ach"
    RETURN = "return"
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


def check_sum(statement: Statement, where: str) -> Statement:
    """The statement, if its lines explain its balances. Raises `StatementError`."""
    moved = sum(line.amount_minor for line in statement.lines)
    if statement.opening_minor + moved != statement.closing_minor:
        differs = statement.closing_minor - statement.opening_minor - moved
        raise StatementError(f"{where}: opening balance and lines differ from the closing balance by {differs}")
    return statement
