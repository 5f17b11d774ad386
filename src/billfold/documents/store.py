"""The SQL of stored files."""

from __future__ import annotations

from billfold.documents.model import StoredFile, Upload
from billfold.kit.db import Transaction
from billfold.kit.query import Page, Query, page, where
from billfold.kit.records import Table

STORED_FILES = Table("stored_files", StoredFile)
UPLOADS = Table("uploads", Upload)


def list_documents(
    tx: Transaction, organization_id: str, object_id: str | None, start: int, limit: int
) -> list[Upload]:
    """Finished uploads of an object, or of none, by age."""
    of_object, parameters = _of_object(organization_id, object_id)
    return UPLOADS.where(tx, f"{of_object} ORDER BY ordinal LIMIT ? OFFSET ?", [*parameters, limit, start])


def page_of_documents(tx: Transaction, organization_id: str, query: Query) -> Page[Upload]:
    """A page of finished uploads that were not removed."""
    rest, parameters = where(query, organization_id, "uploads")
    return page(query, UPLOADS.where(tx, f"document_id IS NOT NULL AND removed_at IS NULL AND {rest}", parameters))


def upload_of(tx: Transaction, organization_id: str, own_id: str, *, lock: str = "") -> Upload | None:
    """An upload by its own id or by that of the document that it became, unless it was removed."""
    found = UPLOADS.where(
        tx,
        f"organization_id = ? AND (id = ? OR document_id = ?) AND removed_at IS NULL{lock}",
        (organization_id, own_id, own_id),
    )
    return found[0] if found else None


def count_pages(tx: Transaction, organization_id: str, object_id: str | None) -> int:
    """The pages of the finished uploads of an object, or of none."""
    of_object, parameters = _of_object(organization_id, object_id)
    row = tx.one(f"SELECT COALESCE(SUM(page_count), 0) FROM uploads WHERE {of_object}", parameters)
    assert row is not None, "a sum is always there"
    return int(row[0])


def _of_object(organization_id: str, object_id: str | None) -> tuple[str, list[object]]:
    finished = "organization_id = ? AND document_id IS NOT NULL AND removed_at IS NULL"
    if object_id is None:
        return f"{finished} AND object_id IS NULL", [organization_id]
    return f"{finished} AND object_id = ?", [organization_id, object_id]
