"""A house in production that is down for minutes, hours or days: nothing is stuck, and every cent is explained.

What became due meanwhile runs when the house is up again, later than it should: files leave late, and what hangs on them
with them. The banks do what banks do; a few days later every payment has arrived, without anybody's help.
"""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import math
import random
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from billfold import ledger
from billfold.kit import worlds
from billfold.kit.blobs import MemoryBlobs
from billfold.kit.jobs import parked_jobs, retry_parked
from billfold.kit.settings import Profile
from billfold.parties import vendors
from billfold.parties.model import BankAccountDraft, VendorDraft
from billfold.payables.payments import clearing, payments
from billfold.payables.payments.model import SingleStatus
from billfold.rails import transfers
from billfold.rails.ach import START_JOB
from billfold.rails.model import Leg, TransferStatus
from billfold.rails.originators import set_originator
from billfold.rails.transfers import POST_JOB
from tests.builders import ADDRESS, ROUTING, a_bank_account, a_bill, a_company, a_payment, a_vendor, advance
from tests.conftest import a_house
from tests.funding_builders import enroll
from tests.properties.effort import EFFORT
from tests.readings import nacha_files, stored_files

ORIGINATOR = {
    "company_name": "ACME ANVILS", "company_id": "1234567890", "immediate_origin": "1234567890",
    "origin_name": "ACME ANVILS", "odfi_routing": ROUTING, "immediate_destination": ROUTING,
    "destination_name": "FIRST BANK",
}  # fmt: skip
#: Five in the morning in Los Angeles, eight in New York, on a Monday.
EARLY = datetime(2026, 1, 12, 13, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _quiet():
    """Failed jobs are logged with their traceback; here they fail on purpose."""
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


class Outages:
    """A company that pays by ACH, on the day itself and on the next, while its house comes and goes."""

    def __init__(self, database, house, seed=0):
        self.chance = random.Random(seed)
        company = a_company(database, house, at=EARLY)
        with company.ctx() as ctx:
            set_originator(ctx, ORIGINATOR)
            self.account, self.own = a_bank_account(ctx), a_bank_account(ctx, bank="111115678")
            self.vendor = a_vendor(ctx)
        production = msgspec.structs.replace(house, profile=Profile.PRODUCTION)
        self.company = dataclasses.replace(company, house=production)
        # A new account would have to wait two days for its first payment.
        self.paying = company
        self.made = []

    def own_bank(self):
        """Payments from one of the accounts need no debit from here on."""
        with self.paying.ctx() as ctx:
            set_originator(ctx, {"own_bank_account_id": self.own.id})

    def pay(self, **fields):
        """A payment from one of the accounts, on the first day that it can still be made."""
        account = self.chance.choice((self.account, self.own))
        with self.paying.ctx() as ctx:
            amount, number = f"{self.chance.randint(1, 2000)}.17", f"INV-{len(self.made)}"
            bill = a_bill(ctx, self.vendor, amount=amount, invoice_number=number)
            self.made.append(a_payment(ctx, bill, bank_account=account, **fields).payment.id)

    def wake(self, *, to=None, **time):
        """The house is up at that moment, after so long, and does all that became due."""
        with self.company.database.transaction() as tx:
            world = worlds.get_world(tx, self.company.world_id)
            at = to or world.clock.now() + timedelta(**time)
            world = worlds.freeze(tx, world.id, at)
        asyncio.run(self.company.runner.drain(world, at))
        self.check()

    def check(self):
        """No job gave up, and the books hold."""
        with self.company.ctx() as ctx:
            assert parked_jobs(ctx.tx, ctx.organization_id) == []
            assert ledger.verify(ctx) == []
            assert clearing.problems(ctx) == []

    def statuses(self):
        with self.company.ctx() as ctx:
            return [payments.get_payment(ctx, one).payment.single_status for one in self.made]

    def files(self):
        with self.company.ctx() as ctx:
            return nacha_files(ctx)

    def legs(self):
        """Debit and credit of each payment; from the own bank, its book transfer and its credit."""
        legs = Leg.FUNDING, Leg.DISBURSEMENT
        with self.company.ctx() as ctx:
            return [tuple(transfers.leg_of(ctx, payment_id, leg) for leg in legs) for payment_id in self.made]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(math.ceil(4 * EFFORT)))
