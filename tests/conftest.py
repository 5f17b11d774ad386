"""Fixtures for every test: an empty database of each kind, and a sandbox's house."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

from billfold.kit.blobs import MemoryBlobs
from billfold.kit.crypto import Keyring
from billfold.kit.ctx import House
from billfold.kit.databases import open_database
from billfold.kit.ids import Randomness
from billfold.kit.settings import Profile
from billfold.wiring import REACTIONS
from tests.databases import FreshPostgres, fresh_sqlite
from tests.postgres import server_for_tests
from tests.properties.effort import EFFORT

KINDS = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))

# How long an example takes says how busy the machine is, and nothing of Billfold. What is drawn is the same in every
# run, so that a change is answered for by what fails on it; BILLFOLD_EFFORT above 1 goes where nobody was yet.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=EFFORT <= 1)
settings.load_profile("suite")


def pytest_configure(config):
    config.addinivalue_line("markers", "postgres: needs a PostgreSQL server (tests/postgres.py finds one)")


def pytest_collection_modifyitems(config, items):
    """Workers begin with what is slow, so that none of them is left alone with it at the end."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: item.get_closest_marker("slow") is None)


# Databases


@pytest.fixture(scope="session")
def postgres():
    """The PostgreSQL server of this worker, with a migrated database `template` to copy."""
    with server_for_tests() as server:
        open_database(server.create_database("template"), threads=1).close()
        yield server


@pytest.fixture(scope="session")
def fresh_postgres(postgres):
    """Makes context managers of an empty, migrated database on PostgreSQL."""
    fresh = FreshPostgres(postgres)
    yield fresh
    fresh.close()


@pytest.fixture(params=KINDS)
def kind(request):
    """The kind of database; a test that uses it, even through other fixtures, runs once with each."""
    return request.param


@pytest.fixture
def fresh_database(kind, request):
    """Makes context managers of an empty, migrated database of this kind."""
    return fresh_sqlite if kind == "sqlite" else request.getfixturevalue("fresh_postgres")


@pytest.fixture
def database(fresh_database):
    """An empty, migrated database."""
    with fresh_database() as opened:
        yield opened


# The house


def a_house(*, blobs=None, profile=Profile.SANDBOX):
    """A house that draws the same ids, keys and tokens every time."""
    return House(
        profile=profile,
        seed=b"the seed of the tests",
        keyring=Keyring(bytes(32)),
        randomness=Randomness(b"the randomness of the tests"),
        blobs=blobs or MemoryBlobs(),
        reactions=REACTIONS,
        mfa_code="123456",
    )


@pytest.fixture
def house():
    """A sandbox's house on blobs in memory."""
    return a_house()


@pytest.fixture
def company(database, house):
    """A company with an administrator, at nine on Monday, 12 January 2026, in Los Angeles."""
    from tests.builders import a_company

    return a_company(database, house)


# The server (app, client, sessions over HTTP): add its fixtures here.
