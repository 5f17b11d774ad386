"""The hosted database: PostgreSQL, in worker threads."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any, Final, TypeVar, cast

import psycopg
from psycopg_pool import ConnectionPool

from billfold.kit.clock import wall_now
from billfold.kit.db import (
    CONTROL_TABLES,
    MIGRATIONS_TABLE,
    Conflict,
    DatabaseNotOpened,
    Deadlock,
    Observer,
    Parameters,
    Row,
    Transaction,
    outstanding_migrations,
)

T = TypeVar("T")

#: How long a request waits for a connection, in seconds: there are more of them than threads, so the database is away.
_UNREACHABLE_AFTER: Final = 5
#: How often a transaction gives way to another before its deadlock is an error.
_DEADLOCKS: Final = 4
_APPLICATION_ROLE: Final = "billfold_app"


def open_postgres(url: str, threads: int) -> PostgresDatabase:
    """Open `postgresql://…`, migrated. Raises `DatabaseNotOpened`."""
    try:
        return PostgresDatabase(url, threads)
    except (OSError, psycopg.OperationalError) as error:
        raise DatabaseNotOpened(f"The database {url.rpartition('@')[2]} cannot be opened: {error}") from error


class PostgresTransaction:
    """A transaction on PostgreSQL: READ COMMITTED with locked rows, or a repeatable read-only snapshot."""

    for_update = " FOR UPDATE"
    for_share = " FOR SHARE"

    def __init__(self, connection: psycopg.Connection[Row], observer: Observer | None, *, write: bool) -> None:
        self._cursor = connection.cursor()
        self._observer = observer
        self._write = write

    def _run(self, sql: str, parameters: Parameters) -> psycopg.Cursor[Row]:
        if self._observer is not None:
            self._observer(sql, parameters)
        try:
            return self._cursor.execute(_postgres_text(sql), cast("Any", parameters), prepare=True)
        except psycopg.errors.UniqueViolation as error:
            raise Conflict(str(error)) from error
        except psycopg.errors.DeadlockDetected as error:
            raise Deadlock(str(error)) from error

    def run(self, sql: str, parameters: Parameters = ()) -> int:
        return self._run(sql, parameters).rowcount

    def one(self, sql: str, parameters: Parameters = ()) -> Row | None:
        return self._run(sql, parameters).fetchone()

    def all(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        return self._run(sql, parameters).fetchall()

    def enter_organization(self, organization_id: str, *, alone: bool = False) -> None:
        enter = "SELECT set_config('billfold.organization_id', ?, true)"
        if not self._write:
            self._run(enter, (organization_id,))
            return
        lock = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
        self._run(f"{enter}, {lock}(hashtextextended(?, 0))", (organization_id, f"organization/{organization_id}"))

    def try_lock(self, name: str) -> bool:
        row = self.one("SELECT pg_try_advisory_xact_lock(hashtextextended(?, 0))", (name,))
        return row is not None and bool(row[0])

    def lock(self, name: str) -> None:
        self._run("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", (name,))


class PostgresDatabase:
    """PostgreSQL 15 or newer. Transactions run in worker threads; more processes use more cores."""

    kind = "postgresql"

    def __init__(self, url: str, threads: int) -> None:
        self.observer: Observer | None = None
        with psycopg.connect(url, autocommit=True) as connection:
            _migrate_postgres(connection)
        self._pool: ConnectionPool[psycopg.Connection[Row]] = ConnectionPool(
            url,
            min_size=1,
            max_size=threads + 2,
            timeout=_UNREACHABLE_AFTER,
            configure=_configure,
            open=True,
        )
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="billfold-db")

    @contextmanager
    def transaction(self, *, write: bool = True) -> Iterator[Transaction]:
        with self._pool.connection() as connection:
            connection.execute("BEGIN" if write else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            try:
                yield PostgresTransaction(connection, self.observer, write=write)
                if self.observer is not None:
                    self.observer("COMMIT", ())
            except BaseException:
                if not connection.closed:
                    connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    async def run(self, work: Callable[[Transaction], T], *, write: bool) -> T:
        def in_thread() -> T:
            with self.transaction(write=write) as tx:
                return work(tx)

        loop = asyncio.get_running_loop()
        for _ in range(_DEADLOCKS):
            with suppress(Deadlock):
                return await loop.run_in_executor(self._threads, in_thread)
        return await loop.run_in_executor(self._threads, in_thread)

    def close(self) -> None:
        self._threads.shutdown(wait=True, cancel_futures=True)
        self._pool.close()


def _configure(connection: psycopg.Connection[Row]) -> None:
    # Our own BEGIN carries the isolation level in the same round trip; the driver must not add another.
    connection.autocommit = True
    connection.execute(f"SET ROLE {_APPLICATION_ROLE}")


_texts: dict[str, str] = {}


def _postgres_text(sql: str) -> str:
    text = _texts.get(sql)
    if text is None:
        text = _texts[sql] = sql.replace("%", "%%").replace("?", "%s")
    return text


def _migrate_postgres(connection: psycopg.Connection[Any]) -> None:
    """Bring the schema up to date as its owner, then fence every tenant table for the application's role."""
    _create_application_role(connection)
    with connection.transaction():
        # Two servers that start at once must not migrate at once; the number is ours alone.
        connection.execute("SELECT pg_advisory_xact_lock(20260101)")
        connection.execute(MIGRATIONS_TABLE)
        done = {number for (number,) in connection.execute("SELECT number FROM schema_migrations").fetchall()}
        for number, name, statements in outstanding_migrations(done):
            for statement in statements:
                # Byte order, so that both databases sort text alike.
                connection.execute(
                    cast("Any", re.sub(r"\bTEXT\b", 'TEXT COLLATE "C"', statement).replace("BLOB", "BYTEA"))
                )
            connection.execute(
                "INSERT INTO schema_migrations VALUES (%s, %s, %s)",
                (number, name, wall_now().isoformat()),
            )
        _fence_tenants(connection)


def _create_application_role(connection: psycopg.Connection[Any]) -> None:
    """The role that transactions run as, and our right to become it.

    A role is the whole server's, and two databases may be migrated at once. Each step is a transaction of its own, so
    that whoever comes second finds what the first one did.
    """
    connection.execute(
        f"""DO $$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{_APPLICATION_ROLE}') THEN
                CREATE ROLE {_APPLICATION_ROLE} NOLOGIN;
            END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END $$"""
    )
    connection.execute(
        f"""DO $$ BEGIN
            GRANT {_APPLICATION_ROLE} TO CURRENT_USER;
        EXCEPTION WHEN unique_violation THEN NULL;
        END $$"""
    )


def _fence_tenants(connection: psycopg.Connection[Any]) -> None:
    connection.execute(f"GRANT USAGE ON SCHEMA public TO {_APPLICATION_ROLE}")
    connection.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {_APPLICATION_ROLE}")
    open_tables = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND NOT rowsecurity"
    ).fetchall()
    for (table,) in open_tables:
        if table not in CONTROL_TABLES:
            connection.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
            connection.execute(
                f'CREATE POLICY one_organization ON "{table}" '
                "USING (organization_id = current_setting('billfold.organization_id', true))"
            )
