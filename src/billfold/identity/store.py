"""The SQL of identity."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from billfold.identity.login_names import login_key
from billfold.identity.model import (
    AdminToken,
    Controls,
    DeveloperKey,
    Failures,
    Installation,
    Invitation,
    Message,
    Organization,
    OrganizationRole,
    Session,
    SyncToken,
    User,
)
from billfold.identity.roles import Role
from billfold.kit.clock import WorldClock
from billfold.kit.columns import instant_text, to_column
from billfold.kit.db import Transaction
from billfold.kit.ids import FIRST_ORDINAL
from billfold.kit.records import Table, marks

#: The one row of `installation`.
_THIS = "this"

INSTALLATIONS = Table("installation", Installation, key=("id",))
ORGANIZATIONS = Table("organizations", Organization, key=("organization_id",))
ROLES = Table("roles", OrganizationRole)
USERS = Table("users", User)
INVITATIONS = Table("invitations", Invitation)
SESSIONS = Table("sessions", Session, key=("token_hash",))
DEVELOPER_KEYS = Table("developer_keys", DeveloperKey, key=("key_hash",))
MESSAGES = Table("messages", Message)
ADMIN_TOKENS = Table("admin_tokens", AdminToken, key=("token_hash",))
SYNC_TOKENS = Table("sync_tokens", SyncToken)
CONTROLS = Table("organization_controls", Controls, key=("organization_id",))
THROTTLES = Table("throttles", Failures, key=("world_id", "subject", "source"))

SEALED_TAX_ID = ("organizations", "tax_id_sealed")

_SESSION_WITH_CLOCK = (
    f"SELECT {SESSIONS.columns_of('s')}, w.mode, w.frozen_at, w.shift_ms, w.step_at, "
    "k.is_active AND k.terms_accepted, k.vintage, k.mfa_bypass "
    "FROM sessions s JOIN worlds w ON w.id = s.world_id LEFT JOIN developer_keys k ON k.key_hash = ? "
    "WHERE s.token_hash = ?"
)


def next_organization_number(tx: Transaction) -> int:
    """Count one more organization of this installation."""
    row = tx.one("UPDATE installation SET organizations = organizations + 1 RETURNING organizations")
    assert row is not None, "the installation has no row"
    return int(row[0])


def add_organization(tx: Transaction, organization: Organization, world_id: str) -> None:
    """The organization, its counters and its lane."""
    tx.run(
        "INSERT INTO lanes (organization_id, world_id) VALUES (?, ?)",
        (organization.organization_id, world_id),
    )
    ORGANIZATIONS.insert(tx, organization)
    tx.run(
        "INSERT INTO organization_counters (organization_id, ordinal, event_number, job_number, trace_number) "
        "VALUES (?, ?, 0, 1, 1)",
        (organization.organization_id, FIRST_ORDINAL),
    )


def login_of(tx: Transaction, name: str) -> str:
    """The login that a name means: the one that is spelled just so (migration 0056), else the name's key."""
    row = tx.one("SELECT login FROM logins WHERE login = ?", (name,))
    return login_key(name) if row is None else str(row[0])


def password_hash(tx: Transaction, login: str) -> str | None:
    """The stored hash of a login, or None."""
    row = tx.one("SELECT password_hash FROM logins WHERE login = ?", (login,))
    return None if row is None else str(row[0])


def add_login(tx: Transaction, login: str, hashed: str, now: datetime) -> None:
    """A login; one that exists keeps its password."""
    tx.run(
        "INSERT INTO logins (login, password_hash, created_at) VALUES (?, ?, ?) ON CONFLICT (login) DO NOTHING",
        (login, hashed, instant_text(now)),
    )


def add_membership(tx: Transaction, login: str, organization_id: str) -> None:
    """The login leads to this organization."""
    tx.run(
        "INSERT INTO memberships (login, organization_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
        (login, organization_id),
    )


def organizations_of(tx: Transaction, login: str, *, after: str = "", limit: int) -> Sequence[str]:
    """Organizations that the login leads to, in order of id, beginning after one of them."""
    rows = tx.all(
        "SELECT organization_id FROM memberships WHERE login = ? AND organization_id > ? "
        "ORDER BY organization_id LIMIT ?",
        (login, after, limit),
    )
    return [organization_id for (organization_id,) in rows]


def organization_exists(tx: Transaction, organization_id: str) -> bool:
    """Whether the organization is known."""
    return world_id_of(tx, organization_id) is not None


