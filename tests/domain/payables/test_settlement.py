"""The life of a payment on the calendar: files, funding, disbursement, and what banks send back."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from billfold.bankfiles import nacha
from billfold.kit.events import list_events
from billfold.ledger import ACCOUNTS_PAYABLE, MONEY_OUT_CLEARING, UNCATEGORIZED_EXPENSE
from billfold.parties import vendors
from billfold.payables.bills import bills
from billfold.payables.bills.model import PaymentStatus
from billfold.payables.payments import payments
from billfold.payables.payments.model import SingleStatus
from billfold.payables.voids.cancellations import cancel_payment
from billfold.rails import transfers
from billfold.rails.model import Leg, TransferStatus
from tests.builders import (
    ROUTING,
    a_bank_account,
    a_bill,
    a_payment,
    a_vendor,
    advance,
    vendor_bank,
)
from tests.readings import balances, nacha_files

# A payment made on Monday, 12 January 2026: D is Tuesday the 13th. In UTC (Los Angeles is 8 hours behind,
# New York 5).
CUT_OFF = datetime(2026, 1, 13, 2, 0, tzinfo=UTC)
FUNDING_STARTS = datetime(2026, 1, 13, 7, 15, tzinfo=UTC)
DEBIT_RETURNS = datetime(2026, 1, 14, 13, 0, tzinfo=UTC)
FUNDED = datetime(2026, 1, 14, 13, 30, tzinfo=UTC)
SECOND_CUT_OFF = datetime(2026, 1, 15, 2, 0, tzinfo=UTC)
SENT = datetime(2026, 1, 15, 7, 15, tzinfo=UTC)
CLEARED = datetime(2026, 1, 15, 13, 30, tzinfo=UTC)
#: Two business days later, over a weekend and a holiday.
CREDIT_RETURNS = datetime(2026, 1, 20, 13, 0, tzinfo=UTC)


class Story:
    """One payment of one bill of 100.00, and where it stands."""

    def __init__(self, company, *, bank="111111234", vendor_bank="222221234"):
        self.company = company
        with company.ctx() as ctx:
            self.vendor = a_vendor(ctx, bank=vendor_bank)
            self.bill_id = a_bill(ctx, self.vendor, amount="100.00").bill.id
            self.account = a_bank_account(ctx, bank=bank)
            bill = bills.get_bill(ctx, self.bill_id)
            self.payment_id = a_payment(ctx, bill, bank_account=self.account).payment.id

    def at(self, moment):
        """Go there; payment, bill, and balances of the ledger (posted, pending) that are not zero."""
        advance(self.company, to=moment)
        with self.company.ctx() as ctx:
            payment = payments.get_payment(ctx, self.payment_id).payment
            return payment, bills.get_bill(ctx, self.bill_id).bill, balances(ctx)

    def leg(self, leg):
        with self.company.ctx() as ctx:
            return transfers.transfer_of(ctx, self.payment_id, leg)

    def transfer(self, leg, work, *arguments):
        """What the sandbox's own face does to a leg."""
        with self.company.ctx() as ctx:
            return work(ctx, transfers.transfer_of(ctx, self.payment_id, leg), *arguments)


# A payment that goes well


def test_the_life_of_a_payment_on_the_calendar(company):
    story = Story(company)
    cash = story.account.id
    expense, payable, clearing = UNCATEGORIZED_EXPENSE, ACCOUNTS_PAYABLE, MONEY_OUT_CLEARING
    before_posting = {expense: (10000, 0), payable: (-10000, 10000), clearing: (0, -10000)}
    funding = {expense: (10000, 0), payable: (-10000, 10000), cash: (0, -10000)}
    funded = {expense: (10000, 0), payable: (-10000, 10000), clearing: (10000, -10000), cash: (-10000, 0)}
    paid = {expense: (10000, 0), cash: (-10000, 0)}
    in_process, scheduled = PaymentStatus.IN_PROCESS, PaymentStatus.SCHEDULED
    for moment, status, bill_status, books in (
        (datetime(2026, 1, 13, 1, 59, 59, tzinfo=UTC), SingleStatus.SCHEDULED, scheduled, before_posting),
        (CUT_OFF, SingleStatus.READY_TO_FUND, scheduled, before_posting),
        (FUNDING_STARTS, SingleStatus.FUNDING_STARTED, in_process, funding),
        (DEBIT_RETURNS, SingleStatus.FUNDING_STARTED, in_process, funding),
        (FUNDED, SingleStatus.PROCESSED, in_process, funded),
        (SECOND_CUT_OFF, SingleStatus.PROCESSED, in_process, funded),
        (SENT, SingleStatus.SENT, in_process, funded),
        (CLEARED, SingleStatus.CLEARED, PaymentStatus.PAID, paid),
    ):
        payment, bill, held = story.at(moment)
        assert (payment.single_status, bill.payment_status, held) == (status, bill_status, books), moment
    assert payment.sent_on == date(2026, 1, 15)
    assert (bill.due_minor, bill.scheduled_minor, bill.in_process_minor, bill.paid_minor) == (0, 0, 0, 10000)
    assert bill.last_payment_on == date(2026, 1, 15)
    with company.ctx() as ctx:
        assert vendors.get_vendor(ctx, story.vendor.id).last_payment_on == date(2026, 1, 15)


