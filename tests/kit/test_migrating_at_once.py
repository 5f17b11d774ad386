"""Several databases of one PostgreSQL server are migrated at the same moment: roles are the whole server's."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import psycopg
import pytest

from billfold.kit import postgres
from tests.postgres import server_for_tests

AT_ONCE = 4


@pytest.mark.slow
@pytest.mark.parametrize("round_", range(3))
def test_databases_that_are_migrated_at_once_share_the_role_that_each_would_make(
    monkeypatch: pytest.MonkeyPatch, round_: int
) -> None:
    role = f"billfold_race_{round_}"
    monkeypatch.setattr(postgres, "_APPLICATION_ROLE", role)
    names = [f"race_{round_}_{number}" for number in range(AT_ONCE)]
    with server_for_tests() as server:
        urls = [server.create_database(name) for name in names]
        together = Barrier(AT_ONCE)

        def migrate(url: str) -> None:
            with psycopg.connect(url, autocommit=True) as connection:
                together.wait()
                postgres._migrate_postgres(connection)

        try:
            with ThreadPoolExecutor(AT_ONCE) as threads:
                list(threads.map(migrate, urls))
            for url in urls:
                with psycopg.connect(url, autocommit=True) as connection:
                    connection.execute(f"SET ROLE {role}")
                    assert connection.execute("SELECT count(*) FROM schema_migrations").fetchone() is not None
        finally:
            spare = server.create_database(f"race_{round_}_spare")
            for name in names:
                server.drop_database(name)
            with psycopg.connect(spare, autocommit=True) as connection:
                connection.execute(f"DROP ROLE IF EXISTS {role}")
            server.drop_database(f"race_{round_}_spare")
