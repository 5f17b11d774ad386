"""Between the values of the model and the fields of the records: both directions side by side.

``*_fields`` gives what `Record.render` takes, the function beside it what `Record.parse` gave back as a
value. The latter raise `ValueError` for digits that are no date or time, with a message in words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from billfold.bankfiles.nacha.layouts import (
    ADDENDA_CHANGE,
    ADDENDA_CONTESTED,
    ADDENDA_DISHONORED,
    ADDENDA_PAYMENT,
    ADDENDA_REFUSED_CHANGE,
    ADDENDA_RETURN,
)
from billfold.bankfiles.nacha.model import (
    Addendum,
    AnyAddendum,
    Batch,
    ChangeAddendum,
    ContestedAddendum,
    DishonoredAddendum,
    Entry,
    File,
    RefusedChangeAddendum,
    ReturnAddendum,
)
from billfold.bankfiles.nacha.profiles import BankProfile
from billfold.bankfiles.nacha.records import Record, Values

Cells = Mapping[str, str]

ROUTING_DIGITS: Final = 9
_CENTURY: Final = 2000
_NO_DATE: Final = ("", "000000")
_ORIGINATOR_IS_A_BANK: Final = "1"
"""Originator status code: a depository institution bound by the Rules (batch header, position 79)."""


def digits_of_date(day: date) -> str:
    """YYMMDD. A year outside 2000-2099 gives too many digits, which the field then reports."""
    year = day.year - _CENTURY
    return f"{year:02d}{day:%m%d}" if 0 <= year < 100 else f"{day:%Y%m%d}"  # noqa: PLR2004


def date_of_digits(name: str, digits: str) -> date:
    """The date of a YYMMDD field. Raises `ValueError` naming the field."""
    try:
        return date(_CENTURY + int(digits[:2]), int(digits[2:4]), int(digits[4:]))
    except ValueError:
        raise ValueError(f"{name}: expected a date as YYMMDD, found {digits!r}") from None


def file_fields(file: File, profile: BankProfile) -> Values:
    """The fields of the file header."""
    destination = file.immediate_destination
    if len(destination) == ROUTING_DIGITS:
        destination = profile.destination_prefix + destination
    return {
        "immediate_destination": destination,
        "immediate_origin": file.immediate_origin,
        "creation_date": digits_of_date(file.created),
        "creation_time": f"{file.created:%H%M}",
        "file_id_modifier": file.file_id_modifier,
        "destination_name": file.destination_name,
        "origin_name": file.origin_name,
        "reference_code": file.reference_code,
    }


def file_of(cells: Cells, profile: BankProfile) -> File:
    """The file of its header, without batches."""
    destination, prefix = cells["immediate_destination"], profile.destination_prefix.strip()
    if prefix and len(destination) == ROUTING_DIGITS + len(prefix):
        destination = destination.removeprefix(prefix)
    return File(
        immediate_destination=destination,
        immediate_origin=cells["immediate_origin"],
        created=_moment(cells["creation_date"], cells["creation_time"]),
        file_id_modifier=cells["file_id_modifier"],
        destination_name=cells["destination_name"],
        origin_name=cells["origin_name"],
        reference_code=cells["reference_code"],
    )


def _moment(day: str, clock: str) -> datetime:
    created = date_of_digits("creation_date", day)
    hour, minute = (int(clock[:2]), int(clock[2:])) if clock else (0, 0)
    try:
        # Naive on purpose: the format has no zone, and its reader must not invent one.
        return datetime(created.year, created.month, created.day, hour, minute)  # noqa: DTZ001
    except ValueError:
        raise ValueError(f"creation_time: expected a time as HHMM, found {clock!r}") from None


def batch_fields(batch: Batch) -> Values:
    """The fields of the batch header. The service class must be known."""
    assert batch.service_class_code is not None
    return {
        "service_class_code": batch.service_class_code,
        "company_name": batch.company_name,
        "company_discretionary_data": batch.company_discretionary_data,
        "company_id": batch.company_id,
        "sec_code": batch.sec_code,
        "entry_description": batch.entry_description,
        "descriptive_date": batch.descriptive_date,
        "effective_entry_date": digits_of_date(batch.effective_entry_date),
        "settlement_day": batch.settlement_day,
        "originator_status_code": _ORIGINATOR_IS_A_BANK,
        "originating_dfi": batch.originating_dfi,
        "batch_number": batch.batch_number,
    }


def batch_of(cells: Cells) -> Batch:
    """The batch of its header, without entries."""
    return Batch(
        service_class_code=int(cells["service_class_code"]),
        company_name=cells["company_name"],
        company_discretionary_data=cells["company_discretionary_data"],
        company_id=cells["company_id"],
        sec_code=cells["sec_code"],
        entry_description=cells["entry_description"],
        descriptive_date=cells["descriptive_date"],
        effective_entry_date=date_of_digits("effective_entry_date", cells["effective_entry_date"]),
        settlement_day=cells["settlement_day"],
        originating_dfi=cells["originating_dfi"],
        batch_number=int(cells["batch_number"]),
    )


def entry_fields(entry: Entry) -> Values:
    """The fields of the entry, for every layout: the count of addenda is used by CTX alone."""
    routing = entry.routing_number
    addenda = len(entry.addenda)
    return {
        "transaction_code": entry.transaction_code,
        "receiving_dfi": routing[:8],
        "check_digit": routing[8:],
        "account_number": entry.account_number,
        "amount": entry.amount_minor,
        "individual_id": entry.individual_id,
        "addenda_count": addenda,
        "individual_name": entry.individual_name,
        "discretionary_data": entry.discretionary_data,
        "addenda_indicator": 1 if addenda else 0,
        "trace_number": entry.trace_number,
    }


def entry_of(cells: Cells, addenda: tuple[AnyAddendum, ...]) -> Entry:
    """The entry of its record and its addenda."""
    return Entry(
        transaction_code=int(cells["transaction_code"]),
        routing_number=cells["receiving_dfi"] + cells["check_digit"],
        account_number=cells["account_number"],
        amount_minor=int(cells["amount"]),
        individual_name=cells["individual_name"],
        trace_number=cells["trace_number"],
        individual_id=cells["individual_id"],
        discretionary_data=cells["discretionary_data"],
        addenda=addenda,
    )


@dataclass(frozen=True, slots=True)
class AddendaCodec:
    """One type of addenda record: its layout and the two directions.

    ``fields`` takes the addendum, its entry's trace number and its place among the addenda, from 1.
    """

    record: Record
    fields: Callable[[Any, str, int], Values]
    value: Callable[[Cells], AnyAddendum]


def _payment_fields(addendum: Addendum, trace: str, sequence: int) -> Values:
    return {
        "payment_related_information": addendum.payment_related_information,
        "sequence": sequence,
        "entry_sequence": trace[-7:],
    }


def _payment_of(cells: Cells) -> Addendum:
    return Addendum(cells["payment_related_information"])


def _own_fields(addendum: Any, _trace: str, _sequence: int) -> Values:
    """The fields of an addendum that are named as its layout names them; a date as its digits."""
    return {name: _text_of(getattr(addendum, name)) for name in type(addendum).__slots__}


def _text_of(value: str | date | None) -> str:
    if isinstance(value, date):
        return digits_of_date(value)
    return value or ""


def _return_of(cells: Cells) -> ReturnAddendum:
    values: dict[str, Any] = {**cells, "date_of_death": _date_or_none("date_of_death", cells["date_of_death"])}
    return ReturnAddendum(**values)


def _contested_of(cells: Cells) -> ContestedAddendum:
    returned_on = _date_or_none("original_returned_on", cells["original_returned_on"])
    values: dict[str, Any] = {**cells, "original_returned_on": returned_on}
    return ContestedAddendum(**values)


def _date_or_none(name: str, digits: str) -> date | None:
    # Banks fill an unused date with zeros as often as with blanks.
    return None if digits in _NO_DATE else date_of_digits(name, digits)


ADDENDA: Final[Mapping[type[AnyAddendum], AddendaCodec]] = {
    Addendum: AddendaCodec(ADDENDA_PAYMENT, _payment_fields, _payment_of),
    ChangeAddendum: AddendaCodec(ADDENDA_CHANGE, _own_fields, lambda cells: ChangeAddendum(**cells)),
    RefusedChangeAddendum: AddendaCodec(
        ADDENDA_REFUSED_CHANGE, _own_fields, lambda cells: RefusedChangeAddendum(**cells)
    ),
    ReturnAddendum: AddendaCodec(ADDENDA_RETURN, _own_fields, _return_of),
    DishonoredAddendum: AddendaCodec(ADDENDA_DISHONORED, _own_fields, lambda cells: DishonoredAddendum(**cells)),
    ContestedAddendum: AddendaCodec(ADDENDA_CONTESTED, _own_fields, _contested_of),
}
"""How each kind of addendum is written and read."""

_REFUSED_CHANGES: Final = tuple(f"C6{digit}" for digit in range(1, 10))
_DISHONORED: Final = (*(f"R6{digit}" for digit in range(1, 10)), "R70")
_CONTESTED: Final = tuple(f"R7{digit}" for digit in range(1, 8))
#: Addenda type codes (positions 2-3) by kind, and the codes (positions 4-6) that lay the rest out otherwise.
_BY_TYPE: Final[Mapping[str, type[AnyAddendum]]] = {
    "05": Addendum,
    "98": ChangeAddendum,
    "99": ReturnAddendum,
    **{f"98{code}": RefusedChangeAddendum for code in _REFUSED_CHANGES},
    **{f"99{code}": DishonoredAddendum for code in _DISHONORED},
    **{f"99{code}": ContestedAddendum for code in _CONTESTED},
}
TYPE_CODES: Final = ("05", "98", "99")


def codec_of_record(record: str) -> AddendaCodec | None:
    """How to read an addenda record, by its type code and, where they differ, the code that follows."""
    kind = _BY_TYPE.get(record[1:6]) or _BY_TYPE.get(record[1:3])
    return None if kind is None else ADDENDA[kind]
