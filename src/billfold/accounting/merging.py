"""Merging: one classification gives way to another of its kind, as BILL's web application lets its users do."""

from __future__ import annotations

from billfold.accounting import store, trees
from billfold.accounting.classifications import lock_all, require_dispensable
from billfold.accounting.events import ClassificationMerged, ClassificationUpdated
from billfold.accounting.model import Classification, Kind
from billfold.accounting.trees import ClassificationIsArchived
from billfold.kit.ctx import Ctx, RecordStatus
from billfold.kit.errors import InvalidField, NotFound, StateForbids, existing
from billfold.kit.records import replace


def merge(ctx: Ctx, kind: Kind, classification_id: str, into_id: str) -> Classification:
    """Put it out of use for good; its children go below the one that it is merged into.

    Documents that name it keep it. Raises `NotFound`, `KeptByTheHouse`, `StateForbids` when it is merged already,
    `ClassificationIsArchived` for the target, `InvalidField` when the target is itself or below it.
    """
    current, into = _both(ctx, kind, classification_id, into_id)
    require_dispensable(current)
    if current.merged_into_id is not None:
        raise StateForbids(noun=kind.value, id=current.id, verb="be merged", state="merged")
    if into.archived:
        raise ClassificationIsArchived(kind=kind.value, id=into_id)
    children = store.locked_children(ctx.tx, ctx.organization_id, classification_id)
    if classification_id in trees.ancestors_for_change(ctx, into_id):
        raise InvalidField("into_id", "would make a cycle", into_id)
    for child in children:
        moved = replace(child, parent_id=into_id, updated_at=ctx.now)
        store.CLASSIFICATIONS.update(ctx.tx, moved, "parent_id", "updated_at")
        ctx.emit(ClassificationUpdated(moved))
    merged = replace(current, merged_into_id=into_id, record_status=RecordStatus.INACTIVE, updated_at=ctx.now)
    store.CLASSIFICATIONS.update(ctx.tx, merged, "merged_into_id", "record_status", "updated_at")
    ctx.emit(ClassificationMerged(merged))
    return merged


def merge_any(ctx: Ctx, classification_id: str, into_id: str) -> Classification:
    """The same for one of any kind. Raises `NotFound` too where no kind has it."""
    found = store.CLASSIFICATIONS.get(ctx.tx, ctx.organization_id, classification_id)
    found = existing(found, "classification", classification_id)
    return merge(ctx, found.kind, classification_id, into_id)


def _both(ctx: Ctx, kind: Kind, classification_id: str, into_id: str) -> tuple[Classification, Classification]:
    found = lock_all(ctx, kind, {classification_id, into_id})
    for one in (classification_id, into_id):
        if one not in found:
            raise NotFound(kind.value, one)
    return found[classification_id], found[into_id]
