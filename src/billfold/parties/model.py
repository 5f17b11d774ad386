"""The records of parties."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import msgspec

from billfold.kit.ctx import RecordStatus


class AccountType(StrEnum):
    """Whether a party is a business or a person."""

    NONE = "NONE"
    BUSINESS = "BUSINESS"
    PERSON = "PERSON"


class PayBy(StrEnum):
    """The rail on which a vendor is paid: by check until there is a bank account."""

    CHECK = "CHECK"
    ACH = "ACH"
    INTERNATIONAL_E_PAYMENT = "INTERNATIONAL_E_PAYMENT"


class PayBySubType(StrEnum):
    """How money goes abroad: through the country's own clearing, its ACH, or by wire."""

    IACH = "IACH"
    LOCAL = "LOCAL"
    WIRE = "WIRE"


class VendorDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What a user may say of a vendor. The tax id is clear here and sealed in the record."""

    name: str
    short_name: str | None = None
    company_name: str | None = None
    account_number: str | None = None
    account_type: AccountType = AccountType.NONE
    email: str | None = None
    phone: str | None = None
    fax: str | None = None
    address_line1: str | None = None
    address_line2: str | None = None
    address_line3: str | None = None
    address_line4: str | None = None
    address_city: str | None = None
    address_state: str | None = None
    address_zip: str | None = None
    address_country: str | None = None
    payee_name: str | None = None
    payment_email: str | None = None
    payment_phone: str | None = None
    contact_first_name: str | None = None
    contact_last_name: str | None = None
    description: str | None = None
    tax_id: str | None = None
    tax_id_type: str | None = None
    track_1099: bool = False
    lead_time_days: int | None = None
    combine_payments: bool = True
    bill_currency: str = "USD"
    payment_term_id: str | None = None
    purpose_text: str | None = None
    purpose_name: str | None = None
    purpose_value: str | None = None
    auto_pay_enabled: bool = False
    auto_pay_bank_account_id: str | None = None
    auto_pay_max_minor: int | None = None
    auto_pay_days_before: int | None = None
    auto_pay_created_by: str | None = None


class Vendor(msgspec.Struct, frozen=True):
    """Somebody whose bills the organization pays."""

    organization_id: str
    id: str
    ordinal: int
    name: str
    short_name: str | None
    company_name: str | None
    account_number: str | None
    account_type: AccountType
    email: str | None
    phone: str | None
    fax: str | None
    address_line1: str | None
    address_line2: str | None
    address_line3: str | None
    address_line4: str | None
    address_city: str | None
    address_state: str | None
    address_zip: str | None
    address_country: str | None
    payee_name: str | None
    payment_email: str | None
    payment_phone: str | None
    contact_first_name: str | None
    contact_last_name: str | None
    description: str | None
    tax_id_last4: str | None
    tax_id_type: str | None
    track_1099: bool
    lead_time_days: int | None
    combine_payments: bool
    bill_currency: str
    pay_by: PayBy
    last_payment_on: date | None
    record_status: RecordStatus
    created_at: datetime
    updated_at: datetime
    payment_term_id: str | None
    purpose_text: str | None
    purpose_name: str | None
    purpose_value: str | None
    auto_pay_enabled: bool
    auto_pay_bank_account_id: str | None
    auto_pay_max_minor: int | None
    auto_pay_days_before: int | None
    auto_pay_created_by: str | None
    approver_ids: str | None = None

    @property
    def archived(self) -> bool:
        """Whether the vendor is out of use."""
        return self.record_status is not RecordStatus.ACTIVE


class RegulatoryField(msgspec.Struct, frozen=True):
    """A number that a country wants of who is paid there, by the name in its rules. Its repr shows no number."""

    name: str
    value: str

    def __repr__(self) -> str:
        return f"RegulatoryField({self.name!r}, …)"


class BankAccountDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A vendor's bank account as it comes in. Its repr shows no number.

    What was not said is None; what has to be depends on the country (`parties/bank_details.py`).
    """

    name_on_account: str
    routing_number: str
    account_number: str
    kind: str | None = None
    owner_type: str | None = None
    payment_currency: str | None = None
    bank_country: str = "US"
    pay_by_sub_type: PayBySubType | None = None
    regulatory: tuple[RegulatoryField, ...] = ()

    def __repr__(self) -> str:
        return f"BankAccountDraft(…{self.account_number[-4:]})"