def test_a_part_paid_bill_is_partially_paid(company):
    with company.ctx() as ctx:
        bill = a_bill(ctx, a_vendor(ctx), amount="100.00")
        a_payment(ctx, bill, amount="30.00")
    advance(company, to=CLEARED)
    with company.ctx() as ctx:
        paid = bills.get_bill(ctx, bill.bill.id).bill
        assert (paid.payment_status, paid.due_minor) == (PaymentStatus.PARTIALLY_PAID, 7000)
        a_payment(ctx, bills.get_bill(ctx, paid.id))
    advance(company, days=10)
    with company.ctx() as ctx:
        assert bills.get_bill(ctx, paid.id).bill.payment_status is PaymentStatus.PAID


def test_events_tell_the_life_of_a_payment_in_order(company):
    story = Story(company)
    story.at(CLEARED)
    with company.ctx() as ctx:
        events = list_events(ctx.tx, ctx.organization_id, limit=1000)
        of_payment = [event for event in events if event.subject_id == story.payment_id]
    assert [event.number for event in events] == list(range(1, len(events) + 1))
    assert [event.name for event in of_payment] == ["PaymentCreated"] + ["PaymentUpdated"] * 5
    times = [CUT_OFF, FUNDING_STARTS, FUNDED, SENT, CLEARED]
    assert [event.occurred_at for event in of_payment[1:]] == times
    assert "222221234" not in repr(events)


def test_a_removed_vendor_account_still_receives_what_is_under_way(company):
    story = Story(company)
    with company.ctx() as ctx:
        vendors.remove_bank_account(ctx, story.vendor.id)
        vendors.add_bank_account(ctx, story.vendor.id, vendor_bank("999990003"))
    payment, _, _ = story.at(CREDIT_RETURNS)
    assert payment.single_status is SingleStatus.CLEARED


# The files


def files_of(company):
    """The NACHA files built so far, read back."""
    with company.ctx() as ctx:
        return nacha_files(ctx)


def test_each_cut_off_builds_one_file_that_says_what_moves(company):
    story = Story(company)
    story.at(CUT_OFF)
    (funding,) = files_of(company)
    story.at(SECOND_CUT_OFF)
    funding_again, disbursement = files_of(company)
    assert funding == funding_again
    ((debits,), (credits,)) = (funding.batches, disbursement.batches)
    assert (debits.service_class_code, credits.service_class_code) == (nacha.DEBITS_ONLY, nacha.CREDITS_ONLY)
    assert (debits.sec_code, debits.company_name) == ("CCD", "ACME ANVILS")
    assert (debits.effective_entry_date, credits.effective_entry_date) == (date(2026, 1, 13), date(2026, 1, 15))
    ((debit,), (credit,)) = (debits.entries, credits.entries)
    assert (debit.transaction_code, debit.account_number, debit.amount_minor) == (27, "111111234", 10000)
    assert (credit.transaction_code, credit.account_number, credit.amount_minor) == (22, "222221234", 10000)
    assert {debit.routing_number, credit.routing_number} == {ROUTING}
    assert credit.addenda[0].payment_related_information == "RMR*IV*INV-1**100.00\\"
    assert debit.addenda == ()
    assert funding.created == datetime(2026, 1, 12, 18, 0)  # noqa: DTZ001 - the format knows no time zone


