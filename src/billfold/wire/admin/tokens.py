"""Administration tokens."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from billfold.identity import operators
from billfold.identity.model import AdminToken
from billfold.kit.worlds import MAIN_WORLD, get_world
from billfold.wire.admin.scope import for_installation, row
from billfold.wire.catalog import Call, Catalogue, Lobby
from billfold.wire.codecs import instant


class TokenCreate(msgspec.Struct, kw_only=True):
    """Whose token it is to be."""

    name: Annotated[str, Meta(description="What you will know it by.")]
    organizationId: Annotated[
        str | None, Meta(description="Of this organization alone; left out: of the whole installation.")
    ] = None


class TokenShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """An administration token."""

    id: str
    name: str
    organizationId: str | None = None
    createdTime: str
    revokedTime: str | None = None
    token: Annotated[str | None, Meta(description="The secret: shown once, when it is created.")] = None


class TokenList(msgspec.Struct):
    """Every administration token."""

    results: list[TokenShape]


def _shape(token: AdminToken, secret: str | None = None) -> TokenShape:
    return TokenShape(
        id=token.id,
        name=token.name,
        organizationId=token.organization_id,
        createdTime=instant(token.created_at),
        revokedTime=instant(token.revoked_at) if token.revoked_at else None,
        token=secret,
    )


def create(lobby: Lobby, _: Call, body: TokenCreate) -> TokenShape:
    """A new token; its secret is in this answer and nowhere else."""
    now = get_world(lobby.tx, MAIN_WORLD).clock.now()
    token, secret = operators.create_token(
        lobby.house, lobby.tx, name=body.name, organization_id=body.organizationId, now=now
    )
    return _shape(token, secret)


def list_tokens(lobby: Lobby, _: Call, __: None) -> TokenList:
    """Every token, without secrets."""
    return TokenList([_shape(token) for token in operators.list_tokens(lobby.tx)])


def revoke(lobby: Lobby, call: Call, _: None) -> TokenShape:
    """Switch a token off."""
    now = get_world(lobby.tx, MAIN_WORLD).clock.now()
    return _shape(operators.revoke_token(lobby.tx, call.path_ids["tokenId"], now))


def declare(catalogue: Catalogue) -> None:
    """The rows of administration tokens."""
    row(
        catalogue, "POST", "tokens", "tokens.create", "Create an administration token", for_installation(create),
        request=TokenCreate, response=TokenShape, success=201,
    )  # fmt: skip
    row(
        catalogue, "GET", "tokens", "tokens.list", "List administration tokens", for_installation(list_tokens),
        response=TokenList,
    )  # fmt: skip
    row(
        catalogue, "POST", "tokens/{tokenId}/revoke", "tokens.revoke", "Revoke an administration token",
        for_installation(revoke), response=TokenShape,
    )  # fmt: skip
