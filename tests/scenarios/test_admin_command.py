"""`billfold admin` as a company uses it: on a new database, and against a running server."""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import subprocess
import sys
import time
from base64 import b64decode
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyotp
import pytest

from billfold.apps.admin import AdminFailed, _show, command_line, run
from billfold.wire.catalog import Answer
from tests.house.rules import ROOT
from tests.scenarios.process import Client, Server, running
from tests.wire import statement_examples
from tests.wire.examples import returned_file

KEY = "ab" * 32
PASSWORD = "correct horse battery"
FOUND = (
    "organizations", "create", "--name", "Harbor Bakery", "--administrator-email", "ada@harbor.example",
    "--administrator-first-name", "Ada", "--administrator-last-name", "Byte", "--administrator-password", PASSWORD,
)  # fmt: skip


@pytest.fixture
def admin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]):
    """The command on a production database of its own; what it answers."""
    monkeypatch.setenv("BILLFOLD_MASTER_KEY", KEY)

    def command(*arguments: str) -> Any:
        capfdbinary.readouterr()
        run(["--data", str(tmp_path), "--profile", "production", *arguments])
        return json.loads(capfdbinary.readouterr().out)

    return command


def test_a_production_database_is_set_up_from_nothing(admin: Any) -> None:
    founded = admin(*FOUND)
    key = admin("developer-keys", "create", "--name", "Web shop", "--vintage", "2024")
    assert key["vintage"] == "2024"
    assert key["devKey"].startswith("01")
    settings = admin(
        "originator", "update", founded["organizationId"],
        "--company-id", "1987654321", "--odfi-routing-number", "322271627", "--immediate-destination", "322271627",
    )  # fmt: skip
    assert settings == admin("originator", "get", founded["organizationId"])
    group = admin(
        "approval-groups", "create", founded["organizationId"], "--name", "Us", "--user-ids", founded["userId"]
    )
    assert group["userIds"] == [founded["userId"]]
    assert [one["name"] for one in admin("organizations", "list")["results"]] == ["Harbor Bakery"]


def test_a_refusal_is_a_sentence_and_changes_nothing(admin: Any) -> None:
    with pytest.raises(AdminFailed, match=r"administrator\.password: must have at least 12 characters"):
        admin(*FOUND[:-1], "short")
    assert admin("organizations", "list") == {"results": []}


