"""Which organization and world a call of the sandbox's face is about.

The session in the header `sessionId` says so, else the query parameter `organizationId`, else it is the demo
organization; a world can be named by the query parameter `world`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from billfold.identity import store
from billfold.identity.sessions import SessionInvalid
from billfold.kit.ctx import Actor, Ctx
from billfold.kit.errors import InvalidField, NotFound
from billfold.kit.ids import token_hash
from billfold.kit.worlds import MAIN_WORLD, WORLDS, world_of
from billfold.wire.catalog import BASES, Call, Catalogue, Lobby, Operation
from billfold.wire.own.plain import PlainErrorShape

DEMO_ORGANIZATION_ID: Final = "00801BILLFOLDXXdemo1"
#: NACHA files have two-digit years, which mean these.
_EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2090, 1, 1, tzinfo=UTC)
_SIMULATOR: Final = Actor("simulator", None, trusted=False, face="sim")


def organization_of(lobby: Lobby, call: Call) -> str:
    """The organization that the call is about. Raises `SessionInvalid`, `NotFound`."""
    if token := call.headers.get("sessionid"):
        session = store.SESSIONS.get(lobby.tx, token_hash(token))
        if session is None:
            raise SessionInvalid
        return session.organization_id
    organization_id = call.query.get("organizationId", DEMO_ORGANIZATION_ID)
    if not store.organization_exists(lobby.tx, organization_id):
        raise NotFound("organization", organization_id)
    return organization_id


def world_id_of(lobby: Lobby, call: Call) -> str:
    """The world that the call is about. Raises as `organization_of`."""
    if "world" in call.query:
        world_id = call.query["world"]
        if WORLDS.get(lobby.tx, world_id) is None:
            raise NotFound("world", world_id)
        return world_id
    if "sessionid" not in call.headers and "organizationId" not in call.query:
        return MAIN_WORLD
    return world_of(lobby.tx, organization_of(lobby, call)).id


def in_organization(run: Callable[[Ctx, Call, Any], Any], *, alone: bool = False) -> Callable[[Lobby, Call, Any], Any]:
    """An operation on the organization that the call is about; its events are written at the end.

    `alone`: what else would be due work locks in its order, so nobody else writes meanwhile (docs/decisions/0004).
    """

    def in_lobby(lobby: Lobby, call: Call, request: Any) -> Any:
        organization_id = organization_of(lobby, call)
        now = world_of(lobby.tx, organization_id).clock.now()
        lobby.tx.enter_organization(organization_id, alone=alone)
        ctx = Ctx(lobby.house, lobby.tx, organization_id, _SIMULATOR, now)
        result = run(ctx, call, request)
        ctx.flush()
        return result

    return in_lobby


def row(
    catalogue: Catalogue, method: str, path: str, summary: str, run: Callable[..., Any], *, name: str = "",
    **options: Any,
) -> None:  # fmt: skip
    """A row of this face, named by its path unless told otherwise."""
    catalogue.add(
        Operation(
            face="sim",
            name="sim." + (name or path.replace("/", ".")),
            method=method,
            path=f"{BASES['sim']}/{path}",
            summary=summary,
            run=run,
            needs=None,
            refusal=PlainErrorShape,
            **({"write": method == "POST"} | options),
        )
    )


def sensible_moment(field: str, moment: datetime | None) -> datetime | None:
    """The moment in UTC, if a clock may be set to it. Raises `InvalidField`."""
    if moment is None:
        return None
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    if not _EARLIEST <= aware <= _LATEST:
        raise InvalidField(field, f"is not between {_EARLIEST.year} and {_LATEST.year}")
    return aware.astimezone(UTC)
