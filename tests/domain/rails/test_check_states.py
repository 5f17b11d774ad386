"""A check's life on its rail, as the rail itself and payables see it (rails/model.py)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from billfold.kit.errors import StateForbids
from billfold.kit.records import replace
from billfold.rails import calendar, transfers
from billfold.rails.model import Direction, Holder, Leg, Rail, RemittanceLine, TransferStatus
from billfold.rails.transfers import TransferDraft
from tests.builders import a_company, a_vendor, refused


@pytest.fixture
def company(database, house):
    """A company whose house has nobody listening: the rail alone."""
    return a_company(database, replace(house, reactions={}))


STUB = (RemittanceLine("INV-1", date(2026, 1, 10), 7_000), RemittanceLine("INV-2", date(2026, 1, 11), 3_000))


def a_check(ctx, *, held=False):
    vendor = a_vendor(ctx, bank=None)
    draft = TransferDraft(
        subject_id="stp02AAAAAAAAAAAA0001",
        leg=Leg.DISBURSEMENT,
        direction=Direction.CREDIT,
        rail=Rail.CHECK,
        holder=Holder.PAYEE,
        account_id=vendor.id,
        counterparty=vendor.name,
        amount_minor=10_000,
        currency="USD",
        effective_on=date(2026, 1, 15),
        addendum="January",
        remittance=STUB,
        held=held,
    )
    return transfers.originate(ctx, [draft])[0]


def jobs(ctx):
    rows = ctx.tx.all("SELECT name, key, due_at FROM jobs WHERE organization_id = ?", (ctx.organization_id,))
    return [tuple(row) for row in rows]


def test_a_check_is_scheduled_for_the_printing_of_its_day_and_carries_its_stub(company):
    with company.ctx() as ctx:
        check = a_check(ctx)
        assert check.rail is Rail.CHECK
        assert transfers.remittance_of(check) == list(STUB)
        assert transfers.get_transfer(ctx, check.id) == check
        ctx.flush()
        assert jobs(ctx) == [(transfers.PRINT_JOB, "2026-01-15", "2026-01-15T17:00:00.000Z")]


def test_the_cut_off_of_the_same_day_leaves_checks_alone(company):
    with company.ctx() as ctx:
        a_check(ctx)
        day = date(2026, 1, 30)
        assert transfers.store.due(ctx.tx, ctx.organization_id, Rail.ACH, day, 10) == []
        assert len(transfers.store.due(ctx.tx, ctx.organization_id, Rail.CHECK, day, 10)) == 1
        assert transfers.store.count_scheduled(ctx.tx, ctx.organization_id, Rail.ACH, day) == 0


def test_a_held_check_is_printed_when_it_is_released(company):
    with company.ctx() as ctx:
        check = a_check(ctx, held=True)
        ctx.flush()
        assert jobs(ctx) == []
        released = transfers.release(ctx, check, date(2026, 1, 9))
        assert (released.status, released.effective_on) == (TransferStatus.SCHEDULED, date(2026, 1, 13))


def test_a_check_is_sent_mailed_delivered_and_cashed(company):
    with company.ctx() as ctx:
        sent = transfers.send(ctx, replace(a_check(ctx), check_number=1001))
        mailed = transfers.start(ctx, sent)
        delivered = transfers.deliver(ctx, mailed)
        assert delivered.delivered_at == ctx.now
        settled = transfers.settle(ctx, delivered)
        assert (settled.status, settled.check_number) == (TransferStatus.SETTLED, 1001)
        assert transfers.get_transfer(ctx, settled.id) == settled


def test_a_delivered_check_may_come_back(company):
    with company.ctx() as ctx:
        delivered = transfers.deliver(ctx, transfers.start(ctx, transfers.send(ctx, a_check(ctx))))
        returned = transfers.return_transfer(ctx, delivered, "R08")
        assert (returned.returned_at, returned.return_code) == (ctx.now, "R08")


def test_a_check_that_was_printed_is_not_called_off(company):
    def too_late(ctx):
        transfers.cancel(ctx, transfers.send(ctx, a_check(ctx)))

    assert isinstance(refused(company, too_late), StateForbids)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2026, 1, 13, 16, 59, tzinfo=UTC), date(2026, 1, 13)),
        (datetime(2026, 1, 13, 17, 0, tzinfo=UTC), date(2026, 1, 14)),
        (datetime(2026, 1, 16, 17, 0, tzinfo=UTC), date(2026, 1, 20)),  # a weekend and a holiday
    ],
)
def test_checks_are_printed_on_business_days_at_nine_in_los_angeles(now, day):
    assert calendar.earliest_printing_day(now) == day


def test_a_check_is_delivered_on_the_sixth_and_cashed_on_the_eighth_business_day():
    printed = calendar.disbursed_on(date(2026, 3, 4))
    assert printed == date(2026, 3, 6)
    assert calendar.check_arrives_on(printed) == date(2026, 3, 12)
    assert calendar.check_delivered_at(printed) == datetime(2026, 3, 12, 19, tzinfo=UTC)
    assert calendar.check_clears_at(printed) == datetime(2026, 3, 16, 12, 30, tzinfo=UTC)
