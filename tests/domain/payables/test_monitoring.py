"""What is written down of each entry that leaves, and trial entries to new accounts."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from billfold.identity.roles import Role
from billfold.kit.query import Query
from billfold.kit.settings import Profile
from billfold.parties import vendors
from billfold.parties.corrections import correct_bank_account
from billfold.parties.model import AccountType
from billfold.payables.monitoring import origination
from billfold.payables.monitoring.model import CheckName, Verdict
from billfold.payables.payments.model import DisbursementType
from billfold.payables.payments.payment_rules import AccountNotProven
from billfold.payables.payments.reach import VendorCannotBePaidOnline
from billfold.rails import bank, originators, prenotes, transfers
from billfold.rails.incoming import changes, files
from billfold.rails.incoming.model import Outcome
from billfold.rails.model import Leg, PrenoteStatus
from tests.builders import ADDRESS, a_bank_account, a_bill, a_company, a_payment, a_user, a_vendor, advance, refused
from tests.conftest import a_house
from tests.readings import nacha_files

SECOND_CUT_OFF = datetime(2026, 1, 15, 2, 0, tzinfo=UTC)


def findings(company, payment_id, leg=Leg.DISBURSEMENT):
    with company.ctx() as ctx:
        (found,) = origination.checks_of(ctx, transfers.leg_of(ctx, payment_id, leg).id)
        return found, {one.name: one.verdict for one in origination.findings_of(found)}


def paid(company, vendor, *, actor=None, amount="100.00", number="INV-1"):
    with company.ctx(actor) as ctx:
        bill = a_bill(ctx, vendor, amount=amount, invoice_number=number)
    with company.ctx() as ctx:
        view = a_payment(ctx, bill, bank_account=company_account(ctx))
    advance(company, days=7)
    return view.payment.id


def company_account(ctx):
    from billfold.funding import bank_accounts

    found = bank_accounts.list_accounts(ctx, Query()).items
    return found[0] if found else a_bank_account(ctx)


def test_each_entry_has_its_record_and_a_debit_that_of_the_own_account(company):
    with company.ctx() as ctx:
        vendor = a_vendor(ctx)
    payment_id = paid(company, vendor)
    record, seen = findings(company, payment_id, Leg.FUNDING)
    assert (record.verdict, seen) == (Verdict.PASSED, {CheckName.OWN_ACCOUNT: Verdict.PASSED})
    record, seen = findings(company, payment_id)
    assert set(seen) == set(CheckName) - {CheckName.OWN_ACCOUNT}
    assert (record.vendor_id, record.amount_minor, record.file_id is None) == (vendor.id, 10_000, False)
    assert record.verdict is Verdict.FLAGGED
    flagged = {name for name, verdict in seen.items() if verdict is Verdict.FLAGGED}
    assert flagged == {CheckName.FOUR_EYES, CheckName.ACCOUNT_AGE}


def test_a_known_account_and_a_second_person_leave_nothing_to_flag(company):
    with company.ctx() as ctx:
        vendor, clerk = a_vendor(ctx), a_user(ctx, Role.CLERK)
    advance(company, days=31)
    record, seen = findings(company, paid(company, vendor, actor=clerk))
    assert record.verdict is Verdict.PASSED
    assert set(seen.values()) == {Verdict.PASSED}


def test_an_amount_out_of_proportion_and_a_number_that_comes_twice_are_flagged(company):
    with company.ctx() as ctx:
        vendor = a_vendor(ctx)
    for number in ("A-1", "A-2", "A-3"):
        _, seen = findings(company, paid(company, vendor, number=number))
        assert seen[CheckName.AMOUNT] is Verdict.PASSED
        assert seen[CheckName.DUPLICATE] is Verdict.PASSED
    _, seen = findings(company, paid(company, vendor, amount="300.00", number="a1"))
    assert (seen[CheckName.AMOUNT], seen[CheckName.DUPLICATE]) == (Verdict.PASSED, Verdict.FLAGGED)
    _, seen = findings(company, paid(company, vendor, amount="900.01", number="A-9"))
    assert seen[CheckName.AMOUNT] is Verdict.FLAGGED


def test_an_account_that_was_corrected_is_flagged(company):
    with company.ctx() as ctx:
        vendor = a_vendor(ctx)
    payment_id = paid(company, vendor, number="A-1")
    with company.ctx() as ctx:
        bank.notify_now(ctx, transfers.leg_of(ctx, payment_id, Leg.DISBURSEMENT), "C01")
        (change,) = changes.list_changes(ctx, Query()).items
        changes.accept_change(ctx, change.id)
    _, seen = findings(company, paid(company, vendor, number="A-2"))
    assert seen[CheckName.BANK_CHANGE] is Verdict.FLAGGED


# Prenotes


def with_prenotes(company):
    with company.ctx() as ctx:
        originators.set_originator(
            ctx, {"sends_prenotes": True, "company_id": "1234567890", "immediate_origin": "1234567890"}
        )
    return company


def prenote_of(company):
    with company.ctx() as ctx:
        (found,) = prenotes.list_prenotes(ctx, Query()).items
        return found


@pytest.mark.parametrize(("account_type", "sec_code"), [(AccountType.BUSINESS, "CCD"), (AccountType.PERSON, "PPD")])
def test_a_new_account_is_tried_without_money_first(company, account_type, sec_code):
    with_prenotes(company)
    with company.ctx() as ctx:
        a_vendor(ctx, account_type=account_type)
    assert prenote_of(company).status is PrenoteStatus.SCHEDULED
    advance(company, hours=10)
    assert prenote_of(company).status is PrenoteStatus.SENT
    with company.ctx() as ctx:
        (file,) = nacha_files(ctx)
    (batch,) = file.batches
    (entry,) = batch.entries
    assert (batch.sec_code, batch.entry_description, batch.effective_entry_date) == (
        sec_code, "PRENOTE", date(2026, 1, 13),
    )  # fmt: skip
    assert (entry.transaction_code, entry.amount_minor) == (23, 0)
    advance(company, days=3)
    assert prenote_of(company).status is PrenoteStatus.GOOD


def test_an_account_whose_prenote_came_back_is_not_paid(company):
    with_prenotes(company)
    with company.ctx() as ctx:
        vendor = a_vendor(ctx, bank="222220003")
        bill = a_bill(ctx, vendor)
    advance(company, days=4)
    found = prenote_of(company)
    assert (found.status, found.return_code) == (PrenoteStatus.RETURNED, "R03")
    assert isinstance(refused(company, lambda ctx: a_payment(ctx, bill)), VendorCannotBePaidOnline)


def test_an_account_whose_prenote_came_back_for_a_reason_that_may_pass_is_not_paid(company):
    with_prenotes(company)
    with company.ctx() as ctx:
        bill = a_bill(ctx, a_vendor(ctx, **ADDRESS))
    advance(company, days=2)
    with company.ctx() as ctx:
        prenotes.return_prenote(ctx, prenotes.list_prenotes(ctx, Query()).items[0], "R16")
    assert isinstance(refused(company, lambda ctx: a_payment(ctx, bill)), AccountNotProven)


@pytest.mark.parametrize("code", ["R03", "R16"])
def test_an_account_whose_prenote_came_back_is_paid_once_its_bank_corrected_it(company, code):
    with_prenotes(company)
    with company.ctx() as ctx:
        vendor = a_vendor(ctx, **ADDRESS)
        bill = a_bill(ctx, vendor)
    advance(company, days=2)
    tried = prenote_of(company)
    with company.ctx() as ctx:
        prenotes.return_prenote(ctx, tried, code)
        correct_bank_account(ctx, tried.account_id, {"account_number": "222227777"})
    assert prenote_of(company).status is PrenoteStatus.CORRECTED
    with company.ctx() as ctx:
        payment = a_payment(ctx, bill).payment
    assert payment.disbursement_type is DisbursementType.ACH
    advance(company, days=4)
    _, seen = findings(company, payment.id)
    assert seen[CheckName.ACCOUNT_PROOF] is Verdict.PASSED


def test_an_answer_to_a_prenote_says_nothing_of_an_account_that_was_corrected_since(company):
    with_prenotes(company)
    with company.ctx() as ctx:
        a_vendor(ctx, bank="222220003")
    advance(company, days=1)
    tried = prenote_of(company)
    with company.ctx() as ctx:
        correct_bank_account(ctx, tried.account_id, {"account_number": "222227777"})
    advance(company, days=3)
    found = prenote_of(company)
    assert (found.status, found.return_code) == (PrenoteStatus.CORRECTED, None)
    with company.ctx() as ctx:
        (entry,) = files.list_entries(ctx, Query()).items
    assert (entry.code, entry.outcome) == ("R03", Outcome.REPEATED)


def test_a_correction_before_the_prenote_leaves_has_it_try_the_account_as_it_is(company):
    with_prenotes(company)
    with company.ctx() as ctx:
        account_id = vendors.get_bank_account(ctx, a_vendor(ctx, bank="222220003").id).id
        correct_bank_account(ctx, account_id, {"account_number": "222227777"})
    advance(company, days=4)
    assert prenote_of(company).status is PrenoteStatus.GOOD


def test_production_waits_for_the_answer_and_a_sandbox_does_not(database):
    for profile, waits in ((Profile.SANDBOX, False), (Profile.PRODUCTION, True)):
        company = with_prenotes(a_company(database, a_house(profile=profile)))
        with company.ctx() as ctx:
            a_vendor(ctx)
            account_id = prenotes.list_prenotes(ctx, Query()).items[0].account_id
            assert (prenotes.problem_of(ctx, account_id) is not None) is waits
        advance(company, days=4)
        with company.ctx() as ctx:
            assert prenotes.problem_of(ctx, account_id) is None


def test_without_the_setting_nothing_is_tried(company):
    with company.ctx() as ctx:
        a_vendor(ctx)
        assert prenotes.list_prenotes(ctx, Query()).items == []
