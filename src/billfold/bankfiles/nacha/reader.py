"""Bytes to values, one record at a time, checking everything the file says about itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final, NamedTuple, TypeAlias, TypeVar

from billfold.bankfiles.nacha.codec import TYPE_CODES, batch_of, codec_of_record, entry_fields, entry_of, file_of
from billfold.bankfiles.nacha.errors import Code, Collector
from billfold.bankfiles.nacha.layouts import BATCH_CONTROL, BATCH_HEADER, FILE_CONTROL, FILE_HEADER
from billfold.bankfiles.nacha.model import AnyAddendum, Batch, Entry, File
from billfold.bankfiles.nacha.profiles import DEFAULT, BankProfile, SecProfile
from billfold.bankfiles.nacha.records import BLOCKING_FACTOR, FILLER, RECORD_LENGTH, Record
from billfold.bankfiles.nacha.rules import (
    ADDENDA_CODES,
    BATCH_CONTROL_CODES,
    ENTRY_CODES,
    FILE_CONTROL_CODES,
    RETURN_ENTRY_CODES,
    EntryRules,
    Finding,
    Totals,
    batch_control,
    batch_findings,
    differences,
    file_control,
    file_findings,
)

Source: TypeAlias = bytes | Iterable[bytes]
"""A whole file, or its pieces cut anywhere: an open binary file, a socket's chunks, `write`'s records."""

_PIECE: Final = 1 << 16
_ADDENDA_TYPES: Final = ", ".join(TYPE_CODES)
_CLOSES_ENTRY: Final = "68"
_LONGEST_LINE: Final = 1 << 12
"""No record is this long: without a line end by then the input is not a file of lines."""

_FIRST_LINE: Final = RECORD_LENGTH + len("\r\n")

T = TypeVar("T", bound=File | Batch | AnyAddendum)

_NEXT: Final[Mapping[str, str]] = {
    "": "1",
    "1": "59",  # a bank without news sends a file without batches
    "5": "6",
    "6": "678",
    "7": "678",
    "8": "59",
    "9": "",
}
"""Which record types may follow which; nothing follows the file control but filler."""


class Located(NamedTuple):
    """An entry where it stands: the line of its record, and its file and batch without their contents."""

    line: int
    file: File
    batch: Batch
    entry: Entry


def read(source: Source, profile: BankProfile = DEFAULT) -> File:
    """The file, whole and in memory. Takes lines ended by LF or CRLF, or records without line ends.

    Raises `NachaError` with every problem found (of which there are `MAX_PROBLEMS` at most); a file
    with any problem, be it only a wrong total at the very end, is refused whole.
    """
    header: File | None = None
    batches: list[tuple[Batch, list[Entry]]] = []
    for _line, item in _Reader(profile).items(source):
        if isinstance(item, File):
            header = item
        elif isinstance(item, Batch):
            batches.append((item, []))
        else:
            batches[-1][1].append(item)
    assert header is not None, "a file without header raises at its end"
    return replace(header, batches=tuple(replace(batch, entries=tuple(entries)) for batch, entries in batches))


def read_header(source: Source, profile: BankProfile = DEFAULT) -> File:
    """What the file header says, without looking further. Raises `NachaError`."""
    for _line, item in _Reader(profile).items(source):
        assert isinstance(item, File), "a file begins with its header"
        return item
    raise AssertionError("a file without header raises at its end")


def iter_entries(source: Source, profile: BankProfile = DEFAULT) -> Iterator[Located]:
    """The entries as they are read, in memory that does not grow with the file.

    Raises `NachaError` as `read` does, but at the end, when entries have long been handed out: whoever
    acts on them must wait for the iterator to end, or undo. After the first problem no more come out.
    """
    file: File | None = None
    batch: Batch | None = None
    for line, item in _Reader(profile).items(source):
        if isinstance(item, File):
            file = item
        elif isinstance(item, Batch):
            batch = item
        else:
            assert file is not None
            assert batch is not None
            yield Located(line, file, batch, item)


def iter_records(source: Source) -> Iterator[tuple[int, str]]:
    """The records as they stand, filler included, each with its place in the file, from 1.

    Nothing is checked: a record may have any length and content. Bytes outside ASCII appear as the
    characters of Latin-1.
    """
    return enumerate(_split(_pieces(source)), start=1)


def _pieces(source: Source) -> Iterator[str]:
    pieces = _sliced(source) if isinstance(source, bytes) else source
    # Latin-1 maps every byte to a character, so that a foreign one is a problem of its field.
    return (piece.decode("latin-1") for piece in pieces)


def _sliced(whole: bytes) -> Iterator[bytes]:
    return (whole[start : start + _PIECE] for start in range(0, len(whole), _PIECE))


def _split(pieces: Iterator[str]) -> Iterator[str]:
    head = ""
    for piece in pieces:
        head += piece
        if len(head) > _FIRST_LINE:
            break
    cut = _by_line if "\n" in head[:_FIRST_LINE] else _by_length
    return cut(chain((head,), pieces))


def _by_line(pieces: Iterable[str]) -> Iterator[str]:
    rest = ""
    for piece in pieces:
        *lines, rest = (rest + piece).split("\n")
        for line in lines:
            yield line.removesuffix("\r")
        if len(rest) > _LONGEST_LINE:
            # Handed on in parts, each of them a problem: so an endless line cannot fill the memory.
            yield rest
            rest = ""
    if rest:
        yield rest.removesuffix("\r")


def _by_length(pieces: Iterable[str]) -> Iterator[str]:
    rest = ""
    for piece in pieces:
        text = rest + piece
        whole = len(text) - len(text) % RECORD_LENGTH
        for start in range(0, whole, RECORD_LENGTH):
            yield text[start : start + RECORD_LENGTH]
        rest = text[whole:]
    rest = rest.rstrip("\r\n")
    if rest:
        yield rest


@dataclass(slots=True)
class _OpenEntry:
    """An entry whose addenda may still come."""

    line: int
    cells: dict[str, str]
    addenda: list[AnyAddendum]


class _OpenBatch:
    """A batch whose control is still to come; ``sound`` while every record of it could be read."""

    __slots__ = ("batch", "rules", "sec", "sound", "totals")

    def __init__(self, batch: Batch, sec: SecProfile) -> None:
        self.batch = batch
        self.sec = sec
        self.rules = EntryRules(batch, sec)
        self.totals = Totals()
        self.sound = True


class _Reader:
    """One pass over one file.

    A record that cannot be read is reported and takes what depends on it along: an addenda record its
    entry, a batch header its batch. Totals are not compared then, for they would only repeat the fault.
    """

    def __init__(self, profile: BankProfile) -> None:
        self._problems = Collector()
        self._profile = profile
        self._line = 0
        self._previous = ""
        self._records = 0
        self._filler = 0
        self._batches = 0
        self._last_number = 0
        self._totals = Totals()
        self._sound = True
        self._batch: _OpenBatch | None = None
        self._entry: _OpenEntry | None = None
        self._take: Mapping[str, Callable[[str], File | Batch | None]] = {
            "1": self._file_header,
            "5": self._batch_header,
            "6": self._entry_detail,
            "7": self._addenda,
            "8": self._batch_control,
            "9": self._file_control,
        }

    def items(self, source: Source) -> Iterator[tuple[int, File | Batch | Entry]]:
        """The file, then its batches and entries, each with its line and without its contents."""
        for self._line, record in iter_records(source):
            if self._previous == "9":
                self._trailer(record)
                continue
            kind = self._kind(record)
            if kind in _CLOSES_ENTRY and self._entry is not None:
                line, entry = self._entry.line, self._close_entry(self._entry)
                if not self._problems:
                    yield line, entry
            item = self._take[kind](record)
            if item is not None and not self._problems:
                yield self._line, item
        self._end()

    def _kind(self, record: str) -> str:
        """The record's type. One out of order ends the reading: nothing after it could be trusted."""
        kind = record[:1]
        expected = _NEXT[self._previous]
        if not kind or kind not in expected:
            wanted = " or ".join(expected)
            found = ascii(kind) if kind else "an empty line"
            self._report(Code.RECORD_ORDER, f"record type (position 1): expected {wanted}, found {found}")
            self._problems.settle()
        self._previous = kind
        self._records += 1
        return kind

    def _file_header(self, record: str) -> File | None:
        cells = self._cells(FILE_HEADER, record)
        file = None if cells is None else self._value(lambda: file_of(cells, self._profile))
        if file is not None:
            self._report_all(file_findings(file))
        return file

    def _batch_header(self, record: str) -> Batch | None:
        self._batches += 1
        self._batch = None
        cells = self._cells(BATCH_HEADER, record)
        batch = None if cells is None else self._value(lambda: batch_of(cells))
        if batch is None:
            return None
        self._report_all(batch_findings(batch, self._last_number, self._profile))
        self._last_number = batch.batch_number
        sec = self._profile.sec(batch.sec_code)
        if sec is None:
            self._sound = False
        else:
            self._batch = _OpenBatch(batch, sec)
        return batch

    def _entry_detail(self, record: str) -> None:
        if self._batch is None:
            return
        cells = self._cells(self._batch.sec.entry_layout, record)
        if cells is not None:
            self._entry = _OpenEntry(self._line, cells, [])

    def _addenda(self, record: str) -> None:
        entry = self._entry
        if entry is None:
            return
        self._entry = None  # until the addenda record turns out to be readable
        codec = codec_of_record(record)
        if codec is None:
            self._fault(Code.ADDENDA_TYPE, f"addenda type code (positions 2-3): expected {_ADDENDA_TYPES}")
            return
        cells = self._cells(codec.record, record)
        addendum = None if cells is None else self._value(lambda: codec.value(cells))
        if cells is None or addendum is None:
            return
        entry.addenda.append(addendum)
        expected = codec.fields(addendum, entry.cells["trace_number"], len(entry.addenda))
        self._report_all(differences(codec.record, ADDENDA_CODES, expected, cells))
        self._entry = entry

    def _close_entry(self, opened: _OpenEntry) -> Entry:
        assert self._batch is not None, "entries are opened inside batches only"
        self._entry = None
        entry = entry_of(opened.cells, tuple(opened.addenda))
        codes = RETURN_ENTRY_CODES if entry.is_return else ENTRY_CODES
        layout = self._batch.sec.entry_layout
        self._report_all(differences(layout, codes, entry_fields(entry), opened.cells), opened.line)
        self._report_all(self._batch.rules.findings(entry), opened.line)
        self._batch.totals.add(entry)
        return entry

    def _batch_control(self, record: str) -> None:
        cells = self._cells(BATCH_CONTROL, record)
        opened = self._batch
        if opened is None:
            return
        if cells is not None and opened.sound:
            expected = batch_control(opened.batch, opened.totals)
            self._report_all(differences(BATCH_CONTROL, BATCH_CONTROL_CODES, expected, cells))
        self._totals.include(opened.totals)

    def _file_control(self, record: str) -> None:
        cells = self._cells(FILE_CONTROL, record)
        if cells is not None and self._sound:
            expected = file_control(self._totals, self._batches, self._records)
            self._report_all(differences(FILE_CONTROL, FILE_CONTROL_CODES, expected, cells))

    def _trailer(self, record: str) -> None:
        if record == FILLER:
            self._filler += 1
        elif record:
            self._report(Code.RECORD_ORDER, "after the file control: expected records of nines, found another")
            self._problems.settle()

    def _end(self) -> None:
        if self._previous != "9":
            message = f"file control (type 9): expected at the end, found the end after {self._records} records"
            self._report(Code.FILE_TRUNCATED, message)
        over = (self._records + self._filler) % BLOCKING_FACTOR
        if self._filler and over:
            message = f"filler: expected records in blocks of {BLOCKING_FACTOR}, found {over} in the last"
            self._report(Code.FILE_FILLER, message)
        self._problems.settle()

    def _cells(self, layout: Record, record: str) -> dict[str, str] | None:
        """The record's values by field name, or None once its faults are reported."""
        if len(record) != RECORD_LENGTH:
            message = f"{layout.name}: expected {RECORD_LENGTH} characters, found {len(record)}"
            self._fault(Code.RECORD_LENGTH, message)
            return None
        cells = layout.parse(record)
        if cells is None:
            faults = list(layout.read_faults(record))
            assert faults, "a record that cannot be read says why, or it would be left out in silence"
            for message in faults:
                self._fault(Code.FIELD, message)
        return cells

    def _value(self, make: Callable[[], T]) -> T | None:
        """What ``make`` builds of a record's values, or None once it is reported that it cannot."""
        try:
            return make()
        except ValueError as error:
            self._fault(Code.FIELD, str(error))
            return None

    def _fault(self, code: Code, message: str) -> None:
        """Report a record that cannot be read."""
        self._sound = False
        if self._batch is not None:
            self._batch.sound = False
        self._report(code, message)

    def _report_all(self, findings: Iterable[Finding], line: int = 0) -> None:
        for code, message in findings:
            self._report(code, message, line)

    def _report(self, code: Code, message: str, line: int = 0) -> None:
        self._problems.add(line or self._line, code, message)
