"""The SQL of notes."""

from __future__ import annotations

from billfold.kit.db import Transaction
from billfold.kit.records import Table
from billfold.notes.model import Note

NOTES = Table("notes", Note)


def list_notes(tx: Transaction, organization_id: str, object_id: str, start: int, limit: int) -> list[Note]:
    """The notes about an object, by age."""
    rest = "organization_id = ? AND object_id = ? ORDER BY ordinal LIMIT ? OFFSET ?"
    return NOTES.where(tx, rest, (organization_id, object_id, limit, start))
