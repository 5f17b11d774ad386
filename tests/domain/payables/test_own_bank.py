"""A company that sends its files to its own bank: no debit, no waiting, and money that comes back in the books."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from billfold.bankfiles import nacha
from billfold.funding import bank_accounts
from billfold.kit.errors import InvalidField, NotFound, StateForbids
from billfold.kit.query import Query
from billfold.ledger import ACCOUNTS_PAYABLE, MONEY_OUT_CLEARING, UNCATEGORIZED_EXPENSE
from billfold.payables.bills import bills
from billfold.payables.bills.model import PaymentStatus
from billfold.payables.payments import payments
from billfold.payables.payments.model import SingleStatus
from billfold.payables.payments.payment_options import payment_options
from billfold.payables.voids.cancellations import CancelTooLate, cancel_payment
from billfold.payables.voids.void_requests import PaymentNotVoidable
from billfold.rails import ach, store, transfers
from billfold.rails.checks import checks
from billfold.rails.model import Leg, Rail, TransferStatus
from billfold.rails.money_movements import list_movements
from billfold.rails.originators import OwnBankInUse, get_originator, set_originator
from tests.builders import ADDRESS, a_bank_account, a_bill, a_payment, a_vendor, advance, meanwhile, refused, void
from tests.readings import balances, nacha_files, stored_files

# A payment made on Monday, 12 January 2026, for Tuesday the 13th.
CUT_OFF = datetime(2026, 1, 13, 2, 0, tzinfo=UTC)
SENT = datetime(2026, 1, 13, 7, 15, tzinfo=UTC)
CLEARED = datetime(2026, 1, 13, 13, 30, tzinfo=UTC)
PRINTED = datetime(2026, 1, 13, 17, 0, tzinfo=UTC)
DELIVERED = datetime(2026, 1, 20, 20, 0, tzinfo=UTC)  # over a weekend and a holiday
CASHED = datetime(2026, 1, 22, 13, 30, tzinfo=UTC)
RETURNED = datetime(2026, 1, 15, 13, 0, tzinfo=UTC)


class Story:
    """One payment of 100.00 from the organization's own bank, by ACH unless `bank=None`."""

    def __init__(self, company, *, bank="222221234", bank_profile="default"):
        self.company = company
        with company.ctx() as ctx:
            self.account = a_bank_account(ctx)
            changes = {"own_bank_account_id": self.account.id, "bank_profile": bank_profile}
            if nacha.PROFILES[bank_profile].balanced:
                changes["offset_bank_account_id"] = self.account.id
            set_originator(ctx, changes)
            self.vendor = a_vendor(ctx, bank=bank, **({} if bank else ADDRESS))
            self.bill_id = a_bill(ctx, self.vendor, amount="100.00").bill.id
            bill = bills.get_bill(ctx, self.bill_id)
            self.payment_id = a_payment(ctx, bill, bank_account=self.account).payment.id

    def at(self, moment):
        """Go there; status of payment and bill, and the ledger's accounts (posted, pending) that are not zero."""
        advance(self.company, to=moment)
        return self.now()

    def now(self):
        with self.company.ctx() as ctx:
            payment = payments.get_payment(ctx, self.payment_id).payment
            bill = bills.get_bill(ctx, self.bill_id).bill
            return payment.single_status, bill.payment_status, balances(ctx)

    def leg(self, leg):
        with self.company.ctx() as ctx:
            return transfers.transfer_of(ctx, self.payment_id, leg)

    def accounts(self, **held):
        """Names of accounts as `now` has them; `cash` is the bank account."""
        names = {
            "expense": UNCATEGORIZED_EXPENSE,
            "payable": ACCOUNTS_PAYABLE,
            "clearing": MONEY_OUT_CLEARING,
            "cash": self.account.id,
        }
        return {names[name]: sums for name, sums in held.items()}


