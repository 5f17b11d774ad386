"""Vendors (contract: payables §1)."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from billfold.identity.permissions import Permission
from billfold.kit.banking import masked
from billfold.kit.ctx import Ctx
from billfold.parties import vendors
from billfold.parties.model import AccountType, BankAccountDraft, Vendor, VendorBankAccount, VendorDraft
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.codecs import given, instant, spelling_of
from billfold.wire.v3.addresses import AddressBody, AddressShape, NewAddressBody, address_fields, address_shape
from billfold.wire.v3.lists import ARCHIVED, CREATED, EQUALITY, ID, TEXT, UPDATED, ListField, ListSpec
from billfold.wire.v3.resource import Resource

Text = str | None | UnsetType


class BankAccountBody(msgspec.Struct, kw_only=True):
    """A vendor's bank account."""

    nameOnAccount: str | None = None
    accountNumber: Annotated[str, Meta(description="Answers show the last four digits only.")]
    routingNumber: Annotated[str, Meta(description="Nine digits with the ABA checksum.")]
    type: Literal["CHECKING", "SAVINGS"] = "CHECKING"
    ownerType: Literal["BUSINESS", "PERSON"] = "BUSINESS"
    paymentCurrency: Annotated[str, Meta(pattern="^[A-Z]{3}$")] = "USD"


class PaymentInformationBody(msgspec.Struct, kw_only=True):
    """How the vendor is paid."""

    payeeName: Text = UNSET
    email: Text = UNSET


class NewPaymentInformationBody(PaymentInformationBody, kw_only=True):
    """How a new vendor is paid."""

    bankAccount: BankAccountBody | UnsetType = UNSET


class AdditionalInfoBody(msgspec.Struct, kw_only=True):
    """Taxes and habits."""

    taxId: Text = UNSET
    taxIdType: Literal["SSN", "EIN"] | UnsetType | None = UNSET
    track1099: bool | UnsetType = UNSET
    leadTimeInDays: Annotated[int, Meta(ge=0, le=365)] | UnsetType | None = UNSET
    combinePayments: bool | UnsetType = UNSET
    companyName: Text = UNSET


class VendorUpdate(msgspec.Struct, kw_only=True):
    """What of a vendor is to change."""

    name: str | UnsetType = UNSET
    shortName: Text = UNSET
    accountNumber: Annotated[Text, Meta(description="The organization's account number at the vendor.")] = UNSET
    accountType: AccountType | UnsetType = UNSET
    email: Text = UNSET
    phone: Text = UNSET
    address: AddressBody | UnsetType = UNSET
    paymentInformation: PaymentInformationBody | UnsetType = UNSET
    additionalInfo: AdditionalInfoBody | UnsetType = UNSET


class VendorCreate(VendorUpdate, kw_only=True):
    """A new vendor."""

    name: str
    address: NewAddressBody
    paymentInformation: NewPaymentInformationBody | UnsetType = UNSET
    billCurrency: Annotated[str, Meta(pattern="^[A-Z]{3}$", description="ISO 4217.")] | UnsetType = UNSET


#: Wire path and domain field of all that a client may write.
FIELDS = (
    ("name", "name"),
    ("shortName", "short_name"),
    ("accountNumber", "account_number"),
    ("accountType", "account_type"),
    ("email", "email"),
    ("phone", "phone"),
    *address_fields("address", "address"),
    ("paymentInformation.payeeName", "payee_name"),
    ("paymentInformation.email", "payment_email"),
    ("additionalInfo.taxId", "tax_id"),
    ("additionalInfo.taxIdType", "tax_id_type"),
    ("additionalInfo.track1099", "track_1099"),
    ("additionalInfo.leadTimeInDays", "lead_time_days"),
    ("additionalInfo.combinePayments", "combine_payments"),
    ("additionalInfo.companyName", "company_name"),
)
_CREATE_FIELDS = (*FIELDS, ("billCurrency", "bill_currency"))
SPELLING = spelling_of(_CREATE_FIELDS) | {
    "routing_number": "routingNumber",
    "name_on_account": "nameOnAccount",
}