def test_whenever_the_house_was_down_every_payment_arrives_and_is_collected_first(database, house, seed):
    story = Outages(database, house, seed)
    if seed % 2:
        story.own_bank()
    chance = story.chance
    for _ in range(40):
        for _ in range(chance.randrange(3)):
            story.pay(pay_faster=bool(chance.randrange(3)))
        story.wake(minutes=chance.choice((5, 20, 45, 90, 180, 400, 1000, 2900)))
    for _ in range(14 * 12):
        story.wake(hours=2)
    assert set(story.statuses()) == {SingleStatus.CLEARED}
    for debit, credit in story.legs():
        assert debit.settled_at <= credit.settled_at
    assert_no_two_files_of_a_day_are_alike(story)


def test_the_credit_of_a_debit_that_missed_its_day_waits_until_it_is_collected(database, house):
    story = Outages(database, house)
    story.pay(pay_faster=True)
    story.wake(to=datetime(2026, 1, 12, 22, tzinfo=UTC))  # 17:00 in New York: the last window has closed
    ((debit, credit),) = story.legs()
    assert (debit.status, debit.effective_on) == (TransferStatus.SENT, date(2026, 1, 13))
    assert credit.status is TransferStatus.HELD
    story.wake(to=datetime(2026, 1, 14, 13, tzinfo=UTC))
    assert story.statuses() == [SingleStatus.FUNDING_STARTED]
    story.wake(to=datetime(2026, 1, 14, 14, tzinfo=UTC))
    assert story.statuses() == [SingleStatus.PROCESSED]
    story.wake(to=datetime(2026, 1, 15, 3, tzinfo=UTC))  # after the cut-off
    story.wake(to=datetime(2026, 1, 15, 14, tzinfo=UTC))
    assert story.statuses() == [SingleStatus.CLEARED]


def test_the_credit_of_a_debit_that_leaves_late_but_on_its_day_leaves_on_it(database, house):
    story = Outages(database, house)
    story.pay(pay_faster=True)
    story.wake(to=datetime(2026, 1, 12, 21, 20, tzinfo=UTC))  # 16:20 in New York: the last window is open
    story.wake(to=datetime(2026, 1, 12, 23, tzinfo=UTC))
    assert story.statuses() == [SingleStatus.CLEARED]
    assert [file.batches[0].descriptive_date for file in story.files()] == ["SD1800", "SD1800"]


def test_files_that_are_late_together_have_modifiers_of_their_own(database, house):
    story = Outages(database, house)
    story.pay(process_on=date(2026, 1, 13))
    story.pay(process_on=date(2026, 1, 14))
    story.wake(to=datetime(2026, 1, 14, 17, tzinfo=UTC))
    assert [file.file_id_modifier for file in story.files()] == ["A", "B"]
    assert_no_two_files_of_a_day_are_alike(story)


@pytest.mark.parametrize(
    ("up_again", "asks_for"),
    [
        (datetime(2026, 1, 15, 22, tzinfo=UTC), b"2026-01-15"),  # hours late, on the same day
        (datetime(2026, 1, 18, 20, tzinfo=UTC), b"2026-01-20"),  # a Sunday before a holiday
    ],
)
def test_a_file_of_transfers_abroad_that_is_late_asks_for_no_day_that_is_over(database, house, up_again, asks_for):
    story = Outages(database, house)
    german = BankAccountDraft(
        name_on_account="Kite", routing_number="", account_number="DE89370400440532013000",
        payment_currency="EUR", bank_country="DE",
    )  # fmt: skip
    with story.paying.ctx() as ctx:
        story.vendor = vendors.create_vendor(ctx, VendorDraft(name="Kite", purpose_text="Goods"), german)
    story.pay()
    for hours in (14, 12, 24):
        story.wake(hours=hours)
    story.wake(to=up_again)
    with story.company.ctx() as ctx:
        (file,) = stored_files(ctx, "pain001")
    assert b"<ReqdExctnDt><Dt>" + asks_for in file
    assert b"<CreDtTm>" + up_again.isoformat()[:16].encode() in file


class FullDisk(MemoryBlobs):
    """Takes nothing until somebody makes room."""

    is_full = True

    def put(self, content):
        if self.is_full:
            raise OSError
        return super().put(content)


