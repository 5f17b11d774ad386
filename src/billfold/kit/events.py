"""Events: what happened, in the past tense, numbered per organization without gaps.

They are the one source of audit trail, timeline, webhooks and notifications. An event keeps a secret-free
snapshot of its subject: records hold no secrets (those are sealed columns of stores of their own).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

import msgspec

from billfold.kit.db import Transaction
from billfold.kit.records import Table, marks


class Event(msgspec.Struct, frozen=True):
    """Something that happened to `subject`, a record with an `id`. Subclasses are named in the past tense."""

    #: Raised whenever the snapshot's fields change their meaning.
    schema: ClassVar[int] = 1

    subject: Any

    @property
    def name(self) -> str:
        """The event's name: that of its class."""
        return type(self).__name__


class EventRow(msgspec.Struct, frozen=True):
    """An event as it is stored. `snapshot` is JSON of the subject when it happened."""

    organization_id: str
    number: int
    name: str
    schema: int
    occurred_at: datetime
    subject_id: str
    actor_id: str
    face: str
    snapshot: str


EVENTS = Table("events", EventRow, key=("organization_id", "number"))


def list_events(
    tx: Transaction, organization_id: str, *, after: int = 0, subject_id: str | None = None, limit: int = 100
) -> Sequence[EventRow]:
    """Events after that number, oldest first, of one subject or of all."""
    if subject_id is None:
        return EVENTS.where(
            tx, "organization_id = ? AND number > ? ORDER BY number LIMIT ?", (organization_id, after, limit)
        )
    return EVENTS.where(
        tx,
        "organization_id = ? AND subject_id = ? AND number > ? ORDER BY number LIMIT ?",
        (organization_id, subject_id, after, limit),
    )


def list_events_backwards(
    tx: Transaction, organization_id: str, subject_ids: Sequence[str], *, before: int | None, limit: int
) -> Sequence[EventRow]:
    """Events of any of these subjects, newest first; with `before` only those of smaller numbers."""
    assert subject_ids, "events are looked for by subject"
    earlier, bound = ("", []) if before is None else ("AND number < ? ", [before])
    return EVENTS.where(
        tx,
        f"organization_id = ? AND subject_id IN ({marks(len(subject_ids))}) {earlier}ORDER BY number DESC LIMIT ?",
        [organization_id, *subject_ids, *bound, limit],
    )


def creators_of(tx: Transaction, organization_id: str, subject_ids: Sequence[str]) -> dict[str, str]:
    """Who made each of these objects, by its id: the actor of its first event."""
    if not subject_ids:
        return {}
    first = f"SELECT MIN(number) FROM events WHERE organization_id = ? AND subject_id IN ({marks(len(subject_ids))})"
    rows = tx.all(
        "SELECT subject_id, actor_id FROM events WHERE organization_id = ? "
        f"AND number IN ({first} GROUP BY subject_id)",
        [organization_id, organization_id, *subject_ids],
    )
    return dict(rows)
