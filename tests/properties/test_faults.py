"""Whatever breaks at whatever moment: nothing half done, and what was due happens once, by itself.

A story is told undisturbed to count its doors: every SQL statement, every commit, every blob put away. Then it is
told again for each door, with a fault at that door, once. On PostgreSQL, where a telling takes a third of a
second, every fourth door is tried unless BILLFOLD_EFFORT is larger than 1.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from billfold import ledger
from billfold.documents.files import list_files
from billfold.kit.blobs import MemoryBlobs
from billfold.kit.jobs import parked_jobs
from billfold.kit.query import Query
from tests.builders import a_bill, a_company, a_payment, a_vendor, advance, dump
from tests.conftest import a_house
from tests.properties.effort import EFFORT
from tests.properties.fault_stories import STORIES, Asked
from tests.readings import balances, nacha_files


class Fault(Exception):
    """The disk is full, the connection is gone: what a test makes happen at one door."""


class Doors:
    """Counts the doors that a story passes, and raises at one of them, once."""

    def __init__(self):
        self.open = False
        self.passed = 0
        self.broken = 0

    def __call__(self, *_):
        if self.open:
            self.passed += 1
            if self.passed == self.broken:
                raise Fault

    @contextmanager
    def watched(self, broken=0):
        """Count from here on; the door with the number `broken` (from 1) does not let anybody through."""
        self.open, self.passed, self.broken = True, 0, broken
        try:
            yield self
        finally:
            self.open = False


class DoorBlobs(MemoryBlobs):
    """Blobs behind a door."""

    def __init__(self, doors):
        super().__init__()
        self._doors = doors

    def put(self, content):
        self._doors("put", ())
        return super().put(content)


def told(fresh_database, story, broken=0):
    """The story with a fault at one door, and again until it is through.

    What the database holds before, after the fault and at the end; and how many doors there were.
    """
    doors = Doors()
    with fresh_database() as database:
        company = a_company(database, a_house(blobs=DoorBlobs(doors)), world_id="world")
        story.prepare(company)
        before = dump(database)
        database.observer = doors
        with doors.watched(broken):
            faulted = not _through(story, company)
        after_fault = dump(database)
        if faulted:
            story.tell(company)
        with company.ctx() as ctx:
            balances(ctx)
            assert len(nacha_files(ctx)) == story.files
        return before, after_fault, dump(database), doors.passed


def _through(story, company):
    try:
        story.tell(company)
    except Fault:
        return False
    return True


@pytest.fixture(autouse=True)
def _quiet():
    """Failed jobs are logged with their traceback; here they fail hundreds of times on purpose."""
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", STORIES)
def test_a_fault_at_any_door_leaves_nothing_half_done_and_the_work_is_done_once(fresh_database, kind, name):
    story = STORIES[name]
    before, _, undisturbed, doors = told(fresh_database, story)
    assert before != undisturbed
    assert doors > 10
    every = 4 if kind == "postgresql" and EFFORT <= 1 else 1
    for broken in [*range(1, doors, every), doors]:
        _, after_fault, recovered, _ = told(fresh_database, story, broken)
        if isinstance(story, Asked):
            assert after_fault == before, f"door {broken} of {doors}"
        assert recovered == undisturbed, f"door {broken} of {doors}"


def test_a_job_that_fails_is_tried_again_by_the_runner_itself(database):
    doors = Doors()
    company = a_company(database, a_house(blobs=DoorBlobs(doors)))
    with company.ctx() as ctx:
        a_payment(ctx, a_bill(ctx, a_vendor(ctx)))
    with doors.watched(broken=1):
        advance(company, days=3)
    assert doors.passed == 3  # the first file failed once; then there were two
    with company.ctx() as ctx:
        assert len(list_files(ctx, Query()).items) == 2


def test_a_job_that_always_fails_is_parked_and_lets_time_pass(database):
    class Broken(MemoryBlobs):
        def put(self, _):
            raise Fault

    company = a_company(database, a_house(blobs=Broken()))
    with company.ctx() as ctx:
        a_payment(ctx, a_bill(ctx, a_vendor(ctx)))
    advance(company, days=3)
    with company.ctx() as ctx:
        (parked,) = parked_jobs(ctx.tx, ctx.organization_id)
        assert (parked.name, parked.last_error, parked.attempts) == ("rails.ach.cutoff", "Fault()", 5)
        assert ledger.verify(ctx) == []
    assert company.now() == datetime(2026, 1, 15, 17, tzinfo=UTC)
