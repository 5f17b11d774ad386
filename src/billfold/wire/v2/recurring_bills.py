"""RecurringBill with its lines (contract v2.md §5.4). How it pays is v3's to say: v2 leaves that as it is."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx
from billfold.payables.recurring import recurring_bills
from billfold.payables.recurring.model import RecurringBill, RecurringDraft, RecurringView
from billfold.payables.recurring.recurrence import Period
from billfold.wire.catalog import Catalogue
from billfold.wire.v2 import kinds
from billfold.wire.v2.fields import (
    CREATED,
    ID,
    IS_ACTIVE,
    LINE_ID,
    UPDATED,
    Field,
    Table,
    choice,
    day,
    reference,
    text,
)
from billfold.wire.v2.line_items import CLASSIFIED_BY, LineSource, line_amount, line_list, take_lines
from billfold.wire.v2.resource import Verbs, declare_entity

PERIODS: Final = {"0": Period.DAILY, "1": Period.WEEKLY, "2": Period.MONTHLY, "3": Period.YEARLY}


class RecurringSource(msgspec.Struct, frozen=True):
    """What a recurring bill is shown from."""

    view: RecurringView

    @property
    def template(self) -> RecurringBill:
        return self.view.template

    @property
    def lines(self) -> list[LineSource]:
        return [LineSource(line, self.template.currency) for line in self.view.lines]


def _whole(name: str, attribute: str) -> Field:
    return Field(name=name, kind=kinds.WHOLE, attribute=attribute, required=True)


LINE: Final = Table(
    "RecurringBillLineItem",
    LINE_ID,
    reference("recurringBillId", "recurring_bill_id", read_only=True),
    line_amount(required=True),
    *CLASSIFIED_BY,
    text("description", "description"),
    CREATED,
    UPDATED,
    root="line",
)

TABLE: Final = Table(
    "RecurringBill",
    ID,
    IS_ACTIVE,
    reference("vendorId", "vendor_id", required=True),
    choice("timePeriod", "time_period", PERIODS, required=True),
    _whole("frequencyPerTimePeriod", "frequency_per_period"),
    day("nextDueDate", "next_due_on", required=True),
    day("endDate", "end_on"),
    _whole("daysInAdvance", "days_in_advance"),
    text("description", "description"),
    CREATED,
    UPDATED,
    line_list("recurringBillLineItems", LINE),
    root="template",
)


def _create(ctx: Ctx, found: dict[str, Any]) -> RecurringView:
    lines = take_lines(found, "recurringBillLineItems", LINE) or []
    return recurring_bills.create(ctx, RecurringDraft(**found), lines)


def _update(ctx: Ctx, template_id: str, found: dict[str, Any]) -> RecurringView:
    """Scalars that are left out stay; a list of lines replaces the one before as a whole (settled.md §2)."""
    lines = take_lines(found, "recurringBillLineItems", LINE)
    return recurring_bills.update(ctx, template_id, found, lines)


def declare(catalogue: Catalogue) -> None:
    """The rows of recurring bills."""
    verbs = Verbs(
        sources=lambda _, views, __: [RecurringSource(view) for view in views],
        create=_create,
        get=recurring_bills.get,
        id_of=lambda view: view.template.id,
        update=_update,
        archive=recurring_bills.archive,
        restore=recurring_bills.restore,
        find=recurring_bills.list_recurring_bills,
    )
    declare_entity(catalogue, TABLE, verbs, Permission.WRITE_BILLS)
