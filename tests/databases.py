"""Empty, migrated databases for the tests, each at the price of a few rows.

    with fresh_sqlite() as database:
        ...

    fresh = FreshPostgres(server)
    with fresh() as one, fresh() as another:
        ...

Migrating takes a tenth of a second on the embedded database and half of one on PostgreSQL, and thousands of tests want
a database of their own. So it is done once: SQLite gets the bytes of a migrated database, and PostgreSQL a copy of a
template, which is emptied and lent again after its test. A copy that a test has not left quiet (closed, or with a
transaction still open) is thrown away.
"""

from __future__ import annotations

import functools
import itertools
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg

from billfold.kit.databases import open_database
from billfold.kit.db import Database
from billfold.kit.postgres import PostgresDatabase
from billfold.kit.sqlite import SqliteDatabase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.postgres import Server

#: Nothing vacuums what was deleted, so a copy is not lent for ever.
_LENT_AT_MOST = 200


class _Migrated(SqliteDatabase):
    """A database in memory that begins with the bytes of a migrated one."""

    def _migrate(self) -> None:
        self._connection.deserialize(_migrated_bytes())


@functools.cache
def _migrated_bytes() -> bytes:
    database = SqliteDatabase(":memory:")
    try:
        return database._connection.serialize()
    finally:
        database.close()


@contextmanager
def fresh_sqlite() -> Iterator[Database]:
    """An empty database in memory."""
    database = _Migrated(":memory:")
    try:
        yield database
    finally:
        database.close()


@dataclass
class _Copy:
    """A copy of the template, and its owner's connection, which empties it."""

    name: str
    database: PostgresDatabase
    owner: psycopg.Connection[Any]
    tables: list[str]
    times_lent: int = 0


class FreshPostgres:
    """Lends empty databases on a server with a migrated `template`, one after the other or several at once."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._quiet: list[_Copy] = []
        self._numbers = itertools.count(1)

    @contextmanager
    def __call__(self) -> Iterator[Database]:
        copy = self._quiet.pop() if self._quiet else self._copied()
        _empty(copy)
        copy.times_lent += 1
        copy.database.observer = None
        try:
            yield copy.database
        finally:
            if _is_quiet(copy.database) and copy.times_lent < _LENT_AT_MOST:
                self._quiet.append(copy)
            else:
                self._drop(copy)

    def close(self) -> None:
        """Drop the copies; the template stays."""
        while self._quiet:
            self._drop(self._quiet.pop())

    def _copied(self) -> _Copy:
        name = f"copy_{next(self._numbers)}"
        dsn = self._server.create_database(name, template="template")
        database = open_database(dsn, threads=2)
        assert isinstance(database, PostgresDatabase)
        owner = psycopg.connect(dsn, autocommit=True)
        # Tables are emptied in any order.
        owner.execute("SET session_replication_role = replica")
        found = owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
        return _Copy(name, database, owner, [table for (table,) in found if table != "schema_migrations"])

    def _drop(self, copy: _Copy) -> None:
        copy.owner.close()
        copy.database.close()
        self._server.drop_database(copy.name)


def _empty(copy: _Copy) -> None:
    """Delete every row that the last test has left; looking first is quicker than a hundred statements."""
    look = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in copy.tables)
    with copy.owner.transaction():
        for (table,) in copy.owner.execute(look.encode()).fetchall():
            copy.owner.execute(f"DELETE FROM {table}".encode())


def _is_quiet(database: PostgresDatabase) -> bool:
    """Nobody has closed it or works on it still."""
    pool = database._pool
    if pool.closed or database._threads._work_queue.qsize():
        return False
    connections = pool.get_stats()
    return connections["pool_available"] == connections["pool_size"]
