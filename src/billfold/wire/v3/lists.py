"""v3 lists: `max`, `page`, `sort`, `filters` (contract: core §1.6, payables §0.4).

A page token carries the filters and the sort it was made with, so that a client may send `page` alone.
"""

from __future__ import annotations

import binascii
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from enum import Enum, StrEnum
from functools import partial
from typing import Any, Final, TypeVar

import msgspec

from billfold.kit.ctx import RecordStatus
from billfold.kit.errors import Checks, InvalidField, Refusal
from billfold.kit.money import read_number, to_thousandths
from billfold.kit.query import Filter, Op, Page, Query, Sort
from billfold.wire.catalog import Parameter
from billfold.wire.errors import InvalidFilterField, InvalidFilterOperator, InvalidParameter

T = TypeVar("T")
V = TypeVar("V")

DEFAULT_MAX: Final = 20
LARGEST_MAX: Final = 100
_MAX_FILTERS: Final = 20
_MAX_VALUES: Final = 200
#: Of a column of either database.
_LARGEST_INTEGER: Final = 2**63

EQUALITY: Final = frozenset({Op.EQ, Op.NE, Op.IN, Op.NIN})
ORDER: Final = frozenset({Op.EQ, Op.NE, Op.GT, Op.GTE, Op.LT, Op.LTE})
TEXT: Final = frozenset({Op.EQ, Op.NE, Op.IN, Op.NIN, Op.SW})


class Kind(StrEnum):
    """How a filter's value is read."""

    TEXT = "text"
    DATE = "date"
    INSTANT = "instant"
    AMOUNT = "amount"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    ARCHIVED = "archived"


class ListField(msgspec.Struct, frozen=True):
    """A field that a list can be filtered by (`ops`) and perhaps sorted by.

    `choices` are the values of an enum; `means` turns one wire value into the column's values. What BILL's enum has
    besides and nothing here ever is, `unseen`, may be asked for and finds nothing. `nullable` is a sortable text that
    may be missing.
    """

    column: str
    kind: Kind = Kind.TEXT
    ops: frozenset[Op] = EQUALITY
    sortable: bool = False
    nullable: bool = False
    choices: type[Enum] | None = None
    means: Callable[[str], tuple[object, ...]] | None = None
    unseen: frozenset[str] = frozenset()


class ListSpec(msgspec.Struct, frozen=True):
    """The fields of one list by their wire names."""

    fields: Mapping[str, ListField]


#: What every list has.
ID: Final = ListField("id")
ARCHIVED: Final = ListField("record_status", Kind.ARCHIVED, frozenset({Op.EQ, Op.NE}), sortable=True)
CREATED: Final = ListField("created_at", Kind.INSTANT, ORDER, sortable=True)
UPDATED: Final = ListField("updated_at", Kind.INSTANT, ORDER, sortable=True)


class ListRequest(msgspec.Struct, frozen=True):
    """A list request: the query, and the texts it was made from, for the tokens of its neighbours."""

    query: Query
    filters: str
    sort: str


class PageShape(msgspec.Struct, omit_defaults=True):
    """A page. Stop at the absence of `nextPage`."""

    results: list[Any] = msgspec.field(name="results")
    nextPage: str | None = None
    prevPage: str | None = None


class PageAnswer(msgspec.Struct, frozen=True):
    """A page of encoded items with the request that it answers."""

    request: ListRequest
    page: Page[Any]
    items: list[Any]

    def shape(self) -> PageShape:
        """The page as it is written."""
        return PageShape(
            results=self.items,
            nextPage=_token(self.request, self.page.next_key, backwards=False),
            prevPage=_token(self.request, self.page.previous_key, backwards=True),
        )


def read_list_request(spec: ListSpec, parameters: Mapping[str, str]) -> ListRequest:
    """The query that the parameters ask for. Raises together `InvalidParameter`, `InvalidFilterField`, `…Operator`."""
    checks = Checks()
    limit = _read(checks, read_max, parameters.get("max"))
    filters, sort = parameters.get("filters", ""), parameters.get("sort", "")
    after: tuple[Any, ...] | None = None
    backwards = False
    if page := parameters.get("page"):
        filters, sort, after, backwards = _read(checks, _read_token, page) or ("", "", None, False)
    wanted = [_read(checks, partial(_read_filter, spec), part) for part in _filter_parts(filters)]
    sorts = _read(checks, partial(_read_sorts, spec), sort)
    checks.raise_any()
    query = Query(
        filters=tuple(filter(None, wanted)),
        sorts=tuple(sorts or ()),
        limit=limit or DEFAULT_MAX,
        after=after,
        backwards=backwards,
    )
    if after is not None and not _fits(spec, query.sorts, after):
        raise InvalidParameter(name="page", value=page[:100] if page else page)
    return ListRequest(query, filters, sort)