def test_a_file_carries_every_payment_of_its_day_and_its_totals_hold(company):
    amounts = ["10.00", "20.01", "0.01", "999.99", "5.00"]
    with company.ctx() as ctx:
        account = a_bank_account(ctx)
        for number, amount in enumerate(amounts):
            vendor = a_vendor(ctx, name=f"Vendor {number}", bank=f"5550{number}1234")
            a_payment(ctx, a_bill(ctx, vendor, amount=amount), bank_account=account)
    advance(company, to=CUT_OFF)
    (file,) = files_of(company)
    assert [entry.amount_minor for entry in file.batches[0].entries] == [1000, 2001, 1, 99999, 500]
    # A second day's payments meet the first day's disbursements in one file.
    advance(company, to=datetime(2026, 1, 14, 17, tzinfo=UTC))
    with company.ctx() as ctx:
        a_payment(ctx, a_bill(ctx, a_vendor(ctx), amount="77.00"), bank_account=account)
    advance(company, to=SECOND_CUT_OFF)
    _, mixed = files_of(company)
    by_class = {batch.service_class_code: batch for batch in mixed.batches}
    assert [entry.amount_minor for entry in by_class[nacha.DEBITS_ONLY].entries] == [7700]
    credited = [entry.amount_minor for entry in by_class[nacha.CREDITS_ONLY].entries]
    assert credited == [1000, 2001, 1, 99999, 500]
    traces = [entry.trace_number for batch in mixed.batches for entry in batch.entries]
    assert traces == sorted(set(traces))
    from billfold.rails.store import ACH_FILES

    with company.ctx() as ctx:
        totals = [
            (file.entry_count, file.debit_minor, file.credit_minor)
            for file in ACH_FILES.where(ctx.tx, "organization_id = ? ORDER BY ordinal", (ctx.organization_id,))
        ]
    assert totals == [(5, 103501, 0), (6, 7700, 103501)]


def test_a_cancelled_payment_is_in_no_file(company):
    story = Story(company)
    with company.ctx() as ctx:
        cancel_payment(ctx, story.payment_id)
    story.at(CLEARED)
    assert files_of(company) == []


# The simulated bank (settled.md §6)


@pytest.mark.parametrize(
    ("ending", "code"),
    [("0001", "R01"), ("0002", "R02"), ("0003", "R03"), ("0004", "R04"), ("0008", "R08"), ("0029", "R29")],
)
def test_a_funding_account_that_returns_voids_the_payment_and_the_bill_is_due_again(company, ending, code):
    story = Story(company, bank=f"11111{ending}")
    payment, _, _ = story.at(FUNDING_STARTS)
    assert payment.single_status is SingleStatus.FUNDING_STARTED
    payment, bill, held = story.at(DEBIT_RETURNS)
    assert (payment.single_status, payment.return_code) == (SingleStatus.FUNDING_FAILED_VOIDED, code)
    assert (bill.payment_status, bill.due_minor, bill.scheduled_minor) == (PaymentStatus.UNPAID, 10000, 0)
    assert held == {UNCATEGORIZED_EXPENSE: (10000, 0), ACCOUNTS_PAYABLE: (-10000, 0)}
    assert story.leg(Leg.FUNDING).return_code == code
    assert story.leg(Leg.DISBURSEMENT).status is TransferStatus.CANCELLED
    later, _, _ = story.at(CREDIT_RETURNS)
    assert later == payment
    assert len(files_of(company)) == 1


@pytest.mark.parametrize(("ending", "code"), [("0002", "R02"), ("0003", "R03"), ("0004", "R04")])
def test_a_vendor_account_that_returns_needs_action_after_two_business_days(company, ending, code):
    story = Story(company, vendor_bank=f"22222{ending}")
    payment, _, _ = story.at(CLEARED)
    assert payment.single_status is SingleStatus.CLEARED
    payment, _, _ = story.at(datetime(2026, 1, 20, 12, 59, 59, tzinfo=UTC))
    assert payment.single_status is SingleStatus.CLEARED
    payment, bill, held = story.at(CREDIT_RETURNS)
    assert payment.single_status is SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED
    assert payment.return_code == code
    assert (bill.payment_status, bill.scheduled_minor, bill.paid_minor) == (PaymentStatus.IN_PROCESS, 10000, 0)
    # The debt stands again and the money waits in clearing.
    assert held == {
        UNCATEGORIZED_EXPENSE: (10000, 0),
        ACCOUNTS_PAYABLE: (-10000, 0),
        MONEY_OUT_CLEARING: (10000, 0),
        story.account.id: (-10000, 0),
    }


@pytest.mark.parametrize("ending", ["0001", "0008", "0029"])
def test_endings_that_concern_debits_do_not_stop_a_credit(company, ending):
    story = Story(company, vendor_bank=f"22222{ending}")
    payment, bill, _ = story.at(CREDIT_RETURNS)
    assert (payment.single_status, bill.payment_status) == (SingleStatus.CLEARED, PaymentStatus.PAID)


