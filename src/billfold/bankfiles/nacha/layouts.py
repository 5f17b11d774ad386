"""The record layouts of the Nacha Operating Rules (Appendix Three), as data: their tables, line by line."""

from __future__ import annotations

from typing import Final

from billfold.bankfiles.nacha.records import Field, Inclusion, Kind, Record


def _fixed(name: str, start: int, literal: str) -> Field:
    return Field(name, start, len(literal), Kind.FIXED, "M", literal)


def _reserved(start: int, length: int) -> Field:
    return Field("reserved", start, length, Kind.RESERVED, "O")


def _number(name: str, start: int, length: int) -> Field:
    return Field(name, start, length, Kind.NUMBER)


def _digits(name: str, start: int, length: int, inclusion: Inclusion = "M") -> Field:
    return Field(name, start, length, Kind.DIGITS, inclusion)


def _text(name: str, start: int, length: int, inclusion: Inclusion) -> Field:
    return Field(name, start, length, Kind.TEXT, inclusion)


def _identifier(name: str, start: int, length: int, inclusion: Inclusion) -> Field:
    return Field(name, start, length, Kind.IDENTIFIER, inclusion)


def _narrowed(name: str, start: int, length: int, pattern: str, expects: str) -> Field:
    return Field(name, start, length, Kind.IDENTIFIER, "M", "", pattern, expects)


def _service_class() -> Field:
    expects = "200 (mixed), 220 (credits only) or 225 (debits only)"
    return Field("service_class_code", 2, 3, Kind.NUMBER, "M", "", "200|220|225", expects)


FILE_HEADER: Final = Record(
    "file header (type 1)",
    _fixed("record_type", 1, "1"),
    _fixed("priority_code", 2, "01"),
    Field("immediate_destination", 4, 10, Kind.RIGHT_IDENTIFIER),
    Field("immediate_origin", 14, 10, Kind.RIGHT_IDENTIFIER),
    _digits("creation_date", 24, 6),
    _digits("creation_time", 30, 4, "O"),
    _narrowed("file_id_modifier", 34, 1, "[A-Z0-9]", "A-Z or 0-9"),
    _fixed("record_size", 35, "094"),
    _fixed("blocking_factor", 38, "10"),
    _fixed("format_code", 40, "1"),
    _text("destination_name", 41, 23, "O"),
    _text("origin_name", 64, 23, "O"),
    _text("reference_code", 87, 8, "O"),
)

BATCH_HEADER: Final = Record(
    "batch header (type 5)",
    _fixed("record_type", 1, "5"),
    _service_class(),
    _text("company_name", 5, 16, "M"),
    _text("company_discretionary_data", 21, 20, "O"),
    _identifier("company_id", 41, 10, "M"),
    _narrowed("sec_code", 51, 3, "[A-Z]{3}", "a standard entry class code of 3 capitals"),
    _text("entry_description", 54, 10, "M"),
    _text("descriptive_date", 64, 6, "O"),
    _digits("effective_entry_date", 70, 6),
    _digits("settlement_day", 76, 3, "O"),
    _digits("originator_status_code", 79, 1),
    _digits("originating_dfi", 80, 8),
    _number("batch_number", 88, 7),
)

_ENTRY_START: Final = (
    _fixed("record_type", 1, "6"),
    _number("transaction_code", 2, 2),
    _digits("receiving_dfi", 4, 8),
    _digits("check_digit", 12, 1),
    _identifier("account_number", 13, 17, "R"),
    _number("amount", 30, 10),
    _identifier("individual_id", 40, 15, "O"),
)
_ENTRY_END: Final = (
    _text("discretionary_data", 77, 2, "O"),
    Field("addenda_indicator", 79, 1, Kind.NUMBER, "M", "", "[01]", "0 (no addenda) or 1 (addenda follow)"),
    _digits("trace_number", 80, 15),
)

ENTRY: Final = Record(
    "entry detail (type 6)",
    *_ENTRY_START,
    _text("individual_name", 55, 22, "R"),
    *_ENTRY_END,
)
"""The entry of PPD, CCD and COR."""

CTX_ENTRY: Final = Record(
    "CTX entry detail (type 6)",
    *_ENTRY_START,
    _number("addenda_count", 55, 4),
    _text("individual_name", 59, 16, "R"),
    _reserved(75, 2),
    *_ENTRY_END,
)
"""The corporate entry: the count of its addenda takes the first four positions of the name."""

