"""Transfers between accounts: posted at once, or pending and then posted or voided; undone by reversal.

A transfer is never changed but for its status. Each has a code for its business reason and the documents that
explain it, so that any balance can be traced to them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from billfold.kit.ctx import Ctx
from billfold.kit.records import replace
from billfold.ledger import store
from billfold.ledger.model import PREFIX, TRANSITIONS, Code, Entry, Status, Transfer


def post(ctx: Ctx, entries: Sequence[Entry]) -> list[Transfer]:
    """Make transfers that count at once."""
    return _make(ctx, entries, Status.POSTED)


def pend(ctx: Ctx, entries: Sequence[Entry]) -> list[Transfer]:
    """Make transfers that are reserved until `post_pending` or `void_pending`."""
    return _make(ctx, entries, Status.PENDING)


def post_pending(ctx: Ctx, document_id: str, code: Code) -> list[Transfer]:
    """Post every pending transfer of a document with this code."""
    return _close(ctx, document_id, code, Status.POSTED)


def void_pending(ctx: Ctx, document_id: str, code: Code) -> list[Transfer]:
    """Void every pending transfer of a document with this code."""
    return _close(ctx, document_id, code, Status.VOIDED)


def reverse(ctx: Ctx, document_id: str, code: Code, reversal: Code, effective_on: date) -> list[Transfer]:
    """Undo the posted, not yet reversed transfers of a document by opposite ones with the code `reversal`."""
    ctx.counters.hold()
    reversible = [
        transfer
        for transfer in store.of_document(ctx.tx, ctx.organization_id, document_id, code)
        if transfer.status is Status.POSTED and transfer.reversed_by_id is None
    ]
    if not reversible:
        return []
    made = _rows(
        ctx,
        [
            Entry(
                debit_account=transfer.credit_account,
                credit_account=transfer.debit_account,
                amount_minor=transfer.amount_minor,
                currency=transfer.currency,
                code=reversal,
                document_id=transfer.document_id,
                related_id=transfer.related_id,
                effective_on=effective_on,
            )
            for transfer in reversible
        ],
        Status.POSTED,
    )
    pairs = list(zip(reversible, made, strict=True))
    opposite = [replace(new, reverses_id=old.id) for old, new in pairs]
    store.insert(ctx.tx, opposite)
    store.mark_reversed(ctx.tx, [replace(old, reversed_by_id=new.id) for old, new in pairs])
    return opposite


def transfers_of(ctx: Ctx, document_id: str) -> list[Transfer]:
    """Every transfer that a document explains, oldest first."""
    return store.of_document(ctx.tx, ctx.organization_id, document_id, None)


def taken_from(ctx: Ctx, account: str, codes: Sequence[Code], since: date) -> list[Transfer]:
    """What was posted away from an account in dollars for these reasons since that day, oldest first."""
    return store.credits_since(ctx.tx, ctx.organization_id, account, codes, since)


def _make(ctx: Ctx, entries: Sequence[Entry], status: Status) -> list[Transfer]:
    rows = _rows(ctx, entries, status)
    store.insert(ctx.tx, rows)
    return rows


def _rows(ctx: Ctx, entries: Sequence[Entry], status: Status) -> list[Transfer]:
    ctx.ids.reserve(len(entries))
    rows = []
    for entry in entries:
        assert entry.amount_minor > 0, f"{entry.code} of {entry.amount_minor}"
        assert entry.debit_account != entry.credit_account, entry.debit_account
        transfer_id, ordinal = ctx.ids.new(PREFIX)
        rows.append(
            Transfer(
                organization_id=ctx.organization_id,
                id=transfer_id,
                ordinal=ordinal,
                debit_account=entry.debit_account,
                credit_account=entry.credit_account,
                currency=entry.currency,
                amount_minor=entry.amount_minor,
                status=status,
                code=entry.code,
                document_id=entry.document_id,
                related_id=entry.related_id,
                effective_on=entry.effective_on,
                created_at=ctx.now,
                closed_at=None if status is Status.PENDING else ctx.now,
                reverses_id=None,
                reversed_by_id=None,
            )
        )
    return rows


def _close(ctx: Ctx, document_id: str, code: Code, to: Status) -> list[Transfer]:
    # The counter row comes before balances in the order of locks (kit/counters.py).
    ctx.counters.hold()
    pending = [
        transfer
        for transfer in store.of_document(ctx.tx, ctx.organization_id, document_id, code)
        if transfer.status is Status.PENDING
    ]
    assert pending, f"{document_id} has no pending {code}"
    closed = [
        replace(transfer, status=TRANSITIONS.step(transfer.id, transfer.status, to), closed_at=ctx.now)
        for transfer in pending
    ]
    store.close(ctx.tx, closed)
    return closed
