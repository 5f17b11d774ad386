"""The records of classifications and payment terms, and what distinguishes the kinds of classification."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Self

import msgspec

from billfold.kit.ctx import RecordStatus


class Kind(StrEnum):
    """The kinds of classification: the noun in our own sentences, and how its ids begin."""

    prefix: str

    def __new__(cls, noun: str, prefix: str) -> Self:
        """A kind by its noun, with its prefix."""
        kind = str.__new__(cls, noun)
        kind._value_ = noun
        kind.prefix = prefix
        return kind

    CHART_OF_ACCOUNT = "chart of account", "0ca"
    ACCOUNTING_CLASS = "accounting class", "cls"
    DEPARTMENT = "department", "0de"
    EMPLOYEE = "employee", "emp"
    ITEM = "item", "0ii"
    JOB = "job", "job"
    LOCATION = "location", "loc"


class AccountType(StrEnum):
    """What a chart of account is, in the order of v2's codes 0 to 16 (contract v2.md §4)."""

    UNSPECIFIED = "UNSPECIFIED"
    ACCOUNTS_PAYABLE = "ACCOUNTS_PAYABLE"
    ACCOUNTS_RECEIVABLE = "ACCOUNTS_RECEIVABLE"
    BANK = "BANK"
    COST_OF_GOODS_SOLD = "COST_OF_GOODS_SOLD"
    CREDIT_CARD = "CREDIT_CARD"
    EQUITY = "EQUITY"
    EXPENSE = "EXPENSE"
    FIXED_ASSET = "FIXED_ASSET"
    INCOME = "INCOME"
    LONG_TERM_LIABILITY = "LONG_TERM_LIABILITY"
    OTHER_ASSET = "OTHER_ASSET"
    OTHER_CURRENT_ASSET = "OTHER_CURRENT_ASSET"
    OTHER_CURRENT_LIABILITY = "OTHER_CURRENT_LIABILITY"
    OTHER_EXPENSE = "OTHER_EXPENSE"
    OTHER_INCOME = "OTHER_INCOME"
    NON_POSTING = "NON_POSTING"


class ItemType(StrEnum):
    """What an item is, in the order of v2's codes 0 to 13 (contract v2.md §4, core §3.4)."""

    UNSPECIFIED = "UNSPECIFIED"
    SERVICE = "SERVICE"
    INVENTORY = "INVENTORY"
    NON_INVENTORY = "NON_INVENTORY"
    PAYMENT = "PAYMENT"
    DISCOUNT = "DISCOUNT"
    SALES_TAX = "SALES_TAX"
    SUBTOTAL = "SUBTOTAL"
    OTHER_CHARGE = "OTHER_CHARGE"
    INVENTORY_ASSEMBLY = "INVENTORY_ASSEMBLY"
    GROUP = "GROUP"
    SALES_TAX_GROUP = "SALES_TAX_GROUP"
    FIXED_ASSET = "FIXED_ASSET"
    CATEGORY = "CATEGORY"


class ClassificationDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What a user may say of a classification. An employee's `name` is the first name.

    From `price` on it is said of items: a price or a percentage, never both, in the organization's currency; the
    account that their sale earns and the one that their purchase costs, with what the purchase is called and costs.
    """

    name: str
    short_name: str | None = None
    description: str | None = None
    parent_id: str | None = None
    account_type: AccountType | None = None
    account_number: str | None = None
    ca_1099_type: str | None = None
    last_name: str | None = None
    item_type: ItemType | None = None
    price: Decimal | None = None
    percentage: Decimal | None = None
    income_account_id: str | None = None
    expense_account_id: str | None = None
    purchase_description: str | None = None
    purchase_cost: Decimal | None = None
    taxable: bool | None = None


class Classification(msgspec.Struct, frozen=True):
    """One chart of account, class, department, employee, item, job or location.

    `role` marks the accounts that the house itself keeps, such as money-out clearing.
    """

    organization_id: str
    id: str
    ordinal: int
    kind: Kind
    name: str
    short_name: str | None
    description: str | None
    parent_id: str | None
    account_type: AccountType | None
    account_number: str | None
    ca_1099_type: str | None
    last_name: str | None
    item_type: ItemType | None
    role: str | None
    record_status: RecordStatus
    created_at: datetime
    updated_at: datetime
    merged_into_id: str | None
    price: Decimal | None
    percentage: Decimal | None
    income_account_id: str | None
    expense_account_id: str | None
    purchase_description: str | None
    purchase_cost: Decimal | None
    taxable: bool | None

    @property
    def archived(self) -> bool:
        """Whether it is out of use."""
        return self.record_status is not RecordStatus.ACTIVE

    @property
    def has_purchase(self) -> bool:
        """Whether an item says anything about its purchase."""
        said = (self.expense_account_id, self.purchase_description, self.purchase_cost)
        return any(one is not None for one in said)


class PaymentTermDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What a user may say of a payment term: due so many days after the date of the document."""

    name: str
    days_due: int
    description: str | None = None


class PaymentTerm(msgspec.Struct, frozen=True):
    """When a document is due."""

    organization_id: str
    id: str
    ordinal: int
    name: str
    description: str | None
    days_due: int
    record_status: RecordStatus
    created_at: datetime
    updated_at: datetime

    @property
    def archived(self) -> bool:
        """Whether it is out of use."""
        return self.record_status is not RecordStatus.ACTIVE
