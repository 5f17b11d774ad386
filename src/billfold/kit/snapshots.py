"""Snapshots: the rows of an organization, or of a world and all in it, kept in the database to go back to.

A snapshot holds exactly what the tables held, sealed columns sealed; the same rows come back in the same transaction in
which the later ones go. Blobs are content-addressed and stay. Logins and developer keys belong to no organization.
"""

from __future__ import annotations

import hashlib
import zlib
from datetime import datetime
from typing import Any, Final

import msgspec

from billfold.kit.db import Transaction, migrations
from billfold.kit.errors import Refusal, existing
from billfold.kit.records import Table, replace
from billfold.kit.wipe import filled_tables, wipe_organization
from billfold.kit.worlds import WORLDS, AdvanceRunning, World, get_world

#: The snapshot that founding an organization leaves, which a reset goes back to.
FOUNDED: Final = "founded"
MAX_SNAPSHOTS: Final = 20
#: Fewer than either database takes in a statement; more would make none of them faster.
_MAX_PARAMETERS: Final = 5_000
#: Text shrinks to a fifth at the first level; the others cost more time than they save room.
_LEVEL: Final = 1


class TooManySnapshots(Refusal):
    """An organization or a world has so many snapshots and no more; one under a name that exists takes its place."""

    sentence = "There are {count} snapshots already; use the name of one of them."


class SnapshotOutdated(Refusal):
    """The tables have changed since the snapshot was taken."""

    sentence = "The snapshot {name} was taken by another version of Billfold."


class Scope(msgspec.Struct, frozen=True):
    """What a snapshot is of: one organization of a world, or the world with its clock and all in it."""

    world_id: str
    organization_id: str | None = None

    @property
    def id(self) -> str:
        """The first part of a snapshot's key."""
        return f"organization/{self.organization_id}" if self.organization_id else f"world/{self.world_id}"


class Snapshot(msgspec.Struct, frozen=True):
    """A row of `snapshots`. `taken_at` is on the world's clock."""

    scope: str
    name: str
    world_id: str
    taken_at: datetime
    schema_version: str
    row_count: int
    contents: bytes


class Kept(msgspec.Struct, frozen=True):
    """A snapshot as a list shows it: its size, packed, instead of its contents."""

    name: str
    taken_at: datetime
    row_count: int
    size_bytes: int


class Contents(msgspec.Struct, frozen=True):
    """What `contents` packs: the world, and the rows of each organization by table."""

    world: World
    organizations: dict[str, dict[str, list[list[Any]]]]


SNAPSHOTS = Table("snapshots", Snapshot, key=("scope", "name"))
_decoder = msgspec.msgpack.Decoder(Contents)


def take(tx: Transaction, scope: Scope, name: str) -> Snapshot:
    """Keep the rows as they are, in place of what was kept under the name.

    Raises `AdvanceRunning`, `TooManySnapshots`.
    """
    _require_room(tx, scope, name)
    organization_ids = _organizations(tx, scope)
    for organization_id in organization_ids:
        tx.enter_organization(organization_id, alone=True)
    _require_standing(get_world(tx, scope.world_id))
    return keep(tx, scope, name, organization_ids)


def keep(tx: Transaction, scope: Scope, name: str, organization_ids: list[str]) -> Snapshot:
    """Keep the rows of these organizations, whatever the clock is doing."""
    world = get_world(tx, scope.world_id)
    rows = {}
    for organization_id in organization_ids:
        tx.enter_organization(organization_id, alone=True)
        rows[organization_id] = _read(tx, organization_id)
    # An advance under way is not part of it: the clock comes back where that began.
    contents = Contents(replace(world, step_at=None, advance_to=None), rows)
    snapshot = Snapshot(
        scope=scope.id,
        name=name,
        world_id=scope.world_id,
        taken_at=world.clock.now(),
        schema_version=_schema_version(),
        row_count=sum(len(found) for tables in rows.values() for found in tables.values()),
        contents=zlib.compress(msgspec.msgpack.encode(contents), _LEVEL),
    )
    tx.run("DELETE FROM snapshots WHERE scope = ? AND name = ?", (scope.id, name))
    SNAPSHOTS.insert(tx, snapshot)
    return snapshot