def _read(checks: Checks, read: Callable[[T], V], text: T) -> V | None:
    """What a parameter says; None where it is noted what is wrong with it."""
    try:
        return read(text)
    except Refusal as refusal:
        checks.note(refusal)
        return None


def list_parameters(spec: ListSpec) -> tuple[Parameter, ...]:
    """The query parameters of a list, for the documents."""
    fields = ", ".join(spec.fields)
    sortable = ", ".join(name for name, field in spec.fields.items() if field.sortable)
    text = {"type": "string"}
    limits = {"type": "integer", "minimum": 1, "maximum": LARGEST_MAX, "default": DEFAULT_MAX}
    return (
        Parameter("max", limits, "How many at most."),
        Parameter("page", text, "nextPage or prevPage of an answer."),
        Parameter("sort", text, f"field:asc|desc,…; fields: {sortable}"),
        Parameter("filters", text, f"field:op:value,…; fields: {fields}"),
    )


def read_max(text: str | None) -> int:
    """How many objects a page shows. Raises `InvalidParameter`."""
    if text is None or text == "":
        return DEFAULT_MAX
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= LARGEST_MAX):  # noqa: PLR2004
        raise InvalidParameter(name="max", value=text)
    return int(text)


_OPS: Final = frozenset(op.value for op in Op)
#: What nearly every enum of BILL has.
_UNDEFINED: Final = "UNDEFINED"
_PART: Final = re.compile(r"\s*([A-Za-z][\w.]*):([A-Za-z]+):(.*)\Z", re.DOTALL)


def _filter_parts(text: str) -> list[str]:
    parts = _joined(_split_outside_quotes(text))
    if len(parts) > _MAX_FILTERS:
        raise InvalidParameter(name="filters", value=f"more than {_MAX_FILTERS}")
    return parts


def _split_outside_quotes(text: str) -> list[str]:
    parts, quoted, start = [], False, 0
    for position, character in enumerate(text):
        if character == '"':
            quoted = not quoted
        elif character == "," and not quoted:
            parts.append(text[start:position])
            start = position + 1
    return [part for part in [*parts, text[start:]] if part.strip()]


def _joined(parts: Sequence[str]) -> list[str]:
    """An `in` list may come without quotes: what is no filter of its own belongs to the one before."""
    joined: list[list[str]] = []
    for part in parts:
        if joined and not _PART.match(part) and _operator(joined[-1][0]) in {"in", "nin"}:
            joined[-1].append(part)
        else:
            joined.append([part])
    return [",".join(one) for one in joined]


def _operator(part: str) -> str:
    found = _PART.match(part)
    return found.group(2) if found else ""


def _read_filter(spec: ListSpec, part: str) -> Filter:
    found = _PART.match(part)
    if found is None:
        raise InvalidParameter(name="filters", value=part[:100])
    name, op_name, value = found.group(1), found.group(2), found.group(3).strip()
    field = spec.fields.get(name)
    if field is None:
        raise InvalidFilterField(field=name)
    if op_name not in _OPS or Op(op_name) not in field.ops:
        raise InvalidFilterOperator(op=op_name)
    return make_filter(field, name, Op(op_name), value)


def make_filter(field: ListField, name: str, op: Op, text: str) -> Filter:
    """One filter from its text. Raises `InvalidParameter`."""
    if op in {Op.IN, Op.NIN}:
        texts = _members(text)
        if len(texts) > _MAX_VALUES:
            raise InvalidParameter(name=name, value=f"more than {_MAX_VALUES} values")
        values = tuple(value for one in texts for value in _values(field, name, one))
        return Filter(field.column, op, values)
    text = _unquoted(text)
    if field.kind is Kind.ARCHIVED:
        active = (op is Op.EQ) is (read_boolean(name, text) is False)
        return Filter(field.column, Op.EQ if active else Op.NE, RecordStatus.ACTIVE)
    values = tuple(_values(field, name, text))
    if field.means is not None:
        return Filter(field.column, Op.IN if op is Op.EQ else Op.NIN, values)
    if op is Op.NE:
        # What is missing is not equal either.
        return Filter(field.column, Op.NIN, values, field.kind is Kind.AMOUNT)
    return Filter(field.column, op, values[0], field.kind is Kind.AMOUNT)


