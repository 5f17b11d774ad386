"""What is wrong with a file, said as values a program can sort and a person can read.

Messages name the record, the field and its positions, what was expected and what was found. They
never quote the content of a text field, and of a malformed numeric field they quote one character at
most: a record shifted by a few columns may hold an account number where an amount should stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MAX_PROBLEMS = 100
"""Reading or writing stops at this many problems, so that garbage cannot fill the memory with them."""

_SHOWN = 5


class Code(StrEnum):
    """The kinds of problem; the part before the point says at which level of the file."""

    RECORD_LENGTH = "record.length"
    RECORD_ORDER = "record.order"
    FIELD = "field"
    ADDENDA_TYPE = "addenda.type"
    ADDENDA_COUNT = "addenda.count"
    ADDENDA_INDICATOR = "addenda.indicator"
    ADDENDA_SEQUENCE = "addenda.sequence"
    ADDENDA_TRACE = "addenda.trace"
    ENTRY_TRANSACTION_CODE = "entry.transaction_code"
    ENTRY_SERVICE_CLASS = "entry.service_class"
    ENTRY_ROUTING = "entry.routing_number"
    ENTRY_AMOUNT = "entry.amount"
    ENTRY_TRACE_ORDER = "entry.trace_order"
    ENTRY_TRACE_PREFIX = "entry.trace_prefix"
    BATCH_EMPTY = "batch.empty"
    BATCH_NUMBER = "batch.number"
    BATCH_SEC_CODE = "batch.sec_code"
    BATCH_SERVICE_CLASS = "batch.service_class"
    BATCH_COMPANY = "batch.company_id"
    BATCH_ORIGIN = "batch.originating_dfi"
    BATCH_COUNT = "batch.entry_addenda_count"
    BATCH_HASH = "batch.entry_hash"
    BATCH_DEBIT = "batch.total_debit"
    BATCH_CREDIT = "batch.total_credit"
    BATCH_UNBALANCED = "batch.unbalanced"
    FILE_DESTINATION = "file.immediate_destination"
    FILE_EMPTY = "file.empty"
    FILE_TRUNCATED = "file.truncated"
    FILE_FILLER = "file.filler"
    FILE_BATCHES = "file.batch_count"
    FILE_BLOCKS = "file.block_count"
    FILE_COUNT = "file.entry_addenda_count"
    FILE_HASH = "file.entry_hash"
    FILE_DEBIT = "file.total_debit"
    FILE_CREDIT = "file.total_credit"


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault. ``line`` is the record's place in the file, counted from 1."""

    line: int
    code: Code
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: [{self.code}] {self.message}"


class NachaError(ValueError):
    """A file that must not be sent or must not be taken; ``problems`` says why, in file order."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        shown = "; ".join(map(str, self.problems[:_SHOWN]))
        more = len(self.problems) - _SHOWN
        return shown if more <= 0 else f"{shown}; and {more} more"


class Collector:
    """Gathers problems while a file is walked, and raises them together.

    Truthy once there is a problem, which is the sign for reader and writer to hand out nothing more
    while they go on checking.
    """

    def __init__(self) -> None:
        self._problems: list[Problem] = []

    def __bool__(self) -> bool:
        return bool(self._problems)

    def add(self, line: int, code: Code, message: str) -> None:
        """Note a problem. Raises `NachaError` at the `MAX_PROBLEMS`-th."""
        self._problems.append(Problem(line, code, message))
        if len(self._problems) >= MAX_PROBLEMS:
            self.settle()

    def settle(self) -> None:
        """Raise `NachaError` with everything noted; return when there is nothing."""
        if self._problems:
            raise NachaError(tuple(self._problems))