def test_an_ach_payment_is_funded_by_the_cut_off_and_cleared_on_its_process_date(company):
    story = Story(company)
    scheduled = story.accounts(expense=(10000, 0), payable=(-10000, 10000), clearing=(0, -10000))
    funded = story.accounts(expense=(10000, 0), payable=(-10000, 10000), clearing=(10000, -10000), cash=(-10000, 0))
    paid = story.accounts(expense=(10000, 0), cash=(-10000, 0))
    for moment, status, bill_status, held in (
        (datetime(2026, 1, 13, 1, 59, 59, tzinfo=UTC), SingleStatus.SCHEDULED, PaymentStatus.SCHEDULED, scheduled),
        (CUT_OFF, SingleStatus.PROCESSED, PaymentStatus.IN_PROCESS, funded),
        (SENT, SingleStatus.SENT, PaymentStatus.IN_PROCESS, funded),
        (CLEARED, SingleStatus.CLEARED, PaymentStatus.PAID, paid),
    ):
        assert story.at(moment) == (status, bill_status, held), moment


def test_only_the_vendors_credit_is_in_the_file_and_the_file_names_the_account(company):
    story = Story(company)
    story.at(CUT_OFF)
    with company.ctx() as ctx:
        (sent,) = nacha_files(ctx)
        credit = transfers.leg_of(ctx, story.payment_id, Leg.DISBURSEMENT)
        assert store.ACH_FILES.get(ctx.tx, ctx.organization_id, credit.file_id).bank_account_id == story.account.id
    ((entry,),) = [batch.entries for batch in sent.batches]
    assert (entry.amount_minor, entry.is_debit, entry.account_number) == (10000, False, "222221234")
    assert sent.batches[0].effective_entry_date == date(2026, 1, 13)
    assert story.leg(Leg.FUNDING).rail is Rail.BOOK


def test_a_balanced_file_takes_its_money_from_the_own_account(company):
    story = Story(company, bank_profile="balanced")
    story.at(CUT_OFF)
    with company.ctx() as ctx:
        (content,) = stored_files(ctx)
    sent = nacha.read(content, nacha.PROFILES["balanced"])
    (entries,) = [batch.entries for batch in sent.batches]
    assert [(entry.amount_minor, entry.is_debit, entry.account_number) for entry in entries] == [
        (10000, False, "222221234"), (10000, True, "111111234"),
    ]  # fmt: skip


def test_a_check_is_printed_on_the_process_date_and_the_debt_is_gone_when_it_is_cashed(company):
    story = Story(company, bank=None)
    funded = story.accounts(expense=(10000, 0), payable=(-10000, 10000), clearing=(10000, -10000), cash=(-10000, 0))
    paid = story.accounts(expense=(10000, 0), cash=(-10000, 0))
    assert story.at(CUT_OFF) == (SingleStatus.PROCESSED, PaymentStatus.IN_PROCESS, funded)
    assert story.at(PRINTED) == (SingleStatus.SENT, PaymentStatus.IN_PROCESS, funded)
    assert story.at(DELIVERED) == (SingleStatus.DELIVERED, PaymentStatus.IN_PROCESS, funded)
    assert story.at(CASHED) == (SingleStatus.CLEARED, PaymentStatus.PAID, paid)


@pytest.mark.parametrize(("bank", "day"), [("222221234", date(2026, 1, 14)), (None, date(2026, 1, 20))])
def test_the_vendor_is_promised_the_money_two_days_earlier(company, bank, day):
    story = Story(company, bank=bank)
    with company.ctx() as ctx:
        assert payments.get_payment(ctx, story.payment_id).payment.arrives_on == day
        ((_, option),) = payment_options(ctx, story.vendor.id, Decimal(1)).banks
        assert (option.process_on, option.arrives_on) == (date(2026, 1, 13), day)


def test_cancelled_before_its_cut_off_nothing_was_posted(company):
    story = Story(company)
    with company.ctx() as ctx:
        cancel_payment(ctx, story.payment_id)
    owed = story.accounts(expense=(10000, 0), payable=(-10000, 0))
    assert story.at(CLEARED) == (SingleStatus.CANCELED, PaymentStatus.UNPAID, owed)
    assert {story.leg(leg).status for leg in (Leg.FUNDING, Leg.DISBURSEMENT)} == {TransferStatus.CANCELLED}


