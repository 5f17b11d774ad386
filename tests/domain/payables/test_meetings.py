"""Whoever meets at a payment comes one after the other, and the second sees what the first did."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from billfold import ledger
from billfold.payables.payments import clearing, payments
from billfold.payables.payments.model import SingleStatus
from billfold.payables.voids.model import VoidStatus
from billfold.rails import transfers
from billfold.rails.checks import checks
from billfold.rails.model import Leg
from tests.builders import ADDRESS, a_bill, a_payment, a_vendor, advance, meanwhile, void

pytestmark = [pytest.mark.postgres, pytest.mark.parametrize("kind", ["postgresql"])]


def a_payment_under_way(company, to, **vendor):
    with company.ctx() as ctx:
        payment_id = a_payment(ctx, a_bill(ctx, a_vendor(ctx, **vendor))).payment.id
    advance(company, to=to)
    return payment_id


def locked_leg(ctx, payment_id, leg=Leg.FUNDING):
    return transfers.get_transfer(ctx, transfers.leg_of(ctx, payment_id, leg).id, lock=ctx.tx.for_update)


def settles(ctx, payment_id):
    transfers.settle(ctx, locked_leg(ctx, payment_id))


def comes_back(ctx, payment_id):
    transfers.return_transfer(ctx, locked_leg(ctx, payment_id), "R01")


def is_to_be_voided(ctx, payment_id):
    void(ctx, payment_id, at_once=False)


def view_of(company, payment_id):
    with company.ctx() as ctx:
        assert ledger.verify(ctx) == clearing.problems(ctx) == []
        return payments.get_payment(ctx, payment_id)


@pytest.mark.parametrize("happens", [checks.clear_check, checks.deliver_check, checks.warn_check])
@pytest.mark.parametrize("first", ["debit", "check"])
def test_a_debit_that_comes_back_while_its_check_goes_on_is_owed(company, happens, first):
    payment_id = a_payment_under_way(company, datetime(2026, 1, 16, 22, tzinfo=UTC), bank=None, **ADDRESS)

    def goes_on(ctx):
        happens(ctx, checks.check_of(ctx, transfers.leg_of(ctx, payment_id, Leg.DISBURSEMENT).id).id)

    both = [lambda ctx: comes_back(ctx, payment_id), goes_on]
    assert meanwhile(company, *(both if first == "debit" else both[::-1])) == []
    for days in (0, 25):
        advance(company, days=days)
        status = view_of(company, payment_id).payment.single_status
        assert status is SingleStatus.FUNDING_FAILED_ACTION_NEEDED


@pytest.mark.parametrize("void_first", [True, False])
def test_a_void_that_meets_the_end_of_its_debit_is_decided(company, void_first):
    payment_id = a_payment_under_way(company, datetime(2026, 1, 13, 22, tzinfo=UTC))
    both = [lambda ctx: is_to_be_voided(ctx, payment_id), lambda ctx: settles(ctx, payment_id)]
    assert meanwhile(company, *(both if void_first else both[::-1])) == []
    assert view_of(company, payment_id).payment.single_status is SingleStatus.VOID_PENDING
    advance(company, days=12)
    view = view_of(company, payment_id)
    assert (view.payment.single_status, view.void_requests[0].status) == (SingleStatus.VOIDED, VoidStatus.ACCEPTED)
