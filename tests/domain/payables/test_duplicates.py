"""Bills that may be one bill twice are flagged; those of one number refused, where the organization wants it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from billfold.identity.controls import update_controls
from billfold.payables.bills import bills
from billfold.payables.bills import store as bill_store
from billfold.payables.bills.duplicates import (
    LIMIT,
    BillNumberTaken,
    Likeness,
    are_near,
    list_duplicates,
    number_key,
)
from billfold.payables.payments import payments
from billfold.payables.payments.model import PaymentDraft
from tests.builders import a_bank_account, a_bill, a_vendor, from_bank, refused


@pytest.mark.parametrize(
    ("number", "key"),
    [
        ("inv-0042", "INV0042"),
        (" INV 0042/ ", "INV0042"),
        ("№ 7", "NO7"),
        ("\uff22\uff2b\uff0d\uff11", "BK1"),
        ("straße", "STRASSE"),
        ("--", "--"),
        ("?!", "?!"),
    ],
)
def test_a_number_is_compared_without_case_and_punctuation(number, key):
    assert number_key(number) == key


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("INV0042", "INV42", True),
        ("INV1O0", "INV100", True),
        ("INVL", "INV1", True),
        ("INV42", "INV24", True),
        ("INV42", "INV425", True),
        ("INV42", "1NV42", True),
        ("INV42", "INV47", True),
        ("INV42", "INV57", False),
        ("INV1234", "INV4321", False),
        ("A1", "A2", False),
        ("100", "1000", True),
        ("100", "10", False),
    ],
)
def test_near_numbers_are_one_slip_apart(one, other, near):
    assert are_near(one, other) is near
    assert are_near(other, one) is near


def flagged(ctx):
    return [(group.likeness, [bill.invoice_number for bill in group.bills]) for group in list_duplicates(ctx)]


def test_the_same_number_of_one_vendor_is_flagged_whatever_its_spelling(company):
    with company.ctx() as ctx:
        vendor, other = a_vendor(ctx), a_vendor(ctx)
        for number in ("BK-1044", "bk 1044", "BK-2"):
            a_bill(ctx, vendor, invoice_number=number, amount="10.00", due_on=date(2026, 3, 1))
        a_bill(ctx, other, invoice_number="BK-1044")
        assert flagged(ctx) == [(Likeness.SAME_NUMBER, ["BK-1044", "bk 1044"])]


def test_an_archived_bill_is_nobodys_duplicate_until_it_is_restored(company):
    with company.ctx() as ctx:
        vendor = a_vendor(ctx)
        first = a_bill(ctx, vendor)
        a_bill(ctx, vendor)
        bills.archive_bill(ctx, first.bill.id)
        assert flagged(ctx) == []
        bills.restore_bill(ctx, first.bill.id)
        assert flagged(ctx) == [(Likeness.SAME_NUMBER, ["INV-1", "INV-1"])]


def test_a_near_number_is_flagged_with_the_same_amount_and_date_alone(company):
    with company.ctx() as ctx:
        vendor = a_vendor(ctx)
        a_bill(ctx, vendor, invoice_number="INV-042")
        a_bill(ctx, vendor, invoice_number="INV-42")
        a_bill(ctx, vendor, invoice_number="INV-043", amount="100.01")
        a_bill(ctx, vendor, invoice_number="INV-044", invoice_on=date(2026, 1, 11))
        a_bill(ctx, vendor, invoice_number="unlike")
        a_bill(ctx, a_vendor(ctx), invoice_number="INV-42")
        assert flagged(ctx) == [(Likeness.NEAR_NUMBER, ["INV-042", "INV-42"])]


def test_a_changed_number_is_compared_as_it_is_now(company):
    with company.ctx() as ctx:
        vendor = a_vendor(ctx)
        a_bill(ctx, vendor, invoice_number="A-100", amount="1.00")
        second = a_bill(ctx, vendor, invoice_number="B-200", amount="2.00")
        assert flagged(ctx) == []
        bills.update_bill(ctx, second.bill.id, {"invoice_number": "a100"})
        assert flagged(ctx) == [(Likeness.SAME_NUMBER, ["A-100", "a100"])]


def test_the_newest_group_comes_first(company):
    with company.ctx() as ctx:
        vendor = a_vendor(ctx)
        for number in ("OLD-1", "NEW-1", "OLD-1", "NEW-1"):
            a_bill(ctx, vendor, invoice_number=number)
        assert [numbers[0] for _, numbers in flagged(ctx)] == ["NEW-1", "OLD-1"]


def test_the_newest_bills_alone_are_looked_at(company):
    with company.ctx() as ctx:
        vendor = a_vendor(ctx)
        made = [a_bill(ctx, vendor, invoice_number=number).bill for number in ("OLD-1", "NEW-1", "OLD-1", "NEW-1")]
        newest = bill_store.bills_alike(ctx.tx, ctx.organization_id, ("number_key",), 3)
        assert [bill.id for bill in newest] == [bill.id for bill in made[1:]]
        assert LIMIT > 3


def test_many_bills_of_one_number_are_one_group_and_near_to_another_once(company):
    with company.ctx() as ctx:
        vendor = a_vendor(ctx)
        for number in ("INV-42", "INV-42", "INV-43", "INV-42", "INV-43"):
            a_bill(ctx, vendor, invoice_number=number)
        assert flagged(ctx) == [
            (Likeness.SAME_NUMBER, ["INV-43", "INV-43"]),
            (Likeness.SAME_NUMBER, ["INV-42", "INV-42", "INV-42"]),
            (Likeness.NEAR_NUMBER, ["INV-42", "INV-42", "INV-43", "INV-42", "INV-43"]),
        ]


def test_looking_for_the_same_number_uses_an_index(company):
    with company.ctx() as ctx:
        if company.database.kind != "sqlite":
            pytest.skip("PostgreSQL scans small tables")
        a_bill(ctx, a_vendor(ctx))
        plan = ctx.tx.all(
            "EXPLAIN QUERY PLAN SELECT id FROM bills WHERE organization_id = ? AND vendor_id = ? AND number_key = ?",
            ("o", "v", "k"),
        )
        assert "bills_by_number" in repr(plan)


def test_the_flag_costs_a_new_bill_no_statement(company):
    with company.ctx() as ctx:
        vendor = a_vendor(ctx)
    statements = []
    company.database.observer = lambda sql, _: statements.append(sql)
    with company.ctx() as ctx:
        a_bill(ctx, vendor)
    company.database.observer = None
    assert [sql.split(" (")[0] for sql in statements if "number_key" in sql] == ["INSERT INTO bills"]


# Refused


@pytest.fixture
def strict(company):
    """A company that refuses duplicates."""
    with company.ctx() as ctx:
        update_controls(ctx, {"refuse_duplicate_bills": True})
    return company


def test_the_same_number_of_a_vendor_is_refused_where_that_is_wanted(strict):
    with strict.ctx() as ctx:
        vendor, other = a_vendor(ctx), a_vendor(ctx, name="Other")
        first = a_bill(ctx, vendor, invoice_number="INV-42").bill
        a_bill(ctx, other, invoice_number="INV-42")
        a_bill(ctx, vendor, invoice_number="INV-43")
    refusal = refused(strict, lambda ctx: a_bill(ctx, vendor, invoice_number="inv 42"))
    assert isinstance(refusal, BillNumberTaken)
    assert refusal.parameters["id"] == first.id


def test_a_bill_does_not_become_a_duplicate_later_either(strict):
    with strict.ctx() as ctx:
        vendor = a_vendor(ctx)
        first, second = (a_bill(ctx, vendor, invoice_number=number).bill for number in ("1", "2"))
        bills.archive_bill(ctx, first.id)
        bills.update_bill(ctx, second.id, {"invoice_number": "1"})
        bills.update_bill(ctx, second.id, {"invoice_number": "1.", "description": "The same number"})
    assert isinstance(refused(strict, lambda ctx: bills.restore_bill(ctx, first.id)), BillNumberTaken)
    with strict.ctx() as ctx:
        third = a_bill(ctx, vendor, invoice_number="3").bill
    rename = refused(strict, lambda ctx: bills.update_bill(ctx, third.id, {"invoice_number": "1"}))
    assert isinstance(rename, BillNumberTaken)


def test_numbers_that_we_make_ourselves_are_no_duplicates(strict):
    with strict.ctx() as ctx:
        vendor, account = a_vendor(ctx), a_bank_account(ctx)
        source = from_bank(account.id)
        draft = PaymentDraft(bill_id=None, vendor_id=vendor.id, amount=Decimal(5), funding_account=source)
        made = [payments.create_payment(ctx, draft) for _ in range(2)]
    assert len({view.bill_payments[0].bill_id for view in made}) == 2
