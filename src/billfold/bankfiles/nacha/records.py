"""Records of fixed fields, declared as data: what writes, reads, checks and explains them is derived here.

A field is declared with

* ``start``: its first position, counted from 1 as the Rules count;
* ``length``: in characters;
* ``kind``: what stands there (`Kind`);
* ``inclusion``: the Rules' own letter. M (mandatory: an ACH operator rejects the file without it),
  R (required: the receiving bank may reject the entry), O (optional). What we write must fill M and R;
  what we read need only fill M, since a bank's file is not ours to correct.

Character set: the printable ASCII characters (blank to tilde). `Kind.TEXT` is written in upper case and
transliterated (see `transliterate`). A `Kind.IDENTIFIER` is never altered: a changed account number is
another account, so there a foreign character is a problem instead.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final, Literal

RECORD_LENGTH: Final = 94
BLOCKING_FACTOR: Final = 10
FILLER: Final = "9" * RECORD_LENGTH

Inclusion = Literal["M", "R", "O"]
Values = Mapping[str, int | str]


class Kind(Enum):
    """What a field holds, and so how it is set and checked."""

    FIXED = "a literal of the format"
    RESERVED = "blanks; the content is ignored when read, for operators use some of it"
    NUMBER = "an int, right justified, filled with zeros"
    DIGITS = "a str of exactly as many digits; optional ones may be blank"
    TEXT = "free text, left justified, upper case, transliterated"
    IDENTIFIER = "text that names something, left justified, never altered"
    RIGHT_IDENTIFIER = "an identifier, right justified"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record: see the module's text for the meaning of the attributes.

    ``pattern`` narrows what may stand in the field (a regular expression of exactly ``length``
    characters) and ``expects`` says so in words.
    """

    name: str
    start: int
    length: int
    kind: Kind
    inclusion: Inclusion = "M"
    literal: str = ""
    pattern: str = ""
    expects: str = ""

    @property
    def is_value(self) -> bool:
        """Whether the field carries something of the model, as against the format's own marks."""
        return self.kind not in (Kind.FIXED, Kind.RESERVED)

    @property
    def is_padded(self) -> bool:
        """Whether blanks at its end are filling and no part of the value."""
        optional_digits = self.kind is Kind.DIGITS and self.inclusion == "O"
        return optional_digits or self.kind in (Kind.TEXT, Kind.IDENTIFIER)

    @property
    def template(self) -> str:
        """The field's part of a `str.format` template. Widths are minima: overflow lengthens the line."""
        if self.kind is Kind.FIXED:
            return self.literal
        if self.kind is Kind.RESERVED:
            return " " * self.length
        align = {Kind.NUMBER: f"0{self.length}d", Kind.DIGITS: f">{self.length}"}
        align[Kind.RIGHT_IDENTIFIER] = align[Kind.DIGITS]
        return f"{{{self.name}:{align.get(self.kind, f'<{self.length}')}}}"

    def regex(self, *, writing: bool) -> str:
        """What may stand in the field, as an expression that matches exactly ``length`` characters."""
        if self.kind is Kind.FIXED:
            return re.escape(self.literal)
        if self.pattern:
            return self.pattern
        if self.kind in (Kind.NUMBER, Kind.DIGITS):
            digits = f"[0-9]{{{self.length}}}"
            return f"(?:{digits}| {{{self.length}}})" if self.inclusion == "O" else digits
        filled = self.inclusion == "M" or (writing and self.inclusion == "R")
        not_blank = f"(?! {{{self.length}}})" if filled else ""
        return f"{not_blank}[ -~]{{{self.length}}}"

    @property
    def expectation(self) -> str:
        """What may stand in the field, in words."""
        if self.expects:
            return self.expects
        if self.kind is Kind.FIXED:
            return repr(self.literal)
        if self.kind in (Kind.NUMBER, Kind.DIGITS):
            return f"{self.length} digits"
        return f"1 to {self.length} printable ASCII characters"

    def describe(self, cell: str) -> str:
        """What was found in the field, without quoting more than one character of it."""
        if len(cell) > self.length:
            return f"{len(cell)} characters"
        if not cell.strip():
            return "blanks"
        wanted = "0123456789" if self.kind in (Kind.NUMBER, Kind.DIGITS) else ""
        for offset, char in enumerate(cell):
            if (char not in wanted) if wanted else not " " <= char <= "~":
                return f"{char!a} at position {self.start + offset}"
        return "other characters"


