from dataclasses import replace
from datetime import UTC, date, datetime

import achkit
import pytest

from billfold.bankfiles.nacha import (
    DEFAULT,
    MAX_PROBLEMS,
    Addendum,
    BankProfile,
    ChangeAddendum,
    Code,
    NachaError,
    check_digit,
    join,
    read,
    render,
    transliterate,
    write,
    write_part,
)
from tests.bankfiles.builders import ACCOUNT, batch, entry, file, returned, trace


def refusal(*batches, profile=DEFAULT, **changes):
    with pytest.raises(NachaError) as caught:
        render(file(*batches, **changes), profile)
    return [(problem.line, problem.code) for problem in caught.value.problems]


def written(*entries, **changes):
    """The first entry's record."""
    return render(file(batch(*entries, **changes))).decode().splitlines()[2]


# An independent reader


def test_another_library_reads_our_file_and_finds_nothing_wrong():
    entries = [entry(n, transaction_code=27 if n % 3 else 22, addenda=(Addendum(f"INV {n}"),)) for n in range(1, 40)]
    text = render(file(batch(*entries), batch(entry(7), sec_code="PPD", batch_number=2))).decode()

    assert achkit.validate(text) == {"ok": True, "errors": []}
    first, second = achkit.parse(text)["batches"]
    assert [(e["trace_number"], e["account"], e["amount_cents"]) for e in first["entries"]] == [
        (e.trace_number, e.account_number, e.amount_minor) for e in entries
    ]
    assert [a["info"] for a in first["entries"][0]["addenda"]] == ["INV 1"]
    assert (first["service_class"], second["service_class"], second["sec"]) == (200, 220, "PPD")


def test_another_library_takes_the_hash_modulo_ten_digits_as_we_do():
    entries = [entry(n, routing_number="999999992") for n in range(1, 120)]
    text = render(file(batch(*entries))).decode()
    assert achkit.validate(text)["ok"]
    assert achkit.parse(text)["control"]["entry_hash"] == "1899999881"  # 119 times 99,999,999 has 11 digits


# The profile of the bank


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b""])
def test_lines_end_as_the_bank_wants_them(ending):
    records = list(write(file(), BankProfile("bank", line_ending=ending)))
    assert len(records) == 10
    assert {(len(record), record[94:]) for record in records} == {(94 + len(ending), ending)}


def test_a_bank_may_do_without_padding_and_the_block_count_still_rounds_up():
    records = list(write(file(), BankProfile("bank", pad_blocks=False)))
    assert len(records) == 5
    assert records[-1][7:13] == b"000001"


def test_a_full_block_is_not_padded():
    records = list(write(file(batch(*map(entry, range(1, 7))))))
    assert len(records) == 10
    assert records[-1].startswith(b"9000001000001")


@pytest.mark.parametrize(("prefix", "shown"), [(" ", b" 091000019"), ("0", b"0091000019")])
def test_the_destination_is_filled_as_the_bank_wants_it(prefix, shown):
    profile = BankProfile("bank", destination_prefix=prefix)
    data = render(file(), profile)
    assert data[3:13] == shown
    assert read(data, profile) == file()


def test_a_file_to_a_company_bears_its_identification_of_ten_characters():
    sent = file(immediate_destination="1234567890", immediate_origin="091000019")
    data = render(sent)
    assert data[3:23] == b"1234567890 091000019"
    assert read(data) == sent


def test_a_balanced_bank_refuses_a_batch_whose_sides_differ():
    profile = BankProfile("bank", balanced=True)
    assert refusal(batch(entry(1), entry(2, transaction_code=27, amount_minor=1)), profile=profile) == [
        (4, Code.BATCH_UNBALANCED)
    ]
    assert render(file(batch(entry(1), entry(2, transaction_code=27))), profile)


def test_a_bank_takes_only_its_entry_classes():
    profile = BankProfile("bank", sec_profiles=DEFAULT.sec_profiles[:1])
    assert refusal(batch(sec_code="PPD"), profile=profile) == [(2, Code.BATCH_SEC_CODE)]


# Service class


@pytest.mark.parametrize(
    ("codes", "expected"), [((22, 32), 220), ((27, 37), 225), ((22, 27), 200), ((23,), 220), ((28,), 225)]
)
def test_the_service_class_follows_from_the_entries(codes, expected):
    amounts = {code: 0 if code in (23, 28) else 100 for code in codes}
    entries = [entry(n, transaction_code=code, amount_minor=amounts[code]) for n, code in enumerate(codes, start=1)]
    lines = render(file(batch(*entries))).decode().splitlines()
    assert lines[1][1:4] == lines[2 + len(codes)][1:4] == str(expected)


