"""Vendor (contract v2.md §5.1). The vintage 2021 has the order of the help pages of 2016 (settled.md §1)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import msgspec

from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx
from billfold.kit.errors import Checks, InvalidField
from billfold.kit.money import to_decimal
from billfold.parties import vendors
from billfold.parties.acceptances import acceptances_of
from billfold.parties.country_table import HOME, rules_of
from billfold.parties.model import AccountType, PayBy, Vendor, VendorBankAccount, VendorDraft
from billfold.payables import vendor_accounts
from billfold.payables.recurring import recurring_bills
from billfold.payables.vendor_accounts import NOTHING_OWED, Balance
from billfold.wire.catalog import Catalogue
from billfold.wire.countries import country_code
from billfold.wire.tax_ids import drop_echo, shown_tax_id
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
    day,
    flag,
    money,
    number,
    reference,
    text,
)
from billfold.wire.v2.parties import ACCOUNT_TYPES, check_party
from billfold.wire.v2.resource import Verbs, declare_entity

_MAX_LEAD_DAYS: Final = 365

_RPPS: Final = "RPPS"
#: How vendors are paid; RPPS goes before an account, nobody is paid by 6. Lists may ask for both, and find nobody.
PAY_BY: Final = {"0": PayBy.CHECK, "1": PayBy.ACH, "2": _RPPS, "5": PayBy.INTERNATIONAL_E_PAYMENT, "6": "OFFLINE"}


#: Null where nothing is known, as recorded in 2024. The codes were not found: v3's words are taken too.
TAX_ID_TYPES: Final = {"1": "SSN", "2": "EIN"}
_TAX_ID_CODES: Final = {word: code for code, word in TAX_ID_TYPES.items()}


class VendorSource(msgspec.Struct, frozen=True):
    """What a vendor is shown from. Balance and recurring payments are there for the vintage that shows them."""

    vendor: Vendor
    balance: Balance
    name_on_check: str | None
    rpps_id: str | None
    recurring_payments: bool = False
    account: VendorBankAccount | None = None

    @property
    def balance_amount(self) -> Decimal:
        return to_decimal(self.balance.amount_minor, self.vendor.bill_currency)

    @property
    def account_status(self) -> int:
        """As the account itself has it; -1 where there is none."""
        if self.account is None:
            return -1
        return 5 if self.account.is_invalid else 1

    @property
    def payment_currency(self) -> str | None:
        """What the account takes."""
        return None if self.account is None else self.account.payment_currency

    @property
    def bank_country(self) -> str | None:
        """Where the account is."""
        return None if self.account is None else self.account.bank_country


def _pay_by(source: VendorSource) -> str:
    return source.vendor.pay_by if source.rpps_id is None else _RPPS


def _shown_purpose(vendor: Vendor) -> str | None:
    return vendor.purpose_text or vendor.purpose_value


def _texts(names: str) -> list[Field]:
    return constant(None, kinds.TEXT, names)


def _codes(code: str, names: str) -> list[Field]:
    return constant(code, kinds.TEXT, names)


def _flags(names: str, *, value: bool = False) -> list[Field]:
    return constant(value, kinds.FLAG, names)


#: Recorded in 2024 (v2.md §5.1, row 33 and on): the order binds, and most of it is always the same here.
_FIELDS_OF_2024: Final = (
    reference("paymentTermId", "payment_term_id", since="2024"),
    *_flags("sendNotifications", value=True),
    money("balance", since="2024", read=lambda source: source.balance_amount),
    *constant(None, kinds.MONEY, "availCredit"),
    text("lastBalanceUpdate", since="2024", read=lambda source: kinds.show_time(source.balance.changed_at)),
    *constant(None, kinds.NUMBER, "externalBillPayIn12m since"),
    number("payDaysBefore", "lead_time_days", since="2024"),
    flag("enabledCombinePayments", "combine_payments", default=True, since="2024"),
    flag("hasBankAccountAutoPay", "auto_pay_enabled", since="2024", read_only=True),
    Field(
        name="hasRecurringPayments", kind=kinds.FLAG, since="2024", read=lambda source: source.recurring_payments,
    ),
    text("billCurrency", "bill_currency", default="USD", since="2024"),
    *_codes("0", "billSyncPref"),
    text("paymentCurrency", since="2024", read=lambda source: source.payment_currency),
    *_codes("1", "prefPmtMethod"),
    text("paymentPurpose", "purpose_text", since="2024", read=lambda source: _shown_purpose(source.vendor)),
    text("bankCountry", since="2024", read=lambda source: source.bank_country),
    Field(
        name="vendorBankAccountStatus", kind=kinds.NUMBER, since="2024",
        read=lambda source: source.account_status,
    ),
    *_flags("sendInviteForPrivateVendor", value=True),
    *_texts("vendorVCardRemitEmail"),
    *_codes("-1", "vendorVCardStatus"),
    *_codes("1", "orgVCardStatus"),
    *_codes("0", "prefRemitEmail"),
    *_texts("remitEmail processorVCardStatus vStatusUpdateSource"),
    *_flags("allowConnectedVendorEditAddress informConnectedVendorAddressSyncModified"),
    *_codes("0", "intlPaymentType"),
    *_texts("vcardEnrollDate vcardDeclineDate"),
    *_flags("isAccountNumberRequired"),
    Field(name="largeBillerId", kind=kinds.GIVEN_ID, since="2024", read=lambda source: source.rpps_id),
    *_texts("orgVCardOptOutCustReason"),
    *_flags("enableFundedInvite"),
    day("lastPaymentDate", "last_payment_on", since="2024", read_only=True),
    *constant(0, kinds.NUMBER, "numberOfInvitesSent"),
    *_flags("eligibleForEbills acknowledgedEbillBanner acknowledgedEbillError eBillEnablementFailed"),
    *_texts("PaymentusMerchantId"),
    *constant(0, kinds.NUMBER, "unmodifiedBillsCount"),
    *_flags("setupAutoPayPrompt autoPayConflict nameOnCheckRemediation"),
    *_texts("autoSave autoSaveStatus"),
    *_codes("0", "creationSource"),
    *_texts("PaymentusPmtType PaymentusAcctToken PaymentusAcctToken2 PaymentusAcctToken3"),
    *_codes("0", "stpProcessor eBillEnabledStatus"),
    *_texts("orgVCardOptOutCustOther networkStatus"),
    *_codes("1", "vcardProcessor"),
    *_flags("isAddressValidated isSyncVendorCountryMapped optedOutOfVCardByOrg invalidCountryCurrencyAtNewVendorSync"),
    *constant(None, kinds.MONEY, "acctBalance"),
    *_texts("lastAcctBalanceUpdate paymentEmails"),
    *_flags("eBillEligible"),
    *constant([], kinds.PLAIN, "required"),
)  # fmt: skip

TABLE: Final = Table(
    "Vendor",
    ID,
    IS_ACTIVE,
    text("name", "name", required=True, filterable=True),
    text("shortName", "short_name", since="2021"),
    text("nameOnCheck", "payee_name", read=lambda source: source.name_on_check),
    text("companyName", "company_name", since="2021"),
    text("accNumber", "account_number"),
    text("taxId", "tax_id", read=lambda source: shown_tax_id(source.vendor.tax_id_last4)),
    text("taxIdType", "tax_id_type", since="2024", read=lambda source: _TAX_ID_CODES.get(source.vendor.tax_id_type)),
    flag("track1099", "track_1099"),
    text("address1", "address_line1"),
    text("address2", "address_line2"),
    text("address3", "address_line3"),
    text("address4", "address_line4"),
    text("addressCity", "address_city"),
    text("addressState", "address_state"),
    text("addressZip", "address_zip"),
    text("addressCountry", "address_country"),
    text("email", "email"),
    text("fax", "fax"),
    text("phone", "phone"),
    choice("payBy", "pay_by", PAY_BY, read_only=True, read=_pay_by),
    text("paymentEmail", "payment_email", since="2021"),
    text("paymentPhone", "payment_phone", since="2021"),
    text("description", "description"),
    CREATED,
    UPDATED,
    text("contactFirstName", "contact_first_name", since="2021"),
    text("contactLastName", "contact_last_name", since="2021"),
    reference("mergedIntoId", since="2021"),
    choice("accountType", "account_type", ACCOUNT_TYPES, default=AccountType.NONE, since="2021"),
    *_FIELDS_OF_2024,
    root="vendor",
)


def _create(ctx: Ctx, found: dict[str, Any]) -> Vendor:
    _check(found)
    _take_purpose(found, found.get("address_country"))
    return vendor_accounts.create_vendor(ctx, VendorDraft(**found))


def _update(ctx: Ctx, vendor_id: str, found: dict[str, Any]) -> Vendor:
    """Whole records are sent back: what they say as it was shown changes nothing."""
    vendor = vendors.get_vendor(ctx, vendor_id)
    drop_echo(found, vendor.tax_id_last4)
    if vendor.payee_name is None and found.get("payee_name") == vendor.name:
        del found["payee_name"]
    if "purpose_text" in found and found["purpose_text"] == _shown_purpose(vendor):
        del found["purpose_text"]
    _check(found)
    account = vendors.payment_account_of(ctx, vendor_id) if found.get("purpose_text") else None
    _take_purpose(found, account.bank_country if account else found.get("address_country", vendor.address_country))
    return vendor_accounts.update_vendor(ctx, vendor_id, found)


def _take_purpose(found: dict[str, Any], country: str | None) -> None:
    """A purpose that the vendor's country lists is its code; any other is a text."""
    listed = rules_of(country_code(country) or HOME).purpose_codes
    for code in listed:
        if code.value == found.get("purpose_text"):
            found |= {"purpose_text": None, "purpose_name": code.name, "purpose_value": code.value}