def world_id_of(tx: Transaction, organization_id: str) -> str | None:
    """The world of an organization; None for an unknown one."""
    row = tx.one("SELECT world_id FROM lanes WHERE organization_id = ?", (organization_id,))
    return None if row is None else str(row[0])


def developer_keys(tx: Transaction, limit: int) -> list[DeveloperKey]:
    """Developer keys, the oldest first."""
    return DEVELOPER_KEYS.where(tx, "TRUE ORDER BY created_at, key_hash LIMIT ?", (limit,))


def developer_key_by_beginning(tx: Transaction, beginning: str) -> DeveloperKey | None:
    """The developer key whose hash begins like this."""
    return DEVELOPER_KEYS.first(tx, "substr(key_hash, 1, ?) = ?", (len(beginning), beginning))


def admin_tokens(tx: Transaction, limit: int) -> list[AdminToken]:
    """Administration tokens, the oldest first."""
    return ADMIN_TOKENS.where(tx, "TRUE ORDER BY created_at, id LIMIT ?", (limit,))


def admin_token_by_id(tx: Transaction, token_id: str) -> AdminToken | None:
    """The administration token with this id."""
    return ADMIN_TOKENS.first(tx, "id = ?", (token_id,))


def organizations_and_worlds(tx: Transaction) -> Sequence[tuple[str, str]]:
    """Id and world of every organization, in order of id."""
    rows = tx.all("SELECT organization_id, world_id FROM lanes ORDER BY organization_id")
    return [(organization_id, world_id) for organization_id, world_id in rows]


def set_login(tx: Transaction, login: str, hashed: str, now: datetime) -> None:
    """A login with this password, whether it existed or not."""
    tx.run(
        "INSERT INTO logins (login, password_hash, created_at) VALUES (?, ?, ?) "
        "ON CONFLICT (login) DO UPDATE SET password_hash = excluded.password_hash",
        (login, hashed, instant_text(now)),
    )


def user_by_login(tx: Transaction, organization_id: str, login: str, *, lock: str = "") -> User | None:
    """The organization's user with this login."""
    return USERS.first(tx, f"organization_id = ? AND login = ?{lock}", (organization_id, login))


def has_user_with_email(tx: Transaction, organization_id: str, email: str) -> bool:
    """Whether the organization has a user of this address, whatever the case of its letters."""
    rest = "organization_id = ? AND lower(email) = ?"
    return USERS.first(tx, rest, (organization_id, login_key(email))) is not None


def lock_user_and_administrators(tx: Transaction, organization_id: str, user_id: str) -> list[User]:
    """The user and every active administrator, locked in the order of their ids, as they are after the wait."""
    return USERS.where(
        tx,
        f"organization_id = ? AND (id = ? OR (role = ? AND record_status = 'active')) ORDER BY id{tx.for_update}",
        (organization_id, user_id, Role.ADMINISTRATOR.value),
    )


def active_administrators(tx: Transaction, organization_id: str) -> list[User]:
    """Every administrator who can sign in."""
    return USERS.where(
        tx,
        "organization_id = ? AND role = ? AND record_status = 'active' ORDER BY ordinal",
        (organization_id, Role.ADMINISTRATOR.value),
    )


def users_by_id(tx: Transaction, organization_id: str, user_ids: Sequence[str]) -> list[User]:
    """Users by id."""
    return USERS.where(tx, f"organization_id = ? AND id IN ({marks(len(user_ids))})", [organization_id, *user_ids])


def events_of_users(tx: Transaction, organization_id: str, names: Sequence[str]) -> list[tuple[str, str, datetime]]:
    """User, name and time of the events of these names that happened to users, oldest first."""
    rows = tx.all(
        "SELECT subject_id, name, occurred_at FROM events WHERE organization_id = ? "
        "AND subject_id IN (SELECT id FROM users WHERE organization_id = ?) "
        f"AND name IN ({marks(len(names))}) ORDER BY number",
        (organization_id, organization_id, *names),
    )
    return [(user_id, name, datetime.fromisoformat(at)) for user_id, name, at in rows]


def add_controls(tx: Transaction, controls: Controls) -> None:
    """The organization's row of controls, unless there is one."""
    values = [to_column(getattr(controls, field)) for field in CONTROLS.fields]
    tx.run(
        f"INSERT INTO organization_controls ({CONTROLS.columns}) VALUES ({marks(len(values))}) "
        "ON CONFLICT (organization_id) DO NOTHING",
        values,
    )


