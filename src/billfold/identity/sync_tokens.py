"""Sync tokens: what a program signs in with instead of a person's name and password, with limited rights.

An administrator makes a token for a user. Its name and its value go where username and password would; the session
lasts 48 hours and may keep the books in step, but neither pay, nor say where a vendor is paid, nor pass multi-factor
authentication (`permissions.SYNC_TOKEN_PERMISSIONS`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from billfold.identity import store
from billfold.identity.events import SyncTokenCreated, SyncTokenRevoked
from billfold.identity.login_names import login_key
from billfold.identity.model import SyncToken, SyncTokenSnapshot, User
from billfold.kit.ctx import Ctx, RecordStatus
from billfold.kit.db import Conflict, Transaction
from billfold.kit.errors import Checks, InvalidField, NotFound, existing
from billfold.kit.ids import token_hash
from billfold.kit.records import replace

_ID_PREFIX: Final = "syt"
MAX_NAME: Final = 100


def create(ctx: Ctx, *, name: str, user_id: str) -> tuple[SyncToken, str]:
    """A new token for an active user, and its value, which is shown this once and kept as a hash.

    Raises `NotFound` (user), `InvalidField` (name).
    """
    user = store.USERS.get(ctx.tx, ctx.organization_id, user_id, lock=ctx.tx.for_update)
    if user is None or user.record_status is not RecordStatus.ACTIVE:
        raise NotFound("user", user_id)
    checks = Checks()
    checks.require_name("name", name, MAX_NAME)
    checks.raise_any()
    value = ctx.house.randomness.token()
    token_id, ordinal = ctx.ids.new(_ID_PREFIX)
    token = SyncToken(
        organization_id=ctx.organization_id,
        id=token_id,
        ordinal=ordinal,
        user_id=user.id,
        name=name,
        token_hash=token_hash(value),
        created_by=ctx.actor.user_id,
        created_at=ctx.now,
        revoked_at=None,
    )
    try:
        store.SYNC_TOKENS.insert(ctx.tx, token)
    except Conflict as error:
        raise InvalidField("name", "is the name of another sync token") from error
    ctx.emit(SyncTokenCreated(_snapshot(token)))
    return token, value


def list_tokens(ctx: Ctx) -> Sequence[SyncToken]:
    """Every token of the organization, revoked ones too, in order of creation."""
    return store.sync_tokens(ctx.tx, ctx.organization_id)


def revoke(ctx: Ctx, token_id: str) -> SyncToken:
    """The token opens no more sessions, and those it opened end now. Twice is no error. Raises `NotFound`."""
    found = store.SYNC_TOKENS.get(ctx.tx, ctx.organization_id, token_id, lock=ctx.tx.for_update)
    token = existing(found, "sync token", token_id)
    if token.revoked_at is not None:
        return token
    revoked = replace(token, revoked_at=ctx.now)
    store.SYNC_TOKENS.update(ctx.tx, revoked, "revoked_at")
    store.close_sessions_of_sync_token(ctx.tx, ctx.organization_id, token_id)
    ctx.emit(SyncTokenRevoked(_snapshot(revoked)))
    return revoked


def user_of_token(tx: Transaction, organization_id: str, name: str, value: str) -> tuple[User, SyncToken] | None:
    """The user that a token's name, whatever its case, and value sign in, in the organization that was entered.

    Both are locked: whoever revokes the one or archives the other waits, and closes the session that is opened.
    """
    token = store.sync_token_by_value(tx, organization_id, token_hash(value))
    if token is None or login_key(token.name) != login_key(name):
        return None
    user = store.USERS.get(tx, organization_id, token.user_id, lock=tx.for_share)
    return None if user is None else (user, token)


def _snapshot(token: SyncToken) -> SyncTokenSnapshot:
    return SyncTokenSnapshot(token.id, token.user_id, token.name)
