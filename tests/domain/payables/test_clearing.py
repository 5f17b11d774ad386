"""Money that an accountant finds in clearing, or misses there: each cent has a payment, a reason, and a way out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from billfold import ledger
from billfold.funding import bank_accounts
from billfold.kit.errors import StateForbids
from billfold.kit.records import replace
from billfold.ledger import MONEY_OUT_CLEARING, UNCATEGORIZED_EXPENSE, Code, Entry
from billfold.payables import interventions
from billfold.payables.payments import clearing, payments
from billfold.payables.payments.clearing import clearing_of
from billfold.payables.payments.model import Payment, SingleStatus
from billfold.payables.payments.payment_states import MEANINGS, disbursement_status, shown_status
from billfold.payables.payments.store import PAYMENTS
from billfold.payables.voids.model import VoidKind
from billfold.rails import calendar, card, transfers
from billfold.rails.model import Leg, TransferStatus
from tests.builders import (
    ADDRESS,
    a_bank_account,
    a_bill,
    a_payment,
    a_vendor,
    advance,
    pay_bills,
    record_payment,
    refused,
    void,
)
from tests.funding_builders import a_card, by_card, open_wallet, pay

#: The debit is collected.
FUNDED = datetime(2026, 1, 14, 13, 30, tzinfo=UTC)
#: The refund of a payment that was voided then is with the organization's bank.
REFUNDED = datetime(2026, 1, 21, 0, 0, tzinfo=UTC)
SIXTY_DAYS = timedelta(days=60)


class Story:
    """A payment of a bill of 100.00, from a bank account of the organization."""

    def __init__(self, company):
        self.company = company
        with company.ctx() as ctx:
            self.account_id = (account := a_bank_account(ctx)).id
            self.bill = a_bill(ctx, a_vendor(ctx, **ADDRESS))
            self.payment_id = a_payment(ctx, self.bill, bank_account=account).payment.id

    def at(self, moment):
        advance(self.company, to=moment)
        return self

    def do(self, work, *arguments, **named):
        with self.company.ctx() as ctx:
            return work(ctx, self.payment_id, *arguments, **named)

    def returns(self, leg, code="R10"):
        with self.company.ctx() as ctx:
            transfers.return_transfer(ctx, transfers.leg_of(ctx, self.payment_id, leg), code)

    @property
    def payment(self) -> Payment:
        return self.do(payments.get_payment).payment

    @property
    def status(self):
        return self.payment.single_status

    def left(self):
        """What clearing holds of the payment and lacks of it; each as its list of what is left over has it."""
        with self.company.ctx() as ctx:
            assert clearing.problems(ctx) == ledger.verify(ctx) == []
            found = {one.payment.id: one for one in clearing.unsettled(ctx)}
            now = clearing_of(ctx, payments.get_payment(ctx, self.payment_id).payment)
            assert (self.payment_id in found) == (now.held_minor > 0 or now.owed_minor > 0)
            return now.held_minor, now.owed_minor

    def cash(self):
        with self.company.ctx() as ctx:
            return ledger.balance_of(ctx, self.account_id, "USD").balance_minor


def voided(company, at=REFUNDED):
    """A collected payment that was voided; its refund is scheduled until that day."""
    story = Story(company).at(FUNDED)
    story.do(void)
    return story.at(at)


def test_a_debit_that_comes_back_sixty_days_after_its_refund_is_owed_and_says_so(company):
    story = voided(company)
    assert (story.status, story.left(), story.cash()) == (SingleStatus.VOIDED, (0, 0), 0)
    story.at(REFUNDED + SIXTY_DAYS).returns(Leg.FUNDING)
    payment = story.payment
    assert payment.single_status is SingleStatus.FUNDING_FAILED_AFTER_REFUND
    assert (story.left(), story.cash()) == ((0, 10000), 10000)
    # On the wire it stays void, and its bill due; the fine status says that somebody has to act.
    assert shown_status(payment.single_status) is SingleStatus.FUNDING_FAILED_ACTION_NEEDED
    assert (MEANINGS[payment.single_status].status, disbursement_status(payment)) == ("VOID", "FAILED")
    with company.ctx() as ctx:
        (one,) = clearing.unsettled(ctx)
        assert "refunded" in one.why
        a_payment(ctx, story.bill, bank_account=bank_accounts.get(ctx, story.account_id))


def test_what_was_owed_for_a_refund_is_wired_and_the_payment_is_void_as_before(company):
    story = voided(company)
    story.returns(Leg.FUNDING)
    story.do(interventions.note_wired_funding)
    assert (story.status, story.left(), story.cash()) == (SingleStatus.VOIDED, (0, 0), 0)
    story.returns(Leg.REPAYMENT, "recalled")
    assert (story.status, story.left()) == (SingleStatus.FUNDING_FAILED_AFTER_REFUND, (0, 10000))
    story.do(interventions.note_wired_funding)
    assert (story.status, story.left(), story.cash()) == (SingleStatus.VOIDED, (0, 0), 0)


def test_a_refund_that_comes_back_after_its_debit_did_makes_it_good(company):
    story = voided(company)
    story.returns(Leg.FUNDING)
    story.returns(Leg.REFUND, "R02")
    assert (story.status, story.left(), story.cash()) == (SingleStatus.FUNDING_FAILED_VOIDED, (0, 0), 0)


def test_a_debit_that_comes_back_after_its_refund_did_leaves_nothing(company):
    story = voided(company)
    story.returns(Leg.REFUND, "R02")
    assert (story.status, story.left()) == (SingleStatus.VOIDED, (10000, 0))
    story.returns(Leg.FUNDING)
    assert (story.status, story.left(), story.cash()) == (SingleStatus.VOIDED, (0, 0), 0)


def test_a_debit_that_comes_back_while_its_refund_is_in_a_file_is_owed_before_the_refund_is_there(company):
    story = voided(company, at=FUNDED)
    with company.ctx() as ctx:
        leaves_on = transfers.leg_of(ctx, story.payment_id, Leg.REFUND).effective_on
    story.at(calendar.cut_off(leaves_on) + timedelta(minutes=1)).returns(Leg.FUNDING)
    assert (story.status, story.left()) == (SingleStatus.FUNDING_FAILED_AFTER_REFUND, (0, 10000))
    story.at(REFUNDED)
    assert (story.status, story.left(), story.cash()) == (SingleStatus.FUNDING_FAILED_AFTER_REFUND, (0, 10000), 10000)


def test_a_debit_that_comes_back_before_its_refund_leaves_calls_the_refund_off(company):
    story = voided(company, at=FUNDED)
    story.returns(Leg.FUNDING)
    with company.ctx() as ctx:
        assert transfers.leg_of(ctx, story.payment_id, Leg.REFUND).status is TransferStatus.CANCELLED
    assert (story.status, story.left(), story.cash()) == (SingleStatus.VOIDED, (0, 0), 0)


def test_a_refund_that_came_back_is_sent_once_more_to_the_account_that_is_in_use(company):
    story = voided(company)
    story.returns(Leg.REFUND, "R02")
    with company.ctx() as ctx:
        another = a_bank_account(ctx, bank="111119876")
        bank_accounts.update(ctx, another.id, {"is_payables_default": True})
        bank_accounts.archive(ctx, story.account_id)
    story.do(interventions.refund_again)
    assert isinstance(refused(company, lambda ctx: interventions.refund_again(ctx, story.payment_id)), StateForbids)
    advance(company, days=7)
    assert (story.status, story.left()) == (SingleStatus.VOIDED, (0, 0))
    with company.ctx() as ctx:
        assert ledger.balance_of(ctx, another.id, "USD").balance_minor == 10000


@pytest.mark.parametrize("kind", [VoidKind.VOID_AND_CREDIT, VoidKind.VOID_AND_REISSUE])
def test_only_what_waits_for_no_decision_is_refunded(company, kind):
    story = Story(company).at(FUNDED)
    advance(company, days=3)
    story.returns(Leg.DISBURSEMENT, "R02")
    assert story.left() == (10000, 0)
    for _ in range(2):
        assert isinstance(refused(company, lambda ctx: interventions.refund_again(ctx, story.payment_id)), StateForbids)
        if story.status is not SingleStatus.VOID_PENDING:
            story.do(void, kind, at_once=False)
    assert (story.status, story.left()) == (SingleStatus.VOID_PENDING, (10000, 0))


def test_a_charge_taken_back_after_its_refund_is_owed_without_the_fee(company):
    with company.ctx() as ctx:
        a_bank_account(ctx)
        account = a_card(ctx)
        payment = pay(ctx, a_bill(ctx, a_vendor(ctx)), by_card(account)).payment
    advance(company, to=FUNDED)
    with company.ctx() as ctx:
        void(ctx, payment.id)
    advance(company, days=5)
    with company.ctx() as ctx:
        charge = card.decline(ctx, transfers.leg_of(ctx, payment.id, Leg.FUNDING).id)
        assert charge.return_code == card.CHARGED_BACK
        (one,) = clearing.unsettled(ctx)
        assert (one.clearing.owed_minor, one.payment.single_status) == (
            10000, SingleStatus.FUNDING_FAILED_AFTER_REFUND,
        )  # fmt: skip
        interventions.note_wired_funding(ctx, payment.id)
        assert (clearing.unsettled(ctx), clearing.problems(ctx)) == ([], [])
        # What the card took back stays with it, and the wire paid for the refund.
        assert ledger.balance_of(ctx, account.id, "USD").balance_minor == 10000


# The list of what is left over


def test_nothing_is_left_over_of_payments_that_go_their_way(company):
    with company.ctx() as ctx:
        account, vendor = a_bank_account(ctx), a_vendor(ctx, combine_payments=False)
        bills = [a_bill(ctx, vendor, amount=f"{number}.00", invoice_number=str(number)) for number in range(1, 4)]
        pay_bills(ctx, *[(bill, bill.bill.amount_minor // 100) for bill in bills], account=account)
        open_wallet(ctx, 5_000)
    for _ in range(18):
        with company.ctx() as ctx:
            assert (clearing.unsettled(ctx), clearing.problems(ctx)) == ([], [])
        advance(company, hours=6)


def test_a_payment_recorded_without_its_account_is_found_where_its_money_is_missing(company):
    with company.ctx() as ctx:
        bill = a_bill(ctx, a_vendor(ctx))
        payment = record_payment(ctx, (bill, "100.00")).payment
        (one,) = clearing.unsettled(ctx)
        assert (one.payment.id, one.clearing.owed_minor) == (payment.id, 10000)
        assert "nobody said" in one.why
        void(ctx, payment.id)
        assert (clearing.unsettled(ctx), clearing.problems(ctx)) == ([], [])


def test_what_no_payment_explains_is_a_problem_of_the_books(company):
    voided(company)
    entry = Entry(
        debit_account=MONEY_OUT_CLEARING,
        credit_account=UNCATEGORIZED_EXPENSE,
        amount_minor=7,
        currency="USD",
        code=Code.BANK_LINE,
        document_id="someone",
        effective_on=FUNDED.date(),
    )
    with company.ctx() as ctx:
        ledger.post(ctx, [entry])
        (sentence,) = clearing.problems(ctx)
        assert "7 of someone, which is no payment" in sentence
        assert clearing.unsettled(ctx) == []


@pytest.mark.parametrize("status", [SingleStatus.CLEARED, SingleStatus.FUNDING_FAILED_ACTION_NEEDED])
def test_a_status_that_does_not_say_what_clearing_has_is_a_problem_of_the_books(company, status):
    story = Story(company).at(FUNDED)
    if status is SingleStatus.CLEARED:
        story.do(void)
        advance(company, to=REFUNDED)
        story.returns(Leg.FUNDING)
    with company.ctx() as ctx:
        # A fault in the database: no step leads there.
        payment = payments.get_payment(ctx, story.payment_id).payment
        PAYMENTS.update(ctx.tx, replace(payment, single_status=status), "single_status")
        (sentence,) = clearing.problems(ctx)
        assert f"{story.payment_id}, which does not say so by being {status}" in sentence
        assert clearing.unsettled(ctx) == []
