"""The Federal Reserve's calendar, against the days it published."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from billfold.kit.business_days import (
    add_business_days,
    holidays,
    is_business_day,
    next_business_day,
    previous_business_day,
)

# https://www.frbservices.org/about/holiday-schedules: 2026's 4 July is a Saturday and not moved;
# in 2027 it is a Sunday and observed on Monday, and 19 June and 25 December are Saturdays.
PUBLISHED = {
    2026: "01-01 01-19 02-16 05-25 06-19 09-07 10-12 11-11 11-26 12-25",
    2027: "01-01 01-18 02-15 05-31 07-05 09-06 10-11 11-11 11-25",
}


@pytest.mark.parametrize("year", PUBLISHED)
def test_the_banks_close_on_weekdays_of_the_published_schedule(year):
    published = {date.fromisoformat(f"{year}-{day}") for day in PUBLISHED[year].split()}
    days = [date(year, 1, 1) + timedelta(days=number) for number in range(365)]
    assert {day for day in days if day.weekday() < 5 and not is_business_day(day)} == published


@pytest.mark.parametrize("year", range(2020, 2060))
def test_every_year_has_eleven_holidays(year):
    assert len(holidays(year)) == 11


def test_counting_business_days_passes_over_weekends_and_holidays():
    friday = date(2026, 1, 16)
    assert next_business_day(friday) == date(2026, 1, 20)
    assert previous_business_day(date(2026, 1, 20)) == friday
    assert add_business_days(friday, 0) == friday
    assert add_business_days(date(2026, 1, 18), -1) == friday
    assert add_business_days(date(2025, 12, 31), 1) == date(2026, 1, 2)
