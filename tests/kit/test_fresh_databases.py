"""The databases of the tests: empty and migrated, whatever the test before has left in a copy that is lent again."""

from __future__ import annotations

import psycopg
import pytest

from billfold.kit.databases import open_database
from tests.builders import a_bill, a_company, a_payment, a_vendor, dump
from tests.databases import fresh_sqlite


def used(database, house):
    company = a_company(database, house)
    with company.ctx() as ctx:
        a_payment(ctx, a_bill(ctx, a_vendor(ctx)))
    return company


def rows(database):
    return {table: found for table, found in dump(database).items() if found}


@pytest.mark.postgres
def test_a_copy_that_is_lent_again_is_empty(fresh_postgres, house):
    with fresh_postgres() as first:
        used(first, house)
        first.observer = print
        assert len(rows(first)) > 10
    with fresh_postgres() as second:
        assert second is first
        assert (rows(second), second.observer) == ({}, None)
        used(second, house)


@pytest.mark.postgres
def test_two_copies_at_once_are_two(fresh_postgres, house):
    with fresh_postgres() as one, fresh_postgres() as another:
        used(one, house)
        assert rows(another) == {}


@pytest.mark.postgres
def test_a_copy_with_a_transaction_still_open_is_not_lent_again(fresh_postgres, house):
    with fresh_postgres() as left:
        unfinished = left.transaction()
        unfinished.__enter__()
    with fresh_postgres() as other:
        assert other is not left
        used(other, house)
    with pytest.raises(psycopg.OperationalError):
        unfinished.__exit__(None, None, None)


@pytest.mark.postgres
def test_a_copy_that_its_test_has_closed_is_not_lent_again(fresh_postgres, house):
    with fresh_postgres() as closed:
        closed.close()
    with fresh_postgres() as other:
        used(other, house)


def test_the_embedded_one_is_as_if_it_had_been_migrated(house):
    with fresh_sqlite() as copy, fresh_sqlite() as another:
        used(another, house)
        migrated = open_database("sqlite://")
        assert shape(copy) == shape(migrated)
        migrated.close()
        assert rows(copy) == {}
        used(copy, house)


def shape(database):
    """Tables, indexes and what is switched on."""
    with database.transaction(write=False) as tx:
        switched = [tx.one(f"PRAGMA {name}") for name in ("foreign_keys", "synchronous", "temp_store")]
        return tx.all("SELECT type, name, sql FROM sqlite_master ORDER BY name"), switched
