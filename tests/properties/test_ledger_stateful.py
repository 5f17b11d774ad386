"""Whatever anybody does in whatever order: every cent of the ledger is explained by documents, always.

A random walk over bills, payments (single, in runs, in mass, by themselves, abroad, elsewhere; from bank accounts, cards,
AP cards and the wallet; by every way to a vendor; cancelled, voided, refunded), the bank's answers and the clock. After
each step the ledger verifies and the documents that the step touched equal their ledger accounts; at the end of each walk
of a hundred steps all documents do, and the bank's own books. There are 10,000 steps on SQLite (a minute) and 2,000 on
PostgreSQL (half a minute), times BILLFOLD_EFFORT (tests/properties/effort.py). Hypothesis shrinks what fails to a short
program.
"""

from __future__ import annotations

import math
from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from billfold import ledger
from billfold.accounting import classifications
from billfold.accounting.model import ClassificationDraft, Kind
from billfold.kit.errors import Refusal, Refusals, StateForbids
from billfold.kit.jobs import parked_jobs
from billfold.kit.query import Query
from billfold.kit.worlds import get_world
from billfold.ledger import ACCOUNTS_PAYABLE, MONEY_OUT_CLEARING
from billfold.parties import vendors
from billfold.payables import interventions
from billfold.payables.bills import bills
from billfold.payables.bills.bill_amounts import Overpayment, payment_status
from billfold.payables.bills.bills import BillHasPayments, BillIsArchived
from billfold.payables.mass import mass_payments
from billfold.payables.mass.model import PartStatus
from billfold.payables.payments import clearing, payments
from billfold.payables.payments.model import BillAmount, FundingAccount, FundingType, PayRunDraft, SingleStatus, Stage
from billfold.payables.payments.payment_rules import BillOfAnotherVendor
from billfold.payables.payments.reach import VendorCannotBePaidOnline
from billfold.payables.payments.store import BILL_PAYMENTS
from billfold.payables.voids.cancellations import CancelTooLate, cancel_payment
from billfold.payables.voids.model import VoidDraft, VoidKind
from billfold.payables.voids.void_requests import PaymentNotVoidable, VoidKindNotAvailable, void_scheduled
from billfold.rails import transfers
from billfold.rails.checks import checks
from billfold.rails.checks.model import CheckStatus
from billfold.rails.model import ENDED, Leg, Rail, TransferStatus
from billfold.rails.originators import set_originator
from tests.builders import (
    ADDRESS,
    a_bank_account,
    a_bill,
    a_company,
    a_line,
    a_payment,
    a_vendor,
    advance,
    pay_bills,
    record_payment,
    vendor_bank,
    void,
)
from tests.conftest import a_house
from tests.properties import credit_steps, source_steps
from tests.properties.credit_steps import CreditSteps
from tests.properties.effort import EFFORT
from tests.properties.rail_steps import RailSteps
from tests.properties.source_steps import SourceSteps
from tests.readings import account_of_documents

STEPS = {"sqlite": 10_000, "postgresql": 2_000}
STEPS_OF_A_WALK = 100
#: Walks that Hypothesis ends early are made up for.
WALKS_FOR_A_STEP = 1.1 / STEPS_OF_A_WALK

#: Account numbers of vendors: good ones, and the simulated bank's own (settled.md §6).
ENDINGS = ("1234", "0002", "0003", "0004", "0101", "9876")
FUNDING_ENDINGS = ("1234", "0001", "0029", "0101")
RETURN_CODES = ("R01", "R02", "R03", "R29")

