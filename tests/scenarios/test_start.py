"""How the server starts, starts again, and refuses to start."""

from __future__ import annotations

import json
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

from billfold.apps.house import install
from billfold.identity import developer_keys, organizations, sessions
from billfold.identity.factors.phones import enroll_phone
from billfold.identity.roles import Role
from billfold.kit.settings import Profile, Settings
from billfold.kit.worlds import MAIN_WORLD
from tests.scenarios.process import Client, at_once, found, free_port, run, running, wait_until

DEMO = {
    "username": "demo@billfold.test",
    "password": "demo-Password-1",
    "organizationId": "00801BILLFOLDXXdemo1",
    "devKey": "01BILLFOLDdemoDEVKEY",
}
MASTER_KEY = "5e" * 32
PRODUCTION = {"profile": "production", "master_key": MASTER_KEY}


def demo_session(server):
    """A client signed in to the demo organization."""
    with Client(server) as client:
        token = client.send("POST", "/connect/v3/login", DEMO).ok()["sessionId"]
    return Client(server, {"devKey": DEMO["devKey"], "sessionId": token})


def count(server, table):
    connection = sqlite3.connect(f"file:{server.data / 'billfold.db'}?mode=ro", uri=True)
    try:
        return connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]
    finally:
        connection.close()


# What is loaded


def test_who_keeps_all_in_a_file_does_not_load_the_driver_of_postgresql():
    program = "import sys, billfold.apps.serve, billfold.kit.sqlite; print('psycopg' in sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert loaded.stdout == "False\n"


# What it says


@pytest.mark.slow
def test_every_line_that_a_running_server_logs_is_json_also_of_what_is_no_request(tmp_path):
    with running(tmp_path, options=("--memory",)) as server:
        already_said = len(server.printed)
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.sendall(b"NONSENSE\r\n\r\n")
            assert connection.recv(65536).startswith(b"HTTP/1.1 400 ")
        lines = [json.loads(line) for line in server.printed[already_said:].splitlines()]
    assert [(line["level"], line["event"]) for line in lines] == [("warning", "Invalid HTTP request received.")]


# Starting again


@pytest.mark.slow
def test_the_second_start_keeps_the_data_and_adds_no_second_demo(tmp_path):
    with running(tmp_path) as server:
        client = demo_session(server)
        vendor = client.send("GET", "/connect/v3/vendors").ok()["results"][0]
        client.send("PATCH", f"/connect/v3/vendors/{vendor['id']}", {"name": "Renamed"}).ok()
        bills = client.send("GET", "/connect/v3/bills").body
        company = found(server)
        assert server.stop() in {0, -signal.SIGTERM}
        before = {table: count(server, table) for table in ("organizations", "users", "bills", "events")}
        server.start()
        assert client.send("GET", "/connect/v3/bills").body == bills, "and the session lives on"
        assert client.send("GET", f"/connect/v3/vendors/{vendor['id']}").ok()["name"] == "Renamed"
        company.vendor()
        server.kill()
        server.start()
        assert before["organizations"] == 2
        assert {table: count(server, table) for table in before} | {"events": before["events"]} == before
        assert "Traceback" not in server.printed


@pytest.mark.slow
def test_ctrl_c_is_how_to_stop_it_and_no_error(tmp_path):
    with running(tmp_path) as server:
        assert server.stop(signal.SIGINT) == 0


@pytest.mark.slow
def test_the_second_start_on_postgresql_keeps_the_data(tmp_path, postgres):
    database = postgres.create_database("second_start")
    with running(tmp_path, database=database) as server:
        bills = demo_session(server).send("GET", "/connect/v3/bills").ok()["results"]
        server.kill()
        server.start()
        assert demo_session(server).send("GET", "/connect/v3/bills").ok()["results"] == bills
    postgres.drop_database("second_start")


@pytest.mark.slow
def test_two_servers_share_one_postgresql(tmp_path, postgres):
    """Two processes start at once on an empty database and both advance and pay."""
    database = postgres.create_database("shared")
    (tmp_path / "second").mkdir()
    with (
        running(tmp_path, database=database) as first,
        running(tmp_path / "second", database=database, options=("--data", str(first.data))) as second,
    ):
        company = found(first)
        payment = company.v3("POST", "payments", company.payment_body(company.bill(company.vendor()))).ok(201)
        with Client(second, {"devKey": company.made["devKey"], "sessionId": company.made["sessionId"]}) as client:
            client.send("POST", "/sim/clock/advance", {"days": 10, "keepSessions": True}).ok()
            assert client.send("GET", f"/connect/v3/payments/{payment['id']}").ok()["singleStatus"] == "CLEARED"
        assert company.problems() == []
        assert "Traceback" not in first.printed + second.printed
    postgres.drop_database("shared")


