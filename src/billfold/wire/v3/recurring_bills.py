"""Recurring bills (contract: payables §4)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx
from billfold.payables.model import LineDraft
from billfold.payables.recurring import recurring_bills
from billfold.payables.recurring.model import RecurringBill, RecurringDraft, RecurringLine, RecurringView
from billfold.payables.recurring.recurrence import Period
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.codecs import given, instant, money, spelling_of
from billfold.wire.v3.bills import without_ids
from billfold.wire.v3.lists import (
    ARCHIVED,
    CREATED,
    EQUALITY,
    ID,
    ORDER,
    UPDATED,
    Kind,
    ListField,
    ListSpec,
)
from billfold.wire.v3.resource import Resource

Text = str | None | UnsetType
Number = Decimal | None | UnsetType
PeriodName = Literal["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]


Frequency = Annotated[int, Meta(description="Every so many periods.")]
NextDue = Annotated[date, Meta(description="When the next bill is due.")]
End = Annotated[date | None, Meta(description="No bill is due after it. Without it there is no end.")]
InAdvance = Annotated[int, Meta(description="How many days before its due date a bill is made, 0 to 365.")]


class ScheduleBody(msgspec.Struct, kw_only=True):
    """What of the schedule is to change."""

    period: Period | UnsetType = UNSET
    frequency: Frequency | UnsetType = UNSET
    nextDueDate: NextDue | UnsetType = UNSET
    endDate: End | UnsetType = UNSET
    daysInAdvance: InAdvance | UnsetType = UNSET


class NewScheduleBody(ScheduleBody, kw_only=True):
    """When bills are due, and when they are made: at 00:00 in the organization's time zone."""

    period: Period
    frequency: Frequency
    nextDueDate: NextDue
    daysInAdvance: InAdvance


class LineClassificationsBody(msgspec.Struct, kw_only=True):
    """What a line is classified by."""

    chartOfAccountId: Text = UNSET
    accountingClassId: Text = UNSET
    departmentId: Text = UNSET
    locationId: Text = UNSET
    itemId: Text = UNSET
    employeeId: Text = UNSET
    jobId: Text = UNSET


class RecurringLineBody(msgspec.Struct, kw_only=True):
    """A line of every bill: an amount, or a quantity and a price."""

    id: Annotated[Text, Meta(description="An existing line of this recurring bill.")] = UNSET
    amount: Number = UNSET
    quantity: Number = UNSET
    price: Number = UNSET
    description: Text = UNSET
    classifications: LineClassificationsBody | UnsetType | None = UNSET


class RecurringOptionsBody(msgspec.Struct, kw_only=True):
    """Whether bills are paid by themselves."""

    autoPayment: Annotated[bool, Meta(description="Needs a session that has passed MFA.")] | UnsetType = UNSET


class RecurringPaymentBody(msgspec.Struct, kw_only=True):
    """What they are paid from."""

    bankAccountId: Text = UNSET


class RecurringBillUpdate(msgspec.Struct, kw_only=True):
    """What of a recurring bill is to change, for its future bills. Lines are matched by id."""

    vendorId: str | UnsetType = UNSET
    schedule: ScheduleBody | UnsetType = UNSET
    recurringBillLineItems: list[RecurringLineBody] | UnsetType = UNSET
    description: Text = UNSET
    processingOptions: RecurringOptionsBody | UnsetType = UNSET
    paymentInformation: RecurringPaymentBody | UnsetType = UNSET


class RecurringBillCreate(RecurringBillUpdate, kw_only=True):
    """A whole recurring bill: a new one, or what replaces one (PUT; lines with an id are kept, others are new)."""

    vendorId: str
    schedule: NewScheduleBody
    recurringBillLineItems: list[RecurringLineBody]


FIELDS = (
    ("vendorId", "vendor_id"),
    ("schedule.period", "time_period"),
    ("schedule.frequency", "frequency_per_period"),
    ("schedule.nextDueDate", "next_due_on"),
    ("schedule.endDate", "end_on"),
    ("schedule.daysInAdvance", "days_in_advance"),
    ("description", "description"),
    ("processingOptions.autoPayment", "auto_payment"),
    ("paymentInformation.bankAccountId", "bank_account_id"),
)
LINE_FIELDS = (
    ("id", "id"),
    ("amount", "amount"),
    ("quantity", "quantity"),
    ("price", "price"),
    ("description", "description"),
    ("classifications.chartOfAccountId", "chart_of_account_id"),
    ("classifications.accountingClassId", "accounting_class_id"),
    ("classifications.departmentId", "department_id"),
    ("classifications.locationId", "location_id"),
    ("classifications.itemId", "item_id"),
    ("classifications.employeeId", "employee_id"),
    ("classifications.jobId", "job_id"),
)
SPELLING = spelling_of(LINE_FIELDS, FIELDS, lines="recurringBillLineItems")
#: What PUT clears when it is left out. How bills are paid stays: PUT's documented body lacks `processingOptions` (?).
_CLEARED: dict[str, Any] = {"end_on": None, "description": None}


class ScheduleShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """When bills are due, and when they are made."""

    period: PeriodName
    frequency: int
    nextDueDate: date
    endDate: date | None = None
    daysInAdvance: int


class RecurringClassificationsShape(msgspec.Struct, omit_defaults=True):
    """What a line is classified by."""

    chartOfAccountId: str | None = None
    accountingClassId: str | None = None
    departmentId: str | None = None
    locationId: str | None = None
    itemId: str | None = None
    employeeId: str | None = None
    jobId: str | None = None


