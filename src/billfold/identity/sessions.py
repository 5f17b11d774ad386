"""Developer keys and open sessions. A session of one face is valid on every other."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import msgspec

from billfold.identity import store
from billfold.identity.model import DeveloperKey, Session, User
from billfold.kit.ctx import Actor, Ctx, House
from billfold.kit.db import Transaction
from billfold.kit.errors import Refusal
from billfold.kit.ids import token_hash

#: A session dies after this long without a call; MFA trust after this long in any case (settled.md §4).
IDLE_LIMIT: Final = timedelta(minutes=35)
TRUST_LIMIT: Final = timedelta(days=30)
#: A session of a sync token dies this long after it was opened, used or not.
SYNC_SESSION_LIMIT: Final = timedelta(hours=48)
#: Of who calls without a developer key.
DEFAULT_VINTAGE: Final = "2021"
#: Last use is written at most this often, so that reading does not write.
TOUCH_EVERY: Final = timedelta(minutes=1)


class DeveloperKeyMissing(Refusal):
    """No developer key came with the request."""

    sentence = "Developer key must be specified."


class DeveloperKeyInvalid(Refusal):
    """The developer key is not known."""

    sentence = "Developer key is invalid."


class DeveloperKeyInactive(Refusal):
    """The developer key was switched off."""

    sentence = "Developer key is inactive."


class TermsNotAccepted(Refusal):
    """The developer key's owner has not accepted the developer terms."""

    sentence = "Developer terms are not accepted."


class SessionMissing(Refusal):
    """No session came with the request; v2 has a code of its own for that."""

    sentence = "Session is invalid.  Please log in."


class SessionInvalid(Refusal):
    """An unknown session, or one idle for too long."""

    sentence = "Session is invalid.  Please log in."


class Identity(msgspec.Struct, frozen=True):
    """Who sends a request, as found by `authenticate`."""

    actor: Actor
    organization_id: str
    now: datetime
    last_used_at: datetime
    vintage: str
    #: Whether the session passed multi-factor authentication, so long ago that it counts no more.
    trust_expired: bool

    @property
    def needs_touch(self) -> bool:
        """Whether the session's last use should be written down."""
        return self.now - self.last_used_at >= TOUCH_EVERY


def require_developer_key(tx: Transaction, key: str) -> DeveloperKey:
    """The developer key. Raises unless it is known and active and its terms are accepted."""
    if not key:
        raise DeveloperKeyMissing
    found = store.DEVELOPER_KEYS.get(tx, token_hash(key))
    if found is None:
        raise DeveloperKeyInvalid
    if not found.is_active:
        raise DeveloperKeyInactive
    if not found.terms_accepted:
        raise TermsNotAccepted
    return found


def open_session(
    house: House,
    tx: Transaction,
    user: User,
    world_id: str,
    now: datetime,
    face: str,
    trusted_until: datetime | None,
    sync_token_id: str | None = None,
) -> str:
    """A new session of this user; its token."""
    token = house.randomness.token()
    store.SESSIONS.insert(
        tx,
        Session(
            token_hash=token_hash(token),
            organization_id=user.organization_id,
            user_id=user.id,
            role=user.role,
            world_id=world_id,
            face=face,
            created_at=now,
            last_used_at=now,
            trusted_until=trusted_until,
            sync_token_id=sync_token_id,
        ),
    )
    return token


def authenticate(
    tx: Transaction, developer_key: str, token: str, face: str, source: str = "", *, needs_key: bool = True
) -> Identity:
    """Who this is, in one statement; without `needs_key` a developer key may be left out, but not be wrong.

    Raises the developer-key refusals, `SessionMissing`, `SessionInvalid`.
    """
    needs_key = needs_key or bool(developer_key)
    found = store.session_with_clock(tx, token_hash(token), token_hash(developer_key)) if token else None
    if found is None:
        if needs_key:
            require_developer_key(tx, developer_key)
        raise SessionInvalid if token else SessionMissing
    session, clock, key_in_use, vintage, bypass = found
    if needs_key and (not key_in_use or vintage is None):
        require_developer_key(tx, developer_key)
        raise DeveloperKeyInvalid
    now = clock.now()
    if not is_alive(session, now):
        raise SessionInvalid
    limited = session.sync_token_id is not None
    bypasses = bool(bypass) and not limited
    own_trust = session.trusted_until is not None and now <= session.trusted_until
    actor = Actor(
        user_id=session.user_id,
        role=session.role,
        trusted=own_trust or bypasses,
        face=face,
        session=session.token_hash,
        source=source,
        mfa_bypass=bypasses,
        limited=limited,
    )
    expired = session.trusted_until is not None and not own_trust
    vintage = vintage or DEFAULT_VINTAGE
    return Identity(actor, session.organization_id, now, session.last_used_at, vintage, expired)


def is_alive(session: Session, now: datetime) -> bool:
    """Whether the session can be used: 35 minutes after its last call, 48 hours after a sync token opened it."""
    if session.sync_token_id is not None:
        return now - session.created_at <= SYNC_SESSION_LIMIT
    return now - session.last_used_at <= IDLE_LIMIT


def sign_out(ctx: Ctx) -> None:
    """Close the session that the request came with."""
    store.close_session(ctx.tx, ctx.actor.session)
