"""What a country asks of those who are paid there: the form of account and bank code, tax numbers, a purpose.

Rules as data (`parties/country_table.py`). What the configuration endpoints answer is what `parties/bank_details.py`
enforces, from the same rows. A country that is not listed takes any account number and a BIC.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec

from billfold.parties.model import AccountType, PayBySubType

#: The names of the rules that are about the account's own fields; every other name is one of `regulatoryFields`.
ACCOUNT_NUMBER: Final = "accountNumber"
ROUTING_NUMBER: Final = "routingNumber"


class PurposeCode(msgspec.Struct, frozen=True):
    """A purpose of the country's own list."""

    name: str
    value: str


class PurposeForm(StrEnum):
    """How a country wants the purpose of a payment said, where it wants it."""

    CODE = "CODE"
    TEXT = "TEXT"


class FieldRule(msgspec.Struct, frozen=True, kw_only=True):
    """A number that the country wants. `accounts`: of which kinds of vendor; `NONE` is a kind not yet known."""

    name: str
    description: str
    pattern: str
    required: bool = True
    accounts: frozenset[AccountType] = frozenset(AccountType)


class CountryRules(msgspec.Struct, frozen=True, kw_only=True):
    """What a country asks.

    `currencies`: in which money is paid there; none listed means any. `iban_length`: the account number is an IBAN of
    so many characters. `holder_required`: kind of account and of holder have to be said. `sub_type` is how money in
    the country's own currency, the first listed, goes there; any other goes by wire.
    """

    account: FieldRule
    routing: FieldRule
    iban_length: int | None = None
    currencies: tuple[str, ...] = ()
    purpose: PurposeForm | None = None
    purpose_codes: tuple[PurposeCode, ...] = ()
    holder_required: bool = False
    sub_type: PayBySubType = PayBySubType.WIRE
    fields: tuple[FieldRule, ...] = ()

    def fields_for(self, account_type: AccountType) -> list[FieldRule]:
        """The numbers of the country for a vendor of this kind; NONE requires none that is of one kind alone."""
        asked = [rule for rule in self.fields if account_type in rule.accounts]
        if account_type is not AccountType.NONE:
            return asked
        everybody = frozenset(AccountType)
        return [rule if rule.accounts == everybody else msgspec.structs.replace(rule, required=False) for rule in asked]

    def sub_type_for(self, currency: str) -> PayBySubType:
        """How money in this currency goes there unless the organization says otherwise."""
        return self.sub_type if currency in self.currencies[:1] else PayBySubType.WIRE