#: What a payment of `a` explains in clearing: posted and pending debits less credits, by status and stage.
CLEARING = {
    (SingleStatus.SCHEDULED, Stage.SCHEDULED): (0, -1),
    (SingleStatus.READY_TO_FUND, Stage.SCHEDULED): (0, -1),
    (SingleStatus.FUNDING_STARTED, Stage.IN_PROCESS): (0, 0),
    (SingleStatus.PROCESSED, Stage.IN_PROCESS): (1, -1),
    (SingleStatus.SENT, Stage.IN_PROCESS): (1, -1),
    (SingleStatus.DELIVERED, Stage.IN_PROCESS): (1, -1),
    (SingleStatus.EXPIRING, Stage.IN_PROCESS): (1, -1),
    (SingleStatus.DISBURSEMENT_ON_HOLD, Stage.IN_PROCESS): (1, -1),
    (SingleStatus.PARTIALLY_CLAIMED, Stage.IN_PROCESS): (1, -1),
    (SingleStatus.CLEARED, Stage.PAID): (0, 0),
    (SingleStatus.FUNDS_ESCHEATED, Stage.PAID): (0, 0),
    (SingleStatus.CANCELED, Stage.GIVEN_BACK): (0, 0),
    (SingleStatus.FUNDING_FAILED_VOIDED, Stage.GIVEN_BACK): (0, 0),
    (SingleStatus.FUNDING_FAILED_ACTION_NEEDED, Stage.IN_PROCESS): (0, -1),
    (SingleStatus.FUNDING_FAILED_ACTION_NEEDED, Stage.PAID): (-1, 0),
    (SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED, Stage.IN_PROCESS): (1, 0),
}
#: What may be refused on the way, for that is what rules are for.
EXPECTED = (
    BillHasPayments,
    BillIsArchived,
    BillOfAnotherVendor,
    CancelTooLate,
    Overpayment,
    PaymentNotVoidable,
    StateForbids,
    VoidKindNotAvailable,
    VendorCannotBePaidOnline,
    *credit_steps.EXPECTED,
    *source_steps.EXPECTED,
)
RETURNABLE = {TransferStatus.SENT, TransferStatus.STARTED, TransferStatus.DELIVERED, TransferStatus.SETTLED}
SETTLEABLE = {TransferStatus.SENT, TransferStatus.STARTED, TransferStatus.DELIVERED}
FAILED = SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED.value
VOIDABLE = {
    SingleStatus.PROCESSED,
    SingleStatus.SENT,
    SingleStatus.DELIVERED,
    SingleStatus.EXPIRING,
    SingleStatus.DISBURSEMENT_ON_HOLD,
    SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED,
}
ESCHEATABLE = {
    SingleStatus.SENT,
    SingleStatus.DELIVERED,
    SingleStatus.EXPIRING,
    SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED,
}
#: What the operator does, and to payments in which status.
OPERATOR = {
    "hold": ({SingleStatus.PROCESSED}, interventions.hold_payment),
    "release": ({SingleStatus.DISBURSEMENT_ON_HOLD}, interventions.release_payment),
    "wire": (
        {SingleStatus.FUNDING_FAILED_ACTION_NEEDED, SingleStatus.FUNDING_FAILED_AFTER_REFUND},
        interventions.note_wired_funding,
    ),
    "refund": ({SingleStatus.VOIDED, SingleStatus.CLEARED}, interventions.refund_again),
    "escheat": (ESCHEATABLE, interventions.escheat_payment),
}
#: What happens to a check that is out.
HAPPENS = {
    "arrive": ({SingleStatus.SENT}, checks.deliver_check),
    "grow old": ({SingleStatus.SENT, SingleStatus.DELIVERED}, checks.warn_check),
}
CHECK_STEPS = (checks.void_check, checks.stop_check, checks.expire_check, checks.warn_check)
PAID_OUT = {SingleStatus.SENT, SingleStatus.DELIVERED, SingleStatus.CLEARED, SingleStatus.VOIDED}
UNSENT = {TransferStatus.HELD, TransferStatus.SCHEDULED}
#: The debit came back when the vendor's money was out already; a void of it may still be decided.
OWED = {SingleStatus.FUNDING_FAILED_ACTION_NEEDED, SingleStatus.VOID_PENDING}
ON_ITS_WAY = {TransferStatus.SCHEDULED, TransferStatus.SENT, TransferStatus.STARTED}

