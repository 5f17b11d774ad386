"""The SQL of lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from billfold.kit.db import Transaction
from billfold.kit.records import Table
from billfold.payables.lines.model import Line

L = TypeVar("L", bound=Line)


class LineTable(Table[L]):
    """The lines of one kind of document, in the user's order."""

    def __init__(self, name: str, record: type[L]) -> None:
        super().__init__(name, record, key=("organization_id", record.DOCUMENT, "id"))

    def of(self, tx: Transaction, organization_id: str, document_id: str) -> list[L]:
        """The lines of a document."""
        rest = f"organization_id = ? AND {self.record.DOCUMENT} = ? ORDER BY position"
        return self.where(tx, rest, (organization_id, document_id))

    def of_all(self, tx: Transaction, organization_id: str, document_ids: Sequence[str]) -> dict[str, list[L]]:
        """The lines of many documents, by document."""
        column = self.record.DOCUMENT
        return self.of_each(tx, column, organization_id, document_ids, f"ORDER BY {column}, position")

    def exchange(self, tx: Transaction, organization_id: str, document_id: str, lines: Sequence[L]) -> None:
        """Have these lines be all that the document has."""
        of_document = f"organization_id = ? AND {self.record.DOCUMENT} = ?"
        tx.run(f"DELETE FROM {self.name} WHERE {of_document}", (organization_id, document_id))
        self.insert_all(tx, lines)
