"""Two databases, one dialect subset.

Statements are written once with `?` parameters and what SQLite and PostgreSQL both have. All that differs is in
`sqlite.py` and `postgres.py`: beginning a write, locking rows, naming the tenant, text collation, and where a
transaction runs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import contextmanager
from importlib import resources
from typing import Any, Final, Protocol, TypeVar

Row = tuple[Any, ...]
Parameters = Sequence[object]
T = TypeVar("T")

#: Tables that belong to no organization: sign-in, clocks and the index of due work.
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
MIGRATIONS_TABLE: Final = (
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

    def lock(self, name: str) -> None:
        """Wait for a named lock, and hold it until the end of the transaction."""


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


def migrations() -> list[tuple[int, str, str]]:
    """Number, name and text of each migration, in order."""
    folder = resources.files("billfold") / "migrations"
    found = [
        (int(file.name[:4]), file.name, file.read_text("utf-8"))
        for file in folder.iterdir()
        if file.name.endswith(".sql")
    ]
    return sorted(found)


def outstanding_migrations(done: Container[int]) -> list[tuple[int, str, list[str]]]:
    """Number, name and statements of each migration that is not among those done, in order."""
    return [(number, name, _statements(text)) for number, name, text in migrations() if number not in done]


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


def _statements(text: str) -> list[str]:
    without_comments = re.sub(r"--.*", "", text)
    return [statement for part in without_comments.split(";") if (statement := part.strip())]
