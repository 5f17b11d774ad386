"""Payment terms: how many days after its date a document is due (contract: core §3.5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from billfold.accounting import store
from billfold.accounting.events import (
    PaymentTermArchived,
    PaymentTermCreated,
    PaymentTermRestored,
    PaymentTermUpdated,
)
from billfold.accounting.model import PaymentTerm, PaymentTermDraft
from billfold.kit.ctx import Ctx, RecordStatus
from billfold.kit.errors import Checks, InvalidField, Refusal, existing
from billfold.kit.query import Page, Query
from billfold.kit.records import replace

PREFIX: Final = "00p"
MAX_DAYS: Final = 999
MAX_LENGTHS: Final = {"name": 100, "description": 4000}


class PaymentTermExists(Refusal):
    """There is one payment term of so many days."""

    sentence = "There is a payment term of {days_due} days already."


class PaymentTermIsArchived(Refusal):
    """A new document cannot name an archived payment term."""

    sentence = "The payment term {id} is archived."


def create(ctx: Ctx, draft: PaymentTermDraft) -> PaymentTerm:
    """A new payment term. Raises `InvalidField`s, `PaymentTermExists`."""
    fields = msgspec.structs.asdict(draft)
    _check(fields)
    _require_free(ctx, draft.days_due)
    term_id, ordinal = ctx.ids.new(PREFIX)
    term = PaymentTerm(
        organization_id=ctx.organization_id,
        id=term_id,
        ordinal=ordinal,
        **fields,
        record_status=RecordStatus.ACTIVE,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    store.PAYMENT_TERMS.insert(ctx.tx, term)
    ctx.emit(PaymentTermCreated(term))
    return term


def get(ctx: Ctx, term_id: str, *, lock: str = "") -> PaymentTerm:
    """The payment term with this id. Raises `NotFound`."""
    return existing(store.PAYMENT_TERMS.get(ctx.tx, ctx.organization_id, term_id, lock=lock), "payment term", term_id)


def list_terms(ctx: Ctx, query: Query) -> Page[PaymentTerm]:
    """A page of payment terms, archived ones included unless filtered out."""
    return store.PAYMENT_TERMS.page(ctx.tx, ctx.organization_id, query)


def update(ctx: Ctx, term_id: str, changes: Mapping[str, Any]) -> PaymentTerm:
    """Change the named fields of `PaymentTermDraft`; documents keep the due date that they have.

    Raises `NotFound`, `InvalidField`s, `PaymentTermExists`.
    """
    assert changes.keys() <= set(PaymentTermDraft.__struct_fields__), changes.keys()
    current = get(ctx, term_id, lock=ctx.tx.for_update)
    _check(changes)
    changed = replace(current, **changes, updated_at=ctx.now)
    if changed.days_due != current.days_due and not changed.archived:
        _require_free(ctx, changed.days_due)
    store.PAYMENT_TERMS.update(ctx.tx, changed)
    ctx.emit(PaymentTermUpdated(changed))
    return changed


def archive(ctx: Ctx, term_id: str) -> PaymentTerm:
    """Put it out of use; again is no error. Raises `NotFound`."""
    current = get(ctx, term_id, lock=ctx.tx.for_update)
    return current if current.archived else _set_status(ctx, current, RecordStatus.INACTIVE)


def restore(ctx: Ctx, term_id: str) -> PaymentTerm:
    """Put it back into use; again is no error. Raises `NotFound`, `PaymentTermExists`."""
    current = get(ctx, term_id, lock=ctx.tx.for_update)
    if not current.archived:
        return current
    _require_free(ctx, current.days_due)
    return _set_status(ctx, current, RecordStatus.ACTIVE)


def require_usable(ctx: Ctx, term_id: str | None, already_named: str | None = None) -> None:
    """A document may name it: it is in use, or was named before. Raises `NotFound`, `PaymentTermIsArchived`."""
    if term_id is not None and get(ctx, term_id).archived and term_id != already_named:
        raise PaymentTermIsArchived(id=term_id)


def _check(fields: Mapping[str, Any]) -> None:
    checks = Checks()
    checks.require_text(fields, "name")
    checks.limit_texts(fields, MAX_LENGTHS)
    if "days_due" in fields:
        checks.require(0 <= fields["days_due"] <= MAX_DAYS, InvalidField("days_due", f"must be 0 to {MAX_DAYS}"))
    checks.raise_any()


def _require_free(ctx: Ctx, days_due: int) -> None:
    """Raise `PaymentTermExists` if an active one has so many days; from here on no other can come to have them."""
    ctx.counters.hold()
    if store.active_term_of(ctx.tx, ctx.organization_id, days_due) is not None:
        raise PaymentTermExists(days_due=days_due)


def _set_status(ctx: Ctx, current: PaymentTerm, status: RecordStatus) -> PaymentTerm:
    changed = replace(current, record_status=status, updated_at=ctx.now)
    store.PAYMENT_TERMS.update(ctx.tx, changed, "record_status", "updated_at")
    ctx.emit(PaymentTermRestored(changed) if status is RecordStatus.ACTIVE else PaymentTermArchived(changed))
    return changed
