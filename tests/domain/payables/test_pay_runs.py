"""Paying many bills in one go: how they are put together, that it is all or nothing, and creating a bill to pay."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from billfold import ledger
from billfold.approvals.model import ApprovalStatus
from billfold.identity.permissions import NotPermitted
from billfold.identity.roles import Role
from billfold.kit.errors import InvalidField, NotFound
from billfold.ledger import ACCOUNTS_PAYABLE, MONEY_OUT_CLEARING
from billfold.parties import vendors
from billfold.payables.bills import bills
from billfold.payables.bills.bills import BillIsArchived
from billfold.payables.bills.model import PaymentStatus
from billfold.payables.bills.store import BILLS
from billfold.payables.payments import payments
from billfold.payables.payments.model import PaymentDraft, SingleStatus
from billfold.payables.payments.payment_rules import (
    BillNotApproved,
    BillOfAnotherVendor,
    Overpayment,
    PartsRefused,
    ProcessDateInvalid,
)
from billfold.payables.payments.reach import VendorCannotBePaidOnline
from billfold.payables.voids.cancellations import cancel_payment
from billfold.rails import transfers
from billfold.rails.model import Leg
from tests.builders import (
    a_bank_account,
    a_bill,
    a_user,
    a_vendor,
    advance,
    dump,
    from_bank,
    pay_bills,
    refused,
)
from tests.readings import account_of_documents


@pytest.fixture
def vendor(company):
    with company.ctx() as ctx:
        return a_vendor(ctx)


def some_bills(company, vendor, count, amount="10.00"):
    with company.ctx() as ctx:
        return [a_bill(ctx, vendor, amount=amount, invoice_number=f"INV-{number}") for number in range(count)]


def refusals_of(company, *wanted, **fields):
    """Why each bill of a run is refused; nothing of the run stays."""
    with company.ctx() as ctx:
        account = a_bank_account(ctx)
    before = dump(company.database)
    refusal = refused(company, lambda ctx: pay_bills(ctx, *wanted, account=account, **fields))
    assert dump(company.database) == before
    assert isinstance(refusal, PartsRefused), refusal
    return [[type(one) for one in checks.found] for checks in refusal.by_part]


# Putting bills together


def test_bills_of_a_vendor_who_combines_are_one_payment_with_a_part_for_each(company, vendor):
    first, second = some_bills(company, vendor, 2)
    with company.ctx() as ctx:
        (view,) = pay_bills(ctx, (first, "10.00"), (second, "4.00"))
        payment = view.payment
        assert (payment.amount_minor, payment.funding_minor) == (1400, 1400)
        assert [(part.bill_id, part.amount_minor) for part in view.bill_payments] == [
            (first.bill.id, 1000),
            (second.bill.id, 400),
        ]
        assert payments.get_payment(ctx, payment.id) == view
        statuses = [bills.get_bill(ctx, one.bill.id).bill for one in (first, second)]
        assert [(bill.scheduled_minor, bill.due_minor) for bill in statuses] == [(1000, 0), (400, 600)]
        document = {payment.id: (0, 1400)}
        assert account_of_documents(ctx.tx, ctx.organization_id, ACCOUNTS_PAYABLE, [payment.id]) == document
        funding, credit = (transfers.leg_of(ctx, payment.id, leg) for leg in (Leg.FUNDING, Leg.DISBURSEMENT))
        assert (funding.amount_minor, credit.amount_minor) == (1400, 1400)
        assert credit.addendum == "RMR*IV*INV-0**10.00\\RMR*IV*INV-1**4.00\\"
        assert [line.document_number for line in transfers.remittance_of(credit)] == ["INV-0", "INV-1"]


def test_an_addendum_without_room_says_how_many_invoices_there_are(company, vendor):
    made = some_bills(company, vendor, 8)
    with company.ctx() as ctx:
        (view,) = pay_bills(ctx, *[(bill, "1.00") for bill in made])
        addendum = transfers.leg_of(ctx, view.payment.id, Leg.DISBURSEMENT).addendum
    assert addendum == f"NTE*ZZZ*8 INVOICES, {view.payment.confirmation_number}\\"


def test_a_combined_payment_has_35_bills_at_most(company, vendor):
    made = some_bills(company, vendor, 36)
    with company.ctx() as ctx:
        views = pay_bills(ctx, *[(bill, "1.00") for bill in made])
    assert [len(view.bill_payments) for view in views] == [35, 1]
    assert [part.bill_id for view in views for part in view.bill_payments] == [bill.bill.id for bill in made]


def test_a_vendor_who_does_not_combine_gets_a_payment_for_each_bill(company):
    with company.ctx() as ctx:
        single = a_vendor(ctx, combine_payments=False)
    made = some_bills(company, single, 3)
    with company.ctx() as ctx:
        views = pay_bills(ctx, *[(bill, "1.00") for bill in made])
    assert [[part.bill_id for part in view.bill_payments] for view in views] == [[bill.bill.id] for bill in made]


def test_each_vendor_has_payments_of_its_own_in_the_order_of_first_bills(company, vendor):
    with company.ctx() as ctx:
        other = a_vendor(ctx, name="Other", bank="333331234")
    (first, last), (middle,) = some_bills(company, vendor, 2), some_bills(company, other, 1)
    with company.ctx() as ctx:
        views = pay_bills(ctx, (first, "1.00"), (middle, "2.00"), (last, "3.00"), description="All", process_on=DAY)
    assert [(view.vendor_name, view.payment.amount_minor) for view in views] == [(vendor.name, 400), ("Other", 200)]
    assert {(view.payment.description, view.payment.process_on) for view in views} == {("All", DAY)}
    assert len({view.payment.transaction_number for view in views}) == 2


DAY = date(2026, 1, 20)


def test_a_combined_payment_clears_all_its_bills(company, vendor):
    made = some_bills(company, vendor, 3)
    with company.ctx() as ctx:
        (view,) = pay_bills(ctx, *[(bill, "10.00") for bill in made])
    advance(company, days=5)
    with company.ctx() as ctx:
        assert payments.get_payment(ctx, view.payment.id).payment.single_status is SingleStatus.CLEARED
        paid = [bills.get_bill(ctx, bill.bill.id).bill for bill in made]
        assert {(bill.payment_status, bill.paid_minor) for bill in paid} == {(PaymentStatus.PAID, 1000)}
        assert ledger.verify(ctx) == []
        assert account_of_documents(ctx.tx, ctx.organization_id, MONEY_OUT_CLEARING, [view.payment.id]) == {
            view.payment.id: (0, 0)
        }


def test_a_cancelled_combined_payment_gives_all_its_bills_back(company, vendor):
    made = some_bills(company, vendor, 3)
    with company.ctx() as ctx:
        (view,) = pay_bills(ctx, *[(bill, "10.00") for bill in made])
        cancel_payment(ctx, view.payment.id)
        back = [bills.get_bill(ctx, bill.bill.id).bill for bill in made]
        assert {(bill.payment_status, bill.due_minor) for bill in back} == {(PaymentStatus.UNPAID, 1000)}
        assert ledger.verify(ctx) == []


def test_the_bills_remember_account_and_chart_of_account_that_pay_them(company, vendor):
    from billfold.accounting import classifications
    from billfold.accounting.model import ClassificationDraft, Kind
    from billfold.funding import bank_accounts
    from billfold.funding.model import BankAccountDraft
    from tests.builders import ROUTING

    (bill,) = some_bills(company, vendor, 1)
    with company.ctx() as ctx:
        cash = classifications.create(ctx, Kind.CHART_OF_ACCOUNT, ClassificationDraft(name="Cash"))
        draft = BankAccountDraft(
            name_on_account="Us", bank_name="Bank", routing_number=ROUTING, account_number="111119876",
            kind="CHECKING", owner_type="BUSINESS", chart_of_account_id=cash.id,
        )  # fmt: skip
        account = bank_accounts.create(ctx, draft)
        account = bank_accounts.verify(ctx, account.id, account.deposit_minor)
        pay_bills(ctx, (bill, "1.00"), account=account)
        paid = bills.get_bill(ctx, bill.bill.id).bill
        assert (paid.pay_from_bank_account_id, paid.pay_from_chart_of_account_id) == (account.id, cash.id)


# All or nothing


def test_what_is_wrong_with_each_bill_is_said_and_none_is_paid(company, vendor):
    good, paid, archived, waiting = some_bills(company, vendor, 4)
    with company.ctx() as ctx:
        bills.archive_bill(ctx, archived.bill.id)
        from billfold.kit.records import replace

        BILLS.update(ctx.tx, replace(waiting.bill, approval_status=ApprovalStatus.ASSIGNED), "approval_status")
        broke = a_bill(ctx, a_vendor(ctx, name="No Place", bank=None))
    assert refusals_of(company, (good, "10.00"), (paid, "10.01"), (archived, "1.00"), (waiting, "0.00")) == [
        [],
        [Overpayment],
        [BillIsArchived],
        [BillNotApproved, InvalidField],
    ]
    assert refusals_of(company, (good, "10.00"), (broke, "1.00")) == [[], [VendorCannotBePaidOnline]]
    assert refusals_of(company, (good, "-10.00"), (paid, "0.001")) == [[], [InvalidField]]


def test_a_bill_is_named_once(company, vendor):
    (bill,) = some_bills(company, vendor, 1)
    assert refusals_of(company, (bill, "1.00"), (bill, "2.00")) == [[], [InvalidField]]


def test_bills_of_several_vendors_are_paid_unless_one_vendor_is_named(company, vendor):
    with company.ctx() as ctx:
        other = a_vendor(ctx, name="Other", bank="333331234")
    (mine,), (theirs,) = some_bills(company, vendor, 1), some_bills(company, other, 1)
    wanted = (mine, "1.00"), (theirs, "1.00")
    assert refusals_of(company, *wanted, vendor_id=vendor.id) == [[], [BillOfAnotherVendor]]
    with company.ctx() as ctx:
        assert len(pay_bills(ctx, *wanted)) == 2


def test_an_unknown_bill_refuses_the_run(company, vendor):
    from billfold.payables.payments.model import BillAmount, PayRunDraft
    from billfold.payables.payments.pay_runs import pay_bills as pay

    (bill,) = some_bills(company, vendor, 1)
    with company.ctx() as ctx:
        account = a_bank_account(ctx)
    wanted = (BillAmount(bill.bill.id, Decimal(1)), BillAmount("00n01NOSUCHBILLHERExx", Decimal(1)))
    refusal = refused(company, lambda ctx: pay(ctx, PayRunDraft(bills=wanted, funding_account=from_bank(account.id))))
    assert [[type(one) for one in checks.found] for checks in refusal.by_part] == [[], [NotFound]]


def test_a_combined_payment_is_not_larger_than_a_file_can_carry(company, vendor):
    made = some_bills(company, vendor, 2, amount="60000000.00")
    refusal = refused(company, lambda ctx: pay_bills(ctx, *[(bill, "60000000.00") for bill in made]))
    assert isinstance(refusal, InvalidField)


def test_a_day_that_is_no_process_date_refuses_the_run_once(company, vendor):
    made = some_bills(company, vendor, 2)
    refusal = refused(
        company, lambda ctx: pay_bills(ctx, *[(bill, "1.00") for bill in made], process_on=date(2026, 1, 17))
    )
    assert isinstance(refusal, ProcessDateInvalid)


def test_only_who_may_pays_unapproved_bills_and_only_where_it_is_asked_for(company, vendor):
    from billfold.kit.records import replace

    (bill,) = some_bills(company, vendor, 1)
    with company.ctx() as ctx:
        BILLS.update(ctx.tx, replace(bill.bill, approval_status=ApprovalStatus.APPROVING), "approval_status")
        account, payer = a_bank_account(ctx), a_user(ctx, Role.PAYER)
        from billfold.funding import bank_account_users

        bank_account_users.verify(ctx, bank_account_users.nominate(ctx, account.id, payer.user_id).id)
    work = lambda ctx: pay_bills(ctx, (bill, "1.00"), account=account, unapproved=True)  # noqa: E731
    refusal = refused(company, work, actor=payer)
    assert [type(one) for one in refusal.refusals] == [BillNotApproved]
    assert refusals_of(company, (bill, "1.00")) == [[BillNotApproved]]
    with company.ctx() as ctx:
        assert len(work(ctx)) == 1


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
@pytest.mark.parametrize("named", [True, False])
def test_a_bill_that_changes_hands_meanwhile_is_paid_to_nobody(database, company, vendor, named):
    """Another transaction gives the bill to another vendor after it was read and before anything is locked."""
    with company.ctx() as ctx:
        other = a_vendor(ctx, name="Other", bank="333331234")
        account = a_bank_account(ctx)
    (bill,) = some_bills(company, vendor, 1)

    def interfere(sql, _):
        if "FROM vendors" in sql and "FOR UPDATE" in sql:
            database.observer = None
            with company.ctx() as meanwhile:
                bills.update_bill(meanwhile, bill.bill.id, {"vendor_id": other.id})

    fields = {"vendor_id": other.id} if named else {}
    database.observer = interfere
    refusal = refused(company, lambda ctx: pay_bills(ctx, (bill, "1.00"), account=account, **fields))
    assert database.observer is None, "nobody interfered"
    assert [type(one) for one in refusal.refusals] == [BillOfAnotherVendor]
    with company.ctx() as ctx:
        assert bills.get_bill(ctx, bill.bill.id).bill.due_minor == 1000


# A bill created with its payment


def create_and_pay(ctx, vendor, **fields):
    draft = PaymentDraft(
        **{
            "bill_id": None,
            "vendor_id": vendor.id,
            "funding_account": from_bank(a_bank_account(ctx).id),
            "amount": Decimal("25.00"),
        }
        | fields
    )
    return payments.create_payment(ctx, draft)


def test_a_payment_can_bring_its_own_bill(company, vendor):
    with company.ctx() as ctx:
        view = create_and_pay(ctx, vendor, description="Repairs", transaction_number="R17")
        bill = bills.get_bill(ctx, view.bill_payments[0].bill_id).bill
    assert (bill.invoice_number, bill.invoice_on, bill.due_on) == ("R17", date(2026, 1, 12), date(2026, 1, 13))
    assert (bill.amount_minor, bill.due_minor, bill.description) == (2500, 0, "Repairs")
    assert (view.payment.bill_created, view.payment.amount_minor) == (True, 2500)


def test_the_bill_of_a_payment_without_number_has_the_day_for_one(company, vendor):
    with company.ctx() as ctx:
        view = create_and_pay(ctx, vendor)
        assert bills.get_bill(ctx, view.bill_payments[0].bill_id).bill.invoice_number == "2026-01-13"


def test_a_refused_payment_leaves_no_bill_behind(company, vendor):
    with company.ctx() as ctx:
        vendors.remove_bank_account(ctx, vendor.id)
    before = dump(company.database)
    refusal = refused(company, lambda ctx: create_and_pay(ctx, vendor))
    assert isinstance(refusal, VendorCannotBePaidOnline)
    assert dump(company.database) == before


def test_creating_a_bill_needs_a_vendor_and_the_right_to_write_bills(company, vendor):
    assert isinstance(refused(company, lambda ctx: create_and_pay(ctx, vendor, vendor_id=None)), InvalidField)
    with company.ctx() as ctx:
        payer = a_user(ctx, Role.PAYER)
    refusal = refused(company, lambda ctx: create_and_pay(ctx, vendor), actor=payer)
    assert isinstance(refusal, NotPermitted)
