"""The SQL of bills."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from billfold.kit.db import Transaction
from billfold.kit.query import Page, Query, page, where
from billfold.kit.records import Table, marks
from billfold.payables.bills.model import Bill, BillLine, BillView
from billfold.payables.lines.store import LineTable

BILLS = Table("bills", Bill)
LINES = LineTable("bill_lines", BillLine)
_BILLS_WITH_VENDOR = f"""
SELECT {BILLS.columns_of("b")}, v.name FROM bills b
JOIN vendors v ON v.organization_id = b.organization_id AND v.id = b.vendor_id
WHERE """
#: What is due on a bill (`Bill.due_minor`).
_DUE = "amount_minor - scheduled_minor - paid_minor - credit_minor"


def view_bill(tx: Transaction, organization_id: str, bill_id: str) -> BillView | None:
    """A bill with lines and vendor's name, or None."""
    row = tx.one(_BILLS_WITH_VENDOR + "b.organization_id = ? AND b.id = ?", (organization_id, bill_id))
    if row is None:
        return None
    return BillView(BILLS.load(row), LINES.of(tx, organization_id, bill_id), row[-1])


def views_of_bills(tx: Transaction, organization_id: str, bill_ids: Sequence[str]) -> dict[str, BillView]:
    """Bills with lines and vendors' names, by id, in two statements."""
    if not bill_ids:
        return {}
    wanted = f"b.organization_id = ? AND b.id IN ({marks(len(bill_ids))})"
    rows = tx.all(_BILLS_WITH_VENDOR + wanted, [organization_id, *bill_ids])
    lines = LINES.of_all(tx, organization_id, bill_ids)
    return {row[1]: BillView(BILLS.load(row), lines[row[1]], row[-1]) for row in rows}


def list_bills(tx: Transaction, organization_id: str, query: Query) -> Page[BillView]:
    """A page of bills with lines and vendors' names, in two statements."""
    rest, parameters = where(query, organization_id, "b")
    rows = tx.all(_BILLS_WITH_VENDOR + rest, parameters)
    names = {row[1]: row[-1] for row in rows}
    found = page(query, [BILLS.load(row) for row in rows])
    lines = LINES.of_all(tx, organization_id, [bill.id for bill in found.items])
    views = [BillView(bill, lines[bill.id], names[bill.id]) for bill in found.items]
    return found.of(views)


def bill_of_number(tx: Transaction, organization_id: str, vendor_id: str, key: str, but_for: str) -> Bill | None:
    """An active bill of the vendor with this number key, other than that one."""
    return BILLS.first(
        tx,
        "organization_id = ? AND vendor_id = ? AND number_key = ? AND record_status = 'active' AND id <> ? "
        "ORDER BY ordinal LIMIT 1",
        (organization_id, vendor_id, key, but_for),
    )


def bills_alike(tx: Transaction, organization_id: str, fields: tuple[str, ...], limit: int) -> list[Bill]:
    """The newest active bills of which another one of the vendor has the same in these fields, oldest first."""
    active, columns = "organization_id = ? AND record_status = 'active'", ", ".join(("vendor_id", *fields))
    shared = f"SELECT {columns} FROM bills WHERE {active} GROUP BY {columns} HAVING COUNT(*) > 1"
    rest = f"{active} AND ({columns}) IN ({shared}) ORDER BY ordinal DESC LIMIT ?"
    return BILLS.where(tx, rest, [organization_id, organization_id, limit])[::-1]


def owed_to_vendors(
    tx: Transaction, organization_id: str, vendor_ids: Sequence[str]
) -> dict[str, tuple[int, datetime]]:
    """What is due on the open bills of each vendor who has some, and when the last of them changed."""
    if not vendor_ids:
        return {}
    rows = tx.all(
        f"SELECT vendor_id, SUM({_DUE}), MAX(updated_at) FROM bills "
        f"WHERE organization_id = ? AND vendor_id IN ({marks(len(vendor_ids))}) "
        "AND payment_status <> 'PAID' AND record_status = 'active' GROUP BY vendor_id",
        [organization_id, *vendor_ids],
    )
    return {vendor_id: (int(minor), datetime.fromisoformat(changed)) for vendor_id, minor, changed in rows}


def due_by_day(
    tx: Transaction, organization_id: str, bill_ids: Sequence[str] | None
) -> list[tuple[date, str, Decimal | None, int, int]]:
    """Of the bills in use, or of these of them: due date, currency and rate, and how many owe how much."""
    among = "" if bill_ids is None else f"AND id IN ({marks(len(bill_ids))}) "
    rows = tx.all(
        f"SELECT due_on, currency, exchange_rate, COUNT(*), SUM({_DUE}) FROM bills WHERE organization_id = ? "
        f"AND payment_status <> 'PAID' AND record_status = 'active' AND {_DUE} > 0 {among}"
        "GROUP BY due_on, currency, exchange_rate",
        [organization_id, *(bill_ids or ())],
    )
    return [
        (date.fromisoformat(due_on), currency, None if rate is None else Decimal(rate), int(count), int(minor))
        for due_on, currency, rate, count, minor in rows
    ]


def has_documents(tx: Transaction, organization_id: str, vendor_id: str) -> bool:
    """Whether the vendor has a bill, a recurring bill, a credit or a payment, archived or not."""
    owns = "organization_id = ? AND vendor_id = ?"
    tables = ("bills", "recurring_bills", "vendor_credits", "payments")
    row = tx.one(
        f"SELECT {' OR '.join(f'EXISTS (SELECT 1 FROM {table} WHERE {owns})' for table in tables)}",
        (organization_id, vendor_id) * len(tables),
    )
    return row is not None and bool(row[0])


def vendors_of_bills(tx: Transaction, organization_id: str, bill_ids: Sequence[str]) -> dict[str, str]:
    """Whose each bill is, without a lock; bills that do not exist are left out."""
    rows = tx.all(
        f"SELECT id, vendor_id FROM bills WHERE organization_id = ? AND id IN ({marks(len(bill_ids))})",
        [organization_id, *bill_ids],
    )
    return {row[0]: row[1] for row in rows}
