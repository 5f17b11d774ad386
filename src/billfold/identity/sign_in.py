"""Signing in: by a user's name and password, or by a sync token's name and value (contract: core §1.2, v2.md §1.5)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from billfold.identity import store
from billfold.identity.login_names import login_key
from billfold.identity.model import DeveloperKey, Organization, OrganizationStatus, User
from billfold.identity.passwords import password_fits
from billfold.identity.sessions import SYNC_SESSION_LIMIT, is_alive, open_session, require_developer_key
from billfold.identity.sync_tokens import user_of_token
from billfold.identity.throttle import Door, door, is_closed, network_of
from billfold.kit.ctx import House, RecordStatus
from billfold.kit.db import Database, Transaction
from billfold.kit.errors import Refusal
from billfold.kit.ids import token_hash
from billfold.kit.traces import TracedAtTheDoor
from billfold.kit.worlds import MAIN_WORLD, get_world

#: `list_organizations` reads so many at once.
MOST_ORGANIZATIONS: Final = 1000


class CredentialsWrong(TracedAtTheDoor):
    """Username and password do not match, or the user is not of that organization; the failure is counted."""

    sentence = "The user name and/or password do not match."


class LoginLocked(Refusal):
    """Too many wrong passwords for this user from this source: for a while none is looked at."""

    sentence = "Login locked after too many wrong passwords from here. Try again at {open_at}."


class SyncTokenRefused(Refusal):
    """The sync token was revoked."""

    sentence = "Login error: the sync token {name} was revoked."


class OrganizationIdInvalid(Refusal):
    """The organization of a sign-in is not known."""

    sentence = "Invalid organization id."


class OrganizationLocked(Refusal):
    """The organization is locked out."""

    sentence = "The organization is locked out."


class ApiAccessDisabled(Refusal):
    """The organization is not open to API clients."""

    sentence = "API access is not enabled for the organization."


class PartnersDiffer(Refusal):
    """The developer key is of a partner that the organization does not belong to."""

    sentence = "The partner of the developer key and that of the organization differ."


class UserInactive(Refusal):
    """The user was archived."""

    sentence = "There is no active user for {username}, {organization_id}."


class Credentials(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody who signs in sends. `password_fits` was found before the transaction.

    `source` is the network address; `remember_id` with `device`, or the token of a session that is still open
    (`open_session`), tell a user who was here before from a stranger who guesses.
    """

    username: str
    password: str
    password_fits: bool
    developer_key: str
    source: str
    remember_id: str = ""
    device: str = ""
    open_session: str = ""

    def __repr__(self) -> str:
        return f"Credentials({self.username})"


class SignedIn(msgspec.Struct, frozen=True):
    """A session just opened; the token exists only here and with the caller."""

    token: str
    organization_id: str
    user_id: str
    trusted: bool


class Reachable(msgspec.Struct, frozen=True):
    """An organization that a login leads to."""

    organization_id: str
    name: str


def check_password(database: Database, username: str, password: str) -> bool:
    """Whether the password fits the login. Slow by design: it runs in a thread, before the transaction."""
    with database.transaction(write=False) as tx:
        hashed = store.password_hash(tx, store.login_of(tx, username))
    return password_fits(hashed, password)


def sign_in(house: House, tx: Transaction, organization_id: str, given: Credentials, face: str) -> SignedIn:
    """Open a session. A remembered device makes it trusted at once; one of a sync token never is.

    Raises the developer-key refusals, `LoginLocked`, `CredentialsWrong`, `OrganizationIdInvalid`,
    `OrganizationLocked`, `ApiAccessDisabled`, `PartnersDiffer`, `UserInactive`, `SyncTokenRefused`.
    """
    key = require_developer_key(tx, given.developer_key)
    world = get_world(tx, store.world_id_of(tx, organization_id) or MAIN_WORLD)
    now = world.clock.now()
    tx.enter_organization(organization_id)
    # Shared, so that whoever closes the organization or archives the user meanwhile waits and closes this session too.
    organization = store.ORGANIZATIONS.get(tx, organization_id, lock=tx.for_share)
    login = store.login_of(tx, given.username)
    user = store.user_by_login(tx, organization_id, login, lock=tx.for_share)
    trusted_until = _remembered_until(tx, user, given, now)
    at = _door_of(house, tx, world.id, given, user, now, known_device=trusted_until is not None)
    has_failed = _require_open(tx, at, now)
    token = None
    if not given.password_fits:
        found = user_of_token(tx, organization_id, given.username, given.password)
        user, token = found or (None, None)
    elif organization is None:
        raise OrganizationIdInvalid
    if organization is None or user is None:
        raise CredentialsWrong(lambda trace: at.count(trace, now))
    if token is not None and token.revoked_at is not None:
        raise SyncTokenRefused(name=token.name)
    _require_access(key, organization, user, given)
    if has_failed:
        at.forget(tx)
    store.forget_what_ended(tx, organization_id, user.id, now, now - SYNC_SESSION_LIMIT)
    if token is not None:
        trusted_until = None
    session = open_session(house, tx, user, world.id, now, face, trusted_until, token.id if token else None)
    return SignedIn(session, user.organization_id, user.id, trusted_until is not None)


