"""Cut-offs put files together in steps; banks take them once; what banks send back is taken once."""

from __future__ import annotations

from datetime import UTC, date, datetime

import achkit
import pytest

from billfold import ledger
from billfold.bankfiles import nacha
from billfold.documents.files import read_file
from billfold.kit.errors import InvalidField, StateForbids
from billfold.kit.query import Query
from billfold.kit.records import replace
from billfold.parties.model import AccountType
from billfold.payables.payments import payments
from billfold.payables.payments.model import SingleStatus
from billfold.rails import ach, bank, bank_faults, calendar, originators, store, transfers
from billfold.rails.bank_model import BankFaultKind
from billfold.rails.incoming import changes, files
from billfold.rails.incoming.files import IncomingFileInvalid
from billfold.rails.incoming.model import ChangeStatus, FileStatus, Outcome
from billfold.rails.model import Direction, Leg, TransferStatus
from tests.builders import (
    a_bank_account,
    a_bill,
    a_company,
    a_payment,
    a_vendor,
    advance,
    pay_bills,
    refused,
)
from tests.conftest import a_house
from tests.readings import stored_files

CUT_OFF = datetime(2026, 1, 13, 2, 0, tzinfo=UTC)
FUNDED = datetime(2026, 1, 14, 13, 30, tzinfo=UTC)
SECOND_CUT_OFF = datetime(2026, 1, 15, 2, 0, tzinfo=UTC)
CLEARED = datetime(2026, 1, 15, 13, 30, tzinfo=UTC)
RETURNED = datetime(2026, 1, 20, 13, 0, tzinfo=UTC)


def contents(company, kind="nacha"):
    """The files of a kind, oldest first."""
    with company.ctx() as ctx:
        return stored_files(ctx, kind)


def built(company):
    return [nacha.read(content) for content in contents(company)]


def many_payments(company, count, **vendor):
    """Payments of one vendor, each of one bill."""
    with company.ctx() as ctx:
        account = a_bank_account(ctx)
        payee = a_vendor(ctx, combine_payments=False, **vendor)
        return [a_payment(ctx, a_bill(ctx, payee, amount=f"{n}.00"), bank_account=account) for n in range(1, count + 1)]


def statuses(company, leg):
    with company.ctx() as ctx:
        found = transfers.list_transfers(ctx, Query(limit=500)).items
        return [transfer.status for transfer in found if transfer.leg is leg]


@pytest.fixture
def small_steps(monkeypatch):
    """Steps of two transfers, files of five entries."""
    monkeypatch.setattr(ach, "TRANSFERS_PER_STEP", 2)
    monkeypatch.setattr(ach, "ENTRIES_PER_FILE", 5)


# Cut-off in steps


