"""The records of vendor credits."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

import msgspec

from billfold.approvals.model import ApprovalStatus
from billfold.kit.ctx import RecordStatus
from billfold.payables.lines.model import Line


class VendorCreditStatus(StrEnum):
    """How far a credit is used; in process while a payment under way uses some of it."""

    NOT_APPLIED = "NOT_APPLIED"
    PARTIALLY_APPLIED = "PARTIALLY_APPLIED"
    FULLY_APPLIED = "FULLY_APPLIED"
    IN_PROCESS = "IN_PROCESS"


class VendorCreditDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What a user may say of a credit, but for its lines; of the two `apply_to_…` only one."""

    vendor_id: str
    reference_number: str
    credited_on: date
    posting_on: date | None = None
    description: str | None = None
    po_number: str | None = None
    exchange_rate: Decimal | None = None
    apply_to_chart_of_account_id: str | None = None
    apply_to_bank_account_id: str | None = None


class CreditAmount(msgspec.Struct, frozen=True):
    """How much of which credit to use, in the credit's currency."""

    credit_id: str
    amount: Decimal


class VendorCredit(msgspec.Struct, frozen=True):
    """What a vendor owes the organization, such as for goods sent back. Amounts are minor units of its currency.

    `pending_minor` is the part of `applied_minor` that stands in payments under way.
    """

    organization_id: str
    id: str
    ordinal: int
    vendor_id: str
    reference_number: str
    credited_on: date
    posting_on: date
    description: str | None
    po_number: str | None
    currency: str
    exchange_rate: Decimal | None
    amount_minor: int
    applied_minor: int
    pending_minor: int
    status: VendorCreditStatus
    approval_status: ApprovalStatus
    apply_to_chart_of_account_id: str | None
    apply_to_bank_account_id: str | None
    created_by: str
    record_status: RecordStatus
    created_at: datetime
    updated_at: datetime

    @property
    def archived(self) -> bool:
        """Whether the credit is out of use, for good."""
        return self.record_status is not RecordStatus.ACTIVE

    @property
    def rest_minor(self) -> int:
        """What can still be used."""
        return self.amount_minor - self.applied_minor


class VendorCreditLine(Line, frozen=True):
    """A line of a vendor credit."""

    PREFIX: ClassVar = "vci"
    DOCUMENT: ClassVar = "credit_id"

    credit_id: str


class CreditApplication(msgspec.Struct, frozen=True):
    """A use of a credit by a bill. With a payment it is part of that payment, and is given back when that is.

    Without one it counts at once, until the bill no longer lists the credit.
    """

    organization_id: str
    id: str
    ordinal: int
    credit_id: str
    bill_id: str
    payment_id: str | None
    amount_minor: int
    currency: str
    created_at: datetime
    updated_at: datetime


class VendorCreditView(msgspec.Struct, frozen=True):
    """A credit as readers see it: with its lines, and which bills use it."""

    credit: VendorCredit
    lines: list[VendorCreditLine]
    usage: list[CreditApplication]
