"""Who has what is due run, and is answered, finds it done: by itself, or by another process that was at it."""

from __future__ import annotations

import asyncio
import threading

import pytest

from billfold.documents.files import list_files
from billfold.kit.query import Query
from billfold.rails import calendar
from tests.builders import a_bill, a_payment, a_vendor


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["postgresql"])  # The embedded database does one thing at a time.
def test_who_drains_waits_for_what_somebody_else_runs(company):
    with company.ctx() as ctx:
        payment = a_payment(ctx, a_bill(ctx, a_vendor(ctx))).payment
    held, done = threading.Event(), threading.Event()

    def run_elsewhere(tx):
        tx.enter_organization(company.organization_id)
        assert tx.try_lock(f"lane/{company.organization_id}")
        held.set()
        assert done.wait(30)

    async def story():
        world = await company.runner.world(company.world_id)
        elsewhere = asyncio.create_task(company.database.run(run_elsewhere, write=True))
        await asyncio.to_thread(held.wait, 30)
        draining = asyncio.create_task(company.runner.drain(world, calendar.cut_off(payment.process_on)))
        _, waiting = await asyncio.wait({draining}, timeout=0.2)
        done.set()
        await elsewhere
        assert waiting, "the answer came while the work was not done"
        return await draining

    assert asyncio.run(story()) > 0
    with company.ctx() as ctx:
        assert [file.kind for file in list_files(ctx, Query()).items] == ["nacha"]
