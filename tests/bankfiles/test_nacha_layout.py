"""One file written by hand from the tables of the Rules, a bar between fields; ours must agree with it."""

from datetime import date, datetime

import pytest

from billfold.bankfiles.nacha import (
    Addendum,
    Batch,
    ChangeAddendum,
    Entry,
    File,
    ReturnAddendum,
    layouts,
    read,
    render,
)
from billfold.bankfiles.nacha.records import Field, Kind, Record

BARRED = """\
1|01| 091000019|1234567890|250303|1605|B|094|10|1|WELLS FARGO BANK       |BILLFOLD INC           |REF00001
5|200|BILLFOLD INC    |RUN 77              |1234567890|CCD|PAYABLES  |MAR 04|250304|   |1|09100001|0000001
6|22|02100002|1|8847215590036    |0001234567|VEN-0042       |ACME SUPPLIES         |A1|1|091000010000001
7|05|INVOICE 2025-117                                                                |0001|0000001
6|27|01140153|3|000123           |0000000500|               |NORTH WIND LLC        |  |0|091000010000002
8|200|000003|0003240155|000000000500|000001234567|1234567890|                   |      |09100001|0000001
5|220|BILLFOLD INC    |                    |1234567890|CTX|PAYABLES  |      |250304|063|1|09100001|0000002
6|32|09100001|9|77-1             |9999999999|VEN-0043       |0003|BIG STEEL CORP  |  |  |1|091000010000003
7|05|ISA*00*                                                                         |0001|0000003
7|05|GE*1*77                                                                         |0002|0000003
7|05|IEA*1*                                                                          |0003|0000003
8|220|000004|0009100001|000000000000|009999999999|1234567890|                   |      |09100001|0000002
5|220|BILLFOLD INC    |                    |1234567890|PPD|PAYABLES  |      |250306|   |1|02100002|0000003
6|21|09100001|9|8847215590036    |0000012345|VEN-0042       |JANE DOE              |  |1|021000020000001
7|99|R15|091000010000042|250301|02100002|ACCOUNT HOLDER DECEASED                     |021000020000001
8|220|000002|0009100001|000000000000|000000012345|1234567890|                   |      |02100002|0000003
5|225|BILLFOLD INC    |                    |1234567890|COR|PAYABLES  |      |250306|   |1|02100002|0000004
6|26|09100001|9|8847215590036    |0000000000|VEN-0042       |JANE DOE              |  |1|021000020000002
7|98|C01|091000010000043|      |02100002|8847215590037                |               |021000020000002
8|225|000002|0009100001|000000000000|000000000000|1234567890|                   |      |02100002|0000004
9|000004|000003|00000011|0030540158|000000000500|010001246911|                                       """

ROWS = [row.split("|") for row in BARRED.splitlines()]
LITERAL = "\n".join(["".join(row) for row in ROWS] + ["9" * 94] * 9 + [""]).encode()

COMPANY = {"company_name": "BILLFOLD INC", "company_id": "1234567890", "entry_description": "PAYABLES"}
JANE = {
    "routing_number": "091000019",
    "account_number": "8847215590036",
    "individual_id": "VEN-0042",
    "individual_name": "JANE DOE",
}

VALUES = File(
    immediate_destination="091000019",
    immediate_origin="1234567890",
    created=datetime.fromisoformat("2025-03-03T16:05"),
    file_id_modifier="B",
    destination_name="WELLS FARGO BANK",
    origin_name="BILLFOLD INC",
    reference_code="REF00001",
    batches=(
        Batch(
            **COMPANY,
            sec_code="CCD",
            company_discretionary_data="RUN 77",
            descriptive_date="MAR 04",
            effective_entry_date=date(2025, 3, 4),
            originating_dfi="09100001",
            batch_number=1,
            entries=(
                Entry(
                    transaction_code=22,
                    routing_number="021000021",
                    account_number="8847215590036",
                    amount_minor=1_234_567,
                    individual_id="VEN-0042",
                    individual_name="ACME SUPPLIES",
                    discretionary_data="A1",
                    trace_number="091000010000001",
                    addenda=(Addendum("INVOICE 2025-117"),),
                ),
                Entry(
                    transaction_code=27,
                    routing_number="011401533",
                    account_number="000123",
                    amount_minor=500,
                    individual_name="NORTH WIND LLC",
                    trace_number="091000010000002",
                ),
            ),
        ),
        Batch(
            **COMPANY,
            sec_code="CTX",
            effective_entry_date=date(2025, 3, 4),
            settlement_day="063",
            originating_dfi="09100001",
            batch_number=2,
            entries=(
                Entry(
                    transaction_code=32,
                    routing_number="091000019",
                    account_number="77-1",
                    amount_minor=9_999_999_999,
                    individual_id="VEN-0043",
                    individual_name="BIG STEEL CORP",
                    trace_number="091000010000003",
                    addenda=(Addendum("ISA*00*"), Addendum("GE*1*77"), Addendum("IEA*1*")),
                ),
            ),
        ),
        Batch(
            **COMPANY,
            sec_code="PPD",
            effective_entry_date=date(2025, 3, 6),
            originating_dfi="02100002",
            batch_number=3,
            entries=(
                Entry(
                    **JANE,
                    transaction_code=21,
                    amount_minor=12_345,
                    trace_number="021000020000001",
                    addenda=(
                        ReturnAddendum(
                            code="R15",
                            original_trace_number="091000010000042",
                            date_of_death=date(2025, 3, 1),
                            original_rdfi="02100002",
                            information="ACCOUNT HOLDER DECEASED",
                            trace_number="021000020000001",
                        ),
                    ),
                ),
            ),
        ),
        Batch(
            **COMPANY,
            sec_code="COR",
            effective_entry_date=date(2025, 3, 6),
            originating_dfi="02100002",
            batch_number=4,
            entries=(
                Entry(
                    **JANE,
                    transaction_code=26,
                    amount_minor=0,
                    trace_number="021000020000002",
                    addenda=(
                        ChangeAddendum(
                            code="C01",
                            original_trace_number="091000010000043",
                            original_rdfi="02100002",
                            corrected_data="8847215590037",
                            trace_number="021000020000002",
                        ),
                    ),
                ),
            ),
        ),
    ),
)

