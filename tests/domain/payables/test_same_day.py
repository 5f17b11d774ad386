"""Payments that arrive on the day they are made: who may ask for one, and the day's windows."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from billfold import ledger
from billfold.kit.errors import InvalidField
from billfold.payables.payments import payments
from billfold.payables.payments.model import DisbursementType, SingleStatus
from billfold.payables.payments.payment_rules import ProcessDateInvalid
from billfold.payables.voids.cancellations import cancel_payment
from billfold.rails import bank, calendar, transfers
from billfold.rails.model import Leg
from tests.builders import (
    ADDRESS,
    a_bank_account,
    a_bill,
    a_company,
    a_payment,
    a_vendor,
    advance,
    pay_bills,
    refused,
)
from tests.readings import nacha_files

#: Six in the morning in Los Angeles, nine in New York, on a Monday.
EARLY = datetime(2026, 1, 12, 14, tzinfo=UTC)
BEFORE_EIGHT = datetime(2026, 1, 12, 15, 59, tzinfo=UTC)
EIGHT = datetime(2026, 1, 12, 16, tzinfo=UTC)
TODAY, TOMORROW = date(2026, 1, 12), date(2026, 1, 13)


def at(hour, minute=0):
    """That time in New York on the day."""
    return datetime(2026, 1, 12, hour + 5, minute, tzinfo=UTC)


@pytest.fixture
def early(database, house):
    return a_company(database, house, at=EARLY)


def paid(company, **fields):
    with company.ctx() as ctx:
        return pay(ctx, **fields)


def pay(ctx, *, bank="111111234", vendor_bank="222221234", amount="100.00", **fields):
    account = a_bank_account(ctx, bank=bank)
    vendor = a_vendor(ctx, bank=vendor_bank, **ADDRESS)
    return a_payment(ctx, a_bill(ctx, vendor, amount=amount), bank_account=account, pay_faster=True, **fields)


def status(company, view):
    with company.ctx() as ctx:
        assert ledger.verify(ctx) == []
        return payments.get_payment(ctx, view.payment.id).payment.single_status


def batches(company):
    with company.ctx() as ctx:
        return [file.batches[0] for file in nacha_files(ctx)]


def test_a_payment_of_today_is_collected_and_there_today(early):
    view = paid(early)
    assert (view.payment.process_on, view.payment.arrives_on, view.payment.pay_faster) == (TODAY, TODAY, True)
    assert status(early, view) is SingleStatus.SCHEDULED
    advance(early, to=at(10))
    assert status(early, view) is SingleStatus.FUNDING_STARTED
    advance(early, to=at(13))
    assert status(early, view) is SingleStatus.PROCESSED
    advance(early, to=at(16, 15))
    assert status(early, view) is SingleStatus.PROCESSED
    advance(early, to=at(18))
    assert status(early, view) is SingleStatus.CLEARED
    debit, credit = batches(early)
    assert (debit.descriptive_date, debit.effective_entry_date) == ("SD1300", TODAY)
    assert (credit.descriptive_date, credit.effective_entry_date) == ("SD1800", TODAY)
    with early.ctx() as ctx:
        assert payments.get_payment(ctx, view.payment.id).payment.sent_on == TODAY


def test_a_payment_asked_for_just_before_eight_takes_the_later_windows(database, house):
    company = a_company(database, house, at=BEFORE_EIGHT)
    view = paid(company)
    advance(company, to=at(16, 15))
    assert status(company, view) is SingleStatus.FUNDING_STARTED
    advance(company, to=at(17))
    assert status(company, view) is SingleStatus.PROCESSED
    advance(company, to=at(18))
    assert status(company, view) is SingleStatus.CLEARED
    assert [one.descriptive_date for one in batches(company)] == ["SD1700", "SD1800"]


def test_at_eight_it_is_too_late_for_today(database, house):
    company = a_company(database, house, at=EIGHT)
    assert isinstance(refused(company, lambda ctx: pay(ctx, process_on=TODAY)), ProcessDateInvalid)
    view = paid(company)
    assert view.payment.process_on == TOMORROW
    advance(company, days=1, hours=12)
    assert status(company, view) is SingleStatus.CLEARED


@pytest.mark.parametrize("day", [date(2026, 1, 9), date(2026, 1, 17), date(2026, 1, 19), date(2027, 6, 1)])
def test_a_day_that_is_past_closed_or_too_far_is_refused(early, day):
    assert isinstance(refused(early, lambda ctx: pay(ctx, process_on=day)), ProcessDateInvalid)


def test_at_most_25_000_and_only_by_ach(early):
    paid(early, amount="25000.00")
    refusal = refused(early, lambda ctx: pay(ctx, amount="25000.01"))
    assert isinstance(refusal, InvalidField)
    assert "25000.00" in str(refusal)
    assert isinstance(refused(early, lambda ctx: pay(ctx, vendor_bank=None)), InvalidField)


def test_the_limit_is_of_the_payment_and_not_of_a_bill(early):
    with early.ctx() as ctx:
        account, vendor = a_bank_account(ctx), a_vendor(ctx)
        bills = [(a_bill(ctx, vendor, amount="13000.00"), "13000.00") for _ in range(2)]
    refusal = refused(early, lambda ctx: pay_bills(ctx, *bills, account=account, pay_faster=True))
    assert len(refusal.refusals) == 2


def test_a_payment_of_today_can_be_called_off_until_its_window(early):
    view = paid(early)
    with early.ctx() as ctx:
        cancel_payment(ctx, view.payment.id)
    advance(early, days=2)
    assert status(early, view) is SingleStatus.CANCELED
    assert batches(early) == []


def test_a_debit_that_comes_back_after_its_credit_is_there_leaves_the_organization_owing(early):
    view = paid(early, bank="111110001")
    advance(early, to=at(18))
    assert status(early, view) is SingleStatus.CLEARED
    advance(early, days=1)
    assert status(early, view) is SingleStatus.FUNDING_FAILED_ACTION_NEEDED


def test_a_debit_that_comes_back_while_its_credit_is_on_its_way_does_too(database, house):
    company = a_company(database, house, at=BEFORE_EIGHT)
    view = paid(company)
    advance(company, to=at(16, 30))
    with company.ctx() as ctx:
        bank.return_now(ctx, transfers.leg_of(ctx, view.payment.id, Leg.FUNDING), "R01")
    assert status(company, view) is SingleStatus.FUNDING_FAILED_ACTION_NEEDED
    advance(company, to=at(18))
    assert status(company, view) is SingleStatus.FUNDING_FAILED_ACTION_NEEDED


def test_a_debit_that_comes_back_before_the_last_window_stops_the_credit(early):
    view = paid(early)
    advance(early, to=at(12))
    with early.ctx() as ctx:
        bank.return_now(ctx, transfers.leg_of(ctx, view.payment.id, Leg.FUNDING), "R01")
    advance(early, days=1)
    assert status(early, view) is SingleStatus.FUNDING_FAILED_VOIDED
    assert len(batches(early)) == 1


def test_the_nights_cut_off_leaves_payments_of_the_same_day_to_their_windows(early):
    view = paid(early, process_on=TOMORROW)
    advance(early, to=datetime(2026, 1, 13, 3, tzinfo=UTC))
    assert status(early, view) is SingleStatus.SCHEDULED
    assert view.payment.disbursement_type is DisbursementType.ACH
    advance(early, days=1)
    assert status(early, view) is SingleStatus.CLEARED


def test_a_window_that_was_missed_is_followed_by_the_next_and_the_last_by_the_night():
    def slot(hour, minute=0):
        found = calendar.same_day_slot(at(hour, minute))
        return found.effective_on, found.window and found.window.mark

    assert slot(10, 29) == (TODAY, "SD1300")
    assert slot(10, 30) == (TODAY, "SD1700")
    assert slot(16, 44) == (TODAY, "SD1800")
    assert slot(16, 45) == (TOMORROW, None)
    weekend = calendar.same_day_slot(datetime(2026, 1, 17, 15, tzinfo=UTC))
    assert (weekend.effective_on, weekend.window) == (date(2026, 1, 20), None)
