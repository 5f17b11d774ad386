"""ACH files in the format of the Nacha Operating Rules: write and read, values in and values out.

A file is records of 94 characters in blocks of ten: a file header (type 1), batches of a header (5),
entries (6) with their addenda (7) and a control (8), a file control (9) and records of nines up to the
end of the block. The tables of the Rules stand in `layouts` and what is derived from them in `records`,
the values in `model` and their way to records and back in `codec`; `profiles` says how banks and entry
classes differ, `rules` what must hold across records. `reader` and `writer` go through a whole file.

Covered are the classes CCD, PPD and CTX, their prenotes and zero-dollar entries, their returns, dishonored
and contested returns (addenda 99), notifications of change and their refusals (COR, addenda 98). Not covered,
and refused: the international class (IAT) and all others, and ADV files. What the codes of returns and
changes mean stands in `returns` and `changes`, what remittance addenda say in `remittance`.
"""

from billfold.bankfiles.nacha.changes import (
    CHANGE_REASONS,
    REFUSAL_REASONS,
    ChangeReason,
    UnreadableChange,
    account_kind,
    corrected_data,
    corrections_of,
)
from billfold.bankfiles.nacha.errors import MAX_PROBLEMS, Code, NachaError, Problem
from billfold.bankfiles.nacha.model import (
    CREDITS_ONLY,
    DEBITS_ONLY,
    MIXED,
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
from billfold.bankfiles.nacha.profiles import (
    CCD,
    COR,
    CTX,
    DEFAULT,
    LIVE,
    PPD,
    PRENOTES,
    PROFILES,
    RETURNS,
    SEC_PROFILES,
    ZERO_DOLLAR,
    BankProfile,
    SecProfile,
)
from billfold.bankfiles.nacha.reader import Located, Source, iter_entries, iter_records, read, read_header
from billfold.bankfiles.nacha.records import transliterate
from billfold.bankfiles.nacha.remittance import Remitted, UnreadableRemittance, advice, read_advice, short_advice
from billfold.bankfiles.nacha.returns import (
    INVALID_ACCOUNT,
    REFUSALS_BY_PRENOTE,
    RETURN_REASONS,
    ReturnReason,
    Sender,
    Stage,
    Unit,
)
from billfold.bankfiles.nacha.rules import Totals, check_digit
from billfold.bankfiles.nacha.writer import Part, join, render, write, write_part

__all__ = [
    "write",
    "render",
    "write_part",
    "join",
    "Part",
    "Totals",
    "read",
    "read_header",
    "iter_entries",
    "iter_records",
    "Located",
    "Source",
    "File",
    "Batch",
    "Entry",
    "Addendum",
    "ReturnAddendum",
    "ChangeAddendum",
    "DishonoredAddendum",
    "ContestedAddendum",
    "RefusedChangeAddendum",
    "AnyAddendum",
    "MIXED",
    "CREDITS_ONLY",
    "DEBITS_ONLY",
    "NachaError",
    "Problem",
    "Code",
    "MAX_PROBLEMS",
    "BankProfile",
    "DEFAULT",
    "PROFILES",
    "SecProfile",
    "SEC_PROFILES",
    "CCD",
    "PPD",
    "CTX",
    "COR",
    "LIVE",
    "PRENOTES",
    "ZERO_DOLLAR",
    "RETURNS",
    "CHANGE_REASONS",
    "REFUSAL_REASONS",
    "ChangeReason",
    "UnreadableChange",
    "account_kind",
    "corrected_data",
    "corrections_of",
    "Remitted",
    "UnreadableRemittance",
    "advice",
    "read_advice",
    "short_advice",
    "RETURN_REASONS",
    "INVALID_ACCOUNT",
    "REFUSALS_BY_PRENOTE",
    "ReturnReason",
    "Sender",
    "Stage",
    "Unit",
    "check_digit",
    "transliterate",
]