def test_a_stream_of_entries_needs_its_service_class_stated():
    assert refusal(batch(entries=iter([entry()])))[0][1] == Code.BATCH_SERVICE_CLASS
    assert render(file(batch(entries=iter([entry()]), service_class_code=220))) == render(file())


def test_an_entry_against_the_stated_service_class_is_refused():
    bent = batch(entries=iter([entry(1), entry(2, transaction_code=27)]), service_class_code=220)
    assert refusal(bent) == [(4, Code.ENTRY_SERVICE_CLASS)]


def test_a_service_class_we_do_not_know_is_refused():
    assert refusal(batch(service_class_code=280)) == [(2, Code.FIELD)]


# Text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Crème Brûlée", "CREME BRULEE"),
        ("e\u0301", "E"),
        ("a\nb\tc", "A B C"),
        ("Łódź ß €", " ODZ    "),
        ("", ""),
    ],
)
def test_free_text_is_brought_into_the_character_set(text, expected):
    assert transliterate(text) == expected


def test_names_are_written_in_upper_case_without_accents():
    assert written(entry(individual_name="Café Zoë"))[54:76] == "CAFE ZOE".ljust(22)


def test_identifiers_are_written_as_they_are():
    assert written(entry(individual_id="cus_aB"))[39:54] == "cus_aB".ljust(15)


@pytest.mark.parametrize("field", ["account_number", "individual_id"])
def test_identifiers_are_refused_where_they_would_have_to_be_altered(field):
    assert refusal(batch(entry(**{field: "12é4"}))) == [(3, Code.FIELD)]


# Fields and entries


@pytest.mark.parametrize(
    "changes",
    [
        {"account_number": "1" * 18},
        {"account_number": " "},
        {"amount_minor": -1},
        {"amount_minor": 10_000_000_000},
        {"amount_minor": 1.5},
        {"amount_minor": "100"},
        {"individual_name": "N" * 23},
        {"individual_name": ""},
        {"individual_name": None},
        {"individual_id": "I" * 16},
        {"discretionary_data": "ABC"},
        {"trace_number": "9100001"},
        {"trace_number": "09100001000000X"},
        {"trace_number": "09100001000000٣"},
        {"routing_number": "02100002"},
        {"routing_number": "0210000210"},
        {"transaction_code": 222},
        {"addenda": (Addendum("A" * 81),)},
    ],
)
def test_a_value_that_does_not_fit_its_field_is_refused(changes):
    (_line, code), *_more = refusal(batch(entry(**changes)))
    assert code == Code.FIELD


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"routing_number": "021000022"}, Code.ENTRY_ROUTING),
        ({"transaction_code": 21}, Code.ENTRY_TRANSACTION_CODE),
        ({"transaction_code": 99}, Code.ENTRY_TRANSACTION_CODE),
        ({"transaction_code": 57}, Code.ENTRY_TRANSACTION_CODE),
        ({"amount_minor": 0}, Code.ENTRY_AMOUNT),
        ({"transaction_code": 23}, Code.ENTRY_AMOUNT),
        ({"transaction_code": 24}, Code.ENTRY_AMOUNT),
        ({"trace_number": "021000020000001"}, Code.ENTRY_TRACE_PREFIX),
        ({"trace_number": trace(0, "00000000")}, Code.ENTRY_TRACE_PREFIX),
        ({"addenda": (Addendum("A"), Addendum("B"))}, Code.ADDENDA_COUNT),
        ({"addenda": (*returned().addenda, Addendum("A")), "transaction_code": 21}, Code.ADDENDA_COUNT),
    ],
)
def test_an_entry_that_breaks_a_rule_is_refused(changes, code):
    assert (3, code) in refusal(batch(entry(**changes)))


def test_zero_dollar_entries_are_for_companies_only():
    zero = entry(transaction_code=24, amount_minor=0, addenda=(Addendum("REMITTANCE"),))
    assert render(file(batch(zero)))
    assert refusal(batch(zero, sec_code="PPD")) == [(3, Code.ENTRY_TRANSACTION_CODE)]


