"""Values to bytes, one record at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import repeat

from billfold.bankfiles.nacha.codec import ADDENDA, batch_fields, entry_fields, file_fields
from billfold.bankfiles.nacha.errors import Code, Collector
from billfold.bankfiles.nacha.layouts import BATCH_CONTROL, BATCH_HEADER, FILE_CONTROL, FILE_HEADER
from billfold.bankfiles.nacha.model import MIXED, Batch, Entry, File
from billfold.bankfiles.nacha.profiles import DEFAULT, BankProfile, SecProfile
from billfold.bankfiles.nacha.records import BLOCKING_FACTOR, FILLER, Record, Values
from billfold.bankfiles.nacha.rules import (
    EntryRules,
    Finding,
    Totals,
    batch_control,
    batch_findings,
    file_control,
    file_findings,
)


def write(file: File, profile: BankProfile = DEFAULT) -> Iterator[bytes]:
    """The file's records, each of 94 characters and the profile's line ending, as they are ready.

    Batches and entries are taken from their iterables once and in order, and none is kept.

    Raises `NachaError` with every problem and the place the record would have had. After the first
    problem no more records come out, though the rest is still checked: what was handed out until then
    lacks its file control, so no bank takes it, and the caller throws it away.
    """
    writer = _Writer(profile)
    for line in writer.lines(file):
        if line is not None and not writer.problems:
            yield line.encode("ascii") + profile.line_ending
    writer.problems.settle()


def render(file: File, profile: BankProfile = DEFAULT) -> bytes:
    """The whole file. Raises `NachaError` as `write` does."""
    return b"".join(write(file, profile))


@dataclass(frozen=True, slots=True)
class Part:
    """Entries of one batch, written and checked by themselves, and what they add to its control."""

    content: bytes
    entry_count: int
    totals: Totals


def write_part(batch: Batch, profile: BankProfile = DEFAULT) -> Part:
    """The records of the batch's entries, without its header and control: a piece of a file that is made in steps.

    Raises `NachaError` with every problem; lines are counted from the part's first record.
    """
    return _Writer(profile).part(batch)


def join(
    file: File, batches: Iterable[tuple[Batch, Iterable[Part]]], profile: BankProfile = DEFAULT
) -> Iterator[bytes]:
    """The file of these batches, whose entries were written before, in pieces; parts are taken once and in order.

    Trace numbers have to ascend from part to part of a batch: whoever joins reads the file back before sending it.
    Raises `NachaError`.
    """
    writer = _Writer(profile)
    for piece in writer.joined(file, batches):
        if not writer.problems:
            yield piece
    writer.problems.settle()


class _Writer:
    """One pass over one file. A line is None where its values were at fault."""

    def __init__(self, profile: BankProfile) -> None:
        self.problems = Collector()
        self._profile = profile
        self._records = 0
        self._last_number = 0
        self._totals = Totals()

    def lines(self, file: File) -> Iterator[str | None]:
        header = self._line(FILE_HEADER, file_fields(file, self._profile))
        self._report(file_findings(file))
        yield header
        batches = 0
        for batches, batch in enumerate(file.batches, start=1):  # noqa: B007
            yield from self._batch(self._classed(batch))
        if not batches:
            self._report([(Code.FILE_EMPTY, "batches: expected at least 1, found none")])
        yield self._line(FILE_CONTROL, file_control(self._totals, batches, self._records + 1))
        if self._profile.pad_blocks:
            yield from repeat(FILLER, -self._records % BLOCKING_FACTOR)

    def _classed(self, batch: Batch) -> Batch:
        """The batch with a service class, stated or not, so that its header can be written."""
        if batch.service_class_code is not None:
            return batch
        if not isinstance(batch.entries, tuple):
            message = "service_class_code: must be given where entries are not a sequence, found None"
            self._report([(Code.BATCH_SERVICE_CLASS, message)])
        return replace(batch, service_class_code=MIXED)

    def _batch(self, batch: Batch) -> Iterator[str | None]:
        header = self._line(BATCH_HEADER, batch_fields(batch))
        if header is None:
            return  # entries cannot be judged without their batch
        self._report(batch_findings(batch, self._last_number, self._profile))
        self._last_number = batch.batch_number
        sec = self._profile.sec(batch.sec_code)
        if sec is None:
            return
        yield header
        totals = Totals()
        yield from self._entries(batch, sec, totals)
        # An entry at fault is in no total, so that the sides of its batch cannot be compared.
        if self._profile.balanced and not self.problems and totals.debit != totals.credit:
            message = f"balance of the batch: expected debits of {totals.credit}, found {totals.debit}"
            self._report([(Code.BATCH_UNBALANCED, message)])
        self._totals.include(totals)
        yield self._line(BATCH_CONTROL, batch_control(batch, totals))

    def _entries(self, batch: Batch, sec: SecProfile, totals: Totals) -> Iterator[str | None]:
        rules, entry = EntryRules(batch, sec), None
        for entry in batch.entries:
            detail = self._line(sec.entry_layout, entry_fields(entry))
            if detail is not None:
                self._report(rules.findings(entry))
                totals.add(entry)
            yield detail
            yield from self._addenda(entry)
        if entry is None:
            self._report([(Code.BATCH_EMPTY, "entries: expected at least 1, found none")])

    def part(self, batch: Batch) -> Part:
        self._report(batch_findings(batch, 0, self._profile))
        sec = self._profile.sec(batch.sec_code)
        self.problems.settle()
        assert sec is not None, "a class that the bank does not take was reported"
        totals = Totals()
        lines = list(self._entries(batch, sec, totals))
        self.problems.settle()
        content = b"".join(self._bytes(line) for line in lines)
        entries = sum(line is not None and line.startswith("6") for line in lines)
        return Part(content, entries, totals)

    def joined(self, file: File, batches: Iterable[tuple[Batch, Iterable[Part]]]) -> Iterator[bytes]:
        self._report(file_findings(file))
        yield self._bytes(self._line(FILE_HEADER, file_fields(file, self._profile)))
        count = 0
        for count, (batch, parts) in enumerate(batches, start=1):  # noqa: B007
            header = self._line(BATCH_HEADER, batch_fields(batch))
            self._report(batch_findings(batch, self._last_number, self._profile))
            self._last_number = batch.batch_number
            yield self._bytes(header)
            totals = Totals()
            for part in parts:
                totals.include(part.totals)
                self._records += part.totals.count
                yield part.content
            self._totals.include(totals)
            yield self._bytes(self._line(BATCH_CONTROL, batch_control(batch, totals)))
        yield self._bytes(self._line(FILE_CONTROL, file_control(self._totals, count, self._records + 1)))
        if self._profile.pad_blocks:
            for filler in repeat(FILLER, -self._records % BLOCKING_FACTOR):
                yield self._bytes(filler)

    def _bytes(self, line: str | None) -> bytes:
        return b"" if line is None else line.encode("ascii") + self._profile.line_ending

    def _addenda(self, entry: Entry) -> Iterator[str | None]:
        for sequence, addendum in enumerate(entry.addenda, start=1):
            codec = ADDENDA[type(addendum)]
            yield self._line(codec.record, codec.fields(addendum, entry.trace_number, sequence))

    def _line(self, record: Record, values: Values) -> str | None:
        self._records += 1
        line = record.render(values)
        if line is None:
            faults = [(Code.FIELD, fault) for fault in record.write_faults(values)]
            assert faults, "a record that cannot be written says why, or it would be left out in silence"
            self._report(faults)
        return line

    def _report(self, findings: Iterable[Finding]) -> None:
        for code, message in findings:
            self.problems.add(self._records, code, message)