def test_a_fault_of_ours_shows_neither_the_password_nor_the_key(tmp_path: Path) -> None:
    broken = (
        "def fail(password): raise RuntimeError('out of order')\n"
        "import billfold.wire.admin.users as users; users.hash_new_password = fail\n"
        "from billfold.apps.cli import main; main()"
    )
    command = [sys.executable, "-c", broken, "admin", "--data", str(tmp_path), "--profile", "production"]
    done = subprocess.run(
        [*command, "users", "set-password", "00801NOBODY", "00601NOBODY"],
        input=f"{PASSWORD}\n", env={**os.environ, "BILLFOLD_MASTER_KEY": KEY}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert "out of order" in done.stderr
    assert PASSWORD not in done.stderr
    assert KEY not in done.stderr


def test_an_unknown_organization_is_a_sentence(admin: Any) -> None:
    for asked, shown in (("00801NOBODY", "00801NOBODY"), (os.fsdecode(b"\xff"), "%FF")):
        with pytest.raises(AdminFailed, match=f"There is no organization with the id {shown}"):
            admin("originator", "get", asked)


def test_a_running_server_is_administered_with_a_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setenv("BILLFOLD_MASTER_KEY", KEY)
    run(["--data", str(tmp_path / "data"), "--profile", "production", "tokens", "create", "--name", "Ada"])
    token = json.loads(capfdbinary.readouterr().out)["token"]
    with running(tmp_path, options=("--profile", "production"), master_key=KEY) as server:
        url = f"http://127.0.0.1:{server.port}"
        with pytest.raises(AdminFailed, match="BILLFOLD_ADMIN_TOKEN is not set"):
            run(["--url", url, "organizations", "list"])
        monkeypatch.setenv("BILLFOLD_ADMIN_TOKEN", "nonsense")
        with pytest.raises(AdminFailed, match="A valid administration token is needed"):
            run(["--url", url, "organizations", "list"])
        monkeypatch.setenv("BILLFOLD_ADMIN_TOKEN", token)
        capfdbinary.readouterr()
        run(["--url", url, *FOUND])
        founded = json.loads(capfdbinary.readouterr().out)
        run(["--url", url, "developer-keys", "create", "--name", "Web shop"])
        key = json.loads(capfdbinary.readouterr().out)["devKey"]
        body = {
            "username": "ada@harbor.example", "password": PASSWORD,
            "organizationId": founded["organizationId"], "devKey": key,
        }  # fmt: skip
        with Client(server) as client:
            assert client.send("POST", "/connect/v3/login", json.dumps(body).encode()).status == 200
            assert client.send("GET", "/sim/clock").status == 404


def test_options_of_every_command_may_stand_after_its_verb(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setenv("BILLFOLD_MASTER_KEY", KEY)
    output = tmp_path / "answer.json"
    run(["--profile", "production", "organizations", "list", "--data", str(tmp_path / "data"), "--output", str(output)])
    assert capfdbinary.readouterr().out == b""
    assert json.loads(output.read_bytes()) == {"results": []}
    with pytest.raises(AdminFailed, match="BILLFOLD_ADMIN_TOKEN is not set"):
        run(["organizations", "list", "--url", "http://127.0.0.1:9"])


def test_a_list_is_asked_for_what_is_to_be_looked_at(admin: Any) -> None:
    organization_id = admin(*FOUND)["organizationId"]
    assert admin("origination-checks", "list", organization_id, "--verdict", "flagged") == {"results": []}
    with pytest.raises(SystemExit):
        admin("origination-checks", "list", organization_id, "--verdict", "fishy")


def test_amounts_are_printed_to_the_cent(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    _show(Answer(200, b'{"balance":1834.50,"name":"Caf\xc3\xa9"}'), None)
    assert capfdbinary.readouterr().out == b'{\n  "balance": 1834.50,\n  "name": "Caf\xc3\xa9"\n}\n'


def test_rates_are_given_as_json(admin: Any) -> None:
    organization_id = admin(*FOUND)["organizationId"]
    rates = ("exchange-rates", "import", organization_id, "--source", "ECB, 2026-01-12", "--rates")
    (rate,) = admin(*rates, '{"EUR": 0.92}')["results"]
    assert (rate["currency"], rate["rate"]) == ("EUR", 0.92)
    with pytest.raises(AdminFailed, match="--rates is not JSON"):
        admin(*rates, "EUR 0.92")


def test_a_file_from_the_bank_is_given_by_its_name(admin: Any, tmp_path: Path) -> None:
    organization_id = admin(*FOUND)["organizationId"]
    path = tmp_path / "from the bank.txt"
    path.write_bytes(returned_file())
    returns = ("bank-files", "create", organization_id, "--content", str(path))
    statement = ("statements", "import", organization_id, "--content", str(path))
    assert admin(*returns)["sha256"] == sha256(returned_file()).hexdigest()
    assert admin(*returns)["duplicate"]
    with pytest.raises(AdminFailed, match=r"neither BAI2 nor camt\.053"):
        admin(*statement)
    path.write_bytes(b64decode(statement_examples.encoded(statement_examples.a_line(-1500))))
    with pytest.raises(AdminFailed, match="account"):
        admin(*statement)
    path.write_bytes(b"\xff" + returned_file())
    with pytest.raises(AdminFailed, match="refused whole"):
        admin(*returns)
    path.unlink()
    for command in (returns, statement):
        with pytest.raises(AdminFailed, match=r"from the bank\.txt cannot be read: No such file"):
            admin(*command)


@pytest.mark.parametrize("page", ["administration.md", "own-bank.md"])
def test_every_command_of_the_documentation_is_one(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8").replace("\\\n", " ")
    commands = re.findall(r'^ +billfold admin ((?:[^"\n]|"[^"]*")+)$', text, re.MULTILINE)
    assert len(commands) > 5
    for command in commands:
        assert command_line().parse_args(shlex.split(command)).operation.face == "admin"


def documented_commands() -> list[str]:
    """The commands of docs/administration.md that set up a production database, in their order."""
    page = (ROOT / "docs" / "administration.md").read_text(encoding="utf-8").replace("\\\n", " ")
    found = re.findall(r'^    billfold admin ((?:[^"\n]|"[^"]*")+)$', page, re.MULTILINE)
    return [command.replace("\n    ", "\n") for command in found]


def test_the_page_of_administration_sets_up_a_company_that_pays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setenv("BILLFOLD_MASTER_KEY", KEY)
    monkeypatch.setenv("BILLFOLD_PROFILE", "production")
    commands = documented_commands()
    ids = {"ORGANIZATION-ID": "", "BANK-ACCOUNT-ID": ""}

    def follow(beginning: str, *more: str) -> Any:
        (command,) = (one for one in commands if one.startswith(beginning))
        for name, value in ids.items():
            command = command.replace(name, value)
        capfdbinary.readouterr()
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
        run([*shlex.split(command), *more])
        return json.loads(capfdbinary.readouterr().out)

    database = ("--data", str(tmp_path / "data"))
    token = follow("tokens create", *database)["token"]
    key = follow("developer-keys create", *database)["devKey"]
    ids["ORGANIZATION-ID"] = follow("organizations create", *database)["organizationId"]
    follow("originator update", *database)
    monkeypatch.setenv("BILLFOLD_ADMIN_TOKEN", token)
    with running(tmp_path, profile="production", master_key=KEY) as server:
        server_url = ("--url", f"http://127.0.0.1:{server.port}")
        client = signed_in_with_an_app(server, ids["ORGANIZATION-ID"], key)
        account = {
            "nameOnAccount": "Harbor Bakery", "bankName": "Harbor Bank", "routingNumber": "322271627",
            "accountNumber": "000123456789", "type": "CHECKING", "ownerType": "BUSINESS",
        }  # fmt: skip
        ids["BANK-ACCOUNT-ID"] = client.send("POST", "/connect/v3/funding-accounts/banks", account).ok(201)["id"]
        assert [one["status"] for one in follow("bank-accounts list", *server_url)["results"]] == ["PENDING"]
        assert follow("bank-accounts confirm", *server_url)["status"] == "VERIFIED"
        assert follow("check-settings update", *server_url)["nextNumber"] == 5001
        assert pay_a_vendor(client, ids["BANK-ACCOUNT-ID"])["singleStatus"] == "SCHEDULED"


def signed_in_with_an_app(server: Server, organization_id: str, key: str) -> Client:
    body = {
        "username": "ada@harbor.example", "password": PASSWORD, "organizationId": organization_id, "devKey": key,
    }  # fmt: skip
    with Client(server) as anybody:
        session = anybody.send("POST", "/connect/v3/login", body).ok()["sessionId"]
    client = Client(server, {"devKey": key, "sessionId": session})
    setup = client.send("POST", "/connect/v3/mfa/setup", {"type": "TOTP"}).ok()
    app = pyotp.parse_uri(setup["otpauthUri"])
    assert isinstance(app, pyotp.TOTP)
    enrolled = {"setupId": setup["setupId"], "type": "TOTP", "token": app.now()}
    client.send("POST", "/connect/v3/mfa/setup/validate", enrolled).ok()
    challenge = client.send("POST", "/connect/v3/mfa/challenge", {"useBackup": False}).ok()
    # A code is taken once, so it is the next one.
    passed = {"challengeId": challenge["challengeId"], "token": app.at(int(time.time()) + 30)}
    client.send("POST", "/connect/v3/mfa/challenge/validate", passed).ok()
    return client


def pay_a_vendor(client: Client, bank_account_id: str) -> Any:
    address = {"line1": "1 Mill Road", "city": "Austin", "stateOrProvince": "TX", "zipOrPostalCode": "78701"}
    vendor = client.send("POST", "/connect/v3/vendors", {"name": "Mill", "address": address | {"country": "US"}}).ok(
        201
    )
    today = time.strftime("%Y-%m-%d", time.gmtime())
    bill = {
        "vendorId": vendor["id"], "dueDate": today, "invoice": {"invoiceNumber": "M-1", "invoiceDate": today},
        "billLineItems": [{"amount": 321.5}],
    }  # fmt: skip
    bill_id = client.send("POST", "/connect/v3/bills", bill).ok(201)["id"]
    payment = {
        "billId": bill_id, "amount": 321.5, "processingOptions": {},
        "fundingAccount": {"type": "BANK_ACCOUNT", "id": bank_account_id},
    }  # fmt: skip
    made = client.send("POST", "/connect/v3/payments", payment).ok(201)
    return client.send("GET", f"/connect/v3/payments/{made['id']}").ok()
