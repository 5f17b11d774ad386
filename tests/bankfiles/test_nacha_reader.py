import tracemalloc
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billfold.bankfiles.nacha import (
    MAX_PROBLEMS,
    Addendum,
    Code,
    NachaError,
    iter_entries,
    iter_records,
    read,
    render,
    write,
)
from tests.bankfiles.builders import ACCOUNT, batch, entry, file, returned, trace

INVOICE = (Addendum("INVOICE 1"),)
SENT = file(
    batch(entry(1, addenda=INVOICE), entry(2, transaction_code=27)),
    batch(entry(3, addenda=INVOICE * 2), sec_code="CTX", batch_number=2),
)
# Lines: 1 file, 2 batch, 3 entry, 4 addenda, 5 entry, 6 control, 7 batch, 8 entry, 9-10 addenda, 11 control, 12 file.
GOOD = render(SENT).decode().splitlines()


def joined(lines, ending="\n"):
    return "".join(line + ending for line in lines).encode("latin-1")


def bent(line, position, text, lines=GOOD):
    """The file with other characters from a position of a line on, both counted from 1."""
    old = lines[line - 1]
    new = old[: position - 1] + text + old[position - 1 + len(text) :]
    return joined([*lines[: line - 1], new, *lines[line:]])


def refusal(data):
    with pytest.raises(NachaError) as caught:
        read(data)
    return [(problem.line, problem.code) for problem in caught.value.problems]


# Totals


@pytest.mark.parametrize(
    ("line", "position", "text", "code"),
    [
        (6, 2, "220", Code.BATCH_SERVICE_CLASS),
        (6, 5, "000004", Code.BATCH_COUNT),
        (6, 11, "0000000001", Code.BATCH_HASH),
        (6, 21, "000000000001", Code.BATCH_DEBIT),
        (6, 33, "000000012346", Code.BATCH_CREDIT),
        (6, 45, "1234567891", Code.BATCH_COMPANY),
        (6, 80, "09100002", Code.BATCH_ORIGIN),
        (6, 88, "0000002", Code.BATCH_NUMBER),
        (12, 2, "000003", Code.FILE_BATCHES),
        (12, 8, "000003", Code.FILE_BLOCKS),
        (12, 14, "00000007", Code.FILE_COUNT),
        (12, 22, "0000000001", Code.FILE_HASH),
        (12, 32, "000000000001", Code.FILE_DEBIT),
        (12, 44, "000000024691", Code.FILE_CREDIT),
    ],
)
def test_a_file_with_one_wrong_total_is_refused_for_that_total(line, position, text, code):
    assert refusal(bent(line, position, text)) == [(line, code)]


def test_a_changed_amount_is_found_by_both_controls():
    assert refusal(bent(3, 30, "0000012346")) == [(6, Code.BATCH_CREDIT), (12, Code.FILE_CREDIT)]


def test_a_missing_entry_is_found_by_every_total():
    found = refusal(joined(GOOD[:4] + GOOD[5:]))
    assert (5, Code.BATCH_COUNT) in found
    assert (5, Code.BATCH_HASH) in found
    assert (5, Code.BATCH_DEBIT) in found
    assert (11, Code.FILE_COUNT) in found


def test_a_message_says_what_was_expected_and_what_was_found():
    with pytest.raises(NachaError, match=r"line 6: \[batch.entry_addenda_count\] batch control \(type 8\), ") as caught:
        read(bent(6, 5, "000004"))
    assert caught.value.problems[0].message.endswith("entry_addenda_count (positions 5-10): expected 3, found 4")


# Entries and addenda


@pytest.mark.parametrize(
    ("line", "position", "text", "expected"),
    [
        (3, 12, "2", (3, Code.ENTRY_ROUTING)),
        (3, 79, "0", (3, Code.ADDENDA_INDICATOR)),
        (5, 79, "1", (5, Code.ADDENDA_INDICATOR)),
        (5, 80, trace(1), (5, Code.ENTRY_TRACE_ORDER)),
        (5, 80, trace(2, "21000021"), (5, Code.ENTRY_TRACE_PREFIX)),
        (3, 2, "99", (3, Code.ENTRY_TRANSACTION_CODE)),
        (3, 30, "0" * 10, (3, Code.ENTRY_AMOUNT)),
        (8, 55, "0003", (8, Code.ADDENDA_COUNT)),
        (4, 84, "0002", (4, Code.ADDENDA_SEQUENCE)),
        (10, 84, "0001", (10, Code.ADDENDA_SEQUENCE)),
        (4, 88, "0000002", (4, Code.ADDENDA_TRACE)),
        (4, 2, "10", (4, Code.ADDENDA_TYPE)),
        (7, 88, "0000001", (7, Code.BATCH_NUMBER)),
        (7, 51, "IAT", (7, Code.BATCH_SEC_CODE)),
        (1, 5, "091000018", (1, Code.FILE_DESTINATION)),
    ],
)
def test_a_record_at_odds_with_the_others_is_refused(line, position, text, expected):
    assert expected in refusal(bent(line, position, text))


