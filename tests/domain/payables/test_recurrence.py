"""When a series of bills falls due: no drift over month ends and leap days, against arithmetic done the slow way."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billfold.payables.recurring.recurrence import Period, Schedule, due_dates


def schedule(period: Period, first: date, *, every: int = 1, until: date | None = None) -> Schedule:
    return Schedule(period, every, first, first.day, until)


def first_dues(period: Period, first: date, count: int, *, every: int = 1, until: date | None = None) -> list[str]:
    dues = islice(due_dates(schedule(period, first, every=every, until=until)), count)
    return [due.isoformat() for due in dues]


def slowly(period: Period, first: date, every: int, count: int) -> list[date]:
    """Walks the calendar day by day, and takes a day where a person would."""
    found, day, months = [first], first, 0
    while len(found) < count:
        day += timedelta(days=1)
        if period in {Period.DAILY, Period.WEEKLY}:
            step = every * (1 if period is Period.DAILY else 7)
            if (day - first).days % step == 0:
                found.append(day)
            continue
        if day.day == 1:
            months += 1
        last_of_month = calendar.monthrange(day.year, day.month)[1]
        is_the_day = day.day == first.day or (day.day == last_of_month and last_of_month < first.day)
        step = every * (1 if period is Period.MONTHLY else 12)
        if is_the_day and months and months % step == 0:
            found.append(day)
    return found


DAYS = st.dates(date(1999, 1, 1), date(2032, 12, 31))


@given(st.sampled_from(Period), DAYS, st.integers(1, 5), st.integers(1, 6))
def test_due_dates_are_those_that_a_person_finds_in_a_calendar(period, first, every, count):
    dues = list(islice(due_dates(schedule(period, first, every=every)), count))
    assert dues == slowly(period, first, every, count)


@given(st.sampled_from(Period), DAYS, st.integers(1, 5), st.integers(0, 400))
def test_no_date_after_the_end_falls_due_and_the_end_itself_may(period, first, every, days):
    until = first + timedelta(days=days)
    dues = list(due_dates(schedule(period, first, every=every, until=until)))
    without_end = list(islice(due_dates(schedule(period, first, every=every)), len(dues) + 1))
    assert dues == without_end[:-1]
    assert all(due <= until for due in dues)
    assert without_end[-1] > until


@given(st.sampled_from(Period), DAYS, st.integers(1, 5), st.integers(0, 10))
def test_a_series_goes_on_from_anywhere_as_if_it_had_not_stopped(period, first, every, steps):
    whole = schedule(period, first, every=every)
    later = whole
    for _ in range(steps):
        later = later.advanced()
    assert list(islice(due_dates(later), 5)) == list(islice(due_dates(whole), steps, steps + 5))


def test_month_ends_come_back():
    assert first_dues(Period.MONTHLY, date(2027, 1, 31), 5) == [
        "2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31",
    ]  # fmt: skip
    assert first_dues(Period.MONTHLY, date(2028, 1, 30), 3) == ["2028-01-30", "2028-02-29", "2028-03-30"]


def test_a_leap_day_is_the_28th_in_other_years():
    assert first_dues(Period.YEARLY, date(2028, 2, 29), 5) == [
        "2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("period", "every", "second"),
    [
        (Period.DAILY, 1, "2026-02-01"),
        (Period.DAILY, 10, "2026-02-10"),
        (Period.WEEKLY, 2, "2026-02-14"),
        (Period.MONTHLY, 3, "2026-04-30"),
        (Period.YEARLY, 2, "2028-01-31"),
    ],
)
def test_a_series_goes_on_every_so_many_periods(period, every, second):
    assert first_dues(period, date(2026, 1, 31), 2, every=every)[1] == second


def test_a_series_that_ended_before_it_began_has_no_dates():
    assert first_dues(Period.DAILY, date(2026, 1, 31), 2, until=date(2026, 1, 30)) == []
