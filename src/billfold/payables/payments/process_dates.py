"""On which day a payment that nobody gives a day is processed, and when it has to be asked for."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from billfold.identity.organizations import zone_of
from billfold.kit.business_days import is_business_day, next_business_day, previous_business_day
from billfold.kit.ctx import Ctx
from billfold.payables.payments.funding_sources import disbursed_on
from billfold.payables.payments.reach import Reach
from billfold.rails import calendar
from billfold.rails.model import Rail

#: A due date may be any, and the calendar ends: one beyond these is as good as they are.
_LONG_AGO: Final = date(1900, 1, 1)
_FAR_AHEAD: Final = date(9990, 1, 1)


def day_begins(ctx: Ctx, day: date) -> datetime:
    """When the organization's day begins (settled.md §4)."""
    return datetime.combine(day, time(0), zone_of(ctx)).astimezone(UTC)


def last_day_begins(ctx: Ctx, process_on: date) -> datetime:
    """The beginning of the organization's last day on which this process date can still be asked for."""
    return day_begins(ctx, calendar.cut_off(process_on).astimezone(zone_of(ctx)).date())


def days_before(due_on: date, days: int) -> date:
    """So many days before it is due, or the next business day (contract: payables §1.6)."""
    day = _countable(due_on) - timedelta(days=days)
    return day if is_business_day(day) else next_business_day(day)


def to_arrive(reach: Reach, rail: Rail, arrive_on: date, now: datetime) -> date:
    """The last day to start on so that the money is there on that day; the earliest one if it is too late.

    `rail` is what carries the funding.
    """
    arrive_on = _countable(arrive_on)
    earliest = calendar.earliest_process_date(now)
    day = arrive_on if is_business_day(arrive_on) else previous_business_day(arrive_on)
    while day > earliest and reach.arrives_on(disbursed_on(rail, day)) > arrive_on:
        day = previous_business_day(day)
    return max(day, earliest)


def _countable(day: date) -> date:
    return min(max(day, _LONG_AGO), _FAR_AHEAD)
