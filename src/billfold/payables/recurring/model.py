"""The records of recurring bills."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import ClassVar

import msgspec

from billfold.kit.ctx import RecordStatus
from billfold.payables.lines.model import Line
from billfold.payables.recurring.recurrence import Period, Schedule


class RecurringDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What a user may say of a recurring bill, but for its lines.

    With `auto_payment` each bill is paid from the bank account, to arrive on its due date.
    """

    vendor_id: str
    time_period: Period
    frequency_per_period: int
    next_due_on: date
    days_in_advance: int
    end_on: date | None = None
    description: str | None = None
    auto_payment: bool = False
    bank_account_id: str | None = None


class RecurringBill(msgspec.Struct, frozen=True):
    """A template of bills, in the vendor's currency.

    `anchor_day` keeps the day of the month. `payer_id` is on whose authority it pays. `failure` says why it was put out
    of use, where Billfold did that.
    """

    organization_id: str
    id: str
    ordinal: int
    vendor_id: str
    currency: str
    amount_minor: int
    time_period: Period
    frequency_per_period: int
    next_due_on: date
    anchor_day: int
    end_on: date | None
    days_in_advance: int
    description: str | None
    auto_payment: bool
    bank_account_id: str | None
    payer_id: str | None
    failure: str | None
    created_by: str
    record_status: RecordStatus
    created_at: datetime
    updated_at: datetime

    @property
    def archived(self) -> bool:
        """Whether no bills are made."""
        return self.record_status is not RecordStatus.ACTIVE

    @property
    def schedule(self) -> Schedule:
        """When bills fall due."""
        return Schedule(self.time_period, self.frequency_per_period, self.next_due_on, self.anchor_day, self.end_on)

    @property
    def made_on(self) -> date:
        """The day on which the next bill is made."""
        return self.next_due_on - timedelta(days=self.days_in_advance)


class RecurringLine(Line, frozen=True):
    """A line of a recurring bill."""

    PREFIX: ClassVar = "bti"
    DOCUMENT: ClassVar = "recurring_bill_id"

    recurring_bill_id: str


class RecurringView(msgspec.Struct, frozen=True):
    """A recurring bill as readers see it: with its lines."""

    template: RecurringBill
    lines: list[RecurringLine]


class GeneratedBill(msgspec.Struct, frozen=True):
    """That a recurring bill made its bill of this due date."""

    organization_id: str
    recurring_bill_id: str
    due_on: date
    bill_id: str
    created_at: datetime
