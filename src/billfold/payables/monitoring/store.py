"""The SQL of monitoring."""

from __future__ import annotations

from billfold.kit.ctx import RecordStatus
from billfold.kit.db import Transaction
from billfold.kit.records import Table
from billfold.payables.monitoring.model import MonitoredBill, OriginationCheck
from billfold.payables.payments.model import SingleStatus

CHECKS = Table("origination_checks", OriginationCheck)


def bills_of(tx: Transaction, organization_id: str, payment_id: str) -> list[MonitoredBill]:
    """The bills that a payment pays."""
    rows = tx.all(
        "SELECT b.id, b.number_key, b.approval_status, b.created_by FROM bill_payments p "
        "JOIN bills b ON b.organization_id = p.organization_id AND b.id = p.bill_id "
        "WHERE p.organization_id = ? AND p.payment_id = ? ORDER BY p.ordinal",
        (organization_id, payment_id),
    )
    return [MonitoredBill(*row) for row in rows]


def has_twin(tx: Transaction, organization_id: str, vendor_id: str, bill: MonitoredBill) -> bool:
    """Whether the vendor has another bill in use with this number."""
    row = tx.one(
        "SELECT 1 FROM bills WHERE organization_id = ? AND vendor_id = ? AND number_key = ? AND id <> ? "
        "AND record_status = ? LIMIT 1",
        (organization_id, vendor_id, bill.number_key, bill.id, RecordStatus.ACTIVE.value),
    )
    return row is not None


def history(tx: Transaction, organization_id: str, vendor_id: str, payment_id: str) -> tuple[int, int]:
    """How many other payments the vendor had that arrived, and the largest in minor units."""
    row = tx.one(
        "SELECT COUNT(*), COALESCE(MAX(amount_minor), 0) FROM payments "
        "WHERE organization_id = ? AND vendor_id = ? AND single_status = ? AND id <> ?",
        (organization_id, vendor_id, SingleStatus.CLEARED.value, payment_id),
    )
    return (int(row[0]), int(row[1])) if row else (0, 0)
