"""Vendor credits at work: in bills, in payments of every kind, and back again."""

from __future__ import annotations

from decimal import Decimal

import pytest

from billfold import ledger
from billfold.kit.errors import InvalidField, NotFound
from billfold.kit.query import Query
from billfold.payables.bills import bills
from billfold.payables.bills.bill_amounts import Overpayment
from billfold.payables.bills.bills import BillUsesCredits
from billfold.payables.bills.model import PaymentStatus
from billfold.payables.credits import credit_applications, vendor_credits
from billfold.payables.credits.credit_applications import CreditExceeded, CreditIsArchived, CreditOfAnotherVendor
from billfold.payables.credits.model import CreditAmount, VendorCreditStatus
from billfold.payables.payments import payments
from billfold.payables.payments.model import SingleStatus
from billfold.payables.payments.payment_rules import PartsRefused
from billfold.payables.voids.cancellations import cancel_payment
from billfold.rails import transfers
from billfold.rails.model import Leg
from tests.builders import (
    a_bank_account,
    a_bill,
    a_credit,
    a_line,
    a_payment,
    a_vendor,
    advance,
    of_credit,
    pay_bills,
    record_payment,
    refused,
    void,
)

NOT, PART, FULL, BUSY = (
    VendorCreditStatus.NOT_APPLIED,
    VendorCreditStatus.PARTIALLY_APPLIED,
    VendorCreditStatus.FULLY_APPLIED,
    VendorCreditStatus.IN_PROCESS,
)


class Stage:
    """A vendor, a bill of 100.00 and a credit of 40.00."""

    def __init__(self, company, *, bank="222221234", **vendor_fields):
        self.company = company
        with company.ctx() as ctx:
            self.account = a_bank_account(ctx)
            self.vendor = a_vendor(ctx, bank=bank, **vendor_fields)
            self.bill = a_bill(ctx, self.vendor)
            self.credit = a_credit(ctx, self.vendor)

    def amounts(self, bill=None):
        """The bill's status, and what of it is credited, credited in payments under way, scheduled, paid, and due."""
        with self.company.ctx() as ctx:
            found = bills.get_bill(ctx, (bill or self.bill).bill.id).bill
        return (
            found.payment_status,
            found.credit_minor,
            found.pending_credit_minor,
            found.scheduled_minor,
            found.paid_minor,
            found.due_minor,
        )

    def used(self, credit=None):
        """The credit's status, what of it is applied, and which payment uses how much."""
        with self.company.ctx() as ctx:
            assert ledger.verify(ctx) == []
            view = vendor_credits.get_credit(ctx, (credit or self.credit).credit.id)
        usage = [(use.payment_id, use.amount_minor) for use in view.usage]
        assert sum(minor for _, minor in usage) == view.credit.applied_minor
        return view.credit.status, view.credit.applied_minor, usage

    def do(self, work):
        with self.company.ctx() as ctx:
            return work(ctx)

    def list_credits(self, *credits, bill=None):
        """Replace the bill's credits, as PUT does."""
        return self.do(lambda ctx: bills.update_bill(ctx, (bill or self.bill).bill.id, {}, None, list(credits)))

    def pay(self, amount, *credits):
        wanted = (self.bill, amount, *credits)
        return self.do(lambda ctx: pay_bills(ctx, wanted, account=self.account)[0]).payment


@pytest.fixture
def stage(company):
    return Stage(company)


# By the bill itself


def test_a_new_bill_uses_what_it_lists(stage):
    with stage.company.ctx() as ctx:
        bill = a_bill(ctx, stage.vendor, amount="60.00", credits=[of_credit(stage.credit, "25.00")])
    assert stage.amounts(bill) == (PaymentStatus.PARTIALLY_PAID, 2500, 0, 0, 0, 3500)
    assert stage.used() == (PART, 2500, [(None, 2500)])


def test_a_bill_that_credits_cover_is_paid(stage):
    with stage.company.ctx() as ctx:
        bill = a_bill(ctx, stage.vendor, amount="40.00", credits=[of_credit(stage.credit, "40.00")])
    assert stage.amounts(bill) == (PaymentStatus.PAID, 4000, 0, 0, 0, 0)
    assert stage.used()[0] is FULL


