"""A server for the scenarios in which many clients call at once."""

from __future__ import annotations

import json

import pytest

from tests.scenarios.process import run, running


@pytest.fixture(scope="module", params=("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)))
def server(request, tmp_path_factory):
    """One server on each kind of database, for all the tests of a module. Modules may have a `server` of their own."""
    folder = tmp_path_factory.mktemp("races")
    if request.param == "sqlite":
        with running(folder) as started:
            yield started
        return
    postgres = request.getfixturevalue("postgres")
    with running(folder, database=postgres.create_database("races", template="template")) as started:
        yield started
    postgres.drop_database("races")


@pytest.fixture
def postgres_url(postgres):
    """A migrated database of this test alone."""
    yield postgres.create_database("scenario", template="template")
    postgres.drop_database("scenario")


@pytest.fixture
def database_url(request, kind):
    """What `running` is told of each kind of database: nothing of the embedded one, which lies in the test's folder."""
    return "" if kind == "sqlite" else request.getfixturevalue("postgres_url")


@pytest.fixture
def operator(database_url, tmp_path):
    """A server, and the headers of its operator: the token is made before an embedded database is in use."""
    place = ["--db", database_url] if database_url else ["--data", str(tmp_path / "data")]
    made = run("admin", *place, "tokens", "create", "--name", "Race")
    with running(tmp_path, database=database_url) as server:
        yield server, {"Authorization": f"Bearer {json.loads(made.stdout)['token']}"}