def test_a_notification_of_change_is_noted_and_the_money_moves_all_the_same(company):
    story = Story(company, bank="111110101", vendor_bank="222220101")
    payment, _, _ = story.at(CREDIT_RETURNS)
    assert payment.single_status is SingleStatus.CLEARED
    assert [story.leg(leg).change_code for leg in (Leg.FUNDING, Leg.DISBURSEMENT)] == ["C01", "C01"]
    with company.ctx() as ctx:
        names = [event.name for event in list_events(ctx.tx, ctx.organization_id, limit=1000)]
    assert names.count("TransferChangeNotified") == 2


# Returns on demand, as the sandbox's own face makes them


def test_funding_returned_while_the_vendors_money_waits_voids_the_payment(company):
    story = Story(company)
    story.at(FUNDED)
    story.transfer(Leg.FUNDING, transfers.return_transfer, "R01")
    payment, bill, held = story.at(CREDIT_RETURNS)
    assert payment.single_status is SingleStatus.FUNDING_FAILED_VOIDED
    assert bill.payment_status is PaymentStatus.UNPAID
    assert held == {UNCATEGORIZED_EXPENSE: (10000, 0), ACCOUNTS_PAYABLE: (-10000, 0)}


def test_funding_returned_when_the_vendors_money_is_sent_leaves_a_debt_to_clearing(company):
    story = Story(company)
    story.at(SECOND_CUT_OFF)
    story.transfer(Leg.FUNDING, transfers.return_transfer, "R29")
    payment, bill, held = story.at(CREDIT_RETURNS)
    assert payment.single_status is SingleStatus.FUNDING_FAILED_ACTION_NEEDED
    assert (bill.payment_status, bill.paid_minor) == (PaymentStatus.PAID, 10000)
    assert held == {UNCATEGORIZED_EXPENSE: (10000, 0), MONEY_OUT_CLEARING: (-10000, 0)}


def test_both_legs_returned_leave_nothing_but_the_bill(company):
    story = Story(company)
    story.at(CLEARED)
    story.transfer(Leg.DISBURSEMENT, transfers.return_transfer, "R03")
    story.transfer(Leg.FUNDING, transfers.return_transfer, "R01")
    payment, bill, held = story.at(CREDIT_RETURNS)
    assert payment.single_status is SingleStatus.FUNDING_FAILED_VOIDED
    assert (bill.payment_status, bill.due_minor) == (PaymentStatus.UNPAID, 10000)
    assert held == {UNCATEGORIZED_EXPENSE: (10000, 0), ACCOUNTS_PAYABLE: (-10000, 0)}


def test_both_legs_returned_the_other_way_round_leave_nothing_but_the_bill_either(company):
    story = Story(company)
    story.at(CLEARED)
    story.transfer(Leg.FUNDING, transfers.return_transfer, "R10")
    story.transfer(Leg.DISBURSEMENT, transfers.return_transfer, "R03")
    payment, bill, held = story.at(CREDIT_RETURNS)
    assert payment.single_status is SingleStatus.FUNDING_FAILED_VOIDED
    assert (bill.payment_status, bill.due_minor) == (PaymentStatus.UNPAID, 10000)
    assert held == {UNCATEGORIZED_EXPENSE: (10000, 0), ACCOUNTS_PAYABLE: (-10000, 0)}


def test_a_leg_settled_early_is_not_settled_again(company):
    story = Story(company)
    story.at(CUT_OFF)
    story.transfer(Leg.FUNDING, transfers.settle)
    payment, _, _ = story.at(CUT_OFF)
    assert payment.single_status is SingleStatus.PROCESSED
    payment, bill, held = story.at(CREDIT_RETURNS)
    assert (payment.single_status, bill.paid_minor) == (SingleStatus.CLEARED, 10000)
    assert held == {UNCATEGORIZED_EXPENSE: (10000, 0), story.account.id: (-10000, 0)}
    assert len(files_of(company)) == 2


def test_a_return_before_the_magic_one_is_due_is_final(company):
    story = Story(company, bank="111110001")
    story.at(FUNDING_STARTS)
    story.transfer(Leg.FUNDING, transfers.return_transfer, "R08")
    payment, _, _ = story.at(CREDIT_RETURNS)
    assert (payment.single_status, payment.return_code) == (SingleStatus.FUNDING_FAILED_VOIDED, "R08")
