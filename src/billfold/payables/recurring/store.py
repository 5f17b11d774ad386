"""The SQL of recurring bills."""

from __future__ import annotations

from collections.abc import Sequence

from billfold.kit.db import Transaction
from billfold.kit.query import Page, Query
from billfold.kit.records import Table, marks
from billfold.payables.lines.store import LineTable
from billfold.payables.recurring.model import GeneratedBill, RecurringBill, RecurringLine, RecurringView

TEMPLATES = Table("recurring_bills", RecurringBill)
LINES = LineTable("recurring_bill_lines", RecurringLine)
GENERATED = Table("generated_bills", GeneratedBill, key=("organization_id", "recurring_bill_id", "due_on"))


def list_views(tx: Transaction, organization_id: str, query: Query) -> Page[RecurringView]:
    """A page of recurring bills with their lines, in two statements."""
    found = TEMPLATES.page(tx, organization_id, query)
    lines = LINES.of_all(tx, organization_id, [template.id for template in found.items])
    views = [RecurringView(template, lines[template.id]) for template in found.items]
    return found.of(views)


def vendors_that_are_paid(tx: Transaction, organization_id: str, vendor_ids: Sequence[str]) -> set[str]:
    """Which of these vendors have a recurring bill in use that pays by itself."""
    if not vendor_ids:
        return set()
    rows = tx.all(
        "SELECT DISTINCT vendor_id FROM recurring_bills WHERE organization_id = ? "
        f"AND vendor_id IN ({marks(len(vendor_ids))}) AND auto_payment = TRUE AND record_status = 'active'",
        [organization_id, *vendor_ids],
    )
    return {vendor_id for (vendor_id,) in rows}


def makers_of(tx: Transaction, organization_id: str, bill_ids: Sequence[str]) -> dict[str, str]:
    """By bill, the recurring bill that made it, of these bills."""
    if not bill_ids:
        return {}
    rows = tx.all(
        "SELECT bill_id, recurring_bill_id FROM generated_bills "
        f"WHERE organization_id = ? AND bill_id IN ({marks(len(bill_ids))})",
        [organization_id, *bill_ids],
    )
    return {row[0]: row[1] for row in rows}
