"""Two databases, one dialect subset.

Statements are written once with `?` parameters and what SQLite and PostgreSQL both have. All that differs is
here: beginning a write, locking rows, naming the tenant, text collation, and where a transaction runs (SQLite
on the caller's thread, PostgreSQL in worker threads).
"""

from __future__ import annotations

import asyncio
import fcntl
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from importlib import resources
from pathlib import Path
from threading import RLock
from typing import Any, Final, Protocol, TypeVar, cast

import psycopg
from psycopg_pool import ConnectionPool

from billfold.kit.clock import wall_now

Row = tuple[Any, ...]
Parameters = Sequence[object]
T = TypeVar("T")

#: Tables that belong to no organization: sign-in, clocks and the index of due work (DESIGN §2).
CONTROL_TABLES: Final = frozenset(
    {
        "schema_migrations",
        "installation",
        "worlds",
        "logins",
        "memberships",
        "throttles",
        "developer_keys",
        "admin_tokens",
        "sessions",
        "remembered_devices",
        "lanes",
        "snapshots",
    }
)
#: How long a request waits for a connection, in seconds: there are more of them than threads, so the database is away.
_UNREACHABLE_AFTER: Final = 5
#: How often a transaction gives way to another before its deadlock is an error.
_DEADLOCKS: Final = 4
_APPLICATION_ROLE: Final = "billfold_app"
_MIGRATIONS_TABLE: Final = (
    "CREATE TABLE IF NOT EXISTS schema_migrations "
    "(number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL)"
)


class DatabaseNotOpened(Exception):
    """Nothing can be kept here; the text says why."""


class DatabaseBusy(DatabaseNotOpened):
    """Another process writes to this embedded database."""


class Conflict(Exception):
    """A unique constraint was hit: somebody else was first."""


class Deadlock(Exception):
    """Two transactions waited for each other and this one was chosen to give way; it may be run again."""


class Transaction(Protocol):
    """One open transaction. Every statement passes through `run`, `one` or `all`."""

    #: Appended to a SELECT to lock what it finds until the end of the transaction.
    for_update: str
    for_share: str

    def run(self, sql: str, parameters: Parameters = ()) -> int:
        """Execute; the number of rows touched. Raises `Conflict`."""

    def one(self, sql: str, parameters: Parameters = ()) -> Row | None:
        """The first row, or None. Raises `Conflict`."""

    def all(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """All rows."""

    def enter_organization(self, organization_id: str, *, alone: bool = False) -> None:
        """From here on, rows of other organizations do not exist (row-level security on PostgreSQL).

        `alone`: wait until nobody else writes in the organization, and keep them out until the end. Due work is
        alone, so that it meets no half-done request, and locks rows in an order of its own.
        """

    def try_lock(self, name: str) -> bool:
        """Take a named lock until the end of the transaction, or say at once that another holds it."""


#: Called with each statement before it runs; the bench records, the fault tests raise.
Observer = Callable[[str, Parameters], None]


class Database(Protocol):
    """An open database."""

    kind: str
    observer: Observer | None

    def transaction(self, *, write: bool = True) -> Any:
        """A context manager: commits at its end, rolls back on an exception."""

    async def run(self, work: Callable[[Transaction], T], *, write: bool) -> T:
        """`work` in one transaction, wherever this engine runs transactions; again after a `Deadlock`."""

    def close(self) -> None:
        """Let go of files and connections."""


def open_database(url: str, *, threads: int = 8) -> Database:
    """Open `sqlite://` (memory), `sqlite:///path` or `postgresql://…`, migrated. Raises `DatabaseNotOpened`."""
    try:
        if url.startswith("sqlite://"):
            return SqliteDatabase(url.removeprefix("sqlite:///") if url != "sqlite://" else ":memory:")
        return PostgresDatabase(url, threads)
    except (OSError, sqlite3.Error, psycopg.OperationalError) as error:
        raise DatabaseNotOpened(f"The database {url.rpartition('@')[2]} cannot be opened: {error}") from error


def migrations() -> list[tuple[int, str, str]]:
    """Number, name and text of each migration, in order."""
    folder = resources.files("billfold") / "migrations"
    found = [
        (int(file.name[:4]), file.name, file.read_text("utf-8"))
        for file in folder.iterdir()
        if file.name.endswith(".sql")
    ]
    return sorted(found)


@contextmanager
def savepoint(tx: Transaction, *undone_by: type[Exception]) -> Iterator[None]:
    """What the block writes is undone when it raises one of these; any other exception must end the transaction."""
    tx.run("SAVEPOINT attempt")
    try:
        yield
    except undone_by:
        tx.run("ROLLBACK TO SAVEPOINT attempt")
        tx.run("RELEASE SAVEPOINT attempt")
        raise
    tx.run("RELEASE SAVEPOINT attempt")


def _itself(value: None) -> None:
    return value


# The driver looks long and in vain for a way to adapt each None and each truth value before it binds it as it is.
sqlite3.register_adapter(type(None), _itself)
sqlite3.register_adapter(bool, int)


class SqliteTransaction:
    """A transaction on the embedded database; it has the whole database to itself, so locks are void."""

    for_update = ""
    for_share = ""

    def __init__(self, connection: sqlite3.Connection, observer: Observer | None) -> None:
        self._execute: Callable[[str, Any], sqlite3.Cursor] = connection.execute
        self._observer = observer

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
        return cast("Row | None", self._cursor(sql, parameters).fetchone())

    def all(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        return self._cursor(sql, parameters).fetchall()

    def enter_organization(self, organization_id: str, *, alone: bool = False) -> None:
        del organization_id, alone  # no row-level security here, and the one writer is always alone

    def try_lock(self, name: str) -> bool:
        del name  # the one writer holds every lock
        return True


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
        execute(_MIGRATIONS_TABLE)
        done = {number for (number,) in execute("SELECT number FROM schema_migrations")}
        for number, name, text in migrations():
            if number not in done:
                applied = (number, name, wall_now().isoformat())
                execute("BEGIN IMMEDIATE")
                for statement in _statements(text):
                    execute(statement)
                execute("INSERT INTO schema_migrations VALUES (?, ?, ?)", applied)
                execute("COMMIT")

    @contextmanager
    def transaction(self, *, write: bool = True) -> Iterator[Transaction]:
        connection = self._connection
        with self._turn:
            connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")
            try:
                yield SqliteTransaction(connection, self.observer)
                if self.observer is not None:
                    self.observer("COMMIT", ())
                connection.execute("COMMIT")
            except BaseException:
                # A full disk may have ended the transaction already.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    async def run(self, work: Callable[[Transaction], T], *, write: bool) -> T:
        with self.transaction(write=write) as tx:
            return work(tx)

    def close(self) -> None:
        self._connection.close()
        if self._lock is not None:
            self._lock.close()


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


def _statements(text: str) -> list[str]:
    without_comments = re.sub(r"--.*", "", text)
    return [statement for part in without_comments.split(";") if (statement := part.strip())]


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


def _migrate_postgres(connection: psycopg.Connection[Any]) -> None:
    """Bring the schema up to date as its owner, then fence every tenant table for the application's role."""
    _create_application_role(connection)
    with connection.transaction():
        # Two servers that start at once must not migrate at once; the number is ours alone.
        connection.execute("SELECT pg_advisory_xact_lock(20260101)")
        connection.execute(_MIGRATIONS_TABLE)
        done = {number for (number,) in connection.execute("SELECT number FROM schema_migrations").fetchall()}
        for number, name, text in migrations():
            if number not in done:
                for statement in _statements(text):
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
