"""Bills: their amounts, their lines, and what they post."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from billfold import ledger
from billfold.accounting import classifications
from billfold.accounting.model import ClassificationDraft, Kind
from billfold.kit.ctx import RecordStatus
from billfold.kit.errors import InvalidField, NotFound, Refusals
from billfold.ledger import ACCOUNTS_PAYABLE, UNCATEGORIZED_EXPENSE, Code
from billfold.parties import vendors
from billfold.parties.customers import create_customer
from billfold.parties.model import CustomerDraft
from billfold.parties.vendors import VendorIsArchived
from billfold.payables.bills import bills
from billfold.payables.bills.bills import BillHasPayments, BillIsArchived
from billfold.payables.bills.model import PaymentStatus
from billfold.payables.lines.lines import LineNotOfDocument
from tests.builders import a_bill, a_line, a_payment, a_vendor, refused


def total_of(company, *lines):
    with company.ctx() as ctx:
        return a_bill(ctx, a_vendor(ctx), lines=list(lines)).bill.amount_minor


def refusal_of(company, *lines):
    return refused(company, lambda ctx: a_bill(ctx, a_vendor(ctx), lines=list(lines)))


def payable(ctx):
    """What the ledger says the company owes, in minor units."""
    held = {row.account: row.balance_minor for row in ledger.trial_balance(ctx)}
    return -held.get(ACCOUNTS_PAYABLE, 0)


# Amounts


def test_a_bill_is_the_sum_of_its_lines(company):
    assert total_of(company, a_line("100.00"), a_line("20.50"), a_line("-0.50")) == 12000


def test_a_line_without_amount_is_quantity_times_price(company):
    assert total_of(company, a_line(quantity="3", price="33.335")) == 10001


def test_an_amount_given_wins_over_quantity_times_price(company):
    assert total_of(company, a_line("7.00", quantity="3", price="2")) == 700


def test_noise_of_floating_point_is_rounded_away(company):
    assert total_of(company, a_line("149.97000000000003")) == 14997
    assert total_of(company, a_line("149.96999999999997")) == 14997


@pytest.mark.parametrize("amount", ["1.005", "0.001", "99.999"])
def test_real_extra_decimals_are_refused(company, amount):
    refusal = refusal_of(company, a_line(amount))
    assert isinstance(refusal, InvalidField)
    assert refusal.path == "lines[0].amount"


@pytest.mark.parametrize("amount", ["1e308", "-1e308", "1e14", "NaN", "Infinity", "-Infinity"])
def test_amounts_out_of_range_are_refused(company, amount):
    assert "out of range" in str(refusal_of(company, a_line(amount)))


@pytest.mark.parametrize(("quantity", "price"), [("1e308", "1"), ("1e12", "1e12"), ("NaN", "1"), ("1", "Infinity")])
def test_quantity_times_price_out_of_range_is_refused(company, quantity, price):
    assert "out of range" in str(refusal_of(company, a_line(quantity=quantity, price=price)))


def test_a_line_with_neither_amount_nor_quantity_and_price_is_refused(company):
    assert "must not be null" in str(refusal_of(company, a_line(quantity="3")))


def test_a_negative_total_is_refused(company):
    assert "less than zero" in str(refusal_of(company, a_line("10.00"), a_line("-10.01")))


def test_a_total_of_zero_is_a_bill_that_posts_nothing(company):
    with company.ctx() as ctx:
        view = a_bill(ctx, a_vendor(ctx), lines=[a_line("0.00")])
        assert view.bill.amount_minor == 0
        assert ledger.transfers_of(ctx, view.bill.id) == []


def test_a_bill_has_a_thousand_lines_at_most(company):
    assert total_of(company, *[a_line("0.01")] * 1_000) == 1_000
    assert "more than 1000 lines" in str(refusal_of(company, *[a_line("0.01")] * 1_001))


def test_a_bill_without_lines_is_refused(company):
    assert "must not be empty" in str(refusal_of(company))


def test_everything_wrong_with_a_bill_is_reported_together(company):
    refusal = refused(
        company,
        lambda ctx: a_bill(ctx, a_vendor(ctx), invoice_number=" ", lines=[a_line("1.005"), a_line("1e308")]),
    )
    assert isinstance(refusal, Refusals)
    assert [one.path for one in refusal.refusals] == ["invoice_number", "lines[0].amount", "lines[1].amount"]


def test_a_refused_bill_leaves_nothing_behind(company):
    refusal_of(company, a_line("1.005"))
    with company.ctx() as ctx:
        assert ledger.trial_balance(ctx) == []


# What a bill names


def test_a_bill_takes_the_vendors_currency(company):
    with company.ctx() as ctx:
        bill = a_bill(ctx, a_vendor(ctx, bill_currency="JPY"), amount="100").bill
        assert (bill.currency, bill.amount_minor) == ("JPY", 100)


def test_a_bill_of_an_archived_vendor_is_refused(company):
    with company.ctx() as ctx:
        vendor = vendors.archive_vendor(ctx, a_vendor(ctx).id)
    assert isinstance(refused(company, lambda ctx: a_bill(ctx, vendor)), VendorIsArchived)


def test_a_bill_cannot_name_what_does_not_exist(company):
    assert isinstance(refusal_of(company, a_line("1.00", chart_of_account_id="0ca01NOSUCHACCOUNTx")), NotFound)
    assert isinstance(refusal_of(company, a_line("1.00", customer_id="0cu01NOSUCHCUSTOMERx")), NotFound)


def test_a_bill_can_name_a_customer(company):
    with company.ctx() as ctx:
        customer = create_customer(ctx, CustomerDraft(name="Wile E. Coyote"))
        view = a_bill(ctx, a_vendor(ctx), lines=[a_line("1.00", customer_id=customer.id)])
        assert view.lines[0].customer_id == customer.id


def test_a_new_line_cannot_name_an_archived_account_but_an_old_one_keeps_it(company):
    with company.ctx() as ctx:
        account = an_expense_account(ctx)
        vendor = a_vendor(ctx)
        view = a_bill(ctx, vendor, lines=[a_line("1.00", chart_of_account_id=account.id)])
        classifications.archive(ctx, Kind.CHART_OF_ACCOUNT, account.id)
        kept = a_line("2.00", id=view.lines[0].id, chart_of_account_id=account.id)
        assert bills.update_bill(ctx, view.bill.id, {}, [kept]).bill.amount_minor == 200
    refusal = refused(company, lambda ctx: a_bill(ctx, vendor, lines=[a_line("1.00", chart_of_account_id=account.id)]))
    assert isinstance(refusal, classifications.ClassificationIsArchived)


# Changing lines


def three_lines(ctx):
    return a_bill(ctx, a_vendor(ctx), lines=[a_line("1.00"), a_line("2.00"), a_line("4.00")])


def test_an_update_keeps_listed_lines_adds_new_ones_and_removes_the_others(company):
    with company.ctx() as ctx:
        before = three_lines(ctx)
        first, _, third = (line.id for line in before.lines)
        drafts = [a_line("40.00", id=third), a_line("8.00"), a_line("10.00", id=first)]
        bills.update_bill(ctx, before.bill.id, {}, drafts)
        after = bills.get_bill(ctx, before.bill.id)
        assert [line.amount_minor for line in after.lines] == [4000, 800, 1000]
        assert [line.id for line in after.lines][::2] == [third, first]
        assert after.lines[1].id not in {line.id for line in before.lines}
        assert after.bill.amount_minor == 5800


def test_an_update_without_lines_leaves_them_alone(company):
    with company.ctx() as ctx:
        before = three_lines(ctx)
        after = bills.update_bill(ctx, before.bill.id, {"po_number": "PO-7"})
        assert after.lines == before.lines
        assert after.bill.po_number == "PO-7"


def test_an_update_refuses_a_line_listed_twice(company):
    with company.ctx() as ctx:
        before = three_lines(ctx)
    twice = [a_line("1.00", id=before.lines[0].id)] * 2
    assert isinstance(
        refused(company, lambda ctx: bills.update_bill(ctx, before.bill.id, {}, twice)), LineNotOfDocument
    )


def test_an_update_refuses_a_line_of_another_bill(company):
    with company.ctx() as ctx:
        one, other = three_lines(ctx), three_lines(ctx)
    foreign = [a_line("1.00", id=other.lines[0].id)]
    assert isinstance(refused(company, lambda ctx: bills.update_bill(ctx, one.bill.id, {}, foreign)), LineNotOfDocument)
    with company.ctx() as ctx:
        assert bills.get_bill(ctx, one.bill.id) == one


def test_a_patch_changes_the_named_fields_of_the_named_lines(company):
    with company.ctx() as ctx:
        before = three_lines(ctx)
        bills.patch_bill(
            ctx,
            before.bill.id,
            {"description": "patched"},
            [(before.lines[1].id, {"amount": Decimal("20.00"), "description": "two"})],
        )
        after = bills.get_bill(ctx, before.bill.id)
        assert [line.amount_minor for line in after.lines] == [100, 2000, 400]
        assert [line.description for line in after.lines] == [None, "two", None]
        assert [line.id for line in after.lines] == [line.id for line in before.lines]
        assert (after.bill.description, after.bill.amount_minor) == ("patched", 2500)


def test_a_patched_quantity_changes_the_amount(company):
    with company.ctx() as ctx:
        before = a_bill(ctx, a_vendor(ctx), lines=[a_line(quantity="2", price="5")])
        after = bills.patch_bill(ctx, before.bill.id, {}, [(before.lines[0].id, {"quantity": Decimal(3)})])
        assert after.bill.amount_minor == 1500


@pytest.mark.parametrize(
    ("line_id", "kind_of_refusal"), [(None, InvalidField), ("bli01NOSUCHLINEHERExx", LineNotOfDocument)]
)
def test_a_patch_adds_no_lines(company, line_id, kind_of_refusal):
    with company.ctx() as ctx:
        before = three_lines(ctx)
    refusal = refused(
        company, lambda ctx: bills.patch_bill(ctx, before.bill.id, {}, [(line_id, {"amount": Decimal(1)})])
    )
    assert isinstance(refusal, kind_of_refusal)


def test_the_vendor_and_amount_of_a_bill_with_payments_stay(company):
    with company.ctx() as ctx:
        view = a_bill(ctx, a_vendor(ctx), amount="100.00")
        other = a_vendor(ctx, name="Another")
        a_payment(ctx, view, amount="10.00")
        same = bills.update_bill(ctx, view.bill.id, {"po_number": "1"}, [a_line("60.00"), a_line("40.00")])
        assert same.bill.amount_minor == 10000
        assert bills.get_bill(ctx, view.bill.id).bill.scheduled_minor == 1000
    for changes, lines in (({}, [a_line("99.99")]), ({"vendor_id": other.id}, None)):
        refusal = refused(
            company, lambda ctx, changes=changes, lines=lines: bills.update_bill(ctx, view.bill.id, changes, lines)
        )
        assert isinstance(refusal, BillHasPayments)


def test_a_bill_moves_to_another_vendor_of_its_currency_only(company):
    with company.ctx() as ctx:
        view = a_bill(ctx, a_vendor(ctx))
        other, foreign = a_vendor(ctx, name="Other"), a_vendor(ctx, name="Foreign", bill_currency="EUR")
        moved = bills.update_bill(ctx, view.bill.id, {"vendor_id": other.id})
        assert (moved.bill.vendor_id, moved.vendor_name) == (other.id, "Other")
    refusal = refused(company, lambda ctx: bills.update_bill(ctx, view.bill.id, {"vendor_id": foreign.id}))
    assert isinstance(refusal, InvalidField)


# Postings


def an_expense_account(ctx):
    return classifications.create(ctx, Kind.CHART_OF_ACCOUNT, ClassificationDraft(name="Anvils"))


def test_each_account_of_the_lines_is_debited_once(company):
    with company.ctx() as ctx:
        account = an_expense_account(ctx)
        lines = [
            a_line("60.00", chart_of_account_id=account.id),
            a_line("15.00", chart_of_account_id=account.id),
            a_line("25.00"),
        ]
        view = a_bill(ctx, a_vendor(ctx), lines=lines)
        posted = ledger.transfers_of(ctx, view.bill.id)
        debited = {transfer.debit_account: transfer.amount_minor for transfer in posted}
        assert debited == {account.id: 7500, UNCATEGORIZED_EXPENSE: 2500}
        assert {transfer.credit_account for transfer in posted} == {ACCOUNTS_PAYABLE}
        assert {transfer.effective_on for transfer in posted} == {view.bill.invoice_on}


def test_a_bills_own_account_serves_lines_that_name_none(company):
    with company.ctx() as ctx:
        account = an_expense_account(ctx)
        view = a_bill(ctx, a_vendor(ctx), chart_of_account_id=account.id)
        assert [transfer.debit_account for transfer in ledger.transfers_of(ctx, view.bill.id)] == [account.id]


def test_an_account_whose_lines_are_negative_is_credited(company):
    with company.ctx() as ctx:
        account = an_expense_account(ctx)
        a_bill(ctx, a_vendor(ctx), lines=[a_line("30.00"), a_line("-10.00", chart_of_account_id=account.id)])
        held = {row.account: row.balance_minor for row in ledger.trial_balance(ctx)}
        assert held == {UNCATEGORIZED_EXPENSE: 3000, account.id: -1000, ACCOUNTS_PAYABLE: -2000}


def test_changed_lines_are_reversed_and_posted_anew(company):
    with company.ctx() as ctx:
        view = a_bill(ctx, a_vendor(ctx), amount="100.00")
        bills.update_bill(ctx, view.bill.id, {}, [a_line("80.00")])
        made = [(transfer.code, transfer.amount_minor) for transfer in ledger.transfers_of(ctx, view.bill.id)]
        assert made == [(Code.BILL, 10000), (Code.BILL_REVERSAL, 10000), (Code.BILL, 8000)]
        assert payable(ctx) == 8000
        assert ledger.verify(ctx) == []


def test_a_changed_posting_date_moves_the_postings(company):
    with company.ctx() as ctx:
        view = a_bill(ctx, a_vendor(ctx))
        bills.update_bill(ctx, view.bill.id, {"posting_on": date(2026, 2, 1)})
        *_, last = ledger.transfers_of(ctx, view.bill.id)
        assert last.effective_on == date(2026, 2, 1)


def test_a_change_that_the_ledger_does_not_see_posts_nothing(company):
    with company.ctx() as ctx:
        view = a_bill(ctx, a_vendor(ctx))
        bills.update_bill(ctx, view.bill.id, {"description": "only words"})
        assert len(ledger.transfers_of(ctx, view.bill.id)) == 1


def test_archiving_reverses_the_postings_and_restoring_makes_them_anew(company):
    with company.ctx() as ctx:
        view = a_bill(ctx, a_vendor(ctx), amount="100.00")
        assert bills.archive_bill(ctx, view.bill.id).bill.record_status is RecordStatus.INACTIVE
        assert payable(ctx) == 0
        bills.archive_bill(ctx, view.bill.id)
        assert payable(ctx) == 0
        assert bills.restore_bill(ctx, view.bill.id).bill.record_status is RecordStatus.ACTIVE
        assert payable(ctx) == 10000
        bills.restore_bill(ctx, view.bill.id)
        assert payable(ctx) == 10000
        bills.archive_bill(ctx, view.bill.id)
        assert payable(ctx) == 0
        codes = [transfer.code for transfer in ledger.transfers_of(ctx, view.bill.id)]
        assert codes == [Code.BILL, Code.BILL_REVERSAL] * 2
        assert ledger.verify(ctx) == []


def test_an_archived_bill_cannot_be_changed(company):
    with company.ctx() as ctx:
        view = a_bill(ctx, a_vendor(ctx))
        bills.archive_bill(ctx, view.bill.id)
    refusal = refused(company, lambda ctx: bills.update_bill(ctx, view.bill.id, {"po_number": "1"}))
    assert isinstance(refusal, BillIsArchived)


def test_a_bill_being_paid_cannot_be_archived(company):
    with company.ctx() as ctx:
        view = a_bill(ctx, a_vendor(ctx))
        a_payment(ctx, view, amount="1.00")
    assert isinstance(refused(company, lambda ctx: bills.archive_bill(ctx, view.bill.id)), BillHasPayments)


def test_a_bill_without_payments_is_unpaid(company):
    with company.ctx() as ctx:
        assert a_bill(ctx, a_vendor(ctx)).bill.payment_status is PaymentStatus.UNPAID


def test_unknown_and_foreign_bills_answer_the_same(company, house):
    from tests.builders import a_company

    other = a_company(company.database, house)
    with other.ctx() as ctx:
        foreign = a_bill(ctx, a_vendor(ctx)).bill.id
    for bill_id in (foreign, "00n01NOSUCHBILLHERExx"):
        refusal = refused(company, lambda ctx, bill_id=bill_id: bills.get_bill(ctx, bill_id))
        assert isinstance(refusal, NotFound)
        assert str(refusal) == f"There is no bill with the id {bill_id}."
