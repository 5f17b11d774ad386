"""Money movements: what a bank statement of the organization says, one line for each process date and direction.

The transfers of a day leave as one batch, so accounting knows them as one amount (contract v2.md §10.3). Reactions to
the life of transfers keep it: what starts is added, what comes back before it settled is taken off again, and what
comes back later is a movement of its own, in the other direction.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from billfold.kit.ctx import Ctx
from billfold.kit.errors import existing
from billfold.kit.query import Page, Query
from billfold.kit.records import replace
from billfold.rails import calendar, store
from billfold.rails.events import TransferReturned, TransferSettled, TransferStarted
from billfold.rails.model import (
    Direction,
    Holder,
    Leg,
    MoneyMovement,
    MovementKind,
    MovementStatus,
    Transfer,
)

PREFIX: Final = "mmt"
#: What each leg of the organization's bank account belongs to.
_KINDS: Final = {
    Leg.FUNDING: MovementKind.PAYABLES,
    Leg.DISBURSEMENT: MovementKind.PAYABLES,
    Leg.REFUND: MovementKind.PAYABLES,
    Leg.REPAYMENT: MovementKind.PAYABLES,
}
_OPPOSITE: Final = {Direction.DEBIT: Direction.CREDIT, Direction.CREDIT: Direction.DEBIT}


def get_movement(ctx: Ctx, movement_id: str) -> MoneyMovement:
    """The movement with this id. Raises `NotFound`."""
    return existing(store.MOVEMENTS.get(ctx.tx, ctx.organization_id, movement_id), "money movement", movement_id)


def list_movements(ctx: Ctx, query: Query) -> Page[MoneyMovement]:
    """A page of movements."""
    return store.MOVEMENTS.page(ctx.tx, ctx.organization_id, query)


def when_started(ctx: Ctx, event: TransferStarted) -> None:
    """The transfer is part of the day's batch."""
    transfer = event.subject
    if transfer.account_table is Holder.ORGANIZATION:
        movement = _lock_or_create(ctx, transfer, transfer.direction, transfer.effective_on)
        _change(ctx, movement, transfer.amount_minor, under_way=1)


def when_settled(ctx: Ctx, event: TransferSettled) -> None:
    """The bank has moved the money."""
    transfer = event.subject
    if transfer.account_table is Holder.ORGANIZATION:
        movement = _lock_or_create(ctx, transfer, transfer.direction, transfer.effective_on)
        _change(ctx, movement, 0, under_way=-1)


def when_returned(ctx: Ctx, event: TransferReturned) -> None:
    """The money did not move after all, or moves back today."""
    transfer = event.subject
    if transfer.account_table is not Holder.ORGANIZATION:
        return
    if transfer.settled_at is None:
        movement = _lock_or_create(ctx, transfer, transfer.direction, transfer.effective_on)
        _change(ctx, movement, -transfer.amount_minor, under_way=-1)
    else:
        movement = _lock_or_create(ctx, transfer, _OPPOSITE[transfer.direction], calendar.fed_day(ctx.now))
        _change(ctx, movement, transfer.amount_minor, under_way=0)


def _lock_or_create(ctx: Ctx, transfer: Transfer, direction: Direction, process_on: date) -> MoneyMovement:
    """The day's movement. The counter row is held before, so that two transfers of one day do not both create it."""
    ctx.counters.hold()
    kind = _KINDS[transfer.leg]
    found = store.lock_movement(ctx.tx, ctx.organization_id, (transfer.account_id, kind, direction), process_on)
    if found is not None:
        return found
    movement_id, ordinal = ctx.ids.new(PREFIX)
    movement = MoneyMovement(
        organization_id=ctx.organization_id,
        id=movement_id,
        ordinal=ordinal,
        name=f"{ordinal:015d}",
        kind=kind,
        direction=direction,
        bank_account_id=transfer.account_id,
        process_on=process_on,
        currency=transfer.currency,
        amount_minor=0,
        under_way=0,
        status=MovementStatus.SENT,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    store.MOVEMENTS.insert(ctx.tx, movement)
    return movement


def _change(ctx: Ctx, movement: MoneyMovement, amount_minor: int, *, under_way: int) -> None:
    """Add to the movement (negative: take off) and say how it stands."""
    sign = -1 if movement.direction is Direction.DEBIT else 1
    changed = replace(
        movement,
        amount_minor=movement.amount_minor + sign * amount_minor,
        under_way=movement.under_way + under_way,
        updated_at=ctx.now,
    )
    store.MOVEMENTS.update(
        ctx.tx, replace(changed, status=_status_of(changed)), "amount_minor", "under_way", "status", "updated_at"
    )


def _status_of(movement: MoneyMovement) -> MovementStatus:
    """Confirmed once nothing of it is under way; void when nothing was left of it."""
    if movement.under_way:
        return MovementStatus.SENT
    return MovementStatus.CONFIRMED if movement.amount_minor else MovementStatus.VOID
