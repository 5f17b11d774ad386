"""A bank's statement comes in: what each line is, what nobody knows, and every cent between bank and books."""

from __future__ import annotations

import contextlib
import random
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import partial

import pytest

from billfold import ledger
from billfold.accounting import classifications
from billfold.accounting.model import ClassificationDraft
from billfold.accounting.model import Kind as Classification
from billfold.accounting.trees import ClassificationIsArchived
from billfold.bankfiles import pain001
from billfold.bankfiles.statements import Format, Kind, Line, Statement
from billfold.bankfiles.statements.writers import write_bai2, write_camt053
from billfold.documents.files import list_files, read_file
from billfold.funding import ap_cards, bank_accounts, permissions, wallet
from billfold.kit.errors import InvalidField, NotFound, Refusal, Refusals, StateForbids
from billfold.kit.jobs import parked_jobs
from billfold.kit.query import Query
from billfold.parties import vendors
from billfold.parties.acceptances import set_acceptance
from billfold.parties.corrections import invalidate
from billfold.parties.model import BankAccountDraft, VendorDraft
from billfold.payables import interventions
from billfold.payables.payments import payments
from billfold.payables.payments.model import DisbursementType, Purpose, SingleStatus
from billfold.payables.payments.payment_states import OWING
from billfold.payables.quotes.exchange_quotes import QuoteAsked, quote
from billfold.payables.voids.model import VoidKind
from billfold.rails import calendar, transfers, virtual_cards
from billfold.rails.checks import checks
from billfold.rails.checks.model import CheckStatus
from billfold.rails.model import Leg, Rail, TransferStatus
from billfold.rails.originators import set_originator
from billfold.rails.statements import bank_books, imports, reconciliation, resolution
from billfold.rails.statements.imports import (
    ImportDraft,
    StatementHasMatches,
    StatementOfNoAccount,
    StatementOfTheFuture,
    StatementOverlaps,
    StatementUnreadable,
)
from billfold.rails.statements.model import LineStatus
from billfold.rails.statements.resolution import LineMatchesNothing
from tests.builders import ADDRESS, a_bank_account, a_bill, a_payment, a_vendor, advance, refused, vendor_bank, void
from tests.funding_builders import BY_WALLET, a_card, an_ap_card, by_ap_card, by_card, enroll, open_wallet, pay

DAY = date(2026, 1, 13)
MOMENT = datetime(2026, 1, 14, 6, 0, tzinfo=UTC)


class OwnBank:
    """A company with its own bank: an account, a vendor paid by ACH, one paid by check."""

    def __init__(self, company):
        self.company = company
        with company.ctx() as ctx:
            self.account = a_bank_account(ctx)
            set_originator(ctx, {"own_bank_account_id": self.account.id})
            self.by_ach, self.by_check = a_vendor(ctx), a_vendor(ctx, name="By check", bank=None, **ADDRESS)

    def pay(self, vendor, amount):
        with self.company.ctx() as ctx:
            return a_payment(ctx, a_bill(ctx, vendor, amount=amount), bank_account=self.account).payment.id

    def transfer(self, payment_id, leg=Leg.DISBURSEMENT):
        with self.company.ctx() as ctx:
            return transfers.leg_of(ctx, payment_id, leg)

    def do(self, work, *arguments):
        with self.company.ctx() as ctx:
            return work(ctx, *arguments)

    def take(self, *lines, day=DAY, opening=0, number="111111234", form=Format.BAI2):
        """Import a statement of these lines, on its day at the earliest."""
        night = datetime.combine(day, time(4), UTC)
        if self.company.now() < night:
            advance(self.company, to=night)
        content = a_statement(*lines, day=day, opening=opening, number=number, form=form)
        return self.do(imports.import_file, ImportDraft("statement.txt", content))

    def lines(self):
        """Every line, oldest first."""
        return self.do(resolution.list_lines, Query(limit=999)).items

    def report(self):
        return self.do(reconciliation.reconcile, self.account.id)

    def written(self, first, last, form=Format.BAI2, account=None):
        """What the sandbox's bank writes of these days, taken in."""
        with self.company.ctx() as ctx:
            account_id = (account or self.account).id
            file = bank_books.write_statement(ctx, account_id, (first, last), form)
            return imports.import_file(ctx, ImportDraft(file.file_name, read_file(ctx, file.id)))

    def cash(self, account=None):
        with self.company.ctx() as ctx:
            assert ledger.verify(ctx) == []
            assert parked_jobs(ctx.tx, ctx.organization_id) == []
            account_id = (account or self.account).id
            return sum(row.balance_minor for row in ledger.trial_balance(ctx) if row.account == account_id)


@pytest.fixture
def own(company):
    return OwnBank(company)


def a_line(amount, kind=Kind.ACH, *, number=None, reference="", text="", day=DAY):
    codes = {
        Kind.CHECK: "475",
        Kind.ACH: "466",
        Kind.RETURN: "557",
        Kind.FEE: "698",
        Kind.WIRE: "495",
        Kind.OTHER: "699",
    }
    back = {
        Kind.CHECK: "255",
        Kind.ACH: "166",
        Kind.RETURN: "257",
        Kind.FEE: "398",
        Kind.WIRE: "195",
        Kind.OTHER: "399",
    }
    code = (back if amount > 0 else codes)[kind]
    return Line(day, amount, kind, code, number, (reference,) if reference else (), text)


def a_statement(*lines, day=DAY, opening=0, number="111111234", form=Format.BAI2):
    closing = opening + sum(line.amount_minor for line in lines)
    statement = Statement(number, "USD", day, day, opening, closing, lines)
    if form is Format.CAMT053:
        return write_camt053(statement, message_id=f"{day}{closing}", written_at=MOMENT)
    return write_bai2([statement], bank="074000010", customer="ACME", written_at=MOMENT)


# What a line is


