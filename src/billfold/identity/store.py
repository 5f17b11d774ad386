"""The SQL of identity."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from billfold.identity.model import (
    AdminToken,
    Challenge,
    DeveloperKey,
    Installation,
    Message,
    Organization,
    Phone,
    Session,
    User,
)
from billfold.kit.clock import WorldClock
from billfold.kit.db import Transaction
from billfold.kit.ids import FIRST_ORDINAL
from billfold.kit.records import Table, instant_text

#: The one row of `installation`.
_THIS = "this"

INSTALLATIONS = Table("installation", Installation, key=("id",))
ORGANIZATIONS = Table("organizations", Organization, key=("organization_id",))
USERS = Table("users", User)
SESSIONS = Table("sessions", Session, key=("token_hash",))
DEVELOPER_KEYS = Table("developer_keys", DeveloperKey, key=("key_hash",))
PHONES = Table("mfa_phones", Phone)
CHALLENGES = Table("mfa_challenges", Challenge)
MESSAGES = Table("messages", Message)
ADMIN_TOKENS = Table("admin_tokens", AdminToken, key=("token_hash",))

_SESSION_WITH_CLOCK = (
    f"SELECT {SESSIONS.columns_of('s')}, w.mode, w.frozen_at, w.shift_ms, w.step_at, k.is_active, k.vintage "
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


def password_hash(tx: Transaction, username: str) -> str | None:
    """The stored hash of a login, or None."""
    row = tx.one("SELECT password_hash FROM logins WHERE username = ?", (username,))
    return None if row is None else str(row[0])


def add_login(tx: Transaction, username: str, hashed: str, now: datetime) -> None:
    """A login; one that exists keeps its password."""
    tx.run(
        "INSERT INTO logins (username, password_hash, created_at) VALUES (?, ?, ?) ON CONFLICT (username) DO NOTHING",
        (username, hashed, instant_text(now)),
    )


def organization_exists(tx: Transaction, organization_id: str) -> bool:
    """Whether the organization is known."""
    return tx.one("SELECT world_id FROM lanes WHERE organization_id = ?", (organization_id,)) is not None


def organizations_and_worlds(tx: Transaction) -> Sequence[tuple[str, str]]:
    """Id and world of every organization, in order of id."""
    rows = tx.all("SELECT organization_id, world_id FROM lanes ORDER BY organization_id")
    return [(organization_id, world_id) for organization_id, world_id in rows]


def user_by_username(tx: Transaction, organization_id: str, username: str) -> User | None:
    """The organization's user with this login."""
    return USERS.first(tx, "organization_id = ? AND username = ?", (organization_id, username))


def session_with_clock(
    tx: Transaction, token_hash: str, key_hash: str
) -> tuple[Session, WorldClock, bool | None, str | None] | None:
    """A session with the clock of its world and whether the developer key is active (None: unknown key)."""
    row = tx.one(_SESSION_WITH_CLOCK, (key_hash, token_hash))
    if row is None:
        return None
    mode, frozen_at, shift_ms, step_at, is_active, vintage = row[-6:]
    clock = WorldClock(mode, _instant(frozen_at), shift_ms, _instant(step_at))
    return SESSIONS.load(row), clock, is_active, vintage


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


def trust_session(tx: Transaction, token_hash: str, until: datetime) -> None:
    """The session has passed multi-factor authentication."""
    tx.run("UPDATE sessions SET trusted_until = ? WHERE token_hash = ?", (instant_text(until), token_hash))


def close_session(tx: Transaction, token_hash: str) -> None:
    """The session is over."""
    tx.run("DELETE FROM sessions WHERE token_hash = ?", (token_hash,))


def count_attempt(tx: Transaction, organization_id: str, challenge_id: str) -> None:
    """Count a wrong code."""
    tx.run(
        "UPDATE mfa_challenges SET attempts = attempts + 1 WHERE organization_id = ? AND id = ?",
        (organization_id, challenge_id),
    )


def drop_challenge(tx: Transaction, organization_id: str, challenge_id: str) -> None:
    """A challenge answered rightly cannot be answered again."""
    tx.run("DELETE FROM mfa_challenges WHERE organization_id = ? AND id = ?", (organization_id, challenge_id))


def primary_phone(tx: Transaction, organization_id: str, user_id: str) -> Phone | None:
    """The phone that codes are sent to."""
    return PHONES.first(tx, "organization_id = ? AND user_id = ? AND is_primary = TRUE", (organization_id, user_id))


def remember_device(tx: Transaction, session: tuple[str, str], token_hash: str, device: str, until: datetime) -> None:
    """Trust this user on this device for a while. `session` is (organization id, user id)."""
    tx.run(
        "INSERT INTO remembered_devices (token_hash, organization_id, user_id, device, expires_at) "
        "VALUES (?, ?, ?, ?, ?)",
        (token_hash, *session, device, instant_text(until)),
    )


def remembered_until(tx: Transaction, session: tuple[str, str], token_hash: str, device: str) -> datetime | None:
    """Until when this user is trusted on this device, or None."""
    row = tx.one(
        "SELECT expires_at FROM remembered_devices "
        "WHERE token_hash = ? AND organization_id = ? AND user_id = ? AND device = ?",
        (token_hash, *session, device),
    )
    return None if row is None else datetime.fromisoformat(row[0])


def messages(tx: Transaction, organization_id: str, limit: int = 100) -> Sequence[Message]:
    """The newest messages first."""
    return MESSAGES.where(tx, "organization_id = ? ORDER BY ordinal DESC LIMIT ?", (organization_id, limit))


def installation(tx: Transaction) -> Installation | None:
    """What this database is, or None when it is new."""
    return INSTALLATIONS.get(tx, _THIS)


def create_installation(tx: Transaction, profile: str, key_check: str, now: datetime) -> Installation:
    """Write down what this database is."""
    born = Installation(_THIS, profile, 0, key_check, now)
    INSTALLATIONS.insert(tx, born)
    return born
