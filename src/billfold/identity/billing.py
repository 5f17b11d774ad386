"""Billing statements: what each completed month of an organization costs by its price plan.

They are not kept but worked out from what never changes: when users were there (their events) and how many payments
were made. Billfold collects nothing; a sandbox's clock says when they would have been paid. Months are those of UTC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

import msgspec

from billfold.identity import store
from billfold.identity.events import UserArchived, UserCreated, UserRestored
from billfold.identity.organizations import get_organization
from billfold.identity.price_plans import Charge, Usage, charges, plan_of
from billfold.kit.ctx import Ctx

#: How long after a statement's date it is collected.
COLLECTED_AFTER: Final = timedelta(days=9)
#: A statement for every month of forty years, and no more.
_MOST_MONTHS: Final = 480
_ARRIVALS: Final = frozenset({UserCreated.__name__, UserRestored.__name__})
_DEPARTURES: Final = frozenset({UserArchived.__name__})


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """The statement of one month; the id is the month (`2026-01`). Amounts are US cents."""

    id: str
    starts_on: date
    ends_on: date
    invoice_on: date
    invoice_number: str
    description: str
    amount_minor: int
    paid_on: date | None
    charges: tuple[Charge, ...]


class Presence(msgspec.Struct, frozen=True):
    """When somebody came (`arrived`) or went."""

    user_id: str
    at: datetime
    arrived: bool


def list_statements(ctx: Ctx, payments_by_month: Mapping[str, int]) -> list[Statement]:
    """The statements of all completed months, oldest first. `payments_by_month`: `{"2026-01": 7}`."""
    organization = get_organization(ctx)
    plan = plan_of(organization, ctx.house.profile)
    presences = [
        Presence(user_id, at, name in _ARRIVALS)
        for user_id, name, at in store.events_of_users(ctx.tx, ctx.organization_id, [*_ARRIVALS, *_DEPARTURES])
    ]
    found = []
    starts_on = organization.created_at.astimezone(UTC).date().replace(day=1)
    for _ in range(_MOST_MONTHS):
        next_on = _next_month(starts_on)
        if next_on > ctx.now.astimezone(UTC).date():
            break
        month = f"{starts_on:%Y-%m}"
        usage = Usage(users_between(presences, starts_on, next_on), payments_by_month.get(month, 0))
        found.append(_statement(ctx, starts_on, next_on, charges(plan, usage)))
        starts_on = next_on
    return found


def users_between(presences: Sequence[Presence], starts_on: date, next_on: date) -> int:
    """How many users were there at some moment of these days. `presences` are in the order of their time."""
    there: set[str] = set()
    counted: set[str] = set()
    for one in presences:
        day = one.at.astimezone(UTC).date()
        if day >= next_on:
            break
        if one.arrived:
            there.add(one.user_id)
        else:
            # Who goes within the month was there in it.
            counted |= {one.user_id} & there if day >= starts_on else set()
            there.discard(one.user_id)
    return len(there | counted)


def _statement(ctx: Ctx, starts_on: date, next_on: date, lines: list[Charge]) -> Statement:
    amount = sum(line.amount_minor for line in lines)
    paid_on = next_on + COLLECTED_AFTER if amount else next_on
    return Statement(
        id=f"{starts_on:%Y-%m}",
        starts_on=starts_on,
        ends_on=next_on - timedelta(days=1),
        invoice_on=next_on,
        invoice_number=f"BF-{starts_on:%Y%m}",
        description=f"Billfold, {starts_on:%B %Y}",
        amount_minor=amount,
        paid_on=paid_on if paid_on <= ctx.now.astimezone(UTC).date() else None,
        charges=tuple(lines),
    )


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)
