"""Billing statements: what a month costs, and who was there in it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from billfold.identity import billing, users
from billfold.identity.billing import Presence, list_statements, users_between
from billfold.identity.organizations import get_organization
from billfold.identity.price_plans import PLANS, SELF_HOSTED, Charge, Usage, charges, plan_of
from billfold.identity.roles import Role
from billfold.kit.records import replace
from billfold.kit.settings import Profile
from tests.builders import a_user, advance


def amounts(plan, **usage):
    return [(one.quantity, one.amount_minor) for one in charges(PLANS[plan], Usage(**usage))]


@pytest.mark.parametrize(
    ("payments", "tiers"),
    [
        (0, []),
        (5, [(5, 0)]),
        (6, [(5, 0), (1, 59)]),
        (100, [(5, 0), (95, 95 * 59)]),
        (103, [(5, 0), (95, 95 * 59), (3, 3 * 49)]),
        (10_000, [(5, 0), (95, 95 * 59), (9_900, 9_900 * 49)]),
    ],
)
def test_each_tier_takes_its_units_and_the_last_all_the_rest(payments, tiers):
    assert amounts("PricePlan1", users=1, payments=payments)[1:] == tiers


def test_a_plan_varies_by_users_or_does_not():
    assert amounts("PricePlan2", users=3, payments=0) == [(3, 3 * 55_00)]
    assert amounts("PricePlan4", users=3, payments=0) == [(1, 199_00)]


def test_every_tier_has_its_number_and_room():
    for plan in PLANS.values():
        assert [term.tier for term in plan.terms] == list(range(1, len(plan.terms) + 1))
        assert all(term.quantity > 0 for term in plan.terms)


def test_who_hosts_it_pays_nothing(company):
    with company.ctx() as ctx:
        organization = get_organization(ctx)
    assert plan_of(organization, Profile.PRODUCTION) is SELF_HOSTED
    assert sum(one.amount_minor for one in charges(SELF_HOSTED, Usage(users=9, payments=9))) == 0
    assert plan_of(organization, Profile.SANDBOX).id == "PricePlan1"
    assert plan_of(replace(organization, price_plan="PricePlan3"), Profile.PRODUCTION).id == "PricePlan3"


def presence(day, user="ann", *, arrived=True):
    return Presence(user, datetime(2026, *day, 12, tzinfo=UTC), arrived)


FEBRUARY = (date(2026, 2, 1), date(2026, 3, 1))


@pytest.mark.parametrize(
    ("presences", "count"),
    [
        ([], 0),
        ([presence((1, 31))], 1),
        ([presence((2, 1))], 1),
        ([presence((2, 28))], 1),
        ([presence((3, 1))], 0),
        ([presence((1, 5)), presence((1, 31), arrived=False)], 0),
        ([presence((1, 5)), presence((2, 1), arrived=False)], 1),
        ([presence((1, 5)), presence((2, 3), arrived=False), presence((2, 5))], 1),
        ([presence((1, 5)), presence((1, 6), arrived=False), presence((2, 5)), presence((2, 6), arrived=False)], 1),
        ([presence((1, 5)), presence((3, 3), arrived=False)], 1),
        ([presence((1, 5)), presence((2, 2), "bob"), presence((2, 3), arrived=False)], 2),
    ],
)
def test_a_user_counts_who_was_there_at_some_moment(presences, count):
    assert users_between(presences, *FEBRUARY) == count


def test_a_month_has_a_statement_when_it_is_over_and_it_is_collected_later(company):
    with company.ctx() as ctx:
        clerk = a_user(ctx, Role.CLERK)
        assert list_statements(ctx, {}) == []
    advance(company, to=datetime(2026, 1, 31, 23, 59, tzinfo=UTC))
    with company.ctx() as ctx:
        assert list_statements(ctx, {}) == []
        users.archive_user(ctx, clerk.user_id)
    advance(company, minutes=1)
    with company.ctx() as ctx:
        (january,) = list_statements(ctx, {"2026-01": 7, "2026-02": 1})
        assert january.charges == (
            Charge(2, "Essentials: users", "SUBSCRIPTION", 90_00),
            Charge(5, "Payments, tier 1", "TRANSACTION", 0),
            Charge(2, "Payments, tier 2", "TRANSACTION", 1_18),
        )
        assert january.amount_minor == 91_18
        assert (january.starts_on, january.ends_on) == (date(2026, 1, 1), date(2026, 1, 31))
        assert (january.invoice_on, january.paid_on) == (date(2026, 2, 1), None)
    advance(company, to=datetime(2026, 3, 1, 0, 0, tzinfo=UTC))
    with company.ctx() as ctx:
        again, february = list_statements(ctx, {"2026-01": 7, "2026-02": 1})
        assert (again.amount_minor, again.paid_on) == (91_18, date(2026, 2, 10))
        assert (february.charges[0].quantity, february.paid_on) == (1, None)
    with company.ctx() as ctx:
        users.restore_user(ctx, clerk.user_id)
        assert list_statements(ctx, {"2026-01": 7, "2026-02": 1}) == [again, february], "the past stays as it was"


def test_collection_is_on_the_tenth():
    assert date(2026, 2, 1) + billing.COLLECTED_AFTER == date(2026, 2, 10)
