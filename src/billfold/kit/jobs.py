"""Due work: rows with a due time, run in order, each in its own transaction with the clock at its due time.

`lanes` says which organization has work due and when. On PostgreSQL a lane is leased by an advisory lock held
by the job's own transaction, so that a dead worker's lease dies with it (docs/decisions/0005).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from billfold.kit.columns import instant_text
from billfold.kit.db import Transaction

#: A job that failed so often is parked: it shows in /healthz and lets the others pass.
MAX_ATTEMPTS: Final = 5


class Job(msgspec.Struct, frozen=True):
    """Work to do: its name in the imperative, when, and what about."""

    name: str
    due_at: datetime
    key: str
    payload: dict[str, str]


class DueJob(msgspec.Struct, frozen=True):
    """A job taken from its lane."""

    organization_id: str
    number: int
    name: str
    due_at: datetime
    payload: dict[str, str]
    attempts: int


class ParkedJob(msgspec.Struct, frozen=True):
    """A job that gave up, and what its last attempt died of."""

    number: int
    name: str
    payload: dict[str, str]
    due_at: datetime
    attempts: int
    last_error: str | None


def distinct(jobs: Sequence[Job]) -> list[Job]:
    """The first of each name and key: one statement cannot meet the same row twice."""
    return list({(job.name, job.key): job for job in reversed(jobs)}.values())[::-1]


def insert_jobs(tx: Transaction, organization_id: str, number: int, jobs: Sequence[Job]) -> None:
    """Write `distinct` jobs, numbered from `number`, and tell the lane; one that already waits is left as it is.

    A parked one gets new attempts: what was scheduled now must not wait for what gave up.
    """
    rows: list[Any] = []
    for offset, job in enumerate(jobs):
        payload = msgspec.json.encode(job.payload).decode()
        rows += [organization_id, number + offset, job.name, job.key, instant_text(job.due_at), payload]
    values = ", ".join(["(?, ?, ?, ?, ?, ?, 0)"] * len(jobs))
    tx.run(
        "INSERT INTO jobs (organization_id, number, name, key, due_at, payload, attempts) "
        f"VALUES {values} ON CONFLICT (organization_id, name, key) DO UPDATE SET attempts = 0 WHERE jobs.attempts >= ?",
        [*rows, MAX_ATTEMPTS],
    )
    earliest = instant_text(min(job.due_at for job in jobs))
    tx.run(
        "UPDATE lanes SET next_due_at = ? WHERE organization_id = ? AND (next_due_at IS NULL OR next_due_at > ?)",
        (earliest, organization_id, earliest),
    )


def due_lanes(tx: Transaction, world_id: str, until: datetime, limit: int = 16) -> list[str]:
    """The organizations of this world with work due by then, the most urgent first."""
    rows = tx.all(
        "SELECT organization_id FROM lanes WHERE world_id = ? AND next_due_at <= ? "
        "ORDER BY next_due_at, organization_id LIMIT ?",
        (world_id, instant_text(until), limit),
    )
    return [organization_id for (organization_id,) in rows]


def next_job(tx: Transaction, organization_id: str, until: datetime) -> DueJob | None:
    """The organization's first job due by then that is not parked."""
    row = tx.one(
        "SELECT organization_id, number, name, due_at, payload, attempts FROM jobs "
        "WHERE organization_id = ? AND due_at <= ? AND attempts < ? ORDER BY due_at, number LIMIT 1",
        (organization_id, instant_text(until), MAX_ATTEMPTS),
    )
    if row is None:
        return None
    return DueJob(row[0], row[1], row[2], datetime.fromisoformat(row[3]), msgspec.json.decode(row[4]), row[5])


def finish_job(tx: Transaction, job: DueJob) -> None:
    """The job is done: it leaves the table before its own work may schedule a successor."""
    tx.run("DELETE FROM jobs WHERE organization_id = ? AND number = ?", (job.organization_id, job.number))


def fail_job(tx: Transaction, job: DueJob, error: str) -> None:
    """Count a failed attempt."""
    tx.run(
        "UPDATE jobs SET attempts = attempts + 1, last_error = ? WHERE organization_id = ? AND number = ?",
        (error[:500], job.organization_id, job.number),
    )


def refresh_lane(tx: Transaction, organization_id: str) -> None:
    """Point the lane at its first job that is not parked, and count those that are. Follows every job that ran."""
    tx.run(
        "UPDATE lanes SET next_due_at = (SELECT MIN(due_at) FROM jobs WHERE organization_id = ? AND attempts < ?), "
        "parked = (SELECT COUNT(*) FROM jobs WHERE organization_id = ? AND attempts >= ?) WHERE organization_id = ?",
        (organization_id, MAX_ATTEMPTS, organization_id, MAX_ATTEMPTS, organization_id),
    )


def rest_lane(tx: Transaction, organization_id: str, until: datetime) -> None:
    """Leave the organization's work alone until then, unless something new falls due before."""
    tx.run(
        "UPDATE lanes SET next_due_at = ? WHERE organization_id = ? AND next_due_at < ?",
        (instant_text(until), organization_id, instant_text(until)),
    )


def count_parked(tx: Transaction) -> int:
    """How many jobs gave up, in all organizations."""
    row = tx.one("SELECT COALESCE(SUM(parked), 0) FROM lanes")
    return int(row[0]) if row is not None else 0


def parked_jobs(tx: Transaction, organization_id: str) -> list[ParkedJob]:
    """The jobs of an organization that gave up, the oldest first, 200 at most."""
    rows = tx.all(
        "SELECT number, name, payload, due_at, attempts, last_error FROM jobs "
        "WHERE organization_id = ? AND attempts >= ? ORDER BY due_at, number LIMIT 200",
        (organization_id, MAX_ATTEMPTS),
    )
    return [
        ParkedJob(number, name, msgspec.json.decode(payload), datetime.fromisoformat(due_at), attempts, last_error)
        for number, name, payload, due_at, attempts, last_error in rows
    ]


def retry_parked(tx: Transaction, organization_id: str, number: int | None = None) -> int:
    """Give new attempts to one of the jobs that gave up, or to all; to how many."""
    one = "" if number is None else " AND number = ?"
    rows = tx.all(
        f"UPDATE jobs SET attempts = 0 WHERE organization_id = ? AND attempts >= ?{one} RETURNING number",
        (organization_id, MAX_ATTEMPTS, *(() if number is None else (number,))),
    )
    refresh_lane(tx, organization_id)
    return len(rows)
