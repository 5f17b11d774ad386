"""Payments by check as payables sees them, and voiding what is collected but not yet paid out."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from billfold.identity.permissions import MayNotPay
from billfold.identity.roles import Role
from billfold.kit.query import Query
from billfold.ledger import ACCOUNTS_PAYABLE, MONEY_OUT_CLEARING
from billfold.parties import vendors
from billfold.payables.bills import bills
from billfold.payables.bills.model import PaymentStatus
from billfold.payables.payments import payments
from billfold.payables.payments.model import DisbursementType, SingleStatus
from billfold.payables.payments.reach import VendorCannotBePaidOnline
from billfold.payables.voids.model import VoidKind
from billfold.payables.voids.void_requests import PaymentNotVoidable, VoidKindNotAvailable
from billfold.rails import transfers
from billfold.rails.checks import checks
from billfold.rails.checks.model import CheckStatus
from billfold.rails.model import Holder, Leg, Rail, TransferStatus
from tests.builders import (
    ADDRESS,
    a_bank_account,
    a_bill,
    a_company,
    a_payment,
    a_user,
    a_vendor,
    advance,
    refused,
    void,
)
from tests.readings import balances

FUNDED = datetime(2026, 1, 14, 13, 30, tzinfo=UTC)
PRINTED = datetime(2026, 1, 15, 17, 0, tzinfo=UTC)


class Story:
    """One payment of one bill of 100.00."""

    def __init__(self, company, *, bank="111111234", vendor_bank=None):
        self.company = company
        with company.ctx() as ctx:
            self.vendor = a_vendor(ctx, bank=vendor_bank, payee_name="Road Runner Inc.", **ADDRESS)
            bill = a_bill(ctx, self.vendor, amount="100.00")
            self.account = a_bank_account(ctx, bank=bank)
            self.bill_id = bill.bill.id
            self.payment_id = a_payment(ctx, bill, bank_account=self.account, description="January").payment.id

    def now(self):
        """Fine status, the bill's payment status, and balances that are not zero: posted, pending."""
        with self.company.ctx() as ctx:
            payment = payments.get_payment(ctx, self.payment_id).payment
            return payment.single_status, bills.get_bill(ctx, self.bill_id).bill.payment_status, balances(ctx)

    def void(self):
        with self.company.ctx() as ctx:
            return void(ctx, self.payment_id).payment

    def leg(self, leg):
        with self.company.ctx() as ctx:
            return transfers.leg_of(ctx, self.payment_id, leg)


def test_a_vendor_with_an_address_alone_is_paid_by_check(company):
    story = Story(company)
    with company.ctx() as ctx:
        payment = payments.get_payment(ctx, story.payment_id).payment
    assert (payment.disbursement_type, payment.vendor_bank_account_id) == (DisbursementType.CHECK, None)
    assert payment.arrives_on == date(2026, 1, 22)
    check = story.leg(Leg.DISBURSEMENT)
    assert (check.rail, check.account_table, check.account_id) == (Rail.CHECK, Holder.PAYEE, story.vendor.id)
    assert (check.counterparty, check.addendum, check.status) == ("Road Runner Inc.", "January", TransferStatus.HELD)
    assert [(line.document_number, line.amount_minor) for line in transfers.remittance_of(check)] == [("INV-1", 10000)]
    assert story.leg(Leg.FUNDING).rail is Rail.ACH


@pytest.mark.parametrize("name", ["東京株式会社", "🦄"])
def test_a_company_whose_name_no_check_can_show_pays_by_check_all_the_same(database, house, name):
    story = Story(a_company(database, house, name=name))
    advance(story.company, days=4)
    assert story.leg(Leg.DISBURSEMENT).status is TransferStatus.STARTED


def test_a_funded_check_waits_for_its_printing(company):
    story = Story(company)
    advance(company, to=FUNDED)
    assert story.now()[0] is SingleStatus.PROCESSED
    check = story.leg(Leg.DISBURSEMENT)
    assert (check.status, check.effective_on) == (TransferStatus.SCHEDULED, date(2026, 1, 15))


