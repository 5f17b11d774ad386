"""Opening a database by its address."""

from __future__ import annotations

from billfold.kit.db import Database


def open_database(url: str, *, threads: int = 8) -> Database:
    """Open `sqlite://` (memory), `sqlite:///path` or `postgresql://…`, migrated. Raises `DatabaseNotOpened`."""
    if url.startswith("sqlite://"):
        from billfold.kit.sqlite import open_sqlite  # noqa: PLC0415 - only the driver in use is loaded

        return open_sqlite(url)
    from billfold.kit.postgres import open_postgres  # noqa: PLC0415 - its driver takes nine megabytes

    return open_postgres(url, threads)
