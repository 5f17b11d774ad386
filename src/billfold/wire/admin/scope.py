"""Who administers and what: the token in `Authorization: Bearer …`, and the organization in the path."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from billfold.identity import operators, store
from billfold.identity.operators import LOCAL_OPERATOR, Operator, TokenOfOneOrganization
from billfold.kit.ctx import Actor, Ctx
from billfold.kit.errors import NotFound
from billfold.kit.query import Query
from billfold.kit.worlds import world_of
from billfold.wire.catalog import BASES, Call, Catalogue, Lobby, Operation
from billfold.wire.own.plain import PlainErrorShape

_BEARER: Final = "Bearer "
#: Lists of this face show so many, in order of creation.
EVERYTHING: Final = Query(limit=1000)


def operator_of(lobby: Lobby, call: Call) -> Operator:
    """Who calls. Raises `AdminTokenInvalid`."""
    if call.is_operator:
        return LOCAL_OPERATOR
    header = call.headers.get("authorization", "")
    return operators.authenticate(lobby.tx, header.removeprefix(_BEARER) if header.startswith(_BEARER) else "")


def for_installation(run: Callable[[Lobby, Call, Any], Any]) -> Callable[[Lobby, Call, Any], Any]:
    """An operation on the installation: a token of one organization does not do."""

    @wraps(run)
    def in_lobby(lobby: Lobby, call: Call, request: Any) -> Any:
        operator = operator_of(lobby, call)
        if operator.organization_id is not None:
            raise TokenOfOneOrganization(organization_id=operator.organization_id)
        return run(lobby, call, request)

    return in_lobby


def for_organization(run: Callable[[Ctx, Call, Any], Any], *, alone: bool = False) -> Callable[[Lobby, Call, Any], Any]:
    """An operation on the path's organization; another one's token answers as if there were none.

    `alone`: what else would be due work locks in its order, so nobody else writes meanwhile (docs/decisions/0004).
    """

    @wraps(run)
    def in_lobby(lobby: Lobby, call: Call, request: Any) -> Any:
        operator, organization_id = operator_of(lobby, call), call.path_ids["organizationId"]
        allowed = operator.organization_id in {None, organization_id}
        if not allowed or not store.organization_exists(lobby.tx, organization_id):
            raise NotFound("organization", organization_id)
        now = world_of(lobby.tx, organization_id).clock.now()
        lobby.tx.enter_organization(organization_id, alone=alone)
        actor = Actor(operator.id, None, trusted=True, face="admin")
        ctx = Ctx(lobby.house, lobby.tx, organization_id, actor, now)
        result = run(ctx, call, request)
        ctx.flush()
        return result

    return in_lobby


def row(
    catalogue: Catalogue, method: str, path: str, name: str, summary: str, run: Callable[..., Any], **options: Any
) -> None:
    """A row of this face. `name` is also the command of `billfold admin`: `users.create` is `users create`."""
    catalogue.add(
        Operation(
            face="admin",
            name=f"admin.{name}",
            method=method,
            path=f"{BASES['admin']}/{path}",
            summary=summary,
            run=run,
            needs=None,
            refusal=PlainErrorShape,
            **({"write": method != "GET"} | options),
        )
    )


def organization_row(
    catalogue: Catalogue, method: str, path: str, name: str, summary: str, run: Callable[..., Any], *,
    alone: bool = False, **options: Any,
) -> None:  # fmt: skip
    """A row below `organizations/{organizationId}/`."""
    whole = f"organizations/{{organizationId}}/{path}"
    row(catalogue, method, whole, name, summary, for_organization(run, alone=alone), **options)
