"""What a pain.001 file is made of. Texts are brought into the Latin character set when they are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


class FileRefused(ValueError):
    """The file is not what it says it is."""


@dataclass(frozen=True, slots=True)
class Amount:
    """Minor units of a currency."""

    minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate that was agreed on: units of `unit_currency` for one of the other, and the number of the deal."""

    unit_currency: str
    rate: Decimal
    contract: str | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """Who pays or is paid. `identifiers`: numbers of the party, each with the name of its scheme."""

    name: str
    country: str | None = None
    address_lines: Sequence[str] = ()
    identifiers: Sequence[tuple[str, str]] = ()
    is_person: bool = False


@dataclass(frozen=True, slots=True)
class Account:
    """An account by its IBAN or by another number. Its repr shows no number."""

    number: str
    is_iban: bool = False
    currency: str | None = None

    def __repr__(self) -> str:
        return f"Account(…{self.number[-4:]})"


@dataclass(frozen=True, slots=True)
class Agent:
    """A bank by its BIC, or by a member number of a clearing system (external code, such as USABA); or neither."""

    bic: str | None = None
    clearing_system: str | None = None
    member_id: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Transfer:
    """One creditor to pay. With `paid_in` the amount is the worth of what is paid in that currency."""

    end_to_end_id: str
    amount: Amount
    creditor: Party
    account: Account
    agent: Agent
    paid_in: str | None = None
    rate: Rate | None = None
    purpose_code: str | None = None
    purpose_text: str | None = None
    remittance: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """Transfers from one account on one day."""

    order_id: str
    execute_on: date
    debtor: Party
    account: Account
    agent: Agent
    transfers: Sequence[Transfer]


@dataclass(frozen=True, slots=True)
class File:
    """A message: who sends it, and orders."""

    message_id: str
    created: datetime
    initiator: Party
    orders: Sequence[Order]
