"""The SQL of payables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from billfold.kit.db import Transaction
from billfold.kit.query import Page, Query, page, where
from billfold.kit.records import Table, marks
from billfold.payables.credits.store import credits_of
from billfold.payables.model import (
    Bill,
    BillLine,
    BillPayment,
    BillView,
    PaidBill,
    Payment,
    PaymentHold,
    PaymentView,
    SingleStatus,
)
from billfold.payables.quotes.model import ExchangeQuote
from billfold.payables.voids.model import VoidRequest

BILLS = Table("bills", Bill)
LINES = Table("bill_lines", BillLine, key=("organization_id", "bill_id", "id"))
PAYMENTS = Table("payments", Payment)
PAYMENT_HOLDS = Table("payment_holds", PaymentHold, key=("organization_id", "payment_id"))
BILL_PAYMENTS = Table("bill_payments", BillPayment)
VOID_REQUESTS = Table("void_requests", VoidRequest)
QUOTES = Table("exchange_quotes", ExchangeQuote, key=("organization_id", "batch_id", "vendor_id"))
#: Not a table of the schema: `_PAID` makes it.
PAID_BILLS = Table("paid_bills", PaidBill)

_WITH_VENDOR = "JOIN vendors v ON v.organization_id = {0}.organization_id AND v.id = {0}.vendor_id"
_BILLS_WITH_VENDOR = f"SELECT {BILLS.columns_of('b')}, v.name FROM bills b {_WITH_VENDOR.format('b')} WHERE "
_PAYMENTS_WITH_VENDOR = f"SELECT {PAYMENTS.columns_of('p')}, v.name FROM payments p {_WITH_VENDOR.format('p')} WHERE "

#: What is due on a bill (`Bill.due_minor`).
_DUE = "amount_minor - scheduled_minor - paid_minor - credit_minor"

_PAID = f"""
WITH paid_bills AS (
    SELECT b.organization_id, b.id, b.ordinal, b.bill_id, b.payment_id, b.amount_minor, p.currency,
           p.confirmation_number, p.single_status, p.description, p.process_on, p.created_at, p.updated_at,
           p.sync_reference, p.to_print_check, p.chart_of_account_id, p.online, p.allow_export
    FROM bill_payments b JOIN payments p ON p.organization_id = b.organization_id AND p.id = b.payment_id
    WHERE b.organization_id = ?
)
{PAID_BILLS.select} WHERE """


def view_bill(tx: Transaction, organization_id: str, bill_id: str) -> BillView | None:
    """A bill with lines and vendor's name, or None."""
    row = tx.one(_BILLS_WITH_VENDOR + "b.organization_id = ? AND b.id = ?", (organization_id, bill_id))
    if row is None:
        return None
    return BillView(BILLS.load(row), lines_of(tx, organization_id, bill_id), row[-1])


def views_of_bills(tx: Transaction, organization_id: str, bill_ids: Sequence[str]) -> dict[str, BillView]:
    """Bills with lines and vendors' names, by id, in two statements."""
    if not bill_ids:
        return {}
    wanted = f"b.organization_id = ? AND b.id IN ({marks(len(bill_ids))})"
    rows = tx.all(_BILLS_WITH_VENDOR + wanted, [organization_id, *bill_ids])
    lines = _lines_of_all(tx, organization_id, bill_ids)
    return {row[1]: BillView(BILLS.load(row), lines[row[1]], row[-1]) for row in rows}


def list_bills(tx: Transaction, organization_id: str, query: Query) -> Page[BillView]:
    """A page of bills with lines and vendors' names, in two statements."""
    rest, parameters = where(query, organization_id, "b")
    rows = tx.all(_BILLS_WITH_VENDOR + rest, parameters)
    names = {row[1]: row[-1] for row in rows}
    found = page(query, [BILLS.load(row) for row in rows])
    lines = _lines_of_all(tx, organization_id, [bill.id for bill in found.items])
    views = [BillView(bill, lines[bill.id], names[bill.id]) for bill in found.items]
    return Page(views, found.next_key, found.previous_key)