@pytest.mark.slow
def test_servers_that_start_at_one_moment_on_an_empty_postgresql_all_serve_one_demo(tmp_path, postgres):
    database = postgres.create_database("at_one_moment")
    folders = [tmp_path / name for name in ("first", "second", "third")]
    with ExitStack() as stack:

        def start(number):
            folders[number].mkdir()
            return stack.enter_context(running(folders[number], database=database))

        servers = at_once(len(folders), start)
        bills = [demo_session(server).send("GET", "/connect/v3/bills").body for server in servers]
        assert bills == bills[:1] * len(servers)
        assert "Traceback" not in "".join(server.printed for server in servers)
    postgres.drop_database("at_one_moment")


@pytest.mark.slow
def test_without_its_database_the_server_says_so_before_anybody_gives_up(tmp_path, postgres):
    database = postgres.create_database("goes_away")
    with running(tmp_path, database=database) as server, Client(server) as client:
        postgres.drop_database("goes_away")
        answer = client.send("GET", "/healthz")
        assert (answer.status, answer.json["status"]) == (503, "no database")
        assert client.send("POST", "/connect/v3/login", DEMO).codes == ["BDC_1001"]


@pytest.mark.slow
def test_what_was_sealed_before_a_reset_or_after_opens_after_a_restart(tmp_path):
    """A reset gives the demo organization a new data key; the server must not go on sealing with the old one."""
    with running(tmp_path) as server:
        with Client(server) as client:
            client.send("POST", "/sim/reset", {}).ok()
        server.kill()
        server.start()
        client = demo_session(server)
        challenge = client.send("POST", "/connect/v3/mfa/challenge", {}).ok()["challengeId"]
        client.send("POST", "/connect/v3/mfa/challenge/validate", {"challengeId": challenge, "token": "123456"}).ok()
        bills = client.send("GET", "/connect/v3/bills").ok()["results"]
        bill = next(one for one in bills if one["dueAmount"] == 1200)
        (account, *_) = client.send("GET", "/connect/v3/funding-accounts/banks").ok()["results"]
        body = {
            "billId": bill["id"],
            "fundingAccount": {"type": "BANK_ACCOUNT", "id": account["id"]},
            "amount": 1200,
            "processingOptions": {},
        }
        payment = client.send("POST", "/connect/v3/payments", body).ok(201)
        client.send("POST", "/sim/clock/advance", {"days": 12, "keepSessions": True}).ok()
        after = client.send("GET", f"/connect/v3/payments/{payment['id']}").ok()
        assert after["singleStatus"] == "CLEARED", server.printed


# Refusing to start


def assert_refused(ran, *words):
    assert ran.returncode == 2, ran.stdout + ran.stderr
    assert ran.stderr.startswith("billfold: ")
    assert "Traceback" not in ran.stderr
    for word in words:
        assert word in ran.stderr
    assert "stop with Ctrl-C" not in ran.stdout


@pytest.mark.slow
def test_a_second_server_on_one_embedded_database_is_refused(tmp_path):
    with running(tmp_path) as server:
        for command in (["serve", "--port", str(free_port())], ["migrate"]):
            assert_refused(run(*command, "--data", str(server.data)), "Another process uses this database")
        demo_session(server).send("GET", "/connect/v3/bills").ok()


@pytest.mark.slow
def test_a_port_that_is_taken_is_named_with_what_to_do(tmp_path):
    with running(tmp_path) as server:
        ran = run("serve", "--memory", "--port", str(server.port))
        assert_refused(ran, f"Cannot listen on 127.0.0.1, port {server.port}", "--port takes another")


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"port": "eighty"}, "BILLFOLD_PORT: must be a whole number."),
        ({"tls": "perhaps"}, "BILLFOLD_TLS: must be true or false."),
        ({"limits": "some"}, "BILLFOLD_LIMITS: invalid enum value 'some'."),
        ({"limit_requests": "0"}, "BILLFOLD_LIMIT_REQUESTS: must be at least 1."),
        ({"port": "99999"}, "BILLFOLD_PORT: must be at most 65535."),
        ({"threads": "0"}, "BILLFOLD_THREADS: must be at least 1."),
    ],
)
def test_a_setting_that_is_no_such_value_is_named(variables, words):
    assert_refused(run("serve", "--memory", **variables), words)


@pytest.mark.parametrize(
    ("database", "words"),
    [
        ("mysql://ada@localhost/books", "BILLFOLD_DATABASE must begin with sqlite://, postgresql://"),
        ("postgresql://ada@127.0.0.1:1/books", "127.0.0.1:1/books cannot be opened: connection failed"),
        ("sqlite:////dev/null/books.db", "/dev/null/books.db cannot be opened"),
    ],
)
def test_a_database_that_cannot_be_opened_is_a_sentence(database, words):
    for command in ("serve", "migrate"):
        assert_refused(run(command, "--db", database), words)
    assert_refused(run("admin", "organizations", "list", "--db", database), words)