def test_after_the_cut_off_it_is_too_late_to_cancel_and_an_ach_credit_to_void(company):
    story = Story(company)
    story.at(CUT_OFF)
    assert isinstance(refused(company, lambda ctx: cancel_payment(ctx, story.payment_id)), CancelTooLate)
    assert isinstance(refused(company, lambda ctx: void(ctx, story.payment_id)), PaymentNotVoidable)


def test_a_credit_that_a_file_has_cannot_be_cancelled_while_its_book_transfer_waits(company):
    """Two jobs of one cut-off: whichever comes first, a file's credit stays."""
    story = Story(company)
    with company.ctx() as ctx:
        ach.cut_off(ctx, {"effective_on": "2026-01-13"})
    before = story.now()
    assert isinstance(refused(company, lambda ctx: cancel_payment(ctx, story.payment_id)), CancelTooLate)
    assert story.now() == before
    assert story.at(CLEARED)[0] is SingleStatus.CLEARED


@pytest.mark.parametrize("moment", [CUT_OFF, PRINTED, DELIVERED])
def test_a_check_that_is_voided_gives_its_money_back_at_once(company, moment):
    story = Story(company, bank=None)
    story.at(moment)
    with company.ctx() as ctx:
        void(ctx, story.payment_id)
    owed = story.accounts(expense=(10000, 0), payable=(-10000, 0))
    assert story.now() == (SingleStatus.VOIDED, PaymentStatus.UNPAID, owed)
    refund = story.leg(Leg.REFUND)
    assert (refund.rail, refund.status) == (Rail.BOOK, TransferStatus.SETTLED)
    assert story.at(CASHED) == (SingleStatus.VOIDED, PaymentStatus.UNPAID, owed)


def test_a_stale_check_gives_its_money_back(company):
    story = Story(company, bank=None)
    story.at(PRINTED)
    with company.ctx() as ctx:
        check = checks.check_of(ctx, transfers.leg_of(ctx, story.payment_id, Leg.DISBURSEMENT).id)
        checks.expire_check(ctx, check.id)
    owed = story.accounts(expense=(10000, 0), payable=(-10000, 0))
    assert story.now() == (SingleStatus.VOIDED, PaymentStatus.UNPAID, owed)


def test_a_returned_credit_waits_in_clearing_until_it_is_voided(company):
    story = Story(company, bank="222220003")
    waiting = story.accounts(expense=(10000, 0), payable=(-10000, 0), clearing=(10000, 0), cash=(-10000, 0))
    failed = SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED
    assert story.at(RETURNED) == (failed, PaymentStatus.IN_PROCESS, waiting)
    with company.ctx() as ctx:
        void(ctx, story.payment_id)
    owed = story.accounts(expense=(10000, 0), payable=(-10000, 0))
    assert story.now() == (SingleStatus.VOIDED, PaymentStatus.UNPAID, owed)


def test_money_movements_add_up_to_the_ledgers_cash(company):
    story = Story(company, bank="222220003")
    story.at(RETURNED)
    with company.ctx() as ctx:
        void(ctx, story.payment_id)
        found = list_movements(ctx, Query(limit=9)).items
    assert [(one.process_on, one.amount_minor) for one in found] == [
        (date(2026, 1, 13), -10000), (date(2026, 1, 15), 10000),
    ]  # fmt: skip


def test_another_account_still_needs_a_debit(company):
    story = Story(company)
    with company.ctx() as ctx:
        other = a_bank_account(ctx, bank="333331234")
        made = a_payment(ctx, a_bill(ctx, story.vendor, amount="5.00"), bank_account=other).payment
        assert transfers.leg_of(ctx, made.id, Leg.FUNDING).rail is Rail.ACH
        assert transfers.leg_of(ctx, made.id, Leg.DISBURSEMENT).status is TransferStatus.HELD


def test_a_check_on_another_account_needs_no_debit_either(company):
    story = Story(company, bank=None)
    with company.ctx() as ctx:
        other = a_bank_account(ctx, bank="333331234")
        made = a_payment(ctx, a_bill(ctx, story.vendor, amount="5.00"), bank_account=other).payment
        assert transfers.leg_of(ctx, made.id, Leg.FUNDING).rail is Rail.BOOK