def test_one_line_for_all_credits_of_a_file(own):
    made = [own.pay(own.by_ach, amount) for amount in ("100.00", "23.45")]
    advance(own.company, to=datetime(2026, 1, 14, 6, tzinfo=UTC))
    own.take(a_line(-12345))
    (line,) = own.lines()
    assert (line.status, line.rule) == (LineStatus.MATCHED, "sum of a file")
    found = own.report()
    assert (found.reconciled, found.unexplained_minor, found.matched_minor) == (True, 0, -12345)
    assert {own.do(payments.get_payment, one).payment.single_status for one in made} == {SingleStatus.CLEARED}


def test_a_line_for_each_entry_of_a_file_by_trace_number(own):
    made = [own.pay(own.by_ach, amount) for amount in ("100.00", "100.00")]
    advance(own.company, to=datetime(2026, 1, 14, 6, tzinfo=UTC))
    traces = [own.transfer(one).trace_number for one in made]
    own.take(a_line(-10000, reference=traces[1]), a_line(-10000, text=f"CCD {traces[0]} ROAD RUNNER"))
    assert [line.rule for line in own.lines()] == ["trace number", "trace number"]
    assert own.report().reconciled
    # The same money is not looked for a second time as the file's sum.
    own.take(a_line(-20000, day=date(2026, 1, 14)), day=date(2026, 1, 14), opening=-20000)
    assert own.lines()[-1].status is LineStatus.UNMATCHED


def test_one_line_for_all_files_of_a_day(own, monkeypatch):
    monkeypatch.setattr("billfold.rails.ach.ENTRIES_PER_FILE", 1)
    for amount in ("100.00", "23.45"):
        own.pay(own.by_ach, amount)
    advance(own.company, to=datetime(2026, 1, 14, 6, tzinfo=UTC))
    own.take(a_line(-12345))
    assert [line.rule for line in own.lines()] == ["sum of a day"]
    assert own.report().reconciled


def a_printed_check(own, amount="50.00"):
    payment_id = own.pay(own.by_check, amount)
    advance(own.company, to=datetime(2026, 1, 14, 6, tzinfo=UTC))
    return payment_id, own.do(checks.check_of, own.transfer(payment_id).id)


def test_a_check_is_cashed_when_the_bank_says_so(own):
    payment_id, check = a_printed_check(own)
    assert own.report().items[0].why == f"check {check.number} is printed; the bank has not booked it"
    own.take(a_line(-5000, Kind.CHECK, number=check.number), day=date(2026, 1, 16))
    assert own.lines()[0].rule == "check number"
    assert own.do(payments.get_payment, payment_id).payment.single_status is SingleStatus.CLEARED
    assert own.do(checks.get_check, check.id).status is CheckStatus.CLEARED
    assert own.report().reconciled


@pytest.mark.parametrize("minor", [-5001, -50000])
def test_a_check_with_a_changed_amount_is_an_exception(own, minor):
    payment_id, check = a_printed_check(own)
    own.take(a_line(minor, Kind.CHECK, number=check.number))
    found = own.report()
    assert (found.unmatched_lines, found.explained, found.reconciled) == (1, False, False)
    assert found.exceptions[0].check_number == check.number
    assert own.do(payments.get_payment, payment_id).payment.single_status is SingleStatus.SENT
    assert found.unexplained_minor == 0


@pytest.mark.parametrize("end", [checks.void_check, checks.stop_check, checks.expire_check])
def test_a_check_that_must_not_be_paid_and_was_is_an_exception(own, end):
    _, check = a_printed_check(own)
    own.do(end, check.id)
    own.take(a_line(-5000, Kind.CHECK, number=check.number))
    found = own.report()
    assert (found.unmatched_lines, found.items_count, found.ledger_minor) == (1, 0, 0)
    assert isinstance(refuse(own, resolution.match_line, own.lines()[0].id, check.transfer_id), LineMatchesNothing)


def test_a_check_that_nobody_drew_is_an_exception(own):
    own.take(a_line(-5000, Kind.CHECK, number=9999))
    assert own.report().unmatched_lines == 1


@pytest.mark.parametrize("named", [True, False])
def test_a_returned_credit_waits_for_our_own_return_and_is_matched_when_it_is_here(own, named):
    with own.company.ctx() as ctx:
        vendor = a_vendor(ctx, name="Closed", bank="222220003")
    payment_id = own.pay(vendor, "70.00")
    advance(own.company, to=datetime(2026, 1, 15, 4, tzinfo=UTC))
    own.take(a_line(-7000))
    reference = own.transfer(payment_id).trace_number if named else ""
    own.take(a_line(7000, Kind.RETURN, reference=reference), day=date(2026, 1, 15), opening=-7000)
    assert own.report().unmatched_lines == 1
    advance(own.company, to=datetime(2026, 1, 16, 4, tzinfo=UTC))
    found = own.report()
    assert (found.unmatched_lines, found.explained, found.reconciled) == (0, True, False)
    assert own.lines()[1].rule == ("trace number" if named else "amount")
    assert "until the payment is voided" in found.items[0].why
    own.do(void, payment_id)
    assert own.report().reconciled


def test_what_could_be_two_things_is_neither(own):
    made = [own.pay(own.by_ach, "70.00") for _ in range(2)]
    advance(own.company, to=datetime(2026, 1, 14, 6, tzinfo=UTC))
    for payment_id in made:
        own.do(lambda ctx, one: transfers.return_transfer(ctx, one, "R03"), own.transfer(payment_id))
    own.take(a_line(-14000), a_line(7000, Kind.RETURN))
    assert [line.status for line in own.lines()] == [LineStatus.MATCHED, LineStatus.UNMATCHED]
    own.do(resolution.match_line, own.lines()[1].id, own.transfer(made[0]).id)
    assert own.report().unmatched_lines == 0


