"""Two features at one payment: what each does by itself is tested where it lives, what they do together here."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from billfold.bankfiles import pain001
from billfold.funding import ap_cards, bank_accounts, cards, wallet
from billfold.funding.card_model import CardBrand, CardDraft, CardKind, CardStatus
from billfold.funding.model import UserStatus
from billfold.identity.controls import update_controls
from billfold.identity.roles import Role
from billfold.kit.errors import StateForbids
from billfold.kit.jobs import parked_jobs
from billfold.kit.query import Query
from billfold.ledger import ACCOUNTS_PAYABLE, MONEY_OUT_CLEARING
from billfold.parties import vendors
from billfold.parties.acceptance_model import VirtualCardStatus
from billfold.parties.acceptances import set_acceptance
from billfold.parties.account_confirmations import confirm_account
from billfold.parties.model import BankAccountDraft, VendorDraft
from billfold.payables import interventions
from billfold.payables.bills import bills
from billfold.payables.payments import payments
from billfold.payables.payments.model import (
    DisbursementType,
    FundingAccount,
    FundingType,
    PaymentDraft,
    Purpose,
    SingleStatus,
)
from billfold.payables.payments.payment_rules import AccountNotProven
from billfold.payables.quotes.exchange_quotes import QuoteAsked, quote
from billfold.payables.voids.model import VoidKind, VoidStatus
from billfold.rails import bank, calendar, card, originators, prenotes, transfers, virtual_cards
from billfold.rails.incoming import changes
from billfold.rails.model import Leg, Rail, TransferStatus
from billfold.rails.statements.store import sandbox_lines
from tests.builders import (
    ADDRESS,
    a_bank_account,
    a_bill,
    a_payment,
    a_user,
    a_vendor,
    advance,
    refused,
    vendor_bank,
    void,
)
from tests.funding_builders import BY_WALLET, an_ap_card, by_ap_card, enroll, open_wallet, pay
from tests.readings import balances, stored_files

#: The debit is collected; the checks are printed; a void asked for on that day is decided.
FUNDED = datetime(2026, 1, 14, 13, 30, tzinfo=UTC)
PRINTED = datetime(2026, 1, 15, 17, 0, tzinfo=UTC)
DECIDED = datetime(2026, 1, 15, 0, 0, tzinfo=UTC)
REISSUE = VoidKind.VOID_AND_REISSUE


class Story:
    """A payment of a bill of 100.00, from a bank account of the organization."""

    def __init__(self, company, *, at, bank="222221234", **fields):
        self.company = company
        with company.ctx() as ctx:
            self.vendor_id = a_vendor(ctx, bank=bank, **fields).id
            self.account_id = (account := a_bank_account(ctx)).id
            self.bill_id = (bill := a_bill(ctx, vendors.get_vendor(ctx, self.vendor_id))).bill.id
            self.payment_id = a_payment(ctx, bill, bank_account=account).payment.id
        advance(company, to=at)

    def do(self, work, *arguments):
        with self.company.ctx() as ctx:
            return work(ctx, self.payment_id, *arguments)

    def bank_returns(self, leg, code="R01"):
        with self.company.ctx() as ctx:
            transfers.return_transfer(ctx, transfers.leg_of(ctx, self.payment_id, leg), code)

    @property
    def payment(self):
        return self.do(payments.get_payment).payment

    @property
    def status(self):
        return self.payment.single_status

    def balances(self):
        """What is not zero in the ledger: posted, pending."""
        return balances_of(self.company)


def balances_of(company):
    with company.ctx() as ctx:
        return balances(ctx)


OWED = {"uncategorized": (10000, 0), ACCOUNTS_PAYABLE: (-10000, 0)}


# A reissue that reaches nobody any more, and what comes after it


@pytest.fixture
def stranded(company):
    """A collected payment that was called off to be sent anew, and reaches nobody: its money waits in clearing."""
    story = Story(company, at=FUNDED)
    with company.ctx() as ctx:
        void(ctx, story.payment_id, REISSUE, at_once=False)
        vendors.remove_bank_account(ctx, story.vendor_id)
    advance(company, to=DECIDED)
    assert story.status is SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED
    assert story.balances() == OWED | {MONEY_OUT_CLEARING: (10000, 0), story.account_id: (-10000, 0)}
    return story


@pytest.mark.parametrize("how", [VoidKind.VOID_AND_CREDIT, REISSUE])
def test_money_that_reached_nobody_is_given_back_or_sent_when_somebody_asks_again(company, stranded, how):
    with company.ctx() as ctx:
        vendors.add_bank_account(ctx, stranded.vendor_id, vendor_bank("333331234"))
        void(ctx, stranded.payment_id, how, at_once=False)
    advance(company, days=8)
    sent = how is REISSUE
    assert stranded.status is (SingleStatus.CLEARED if sent else SingleStatus.VOIDED)
    paid = {"uncategorized": (10000, 0), stranded.account_id: (-10000, 0)}
    assert stranded.balances() == (paid if sent else OWED)


@pytest.mark.parametrize("asked", [False, True])
def test_a_debit_that_comes_back_when_the_money_reached_nobody_leaves_nothing_behind(company, stranded, asked):
    if asked:
        with company.ctx() as ctx:
            void(ctx, stranded.payment_id, at_once=False)
    stranded.bank_returns(Leg.FUNDING)
    assert stranded.status is SingleStatus.FUNDING_FAILED_VOIDED
    advance(company, days=8)
    assert stranded.balances() == OWED
    request = stranded.do(payments.get_payment).void_requests[-1]
    assert request.status is (VoidStatus.NO_OP if asked else VoidStatus.REJECTED)


# A trial entry that came back


def send_prenotes(company):
    """Every new account of a vendor is tried without money first."""
    with company.ctx() as ctx:
        settings = {"sends_prenotes": True, "company_id": "1234567890", "immediate_origin": "1234567890"}
        originators.set_originator(ctx, settings)


def prenote_comes_back(company):
    with company.ctx() as ctx:
        (prenote,) = prenotes.list_prenotes(ctx, Query()).items
        prenotes.return_prenote(ctx, prenote, "R16")


def test_money_is_not_sent_anew_to_an_account_whose_prenote_came_back(company):
    send_prenotes(company)
    story = Story(company, at=FUNDED)
    prenote_comes_back(company)
    assert isinstance(refused(company, lambda ctx: void(ctx, story.payment_id, REISSUE)), AccountNotProven)
    assert story.status is SingleStatus.PROCESSED


def test_a_reissue_to_an_account_whose_prenote_comes_back_before_it_is_decided_is_rejected(company):
    send_prenotes(company)
    story = Story(company, at=FUNDED)
    with company.ctx() as ctx:
        void(ctx, story.payment_id, REISSUE, at_once=False)
    prenote_comes_back(company)
    advance(company, to=DECIDED)
    assert story.status is SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED
    assert story.do(payments.get_payment).void_requests[-1].status is VoidStatus.REJECTED


def test_the_money_of_an_unused_card_goes_back_where_the_vendors_account_is_known_to_be_none(company):
    send_prenotes(company)
    with company.ctx() as ctx:
        vendor = a_vendor(ctx)
        enroll(ctx, vendor)
        payment_id = a_payment(ctx, a_bill(ctx, vendor)).payment.id
    advance(company, to=PRINTED)
    prenote_comes_back(company)
    with company.ctx() as ctx:
        virtual_cards.expire(ctx, transfers.leg_of(ctx, payment_id, Leg.DISBURSEMENT).id)
        assert payments.get_payment(ctx, payment_id).payment.single_status is SingleStatus.VOIDED
    advance(company, days=8)
    assert balances_of(company) == OWED


# Money for the state


def test_the_money_of_a_check_that_was_never_printed_goes_to_the_state(company):
    story = Story(company, at=FUNDED, bank=None, **ADDRESS)
    with company.ctx() as ctx:
        void(ctx, story.payment_id, REISSUE, at_once=False)
        vendors.update_vendor(ctx, story.vendor_id, {"address_line1": None})
    advance(company, to=DECIDED)
    assert story.status is SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED
    story.do(interventions.escheat_payment)
    assert story.status is SingleStatus.FUNDS_ESCHEATED
    assert story.balances() == {"uncategorized": (10000, 0), story.account_id: (-10000, 0)}


def test_what_was_collected_for_a_check_that_was_never_printed_is_wired_after_the_state_has_it(company):
    story = Story(company, at=FUNDED, bank=None, **ADDRESS)
    with company.ctx() as ctx:
        void(ctx, story.payment_id, REISSUE, at_once=False)
        vendors.update_vendor(ctx, story.vendor_id, {"address_line1": None})
    advance(company, to=DECIDED)
    story.do(interventions.escheat_payment)
    story.bank_returns(Leg.FUNDING)
    assert story.status is SingleStatus.FUNDING_FAILED_ACTION_NEEDED
    story.do(interventions.note_wired_funding)
    assert story.status is SingleStatus.FUNDS_ESCHEATED
    assert story.balances() == {"uncategorized": (10000, 0), story.account_id: (-10000, 0)}


def test_a_debit_that_comes_back_after_the_state_has_the_money_is_owed_and_the_state_gets_no_second_payment(company):
    story = Story(company, at=PRINTED, bank=None, **ADDRESS)
    story.do(interventions.escheat_payment)
    story.bank_returns(Leg.FUNDING)
    assert story.status is SingleStatus.FUNDING_FAILED_ACTION_NEEDED
    refusal = refused(company, lambda ctx: interventions.escheat_payment(ctx, story.payment_id))
    assert isinstance(refusal, StateForbids)
    assert story.balances() == {"uncategorized": (10000, 0), MONEY_OUT_CLEARING: (-10000, 0)}
    story.do(interventions.note_wired_funding)
    assert story.status is SingleStatus.FUNDS_ESCHEATED
    assert story.balances() == {"uncategorized": (10000, 0), story.account_id: (-10000, 0)}


def test_what_the_organization_owes_is_still_owed_when_the_money_of_its_check_goes_to_the_state(company):
    story = Story(company, at=PRINTED, bank=None, **ADDRESS)
    story.bank_returns(Leg.FUNDING)
    story.do(interventions.escheat_payment)
    assert story.status is SingleStatus.FUNDING_FAILED_ACTION_NEEDED
    assert story.balances() == {"uncategorized": (10000, 0), MONEY_OUT_CLEARING: (-10000, 0)}
    with company.ctx() as ctx:
        assert bills.get_bill(ctx, story.bill_id).bill.paid_minor == 10000
    story.do(interventions.note_wired_funding)
    assert story.status is SingleStatus.FUNDS_ESCHEATED


# Holds


def abroad(company, name="Kite"):
    """A payment of 100.00 EUR to a vendor in Germany."""
    with company.ctx() as ctx:
        bank = BankAccountDraft(
            name_on_account=name, routing_number="", account_number="DE89370400440532013000",
            payment_currency="EUR", bank_country="DE",
        )  # fmt: skip
        vendor = vendors.create_vendor(ctx, VendorDraft(name=name, bill_currency="EUR", purpose_text="Goods"), bank)
        bill = a_bill(ctx, vendor)
        (held,) = quote(ctx, [QuoteAsked(vendor.id, Decimal(100))])
        made = a_payment(ctx, bill, exchange_rate_batch_id=held.batch_id, purpose=Purpose("Goods"))
    return vendor.id, made.payment.id


@pytest.mark.parametrize("name", ["東京株式会社", "🦄"])
def test_a_vendor_whose_name_no_file_can_hold_keeps_nobody_elses_money_from_going_abroad(company, name):
    _, payment_id = abroad(company)
    vendor_id, theirs = abroad(company, name)
    advance(company, days=4)
    with company.ctx() as ctx:
        for one in (payment_id, theirs):
            assert payments.get_payment(ctx, one).payment.single_status is SingleStatus.SENT
        (file,) = stored_files(ctx, "pain001")
        assert parked_jobs(ctx.tx, ctx.organization_id) == []
    assert {one.creditor_name for one in pain001.read(file).transfers} == {"Kite", vendor_id}


def test_a_payment_abroad_that_was_held_goes_on(company):
    _, payment_id = abroad(company)
    advance(company, to=FUNDED)
    with company.ctx() as ctx:
        interventions.hold_payment(ctx, payment_id)
    advance(company, days=3)
    with company.ctx() as ctx:
        view = interventions.release_payment(ctx, payment_id)
    advance(company, days=6)
    with company.ctx() as ctx:
        payment = payments.get_payment(ctx, payment_id).payment
    assert payment.single_status is SingleStatus.CLEARED
    assert payment.arrives_on == view.payment.arrives_on


@pytest.mark.parametrize("funded", [False, True])
def test_a_payment_abroad_goes_on_when_a_second_user_confirms_the_bank_account(company, funded):
    vendor_id, payment_id = abroad(company)
    if funded:
        advance(company, to=FUNDED)
    with company.ctx() as ctx:
        update_controls(ctx, {"confirm_vendor_accounts": True})
        other = a_user(ctx, Role.APPROVER)
        vendors.remove_bank_account(ctx, vendor_id)
        account = vendors.add_bank_account(ctx, vendor_id, vendor_bank("333331234"))
    advance(company, days=4)
    with company.ctx() as ctx:
        confirm_account(ctx, account.id, other.user_id)
    advance(company, days=12)
    with company.ctx() as ctx:
        assert payments.get_payment(ctx, payment_id).payment.single_status is SingleStatus.CLEARED


def test_a_corrected_account_that_was_replaced_lets_nothing_go_that_waits_for_the_new_one(company):
    story = Story(company, at=PRINTED)
    with company.ctx() as ctx:
        colleague = a_user(ctx, Role.ADMINISTRATOR)
        bank.notify_now(ctx, transfers.leg_of(ctx, story.payment_id, Leg.DISBURSEMENT), "C01")
        update_controls(ctx, {"confirm_vendor_accounts": True})
        vendor = vendors.get_vendor(ctx, story.vendor_id)
        before = vendors.get_bank_account(ctx, vendor.id)
        held_id = a_payment(ctx, a_bill(ctx, vendor, invoice_number="INV-2"), process_on=date(2026, 2, 10)).payment.id
        vendors.remove_bank_account(ctx, vendor.id)
        now = vendors.add_bank_account(ctx, vendor.id, vendor_bank("999991234"))
    with company.ctx() as ctx:
        (change,) = changes.list_changes(ctx, Query()).items
        changes.accept_change(ctx, change.id)

    def debit():
        with company.ctx() as ctx:
            return transfers.leg_of(ctx, held_id, Leg.FUNDING).status

    for account, status in ((before, TransferStatus.HELD), (now, TransferStatus.SCHEDULED)):
        assert debit() is TransferStatus.HELD
        with company.ctx() as ctx:
            confirm_account(ctx, account.id, colleague.user_id)
        assert debit() is status


def test_the_operator_does_not_let_go_what_waits_for_a_second_user(company):
    story = Story(company, at=FUNDED)
    story.do(interventions.hold_payment)
    with company.ctx() as ctx:
        update_controls(ctx, {"confirm_vendor_accounts": True})
        other = a_user(ctx, Role.APPROVER)
        vendors.remove_bank_account(ctx, story.vendor_id)
        account = vendors.add_bank_account(ctx, story.vendor_id, vendor_bank("333331234"))
    refusal = refused(company, lambda ctx: interventions.release_payment(ctx, story.payment_id))
    assert isinstance(refusal, StateForbids)
    assert story.status is SingleStatus.DISBURSEMENT_ON_HOLD
    with company.ctx() as ctx:
        confirm_account(ctx, account.id, other.user_id)
    assert story.status is SingleStatus.DISBURSEMENT_ON_HOLD, "the operator's own hold stays"
    story.do(interventions.release_payment)
    advance(company, days=6)
    assert story.status is SingleStatus.CLEARED


SATURDAY, MONDAY_AFTER, TUESDAY_AFTER = date(2026, 1, 24), date(2026, 1, 26), date(2026, 1, 27)


def test_a_payment_from_the_own_bank_that_is_let_go_on_a_saturday_is_processed_on_a_business_day(company):
    with company.ctx() as ctx:
        account = a_bank_account(ctx)
        originators.set_originator(ctx, {"own_bank_account_id": account.id})
        vendor, other = a_vendor(ctx), a_user(ctx, Role.APPROVER)
        payment_id = a_payment(ctx, a_bill(ctx, vendor), bank_account=account).payment.id
        update_controls(ctx, {"confirm_vendor_accounts": True})
        vendors.remove_bank_account(ctx, vendor.id)
        waiting = vendors.add_bank_account(ctx, vendor.id, vendor_bank("333331234"))
    advance(company, to=datetime(2026, 1, 24, 20, 0, tzinfo=UTC))
    with company.ctx() as ctx:
        assert calendar.today(ctx.now) == SATURDAY
        confirm_account(ctx, waiting.id, other.user_id)
        payment = payments.get_payment(ctx, payment_id).payment
        legs = [transfers.leg_of(ctx, payment_id, leg).effective_on for leg in (Leg.FUNDING, Leg.DISBURSEMENT)]
    # Monday's cut-off was on Friday.
    assert (payment.process_on, legs) == (TUESDAY_AFTER, [TUESDAY_AFTER, TUESDAY_AFTER])
    advance(company, days=4)
    with company.ctx() as ctx:
        assert payments.get_payment(ctx, payment_id).payment.single_status is SingleStatus.CLEARED
        assert payments.get_payment(ctx, payment_id).payment.arrives_on > MONDAY_AFTER


@pytest.mark.parametrize("source", ["AP card", "wallet"])
def test_payments_that_are_let_go_together_never_take_more_than_there_was(company, source):
    with company.ctx() as ctx:
        vendor, another, other = a_vendor(ctx), a_vendor(ctx, name="Not held"), a_user(ctx, Role.APPROVER)
        for one in (vendor, another):
            enroll(ctx, one)
        open_wallet(ctx, 15_000)
        line = an_ap_card(ctx, limit=15_000)
        account = BY_WALLET if source == "wallet" else by_ap_card(line)
        pay(ctx, a_bill(ctx, vendor), account, process_on=FUNDED.date())
        update_controls(ctx, {"confirm_vendor_accounts": True})
        vendors.remove_bank_account(ctx, vendor.id)
        waiting = vendors.add_bank_account(ctx, vendor.id, vendor_bank("333331234"))
        bill = a_bill(ctx, another)
    refusal = refused(company, lambda ctx: pay(ctx, bill, account, process_on=FUNDED.date()))
    assert isinstance(refusal, wallet.WalletTooLow if source == "wallet" else ap_cards.ApCardLimitExceeded)
    assert "50.00" in str(refusal)
    with company.ctx() as ctx:
        confirm_account(ctx, waiting.id, other.user_id)
    advance(company, days=3)
    with company.ctx() as ctx:
        left = wallet.balance_of(ctx) if source == "wallet" else ap_cards.available_of(ctx, line)
        assert left == 5_000


# A virtual card of which a part was charged


@pytest.mark.parametrize("refunded", [False, True])
def test_a_debit_that_comes_back_when_the_rest_of_a_card_was_given_back_is_owed_to_the_cent(company, refunded):
    with company.ctx() as ctx:
        vendor = a_vendor(ctx, **ADDRESS)
        set_acceptance(ctx, vendor.id, {"virtual_card_status": VirtualCardStatus.ENROLLED})
        account = a_bank_account(ctx)
        payment = a_payment(ctx, a_bill(ctx, vendor), bank_account=account).payment
        assert payment.disbursement_type is DisbursementType.VIRTUAL_CARD
    advance(company, to=datetime(2026, 1, 15, 14, tzinfo=UTC))
    with company.ctx() as ctx:
        disbursement = transfers.leg_of(ctx, payment.id, Leg.DISBURSEMENT)
        virtual_cards.charge(ctx, disbursement.id, 7000)
        virtual_cards.expire(ctx, disbursement.id)
    if refunded:
        advance(company, days=8)
    with company.ctx() as ctx:
        transfers.return_transfer(ctx, transfers.leg_of(ctx, payment.id, Leg.FUNDING), "R01")
    advance(company, days=8)
    with company.ctx() as ctx:
        assert payments.get_payment(ctx, payment.id).payment.single_status is SingleStatus.FUNDING_FAILED_ACTION_NEEDED
        interventions.note_wired_funding(ctx, payment.id)
    assert balances_of(company) == {
        "uncategorized": (10000, 0), ACCOUNTS_PAYABLE: (-3000, 0), account.id: (-7000, 0),
    }  # fmt: skip


# The organization's own bank


def test_money_that_never_left_the_own_bank_goes_back_where_it_is(company):
    """A book transfer moves no money: the account that it came from may be out of use, and is what has it."""
    with company.ctx() as ctx:
        own, other = a_bank_account(ctx), a_bank_account(ctx, bank="555551234")
        originators.set_originator(ctx, {"own_bank_account_id": own.id})
        vendor = a_vendor(ctx, bank="222220003")
        payment_id = a_payment(ctx, a_bill(ctx, vendor), bank_account=own).payment.id
    advance(company, days=7)
    with company.ctx() as ctx:
        assert transfers.leg_of(ctx, payment_id, Leg.DISBURSEMENT).status is TransferStatus.RETURNED
        originators.set_originator(ctx, {"own_bank_account_id": other.id})
        bank_accounts.update(ctx, other.id, {"is_payables_default": True})
        bank_accounts.archive(ctx, own.id)
    with company.ctx() as ctx:
        void(ctx, payment_id)
    assert balances_of(company) == OWED


# The same day


def test_a_payment_of_the_same_day_that_was_held_leaves_with_the_others_once_it_is_let_go(company):
    with company.ctx() as ctx:
        view = a_payment(ctx, a_bill(ctx, a_vendor(ctx)), process_on=date(2026, 1, 13), pay_faster=True)
    # Its debit is collected with the first window, its credit waits for the last one.
    advance(company, to=datetime(2026, 1, 13, 18, 30, tzinfo=UTC))
    with company.ctx() as ctx:
        interventions.hold_payment(ctx, view.payment.id)
    advance(company, days=1)
    with company.ctx() as ctx:
        interventions.release_payment(ctx, view.payment.id)
    advance(company, days=4)
    with company.ctx() as ctx:
        assert payments.get_payment(ctx, view.payment.id).payment.single_status is SingleStatus.CLEARED


@pytest.mark.parametrize("hour", [1, 18])
def test_a_payment_of_the_same_day_goes_on_when_a_second_user_confirms_the_bank_account(company, hour):
    """Held before its debit left, and when that is collected."""
    with company.ctx() as ctx:
        vendor = a_vendor(ctx)
        view = a_payment(ctx, a_bill(ctx, vendor), process_on=date(2026, 1, 13), pay_faster=True)
    advance(company, to=datetime(2026, 1, 13, hour, 30, tzinfo=UTC))
    with company.ctx() as ctx:
        update_controls(ctx, {"confirm_vendor_accounts": True})
        other = a_user(ctx, Role.APPROVER)
        vendors.remove_bank_account(ctx, vendor.id)
        account = vendors.add_bank_account(ctx, vendor.id, vendor_bank("333331234"))
    advance(company, days=3)
    with company.ctx() as ctx:
        assert payments.get_payment(ctx, view.payment.id).payment.single_status is not SingleStatus.CLEARED
        confirm_account(ctx, account.id, other.user_id)
    advance(company, days=10)
    with company.ctx() as ctx:
        assert payments.get_payment(ctx, view.payment.id).payment.single_status is SingleStatus.CLEARED


# A card that is charged back


def test_money_that_was_wired_for_a_card_goes_back_to_the_bank_account(company):
    """The card got its money back before: what is in clearing came from the bank account."""
    with company.ctx() as ctx:
        wired_from = a_bank_account(ctx)
        draft = CardDraft(
            name_on_account="Acme Anvils", issuing_bank_name="River Bank", brand=CardBrand.VISA, kind=CardKind.CREDIT,
            last4="4242", expires_on=date(2028, 12, 31),
        )  # fmt: skip
        paid_by = cards.create_card(ctx, draft, ctx.actor.user_id, UserStatus.VERIFIED, CardStatus.VERIFIED)
        bill = a_bill(ctx, a_vendor(ctx, bank=None, **ADDRESS))
        wanted = PaymentDraft(
            bill_id=bill.bill.id, funding_account=FundingAccount(FundingType.CARD_ACCOUNT, paid_by.id),
            amount=Decimal(100), card_funding_purpose="Rent",
        )  # fmt: skip
        payment_id = payments.create_payment(ctx, wanted).payment.id
    advance(company, to=PRINTED)
    with company.ctx() as ctx:
        card.decline(ctx, transfers.leg_of(ctx, payment_id, Leg.FUNDING).id)
        interventions.note_wired_funding(ctx, payment_id)
    with company.ctx() as ctx:
        void(ctx, payment_id)
        refund = transfers.leg_of(ctx, payment_id, Leg.REFUND)
        assert (refund.account_id, refund.rail) == (wired_from.id, Rail.ACH)
    advance(company, days=8)
    assert balances_of(company) == OWED


# A bank account whose number is corrected while money is on its way


def test_a_debit_in_a_file_is_on_the_statement_though_its_account_number_was_corrected_meanwhile(company):
    with company.ctx() as ctx:
        account, vendor = a_bank_account(ctx), a_vendor(ctx)
        first = a_payment(ctx, a_bill(ctx, vendor), bank_account=account).payment
    advance(company, to=FUNDED)
    with company.ctx() as ctx:
        second = a_payment(ctx, a_bill(ctx, vendor, invoice_number="2"), bank_account=account).payment
    advance(company, to=calendar.cut_off(second.process_on))
    with company.ctx() as ctx:
        bank.notify_now(ctx, transfers.leg_of(ctx, first.id, Leg.FUNDING), "C01")
        (change,) = changes.list_changes(ctx, Query()).items
        changes.accept_change(ctx, change.id)
    advance(company, days=2)
    with company.ctx() as ctx:
        days = (date(2026, 1, 1), date(2026, 2, 1))
        lines = sandbox_lines(ctx.tx, ctx.organization_id, account.id, days)
        assert [line.amount_minor for line in lines] == [-10000, -10000]
        assert transfers.leg_of(ctx, second.id, Leg.FUNDING).trace_number == lines[1].reference
