"""Classifications: one set of rules for every kind, which are told apart only in `accounting/model.py`.

Rules that are about parents are in `accounting/trees.py`, those about items in `accounting/items.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from billfold.accounting import items, store, trees
from billfold.accounting.events import (
    ClassificationArchived,
    ClassificationCreated,
    ClassificationRestored,
    ClassificationUpdated,
)
from billfold.accounting.model import AccountType, Classification, ClassificationDraft, Kind
from billfold.accounting.trees import ClassificationIsArchived
from billfold.kit.ctx import Ctx, RecordStatus
from billfold.kit.errors import Checks, NotFound, Refusal, existing
from billfold.kit.query import Page, Query
from billfold.kit.records import replace
from billfold.ledger import MONEY_IN_CLEARING, MONEY_OUT_CLEARING

MAX_LENGTHS: Final = {
    "name": 100,
    "short_name": 100,
    "description": 4000,
    "account_number": 100,
    "last_name": 100,
    "purchase_description": 4000,
}


class KeptByTheHouse(Refusal):
    """Money on its way out and in is posted to accounts of the chart, which must stay."""

    sentence = "The {kind} {id} is needed for payments and stays in use."


class ClassificationIsMerged(Refusal):
    """What was merged into another stays out of use."""

    sentence = "The {kind} {id} was merged into {into_id} and cannot be restored."


def create(ctx: Ctx, kind: Kind, draft: ClassificationDraft, *, role: str | None = None) -> Classification:
    """A new classification. Raises as `create_all`."""
    return create_all(ctx, kind, [draft], role=role)[0]


def create_all(
    ctx: Ctx, kind: Kind, drafts: Sequence[ClassificationDraft], *, role: str | None = None
) -> list[Classification]:
    """New classifications of one kind, in a few statements however many they are.

    Raises `InvalidField`s; `NotFound` and `ClassificationIsArchived` for a parent or an account.
    """
    checks = Checks()
    for draft in drafts:
        _check_texts(checks, msgspec.structs.asdict(draft))
    trees.check_parents(ctx, checks, kind, {draft.parent_id for draft in drafts if draft.parent_id is not None})
    if kind is Kind.ITEM:
        for draft in drafts:
            items.check_amounts(checks, draft)
        _check_accounts(ctx, checks, drafts)
    checks.raise_any()
    ctx.ids.reserve(len(drafts))
    created = [_new(ctx, kind, draft, role) for draft in drafts]
    store.CLASSIFICATIONS.insert_all(ctx.tx, created)
    for one in created:
        ctx.emit(ClassificationCreated(one))
    return created


def get(ctx: Ctx, kind: Kind, classification_id: str) -> Classification:
    """The classification of this kind with this id. Raises `NotFound`."""
    return existing(store.get(ctx.tx, ctx.organization_id, kind, classification_id), kind.value, classification_id)


def with_role(ctx: Ctx, role: str) -> Classification:
    """The account that the house itself keeps for this role."""
    found = store.with_role(ctx.tx, ctx.organization_id, role)
    assert found is not None, f"{ctx.organization_id} has no account for {role}"
    return found


def list_of_kind(ctx: Ctx, kind: Kind, query: Query) -> Page[Classification]:
    """A page of one kind, archived ones included unless filtered out."""
    return store.list_of_kind(ctx.tx, ctx.organization_id, kind, query)


def update(ctx: Ctx, kind: Kind, classification_id: str, changes: Mapping[str, Any]) -> Classification:
    """Change the named fields of `ClassificationDraft`.

    What it names already may stay, though it was archived since. Raises `NotFound`; otherwise as `create_all`, and
    `InvalidField` for a parent that stands below.
    """
    assert changes.keys() <= set(ClassificationDraft.__struct_fields__), changes.keys()
    parent_id = changes.get("parent_id")
    found = lock_all(ctx, kind, {classification_id} | ({parent_id} if parent_id else set()))
    current = existing(found.get(classification_id), kind.value, classification_id)
    changed = replace(current, **changes, updated_at=ctx.now)
    checks = Checks()
    _check_texts(checks, changes)
    if changed.parent_id is not None and changed.parent_id != current.parent_id:
        trees.check_move(ctx, checks, current, changed.parent_id, found)
    if kind is Kind.ITEM:
        items.check_amounts(checks, changed)
        _check_accounts(ctx, checks, [changed], already_named=current)
    checks.raise_any()
    store.CLASSIFICATIONS.update(ctx.tx, changed)
    ctx.emit(ClassificationUpdated(changed))
    return changed


def lock_all(ctx: Ctx, kind: Kind, ids: Collection[str]) -> dict[str, Classification]:
    """Lock those of this kind that exist, in the house's order: before a bulk verb takes them one by one."""
    return store.locked(ctx.tx, ctx.organization_id, kind, ids)


