"""Vendors (contract: payables §1)."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx
from billfold.kit.errors import Checks
from billfold.parties import vendors
from billfold.parties.acceptance_model import Acceptance, VirtualCardStatus
from billfold.parties.model import (
    AccountType,
    Vendor,
    VendorDraft,
)
from billfold.payables import vendor_accounts
from billfold.payables.payments.reach import Payee, pay_by, payees_of
from billfold.payables.recurring import recurring_bills
from billfold.payables.vendor_accounts import NOTHING_OWED, Balance
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.codecs import Moment, Text, given, instant, money, spelling_of
from billfold.wire.currencies import Currency
from billfold.wire.tax_ids import drop_echo, require_clear, shown_tax_id
from billfold.wire.v3 import vendor_configuration
from billfold.wire.v3.addresses import (
    AddressBody,
    AddressShape,
    NewAddressBody,
    address_fields,
    address_shape,
    drop_shown_country,
)
from billfold.wire.v3.lists import ARCHIVED, CREATED, EQUALITY, ID, TEXT, UPDATED, ListField, ListSpec
from billfold.wire.v3.purposes import PurposeShape, purpose_shape
from billfold.wire.v3.resource import Resource
from billfold.wire.v3.vendor_bank_accounts import (
    BankAccountBody,
    BankAccountShape,
    bank_account_draft,
    bank_account_shape,
)
from billfold.wire.v3.vendor_ways import (
    ChangedPaymentInformationBody,
    NewPaymentInformationBody,
    change_way,
    new_bank_account,
)


class AdditionalInfoBody(msgspec.Struct, kw_only=True):
    """Taxes and habits."""

    taxId: Text = UNSET
    taxIdType: Literal["SSN", "EIN"] | UnsetType | None = UNSET
    track1099: bool | UnsetType = UNSET
    leadTimeInDays: Annotated[int, Meta(ge=0, le=365)] | UnsetType | None = UNSET
    combinePayments: bool | UnsetType = UNSET
    paymentTermId: Text = UNSET
    companyName: Annotated[Text, Meta(description="The vendor's name for the tax authority.")] = UNSET


DaysBefore = Annotated[
    int | None, Meta(description="The process date, so many days before the due date. Null: to arrive on the due date.")
]
MaxAmount = Annotated[Decimal | None, Meta(description="Larger bills are left to people.")]


class AutoPayBody(msgspec.Struct, kw_only=True):
    """Whether the vendor's new bills are paid by themselves. Enabling it needs a session that has passed MFA."""

    enabled: bool | UnsetType = UNSET
    bankAccountId: Annotated[Text, Meta(description="Required where enabled.")] = UNSET
    maxAmount: MaxAmount | UnsetType = UNSET
    daysBeforeDueDate: DaysBefore | UnsetType = UNSET


class VendorBody(msgspec.Struct, kw_only=True):
    """What is said of a vendor, new or not."""

    name: str | UnsetType = UNSET
    shortName: Text = UNSET
    accountNumber: Annotated[Text, Meta(description="The organization's account number at the vendor.")] = UNSET
    accountType: AccountType | UnsetType = UNSET
    email: Text = UNSET
    phone: Text = UNSET
    address: AddressBody | UnsetType = UNSET
    additionalInfo: AdditionalInfoBody | UnsetType = UNSET
    billCurrency: (
        Annotated[Currency, Meta(description="ISO 4217. It stays once there are bills or payments.")] | UnsetType
    ) = UNSET
    autoPay: AutoPayBody | UnsetType = UNSET


class VendorUpdate(VendorBody, kw_only=True):
    """What of a vendor is to change."""

    paymentInformation: ChangedPaymentInformationBody | UnsetType = UNSET


class VendorCreate(VendorBody, kw_only=True):
    """A new vendor."""

    name: str
    address: NewAddressBody
    paymentInformation: NewPaymentInformationBody | UnsetType = UNSET


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
    ("additionalInfo.paymentTermId", "payment_term_id"),
    ("additionalInfo.companyName", "company_name"),
    ("paymentInformation.paymentPurpose.text", "purpose_text"),
    ("paymentInformation.paymentPurpose.code.name", "purpose_name"),
    ("paymentInformation.paymentPurpose.code.value", "purpose_value"),
    ("billCurrency", "bill_currency"),
)
AUTO_PAY_FIELDS = (
    ("autoPay.enabled", "auto_pay_enabled"),
    ("autoPay.bankAccountId", "auto_pay_bank_account_id"),
    ("autoPay.maxAmount", "auto_pay_max"),
    ("autoPay.daysBeforeDueDate", "auto_pay_days_before"),
)
SPELLING = spelling_of(FIELDS, AUTO_PAY_FIELDS) | {
    "bank_account": "paymentInformation.bankAccount",
    "routing_number": "routingNumber",
    "account_number": "accountNumber",
    "name_on_account": "nameOnAccount",
    "bank_country": "bankCountry",
    "payment_currency": "paymentCurrency",
    "kind": "type",
    "owner_type": "ownerType",
    "regulatory": "regulatoryFields",
    "pay_by_sub_type": "paymentInformation.payBySubType",
}