def test_a_fee_is_posted_by_itself(own):
    own.take(a_line(-2500, Kind.FEE, text="MONTHLY"))
    (line,) = own.lines()
    assert (line.status, line.rule, line.booked_to) == (LineStatus.BOOKED, "fee", ledger.FEES)
    assert own.cash() == -2500
    assert own.report().reconciled


def test_a_sum_weeks_later_is_not_the_files(own):
    own.pay(own.by_ach, "100.00")
    advance(own.company, to=datetime(2026, 1, 14, 6, tzinfo=UTC))
    own.take(a_line(-10000), day=date(2026, 1, 21))
    assert own.report().unmatched_lines == 1


# What is in no file


def abroad(own, amount="100.00"):
    """A payment in euros that the own bank was ordered to make."""
    with own.company.ctx() as ctx:
        vendor = a_vendor_abroad(ctx, "EUR", "3000")
        held = quote(ctx, [QuoteAsked(vendor.id, Decimal(amount))])[0].batch_id
        bill = a_bill(ctx, vendor, amount=amount)
        terms = {"exchange_rate_batch_id": held, "purpose": Purpose("Goods")}
        payment = a_payment(ctx, bill, bank_account=own.account, **terms).payment
    advance(own.company, to=datetime(2026, 1, 14, 6, tzinfo=UTC))
    return payment


@pytest.mark.parametrize("spelling", [str, str.upper, lambda _: ""])
def test_a_payment_abroad_is_a_line_of_what_was_held_for_it(own, spelling):
    payment = abroad(own)
    assert "sent abroad on 2026-01-13" in own.report().items[0].why
    text = f"WIRE OUT {spelling(own.transfer(payment.id).id)} KITE"
    own.take(a_line(-payment.funding_minor, Kind.WIRE, text=text))
    assert own.lines()[0].rule == ("amount" if text == "WIRE OUT  KITE" else "name")
    assert own.report().reconciled
    assert payment.funding_minor != payment.amount_minor


@pytest.mark.parametrize("more", [1500, -7])
def test_a_payment_abroad_at_another_rate_is_matched_by_hand_and_the_difference_booked(own, more):
    payment, account = abroad(own), an_account(own)
    own.take(a_line(-payment.funding_minor - more, Kind.WIRE, reference=own.transfer(payment.id).id))
    found, (line,) = own.report(), own.lines()
    assert (found.unmatched_lines, found.unexplained_minor) == (1, 0)
    assert isinstance(refuse(own, resolution.match_line, line.id, payment.id), LineMatchesNothing)
    matched = own.do(resolution.match_line, line.id, payment.id, account)
    assert (matched.status, matched.booked_to) == (LineStatus.MATCHED, account)
    assert own.report().reconciled
    assert own.cash() == line.amount_minor
    own.do(resolution.reopen_line, line.id)
    assert (own.cash(), own.report().unmatched_lines) == (-payment.funding_minor, 1)
    own.do(resolution.match_line, line.id, payment.id, account)
    assert own.report().reconciled


def test_a_check_that_was_paid_with_another_amount_has_no_difference_to_book(own):
    payment_id, check = a_printed_check(own)
    own.take(a_line(-5001, Kind.CHECK, number=check.number))
    refusal = refuse(own, resolution.match_line, own.lines()[0].id, payment_id, an_account(own))
    assert isinstance(refusal, LineMatchesNothing)


def test_money_from_another_bank_goes_abroad_from_the_own_one_that_has_it(own):
    with own.company.ctx() as ctx:
        other = a_bank_account(ctx, bank="444441234")
        vendor = a_vendor_abroad(ctx, "USD", "3000")
        a_payment(ctx, a_bill(ctx, vendor), bank_account=other, purpose=Purpose("Goods"))
    advance(own.company, days=5)
    with own.company.ctx() as ctx:
        (file,) = [one for one in list_files(ctx, Query(limit=9)).items if one.kind == "pain001"]
        (sent,) = pain001.read(read_file(ctx, file.id)).transfers
    assert sent.debtor_number == "111111234"


def a_wired_payment(own):
    """A debit of another account came back after the vendor was paid, and was made good by wire."""
    with own.company.ctx() as ctx:
        other = a_bank_account(ctx, bank="444441234")
        payment_id = a_payment(ctx, a_bill(ctx, own.by_ach), bank_account=other).payment.id
    advance(own.company, days=4)
    own.do(transfers.return_transfer, own.transfer(payment_id, Leg.FUNDING), "R10")
    own.do(interventions.note_wired_funding, payment_id)
    return other, payment_id


@pytest.mark.parametrize("named", [True, False])
def test_a_wire_is_known_by_the_payment_that_it_is_for_or_by_its_amount(own, named):
    other, payment_id = a_wired_payment(own)
    noted_on = own.transfer(payment_id, Leg.REPAYMENT).effective_on
    # The bank had booked it before somebody noted it.
    day = noted_on - timedelta(days=2)
    line = a_line(-10000, Kind.WIRE, text=f"OUTGOING WIRE {payment_id if named else ''}", day=day)
    trace = own.transfer(payment_id, Leg.FUNDING).trace_number
    debit = a_line(-10000, reference=trace, day=day), a_line(10000, Kind.RETURN, reference=trace, day=day)
    own.take(*debit, line, day=day, number="444441234")
    assert own.lines()[-1].rule == ("name" if named else "amount")
    assert own.do(reconciliation.reconcile, other.id).unmatched_lines == 0


def test_a_wire_is_matched_by_hand_with_its_payment(own):
    _, payment_id = a_wired_payment(own)
    day = own.transfer(payment_id, Leg.REPAYMENT).effective_on + timedelta(days=20)
    own.take(a_line(-10000, Kind.WIRE, day=day), day=day, number="444441234")
    assert own.lines()[0].status is LineStatus.UNMATCHED
    matched = own.do(resolution.match_line, own.lines()[0].id, payment_id)
    assert matched.status is LineStatus.MATCHED


