"""The Federal Reserve's calendar: eleven holidays, observed on Monday when they fall on a Sunday.

A holiday on a Saturday is not moved: the banks are open on the Friday before it (settled.md §4).
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Final

_DAY: Final = timedelta(days=1)
_MONDAY, _THURSDAY, _SATURDAY, _SUNDAY = 0, 3, 5, 6


def is_business_day(day: date) -> bool:
    """Whether the Federal Reserve Banks are open."""
    return day.weekday() < _SATURDAY and day not in holidays(day.year)


def next_business_day(day: date) -> date:
    """The first business day after this day."""
    return add_business_days(day, 1)


def previous_business_day(day: date) -> date:
    """The last business day before this day."""
    return add_business_days(day, -1)


def add_business_days(day: date, count: int) -> date:
    """The day `count` business days later (earlier when negative). Zero gives the day itself."""
    step = _DAY if count > 0 else -_DAY
    for _ in range(abs(count)):
        day += step
        while not is_business_day(day):
            day += step
    return day


@lru_cache(maxsize=256)
def holidays(year: int) -> frozenset[date]:
    """The days of this year on which the Federal Reserve Banks observe a holiday."""
    fixed = (
        date(year, 1, 1),  # New Year's Day
        date(year, 6, 19),  # Juneteenth
        date(year, 7, 4),  # Independence Day
        date(year, 11, 11),  # Veterans Day
        date(year, 12, 25),  # Christmas Day
    )
    floating = (
        _nth_weekday(year, 1, _MONDAY, 3),  # Martin Luther King Jr. Day
        _nth_weekday(year, 2, _MONDAY, 3),  # Presidents Day
        _last_monday_of_may(year),  # Memorial Day
        _nth_weekday(year, 9, _MONDAY, 1),  # Labor Day
        _nth_weekday(year, 10, _MONDAY, 2),  # Columbus Day
        _nth_weekday(year, 11, _THURSDAY, 4),  # Thanksgiving Day
    )
    return frozenset([day + _DAY if day.weekday() == _SUNDAY else day for day in fixed] + list(floating))


def _nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def _last_monday_of_may(year: int) -> date:
    last = date(year, 5, 31)
    return last - timedelta(days=last.weekday())
