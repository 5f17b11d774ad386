"""The SQL of mass payments."""

from __future__ import annotations

from billfold.kit.db import Transaction
from billfold.kit.records import Table
from billfold.payables.mass.model import MassPart, MassPayment

BATCHES = Table("mass_payments", MassPayment)
PARTS = Table("mass_payment_parts", MassPart, key=("organization_id", "batch_id", "position"))


def parts_of(tx: Transaction, organization_id: str, batch_id: str) -> list[MassPart]:
    """The bills of a batch in the order of the request."""
    return PARTS.where(tx, "organization_id = ? AND batch_id = ? ORDER BY position", (organization_id, batch_id))


def lock_chunk(tx: Transaction, organization_id: str, batch_id: str, chunk: int) -> list[MassPart]:
    """The bills of one chunk, locked."""
    return PARTS.where(
        tx,
        f"organization_id = ? AND batch_id = ? AND chunk = ? ORDER BY position{tx.for_update}",
        (organization_id, batch_id, chunk),
    )