amounts = st.integers(1, 500_000)
pick = st.integers(0, 10**6)
has_bills = precondition(lambda walk: walk.bills)
has_payments = precondition(lambda walk: walk.payments)
line_amounts = st.lists(st.integers(-20_000, 100_000), min_size=1, max_size=4)


def decimal(minor):
    return str(Decimal(minor) / 100)


class Walk(CreditSteps, RailSteps, SourceSteps, RuleBasedStateMachine):
    """One company, from its founding on."""

    database = None
    house = None
    steps = 0
    seen = frozenset()

    def __init__(self):
        super().__init__()
        self.company = a_company(self.database, self.house)
        self.bills, self.payments, self.vendors, self.credits = [], [], [], []
        with self.company.ctx() as ctx:
            # A correction of an account number keeps all but the ending.
            numbers = [f"1111{place}{ending}" for place, ending in enumerate(FUNDING_ENDINGS)]
            self.accounts = [a_bank_account(ctx, bank=number) for number in numbers]
            # From this one payments need no debit.
            self.accounts.append(a_bank_account(ctx, bank="444441234"))
            set_originator(ctx, {"own_bank_account_id": self.accounts[-1].id})
            draft = ClassificationDraft(name="Anvils")
            self.expense = classifications.create(ctx, Kind.CHART_OF_ACCOUNT, draft).id
            for number, ending in enumerate(ENDINGS[:3]):
                vendor = a_vendor(
                    ctx, name=f"Vendor {number}", bank=f"2222{number}{ending}", combine_payments=number != 1
                )
                self.vendors.append(vendor.id)
            # Without an address as well as without a bank account nothing reaches the vendors above.
            self.vendors.append(a_vendor(ctx, name="By check", bank=None, **ADDRESS).id)
            self.add_a_card_vendor(ctx)
            self.add_sources(ctx)

    def do(self, work, *, touched=()):
        """One step in its transaction; refusals are fine where they are expected. Then what must hold."""
        try:
            with self.company.ctx() as ctx:
                result = work(ctx)
        except (Refusal, Refusals) as refused:
            if not all(isinstance(one, EXPECTED) for one in getattr(refused, "refusals", [refused])):
                raise
            result = None
        with self.company.ctx() as ctx:
            assert ledger.verify(ctx) == []
            self.hold(ctx, [identifier for identifier in touched if identifier])
        return result

    def hold(self, ctx, touched):
        """The documents touched, and those they share money with, equal their ledger accounts."""
        if not touched:
            return
        marks = ", ".join("?" * len(touched))
        parts = BILL_PAYMENTS.where(
            ctx.tx,
            f"organization_id = ? AND (payment_id IN ({marks}) OR bill_id IN ({marks}))",
            [ctx.organization_id, *touched, *touched],
        )
        bill_ids = {part.bill_id for part in parts} | set(touched) & set(self.bills)
        payment_ids = {part.payment_id for part in parts} | set(touched) & set(self.payments)
        self.bills_hold(ctx, sorted(bill_ids))
        self.payments_hold(ctx, sorted(payment_ids))

    def bills_hold(self, ctx, bill_ids):
        if not bill_ids:
            return
        owed = account_of_documents(ctx.tx, ctx.organization_id, ACCOUNTS_PAYABLE, bill_ids)
        for bill_id in bill_ids:
            view = bills.get_bill(ctx, bill_id)
            bill, (posted, pending) = view.bill, owed[bill_id]
            failed = self.failed_minor(ctx, bill_id)
            assert sum(line.amount_minor for line in view.lines) == bill.amount_minor
            assert -posted == (0 if bill.archived else bill.amount_minor) - bill.paid_minor, bill
            assert pending == bill.scheduled_minor - failed, bill
            assert bill.payment_status is payment_status(bill)
            assert 0 <= bill.in_process_minor <= bill.scheduled_minor
            credit_steps.bill_credits_hold(ctx, bill)
        credit_steps.credits_hold(ctx, self.credits_used_by(ctx, bill_ids))

    def failed_minor(self, ctx, bill_id):
        """What of a bill's scheduled amount is in payments whose disbursement failed: nothing is pending for it."""
        row = ctx.tx.one(
            "SELECT COALESCE(SUM(b.amount_minor), 0) FROM bill_payments b JOIN payments p "
            "ON p.organization_id = b.organization_id AND p.id = b.payment_id "
            "WHERE b.organization_id = ? AND b.bill_id = ? "
            "AND (p.single_status = ? OR p.single_status = ? AND p.voided_from = ?)",
            (ctx.organization_id, bill_id, FAILED, SingleStatus.VOID_PENDING.value, FAILED),
        )
        return int(row[0])

    def payments_hold(self, ctx, payment_ids):
        if not payment_ids:
            return
        cleared = account_of_documents(ctx.tx, ctx.organization_id, MONEY_OUT_CLEARING, payment_ids)
        for payment_id in payment_ids:
            view = payments.get_payment(ctx, payment_id)
            payment = view.payment
            assert sum(part.amount_minor for part in view.bill_payments) == payment.amount_minor
            expected = self.clearing_of(ctx, payment)
            rest = self.rest_of(ctx, payment)
            funding_minor = payment.funding_minor if payment.online else payment.amount_minor
            sums = tuple(sign * funding_minor + more for sign, more in zip(expected, rest, strict=True))
            assert cleared[payment_id] == sums, payment
            type(self).seen |= {payment.single_status}

    def clearing_of(self, ctx, payment):
        """What the payment explains in clearing, as signs: posted and pending debits less credits."""
        if not payment.online:
            posted = payment.single_status is SingleStatus.CLEARED and payment.chart_of_account_id is None
            return (-int(posted), 0)
        if transfers.leg_of(ctx, payment.id, Leg.FUNDING).status is TransferStatus.CANCELLED:
            return (0, 0)
        if payment.single_status in {SingleStatus.VOIDED, SingleStatus.FUNDING_FAILED_AFTER_REFUND}:
            refund = transfers.leg_of(ctx, payment.id, Leg.REFUND).status
            back, coming = refund is TransferStatus.SETTLED, refund in ON_ITS_WAY
            return (int(self.funded(ctx, payment)) - int(back), -int(coming))
        if payment.single_status is SingleStatus.VOID_PENDING:
            waits = transfers.leg_of(ctx, payment.id, Leg.DISBURSEMENT).status not in ENDED
            return (int(self.funded(ctx, payment)), -int(waits))
        return CLEARING[payment.single_status, payment.stage]

    def rest_of(self, ctx, payment):
        """What clearing has of a virtual card's rest, posted and pending: collected, and on its way back or back."""
        refund = transfers.transfer_of(ctx, payment.id, Leg.REFUND)
        if refund is None or payment.stage is Stage.GIVEN_BACK:
            return (0, 0)
        rest, back = refund.amount_minor, refund.status is TransferStatus.SETTLED
        return (self.rest_collected(ctx, payment, rest) - rest * back, -rest * (refund.status in ON_ITS_WAY))

    def rest_collected(self, ctx, payment, rest):
        """What of the rest was taken from the organization: by its debit, or wired with what the payment costs."""
        if transfers.leg_of(ctx, payment.id, Leg.FUNDING).status is not TransferStatus.RETURNED:
            return rest
        wire = transfers.transfer_of(ctx, payment.id, Leg.REPAYMENT)
        return wire.amount_minor - payment.funding_minor if wire and wire.status not in ENDED else 0

    def funded(self, ctx, payment):
        """Whether the organization's money was collected and not taken back by its bank; or wired after that."""
        legs = [transfers.transfer_of(ctx, payment.id, leg) for leg in (Leg.FUNDING, Leg.REPAYMENT)]
        return any(leg is not None and leg.status is not TransferStatus.RETURNED for leg in legs)

    @invariant()
    def count(self):
        type(self).steps += 1

    def bill(self, pick):
        return self.bills[pick % len(self.bills)]

    def payment(self, pick):
        return self.payments[pick % len(self.payments)]

    def lines(self, sums):
        """Lines with these amounts, some on an account of their own, never below zero together."""
        drafts = [a_line(decimal(minor), chart_of_account_id=self.expense if minor % 2 else None) for minor in sums]
        return drafts if sum(sums) >= 0 else [*drafts, a_line(decimal(-sum(sums)))]

    # Bills

    @rule(vendor=pick, sums=line_amounts)
    def create_bill(self, vendor, sums):
        def work(ctx):
            chosen = vendors.get_vendor(ctx, self.vendors[vendor % len(self.vendors)])
            return a_bill(ctx, chosen, lines=self.lines(sums)).bill.id

        self.bills.append(self.do(work))
        self.do(lambda _: None, touched=[self.bills[-1]])

    @has_bills
    @rule(bill=pick, sums=line_amounts)
    def change_lines(self, bill, sums):
        bill_id = self.bill(bill)
        self.do(lambda ctx: bills.update_bill(ctx, bill_id, {}, self.lines(sums)), touched=[bill_id])

    @has_bills
    @rule(bill=pick, vendor=pick)
    def change_vendor(self, bill, vendor):
        bill_id = self.bill(bill)
        changes = {"vendor_id": self.vendors[vendor % len(self.vendors)]}
        self.do(lambda ctx: bills.update_bill(ctx, bill_id, changes), touched=[bill_id])

    @has_bills
    @rule(bill=pick)
    def archive(self, bill):
        bill_id = self.bill(bill)
        self.do(lambda ctx: bills.archive_bill(ctx, bill_id), touched=[bill_id])

    @has_bills
    @rule(bill=pick)
    def restore(self, bill):
        bill_id = self.bill(bill)
        self.do(lambda ctx: bills.restore_bill(ctx, bill_id), touched=[bill_id])

    # Payments

    @has_bills
    @rule(bill=pick, account=pick, minor=amounts)
    def pay_some(self, bill, account, minor):
        self.pay(self.bill(bill), account, lambda view: min(minor, view.bill.due_minor) or minor)

    @has_bills
    @rule(bill=pick, account=pick)
    def pay_all(self, bill, account):
        self.pay(self.bill(bill), account, lambda view: view.bill.due_minor or 1)

    @has_bills
    @rule(bill=pick, account=pick)
    def overpay(self, bill, account):
        before = len(self.payments)
        self.pay(self.bill(bill), account, lambda view: view.bill.due_minor + 1)
        assert len(self.payments) == before, "a bill was overpaid"

    def pay(self, bill_id, account, amount_of):
        def work(ctx):
            view = bills.get_bill(ctx, bill_id)
            chosen = self.accounts[account % len(self.accounts)]
            return a_payment(ctx, view, amount=decimal(amount_of(view)), bank_account=chosen).payment.id

        payment_id = self.do(work, touched=[bill_id])
        if payment_id is not None:
            self.payments.append(payment_id)
            self.do(lambda _: None, touched=[payment_id])

    @has_payments
    @rule(payment=pick, as_void=st.booleans())
    def cancel(self, payment, as_void):
        payment_id = self.payment(payment)
        draft = VoidDraft(VoidKind.VOID_AND_CREDIT, "Entered twice")
        self.do(
            lambda ctx: void_scheduled(ctx, payment_id, draft) if as_void else cancel_payment(ctx, payment_id),
            touched=[payment_id],
        )

    @has_bills
    @rule(picks=st.lists(pick, min_size=1, max_size=5, unique=True), account=pick, minor=amounts, in_mass=st.booleans())
    def pay_many(self, picks, account, minor, in_mass):
        """A run over some bills, of several vendors: all are paid or none; in mass each is paid for itself."""
        bill_ids = sorted({self.bill(one) for one in picks})
        source = self.accounts[account % len(self.accounts)]

        def work(ctx):
            wanted = [(view, decimal(min(minor, view.bill.due_minor) or minor)) for view in self.views(ctx, bill_ids)]
            made = pay_bills(ctx, *wanted, account=source)
            assert sum(len(view.bill_payments) for view in made) == len(bill_ids)
            return [view.payment.id for view in made]

        self.payments += self.pay_in_mass(bill_ids, source, minor) if in_mass else self.do(work, touched=bill_ids) or []
        self.do(lambda _: None, touched=bill_ids)

    def pay_in_mass(self, bill_ids, source, minor):
        """The payments that the job of a batch makes."""
        wanted = tuple(BillAmount(bill_id, Decimal(decimal(minor))) for bill_id in bill_ids)
        run = PayRunDraft(bills=wanted, funding_account=FundingAccount(FundingType.BANK_ACCOUNT, source.id))
        batch_id = self.do(lambda ctx: mass_payments.request(ctx, run).id)
        self.time_passes(timedelta(0))
        with self.company.ctx() as ctx:
            parts = mass_payments.get(ctx, batch_id).parts
        assert all(part.status is not PartStatus.SCHEDULED for part in parts)
        return sorted({part.payment_id for part in parts if part.payment_id is not None})

    @has_bills
    @rule(picks=st.lists(pick, min_size=1, max_size=3, unique=True), minor=amounts, named=st.booleans())
    def record(self, picks, minor, named):
        """A payment made elsewhere of some bills, which may be of several vendors: then it is refused."""
        bill_ids = sorted({self.bill(one) for one in picks})

        def work(ctx):
            wanted = [(view, decimal(min(minor, view.bill.due_minor) or minor)) for view in self.views(ctx, bill_ids)]
            account = self.expense if named else None
            return record_payment(ctx, *wanted, chart_of_account_id=account).payment.id

        payment_id = self.do(work, touched=bill_ids)
        if payment_id is not None:
            self.payments.append(payment_id)
            self.do(lambda _: None, touched=[payment_id])

    def views(self, ctx, bill_ids):
        return [bills.get_bill(ctx, bill_id) for bill_id in bill_ids]

    @has_payments
    @rule(payment=pick, kind=st.sampled_from([None, VoidKind.VOID_AND_REISSUE]), at_once=st.booleans())
    def void(self, payment, kind, at_once):
        payment_id = self.payment(payment)
        self.do(lambda ctx: void(ctx, payment_id, kind, at_once=at_once), touched=[payment_id])

    @has_payments
    @rule(payment=pick, kind=st.sampled_from([VoidKind.VOID_AND_CREDIT, VoidKind.VOID_AND_REISSUE]))
    def void_what_is_out(self, payment, kind):
        """A payment on its way, or one that failed, is voided later: by chance alone that is rare."""
        payment_id = self.one_of(payment, VOIDABLE)
        if payment_id:
            self.do(lambda ctx: void(ctx, payment_id, kind, at_once=False), touched=[payment_id])

    def one_of(self, pick, statuses):
        """A payment that stands in one of these statuses, if there is one."""
        with self.company.ctx() as ctx:
            found = [one for one in self.payments if payments.get_payment(ctx, one).payment.single_status in statuses]
        return found[pick % len(found)] if found else None

    @has_payments
    @rule(payment=pick, happens=st.sampled_from(sorted(HAPPENS)))
    def a_check_is_out(self, payment, happens):
        """The post brings it, or it grows old."""
        statuses, act = HAPPENS[happens]
        payment_id = self.one_of(payment, statuses)

        def work(ctx):
            check = checks.check_of(ctx, transfers.leg_of(ctx, payment_id, Leg.DISBURSEMENT).id)
            if check:
                act(ctx, check.id)

        if payment_id:
            self.do(work, touched=[payment_id])

    @rule(minor=amounts, delivery=st.sampled_from(["STANDARD", "UPS_1DAY"]))
    def mail_a_check(self, minor, delivery):
        """A check is paid for and on its way: by chance alone few payments come so far before somebody meddles."""

        def work(ctx):
            bill = a_bill(ctx, vendors.get_vendor(ctx, self.vendors[-1]), amount=decimal(minor))
            made = a_payment(ctx, bill, bank_account=self.accounts[0], check_delivery_type=delivery)
            return bill.bill.id, made.payment.id

        with self.company.ctx() as ctx:
            reachable = vendors.payment_account_of(ctx, self.vendors[-1]) is None
        if reachable:
            bill_id, payment_id = self.do(work)
            self.bills.append(bill_id)
            self.payments.append(payment_id)
            self.time_passes(timedelta(days=4))

    # The operator

    @has_payments
    @rule(payment=pick, does=st.sampled_from(sorted(OPERATOR)))
    def operate(self, payment, does):
        """Something that nobody but the operator does, to a payment of which it is true."""
        statuses, act = OPERATOR[does]
        payment_id = self.one_of(payment, statuses)
        if payment_id:
            self.do(lambda ctx: act(ctx, payment_id), touched=[payment_id])

    # The bank

    @has_payments
    @rule(payment=pick, how=st.sampled_from(CHECK_STEPS))
    def end_check(self, payment, how):
        payment_id = self.payment(payment)

        def work(ctx):
            transfer = transfers.transfer_of(ctx, payment_id, Leg.DISBURSEMENT)
            check = transfer and checks.check_of(ctx, transfer.id)
            if check and check.status in {CheckStatus.PRINTED, CheckStatus.DELIVERED}:
                how(ctx, check.id)

        self.do(work, touched=[payment_id])

    @has_payments
    @rule(payment=pick, leg=st.sampled_from(Leg), code=st.sampled_from(RETURN_CODES))
    def return_leg(self, payment, leg, code):
        self.bank(payment, leg, RETURNABLE, lambda ctx, one: transfers.return_transfer(ctx, one, code))

    @has_payments
    @rule(payment=pick, code=st.sampled_from(RETURN_CODES))
    def return_a_debit_late(self, payment, code):
        """The debit comes back when the vendor's money is on its way: by chance alone that is rare."""
        with self.company.ctx() as ctx:
            late = [one for one in self.payments if payments.get_payment(ctx, one).payment.single_status in PAID_OUT]
        if late:
            position = self.payments.index(late[payment % len(late)])
            self.bank(position, Leg.FUNDING, RETURNABLE, lambda ctx, one: transfers.return_transfer(ctx, one, code))

    @has_payments
    @rule(payment=pick, leg=st.sampled_from(Leg))
    def settle_leg(self, payment, leg):
        self.bank(payment, leg, SETTLEABLE, transfers.settle)

    def bank(self, payment, leg, standing, act):
        payment_id = self.payment(payment)

        def work(ctx):
            transfer = transfers.transfer_of(ctx, payment_id, leg)
            by_bank = transfer is not None and transfer.rail not in {Rail.BOOK, Rail.VIRTUAL_CARD}
            if by_bank and transfer.status in standing:
                act(ctx, transfer)

        self.do(work, touched=[payment_id])

    # Vendors

    @rule(vendor=pick, ending=st.sampled_from(ENDINGS))
    def change_vendors_bank_account(self, vendor, ending):
        vendor_id = self.vendors[vendor % len(self.vendors)]

        def work(ctx):
            if vendors.payment_account_of(ctx, vendor_id) is None:
                vendors.add_bank_account(ctx, vendor_id, vendor_bank(f"33333{ending}"))
            else:
                vendors.remove_bank_account(ctx, vendor_id)

        self.do(work)

    # Time

    @rule(hours=st.integers(1, 40))
    def hours_pass(self, hours):
        self.time_passes(timedelta(hours=hours))

    @rule(days=st.integers(1, 5))
    def days_pass(self, days):
        self.time_passes(timedelta(days=days))

    def time_passes(self, time):
        with self.company.ctx() as ctx:
            target = get_world(ctx.tx, self.company.world_id).clock.now() + time
        advance(self.company, to=target)
        with self.company.ctx() as ctx:
            assert parked_jobs(ctx.tx, ctx.organization_id) == []
            assert clearing.problems(ctx) == []
            self.discover(ctx)
            moving = [
                view.payment.id
                for view in payments.list_payments(ctx, Query(limit=1_000)).items
                if view.payment.updated_at >= target - time
            ]
        self.do(lambda _: None, touched=moving)

    def teardown(self):
        with self.company.ctx() as ctx:
            assert ledger.verify(ctx) == clearing.problems(ctx) == []
            self.bills_hold(ctx, [*self.bills, *self.foreign_bills])
            self.payments_hold(ctx, self.payments)
            credit_steps.credits_hold(ctx, self.credits)
            self.whole_holds(ctx)
            source_steps.sources_hold(self, ctx)
            source_steps.bank_holds(self, ctx)
            source_steps.movements_hold(self, ctx)

    def whole_holds(self, ctx):
        """No cent is anybody else's, no payment is out twice or without its debit, no number is on two checks."""
        explained = {row.document_id for row in ledger.explain_account(ctx, ACCOUNTS_PAYABLE, "USD")}
        assert explained <= {*self.bills, *self.payments, *self.credits}
        assert {row.document_id for row in ledger.explain_account(ctx, MONEY_OUT_CLEARING, "USD")} <= set(self.payments)
        moved = transfers.list_transfers(ctx, Query(limit=10_000)).items
        paid = Counter(one.subject_id for one in moved if one.leg is Leg.DISBURSEMENT and one.status not in ENDED)
        assert max(paid.values(), default=0) <= 1
        debited = {one.subject_id for one in moved if one.leg is Leg.FUNDING and one.status not in {*UNSENT, *ENDED}}
        out = {one.subject_id for one in moved if one.leg is Leg.DISBURSEMENT and one.status not in {*UNSENT, *ENDED}}
        owed = {one for one in out if payments.get_payment(ctx, one).payment.single_status in OWED}
        assert out - debited <= owed | {one.subject_id for one in moved if one.leg is Leg.REPAYMENT}
        returned = Counter(one.subject_id for one in moved if one.leg is Leg.REFUND and one.status not in ENDED)
        assert max(returned.values(), default=0) <= 1, "a payment was refunded twice"
        numbers = [(one.bank_account_id, one.number) for one in checks.list_checks(ctx, Query(limit=10_000)).items]
        assert len(numbers) == len(set(numbers))


