"""The values that a page of checks is made of: frozen, in US cents, free of anything that can be computed.

No `repr` shows more than the last four characters of an account number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Stock(StrEnum):
    """Where the check lies on its letter page of three thirds."""

    TOP = "top"
    MIDDLE = "middle"


@dataclass(frozen=True, slots=True)
class Party:
    """Who pays or is paid: a name, and an address of as many lines as there are, at most five."""

    name: str
    address: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DrawnOn:
    """The account a check is drawn on. ``fraction`` is the routing number's old form, `91-548/1221`."""

    bank_name: str
    routing_number: str
    account_number: str
    fraction: str = ""

    def __repr__(self) -> str:
        return f"DrawnOn({self.bank_name!r}, …{self.account_number[-4:]})"


@dataclass(frozen=True, slots=True)
class RemittanceLine:
    """What a check pays: one invoice. ``paid_minor`` is what is left of its amount after credits and discount."""

    number: str
    issued_on: date | None
    description: str
    amount_minor: int
    credit_minor: int
    paid_minor: int


@dataclass(frozen=True, slots=True)
class Check:
    """One check. ``memo`` stands on its face: the payer's account number at the payee, or what is paid."""

    number: int
    issued_on: date
    payee: Party
    amount_minor: int
    memo: str = ""
    lines: tuple[RemittanceLine, ...] = ()
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Face:
    """What the checks of one account have in common.

    ``signature`` is a PNG or JPEG image; ``signer_title`` stands below the line; ``void_after_days`` is the note of
    how long the check is good for; ``specimen`` prints VOID across it, so that nobody can cash it; ``masked`` shows no
    more than the end of the account number, as copies do.
    """

    payer: Party
    account: DrawnOn
    stock: Stock = Stock.TOP
    signature: bytes | None = None
    signer_title: str = ""
    void_after_days: int = 90
    specimen: bool = False
    masked: bool = False