@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize("count", [1, 2, 4, 5, 6, 11])
def test_however_many_are_due_each_is_in_one_file_and_no_file_is_too_large(company, count):
    many_payments(company, count)
    advance(company, to=CUT_OFF)
    sent = built(company)
    assert [len(file.batches[0].entries) for file in sent] == [5] * (count // 5) + ([count % 5] if count % 5 else [])
    amounts = [entry.amount_minor for file in sent for entry in file.batches[0].entries]
    assert sorted(amounts) == [100 * n for n in range(1, count + 1)]
    traces = [entry.trace_number for file in sent for entry in file.batches[0].entries]
    assert traces == sorted(set(traces))
    assert len({file.file_id_modifier for file in sent}) == len(sent)
    for content in contents(company):
        assert achkit.validate(content.decode()) == {"ok": True, "errors": []}
    advance(company, to=CLEARED)
    assert statuses(company, Leg.FUNDING) == [TransferStatus.SETTLED] * count
    assert statuses(company, Leg.DISBURSEMENT) == [TransferStatus.SETTLED] * count
    with company.ctx() as ctx:
        assert ledger.verify(ctx) == []
        assert store.ASSEMBLIES.where(ctx.tx, "organization_id = ?", (ctx.organization_id,)) == []
        assert store.PARTS.where(ctx.tx, "organization_id = ?", (ctx.organization_id,)) == []


@pytest.mark.parametrize("balanced", [False, True])
def test_no_file_is_of_more_money_than_its_totals_have_digits_for(company, balanced):
    with company.ctx() as ctx:
        account, payee = a_bank_account(ctx), a_vendor(ctx, combine_payments=False)
        if balanced:
            named = {"bank_profile": "balanced", "offset_bank_account_id": account.id}
            originators.set_originator(ctx, named | {"company_id": "1234567890", "immediate_origin": "1234567890"})
        bills = [(a_bill(ctx, payee, amount="99999999.99"), "99999999.99") for _ in range(101)]
        pay_bills(ctx, *bills[:51], account=account)
        pay_bills(ctx, *bills[51:], account=account)
    advance(company, to=CUT_OFF)
    totals = [sum(entry.amount_minor for entry in file.batches[0].entries) for file in built(company)]
    assert sum(totals) == 101 * 9_999_999_999 * (1 + balanced)
    assert len(totals) == 2
    assert set(statuses(company, Leg.FUNDING)) == {TransferStatus.SENT}


@pytest.mark.parametrize("name", ["東京株式会社", "ßßßßßßßßßßßßßßßß GmbH", "  Acme", "Größe & Söhne"])
def test_a_company_pays_whatever_letters_its_name_has(database, house, name):
    company = a_company(database, house, name=name)
    many_payments(company, 1)
    advance(company, to=CLEARED)
    assert statuses(company, Leg.DISBURSEMENT) == [TransferStatus.SETTLED]
    assert all(file.batches[0].company_name.strip() for file in built(company))


@pytest.mark.usefixtures("small_steps")
def test_between_two_steps_what_a_file_carries_is_sent_and_the_rest_can_still_be_called_off(company):
    views = many_payments(company, 4)
    with company.ctx() as ctx:
        ach.cut_off(ctx, {"effective_on": "2026-01-13"})
    assert built(company) == []
    with company.ctx() as ctx:
        standing = [payments.get_payment(ctx, view.payment.id).payment.single_status for view in views]
        assert standing == [SingleStatus.READY_TO_FUND] * 2 + [SingleStatus.SCHEDULED] * 2
        assembly = store.ASSEMBLIES.get(ctx.tx, ctx.organization_id, "night")
        assert (assembly.entry_count, assembly.part_count) == (2, 1)
        sealed = store.sealed_part(ctx.tx, ctx.organization_id, assembly.file_id, 1)
        assert b"111111234" not in sealed
    refusal = refused(company, lambda ctx: originators.set_originator(ctx, {"company_name": "OTHER"}))
    assert isinstance(refusal, StateForbids)
    advance(company, to=CUT_OFF)
    (file,) = built(company)
    assert len(file.batches[0].entries) == 4


@pytest.mark.usefixtures("small_steps")
def test_a_balanced_file_made_in_steps_balances(company):
    with company.ctx() as ctx:
        offset = a_bank_account(ctx, bank="999991234")
        originators.set_originator(ctx, {"bank_profile": "balanced", "offset_bank_account_id": offset.id})
    many_payments(company, 3)
    advance(company, to=CUT_OFF)
    (content,) = contents(company)
    file = nacha.read(content, nacha.PROFILES["balanced"])
    *paid, offsetting = file.batches[0].entries
    assert offsetting.amount_minor == sum(entry.amount_minor for entry in paid) == 600
    assert (offsetting.account_number, offsetting.is_debit) == ("999991234", False)
    with company.ctx() as ctx:
        (row,) = ach.list_ach_files(ctx, Query()).items
        assert (row.entry_count, row.debit_minor, row.credit_minor, row.status) == (3, 600, 0, "received")


def test_trace_numbers_come_round_in_a_batch_of_their_own(company):
    many_payments(company, 3)
    with company.ctx() as ctx:
        ctx.tx.run("UPDATE organization_counters SET trace_number = ?", (10**7 - 1,))
    advance(company, to=CUT_OFF)
    (file,) = built(company)
    assert [[int(entry.trace_number[8:]) for entry in batch.entries] for batch in file.batches] == [[9_999_999], [0, 1]]


# Classes


def entries_by_class(company):
    return {batch.sec_code: batch.entries for batch in built(company)[-1].batches}


def test_a_person_is_paid_by_ppd_a_company_by_ccd_and_many_documents_by_ctx(company):
    with company.ctx() as ctx:
        account = a_bank_account(ctx)
        person = a_vendor(ctx, name="Jane Doe", bank="333331234", account_type=AccountType.PERSON)
        firm = a_vendor(ctx, name="One Bill Ltd", bank="444441234")
        large = a_vendor(ctx, name="Many Bills Incorporated", bank="555551234")
        bills = [(a_bill(ctx, large, amount="10.00", invoice_number=f"INV-{n:04d}"), "10.00") for n in range(30)]
        wanted = [(a_bill(ctx, person), "100.00"), (a_bill(ctx, firm), "100.00"), *bills]
        assert len(pay_bills(ctx, *wanted, account=account)) == 3
    advance(company, to=SECOND_CUT_OFF)
    found = entries_by_class(company)
    assert set(found) == {"CCD", "CTX", "PPD"}
    assert [addendum.payment_related_information for addendum in found["PPD"][0].addenda] == ["RMR*IV*INV-1**100.00\\"]
    (many,) = found["CTX"]
    assert many.amount_minor == 30_000
    documents = nacha.read_advice(many.addenda)
    assert [one.number for one in documents] == [f"INV-{n:04d}" for n in range(30)]
    assert {one.amount_minor for one in documents} == {1_000}
    assert {one.issued_on for one in documents} == {date(2026, 1, 10)}
    assert achkit.validate(contents(company)[-1].decode()) == {"ok": True, "errors": []}
    with company.ctx() as ctx:
        paid = [one for one in transfers.list_transfers(ctx, Query()).items if one.leg is Leg.DISBURSEMENT]
        assert [one.sec_code for one in paid] == ["PPD", "CCD", "CTX"]


# A bank that is hard to reach


@pytest.mark.parametrize("kind", [BankFaultKind.ANSWER_LOST, BankFaultKind.UNREACHABLE])
def test_a_file_without_an_answer_is_sent_again_and_the_payment_is_one_payment(company, kind):
    many_payments(company, 1, bank="222220003")
    with company.ctx() as ctx:
        bank_faults.plan(ctx, kind, times=2)
    advance(company, to=CUT_OFF)
    with company.ctx() as ctx:
        (file,) = ach.list_ach_files(ctx, Query()).items
        assert file.status == "built"
        inbox = store.RECEIVED.where(ctx.tx, "organization_id = ?", (ctx.organization_id,))
        assert len(inbox) == (kind is BankFaultKind.ANSWER_LOST)
    advance(company, minutes=30)
    with company.ctx() as ctx:
        assert [one.status for one in ach.list_ach_files(ctx, Query()).items] == ["received"]
        assert len(store.RECEIVED.where(ctx.tx, "organization_id = ?", (ctx.organization_id,))) == 1
    advance(company, to=RETURNED)
    assert len(contents(company)) == 2
    assert len(contents(company, "incoming_nacha")) == 1
    with company.ctx() as ctx:
        (one,) = files.list_files(ctx, Query())
        assert one.outcomes == {"applied": 1}
        assert ledger.verify(ctx) == []


def test_a_settlement_reported_twice_changes_nothing(company):
    (view,) = many_payments(company, 1)
    with company.ctx() as ctx:
        bank_faults.plan(ctx, BankFaultKind.SETTLED_TWICE, times=2)
    advance(company, to=CLEARED)
    with company.ctx() as ctx:
        before = payments.get_payment(ctx, view.payment.id)
        events = ctx.tx.one("SELECT COUNT(*) FROM events")[0]
        transfer = transfers.leg_of(ctx, view.payment.id, Leg.DISBURSEMENT)
        assert transfers.settle(ctx, transfer) == transfer
    advance(company, days=5)
    with company.ctx() as ctx:
        assert payments.get_payment(ctx, view.payment.id) == before
        assert ctx.tx.one("SELECT COUNT(*) FROM events")[0] == events
        assert ledger.verify(ctx) == []


def test_planned_returns_hit_the_next_entries_of_their_direction(company):
    many_payments(company, 3)
    with company.ctx() as ctx:
        bank_faults.plan(ctx, BankFaultKind.RETURN, code="R01", direction=Direction.DEBIT)
        bank_faults.plan(ctx, BankFaultKind.RETURN, code="R23", direction=Direction.CREDIT)
        bank_faults.plan(ctx, BankFaultKind.CHANGE, code="C05", direction=Direction.CREDIT)
    advance(company, to=RETURNED)
    with company.ctx() as ctx:
        found = transfers.list_transfers(ctx, Query()).items
        assert sorted(one.return_code for one in found if one.return_code) == ["R01", "R23"]
        assert [one.change_code for one in found if one.change_code] == ["C05"]
        assert ledger.verify(ctx) == []


@pytest.mark.parametrize(
    ("kind", "code"),
    [(BankFaultKind.RETURN, "R99"), (BankFaultKind.CHANGE, "R01"), (BankFaultKind.ANSWER_LOST, "R01")],
)
def test_a_fault_with_a_code_that_is_not_its_own_is_refused(company, kind, code):
    assert isinstance(refused(company, lambda ctx: bank_faults.plan(ctx, kind, code=code)), InvalidField)


# Files that banks send


def sent_transfer(company, leg=Leg.DISBURSEMENT, *, to=CLEARED, **vendor):
    (view,) = many_payments(company, 1, **vendor)
    advance(company, to=to)
    with company.ctx() as ctx:
        return transfers.leg_of(ctx, view.payment.id, leg)


def a_return(company, transfer, code="R02", **changes):
    """A bank's file that sends the transfer back."""
    sec_code = changes.pop("sec_code", "CCD")
    reference = changes.pop("reference", "")
    addendum = nacha.ReturnAddendum(
        code=code,
        original_trace_number=changes.pop("original", transfer.trace_number),
        original_rdfi="07400001",
        trace_number="074000010000001",
    )
    values = {
        "transaction_code": 21 if transfer.direction is Direction.CREDIT else 26,
        "routing_number": "074000010",
        "account_number": "222221234",
        "amount_minor": transfer.amount_minor,
        "individual_name": "SOMEBODY",
        "trace_number": "074000010000001",
        "addenda": (addendum,),
    }
    return a_file(company, nacha.Entry(**values | changes), sec_code, reference)


def a_file(company, entry, sec_code="CCD", reference=""):
    batch = nacha.Batch(
        company_name="ACME",
        company_id="1234567890",
        sec_code=sec_code,
        entry_description="PAYMENT",
        effective_entry_date=date(2026, 1, 16),
        originating_dfi="07400001",
        batch_number=1,
        entries=[entry],
    )
    return nacha.render(
        nacha.File(
            immediate_destination="074000010",
            immediate_origin="074000010",
            created=company.now().replace(tzinfo=None),
            reference_code=reference,
            batches=[batch],
        )
    )


def take(company, content):
    with company.ctx() as ctx:
        return files.take_file(ctx, content, file_name="returns.txt")


def entries(company):
    with company.ctx() as ctx:
        return [(one.outcome, one.note) for one in files.list_entries(ctx, Query()).items]


def test_a_return_in_a_bank_file_is_applied_and_the_same_file_changes_nothing(company):
    transfer = sent_transfer(company)
    content = a_return(company, transfer)
    taken = take(company, content)
    assert (taken.outcomes, taken.repeated, taken.file.status) == ({"applied": 1}, False, FileStatus.TAKEN)
    again = take(company, content)
    assert (again.file, again.repeated) == (taken.file, True)
    assert take(company, content.replace(b"\n", b"\r\n")).repeated, "the same file in another form"
    with company.ctx() as ctx:
        returned = transfers.get_transfer(ctx, transfer.id)
        assert (returned.status, returned.return_code) == (TransferStatus.RETURNED, "R02")
        payment = payments.get_payment(ctx, transfer.subject_id).payment
        assert payment.single_status is SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED
        assert ledger.verify(ctx) == []
    assert len(contents(company, "incoming_nacha")) == 1


def test_a_return_that_another_file_brings_again_changes_nothing(company):
    transfer = sent_transfer(company)
    take(company, a_return(company, transfer))
    with company.ctx() as ctx:
        before = payments.get_payment(ctx, transfer.subject_id)
    second = take(company, a_return(company, transfer, code="R03", reference="00000002"))
    assert (second.repeated, second.outcomes) == (False, {"repeated": 1})
    with company.ctx() as ctx:
        assert payments.get_payment(ctx, transfer.subject_id) == before


def test_two_returns_of_one_amount_whose_files_say_the_same_of_themselves_are_both_taken(company):
    """A bank that names every file A, and no time of day, sends two of them on one day."""
    with company.ctx() as ctx:
        account, payee = a_bank_account(ctx), a_vendor(ctx, combine_payments=False)
        views = [a_payment(ctx, a_bill(ctx, payee), bank_account=account) for _ in range(2)]
    advance(company, to=CLEARED)
    with company.ctx() as ctx:
        first, second = (transfers.leg_of(ctx, view.payment.id, Leg.DISBURSEMENT) for view in views)
    contents_ = [a_return(company, transfer) for transfer in (first, second)]
    assert first.amount_minor == second.amount_minor
    for content in contents_:
        taken = take(company, content)
        assert (taken.outcomes, taken.repeated) == ({"applied": 1}, False)
    assert take(company, contents_[0].replace(b"\n", b"\r\n")).repeated
    with company.ctx() as ctx:
        assert {transfers.get_transfer(ctx, one.id).status for one in (first, second)} == {TransferStatus.RETURNED}


@pytest.mark.parametrize(
    "changes",
    [{"original": "074000019999999"}, {"amount_minor": 1}, {"transaction_code": 26}],
)
def test_an_entry_that_is_not_ours_is_an_exception_that_can_be_seen(company, changes):
    transfer = sent_transfer(company)
    assert take(company, a_return(company, transfer, **changes)).outcomes == {"exception": 1}
    ((outcome, note),) = entries(company)
    assert outcome is Outcome.EXCEPTION
    assert "trace number" in note
    with company.ctx() as ctx:
        assert transfers.get_transfer(ctx, transfer.id) == transfer


@pytest.mark.parametrize("what", ["return", "change"])
def test_a_bank_file_of_another_company_with_the_same_bank_changes_nothing(database, house, what):
    """Trace numbers are a bank's number and a company's own: two companies give the same ones."""
    ours, other = a_company(database, house), a_company(database, house)
    transfer, theirs = sent_transfer(ours), sent_transfer(other)
    assert (transfer.trace_number, transfer.amount_minor) == (theirs.trace_number, theirs.amount_minor)
    with other.ctx() as ctx:
        said = bank.return_now(ctx, theirs, "R03") if what == "return" else bank.notify_now(ctx, theirs, "C01")
        content = read_file(ctx, said.file.stored_file_id)
    assert said.outcomes == {"applied": 1}
    assert take(ours, content).outcomes == {"exception": 1}
    with ours.ctx() as ctx:
        assert transfers.get_transfer(ctx, transfer.id) == transfer
    assert proposals(ours) == []


def test_a_forward_entry_and_what_banks_say_among_themselves_are_exceptions(company):
    transfer = sent_transfer(company)
    forward = nacha.Entry(
        transaction_code=22,
        routing_number="074000010",
        account_number="1",
        amount_minor=1,
        individual_name="X",
        trace_number="074000010000001",
    )
    assert take(company, a_file(company, forward)).outcomes == {"exception": 1}
    dishonored = nacha.DishonoredAddendum(
        code="R68",
        original_trace_number=transfer.trace_number,
        original_rdfi="07400001",
        return_trace_number="074000010000007",
        return_settlement_day="020",
        return_code="02",
        trace_number="074000010000001",
    )
    back = replace_entry(forward, transaction_code=21, addenda=(dishonored,))
    assert take(company, a_file(company, back, reference="2")).outcomes == {"exception": 1}
    assert entries(company)[1][1] == "Between banks: untimely return."


def replace_entry(entry, **changes):
    from dataclasses import replace as with_changes

    return with_changes(entry, **changes)


@pytest.mark.parametrize(
    ("code", "days", "words"),
    [
        ("R02", 0, None),
        ("R02", 7, "Late: R02 was due by 2026-01-20"),
        ("R01", 0, "R01 (insufficient funds) is not for credits"),
        ("R80", 0, "R80 is not a reason"),
    ],
)
def test_a_return_that_is_late_or_odd_is_taken_and_said_to_be(company, code, days, words):
    transfer = sent_transfer(company)
    advance(company, days=days)
    take(company, a_return(company, transfer, code=code))
    ((outcome, note),) = entries(company)
    assert outcome is Outcome.APPLIED
    assert note is None if words is None else note.startswith(words)
    with company.ctx() as ctx:
        assert transfers.get_transfer(ctx, transfer.id).return_code == code


def test_a_return_may_come_before_the_settlement(company):
    transfer = sent_transfer(company, Leg.FUNDING, to=CUT_OFF)
    take(company, a_return(company, transfer, code="R01"))
    advance(company, to=CLEARED)
    with company.ctx() as ctx:
        payment = payments.get_payment(ctx, transfer.subject_id).payment
        assert (payment.single_status, payment.return_code) == (SingleStatus.FUNDING_FAILED_VOIDED, "R01")
        assert transfers.get_transfer(ctx, transfer.id).status is TransferStatus.RETURNED
        assert ledger.verify(ctx) == []


def test_a_file_with_a_wrong_total_is_refused_whole(company):
    transfer = sent_transfer(company)
    content = a_return(company, transfer)
    bent = content.replace(b"9000001", b"9000002", 1)
    refusal = refused(company, lambda ctx: files.take_file(ctx, bent, file_name="x.txt"))
    assert isinstance(refusal, IncomingFileInvalid)
    assert "file.batch_count" in str(refusal)
    with company.ctx() as ctx:
        assert transfers.get_transfer(ctx, transfer.id) == transfer
    assert contents(company, "incoming_nacha") == []


def test_a_large_file_is_taken_in_steps(company, monkeypatch):
    monkeypatch.setattr(files, "ENTRIES_PER_STEP", 2)
    views = many_payments(company, 5)
    advance(company, to=CLEARED)
    originals = list(nacha.iter_entries(contents(company)[1]))
    with company.ctx() as ctx:
        legs = [transfers.leg_of(ctx, view.payment.id, Leg.DISBURSEMENT) for view in views]
        answers = [bank.Answer(one.batch, one.entry, "R03") for one in originals]
        content = bank.bank_files.write_answers(ctx, answers)
    taken = take(company, content)
    assert (taken.file.taken_count, taken.file.status) == (2, FileStatus.TAKING)
    advance(company, minutes=1)
    with company.ctx() as ctx:
        whole = files.get_file(ctx, taken.file.id)
        assert (whole.file.status, whole.outcomes) == (FileStatus.TAKEN, {"applied": 5})
        assert {transfers.get_transfer(ctx, leg.id).return_code for leg in legs} == {"R03"}
        assert ledger.verify(ctx) == []


# Notifications of change


def proposals(company):
    with company.ctx() as ctx:
        return changes.list_changes(ctx, Query()).items


def notify(company, transfer, code, corrections=None):
    with company.ctx() as ctx:
        return bank.notify_now(ctx, transfer, code, corrections)


def clear(company, transfer):
    from billfold.parties import vendors

    with company.ctx() as ctx:
        return vendors.clear_account(ctx, transfer.account_id)


@pytest.mark.parametrize(
    ("code", "corrections", "expected"),
    [
        ("C01", {"account_number": "987654321"}, {"account_number": "987654321"}),
        ("C02", {"routing_number": "322271627"}, {"routing_number": "322271627"}),
        (
            "C03",
            {"routing_number": "322271627", "account_number": "55"},
            {"routing_number": "322271627", "account_number": "55"},
        ),
        ("C04", {"name": "NEW NAME"}, {"name": "NEW NAME"}),
        ("C05", {"transaction_code": "32"}, {"kind": "SAVINGS"}),
        (
            "C06",
            {"account_number": "987654321", "transaction_code": "32"},
            {"account_number": "987654321", "kind": "SAVINGS"},
        ),
        (
            "C07",
            {"routing_number": "322271627", "account_number": "9", "transaction_code": "32"},
            {"routing_number": "322271627", "account_number": "9", "kind": "SAVINGS"},
        ),
        ("C09", {"identification": "ID-9"}, {}),
    ],
)
def test_a_change_is_a_proposal_until_it_is_accepted(company, code, corrections, expected):
    transfer = sent_transfer(company)
    before = clear(company, transfer)
    notify(company, transfer, code, corrections)
    (change,) = proposals(company)
    assert (change.code, change.status, change.account_id) == (code, ChangeStatus.PROPOSED, transfer.account_id)
    assert clear(company, transfer) == before
    with company.ctx() as ctx:
        assert transfers.get_transfer(ctx, transfer.id).change_code == code
        accepted = changes.accept_change(ctx, change.id)
    assert (accepted.status, accepted.decided_by) == (ChangeStatus.ACCEPTED, company.admin.user_id)
    assert clear(company, transfer) == before._replace(**expected)
    assert isinstance(refused(company, lambda ctx: changes.reject_change(ctx, change.id)), StateForbids)


@pytest.mark.parametrize(
    ("code", "field"), [("C10", "company_name"), ("C11", "company_id"), ("C12", "company_id"), ("C13", None)]
)
def test_a_change_of_the_companys_own_fields_is_one_of_the_settings(company, code, field):
    transfer = sent_transfer(company)
    notify(company, transfer, code)
    (change,) = proposals(company)
    with company.ctx() as ctx:
        before = originators.get_originator(ctx)
        changes.accept_change(ctx, change.id)
        after = originators.get_originator(ctx)
    if field is None:
        assert after == before
    else:
        assert getattr(after, field) != getattr(before, field)


def test_a_rejected_change_changes_nothing_and_the_same_one_is_not_proposed_again(company):
    transfer = sent_transfer(company)
    before = clear(company, transfer)
    notify(company, transfer, "C01")
    (change,) = proposals(company)
    assert "222221234" not in change.before_masked + change.after_masked
    with company.ctx() as ctx:
        assert changes.reject_change(ctx, change.id).status is ChangeStatus.REJECTED
    assert clear(company, transfer) == before
    assert notify(company, transfer, "C01").outcomes == {"repeated": 1}
    assert len(proposals(company)) == 1


def test_a_change_of_the_organizations_own_account_is_made_there(company):
    transfer = sent_transfer(company, Leg.FUNDING)
    notify(company, transfer, "C01", {"account_number": "777771234"})
    (change,) = proposals(company)
    with company.ctx() as ctx:
        changes.accept_change(ctx, change.id)
        from billfold.funding import bank_accounts

        assert bank_accounts.clear_account(ctx, transfer.account_id).account_number == "777771234"
        assert bank_accounts.get(ctx, transfer.account_id).account_number_last4 == "1234"


def test_the_next_payment_goes_where_the_bank_says(company):
    transfer = sent_transfer(company)
    notify(company, transfer, "C01", {"account_number": "987654321"})
    (change,) = proposals(company)
    with company.ctx() as ctx:
        changes.accept_change(ctx, change.id)
        from billfold.parties import vendors

        vendor = vendors.get_vendor(ctx, payments.get_payment(ctx, transfer.subject_id).payment.vendor_id)
        a_payment(ctx, a_bill(ctx, vendor))
    advance(company, days=7)
    assert built(company)[-1].batches[0].entries[0].account_number == "987654321"


def test_corrected_data_that_cannot_be_read_is_an_exception_to_be_refused(company):
    transfer = sent_transfer(company)
    addendum = nacha.ChangeAddendum(
        code="C02",
        original_trace_number=transfer.trace_number,
        original_rdfi="07400001",
        corrected_data="123456789",
        trace_number="074000010000001",
    )
    entry = nacha.Entry(
        transaction_code=21,
        routing_number="074000010",
        account_number="222221234",
        amount_minor=0,
        individual_name="X",
        trace_number="074000010000001",
        addenda=(addendum,),
    )
    assert take(company, a_file(company, entry, "COR")).outcomes == {"exception": 1}
    assert entries(company)[0][1].startswith("To be refused with C65")
    assert proposals(company) == []


# After an outage


def test_production_dates_a_late_file_by_the_day_it_leaves(database):
    house = a_house()
    company = a_company(database, house)
    (view,) = many_payments(company, 1)
    late = datetime(2026, 1, 14, 20, tzinfo=UTC)  # Wednesday noon in Los Angeles; planned was Tuesday's file
    for _ in ("the step that sends", "the step that closes the file"):
        with company.ctx() as ctx:
            ctx.now, ctx.clock_now = CUT_OFF, late
            ach.cut_off(ctx, {"effective_on": "2026-01-13"})
    with company.ctx() as ctx:
        transfer = transfers.leg_of(ctx, view.payment.id, Leg.FUNDING)
        assert transfer.effective_on == date(2026, 1, 15)
        (file,) = ach.list_ach_files(ctx, Query()).items
        assert file.effective_on == date(2026, 1, 15)
        rows = ctx.tx.all("SELECT name, due_at FROM jobs WHERE name LIKE 'rails.ach.s%' ORDER BY due_at")
    assert [tuple(row) for row in rows] == [
        ("rails.ach.start", "2026-01-15T07:15:00.000Z"),
        ("rails.ach.settle", "2026-01-16T13:30:00.000Z"),
    ]
    assert built(company)[0].batches[0].effective_entry_date == date(2026, 1, 15)


@pytest.mark.parametrize(
    ("planned", "now", "expected"),
    [
        (date(2026, 1, 13), datetime(2026, 1, 13, 2, tzinfo=UTC), date(2026, 1, 13)),
        (date(2026, 1, 13), datetime(2026, 1, 13, 7, 15, tzinfo=UTC), date(2026, 1, 14)),
        (date(2026, 1, 16), datetime(2026, 1, 16, 8, tzinfo=UTC), date(2026, 1, 20)),  # a weekend and a holiday
    ],
)
def test_a_file_that_misses_its_window_has_the_next_banking_day(planned, now, expected):
    slot = calendar.night_slot(planned, now)
    assert slot.effective_on == expected
    assert slot.debits_settle_at > slot.debits_start_at > now


def test_a_house_in_production_runs_late_jobs_by_the_clock_on_the_wall(database):
    from billfold.kit.runner import Runner
    from billfold.kit.settings import Profile

    seen = {}

    def look(ctx, _):
        seen.update(now=ctx.now, clock_now=ctx.clock_now)

    company = a_company(database, replace(a_house(), profile=Profile.PRODUCTION))
    runner = Runner(database, company.house, {"look": look})
    with company.ctx() as ctx:
        ctx.schedule("look", CUT_OFF, key="look")
    with database.transaction() as tx:
        runner._run_next(tx, company.world_id, FUNDED, stepping=False)
    assert seen == {"now": CUT_OFF, "clock_now": FUNDED}
