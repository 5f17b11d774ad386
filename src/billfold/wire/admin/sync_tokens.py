"""Sync tokens: what a program signs in with instead of a person's password, with limited rights."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from billfold.identity import sync_tokens
from billfold.identity.model import SyncToken
from billfold.kit.ctx import Ctx
from billfold.wire.admin.scope import organization_row
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.codecs import instant


class SyncTokenCreate(msgspec.Struct, kw_only=True):
    """Whose token, and what it is called."""

    name: Annotated[str, Meta(description="Goes where the user name would: `userName` or `username`.")]
    userId: Annotated[str, Meta(description="Who acts in the sessions that it opens.")]


class SyncTokenShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """A sync token."""

    id: str
    name: str
    userId: str
    createdTime: str
    revokedTime: str | None = None
    token: Annotated[str | None, Meta(description="Goes where the password would; shown once.")] = None


class SyncTokenList(msgspec.Struct):
    """Every sync token."""

    results: list[SyncTokenShape]


def _shape(token: SyncToken, value: str | None = None) -> SyncTokenShape:
    return SyncTokenShape(
        id=token.id,
        name=token.name,
        userId=token.user_id,
        createdTime=instant(token.created_at),
        revokedTime=instant(token.revoked_at) if token.revoked_at else None,
        token=value,
    )


def create(ctx: Ctx, _: Call, body: SyncTokenCreate) -> SyncTokenShape:
    """A new token; its secret is in this answer and nowhere else."""
    return _shape(*sync_tokens.create(ctx, name=body.name, user_id=body.userId))


def list_tokens(ctx: Ctx, _: Call, __: None) -> SyncTokenList:
    """Every token, without its secret."""
    return SyncTokenList([_shape(token) for token in sync_tokens.list_tokens(ctx)])


def revoke(ctx: Ctx, call: Call, _: None) -> SyncTokenShape:
    """The token and its sessions end now."""
    return _shape(sync_tokens.revoke(ctx, call.path_ids["syncTokenId"]))


def declare(catalogue: Catalogue) -> None:
    """The rows of sync tokens."""
    organization_row(
        catalogue, "POST", "sync-tokens", "sync-tokens.create", "Create a sync token", create,
        request=SyncTokenCreate, response=SyncTokenShape, success=201, spelling={"user_id": "userId"},
    )  # fmt: skip
    organization_row(
        catalogue, "GET", "sync-tokens", "sync-tokens.list", "List sync tokens", list_tokens, response=SyncTokenList
    )
    organization_row(
        catalogue, "POST", "sync-tokens/{syncTokenId}/revoke", "sync-tokens.revoke", "Revoke a sync token", revoke,
        response=SyncTokenShape,
    )  # fmt: skip