def test_a_data_folder_that_cannot_be_made_is_a_sentence(tmp_path):
    (tmp_path / "taken").write_text("a file")
    assert_refused(run("serve", "--data", str(tmp_path / "taken" / "data")), "cannot be opened", "Not a directory")


@pytest.mark.slow
def test_no_demo_credentials_are_printed_where_there_is_no_demo(tmp_path):
    with running(tmp_path, options=("--no-demo",)) as server:
        server.stop()
        ran_before = server.printed
        server.start()
        assert "demo@billfold.test" not in ran_before + server.printed


@pytest.mark.parametrize(
    ("options", "variables", "words"),
    [
        ([], {"master_key": ""}, "needs BILLFOLD_MASTER_KEY"),
        ([], {"master_key": "5e5e"}, "64 hex digits"),
        ([], {"master_key": "zz" * 32}, "64 hex digits"),
        (["--demo"], {}, "Demo data has default credentials"),
        ([], {"demo": "true"}, "Demo data has default credentials"),
        (["--memory"], {}, "cannot live in memory"),
        ([], {"database": "sqlite://"}, "cannot live in memory"),
        ([], {"seed": "repeatable"}, "not in production"),
    ],
)
def test_production_refuses_a_sandboxs_conveniences(tmp_path, options, variables, words):
    data = tmp_path / "data"
    ran = run("serve", "--port", str(free_port()), "--data", str(data), *options, **(PRODUCTION | variables))
    assert_refused(ran, words)
    assert not data.exists(), "nothing was made"


@pytest.mark.slow
@pytest.mark.parametrize(("born", "asked"), [({}, PRODUCTION), (PRODUCTION, {"master_key": MASTER_KEY})])
def test_a_database_stays_what_it_was_born_as(tmp_path, born, asked):
    with running(tmp_path, **born) as server:
        server.stop()
        ran = run("serve", "--port", str(free_port()), "--data", str(server.data), **asked)
        assert_refused(ran, f"born as {born.get('profile', 'sandbox')}")
        server.start()


# Production


def test_production_has_no_simulator_and_no_demo(tmp_path):
    with running(tmp_path, **PRODUCTION) as server, Client(server) as client:
        assert client.send("GET", "/healthz").ok()["profile"] == "production"
        for method, path in (("GET", "clock"), ("POST", "clock/advance"), ("POST", "organizations"), ("POST", "reset")):
            assert client.send(method, f"/sim/{path}", {} if method == "POST" else None).status == 404
        assert client.send("GET", "/openapi/sim.json").status == 404
        assert b"sim" not in client.send("GET", "/").body
        assert client.send("POST", "/connect/v3/login", DEMO).status == 400
        assert "demo" not in server.printed.lower()
        assert count(server, "organizations") == 0


@pytest.mark.slow
def test_production_draws_its_codes(tmp_path):
    """Even where the sandbox's code is configured."""
    with running(tmp_path, mfa_code="123456", **PRODUCTION) as server:
        server.stop()
        headers = a_signed_in_user(server)
        server.start()
        with Client(server, headers) as client:
            for _ in range(3):
                challenge = client.send("POST", "/connect/v3/mfa/challenge", {}).ok()["challengeId"]
                body = {"challengeId": challenge, "token": "123456"}
                assert client.send("POST", "/connect/v3/mfa/challenge/validate", body).codes == ["BDC_1355"]
        wait_until("the codes are stored", lambda: count(server, "messages") == 3)


def a_signed_in_user(server):
    """An organization with a user and an open session, made by the domain: production has no other way yet."""
    settings = Settings(profile=Profile.PRODUCTION, master_key=MASTER_KEY, data=str(server.data))
    installed = install(settings)
    try:
        with installed.database.transaction() as tx:
            now = datetime.now(UTC)
            ctx = organizations.create_organization(installed.house, tx, name="Acme", world_id=MAIN_WORLD, now=now)
            user = organizations.create_user(
                ctx, username="ada@acme.test", password_hash="none", name=("Ada", "Pay"), role=Role.ADMINISTRATOR
            )
            enroll_phone(ctx, user.id, "+14155550100")
            developer_keys.add_key(tx, "a developer key", name="Acme", vintage="2021", now=now)
            token = sessions.open_session(installed.house, tx, user, MAIN_WORLD, now, "v3", None)
            ctx.flush()
    finally:
        installed.database.close()
    return {"devKey": "a developer key", "sessionId": token}
