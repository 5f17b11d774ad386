"""Runs due work: one job, one transaction, the clock at its due time.

On a simulated clock the lane is the world and order is strict; on real time the lane is the organization, and
several processes share the lanes.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Final

from billfold.kit import jobs, worlds
from billfold.kit.ctx import CLOCK_ACTOR, Ctx, House
from billfold.kit.db import Database, Deadlock, Transaction
from billfold.kit.jobs import DueJob
from billfold.kit.settings import Profile
from billfold.kit.worlds import World

log = logging.getLogger(__name__)

#: A job's function: the context with the clock at its due time, and its payload.
JobFunction = Callable[[Ctx, dict[str, str]], None]

#: How long to wait for whoever else advances the same clock, in seconds.
_BUSY_SECONDS: Final = 0.01
_TURNS: Final = 3
#: How long production waits after each attempt that failed, but for the last: until a disk has room again, say.
_PAUSES: Final = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600))


async def _give_way() -> None:
    """Let requests that came while a job ran be answered before the next one.

    One turn of the loop reads a request, the next one answers it, and whoever yields but once comes before both.
    """
    for _ in range(_TURNS):
        await asyncio.sleep(0)


class _Outcome(Enum):
    """What became of an attempt to run one job."""

    RAN = auto()
    NOTHING_DUE = auto()
    #: Somebody else advances this clock, or runs what is due: that is theirs until they are done.
    BUSY = auto()


class JobFailed(Exception):
    """A job raised; carries which one, for the count of its attempts."""

    def __init__(self, job: DueJob) -> None:
        super().__init__(f"{job.name} of {job.organization_id} failed")
        self.job = job


class Runner:
    """The due work of one process."""

    def __init__(self, database: Database, house: House, functions: Mapping[str, JobFunction]) -> None:
        self._database = database
        self._house = house
        self._functions = functions

    async def tick(self) -> int:
        """Run what real time made due, and finish advances that a crash interrupted; how many jobs ran."""
        ran = 0
        for world in await self._database.run(worlds.list_worlds, write=False):
            if world.advance_to is not None:
                ran += await self.finish_advance(world.id)
            else:
                ran += await self.run_due(world, world.clock.now())
        return ran

    async def drain(self, world: World, until: datetime) -> int:
        """Run everything of a world that is due by then, and wait for what others run; how many jobs ran here."""
        return await self._finish(world.id, until, stepping=False)

    async def run_due(self, world: World, until: datetime) -> int:
        """Run everything of a world that is due by then and that nobody else runs; how many jobs ran."""
        ran = 0
        while await self._attempt(world.id, until, stepping=False) is _Outcome.RAN:
            ran += 1
            await _give_way()
        return ran

    async def world(self, world_id: str) -> World:
        """The world as it stands."""
        return await self._database.run(lambda tx: worlds.get_world(tx, world_id), write=False)

    async def finish_advance(self, world_id: str) -> int:
        """Step through everything due before the target of a begun advance, then arrive there.

        Several may do so at once (the request that began it, the ticker, other processes): nobody arrives before
        all is done, and whoever arrives second finds the clock there.
        """
        world = await self.world(world_id)
        if world.advance_to is None:
            return 0
        target = world.advance_to
        ran = await self._finish(world_id, target, stepping=True)
        await self._database.run(lambda tx: worlds.finish_advance(tx, world_id, target), write=True)
        return ran

    async def _finish(self, world_id: str, until: datetime, *, stepping: bool) -> int:
        ran = 0
        while (outcome := await self._attempt(world_id, until, stepping=stepping)) is not _Outcome.NOTHING_DUE:
            ran += outcome is _Outcome.RAN
            await (asyncio.sleep(_BUSY_SECONDS) if outcome is _Outcome.BUSY else _give_way())
        return ran

    async def _attempt(self, world_id: str, until: datetime, *, stepping: bool) -> _Outcome:
        try:
            return await self._database.run(lambda tx: self._run_next(tx, world_id, until, stepping), write=True)
        except JobFailed as failure:
            job, error = failure.job, repr(failure.__cause__)
            about = {"job": job.name, "organization": job.organization_id, "attempt": job.attempts + 1}
            log.exception("job failed", extra=about)

            def note(tx: Transaction) -> None:
                tx.enter_organization(job.organization_id)
                jobs.fail_job(tx, job, error)
                jobs.refresh_lane(tx, job.organization_id)
                if self._is_real(stepping) and job.attempts < len(_PAUSES):
                    # What comes after the job waits with it: it may count on the job being done.
                    jobs.rest_lane(tx, job.organization_id, until + _PAUSES[job.attempts])

            await self._database.run(note, write=True)
            return _Outcome.RAN

    def _run_next(self, tx: Transaction, world_id: str, until: datetime, stepping: bool) -> _Outcome:
        busy = False
        for organization_id in jobs.due_lanes(tx, world_id, until):
            if not tx.try_lock(f"lane/{world_id if stepping else organization_id}"):
                if stepping:
                    return _Outcome.BUSY
                busy = True
                continue
            tx.enter_organization(organization_id, alone=True)
            job = jobs.next_job(tx, organization_id, until)
            if job is not None:
                if stepping:
                    worlds.step_to(tx, world_id, job.due_at)
                self._run(tx, job, until if self._is_real(stepping) else job.due_at)
            jobs.refresh_lane(tx, organization_id)
            return _Outcome.RAN
        return _Outcome.BUSY if busy else _Outcome.NOTHING_DUE

    def _is_real(self, stepping: bool) -> bool:
        """Whether the time that passes meanwhile passes outside, too."""
        return self._house.profile is Profile.PRODUCTION and not stepping

    def _run(self, tx: Transaction, job: DueJob, clock_now: datetime) -> None:
        jobs.finish_job(tx, job)
        ctx = Ctx(self._house, tx, job.organization_id, CLOCK_ACTOR, job.due_at, clock_now)
        try:
            self._functions[job.name](ctx, job.payload)
            ctx.flush()
        except Deadlock:
            raise  # not the job's fault: the database runs the transaction again
        except Exception as error:
            raise JobFailed(job) from error