def lines_of(tx: Transaction, organization_id: str, bill_id: str) -> list[BillLine]:
    """The lines of a bill in the user's order."""
    return LINES.where(tx, "organization_id = ? AND bill_id = ? ORDER BY position", (organization_id, bill_id))


def _lines_of_all(tx: Transaction, organization_id: str, bill_ids: Sequence[str]) -> dict[str, list[BillLine]]:
    return LINES.of_each(tx, "bill_id", organization_id, bill_ids, "ORDER BY bill_id, position")


def remove_lines(tx: Transaction, organization_id: str, bill_id: str, line_ids: Sequence[str]) -> None:
    """Take lines out of a bill."""
    tx.run(
        f"DELETE FROM bill_lines WHERE organization_id = ? AND bill_id = ? AND id IN ({marks(len(line_ids))})",
        [organization_id, bill_id, *line_ids],
    )


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


def lock_bills(tx: Transaction, organization_id: str, bill_ids: Sequence[str]) -> list[Bill]:
    """Bills by id, locked in the order of their ids."""
    return BILLS.where(
        tx,
        f"organization_id = ? AND id IN ({marks(len(bill_ids))}) ORDER BY id{tx.for_update}",
        [organization_id, *bill_ids],
    )


def vendors_of_bills(tx: Transaction, organization_id: str, bill_ids: Sequence[str]) -> dict[str, str]:
    """Whose each bill is, without a lock; bills that do not exist are left out."""
    rows = tx.all(
        f"SELECT id, vendor_id FROM bills WHERE organization_id = ? AND id IN ({marks(len(bill_ids))})",
        [organization_id, *bill_ids],
    )
    return {row[0]: row[1] for row in rows}


def view_payment(tx: Transaction, organization_id: str, payment_id: str) -> PaymentView | None:
    """A payment with its bills and vendor's name, or None."""
    row = tx.one(_PAYMENTS_WITH_VENDOR + "p.organization_id = ? AND p.id = ?", (organization_id, payment_id))
    if row is None:
        return None
    payment, parts = PAYMENTS.load(row), bill_payments_of(tx, organization_id, [payment_id])[payment_id]
    voids = void_requests_of(tx, organization_id, [payment])[payment_id]
    return PaymentView(payment, parts, row[-1], voids, credits_of(tx, organization_id, [payment_id])[payment_id])


def list_payments(tx: Transaction, organization_id: str, query: Query) -> Page[PaymentView]:
    """A page of payments with their bills, credits and vendors' names: three statements, one more for voids."""
    rest, parameters = where(query, organization_id, "p")
    rows = tx.all(_PAYMENTS_WITH_VENDOR + rest, parameters)
    names = {row[1]: row[-1] for row in rows}
    found = page(query, [PAYMENTS.load(row) for row in rows])
    ids = [payment.id for payment in found.items]
    parts, credits = bill_payments_of(tx, organization_id, ids), credits_of(tx, organization_id, ids)
    voids = void_requests_of(tx, organization_id, found.items)
    views = [
        PaymentView(payment, parts[payment.id], names[payment.id], voids[payment.id], credits[payment.id])
        for payment in found.items
    ]
    return Page(views, found.next_key, found.previous_key)


def payments_in_status(
    tx: Transaction, organization_id: str, statuses: Sequence[SingleStatus], *, vendor_id: str | None = None
) -> list[Payment]:
    """The payments in one of these statuses, by id; with a vendor, those of it."""
    of_vendor, vendors = ("", []) if vendor_id is None else ("AND vendor_id = ? ", [vendor_id])
    return PAYMENTS.where(
        tx,
        f"organization_id = ? AND single_status IN ({marks(len(statuses))}) {of_vendor}ORDER BY id",
        [organization_id, *(status.value for status in statuses), *vendors],
    )