def test_a_cut_off_that_finds_the_disk_full_is_tried_again_until_there_is_room(database):
    disk = FullDisk()
    story = Outages(database, a_house(blobs=disk))
    story.pay(process_on=date(2026, 1, 13))
    story.wake(to=datetime(2026, 1, 13, 2, tzinfo=UTC))
    for _ in range(30):
        story.wake(seconds=1)
    story.wake(minutes=2)
    disk.is_full = False
    story.wake(minutes=2)
    assert len(story.files()) == 1
    story.wake(to=datetime(2026, 1, 13, 12, tzinfo=UTC))
    assert story.statuses() == [SingleStatus.FUNDING_STARTED]


def test_a_job_that_gives_up_after_a_quarter_of_an_hour_works_when_somebody_has_it_tried_again(database):
    disk = FullDisk()
    story = Outages(database, a_house(blobs=disk))
    story.pay(process_on=date(2026, 1, 13))
    story.wake(to=datetime(2026, 1, 13, 2, tzinfo=UTC))
    for _ in range(12):
        story.wake(minutes=1)
    with pytest.raises(AssertionError, match="OSError"):
        story.wake(minutes=3)
    disk.is_full = False
    with story.company.ctx() as ctx:
        assert retry_parked(ctx.tx, ctx.organization_id) == 1
    story.wake(minutes=1)
    assert len(story.files()) == 1


@pytest.mark.parametrize("by_check", [False, True])
def test_a_payment_whose_funding_gave_up_arrives_once_somebody_has_it_tried_again(database, house, by_check):
    story = Outages(database, house)
    story.own_bank()
    story.account = story.own
    if by_check:
        with story.paying.ctx() as ctx:
            story.vendor = a_vendor(ctx, name="By check", bank=None, **ADDRESS)
    story.pay(process_on=date(2026, 1, 13))
    with story.paying.ctx() as ctx:
        ctx.tx.run("UPDATE jobs SET attempts = 5 WHERE name = ?", (POST_JOB,))
    advance(story.paying, days=12)
    assert story.statuses() == [SingleStatus.SCHEDULED]
    with story.paying.ctx() as ctx:
        assert {job.name for job in parked_jobs(ctx.tx, ctx.organization_id)} > {POST_JOB}
        retry_parked(ctx.tx, ctx.organization_id)
    advance(story.paying, minutes=1)
    story.check()
    assert story.statuses() == [SingleStatus.CLEARED]


def test_a_virtual_card_that_is_out_before_its_funding_was_tried_again_is_no_secret_of_the_payment(database, house):
    story = Outages(database, house)
    story.own_bank()
    story.account = story.own
    with story.paying.ctx() as ctx:
        enroll(ctx, story.vendor)
    story.pay(process_on=date(2026, 1, 13))
    with story.paying.ctx() as ctx:
        ctx.tx.run("UPDATE jobs SET attempts = 5 WHERE name = ?", (POST_JOB,))
    advance(story.paying, days=3)
    with story.paying.ctx() as ctx:
        assert retry_parked(ctx.tx, ctx.organization_id) == 1
    advance(story.paying, minutes=1)
    assert story.statuses() == [SingleStatus.DELIVERED]
    advance(story.paying, days=40)
    story.check()
    assert story.statuses() == [SingleStatus.CLEARED], "by ACH, for nobody used the card"


def test_a_debit_whose_start_gave_up_is_collected_all_the_same(database, house):
    story = Outages(database, house)
    story.pay(process_on=date(2026, 1, 13))
    advance(story.paying, hours=14)
    with story.paying.ctx() as ctx:
        ctx.tx.run("UPDATE jobs SET attempts = 5 WHERE name = ?", (START_JOB,))
    advance(story.paying, to=datetime(2026, 1, 14, 14, tzinfo=UTC))
    assert story.statuses() == [SingleStatus.PROCESSED]
    with story.paying.ctx() as ctx:
        assert retry_parked(ctx.tx, ctx.organization_id) == 1
    advance(story.paying, days=3)
    story.check()
    assert story.statuses() == [SingleStatus.CLEARED]


def assert_no_two_files_of_a_day_are_alike(story):
    """By day of creation and modifier, which is what banks know a file by."""
    marks = [(file.created.date(), file.file_id_modifier) for file in story.files()]
    assert len(set(marks)) == len(marks)
