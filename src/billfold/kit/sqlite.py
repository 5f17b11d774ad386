"""The embedded database: SQLite, on the caller's thread."""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Callable
from pathlib import Path
from threading import RLock
from typing import Any, Self, TypeVar

from billfold.kit.clock import wall_now
from billfold.kit.db import (
    MIGRATIONS_TABLE,
    Conflict,
    DatabaseBusy,
    DatabaseNotOpened,
    Observer,
    Parameters,
    Row,
    Transaction,
    outstanding_migrations,
)

T = TypeVar("T")


def open_sqlite(url: str) -> SqliteDatabase:
    """Open `sqlite://` (memory) or `sqlite:///path`, migrated. Raises `DatabaseNotOpened`."""
    try:
        return SqliteDatabase(url.removeprefix("sqlite:///") if url != "sqlite://" else ":memory:")
    except (OSError, sqlite3.Error) as error:
        raise DatabaseNotOpened(f"The database {url} cannot be opened: {error}") from error


def _itself(value: None) -> None:
    return value


# The driver looks long and in vain for a way to adapt each None and each truth value before it binds it as it is.
sqlite3.register_adapter(type(None), _itself)
sqlite3.register_adapter(bool, int)


class SqliteTransaction:
    """A transaction on the embedded database, from `with` to its end; it has all to itself, so locks are void."""

    for_update = ""
    for_share = ""

    def __init__(self, connection: sqlite3.Connection, turn: RLock, observer: Observer | None, *, write: bool) -> None:
        self._connection = connection
        self._execute: Callable[[str, Any], sqlite3.Cursor] = connection.execute
        self._turn = turn
        self._observer = observer
        self._begin = "BEGIN IMMEDIATE" if write else "BEGIN"

    def __enter__(self) -> Self:
        with self._turn:
            self._execute(self._begin, ())
            self._turn.acquire()  # until the end
        return self

    def __exit__(self, raised: type[BaseException] | None, *_: object) -> None:
        try:
            if raised is None:
                if self._observer is not None:
                    self._observer("COMMIT", ())
                self._execute("COMMIT", ())
        finally:
            # A full disk may have ended the transaction already.
            if self._connection.in_transaction:
                self._execute("ROLLBACK", ())
            self._turn.release()

    def _cursor(self, sql: str, parameters: Parameters) -> sqlite3.Cursor:
        if self._observer is not None:
            self._observer(sql, parameters)
        try:
            return self._execute(sql, parameters)
        except sqlite3.IntegrityError as error:
            if error.sqlite_errorcode in {
                sqlite3.SQLITE_CONSTRAINT_UNIQUE,
                sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY,
            }:
                raise Conflict(str(error)) from error
            raise

    def run(self, sql: str, parameters: Parameters = ()) -> int:
        return self._cursor(sql, parameters).rowcount

    def one(self, sql: str, parameters: Parameters = ()) -> Row | None:
        row: Row | None = self._cursor(sql, parameters).fetchone()
        return row

    def all(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        return self._cursor(sql, parameters).fetchall()

    def enter_organization(self, organization_id: str, *, alone: bool = False) -> None:
        del organization_id, alone  # no row-level security here, and the one writer is always alone

    def try_lock(self, name: str) -> bool:
        del name  # the one writer holds every lock
        return True

    def lock(self, name: str) -> None:
        del name


class SqliteDatabase:
    """The embedded database: WAL, synchronous=FULL, one connection, one writing process."""

    kind = "sqlite"

    def __init__(self, path: str) -> None:
        self.observer: Observer | None = None
        # One connection has one transaction: a sign-in's thread waits for the loop's, and the other way round.
        self._turn = RLock()
        self._lock = None if path == ":memory:" else _lock_file(Path(path + ".lock"))
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=512)
        if path != ":memory:":
            Path(path).chmod(0o600)
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "cache_size=-16384",
            "temp_store=MEMORY",
        ):
            self._connection.execute(f"PRAGMA {pragma}")
        self._migrate()

    def _migrate(self) -> None:
        execute = self._connection.execute
        execute(MIGRATIONS_TABLE)
        done = {number for (number,) in execute("SELECT number FROM schema_migrations")}
        for number, name, statements in outstanding_migrations(done):
            execute("BEGIN IMMEDIATE")
            for statement in statements:
                execute(statement)
            execute("INSERT INTO schema_migrations VALUES (?, ?, ?)", (number, name, wall_now().isoformat()))
            execute("COMMIT")

    def transaction(self, *, write: bool = True) -> SqliteTransaction:
        return SqliteTransaction(self._connection, self._turn, self.observer, write=write)

    async def run(self, work: Callable[[Transaction], T], *, write: bool) -> T:
        with self.transaction(write=write) as tx:
            return work(tx)

    def close(self) -> None:
        self._connection.close()
        if self._lock is not None:
            self._lock.close()


def _lock_file(path: Path) -> Any:
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise DatabaseBusy(
            f"Another process uses this database ({path}). Stop it, or name another folder with --data."
        ) from error
    return file