@pytest.mark.parametrize("second", [1, 2])
def test_trace_numbers_must_ascend(second):
    assert refusal(batch(entry(2), entry(second))) == [(4, Code.ENTRY_TRACE_ORDER)]


def test_a_ctx_name_has_sixteen_characters_and_up_to_9999_addenda():
    many = tuple(Addendum(f"SEGMENT {n}") for n in range(9999))
    line = written(entry(individual_name="N" * 16, addenda=many), sec_code="CTX")
    assert line[54:76] == "9999" + "N" * 16 + "  "
    assert refusal(batch(entry(individual_name="N" * 17), sec_code="CTX")) == [(3, Code.FIELD)]
    one_too_many = entry(addenda=(*many, Addendum("X")))
    assert refusal(batch(one_too_many, sec_code="CTX")) == [(3, Code.FIELD), (10003, Code.FIELD)]


# Returns and notifications


def test_a_return_is_written_with_a_return_transaction_code_only():
    assert written(returned())[1:3] == "21"
    assert refusal(batch(returned(transaction_code=22))) == [(3, Code.ENTRY_TRANSACTION_CODE)]


@pytest.mark.parametrize("code", ["X01", "R1", "r01", "R61", "R77"])
def test_a_return_needs_a_reason_of_our_layout(code):
    addendum = replace(returned().addenda[0], code=code)
    assert refusal(batch(returned(addenda=(addendum,)))) == [(4, Code.FIELD)]


def test_a_return_bears_the_trace_number_of_its_entry():
    addendum = replace(returned().addenda[0], trace_number=trace(9))
    assert refusal(batch(returned(addenda=(addendum,)))) == [(3, Code.ADDENDA_TRACE)]


def test_a_date_of_another_century_is_refused():
    addendum = replace(returned().addenda[0], date_of_death=date(1999, 12, 31))
    assert refusal(batch(returned(addenda=(addendum,)))) == [(4, Code.FIELD)]
    assert refusal(batch(effective_entry_date=date(2100, 1, 1))) == [(2, Code.FIELD)]


def test_a_notification_of_change_has_its_own_class_and_no_amount():
    change = ChangeAddendum(
        code="C01",
        original_trace_number=trace(5),
        original_rdfi="02100002",
        corrected_data="99",
        trace_number=trace(1),
    )
    notice = entry(transaction_code=21, amount_minor=0, addenda=(change,))
    assert read(render(file(batch(notice, sec_code="COR")))).batches[0].entries == (notice,)
    assert refusal(batch(replace(notice, amount_minor=1), sec_code="COR")) == [(3, Code.ENTRY_AMOUNT)]
    assert refusal(batch(replace(notice, addenda=()), sec_code="COR")) == [(3, Code.ADDENDA_COUNT)]
    assert (3, Code.ADDENDA_TYPE) in refusal(batch(notice))


# Batches and files


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"company_name": ""}, Code.FIELD),
        ({"company_name": "C" * 17}, Code.FIELD),
        ({"company_id": "1" * 11}, Code.FIELD),
        ({"originating_dfi": "0910000"}, Code.FIELD),
        ({"batch_number": 0}, Code.BATCH_NUMBER),
        ({"batch_number": 10_000_000}, Code.FIELD),
        ({"sec_code": "ccd"}, Code.FIELD),
        ({"sec_code": "IAT"}, Code.BATCH_SEC_CODE),
        ({"settlement_day": "12"}, Code.FIELD),
    ],
)
def test_a_batch_header_at_fault_is_refused(changes, code):
    assert refusal(batch(**changes)) == [(2, code)]


@pytest.mark.parametrize("nothing", [(), [], iter(())])
def test_a_batch_without_entries_is_refused(nothing):
    assert refusal(batch(entries=nothing, service_class_code=220)) == [(2, Code.BATCH_EMPTY)]


def test_batch_numbers_must_ascend():
    assert refusal(batch(batch_number=2), batch(entry(2), batch_number=2)) == [(5, Code.BATCH_NUMBER)]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"immediate_destination": "091000018"}, Code.FILE_DESTINATION),
        ({"immediate_destination": "09100001"}, Code.FILE_DESTINATION),
        ({"immediate_destination": "12345678901"}, Code.FIELD),
        ({"immediate_origin": ""}, Code.FIELD),
        ({"file_id_modifier": "a"}, Code.FIELD),
        ({"reference_code": "R" * 9}, Code.FIELD),
    ],
)
def test_a_file_header_at_fault_is_refused(changes, code):
    assert (1, code) in refusal(**changes)