class VendorBankAccount(msgspec.Struct, frozen=True):
    """Where a vendor is paid. The numbers are in sealed columns that this record does not carry.

    `pay_by_sub_type` is there for accounts abroad; `regulatory` is JSON of what the country wants, masked.
    `invalid_code` is the return code by which the account's bank said that nothing can be paid to it.
    """

    organization_id: str
    id: str
    vendor_id: str
    name_on_account: str
    routing_number: str
    account_number_last4: str
    account_number_length: int
    account_fingerprint: str
    kind: str
    owner_type: str
    payment_currency: str
    record_status: RecordStatus
    created_at: datetime
    updated_at: datetime
    ordinal: int
    created_by: str | None
    bank_country: str
    pay_by_sub_type: PayBySubType | None
    regulatory: str | None
    invalid_code: str | None = None

    @property
    def archived(self) -> bool:
        """Whether the account was removed."""
        return self.record_status is not RecordStatus.ACTIVE

    @property
    def is_invalid(self) -> bool:
        """Whether nothing can be paid to it."""
        return self.invalid_code is not None

    @property
    def is_abroad(self) -> bool:
        """Whether the bank is in another country."""
        return self.pay_by_sub_type is not None


class CustomerDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What a user may say of a customer. The tax id is clear here and sealed in the record."""

    name: str
    email: str | None = None
    short_name: str | None = None
    parent_id: str | None = None
    company_name: str | None = None
    contact_first_name: str | None = None
    contact_last_name: str | None = None
    account_number: str | None = None
    account_type: AccountType = AccountType.NONE
    phone: str | None = None
    alt_phone: str | None = None
    fax: str | None = None
    description: str | None = None
    print_as: str | None = None
    invoice_currency: str = "USD"
    payment_term_id: str | None = None
    bill_address_line1: str | None = None
    bill_address_line2: str | None = None
    bill_address_line3: str | None = None
    bill_address_line4: str | None = None
    bill_address_city: str | None = None
    bill_address_state: str | None = None
    bill_address_zip: str | None = None
    bill_address_country: str | None = None
    ship_address_line1: str | None = None
    ship_address_line2: str | None = None
    ship_address_line3: str | None = None
    ship_address_line4: str | None = None
    ship_address_city: str | None = None
    ship_address_state: str | None = None
    ship_address_zip: str | None = None
    ship_address_country: str | None = None
    delivery_method: str | None = None
    is_tax_liable: bool = False
    tax_id: str | None = None


class Customer(msgspec.Struct, frozen=True):
    """Somebody who pays the organization."""

    organization_id: str
    id: str
    ordinal: int
    name: str
    email: str | None
    record_status: RecordStatus
    created_at: datetime
    updated_at: datetime
    short_name: str | None
    parent_id: str | None
    company_name: str | None
    contact_first_name: str | None
    contact_last_name: str | None
    account_number: str | None
    account_type: AccountType
    phone: str | None
    alt_phone: str | None
    fax: str | None
    description: str | None
    print_as: str | None
    invoice_currency: str
    payment_term_id: str | None
    bill_address_line1: str | None
    bill_address_line2: str | None
    bill_address_line3: str | None
    bill_address_line4: str | None
    bill_address_city: str | None
    bill_address_state: str | None
    bill_address_zip: str | None
    bill_address_country: str | None
    ship_address_line1: str | None
    ship_address_line2: str | None
    ship_address_line3: str | None
    ship_address_line4: str | None
    ship_address_city: str | None
    ship_address_state: str | None
    ship_address_zip: str | None
    ship_address_country: str | None
    delivery_method: str | None
    is_tax_liable: bool
    tax_id_last4: str | None

    @property
    def archived(self) -> bool:
        """Whether the customer is out of use."""
        return self.record_status is not RecordStatus.ACTIVE


class ContactDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What a user may say of a customer's contact."""

    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    alternate_email: str | None = None
    phone: str | None = None
    alt_phone: str | None = None
    fax: str | None = None
    timezone_id: str | None = None


class Contact(msgspec.Struct, frozen=True):
    """A person at a customer. No two of an organization have the same e-mail address."""

    organization_id: str
    id: str
    ordinal: int
    customer_id: str
    first_name: str | None
    last_name: str | None
    email: str | None
    alternate_email: str | None
    phone: str | None
    alt_phone: str | None
    fax: str | None
    timezone_id: str | None
    record_status: RecordStatus
    created_at: datetime
    updated_at: datetime

    @property
    def archived(self) -> bool:
        """Whether the contact is out of use."""
        return self.record_status is not RecordStatus.ACTIVE


class AccountConfirmation(msgspec.Struct, frozen=True):
    """That a second user has to confirm a vendor's bank account. Ended without `confirmed_by`: it was removed."""

    organization_id: str
    account_id: str
    vendor_id: str
    requested_by: str
    requested_at: datetime
    confirmed_by: str | None
    ended_at: datetime | None

    @property
    def id(self) -> str:
        """What an event is about: the account."""
        return self.account_id
