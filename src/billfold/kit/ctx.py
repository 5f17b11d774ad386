"""What a domain function is given first: whose data, who acts, what time it is, and the transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import msgspec

from billfold.kit.counters import Counters
from billfold.kit.crypto import Keyring, Vault
from billfold.kit.db import Transaction, savepoint
from billfold.kit.errors import Refusal, Refusals
from billfold.kit.events import EVENTS, Event, EventRow
from billfold.kit.ids import Ids, Randomness
from billfold.kit.jobs import Job, distinct, insert_jobs
from billfold.kit.settings import Profile
from billfold.kit.vaults import open_vault

if TYPE_CHECKING:
    from billfold.kit.blobs import BlobStore

Reactions = Mapping[type[Event], tuple[Callable[["Ctx", Any], None], ...]]

SYSTEM_ACTOR = "system"


class RecordStatus(StrEnum):
    """One status for every kind of record (settled.md §2)."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    DRAFT = "draft"
    DRAFT_DELETED = "draft_deleted"


class Actor(msgspec.Struct, frozen=True):
    """Who acts: a signed-in user, or the clock (`role` is None then) through `face`."""

    user_id: str
    role: str | None
    trusted: bool
    face: str
    #: The hash of the session's token, where there is a session.
    session: str = ""
    #: The network address that the request came from, where it came over one.
    source: str = ""
    #: Whether the developer key lets sessions do without multi-factor authentication.
    mfa_bypass: bool = False
    #: Whether a sync token opened the session.
    limited: bool = False


CLOCK_ACTOR = Actor(SYSTEM_ACTOR, None, trusted=False, face="clock")


class House(msgspec.Struct, frozen=True):
    """What lives as long as the process and every transaction may use."""

    profile: Profile
    seed: bytes
    keyring: Keyring
    randomness: Randomness
    blobs: BlobStore
    reactions: Reactions
    #: The code that a sandbox sends by text message; None draws one.
    mfa_code: str | None

    def __repr__(self) -> str:
        """Without the seed, which ids and throttles are made from."""
        return f"House({self.profile})"


class Ctx:
    """One organization, one actor, one moment, one transaction. Nothing of it is global."""

    def __init__(
        self,
        house: House,
        tx: Transaction,
        organization_id: str,
        actor: Actor,
        now: datetime,
        clock_now: datetime | None = None,
    ) -> None:
        self.house = house
        self.tx = tx
        self.organization_id = organization_id
        self.actor = actor
        #: What counts as now: a job's due time, however late it runs.
        self.now = now
        #: What the clock really shows. It differs from `now` for a job that production runs late, after an outage:
        #: there the outside world went on, and what leaves now must not pretend to have left in time.
        self.clock_now = clock_now or now
        self.counters, self.ids = self._numbers()
        self._events: list[Event] = []
        self._jobs: list[Job] = []
        self._vault: Vault | None = None

    def emit(self, event: Event) -> None:
        """Something happened: reactions run now, in this transaction; the row is written at its end."""
        self._events.append(event)
        for react in self.house.reactions.get(type(event), ()):
            react(self, event)

    def schedule(self, name: str, due_at: datetime, *, key: str, **payload: str) -> None:
        """Have the job `name` run at `due_at`. While one with the same key waits, a second is not added."""
        self._jobs.append(Job(name, due_at, key, payload))

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """What the block did is undone if it is refused: rows, events, jobs, numbers. The refusal goes on."""
        events, jobs = len(self._events), len(self._jobs)
        try:
            with savepoint(self.tx, Refusal, Refusals):
                yield
        except (Refusal, Refusals):
            del self._events[events:]
            del self._jobs[jobs:]
            self.counters, self.ids = self._numbers()
            raise

    def _numbers(self) -> tuple[Counters, Ids]:
        counters = Counters(self.tx, self.organization_id)
        return counters, Ids(self.house.seed, self.organization_id, counters)

    def flush(self) -> None:
        """Write jobs, then events: the last statements before commit."""
        jobs, events = distinct(self._jobs), self._events
        self._jobs, self._events = [], []
        if not jobs and not events:
            return
        job_number, event_number = self.counters.reserve_for_flush(jobs=len(jobs), events=len(events))
        if jobs:
            insert_jobs(self.tx, self.organization_id, job_number, jobs)
        if events:
            rows = [self._event_row(event_number + offset, event) for offset, event in enumerate(events)]
            EVENTS.insert_all(self.tx, rows)

    def _event_row(self, number: int, event: Event) -> EventRow:
        return EventRow(
            organization_id=self.organization_id,
            number=number + 1,
            name=event.name,
            schema=event.schema,
            occurred_at=self.now,
            subject_id=event.subject.id,
            actor_id=self.actor.user_id,
            face=self.actor.face,
            snapshot=msgspec.json.encode(event.subject).decode(),
        )

    def vault(self) -> Vault:
        """Opens and seals this organization's secrets. An organization keeps its key, so one look is enough."""
        if self._vault is None:
            self._vault = open_vault(self.tx, self.house.keyring, self.organization_id)
        return self._vault
