"""Idempotency keys: the same key and body give the stored answer; another body is refused.

Kept for 24 hours of the organization's clock, and forgotten in the night after. The row is inserted first in the
request's own transaction, so on PostgreSQL a twin that arrives meanwhile waits on the unique key and then finds the
first one's answer.

A request of many units, each its own transaction, commits its claim before the first unit, and every unit has a
key of its own, made from the request's: after a crash half way the same request does what is left.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, time, timedelta
from typing import Final

import msgspec

from billfold.kit.columns import instant_text
from billfold.kit.ctx import Ctx
from billfold.kit.db import Transaction
from billfold.kit.errors import Refusal

_KEPT: Final = timedelta(hours=24)
FORGET_JOB: Final = "idempotency.forget"
#: Keys of a day are forgotten by jobs of so many, so that requests never wait for them.
_AT_ONCE: Final = 1_000
MAX_KEY_LENGTH: Final = 255
#: Between a request's key and a unit's position, and the character after it.
_UNIT: Final = "\n"
_AFTER_UNITS: Final = "\v"


class KeyReused(Refusal):
    """An idempotency key came back with another request."""

    sentence = "The idempotency key was already used for another request."


class KeyTooLong(Refusal):
    """An idempotency key is longer than 255 characters."""

    sentence = "An idempotency key has at most 255 characters."


class StoredAnswer(msgspec.Struct, frozen=True):
    """An answer given before under this key."""

    status: int
    body: bytes


def fingerprint(operation: str, path: str, body: bytes) -> str:
    """What makes two requests the same."""
    return hashlib.sha256(f"{operation}\0{path}\0".encode() + body).hexdigest()


def claim(tx: Transaction, organization_id: str, key: str, request: str, now: datetime) -> StoredAnswer | None:
    """Claim the key for this request, or give the answer stored under it. Raises `KeyReused`, `KeyTooLong`.

    A request of units that was begun and never finished has no answer yet: it is claimed again.
    """
    if len(key) > MAX_KEY_LENGTH:
        raise KeyTooLong
    expired = tx.run(
        "DELETE FROM idempotency_keys WHERE organization_id = ? AND key = ? AND created_at <= ?",
        (organization_id, key, instant_text(now - _KEPT)),
    )
    if expired:
        tx.run(
            "DELETE FROM idempotency_keys WHERE organization_id = ? AND key >= ? AND key < ?",
            (organization_id, key + _UNIT, key + _AFTER_UNITS),
        )
    return _claim(tx, organization_id, key, request, now)


def claim_unit(
    tx: Transaction, organization_id: str, key: str, position: int, request: str, now: datetime
) -> StoredAnswer | None:
    """Claim one unit of a request that is claimed itself, or give the unit's stored answer."""
    return _claim(tx, organization_id, unit_key(key, position), request, now)


def unit_key(key: str, position: int) -> str:
    """The key of one unit of a request. No client's key is like it: headers hold no line feed."""
    return f"{key}{_UNIT}{position}"


def _claim(tx: Transaction, organization_id: str, key: str, request: str, now: datetime) -> StoredAnswer | None:
    claimed = tx.run(
        "INSERT INTO idempotency_keys (organization_id, key, request, created_at, status, body) "
        "VALUES (?, ?, ?, ?, 0, NULL) ON CONFLICT (organization_id, key) DO NOTHING",
        (organization_id, key, request, instant_text(now)),
    )
    if claimed:
        return None
    row = tx.one(
        "SELECT request, status, body FROM idempotency_keys WHERE organization_id = ? AND key = ?",
        (organization_id, key),
    )
    assert row is not None, "the key vanished inside the transaction"
    if row[0] != request:
        raise KeyReused
    return None if row[2] is None else StoredAnswer(row[1], bytes(row[2]))


def schedule_forgetting(ctx: Ctx) -> None:
    """Have the keys of this day forgotten when the last of them is old enough: once a day, however many there are."""
    day = ctx.now.astimezone(UTC).date() + timedelta(days=1)
    ctx.schedule(FORGET_JOB, datetime.combine(day, time(), UTC) + _KEPT, key=day.isoformat())


def forget(ctx: Ctx, _: dict[str, str]) -> None:
    """Job: keys that nobody can use again go, units' keys too; called again while there are more."""
    old = (ctx.organization_id, instant_text(ctx.now - _KEPT))
    gone = ctx.tx.run(
        "DELETE FROM idempotency_keys WHERE organization_id = ? AND key IN "
        "(SELECT key FROM idempotency_keys WHERE organization_id = ? AND created_at <= ? LIMIT ?)",
        (ctx.organization_id, *old, _AT_ONCE),
    )
    if gone == _AT_ONCE:
        ctx.schedule(FORGET_JOB, ctx.now, key="more")


def release(tx: Transaction, organization_id: str, key: str) -> None:
    """Give a claimed key back: the request is to be answered anew when it comes again."""
    tx.run("DELETE FROM idempotency_keys WHERE organization_id = ? AND key = ?", (organization_id, key))


def store(tx: Transaction, organization_id: str, key: str, status: int, body: bytes) -> None:
    """Keep the answer given under a claimed key."""
    tx.run(
        "UPDATE idempotency_keys SET status = ?, body = ? WHERE organization_id = ? AND key = ?",
        (status, body, organization_id, key),
    )