@pytest.mark.parametrize(
    ("line", "position", "text"),
    [
        (1, 2, "02"),
        (1, 24, "250231"),
        (1, 30, "2460"),
        (1, 35, "095"),
        (1, 41, "é"),
        (2, 2, "280"),
        (2, 5, " " * 16),
        (2, 70, "      "),
        (3, 2, "2x"),
        (3, 30, "     12345"),
        (3, 55, "\t"),
        (6, 11, " " * 10),
        (12, 2, "ABCDEF"),
    ],
)
def test_a_field_that_is_not_as_declared_is_refused_alone(line, position, text):
    assert refusal(bent(line, position, text)) == [(line, Code.FIELD)]


def test_a_file_without_a_creation_time_was_made_at_midnight():
    assert read(bent(1, 30, "    ")).created == datetime.fromisoformat("2025-03-03T00:00")


def test_what_a_bank_leaves_blank_though_required_is_taken():
    assert read(bent(3, 55, " " * 22)).batches[0].entries[0].individual_name == ""


def test_what_an_operator_puts_into_reserved_positions_is_passed_over():
    assert read(bent(6, 55, "MAC")) == SENT


def test_a_returned_ctx_entry_may_keep_its_original_count_of_addenda():
    sent = file(batch(returned(), sec_code="CTX"))
    assert read(bent(3, 55, "0017", render(sent).decode().splitlines())) == sent


@pytest.mark.parametrize("blank", ["      ", "000000"])
def test_a_return_without_a_date_of_death_has_none(blank):
    sent = file(batch(returned()))
    assert read(bent(4, 22, blank, render(sent).decode().splitlines())) == sent


# Structure


@pytest.mark.parametrize("line", range(1, 13))
def test_a_short_line_is_refused(line):
    lines = list(GOOD)
    lines[line - 1] = lines[line - 1][:-1] if line > 1 else lines[0][:80]
    assert (line, Code.RECORD_LENGTH) in refusal(joined(lines))


@pytest.mark.parametrize(
    "order",
    [
        (2, 3),
        (1, 3),
        (1, 2, 6),
        (1, 2, 4),
        (1, 2, 3, 12),
        (1, 2, 3, 4, 5, 6, 1),
        (1, 2, 3, 4, 5, 6, 3),
        (12,),
    ],
)
def test_records_out_of_order_are_refused(order):
    last = len(order)
    assert refusal(joined(GOOD[line - 1] for line in order)) == [(last if order[0] == 1 else 1, Code.RECORD_ORDER)]


@pytest.mark.parametrize("count", range(1, 12))
def test_a_file_cut_short_is_refused(count):
    assert (count, Code.FILE_TRUNCATED) in refusal(joined(GOOD[:count]))


@pytest.mark.parametrize("nothing", [b"", b"\n", b"\r\n\r\n", []])
def test_nothing_is_not_a_file(nothing):
    assert len(refusal(nothing)) == 1


def test_a_second_file_behind_the_first_is_refused():
    assert refusal(joined(GOOD[:12] * 2)) == [(13, Code.RECORD_ORDER)]


def test_filler_that_does_not_fill_a_block_is_refused():
    assert refusal(joined(GOOD[:-1])) == [(19, Code.FILE_FILLER)]


def test_a_bank_without_news_sends_a_file_without_batches():
    control = "9000000000001" + "0" * 42 + " " * 39
    assert read(joined([GOOD[0], control])).batches == ()


def test_problems_of_many_records_are_reported_together():
    lines = list(GOOD)
    lines[2] = lines[2][:-1]
    lines[7] = "6xx" + lines[7][3:]
    assert refusal(joined(lines)) == [(3, Code.RECORD_LENGTH), (8, Code.FIELD)]


