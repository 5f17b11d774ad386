"""`billfold admin` as a company uses it: on a new database, and against a running server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from billfold.apps.admin import AdminFailed, run
from tests.scenarios.process import Client, running

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
