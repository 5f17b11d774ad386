"""VendorBankAccount (contract v2.md §5.2): one active account for each vendor; to change it, delete and create.

`regulatory1` to `regulatory7` are the numbers that the account's country wants, in the order of its row of
`parties/country_table.py`: which is which is not documented.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from billfold.bankfiles import nacha
from billfold.identity.permissions import Permission
from billfold.kit.banking import masked, masked_number
from billfold.kit.ctx import Ctx
from billfold.kit.errors import InvalidField
from billfold.parties import vendors
from billfold.parties.country_table import HOME, rules_of
from billfold.parties.model import BankAccountDraft, RegulatoryField, Vendor, VendorBankAccount
from billfold.rails import international
from billfold.wire.catalog import Catalogue
from billfold.wire.countries import country_code
from billfold.wire.currencies import is_currency
from billfold.wire.v2 import kinds
from billfold.wire.v2.fields import (
    CREATED,
    ID,
    IS_ACTIVE,
    UPDATED,
    VINTAGES,
    Field,
    Table,
    choice,
    constant,
    flag,
    reference,
    text,
)
from billfold.wire.v2.resource import Verbs, declare_entity

#: Verified from the start; invalid once its bank has said that there is no such account. Lists may ask for the rest.
_STATUSES: Final = {
    "0": "not verified",
    "1": None,
    "2": "pending",
    "3": "blocked",
    "4": "expired",
    "5": tuple(sorted(nacha.INVALID_ACCOUNT | international.INVALID_ACCOUNT)),
}


class AccountSource(msgspec.Struct, frozen=True):
    """What a bank account is shown from."""

    account: VendorBankAccount
    routing_number: str

    def regulatory(self, position: int) -> str | None:
        """The number that the country lists at this place, masked."""
        names = _names_of(self.account.bank_country)
        values = {one.name: one.value for one in vendors.regulatory_fields(self.account)}
        return values.get(names[position]) if position < len(names) else None


def _names_of(country: str) -> list[str]:
    """The names of the numbers that a country wants, in its order; none at home."""
    return [] if country == HOME else [rule.name for rule in rules_of(country).fields]


def _regulatory(position: int) -> Field:
    return text(
        f"regulatory{position + 1}", _ATTRIBUTES[position], since="2024",
        read=lambda source: source.regulatory(position),
    )  # fmt: skip


_ATTRIBUTES: Final = tuple(f"regulatory_{number}" for number in range(1, 8))

TABLE: Final = Table(
    "VendorBankAccount",
    ID,
    IS_ACTIVE,
    CREATED,
    UPDATED,
    reference("vendorId", "vendor_id", required=True),
    text("nameOnAcct", "name_on_account", since="2024"),
    text(
        "accountNumber", "account_number", required=True,
        read=lambda source: masked(source.account.account_number_last4, source.account.account_number_length),
    ),
    text("routingNumber", "routing_number", required=True, read=lambda source: source.routing_number),
    reference("usersId", "created_by", read_only=True),
    choice("status", "invalid_code", _STATUSES, read_only=True),
    flag("isSavings", "is_savings", read=lambda source: source.account.kind == "SAVINGS"),
    flag("isPersonalAcct", "is_personal", read=lambda source: source.account.owner_type == "PERSON"),
    flag("intlEPaymentAcct", since="2024", read=lambda source: source.account.is_abroad),
    *constant("0", kinds.TEXT, "intlPaymentType"),
    text("paymentCurrency", "payment_currency", since="2024"),
    text("bankCountry", "bank_country", since="2024"),
    *constant(None, kinds.TEXT, "vendorBankData bankAddSource intlTemplateKey"),
    *map(_regulatory, range(len(_ATTRIBUTES))),
    root="account",
    # The vendor's own, which some countries want before there is an account.
    words={"purpose_text": "paymentPurpose", "purpose_value": "paymentPurpose"},
)  # fmt: skip


def _create(ctx: Ctx, found: dict[str, Any]) -> VendorBankAccount:
    vendor = vendors.get_vendor(ctx, found["vendor_id"])
    currency = found.get("payment_currency") or vendor.bill_currency
    if not is_currency(currency):
        raise InvalidField("payment_currency", currency[:10])
    country = _country(found.get("bank_country"), vendor, currency)
    draft = BankAccountDraft(
        name_on_account=found.get("name_on_account") or vendor.name,
        routing_number=found["routing_number"],
        account_number=found["account_number"],
        kind="SAVINGS" if found.get("is_savings") else "CHECKING",
        owner_type="PERSON" if found.get("is_personal") else "BUSINESS",
        payment_currency=currency,
        bank_country=country,
        regulatory=_read_regulatory(found, country),
    )
    return vendors.add_bank_account(ctx, vendor.id, draft)


def _country(said: str | None, vendor: Vendor, currency: str) -> str:
    """Where the account is: unless it is said, where the vendor is if it takes no USD, else at home."""
    if said is None:
        return (None if currency == "USD" else country_code(vendor.address_country)) or HOME
    code = country_code(said)
    if code is None:
        raise InvalidField("bank_country", said[:40])
    return code


def _read_regulatory(found: dict[str, Any], country: str) -> tuple[RegulatoryField, ...]:
    names = _names_of(country)
    given = [(position, found[name]) for position, name in enumerate(_ATTRIBUTES) if found.get(name)]
    if unasked := [position for position, _ in given if position >= len(names)]:
        raise InvalidField(_ATTRIBUTES[unasked[0]], "is not asked for by the country")
    return tuple(RegulatoryField(names[position], value) for position, value in given)


def _sources(_: Ctx, records: list[VendorBankAccount], vintage: str) -> list[AccountSource]:
    """The routing number is in clear since 2024."""
    in_clear = vintage == VINTAGES[-1]
    return [
        AccountSource(record, record.routing_number if in_clear else masked_number(record.routing_number))
        for record in records
    ]


def declare(catalogue: Catalogue) -> None:
    """The rows of vendors' bank accounts. There is no Update."""
    verbs = Verbs(
        sources=_sources,
        create=_create,
        get=vendors.bank_account_by_id,
        archive=vendors.remove_bank_account_by_id,
        find=vendors.list_bank_accounts,
    )
    declare_entity(catalogue, TABLE, verbs, Permission.WRITE_VENDORS, trusted=True)
