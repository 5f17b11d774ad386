"""The values of an ACH file: frozen, compared by content, free of anything that can be computed.

Counts, hashes, totals, sequence numbers and indicators are not here: the writer derives them and the
reader checks them. Amounts are integers of the minor unit (cents); every file of this format is in US
dollars. Dates have two-digit years in the format and mean 2000-2099.

Free text read back is upper case and without trailing blanks, for that is how it is written.

No `repr` shows more than the last four characters of an account number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Final, TypeAlias

MIXED, CREDITS_ONLY, DEBITS_ONLY = 200, 220, 225
"""Service class codes (batch header and control, positions 2-4)."""

_FIRST_DEBIT = 5
_TAIL = 4


def masked(secret: str) -> str:
    """The last four characters, or none of them when that would be half of the secret or more."""
    return "****" + (secret[-_TAIL:] if len(secret) > 2 * _TAIL - 1 else "")


@dataclass(frozen=True, slots=True)
class Addendum:
    """Payment related information: addenda record type 05, positions 4-83, up to 80 characters."""

    type_code: ClassVar[str] = "05"

    payment_related_information: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnAddendum:
    """Why an entry comes back: addenda record type 99.

    ``code`` is the return reason (R01..., positions 4-6), ``original_trace_number`` the 15 digits of the
    entry that is returned (7-21), ``date_of_death`` is given with R14 and R15 (22-27),
    ``original_rdfi`` are the first 8 digits of the routing number the entry was sent to (28-35),
    ``information`` is free (36-79, up to 44 characters), ``trace_number`` is that of the entry this
    addendum belongs to (80-94).
    """

    type_code: ClassVar[str] = "99"

    code: str
    original_trace_number: str
    original_rdfi: str
    trace_number: str
    date_of_death: date | None = None
    information: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ChangeAddendum:
    """A notification of change: addenda record type 98.

    ``code`` is the change code (C01..., positions 4-6) and ``corrected_data`` (36-64, up to 29
    characters) what should have been written, laid out as the code prescribes; the rest as in
    `ReturnAddendum`. The corrected data is an account number as often as not, so `repr` masks it.
    """

    type_code: ClassVar[str] = "98"

    code: str
    original_trace_number: str
    original_rdfi: str
    corrected_data: str
    trace_number: str

    def __repr__(self) -> str:
        return (
            f"ChangeAddendum(code={self.code!r}, original_trace_number={self.original_trace_number!r}, "
            f"original_rdfi={self.original_rdfi!r}, corrected_data={masked(self.corrected_data)!r}, "
            f"trace_number={self.trace_number!r})"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DishonoredAddendum:
    """A return on its way back to the bank that sent it: addenda record type 99 with R61, R62 or R67 to R70.

    ``original_trace_number`` and ``original_rdfi`` are those of the first entry (positions 7-21, 28-35);
    ``return_trace_number`` (39-53), ``return_settlement_day`` (54-56, day of the year) and ``return_code`` (57-58, two
    digits: "01") those of the return; ``information`` has up to 21 characters (59-79).
    """

    type_code: ClassVar[str] = "99"

    code: str
    original_trace_number: str
    original_rdfi: str
    return_trace_number: str
    return_settlement_day: str
    return_code: str
    trace_number: str
    information: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContestedAddendum:
    """The answer to a dishonored return: addenda record type 99 with R71 to R77.

    As in `DishonoredAddendum`, and of the dishonored return its trace number (59-73), settlement day (74-76) and code
    (77-78, two digits: "68"). ``original_returned_on`` is the day the first entry was returned (22-27) and
    ``original_settlement_day`` the one it settled on (36-38).
    """

    type_code: ClassVar[str] = "99"

    code: str
    original_trace_number: str
    original_rdfi: str
    original_returned_on: date | None = None
    original_settlement_day: str = ""
    return_trace_number: str
    return_settlement_day: str
    return_code: str
    dishonored_trace_number: str
    dishonored_settlement_day: str
    dishonored_code: str
    trace_number: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class RefusedChangeAddendum:
    """A notification of change on its way back: addenda record type 98 with C61 to C69.

    ``change_code`` is that of the notification (65-67), ``change_sequence`` the last seven digits of its trace number
    (68-74); the rest as in `ChangeAddendum`, whose corrected data it repeats.
    """

    type_code: ClassVar[str] = "98"

    code: str
    original_trace_number: str
    original_rdfi: str
    corrected_data: str
    change_code: str
    change_sequence: str
    trace_number: str

    def __repr__(self) -> str:
        return (
            f"RefusedChangeAddendum(code={self.code!r}, original_trace_number={self.original_trace_number!r}, "
            f"change_code={self.change_code!r}, corrected_data={masked(self.corrected_data)!r}, "
            f"trace_number={self.trace_number!r})"
        )


AnyAddendum: TypeAlias = (
    Addendum | ReturnAddendum | DishonoredAddendum | ContestedAddendum | ChangeAddendum | RefusedChangeAddendum
)
RETURNS: Final = (ReturnAddendum, DishonoredAddendum, ContestedAddendum)
CHANGES: Final = (ChangeAddendum, RefusedChangeAddendum)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Entry:
    """One payment, return or notification: record type 6.

    ``transaction_code`` (positions 2-3) says account kind and direction: 22/32 credit and 27/37 debit a
    checking/savings account. ``routing_number`` has 9 digits with its check digit (4-12),
    ``account_number`` up to 17 characters (13-29), ``amount_minor`` is 0 to 9,999,999,999 cents (30-39),
    ``individual_id`` up to 15 characters (40-54), ``individual_name`` up to 22 (55-76; 16 in CTX),
    ``discretionary_data`` 2 (77-78), ``trace_number`` 15 digits of which the first 8 are the batch's
    originating DFI (80-94).
    """

    transaction_code: int
    routing_number: str
    account_number: str
    amount_minor: int
    individual_name: str
    trace_number: str
    individual_id: str = ""
    discretionary_data: str = ""
    addenda: tuple[AnyAddendum, ...] = ()

    @property
    def is_debit(self) -> bool:
        """Whether the amount counts among the debits: transaction codes ending in 5 to 9 do."""
        return self.transaction_code % 10 >= _FIRST_DEBIT

    @property
    def is_return(self) -> bool:
        """Whether this is another entry on its way back: it carries a return reason."""
        return bool(self.addenda) and isinstance(self.addenda[0], RETURNS)

    def __repr__(self) -> str:
        return (
            f"Entry(transaction_code={self.transaction_code!r}, routing_number={self.routing_number!r}, "
            f"account_number={masked(self.account_number)!r}, amount_minor={self.amount_minor!r}, "
            f"individual_name={self.individual_name!r}, trace_number={self.trace_number!r}, "
            f"individual_id={self.individual_id!r}, discretionary_data={self.discretionary_data!r}, "
            f"addenda={self.addenda!r})"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Entries of one company, kind and day: record types 5 and 8 and what stands between them.

    ``company_name`` up to 16 characters (positions 5-20), ``company_discretionary_data`` 20 (21-40),
    ``company_id`` 10 (41-50), ``sec_code`` one of the profiles' (51-53), ``entry_description`` 10
    (54-63), ``descriptive_date`` 6 of free text (64-69), ``effective_entry_date`` (70-75),
    ``settlement_day`` the day of the year in 3 digits, set by the ACH operator and blank before (76-78),
    ``originating_dfi`` 8 digits (80-87), ``batch_number`` 1 to 9,999,999, ascending in a file (88-94).

    ``entries`` may be any iterable. A sequence is kept as a tuple, and ``service_class_code`` (2-4) is
    computed from it. A one-shot iterable cannot be looked at before the header is written, so its batch
    must be given the class: 200 mixed, 220 credits only, 225 debits only.
    """

    company_name: str
    company_id: str
    sec_code: str
    entry_description: str
    effective_entry_date: date
    originating_dfi: str
    batch_number: int
    entries: Iterable[Entry] = ()
    company_discretionary_data: str = ""
    descriptive_date: str = ""
    settlement_day: str = ""
    service_class_code: int | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.entries, Sequence):
            return
        entries = tuple(self.entries)
        object.__setattr__(self, "entries", entries)
        if self.service_class_code is None and entries:
            object.__setattr__(self, "service_class_code", service_class(entries))


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A whole file: record types 1 and 9 and what stands between them.

    ``immediate_destination`` is the receiver's routing number of 9 digits, or an identification of 10
    characters (positions 4-13); ``immediate_origin`` up to 10 characters (14-23); ``created`` is written
    as its own wall clock shows it, to the minute, and read back naive (24-33); ``file_id_modifier`` is
    A-Z or 0-9 and tells the files of one day apart (34); the names have up to 23 characters (41-63,
    64-86), ``reference_code`` 8 (87-94). ``batches`` may be any iterable; a sequence is kept as a tuple.
    """

    immediate_destination: str
    immediate_origin: str
    created: datetime
    destination_name: str = ""
    origin_name: str = ""
    file_id_modifier: str = "A"
    reference_code: str = ""
    batches: Iterable[Batch] = ()

    def __post_init__(self) -> None:
        if isinstance(self.batches, Sequence):
            object.__setattr__(self, "batches", tuple(self.batches))


def service_class(entries: Iterable[Entry]) -> int:
    """The narrowest service class code that fits the entries; none at all counts as mixed."""
    directions = {entry.is_debit for entry in entries}
    if len(directions) != 1:
        return MIXED
    return DEBITS_ONLY if directions.pop() else CREDITS_ONLY