class BankAccountShape(msgspec.Struct):
    """A vendor's bank account; the number is masked."""

    nameOnAccount: str
    accountNumber: str
    routingNumber: str
    type: str
    ownerType: str
    paymentCurrency: str


class VirtualCardShape(msgspec.Struct):
    """Whether the vendor takes virtual cards."""

    status: str


class PaymentInformationShape(msgspec.Struct, omit_defaults=True):
    """How the vendor is paid."""

    payeeName: str | None = None
    email: str | None = None
    lastPaymentDate: str | None = None
    payByType: str | None = None
    virtualCard: VirtualCardShape | None = None
    bankAccount: BankAccountShape | None = None


class AdditionalInfoShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """Taxes and habits."""

    taxId: str | None = None
    taxIdType: str | None = None
    track1099: bool
    leadTimeInDays: int | None = None
    combinePayments: bool
    companyName: str | None = None


class AutoPayShape(msgspec.Struct):
    """Whether due bills are paid by themselves."""

    enabled: bool


class VendorShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """A vendor."""

    id: Annotated[str, Meta(description="Begins with 009.")]
    archived: bool
    name: str
    shortName: str | None = None
    accountNumber: str | None = None
    accountType: str
    email: str | None = None
    phone: str | None = None
    address: AddressShape | None = None
    paymentInformation: PaymentInformationShape
    additionalInfo: AdditionalInfoShape
    bankAccountStatus: str
    recurringPayments: bool
    billCurrency: str
    autoPay: AutoPayShape
    networkStatus: str
    createdTime: str
    updatedTime: str


def vendor_shape(vendor: Vendor, account: VendorBankAccount | None) -> VendorShape:
    """A vendor as v3 shows it."""
    return VendorShape(
        id=vendor.id,
        archived=vendor.archived,
        name=vendor.name,
        shortName=vendor.short_name,
        accountNumber=vendor.account_number,
        accountType=vendor.account_type.value,
        email=vendor.email,
        phone=vendor.phone,
        address=address_shape(vendor, "address"),
        paymentInformation=PaymentInformationShape(
            payeeName=vendor.payee_name,
            email=vendor.payment_email,
            lastPaymentDate=vendor.last_payment_on.isoformat() if vendor.last_payment_on else None,
            payByType=vendor.pay_by.value,
            virtualCard=VirtualCardShape("UNKNOWN"),
            bankAccount=bank_account_shape(account) if account else None,
        ),
        additionalInfo=AdditionalInfoShape(
            taxId=masked(vendor.tax_id_last4, 9) if vendor.tax_id_last4 else None,
            taxIdType=vendor.tax_id_type,
            track1099=vendor.track_1099,
            leadTimeInDays=vendor.lead_time_days,
            combinePayments=vendor.combine_payments,
            companyName=vendor.company_name,
        ),
        bankAccountStatus="NO_NET_LINKED_ACCOUNT" if account else "NO_ACCOUNT",
        recurringPayments=False,
        billCurrency=vendor.bill_currency,
        autoPay=AutoPayShape(enabled=False),
        networkStatus="NOT_CONNECTED",
        createdTime=instant(vendor.created_at),
        updatedTime=instant(vendor.updated_at),
    )


def bank_account_shape(account: VendorBankAccount) -> BankAccountShape:
    """A vendor's bank account as v3 shows it."""
    return BankAccountShape(
        nameOnAccount=account.name_on_account,
        accountNumber=masked(account.account_number_last4, account.account_number_length),
        routingNumber=account.routing_number,
        type=account.kind,
        ownerType=account.owner_type,
        paymentCurrency=account.payment_currency,
    )


