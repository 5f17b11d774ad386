"""Numbers that count per organization come from one locked row.

The row is locked after documents and before ledger balances, by every transaction that writes either, so that
transactions of one organization cannot wait for each other in a circle (docs/decisions/0004).
"""

from __future__ import annotations

from typing import Final

from billfold.kit.db import Transaction


def _adding(*columns: str) -> str:
    """The statement that adds to these counters and tells what they are then."""
    changes = ", ".join(f"{column} = {column} + ?" for column in columns)
    return f"UPDATE organization_counters SET {changes} WHERE organization_id = ? RETURNING {', '.join(columns)}"


_ADD_ORDINALS: Final = _adding("ordinal")
_ADD_FOR_FLUSH: Final = _adding("job_number", "event_number")
_ADD_TRACE_NUMBERS: Final = _adding("trace_number")
_ADD_QUOTE_BATCH: Final = _adding("quote_batch_number")


class Counters:
    """The counter row of one organization, as one transaction sees it."""

    def __init__(self, tx: Transaction, organization_id: str) -> None:
        self._tx = tx
        self._organization_id = organization_id
        self._held = False

    def hold(self) -> None:
        """Lock the row if this transaction has not yet."""
        if not self._held:
            self._tx.one(
                f"SELECT ordinal FROM organization_counters WHERE organization_id = ?{self._tx.for_update}",
                (self._organization_id,),
            )
            self._held = True

    def reserve_ordinals(self, count: int) -> int:
        """Reserve `count` ordinals; the first of them."""
        return self._add(_ADD_ORDINALS, count)[0]

    def reserve_for_flush(self, *, jobs: int, events: int) -> tuple[int, int]:
        """Reserve job numbers, which order jobs that are due together, and event numbers; the first of each."""
        job_number, event_number = self._add(_ADD_FOR_FLUSH, jobs, events)
        return job_number, event_number

    def reserve_trace_numbers(self, count: int) -> int:
        """Reserve `count` trace sequence numbers of bank files; the first of them."""
        return self._add(_ADD_TRACE_NUMBERS, count)[0]

    def reserve_quote_batch(self) -> int:
        """The number of the next batch of exchange-rate quotes, from 1."""
        return self._add(_ADD_QUOTE_BATCH, 1)[0] + 1

    def _add(self, statement: str, *counts: int) -> list[int]:
        """What each counter was before."""
        row = self._tx.one(statement, (*counts, self._organization_id))
        assert row is not None, f"{self._organization_id} has no counters"
        self._held = True
        return [int(after) - count for after, count in zip(row, counts, strict=True)]