# The first positions of the fields, as the Rules print them: the second, independent copy of the tables.
STARTS = {
    "FILE_HEADER": (1, 2, 4, 14, 24, 30, 34, 35, 38, 40, 41, 64, 87),
    "BATCH_HEADER": (1, 2, 5, 21, 41, 51, 54, 64, 70, 76, 79, 80, 88),
    "ENTRY": (1, 2, 4, 12, 13, 30, 40, 55, 77, 79, 80),
    "CTX_ENTRY": (1, 2, 4, 12, 13, 30, 40, 55, 59, 75, 77, 79, 80),
    "ADDENDA_PAYMENT": (1, 2, 4, 84, 88),
    "ADDENDA_CHANGE": (1, 2, 4, 7, 22, 28, 36, 65, 80),
    "ADDENDA_REFUSED_CHANGE": (1, 2, 4, 7, 22, 28, 36, 65, 68, 75, 80),
    "ADDENDA_RETURN": (1, 2, 4, 7, 22, 28, 36, 80),
    "ADDENDA_DISHONORED": (1, 2, 4, 7, 22, 28, 36, 39, 54, 57, 59, 80),
    "ADDENDA_CONTESTED": (1, 2, 4, 7, 22, 28, 36, 39, 54, 57, 59, 74, 77, 79, 80),
    "BATCH_CONTROL": (1, 2, 5, 11, 21, 33, 45, 55, 74, 80, 88),
    "FILE_CONTROL": (1, 2, 8, 14, 22, 32, 44, 56),
}
LAYOUT_OF_ROW = (
    "FILE_HEADER BATCH_HEADER ENTRY ADDENDA_PAYMENT ENTRY BATCH_CONTROL "
    "BATCH_HEADER CTX_ENTRY ADDENDA_PAYMENT ADDENDA_PAYMENT ADDENDA_PAYMENT BATCH_CONTROL "
    "BATCH_HEADER ENTRY ADDENDA_RETURN BATCH_CONTROL "
    "BATCH_HEADER ENTRY ADDENDA_CHANGE BATCH_CONTROL FILE_CONTROL"
).split()
NAMED_ROWS = list(zip(LAYOUT_OF_ROW, ROWS, strict=True))


def test_the_file_by_hand_has_94_characters_in_each_line():
    assert [len(line) for line in LITERAL.splitlines()] == [94] * 30


@pytest.mark.parametrize("name", STARTS)
def test_a_layout_has_its_fields_where_the_rules_have_them(name):
    layout = getattr(layouts, name)
    assert tuple(field.start for field in layout.fields) == STARTS[name]


@pytest.mark.parametrize(("name", "row"), NAMED_ROWS)
def test_a_line_by_hand_falls_into_the_fields_of_its_layout(name, row):
    line, fields = "".join(row), getattr(layouts, name).fields
    assert [line[f.start - 1 : f.start - 1 + f.length] for f in fields] == row


@pytest.mark.parametrize(("name", "row"), NAMED_ROWS)
def test_parsing_a_line_by_hand_gives_its_fields_without_their_padding(name, row):
    layout = getattr(layouts, name)
    cells = layout.parse("".join(row))
    held = {f.name: text for f, text in zip(layout.fields, row, strict=True) if f.is_value}
    assert {key: text.strip() for key, text in cells.items()} == {k: t.strip() for k, t in held.items()}


def test_the_file_by_hand_is_what_we_write():
    assert render(VALUES).decode().splitlines() == LITERAL.decode().splitlines()


def test_the_file_by_hand_is_read_as_its_values():
    assert read(LITERAL) == VALUES


def test_a_layout_with_a_gap_cannot_be_declared():
    with pytest.raises(ValueError, match="starts at 3, expected 2"):
        Record("gap", Field("a", 1, 1, Kind.TEXT), Field("b", 3, 92, Kind.TEXT))


def test_a_layout_that_ends_early_cannot_be_declared():
    with pytest.raises(ValueError, match="ends at 93, expected 94"):
        Record("short", Field("a", 1, 93, Kind.TEXT))
