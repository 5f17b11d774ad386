"""A server for the scenarios in which many clients call at once."""

from __future__ import annotations

import pytest

from tests.scenarios.process import running


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
