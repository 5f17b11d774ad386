"""The SQL of classifications and payment terms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from billfold.accounting.model import Classification, Kind, PaymentTerm
from billfold.kit.db import Transaction
from billfold.kit.query import Filter, Op, Page, Query
from billfold.kit.records import Table, marks, replace

CLASSIFICATIONS = Table("classifications", Classification)
PAYMENT_TERMS = Table("payment_terms", PaymentTerm)


def get(tx: Transaction, organization_id: str, kind: Kind, classification_id: str) -> Classification | None:
    """The classification of this kind with this id, or None."""
    found = CLASSIFICATIONS.get(tx, organization_id, classification_id)
    return found if found is not None and found.kind is kind else None


def locked(tx: Transaction, organization_id: str, kind: Kind, ids: Collection[str]) -> dict[str, Classification]:
    """Those of these ids that exist as this kind, by id, locked in the order of their ids."""
    if not ids:
        return {}
    found = CLASSIFICATIONS.where(
        tx,
        f"organization_id = ? AND kind = ? AND id IN ({marks(len(ids))}) ORDER BY id{tx.for_update}",
        [organization_id, kind.value, *ids],
    )
    return {one.id: one for one in found}


def locked_children(tx: Transaction, organization_id: str, parent_id: str) -> list[Classification]:
    """What stands right below this one, locked in the order of their ids."""
    rest = f"organization_id = ? AND parent_id = ? ORDER BY id{tx.for_update}"
    return CLASSIFICATIONS.where(tx, rest, (organization_id, parent_id))


def ancestors(tx: Transaction, organization_id: str, ids: Collection[str], deepest: int) -> dict[str, set[str]]:
    """The ids on the way from each of these up to its root, itself included; of more than `deepest`, one more."""
    if not ids:
        return {}
    rows = tx.all(
        f"""WITH RECURSIVE above (origin, id, parent_id, depth) AS (
            SELECT id, id, parent_id, 1 FROM classifications WHERE organization_id = ? AND id IN ({marks(len(ids))})
            UNION ALL
            SELECT above.origin, parent.id, parent.parent_id, above.depth + 1
            FROM above JOIN classifications parent ON parent.organization_id = ? AND parent.id = above.parent_id
            WHERE above.depth <= ?
        ) SELECT origin, id FROM above""",
        [organization_id, *ids, organization_id, deepest],
    )
    found: dict[str, set[str]] = defaultdict(set)
    for origin, ancestor in rows:
        found[origin].add(ancestor)
    return found


def with_role(tx: Transaction, organization_id: str, role: str) -> Classification | None:
    """The account of a role, or None."""
    return CLASSIFICATIONS.first(
        tx,
        "organization_id = ? AND kind = ? AND role = ? ORDER BY ordinal LIMIT 1",
        (organization_id, Kind.CHART_OF_ACCOUNT.value, role),
    )


def list_of_kind(tx: Transaction, organization_id: str, kind: Kind, query: Query) -> Page[Classification]:
    """A page of one kind."""
    query = replace(query, filters=(Filter("kind", Op.EQ, kind), *query.filters))
    return CLASSIFICATIONS.page(tx, organization_id, query)


def kinds_and_statuses(tx: Transaction, organization_id: str, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Kind and record status of each classification that exists, by id."""
    rows = tx.all(
        f"SELECT id, kind, record_status FROM classifications WHERE organization_id = ? AND id IN ({marks(len(ids))})",
        [organization_id, *ids],
    )
    return {classification_id: (kind, status) for classification_id, kind, status in rows}


def active_term_of(tx: Transaction, organization_id: str, days_due: int) -> PaymentTerm | None:
    """The payment term in use of so many days, or None."""
    rest = "organization_id = ? AND days_due = ? AND record_status = 'active'"
    return PAYMENT_TERMS.first(tx, rest, (organization_id, days_due))