def test_a_whole_list_replaces_the_one_before_and_an_empty_one_gives_everything_back(stage):
    with stage.company.ctx() as ctx:
        other = a_credit(ctx, stage.vendor, amount="10.00")
    stage.list_credits(of_credit(stage.credit, "40.00"), of_credit(other, "5.00"))
    assert stage.amounts()[1] == 4500
    stage.list_credits(of_credit(stage.credit, "15.00"))
    assert (stage.used(), stage.used(other)) == ((PART, 1500, [(None, 1500)]), (NOT, 0, []))
    stage.list_credits()
    assert stage.used() == (NOT, 0, [])
    assert stage.amounts() == (PaymentStatus.UNPAID, 0, 0, 0, 0, 10000)


def test_a_patch_changes_the_credits_it_lists_and_leaves_the_others(stage):
    with stage.company.ctx() as ctx:
        other = a_credit(ctx, stage.vendor, amount="10.00")
    stage.list_credits(of_credit(stage.credit, "40.00"))
    bill_id = stage.bill.bill.id
    stage.do(lambda ctx: bills.patch_bill(ctx, bill_id, {}, [], [of_credit(other, "3.00")]))
    stage.do(lambda ctx: bills.patch_bill(ctx, bill_id, {"description": "Wet"}, []))
    stage.do(lambda ctx: bills.patch_bill(ctx, bill_id, {}, [], [of_credit(stage.credit, "39.00")]))
    assert (stage.used()[1], stage.used(other)[1], stage.amounts()[1]) == (3900, 300, 4200)


def test_an_update_that_says_nothing_of_credits_leaves_them(stage):
    stage.list_credits(of_credit(stage.credit, "40.00"))
    stage.do(lambda ctx: bills.update_bill(ctx, stage.bill.bill.id, {"description": "Wet"}))
    assert stage.used()[1] == 4000


def test_all_of_a_credit_can_be_listed_again_while_the_bill_uses_it(stage):
    for _ in range(2):
        stage.list_credits(of_credit(stage.credit, "40.00"))
    assert stage.used() == (FULL, 4000, [(None, 4000)])


def direct(stage, *credits):
    return refused(stage.company, lambda ctx: bills.update_bill(ctx, stage.bill.bill.id, {}, None, list(credits)))


def test_no_more_than_is_left_of_a_credit_is_used(stage):
    with stage.company.ctx() as ctx:
        a_bill(ctx, stage.vendor, credits=[of_credit(stage.credit, "30.00")])
    assert isinstance(direct(stage, of_credit(stage.credit, "10.01")), CreditExceeded)
    stage.list_credits(of_credit(stage.credit, "10.00"))
    assert stage.used()[0] is FULL


def test_no_more_than_is_due_is_credited(stage):
    with stage.company.ctx() as ctx:
        large = a_credit(ctx, stage.vendor, amount="500.00")
    stage.pay("70.00")
    found = direct(stage, of_credit(large, "30.01"))
    assert isinstance(found, Overpayment)
    assert found.parameters["due"] == Decimal("30.00")
    stage.list_credits(of_credit(large, "30.00"))
    assert stage.amounts()[-1] == 0

    def too_small(ctx):
        a_bill(ctx, stage.vendor, amount="10.00", credits=[of_credit(large, "10.01")])

    assert isinstance(refused(stage.company, too_small), Overpayment)


def test_credits_of_another_vendor_or_currency_and_archived_ones_are_refused(stage):
    with stage.company.ctx() as ctx:
        theirs = a_credit(ctx, a_vendor(ctx))
        gone = a_credit(ctx, stage.vendor)
        vendor_credits.archive_credit(ctx, gone.credit.id)
        foreign = a_credit(ctx, a_vendor(ctx, bill_currency="EUR"))
    assert isinstance(direct(stage, of_credit(theirs, "1.00")), CreditOfAnotherVendor)
    assert isinstance(direct(stage, of_credit(gone, "1.00")), CreditIsArchived)
    assert isinstance(direct(stage, CreditAmount("vcr01NOBODYNOBODY1ab", Decimal(1))), NotFound)
    found = direct(stage, of_credit(foreign, "1.00"))
    assert [type(one) for one in found.refusals] == [CreditOfAnotherVendor, InvalidField]


