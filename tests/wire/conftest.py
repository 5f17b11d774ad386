"""Fixtures of the wire's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from billfold.kit.db import open_database
from tests.postgres import server_for_tests
from tests.wire.api import Api, Company
from tests.wire.stage import Stage


@pytest.fixture(params=["sqlite", "postgres"])
def api(request: pytest.FixtureRequest) -> Iterator[Api]:
    """A house on each of the two databases."""
    if request.param == "sqlite":
        yield from _house("sqlite://")
        return
    with server_for_tests() as server:
        name = f"wire_{abs(hash(request.node.nodeid)) % 10**9}"
        dsn = server.create_database(name)
        try:
            yield from _house(dsn)
        finally:
            server.drop_database(name)


@pytest.fixture
def embedded() -> Iterator[Api]:
    """A house on the embedded database alone, where both would show the same."""
    yield from _house("sqlite://")


@pytest.fixture
def company(api: Api) -> Company:
    """A company on each of the two databases."""
    return api.company()


def _house(url: str) -> Iterator[Api]:
    database = open_database(url)
    made = Api(database)
    try:
        yield made
    finally:
        made.close()
        database.close()


@pytest.fixture(scope="session")
def whole_stage() -> Iterator[Stage]:
    """Prepared once, for preparing takes longer than any scene."""
    made = Stage()
    yield made
    made.close()


@pytest.fixture
def stage(whole_stage: Stage) -> Stage:
    """Two companies in which everything exists, as if nobody had touched them."""
    whole_stage.reset()
    return whole_stage