def lock_controls_with(tx: Transaction, organization_id: str, control: str) -> Controls | None:
    """The organization's row of controls, locked, if this one is on."""
    return CONTROLS.first(tx, f"organization_id = ? AND {control} = ?{tx.for_update}", (organization_id, True))


def roles_by_type(tx: Transaction, organization_id: str) -> dict[Role, OrganizationRole]:
    """All roles of the organization."""
    return {role.type: role for role in ROLES.where(tx, "organization_id = ?", (organization_id,))}


def seal_tax_id(tx: Transaction, organization_id: str, sealed: bytes | None) -> None:
    """Store the organization's sealed tax id."""
    tx.run("UPDATE organizations SET tax_id_sealed = ? WHERE organization_id = ?", (sealed, organization_id))


def session_with_clock(
    tx: Transaction, token_hash: str, key_hash: str
) -> tuple[Session, WorldClock, bool | None, str | None, bool | None] | None:
    """A session with the clock of its world, and of the developer key: in use, vintage, MFA bypass (None: unknown)."""
    row = tx.one(_SESSION_WITH_CLOCK, (key_hash, token_hash))
    if row is None:
        return None
    mode, frozen_at, shift_ms, step_at, in_use, vintage, bypass = row[-7:]
    clock = WorldClock(mode, _instant(frozen_at), shift_ms, _instant(step_at))
    return SESSIONS.load(row), clock, in_use, vintage, bypass


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def touch_session(tx: Transaction, token_hash: str, now: datetime) -> None:
    """Note the session's last use."""
    tx.run("UPDATE sessions SET last_used_at = ? WHERE token_hash = ?", (instant_text(now), token_hash))


def touch_sessions_of_world(tx: Transaction, world_id: str, since: datetime, now: datetime) -> None:
    """Keep every session that was alive alive through a jump of the clock."""
    tx.run(
        "UPDATE sessions SET last_used_at = ? WHERE world_id = ? AND last_used_at >= ?",
        (instant_text(now), world_id, instant_text(since)),
    )


def touch_sessions_of_organization(tx: Transaction, organization_id: str, since: datetime, now: datetime) -> None:
    """The same for one organization."""
    tx.run(
        "UPDATE sessions SET last_used_at = ? WHERE organization_id = ? AND last_used_at >= ?",
        (instant_text(now), organization_id, instant_text(since)),
    )


def trust_session(tx: Transaction, token_hash: str, until: datetime) -> None:
    """The session has passed multi-factor authentication."""
    tx.run("UPDATE sessions SET trusted_until = ? WHERE token_hash = ?", (instant_text(until), token_hash))


def close_session(tx: Transaction, token_hash: str) -> None:
    """The session is over, and so is what only it was trusted for."""
    tx.run("DELETE FROM sessions WHERE token_hash = ?", (token_hash,))
    tx.run("DELETE FROM remembered_devices WHERE session_hash = ?", (token_hash,))


def close_sessions_of_organization(tx: Transaction, organization_id: str) -> None:
    """Every session of the organization is over."""
    tx.run("DELETE FROM sessions WHERE organization_id = ?", (organization_id,))


def close_sessions_of_sync_token(tx: Transaction, organization_id: str, sync_token_id: str) -> None:
    """Every session that the token opened is over."""
    tx.run(
        "DELETE FROM sessions WHERE organization_id = ? AND sync_token_id = ?",
        (organization_id, sync_token_id),
    )


def change_role_of_sessions(tx: Transaction, organization_id: str, user_id: str, role: Role) -> None:
    """Let the user's open sessions have this role from now on."""
    tx.run(
        "UPDATE sessions SET role = ? WHERE organization_id = ? AND user_id = ?",
        (role.value, organization_id, user_id),
    )


def forget_what_ended(tx: Transaction, organization_id: str, user_id: str, now: datetime, before: datetime) -> None:
    """Drop the user's sessions that were neither opened nor used since then, and devices trusted no more."""
    moment = instant_text(before)
    tx.run(
        "DELETE FROM sessions WHERE organization_id = ? AND user_id = ? AND last_used_at < ? AND created_at < ?",
        (organization_id, user_id, moment, moment),
    )
    tx.run(
        "DELETE FROM remembered_devices WHERE organization_id = ? AND user_id = ? AND expires_at < ?",
        (organization_id, user_id, instant_text(now)),
    )


