"""Vendors whose bills are paid by themselves: who may say so, when they are paid, and what is told when they are not."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec
import pytest

from billfold import ledger
from billfold.approvals.model import Decision
from billfold.funding import bank_accounts
from billfold.identity import profiles
from billfold.identity import store as identity_store
from billfold.identity.factors.mfa import SessionUntrusted
from billfold.identity.permissions import MayNotPay
from billfold.identity.roles import Role
from billfold.kit.ctx import Actor, RecordStatus
from billfold.kit.errors import InvalidField, NotFound
from billfold.kit.events import list_events
from billfold.kit.jobs import parked_jobs
from billfold.kit.query import Query
from billfold.kit.records import replace
from billfold.parties import vendors
from billfold.parties.model import VendorDraft
from billfold.payables import vendor_accounts
from billfold.payables.autopay import runs, store
from billfold.payables.autopay.model import TRANSITIONS, AutopayStatus
from billfold.payables.bills import bill_approvals, bills
from billfold.payables.payments import payments
from billfold.payables.recurring import recurring_bills
from billfold.payables.recurring.model import RecurringDraft
from billfold.payables.recurring.recurrence import Period
from billfold.rails import calendar
from tests.builders import (
    ADDRESS,
    a_bank_account,
    a_bill,
    a_line,
    a_payment,
    a_policy,
    a_user,
    a_vendor,
    advance,
    refused,
)


def paid_by_itself(ctx, *, account=None, **said):
    """A vendor whose bills are processed five days before they are due."""
    bank_account = account or a_bank_account(ctx)
    usual = {"auto_pay_enabled": True, "auto_pay_bank_account_id": bank_account.id, "auto_pay_days_before": 5}
    vendor = a_vendor(ctx, **ADDRESS)
    return vendor_accounts.update_vendor(ctx, vendor.id, {}, usual | said)


def all_payments(company):
    with company.ctx() as ctx:
        return [view.payment for view in payments.list_payments(ctx, Query(limit=100)).items]


def process_dates(company):
    return [payment.process_on.isoformat() for payment in all_payments(company)]


def status_of(company, bill):
    with company.ctx() as ctx:
        row = store.AUTOPAYS.get(ctx.tx, ctx.organization_id, bill.bill.id)
        return None if row is None else row.status


def failures(company):
    """Of each automatic payment that failed, what its event says."""
    with company.ctx() as ctx:
        found = list_events(ctx.tx, ctx.organization_id, limit=500)
        snapshots = [msgspec.json.decode(event.snapshot) for event in found if event.name == "AutopayFailed"]
    return [(one["id"], one["vendor_id"], one["bank_account_id"], one["errors"]) for one in snapshots]


# When


@pytest.mark.parametrize(
    ("due_on", "days", "process_on"),
    [
        (date(2026, 2, 10), 5, "2026-02-05"),
        (date(2026, 2, 10), 0, "2026-02-10"),
        (date(2026, 2, 12), 5, "2026-02-09"),  # a Saturday
        (date(2026, 1, 24), 5, "2026-01-20"),  # a holiday on a Monday
        (date(2026, 1, 16), 5, "2026-01-13"),  # past: the earliest
        (date(2025, 12, 1), 5, "2026-01-13"),
        (date(2026, 2, 13), None, "2026-02-10"),  # arrives three business days later
    ],
)
def test_a_bill_is_processed_days_before_it_is_due_or_on_the_next_business_day(company, due_on, days, process_on):
    with company.ctx() as ctx:
        a_bill(ctx, paid_by_itself(ctx, auto_pay_days_before=days), due_on=due_on)
    advance(company, days=40)
    assert process_dates(company) == [process_on]
    assert failures(company) == []


@pytest.mark.parametrize("days", [365, 0, None])
def test_a_bill_may_be_due_on_any_day_that_can_be_written(company, days):
    with company.ctx() as ctx:
        vendor = paid_by_itself(ctx, auto_pay_days_before=days)
        for due_on in (date.min, date.max):
            a_bill(ctx, vendor, due_on=due_on)
    advance(company, days=1)
    assert process_dates(company) == ["2026-01-13"]  # what was due long ago, on the earliest day
    assert failures(company) == []


def test_it_is_scheduled_at_midnight_of_the_last_day_before_the_cut_off(company):
    with company.ctx() as ctx:
        bill = a_bill(ctx, paid_by_itself(ctx), due_on=date(2026, 2, 14))  # processed on Monday the 9th
    advance(company, to=datetime(2026, 2, 6, 7, 59, 59, tzinfo=UTC))
    assert (all_payments(company), status_of(company, bill)) == ([], AutopayStatus.WAITING)
    advance(company, to=datetime(2026, 2, 6, 8, tzinfo=UTC))  # Friday, 00:00 in Los Angeles
    (payment,) = all_payments(company)
    assert (payment.process_on, payment.created_by) == (date(2026, 2, 9), company.admin.user_id)
    assert status_of(company, bill) is AutopayStatus.PAID


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "Pacific/Honolulu", "Europe/Zurich", "Pacific/Kiritimati"])
def test_wherever_the_organization_is_the_process_date_is_met(company, zone):
    with company.ctx() as ctx:
        profiles.update_organization(ctx, {"time_zone": zone})
        a_bill(ctx, paid_by_itself(ctx), due_on=date(2026, 2, 14))
    advance(company, days=40)
    assert process_dates(company) == ["2026-02-09"]


def test_a_due_date_that_moves_takes_the_payment_with_it(company):
    with company.ctx() as ctx:
        vendor = paid_by_itself(ctx)
        earlier, later = (a_bill(ctx, vendor, due_on=date(2026, 3, 10)) for _ in range(2))
        bills.update_bill(ctx, earlier.bill.id, {"due_on": date(2026, 2, 10)})
        bills.update_bill(ctx, later.bill.id, {"due_on": date(2026, 4, 10)})
    advance(company, days=80)
    assert process_dates(company) == ["2026-02-05"]
    advance(company, days=10)
    assert process_dates(company) == ["2026-02-05", "2026-04-06"]


def test_the_settings_of_the_day_count(company):
    with company.ctx() as ctx:
        vendor = paid_by_itself(ctx)
        a_bill(ctx, vendor)
        vendor_accounts.update_vendor(ctx, vendor.id, {}, {"auto_pay_days_before": 2})
    advance(company, days=40)
    assert process_dates(company) == ["2026-02-09"]


def test_advancing_day_by_day_pays_the_same(company):
    with company.ctx() as ctx:
        vendor = paid_by_itself(ctx)
        for day in (1, 5, 9):
            a_bill(ctx, vendor, due_on=date(2026, 2, day))
    for _ in range(40):
        advance(company, days=1)
    assert process_dates(company) == ["2026-01-27", "2026-02-02", "2026-02-04"]
    with company.ctx() as ctx:
        assert ledger.verify(ctx) == []
        assert parked_jobs(ctx.tx, ctx.organization_id) == []


# Which


def test_only_bills_entered_while_it_is_enabled_are_paid(company):
    with company.ctx() as ctx:
        vendor = a_vendor(ctx)
        before = a_bill(ctx, vendor)
        account = a_bank_account(ctx)
        said = {"auto_pay_enabled": True, "auto_pay_bank_account_id": account.id}
        vendor_accounts.update_vendor(ctx, vendor.id, {}, said)
        bills.update_bill(ctx, before.bill.id, {"description": "Not entered anew"})
    advance(company, days=60)
    assert (all_payments(company), status_of(company, before)) == ([], None)


def test_larger_bills_disabled_vendors_archived_bills_and_empty_ones_are_left_to_people(company):
    with company.ctx() as ctx:
        small = paid_by_itself(ctx, auto_pay_max=Decimal("100.00"))
        fits = a_bill(ctx, small, amount="100.00")
        left = [a_bill(ctx, small, amount="100.01"), a_bill(ctx, small), a_bill(ctx, small, amount="0.00")]
        bills.archive_bill(ctx, left[1].bill.id)
        off = paid_by_itself(ctx)
        left.append(a_bill(ctx, off))
        vendor_accounts.update_vendor(ctx, off.id, {}, {"auto_pay_enabled": False})
    advance(company, days=60)
    assert [payment.amount_minor for payment in all_payments(company)] == [10000]
    assert status_of(company, fits) is AutopayStatus.PAID
    assert {status_of(company, bill) for bill in left} == {AutopayStatus.LEFT}
    assert failures(company) == []


def test_a_bill_is_paid_by_itself_once(company):
    with company.ctx() as ctx:
        bill = a_bill(ctx, paid_by_itself(ctx))
    advance(company, days=30)
    with company.ctx() as ctx:
        for _ in range(2):
            runs.pay(ctx, {"bill_id": bill.bill.id})
    assert len(all_payments(company)) == 1


def test_every_step_of_an_automatic_payment_is_in_the_table():
    assert TRANSITIONS.table[AutopayStatus.WAITING] == set(AutopayStatus) - {AutopayStatus.WAITING}
    ends = {AutopayStatus.PAID, AutopayStatus.FAILED, AutopayStatus.LEFT}
    assert TRANSITIONS.table[AutopayStatus.UNAPPROVED] == ends
    assert all(TRANSITIONS.table[status] == set() for status in ends)


# What is told


def _payer_is_gone(ctx, vendor, _):
    user = identity_store.USERS.get(ctx.tx, ctx.organization_id, vendor.auto_pay_created_by)
    identity_store.USERS.update(ctx.tx, replace(user, record_status=RecordStatus.INACTIVE), "record_status")


def _payer_is_a_clerk(ctx, vendor, _):
    user = identity_store.USERS.get(ctx.tx, ctx.organization_id, vendor.auto_pay_created_by)
    identity_store.USERS.update(ctx.tx, replace(user, role=Role.CLERK), "role")


def _account_is_archived(ctx, vendor, _):
    bank_accounts.archive(ctx, vendor.auto_pay_bank_account_id)


def _vendor_is_archived(ctx, vendor, _):
    vendors.archive_vendor(ctx, vendor.id)


def _bill_is_paid_in_part(ctx, _, bill):
    a_payment(ctx, bill, amount="1.00")


def _nothing_reaches_the_vendor(ctx, vendor, _):
    vendors.remove_bank_account(ctx, vendor.id)
    vendors.update_vendor(ctx, vendor.id, {"address_line1": None})


@pytest.mark.parametrize(
    ("change", "number"),
    [
        (_payer_is_gone, 1),
        (_payer_is_a_clerk, 2),
        (_account_is_archived, 3),
        (_vendor_is_archived, 4),
        (_bill_is_paid_in_part, 5),
        (_nothing_reaches_the_vendor, 6),
    ],
)
def test_what_keeps_a_bill_from_being_paid_is_told_by_its_number(company, change, number):
    with company.ctx() as ctx:
        vendor = paid_by_itself(ctx)
        bill = a_bill(ctx, vendor)
        change(ctx, vendor, bill)
    already = len(all_payments(company))
    advance(company, days=60)
    assert len(all_payments(company)) == already
    assert failures(company) == [(bill.bill.id, vendor.id, vendor.auto_pay_bank_account_id, [number])]
    assert status_of(company, bill) is AutopayStatus.FAILED
    with company.ctx() as ctx:
        assert parked_jobs(ctx.tx, ctx.organization_id) == []


# Bills that wait for approvers


@pytest.fixture
def unapproved(company):
    """A bill that was due to be paid by itself, and that nobody has approved."""
    with company.ctx() as ctx:
        approver = a_user(ctx, Role.APPROVER)
        a_policy(ctx, approver.user_id)
        bill = a_bill(ctx, paid_by_itself(ctx))
    advance(company, days=40)
    assert status_of(company, bill) is AutopayStatus.UNAPPROVED
    assert [errors for *_, errors in failures(company)] == [[4]]
    return bill, approver


def decide(company, bill, approver, decision):
    with company.ctx(approver) as ctx:
        bill_approvals.decide(ctx, bill.bill.id, decision)


def test_a_bill_that_is_approved_too_late_is_paid_by_itself_all_the_same(company, unapproved):
    earliest = calendar.earliest_process_date(company.now())
    decide(company, *unapproved, Decision.APPROVE)
    advance(company, days=3)
    assert process_dates(company) == [earliest.isoformat()]
    assert status_of(company, unapproved[0]) is AutopayStatus.PAID
    advance(company, days=90)
    assert len(failures(company)) == len(all_payments(company)) == 1


def test_sixty_days_after_it_was_told_nobody_waits_for_approvers_any_more(company, unapproved):
    bill, approver = unapproved
    advance(company, days=45)
    assert (status_of(company, bill), len(failures(company))) == (AutopayStatus.UNAPPROVED, 1)
    advance(company, days=20)
    assert status_of(company, bill) is AutopayStatus.FAILED
    assert [errors for *_, errors in failures(company)] == [[4], [4]]
    decide(company, bill, approver, Decision.APPROVE)
    advance(company, days=30)
    assert all_payments(company) == []


def test_a_denied_bill_is_paid_by_itself_once_it_was_changed_and_approved(company, unapproved):
    bill, approver = unapproved
    decide(company, bill, approver, Decision.DENY)
    advance(company, days=3)
    assert status_of(company, bill) is AutopayStatus.UNAPPROVED
    with company.ctx() as ctx:
        bills.update_bill(ctx, bill.bill.id, {}, [a_line("90.00")])
    decide(company, bill, approver, Decision.APPROVE)
    advance(company, hours=1)
    assert [payment.amount_minor for payment in all_payments(company)] == [9000]


def test_a_bill_that_somebody_paid_meanwhile_is_not_paid_again(company, unapproved):
    bill, approver = unapproved
    decide(company, bill, approver, Decision.APPROVE)
    with company.ctx() as ctx:
        a_payment(ctx, bill)
    advance(company, days=3)
    assert len(all_payments(company)) == 1
    assert status_of(company, bill) is AutopayStatus.FAILED


# Who may say so


def test_enabling_it_needs_what_paying_needs(company):
    with company.ctx() as ctx:
        account = a_bank_account(ctx)
        vendor = a_vendor(ctx)
        clerk, payer = a_user(ctx, Role.CLERK), a_user(ctx, Role.PAYER)
    said = {"auto_pay_enabled": True, "auto_pay_bank_account_id": account.id}
    untrusted = Actor(company.admin.user_id, company.admin.role, trusted=False, face="tests")

    def enable(ctx):
        vendor_accounts.update_vendor(ctx, vendor.id, {}, said)

    def create(ctx):
        vendor_accounts.create_vendor(ctx, VendorDraft(name="New"), None, said)

    for work in (enable, create):
        for actor, kind in ((untrusted, SessionUntrusted), (clerk, MayNotPay), (payer, MayNotPay)):
            assert isinstance(refused(company, work, actor=actor), kind)
    with company.ctx() as ctx:
        made = vendor_accounts.create_vendor(ctx, VendorDraft(name="New"), None, said)
        assert (made.auto_pay_enabled, made.auto_pay_created_by) == (True, company.admin.user_id)


def test_while_it_is_enabled_only_who_may_pay_changes_it_and_anybody_switches_it_off(company):
    with company.ctx() as ctx:
        vendor = paid_by_itself(ctx)
        clerk = a_user(ctx, Role.CLERK)

    def change(ctx):
        vendor_accounts.update_vendor(ctx, vendor.id, {}, {"auto_pay_max": Decimal(1000000)})

    assert isinstance(refused(company, change, actor=clerk), MayNotPay)
    with company.ctx(clerk) as ctx:
        same = {"auto_pay_enabled": True, "auto_pay_days_before": 5}
        unchanged = vendor_accounts.update_vendor(ctx, vendor.id, {"phone": "1"}, same)
        assert unchanged.auto_pay_created_by == company.admin.user_id
        off = vendor_accounts.update_vendor(ctx, vendor.id, {}, {"auto_pay_enabled": False})
        assert not off.auto_pay_enabled
        change(ctx)


@pytest.mark.parametrize(
    ("said", "path"),
    [
        ({"auto_pay_bank_account_id": None}, "auto_pay_bank_account_id"),
        ({"auto_pay_max": Decimal(0)}, "auto_pay_max"),
        ({"auto_pay_max": Decimal("0.001")}, "auto_pay_max"),
        ({"auto_pay_days_before": -1}, "auto_pay_days_before"),
        ({"auto_pay_days_before": 366}, "auto_pay_days_before"),
    ],
)
def test_what_the_settings_cannot_say(company, said, path):
    refusal = refused(company, lambda ctx: paid_by_itself(ctx, **said))
    assert (type(refusal), refusal.path) == (InvalidField, path)


def test_the_bank_account_has_to_exist_and_the_vendor_to_be_billed_in_usd(company):
    for enabled in (True, False):
        said = {"auto_pay_enabled": enabled, "auto_pay_bank_account_id": "nothing"}
        assert isinstance(refused(company, lambda ctx, said=said: paid_by_itself(ctx, **said)), NotFound)

    def in_euros(ctx):
        said = {"auto_pay_enabled": True, "auto_pay_bank_account_id": a_bank_account(ctx).id}
        vendor_accounts.create_vendor(ctx, VendorDraft(name="Euros", bill_currency="EUR"), None, said)

    refusal = refused(company, in_euros)
    assert (type(refusal), refusal.path) == (InvalidField, "auto_pay_enabled")


# Beside recurring bills


def a_paying_template(ctx, vendor, account):
    draft = RecurringDraft(
        vendor_id=vendor.id, time_period=Period.MONTHLY, frequency_per_period=1, next_due_on=date(2026, 2, 20),
        days_in_advance=20, auto_payment=True, bank_account_id=account.id,
    )  # fmt: skip
    return recurring_bills.create(ctx, draft, [a_line("50.00")]).template


def test_a_recurring_bill_that_pays_switches_it_off(company):
    with company.ctx() as ctx:
        account = a_bank_account(ctx)
        vendor = paid_by_itself(ctx, account=account)
        template = a_paying_template(ctx, vendor, account)
        assert not vendors.get_vendor(ctx, vendor.id).auto_pay_enabled
    refusal = refused(
        company, lambda ctx: vendor_accounts.update_vendor(ctx, vendor.id, {}, {"auto_pay_enabled": True})
    )
    assert (type(refusal), refusal.path) == (InvalidField, "auto_pay_enabled")
    advance(company, days=30)
    assert [payment.amount_minor for payment in all_payments(company)] == [5000]
    assert failures(company) == []
    with company.ctx() as ctx:
        recurring_bills.archive(ctx, template.id)
        vendor_accounts.update_vendor(ctx, vendor.id, {}, {"auto_pay_enabled": True})


def test_bills_of_a_recurring_bill_that_does_not_pay_are_paid_as_any_other(company):
    with company.ctx() as ctx:
        vendor = paid_by_itself(ctx)
        draft = RecurringDraft(
            vendor_id=vendor.id, time_period=Period.MONTHLY, frequency_per_period=1, next_due_on=date(2026, 2, 10),
            days_in_advance=20,
        )  # fmt: skip
        recurring_bills.create(ctx, draft, [a_line("50.00")])
    advance(company, days=30)
    assert process_dates(company) == ["2026-02-05"]