def _check(found: dict[str, Any]) -> None:
    checks = Checks()
    check_party(checks, found, "bill_currency")
    days = found.get("lead_time_days")
    if days is not None:
        fits = days == int(days) and 0 <= days <= _MAX_LEAD_DAYS
        checks.require(fits, InvalidField("lead_time_days", str(days)))
        found["lead_time_days"] = int(days)
    if kind := found.get("tax_id_type"):
        known = {**TAX_ID_TYPES, **{word: word for word in TAX_ID_TYPES.values()}}
        checks.require(kind in known, InvalidField("tax_id_type", kind[:40]))
        found["tax_id_type"] = known.get(kind)
    checks.raise_any()


def _sources(ctx: Ctx, records: list[Vendor], vintage: str) -> list[VendorSource]:
    ids = [record.id for record in records]
    rpps_ids = {vendor_id: one.rpps_id for vendor_id, one in acceptances_of(ctx, ids).items()}
    if vintage != VINTAGES[-1]:
        return [VendorSource(one, NOTHING_OWED, one.payee_name, rpps_ids.get(one.id)) for one in records]
    balances, paid = vendor_accounts.balances_of(ctx, ids), recurring_bills.vendors_that_are_paid(ctx, ids)
    accounts = vendors.bank_accounts_of(ctx, ids)
    # A vendor's name is on its checks, as recorded in 2024; the older samples show null (v2.md §5.1, row 6).
    return [
        VendorSource(
            one, balances.get(one.id, NOTHING_OWED), one.payee_name or one.name, rpps_ids.get(one.id),
            recurring_payments=one.id in paid, account=accounts.get(one.id),
        )
        for one in records
    ]  # fmt: skip


def declare(catalogue: Catalogue) -> None:
    """The rows of vendors."""
    verbs = Verbs(
        sources=_sources,
        create=_create,
        get=vendors.get_vendor,
        update=_update,
        archive=vendors.archive_vendor,
        restore=vendors.restore_vendor,
        find=vendors.list_vendors,
    )
    declare_entity(catalogue, TABLE, verbs, Permission.WRITE_VENDORS)
