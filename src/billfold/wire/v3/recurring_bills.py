"""Recurring bills (contract: payables §4)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx
from billfold.payables.recurring import recurring_bills
from billfold.payables.recurring.model import RecurringBill, RecurringDraft, RecurringView
from billfold.payables.recurring.recurrence import Period
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.codecs import Moment, Text, given, instant, spelling_of
from billfold.wire.v3.line_items import (
    RECURRING_LINE_FIELDS,
    RecurringLineBody,
    RecurringLineShape,
    line_changes,
    new_lines,
    recurring_line_shape,
    whole_lines,
)
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
SPELLING = spelling_of(RECURRING_LINE_FIELDS, FIELDS, lines="recurringBillLineItems")
#: What PUT clears when it is left out. How bills are paid stays: PUT's documented body lacks `processingOptions` (?).
_CLEARED: dict[str, Any] = {"end_on": None, "description": None}


class ScheduleShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """When bills are due, and when they are made."""

    period: PeriodName
    frequency: int
    nextDueDate: date
    endDate: date | None = None
    daysInAdvance: int


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
    createdTime: Moment
    updatedTime: Moment


def recurring_bill_shape(view: RecurringView) -> RecurringBillShape:
    """A recurring bill as v3 shows it."""
    template = view.template
    account_id = template.bank_account_id
    return RecurringBillShape(
        id=template.id,
        archived=template.archived,
        vendorId=template.vendor_id,
        schedule=_schedule_shape(template),
        recurringBillLineItems=[recurring_line_shape(line, template.currency) for line in view.lines],
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


def create_recurring_bill(ctx: Ctx, _: Call, body: RecurringBillCreate) -> RecurringBillShape:
    """A new recurring bill. What it has missed is made at once."""
    draft = RecurringDraft(**given(body, FIELDS))
    lines = new_lines(body.recurringBillLineItems, RECURRING_LINE_FIELDS)
    return recurring_bill_shape(recurring_bills.create(ctx, draft, lines))


def replace_recurring_bill(ctx: Ctx, call: Call, body: RecurringBillCreate) -> RecurringBillShape:
    """What is left out is cleared, but for how bills are paid; lines that are left out are removed."""
    changes = _CLEARED | given(body, FIELDS)
    lines = whole_lines(body.recurringBillLineItems, RECURRING_LINE_FIELDS)
    return recurring_bill_shape(recurring_bills.update(ctx, call.path_ids["recurringBillId"], changes, lines))


def update_recurring_bill(ctx: Ctx, call: Call, body: RecurringBillUpdate) -> RecurringBillShape:
    """Change what is given; lines by id."""
    lines = line_changes(body.recurringBillLineItems, RECURRING_LINE_FIELDS)
    template_id = call.path_ids["recurringBillId"]
    return recurring_bill_shape(recurring_bills.patch(ctx, template_id, given(body, FIELDS), lines))


LIST = ListSpec({
    "id": ID,
    "archived": ARCHIVED,
    "vendorId": ListField("vendor_id"),
    "schedule.period": ListField("time_period", ops=EQUALITY, choices=Period, unseen=frozenset({"NONE"})),
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
