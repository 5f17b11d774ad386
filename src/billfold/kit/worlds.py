"""Worlds and their clocks, as rows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import msgspec

from billfold.kit.clock import WorldClock, wall_now
from billfold.kit.columns import instant_text
from billfold.kit.db import Transaction
from billfold.kit.errors import Refusal
from billfold.kit.records import Table, replace

MAIN_WORLD: Final = "main"


class AdvanceRunning(Refusal):
    """Another advance of this clock has not finished."""

    sentence = "The clock of this world is already being advanced to {target}."


class TimeGoesForward(Refusal):
    """A clock cannot be set back: what happened has happened."""

    sentence = "The clock stands at {now}; it cannot be set back to {target}."


class World(msgspec.Struct, frozen=True):
    """A row of `worlds`. `mode` is `real` or `frozen`; `advance_to` is set while an advance runs."""

    id: str
    mode: str
    frozen_at: datetime | None
    shift_ms: int
    step_at: datetime | None
    advance_to: datetime | None

    @property
    def clock(self) -> WorldClock:
        """The clock that this row describes."""
        return WorldClock(self.mode, self.frozen_at, self.shift_ms, self.step_at)


WORLDS = Table("worlds", World, key=("id",))


def create_world(tx: Transaction, world_id: str, *, frozen_at: datetime | None = None) -> World:
    """A new world: frozen at that moment, or following real time."""
    world = World(world_id, "frozen" if frozen_at else "real", frozen_at, 0, None, None)
    WORLDS.insert(tx, world)
    return world


def get_world(tx: Transaction, world_id: str, *, lock: bool = False) -> World:
    """The world with this id, which must exist."""
    world = WORLDS.get(tx, world_id, lock=tx.for_update if lock else "")
    assert world is not None, f"there is no world {world_id}"
    return world


def list_worlds(tx: Transaction) -> list[World]:
    """All worlds."""
    return WORLDS.where(tx, "id >= '' ORDER BY id")


def world_of(tx: Transaction, organization_id: str) -> World:
    """The world of an organization."""
    row = tx.one("SELECT world_id FROM lanes WHERE organization_id = ?", (organization_id,))
    assert row is not None, f"{organization_id} is in no world"
    return get_world(tx, row[0])


def freeze(tx: Transaction, world_id: str, at: datetime | None) -> World:
    """Stop this world's clock, now or at a later moment that has nothing due before it. Raises `TimeGoesForward`."""
    world = get_world(tx, world_id, lock=True)
    now = world.clock.now()
    at = at or now
    if at < now:
        raise TimeGoesForward(now=now.isoformat(timespec="milliseconds"), target=at.isoformat(timespec="milliseconds"))
    return _store(tx, replace(world, mode="frozen", frozen_at=at, shift_ms=0))


def resume(tx: Transaction, world_id: str) -> World:
    """Let this world's clock run again, from where it stands, at the speed of real time."""
    world = get_world(tx, world_id, lock=True)
    shift = world.clock.now() - wall_now()
    return _store(tx, replace(world, mode="real", frozen_at=None, shift_ms=shift // timedelta(milliseconds=1)))


def begin_advance(tx: Transaction, world_id: str, target: datetime) -> World:
    """Write down where the clock goes; from here on it stands at steps. Raises `AdvanceRunning`, `TimeGoesForward`."""
    world = get_world(tx, world_id, lock=True)
    if world.advance_to is not None:
        raise AdvanceRunning(target=world.advance_to.isoformat())
    now = world.clock.now()
    if target < now:
        raise TimeGoesForward(
            now=now.isoformat(timespec="milliseconds"), target=target.isoformat(timespec="milliseconds")
        )
    return _store(tx, replace(world, advance_to=target, step_at=now))


def step_to(tx: Transaction, world_id: str, moment: datetime) -> None:
    """While an advance runs, the clock stands at the job being done; it never steps back."""
    text = instant_text(moment)
    tx.run("UPDATE worlds SET step_at = ? WHERE id = ? AND step_at < ?", (text, world_id, text))


def finish_advance(tx: Transaction, world_id: str, target: datetime) -> World:
    """Nothing is due any more before the target: the clock arrives there, unless somebody else was first."""
    world = get_world(tx, world_id, lock=True)
    if world.advance_to != target:
        return world
    if world.mode == "frozen":
        return _store(tx, replace(world, advance_to=None, step_at=None, frozen_at=target))
    shift = (target - wall_now()) // timedelta(milliseconds=1)
    return _store(tx, replace(world, advance_to=None, step_at=None, shift_ms=shift))


def _store(tx: Transaction, world: World) -> World:
    WORLDS.update(tx, world)
    return world
