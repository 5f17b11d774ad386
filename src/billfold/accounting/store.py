"""The SQL of classifications."""

from __future__ import annotations

from collections.abc import Sequence

from billfold.accounting.model import Classification, Kind
from billfold.kit.db import Transaction
from billfold.kit.query import Filter, Op, Page, Query, page, where
from billfold.kit.records import Table, marks, replace

CLASSIFICATIONS = Table("classifications", Classification)


def get(
    tx: Transaction, organization_id: str, kind: Kind, classification_id: str, lock: str = ""
) -> Classification | None:
    """The classification of this kind with this id, or None."""
    found = CLASSIFICATIONS.get(tx, organization_id, classification_id, lock=lock)
    return found if found is not None and found.kind is kind else None


def list_of_kind(tx: Transaction, organization_id: str, kind: Kind, query: Query) -> Page[Classification]:
    """A page of one kind."""
    query = replace(query, filters=(Filter("kind", Op.EQ, kind), *query.filters))
    rest, parameters = where(query, organization_id, "classifications")
    return page(query, CLASSIFICATIONS.where(tx, rest, parameters))


def kinds_and_statuses(tx: Transaction, organization_id: str, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Kind and record status of each classification that exists, by id."""
    rows = tx.all(
        f"SELECT id, kind, record_status FROM classifications WHERE organization_id = ? AND id IN ({marks(len(ids))})",
        [organization_id, *ids],
    )
    return {classification_id: (kind, status) for classification_id, kind, status in rows}
