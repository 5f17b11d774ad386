"""Between the values of the model and the fields of the records: both directions side by side.

``*_fields`` gives what `Record.render` takes, the function beside it what `Record.parse` gave back as a
value. The latter raise `ValueError` for digits that are no date or time, with a message in words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from billfold.bankfiles.nacha.layouts import ADDENDA_CHANGE, ADDENDA_PAYMENT, ADDENDA_RETURN
from billfold.bankfiles.nacha.model import (
    Addendum,
    AnyAddendum,
    Batch,
    ChangeAddendum,
    Entry,
    File,
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


def _change_fields(addendum: ChangeAddendum, _trace: str, _sequence: int) -> Values:
    return {
        "code": addendum.code,
        "original_trace_number": addendum.original_trace_number,
        "original_rdfi": addendum.original_rdfi,
        "corrected_data": addendum.corrected_data,
        "trace_number": addendum.trace_number,
    }


def _change_of(cells: Cells) -> ChangeAddendum:
    return ChangeAddendum(**cells)


def _return_fields(addendum: ReturnAddendum, _trace: str, _sequence: int) -> Values:
    died = addendum.date_of_death
    return {
        "code": addendum.code,
        "original_trace_number": addendum.original_trace_number,
        "original_rdfi": addendum.original_rdfi,
        "trace_number": addendum.trace_number,
        "date_of_death": "" if died is None else digits_of_date(died),
        "information": addendum.information,
    }


def _return_of(cells: Cells) -> ReturnAddendum:
    died = cells["date_of_death"]
    return ReturnAddendum(
        code=cells["code"],
        original_trace_number=cells["original_trace_number"],
        original_rdfi=cells["original_rdfi"],
        trace_number=cells["trace_number"],
        # Banks fill an unused date with zeros as often as with blanks.
        date_of_death=None if died in _NO_DATE else date_of_digits("date_of_death", died),
        information=cells["information"],
    )


ADDENDA: Final[Mapping[str, AddendaCodec]] = {
    Addendum.type_code: AddendaCodec(ADDENDA_PAYMENT, _payment_fields, _payment_of),
    ChangeAddendum.type_code: AddendaCodec(ADDENDA_CHANGE, _change_fields, _change_of),
    ReturnAddendum.type_code: AddendaCodec(ADDENDA_RETURN, _return_fields, _return_of),
}
"""By addenda type code (record type 7, positions 2-3)."""
