"""The check rail alone: numbers, printing, what becomes of checks, and what the bank is told."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pypdfium2
import pytest
from PIL import Image

from billfold.documents import files
from billfold.kit.ctx import CLOCK_ACTOR
from billfold.kit.db import Conflict
from billfold.kit.errors import InvalidField, NotFound, Refusals, StateForbids
from billfold.kit.query import Query
from billfold.kit.records import replace
from billfold.kit.settings import Profile
from billfold.rails import transfers
from billfold.rails.checks import check_settings, checks, copies, printing
from billfold.rails.checks import store as checks_store
from billfold.rails.checks.model import CHECK_TRANSITIONS, CheckStatus
from billfold.rails.events import TransferDelivered, TransferReturned, TransferSettled
from billfold.rails.model import Direction, Holder, Leg, Rail, RemittanceLine, Transfer, TransferStatus
from billfold.rails.transfers import TransferDraft
from tests.builders import a_bank_account, a_company, a_vendor, advance, refused

#: The rail listens to itself; nobody else does.
OWN_REACTIONS = {
    TransferDelivered: (checks.when_delivered,),
    TransferSettled: (checks.when_settled,),
    TransferReturned: (checks.when_returned,),
}
ADDRESS = {
    "address_line1": "9 Pine Rd",
    "address_city": "Reno",
    "address_state": "NV",
    "address_zip": "89501",
    "address_country": "US",
}
PRINTING_DAY = date(2026, 1, 14)
PRINTED = datetime(2026, 1, 14, 18, tzinfo=UTC)


@dataclass
class Drawer:
    """A company with a bank account, and checks to print."""

    company: Any
    account_id: str

    def order(self, count: int = 1, *, account_id: str = "", **vendor: Any) -> list[str]:
        """Checks scheduled for the printing of the 14th; their transfers' ids."""
        with self.company.ctx() as ctx:
            return [_ordered(ctx, account_id or self.account_id, number, vendor) for number in range(count)]

    def checks(self) -> list[Any]:
        with self.company.ctx() as ctx:
            return list(checks.list_checks(ctx, Query(limit=500)).items)

    def transfer(self, transfer_id: str) -> Transfer:
        with self.company.ctx() as ctx:
            return transfers.get_transfer(ctx, transfer_id)

    def stored(self, kind: str) -> list[Any]:
        """The files of this kind, oldest first: name and content."""
        with self.company.ctx() as ctx:
            found = files.list_files(ctx, Query(limit=500)).items
            return [(file.file_name, files.read_file(ctx, file.id)) for file in found if file.kind == kind]


def _ordered(ctx: Any, account_id: str, number: int, vendor: dict[str, Any]) -> str:
    payee = a_vendor(ctx, bank=None, **(ADDRESS | {"account_number": "88-1", "payee_name": "Road Runner"} | vendor))
    subject_id, _ = ctx.ids.new("stp")
    funding = TransferDraft(
        subject_id=subject_id,
        leg=Leg.FUNDING,
        direction=Direction.DEBIT,
        holder=Holder.ORGANIZATION,
        account_id=account_id,
        counterparty=payee.name,
        amount_minor=10_000 + number,
        currency="USD",
        effective_on=PRINTING_DAY,
        held=True,
    )
    check = msgspec.structs.replace(
        funding,
        leg=Leg.DISBURSEMENT,
        direction=Direction.CREDIT,
        rail=Rail.CHECK,
        holder=Holder.PAYEE,
        account_id=payee.id,
        addendum="January",
        remittance=(RemittanceLine(f"INV-{number}", date(2026, 1, 2), 10_000 + number),),
        held=False,
    )
    return transfers.originate(ctx, [funding, check])[1].id


@pytest.fixture
def drawer(database, house):
    return make_drawer(database, house)


def make_drawer(database, house, profile=Profile.SANDBOX):
    company = a_company(database, replace(house, reactions=OWN_REACTIONS, profile=profile))
    with company.ctx() as ctx:
        account = a_bank_account(ctx)
    return Drawer(company, account.id)


