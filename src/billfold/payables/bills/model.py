"""The records of bills."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

import msgspec

from billfold.approvals.model import ApprovalStatus
from billfold.kit.ctx import RecordStatus
from billfold.payables.lines.model import Line


class PaymentStatus(StrEnum):
    """How far a bill is paid."""

    UNPAID = "UNPAID"
    SCHEDULED = "SCHEDULED"
    IN_PROCESS = "IN_PROCESS"
    PARTIALLY_PAID = "PARTIALLY_PAID"
    PAID = "PAID"


class BillDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What a user may say of a bill, but for its lines."""

    vendor_id: str
    invoice_number: str
    invoice_on: date
    due_on: date
    posting_on: date | None = None
    description: str | None = None
    po_number: str | None = None
    exchange_rate: Decimal | None = None
    pay_from_chart_of_account_id: str | None = None
    chart_of_account_id: str | None = None
    accounting_class_id: str | None = None
    department_id: str | None = None
    location_id: str | None = None
    item_id: str | None = None
    payment_term_id: str | None = None


class Bill(msgspec.Struct, frozen=True):
    """What the organization owes a vendor. Amounts are minor units of the bill's currency.

    `in_process_minor` is the part of `scheduled_minor` that banks already work on, `pending_credit_minor` the part of
    `credit_minor` that stands in payments under way. `funding_minor` is the amount in cents of USD, where that differs
    and a rate is given. `number_key` is the invoice number as duplicates are found.
    """

    organization_id: str
    id: str
    ordinal: int
    vendor_id: str
    invoice_number: str
    invoice_on: date
    due_on: date
    posting_on: date
    description: str | None
    po_number: str | None
    currency: str
    exchange_rate: Decimal | None
    amount_minor: int
    scheduled_minor: int
    in_process_minor: int
    paid_minor: int
    credit_minor: int
    payment_status: PaymentStatus
    approval_status: ApprovalStatus
    pay_from_bank_account_id: str | None
    pay_from_chart_of_account_id: str | None
    chart_of_account_id: str | None
    accounting_class_id: str | None
    department_id: str | None
    location_id: str | None
    item_id: str | None
    last_payment_on: date | None
    created_by: str
    record_status: RecordStatus
    created_at: datetime
    updated_at: datetime
    payment_term_id: str | None
    funding_minor: int | None
    number_key: str
    pending_credit_minor: int

    @property
    def archived(self) -> bool:
        """Whether the bill is out of use."""
        return self.record_status is not RecordStatus.ACTIVE

    @property
    def due_minor(self) -> int:
        """What can still be paid."""
        return self.amount_minor - self.scheduled_minor - self.paid_minor - self.credit_minor

    @property
    def settled_minor(self) -> int:
        """What is paid: the money of payments that cleared, and credits that no payment under way holds."""
        return self.paid_minor + self.credit_minor - self.pending_credit_minor


class BillLine(Line, frozen=True):
    """A line of a bill, with what form 1099 asks of it."""

    PREFIX: ClassVar = "bli"
    DOCUMENT: ClassVar = "bill_id"

    bill_id: str
    form_1099_category_id: str | None
    is_reportable: bool
    reportable_minor: int | None


class BillView(msgspec.Struct, frozen=True):
    """A bill as readers see it: with its lines and its vendor's name."""

    bill: Bill
    lines: list[BillLine]
    vendor_name: str