def test_money_moved_into_the_wallet_is_awaited_by_its_own_name(own):
    with own.company.ctx() as ctx:
        open_wallet(ctx, 0)
        wallet.top_up(ctx, 4200, own.account.id)
    found = own.report()
    assert [(item.ledger_minor, item.why) for item in found.items] == [
        (-4200, "moved into the wallet; the bank has not booked it")
    ]
    own.take(a_line(-4200, Kind.OTHER, text="TRANSFER"))
    own.do(resolution.reopen_line, own.lines()[0].id)
    own.do(resolution.match_line, own.lines()[0].id, found.items[0].document_id)
    assert own.report().reconciled


# By hand


def refuse(own, work, *arguments):
    return refused(own.company, lambda ctx: work(ctx, *arguments))


def an_account(own, **fields):
    draft = ClassificationDraft(name="Interest", **fields)
    return own.do(classifications.create, Classification.CHART_OF_ACCOUNT, draft).id


@pytest.mark.parametrize("minor", [1234, -1234])
def test_a_line_is_booked_to_an_account_and_taken_back(own, minor):
    own.take(a_line(minor, Kind.OTHER, text="INTEREST"))
    (line,) = own.lines()
    interest = an_account(own)
    booked = own.do(resolution.book_line, line.id, interest)
    assert (booked.status, booked.booked_to, own.cash()) == (LineStatus.BOOKED, interest, minor)
    assert own.report().reconciled
    assert isinstance(refuse(own, resolution.book_line, line.id, interest), StateForbids)
    reopened = own.do(resolution.reopen_line, line.id)
    assert (reopened.status, reopened.booked_to, own.cash()) == (LineStatus.UNMATCHED, None, 0)
    own.do(resolution.book_line, line.id, interest)
    assert own.cash() == minor
    assert own.report().reconciled


def test_only_an_account_in_use_takes_a_line(own):
    own.take(a_line(5, Kind.OTHER))
    (line,) = own.lines()
    interest = an_account(own)
    own.do(classifications.archive, Classification.CHART_OF_ACCOUNT, interest)
    assert isinstance(refuse(own, resolution.book_line, line.id, interest), ClassificationIsArchived)
    assert isinstance(refuse(own, resolution.book_line, line.id, "0ca01NOBODY"), NotFound)
    assert isinstance(refuse(own, resolution.book_line, "bsl01NOBODY", interest), NotFound)


def test_a_match_by_hand_is_taken_back_and_made_again(own):
    payment_id = own.pay(own.by_ach, "100.00")
    advance(own.company, to=datetime(2026, 1, 14, 6, tzinfo=UTC))
    own.take(a_line(-10000), day=date(2026, 1, 30))
    (line,) = own.lines()
    file_id = own.transfer(payment_id).file_id
    matched = own.do(resolution.match_line, line.id, file_id)
    assert (matched.status, matched.rule) == (LineStatus.MATCHED, "by hand")
    assert own.report().reconciled
    assert isinstance(refuse(own, resolution.match_line, line.id, file_id), StateForbids)
    own.do(resolution.reopen_line, line.id)
    assert isinstance(refuse(own, resolution.reopen_line, line.id), StateForbids)
    assert isinstance(refuse(own, resolution.match_line, line.id, own.account.id), LineMatchesNothing)
    own.do(resolution.match_line, line.id, file_id)
    assert own.report().reconciled


# Files


@pytest.mark.parametrize("form", list(Format))
def test_the_same_file_again_changes_nothing(own, form):
    first = own.take(a_line(-2500, Kind.FEE), form=form)
    again = own.take(a_line(-2500, Kind.FEE), form=form)
    assert (first.again, again.again) == (False, True)
    assert again.statements == first.statements
    assert (len(own.lines()), own.cash()) == (1, -2500)


def test_another_statement_of_the_same_days_is_refused(own):
    own.take(a_line(-2500, Kind.FEE))
    overlapping = ImportDraft("x", a_statement(a_line(-2500, Kind.FEE, text="OTHER FILE"), form=Format.CAMT053))
    assert isinstance(refuse(own, imports.import_file, overlapping), StatementOverlaps)
    assert len(own.lines()) == 1


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", InvalidField),
        (b"x" * (imports.MAX_BYTES + 1), InvalidField),
        (b"hello", StatementUnreadable),
        (a_statement(number="999999999"), StatementOfNoAccount),
    ],
)
def test_what_is_no_statement_of_ours_is_refused(own, content, refusal):
    assert isinstance(refuse(own, imports.import_file, ImportDraft("x", content)), refusal)


def test_the_last_days_of_an_account_that_was_archived_since_are_reconciled(own):
    with own.company.ctx() as ctx:
        other = a_bank_account(ctx, bank="333335678")
        a_payment(ctx, a_bill(ctx, own.by_ach), bank_account=other)
    advance(own.company, days=7)
    own.do(bank_accounts.archive, other.id)
    own.written(date(2026, 1, 12), date(2026, 1, 18), account=other)
    found = own.do(reconciliation.reconcile, other.id)
    assert (found.reconciled, found.matched_lines, found.closing_minor) == (True, 1, -10000)


def test_an_account_in_use_has_the_statements_of_its_number_and_not_the_one_before(own):
    with own.company.ctx() as ctx:
        before = a_bank_account(ctx, bank="333335678")
        bank_accounts.archive(ctx, before.id)
        now = a_bank_account(ctx, bank="333335678")
    assert [one.bank_account_id for one in own.take(number="333335678").statements] == [now.id]


def test_a_statement_of_a_day_to_come_is_refused(own):
    """Two digits are years of this century, so that 80 is far away and not long ago."""
    for day in (date(2026, 1, 15), date(2080, 1, 13)):
        content = a_statement(a_line(-2500, Kind.FEE, day=day), day=day)
        assert isinstance(refuse(own, imports.import_file, ImportDraft("x", content)), StatementOfTheFuture)
    assert own.lines() == []


