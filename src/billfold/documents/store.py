"""The SQL of stored files."""

from __future__ import annotations

from billfold.documents.model import StoredFile
from billfold.kit.db import Transaction
from billfold.kit.query import Page, Query, page, where
from billfold.kit.records import Table

STORED_FILES = Table("stored_files", StoredFile)


def list_files(tx: Transaction, organization_id: str, query: Query) -> Page[StoredFile]:
    """A page of files."""
    rest, parameters = where(query, organization_id, "stored_files")
    return page(query, STORED_FILES.where(tx, rest, parameters))
