"""What a bank's return says of the vendor's bank account, and what becomes of what is on its way there."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from billfold import ledger
from billfold.bankfiles import nacha
from billfold.kit.query import Query
from billfold.parties import vendors
from billfold.parties.audit_trail import vendor_trail
from billfold.parties.corrections import correct_bank_account
from billfold.parties.model import PayBy
from billfold.payables.payments import payments
from billfold.payables.payments.model import DisbursementType, SingleStatus
from billfold.payables.payments.reach import VendorCannotBePaidOnline
from billfold.payables.voids.model import VoidKind
from billfold.rails import prenotes, transfers
from billfold.rails.model import Leg, TransferStatus
from billfold.rails.originators import set_originator
from tests.builders import (
    ADDRESS,
    a_bank_account,
    a_bill,
    a_company,
    a_payment,
    a_vendor,
    advance,
    refused,
    vendor_bank,
    void,
)
from tests.readings import balances, nacha_files

#: The credit of a payment made on Monday, 12 January 2026, is in the vendor's account; a day later it may come back.
CLEARED = datetime(2026, 1, 15, 14, 0, tzinfo=UTC)
#: Six in the morning in Los Angeles, nine in New York, on that Monday.
EARLY = datetime(2026, 1, 12, 14, tzinfo=UTC)


class Story:
    """A vendor whose first payment of 100.00 is with the vendor's bank, and a second one made meanwhile."""

    def __init__(self, company, *, to=CLEARED, settings=None, **fields):
        self.company = company
        with company.ctx() as ctx:
            self.payer = a_bank_account(ctx)
            if settings is not None:
                set_originator(ctx, settings(self.payer))
            self.vendor = a_vendor(ctx, **fields or ADDRESS)
            self.account_id = vendors.get_bank_account(ctx, self.vendor.id).id
        self.first = self.pays()
        advance(company, to=to)

    def pays(self, **fields):
        """One more bill of the vendor's is paid; the payment's id."""
        with self.company.ctx() as ctx:
            bill = a_bill(ctx, self.vendor, amount="100.00")
            return a_payment(ctx, bill, bank_account=self.payer, **fields).payment.id

    def comes_back(self, code="R02"):
        with self.company.ctx() as ctx:
            transfers.return_transfer(ctx, transfers.leg_of(ctx, self.first, Leg.DISBURSEMENT), code)

    def payment(self, payment_id):
        with self.company.ctx() as ctx:
            assert ledger.verify(ctx) == []
            return payments.get_payment(ctx, payment_id).payment

    def disbursement(self, payment_id):
        with self.company.ctx() as ctx:
            return transfers.leg_of(ctx, payment_id, Leg.DISBURSEMENT)

    @property
    def way(self):
        """How the vendor is paid, and why not to the account."""
        with self.company.ctx() as ctx:
            account = vendors.bank_account_by_id(ctx, self.account_id)
            return vendors.get_vendor(ctx, self.vendor.id).pay_by, account.invalid_code

    def credits_sent(self):
        """Entries to the vendor's account in all files."""
        with self.company.ctx() as ctx:
            batches = [batch for file in nacha_files(ctx) for batch in file.batches]
            return sum(entry.account_number.strip() == "222221234" for batch in batches for entry in batch.entries)


@pytest.mark.parametrize("code", sorted(nacha.INVALID_ACCOUNT))
def test_a_vendor_whose_bank_says_there_is_no_such_account_is_paid_by_check(company, code):
    story = Story(company)
    story.comes_back(code)
    assert story.way == (PayBy.CHECK, code)
    assert story.payment(story.first).single_status is SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED
    assert story.payment(story.pays()).disbursement_type is DisbursementType.CHECK


@pytest.mark.parametrize("code", ["R06", "R16", "R17", "R23", "R29"])
def test_a_return_that_says_nothing_of_the_account_leaves_it_as_it_is(company, code):
    story = Story(company)
    story.comes_back(code)
    assert story.way == (PayBy.ACH, None)
    assert story.payment(story.pays()).disbursement_type is DisbursementType.ACH


def test_a_debit_that_comes_back_says_nothing_of_the_vendor(company):
    story = Story(company)
    with company.ctx() as ctx:
        transfers.return_transfer(ctx, transfers.leg_of(ctx, story.first, Leg.FUNDING), "R02")
    assert story.way == (PayBy.ACH, None)


def test_a_vendor_without_an_address_cannot_be_paid_until_there_is_another_account(company):
    story = Story(company, name="Nowhere Ltd")
    story.comes_back()
    with company.ctx() as ctx:
        bill = a_bill(ctx, story.vendor)
    assert isinstance(
        refused(company, lambda ctx: a_payment(ctx, bill, bank_account=story.payer)), VendorCannotBePaidOnline
    )
    with company.ctx() as ctx:
        vendors.remove_bank_account(ctx, story.vendor.id)
        vendors.add_bank_account(ctx, story.vendor.id, vendor_bank("333331234"))
        assert vendors.get_vendor(ctx, story.vendor.id).pay_by is PayBy.ACH
        assert a_payment(ctx, bill, bank_account=story.payer).payment.disbursement_type is DisbursementType.ACH


