"""The SQL of paying by itself."""

from __future__ import annotations

from collections.abc import Sequence

from billfold.kit.db import Transaction
from billfold.kit.records import Table, marks
from billfold.payables.autopay.model import Autopay

AUTOPAYS = Table("autopays", Autopay)


def autopays_of(tx: Transaction, organization_id: str, bill_ids: Sequence[str]) -> list[Autopay]:
    """What became of paying those of these bills that were to be paid by themselves."""
    return AUTOPAYS.where(tx, f"organization_id = ? AND id IN ({marks(len(bill_ids))})", [organization_id, *bill_ids])
