"""v2 lists: `start`, `max`, `filters`, `sort` (contract v2.md §3). Pages go by position."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import msgspec

from billfold.kit.errors import InvalidField
from billfold.kit.money import to_thousandths
from billfold.kit.query import Filter, Op, Query, Sort
from billfold.wire.errors import InvalidDatatype, InvalidFilterField, InvalidFilterOperator, InvalidParameter
from billfold.wire.v2 import kinds
from billfold.wire.v2.fields import Field, Table

LARGEST_MAX: Final = 999
LARGEST_START: Final = 2**31 - 1
_MAX_FILTERS: Final = 20
_MAX_VALUES: Final = 200
_MAX_TEXT: Final = 4_000

_OPS: Final = {
    "=": Op.EQ, "!=": Op.NE, "<": Op.LT, ">": Op.GT, "<=": Op.LTE, ">=": Op.GTE, "in": Op.IN, "nin": Op.NIN,
}  # fmt: skip
_SETS: Final = frozenset({Op.IN, Op.NIN})
_MAY_BE_MISSING: Final = frozenset({kinds.TEXT, kinds.ID, kinds.DATE})
_EQUALITY: Final = frozenset({Op.EQ, Op.NE, *_SETS})
#: No ordinal is below zero.
_NOTHING: Final = Filter("ordinal", Op.LT, 0)
_WORDS: Final = msgspec.json.Encoder(decimal_format="number")
_SECOND: Final = timedelta(seconds=1)
_LAST_SECOND: Final = datetime.max.replace(microsecond=0, tzinfo=UTC)


def read_query(table: Table, data: Mapping[str, Any]) -> Query:
    """The query that `data` asks for. Raises `InvalidParameter`, `InvalidFilterField`, `InvalidFilterOperator`."""
    return Query(
        filters=tuple(one for item in _items(data, "filters") for one in _filters(table, item)),
        sorts=tuple(one for item in _items(data, "sort") for one in _sorts(table, item)),
        limit=read_integer(data, "max", 1, LARGEST_MAX, LARGEST_MAX),
        offset=read_integer(data, "start", 0, LARGEST_START, 0),
    )


class Detail(msgspec.Struct, frozen=True):
    """How much of each object a list shows: its lines unless `nested` is false, its creator with `showAudit`."""

    lines: bool
    creator: bool


def read_detail(data: Mapping[str, Any]) -> Detail:
    """The detail that `data` asks for. Raises `InvalidParameter`."""
    return Detail(
        lines=read_boolean(data, "nested", default=True),
        creator=read_boolean(data, "showAudit", default=False),
    )


def read_boolean(data: Mapping[str, Any], name: str, *, default: bool) -> bool:
    """Booleans come as such and as texts."""
    raw = data.get(name)
    if raw is None or raw == "":
        return default
    found = kinds.FLAGS.get(str(raw).lower())
    if found is None:
        raise InvalidParameter(name=name, value=brief(raw))
    return found


def read_integer(data: Mapping[str, Any], name: str, least: int, greatest: int, default: int) -> int:
    """A whole number within its limits; digits in a text are one too. Raises `InvalidParameter`."""
    raw = data.get(name)
    if raw is None or raw == "":
        return default
    number = int(raw) if isinstance(raw, str) and raw.isascii() and raw.isdigit() and len(raw) < 12 else raw  # noqa: PLR2004
    if not isinstance(number, int) or isinstance(number, bool) or not least <= number <= greatest:
        raise InvalidParameter(name=name, value=brief(raw))
    return number


def _items(data: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    raw = data.get(name)
    if raw is None:
        return []
    if not isinstance(raw, list) or not all(isinstance(item, Mapping) for item in raw):
        raise InvalidParameter(name=name, value=brief(raw))
    if len(raw) > _MAX_FILTERS:
        raise InvalidParameter(name=name, value=f"more than {_MAX_FILTERS}")
    return raw


def _field(table: Table, item: Mapping[str, Any]) -> Field:
    name = item.get("field")
    field = table.listable.get(name) if isinstance(name, str) else None
    if field is None:
        raise InvalidFilterField(field=brief(name))
    return field


def _sorts(table: Table, item: Mapping[str, Any]) -> list[Sort]:
    """`asc` comes as a boolean and as a text. Enums sort by their codes; what all objects have alike orders none."""
    field = _field(table, item)
    descending = not read_boolean(item, "asc", default=True)
    if field.always_the_same:
        return []
    if field.codes is not None:
        return [Sort(field.attribute, descending, ranks=field.codes.ranks)]
    nullable = field.kind in _MAY_BE_MISSING and not field.required and field.name != "id"
    return [Sort(field.attribute, descending, nullable, amount=field.kind is kinds.MONEY)]


def _filters(table: Table, item: Mapping[str, Any]) -> list[Filter]:
    field = _field(table, item)
    word = item.get("op")
    op = _OPS.get(word) if isinstance(word, str) else None
    if op is None or (field.kind in {kinds.ENUM, kinds.ID, kinds.FLAG} and op not in _EQUALITY):
        raise InvalidFilterOperator(op=brief(word))
    value = _value_text(field, item.get("value"))
    if field.kind is kinds.TIME:
        return [_time_filter(field, op, value)]
    if field.always_the_same:
        found = op in _EQUALITY and (field.default in _members(field, op, value)) is (op in {Op.EQ, Op.IN})
        return [] if found else [_NOTHING]
    amount = field.kind is kinds.MONEY
    if op in _EQUALITY:
        within = Op.IN if op in {Op.EQ, Op.IN} else Op.NIN
        return [Filter(field.attribute, within, _members(field, op, value), amount=amount)]
    return [Filter(field.attribute, op, _one(field, value)[0], amount=amount)]


def _value_text(field: Field, raw: Any) -> str:
    if isinstance(raw, bool):
        return str(raw).lower()
    if isinstance(raw, (int, Decimal)):
        return str(raw)
    if not isinstance(raw, str) or len(raw) > _MAX_TEXT:
        raise InvalidParameter(name=field.name, value=brief(raw))
    return raw


def _members(field: Field, op: Op, value: str) -> tuple[object, ...]:
    """The column's values: a list for `in` and `nin`, and a code may stand for several."""
    return tuple(member for one in _texts(field, op, value) for member in _one(field, one))