class VirtualCardShape(msgspec.Struct, omit_defaults=True):
    """Whether the vendor takes virtual cards, and how it is paid when it does not use one."""

    status: str
    remitEmail: str | None = None
    enrollDate: Moment | None = None
    declineDate: Moment | None = None
    alternatePayByType: str | None = None


class PaymentInformationShape(msgspec.Struct, omit_defaults=True):
    """How the vendor is paid."""

    payeeName: str | None = None
    email: str | None = None
    lastPaymentDate: str | None = None
    payByType: str | None = None
    payBySubType: str | None = None
    virtualCard: VirtualCardShape | None = None
    bankAccount: BankAccountShape | None = None
    paymentPurpose: PurposeShape | None = None


class AdditionalInfoShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """Taxes and habits."""

    taxId: str | None = None
    taxIdType: str | None = None
    track1099: bool
    leadTimeInDays: int | None = None
    combinePayments: bool
    paymentTermId: str | None = None
    companyName: str | None = None


class BalanceShape(msgspec.Struct, omit_defaults=True):
    """What is due on the vendor's open bills, in the vendor's currency."""

    amount: Decimal
    lastUpdatedDate: Annotated[Moment | None, Meta(description="When an open bill changed last.")] = None


class AutoPayShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """Whether the vendor's new bills are paid by themselves."""

    enabled: bool
    bankAccountId: str | None = None
    maxAmount: Decimal | None = None
    daysBeforeDueDate: int | None = None
    createdBy: Annotated[str | None, Meta(description="The user in whose name they are paid.")] = None


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
    balance: BalanceShape
    autoPay: AutoPayShape
    networkStatus: str
    rppsId: Annotated[str | None, Meta(description="Of a biller in the national directory.")] = None
    createdTime: Moment
    updatedTime: Moment


def vendor_shape(payee: Payee, balance: Balance, *, recurring_payments: bool = False) -> VendorShape:
    """A vendor as v3 shows it."""
    vendor, account, acceptance = payee.vendor, payee.account, payee.acceptance
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
            payByType=pay_by(payee),
            payBySubType=account.pay_by_sub_type if account else None,
            virtualCard=_virtual_card_shape(acceptance),
            bankAccount=bank_account_shape(account) if account else None,
            paymentPurpose=purpose_shape(vendor),
        ),
        additionalInfo=AdditionalInfoShape(
            taxId=shown_tax_id(vendor.tax_id_last4),
            taxIdType=vendor.tax_id_type,
            track1099=vendor.track_1099,
            leadTimeInDays=vendor.lead_time_days,
            combinePayments=vendor.combine_payments,
            paymentTermId=vendor.payment_term_id,
            companyName=vendor.company_name,
        ),
        bankAccountStatus="NO_NET_LINKED_ACCOUNT" if account else "NO_ACCOUNT",
        recurringPayments=recurring_payments,
        billCurrency=vendor.bill_currency,
        balance=BalanceShape(
            money(balance.amount_minor, vendor.bill_currency),
            None if balance.changed_at is None else instant(balance.changed_at),
        ),
        autoPay=_auto_pay_shape(vendor),
        networkStatus="CONNECTED_RPPS" if acceptance and acceptance.rpps_id else "NOT_CONNECTED",
        rppsId=acceptance.rpps_id if acceptance else None,
        createdTime=instant(vendor.created_at),
        updatedTime=instant(vendor.updated_at),
    )


def _auto_pay_shape(vendor: Vendor) -> AutoPayShape:
    maximum = vendor.auto_pay_max_minor
    return AutoPayShape(
        enabled=vendor.auto_pay_enabled,
        bankAccountId=vendor.auto_pay_bank_account_id,
        maxAmount=None if maximum is None else money(maximum, vendor.bill_currency),
        daysBeforeDueDate=vendor.auto_pay_days_before,
        createdBy=vendor.auto_pay_created_by,
    )


def _virtual_card_shape(acceptance: Acceptance | None) -> VirtualCardShape:
    if acceptance is None:
        return VirtualCardShape(VirtualCardStatus.UNKNOWN.value)
    enrolled, declined, alternate = acceptance.enrolled_at, acceptance.declined_at, acceptance.alternate_pay_by
    return VirtualCardShape(
        status=acceptance.virtual_card_status.value,
        remitEmail=acceptance.remit_email,
        enrollDate=None if enrolled is None else instant(enrolled),
        declineDate=None if declined is None else instant(declined),
        alternatePayByType=None if alternate is None else alternate.value,
    )


