"""A frozen struct and its table: the SQL of the plain verbs is derived once, at import.

Instants are TEXT in UTC (`2026-01-13T17:02:10.114Z`), dates TEXT (`2026-01-13`), decimals TEXT, booleans
BOOLEAN, on both databases. Hand-written SQL stays in the `store.py` of its noun.
"""

from __future__ import annotations

import types
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

from billfold.kit.db import Row, Transaction

R = TypeVar("R", bound=msgspec.Struct)
#: PostgreSQL allows 65,535 parameters in a statement and SQLite 32,766.
_MAX_PARAMETERS = 30_000


# One transaction stores the same moment in many columns.
@lru_cache(maxsize=256)
def instant_text(moment: datetime) -> str:
    """How an instant is stored."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


#: Nearly every value is stored as it is: those take no further look.
_STORED_AS_THEY_ARE = frozenset({str, int, bool, bytes, type(None)})


def to_column(value: object) -> object:
    """What the database stores for a value of a record."""
    if type(value) in _STORED_AS_THEY_ARE:
        return value
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Enum):
        return value.value
    return value


def _strip_optional(hint: Any) -> Any:
    if get_origin(hint) in {types.UnionType, Union}:
        (hint,) = [option for option in get_args(hint) if option is not type(None)]
    return hint


# Rows of a page name few moments and days, each many times; one object for each also keeps its hash.
_moment = lru_cache(maxsize=4096)(datetime.fromisoformat)
_day = lru_cache(maxsize=4096)(date.fromisoformat)


def _from_column(hint: Any) -> Callable[[Any], Any] | None:
    kind = _strip_optional(hint)
    if kind is datetime:
        return _moment
    if kind is date:
        return _day
    if kind is Decimal or kind is bool:
        return kind
    if isinstance(kind, type) and issubclass(kind, Enum):
        return {member.value: member for member in kind}.__getitem__
    return None


def _to_column_of(hint: Any) -> Callable[[Any], object] | None:
    """`to_column` for values of this type, or None where they are stored as they are."""
    kind = _strip_optional(hint)
    if kind is datetime:
        return instant_text
    if kind is date:
        return date.isoformat
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _word_text
    return to_column if kind is Decimal else None


def _word_text(word: Any) -> object:
    """An enum's value; texts that were never made enums pass."""
    return getattr(word, "_value_", word)


class Table(Generic[R]):
    """The table of one record type. Its first key column is the organization."""

    def __init__(self, name: str, record: type[R], *, key: Sequence[str] = ("organization_id", "id")) -> None:
        self.name = name
        self.record = record
        self.key = tuple(key)
        self.fields: tuple[str, ...] = record.__struct_fields__
        hints = get_type_hints(record)
        self._loads = [
            (position, convert)
            for position, field in enumerate(self.fields)
            if (convert := _from_column(hints[field])) is not None
        ]
        self._stores = [
            (position, convert)
            for position, field in enumerate(self.fields)
            if (convert := _to_column_of(hints[field])) is not None
        ]
        self.columns = ", ".join(self.fields)
        self._where_key = " AND ".join(f"{column} = ?" for column in self.key)
        self.select = f"SELECT {self.columns} FROM {name}"
        self._row_marks = f"({', '.join('?' * len(self.fields))})"
        self._insert = f"INSERT INTO {name} ({self.columns}) VALUES "
        self._values = tuple(field for field in self.fields if field not in self.key)
        self._update = self._update_of(self._values)
        self._updates: dict[tuple[str, ...], str] = {}

    def columns_of(self, alias: str) -> str:
        """The columns, each with the alias of a join."""
        return ", ".join(f"{alias}.{field}" for field in self.fields)

    def load(self, row: Sequence[Any]) -> R:
        """The record of a row that starts with this table's columns in order."""
        values = list(row[: len(self.fields)])
        for position, convert in self._loads:
            value = values[position]
            if value is not None:
                values[position] = convert(value)
        return self.record(*values)

    def _parameters(self, record: R) -> list[object]:
        values = list(msgspec.structs.astuple(record))
        for position, convert in self._stores:
            value = values[position]
            if value is not None:
                values[position] = convert(value)
        return values

    def insert(self, tx: Transaction, record: R) -> None:
        """Insert one record. Raises `Conflict`."""
        tx.run(self._insert + self._row_marks, self._parameters(record))

    def insert_all(self, tx: Transaction, records: Sequence[R]) -> None:
        """Insert many records in as few statements as their parameters allow. Raises `Conflict`."""
        at_once = _MAX_PARAMETERS // len(self.fields)
        for start in range(0, len(records), at_once):
            chunk = records[start : start + at_once]
            marks = ", ".join([self._row_marks] * len(chunk))
            tx.run(self._insert + marks, [value for record in chunk for value in self._parameters(record)])

    def get(self, tx: Transaction, *key: object, lock: str = "") -> R | None:
        """The record with this key; `lock` is `tx.for_update` or `tx.for_share`."""
        row = tx.one(f"{self.select} WHERE {self._where_key}{lock}", key)
        return None if row is None else self.load(row)

    def lock(self, tx: Transaction, *key: object) -> None:
        """Lock the record with this key; where the one writer is alone, there is nothing to lock."""
        if tx.for_update:
            tx.one(f"SELECT 1 FROM {self.name} WHERE {self._where_key}{tx.for_update}", key)

    def where(self, tx: Transaction, rest: str, parameters: Sequence[object] = ()) -> list[R]:
        """The records of `SELECT … WHERE <rest>`."""
        return [self.load(row) for row in tx.all(f"{self.select} WHERE {rest}", parameters)]

    def of_each(
        self, tx: Transaction, column: str, organization_id: str, ids: Sequence[str], rest: str, *parameters: object
    ) -> dict[str, list[R]]:
        """The records whose `column` is one of these ids, by that id, in the order of `rest`; none for any other id.

        `rest` follows the condition on the column: `AND … ORDER BY …`, with its parameters.
        """
        found: dict[str, list[R]] = defaultdict(list)
        if ids:
            of_these = f"organization_id = ? AND {column} IN ({marks(len(ids))})"
            for record in self.where(tx, f"{of_these} {rest}", [organization_id, *ids, *parameters]):
                found[getattr(record, column)].append(record)
        return found

    def first(self, tx: Transaction, rest: str, parameters: Sequence[object] = ()) -> R | None:
        """The first record of `SELECT … WHERE <rest>`, or None."""
        row = tx.one(f"{self.select} WHERE {rest}", parameters)
        return None if row is None else self.load(row)

    def update(self, tx: Transaction, record: R, *fields: str) -> None:
        """Store the record's fields (all of them, or those named) under its key; it must exist."""
        if fields:
            sql = self._updates.get(fields) or self._updates.setdefault(fields, self._update_of(fields))
        else:
            sql, fields = self._update, self._values
        values = [to_column(getattr(record, field)) for field in fields]
        touched = tx.run(sql, values + [getattr(record, column) for column in self.key])
        assert touched == 1, f"{self.name}: {touched} rows for one key"

    def _update_of(self, fields: Iterable[str]) -> str:
        changes = ", ".join(f"{field} = ?" for field in fields)
        return f"UPDATE {self.name} SET {changes} WHERE {self._where_key}"


def marks(count: int) -> str:
    """`?, ?, ?` for an IN list."""
    return ", ".join("?" * count)


def rows_of(table: Table[R], rows: Iterable[Row]) -> list[R]:
    """The records of rows that start with the table's columns."""
    return [table.load(row) for row in rows]


replace = msgspec.structs.replace