@pytest.mark.parametrize("missing", sorted(ADDRESS.keys() - {"address_state"}))
def test_a_check_needs_a_whole_address_but_for_the_state(company, missing):
    with company.ctx() as ctx:
        bill = a_bill(ctx, a_vendor(ctx, bank=None, **ADDRESS | {missing: None}))
    assert isinstance(refused(company, lambda ctx: a_payment(ctx, bill)), VendorCannotBePaidOnline)


@pytest.mark.parametrize("texts", [{"payee_name": "A" * 61}, {"payee_name": "紙"}, {"address_line3": "東京"}])
def test_a_vendor_whose_check_could_not_be_printed_is_not_debited_for_it(company, texts):
    with company.ctx() as ctx:
        bill = a_bill(ctx, a_vendor(ctx, bank=None, **ADDRESS | texts))
    assert isinstance(refused(company, lambda ctx: a_payment(ctx, bill)), VendorCannotBePaidOnline)


# Void and credit


@pytest.mark.parametrize("vendor_bank", [None, "222221234"])
def test_a_collected_payment_is_voided_and_its_money_given_back(company, vendor_bank):
    story = Story(company, vendor_bank=vendor_bank)
    cash = story.account.id
    advance(company, to=FUNDED)
    assert story.void().single_status is SingleStatus.VOIDED
    owed = {"uncategorized": (10000, 0), ACCOUNTS_PAYABLE: (-10000, 0)}
    waiting = owed | {MONEY_OUT_CLEARING: (10000, -10000), cash: (-10000, 10000)}
    assert story.now() == (SingleStatus.VOIDED, PaymentStatus.UNPAID, waiting)
    assert story.leg(Leg.DISBURSEMENT).status is TransferStatus.CANCELLED
    assert story.leg(Leg.REFUND).effective_on == date(2026, 1, 16)
    advance(company, days=20)
    assert story.now() == (SingleStatus.VOIDED, PaymentStatus.UNPAID, owed)
    assert story.leg(Leg.REFUND).status is TransferStatus.SETTLED
    assert story.leg(Leg.DISBURSEMENT).check_number is None, "it was never printed"
    with company.ctx() as ctx:
        a_payment(ctx, bills.get_bill(ctx, story.bill_id), bank_account=story.account)


def test_a_payment_is_cancelled_and_not_voided_before_its_cut_off(company):
    story = Story(company)
    assert isinstance(refused(company, lambda ctx: void(ctx, story.payment_id)), PaymentNotVoidable)


def test_a_credit_that_is_in_a_file_cannot_be_voided(company):
    story = Story(company, vendor_bank="222221234")
    advance(company, to=datetime(2026, 1, 15, 2, 0, tzinfo=UTC))
    assert story.now()[0] is SingleStatus.PROCESSED
    assert isinstance(refused(company, lambda ctx: void(ctx, story.payment_id)), PaymentNotVoidable)


def test_a_payment_is_voided_once_and_by_a_payer_of_the_account(company):
    story = Story(company)
    advance(company, to=FUNDED)
    with company.ctx() as ctx:
        payer = a_user(ctx, Role.PAYER)
    refusal = refused(company, lambda ctx: void(ctx, story.payment_id), actor=payer)
    assert isinstance(refusal, MayNotPay)
    story.void()
    assert isinstance(refused(company, lambda ctx: void(ctx, story.payment_id)), PaymentNotVoidable)


def test_a_recorded_payment_has_no_money_to_give_back(company):
    from tests.builders import record_payment

    with company.ctx() as ctx:
        payment = record_payment(ctx, (a_bill(ctx, a_vendor(ctx)), "1.00")).payment
    refusal = refused(company, lambda ctx: void(ctx, payment.id, VoidKind.VOID_AND_CREDIT))
    assert isinstance(refusal, VoidKindNotAvailable)