@pytest.mark.parametrize("amount", ["0.00", "-1.00", "0.001"])
def test_an_amount_of_a_credit_is_more_than_zero_and_whole_cents(stage, amount):
    found = direct(stage, of_credit(stage.credit, amount))
    assert isinstance(found, InvalidField)
    assert found.path == "credits[0].amount"


def test_a_credit_is_listed_once(stage):
    found = direct(stage, of_credit(stage.credit, "1.00"), of_credit(stage.credit, "2.00"))
    assert (found.path, found.text) == ("credits[1].credit_id", "is that of [0] too")


def test_a_bill_that_uses_credits_keeps_its_vendor_its_place_and_what_they_cover(stage):
    with stage.company.ctx() as ctx:
        other = a_vendor(ctx)
    stage.list_credits(of_credit(stage.credit, "40.00"))
    bill_id = stage.bill.bill.id
    for work in (
        lambda ctx: bills.archive_bill(ctx, bill_id),
        lambda ctx: bills.update_bill(ctx, bill_id, {"vendor_id": other.id}),
        lambda ctx: bills.patch_bill(ctx, bill_id, {"vendor_id": other.id}, [], [of_credit(stage.credit, "40.00")]),
    ):
        found = refused(stage.company, work)
        assert isinstance(found, (BillUsesCredits, CreditOfAnotherVendor))
    small = refused(stage.company, lambda ctx: bills.update_bill(ctx, bill_id, {}, [a_line("39.99")]))
    assert isinstance(small, Overpayment)
    covered = stage.do(lambda ctx: bills.update_bill(ctx, bill_id, {}, [a_line("40.00")]))
    assert covered.bill.payment_status is PaymentStatus.PAID
    moved = stage.do(lambda ctx: bills.update_bill(ctx, bill_id, {"vendor_id": other.id}, None, []))
    assert (moved.bill.vendor_id, moved.bill.payment_status) == (other.id, PaymentStatus.UNPAID)


# With payments


def test_a_payment_and_its_credits_settle_a_bill_stage_by_stage(stage):
    payment = stage.pay("60.00", of_credit(stage.credit, "40.00"))
    assert payment.amount_minor == 6000
    assert stage.amounts() == (PaymentStatus.SCHEDULED, 4000, 4000, 6000, 0, 0)
    assert stage.used() == (BUSY, 4000, [(payment.id, 4000)])
    advance(stage.company, days=2)
    assert stage.amounts() == (PaymentStatus.IN_PROCESS, 4000, 4000, 6000, 0, 0)
    assert stage.used()[0] is BUSY
    advance(stage.company, days=10)
    assert stage.amounts() == (PaymentStatus.PAID, 4000, 0, 0, 6000, 0)
    assert stage.used() == (FULL, 4000, [(payment.id, 4000)])


def test_money_and_credits_together_do_not_overpay(stage):
    def pay(ctx):
        pay_bills(ctx, (stage.bill, "60.01", of_credit(stage.credit, "40.00")), account=stage.account)

    found = refused(stage.company, pay)
    assert isinstance(found, PartsRefused)
    assert isinstance(found.of_part(0), Overpayment)


def test_one_credit_serves_the_bills_of_a_run_only_once(company):
    stage = Stage(company, combine_payments=False)
    with stage.company.ctx() as ctx:
        second = a_bill(ctx, stage.vendor)

    def pay(ctx, last):
        wanted = [
            (stage.bill, "50.00", of_credit(stage.credit, "30.00")),
            (second, "50.00", of_credit(stage.credit, last)),
        ]
        return pay_bills(ctx, *wanted, account=stage.account)

    found = refused(stage.company, lambda ctx: pay(ctx, "10.01"))
    assert [[type(one) for one in part.found] for part in found.by_part] == [[], [CreditExceeded]]
    made = stage.do(lambda ctx: pay(ctx, "10.00"))
    assert stage.used() == (BUSY, 4000, [(made[0].payment.id, 3000), (made[1].payment.id, 1000)])


