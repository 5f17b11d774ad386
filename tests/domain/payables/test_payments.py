"""Payments: who may make one of what, on which day; what each refusal is; and cancelling."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from billfold import ledger
from billfold.approvals.model import ApprovalStatus
from billfold.funding import bank_accounts
from billfold.identity.permissions import MayNotPay
from billfold.identity.roles import Role
from billfold.kit.errors import InvalidField, NotFound
from billfold.kit.settings import Profile
from billfold.ledger import ACCOUNTS_PAYABLE, MONEY_OUT_CLEARING
from billfold.parties import vendors
from billfold.parties.vendors import VendorIsArchived
from billfold.payables.bills import bills
from billfold.payables.bills.bills import BillIsArchived
from billfold.payables.bills.model import PaymentStatus
from billfold.payables.bills.store import BILLS
from billfold.payables.payments import payments
from billfold.payables.payments.model import SingleStatus
from billfold.payables.payments.payment_rules import (
    BillNotApproved,
    BillOfAnotherVendor,
    NewAccountNeedsTime,
    Overpayment,
    ProcessDateInvalid,
)
from billfold.payables.payments.reach import VendorCannotBePaidOnline, VendorNeedsAccountAbroad
from billfold.payables.voids.cancellations import CancelTooLate, cancel_payment
from billfold.rails import transfers
from billfold.rails.model import Leg, TransferStatus
from billfold.rails.originators import OriginatorMissing, set_originator
from tests.builders import (
    MONDAY,
    a_bank_account,
    a_bill,
    a_company,
    a_payment,
    a_user,
    a_vendor,
    advance,
    dump,
    from_bank,
    refused,
)
from tests.conftest import a_house
from tests.readings import account_of_documents


@pytest.fixture
def bill(company):
    """A bill of 100.00 that can be paid."""
    with company.ctx() as ctx:
        return a_bill(ctx, a_vendor(ctx), amount="100.00")


def refusal_of(company, bill, **payment):
    """Why the payment is refused; nothing of it stays."""
    before = dump(company.database)
    refusal = refused(company, lambda ctx: a_payment(ctx, bill, **payment))
    assert dump(company.database) == before
    return refusal


def after(company, bill, change):
    """The bill once `change(ctx)` has been done."""
    with company.ctx() as ctx:
        change(ctx)
        return bills.get_bill(ctx, bill.bill.id)


# What a payment does


def test_a_payment_takes_from_what_is_due_and_waits_for_its_cut_off(company, bill):
    with company.ctx() as ctx:
        view = a_payment(ctx, bill, amount="60.00")
        paid = bills.get_bill(ctx, bill.bill.id).bill
        assert (paid.due_minor, paid.scheduled_minor, paid.paid_minor) == (4000, 6000, 0)
        assert paid.payment_status is PaymentStatus.SCHEDULED
        assert view.payment.single_status is SingleStatus.SCHEDULED
        assert view.payment.process_on == date(2026, 1, 13)
        assert view.payment.arrives_on == date(2026, 1, 16)
        assert account_of_documents(ctx.tx, ctx.organization_id, ACCOUNTS_PAYABLE, [view.payment.id]) == {
            view.payment.id: (0, 6000)
        }
        assert account_of_documents(ctx.tx, ctx.organization_id, MONEY_OUT_CLEARING, [view.payment.id]) == {
            view.payment.id: (0, -6000)
        }
        legs = [transfers.transfer_of(ctx, view.payment.id, leg) for leg in (Leg.FUNDING, Leg.DISBURSEMENT)]
        assert [leg.status for leg in legs] == [TransferStatus.SCHEDULED, TransferStatus.HELD]
        assert [leg.effective_on for leg in legs] == [date(2026, 1, 13), date(2026, 1, 15)]
        assert payments.get_payment(ctx, view.payment.id) == view


def test_two_payments_of_one_bill_share_what_is_due(company, bill):
    with company.ctx() as ctx:
        a_payment(ctx, bill, amount="60.00")
        a_payment(ctx, bill, amount="40.00")
        assert bills.get_bill(ctx, bill.bill.id).bill.due_minor == 0
    assert isinstance(refusal_of(company, bill, amount="0.01"), Overpayment)


def test_the_confirmation_number_says_the_process_date(company, bill):
    with company.ctx() as ctx:
        number = a_payment(ctx, bill).payment.confirmation_number
    head, tail = number.split(" - ")
    assert head.startswith("P260113")
    assert len(tail) == 7


# Refusals


def test_a_bill_that_does_not_exist_cannot_be_paid(company):
    from billfold.payables.payments.model import PaymentDraft

    with company.ctx() as ctx:
        account = a_bank_account(ctx)
    draft = PaymentDraft(bill_id="00n01NOSUCHBILLHERExx", funding_account=from_bank(account.id), amount=Decimal(1))
    assert isinstance(refused(company, lambda ctx: payments.create_payment(ctx, draft)), NotFound)


def test_a_bank_account_that_does_not_exist_cannot_pay(company, bill):
    from billfold.payables.payments.model import PaymentDraft

    draft = PaymentDraft(bill_id=bill.bill.id, funding_account=from_bank("bac01NOSUCHACCOUNTxxx"), amount=Decimal(1))
    assert isinstance(refused(company, lambda ctx: payments.create_payment(ctx, draft)), NotFound)


def test_a_bank_account_that_is_not_verified_cannot_pay(company, bill):
    with company.ctx() as ctx:
        account = a_bank_account(ctx, verified=False)
    assert isinstance(refusal_of(company, bill, bank_account=account), MayNotPay)


def test_a_user_who_is_not_verified_at_the_bank_account_cannot_pay(company, bill):
    with company.ctx() as ctx:
        account, payer = a_bank_account(ctx), a_user(ctx, Role.PAYER)
    refusal = refused(company, lambda ctx: a_payment(ctx, bill, bank_account=account), actor=payer)
    assert isinstance(refusal, MayNotPay)


def test_an_archived_bill_cannot_be_paid(company, bill):
    archived = after(company, bill, lambda ctx: bills.archive_bill(ctx, bill.bill.id))
    assert isinstance(refusal_of(company, archived), BillIsArchived)


@pytest.mark.parametrize("status", [ApprovalStatus.ASSIGNED, ApprovalStatus.APPROVING, ApprovalStatus.DENIED])
def test_a_bill_with_outstanding_approvers_cannot_be_paid(company, bill, status):
    given = after(company, bill, lambda ctx: _approval(ctx, bill, status))
    assert isinstance(refusal_of(company, given), BillNotApproved)


@pytest.mark.parametrize("status", [ApprovalStatus.UNASSIGNED, ApprovalStatus.APPROVED])
def test_a_bill_without_outstanding_approvers_can_be_paid(company, bill, status):
    given = after(company, bill, lambda ctx: _approval(ctx, bill, status))
    with company.ctx() as ctx:
        assert a_payment(ctx, given).payment.amount_minor == 10000


def _approval(ctx, bill, status):
    from billfold.kit.records import replace

    BILLS.update(ctx.tx, replace(bill.bill, approval_status=status), "approval_status")


def test_a_payment_names_the_bills_own_vendor_or_none(company, bill):
    with company.ctx() as ctx:
        other = a_vendor(ctx, name="Other")
        a_payment(ctx, bill, amount="1.00", vendor_id=bill.bill.vendor_id)
    assert isinstance(refusal_of(company, bill, amount="1.00", vendor_id=other.id), BillOfAnotherVendor)
    assert isinstance(refusal_of(company, bill, amount="1.00", vendor_id="009 no such vendor"), NotFound)


def test_a_vendor_without_bank_account_cannot_be_paid(company, bill):
    after(company, bill, lambda ctx: vendors.remove_bank_account(ctx, bill.bill.vendor_id))
    assert isinstance(refusal_of(company, bill), VendorCannotBePaidOnline)


def test_an_archived_vendor_cannot_be_paid(company, bill):
    after(company, bill, lambda ctx: vendors.archive_vendor(ctx, bill.bill.vendor_id))
    assert isinstance(refusal_of(company, bill), VendorIsArchived)


def test_nobody_overpays(company, bill):
    refusal = refusal_of(company, bill, amount="100.01")
    assert isinstance(refusal, Overpayment)
    assert "100.00 due" in str(refusal)


@pytest.mark.parametrize("amount", ["0", "-1.00", "0.001", "1.005", "1e308", "NaN"])
def test_an_amount_that_is_no_amount_is_refused(company, bill, amount):
    refusal = refusal_of(company, bill, amount=amount)
    assert isinstance(refusal, InvalidField)
    assert refusal.path == "amount"


def test_an_ach_entry_carries_ten_digits(company):
    with company.ctx() as ctx:
        large = a_bill(ctx, a_vendor(ctx), amount="100000000.00")
        a_payment(ctx, large, amount="99999999.99")
        larger = a_bill(ctx, a_vendor(ctx), amount="100000000.00")
    assert isinstance(refusal_of(company, larger, amount="100000000.00"), InvalidField)


def test_ach_carries_dollars_alone(company):
    with company.ctx() as ctx:
        bill = a_bill(ctx, a_vendor(ctx, bill_currency="EUR"))
    assert isinstance(refusal_of(company, bill), VendorNeedsAccountAbroad)


@pytest.mark.parametrize(
    "texts",
    [{"description": "x" * 71}, {"transaction_number": "x" * 51}, {"transaction_number": "no-hyphens"}],
)
def test_texts_of_a_payment_are_held_to_their_limits(company, bill, texts):
    refusal = refusal_of(company, bill, **texts)
    assert isinstance(refusal, InvalidField)
    assert refusal.path in texts


# Process dates


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 1, 17), "a Saturday"),
        (date(2026, 1, 18), "a Sunday"),
        (date(2026, 1, 19), "Martin Luther King Jr. Day"),
        (date(2026, 1, 12), "today, whose cut-off was on Friday"),
        (date(2026, 1, 9), "a day gone by"),
        (date(2027, 1, 14), "more than a year ahead"),
    ],
)
def test_a_payment_cannot_be_made_for(company, bill, day, why):
    assert isinstance(refusal_of(company, bill, process_on=day), ProcessDateInvalid), why


@pytest.mark.parametrize(
    ("now", "earliest"),
    [
        (datetime(2026, 1, 13, 1, 59, 59, tzinfo=UTC), date(2026, 1, 13)),
        # 18:00 in Los Angeles: the cut-off of the 13th has passed.
        (datetime(2026, 1, 13, 2, tzinfo=UTC), date(2026, 1, 14)),
        # Friday before the long weekend, before and after 18:00.
        (datetime(2026, 1, 17, 1, 59, tzinfo=UTC), date(2026, 1, 20)),
        (datetime(2026, 1, 17, 2, tzinfo=UTC), date(2026, 1, 21)),
        # The weekend itself: the cut-off for Tuesday was on Friday.
        (datetime(2026, 1, 18, 20, tzinfo=UTC), date(2026, 1, 21)),
        # Independence Day 2026 is a Saturday and not moved: the banks are open on Friday, the third.
        (datetime(2026, 7, 2, 17, tzinfo=UTC), date(2026, 7, 3)),
        # In summer time the same cut-off is an hour earlier in UTC.
        (datetime(2026, 7, 7, 1, tzinfo=UTC), date(2026, 7, 8)),
    ],
)
def test_the_earliest_process_date_follows_cut_off_and_holidays(database, house, now, earliest):
    company = a_company(database, house, at=now)
    with company.ctx() as ctx:
        payment = a_payment(ctx, a_bill(ctx, a_vendor(ctx))).payment
    assert payment.process_on == earliest
    day_before = earliest - timedelta(days=1)
    with company.ctx() as ctx:
        bill = a_bill(ctx, a_vendor(ctx))
    assert isinstance(refusal_of(company, bill, process_on=day_before), ProcessDateInvalid)


def test_a_payment_a_year_ahead_can_be_scheduled(company, bill):
    with company.ctx() as ctx:
        assert a_payment(ctx, bill, process_on=date(2027, 1, 13)).payment.process_on == date(2027, 1, 13)


def test_production_needs_an_originator_and_makes_a_new_bank_account_wait_two_business_days(database):
    company = a_company(database, a_house(profile=Profile.PRODUCTION))
    with company.ctx() as ctx:
        bill = a_bill(ctx, a_vendor(ctx))
    assert isinstance(refusal_of(company, bill), OriginatorMissing)
    with company.ctx() as ctx:
        set_originator(ctx, {})
    for day in (None, date(2026, 1, 13)):
        assert isinstance(refusal_of(company, bill, process_on=day), NewAccountNeedsTime)
    with company.ctx() as ctx:
        assert a_payment(ctx, bill, process_on=date(2026, 1, 14), amount="1.00")
    advance(company, days=2)
    with company.ctx() as ctx:
        assert a_payment(ctx, bill, amount="1.00").payment.process_on == date(2026, 1, 15)


# Cancelling


def test_a_payment_cancelled_before_its_cut_off_gives_the_money_back(company, bill):
    with company.ctx() as ctx:
        view = a_payment(ctx, bill)
    advance(company, to=datetime(2026, 1, 13, 1, 59, 59, tzinfo=UTC))
    with company.ctx() as ctx:
        cancelled = cancel_payment(ctx, view.payment.id).payment
        assert (cancelled.single_status, cancelled.cancel_requested) == (SingleStatus.CANCELED, True)
        free = bills.get_bill(ctx, bill.bill.id).bill
        assert (free.due_minor, free.payment_status) == (10000, PaymentStatus.UNPAID)
        legs = [transfers.transfer_of(ctx, view.payment.id, leg) for leg in (Leg.FUNDING, Leg.DISBURSEMENT)]
        assert [leg.status for leg in legs] == [TransferStatus.CANCELLED] * 2
        assert ledger.verify(ctx) == []
        bills.archive_bill(ctx, bill.bill.id)
    advance(company, days=7)
    with company.ctx() as ctx:
        assert payments.get_payment(ctx, view.payment.id).payment.single_status is SingleStatus.CANCELED


def test_a_payment_cannot_be_cancelled_after_its_cut_off(company, bill):
    with company.ctx() as ctx:
        view = a_payment(ctx, bill)
    advance(company, to=datetime(2026, 1, 13, 2, tzinfo=UTC))
    for _ in range(4):
        refusal = refused(company, lambda ctx: cancel_payment(ctx, view.payment.id))
        assert isinstance(refusal, CancelTooLate)
        advance(company, days=1)


def test_a_payment_is_cancelled_once(company, bill):
    with company.ctx() as ctx:
        view = a_payment(ctx, bill)
        cancel_payment(ctx, view.payment.id)
    refusal = refused(company, lambda ctx: cancel_payment(ctx, view.payment.id))
    assert isinstance(refusal, CancelTooLate)


def test_only_who_may_pay_may_cancel(company, bill):
    with company.ctx() as ctx:
        view, payer = a_payment(ctx, bill), a_user(ctx, Role.PAYER)
    refusal = refused(company, lambda ctx: cancel_payment(ctx, view.payment.id), actor=payer)
    assert isinstance(refusal, MayNotPay)
    with company.ctx() as ctx:
        assert payments.get_payment(ctx, view.payment.id) == view


def test_a_payment_that_does_not_exist_cannot_be_cancelled(company):
    refusal = refused(company, lambda ctx: cancel_payment(ctx, "stp01NOSUCHPAYMENTxx"))
    assert isinstance(refusal, NotFound)


def test_the_bill_remembers_which_bank_account_paid_it(company, bill):
    with company.ctx() as ctx:
        account = a_bank_account(ctx)
        a_payment(ctx, bill, bank_account=account)
        assert bills.get_bill(ctx, bill.bill.id).bill.pay_from_bank_account_id == account.id
        assert bank_accounts.get(ctx, account.id) == account


def test_the_clock_of_these_tests_stands_on_a_monday_morning():
    assert MONDAY.weekday() == 0