def transliterate(text: str) -> str:
    """Bring free text into the character set, one character for one.

    Accents are stripped ("é" becomes "E"), lower case becomes upper case, and any other character
    outside printable ASCII becomes a blank. The result is never longer than the text.
    """
    if text.isascii() and text.isprintable():
        return text.upper()
    return "".join(map(_transliterated, text))


def _transliterated(char: str) -> str:
    if unicodedata.combining(char):
        return ""
    base = unicodedata.normalize("NFD", char)[0]
    return base.upper() if " " <= base <= "~" else " "


class Record:
    """A record layout and what follows from it: `render`, `parse` and the faults of either.

    Raises `ValueError` when the fields do not cover positions 1 to 94 without gap or overlap.
    """

    def __init__(self, name: str, *fields: Field) -> None:
        position = 1
        for field in fields:
            if field.start != position:
                raise ValueError(f"{name}: {field.name} starts at {field.start}, expected {position}")
            position += field.length
        if position != RECORD_LENGTH + 1:
            raise ValueError(f"{name}: ends at {position - 1}, expected {RECORD_LENGTH}")
        self.name: Final = name
        self.fields: Final = fields
        self._format: Final = "".join(field.template for field in fields).format_map
        self._written: Final = self._compile(writing=True)
        self._read: Final = self._compile(writing=False)
        self._text: Final = tuple(f.name for f in fields if f.kind is Kind.TEXT)
        self._padded: Final = tuple(f.name for f in fields if f.is_padded)
        self._right: Final = tuple(f.name for f in fields if f.kind is Kind.RIGHT_IDENTIFIER)

    def _compile(self, *, writing: bool) -> re.Pattern[str]:
        """One expression for the whole record: it cuts and it checks, at the speed of C."""
        cells = (
            f"(?P<{f.name}>{f.regex(writing=writing)})" if f.is_value else f.regex(writing=writing) for f in self.fields
        )
        return re.compile("".join(cells))

    def render(self, values: Values) -> str | None:
        """The record's 94 characters, or None when a value does not fit (`write_faults` says which).

        ``values`` are by field name; names the layout does not have are ignored, which lets two
        layouts of the same record be fed alike. Raises `KeyError` for a missing name.
        """
        try:
            cleaned = dict(values)
            for name in self._text:
                cleaned[name] = transliterate(cleaned[name])  # type: ignore[arg-type]
            line = self._format(cleaned)
        except (AttributeError, TypeError, ValueError):
            return None
        return line if self._written.fullmatch(line) else None

    def parse(self, line: str) -> dict[str, str] | None:
        """The values by field name, padding removed, or None (`read_faults` says why)."""
        match = self._read.fullmatch(line)
        if match is None:
            return None
        values = match.groupdict()
        for name in self._padded:
            values[name] = values[name].rstrip(" ")
        for name in self._right:
            values[name] = values[name].strip(" ")
        return values

    def write_faults(self, values: Values) -> Iterator[str]:
        """One message for each value that does not fit its field."""
        for field in filter(lambda f: f.is_value, self.fields):
            value = values[field.name]
            wanted = int if field.kind is Kind.NUMBER else str
            if not isinstance(value, wanted):
                yield self.fault(field, f"a value of type {type(value).__name__}")
                continue
            text = transliterate(value) if field.kind is Kind.TEXT and isinstance(value, str) else value
            cell = field.template.format_map({field.name: text})
            if not re.fullmatch(field.regex(writing=True), cell):
                yield self.fault(field, field.describe(cell))

    def read_faults(self, line: str) -> Iterator[str]:
        """One message for each field of a 94-character line that is not as declared."""
        for field in self.fields:
            cell = line[field.start - 1 : field.start - 1 + field.length]
            if not re.fullmatch(field.regex(writing=False), cell):
                yield self.fault(field, field.describe(cell))

    def fault(self, field: Field, found: str, expected: str = "") -> str:
        """The wording of every fault of a field; without ``expected``, what it is declared to hold."""
        positions = f"positions {field.start}-{field.start + field.length - 1}"
        wanted = expected or field.expectation
        return f"{self.name}, {field.name} ({positions}): expected {wanted}, found {found}"

    def field(self, name: str) -> Field:
        """The field of that name. Raises `KeyError`."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)
