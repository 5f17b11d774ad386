"""Entities straight to their text, for lists: what `Table.encode` and `jackson.pretty` make together, without dicts.

For each table, vintage and place a printer is made once: a text with gaps, and a function that writes what fills one
gap in all objects of a batch. A page of 999 bills with their lines fills some 60,000 gaps: what can be known
beforehand is, and no function is called for a single value that could be for a column.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import cache, lru_cache
from json.encoder import encode_basestring
from operator import attrgetter
from typing import Any, Final

from billfold.wire.v2 import kinds
from billfold.wire.v2.fields import Field, Table, show_constant
from billfold.wire.v2.jackson import text_of

#: Writes the values of one field in several objects.
Write = Callable[[Sequence[Any]], Sequence[str]]
_NULLID_TEXT: Final = f'"{kinds.NULLID}"'
#: So many objects are printed together, which bounds what is in memory beside the text itself.
_BATCH: Final = 500


@cache
def printer(
    table: Table, vintage: str, *, lines: bool = True, newline: str = "\n"
) -> Callable[[Sequence[Any]], list[str]]:
    """Prints sources of this table as the vintage shows them; `newline` begins the lines of their place."""
    inner = newline + "  "
    names = [f'"entity" : {text_of(table.entity, inner)}']
    gaps: list[_Gap] = []
    for field in table.of_vintage(vintage):
        if field.lines is not None and not lines:
            continue
        if field.read is None and not field.attribute:
            names.append(f'"{field.name}" : {text_of(show_constant(field), inner).replace("%", "%%")}')
        else:
            names.append(f'"{field.name}" : %s')
            gaps.append(_Gap(field, _writer(field, vintage, inner)))
    text = f"{{{inner}{(',' + inner).join(names)}{newline}}}"
    fill = _filler(gaps, table.root)

    def print_all(sources: Sequence[Any]) -> list[str]:
        printed: list[str] = []
        for start in range(0, len(sources), _BATCH):
            printed += map(text.__mod__, fill(sources[start : start + _BATCH]))
        return printed

    return print_all


class _Gap:
    """A field whose value differs: an attribute of the record, or derived from the source."""

    def __init__(self, field: Field, write: Write) -> None:
        self.attribute = field.attribute if field.read is None else ""
        self.read = field.read
        self.write = write


def _filler(gaps: list[_Gap], root: str) -> Callable[[Sequence[Any]], Iterator[tuple[str, ...]]]:
    """What fills the gaps of each source. The attributes of a record come in one call."""
    attributes = [gap for gap in gaps if gap.read is None]
    record_of = attrgetter(root) if root else None
    attributes_of = _tuple_of([gap.attribute for gap in attributes])

    def fill(sources: Sequence[Any]) -> Iterator[tuple[str, ...]]:
        records = sources if record_of is None else map(record_of, sources)
        columns = zip(*map(attributes_of, records), strict=True)
        return zip(
            *(
                gap.write(next(columns)) if gap.read is None else gap.write([gap.read(source) for source in sources])
                for gap in gaps
            ),
            strict=True,
        )

    return fill


def _tuple_of(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda record: tuple(getattr(record, name) for name in names)


def _writer(field: Field, vintage: str, inner: str) -> Write:
    if field.lines is not None:
        return _lines_writer(printer(field.lines, vintage, newline=inner))
    if field.codes is not None:
        codes = {word: text_of(code, inner) for code, words in field.codes.values.items() for word in words}
        return lambda values: [codes[value] for value in values]
    written = _WRITERS.get(field.kind)
    if written is not None:
        return written
    show = field.kind.show
    return lambda values: [text_of(value if show is None else show(value), inner) for value in values]


def _lines_writer(print_all: Callable[[Sequence[Any]], list[str]]) -> Write:
    """The lines of all objects are printed together and dealt out again."""

    def write(lists: Sequence[Sequence[Any]]) -> list[str]:
        printed = iter(print_all([line for lines in lists for line in lines]))
        return [f"[ {', '.join([next(printed) for _ in lines])} ]" if lines else "[ ]" for lines in lists]

    return write


def _write_texts(values: Sequence[str | None]) -> list[str]:
    return [encode_basestring(value) if value else "null" for value in values]


def _write_ids(values: Sequence[str | None]) -> list[str]:
    # These ids are letters and digits that we made: nothing in them needs escaping.
    return [f'"{value}"' if value else _NULLID_TEXT for value in values]


def _write_flags(values: Sequence[bool]) -> list[str]:
    return ["true" if value else "false" for value in values]


def _write_numbers(values: Sequence[Decimal | None]) -> list[str]:
    return [format(value, "f") if type(value) is Decimal else text_of(value, "") for value in values]


# A page names few days and moments, each many times.
@lru_cache(maxsize=4096)
def _date(value: Any) -> str:
    return "null" if value is None else f'"{value.isoformat()}"'


@lru_cache(maxsize=4096)
def _time(value: Any) -> str:
    return text_of(kinds.show_time(value), "")


_WRITERS: Final[dict[kinds.Kind, Write]] = {
    kinds.TEXT: _write_texts,
    kinds.ID: _write_ids,
    kinds.FLAG: _write_flags,
    kinds.NUMBER: _write_numbers,
    kinds.MONEY: _write_numbers,
    kinds.DATE: lambda values: list(map(_date, values)),
    kinds.TIME: lambda values: list(map(_time, values)),
}
