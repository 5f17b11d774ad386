"""The way back: to a snapshot, to how an organization or a world was founded, to a fresh sandbox."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from billfold.identity import store
from billfold.identity.sessions import IDLE_LIMIT
from billfold.kit import snapshots
from billfold.kit.snapshots import FOUNDED, Scope
from billfold.kit.wipe import wipe
from billfold.kit.worlds import MAIN_WORLD, create_world, get_world, world_of
from billfold.wire.catalog import Call, Catalogue, Lobby
from billfold.wire.codecs import instant
from billfold.wire.pipeline import Pipeline
from billfold.wire.sim.demo import seed_demo
from billfold.wire.sim.scope import DEMO_ORGANIZATION_ID, organization_of, row, world_id_of

Name = Annotated[str, Meta(pattern=r"^[\w.-]{1,60}$", description="Which of several; the same again takes its place.")]


class SnapshotBody(msgspec.Struct, kw_only=True):
    """Under which name."""

    name: Name = "default"


class SnapshotShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """What is kept: an organization's rows, or those of all in a world and its clock."""

    name: str
    world: str
    organizationId: str | None = None
    takenTime: Annotated[str, Meta(description="On the clock of the world.")]
    rows: int
    bytes: Annotated[int, Meta(description="What it takes in the database.")]


class RestoredShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """What was put back, and where the clock stands."""

    name: str
    world: str
    organizationId: str | None = None
    takenTime: str
    rows: int
    now: str


class ResetBody(msgspec.Struct, kw_only=True):
    """How to begin anew."""

    scope: Annotated[
        Literal["sandbox", "world", "organization"],
        Meta(description="All there is, all in the call's world as founded, or the call's organization as founded."),
    ] = "sandbox"
    demo: Annotated[bool, Meta(description="The whole sandbox: with the demo data.")] = True


class ResetShape(msgspec.Struct, omit_defaults=True):
    """It is as new. With the whole sandbox every session is gone; else those of the founding are open."""

    reset: bool
    scope: str
    organizationId: str | None = None
    world: str | None = None


def take(lobby: Lobby, call: Call, body: SnapshotBody) -> SnapshotShape:
    """Keep the rows as they are."""
    scope = _scope_of(lobby, call)
    kept = snapshots.take(lobby.tx, scope, body.name)
    return SnapshotShape(
        name=kept.name,
        world=scope.world_id,
        organizationId=scope.organization_id,
        takenTime=instant(kept.taken_at),
        rows=kept.row_count,
        bytes=len(kept.contents),
    )


def list_snapshots(lobby: Lobby, call: Call, _: None) -> dict[str, list[SnapshotShape]]:
    """What is kept of the organization or the world."""
    scope = _scope_of(lobby, call)
    return {
        "results": [
            SnapshotShape(
                name=kept.name,
                world=scope.world_id,
                organizationId=scope.organization_id,
                takenTime=instant(kept.taken_at),
                rows=kept.row_count,
                bytes=kept.size_bytes,
            )
            for kept in snapshots.list_snapshots(lobby.tx, scope)
        ]
    }


def restore(lobby: Lobby, call: Call, body: SnapshotBody) -> RestoredShape:
    """Put the rows back as they were."""
    scope = _scope_of(lobby, call)
    kept = snapshots.restore(lobby.tx, scope, body.name)
    return RestoredShape(
        name=kept.name,
        world=scope.world_id,
        organizationId=scope.organization_id,
        takenTime=instant(kept.taken_at),
        rows=kept.row_count,
        now=instant(_keep_sessions_alive(lobby, scope, kept.taken_at)),
    )


def reset(lobby: Lobby, call: Call, body: ResetBody) -> ResetShape:
    """Begin anew."""
    if body.scope == "organization":
        organization_id = organization_of(lobby, call)
        scope = Scope(world_of(lobby.tx, organization_id).id, organization_id)
        kept = snapshots.restore(lobby.tx, scope, FOUNDED)
        _keep_sessions_alive(lobby, scope, kept.taken_at)
        return ResetShape(reset=True, scope=body.scope, organizationId=organization_id)
    if body.scope == "world":
        world_id = world_id_of(lobby, call)
        for scope, taken_at in snapshots.reset_world(lobby.tx, world_id):
            _keep_sessions_alive(lobby, scope, taken_at)
        return ResetShape(reset=True, scope=body.scope, world=world_id)
    wipe(lobby.tx)
    create_world(lobby.tx, MAIN_WORLD)
    if not body.demo:
        return ResetShape(reset=True, scope=body.scope)
    seed_demo(lobby.house, lobby.tx)
    return ResetShape(reset=True, scope=body.scope, organizationId=DEMO_ORGANIZATION_ID)


async def forget_faults(pipeline: Pipeline, done: ResetShape) -> ResetShape:
    """Faults are the server's: with the whole sandbox they go too."""
    if done.scope == "sandbox":
        pipeline.faults.clear()
    return done


def _scope_of(lobby: Lobby, call: Call) -> Scope:
    """The world that the call names, else its organization."""
    if "world" in call.query:
        return Scope(world_id_of(lobby, call))
    organization_id = organization_of(lobby, call)
    return Scope(world_of(lobby.tx, organization_id).id, organization_id)


def _keep_sessions_alive(lobby: Lobby, scope: Scope, taken_at: datetime) -> datetime:
    """Sessions that were open then are open now, where the clock did not go back. Where that stands."""
    now = get_world(lobby.tx, scope.world_id).clock.now()
    if now > taken_at:
        since = taken_at - IDLE_LIMIT
        if scope.organization_id is None:
            store.touch_sessions_of_world(lobby.tx, scope.world_id, since, now)
        else:
            store.touch_sessions_of_organization(lobby.tx, scope.organization_id, since, now)
    return now


def declare(catalogue: Catalogue) -> None:
    """The rows of going back."""
    row(
        catalogue, "POST", "snapshot", "Keep an organization or a world as it is", take,
        request=SnapshotBody, response=SnapshotShape,
    )  # fmt: skip
    row(
        catalogue, "GET", "snapshots", "List snapshots, oldest first", list_snapshots,
        response=dict[str, list[SnapshotShape]],
    )  # fmt: skip
    row(
        catalogue, "POST", "restore", "Put an organization or a world back as it was", restore,
        request=SnapshotBody, response=RestoredShape,
    )  # fmt: skip
    row(
        catalogue, "POST", "reset", "Begin anew: an organization, a world or the whole sandbox", reset,
        request=ResetBody, response=ResetShape, after=forget_faults,
    )  # fmt: skip
