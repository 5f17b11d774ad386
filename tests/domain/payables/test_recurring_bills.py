"""Recurring bills: what is taken and refused, which bills come of them, and when; what pays by itself."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec
import pytest

from billfold import ledger
from billfold.accounting import payment_terms
from billfold.accounting.model import PaymentTermDraft
from billfold.funding import bank_accounts
from billfold.identity import profiles
from billfold.identity import store as identity_store
from billfold.identity.factors.mfa import SessionUntrusted
from billfold.identity.permissions import MayNotPay
from billfold.identity.roles import Role
from billfold.kit.ctx import Actor, RecordStatus
from billfold.kit.errors import InvalidField, NotFound
from billfold.kit.events import list_events
from billfold.kit.jobs import parked_jobs
from billfold.kit.query import Query
from billfold.kit.records import replace
from billfold.ledger import ACCOUNTS_PAYABLE
from billfold.parties import vendors
from billfold.parties.vendors import VendorIsArchived
from billfold.payables import vendor_accounts
from billfold.payables.bills import bills
from billfold.payables.bills.model import PaymentStatus
from billfold.payables.lines.lines import LineNotOfDocument
from billfold.payables.lines.model import LineDraft
from billfold.payables.payments import payments
from billfold.payables.recurring import generation, recurring_bills
from billfold.payables.recurring.model import RecurringDraft
from billfold.payables.recurring.recurrence import Period
from billfold.payables.vendor_accounts import VendorCurrencyIsSettled
from tests.builders import a_bank_account, a_bill, a_company, a_line, a_user, a_vendor, advance, refused
from tests.readings import account_of_documents


@pytest.fixture
def vendor(company):
    with company.ctx() as ctx:
        return a_vendor(ctx)


def draft(vendor, **fields):
    """Monthly, the next on 31 January, made five days before."""
    usual = {
        "vendor_id": vendor.id, "time_period": Period.MONTHLY, "frequency_per_period": 1, "next_due_on": date(2026, 1, 31),
        "days_in_advance": 5,
    }  # fmt: skip
    return RecurringDraft(**usual | fields)


def a_recurring_bill(ctx, vendor, *, amount="100.00", lines=None, **fields):
    return recurring_bills.create(ctx, draft(vendor, **fields), lines or [a_line(amount)]).template


def made(company):
    """Every bill there is, oldest first."""
    with company.ctx() as ctx:
        return [view.bill for view in bills.list_bills(ctx, Query(limit=500)).items]


def due_dates(company):
    return [bill.due_on.isoformat() for bill in made(company)]


def template_of(company, template):
    with company.ctx() as ctx:
        return recurring_bills.get(ctx, template.id).template


def events_of(company, *names):
    with company.ctx() as ctx:
        return [event.name for event in list_events(ctx.tx, ctx.organization_id, limit=500) if event.name in names]


# What comes of it


def test_a_bill_is_made_days_before_it_is_due_at_midnight_of_the_organization(company, vendor):
    with company.ctx() as ctx:
        a_recurring_bill(ctx, vendor)
    advance(company, to=datetime(2026, 1, 26, 7, 59, 59, tzinfo=UTC))
    assert due_dates(company) == []
    advance(company, to=datetime(2026, 1, 26, 8, tzinfo=UTC))  # 00:00 in Los Angeles
    assert due_dates(company) == ["2026-01-31"]


def test_midnight_is_that_of_the_organizations_time_zone(company, vendor):
    with company.ctx() as ctx:
        profiles.update_organization(ctx, {"time_zone": "Asia/Tokyo"})
        a_recurring_bill(ctx, vendor)
    advance(company, to=datetime(2026, 1, 25, 14, 59, 59, tzinfo=UTC))
    assert due_dates(company) == []
    advance(company, to=datetime(2026, 1, 25, 15, tzinfo=UTC))
    assert due_dates(company) == ["2026-01-31"]


def test_a_day_that_begins_later_than_it_did_is_waited_for(company, vendor):
    with company.ctx() as ctx:
        a_recurring_bill(ctx, vendor)
        profiles.update_organization(ctx, {"time_zone": "Pacific/Honolulu"})
    advance(company, to=datetime(2026, 1, 26, 9, 59, 59, tzinfo=UTC))
    assert due_dates(company) == []
    advance(company, to=datetime(2026, 1, 26, 10, tzinfo=UTC))
    assert due_dates(company) == ["2026-01-31"]


def test_a_time_zone_has_to_exist(company):
    refusal = refused(company, lambda ctx: profiles.update_organization(ctx, {"time_zone": "Mars/Olympus"}))
    assert (type(refusal), refusal.path) == (InvalidField, "time_zone")


def test_the_bill_is_as_if_its_user_had_entered_it(company, vendor):
    with company.ctx() as ctx:
        lines = [a_line("60.00", description="Rent"), a_line(quantity="2", price="20")]
        template = a_recurring_bill(ctx, vendor, lines=lines, description="Office")
    advance(company, days=20)
    (bill,) = made(company)
    assert (bill.vendor_id, bill.invoice_number, bill.invoice_on) == (vendor.id, "2026-01-31", date(2026, 1, 31))
    assert (bill.amount_minor, bill.description, bill.created_by) == (10000, "Office", company.admin.user_id)
    assert bill.payment_status is PaymentStatus.UNPAID
    with company.ctx() as ctx:
        lines = bills.get_bill(ctx, bill.id).lines
        assert [(line.amount_minor, line.quantity, line.description) for line in lines] == [
            (6000, None, "Rent"),
            (4000, Decimal(2), None),
        ]
        assert ledger.verify(ctx) == []
        assert account_of_documents(ctx.tx, ctx.organization_id, ACCOUNTS_PAYABLE, [bill.id]) == {bill.id: (-10000, 0)}
    assert template_of(company, template).next_due_on == date(2026, 2, 28)


def test_the_invoice_date_is_the_due_date_less_the_vendors_payment_term(company, vendor):
    with company.ctx() as ctx:
        term = payment_terms.create(ctx, PaymentTermDraft(name="Net 30", days_due=30))
        vendor_accounts.update_vendor(ctx, vendor.id, {"payment_term_id": term.id})
        a_recurring_bill(ctx, vendor)
    advance(company, days=20)
    assert [bill.invoice_on for bill in made(company)] == [date(2026, 1, 1)]


def test_month_ends_do_not_drift(company, vendor):
    with company.ctx() as ctx:
        a_recurring_bill(ctx, vendor, days_in_advance=0)
    advance(company, days=110)
    assert due_dates(company) == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]


def test_advancing_day_by_day_makes_the_same_bills_as_advancing_at_once(database, house):
    seen = []
    for steps in ([60], [1] * 60, [7] * 8 + [4]):
        company = a_company(database, house)
        with company.ctx() as ctx:
            weekly = a_vendor(ctx)
            a_recurring_bill(ctx, weekly, time_period=Period.WEEKLY, next_due_on=date(2026, 1, 20))
            a_recurring_bill(
                ctx, weekly, time_period=Period.DAILY, frequency_per_period=9, next_due_on=date(2026, 1, 20)
            )
        for days in steps:
            advance(company, days=days)
        seen.append([(bill.due_on, bill.amount_minor, bill.created_at, bill.ordinal) for bill in made(company)])
    assert len(seen[0]) == 16
    assert seen[0] == seen[1] == seen[2]


def test_bills_that_were_missed_are_made_at_once(company, vendor):
    with company.ctx() as ctx:
        a_recurring_bill(ctx, vendor, next_due_on=date(2025, 10, 31))
    assert due_dates(company) == []
    advance(company, minutes=0)
    assert due_dates(company) == ["2025-10-31", "2025-11-30", "2025-12-31"]


def test_no_bill_is_made_after_the_end(company, vendor):
    with company.ctx() as ctx:
        template = a_recurring_bill(ctx, vendor, end_on=date(2026, 2, 28))
    advance(company, days=100)
    assert due_dates(company) == ["2026-01-31", "2026-02-28"]
    assert not template_of(company, template).archived


def test_changes_touch_future_bills_alone(company, vendor):
    with company.ctx() as ctx:
        template = a_recurring_bill(ctx, vendor)
    advance(company, days=20)
    with company.ctx() as ctx:
        recurring_bills.update(ctx, template.id, {"description": "Dearer"}, [a_line("120.00")])
    advance(company, days=31)
    assert [(bill.amount_minor, bill.description) for bill in made(company)] == [(10000, None), (12000, "Dearer")]


def test_a_date_brought_forward_is_kept_although_a_later_job_waits(company, vendor):
    with company.ctx() as ctx:
        template = a_recurring_bill(ctx, vendor, next_due_on=date(2026, 6, 30))
        recurring_bills.update(ctx, template.id, {"next_due_on": date(2026, 2, 1)})
    advance(company, days=30)
    assert due_dates(company) == ["2026-02-01"]
    assert template_of(company, template).next_due_on == date(2026, 3, 1)


def test_a_date_put_off_makes_no_bill_on_the_old_day(company, vendor):
    with company.ctx() as ctx:
        template = a_recurring_bill(ctx, vendor)
        recurring_bills.update(ctx, template.id, {"next_due_on": date(2026, 3, 31)})
    advance(company, days=30)
    assert due_dates(company) == []
    advance(company, days=45)
    assert due_dates(company) == ["2026-03-31"]


def test_a_due_date_that_has_its_bill_gets_no_second(company, vendor):
    with company.ctx() as ctx:
        template = a_recurring_bill(ctx, vendor)
    advance(company, days=20)
    with company.ctx() as ctx:
        recurring_bills.update(ctx, template.id, {"next_due_on": date(2026, 1, 31)})
    advance(company, days=31)
    assert due_dates(company) == ["2026-01-31", "2026-02-28"]


def test_the_job_run_again_makes_nothing(company, vendor):
    with company.ctx() as ctx:
        template = a_recurring_bill(ctx, vendor)
    advance(company, days=20)
    with company.ctx() as ctx:
        for _ in range(3):
            generation.generate(ctx, {"recurring_bill_id": template.id})
    assert due_dates(company) == ["2026-01-31"]


def test_sending_the_next_due_date_back_keeps_the_day_of_the_month(company, vendor):
    with company.ctx() as ctx:
        template = a_recurring_bill(ctx, vendor)
    advance(company, days=20)
    with company.ctx() as ctx:
        recurring_bills.update(ctx, template.id, {"next_due_on": date(2026, 2, 28), "description": "Same"})
    advance(company, days=60)
    assert due_dates(company) == ["2026-01-31", "2026-02-28", "2026-03-31"]


# Out of use


def test_an_archived_one_makes_no_bills_and_a_restored_one_those_it_missed(company, vendor):
    with company.ctx() as ctx:
        template = a_recurring_bill(ctx, vendor)
        for _ in range(2):
            assert recurring_bills.archive(ctx, template.id).template.archived
    advance(company, days=50)
    assert due_dates(company) == []
    with company.ctx() as ctx:
        for _ in range(2):
            assert not recurring_bills.restore(ctx, template.id).template.archived
    advance(company, minutes=0)
    assert due_dates(company) == ["2026-01-31", "2026-02-28"]
    assert events_of(company, "RecurringBillArchived", "RecurringBillRestored") == [
        "RecurringBillArchived",
        "RecurringBillRestored",
    ]


def test_one_that_has_missed_too_much_is_restored_once_its_date_is_set(company, vendor):
    with company.ctx() as ctx:
        template = a_recurring_bill(ctx, vendor)
        recurring_bills.archive(ctx, template.id)
    advance(company, days=400)
    refusal = refused(company, lambda ctx: recurring_bills.restore(ctx, template.id))
    assert (type(refusal), refusal.path) == (InvalidField, "next_due_on")
    with company.ctx() as ctx:
        recurring_bills.update(ctx, template.id, {"next_due_on": date(2027, 3, 1)})
        recurring_bills.restore(ctx, template.id)
    advance(company, days=15)
    assert due_dates(company) == ["2027-03-01"]


def test_one_that_cannot_make_its_bill_is_put_out_of_use_and_says_so_while_others_go_on(company, vendor):
    with company.ctx() as ctx:
        gone = a_vendor(ctx, name="Gone", bank="333331234")
        failing, fine = a_recurring_bill(ctx, gone), a_recurring_bill(ctx, vendor)
        vendors.archive_vendor(ctx, gone.id)
    advance(company, days=50)
    assert [(bill.vendor_id, bill.due_on.isoformat()) for bill in made(company)] == [
        (vendor.id, "2026-01-31"),
        (vendor.id, "2026-02-28"),
    ]
    after = template_of(company, failing)
    assert (after.archived, after.next_due_on, after.failure) == (
        True, date(2026, 1, 31), f"The vendor {gone.id} is archived.",
    )  # fmt: skip
    assert not template_of(company, fine).archived
    assert events_of(company, "RecurringBillFailed") == ["RecurringBillFailed"]
    with company.ctx() as ctx:
        assert parked_jobs(ctx.tx, ctx.organization_id) == []


def test_one_whose_vendor_is_archived_cannot_be_restored_until_the_vendor_is(company, vendor):
    with company.ctx() as ctx:
        template = a_recurring_bill(ctx, vendor)
        vendors.archive_vendor(ctx, vendor.id)
    advance(company, days=50)
    refusal = refused(company, lambda ctx: recurring_bills.restore(ctx, template.id))
    assert isinstance(refusal, VendorIsArchived)
    with company.ctx() as ctx:
        vendors.restore_vendor(ctx, vendor.id)
        assert recurring_bills.restore(ctx, template.id).template.failure is None
    advance(company, minutes=0)
    assert due_dates(company) == ["2026-01-31", "2026-02-28"]


# What is taken


def create_refused(company, vendor, *, lines=None, **fields):
    wanted = [a_line("100.00")] if lines is None else lines
    return refused(company, lambda ctx: recurring_bills.create(ctx, draft(vendor, **fields), wanted))


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"frequency_per_period": 0}, "frequency_per_period"),
        ({"frequency_per_period": 1000}, "frequency_per_period"),
        ({"days_in_advance": -1}, "days_in_advance"),
        ({"days_in_advance": 366}, "days_in_advance"),
        ({"next_due_on": date(2025, 1, 10)}, "next_due_on"),
        ({"next_due_on": date(2126, 1, 31)}, "next_due_on"),
        ({"end_on": date(2026, 1, 30)}, "end_on"),
        ({"description": "x" * 4001}, "description"),
        ({"lines": []}, "lines"),
        ({"lines": [LineDraft()]}, "lines[0].amount"),
        ({"auto_payment": True}, "bank_account_id"),
    ],
)
def test_what_a_template_cannot_say(company, vendor, fields, path):
    refusal = create_refused(company, vendor, **fields)
    assert (type(refusal), refusal.path) == (InvalidField, path)


def test_all_that_is_wrong_is_said_at_once(company, vendor):
    refusal = create_refused(company, vendor, frequency_per_period=0, days_in_advance=-1, lines=[])
    assert [one.path for one in refusal.refusals] == ["frequency_per_period", "days_in_advance", "lines"]


def test_vendor_and_classifications_have_to_be_there(company, vendor):
    with company.ctx() as ctx:
        archived = a_vendor(ctx, name="Gone", bank="333331234")
        vendors.archive_vendor(ctx, archived.id)
        template = a_recurring_bill(ctx, vendor)
    assert isinstance(create_refused(company, archived), VendorIsArchived)
    unknown = [a_line("1.00", department_id="nothing")]
    assert isinstance(create_refused(company, vendor, lines=unknown), NotFound)
    assert isinstance(create_refused(company, vendor, vendor_id="nobody"), NotFound)
    assert isinstance(refused(company, lambda ctx: recurring_bills.get(ctx, "nothing")), NotFound)
    for changes, kind in (({"vendor_id": archived.id}, VendorIsArchived), ({"vendor_id": "nobody"}, NotFound)):
        refusal = refused(company, lambda ctx, changes=changes: recurring_bills.update(ctx, template.id, changes))
        assert isinstance(refusal, kind)


def test_a_recurring_bill_keeps_its_currency(company, vendor):
    with company.ctx() as ctx:
        euros = a_vendor(ctx, name="Euros", bank=None, bill_currency="EUR")
        template = a_recurring_bill(ctx, vendor)
        a_recurring_bill(ctx, euros)
    refusal = refused(company, lambda ctx: recurring_bills.update(ctx, template.id, {"vendor_id": euros.id}))
    assert (type(refusal), refusal.path) == (InvalidField, "vendor_id")
    refusal = refused(company, lambda ctx: vendor_accounts.update_vendor(ctx, euros.id, {"bill_currency": "USD"}))
    assert isinstance(refusal, VendorCurrencyIsSettled)
    advance(company, days=20)
    assert {bill.currency for bill in made(company)} == {"USD", "EUR"}


def test_lines_keep_their_ids_and_foreign_ones_are_refused(company, vendor):
    with company.ctx() as ctx:
        mine = recurring_bills.create(ctx, draft(vendor), [a_line("1.00"), a_line("2.00")])
        other = recurring_bills.create(ctx, draft(vendor), [a_line("3.00")])
        first, second = mine.lines
        wanted = [a_line("5.00"), a_line("9.00", id=first.id)]
        view = recurring_bills.update(ctx, mine.template.id, {}, wanted)
        assert [line.amount_minor for line in view.lines] == [500, 900]
        assert view.lines[1].id == first.id
        assert view.lines[0].id not in {first.id, second.id}
        assert view.template.amount_minor == 1400
        patched = recurring_bills.patch(ctx, mine.template.id, {}, [(first.id, {"amount": Decimal(7)})])
        assert [line.amount_minor for line in patched.lines] == [500, 700]
        assert recurring_bills.get(ctx, mine.template.id) == patched
    for line_id in (other.lines[0].id, second.id):
        lines = [a_line("1.00", id=line_id)]
        refusal = refused(company, lambda ctx, lines=lines: recurring_bills.update(ctx, mine.template.id, {}, lines))
        assert isinstance(refusal, LineNotOfDocument)


# Paying by itself


def paying(ctx, vendor, **fields):
    account = a_bank_account(ctx)
    return a_recurring_bill(ctx, vendor, auto_payment=True, bank_account_id=account.id, **fields)


def all_payments(company):
    with company.ctx() as ctx:
        return [view.payment for view in payments.list_payments(ctx, Query(limit=100)).items]


def test_the_payment_arrives_on_the_due_date(company, vendor):
    with company.ctx() as ctx:
        by_check = a_vendor(
            ctx, name="By check", bank=None, address_line1="9 Pine Rd", address_city="Reno", address_state="NV",
            address_zip="89501", address_country="US",
        )  # fmt: skip
        paying(ctx, vendor, next_due_on=date(2026, 2, 13), days_in_advance=30)
        paying(ctx, by_check, next_due_on=date(2026, 2, 13), days_in_advance=30)
    advance(company, days=3)
    by_ach, check = all_payments(company)
    assert [one.arrives_on for one in (by_ach, check)] == [date(2026, 2, 13)] * 2
    assert [one.process_on for one in (by_ach, check)] == [date(2026, 2, 10), date(2026, 2, 5)]
    assert by_ach.created_by == company.admin.user_id
    advance(company, days=40)
    assert {bill.payment_status for bill in made(company)} == {PaymentStatus.PAID, PaymentStatus.SCHEDULED}


def test_a_payment_that_is_too_late_starts_on_the_first_day_it_can(company, vendor):
    with company.ctx() as ctx:
        paying(ctx, vendor, next_due_on=date(2026, 1, 2))
    advance(company, minutes=0)
    assert [one.process_on for one in all_payments(company)] == [date(2026, 1, 13)]


def test_setting_it_up_needs_what_paying_needs(company, vendor):
    with company.ctx() as ctx:
        account = a_bank_account(ctx)
        clerk, payer = a_user(ctx, Role.CLERK), a_user(ctx, Role.PAYER)
    untrusted = Actor(company.admin.user_id, company.admin.role, trusted=False, face="tests")
    fields = {"auto_payment": True, "bank_account_id": account.id}
    for actor, kind in ((untrusted, SessionUntrusted), (clerk, MayNotPay), (payer, MayNotPay)):
        refusal = refused(company, lambda ctx: a_recurring_bill(ctx, vendor, **fields), actor=actor)
        assert isinstance(refusal, kind)
    for pays in (True, False):
        unknown = {"auto_payment": pays, "bank_account_id": "nothing"}
        refusal = refused(company, lambda ctx, unknown=unknown: a_recurring_bill(ctx, vendor, **unknown))
        assert isinstance(refusal, NotFound)


def test_one_that_pays_is_changed_only_by_who_could_set_it_up(company, vendor):
    with company.ctx() as ctx:
        template = paying(ctx, vendor)
        clerk = a_user(ctx, Role.CLERK)
    untrusted = Actor(company.admin.user_id, company.admin.role, trusted=False, face="tests")
    for actor, kind in ((untrusted, SessionUntrusted), (clerk, MayNotPay)):
        work = lambda ctx: recurring_bills.update(ctx, template.id, {}, [a_line("9000.00")])  # noqa: E731
        assert isinstance(refused(company, work, actor=actor), kind)
    with company.ctx(clerk) as ctx:
        recurring_bills.archive(ctx, template.id)
    assert isinstance(refused(company, lambda ctx: recurring_bills.restore(ctx, template.id), actor=clerk), MayNotPay)
    with company.ctx(clerk) as ctx:
        off = recurring_bills.update(ctx, template.id, {"auto_payment": False}).template
        assert (off.auto_payment, off.payer_id) == (False, None)
        assert not recurring_bills.restore(ctx, template.id).template.archived


def test_only_vendors_billed_in_usd_are_paid_by_themselves(company):
    with company.ctx() as ctx:
        euros = a_vendor(ctx, name="Euros", bank=None, bill_currency="EUR")
    refusal = refused(company, lambda ctx: paying(ctx, euros))
    assert (type(refusal), refusal.path) == (InvalidField, "auto_payment")


def failures(company):
    """The events of payments that were not made: their numbers."""
    with company.ctx() as ctx:
        found = list_events(ctx.tx, ctx.organization_id, limit=500)
        snapshots = [msgspec.json.decode(event.snapshot) for event in found if event.name == "AutopayFailed"]
    return [(one["vendor_id"], one["bank_account_id"], one["errors"]) for one in snapshots]


def _archive_account(ctx, template):
    bank_accounts.archive(ctx, template.bank_account_id)


def _archive_payer(ctx, template):
    user = identity_store.USERS.get(ctx.tx, ctx.organization_id, template.payer_id)
    identity_store.USERS.update(ctx.tx, replace(user, record_status=RecordStatus.INACTIVE), "record_status")


def _take_right(ctx, template):
    user = identity_store.USERS.get(ctx.tx, ctx.organization_id, template.payer_id)
    identity_store.USERS.update(ctx.tx, replace(user, role=Role.CLERK), "role")


@pytest.mark.parametrize(("change", "number"), [(_archive_payer, 1), (_take_right, 2), (_archive_account, 3)])
def test_where_the_payer_may_not_pay_the_bill_stays_and_the_template_stops(company, vendor, change, number):
    with company.ctx() as ctx:
        template = paying(ctx, vendor)
        change(ctx, template)
    advance(company, days=60)
    assert due_dates(company) == ["2026-01-31"]
    assert all_payments(company) == []
    assert failures(company) == [(vendor.id, template.bank_account_id, [number])]
    after = template_of(company, template)
    assert (after.archived, after.next_due_on) == (True, date(2026, 2, 28))
    assert events_of(company, "RecurringBillFailed") == ["RecurringBillFailed"]


def test_a_vendor_nothing_reaches_is_told_of_and_the_next_bill_is_tried_again(company):
    with company.ctx() as ctx:
        unreachable = a_vendor(ctx, bank=None)
        template = paying(ctx, unreachable)
    advance(company, days=50)
    assert due_dates(company) == ["2026-01-31", "2026-02-28"]
    assert failures(company) == [(unreachable.id, template.bank_account_id, [6])] * 2
    assert not template_of(company, template).archived


def test_a_bill_of_nothing_is_made_and_not_paid(company, vendor):
    with company.ctx() as ctx:
        paying(ctx, vendor, amount="0.00")
    advance(company, days=20)
    assert [bill.amount_minor for bill in made(company)] == [0]
    assert (all_payments(company), failures(company)) == ([], [])


def test_vendors_with_a_template_in_use_that_pays_are_known(company, vendor):
    with company.ctx() as ctx:
        other = a_vendor(ctx, name="Other", bank="333331234")
        a_recurring_bill(ctx, other)
        template = paying(ctx, vendor)
        assert recurring_bills.vendors_that_are_paid(ctx, [vendor.id, other.id]) == {vendor.id}
        recurring_bills.archive(ctx, template.id)
        assert recurring_bills.vendors_that_are_paid(ctx, [vendor.id, other.id]) == set()
        assert recurring_bills.vendors_that_are_paid(ctx, []) == set()


def test_a_paid_template_does_not_touch_other_bills(company, vendor):
    with company.ctx() as ctx:
        a_bill(ctx, vendor)
        paying(ctx, vendor)
    advance(company, days=20)
    assert [one.amount_minor for one in all_payments(company)] == [10000]