def test_a_statement_that_was_taken_in_by_mistake_is_forgotten_and_may_come_again(own):
    payment_id = own.pay(own.by_ach, "100.00")
    _, check = a_printed_check(own)
    lines = a_line(-10000), a_line(-5000, Kind.CHECK, number=check.number), a_line(-2500, Kind.FEE), a_line(-7)
    (taken,) = own.take(*lines).statements
    assert own.cash() == -17500
    refusal = refuse(own, partial(imports.discard_statement, reopen=False), taken.id)
    assert isinstance(refusal, StatementHasMatches)
    assert refusal.parameters["count"] == 3
    own.do(partial(imports.discard_statement, reopen=True), taken.id)
    assert (own.lines(), own.cash()) == ([], -15000)
    # What the bank did stays done.
    assert own.do(checks.get_check, check.id).status is CheckStatus.CLEARED
    assert isinstance(refuse(own, imports.get_statement, taken.id), NotFound)
    assert not own.take(*lines).again
    found = own.report()
    assert (found.matched_lines, found.booked_lines, found.unmatched_lines, own.cash()) == (2, 1, 1, -17500)
    assert own.do(payments.get_payment, payment_id).payment.single_status is SingleStatus.CLEARED


def test_a_statement_without_matches_is_discarded_as_it_is(own):
    (taken,) = own.take(a_line(-7)).statements
    own.do(partial(imports.discard_statement, reopen=False), taken.id)
    assert own.report().statements == 0


def test_a_statement_with_too_many_lines_is_refused(own, monkeypatch):
    monkeypatch.setattr("billfold.rails.statements.imports.MAX_LINES", 1)
    content = a_statement(a_line(1), a_line(2))
    assert isinstance(refuse(own, imports.import_file, ImportDraft("x", content)), StatementUnreadable)


def test_account_numbers_are_known_with_leading_zeros_and_blanks_and_others_are_counted(own):
    lines = (a_line(-2500, Kind.FEE),)
    both = [
        Statement("000111111234", "USD", DAY, DAY, 0, -2500, lines),
        Statement("999999999", "USD", DAY, DAY, 0, -2500, lines),
    ]
    content = write_bai2(both, bank="074000010", customer="ACME", written_at=MOMENT)
    taken = own.do(imports.import_file, ImportDraft("x", content))
    assert ([one.bank_account_id for one in taken.statements], taken.other_accounts) == ([own.account.id], 1)


def test_a_missing_statement_is_a_gap(own):
    own.take(a_line(-2500, Kind.FEE))
    own.take(day=date(2026, 1, 15), opening=-4000)
    found = own.report()
    assert [(gap.before.closing_minor, gap.after.opening_minor) for gap in found.gaps] == [(-2500, -4000)]
    assert (found.explained, found.unexplained_minor) == (False, -1500)
    own.take(a_line(-1500, Kind.FEE), day=date(2026, 1, 14), opening=-2500)
    assert own.report().reconciled


def test_what_was_there_before_the_first_statement_is_not_ours_to_explain(own):
    own.take(a_line(-2500, Kind.FEE), opening=1_000_000)
    found = own.report()
    assert (found.reconciled, found.opening_minor, found.closing_minor) == (True, 1_000_000, 997_500)


def test_an_account_without_statements_awaits_everything(own):
    own.pay(own.by_ach, "100.00")
    advance(own.company, to=datetime(2026, 1, 13, 3, tzinfo=UTC))
    found = own.report()
    assert (found.statements, found.items_count, found.items_minor, found.unexplained_minor) == (0, 1, 10000, 0)
    assert "is on no statement yet" in found.items[0].why


# The sandbox's bank


@pytest.mark.parametrize("days", [(DAY, date(2026, 1, 14)), (DAY, DAY - timedelta(days=1))])
def test_a_statement_is_of_days_that_are_over(own, days):
    advance(own.company, to=datetime(2026, 1, 14, 17, tzinfo=UTC))
    write = refuse(own, bank_books.write_statement, own.account.id, days, Format.BAI2)
    assert isinstance(write, InvalidField)


@pytest.mark.parametrize("form", list(Format))
def test_what_the_bank_does_of_its_own_is_on_its_statement(own, form):
    own.do(bank_books.book_by_hand, own.account.id, -1500, Kind.FEE, "SERVICE CHARGE")
    own.do(bank_books.book_by_hand, own.account.id, 37, Kind.OTHER, "INTEREST")
    advance(own.company, days=2)
    own.written(date(2026, 1, 12), DAY, form)
    assert [(line.kind, line.amount_minor, line.description) for line in own.lines()] == [
        (Kind.FEE, -1500, "SERVICE CHARGE"), (Kind.OTHER, 37, "INTEREST"),
    ]  # fmt: skip
    own.do(resolution.book_line, own.lines()[1].id, an_account(own))
    assert own.report().reconciled


@pytest.mark.parametrize("step", [1, 2, 3, 1_000])
def test_however_many_entries_are_booked_at_once_each_is_on_the_statement_once(own, monkeypatch, step):
    monkeypatch.setattr(bank_books, "ENTRIES_PER_STEP", step)
    with own.company.ctx() as ctx:
        other = a_bank_account(ctx, bank="444441234")
        for amount in ("10.00", "20.00", "30.00"):
            a_payment(ctx, a_bill(ctx, own.by_ach, amount=amount), bank_account=other)
    advance(own.company, to=datetime(2026, 1, 15, 6, tzinfo=UTC))
    own.written(date(2026, 1, 12), date(2026, 1, 14), account=other)
    assert [line.amount_minor for line in own.lines()] == [-1000, -2000, -3000]
    assert own.cash(other) == -6000