def test_a_combined_payment_has_the_credits_of_all_its_bills(company):
    stage = Stage(company, combine_payments=True)
    with company.ctx() as ctx:
        second = a_bill(ctx, stage.vendor)
        wanted = [
            (stage.bill, "90.00", of_credit(stage.credit, "10.00")),
            (second, "95.00", of_credit(stage.credit, "5.00")),
        ]
        (made,) = pay_bills(ctx, *wanted, account=stage.account)
    assert [(use.bill_id, use.amount_minor) for use in made.credits] == [
        (stage.bill.bill.id, 1000),
        (second.bill.id, 500),
    ]
    with company.ctx() as ctx:
        assert payments.get_payment(ctx, made.payment.id).credits == made.credits
        assert payments.list_payments(ctx, Query(limit=10)).items[0].credits == made.credits
    assert stage.amounts(second) == (PaymentStatus.SCHEDULED, 500, 500, 9500, 0, 0)


def test_a_bill_that_credits_cover_is_skipped_by_the_money_of_a_run_that_lets_it(stage):
    with stage.company.ctx() as ctx:
        small = a_bill(ctx, stage.vendor, amount="25.00", credits=[of_credit(stage.credit, "10.00")])
        wanted = [
            (small, "0.00", of_credit(stage.credit, "15.00")),
            (stage.bill, "85.00", of_credit(stage.credit, "15.00")),
        ]
        (made,) = pay_bills(ctx, *wanted, account=stage.account, covered=True)
    assert [part.bill_id for part in made.bill_payments] == [stage.bill.bill.id]
    assert stage.amounts(small) == (PaymentStatus.PAID, 2500, 0, 0, 0, 0)
    assert stage.used() == (BUSY, 4000, [(None, 2500), (made.payment.id, 1500)])
    stage.list_credits(bill=small)
    assert stage.used()[1] == 1500, "what no payment holds is the bill's to give back"


@pytest.mark.parametrize(("amount", "covered"), [("40.00", False), ("39.99", True)])
def test_no_money_is_refused_unless_credits_are_all_that_is_due(stage, amount, covered):
    with stage.company.ctx() as ctx:
        bill = a_bill(ctx, stage.vendor, amount="40.00")
    wanted = (bill, "0.00", of_credit(stage.credit, amount))
    found = refused(stage.company, lambda ctx: pay_bills(ctx, wanted, account=stage.account, covered=covered))
    assert found.of_part(0).path == "amount"


def test_a_run_of_covered_bills_alone_makes_no_payment(stage):
    with stage.company.ctx() as ctx:
        bill = a_bill(ctx, stage.vendor, amount="40.00")
        assert (
            pay_bills(ctx, (bill, "0.00", of_credit(stage.credit, "40.00")), account=stage.account, covered=True) == []
        )
    assert stage.amounts(bill)[0] is PaymentStatus.PAID


def test_a_recorded_payment_uses_credits_at_once(stage):
    with stage.company.ctx() as ctx:
        view = record_payment(ctx, (stage.bill, "70.00", of_credit(stage.credit, "30.00")))
    assert stage.amounts() == (PaymentStatus.PAID, 3000, 0, 0, 7000, 0)
    assert stage.used() == (PART, 3000, [(view.payment.id, 3000)])
    stage.do(lambda ctx: void(ctx, view.payment.id))
    assert stage.amounts() == (PaymentStatus.UNPAID, 0, 0, 0, 0, 10000)
    assert stage.used() == (NOT, 0, [])


