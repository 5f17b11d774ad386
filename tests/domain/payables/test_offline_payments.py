"""Payments made elsewhere: the books follow at once, and back when one is voided."""

from __future__ import annotations

from datetime import date

import pytest

from billfold import ledger
from billfold.accounting import classifications
from billfold.accounting.classifications import ClassificationIsArchived
from billfold.accounting.model import ClassificationDraft, Kind
from billfold.kit.errors import InvalidField, NotFound
from billfold.ledger import ACCOUNTS_PAYABLE, MONEY_OUT_CLEARING
from billfold.parties import vendors
from billfold.payables.bills import bills
from billfold.payables.bills.bill_amounts import Overpayment
from billfold.payables.bills.model import PaymentStatus
from billfold.payables.payments import payments
from billfold.payables.payments.model import DisbursementType, SingleStatus
from billfold.payables.payments.payment_rules import BillOfAnotherVendor, PartsRefused, ProcessDateInvalid
from billfold.payables.voids.void_requests import PaymentNotVoidable
from tests.builders import a_bill, a_payment, a_vendor, advance, dump, record_payment, refused, void
from tests.readings import balances


@pytest.fixture
def bill(company):
    with company.ctx() as ctx:
        return a_bill(ctx, a_vendor(ctx, bank=None), amount="100.00")


def test_a_recorded_payment_pays_its_bill_at_once(company, bill):
    with company.ctx() as ctx:
        view = record_payment(ctx, (bill, "60.00"), sync_reference="1042", to_print_check=True, description="Rent")
        payment, paid = view.payment, bills.get_bill(ctx, bill.bill.id).bill
        assert (payment.online, payment.disbursement_type) == (False, DisbursementType.OFFLINE)
        assert (payment.single_status, payment.sync_reference) == (SingleStatus.CLEARED, "1042")
        assert (paid.paid_minor, paid.due_minor, paid.payment_status) == (6000, 4000, PaymentStatus.PARTIALLY_PAID)
        assert paid.last_payment_on == date(2026, 1, 12)
        assert payments.get_payment(ctx, payment.id) == view
        assert balances(ctx) == {
            "uncategorized": (10000, 0), ACCOUNTS_PAYABLE: (-4000, 0), MONEY_OUT_CLEARING: (-6000, 0),
        }  # fmt: skip
        record_payment(ctx, (bill, "40.00"))
        assert bills.get_bill(ctx, bill.bill.id).bill.payment_status is PaymentStatus.PAID


def test_it_is_posted_to_the_account_that_it_names(company, bill):
    with company.ctx() as ctx:
        cash = classifications.create(ctx, Kind.CHART_OF_ACCOUNT, ClassificationDraft(name="Petty Cash"))
        record_payment(ctx, (bill, "100.00"), chart_of_account_id=cash.id)
        assert balances(ctx) == {"uncategorized": (10000, 0), cash.id: (-10000, 0)}
        assert bills.get_bill(ctx, bill.bill.id).bill.pay_from_chart_of_account_id == cash.id


def test_several_bills_of_one_vendor_are_one_payment(company, bill):
    with company.ctx() as ctx:
        vendor = vendors.get_vendor(ctx, bill.bill.vendor_id)
        second = a_bill(ctx, vendor, amount="5.00")
        view = record_payment(ctx, (bill, "100.00"), (second, "5.00"))
        assert (view.payment.amount_minor, len(view.bill_payments)) == (10500, 2)
        other = a_bill(ctx, a_vendor(ctx, name="Other"))
        third = a_bill(ctx, vendor)
    before = dump(company.database)
    refusal = refused(company, lambda ctx: record_payment(ctx, (third, "1.00"), (other, "1.00")))
    assert [[type(one) for one in checks.found] for checks in refusal.by_part] == [[], [BillOfAnotherVendor]]
    assert dump(company.database) == before


def test_a_bill_in_another_currency_can_be_recorded(company):
    with company.ctx() as ctx:
        bill = a_bill(ctx, a_vendor(ctx, bill_currency="EUR"), amount="50.00")
        payment = record_payment(ctx, (bill, "50.00")).payment
        assert (payment.currency, payment.amount_minor, payment.funding_minor) == ("EUR", 5000, None)
        assert ledger.verify(ctx) == []


def test_a_bill_of_an_archived_vendor_can_be_recorded_as_paid(company, bill):
    with company.ctx() as ctx:
        vendors.archive_vendor(ctx, bill.bill.vendor_id)
        assert record_payment(ctx, (bill, "1.00")).payment.amount_minor == 100


def test_more_than_is_due_is_not_recorded(company, bill):
    with company.ctx() as ctx:
        record_payment(ctx, (bill, "99.00"))
    refusal = refused(company, lambda ctx: record_payment(ctx, (bill, "1.01")))
    assert isinstance(refusal, PartsRefused)
    assert [type(one) for one in refusal.refusals] == [Overpayment]


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"description": "x" * 71}, InvalidField),
        ({"sync_reference": "x" * 101}, InvalidField),
        ({"process_on": date(2027, 1, 14)}, ProcessDateInvalid),
        ({"chart_of_account_id": "0ca01NOSUCHACCOUNTxx"}, NotFound),
        ({"vendor_id": "00901NOSUCHVENDORxxx"}, NotFound),
    ],
)
def test_what_makes_no_sense_is_not_recorded(company, bill, fields, kind):
    assert isinstance(refused(company, lambda ctx: record_payment(ctx, (bill, "1.00"), **fields)), kind)


def test_an_archived_account_is_not_posted_to(company, bill):
    with company.ctx() as ctx:
        cash = classifications.create(ctx, Kind.CHART_OF_ACCOUNT, ClassificationDraft(name="Old Cash"))
        classifications.archive(ctx, Kind.CHART_OF_ACCOUNT, cash.id)
    refusal = refused(company, lambda ctx: record_payment(ctx, (bill, "1.00"), chart_of_account_id=cash.id))
    assert isinstance(refusal, ClassificationIsArchived)


def test_the_newest_day_stays_the_last_payment_of_vendor_and_bill(company, bill):
    with company.ctx() as ctx:
        record_payment(ctx, (bill, "1.00"))
        record_payment(ctx, (bill, "1.00"), process_on=date(2025, 12, 1))
        assert vendors.get_vendor(ctx, bill.bill.vendor_id).last_payment_on == date(2026, 1, 12)
        assert bills.get_bill(ctx, bill.bill.id).bill.last_payment_on == date(2026, 1, 12)


# Voiding


def test_a_voided_record_gives_its_bills_back_and_is_reversed(company, bill):
    with company.ctx() as ctx:
        view = record_payment(ctx, (bill, "100.00"))
        voided = void(ctx, view.payment.id).payment
        back = bills.get_bill(ctx, bill.bill.id).bill
        assert voided.single_status is SingleStatus.VOIDED
        assert (back.due_minor, back.payment_status, back.last_payment_on) == (10000, PaymentStatus.UNPAID, None)
        assert balances(ctx) == {"uncategorized": (10000, 0), ACCOUNTS_PAYABLE: (-10000, 0)}
    refusal = refused(company, lambda ctx: void(ctx, view.payment.id))
    assert isinstance(refusal, PaymentNotVoidable)


def test_a_payment_that_moved_money_is_not_voided_as_a_record(company):
    with company.ctx() as ctx:
        payment = a_payment(ctx, a_bill(ctx, a_vendor(ctx))).payment
    advance(company, days=4)
    assert isinstance(refused(company, lambda ctx: void(ctx, payment.id)), PaymentNotVoidable)
