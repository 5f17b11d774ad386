"""Parents: of the same kind, in use when they are named, never below their own child.

Two moves that race (A under B, B under A) lock what they move and its new parent, then the counter row, and only then
look up the tree: the second one finds what the first one did.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from billfold.accounting import store
from billfold.accounting.model import Classification, Kind
from billfold.kit.ctx import Ctx
from billfold.kit.errors import Checks, InvalidField, NotFound, Refusal

#: No tree is deeper; the way up the parents that looks for a cycle ends here.
MAX_DEPTH: Final = 50


class ClassificationIsArchived(Refusal):
    """Nothing new can name an archived classification."""

    sentence = "The {kind} {id} is archived."


def check_parents(ctx: Ctx, checks: Checks, kind: Kind, parent_ids: Collection[str]) -> None:
    """Note what keeps new ones from standing below these: `NotFound`, `ClassificationIsArchived`, `InvalidField`.

    The parents are locked, so that they are not archived meanwhile.
    """
    found = store.locked(ctx.tx, ctx.organization_id, kind, parent_ids)
    above = store.ancestors(ctx.tx, ctx.organization_id, found.keys(), MAX_DEPTH)
    for parent_id in sorted(parent_ids):
        _check_parent(checks, kind, parent_id, found.get(parent_id))
        checks.require(len(above.get(parent_id, ())) < MAX_DEPTH, _too_deep(parent_id))


def check_move(
    ctx: Ctx, checks: Checks, current: Classification, parent_id: str, locked: Mapping[str, Classification]
) -> None:
    """Note what keeps this one from standing below that parent; both are among those that are `locked`."""
    _check_parent(checks, current.kind, parent_id, locked.get(parent_id))
    if parent_id in locked:
        above = ancestors_for_change(ctx, parent_id)
        checks.require(current.id not in above, InvalidField("parent_id", "would make a cycle", parent_id))
        checks.require(len(above) < MAX_DEPTH, _too_deep(parent_id))


def ancestors_for_change(ctx: Ctx, classification_id: str) -> set[str]:
    """The ids from this one up to its root; until the transaction ends nobody else changes a parent."""
    ctx.counters.hold()
    return store.ancestors(ctx.tx, ctx.organization_id, [classification_id], MAX_DEPTH)[classification_id]


def _too_deep(parent_id: str) -> InvalidField:
    """A tree is higher than any that a person can use."""
    return InvalidField("parent_id", f"is more than {MAX_DEPTH} levels deep", parent_id)


def _check_parent(checks: Checks, kind: Kind, parent_id: str, parent: Classification | None) -> None:
    if parent is None:
        checks.note(NotFound(kind.value, parent_id))
    elif parent.archived:
        checks.note(ClassificationIsArchived(kind=kind.value, id=parent_id))