_NOTHING = RecurringClassificationsShape()


class RecurringLineShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """A line of every bill."""

    id: Annotated[str, Meta(description="Begins with bti.")]
    amount: Decimal
    quantity: Decimal | None = None
    price: Decimal | None = None
    description: str | None = None
    classifications: RecurringClassificationsShape | None = None


class RecurringOptionsShape(msgspec.Struct):
    """Whether bills are paid by themselves."""

    autoPayment: bool


class RecurringPaymentShape(msgspec.Struct):
    """What they are paid from."""

    bankAccountId: str


class RecurringBillShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """A recurring bill. Amounts are in the vendor's bill currency."""

    id: Annotated[str, Meta(description="Begins with btp.")]
    archived: bool
    vendorId: str
    schedule: ScheduleShape
    recurringBillLineItems: list[RecurringLineShape]
    description: str | None = None
    processingOptions: RecurringOptionsShape
    paymentInformation: RecurringPaymentShape | None = None
    createdTime: str
    updatedTime: str


def recurring_bill_shape(view: RecurringView) -> RecurringBillShape:
    """A recurring bill as v3 shows it."""
    template = view.template
    account_id = template.bank_account_id
    return RecurringBillShape(
        id=template.id,
        archived=template.archived,
        vendorId=template.vendor_id,
        schedule=_schedule_shape(template),
        recurringBillLineItems=[_line_shape(line, template.currency) for line in view.lines],
        description=template.description,
        processingOptions=RecurringOptionsShape(template.auto_payment),
        paymentInformation=None if account_id is None else RecurringPaymentShape(account_id),
        createdTime=instant(template.created_at),
        updatedTime=instant(template.updated_at),
    )


def _schedule_shape(template: RecurringBill) -> ScheduleShape:
    return ScheduleShape(
        period=template.time_period.value,
        frequency=template.frequency_per_period,
        nextDueDate=template.next_due_on,
        endDate=template.end_on,
        daysInAdvance=template.days_in_advance,
    )


def _line_shape(line: RecurringLine, currency: str) -> RecurringLineShape:
    classified = RecurringClassificationsShape(
        line.chart_of_account_id,
        line.accounting_class_id,
        line.department_id,
        line.location_id,
        line.item_id,
        line.employee_id,
        line.job_id,
    )
    return RecurringLineShape(
        id=line.id,
        amount=money(line.amount_minor, currency),
        quantity=line.quantity,
        price=line.price,
        description=line.description,
        classifications=None if classified == _NOTHING else classified,
    )


def create_recurring_bill(ctx: Ctx, _: Call, body: RecurringBillCreate) -> RecurringBillShape:
    """A new recurring bill. What it has missed is made at once."""
    draft = RecurringDraft(**given(body, FIELDS))
    lines = without_ids(_line_drafts(body.recurringBillLineItems))
    return recurring_bill_shape(recurring_bills.create(ctx, draft, lines))


def replace_recurring_bill(ctx: Ctx, call: Call, body: RecurringBillCreate) -> RecurringBillShape:
    """What is left out is cleared, but for how bills are paid; lines that are left out are removed."""
    changes = _CLEARED | given(body, FIELDS)
    lines = _line_drafts(body.recurringBillLineItems)
    return recurring_bill_shape(recurring_bills.update(ctx, call.path_ids["recurringBillId"], changes, lines))


def update_recurring_bill(ctx: Ctx, call: Call, body: RecurringBillUpdate) -> RecurringBillShape:
    """Change what is given; lines by id."""
    lines = []
    if body.recurringBillLineItems is not UNSET:
        for line in body.recurringBillLineItems:
            change = given(line, LINE_FIELDS)
            lines.append((change.pop("id", None), change))
    template_id = call.path_ids["recurringBillId"]
    return recurring_bill_shape(recurring_bills.patch(ctx, template_id, given(body, FIELDS), lines))


def _line_drafts(lines: list[RecurringLineBody]) -> list[LineDraft]:
    return [LineDraft(**given(line, LINE_FIELDS)) for line in lines]


LIST = ListSpec({
    "id": ID,
    "archived": ARCHIVED,
    "vendorId": ListField("vendor_id"),
    "schedule.period": ListField("time_period", ops=EQUALITY, choices=Period),
    "schedule.nextDueDate": ListField("next_due_on", Kind.DATE, ORDER, sortable=True),
    "processingOptions.autoPayment": ListField("auto_payment", Kind.BOOLEAN),
    "createdTime": CREATED,
    "updatedTime": UPDATED,
})  # fmt: skip


def declare(catalogue: Catalogue) -> None:
    """The rows of recurring bills."""
    rows = Resource(
        catalogue, "recurringbills", noun="recurring bill", id_name="recurringBillId",
        shape=RecurringBillShape, writes=Permission.WRITE_BILLS, spelling=SPELLING,
    )  # fmt: skip
    rows.list(recurring_bills.list_recurring_bills, recurring_bill_shape, LIST)
    rows.create(create_recurring_bill, RecurringBillCreate)
    rows.get(lambda ctx, template_id: recurring_bill_shape(recurring_bills.get(ctx, template_id)))
    rows.change("update", "PATCH", update_recurring_bill, RecurringBillUpdate)
    rows.change("replace", "PUT", replace_recurring_bill, RecurringBillCreate)
    rows.archive_and_restore(
        lambda ctx, template_id: recurring_bill_shape(recurring_bills.archive(ctx, template_id)),
        lambda ctx, template_id: recurring_bill_shape(recurring_bills.restore(ctx, template_id)),
    )