def test_a_bill_made_with_its_payment_is_of_the_amount_and_its_credits(stage):
    with stage.company.ctx() as ctx:
        use = (of_credit(stage.credit, "15.00"),)
        view = a_payment(ctx, stage.bill, amount="85.00", bank_account=stage.account, credits=use)
        draft = payments.PaymentDraft(
            bill_id=None,
            vendor_id=stage.vendor.id,
            funding_account=view.payment.funding_account,
            amount=Decimal("10.00"),
            credits=(of_credit(stage.credit, "5.00"),),
        )
        made = payments.create_payment(ctx, draft)
        bill = bills.get_bill(ctx, made.bill_payments[0].bill_id).bill
    assert (bill.amount_minor, bill.credit_minor, bill.due_minor) == (1500, 500, 0)


# Back again


def calls_off(stage, payment_id):
    stage.do(lambda ctx: cancel_payment(ctx, payment_id))


def debit_comes_back(stage, payment_id):
    advance(stage.company, days=1)

    def bounce(ctx):
        transfers.return_transfer(ctx, transfers.leg_of(ctx, payment_id, Leg.FUNDING), "R01")

    stage.do(bounce)


def is_voided(stage, payment_id):
    while True:
        advance(stage.company, hours=4)
        with stage.company.ctx() as ctx:
            if payments.get_payment(ctx, payment_id).payment.single_status is SingleStatus.PROCESSED:
                break
    stage.do(lambda ctx: void(ctx, payment_id))


@pytest.mark.parametrize("ends", [calls_off, debit_comes_back, is_voided])
def test_a_payment_that_is_no_more_gives_credits_back_to_credit_and_bill(stage, ends):
    payment = stage.pay("60.00", of_credit(stage.credit, "30.00"))
    ends(stage, payment.id)
    assert stage.amounts() == (PaymentStatus.UNPAID, 0, 0, 0, 0, 10000)
    assert stage.used() == (NOT, 0, [])
    again = stage.pay("60.00", of_credit(stage.credit, "40.00"))
    assert stage.used() == (BUSY, 4000, [(again.id, 4000)])


def test_what_a_payment_uses_is_not_the_bills_to_give_back(stage):
    payment = stage.pay("60.00", of_credit(stage.credit, "30.00"))
    stage.list_credits(of_credit(stage.credit, "10.00"))
    assert stage.used() == (BUSY, 4000, [(payment.id, 3000), (None, 1000)])
    stage.list_credits()
    assert stage.used() == (BUSY, 3000, [(payment.id, 3000)])
    assert stage.amounts() == (PaymentStatus.SCHEDULED, 3000, 3000, 6000, 0, 1000)


def test_every_use_is_read_and_listed_those_given_back_too(stage):
    payment = stage.pay("60.00", of_credit(stage.credit, "30.00"))
    calls_off(stage, payment.id)
    stage.list_credits(of_credit(stage.credit, "10.00"))
    with stage.company.ctx() as ctx:
        listed = credit_applications.list_applications(ctx, Query(limit=10)).items
        assert [(use.payment_id, use.amount_minor) for use in listed] == [(payment.id, 3000), (None, 1000)]
        assert credit_applications.get_application(ctx, listed[0].id) == listed[0]
        assert listed[0].id.startswith("bcr")
    unknown = refused(stage.company, lambda ctx: credit_applications.get_application(ctx, "bcr01NOBODYNOBODY1ab"))
    assert isinstance(unknown, NotFound)


def test_events_tell_what_happens_to_a_credit(stage):
    payment = stage.pay("60.00", of_credit(stage.credit, "30.00"))
    advance(stage.company, days=12)
    with stage.company.ctx() as ctx:
        record_payment(ctx, (stage.bill, "5.00", of_credit(stage.credit, "5.00")))
    with stage.company.ctx() as ctx:
        rows = ctx.tx.all(
            "SELECT name FROM events WHERE organization_id = ? AND subject_id = ? ORDER BY number",
            (ctx.organization_id, stage.credit.credit.id),
        )
    assert payment.single_status is SingleStatus.SCHEDULED
    assert [name for (name,) in rows] == [
        "VendorCreditCreated",
        "VendorCreditApplied",
        "VendorCreditUpdated",
        "VendorCreditApplied",
    ]
