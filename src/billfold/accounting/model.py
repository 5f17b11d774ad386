"""The record of a classification and what distinguishes its seven kinds."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from billfold.kit.ctx import RecordStatus


class Kind(StrEnum):
    """The seven kinds. The value is the noun in our own sentences."""

    CHART_OF_ACCOUNT = "chart of account"
    ACCOUNTING_CLASS = "accounting class"
    DEPARTMENT = "department"
    EMPLOYEE = "employee"
    ITEM = "item"
    JOB = "job"
    LOCATION = "location"


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


PREFIXES = {
    Kind.CHART_OF_ACCOUNT: "0ca",
    Kind.ACCOUNTING_CLASS: "cls",
    Kind.DEPARTMENT: "0de",
    Kind.EMPLOYEE: "emp",
    Kind.ITEM: "0ii",
    Kind.JOB: "job",
    Kind.LOCATION: "loc",
}


class ClassificationDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What a user may say of a classification. An employee's `name` is the first name."""

    name: str
    short_name: str | None = None
    description: str | None = None
    parent_id: str | None = None
    account_type: AccountType | None = None
    account_number: str | None = None
    ca_1099_type: str | None = None
    last_name: str | None = None
    item_type: str | None = None


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
    item_type: str | None
    role: str | None
    record_status: RecordStatus
    created_at: datetime
    updated_at: datetime

    @property
    def archived(self) -> bool:
        """Whether it is out of use."""
        return self.record_status is not RecordStatus.ACTIVE
