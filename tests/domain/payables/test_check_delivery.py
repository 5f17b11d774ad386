"""Checks that travel faster than by post: ordered by noon, printed once funded, tracked (contract: payables §6.2, §6.5)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from billfold.identity.controls import update_controls
from billfold.identity.roles import Role
from billfold.kit.errors import InvalidField
from billfold.kit.query import Query
from billfold.ledger import ACCOUNTS_PAYABLE, MONEY_OUT_CLEARING
from billfold.parties import vendors
from billfold.parties.account_confirmations import confirm_account
from billfold.payables.payments import payments
from billfold.payables.payments.model import SingleStatus
from billfold.payables.payments.payment_rules import PartsRefused, ProcessDateInvalid
from billfold.payables.voids.model import VoidKind
from billfold.rails import transfers
from billfold.rails.checks import checks
from billfold.rails.model import Leg
from tests.builders import (
    ADDRESS,
    a_bank_account,
    a_bill,
    a_payment,
    a_user,
    a_vendor,
    advance,
    pay_bills,
    refused,
    vendor_bank,
    void,
)
from tests.readings import posted

#: Noon in Los Angeles on the company's Monday.
NOON = datetime(2026, 1, 12, 20, tzinfo=UTC)


def a_fast_check(ctx, delivery="UPS_1DAY", **fields):
    bill = a_bill(ctx, a_vendor(ctx, bank=None, **ADDRESS))
    return a_payment(ctx, bill, check_delivery_type=delivery, **fields).payment


def payment_of(company, payment_id):
    with company.ctx() as ctx:
        return payments.get_payment(ctx, payment_id).payment


@pytest.mark.parametrize(
    ("delivery", "arrives", "cashed"),
    [
        ("UPS_1DAY", datetime(2026, 1, 15, 20, tzinfo=UTC), datetime(2026, 1, 20, 13, 30, tzinfo=UTC)),
        ("UPS_2DAY", datetime(2026, 1, 16, 20, tzinfo=UTC), datetime(2026, 1, 21, 13, 30, tzinfo=UTC)),
        ("UPS_3DAY", datetime(2026, 1, 20, 20, tzinfo=UTC), datetime(2026, 1, 22, 13, 30, tzinfo=UTC)),
    ],
)
def test_a_fast_check_is_printed_when_it_is_funded_and_arrives_days_later(company, delivery, arrives, cashed):
    with company.ctx() as ctx:
        payment = a_fast_check(ctx, delivery)
    assert (payment.process_on, payment.arrives_on) == (date(2026, 1, 13), arrives.date())
    advance(company, to=datetime(2026, 1, 14, 17, tzinfo=UTC))
    sent = payment_of(company, payment.id)
    assert (sent.single_status, sent.sent_on) == (SingleStatus.SENT, date(2026, 1, 14))
    advance(company, to=arrives)
    assert payment_of(company, payment.id).single_status is SingleStatus.DELIVERED
    advance(company, to=cashed)
    assert payment_of(company, payment.id).single_status is SingleStatus.CLEARED


def test_a_carrier_has_a_fast_check_under_a_number_with_its_own_check_digit(company):
    with company.ctx() as ctx:
        payment, by_post = a_fast_check(ctx), a_fast_check(ctx, "STANDARD")
    advance(company, days=4)
    number = payment_of(company, payment.id).tracking_number
    assert number[:2] == "1Z"
    assert number[8:10] == "01"
    values = [int(sign) if sign.isdigit() else (ord(sign) - 63) % 10 for sign in number[2:-1]]
    total = sum(value * (2 if place % 2 else 1) for place, value in enumerate(values))
    assert (len(number), (total + int(number[-1])) % 10) == (18, 0)
    assert payment_of(company, by_post.id).tracking_number is None


def test_checks_of_one_day_travel_in_batches_of_their_own(company):
    with company.ctx() as ctx:
        account = a_bank_account(ctx)
        for delivery in ("UPS_1DAY", "UPS_3DAY", "UPS_1DAY"):
            a_fast_check(ctx, delivery, bank_account=account)
    advance(company, days=2)
    with company.ctx() as ctx:
        printed = checks.list_checks(ctx, Query(limit=9)).items
    assert sorted(check.number for check in printed) == [1001, 1002, 1003]
    assert len({check.batch_id for check in printed}) == 2


def test_a_fast_check_is_ordered_by_noon_of_the_business_day_before(company):
    advance(company, to=datetime(2026, 1, 12, 19, 59, 59, tzinfo=UTC))
    with company.ctx() as ctx:
        assert a_fast_check(ctx).process_on == date(2026, 1, 13)
    advance(company, to=NOON)
    with company.ctx() as ctx:
        assert a_fast_check(ctx).process_on == date(2026, 1, 14)
        assert a_fast_check(ctx, "STANDARD").process_on == date(2026, 1, 13)
    late = refused(company, lambda ctx: a_fast_check(ctx, process_on=date(2026, 1, 13)))
    assert isinstance(late, ProcessDateInvalid)


def test_only_who_is_paid_by_check_gets_a_fast_one(company):
    def mixed(ctx):
        by_ach, by_check = a_vendor(ctx), a_vendor(ctx, name="By check", bank=None, **ADDRESS)
        wanted = [(a_bill(ctx, vendor), "1.00") for vendor in (by_check, by_ach)]
        pay_bills(ctx, *wanted, check_delivery_type="UPS_1DAY")

    refusal = refused(company, mixed)
    assert isinstance(refusal, PartsRefused)
    assert [len(part.found) for part in refusal.by_part] == [0, 1]
    (reason,) = refusal.refusals
    assert isinstance(reason, InvalidField)
    assert reason.path == "check_delivery_type"


def test_a_fast_check_is_reissued_as_fast_under_another_number(company):
    with company.ctx() as ctx:
        payment = a_fast_check(ctx)
    advance(company, to=datetime(2026, 1, 14, 18, tzinfo=UTC))
    first = payment_of(company, payment.id)
    with company.ctx() as ctx:
        again = void(ctx, payment.id, VoidKind.VOID_AND_REISSUE).payment
    assert (again.tracking_number, again.arrives_on) == (None, date(2026, 1, 16))
    advance(company, days=1)
    second = payment_of(company, payment.id)
    assert second.check_number == first.check_number + 1
    assert second.tracking_number not in {None, first.tracking_number}


def test_from_the_organizations_own_bank_a_fast_check_leaves_on_its_process_date(company):
    from billfold.rails.originators import set_originator

    with company.ctx() as ctx:
        account = a_bank_account(ctx)
        set_originator(ctx, {"own_bank_account_id": account.id})
        payment = a_fast_check(ctx, bank_account=account)
        assert transfers.leg_of(ctx, payment.id, Leg.DISBURSEMENT).effective_on == date(2026, 1, 13)
    assert (payment.arrives_on, payment.fee_minor) == (date(2026, 1, 14), None)


@pytest.mark.parametrize(("delivery", "fee"), [("UPS_1DAY", 1999), ("UPS_2DAY", 1499), ("UPS_3DAY", 999)])
def test_a_fast_check_costs_a_fee_that_is_debited_with_its_money_and_not_given_back(company, delivery, fee):
    with company.ctx() as ctx:
        account = a_bank_account(ctx)
        payment = a_fast_check(ctx, delivery, bank_account=account)
        assert transfers.leg_of(ctx, payment.id, Leg.FUNDING).amount_minor == 10000 + fee
    advance(company, to=datetime(2026, 1, 14, 14, tzinfo=UTC))
    assert balances(company) == {
        "fees": fee, account.id: -10000 - fee, MONEY_OUT_CLEARING: 10000, "uncategorized": 10000,
        ACCOUNTS_PAYABLE: -10000,
    }  # fmt: skip
    with company.ctx() as ctx:
        void(ctx, payment.id)
    advance(company, days=10)
    assert balances(company) == {"fees": fee, account.id: -fee, "uncategorized": 10000, ACCOUNTS_PAYABLE: -10000}


def balances(company):
    """What is posted and not zero."""
    with company.ctx() as ctx:
        return posted(ctx)


def test_a_payment_and_its_fee_are_no_more_than_a_debit_can_carry(company):
    def ordered(ctx, amount):
        vendor = a_vendor(ctx, bank=None, **ADDRESS)
        wednesday = date(2026, 1, 14)
        return a_payment(ctx, a_bill(ctx, vendor, amount=amount), check_delivery_type="UPS_1DAY", process_on=wednesday)

    refusal = refused(company, lambda ctx: ordered(ctx, "99999999.99"))
    assert str(refusal) == "amount: is more than one payment can carry"
    with company.ctx() as ctx:
        payment_id = ordered(ctx, "99999980.00").payment.id
    advance(company, days=3)
    with company.ctx() as ctx:
        assert transfers.leg_of(ctx, payment_id, Leg.FUNDING).amount_minor == 9_999_999_999
        assert payments.get_payment(ctx, payment_id).payment.single_status is SingleStatus.SENT


@pytest.mark.parametrize(("funded", "arrives"), [(False, date(2026, 1, 23)), (True, date(2026, 1, 21))])
def test_a_fast_check_that_waited_for_a_second_user_says_when_it_arrives(company, funded, arrives):
    with company.ctx() as ctx:
        payment = a_fast_check(ctx)
        other = a_user(ctx, Role.APPROVER)
        update_controls(ctx, {"confirm_vendor_accounts": True})
    if funded:
        advance(company, to=datetime(2026, 1, 14, 14, tzinfo=UTC))
    with company.ctx() as ctx:
        account = vendors.add_bank_account(ctx, payment.vendor_id, vendor_bank("222221234"))
    advance(company, to=datetime(2026, 1, 17, 17, tzinfo=UTC))
    with company.ctx() as ctx:
        confirm_account(ctx, account.id, other.user_id)
    assert payment_of(company, payment.id).arrives_on == arrives
    advance(company, to=datetime.combine(arrives, NOON.timetz()) + timedelta(minutes=1))
    delivered = payment_of(company, payment.id)
    assert (delivered.single_status, delivered.arrives_on) == (SingleStatus.DELIVERED, arrives)