def a_vendor_abroad(ctx, currency, ending):
    """Billed in dollars or euros, with a German account; one whose account is closed."""
    draft = VendorDraft(name=f"Kite {currency} {ending}", bill_currency=currency, purpose_text="Goods")
    return vendors.create_vendor(ctx, draft, bank_abroad(ending))


def bank_abroad(ending):
    numbers = {"3000": "DE89370400440532013000", "0002": "DE40370400440532010002"}
    return BankAccountDraft(
        name_on_account="Kite", routing_number="", account_number=numbers[ending], payment_currency="EUR",
        bank_country="DE",
    )  # fmt: skip


ENDINGS = ("1234", "0002", "0003", "0004", "0101")


class Days(OwnBank):
    """Days on which anything happens: payments of every kind, and everything that post, banks and payees do.

    From three bank accounts, a card, an AP card and the wallet; to bank accounts at home and abroad, by check, RPPS,
    virtual card and into a wallet.
    """

    def __init__(self, company, seed):
        super().__init__(company)
        self.chance = random.Random(seed)
        self.made = []
        with company.ctx() as ctx:
            self.other = a_bank_account(ctx, bank="333330001")
            self.good_other = a_bank_account(ctx, bank="444441234")
            self.vendors = [a_vendor(ctx, name=f"V{end}", bank=f"22222{end}", **ADDRESS) for end in ENDINGS]
            self.vendors += [self.by_check, a_vendor(ctx, name="Second check", bank=None, **ADDRESS)]
            self.vendors += [a_vendor(ctx, name=name, **ADDRESS) for name in ("Biller", "Wallet")]
            set_acceptance(ctx, self.vendors[-2].id, {"rpps_id": "0rv01BILLER"})
            set_acceptance(ctx, self.vendors[-1].id, {"takes_wallet": True})
            self.by_virtual_card = a_vendor(ctx, name="By virtual card", **ADDRESS)
            enroll(ctx, self.by_virtual_card)
            self.vendors.append(self.by_virtual_card)
            self.abroad = [
                a_vendor_abroad(ctx, currency, end) for currency in ("EUR", "USD") for end in ("3000", "0002")
            ]
            permissions.set_permissions(ctx, {"card_funding": True})
            open_wallet(ctx, 0)
            self.card, self.ap_card = by_card(a_card(ctx)), an_ap_card(ctx, limit=10**9)

    def pass_a_day(self):
        with self.company.ctx() as ctx:
            self.mend_accounts(ctx)
        for _ in range(self.chance.randrange(5)):
            with self.company.ctx() as ctx:
                self.pay_something(ctx)
        for payment_id in self.chance.sample(self.made, min(3, len(self.made))):
            with self.company.ctx() as ctx:
                self.happen(ctx, payment_id)
        for payment_id in self.chance.sample(self.made, min(3, len(self.made))):
            with contextlib.suppress(Refusal, Refusals), self.company.ctx() as ctx:
                self.think_better_of(ctx, payment_id)
        if not self.chance.randrange(4):
            with self.company.ctx() as ctx:
                self.move_money(ctx)
        if not self.chance.randrange(5):
            self.do(bank_books.book_by_hand, self.account.id, -self.chance.randrange(1, 5000), Kind.FEE, "FEE")
        for hours in self.chance.choice([(24,), (9, 15), (15, 9)]):
            advance(self.company, hours=hours)

    def mend_accounts(self, ctx):
        """Vendors whose bank says that there is no such account are paid by check, until one gives it anew."""
        for account in vendors.bank_accounts_of(ctx, [vendor.id for vendor in self.vendors]).values():
            if account.is_invalid and not self.chance.randrange(3):
                number = vendors.clear_account(ctx, account.id).account_number
                vendors.remove_bank_account(ctx, account.vendor_id)
                vendors.add_bank_account(ctx, account.vendor_id, vendor_bank(number))

    def pay_something(self, ctx):
        amount = f"{self.chance.randrange(100, 99999)}.99"
        account = self.chance.choice([self.account, self.account, self.account, self.other, self.good_other])
        how, day = self.chance.randrange(8), calendar.earliest_process_date(ctx.now)
        if how == 0:
            view = pay(ctx, a_bill(ctx, self.by_virtual_card, amount=amount), by_ap_card(self.ap_card), process_on=day)
        elif how == 1:
            view = pay(ctx, a_bill(ctx, self.chance.choice(self.vendors), amount=amount), self.card)
        elif how == 2:
            wallet.top_up(ctx, 10_000_000, account.id)
            view = pay(ctx, a_bill(ctx, self.chance.choice(self.vendors), amount=amount), BY_WALLET, process_on=day)
        elif how == 3:
            view = self.pay_abroad(ctx, self.chance.choice(self.abroad), amount, account)
        else:
            view = a_payment(ctx, a_bill(ctx, self.chance.choice(self.vendors), amount=amount), bank_account=account)
        self.made.append(view.payment.id)

    def pay_abroad(self, ctx, vendor, amount, account):
        terms = {"purpose": Purpose("Goods")}
        if vendors.invalid_accounts(ctx, {vendors.payment_account_of(ctx, vendor.id).id}):
            # Nothing more is paid to an account that came back; the vendor insists that it is the right one.
            vendors.remove_bank_account(ctx, vendor.id)
            vendors.add_bank_account(ctx, vendor.id, bank_abroad(vendor.name[-4:]))
        if vendor.bill_currency != "USD":
            terms["exchange_rate_batch_id"] = quote(ctx, [QuoteAsked(vendor.id, Decimal(amount))])[0].batch_id
        return a_payment(ctx, a_bill(ctx, vendor, amount=amount), bank_account=account, **terms)

    def move_money(self, ctx):
        """Into the wallet, or to the issuer of the AP card."""
        owed = ap_cards.balance_of(ctx, self.ap_card)
        if self.chance.randrange(2) and owed > 0:
            ap_cards.set_balance(ctx, self.ap_card.id, self.chance.randrange(owed))
        else:
            account = self.chance.choice([self.account, self.other])
            wallet.top_up(ctx, self.chance.randrange(1, 99999), account.id)

    def happen(self, ctx, payment_id):
        payment = payments.get_payment(ctx, payment_id).payment
        if payment.single_status in OWING:
            interventions.note_wired_funding(ctx, payment_id)
            return
        if payment.disbursement_type is DisbursementType.VIRTUAL_CARD:
            self.use_virtual_card(ctx, transfers.leg_of(ctx, payment_id, Leg.DISBURSEMENT))
            return
        if self.gets_funding_back(ctx, payment_id):
            return
        leg = transfers.leg_of(ctx, payment_id, Leg.DISBURSEMENT)
        check = checks.check_of(ctx, leg.id)
        dice = self.chance.randrange(6)
        if check is not None and check.status in {CheckStatus.PRINTED, CheckStatus.DELIVERED} and dice < 4:
            (checks.void_check, checks.stop_check, checks.expire_check, checks.clear_check)[dice](ctx, check.id)
        elif leg.status is TransferStatus.SETTLED and dice == 0:
            # Also a check that was cashed: the payee's bank may send it back.
            transfers.return_transfer(ctx, leg, "R03")
        elif leg.rail is Rail.ACH and leg.status is TransferStatus.STARTED and dice == 1:
            transfers.settle(ctx, leg)

    def think_better_of(self, ctx, payment_id):
        """It is to be voided, whatever has become of it; or its vendor's bank says that there is no such account."""
        payment = payments.get_payment(ctx, payment_id).payment
        dice = self.chance.randrange(8)
        if dice < 3:
            kind = VoidKind.VOID_AND_REISSUE if dice else VoidKind.VOID_AND_CREDIT
            void(ctx, payment_id, kind, at_once=False)
        elif dice < 6 and payment.single_status is SingleStatus.FUNDING_STARTED:
            void(ctx, payment_id, at_once=False)
        elif dice == 6 and payment.vendor_bank_account_id is not None:
            invalidate(ctx, payment.vendor_bank_account_id, "R02", known_at=ctx.now)

    def gets_funding_back(self, ctx, payment_id):
        """Late, after the vendor was paid; or the wire that made it good is recalled."""
        funding = transfers.leg_of(ctx, payment_id, Leg.FUNDING)
        wire = transfers.transfer_of(ctx, payment_id, Leg.REPAYMENT)
        dice = self.chance.randrange(8)
        if dice == 0 and funding.status is TransferStatus.SETTLED and funding.rail in {Rail.ACH, Rail.CARD}:
            transfers.return_transfer(ctx, funding, "R01")
        elif dice == 1 and wire is not None and wire.status is TransferStatus.SETTLED:
            transfers.return_transfer(ctx, wire, "RECALLED")
        else:
            return False
        return True

    def use_virtual_card(self, ctx, transfer):
        if transfer.status not in {TransferStatus.STARTED, TransferStatus.DELIVERED}:
            return
        card, dice = virtual_cards.card_of(ctx, transfer.id), self.chance.randrange(4)
        if dice == 0:
            virtual_cards.charge(ctx, transfer.id, card.rest_minor)
        elif dice == 1 and card.rest_minor > 1:
            virtual_cards.charge(ctx, transfer.id, card.rest_minor // 2)
        elif dice == 2:
            virtual_cards.expire(ctx, transfer.id)

    def make_good(self):
        for payment_id in self.made:
            with self.company.ctx() as ctx:
                status = payments.get_payment(ctx, payment_id).payment.single_status
                if status in OWING:
                    interventions.note_wired_funding(ctx, payment_id)

    def void_what_failed(self):
        for payment_id in self.made:
            with self.company.ctx() as ctx:
                status = payments.get_payment(ctx, payment_id).payment.single_status
                if status is SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED:
                    void(ctx, payment_id)


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 6))])
def test_whatever_happened_the_banks_statements_explain_every_cent(company, seed):
    days = Days(company, seed)
    first = last = date(2026, 1, 12)
    for _ in range(25):
        days.pass_a_day()
        over = company_day(company) - timedelta(days=1)
        if over >= last and not days.chance.randrange(3):
            for account in (days.account, days.other, days.good_other):
                days.written(last, over, days.chance.choice(list(Format)), account)
            last = over + timedelta(days=1)
            check_explained(days)
    for rest in (40, 10):
        days.make_good()
        days.void_what_failed()
        advance(company, days=rest)
    over = company_day(company) - timedelta(days=1)
    for account in (days.account, days.other, days.good_other):
        days.written(last, over, Format.BAI2, account)
        found = days.do(reconciliation.reconcile, account.id)
        assert (found.reconciled, found.unmatched_lines, found.unexplained_minor) == (True, 0, 0), found.items
        bank = days.do(lambda ctx, one=account: bank_balance(ctx, one.id))
        assert (found.opening_minor, found.closing_minor, days.cash(account)) == (0, bank, bank)
    assert {line.rule for line in days.lines()} >= {"name", "sum of a file", "trace number"}
    assert {line.status for line in days.lines()} <= {LineStatus.MATCHED, LineStatus.BOOKED}
    assert first == date(2026, 1, 12)


