"""A company's week with its own bank, as examples/own_bank.py tells it, on a production server and real time.

A production database has no clock that could be moved. What moves here is the machine's clock, as server and example
see it: each visit is a server of its own, started on the day of the visit.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from datetime import datetime

import pytest

from tests.house.rules import ROOT
from tests.scenarios import process
from tests.scenarios.process import PATIENCE, environment, run, running

KEY = "ab" * 32
#: No holiday is near, later than any day on which this runs, and before two digits of a year are those of 1969.
MONDAY, TUESDAY, FRIDAY, SATURDAY = (
    datetime.fromisoformat(moment)
    for moment in (
        "2060-03-01T10:00:00-08:00", "2060-03-02T19:00:00-08:00", "2060-03-05T09:00:00-08:00",
        "2060-03-06T09:00:00-08:00",
    )
)  # fmt: skip


def moved_to(moment):
    """Python that sets the clock of its process, and lets it go on."""
    ahead = int(moment.timestamp() * 1e9) - time.time_ns()
    return f"import time; ns = time.time_ns; time.time_ns = lambda: ns() + {ahead}; time.time = lambda: time.time_ns() / 1e9"


class Week:
    """The company's week: visits to a server that runs on the day of the visit."""

    def __init__(self, folder, monkeypatch, database=""):
        self.folder, self._monkeypatch, self._database = folder, monkeypatch, database
        self._options = {"profile": "production", "master_key": KEY}
        place = ["--db", database] if database else ["--data", str(folder / "data")]
        made = run("admin", *place, "tokens", "create", "--name", "Own bank", **self._options)
        self._token = json.loads(made.stdout)["token"]

    def visit(self, moment, *arguments):
        """What the example printed on that day."""
        clock = moved_to(moment)
        command = [sys.executable, "-c", f"{clock}; from billfold.apps.cli import main; main()"]
        self._monkeypatch.setattr(process, "COMMAND", command)
        with running(self.folder, database=self._database, **self._options) as server:
            told = f"{clock}; import runpy; runpy.run_path(sys.argv[0], run_name='__main__')"
            script = f"import sys; sys.argv = sys.argv[1:]; {told}"
            where = ["--base", f"http://127.0.0.1:{server.port}", "--memory", "own-bank.json", "--folder", "bank"]
            return self._finished(
                [sys.executable, "-c", script, ROOT / "examples" / "own_bank.py", *where, *arguments], server.printed
            )

    def bank(self):
        return self._finished([sys.executable, ROOT / "examples" / "the_bank.py", "bank"])

    def _finished(self, command, log=""):
        ran = subprocess.run(
            command, cwd=self.folder, env=environment(admin_token=self._token), capture_output=True, text=True,
            timeout=2 * PATIENCE, check=False,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stdout + ran.stderr + log
        return ran.stdout


@pytest.fixture(params=("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)))
def week(request, tmp_path, monkeypatch):
    if request.param == "sqlite":
        yield Week(tmp_path, monkeypatch)
        return
    postgres = request.getfixturevalue("postgres")
    yield Week(tmp_path, monkeypatch, postgres.create_database("own_bank"))
    postgres.drop_database("own_bank")


@pytest.mark.slow
def test_a_company_runs_its_payables_on_its_own_bank_and_every_cent_is_reconciled(week):
    begun = week.visit(MONDAY, "begin")
    assert "Bo approved 3 bills." in begun
    assert re.findall(r"^ +(\S+) by (\w+) on (\S+)$", begun, re.MULTILINE) == [
        ("200.49", "ACH", "2060-03-03"), ("1310.00", "ACH", "2060-03-03"), ("1834.50", "CHECK", "2060-03-02"),
    ]  # fmt: skip
    kept = week.visit(TUESDAY, "files")
    assert re.findall(r"\((\w+)\)", kept) == ["nacha", "positive_pay", "check"]
    assert "2 entries left" in kept
    assert "sends back 200.49" in week.bank()
    returned = week.visit(FRIDAY, "returns", "bank/returns.txt")
    assert "2 of 2 entries applied" in returned
    assert "Accepted C01" in returned
    assert "Asked to void 200.49 to Larkspur Printing" in returned
    told = week.visit(SATURDAY, "statement", "bank/statement.bai")
    assert "2 statements, 4 of 4 lines known: 100.00 %." in told
    assert "The bank has 46,840.50, and every cent of it is in the books." in told
    assert re.findall(r"^ +\S+  (\w+).* ([A-Z_]+)$", told, re.MULTILINE) == [
        ("Larkspur", "VOIDED"), ("Copper", "CLEARED"), ("Old", "CLEARED"),
    ]  # fmt: skip
    assert "accounts is balanced." in told
