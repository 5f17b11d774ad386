"""The clock: read it, advance it, freeze it, let it run; drain what is due."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from msgspec import Meta

from billfold.identity import store
from billfold.identity.sessions import IDLE_LIMIT
from billfold.kit import worlds
from billfold.kit.errors import InvalidField
from billfold.kit.worlds import World
from billfold.wire.catalog import Call, Catalogue, Lobby
from billfold.wire.codecs import decode_json, instant
from billfold.wire.pipeline import Pipeline
from billfold.wire.sim.scope import row, sensible_moment, world_id_of

#: No clock is advanced further in one call.
MAX_ADVANCE = timedelta(days=3660)
_DISTANCES = frozenset({"days", "hours", "minutes", "to"})


class ClockShape(msgspec.Struct, omit_defaults=True):
    """Where a clock stands."""

    world: str
    mode: str
    now: str
    advancingTo: str | None = None


class AdvanceBody(msgspec.Struct, kw_only=True):
    """How far: days and hours together, or a moment."""

    days: Annotated[int, Meta(ge=0, le=3660)] = 0
    hours: Annotated[int, Meta(ge=0, le=87840)] = 0
    minutes: Annotated[int, Meta(ge=0, le=5_270_400)] = 0
    to: datetime | None = None
    keepSessions: Annotated[bool, Meta(description="Keep sessions alive through the jump.")] = False


class FreezeBody(msgspec.Struct):
    """Where to stop."""

    at: Annotated[datetime | None, Meta(description="Now when left out.")] = None


class DrainShape(msgspec.Struct):
    """How many jobs ran until nothing due was left."""

    jobs: int


def shape_of(world: World) -> ClockShape:
    """A world's clock."""
    return ClockShape(world.id, world.mode, instant(world.clock.now()), _text(world.advance_to))


def get_clock(lobby: Lobby, call: Call, _: None) -> ClockShape:
    """Where the clock stands."""
    return shape_of(worlds.get_world(lobby.tx, world_id_of(lobby, call)))


def freeze(lobby: Lobby, call: Call, body: FreezeBody) -> ClockShape:
    """Stop the clock; jobs that are skipped over run as due."""
    return shape_of(worlds.freeze(lobby.tx, world_id_of(lobby, call), sensible_moment("at", body.at)))


def resume(lobby: Lobby, call: Call, _: None) -> ClockShape:
    """Let the clock run at the speed of real time, from where it stands."""
    return shape_of(worlds.resume(lobby.tx, world_id_of(lobby, call)))


def begin_advance(lobby: Lobby, call: Call, body: AdvanceBody) -> World:
    """Store the target; the steps towards it follow when this is committed."""
    _require_distance(call)
    world_id = world_id_of(lobby, call)
    now = worlds.get_world(lobby.tx, world_id).clock.now()
    by = timedelta(days=body.days, hours=body.hours, minutes=body.minutes)
    target = sensible_moment("to", body.to or now + by)
    assert target is not None, "a moment was given"
    if target - now > MAX_ADVANCE:
        raise InvalidField("to", f"is more than {MAX_ADVANCE.days} days ahead")
    world = worlds.begin_advance(lobby.tx, world_id, target)
    if body.keepSessions:
        store.touch_sessions_of_world(lobby.tx, world_id, now - IDLE_LIMIT, target)
    return world


def _require_distance(call: Call) -> None:
    """A slip in a name must not pass for an advance. Raises `InvalidField`."""
    said = set(decode_json(call.body or b"{}"))
    if said and not said & _DISTANCES:
        raise InvalidField("days", "must be given, or hours, minutes or to")


async def finish_advance(pipeline: Pipeline, begun: World) -> ClockShape:
    """After the commit: step through all that is due, then answer where the clock stands."""
    await pipeline.runner.finish_advance(begun.id)
    return shape_of(await pipeline.runner.world(begun.id))


def world_to_drain(lobby: Lobby, call: Call, _: None) -> World:
    """The world to drain."""
    return worlds.get_world(lobby.tx, world_id_of(lobby, call))


async def drain(pipeline: Pipeline, world: World) -> DrainShape:
    """After the commit: run all that is due now; who is answered finds it done, whoever did it."""
    return DrainShape(await pipeline.runner.drain(world, world.clock.now()))


def declare(catalogue: Catalogue) -> None:
    """The rows of the clock."""
    row(catalogue, "GET", "clock", "Read the clock", get_clock, response=ClockShape)
    row(
        catalogue, "POST", "clock/advance", "Advance the clock, doing what falls due on the way", begin_advance,
        request=AdvanceBody, response=ClockShape, after=finish_advance,
    )  # fmt: skip
    row(catalogue, "POST", "clock/freeze", "Stop the clock", freeze, request=FreezeBody, response=ClockShape)
    row(catalogue, "POST", "clock/resume", "Let the clock run", resume, response=ClockShape)
    row(catalogue, "POST", "drain", "Run what is due now", world_to_drain, response=DrainShape, after=drain)


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else instant(moment)