def create_vendor(ctx: Ctx, _: Call, body: VendorCreate) -> VendorShape:
    """A new vendor, with a bank account if one is given."""
    draft = VendorDraft(**_given(body))
    information = body.paymentInformation
    bank_account = new_bank_account(information, draft) if information else None
    made = vendor_accounts.create_vendor(ctx, draft, bank_account, given(body, AUTO_PAY_FIELDS))
    account_made = vendors.payment_account_of(ctx, made.id) if bank_account else None
    return vendor_shape(Payee(made, account_made, None), NOTHING_OWED)


def update_vendor(ctx: Ctx, call: Call, body: VendorUpdate) -> VendorShape:
    """Change what is given. Whole objects are sent back: what they say as it was shown changes nothing."""
    vendor = vendors.get_vendor(ctx, call.path_ids["vendorId"])
    if body.paymentInformation:
        change_way(ctx, vendor, body.paymentInformation)
    changes = _given(body, vendor.tax_id_last4)
    drop_shown_country(changes, vendor, "address")
    return _shape(ctx, vendor_accounts.update_vendor(ctx, vendor.id, changes, given(body, AUTO_PAY_FIELDS)))


def create_bank_account(ctx: Ctx, call: Call, body: BankAccountBody) -> BankAccountShape:
    """Pay the vendor by ACH from now on."""
    vendor = vendors.get_vendor(ctx, call.path_ids["vendorId"])
    return bank_account_shape(vendors.add_bank_account(ctx, vendor.id, bank_account_draft(body, vendor)))


def delete_bank_account(ctx: Ctx, call: Call, _: None) -> None:
    """Pay the vendor by check again."""
    vendors.remove_bank_account(ctx, call.path_ids["vendorId"])


def _given(body: VendorBody, tax_id_last4: str | None = None) -> dict[str, Any]:
    """What the request says; of the tax id only what is new, in clear. Raises `InvalidField`."""
    found = given(body, FIELDS)
    drop_echo(found, tax_id_last4)
    checks = Checks()
    require_clear(checks, found)
    checks.raise_any()
    return found


def _shape(ctx: Ctx, vendor: Vendor) -> VendorShape:
    return _shapes(ctx, [vendor])[0]


def _shapes(ctx: Ctx, found: list[Vendor]) -> list[VendorShape]:
    ids = [vendor.id for vendor in found]
    balances, paid = vendor_accounts.balances_of(ctx, ids), recurring_bills.vendors_that_are_paid(ctx, ids)
    return [
        vendor_shape(payee, balances.get(vendor.id, NOTHING_OWED), recurring_payments=vendor.id in paid)
        for vendor, payee in zip(found, payees_of(ctx, found), strict=True)
    ]


def _text(column: str) -> ListField:
    return ListField(column, ops=TEXT, sortable=True, nullable=True)


LIST = ListSpec({
    "id": ID,
    "archived": ARCHIVED,
    "name": ListField("name", ops=TEXT, sortable=True),
    "shortName": _text("short_name"),
    "accountNumber": _text("account_number"),
    "email": _text("email"),
    "phone": _text("phone"),
    "additionalInfo.companyName": _text("company_name"),
    "accountType": ListField("account_type", ops=EQUALITY, choices=AccountType),
    "billCurrency": ListField("bill_currency", ops=EQUALITY, sortable=True),
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
    rows.list(vendors.list_vendors, None, LIST, encode_all=lambda ctx, _, found: _shapes(ctx, found))
    rows.create(create_vendor, VendorCreate)
    rows.bulk_create(create_vendor, VendorCreate, maximum=20, key="vendors")
    rows.get(lambda ctx, vendor_id: _shape(ctx, vendors.get_vendor(ctx, vendor_id)))
    rows.change("update", "PATCH", update_vendor, VendorUpdate)
    rows.archive_and_restore(
        lambda ctx, vendor_id: _shape(ctx, vendors.archive_vendor(ctx, vendor_id)),
        lambda ctx, vendor_id: _shape(ctx, vendors.restore_vendor(ctx, vendor_id)),
    )
    rows.part("bank-account", "GET", _get_bank_account, response=BankAccountShape)
    rows.part("bank-account", "POST", create_bank_account, request=BankAccountBody, response=BankAccountShape)
    rows.part("bank-account", "DELETE", delete_bank_account, response=None, success=204)
    vendor_configuration.declare(catalogue, rows)


def _get_bank_account(ctx: Ctx, call: Call, _: None) -> BankAccountShape:
    return bank_account_shape(vendors.get_bank_account(ctx, call.path_ids["vendorId"]))
