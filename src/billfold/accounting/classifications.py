"""The seven kinds of classification: one set of rules, declared apart only in `accounting/model.py`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from billfold.accounting import store
from billfold.accounting.events import (
    ClassificationArchived,
    ClassificationCreated,
    ClassificationRestored,
    ClassificationUpdated,
)
from billfold.accounting.model import PREFIXES, AccountType, Classification, ClassificationDraft, Kind
from billfold.kit.ctx import Ctx, RecordStatus
from billfold.kit.errors import Checks, InvalidField, NotFound, Refusal
from billfold.kit.query import Page, Query
from billfold.kit.records import replace
from billfold.ledger import MONEY_IN_CLEARING, MONEY_OUT_CLEARING

MAX_LENGTHS: Final = {
    "name": 100,
    "short_name": 100,
    "description": 4000,
    "account_number": 100,
    "last_name": 100,
}
#: No chart is deeper; the walk up the parents that looks for a cycle ends here.
MAX_DEPTH: Final = 50


class ClassificationIsArchived(Refusal):
    """A new document cannot name an archived classification."""

    sentence = "The {kind} {id} is archived."


def create(ctx: Ctx, kind: Kind, draft: ClassificationDraft, *, role: str | None = None) -> Classification:
    """A new classification. Raises `InvalidField`s, `NotFound` for the parent."""
    _check(ctx, kind, msgspec.structs.asdict(draft))
    classification_id, ordinal = ctx.ids.new(PREFIXES[kind])
    created = Classification(
        organization_id=ctx.organization_id,
        id=classification_id,
        ordinal=ordinal,
        kind=kind,
        **msgspec.structs.asdict(draft),
        role=role,
        record_status=RecordStatus.ACTIVE,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    store.CLASSIFICATIONS.insert(ctx.tx, created)
    ctx.emit(ClassificationCreated(created))
    return created


def get(ctx: Ctx, kind: Kind, classification_id: str, *, lock: str = "") -> Classification:
    """The classification of this kind with this id. Raises `NotFound`."""
    found = store.get(ctx.tx, ctx.organization_id, kind, classification_id, lock)
    if found is None:
        raise NotFound(kind.value, classification_id)
    return found


def list_of_kind(ctx: Ctx, kind: Kind, query: Query) -> Page[Classification]:
    """A page of one kind, archived ones included unless filtered out."""
    return store.list_of_kind(ctx.tx, ctx.organization_id, kind, query)


def update(ctx: Ctx, kind: Kind, classification_id: str, changes: Mapping[str, Any]) -> Classification:
    """Change the named fields of `ClassificationDraft`. Raises `NotFound`, `InvalidField`s."""
    current = get(ctx, kind, classification_id, lock=ctx.tx.for_update)
    assert changes.keys() <= set(ClassificationDraft.__struct_fields__), changes.keys()
    _check(ctx, kind, changes, own_id=classification_id)
    changed = replace(current, **changes, updated_at=ctx.now)
    store.CLASSIFICATIONS.update(ctx.tx, changed)
    ctx.emit(ClassificationUpdated(changed))
    return changed


def archive(ctx: Ctx, kind: Kind, classification_id: str) -> Classification:
    """Put it out of use; again is no error."""
    return _set_status(ctx, kind, classification_id, RecordStatus.INACTIVE)


def restore(ctx: Ctx, kind: Kind, classification_id: str) -> Classification:
    """Put it back into use; again is no error."""
    return _set_status(ctx, kind, classification_id, RecordStatus.ACTIVE)


def require_usable(ctx: Ctx, wanted: Mapping[str, Kind], already_named: frozenset[str] = frozenset()) -> None:
    """Every id exists as its kind and is in use, or was named by the document before.

    Raises `NotFound`, `ClassificationIsArchived`.
    """
    if not wanted:
        return
    found = store.kinds_and_statuses(ctx.tx, ctx.organization_id, sorted(wanted))
    checks = Checks()
    for classification_id, kind in wanted.items():
        exists_as, status = found.get(classification_id, (None, None))
        checks.require(exists_as == kind.value, NotFound(kind.value, classification_id))
        if exists_as == kind.value and classification_id not in already_named:
            checks.require(
                status == RecordStatus.ACTIVE.value,
                ClassificationIsArchived(kind=kind.value, id=classification_id),
            )
    checks.raise_any()


def open_books(ctx: Ctx) -> None:
    """The accounts that every organization has: money on its way out and in are real accounts (settled.md §3)."""
    for name, role in (("Money Out Clearing", MONEY_OUT_CLEARING), ("Money In Clearing", MONEY_IN_CLEARING)):
        create(
            ctx,
            Kind.CHART_OF_ACCOUNT,
            ClassificationDraft(name=name, account_type=AccountType.BANK),
            role=role,
        )


def _check(ctx: Ctx, kind: Kind, fields: Mapping[str, Any], own_id: str | None = None) -> None:
    checks = Checks()
    if "name" in fields:
        checks.require(bool((fields["name"] or "").strip()), InvalidField("name", "must not be blank"))
    for field, longest in MAX_LENGTHS.items():
        value = fields.get(field)
        if isinstance(value, str):
            checks.require(len(value) <= longest, InvalidField(field, f"has more than {longest} characters"))
    checks.raise_any()
    if fields.get("parent_id"):
        _require_parent(ctx, kind, fields["parent_id"], own_id)


def _require_parent(ctx: Ctx, kind: Kind, parent_id: str, own_id: str | None) -> None:
    ancestor: str | None = parent_id
    for _ in range(MAX_DEPTH):
        if ancestor is None:
            return
        if ancestor == own_id:
            raise InvalidField("parent_id", "would make a cycle", parent_id)
        ancestor = get(ctx, kind, ancestor).parent_id
    raise InvalidField("parent_id", f"is more than {MAX_DEPTH} levels deep", parent_id)


def _set_status(ctx: Ctx, kind: Kind, classification_id: str, status: RecordStatus) -> Classification:
    current = get(ctx, kind, classification_id, lock=ctx.tx.for_update)
    if current.record_status is status:
        return current
    changed = replace(current, record_status=status, updated_at=ctx.now)
    store.CLASSIFICATIONS.update(ctx.tx, changed, "record_status", "updated_at")
    ctx.emit(ClassificationRestored(changed) if status is RecordStatus.ACTIVE else ClassificationArchived(changed))
    return changed