def list_snapshots(tx: Transaction, scope: Scope) -> list[Kept]:
    """What is kept of an organization or a world, the oldest first."""
    rows = tx.all(
        "SELECT name, taken_at, row_count, LENGTH(contents) FROM snapshots WHERE scope = ? ORDER BY taken_at, name",
        (scope.id,),
    )
    return [Kept(name, datetime.fromisoformat(taken_at), count, size) for name, taken_at, count, size in rows]


def restore(tx: Transaction, scope: Scope, name: str) -> Snapshot:
    """Put exactly those rows back; what came later is gone.

    The clock goes back with a whole world, and with an organization that is alone in its world. Organizations founded
    in the world since are gone. Raises `NotFound`, `AdvanceRunning`, `SnapshotOutdated`.
    """
    _require_standing(get_world(tx, scope.world_id, lock=True))
    snapshot = existing(SNAPSHOTS.get(tx, scope.id, name), "snapshot", name)
    contents = _open(snapshot)
    neighbours = _organizations(tx, Scope(scope.world_id))
    replaced = {*_organizations(tx, scope), *contents.organizations}
    for organization_id in sorted(replaced):
        tx.enter_organization(organization_id, alone=True)
        wipe_organization(tx, organization_id)
        if organization_id in contents.organizations:
            _write(tx, contents.organizations[organization_id])
        else:
            tx.run("DELETE FROM snapshots WHERE scope = ?", (Scope(scope.world_id, organization_id).id,))
    if replaced.issuperset(neighbours):
        WORLDS.update(tx, contents.world)
    return snapshot


def reset_world(tx: Transaction, world_id: str) -> list[tuple[Scope, datetime]]:
    """Every organization of the world as it was founded, and the clock as it was for the first; who, and from when.

    Raises `NotFound` when one of them was not founded by the sandbox, `AdvanceRunning`, `SnapshotOutdated`.
    """
    scopes = [Scope(world_id, organization_id) for organization_id in _organizations(tx, Scope(world_id))]
    founded = [(scope, restore(tx, scope, FOUNDED)) for scope in scopes]
    if founded:
        _, first = min(founded, key=lambda one: one[1].taken_at)
        WORLDS.update(tx, _open(first).world)
    return [(scope, snapshot.taken_at) for scope, snapshot in founded]


def _organizations(tx: Transaction, scope: Scope) -> list[str]:
    if scope.organization_id is not None:
        return [scope.organization_id]
    rows = tx.all("SELECT organization_id FROM lanes WHERE world_id = ? ORDER BY organization_id", (scope.world_id,))
    return [organization_id for (organization_id,) in rows]


def _require_standing(world: World) -> None:
    if world.advance_to is not None:
        raise AdvanceRunning(target=world.advance_to.isoformat())


def _require_room(tx: Transaction, scope: Scope, name: str) -> None:
    names = {found for (found,) in tx.all("SELECT name FROM snapshots WHERE scope = ?", (scope.id,))}
    if len(names - {FOUNDED, name}) >= MAX_SNAPSHOTS:
        raise TooManySnapshots(count=MAX_SNAPSHOTS)


def _read(tx: Transaction, organization_id: str) -> dict[str, list[list[Any]]]:
    return {
        table: [list(row) for row in tx.all(f"SELECT * FROM {table} WHERE organization_id = ?", (organization_id,))]
        for table in filled_tables(tx, organization_id)
    }


def _write(tx: Transaction, tables: dict[str, list[list[Any]]]) -> None:
    """In the order in which the tables were read: parents before children."""
    for table, rows in tables.items():
        marks = f"({', '.join('?' * len(rows[0]))})"
        at_once = _MAX_PARAMETERS // len(rows[0])
        for start in range(0, len(rows), at_once):
            chunk = rows[start : start + at_once]
            values = [value for row in chunk for value in row]
            tx.run(f"INSERT INTO {table} VALUES {', '.join([marks] * len(chunk))}", values)


def _open(snapshot: Snapshot) -> Contents:
    if snapshot.schema_version != _schema_version():
        raise SnapshotOutdated(name=snapshot.name)
    return _decoder.decode(zlib.decompress(snapshot.contents))


def _schema_version() -> str:
    """The same as long as the same migrations made the tables."""
    names = "\n".join(name for _, name, _ in migrations())
    return hashlib.sha256(names.encode()).hexdigest()[:16]
