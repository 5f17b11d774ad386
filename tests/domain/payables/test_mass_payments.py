"""Mass payments: what refuses the request, how bills are put into chunks, and what becomes of each bill."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from billfold import ledger
from billfold.funding import bank_accounts
from billfold.identity import store as identity_store
from billfold.identity.permissions import MayNotPay
from billfold.identity.roles import Role
from billfold.kit.ctx import RecordStatus
from billfold.kit.errors import InvalidField, NotFound
from billfold.kit.jobs import parked_jobs
from billfold.kit.query import Query
from billfold.kit.records import replace
from billfold.parties import vendors
from billfold.payables.bills import bills
from billfold.payables.mass import mass_payments
from billfold.payables.mass.model import TRANSITIONS, PartStatus
from billfold.payables.payments import payments
from billfold.payables.payments.model import BillAmount, FundingAccount, FundingType, PayRunDraft
from billfold.payables.payments.payment_rules import PartsRefused, ProcessDateInvalid
from tests.builders import a_bank_account, a_bill, a_credit, a_payment, a_user, a_vendor, advance, of_credit, refused


@pytest.fixture
def vendor(company):
    with company.ctx() as ctx:
        return a_vendor(ctx)


@pytest.fixture
def account(company):
    with company.ctx() as ctx:
        return a_bank_account(ctx, access_to_admins=True)


def some_bills(company, vendor, count):
    with company.ctx() as ctx:
        return [a_bill(ctx, vendor, amount="10.00", invoice_number=f"INV-{number}") for number in range(count)]


def a_run(account, wanted, **fields):
    amounts = tuple(BillAmount(one if isinstance(one, str) else one.bill.id, Decimal(amount)) for one, amount in wanted)
    return PayRunDraft(bills=amounts, funding_account=FundingAccount(FundingType.BANK_ACCOUNT, account.id), **fields)


def request(company, account, wanted, actor=None, **fields):
    with company.ctx(actor) as ctx:
        return mass_payments.request(ctx, a_run(account, wanted, **fields))


def outcome(company, batch):
    """Of each bill: its status, and the code of its refusal."""
    with company.ctx() as ctx:
        return [(part.status.value, part.error_code) for part in mass_payments.get(ctx, batch.id).parts]


def all_payments(company):
    with company.ctx() as ctx:
        return payments.list_payments(ctx, Query(limit=100)).items


# The request


def test_nothing_is_paid_before_its_job_has_run(company, vendor, account):
    made = some_bills(company, vendor, 2)
    batch = request(company, account, [(bill, "10.00") for bill in made])
    assert (batch.total, batch.id[:3]) == (2, "bbq")
    assert outcome(company, batch) == [("SCHEDULED", None)] * 2
    assert all_payments(company) == []
    advance(company, minutes=0)
    assert outcome(company, batch) == [("COMPLETED", None)] * 2
    (payment,) = all_payments(company)
    assert payment.payment.created_by == company.admin.user_id
    with company.ctx() as ctx:
        assert {part.payment_id for part in mass_payments.get(ctx, batch.id).parts} == {payment.payment.id}
        assert ledger.verify(ctx) == []


def test_what_is_wrong_with_the_request_refuses_it(company, vendor, account):
    (bill,) = some_bills(company, vendor, 1)
    with company.ctx() as ctx:
        clerk, payer = a_user(ctx, Role.CLERK), a_user(ctx, Role.PAYER)

    def refusal(wanted=((bill, "10.00"),), actor=None, source=account, **fields):
        return refused(company, lambda ctx: mass_payments.request(ctx, a_run(source, wanted, **fields)), actor=actor)

    for actor in (clerk, payer):
        assert isinstance(refusal(actor=actor), MayNotPay)
    assert isinstance(refusal(process_on=date(2026, 1, 18)), ProcessDateInvalid)
    assert isinstance(refusal(description="x" * 71), InvalidField)
    found = refusal(((bill, "10.00"), (bill, "1.00"), ("nothing", "1.00"), (bill, "0.00")))
    assert isinstance(found, PartsRefused)
    assert [[type(one) for one in checks.found] for checks in found.by_part] == [
        [], [InvalidField], [NotFound], [InvalidField, InvalidField],
    ]  # fmt: skip
    assert isinstance(refused(company, lambda ctx: mass_payments.get(ctx, "nothing")), NotFound)
    advance(company, minutes=0)
    assert all_payments(company) == []


# Each bill


def test_a_bill_that_cannot_be_paid_fails_alone_and_says_why(company, vendor, account):
    good, paid, archived, unreachable_bill, last = some_bills(company, vendor, 5)
    with company.ctx() as ctx:
        unreachable = a_vendor(ctx, name="Nobody", bank=None)
        unreachable_bill = a_bill(ctx, unreachable)
        wanted = [(one, "10.00") for one in (good, paid, archived, unreachable_bill, last)]
    batch = request(company, account, wanted)
    with company.ctx() as ctx:
        a_payment(ctx, paid, bank_account=account)
        bills.archive_bill(ctx, archived.bill.id)
    advance(company, minutes=0)
    assert outcome(company, batch) == [
        ("COMPLETED", None),
        ("FAILED", "Overpayment"),
        ("FAILED", "BillIsArchived"),
        ("FAILED", "VendorCannotBePaidOnline"),
        ("COMPLETED", None),
    ]
    with company.ctx() as ctx:
        assert [bills.get_bill(ctx, bill.bill.id).bill.due_minor for bill in (good, paid, last)] == [0, 0, 0]
        assert mass_payments.get(ctx, batch.id).parts[1].error.startswith("The amount is more than the 0.00 due")
        assert ledger.verify(ctx) == []
        assert parked_jobs(ctx.tx, ctx.organization_id) == []


def test_credits_are_used_and_a_bill_that_they_cover_has_no_payment(company, vendor, account):
    part, whole, none = some_bills(company, vendor, 3)
    with company.ctx() as ctx:
        credit = a_credit(ctx, vendor, amount="14.00")
    bills_to_pay = (
        BillAmount(part.bill.id, Decimal(6), (of_credit(credit, "4.00"),)),
        BillAmount(whole.bill.id, Decimal(0), (of_credit(credit, "10.00"),)),
    )
    source = FundingAccount(FundingType.BANK_ACCOUNT, account.id)
    with company.ctx() as ctx:
        run = PayRunDraft(bills=bills_to_pay, funding_account=source, covered=True)
        batch = mass_payments.request(ctx, run)
    nothing = BillAmount(none.bill.id, Decimal(0))
    nothing_to_pay = PayRunDraft(bills=(nothing,), funding_account=source, covered=True)
    assert isinstance(refused(company, lambda ctx: mass_payments.request(ctx, nothing_to_pay)), PartsRefused)
    advance(company, minutes=0)
    assert outcome(company, batch) == [("COMPLETED", None)] * 2
    assert [view.payment.amount_minor for view in all_payments(company)] == [600]
    with company.ctx() as ctx:
        first, second = mass_payments.get(ctx, batch.id).parts
        assert (first.payment_id is None, second.payment_id) == (False, None)
        assert [bills.get_bill(ctx, bill.bill.id).bill.due_minor for bill in (part, whole, none)] == [0, 0, 1000]
        assert ledger.verify(ctx) == []


def test_what_is_too_much_for_one_payment_is_paid_bill_by_bill(company, vendor, account):
    with company.ctx() as ctx:
        large = [a_bill(ctx, vendor, amount="60000000.00") for _ in range(3)]
    batch = request(company, account, [(bill, "60000000.00") for bill in large])
    advance(company, minutes=0)
    assert outcome(company, batch) == [("COMPLETED", None)] * 3
    assert len(all_payments(company)) == 3


def _archive_account(ctx, account, _):
    bank_accounts.archive(ctx, account.id)


def _archive_user(ctx, _, user):
    identity_store.USERS.update(ctx.tx, replace(user, record_status=RecordStatus.INACTIVE), "record_status")


def _take_right(ctx, _, user):
    identity_store.USERS.update(ctx.tx, replace(user, role=Role.CLERK), "role")


@pytest.mark.parametrize("change", [_archive_account, _archive_user, _take_right])
def test_who_may_not_pay_any_more_when_the_turn_comes_pays_nothing(company, vendor, account, change):
    made = some_bills(company, vendor, 2)
    batch = request(company, account, [(bill, "10.00") for bill in made])
    with company.ctx() as ctx:
        user = identity_store.USERS.get(ctx.tx, ctx.organization_id, company.admin.user_id)
        change(ctx, account, user)
    advance(company, minutes=0)
    assert outcome(company, batch) == [("FAILED", "MayNotPay")] * 2
    assert all_payments(company) == []


def test_a_date_whose_cut_off_has_passed_meanwhile_fails_every_bill(company, vendor, account):
    made = some_bills(company, vendor, 2)
    batch = request(company, account, [(bill, "10.00") for bill in made], process_on=date(2026, 1, 13))
    with company.database.transaction() as tx:
        tx.enter_organization(company.organization_id)
        tx.run("UPDATE jobs SET due_at = '2026-01-14T00:00:00.000Z' WHERE name = 'payables.mass.pay'")
        tx.run("UPDATE lanes SET next_due_at = '2026-01-14T00:00:00.000Z'")
    advance(company, days=3)
    assert outcome(company, batch) == [("FAILED", "ProcessDateInvalid")] * 2


def test_the_job_run_again_pays_nothing(company, vendor, account):
    made = some_bills(company, vendor, 1)
    batch = request(company, account, [(made[0], "4.00")])
    advance(company, minutes=0)
    with company.ctx() as ctx:
        for _ in range(2):
            mass_payments.pay(ctx, {"batch_id": batch.id, "chunk": "0"})
    assert [view.payment.amount_minor for view in all_payments(company)] == [400]


# Chunks


def chunk_sizes(company, batch):
    with company.ctx() as ctx:
        parts = mass_payments.get(ctx, batch.id).parts
    return [
        [part.position for part in parts if part.chunk == chunk] for chunk in range(max(p.chunk for p in parts) + 1)
    ]


def test_bills_of_a_vendor_stay_together_as_far_as_one_payment_carries_them(company, vendor, account):
    with company.ctx() as ctx:
        others = [a_vendor(ctx, name=f"Other {number}", bank=f"33333123{number}") for number in range(2)]
    mine = some_bills(company, vendor, 40)
    theirs = [some_bills(company, other, 20) for other in others]
    mixed = [bill for group in zip(mine[:20], theirs[0], theirs[1], strict=True) for bill in group] + mine[20:]
    batch = request(company, account, [(bill, "1.00") for bill in mixed])
    chunks = chunk_sizes(company, batch)
    assert [len(chunk) for chunk in chunks] == [40, 40]
    assert sorted(position for chunk in chunks for position in chunk) == list(range(80))
    advance(company, minutes=0)
    assert sorted(len(view.bill_payments) for view in all_payments(company)) == [5, 20, 20, 35]
    assert outcome(company, batch) == [("COMPLETED", None)] * 80


def test_every_chunk_is_a_transaction_of_its_own(company, account):
    with company.ctx() as ctx:
        made = [a_bill(ctx, a_vendor(ctx, name=f"V{number}", bank=None)) for number in range(120)]
    batch = request(company, account, [(bill, "1.00") for bill in made])
    assert [len(chunk) for chunk in chunk_sizes(company, batch)] == [50, 50, 20]
    with company.database.transaction(write=False) as tx:
        tx.enter_organization(company.organization_id)
        assert tx.one("SELECT COUNT(*) FROM jobs WHERE name = 'payables.mass.pay'")[0] == 3
    advance(company, minutes=0)
    assert outcome(company, batch) == [("FAILED", "VendorCannotBePaidOnline")] * 120


def test_every_step_of_a_part_is_in_the_table():
    assert TRANSITIONS.table == {
        PartStatus.SCHEDULED: {PartStatus.COMPLETED, PartStatus.FAILED},
        PartStatus.COMPLETED: set(),
        PartStatus.FAILED: set(),
    }


def test_an_archived_vendor_is_paid_no_more(company, vendor, account):
    made = some_bills(company, vendor, 1)
    batch = request(company, account, [(made[0], "4.00")])
    with company.ctx() as ctx:
        vendors.archive_vendor(ctx, vendor.id)
    advance(company, minutes=0)
    assert outcome(company, batch) == [("FAILED", "VendorIsArchived")]
