"""Vendor credits themselves: their amounts, their lines, and what they post."""

from __future__ import annotations

from datetime import date

import pytest

from billfold import ledger
from billfold.accounting import classifications
from billfold.accounting.model import ClassificationDraft, Kind
from billfold.kit.errors import InvalidField, NotFound, Refusals
from billfold.ledger import ACCOUNTS_PAYABLE, UNCATEGORIZED_EXPENSE
from billfold.parties import vendors
from billfold.parties.vendors import VendorIsArchived
from billfold.payables.credits import vendor_credits
from billfold.payables.credits.credit_applications import CreditIsArchived
from billfold.payables.credits.model import VendorCreditStatus
from billfold.payables.credits.vendor_credits import CreditIsApplied
from billfold.payables.lines.lines import LineNotOfDocument
from billfold.payables.vendor_accounts import VendorCurrencyIsSettled, update_vendor
from tests.builders import a_bank_account, a_bill, a_credit, a_line, a_vendor, of_credit, refused
from tests.readings import posted


def balances(company):
    """What the ledger holds, by account, without what is zero."""
    with company.ctx() as ctx:
        return posted(ctx)


def an_account(ctx, name="Anvils"):
    return classifications.create(ctx, Kind.CHART_OF_ACCOUNT, ClassificationDraft(name=name)).id


def reasons(refusal):
    """The paths of the fields that a refusal names."""
    return [one.path for one in getattr(refusal, "refusals", [refusal])]


def new_credit(company, **fields):
    with company.ctx() as ctx:
        return a_credit(ctx, a_vendor(ctx), **fields)


def test_a_credit_is_the_sum_of_its_lines_and_nothing_of_it_is_used(company):
    credit = new_credit(company, lines=[a_line("100.00"), a_line("20.50"), a_line("-0.50")]).credit
    assert (credit.amount_minor, credit.rest_minor, credit.status) == (12000, 12000, VendorCreditStatus.NOT_APPLIED)
    assert credit.id.startswith("vcr")
    assert credit.posting_on == credit.credited_on


def test_a_credit_is_a_bill_turned_round(company):
    with company.ctx() as ctx:
        account = an_account(ctx)
        a_credit(ctx, a_vendor(ctx), lines=[a_line("30.00", chart_of_account_id=account), a_line("9.50")])
    assert balances(company) == {ACCOUNTS_PAYABLE: 3950, account: -3000, UNCATEGORIZED_EXPENSE: -950}


def test_a_bill_and_a_credit_of_the_same_lines_leave_nothing(company):
    with company.ctx() as ctx:
        vendor = a_vendor(ctx)
        lines = [a_line("30.00", chart_of_account_id=an_account(ctx)), a_line("-9.50")]
        a_bill(ctx, vendor, lines=lines)
        a_credit(ctx, vendor, lines=lines)
    assert balances(company) == {}


def test_a_credit_of_nothing_posts_nothing(company):
    new_credit(company, amount="0.00")
    assert balances(company) == {}


def test_changed_lines_are_posted_anew(company):
    credit = new_credit(company, amount="30.00").credit
    with company.ctx() as ctx:
        account = an_account(ctx)
        lines = [a_line("12.00", chart_of_account_id=account)]
        view = vendor_credits.update_credit(ctx, credit.id, {}, lines)
    assert view.credit.amount_minor == 1200
    assert balances(company) == {ACCOUNTS_PAYABLE: 1200, account: -1200}


def test_a_credit_without_a_day_of_posting_of_its_own_follows_its_date(company):
    credit = new_credit(company, posting_on=date(2026, 1, 2)).credit
    with company.ctx() as ctx:
        changes = {"credited_on": date(2026, 1, 5), "posting_on": None}
        assert vendor_credits.update_credit(ctx, credit.id, changes).credit.posting_on == date(2026, 1, 5)
        dates = {transfer.effective_on for transfer in ledger.transfers_of(ctx, credit.id)}
    assert dates == {date(2026, 1, 2), date(2026, 1, 5)}


def test_lines_are_kept_added_and_removed_by_their_ids(company):
    before = new_credit(company, lines=[a_line("1.00"), a_line("2.00")])
    with company.ctx() as ctx:
        lines = [a_line("3.00"), a_line("5.00", id=before.lines[1].id)]
        after = vendor_credits.update_credit(ctx, before.credit.id, {}, lines)
    assert [line.amount_minor for line in after.lines] == [300, 500]
    assert after.lines[1].id == before.lines[1].id
    assert before.lines[0].id not in {line.id for line in after.lines}
    assert all(line.id.startswith("vci") for line in after.lines)


def test_a_patch_changes_the_lines_it_names_and_no_others(company):
    before = new_credit(company, lines=[a_line("1.00", description="Wet"), a_line("2.00")])
    with company.ctx() as ctx:
        patch = [(before.lines[0].id, {"description": "Dry"})]
        after = vendor_credits.patch_credit(ctx, before.credit.id, {"description": "All"}, patch)
    assert [(line.amount_minor, line.description) for line in after.lines] == [(100, "Dry"), (200, None)]
    assert after.credit.description == "All"


def test_a_line_of_another_credit_is_refused(company):
    ours, theirs = new_credit(company), new_credit(company)
    lines = [a_line("1.00", id=theirs.lines[0].id)]
    found = refused(company, lambda ctx: vendor_credits.update_credit(ctx, ours.credit.id, {}, lines))
    assert isinstance(found, LineNotOfDocument)


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"lines": []}, "lines"),
        ({"lines": [a_line("-1.00")]}, "lines"),
        ({"lines": [a_line()]}, "lines[0].amount"),
        ({"reference_number": " "}, "reference_number"),
        ({"reference_number": "x" * 101}, "reference_number"),
        ({"description": "x" * 4001}, "description"),
        ({"exchange_rate": 0}, "exchange_rate"),
    ],
)
def test_what_is_wrong_with_a_credit_is_named(company, fields, path):
    found = refused(company, lambda ctx: a_credit(ctx, a_vendor(ctx), **fields))
    assert reasons(found) == [path]


