"""What must hold across records, asked by the writer of what it is given and by the reader of what it got.

Each check yields findings, pairs of a `Code` and a message; who asked knows the record's place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from billfold.bankfiles.nacha.codec import ROUTING_DIGITS
from billfold.bankfiles.nacha.errors import Code
from billfold.bankfiles.nacha.model import (
    CREDITS_ONLY,
    DEBITS_ONLY,
    RETURNS,
    AnyAddendum,
    Batch,
    Entry,
    File,
)
from billfold.bankfiles.nacha.profiles import BankProfile, SecProfile
from billfold.bankfiles.nacha.records import BLOCKING_FACTOR, Record, Values

Finding = tuple[Code, str]

_HASH_MODULUS: Final = 10**10
_ROUTING_NUMBERS: Final = 1 << 15
"""More routing numbers than the United States have: the cache is bounded and never turns over."""


@lru_cache(maxsize=_ROUTING_NUMBERS)
def check_digit(identification: str) -> str:
    """The ninth digit of a routing number from its first 8 (weights 3, 7, 1; American Bankers Association).

    Raises `ValueError` for anything but digits.
    """
    weighted = sum(int(digit) * weight for digit, weight in zip(identification, (3, 7, 1) * 3, strict=False))
    return str(-weighted % 10)


class Totals:
    """What the control records count: of a batch, or of a file as the sum of its batches."""

    __slots__ = ("count", "credit", "debit", "hash")

    def __init__(self, count: int = 0, entry_hash: int = 0, debit: int = 0, credit: int = 0) -> None:
        self.count, self.hash, self.debit, self.credit = count, entry_hash, debit, credit

    def add(self, entry: Entry) -> None:
        """Count an entry and its addenda."""
        self.count += 1 + len(entry.addenda)
        self.hash += int(entry.routing_number[:8])
        if entry.is_debit:
            self.debit += entry.amount_minor
        else:
            self.credit += entry.amount_minor

    def include(self, batch: Totals) -> None:
        """Add a batch's totals to its file's."""
        self.count += batch.count
        self.hash += batch.hash
        self.debit += batch.debit
        self.credit += batch.credit

    def fields(self) -> dict[str, int | str]:
        """The part both control records share: the hash loses what its 10 positions cannot hold."""
        return {
            "entry_addenda_count": self.count,
            "entry_hash": self.hash % _HASH_MODULUS,
            "total_debit": self.debit,
            "total_credit": self.credit,
        }


def batch_control(batch: Batch, totals: Totals) -> Values:
    """What the batch control must say."""
    assert batch.service_class_code is not None
    return totals.fields() | {
        "service_class_code": batch.service_class_code,
        "company_id": batch.company_id,
        "originating_dfi": batch.originating_dfi,
        "batch_number": batch.batch_number,
    }


def file_control(totals: Totals, batches: int, records: int) -> Values:
    """What the file control must say; ``records`` counts all of them, itself too but not the filler."""
    return totals.fields() | {"batch_count": batches, "block_count": -(-records // BLOCKING_FACTOR)}


BATCH_CONTROL_CODES: Final[Mapping[str, Code]] = {
    "entry_addenda_count": Code.BATCH_COUNT,
    "entry_hash": Code.BATCH_HASH,
    "total_debit": Code.BATCH_DEBIT,
    "total_credit": Code.BATCH_CREDIT,
    "service_class_code": Code.BATCH_SERVICE_CLASS,
    "company_id": Code.BATCH_COMPANY,
    "originating_dfi": Code.BATCH_ORIGIN,
    "batch_number": Code.BATCH_NUMBER,
}
FILE_CONTROL_CODES: Final[Mapping[str, Code]] = {
    "entry_addenda_count": Code.FILE_COUNT,
    "entry_hash": Code.FILE_HASH,
    "total_debit": Code.FILE_DEBIT,
    "total_credit": Code.FILE_CREDIT,
    "batch_count": Code.FILE_BATCHES,
    "block_count": Code.FILE_BLOCKS,
}
ADDENDA_CODES: Final[Mapping[str, Code]] = {
    "sequence": Code.ADDENDA_SEQUENCE,
    "entry_sequence": Code.ADDENDA_TRACE,
}
ENTRY_CODES: Final[Mapping[str, Code]] = {
    "addenda_indicator": Code.ADDENDA_INDICATOR,
    "addenda_count": Code.ADDENDA_COUNT,
}
RETURN_ENTRY_CODES: Final = {"addenda_indicator": Code.ADDENDA_INDICATOR}
"""A returned CTX entry repeats the original's count of addenda, which do not come back with it."""


def differences(
    record: Record, codes: Mapping[str, Code], expected: Values, cells: Mapping[str, str]
) -> Iterator[Finding]:
    """Where a record as read says something else than what is derived from the rest of the file.

    Fields that are not part of both are passed over.
    """
    for name in codes.keys() & expected.keys() & cells.keys():
        wanted = expected[name]
        found = int(cells[name]) if isinstance(wanted, int) else cells[name]
        if found != wanted:
            yield codes[name], record.fault(record.field(name), str(found), expected=str(wanted))


