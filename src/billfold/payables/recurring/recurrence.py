"""When a series of bills falls due: pure arithmetic of dates, without drift.

The day of the month that the series began with is kept: from 31 January it goes on to 28 or 29 February and back to
31 March, and a yearly 29 February is the 28th in between.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

import msgspec


class Period(StrEnum):
    """What a schedule counts in."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


_DAYS: Final = {Period.DAILY: 1, Period.WEEKLY: 7}
_MONTHS: Final = {Period.MONTHLY: 1, Period.YEARLY: 12}


class Schedule(msgspec.Struct, frozen=True):
    """Every `frequency` periods from `next_due_on`, until `end_on` (that day included) or for good.

    `anchor_day` is the day of the month that months and years come back to.
    """

    period: Period
    frequency: int
    next_due_on: date
    anchor_day: int
    end_on: date | None

    @property
    def over(self) -> bool:
        """Whether nothing more falls due."""
        return self.end_on is not None and self.next_due_on > self.end_on

    def advanced(self) -> Schedule:
        """The schedule after its next due date."""
        if self.period in _DAYS:
            due_on = self.next_due_on + timedelta(days=_DAYS[self.period] * self.frequency)
            return msgspec.structs.replace(self, next_due_on=due_on, anchor_day=due_on.day)
        due_on = _months_later(self.next_due_on, _MONTHS[self.period] * self.frequency, self.anchor_day)
        return msgspec.structs.replace(self, next_due_on=due_on)


def due_dates(schedule: Schedule) -> Iterator[date]:
    """Every due date to come, in order."""
    while not schedule.over:
        yield schedule.next_due_on
        schedule = schedule.advanced()


def _months_later(day: date, months: int, anchor_day: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(anchor_day, calendar.monthrange(year, month + 1)[1]))