def check_explained(days):
    """In between nothing is unknown: lines are matched, and what one side lacks has a name."""
    for account in (days.account, days.other, days.good_other):
        found = days.do(reconciliation.reconcile, account.id)
        assert (found.explained, found.unexplained_minor) == (True, 0), found
        assert all(item.why for item in found.items)


def bank_balance(ctx, account_id):
    """What the bank itself has, from its own books."""
    row = ctx.tx.one(
        "SELECT COALESCE(SUM(amount_minor), 0) FROM sandbox_bank_lines WHERE organization_id = ? "
        "AND bank_account_id = ?",
        (ctx.organization_id, account_id),
    )
    return int(row[0])


def company_day(company):
    return calendar.fed_day(company.now())


def test_a_credit_that_was_refused_says_so_until_its_payment_is_voided(own):
    with own.company.ctx() as ctx:
        vendor = a_vendor(ctx, name="Closed", bank="222220003")
    own.pay(vendor, "70.00")
    advance(own.company, days=1)
    second = own.pay(vendor, "80.00")
    with own.company.ctx() as ctx:
        other = a_bank_account(ctx, bank="444441234")
        third = a_payment(ctx, a_bill(ctx, vendor, amount="90.00"), bank_account=other).payment.id
    advance(own.company, days=6)
    own.written(DAY, date(2026, 1, 18))
    whys = {item.document_id: item.why for item in own.report().items}
    for payment_id in (second, third):
        assert own.transfer(payment_id).return_code == "R03"
        assert "until the payment is voided" in whys[payment_id]