def create_vendor(ctx: Ctx, _: Call, body: VendorCreate) -> VendorShape:
    """A new vendor, with a bank account if one is given."""
    draft = VendorDraft(**given(body, _CREATE_FIELDS))
    information = body.paymentInformation
    account = information.bankAccount if isinstance(information, NewPaymentInformationBody) else UNSET
    bank_account = _bank_account_draft(account, draft.name) if isinstance(account, BankAccountBody) else None
    return _shape(ctx, vendors.create_vendor(ctx, draft, bank_account))


def update_vendor(ctx: Ctx, call: Call, body: VendorUpdate) -> VendorShape:
    """Change what is given."""
    return _shape(ctx, vendors.update_vendor(ctx, call.path_ids["vendorId"], given(body, FIELDS)))


def create_bank_account(ctx: Ctx, call: Call, body: BankAccountBody) -> BankAccountShape:
    """Pay the vendor by ACH from now on."""
    vendor = vendors.get_vendor(ctx, call.path_ids["vendorId"])
    return bank_account_shape(vendors.add_bank_account(ctx, vendor.id, _bank_account_draft(body, vendor.name)))


def delete_bank_account(ctx: Ctx, call: Call, _: None) -> None:
    """Pay the vendor by check again."""
    vendors.remove_bank_account(ctx, call.path_ids["vendorId"])


def _bank_account_draft(body: BankAccountBody, vendor_name: str) -> BankAccountDraft:
    return BankAccountDraft(
        name_on_account=body.nameOnAccount or vendor_name,
        routing_number=body.routingNumber,
        account_number=body.accountNumber,
        kind=body.type,
        owner_type=body.ownerType,
        payment_currency=body.paymentCurrency,
    )


def _shape(ctx: Ctx, vendor: Vendor) -> VendorShape:
    return vendor_shape(vendor, vendors.payment_account_of(ctx, vendor.id))


def _shapes(ctx: Ctx, found: list[Vendor]) -> list[VendorShape]:
    accounts = vendors.bank_accounts_of(ctx, [vendor.id for vendor in found])
    return [vendor_shape(vendor, accounts.get(vendor.id)) for vendor in found]


LIST = ListSpec({
    "id": ID,
    "archived": ARCHIVED,
    "name": ListField("name", ops=TEXT, sortable=True),
    "shortName": ListField("short_name", ops=TEXT),
    "accountNumber": ListField("account_number", ops=TEXT),
    "email": ListField("email", ops=TEXT),
    "accountType": ListField("account_type", ops=EQUALITY, choices=AccountType),
    "billCurrency": ListField("bill_currency", ops=EQUALITY),
    "address.country": ListField("address_country", ops=EQUALITY),
    "createdTime": CREATED,
    "updatedTime": UPDATED,
})  # fmt: skip


def declare(catalogue: Catalogue) -> None:
    """The rows of vendors."""
    rows = Resource(
        catalogue, "vendors", noun="vendor", id_name="vendorId",
        shape=VendorShape, writes=Permission.WRITE_VENDORS, spelling=SPELLING,
    )  # fmt: skip
    rows.list(vendors.list_vendors, None, LIST, encode_all=_shapes)
    rows.create(create_vendor, VendorCreate)
    rows.get(lambda ctx, vendor_id: _shape(ctx, vendors.get_vendor(ctx, vendor_id)))
    rows.change("update", "PATCH", update_vendor, VendorUpdate)
    rows.archive_and_restore(
        lambda ctx, vendor_id: _shape(ctx, vendors.archive_vendor(ctx, vendor_id)),
        lambda ctx, vendor_id: _shape(ctx, vendors.restore_vendor(ctx, vendor_id)),
    )
    rows.part("bank-account", "GET", _get_bank_account, response=BankAccountShape)
    rows.part("bank-account", "POST", create_bank_account, request=BankAccountBody, response=BankAccountShape)
    rows.part("bank-account", "DELETE", delete_bank_account, response=None, success=204)


def _get_bank_account(ctx: Ctx, call: Call, _: None) -> BankAccountShape:
    return bank_account_shape(vendors.get_bank_account(ctx, call.path_ids["vendorId"]))