def _texts(field: Field, op: Op, value: str) -> list[str]:
    texts = [one.strip() for one in value.split(",")] if op in _SETS else [value]
    if len(texts) > _MAX_VALUES:
        raise InvalidParameter(name=field.name, value=f"more than {_MAX_VALUES} values")
    return texts


def _one(field: Field, value: str) -> tuple[object, ...]:
    if field.codes is not None:
        if value not in field.codes.values:
            raise InvalidParameter(name=field.name, value=brief(value))
        return field.codes.values[value]
    try:
        read = field.kind.read(value[:10] if field.kind is kinds.DATE else value, field.name, None)
        if field.kind is kinds.MONEY and read is not None:
            read = to_thousandths(read, field.name)
    except (InvalidField, InvalidDatatype) as error:
        raise InvalidParameter(name=field.name, value=brief(value)) from error
    return (read,)


def _moment(field: Field, value: str) -> datetime:
    """ISO with offset, UTC without; a bare date is its midnight. A `+` not escaped in a form arrives as a blank."""
    try:
        moment = datetime.fromisoformat(value[:10] + value[10:].strip().replace(" ", "+"))
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    # The last hours of the year 9999 west of Greenwich are no moment in UTC, nor the first of the year 1 east of it.
    except (ValueError, OverflowError) as error:
        raise InvalidParameter(name=field.name, value=brief(value)) from error


def _time_filter(field: Field, op: Op, value: str) -> Filter:
    """Times compare as v2 prints them, in whole seconds: else a record would be `>` its own printed time.

    A client that asks for what changed after the last time that it saw would find the same record for ever.
    """
    spans = [_span(_moment(field, one)) for one in _texts(field, op, value)]
    if op in _EQUALITY:
        return Filter(field.attribute, Op.WITHIN if op in {Op.EQ, Op.IN} else Op.OUTSIDE, tuple(spans))
    first, end = spans[0]
    bound = first if op in {Op.GTE, Op.LT} else end
    return Filter(field.attribute, Op.GTE if op in {Op.GT, Op.GTE} else Op.LT, bound)


def _span(moment: datetime) -> tuple[datetime, datetime]:
    """The moments that v2 prints as this one; none where it has a fraction of a second."""
    floor = moment.replace(microsecond=0)
    # Clients ask for all until the end of time, which has no next second.
    end = floor + _SECOND if floor < _LAST_SECOND else floor
    return floor if floor == moment else end, end


def brief(value: object) -> str:
    """What a client sent, as JSON says it, for a refusal to name."""
    return (value if isinstance(value, str) else _WORDS.encode(value).decode())[:100]