def holds_of_vendor(tx: Transaction, organization_id: str, vendor_id: str) -> list[PaymentHold]:
    """The payments of a vendor that are held, by id."""
    rest = "organization_id = ? AND vendor_id = ? ORDER BY payment_id"
    return PAYMENT_HOLDS.where(tx, rest, (organization_id, vendor_id))


def remove_hold(tx: Transaction, organization_id: str, payment_id: str) -> None:
    """The payment is held no more."""
    tx.run("DELETE FROM payment_holds WHERE organization_id = ? AND payment_id = ?", (organization_id, payment_id))


def online_payments_by_month(tx: Transaction, organization_id: str) -> dict[str, int]:
    """How many payments were made online in each month of UTC, `2026-01`."""
    rows = tx.all(
        "SELECT substr(created_at, 1, 7), COUNT(*) FROM payments WHERE organization_id = ? AND online = TRUE "
        "GROUP BY substr(created_at, 1, 7)",
        (organization_id,),
    )
    return {month: int(count) for month, count in rows}


def bill_payments_of(tx: Transaction, organization_id: str, payment_ids: Sequence[str]) -> dict[str, list[BillPayment]]:
    """The bills of many payments, by payment."""
    return BILL_PAYMENTS.of_each(tx, "payment_id", organization_id, payment_ids, "ORDER BY payment_id, ordinal")


def void_requests_of(
    tx: Transaction, organization_id: str, payments: Sequence[Payment]
) -> dict[str, list[VoidRequest]]:
    """The void requests of payments, by payment; only payments that have some are asked for."""
    asked = [payment.id for payment in payments if payment.voided_from is not None]
    return VOID_REQUESTS.of_each(tx, "payment_id", organization_id, asked, "ORDER BY payment_id, ordinal")


def remove_bill_payment(tx: Transaction, organization_id: str, bill_payment_id: str) -> None:
    """Take a part out of a payment: nothing of it was paid."""
    tx.run("DELETE FROM bill_payments WHERE organization_id = ? AND id = ?", (organization_id, bill_payment_id))


def last_card_purpose(tx: Transaction, organization_id: str, vendor_id: str) -> str | None:
    """The purpose of the vendor's newest payment that has one."""
    row = tx.one(
        "SELECT card_funding_purpose FROM payments WHERE organization_id = ? AND vendor_id = ? "
        "AND card_funding_purpose IS NOT NULL ORDER BY ordinal DESC LIMIT 1",
        (organization_id, vendor_id),
    )
    return None if row is None else str(row[0])


def paid_bill(tx: Transaction, organization_id: str, bill_payment_id: str) -> PaidBill | None:
    """A part of a payment, or None."""
    row = tx.one(_PAID + "organization_id = ? AND id = ?", (organization_id, organization_id, bill_payment_id))
    return None if row is None else PAID_BILLS.load(row)


def list_paid_bills(tx: Transaction, organization_id: str, query: Query) -> Page[PaidBill]:
    """A page of the parts of payments."""
    rest, parameters = where(query, organization_id, "paid_bills")
    rows = tx.all(_PAID + rest, [organization_id, *parameters])
    return page(query, [PAID_BILLS.load(row) for row in rows])


def lock_quotes(tx: Transaction, organization_id: str, batch_id: int, vendor_ids: Sequence[str]) -> list[ExchangeQuote]:
    """The quotes of a batch for these vendors, locked in the order of their ids."""
    return QUOTES.where(
        tx,
        f"organization_id = ? AND batch_id = ? AND vendor_id IN ({marks(len(vendor_ids))}) "
        f"ORDER BY vendor_id{tx.for_update}",
        [organization_id, batch_id, *vendor_ids],
    )


def has_quotes(tx: Transaction, organization_id: str, batch_id: int) -> bool:
    """Whether the batch was ever given."""
    found = QUOTES.first(tx, "organization_id = ? AND batch_id = ? LIMIT 1", (organization_id, batch_id))
    return found is not None