ADDENDA_PAYMENT: Final = Record(
    "addenda 05 (type 7)",
    _fixed("record_type", 1, "7"),
    _fixed("type_code", 2, "05"),
    _text("payment_related_information", 4, 80, "O"),
    _number("sequence", 84, 4),
    _digits("entry_sequence", 88, 7),
)


def _addenda(name: str, type_code: str, pattern: str, expects: str, *fields: Field) -> Record:
    """What all addenda records about an earlier entry begin with, up to its trace number in positions 7-21."""
    return Record(
        name,
        _fixed("record_type", 1, "7"),
        _fixed("type_code", 2, type_code),
        _narrowed("code", 4, 3, pattern, expects),
        _digits("original_trace_number", 7, 15),
        *fields,
        _digits("trace_number", 80, 15),
    )


ADDENDA_CHANGE: Final = _addenda(
    "addenda 98 (type 7)",
    "98",
    "C(?!6[1-9])[0-9]{2}",
    "a change code (C01..)",
    _reserved(22, 6),
    _digits("original_rdfi", 28, 8),
    _identifier("corrected_data", 36, 29, "M"),
    _reserved(65, 15),
)

ADDENDA_REFUSED_CHANGE: Final = _addenda(
    "addenda 98, refused change (type 7)",
    "98",
    "C6[1-9]",
    "a code that refuses a change (C61-C69)",
    _reserved(22, 6),
    _digits("original_rdfi", 28, 8),
    _identifier("corrected_data", 36, 29, "M"),
    _narrowed("change_code", 65, 3, "C[0-9]{2}", "a change code (C01..)"),
    _digits("change_sequence", 68, 7),
    _reserved(75, 5),
)

ADDENDA_RETURN: Final = _addenda(
    "addenda 99 (type 7)",
    "99",
    "R(?!6[1-9]|7[0-7])[0-9]{2}",
    "a return reason code (R01..)",
    _digits("date_of_death", 22, 6, "O"),
    _digits("original_rdfi", 28, 8),
    _text("information", 36, 44, "O"),
)

ADDENDA_DISHONORED: Final = _addenda(
    "addenda 99, dishonored return (type 7)",
    "99",
    "R(?:6[1-9]|70)",
    "a code that dishonors a return (R61-R70)",
    _reserved(22, 6),
    _digits("original_rdfi", 28, 8),
    _reserved(36, 3),
    _digits("return_trace_number", 39, 15),
    _digits("return_settlement_day", 54, 3),
    _digits("return_code", 57, 2),
    _text("information", 59, 21, "O"),
)

ADDENDA_CONTESTED: Final = _addenda(
    "addenda 99, contested dishonored return (type 7)",
    "99",
    "R7[1-7]",
    "a code that contests a dishonored return (R71-R77)",
    _digits("original_returned_on", 22, 6, "O"),
    _digits("original_rdfi", 28, 8),
    _digits("original_settlement_day", 36, 3, "O"),
    _digits("return_trace_number", 39, 15),
    _digits("return_settlement_day", 54, 3),
    _digits("return_code", 57, 2),
    _digits("dishonored_trace_number", 59, 15),
    _digits("dishonored_settlement_day", 74, 3),
    _digits("dishonored_code", 77, 2),
    _reserved(79, 1),
)

BATCH_CONTROL: Final = Record(
    "batch control (type 8)",
    _fixed("record_type", 1, "8"),
    _service_class(),
    _number("entry_addenda_count", 5, 6),
    _number("entry_hash", 11, 10),
    _number("total_debit", 21, 12),
    _number("total_credit", 33, 12),
    _identifier("company_id", 45, 10, "R"),
    _reserved(55, 19),
    _reserved(74, 6),
    _digits("originating_dfi", 80, 8),
    _number("batch_number", 88, 7),
)
"""Positions 55-73 are the message authentication code, which neither side of ours uses."""

FILE_CONTROL: Final = Record(
    "file control (type 9)",
    _fixed("record_type", 1, "9"),
    _number("batch_count", 2, 6),
    _number("block_count", 8, 6),
    _number("entry_addenda_count", 14, 8),
    _number("entry_hash", 22, 10),
    _number("total_debit", 32, 12),
    _number("total_credit", 44, 12),
    _reserved(56, 39),
)
