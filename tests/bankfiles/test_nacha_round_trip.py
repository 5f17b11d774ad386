"""What is written is read back as it was, for any file that may be written."""

import string
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billfold.bankfiles.nacha import (
    CCD,
    COR,
    CTX,
    PPD,
    Addendum,
    Batch,
    ChangeAddendum,
    ContestedAddendum,
    DishonoredAddendum,
    Entry,
    File,
    RefusedChangeAddendum,
    ReturnAddendum,
    check_digit,
    iter_entries,
    read,
    render,
)
from tests.bankfiles.builders import batch, entry, file

PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))
UPPER = "".join(sorted(set(PRINTABLE) - set(string.ascii_lowercase)))
DATES = st.dates(date(2000, 1, 1), date(2099, 12, 31))
NO_OR_DATES = st.none() | DATES


def digits(length):
    return st.text(string.digits, min_size=length, max_size=length)


def text(length, least=0):
    return st.text(UPPER, max_size=length).map(str.rstrip).filter(lambda t: len(t) >= least)


def identifier(length, least=1):
    return st.text(PRINTABLE, max_size=length).map(str.strip).filter(lambda t: len(t) >= least)


def routing_numbers():
    return digits(8).map(lambda first: first + check_digit(first))


def forward_addenda(sec):
    return st.lists(st.builds(Addendum, text(80)), max_size=min(sec.max_addenda, 3)).map(tuple)


def dishonored_addenda(trace):
    one = st.builds(
        DishonoredAddendum,
        code=st.sampled_from(["R61", "R68", "R70"]),
        original_trace_number=digits(15),
        original_rdfi=digits(8),
        return_trace_number=digits(15),
        return_settlement_day=digits(3),
        return_code=digits(2),
        trace_number=st.just(trace),
        information=text(21),
    )
    return st.tuples(one)


def contested_addenda(trace):
    one = st.builds(
        ContestedAddendum,
        code=st.sampled_from(["R71", "R74", "R77"]),
        original_trace_number=digits(15),
        original_rdfi=digits(8),
        original_returned_on=NO_OR_DATES,
        original_settlement_day=st.just("") | digits(3),
        return_trace_number=digits(15),
        return_settlement_day=digits(3),
        return_code=digits(2),
        dishonored_trace_number=digits(15),
        dishonored_settlement_day=digits(3),
        dishonored_code=digits(2),
        trace_number=st.just(trace),
    )
    return st.tuples(one)


def refused_changes(trace):
    one = st.builds(
        RefusedChangeAddendum,
        code=st.sampled_from(["C61", "C69"]),
        original_trace_number=digits(15),
        original_rdfi=digits(8),
        corrected_data=identifier(29),
        change_code=st.sampled_from(["C01", "C13"]),
        change_sequence=digits(7),
        trace_number=st.just(trace),
    )
    return st.tuples(one)


def return_addenda(trace):
    codes = st.sampled_from(["R01", "R02", "R15", "R29", "R60", "R80"])
    one = st.builds(
        ReturnAddendum,
        code=codes,
        original_trace_number=digits(15),
        original_rdfi=digits(8),
        trace_number=st.just(trace),
        date_of_death=NO_OR_DATES,
        information=text(44),
    )
    return st.tuples(one)


def back(trace):
    return return_addenda(trace) | dishonored_addenda(trace) | contested_addenda(trace)


def change_addenda(trace):
    one = st.builds(
        ChangeAddendum,
        code=st.sampled_from(["C01", "C02", "C13"]),
        original_trace_number=digits(15),
        original_rdfi=digits(8),
        corrected_data=identifier(29),
        trace_number=st.just(trace),
    )
    return st.tuples(one)


@st.composite
def entries_of(draw, sec, trace):
    returned = bool(sec.return_codes) and draw(st.booleans())
    code = draw(st.sampled_from(sorted(sec.return_codes if returned else sec.transaction_codes)))
    addenda = (
        back(trace)
        if returned
        else (change_addenda(trace) | refused_changes(trace))
        if sec is COR
        else forward_addenda(sec)
    )
    least = 0 if returned else 1
    amount = st.just(0) if code in sec.zero_codes and not returned else st.integers(least, 9_999_999_999)
    return Entry(
        transaction_code=code,
        routing_number=draw(routing_numbers()),
        account_number=draw(identifier(17)),
        amount_minor=draw(amount),
        individual_name=draw(text(16 if sec is CTX else 22, least=1)),
        trace_number=trace,
        individual_id=draw(identifier(15, least=0)),
        discretionary_data=draw(text(2)),
        addenda=draw(addenda),
    )


@st.composite
def batches_of(draw, number):
    sec, dfi = draw(st.sampled_from([CCD, PPD, CTX, COR])), draw(digits(8))
    sequence = draw(st.sets(st.integers(1, 9_999_999), min_size=1, max_size=4))
    return Batch(
        company_name=draw(text(16, least=1)),
        company_id=draw(identifier(10)),
        sec_code=sec.code,
        entry_description=draw(text(10, least=1)),
        effective_entry_date=draw(DATES),
        originating_dfi=dfi,
        batch_number=number,
        entries=[draw(entries_of(sec, f"{dfi}{n:07d}")) for n in sorted(sequence)],
        company_discretionary_data=draw(text(20)),
        descriptive_date=draw(text(6)),
        settlement_day=draw(st.just("") | digits(3)),
    )


@st.composite
def files(draw):
    numbers = sorted(draw(st.sets(st.integers(1, 9_999_999), min_size=1, max_size=3)))
    moment = draw(st.datetimes(*map(datetime.fromisoformat, ["2000-01-01", "2099-12-31"])))
    return File(
        immediate_destination=draw(routing_numbers()),
        immediate_origin=draw(identifier(10)),
        created=moment.replace(second=0, microsecond=0),
        destination_name=draw(text(23)),
        origin_name=draw(text(23)),
        file_id_modifier=draw(st.sampled_from(string.ascii_uppercase + string.digits)),
        reference_code=draw(text(8)),
        batches=[draw(batches_of(number)) for number in numbers],
    )


@pytest.mark.slow
@given(files())
def test_a_file_is_read_as_it_was_written(sent):
    data = render(sent)
    assert {len(line) for line in data.splitlines()} == {94}
    assert read(data) == sent
    assert [one.entry for one in iter_entries(data)] == [e for b in sent.batches for e in b.entries]


@given(name=st.text(min_size=1, max_size=22), info=st.text(max_size=80))
def test_free_text_of_any_kind_settles_after_one_writing(name, info):
    sent = file(batch(entry(individual_name=f"A{name}"[:22], addenda=(Addendum(info),))))
    once = read(render(sent))
    assert read(render(once)) == once