def test_many_payments_of_a_day_are_all_posted(company, monkeypatch):
    monkeypatch.setattr("billfold.rails.book.TRANSFERS_PER_STEP", 2)
    story = Story(company)
    with company.ctx() as ctx:
        made = [
            a_payment(ctx, a_bill(ctx, story.vendor, amount="5.00"), bank_account=story.account).payment.id
            for _ in range(4)
        ]
    story.at(CUT_OFF)
    with company.ctx() as ctx:
        found = {payments.get_payment(ctx, one).payment.single_status for one in made}
    assert found == {SingleStatus.PROCESSED}


def test_no_bank_returns_what_no_bank_has_seen(company):
    story = Story(company)
    story.at(CUT_OFF)

    def come_back(ctx):
        transfers.return_transfer(ctx, transfers.leg_of(ctx, story.payment_id, Leg.FUNDING), "R01")

    assert isinstance(refused(company, come_back), StateForbids)


# The setting


def test_the_own_account_cannot_change_while_payments_are_under_way(company):
    story = Story(company)

    def leave(ctx):
        set_originator(ctx, {"own_bank_account_id": None})

    for moment in (datetime(2026, 1, 12, 18, tzinfo=UTC), CUT_OFF, SENT):
        advance(company, to=moment)
        assert isinstance(refused(company, leave), OwnBankInUse), moment
    story.at(CLEARED)
    with company.ctx() as ctx:
        leave(ctx)
        assert get_originator(ctx).own_bank_account_id is None


def test_a_mailed_check_does_not_keep_the_setting(company):
    Story(company, bank=None).at(PRINTED)
    with company.ctx() as ctx:
        set_originator(ctx, {"own_bank_account_id": None})


def test_the_own_account_must_be_there_verified_and_the_one_that_balances_files(company):
    with company.ctx() as ctx:
        pending = a_bank_account(ctx, bank="333331234", verified=False)
        good, other = a_bank_account(ctx), a_bank_account(ctx, bank="444441234")

    def setting(**changes):
        return refused(company, lambda ctx: set_originator(ctx, changes))

    assert isinstance(setting(own_bank_account_id="bac01NOBODY"), NotFound)
    assert type(setting(own_bank_account_id=pending.id)).__name__ == "BankAccountNotUsable"
    differing = setting(own_bank_account_id=good.id, bank_profile="balanced", offset_bank_account_id=other.id)
    assert isinstance(differing, InvalidField)


def test_the_own_account_is_not_archived(company):
    story = Story(company)
    story.at(CLEARED)
    refusal = refused(company, lambda ctx: bank_accounts.archive(ctx, story.account.id))
    assert isinstance(refusal, StateForbids)


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["postgresql"])
def test_who_sets_the_originator_up_while_somebody_else_does_comes_second(company):
    meanwhile(
        company,
        lambda ctx: set_originator(ctx, {"company_name": "FIRST", "origin_name": "FIRST"}),
        lambda ctx: set_originator(ctx, {"company_name": "SECOND"}),
    )
    with company.ctx() as ctx:
        found = get_originator(ctx)
    assert (found.company_name, found.origin_name) == ("SECOND", "FIRST")


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["postgresql"])
def test_no_own_bank_is_set_up_at_the_moment_of_the_first_payment(company):
    with company.ctx() as ctx:
        account, bill = a_bank_account(ctx), a_bill(ctx, a_vendor(ctx))
    (refusal,) = meanwhile(
        company,
        lambda ctx: a_payment(ctx, bill, bank_account=account),
        lambda ctx: set_originator(ctx, {"own_bank_account_id": account.id}),
    )
    assert isinstance(refusal, OwnBankInUse)


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["postgresql"])
def test_a_payment_at_the_moment_when_the_own_bank_is_set_up_needs_no_debit(company):
    with company.ctx() as ctx:
        account, bill = a_bank_account(ctx), a_bill(ctx, a_vendor(ctx))
    made = []
    refusals = meanwhile(
        company,
        lambda ctx: set_originator(ctx, {"own_bank_account_id": account.id}),
        lambda ctx: made.append(a_payment(ctx, bill, bank_account=account).payment.id),
    )
    assert refusals == []
    with company.ctx() as ctx:
        assert transfers.leg_of(ctx, made[0], Leg.FUNDING).rail is Rail.BOOK