def test_an_account_that_its_bank_has_corrected_is_paid_again(company):
    story = Story(company)
    story.comes_back("R04")
    with company.ctx() as ctx:
        correct_bank_account(ctx, story.account_id, {"account_number": "333331234"})
    assert story.way == (PayBy.ACH, None)
    payment_id = story.pays()
    advance(company, days=7)
    assert story.payment(payment_id).single_status is SingleStatus.CLEARED
    with company.ctx() as ctx:
        rows = vendor_trail(ctx, story.vendor.id, include_archived=False, start=0, limit=9)
        ways = [(row.change.previous, row.change.current) for row in rows if row.change and row.change.name == "Pay by"]
    assert ways == [("Check", "ePayment"), ("ePayment", "Check"), ("Check", "ePayment")]


def test_a_return_of_the_old_number_says_nothing_of_the_corrected_one(company):
    story = Story(company)
    with company.ctx() as ctx:
        correct_bank_account(ctx, story.account_id, {"account_number": "333331234"})
    story.comes_back("R03")
    assert story.way == (PayBy.ACH, None)


def test_a_return_of_a_removed_account_leaves_the_one_that_came_after_it(company):
    story = Story(company)
    waiting = story.pays()
    with company.ctx() as ctx:
        vendors.remove_bank_account(ctx, story.vendor.id)
        vendors.add_bank_account(ctx, story.vendor.id, vendor_bank("333331234"))
    story.comes_back()
    assert story.way == (PayBy.ACH, "R02"), "of the vendor, and of the account that was removed"
    advance(company, days=7)
    assert story.payment(waiting).single_status is SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED
    assert story.credits_sent() == 1


@pytest.mark.parametrize("kind", [VoidKind.VOID_AND_CREDIT, VoidKind.VOID_AND_REISSUE])
def test_what_was_made_before_is_not_sent_to_an_account_that_is_known_to_be_none(company, kind):
    story = Story(company)
    waiting = story.pays()
    story.comes_back()
    advance(company, days=7)
    payment, disbursement = story.payment(waiting), story.disbursement(waiting)
    assert (payment.single_status, payment.return_code) == (SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED, "R02")
    assert (disbursement.status, disbursement.trace_number) == (TransferStatus.CANCELLED, None)
    assert story.credits_sent() == 1, "the bank was asked once"
    with company.ctx() as ctx:
        for payment_id in (story.first, waiting):
            void(ctx, payment_id, kind)
    advance(company, days=30)
    sent = kind is VoidKind.VOID_AND_REISSUE
    for payment_id in (story.first, waiting):
        again = story.payment(payment_id)
        assert again.single_status is (SingleStatus.CLEARED if sent else SingleStatus.VOIDED)
        assert (again.disbursement_type is DisbursementType.CHECK) is sent
    with company.ctx() as ctx:
        assert ledger.MONEY_OUT_CLEARING not in balances(ctx)
    assert story.credits_sent() == 1


def test_valid_credits_leave_with_the_cut_off_that_keeps_others_back(company, monkeypatch):
    monkeypatch.setattr("billfold.rails.ach.TRANSFERS_PER_STEP", 2)
    story = Story(company)
    waiting = [story.pays() for _ in range(5)]
    with company.ctx() as ctx:
        other = a_bill(ctx, a_vendor(ctx, name="Another", bank="444441234"))
        good = a_payment(ctx, other, bank_account=story.payer).payment.id
    story.comes_back()
    advance(company, days=7)
    assert story.payment(good).single_status is SingleStatus.CLEARED
    failed = {story.payment(payment_id).single_status for payment_id in waiting}
    assert failed == {SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED}


def test_a_correction_in_time_lets_go_what_was_made_before(company):
    story = Story(company)
    waiting = story.pays()
    story.comes_back()
    with company.ctx() as ctx:
        correct_bank_account(ctx, story.account_id, {"account_number": "333331234"})
    advance(company, days=7)
    assert story.payment(waiting).single_status is SingleStatus.CLEARED


def test_money_of_today_that_is_not_collected_yet_is_kept_until_it_is(database, house):
    company = a_company(database, house, at=EARLY)
    story = Story(company, to=datetime(2026, 1, 15, 15, 59, tzinfo=UTC))
    today = story.pays(pay_faster=True)
    story.comes_back()
    # The credit's window closes before the debit settles.
    advance(company, to=datetime(2026, 1, 15, 21, 15, tzinfo=UTC))
    assert story.payment(today).single_status is SingleStatus.FUNDING_STARTED
    assert story.disbursement(today).status is TransferStatus.HELD
    advance(company, days=7)
    payment = story.payment(today)
    assert (payment.single_status, payment.return_code) == (SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED, "R02")
    assert story.credits_sent() == 1


def test_a_payment_from_the_own_bank_is_kept_back_too(company):
    own = lambda payer: {"own_bank_account_id": payer.id, "bank_profile": "default"}  # noqa: E731
    story = Story(company, to=datetime(2026, 1, 14, 16, 0, tzinfo=UTC), settings=own)
    waiting = story.pays()
    story.comes_back()
    advance(company, days=7)
    assert story.payment(waiting).single_status is SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED
    assert story.credits_sent() == 1


@pytest.mark.parametrize(("code", "way"), [("R03", (PayBy.CHECK, "R03")), ("R16", (PayBy.ACH, None))])
def test_a_trial_entry_that_comes_back_says_the_same_as_a_payment(company, code, way):
    tried = lambda _: {"sends_prenotes": True, "company_id": "1234567890", "immediate_origin": "1234567890"}  # noqa: E731
    story = Story(company, settings=tried)
    with company.ctx() as ctx:
        (prenote,) = prenotes.list_prenotes(ctx, Query()).items
        prenotes.return_prenote(ctx, prenote, code)
    assert story.way == way
    if code == "R03":
        assert story.payment(story.pays()).disbursement_type is DisbursementType.CHECK
