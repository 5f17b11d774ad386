"""The SQL of payments."""

from __future__ import annotations

from collections.abc import Sequence

from billfold.kit.db import Transaction
from billfold.kit.query import Page, Query, page, where
from billfold.kit.records import Table, marks
from billfold.payables.credits.store import credits_of
from billfold.payables.payments.model import BillPayment, PaidBill, Payment, PaymentHold, PaymentView, SingleStatus
from billfold.payables.voids.store import void_requests_of

PAYMENTS = Table("payments", Payment)
PAYMENT_HOLDS = Table("payment_holds", PaymentHold, key=("organization_id", "payment_id"))
BILL_PAYMENTS = Table("bill_payments", BillPayment)
#: Not a table of the schema: `_PAID` makes it.
PAID_BILLS = Table("paid_bills", PaidBill)
_PAYMENTS_WITH_VENDOR = f"""
SELECT {PAYMENTS.columns_of("p")}, v.name FROM payments p
JOIN vendors v ON v.organization_id = p.organization_id AND v.id = p.vendor_id
WHERE """
_PAID = f"""
WITH paid_bills AS (
    SELECT b.organization_id, b.id, b.ordinal, b.bill_id, b.payment_id, b.amount_minor, p.currency,
           p.confirmation_number, p.single_status, p.description, p.process_on, p.created_at, p.updated_at,
           p.sync_reference, p.to_print_check, p.chart_of_account_id, p.online, p.allow_export
    FROM bill_payments b JOIN payments p ON p.organization_id = b.organization_id AND p.id = b.payment_id
    WHERE b.organization_id = ?
)
{PAID_BILLS.select} WHERE """


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
    return found.of(views)


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