def test_a_check_of_another_account_than_credits_are_drawn_on_is_reissued_as_a_check(own):
    with own.company.ctx() as ctx:
        other = a_bank_account(ctx, bank="444441234")
        payment_id = a_payment(ctx, a_bill(ctx, own.by_check), bank_account=other).payment.id
        of_own = a_payment(ctx, a_bill(ctx, own.by_check), bank_account=own.account).payment.id
    advance(own.company, days=2)
    with own.company.ctx() as ctx:
        vendors.add_bank_account(ctx, own.by_check.id, vendor_bank("222221234"))
    for one in (payment_id, of_own):
        own.do(void, one, VoidKind.VOID_AND_REISSUE)
    assert own.transfer(of_own).rail is Rail.ACH
    assert own.transfer(payment_id).rail is Rail.CHECK
    advance(own.company, days=19)
    for account in (own.account, other):
        own.written(DAY, date(2026, 1, 31), account=account)
        assert own.do(reconciliation.reconcile, account.id).reconciled


def test_money_of_another_account_that_came_back_leaves_by_a_check_of_the_one_that_has_it(own):
    with own.company.ctx() as ctx:
        other = a_bank_account(ctx, bank="444441234")
        vendor = a_vendor(ctx, name="Closed", bank="222220003", **ADDRESS)
        payment_id = a_payment(ctx, a_bill(ctx, vendor), bank_account=other).payment.id
    advance(own.company, days=9)
    own.do(void, payment_id, VoidKind.VOID_AND_REISSUE)
    advance(own.company, days=20)
    with own.company.ctx() as ctx:
        check = checks.check_of(ctx, transfers.leg_of(ctx, payment_id, Leg.DISBURSEMENT).id)
    assert (check.status, check.bank_account_id) == (CheckStatus.CLEARED, own.account.id)
    for account in (own.account, other):
        own.written(DAY, date(2026, 1, 31), account=account)
        assert own.do(reconciliation.reconcile, account.id).reconciled


def test_a_card_that_took_the_place_of_a_check_of_another_account_is_followed_by_a_check_of_that_one(own):
    with own.company.ctx() as ctx:
        other = a_bank_account(ctx, bank="444441234")
        payment_id = a_payment(ctx, a_bill(ctx, own.by_check), bank_account=other).payment.id
    advance(own.company, days=2)
    with own.company.ctx() as ctx:
        vendors.add_bank_account(ctx, own.by_check.id, vendor_bank("222221234"))
        enroll(ctx, own.by_check)
    own.do(void, payment_id, VoidKind.VOID_AND_REISSUE)
    advance(own.company, days=3)
    card = own.transfer(payment_id)
    assert card.rail is Rail.VIRTUAL_CARD
    own.do(virtual_cards.expire, card.id)
    assert own.transfer(payment_id).rail is Rail.CHECK
    all_is_reconciled(own, own.account, other)


def test_money_that_came_back_to_an_account_of_a_former_own_bank_leaves_it_by_check(own):
    with own.company.ctx() as ctx:
        other, new = (a_bank_account(ctx, bank=number) for number in ("444441234", "555551234"))
        vendor = a_vendor(ctx, name="Closed", bank="222220003", **ADDRESS)
        paid = [a_payment(ctx, a_bill(ctx, vendor), bank_account=one).payment.id for one in (own.account, other)]
    advance(own.company, days=9)
    with own.company.ctx() as ctx:
        set_originator(ctx, {"own_bank_account_id": new.id})
        vendors.remove_bank_account(ctx, vendor.id)
        vendors.add_bank_account(ctx, vendor.id, vendor_bank("222221234"))
    for payment_id in paid:
        own.do(void, payment_id, VoidKind.VOID_AND_REISSUE)
        assert own.transfer(payment_id).rail is Rail.CHECK
    all_is_reconciled(own, own.account, other, new)


def all_is_reconciled(own, *accounts):
    """To the end of January both sides of each account agree, with nothing awaited."""
    advance(own.company, to=datetime(2026, 2, 2, 17, tzinfo=UTC))
    for account in accounts:
        own.written(DAY, date(2026, 1, 31), account=account)
        found = own.do(reconciliation.reconcile, account.id)
        assert found.reconciled, found.items


def test_what_left_the_own_bank_for_a_debit_that_came_back_says_so(own):
    with own.company.ctx() as ctx:
        other = a_bank_account(ctx, bank="444441234")
        payment_id = a_payment(ctx, a_bill(ctx, own.by_ach), bank_account=other).payment.id
    advance(own.company, days=4)
    own.do(transfers.return_transfer, own.transfer(payment_id, Leg.FUNDING), "R01")
    advance(own.company, days=1)
    own.written(DAY, date(2026, 1, 16))
    (item,) = own.report().items
    assert (item.document_id, item.bank_minor, item.ledger_minor) == (payment_id, -10000, 0)
    assert "came back (R01)" in item.why