def test_garbage_without_end_is_given_up_early():
    taken = []
    garbage = (taken.append(n) or b"6" * 1000 for n in range(100_000))
    assert refusal(garbage) == [(1, Code.RECORD_ORDER)]
    header = joined(GOOD[:2])
    endless = (header if n == 0 else b"6" * 1000 for n in range(100_000))
    assert len(refusal(endless)) == MAX_PROBLEMS
    assert len(taken) < 10


# Line ends and pieces


@pytest.mark.parametrize("ending", ["\n", "\r\n", ""])
@pytest.mark.parametrize("filler", [True, False])
@pytest.mark.parametrize("tail", ["", "\r\n", "\n\n"])
def test_every_line_end_is_read(ending, filler, tail):
    lines = GOOD if filler else GOOD[:12]
    assert read(joined(lines, ending) + tail.encode()) == SENT


def test_the_last_line_needs_no_end():
    assert read(joined(GOOD).rstrip(b"\n")) == SENT
    assert read(joined(GOOD, "\r\n").removesuffix(b"\n")) == SENT


@pytest.mark.parametrize("ending", ["\n", "\r\n", ""])
@pytest.mark.parametrize("size", [1, 7, 94, 95, 96, 1000])
def test_a_file_may_come_in_pieces_cut_anywhere(ending, size):
    data = joined(GOOD, ending)
    assert read(data[start : start + size] for start in range(0, len(data), size)) == SENT


def test_records_are_handed_out_as_they_stand():
    assert list(iter_records(joined(GOOD, ""))) == list(enumerate(GOOD, start=1))


# Streaming


def test_entries_come_with_their_place():
    found = list(iter_entries(render(SENT)))
    assert [(one.line, one.batch.batch_number, one.entry.trace_number) for one in found] == [
        (3, 1, trace(1)),
        (5, 1, trace(2)),
        (8, 2, trace(3)),
    ]
    assert found[0].file.origin_name == "BILLFOLD INC"


def test_entries_stop_at_the_first_problem_and_the_rest_is_still_checked():
    lines = list(GOOD)
    lines[5] = lines[5][:4] + "000009" + lines[5][10:]
    entries = iter_entries(bent(5, 12, "9", lines))
    assert next(entries).line == 3
    with pytest.raises(NachaError) as caught:
        next(entries)
    assert [problem.line for problem in caught.value.problems] == [5, 6]


def peak_of(count):
    many = (entry(n, addenda=INVOICE) for n in range(1, count + 1))
    sent = file(batch(entries=many, service_class_code=220))
    tracemalloc.start()
    try:
        total = sum(one.entry.amount_minor for one in iter_entries(write(sent)))
        return total, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file():
    peak_of(10)  # fills the caches
    _, small = peak_of(500)
    total, large = peak_of(20_000)
    assert total == 20_000 * 12_345
    assert large < small + 50_000


# Hostile input


@st.composite
def damaged(draw):
    data = bytearray(joined(GOOD, draw(st.sampled_from(["\n", "\r\n", ""]))))
    for _ in range(draw(st.integers(1, 4))):
        at, to = sorted(draw(st.tuples(st.integers(0, len(data)), st.integers(0, len(data)))))
        to = min(to, at + draw(st.sampled_from([0, 1, 5, 100, 5000])))
        data[at:to] = draw(
            st.one_of(st.binary(max_size=120), st.text("0123456789 6789\n", max_size=100).map(str.encode))
        )
    return bytes(data)


def complaint(data):
    """What reading has to say of the file; nothing where it can be read."""
    try:
        read(data)
    except NachaError as error:
        return error
    return None


def refused_quietly(data):
    error = complaint(data)
    if error is not None:
        assert error.problems
        assert all(problem.line >= 0 and problem.message for problem in error.problems)
        assert ACCOUNT not in f"{error} {error!r}"


@given(damaged())
def test_damaged_files_are_read_or_refused_and_refusals_keep_the_secret(data):
    refused_quietly(data)


@given(st.binary(max_size=3000))
def test_noise_is_refused(data):
    with pytest.raises(NachaError):
        read(data)


@given(st.integers(0, 94), st.integers(1, 40), st.sampled_from([3, 4, 5, 8]))
def test_a_shifted_record_does_not_spill_its_account_number(start, by, line):
    old = GOOD[line - 1]
    refused_quietly(bent(line, 1, (old[:start] + old[start + by :]).ljust(94, "0")))
    refused_quietly(bent(line, 1, (old[:start] + "0" * by + old[start:])[:94]))