def test_a_file_without_batches_is_refused():
    with pytest.raises(NachaError) as caught:
        render(replace(file(), batches=()))
    assert [problem.code for problem in caught.value.problems] == [Code.FILE_EMPTY]


def test_an_aware_moment_is_written_as_its_own_clock_shows_it():
    assert render(file(created=datetime(2025, 3, 3, 23, 59, tzinfo=UTC)))[23:33] == b"2503032359"


def test_every_problem_is_reported_in_file_order():
    bent = batch(entry(1, amount_minor=0), entry(2, individual_name=""), entry(3), entry(3))
    assert refusal(bent) == [(3, Code.ENTRY_AMOUNT), (4, Code.FIELD), (6, Code.ENTRY_TRACE_ORDER)]


def test_checking_stops_at_a_hundred_problems():
    taken = []
    endless = (taken.append(n) or entry(n, amount_minor=0) for n in range(1, 1000))
    assert len(refusal(batch(entries=endless, service_class_code=220))) == MAX_PROBLEMS == len(taken)


def test_a_refused_file_never_gets_its_control_record():
    records = []
    with pytest.raises(NachaError):
        records.extend(write(file(batch(entry(1), entry(2, amount_minor=0), entry(3)))))
    assert not [record for record in records if record[:1] in b"89"]


@pytest.mark.parametrize("routing", ["021000021", "091000019", "011401533", "122105155", "999999992"])
def test_the_check_digit_of_a_routing_number_is_the_bankers(routing):
    assert check_digit(routing[:8]) == routing[8]


# Secrets


def test_no_repr_shows_an_account_number():
    secret = entry(account_number=ACCOUNT)
    assert ACCOUNT not in repr(file(batch(secret)))
    assert "****0036" in repr(secret)
    assert "7319" not in repr(entry(account_number="7319"))


def test_no_repr_shows_the_corrected_data_of_a_change():
    change = ChangeAddendum(
        code="C01", original_trace_number="0", original_rdfi="0", corrected_data=ACCOUNT, trace_number="0"
    )
    assert ACCOUNT not in f"{change} {entry(addenda=(change,))!r}"


@pytest.mark.parametrize("account", [f"{ACCOUNT}é", f"{ACCOUNT}00000", int(ACCOUNT + "00000")])
def test_no_refusal_shows_an_account_number(account):
    with pytest.raises(NachaError) as caught:
        render(file(batch(entry(account_number=account, individual_name=""))))
    assert ACCOUNT not in f"{caught.value!r} {caught.value} {caught.value.problems}"


# Files made in steps


def in_steps(sent, size):
    """The same file from parts of so many entries."""
    batches = []
    for one in sent.batches:
        pieces = [one.entries[start : start + size] for start in range(0, len(one.entries), size)]
        batches.append((one, [write_part(replace(one, entries=piece)) for piece in pieces]))
    return b"".join(join(sent, batches))


@pytest.mark.parametrize("size", [1, 2, 5, 100])
def test_a_file_made_in_steps_is_the_file_made_at_once(size):
    first = batch(*[entry(n, addenda=(Addendum("A"),) * (n % 2)) for n in range(1, 12)])
    second = batch(entry(1, transaction_code=27), batch_number=2, service_class_code=225)
    sent = file(first, second)
    assert in_steps(sent, size) == render(sent)


def test_a_part_with_an_entry_at_fault_is_refused():
    with pytest.raises(NachaError) as caught:
        write_part(batch(entry(1), entry(2, amount_minor=0)))
    assert [(one.line, one.code) for one in caught.value.problems] == [(2, Code.ENTRY_AMOUNT)]
    with pytest.raises(NachaError, match="IAT"):
        write_part(batch(sec_code="IAT"))


def test_parts_joined_in_the_wrong_order_are_found_when_the_file_is_read_back():
    one = batch(entry(1), entry(2))
    parts = [write_part(replace(one, entries=(each,))) for each in reversed(one.entries)]
    with pytest.raises(NachaError, match="trace_number"):
        read(b"".join(join(file(one), [(one, parts)])))


def test_a_joined_file_with_a_header_at_fault_never_gets_its_control():
    pieces = []
    with pytest.raises(NachaError):
        pieces.extend(join(file(batch(), immediate_origin=""), [(batch(), [write_part(batch())])]))
    assert pieces == []