def sign_user_out(tx: Transaction, organization_id: str, user_id: str) -> None:
    """Close every session of the user and forget the devices that would open trusted ones."""
    for table in ("sessions", "remembered_devices"):
        tx.run(f"DELETE FROM {table} WHERE organization_id = ? AND user_id = ?", (organization_id, user_id))


def lock_user(tx: Transaction, organization_id: str, user_id: str) -> None:
    """From here on nobody else changes the user's second factors or sends them a code."""
    assert USERS.get(tx, organization_id, user_id, lock=tx.for_update) is not None, f"there is no user {user_id}"


def remember_device(
    tx: Transaction, session: Session, token_hash: str, device: str, until: datetime, *, only_session: bool
) -> None:
    """Trust the session's user on this device for a while, in all sessions or in this one only."""
    tx.run(
        "INSERT INTO remembered_devices (token_hash, organization_id, user_id, device, expires_at, session_hash) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (
            token_hash,
            session.organization_id,
            session.user_id,
            device,
            instant_text(until),
            session.token_hash if only_session else None,
        ),
    )


def remembered_until(
    tx: Transaction, person: tuple[str, str], token_hash: str, device: str, session_hash: str = ""
) -> datetime | None:
    """Until when this person (organization id, user id) is trusted on this device, or None.

    What one session alone is trusted for counts for that session.
    """
    row = tx.one(
        "SELECT expires_at FROM remembered_devices "
        "WHERE token_hash = ? AND organization_id = ? AND user_id = ? AND device = ? "
        "AND (session_hash IS NULL OR session_hash = ?)",
        (token_hash, *person, device, session_hash),
    )
    return None if row is None else datetime.fromisoformat(row[0])


def sync_token_by_value(tx: Transaction, organization_id: str, token_hash: str) -> SyncToken | None:
    """The token with this value, which nobody revokes before the end of the transaction."""
    parameters = (organization_id, token_hash)
    return SYNC_TOKENS.first(tx, f"organization_id = ? AND token_hash = ?{tx.for_share}", parameters)


def sync_tokens(tx: Transaction, organization_id: str) -> Sequence[SyncToken]:
    """Every token of the organization, revoked ones too, in order of creation."""
    return SYNC_TOKENS.where(tx, "organization_id = ? ORDER BY ordinal", (organization_id,))


def count_failure(tx: Transaction, key: tuple[str, str, str], now: datetime, since: datetime) -> int:
    """Count one more failure of (world, subject, source); failures all before `since` are forgotten first."""
    moment = instant_text(now)
    row = tx.one(
        "INSERT INTO throttles (world_id, subject, source, failures, last_failed_at, open_at) "
        "VALUES (?, ?, ?, 1, ?, ?) ON CONFLICT (world_id, subject, source) DO UPDATE SET "
        "failures = CASE WHEN throttles.last_failed_at < ? THEN 1 ELSE throttles.failures + 1 END, "
        "last_failed_at = excluded.last_failed_at RETURNING failures",
        (*key, moment, moment, instant_text(since)),
    )
    assert row is not None, "an upsert returns its row"
    return int(row[0])


def forget_failures(tx: Transaction, key: tuple[str, str, str]) -> None:
    """The subject came in from this source."""
    tx.run("DELETE FROM throttles WHERE world_id = ? AND subject = ? AND source = ?", key)


def forget_old_failures(tx: Transaction, world_id: str, before: datetime) -> None:
    """Nobody asks for failures that old."""
    tx.run("DELETE FROM throttles WHERE world_id = ? AND last_failed_at < ?", (world_id, instant_text(before)))


def messages(tx: Transaction, organization_id: str, limit: int = 100) -> Sequence[Message]:
    """The newest messages first."""
    return MESSAGES.where(tx, "organization_id = ? ORDER BY ordinal DESC LIMIT ?", (organization_id, limit))


def installation(tx: Transaction) -> Installation | None:
    """What this database is, or None when it is new."""
    return INSTALLATIONS.get(tx, _THIS)


def lock_installation(tx: Transaction) -> Installation:
    """What this database is, which no other transaction founds an organization in until this one ends."""
    born = INSTALLATIONS.get(tx, _THIS, lock=tx.for_update)
    assert born is not None, "the installation has no row"
    return born


def create_installation(tx: Transaction, profile: str, key_check: str, now: datetime) -> Installation:
    """Write down what this database is."""
    born = Installation(_THIS, profile, 0, key_check, now)
    INSTALLATIONS.insert(tx, born)
    return born
