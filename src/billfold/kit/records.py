"""A frozen struct and its table: the SQL of the plain verbs is derived once, at import.

Hand-written SQL stays in the `store.py` of its noun.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Generic, TypeVar, get_type_hints

import msgspec

from billfold.kit.columns import from_column, to_column, to_column_of
from billfold.kit.db import Row, Transaction
from billfold.kit.query import Page, Query, page, where

R = TypeVar("R", bound=msgspec.Struct)
#: PostgreSQL allows 65,535 parameters in a statement and SQLite 32,766.
_MAX_PARAMETERS = 30_000


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
            if (convert := from_column(hints[field])) is not None
        ]
        self._stores = [
            (position, convert)
            for position, field in enumerate(self.fields)
            if (convert := to_column_of(hints[field])) is not None
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

    def locked(self, tx: Transaction, organization_id: str, ids: Sequence[str]) -> list[R]:
        """Those of these records that exist, locked in the order of their ids until the end of the transaction."""
        if not ids:
            return []
        rest = f"organization_id = ? AND id IN ({marks(len(ids))}) ORDER BY id{tx.for_update}"
        return self.where(tx, rest, [organization_id, *ids])

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

    def page(self, tx: Transaction, organization_id: str, query: Query) -> Page[R]:
        """A page of an organization's records."""
        rest, parameters = where(query, organization_id, self.name)
        return page(query, self.where(tx, rest, parameters))

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
