"""Lists: filters, sort and pages over one table, as SQL text with bound values.

v3 pages by key (the sort values and the ordinal of the last row), v2 by position. Columns come from
declarations, never from a request.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final, Generic, TypeVar

import msgspec

from billfold.kit.columns import to_column
from billfold.kit.money import THOUSANDTHS, UNUSUAL_SCALES, in_thousandths

T = TypeVar("T")
V = TypeVar("V")


class Op(StrEnum):
    """What a filter may ask."""

    EQ = "eq"
    NE = "ne"
    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"
    IN = "in"
    NIN = "nin"
    SW = "sw"
    WITHIN = "within"
    OUTSIDE = "outside"


_COMPARISONS: Final = {Op.EQ: "=", Op.NE: "<>", Op.GT: ">", Op.GTE: ">=", Op.LT: "<", Op.LTE: "<="}


class Filter(msgspec.Struct, frozen=True):
    """`column op value`; `in` and `nin` take a tuple, `within` and `outside` one of (first, end) pairs.

    `amount`: minor units of the row's `currency`, and the value is in thousandths.
    """

    column: str
    op: Op
    value: object
    amount: bool = False


class Sort(msgspec.Struct, frozen=True):
    """A sort key. `nullable`: a text that may be missing, which sorts as an empty one on both databases.

    `amount`: minor units of the row's `currency`. `ranks`: the column's values in the order of a code that is shown for
    them, those of one code together; for pages by position alone.
    """

    column: str
    descending: bool = False
    nullable: bool = False
    amount: bool = False
    ranks: tuple[tuple[object, ...], ...] = ()


class Query(msgspec.Struct, frozen=True):
    """One page of a list. `after` is the key of the row before it (in its direction of reading).

    `offset` serves v2, which pages by position.
    """

    filters: tuple[Filter, ...] = ()
    sorts: tuple[Sort, ...] = ()
    limit: int = 20
    after: tuple[Any, ...] | None = None
    backwards: bool = False
    offset: int = 0


class Page(msgspec.Struct, Generic[T], frozen=True):
    """The rows of a page in reading order, and the keys to go on from (None at an end)."""

    items: list[T]
    next_key: tuple[Any, ...] | None
    previous_key: tuple[Any, ...] | None

    def of(self, items: list[V]) -> Page[V]:
        """The same page, of these views of its records."""
        return Page(items, self.next_key, self.previous_key)


def where(query: Query, organization_id: str, alias: str) -> tuple[str, list[object]]:
    """The text after WHERE, with its ORDER BY and LIMIT, and its parameters.

    One row more than asked is fetched, which tells whether there is a further page.
    """
    clauses = [f"{alias}.organization_id = ?"]
    parameters: list[object] = [organization_id]
    for item in query.filters:
        clause, values = _filter_clause(item, alias)
        clauses.append(clause)
        parameters += values
    keys = [(_sort_key(sort, alias), sort.descending != query.backwards) for sort in _total_order(query.sorts)]
    if query.after is not None:
        clause, values = _after_clause(keys, query.after)
        clauses.append(clause)
        parameters += values
    order = ", ".join(f"{key}{' DESC' if descending else ''}" for key, descending in keys)
    parameters.append(query.limit + 1)
    text = f"{' AND '.join(clauses)} ORDER BY {order} LIMIT ?"
    if query.offset:
        text += " OFFSET ?"
        parameters.append(query.offset)
    return text, parameters


def page(query: Query, rows: Sequence[T]) -> Page[T]:
    """The page that the rows fetched by `where` make; records are asked for their sort columns."""
    more = len(rows) > query.limit
    items = list(rows[: query.limit])
    if query.backwards:
        items.reverse()
    if not items:
        return Page([], None, None)
    has_next, has_previous = (True, more) if query.backwards else (more, query.after is not None)
    sorts = _total_order(query.sorts)
    return Page(
        items,
        _key_of(items[-1], sorts) if has_next else None,
        _key_of(items[0], sorts) if has_previous else None,
    )


def _total_order(sorts: Sequence[Sort]) -> list[Sort]:
    """Ties are broken by the ordinal, in the direction of the last key, so that one index serves both."""
    return [*sorts, Sort("ordinal", sorts[-1].descending if sorts else False)]


def _sort_key(sort: Sort, alias: str) -> str:
    column = _column(sort, alias)
    if sort.ranks:
        return _ranked(column, sort.ranks)
    return f"COALESCE({column}, '')" if sort.nullable else column


def _ranked(column: str, ranks: tuple[tuple[object, ...], ...]) -> str:
    whens = [f"WHEN {column} {_is(value)} THEN {rank}" for rank, values in enumerate(ranks) for value in values]
    return f"CASE {' '.join(whens)} END"


def _is(value: object) -> str:
    """A test for a value of a declaration: never one of a request."""
    if value is None:
        return "IS NULL"
    return f"= {value}" if isinstance(value, bool) else f"= '{to_column(value)}'"


def _column(asked: Filter | Sort, alias: str) -> str:
    """The column; one of amounts in thousandths, so that 100 JPY and 100.00 USD are as much on a list as they look."""
    column = f"{alias}.{asked.column}"
    return f"({column} * CASE {alias}.currency {_UNUSUAL} ELSE 10 END)" if asked.amount else column


_UNUSUAL: Final = " ".join(
    f"WHEN '{currency}' THEN {THOUSANDTHS[scale]}"
    for scale, currencies in UNUSUAL_SCALES.items()
    for currency in currencies
)


def _key_of(record: Any, sorts: list[Sort]) -> tuple[Any, ...]:
    return tuple(_key(sort, getattr(record, sort.column), record) for sort in sorts)


def _key(sort: Sort, value: Any, record: Any) -> Any:
    if sort.amount:
        return in_thousandths(value, record.currency)
    return "" if value is None and sort.nullable else to_column(value)


def _filter_clause(item: Filter, alias: str) -> tuple[str, list[object]]:
    column = _column(item, alias)
    if item.op in {Op.IN, Op.NIN}:
        assert isinstance(item.value, tuple)
        return _set_clause(column, item.op, [to_column(one) for one in item.value])
    if item.op is Op.SW:
        # Text sorts by bytes on both databases, so a prefix is a range and an index serves it.
        return f"{column} >= ? AND {column} < ?", [item.value, f"{item.value}\U0010ffff"]
    if item.op in {Op.WITHIN, Op.OUTSIDE}:
        assert isinstance(item.value, tuple)
        spans = " OR ".join([f"({column} >= ? AND {column} < ?)"] * len(item.value))
        clause = f"({spans})" if item.op is Op.WITHIN else f"NOT ({spans})"
        return clause, [to_column(bound) for span in item.value for bound in span]
    return f"{column} {_COMPARISONS[item.op]} ?", [to_column(item.value)]


def _set_clause(column: str, op: Op, members: list[object]) -> tuple[str, list[object]]:
    """A member may be None, which the database never finds equal; what is not there is in no list without it."""
    values = [member for member in members if member is not None]
    marks = ", ".join("?" * len(values))
    if op is Op.IN:
        clauses = [f"{column} IN ({marks})"] * bool(values) + [f"{column} IS NULL"] * (None in members)
        return f"({' OR '.join(clauses)})", values
    if None in members:
        return f"{column} IS NOT NULL" + f" AND {column} NOT IN ({marks})" * bool(values), values
    return f"({column} IS NULL OR {column} NOT IN ({marks}))", values


def _after_clause(keys: list[tuple[str, bool]], after: tuple[Any, ...]) -> tuple[str, list[object]]:
    columns = [column for column, _ in keys]
    directions = {descending for _, descending in keys}
    if len(directions) == 1:
        sign = "<" if directions.pop() else ">"
        marks = ", ".join("?" * len(columns))
        return f"({', '.join(columns)}) {sign} ({marks})", list(after)
    alternatives: list[str] = []
    values: list[object] = []
    for depth, (column, (_, descending)) in enumerate(zip(columns, keys, strict=True)):
        equal = [f"{earlier} = ?" for earlier in columns[:depth]]
        alternatives.append(" AND ".join([*equal, f"{column} {'<' if descending else '>'} ?"]))
        values += after[: depth + 1]
    return f"({' OR '.join(f'({alternative})' for alternative in alternatives)})", values