def test_a_debit_that_comes_back_after_the_void_is_not_given_back_twice(company):
    story = Story(company)
    advance(company, to=FUNDED)
    story.void()
    with company.ctx() as ctx:
        transfers.return_transfer(ctx, transfers.leg_of(ctx, story.payment_id, Leg.FUNDING), "R29")
    owed = {"uncategorized": (10000, 0), ACCOUNTS_PAYABLE: (-10000, 0)}
    assert story.now() == (SingleStatus.VOIDED, PaymentStatus.UNPAID, owed)
    assert story.leg(Leg.REFUND).status is TransferStatus.CANCELLED
    with company.ctx() as ctx:
        assert payments.get_payment(ctx, story.payment_id).payment.return_code == "R29"


def test_a_debit_that_comes_back_when_its_money_was_given_back_is_owed(company):
    story = Story(company)
    advance(company, to=FUNDED)
    story.void()
    advance(company, days=5)
    with company.ctx() as ctx:
        transfers.return_transfer(ctx, transfers.leg_of(ctx, story.payment_id, Leg.FUNDING), "R10")
    _, _, held = story.now()
    assert held[MONEY_OUT_CLEARING] == (-10000, 0)
    assert held[story.account.id] == (10000, 0)


OWED = {"uncategorized": (10000, 0), ACCOUNTS_PAYABLE: (-10000, 0)}


def the_check(company):
    with company.ctx() as ctx:
        (check,) = checks.list_checks(ctx, Query(limit=2)).items
        return check


@pytest.mark.parametrize(("days", "before"), [(0, SingleStatus.SENT), (8, SingleStatus.DELIVERED)])
def test_a_check_can_be_voided_until_it_is_cashed(company, days, before):
    story = Story(company)
    advance(company, to=PRINTED)
    advance(company, days=days)
    assert story.now()[0] is before
    voided = story.void()
    assert (voided.single_status, voided.return_code) == (SingleStatus.VOIDED, "VOIDED")
    waiting = OWED | {MONEY_OUT_CLEARING: (10000, -10000), story.account.id: (-10000, 10000)}
    assert story.now() == (SingleStatus.VOIDED, PaymentStatus.UNPAID, waiting)
    assert the_check(company).status is CheckStatus.VOIDED
    advance(company, days=20)
    assert story.now() == (SingleStatus.VOIDED, PaymentStatus.UNPAID, OWED)
    assert the_check(company).void_file_id is not None, "the bank was told"


def test_a_cashed_check_cannot_be_voided(company):
    story = Story(company)
    advance(company, days=20)
    assert story.now()[0] is SingleStatus.CLEARED
    assert isinstance(refused(company, lambda ctx: void(ctx, story.payment_id)), PaymentNotVoidable)


@pytest.mark.parametrize("end", [checks.expire_check, checks.stop_check, checks.void_check])
def test_the_money_of_a_check_that_nobody_will_cash_comes_back(company, end):
    story = Story(company)
    advance(company, to=PRINTED)
    check = the_check(company)
    with company.ctx() as ctx:
        end(ctx, check.id)
    assert story.now()[:2] == (SingleStatus.VOIDED, PaymentStatus.UNPAID)
    advance(company, days=20)
    assert story.now()[2] == OWED
    assert story.leg(Leg.REFUND).status is TransferStatus.SETTLED


def test_a_check_whose_funding_came_back_gives_back_nothing(company):
    story = Story(company)
    advance(company, to=PRINTED)
    with company.ctx() as ctx:
        transfers.return_transfer(ctx, transfers.leg_of(ctx, story.payment_id, Leg.FUNDING), "R10")
        checks.stop_check(ctx, checks.check_of(ctx, story_leg(ctx, story)).id)
    advance(company, days=20)
    assert story.now() == (SingleStatus.FUNDING_FAILED_VOIDED, PaymentStatus.UNPAID, OWED)
    with company.ctx() as ctx:
        assert transfers.transfer_of(ctx, story.payment_id, Leg.REFUND) is None


def story_leg(ctx, story):
    return transfers.leg_of(ctx, story.payment_id, Leg.DISBURSEMENT).id