def page_text(pdf, page=0):
    return pypdfium2.PdfDocument(pdf)[page].get_textpage().get_text_range()


# Printing


def test_a_days_checks_of_an_account_are_one_file_with_consecutive_numbers(drawer):
    drawer.order(3)
    advance(drawer.company, to=PRINTED)
    assert [(check.number, check.status, check.issued_on) for check in drawer.checks()] == [
        (number, CheckStatus.PRINTED, PRINTING_DAY) for number in (1001, 1002, 1003)
    ]
    ((name, pdf),) = drawer.stored("check")
    assert name == "checks-20260114-1001.pdf"
    assert len(pypdfium2.PdfDocument(pdf)) == 3
    text = page_text(pdf, 1)
    for said in ("001002", "Road Runner", "9 Pine Rd", "Reno, NV 89501", "**100.01", "Acct 88-1 · January", "INV-1"):
        assert said in text, said
    assert "SPECIMEN" in text


def test_the_transfer_carries_number_and_batch_and_is_under_way(drawer):
    (transfer_id,) = drawer.order()
    advance(drawer.company, to=PRINTED)
    transfer = drawer.transfer(transfer_id)
    (check,) = drawer.checks()
    assert (transfer.status, transfer.check_number) == (TransferStatus.STARTED, 1001)
    assert transfer.file_id == check.batch_id
    assert check.transfer_id == transfer_id
    assert check.expires_on == date(2026, 4, 14)


def test_every_account_has_a_series_and_files_of_its_own(drawer):
    with drawer.company.ctx() as ctx:
        other = a_bank_account(ctx, bank="333331234")
        check_settings.update_settings(ctx, other.id, {"next_number": 500})
    drawer.order(2)
    drawer.order(1, account_id=other.id)
    advance(drawer.company, to=PRINTED)
    numbers = {(check.bank_account_id, check.number) for check in drawer.checks()}
    assert numbers == {(drawer.account_id, 1001), (drawer.account_id, 1002), (other.id, 500)}
    assert len(drawer.stored("check")) == len(drawer.stored("positive_pay")) == 2


def test_checks_beyond_one_file_follow_in_the_next(drawer, monkeypatch):
    monkeypatch.setattr(printing, "CHECKS_PER_FILE", 2)
    drawer.order(5)
    advance(drawer.company, to=PRINTED)
    assert [len(pypdfium2.PdfDocument(pdf)) for _, pdf in drawer.stored("check")] == [2, 2, 1]
    assert [check.number for check in drawer.checks()] == [1001, 1002, 1003, 1004, 1005]


def test_outside_a_sandbox_a_check_is_no_specimen_and_waits_for_the_bank(database, house):
    drawer = make_drawer(database, house, Profile.PRODUCTION)
    drawer.order()
    advance(drawer.company, to=datetime(2026, 3, 1, tzinfo=UTC))
    ((_, pdf),) = drawer.stored("check")
    assert "SPECIMEN" not in page_text(pdf)
    assert [check.status for check in drawer.checks()] == [CheckStatus.PRINTED]


def test_a_check_called_off_before_its_printing_takes_no_number(drawer):
    first, _ = drawer.order(2)
    with drawer.company.ctx() as ctx:
        transfers.cancel(ctx, transfers.get_transfer(ctx, first))
    advance(drawer.company, to=PRINTED)
    assert [check.number for check in drawer.checks()] == [1001]


@pytest.mark.parametrize("vendor", [{"payee_name": "紙"}, {"address_line2": "家"}])
def test_what_cannot_be_printed_is_refused_and_takes_no_number(drawer, vendor):
    (unprintable,) = drawer.order(**vendor)
    (printable,) = drawer.order()
    advance(drawer.company, to=PRINTED)
    returned = drawer.transfer(unprintable)
    assert (returned.status, returned.return_code, returned.check_number) == (
        TransferStatus.CANCELLED,
        "UNPRINTABLE",
        None,
    )
    assert [(check.number, check.transfer_id) for check in drawer.checks()] == [(1001, printable)]


