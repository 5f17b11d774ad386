"""The SQL of exchange-rate quotes."""

from __future__ import annotations

from collections.abc import Sequence

from billfold.kit.db import Transaction
from billfold.kit.records import Table, marks
from billfold.payables.quotes.model import ExchangeQuote

QUOTES = Table("exchange_quotes", ExchangeQuote, key=("organization_id", "batch_id", "vendor_id"))


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