def test_a_credit_is_applied_to_an_account_or_a_bank_account_but_not_to_both(company):
    def both(ctx):
        account, bank = an_account(ctx), a_bank_account(ctx)
        a_credit(ctx, a_vendor(ctx), apply_to_chart_of_account_id=account, apply_to_bank_account_id=bank.id)

    assert reasons(refused(company, both)) == ["apply_to_bank_account_id"]
    with company.ctx() as ctx:
        account, bank = an_account(ctx, "Returns"), a_bank_account(ctx)
        credit = a_credit(ctx, a_vendor(ctx), apply_to_chart_of_account_id=account).credit
    added = refused(
        company, lambda ctx: vendor_credits.patch_credit(ctx, credit.id, {"apply_to_bank_account_id": bank.id}, [])
    )
    assert reasons(added) == ["apply_to_bank_account_id"]
    with company.ctx() as ctx:
        changes = {"apply_to_chart_of_account_id": None, "apply_to_bank_account_id": bank.id}
        moved = vendor_credits.patch_credit(ctx, credit.id, changes, []).credit
    assert (moved.apply_to_chart_of_account_id, moved.apply_to_bank_account_id) == (None, bank.id)


@pytest.mark.parametrize("field", ["apply_to_chart_of_account_id", "apply_to_bank_account_id", "vendor_id"])
def test_what_a_credit_names_has_to_exist(company, field):
    credit = new_credit(company).credit
    nobody = {field: "0xx01NOBODYNOBODY1ab"}
    found = refused(company, lambda ctx: vendor_credits.update_credit(ctx, credit.id, nobody))
    assert all(isinstance(one, NotFound) for one in getattr(found, "refusals", [found]))


def test_an_archived_vendor_gives_no_credit_and_takes_none_over(company):
    with company.ctx() as ctx:
        gone, here = a_vendor(ctx), a_vendor(ctx)
        vendors.archive_vendor(ctx, gone.id)
        credit = a_credit(ctx, here).credit
    assert isinstance(refused(company, lambda ctx: a_credit(ctx, gone)), VendorIsArchived)
    found = refused(company, lambda ctx: vendor_credits.update_credit(ctx, credit.id, {"vendor_id": gone.id}))
    assert isinstance(found, VendorIsArchived)


def test_a_credit_keeps_its_currency_for_life(company):
    with company.ctx() as ctx:
        ours, theirs = a_vendor(ctx), a_vendor(ctx, bill_currency="EUR")
        credit = a_credit(ctx, ours).credit
    found = refused(company, lambda ctx: vendor_credits.update_credit(ctx, credit.id, {"vendor_id": theirs.id}))
    assert reasons(found) == ["vendor_id"]
    settled = refused(company, lambda ctx: update_vendor(ctx, ours.id, {"bill_currency": "EUR"}))
    assert isinstance(settled, VendorCurrencyIsSettled)


# Archiving


def test_archiving_reverses_what_was_posted_and_is_for_good(company):
    credit = new_credit(company).credit
    with company.ctx() as ctx:
        assert vendor_credits.archive_credit(ctx, credit.id).credit.archived
        assert vendor_credits.archive_credit(ctx, credit.id).credit.archived, "again is no error"
    assert balances(company) == {}
    for work in (
        lambda ctx: vendor_credits.update_credit(ctx, credit.id, {"description": "Again"}),
        lambda ctx: vendor_credits.patch_credit(ctx, credit.id, {}, []),
        lambda ctx: vendor_credits.require_in_use(ctx, credit.id),
    ):
        assert isinstance(refused(company, work), CreditIsArchived)


def test_a_credit_in_use_keeps_its_vendor_and_what_is_used_of_it(company):
    with company.ctx() as ctx:
        vendor, other = a_vendor(ctx), a_vendor(ctx)
        view = a_credit(ctx, vendor, amount="40.00")
        a_bill(ctx, vendor, credits=[of_credit(view, "25.00")])
    credit_id = view.credit.id
    for work in (
        lambda ctx: vendor_credits.archive_credit(ctx, credit_id),
        lambda ctx: vendor_credits.update_credit(ctx, credit_id, {"vendor_id": other.id}),
        lambda ctx: vendor_credits.update_credit(ctx, credit_id, {}, [a_line("24.99")]),
    ):
        assert isinstance(refused(company, work), CreditIsApplied)
    with company.ctx() as ctx:
        after = vendor_credits.update_credit(ctx, credit_id, {}, [a_line("25.00")]).credit
        assert (after.rest_minor, after.status) == (0, VendorCreditStatus.FULLY_APPLIED)
        more = vendor_credits.update_credit(ctx, credit_id, {}, [a_line("26.00")]).credit
        assert (more.rest_minor, more.status) == (100, VendorCreditStatus.PARTIALLY_APPLIED)


def test_an_unknown_credit_is_not_found(company):
    for work in (vendor_credits.get_credit, vendor_credits.archive_credit):
        found = refused(company, lambda ctx, work=work: work(ctx, "vcr01NOBODYNOBODY1ab"))
        assert isinstance(found, NotFound)


def test_several_faults_are_told_together(company):
    with company.ctx() as ctx:
        vendor = a_vendor(ctx)
    found = refused(company, lambda ctx: a_credit(ctx, vendor, reference_number="", lines=[a_line()]))
    assert isinstance(found, Refusals)
    assert all(isinstance(one, InvalidField) for one in found.refusals)
    assert len(found.refusals) == 2