def test_when_nothing_can_be_printed_there_is_no_file(drawer):
    with drawer.company.ctx() as ctx:
        lettered = a_bank_account(ctx, bank="AB12345678")
    drawer.order(account_id=lettered.id)
    advance(drawer.company, to=PRINTED)
    assert drawer.stored("check") == []
    assert drawer.stored("positive_pay") == []


# Nobody gets a number twice


def test_a_printing_that_fails_gives_its_numbers_back(drawer, monkeypatch):
    drawer.order(2)
    failures = iter([OSError("the disk is full")])
    real = printing.store_file

    def full_at_first(*args, **kwargs):
        for failure in failures:
            raise failure
        return real(*args, **kwargs)

    monkeypatch.setattr(printing, "store_file", full_at_first)
    advance(drawer.company, to=PRINTED)
    assert [check.number for check in drawer.checks()] == [1001, 1002]
    assert len(drawer.stored("check")) == 1


def test_a_crash_between_the_file_and_the_commit_leaves_neither_numbers_nor_checks(drawer):
    class PowerCutError(Exception):
        pass

    drawer.order(2)

    def print_and_crash():
        with drawer.company.ctx(CLOCK_ACTOR) as ctx:
            printing.print_day(ctx, {"effective_on": PRINTING_DAY.isoformat()})
            assert len(checks.list_checks(ctx, Query(limit=10)).items) == 2
            raise PowerCutError

    with pytest.raises(PowerCutError):
        print_and_crash()
    assert drawer.checks() == []
    with drawer.company.ctx() as ctx:
        assert check_settings.get_settings(ctx, drawer.account_id).next_number == 1001
    advance(drawer.company, to=PRINTED)
    assert [check.number for check in drawer.checks()] == [1001, 1002]


def test_a_printing_that_runs_again_prints_nothing_twice(drawer):
    drawer.order(2)
    advance(drawer.company, to=PRINTED)
    with drawer.company.ctx(CLOCK_ACTOR) as ctx:
        printing.print_day(ctx, {"effective_on": PRINTING_DAY.isoformat()})
    assert len(drawer.checks()) == 2
    assert len(drawer.stored("check")) == 1


def test_two_printings_at_once_never_give_the_same_number(drawer):
    def take(_):
        with drawer.company.ctx() as ctx:
            first = check_settings.take_numbers(ctx, drawer.account_id, 5)
            return range(first, first + 5)

    with ThreadPoolExecutor(6) as pool:
        given = sorted(number for numbers in pool.map(take, range(12)) for number in numbers)
    assert given == list(range(1001, 1061))


def test_the_database_refuses_a_number_that_was_given(drawer):
    drawer.order(1)
    advance(drawer.company, to=PRINTED)
    (check,) = drawer.checks()
    with pytest.raises(Conflict), drawer.company.ctx() as ctx:
        checks_store.CHECKS.insert(ctx.tx, replace(check, id="cki01AAAAAAAAAAAA0001", transfer_id="another"))


# What becomes of a check


def test_the_clock_delivers_and_cashes_a_check_in_a_sandbox(drawer):
    (transfer_id,) = drawer.order()
    advance(drawer.company, to=datetime(2026, 1, 21, 19, 59, tzinfo=UTC))
    assert drawer.checks()[0].status is CheckStatus.PRINTED
    # Four business days after the printing: the 19th is a holiday.
    advance(drawer.company, minutes=2)
    assert drawer.checks()[0].status is CheckStatus.DELIVERED
    assert drawer.transfer(transfer_id).status is TransferStatus.DELIVERED
    advance(drawer.company, to=datetime(2026, 1, 23, 14, tzinfo=UTC))
    (check,) = drawer.checks()
    assert check.status is CheckStatus.CLEARED
    assert check.cleared_at == datetime(2026, 1, 23, 13, 30, tzinfo=UTC)
    assert drawer.transfer(transfer_id).status is TransferStatus.SETTLED