def through_every_status(walk):
    """Steps in an order that comes to every status of a payment, which chance does not always."""
    walk.create_bill(4, [10_000])
    walk.pay_all(0, 0)
    walk.cancel(0, as_void=False)
    walk.stop_after_a_cut_off(1, 500)  # READY_TO_FUND
    walk.hours_pass(12)  # FUNDING_STARTED
    walk.days_pass(1)  # PROCESSED
    walk.operate(0, "hold")
    walk.operate(0, "release")
    walk.days_pass(5)
    for then in ("arrive", "grow old"):
        walk.mail_a_check(600, "STANDARD")
        walk.a_check_is_out(0, then)
    walk.operate(0, "escheat")
    walk.issue_a_card(700, True)
    walk.return_a_debit_late(0, "R01")
    walk.days_pass(5)
    walk.stop_after_a_cut_off(0, 800)
    walk.return_leg(len(walk.payments) - 1, Leg.FUNDING, "R01")
    walk.pay_the_same_day(0, 900, 12)
    walk.return_leg(len(walk.payments) - 1, Leg.DISBURSEMENT, "R03")
    walk.void_what_is_out(0, VoidKind.VOID_AND_CREDIT)
    walk.days_pass(5)
    walk.give_back(1, 400)
    walk.return_leg(len(walk.payments) - 1, Leg.FUNDING, "R10")
    walk.teardown()


def test_the_steps_come_to_every_status(database):
    Walk.database, Walk.house, Walk.seen = database, a_house(), frozenset()
    through_every_status(Walk())
    assert Walk.seen == frozenset(SingleStatus)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_every_cent_is_explained_by_documents_whatever_happens(kind, database):
    Walk.database, Walk.house, Walk.steps, Walk.seen = database, a_house(), 0, frozenset()
    walks = math.ceil(STEPS[kind] * EFFORT * WALKS_FOR_A_STEP)
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=walks,
            stateful_step_count=STEPS_OF_A_WALK,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
    print(f"{Walk.steps} steps in {walks} walks on {kind}, through {sorted(Walk.seen)}")