def archive(ctx: Ctx, kind: Kind, classification_id: str) -> Classification:
    """Put it out of use; again is no error. Raises `NotFound`, `KeptByTheHouse`."""
    current = get_locked(ctx, kind, classification_id)
    if current.archived:
        return current
    require_dispensable(current)
    return _set_status(ctx, current, RecordStatus.INACTIVE)


def restore(ctx: Ctx, kind: Kind, classification_id: str) -> Classification:
    """Put it back into use; again is no error. Raises `NotFound`, `ClassificationIsMerged`."""
    current = get_locked(ctx, kind, classification_id)
    if current.merged_into_id is not None:
        raise ClassificationIsMerged(kind=kind.value, id=current.id, into_id=current.merged_into_id)
    return _set_status(ctx, current, RecordStatus.ACTIVE) if current.archived else current


def get_locked(ctx: Ctx, kind: Kind, classification_id: str) -> Classification:
    """The classification of this kind with this id, locked. Raises `NotFound`."""
    return existing(lock_all(ctx, kind, [classification_id]).get(classification_id), kind.value, classification_id)


def require_dispensable(current: Classification) -> None:
    """Raise `KeptByTheHouse` for an account that payments are posted to."""
    if current.role is not None:
        raise KeptByTheHouse(kind=current.kind.value, id=current.id)


def require_usable(ctx: Ctx, wanted: Iterable[tuple[str, Kind]], already_named: frozenset[str] = frozenset()) -> None:
    """Every id exists as each kind it is named as, and is in use or was named by the document before.

    Raises `NotFound`, `ClassificationIsArchived`.
    """
    checks = Checks()
    check_usable(ctx, checks, wanted, already_named)
    checks.raise_any()


def check_usable(
    ctx: Ctx, checks: Checks, wanted: Iterable[tuple[str, Kind]], already_named: frozenset[str] = frozenset()
) -> None:
    """Note what `require_usable` raises."""
    # A pair for each kind: an item does not become an account by standing in both places.
    pairs = dict.fromkeys(wanted)
    if not pairs:
        return
    found = store.kinds_and_statuses(ctx.tx, ctx.organization_id, sorted({identifier for identifier, _ in pairs}))
    for classification_id, kind in pairs:
        exists_as, status = found.get(classification_id, (None, None))
        if exists_as != kind:
            checks.note(NotFound(kind.value, classification_id))
        elif status != RecordStatus.ACTIVE and classification_id not in already_named:
            checks.note(ClassificationIsArchived(kind=kind.value, id=classification_id))


def open_books(ctx: Ctx) -> None:
    """The accounts that every organization has: money on its way out and in are real accounts (settled.md §3)."""
    for name, role in (("Money Out Clearing", MONEY_OUT_CLEARING), ("Money In Clearing", MONEY_IN_CLEARING)):
        create(
            ctx,
            Kind.CHART_OF_ACCOUNT,
            ClassificationDraft(name=name, account_type=AccountType.BANK),
            role=role,
        )


def _new(ctx: Ctx, kind: Kind, draft: ClassificationDraft, role: str | None) -> Classification:
    classification_id, ordinal = ctx.ids.new(kind.prefix)
    return Classification(
        organization_id=ctx.organization_id,
        id=classification_id,
        ordinal=ordinal,
        kind=kind,
        **msgspec.structs.asdict(draft),
        role=role,
        record_status=RecordStatus.ACTIVE,
        created_at=ctx.now,
        updated_at=ctx.now,
        merged_into_id=None,
    )


def _check_texts(checks: Checks, fields: Mapping[str, Any]) -> None:
    checks.require_text(fields, "name")
    checks.limit_texts(fields, MAX_LENGTHS)


def _check_accounts(
    ctx: Ctx,
    checks: Checks,
    found: Sequence[ClassificationDraft | Classification],
    already_named: Classification | None = None,
) -> None:
    named = {account_id for one in found for account_id in items.accounts_of(one)}
    known = frozenset(items.accounts_of(already_named)) if already_named is not None else frozenset()
    check_usable(ctx, checks, [(account_id, Kind.CHART_OF_ACCOUNT) for account_id in named], known)


def _set_status(ctx: Ctx, current: Classification, status: RecordStatus) -> Classification:
    changed = replace(current, record_status=status, updated_at=ctx.now)
    store.CLASSIFICATIONS.update(ctx.tx, changed, "record_status", "updated_at")
    ctx.emit(ClassificationRestored(changed) if status is RecordStatus.ACTIVE else ClassificationArchived(changed))
    return changed