def test_what_nobody_cashes_is_stale_after_ninety_days(database, house):
    drawer = make_drawer(database, house, Profile.PRODUCTION)
    (transfer_id,) = drawer.order()
    advance(drawer.company, to=datetime(2026, 4, 14, 12, 29, tzinfo=UTC))
    assert drawer.checks()[0].status is CheckStatus.PRINTED
    advance(drawer.company, minutes=2)
    assert drawer.checks()[0].status is CheckStatus.STALE
    assert drawer.transfer(transfer_id).return_code == "STALE"


def test_a_bank_may_say_180_days(database, house):
    drawer = make_drawer(database, house, Profile.PRODUCTION)
    with drawer.company.ctx() as ctx:
        check_settings.update_settings(ctx, drawer.account_id, {"stale_days": 180})
    drawer.order()
    advance(drawer.company, to=datetime(2026, 7, 13, 12, tzinfo=UTC))
    assert drawer.checks()[0].status is CheckStatus.PRINTED
    assert "VOID AFTER 180 DAYS" in page_text(drawer.stored("check")[0][1])
    advance(drawer.company, hours=1)
    assert drawer.checks()[0].status is CheckStatus.STALE


@pytest.mark.parametrize(
    ("end", "status", "code"),
    [
        (checks.void_check, CheckStatus.VOIDED, "VOIDED"),
        (checks.stop_check, CheckStatus.STOPPED, "STOPPED"),
        (checks.expire_check, CheckStatus.STALE, "STALE"),
    ],
)
def test_a_check_that_is_ended_early_keeps_its_number_and_is_not_cashed(drawer, end, status, code):
    drawer.order(2)
    advance(drawer.company, to=PRINTED)
    with drawer.company.ctx() as ctx:
        ended = end(ctx, drawer_check(ctx, 1001).id)
        assert (ended.number, ended.status, ended.ended_at) == (1001, status, ctx.now)
    assert drawer.transfer(ended.transfer_id).return_code == code
    advance(drawer.company, days=120)
    assert [check.status for check in drawer.checks()] == [status, CheckStatus.CLEARED]


def drawer_check(ctx, number):
    return next(check for check in checks.list_checks(ctx, Query(limit=10)).items if check.number == number)


def test_a_cashed_check_cannot_be_voided_but_a_bank_may_send_it_back(drawer):
    (transfer_id,) = drawer.order()
    advance(drawer.company, days=14)
    (check,) = drawer.checks()
    refusal = refused(drawer.company, lambda ctx: checks.void_check(ctx, check.id))
    assert isinstance(refusal, StateForbids)
    assert "check 1001" in str(refusal)
    with drawer.company.ctx() as ctx:
        transfers.return_transfer(ctx, transfers.get_transfer(ctx, transfer_id), "R10")
    assert drawer.checks()[0].status is CheckStatus.RETURNED


def test_an_unknown_check_is_not_found(drawer):
    assert isinstance(refused(drawer.company, lambda ctx: checks.get_check(ctx, "cki01NOBODY")), NotFound)


@pytest.mark.parametrize("before", CheckStatus)
@pytest.mark.parametrize("after", CheckStatus)
def test_which_status_may_follow_which(before, after):
    ends = {"cleared", "voided", "stopped", "stale", "returned", "escheated"}
    allowed = {"printed": {"delivered"} | ends, "delivered": ends, "cleared": {"returned"}}
    if after.value in allowed.get(before.value, set()):
        assert CHECK_TRANSITIONS.step("1", before, after) is after
    else:
        with pytest.raises(StateForbids):
            CHECK_TRANSITIONS.step("1", before, after)


def test_a_long_batch_is_stepped_in_pieces(drawer, monkeypatch):
    monkeypatch.setattr(checks, "CHECKS_PER_STEP", 2)
    drawer.order(5)
    advance(drawer.company, days=14)
    assert [check.status for check in drawer.checks()] == [CheckStatus.CLEARED] * 5


