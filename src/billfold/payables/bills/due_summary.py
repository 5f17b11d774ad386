"""How much is due, and when: of all bills, and of those that wait for a user's approval (contract v2.md §6.8)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

import msgspec

from billfold.approvals import requests
from billfold.approvals.model import StepStatus, SubjectKind
from billfold.kit.ctx import Ctx
from billfold.payables.bills import store
from billfold.rails import fx
from billfold.rails.calendar import today

_WEEK: Final = timedelta(days=7)
_NO_MONEY: Final = Decimal("0.00")


class Due(msgspec.Struct, frozen=True):
    """How many bills, and what is due on them in USD."""

    count: int = 0
    total: Decimal = _NO_MONEY

    def __add__(self, other: Due) -> Due:
        return Due(self.count + other.count, self.total + other.total)


class DueSummary(msgspec.Struct, frozen=True):
    """What was due before today, is due today, in the seven days after it, and later. `all` is their sum."""

    overdue: Due = Due()
    today: Due = Due()
    week: Due = Due()
    later: Due = Due()

    @property
    def all(self) -> Due:
        return self.overdue + self.today + self.week + self.later


def of_bills(ctx: Ctx) -> DueSummary:
    """Of all bills in use on which something is due."""
    return _summary(today(ctx.now), _due(ctx, None))


def of_approvals(ctx: Ctx, user_id: str) -> DueSummary:
    """Of those among them that wait for this user's approval."""
    due: list[tuple[date, Due]] = []
    # Who is asked by name and as one of a group is asked about one bill.
    seen: set[str] = set()
    after = 0
    while steps := requests.steps_of_user(ctx, SubjectKind.BILL, user_id, StepStatus.WAITING, after=after):
        asked = {step.subject_id for step in steps} - seen
        due += _due(ctx, sorted(asked)) if asked else []
        seen |= asked
        after = steps[-1].ordinal
    return _summary(today(ctx.now), due)


def _due(ctx: Ctx, bill_ids: Sequence[str] | None) -> list[tuple[date, Due]]:
    return [
        (due_on, Due(count, fx.in_dollars(minor, currency, rate)))
        for due_on, currency, rate, count, minor in store.due_by_day(ctx.tx, ctx.organization_id, bill_ids)
    ]


def _summary(day: date, due: Iterable[tuple[date, Due]]) -> DueSummary:
    overdue = now = week = later = Due()
    for due_on, one in due:
        if due_on < day:
            overdue += one
        elif due_on == day:
            now += one
        elif due_on <= day + _WEEK:
            week += one
        else:
            later += one
    return DueSummary(overdue, now, week, later)
