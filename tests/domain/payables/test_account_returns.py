"""What a bank's return says of the vendor's bank account, and what becomes of what is on its way there."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from billfold import ledger
from billfold.bankfiles import nacha
from billfold.kit.events import list_events
from billfold.kit.query import Query
from billfold.parties import vendors
from billfold.parties.audit_trail import vendor_trail
from billfold.parties.corrections import correct_bank_account, invalidate
from billfold.parties.model import PayBy
from billfold.payables.bills import bills
from billfold.payables.payments import payments
from billfold.payables.payments.model import DisbursementType, SingleStatus
from billfold.payables.payments.reach import VendorCannotBePaidOnline
from billfold.payables.voids.model import VoidKind
from billfold.rails import payees, prenotes, transfers
from billfold.rails.model import Leg, Rail, TransferStatus
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
from tests.funding_builders import BY_WALLET, a_card, by_card, open_wallet, pay
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

    def collects(self, **fields):
        """One more, whose money is collected and not yet sent."""
        payment_id = self.pays(**fields)
        for _ in range(240):
            if self.payment(payment_id).single_status is SingleStatus.PROCESSED:
                break
            advance(self.company, hours=1)
        return payment_id

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
    payment = story.payment(waiting)
    assert payment.single_status is SingleStatus.CLEARED
    assert payment.vendor_bank_account_id != story.account_id
    assert story.credits_sent() == 1


@pytest.mark.parametrize("kind", [VoidKind.VOID_AND_CREDIT, VoidKind.VOID_AND_REISSUE])
def test_what_was_made_before_is_not_sent_to_an_account_that_is_known_to_be_none(company, kind):
    story = Story(company)
    waiting = story.collects()
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
    with company.ctx() as ctx:
        other = a_bill(ctx, a_vendor(ctx, name="Another", bank="444441234"))
        good = a_payment(ctx, other, bank_account=story.payer).payment.id
    waiting = [*(story.pays() for _ in range(4)), story.collects()]
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


def test_money_of_today_that_is_not_collected_yet_is_kept_until_it_is(database, house, monkeypatch):
    company = a_company(database, house, at=EARLY)
    story = Story(company, to=datetime(2026, 1, 15, 15, 59, tzinfo=UTC))
    today = story.pays(pay_faster=True)
    monkeypatch.setattr("billfold.rails.ach.TRANSFERS_PER_STEP", 1)
    collectable = payees.collectable

    def then_the_bank_answers(ctx, due):
        """The debit is in the file when the answer comes, the credit is not."""
        if due[0].leg is Leg.DISBURSEMENT:
            invalidate(ctx, story.account_id, "R02", known_at=ctx.now)
        return collectable(ctx, due)

    monkeypatch.setattr(payees, "collectable", then_the_bank_answers)
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
    advance(company, days=30)
    payment = story.payment(waiting)
    assert (payment.single_status, payment.disbursement_type) == (SingleStatus.CLEARED, DisbursementType.CHECK)
    assert story.credits_sent() == 1


# Nothing is collected that cannot be paid out.


def debits(company):
    """How many entries take money from the organization, in all files."""
    with company.ctx() as ctx:
        return sum(entry.is_debit for file in nacha_files(ctx) for batch in file.batches for entry in batch.entries)


def event_names(company, payment_id):
    with company.ctx() as ctx:
        return [event.name for event in list_events(ctx.tx, ctx.organization_id, subject_id=payment_id)]


def bill_of(company, payment_id):
    with company.ctx() as ctx:
        (part,) = payments.get_payment(ctx, payment_id).bill_payments
        return bills.get_bill(ctx, part.bill_id).bill


def test_a_payment_that_is_not_collected_goes_by_check_once_its_account_is_known_to_be_none(company):
    story = Story(company)
    waiting, before = story.pays(), debits(company)
    on = story.payment(waiting).process_on
    story.comes_back()
    assert story.payment(waiting).disbursement_type is DisbursementType.ACH, "a correction may come in time"
    advance(company, hours=14)
    payment = story.payment(waiting)
    assert (payment.single_status, payment.disbursement_type) == (SingleStatus.READY_TO_FUND, DisbursementType.CHECK)
    assert (payment.vendor_bank_account_id, payment.return_code) == (None, None)
    assert (debits(company), payment.process_on) == (before + 1, on)
    assert payment.arrives_on > story.payment(story.first).arrives_on
    advance(company, days=30)
    payment = story.payment(waiting)
    assert (payment.single_status, bill_of(company, waiting).due_minor) == (SingleStatus.CLEARED, 0)
    assert payment.check_number is not None
    assert (debits(company), story.credits_sent()) == (before + 1, 1)


def test_nothing_is_collected_for_a_vendor_whom_nothing_reaches_any_more(company):
    story = Story(company, name="Nowhere Ltd")
    waiting, before = story.pays(), debits(company)
    story.comes_back("R03")
    advance(company, days=7)
    payment, bill = story.payment(waiting), bill_of(company, waiting)
    assert (payment.single_status, payment.return_code) == (SingleStatus.VOIDED, "R03")
    assert (bill.due_minor, bill.scheduled_minor) == (10_000, 0)
    with company.ctx() as ctx:
        legs = transfers.leg_of(ctx, waiting, Leg.FUNDING), transfers.leg_of(ctx, waiting, Leg.DISBURSEMENT)
    assert [leg.status for leg in legs] == [TransferStatus.CANCELLED] * 2
    assert event_names(company, waiting) == ["PaymentCreated", "PaymentFailed"]
    assert debits(company) == before
    with company.ctx() as ctx:
        void(ctx, story.first, VoidKind.VOID_AND_CREDIT)
    advance(company, days=9)
    with company.ctx() as ctx:
        assert ledger.MONEY_OUT_CLEARING not in balances(ctx)


@pytest.mark.parametrize("source", ["card", "wallet"])
def test_neither_card_nor_wallet_is_charged_for_a_vendor_whom_nothing_reaches_any_more(company, source):
    story = Story(company, name="Nowhere Ltd")
    with company.ctx() as ctx:
        open_wallet(ctx, 100_000)
        account = by_card(a_card(ctx)) if source == "card" else BY_WALLET
        bill = a_bill(ctx, story.vendor)
        on = {"process_on": date(2026, 1, 20)} if source == "wallet" else {}
        waiting = pay(ctx, bill, account, **on).payment.id
    story.comes_back()
    advance(company, days=7)
    assert story.payment(waiting).single_status is SingleStatus.VOIDED
    with company.ctx() as ctx:
        assert transfers.leg_of(ctx, waiting, Leg.FUNDING).status is TransferStatus.CANCELLED


def test_a_payment_from_the_own_bank_to_a_vendor_whom_nothing_reaches_any_more_is_void(company):
    own = lambda payer: {"own_bank_account_id": payer.id, "bank_profile": "default"}  # noqa: E731
    story = Story(company, to=datetime(2026, 1, 14, 16, 0, tzinfo=UTC), settings=own, name="Nowhere Ltd")
    waiting = story.pays()
    story.comes_back()
    advance(company, days=7)
    assert story.payment(waiting).single_status is SingleStatus.VOIDED
    assert story.credits_sent() == 1


def test_no_check_takes_the_place_of_a_credit_that_another_debit_would_fund(company):
    """Who has an own bank draws checks on the account that pays, which nothing may be debited from besides."""
    with company.ctx() as ctx:
        other = {"own_bank_account_id": a_bank_account(ctx, bank="555551234").id, "bank_profile": "default"}
    story = Story(company, settings=lambda _: other)
    waiting = story.pays()
    assert transfer_rail(company, waiting) is Rail.ACH
    story.comes_back()
    advance(company, days=7)
    assert story.payment(waiting).single_status is SingleStatus.VOIDED


def transfer_rail(company, payment_id):
    with company.ctx() as ctx:
        return transfers.leg_of(ctx, payment_id, Leg.FUNDING).rail


def test_a_payment_of_today_is_not_collected_for_an_account_that_is_known_to_be_none(database, house):
    company = a_company(database, house, at=EARLY)
    story = Story(company, to=datetime(2026, 1, 15, 15, 59, tzinfo=UTC))
    today = story.pays(pay_faster=True)
    story.comes_back()
    advance(company, days=30)
    payment = story.payment(today)
    assert (payment.single_status, payment.disbursement_type) == (SingleStatus.CLEARED, DisbursementType.CHECK)
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
