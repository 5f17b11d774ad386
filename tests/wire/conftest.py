"""Fixtures of the wire's tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from billfold.kit.db import Database
from tests.wire.api import Api, Company, embedded_house
from tests.wire.stage import Stage


@pytest.fixture
def api(database: Database) -> Iterator[Api]:
    """A house on each of the two databases."""
    with closing(Api(database)) as made:
        yield made


@pytest.fixture
def embedded() -> Iterator[Api]:
    """A house on the embedded database alone, where both would show the same."""
    with embedded_house() as made:
        yield made


@pytest.fixture
def company(api: Api) -> Company:
    """A company on each of the two databases."""
    return api.company()


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