def list_organizations(house: House, tx: Transaction, given: Credentials) -> list[Reachable]:
    """The organizations where the login has an active user, in order of id.

    Raises the developer-key refusals, `LoginLocked`, `CredentialsWrong`.
    """
    require_developer_key(tx, given.developer_key)
    now = get_world(tx, MAIN_WORLD).clock.now()
    at = _door_of_password(house, MAIN_WORLD, given, network_of(given.source))
    _require_open(tx, at, now)
    if not given.password_fits:
        raise CredentialsWrong(lambda trace: at.count(trace, now))
    return reachable_organizations(tx, store.login_of(tx, given.username), limit=MOST_ORGANIZATIONS)


def reachable_organizations(tx: Transaction, login: str, *, after: str = "", limit: int) -> list[Reachable]:
    """Organizations where the login has an active user, in order of id, after one of them.

    It enters each of them: the caller's own organization has to be entered again.
    """
    found: list[Reachable] = []
    while len(found) < limit:
        ids = store.organizations_of(tx, login, after=after, limit=limit)
        for organization_id in ids:
            tx.enter_organization(organization_id)
            user = store.user_by_login(tx, organization_id, login)
            organization = store.ORGANIZATIONS.get(tx, organization_id)
            if organization is not None and user is not None and user.record_status is RecordStatus.ACTIVE:
                found.append(Reachable(organization_id, organization.name))
        if len(ids) < limit:
            break
        after = ids[-1]
    return found[:limit]


def _require_access(key: DeveloperKey, organization: Organization, user: User, given: Credentials) -> None:
    if organization.status is OrganizationStatus.LOCKED:
        raise OrganizationLocked
    if organization.status is OrganizationStatus.WITHOUT_API:
        raise ApiAccessDisabled
    if key.partner is not None and key.partner != organization.partner:
        raise PartnersDiffer
    if user.record_status is not RecordStatus.ACTIVE:
        raise UserInactive(username=given.username, organization_id=organization.organization_id)


def _require_open(tx: Transaction, at: Door, now: datetime) -> bool:
    """Whether there were failures before. Raises `LoginLocked`."""
    failures = at.failures(tx)
    if failures is not None and is_closed(failures, now):
        raise LoginLocked(open_at=failures.open_at.isoformat())
    return failures is not None


def _door_of(
    house: House, tx: Transaction, world_id: str, given: Credentials, user: User | None, now: datetime,
    *, known_device: bool,
) -> Door:  # fmt: skip
    """Where this guess counts: on the device or open session of the user, else on the network that it came from."""
    source = network_of(given.source)
    if known_device:
        source = f"device {token_hash(given.remember_id)}"
    elif user is not None and given.open_session:
        session = store.SESSIONS.get(tx, token_hash(given.open_session))
        own = session is not None and (session.organization_id, session.user_id) == (user.organization_id, user.id)
        if session is not None and own and is_alive(session, now):
            source = f"session {session.token_hash}"
    return _door_of_password(house, world_id, given, source)


def _door_of_password(house: House, world_id: str, given: Credentials, source: str) -> Door:
    """One door for a name, however it is written: else every spelling would be free guesses."""
    return door(house, world_id, "password", login_key(given.username), source)


def _remembered_until(tx: Transaction, user: User | None, given: Credentials, now: datetime) -> datetime | None:
    if not given.remember_id or user is None:
        return None
    person = (user.organization_id, user.id)
    until = store.remembered_until(tx, person, token_hash(given.remember_id), given.device)
    return until if until is not None and now <= until else None
