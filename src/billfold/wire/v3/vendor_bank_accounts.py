"""A vendor's bank account, at home and abroad (contract: payables §1.3)."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from billfold.kit.banking import masked, masked_number
from billfold.kit.errors import Checks, InvalidField
from billfold.parties import vendors
from billfold.parties.country_table import HOME
from billfold.parties.model import (
    BankAccountDraft,
    PayBySubType,
    RegulatoryField,
    Vendor,
    VendorBankAccount,
    VendorDraft,
)
from billfold.wire.countries import Country, country_code
from billfold.wire.currencies import Currency

#: BILL's word for the owner of an organization's account, which clients use of a vendor's too.
_OWNERS: Final = {"PERSONAL": "PERSON"}


class RegulatoryFieldBody(msgspec.Struct, kw_only=True):
    """A number that the country wants."""

    name: str
    value: Annotated[str, Meta(max_length=100)]


class BankAccountBody(msgspec.Struct, kw_only=True):
    """A vendor's bank account."""

    nameOnAccount: str | None = None
    accountNumber: Annotated[str, Meta(description="Or an IBAN. Answers show the last four digits only.")]
    routingNumber: Annotated[
        str | None,
        Meta(description="Nine digits with the ABA checksum; abroad a BIC or the country's own code."),
    ] = None
    type: Literal["CHECKING", "SAVINGS"] | None = None
    ownerType: Annotated[Literal["BUSINESS", "PERSON", "PERSONAL"] | None, Meta(description="PERSONAL is PERSON.")] = (
        None
    )
    paymentCurrency: Annotated[Currency | None, Meta(description="Required abroad.")] = None
    bankCountry: Annotated[
        Country | None,
        Meta(description="Left out: US, or the vendor's if the account takes no USD or has no routing number."),
    ] = None
    regulatoryFields: Annotated[
        list[RegulatoryFieldBody] | None, Meta(description="What the country's configuration names.")
    ] = None


class RegulatoryFieldShape(msgspec.Struct):
    """A number that the country wants, masked."""

    name: str
    value: str


class ShownAccountBody(msgspec.Struct, kw_only=True):
    """A vendor's bank account as it is shown, or as it was first sent, or a part of it."""

    nameOnAccount: str | None = None
    accountNumber: str | None = None
    routingNumber: str | None = None
    type: str | None = None
    ownerType: str | None = None
    paymentCurrency: str | None = None
    bankCountry: str | None = None
    regulatoryFields: list[RegulatoryFieldBody] | None = None


class BankAccountShape(msgspec.Struct, omit_defaults=True):
    """A vendor's bank account; the number is masked. The last two are there for accounts abroad."""

    nameOnAccount: str
    accountNumber: str
    routingNumber: str
    type: str
    ownerType: str
    paymentCurrency: str
    bankCountry: str | None = None
    regulatoryFields: list[RegulatoryFieldShape] | None = None


def bank_account_shape(account: VendorBankAccount) -> BankAccountShape:
    """A vendor's bank account as v3 shows it."""
    return BankAccountShape(
        nameOnAccount=account.name_on_account,
        accountNumber=masked(account.account_number_last4, account.account_number_length),
        routingNumber=account.routing_number,
        type=account.kind,
        ownerType=account.owner_type,
        paymentCurrency=account.payment_currency,
        bankCountry=account.bank_country if account.is_abroad else None,
        regulatoryFields=[RegulatoryFieldShape(one.name, one.value) for one in vendors.regulatory_fields(account)]
        or None,
    )


def refuse_other_account(account: VendorBankAccount | None, body: ShownAccountBody) -> None:
    """What is sent back is the vendor's account, masked or in clear, and changes nothing.

    Raises `InvalidField`s: nobody shall believe that another account is paid from now on.
    """
    shown = {} if account is None else {"bankCountry": "US"} | msgspec.to_builtins(bank_account_shape(account))
    sent = msgspec.to_builtins(body)
    if body.accountNumber:
        sent["accountNumber"] = masked_number(body.accountNumber)
    if body.ownerType:
        sent["ownerType"] = _OWNERS.get(body.ownerType, body.ownerType)
    sent["regulatoryFields"] = [
        {"name": one.name, "value": masked_number(one.value)} for one in body.regulatoryFields or ()
    ]
    checks = Checks()
    for name, value in sent.items():
        path = f"paymentInformation.bankAccount.{name}"
        checks.require(not value or value == shown.get(name), InvalidField(path, "cannot be changed here"))
    checks.raise_any()


def bank_country(body: BankAccountBody, vendor: Vendor | VendorDraft) -> str:
    """Where the account is: unless it is said, where the vendor is if it cannot be at home, else at home."""
    may_be_home = body.paymentCurrency in {None, "USD"} and body.routingNumber
    return body.bankCountry or (None if may_be_home else country_code(vendor.address_country)) or HOME


def bank_account_draft(
    body: BankAccountBody, vendor: Vendor | VendorDraft, sub_type: PayBySubType | None = None
) -> BankAccountDraft:
    """The account as the domain takes it; without a name it is the vendor's own."""
    return BankAccountDraft(
        name_on_account=body.nameOnAccount or vendor.name,
        routing_number=body.routingNumber or "",
        account_number=body.accountNumber,
        kind=body.type,
        owner_type=_OWNERS.get(body.ownerType, body.ownerType) if body.ownerType else None,
        payment_currency=body.paymentCurrency,
        bank_country=bank_country(body, vendor),
        pay_by_sub_type=sub_type,
        regulatory=tuple(RegulatoryField(one.name, one.value) for one in body.regulatoryFields or ()),
    )