def file_findings(file: File) -> Iterator[Finding]:
    """What the layout of the file header cannot say."""
    destination = file.immediate_destination
    if len(destination) == ROUTING_DIGITS:
        if not destination.isdecimal() or check_digit(destination[:8]) != destination[8]:
            message = "immediate_destination: expected a routing number, its check digit fails"
            yield Code.FILE_DESTINATION, message
    elif len(destination) != ROUTING_DIGITS + 1:
        wanted = "a routing number of 9 digits or an identification of 10 characters"
        message = f"immediate_destination: expected {wanted}, found {len(destination)}"
        yield Code.FILE_DESTINATION, message


def batch_findings(batch: Batch, previous: int, profile: BankProfile) -> Iterator[Finding]:
    """What the layout of the batch header cannot say; ``previous`` is the last batch's number."""
    if profile.sec(batch.sec_code) is None:
        taken = ", ".join(sec.code for sec in profile.sec_profiles)
        yield Code.BATCH_SEC_CODE, f"sec_code: expected one of {taken}, found {batch.sec_code}"
    if batch.batch_number <= previous:
        yield Code.BATCH_NUMBER, f"batch_number: expected more than {previous}, found {batch.batch_number}"


class EntryRules:
    """The rules for the entries of one batch, which must be shown in file order."""

    __slots__ = ("_dfi", "_only", "_sec", "_trace")

    def __init__(self, batch: Batch, sec: SecProfile) -> None:
        self._sec = sec
        self._dfi = batch.originating_dfi
        self._only = {CREDITS_ONLY: False, DEBITS_ONLY: True}.get(batch.service_class_code or 0)
        self._trace = ""

    def findings(self, entry: Entry) -> list[Finding]:
        """What is wrong with an entry whose fields by themselves are right."""
        found: list[Finding] = []
        returned = entry.is_return
        self._check_codes(entry, found, returned=returned)
        if entry.addenda or self._sec.min_addenda:
            self._check_addenda(entry, found, returned=returned)
        routing = entry.routing_number
        if check_digit(routing[:8]) != routing[8]:
            wanted = check_digit(routing[:8])
            message = f"check digit of the routing number: expected {wanted}, found {routing[8]}"
            found.append((Code.ENTRY_ROUTING, message))
        self._check_trace(entry.trace_number, found)
        return found

    def _check_codes(self, entry: Entry, found: list[Finding], *, returned: bool) -> None:
        code, sec = entry.transaction_code, self._sec
        if code not in (sec.return_codes if returned else sec.transaction_codes):
            kind = "a return" if returned else "an entry"
            message = f"transaction_code: {code} is not allowed for {kind} of class {sec.code}"
            found.append((Code.ENTRY_TRANSACTION_CODE, message))
        elif not returned and (entry.amount_minor == 0) != (code in sec.zero_codes):
            wanted = "0" if code in sec.zero_codes else "more than 0"
            message = f"amount: expected {wanted} with transaction code {code}, found {entry.amount_minor}"
            found.append((Code.ENTRY_AMOUNT, message))
        if self._only is not None and entry.is_debit is not self._only:
            wanted = "debits" if self._only else "credits"
            message = f"transaction_code: expected {wanted} only by the service class, found {code}"
            found.append((Code.ENTRY_SERVICE_CLASS, message))

    def _check_addenda(self, entry: Entry, found: list[Finding], *, returned: bool) -> None:
        sec, count = self._sec, len(entry.addenda)
        kinds = RETURNS if returned else sec.kinds
        low, high = (1, 1) if returned else (sec.min_addenda, sec.max_addenda)
        if not low <= count <= high:
            wanted = f"{low} to {high}" if low != high else str(low)
            found.append((Code.ADDENDA_COUNT, f"addenda records: expected {wanted}, found {count}"))
        for addendum in entry.addenda:
            if not isinstance(addendum, kinds):
                message = f"addenda type: expected {kinds[0].type_code} in class {sec.code}, found {addendum.type_code}"
                found.append((Code.ADDENDA_TYPE, message))
            found.extend(_trace_findings(addendum, entry.trace_number))

    def _check_trace(self, trace: str, found: list[Finding]) -> None:
        if trace <= self._trace:
            message = f"trace_number: expected more than {self._trace}, found {trace}"
            found.append((Code.ENTRY_TRACE_ORDER, message))
        if not trace.startswith(self._dfi):
            message = f"trace_number: expected to begin with {self._dfi}, found {trace[:8]}"
            found.append((Code.ENTRY_TRACE_PREFIX, message))
        self._trace = trace


def _trace_findings(addendum: AnyAddendum, trace: str) -> Iterator[Finding]:
    own = getattr(addendum, "trace_number", trace)
    if own != trace:
        yield Code.ADDENDA_TRACE, f"trace_number of the addenda record: expected {trace}, found {own}"
