"""Signing in, staying signed in, signing out. A session of one face is valid on every other."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import msgspec

from billfold.identity import store
from billfold.identity.model import Session, User
from billfold.identity.passwords import password_fits
from billfold.kit.ctx import Actor, Ctx, House, RecordStatus
from billfold.kit.db import Database, Transaction
from billfold.kit.errors import Refusal
from billfold.kit.ids import token_hash
from billfold.kit.worlds import world_of

#: A session dies after this long without a call; MFA trust after this long in any case (settled.md §4).
IDLE_LIMIT: Final = timedelta(minutes=35)
TRUST_LIMIT: Final = timedelta(days=30)
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


class SessionMissing(Refusal):
    """No session came with the request; v2 has a code of its own for that."""

    sentence = "Session is invalid.  Please log in."


class SessionInvalid(Refusal):
    """An unknown session, or one idle for too long."""

    sentence = "Session is invalid.  Please log in."


class CredentialsWrong(Refusal):
    """Username and password do not match, or the user is not of that organization."""

    sentence = "The user name and/or password do not match."


class OrganizationIdInvalid(Refusal):
    """The organization of a sign-in is not known."""

    sentence = "Invalid organization id."


class OrganizationLocked(Refusal):
    """The organization is locked out."""

    sentence = "The organization is locked out."


class UserInactive(Refusal):
    """The user was archived."""

    sentence = "There is no active user for {username}, {organization_id}."


class SignIn(msgspec.Struct, frozen=True):
    """What somebody who signs in sends. `password_fits` was found before the transaction."""

    username: str
    organization_id: str
    developer_key: str
    password_fits: bool
    face: str
    remember_id: str = ""
    device: str = ""


class SignedIn(msgspec.Struct, frozen=True):
    """A session just opened; the token exists only here and with the caller."""

    token: str
    organization_id: str
    user_id: str
    trusted: bool


class Identity(msgspec.Struct, frozen=True):
    """Who sends a request, as found by `authenticate`."""

    actor: Actor
    organization_id: str
    now: datetime
    last_used_at: datetime
    vintage: str

    @property
    def needs_touch(self) -> bool:
        """Whether the session's last use should be written down."""
        return self.now - self.last_used_at >= TOUCH_EVERY


def require_developer_key(tx: Transaction, key: str) -> None:
    """Raise unless the developer key is known and active."""
    if not key:
        raise DeveloperKeyMissing
    found = store.DEVELOPER_KEYS.get(tx, token_hash(key))
    if found is None:
        raise DeveloperKeyInvalid
    if not found.is_active:
        raise DeveloperKeyInactive


def check_password(database: Database, username: str, password: str) -> bool:
    """Whether the password fits the login. Slow by design: it runs in a thread, before the transaction."""
    with database.transaction(write=False) as tx:
        hashed = store.password_hash(tx, username)
    return password_fits(hashed, password)


def sign_in(house: House, tx: Transaction, request: SignIn) -> SignedIn:
    """Open a session. A remembered device makes it trusted at once.

    Raises the developer-key refusals, `CredentialsWrong`, `OrganizationIdInvalid`, `OrganizationLocked`,
    `UserInactive`.
    """
    require_developer_key(tx, request.developer_key)
    if not request.password_fits:
        raise CredentialsWrong
    if not store.organization_exists(tx, request.organization_id):
        raise OrganizationIdInvalid
    world = world_of(tx, request.organization_id)
    tx.enter_organization(request.organization_id)
    organization = store.ORGANIZATIONS.get(tx, request.organization_id)
    user = store.user_by_username(tx, request.organization_id, request.username)
    if organization is None or user is None:
        raise CredentialsWrong
    if organization.status == "locked":
        raise OrganizationLocked
    if user.record_status is not RecordStatus.ACTIVE:
        raise UserInactive(username=request.username, organization_id=request.organization_id)
    now = world.clock.now()
    trusted_until = _remembered_until(tx, user, request.remember_id, request.device, now)
    token = open_session(house, tx, user, world.id, now, request.face, trusted_until)
    return SignedIn(token, user.organization_id, user.id, trusted_until is not None)


def open_session(
    house: House,
    tx: Transaction,
    user: User,
    world_id: str,
    now: datetime,
    face: str,
    trusted_until: datetime | None,
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
        ),
    )
    return token


def authenticate(tx: Transaction, developer_key: str, token: str, face: str) -> Identity:
    """Who this is, in one statement. Raises the developer-key refusals, `SessionMissing`, `SessionInvalid`."""
    found = store.session_with_clock(tx, token_hash(token), token_hash(developer_key)) if token else None
    if found is None:
        require_developer_key(tx, developer_key)
        raise SessionInvalid if token else SessionMissing
    session, clock, key_active, vintage = found
    if not key_active or vintage is None:
        require_developer_key(tx, developer_key)
        raise DeveloperKeyInvalid
    now = clock.now()
    if now - session.last_used_at > IDLE_LIMIT:
        raise SessionInvalid
    trusted = session.trusted_until is not None and now <= session.trusted_until
    actor = Actor(session.user_id, session.role, trusted, face, session.token_hash)
    return Identity(actor, session.organization_id, now, session.last_used_at, vintage)


def sign_out(ctx: Ctx) -> None:
    """Close the session that the request came with."""
    store.close_session(ctx.tx, ctx.actor.session)


def _remembered_until(tx: Transaction, user: User, remember_id: str, device: str, now: datetime) -> datetime | None:
    if not remember_id:
        return None
    until = store.remembered_until(tx, (user.organization_id, user.id), token_hash(remember_id), device)
    return until if until is not None and now <= until else None