def _members(text: str) -> list[str]:
    """What an `in` list names. It may be quoted as a whole, or each member that has a comma of its own."""
    parts = _split_outside_quotes(text)
    if len(parts) < 2:  # noqa: PLR2004
        parts = _unquoted(text).split(",")
    return [_unquoted(part.strip()) for part in parts]


def _unquoted(text: str) -> str:
    return text.strip('"') if text[:1] == '"' else text


def _values(field: ListField, name: str, text: str) -> Sequence[object]:
    if field.means is None and field.choices is None:
        return (_READERS[field.kind](name, text),)
    values = _enum_values(field, text)
    if not values and (text == _UNDEFINED or text in field.unseen):
        return (text,)
    if not values:
        raise InvalidParameter(name=name, value=text)
    return values


def _enum_values(field: ListField, text: str) -> tuple[object, ...]:
    if field.means is not None:
        return field.means(text)
    return (text,) if text in {member.value for member in field.choices or ()} else ()


def read_boolean(name: str, text: str) -> bool:
    """`true` or `false`, in any case of letters. Raises `InvalidParameter`."""
    if text.lower() not in {"true", "false"}:
        raise InvalidParameter(name=name, value=text)
    return text.lower() == "true"


def _integer(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):  # noqa: PLR2004
        raise InvalidParameter(name=name, value=text)
    return int(text)


def _date(name: str, text: str) -> date:
    return read_instant(name, text).date()


def read_instant(name: str, text: str) -> datetime:
    """A moment in one of five ISO forms, UTC where no zone is given. Raises `InvalidParameter`."""
    # A `+` that was not escaped in the URL arrives as a blank.
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    # The last hours of the year 9999 west of Greenwich are no moment in UTC, nor the first of the year 1 east of it.
    except (ValueError, OverflowError) as error:
        raise InvalidParameter(name=name, value=text) from error


def _amount(name: str, text: str) -> int:
    number = read_number(text)
    if number is None:
        raise InvalidParameter(name=name, value=text)
    try:
        return to_thousandths(number, name)
    except InvalidField as error:
        raise InvalidParameter(name=name, value=text) from error


_READERS: Final[Mapping[Kind, Callable[[str, str], object]]] = {
    Kind.TEXT: lambda _, text: text,
    Kind.DATE: _date,
    Kind.INSTANT: read_instant,
    Kind.AMOUNT: _amount,
    Kind.INTEGER: _integer,
    Kind.BOOLEAN: read_boolean,
}


def _read_sorts(spec: ListSpec, text: str) -> list[Sort]:
    sorts = []
    for part in text.split(","):
        if not part.strip():
            continue
        name, _, direction = part.strip().partition(":")
        field = spec.fields.get(name)
        if field is None or not field.sortable:
            raise InvalidFilterField(field=name)
        if direction not in {"", "asc", "desc"}:
            raise InvalidParameter(name="sort", value=part)
        sorts.append(Sort(field.column, direction == "desc", field.nullable, field.kind is Kind.AMOUNT))
    return sorts[:_MAX_FILTERS]


def _token(request: ListRequest, key: tuple[Any, ...] | None, *, backwards: bool) -> str | None:
    if key is None:
        return None
    text = msgspec.json.encode([request.filters, request.sort, key, backwards])
    return urlsafe_b64encode(text).rstrip(b"=").decode()


def _fits(spec: ListSpec, sorts: Sequence[Sort], after: Sequence[object]) -> bool:
    """Whether a token holds what the columns of these sorts hold, then the ordinal; anybody can write a token."""
    kinds = {field.column: field.kind for field in spec.fields.values()}
    expected = [*(kinds[sort.column] for sort in sorts), Kind.INTEGER]
    return len(after) == len(expected) and all(map(_is_of, expected, after))


def _is_of(kind: Kind, value: object) -> bool:
    if kind is Kind.BOOLEAN:
        return isinstance(value, bool)
    if kind in {Kind.AMOUNT, Kind.INTEGER}:
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGEST_INTEGER
    return isinstance(value, str)


def _read_token(token: str) -> tuple[str, str, tuple[str | int | bool, ...], bool]:
    try:
        text = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        if b"\\u0000" in text:
            raise InvalidParameter(name="page", value=token[:100])
        return msgspec.json.decode(text, type=tuple[str, str, tuple[str | int | bool, ...], bool])
    except (binascii.Error, msgspec.DecodeError, UnicodeError, ValueError) as error:
        raise InvalidParameter(name="page", value=token[:100]) from error
