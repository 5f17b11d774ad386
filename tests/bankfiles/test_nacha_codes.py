"""A file made by hand for every return code and change code, read by us, and by a library that is not ours."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import achkit
import pytest
from hypothesis import given
from hypothesis import strategies as st

from billfold.bankfiles.nacha import (
    CHANGE_REASONS,
    REFUSAL_REASONS,
    REFUSALS_BY_PRENOTE,
    RETURN_REASONS,
    Addendum,
    ChangeAddendum,
    ContestedAddendum,
    DishonoredAddendum,
    NachaError,
    RefusedChangeAddendum,
    Remitted,
    ReturnAddendum,
    Sender,
    Stage,
    Unit,
    UnreadableChange,
    UnreadableRemittance,
    account_kind,
    advice,
    corrected_data,
    corrections_of,
    read,
    read_advice,
    render,
    short_advice,
)
from tests.bankfiles.builders import batch, entry, file, trace

OURS = "091000010000042"
RDFI = "02100002"
TRACE = "021000020000001"
NINES = "9" * 94


def by_hand(sec, transaction_code, addenda, amount="0000012345"):
    """A file of one entry on its way back, line by line as the tables of the Rules have it."""
    debited, credited = ("0", amount) if transaction_code in {"21", "31"} else (amount, "0")
    lines = [
        f"101 091000019 0210000212603041605A094101{'OUR COMPANY':23}{'FIRST BANK':23}{'REF00001':8}",
        f"5200{'BILLFOLD INC':36}1234567890{sec}{'PAYABLES':16}260306   1{RDFI}0000001",
        f"6{transaction_code}091000019{'8847215590036':17}{amount}{'VEN-0042':15}{'JANE DOE':24}1{TRACE}",
        addenda,
        f"8200{'2':0>6}0009100001{debited:0>12}{credited:0>12}1234567890{'':25}{RDFI}0000001",
        f"9000001000001{'2':0>8}0009100001{debited:0>12}{credited:0>12}{'':39}",
    ]
    assert {len(line) for line in lines} == {94}, [len(line) for line in lines]
    return ("\n".join([*lines, *[NINES] * 4]) + "\n").encode()


_TOTALS = {"BAD_BATCH_DEBIT", "BAD_FILE_DEBIT", "BAD_BATCH_CREDIT", "BAD_FILE_CREDIT"}


def in_another_library(data):
    report = achkit.validate(data.decode())["errors"]
    # That library counts the amounts of forward entries only; the Rules count those of returns too (21, 26, ...).
    known = _TOTALS if data.split(b"\n")[2][2:3] in b"16" else set()
    assert {error["code"] for error in report} <= known
    (one,) = achkit.parse(data.decode())["batches"][0]["entries"]
    return one


RETURNS = [reason for reason in RETURN_REASONS.values() if reason.stage is Stage.RETURN]
DISHONORED = [reason for reason in RETURN_REASONS.values() if reason.stage is Stage.DISHONORED]
CONTESTED = [reason for reason in RETURN_REASONS.values() if reason.stage is Stage.CONTESTED]


@pytest.mark.parametrize("reason", RETURNS, ids=lambda reason: reason.code)
def test_a_return_of_every_reason_is_read_as_it_was_made_by_hand(reason):
    died = "260301" if reason.code in {"R14", "R15"} else " " * 6
    sec = min(reason.classes)
    transaction_code = "26" if reason.debits else "21"
    addenda = f"799{reason.code}{OURS}{died}{RDFI}{reason.title.upper()[:44]:44}{TRACE}"
    data = by_hand(sec, transaction_code, addenda)
    (back,) = read(data).batches[0].entries
    assert back.addenda == (
        ReturnAddendum(
            code=reason.code,
            original_trace_number=OURS,
            original_rdfi=RDFI,
            trace_number=TRACE,
            date_of_death=date(2026, 3, 1) if died.strip() else None,
            information=reason.title.upper()[:44].rstrip(),
        ),
    )
    assert back.is_return
    assert (back.is_debit, back.amount_minor) == (reason.debits, 12_345)
    assert in_another_library(data)["amount_cents"] == 12_345
    assert render(read(data)) == data


@pytest.mark.parametrize("reason", DISHONORED, ids=lambda reason: reason.code)
def test_a_dishonored_return_of_every_reason_is_read_as_it_was_made_by_hand(reason):
    addenda = f"799{reason.code}{OURS}{'':6}{RDFI}{'':3}091000010000099{'065'}{'01'}{'01*03':21}{TRACE}"
    data = by_hand("CCD", "26", addenda)
    (back,) = read(data).batches[0].entries
    assert back.addenda == (
        DishonoredAddendum(
            code=reason.code,
            original_trace_number=OURS,
            original_rdfi=RDFI,
            return_trace_number="091000010000099",
            return_settlement_day="065",
            return_code="01",
            information="01*03",
            trace_number=TRACE,
        ),
    )
    assert back.is_return
    assert render(read(data)) == data
    assert in_another_library(data)["amount_cents"] == 12_345


@pytest.mark.parametrize("reason", CONTESTED, ids=lambda reason: reason.code)
def test_a_contested_return_of_every_reason_is_read_as_it_was_made_by_hand(reason):
    addenda = f"799{reason.code}{OURS}260306{RDFI}063091000010000099065" + f"01021000020000077066{'68'} {TRACE}"
    data = by_hand("PPD", "26", addenda)
    (back,) = read(data).batches[0].entries
    assert back.addenda == (
        ContestedAddendum(
            code=reason.code,
            original_trace_number=OURS,
            original_rdfi=RDFI,
            original_returned_on=date(2026, 3, 6),
            original_settlement_day="063",
            return_trace_number="091000010000099",
            return_settlement_day="065",
            return_code="01",
            dishonored_trace_number="021000020000077",
            dishonored_settlement_day="066",
            dishonored_code="68",
            trace_number=TRACE,
        ),
    )
    assert render(read(data)) == data
    assert in_another_library(data)["amount_cents"] == 12_345


#: What each code's 29 characters say, column by column as the Rules print them.
CORRECTED = {
    "C01": ("8847215590037", {"account_number": "8847215590037"}),
    "C02": ("074000010", {"routing_number": "074000010"}),
    "C03": (
        "074000010   8847215590037",
        {"routing_number": "074000010", "account_number": "8847215590037"},
    ),
    "C04": ("JANE Q PUBLIC", {"name": "JANE Q PUBLIC"}),
    "C05": ("32", {"transaction_code": "32"}),
    "C06": (
        "8847215590037       32",
        {"account_number": "8847215590037", "transaction_code": "32"},
    ),
    "C07": (
        "0740000108847215590037    32",
        {"routing_number": "074000010", "account_number": "8847215590037", "transaction_code": "32"},
    ),
    "C09": ("VEN-0043", {"identification": "VEN-0043"}),
    "C10": ("OTHER NAME INC", {"company_name": "OTHER NAME INC"}),
    "C11": ("9876543210", {"company_id": "9876543210"}),
    "C12": ("OTHER NAME INC     9876543210", {"company_name": "OTHER NAME INC", "company_id": "9876543210"}),
    "C13": ("ADDENDA NOT IN X12", {"addenda": "ADDENDA NOT IN X12"}),
}


@pytest.mark.parametrize("code", CHANGE_REASONS)
def test_a_notification_of_every_change_is_read_as_it_was_made_by_hand(code):
    text, corrections = CORRECTED[code]
    addenda = f"798{code}{OURS}{'':6}{RDFI}{text:29}{'':15}{TRACE}"
    data = by_hand("COR", "21", addenda, amount="0000000000")
    (back,) = read(data).batches[0].entries
    change = back.addenda[0]
    assert isinstance(change, ChangeAddendum)
    assert (change.code, change.corrected_data) == (code, text)
    assert corrections_of(code, change.corrected_data) == corrections
    assert corrected_data(code, corrections) == text
    assert render(read(data)) == data
    assert in_another_library(data)["amount_cents"] == 0


@pytest.mark.parametrize("code", REFUSAL_REASONS)
def test_a_refused_notification_of_every_reason_is_read_as_it_was_made_by_hand(code):
    addenda = f"798{code}{OURS}{'':6}{RDFI}{'8847215590037':29}C010000001{'':5}{TRACE}"
    data = by_hand("COR", "21", addenda, amount="0000000000")
    (back,) = read(data).batches[0].entries
    assert back.addenda == (
        RefusedChangeAddendum(
            code=code,
            original_trace_number=OURS,
            original_rdfi=RDFI,
            corrected_data="8847215590037",
            change_code="C01",
            change_sequence="0000001",
            trace_number=TRACE,
        ),
    )
    assert "8847215590" not in repr(back)
    assert render(read(data)) == data
    assert in_another_library(data)["amount_cents"] == 0


def test_no_two_tables_disagree_on_which_codes_there_are():
    assert set(CORRECTED) == set(CHANGE_REASONS)
    assert [reason.code for reason in DISHONORED] == ["R61", "R62", "R67", "R68", "R69", "R70"]
    assert [reason.code for reason in CONTESTED] == [f"R7{digit}" for digit in range(1, 8)]
    assert {f"R{number:02d}" for number in range(1, 30)} <= set(RETURN_REASONS)
    assert set(RETURN_REASONS) >= REFUSALS_BY_PRENOTE
    assert all(key == reason.code for key, reason in RETURN_REASONS.items())


@pytest.mark.parametrize(
    ("code", "sec", "debit", "expected"),
    [
        ("R01", "CCD", True, True),
        ("R01", "CCD", False, False),
        ("R05", "PPD", True, False),
        ("R07", "PPD", True, True),
        ("R23", "CTX", False, True),
        ("R23", "CTX", True, False),
        ("R29", "PPD", True, False),
        ("R29", "CTX", True, True),
        ("R31", "CCD", True, True),
    ],
)
def test_a_reason_is_for_some_classes_and_directions(code, sec, debit, expected):
    assert RETURN_REASONS[code].applies(sec, debit=debit) is expected


def test_time_frames_are_two_banking_days_sixty_calendar_days_or_with_the_operators_file():
    assert (RETURN_REASONS["R02"].days, RETURN_REASONS["R02"].unit) == (2, Unit.BANKING_DAYS)
    assert (RETURN_REASONS["R10"].days, RETURN_REASONS["R10"].unit) == (60, Unit.CALENDAR_DAYS)
    assert (RETURN_REASONS["R28"].sender, RETURN_REASONS["R28"].unit) == (Sender.OPERATOR, Unit.FILE)
    assert (RETURN_REASONS["R68"].sender, RETURN_REASONS["R68"].days) == (Sender.ODFI, 5)
    assert RETURN_REASONS["R06"].unit is Unit.AGREED


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("C01", ""),
        ("C02", "074000011"),
        ("C02", "07400001X"),
        ("C03", "074000010"),
        ("C05", "99"),
        ("C06", "8847215590037     32"),
        ("C07", "0740000108847215590037"),
        ("C12", "OTHER NAME INC"),
    ],
)
def test_corrected_data_that_does_not_say_what_its_code_promises_is_to_be_refused(code, text):
    with pytest.raises(UnreadableChange) as caught:
        corrections_of(code, text)
    assert caught.value.refusal == "C65"
    assert "8847" not in str(caught.value)


def test_corrected_data_that_does_not_fit_is_refused():
    with pytest.raises(UnreadableChange, match="18 characters"):
        corrected_data("C01", {"account_number": "1" * 18})


def test_a_transaction_code_says_the_kind_of_account():
    assert (account_kind("22"), account_kind("38")) == ("CHECKING", "SAVINGS")


@pytest.mark.parametrize("kind", [DishonoredAddendum, ContestedAddendum])
def test_a_code_of_another_stage_cannot_be_written_in_a_layout(kind):
    values = {
        "original_trace_number": OURS,
        "original_rdfi": RDFI,
        "return_trace_number": OURS,
        "return_settlement_day": "001",
        "return_code": "01",
        "trace_number": trace(1),
    }
    if kind is ContestedAddendum:
        values |= {"dishonored_trace_number": OURS, "dishonored_settlement_day": "002", "dishonored_code": "68"}
    with pytest.raises(NachaError):
        render(file(batch(entry(transaction_code=21, addenda=(kind(code="R01", **values),)))))


# Prenotes


@pytest.mark.parametrize("code", [23, 28, 33, 38])
def test_a_prenote_has_no_amount_and_another_library_takes_it(code):
    data = render(file(batch(entry(transaction_code=code, amount_minor=0))))
    assert read(data).batches[0].entries[0].amount_minor == 0
    assert in_another_library(data)["amount_cents"] == 0
    with pytest.raises(NachaError):
        render(file(batch(entry(transaction_code=code, amount_minor=1))))


# Remittance

DOCUMENTS = [Remitted("INV-1", 10_000, date(2026, 1, 2)), Remitted("INV-2", 5, date(2026, 1, 3))]


def test_what_fits_is_told_in_one_addendum():
    assert short_advice(DOCUMENTS) == "RMR*IV*INV-1**100.00\\RMR*IV*INV-2**0.05\\"
    assert short_advice([Remitted("X" * 30, 1)] * 2) is None


def test_many_documents_are_told_in_the_addenda_of_a_ctx_entry():
    many = [Remitted(f"INV-{n}", n, date(2026, 1, 2)) for n in range(1, 400)]
    addenda = advice(many, reference="P26011401 - 0411001", total_minor=sum(range(1, 400)))
    data = render(file(batch(entry(amount_minor=sum(range(1, 400)), addenda=addenda), sec_code="CTX")))
    (one,) = read(data).batches[0].entries
    assert len(one.addenda) == len(addenda) > 100
    assert read_advice(one.addenda) == many
    assert achkit.validate(data.decode()) == {"ok": True, "errors": []}


def test_separators_and_foreign_letters_of_a_number_stay_out_of_the_segments():
    assert short_advice([Remitted("A*B\\C~Dé", 1)]) == "RMR*IV*ABCD?**0.01\\"


def test_an_advice_of_too_many_documents_is_refused():
    with pytest.raises(ValueError, match="9999 addenda"):
        advice([Remitted("X" * 30, 1)] * 20_000, reference="P", total_minor=20_000)


@pytest.mark.parametrize(
    "text", ["RMR*IV*INV-1\\", "RMR*IV*INV-1**x\\", "RMR*IV*I**1.00\\DTM*003*20261341\\", "ST*820*1\\SE*9*1\\"]
)
def test_segments_that_are_none_are_refused(text):
    with pytest.raises(UnreadableRemittance):
        read_advice([Addendum(text)])


numbers = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-/# .", min_size=1, max_size=30).map(str.strip).filter(bool)


@given(
    st.lists(
        st.builds(
            Remitted,
            numbers,
            st.integers(1, 9_999_999_999),
            st.none() | st.dates(date(2000, 1, 1), date(2099, 12, 31)),
        ),
        min_size=1,
        max_size=40,
    )
)
def test_an_advice_is_read_as_it_was_written(documents):
    addenda = advice(documents, reference="P1", total_minor=1)
    data = render(file(batch(entry(addenda=addenda), sec_code="CTX")))
    assert read_advice(read(data).batches[0].entries[0].addenda) == documents


def test_a_return_code_decides_the_layout_and_not_the_other_way_round():
    dishonored = f"799R68{OURS}{'':6}{RDFI}{'':3}091000010000099{'065'}{'01'}{'':21}{TRACE}"
    data = by_hand("CCD", "21", dishonored)
    assert isinstance(read(data).batches[0].entries[0].addenda[0], DishonoredAddendum)
    with pytest.raises(NachaError, match="return_trace_number"):
        read(by_hand("CCD", "21", replace_at(dishonored, 39, "X")))


def replace_at(line, position, text):
    return line[: position - 1] + text + line[position - 1 + len(text) :]


def test_a_dishonored_return_is_no_forward_entry():
    addendum = replace(
        read(by_hand("CCD", "21", f"799R68{OURS}{'':6}{RDFI}{'':3}091000010000099065{'01'}{'':21}{TRACE}"))
        .batches[0]
        .entries[0]
        .addenda[0],
        trace_number=trace(1),
    )
    with pytest.raises(NachaError):
        render(file(batch(entry(transaction_code=22, addenda=(addendum,)))))