def test_a_copy_of_a_check_says_that_it_is_one(database, house):
    drawer = make_drawer(database, house, Profile.PRODUCTION)
    drawer.order()
    advance(drawer.company, to=PRINTED)
    (check,) = drawer.checks()
    with drawer.company.ctx() as ctx:
        text = page_text(copies.draw_copy(ctx, check))
    assert "NOT NEGOTIABLE" in text
    assert "**100.00" in text


# What the bank is told


def test_the_bank_is_told_of_every_check_printed(drawer):
    drawer.order(2)
    advance(drawer.company, to=PRINTED)
    ((name, content),) = drawer.stored("positive_pay")
    assert name == "positive-pay-20260114-1001.csv"
    assert content.decode("ascii").splitlines() == [
        "Issue Date,Check Number,Account Number,Amount,Payee,Record Type",
        "2026-01-14,1001,111111234,100.00,Road Runner,ISSUE",
        "2026-01-14,1002,111111234,100.01,Road Runner,ISSUE",
    ]


def test_a_voided_check_is_reported_once_the_next_morning_by_the_day_that_it_was_issued(drawer):
    drawer.order(2)
    advance(drawer.company, to=PRINTED)
    advance(drawer.company, days=1)
    with drawer.company.ctx() as ctx:
        for number in (1001, 1002):
            checks.void_check(ctx, drawer_check(ctx, number).id)
    advance(drawer.company, days=5)
    _, (name, content) = drawer.stored("positive_pay")
    assert name == "positive-pay-20260116-voids.csv"
    assert content.decode("ascii").splitlines()[1:] == [
        "2026-01-14,1001,111111234,100.00,Road Runner,VOID",
        "2026-01-14,1002,111111234,100.01,Road Runner,VOID",
    ]


def test_a_voided_check_is_reported_with_the_next_batch_and_not_again(drawer):
    drawer.order()
    advance(drawer.company, to=PRINTED)
    with drawer.company.ctx() as ctx:
        checks.stop_check(ctx, drawer_check(ctx, 1001).id)
    drawer.order()
    advance(drawer.company, days=5)
    files_told = [content.decode("ascii") for _, content in drawer.stored("positive_pay")]
    assert len([told for told in files_told if "1001,111111234,100.00,Road Runner,VOID" in told]) == 1
    assert len([told for told in files_told if "1002,111111234,100.00,Road Runner,ISSUE" in told]) == 1


def test_a_check_that_a_bank_returned_needs_no_void(drawer):
    (transfer_id,) = drawer.order()
    advance(drawer.company, to=PRINTED)
    with drawer.company.ctx() as ctx:
        transfers.return_transfer(ctx, transfers.get_transfer(ctx, transfer_id), "R02")
    advance(drawer.company, days=5)
    assert len(drawer.stored("positive_pay")) == 1


def test_the_banks_form_is_a_setting(drawer):
    with drawer.company.ctx() as ctx:
        check_settings.update_settings(ctx, drawer.account_id, {"positive_pay_layout": "fixed-120"})
    drawer.order()
    advance(drawer.company, to=PRINTED)
    ((name, content),) = drawer.stored("positive_pay")
    assert name.endswith(".txt")
    assert content.startswith(b"D0000000001111112340000001001000000010000")


# Settings


def test_settings_have_defaults_until_they_are_changed(drawer):
    with drawer.company.ctx() as ctx:
        defaults = check_settings.get_settings(ctx, drawer.account_id)
        assert (defaults.next_number, defaults.stock, defaults.stale_days) == (1001, "top", 90)
        changed = check_settings.update_settings(ctx, drawer.account_id, {"next_number": 2000, "payer_name": "Acme"})
        assert check_settings.get_settings(ctx, drawer.account_id) == changed


