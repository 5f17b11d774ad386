"""Time moves by the clock, never by reading: however it is cut, the same days leave the same rows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from billfold.payables.bills import bills
from billfold.payables.voids.cancellations import cancel_payment
from billfold.rails import transfers
from billfold.rails.model import Leg
from tests.builders import a_bank_account, a_bill, a_company, a_payment, a_vendor, advance, dump
from tests.conftest import a_house
from tests.databases import fresh_sqlite

#: Funding and vendor accounts of the payments in flight: good ones, and those that banks send back.
IN_FLIGHT = [
    ("111111234", "222221234"),
    ("111110001", "222221234"),
    ("111111234", "222220003"),
    ("111110101", "222220101"),
    ("111110029", "222220002"),
]


def a_company_with_payments_in_flight(database):
    """Payments at every stage and for several days, one cancelled, one returned by hand."""
    company = a_company(database, a_house(), world_id="world")
    made = []
    for day in range(3):
        with company.ctx() as ctx:
            for number, (funding, vendor_bank) in enumerate(IN_FLIGHT):
                account = a_bank_account(ctx, bank=funding)
                vendor = a_vendor(ctx, name=f"Vendor {day}{number}", bank=vendor_bank)
                bill = a_bill(ctx, vendor, amount=f"{100 + day}.{number:02}")
                made.append(a_payment(ctx, bill, amount="50.00", bank_account=account).payment.id)
                later = date(2026, 1, 20 + day)
                a_payment(ctx, bills.get_bill(ctx, bill.bill.id), bank_account=account, process_on=later)
            cancel_payment(ctx, made.pop())
        if day < 2:
            advance(company, days=1)
    with company.ctx() as ctx:
        transfers.return_transfer(ctx, transfers.transfer_of(ctx, made[0], Leg.FUNDING), "R01")
    return company


def rows_after(fresh_database, steps):
    """Every row of the database after these advances, from the same seed."""
    with fresh_database() as database:
        company = a_company_with_payments_in_flight(database)
        for step in steps:
            advance(company, to=company.now() + step)
        return dump(database)


def assert_same(one, other):
    for table in one:
        assert one[table] == other[table], table
    assert one.keys() == other.keys()


@pytest.mark.slow
def test_ten_days_at_once_leave_the_same_rows_as_ten_advances_of_a_day(fresh_database):
    at_once = rows_after(fresh_database, [timedelta(days=10)])
    assert_same(at_once, rows_after(fresh_database, [timedelta(days=1)] * 10))
    assert len(at_once["ach_files"]) > 5


@pytest.mark.slow
def test_hours_leave_the_same_rows_as_days(fresh_database):
    at_once = rows_after(fresh_database, [timedelta(days=10)])
    assert_same(at_once, rows_after(fresh_database, [timedelta(hours=1)] * 240))


@pytest.mark.slow
@pytest.mark.postgres
def test_both_databases_hold_the_same_rows(fresh_postgres):
    days = [timedelta(days=10)]
    assert_same(rows_after(fresh_sqlite, days), rows_after(fresh_postgres, days))