def test_a_payment_whose_check_cannot_be_printed_is_voided_and_says_why(company):
    story = Story(company)
    with company.ctx() as ctx:
        vendors.update_vendor(ctx, story.vendor.id, {"payee_name": "紙"})
    advance(company, days=20)
    assert story.now() == (SingleStatus.VOIDED, PaymentStatus.UNPAID, OWED)
    with company.ctx() as ctx:
        assert payments.get_payment(ctx, story.payment_id).payment.return_code == "UNPRINTABLE"
        assert checks.list_checks(ctx, Query(limit=2)).items == []


@pytest.mark.parametrize("settled", [False, True])
def test_a_refund_that_the_bank_refuses_waits_in_clearing(company, settled):
    story = Story(company)
    advance(company, to=FUNDED)
    story.void()
    advance(company, to=datetime(2026, 1, 16, 14 if settled else 3, 0, tzinfo=UTC))
    with company.ctx() as ctx:
        transfers.return_transfer(ctx, transfers.leg_of(ctx, story.payment_id, Leg.REFUND), "R02")
    _, _, held = story.now()
    assert held[MONEY_OUT_CLEARING] == (10000, 0)
    assert held[story.account.id] == (-10000, 0)


def test_a_check_that_a_bank_sends_back_waits_for_somebody_to_act(company):
    story = Story(company)
    advance(company, to=datetime(2026, 1, 22, 20, 0, tzinfo=UTC))
    with company.ctx() as ctx:
        transfers.return_transfer(ctx, transfers.leg_of(ctx, story.payment_id, Leg.DISBURSEMENT), "REFER TO MAKER")
    assert story.now()[:2] == (SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED, PaymentStatus.IN_PROCESS)


@pytest.mark.parametrize("vendor_bank", [None, "222220003"])
def test_a_bill_whose_payment_came_back_can_be_paid_again_once_that_is_voided(company, vendor_bank):
    story = Story(company, vendor_bank=vendor_bank)
    if vendor_bank is None:
        advance(company, to=PRINTED)
        with company.ctx() as ctx:
            transfers.return_transfer(ctx, transfers.leg_of(ctx, story.payment_id, Leg.DISBURSEMENT), "REFER TO MAKER")
    else:
        advance(company, days=14)
    assert story.now()[0] is SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED
    assert story.void().single_status is SingleStatus.VOIDED
    waiting = OWED | {MONEY_OUT_CLEARING: (10000, -10000), story.account.id: (-10000, 10000)}
    assert story.now() == (SingleStatus.VOIDED, PaymentStatus.UNPAID, waiting)
    assert isinstance(refused(company, lambda ctx: void(ctx, story.payment_id)), PaymentNotVoidable)
    advance(company, days=20)
    assert story.now() == (SingleStatus.VOIDED, PaymentStatus.UNPAID, OWED)
    with company.ctx() as ctx:
        a_payment(ctx, bills.get_bill(ctx, story.bill_id), bank_account=story.account)


def test_a_payer_takes_a_check_back_whose_funding_failed_and_gets_nothing_for_it(company):
    story = Story(company)
    advance(company, to=PRINTED)
    with company.ctx() as ctx:
        transfers.return_transfer(ctx, transfers.leg_of(ctx, story.payment_id, Leg.FUNDING), "R10")
    assert story.void().single_status is SingleStatus.FUNDING_FAILED_VOIDED
    advance(company, days=20)
    assert story.now() == (SingleStatus.FUNDING_FAILED_VOIDED, PaymentStatus.UNPAID, OWED)
    assert the_check(company).status is CheckStatus.VOIDED
    with company.ctx() as ctx:
        assert transfers.transfer_of(ctx, story.payment_id, Leg.REFUND) is None


def test_a_cashed_check_whose_funding_failed_cannot_be_voided(company):
    story = Story(company)
    advance(company, days=20)
    with company.ctx() as ctx:
        transfers.return_transfer(ctx, transfers.leg_of(ctx, story.payment_id, Leg.FUNDING), "R10")
    assert story.now()[0] is SingleStatus.FUNDING_FAILED_ACTION_NEEDED
    assert isinstance(refused(company, lambda ctx: void(ctx, story.payment_id)), PaymentNotVoidable)