def test_settings_are_printed(drawer):
    changes = {
        "payer_name": "Acme Anvils, Inc.",
        "payer_address": "1 Mesa Rd\nTucson, AZ 85701",
        "bank_fraction": "74-10/740",
        "signer_title": "Treasurer",
        "stock": "middle",
    }
    with drawer.company.ctx() as ctx:
        check_settings.update_settings(ctx, drawer.account_id, changes)
    drawer.order()
    advance(drawer.company, to=PRINTED)
    text = page_text(drawer.stored("check")[0][1])
    for said in ("Acme Anvils, Inc.", "Tucson, AZ 85701", "74-10/740", "Treasurer", "First Bank"):
        assert said in text, said


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"next_number": 0}, "next_number"),
        ({"next_number": 1_000_000_000}, "next_number"),
        ({"stale_days": 29}, "stale_days"),
        ({"stale_days": 366}, "stale_days"),
        ({"positive_pay_layout": "mine"}, "positive_pay_layout"),
        ({"payer_name": "x" * 61}, "payer_name"),
        ({"payer_name": "紙"}, "payer_name"),
        ({"payer_address": "\n".join("abcdef")}, "payer_address"),
        ({"payer_address": "x" * 301}, "payer_address"),
        ({"bank_fraction": "x" * 21}, "bank_fraction"),
        ({"signer_title": "x" * 41}, "signer_title"),
    ],
)
def test_settings_that_no_check_can_have_are_refused(drawer, changes, path):
    refusal = refused(drawer.company, lambda ctx: check_settings.update_settings(ctx, drawer.account_id, changes))
    assert isinstance(refusal, InvalidField)
    assert refusal.path == path


def test_all_faults_of_settings_are_said_together(drawer):
    changes = {"stale_days": 1, "payer_name": "x" * 61}
    refusal = refused(drawer.company, lambda ctx: check_settings.update_settings(ctx, drawer.account_id, changes))
    assert isinstance(refusal, Refusals)
    assert len(refusal.refusals) == 2


def test_a_series_never_goes_back_to_a_number_that_was_given(drawer):
    drawer.order(2)
    advance(drawer.company, to=PRINTED)

    def back(ctx):
        check_settings.update_settings(ctx, drawer.account_id, {"next_number": 1002})

    assert refused(drawer.company, back).path == "next_number"
    with drawer.company.ctx() as ctx:
        check_settings.update_settings(ctx, drawer.account_id, {"next_number": 1003})
        check_settings.update_settings(ctx, drawer.account_id, {"next_number": 5000})


def an_image(size=(300, 80), form="PNG"):
    content = io.BytesIO()
    Image.new("RGB", size, "black").save(content, form)
    return content.getvalue()


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_a_signature_is_sealed_printed_and_taken_away(drawer, form):
    image = an_image(form=form)
    with drawer.company.ctx() as ctx:
        settings = check_settings.set_signature(ctx, drawer.account_id, image)
        assert settings.signature_digest is not None
        assert check_settings.signature_of(ctx, settings) == image
        assert image[:40] not in checks_store.sealed_signature(ctx.tx, ctx.organization_id, settings.id)
    drawer.order()
    advance(drawer.company, to=PRINTED)
    assert b"/Image" in drawer.stored("check")[0][1]
    with drawer.company.ctx() as ctx:
        settings = check_settings.set_signature(ctx, drawer.account_id, None)
        assert check_settings.signature_of(ctx, settings) is None


@pytest.mark.parametrize(
    "image", [b"", b"GIF89a", b"%PDF-1.7", an_image()[:60], an_image((4_001, 10)), b"\x89PNG" + bytes(200_000)]
)
def test_what_is_no_signature_is_refused(drawer, image):
    refusal = refused(drawer.company, lambda ctx: check_settings.set_signature(ctx, drawer.account_id, image))
    assert isinstance(refusal, InvalidField)
    assert refusal.path == "signature"


def test_settings_of_an_unknown_account_are_not_found(drawer):
    for work in (check_settings.get_settings, lambda ctx, id: check_settings.update_settings(ctx, id, {})):
        assert isinstance(refused(drawer.company, lambda ctx, work=work: work(ctx, "bac01NOBODY")), NotFound)
