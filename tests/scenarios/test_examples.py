"""The examples run against a server that was started as a user starts it, and do what they say."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress

import pytest

from tests.house.rules import ROOT

BILLFOLD = [sys.executable, "-c", "from billfold.apps.cli import main; main()"]
START_SECONDS = 30


class Running:
    """A server process, its address, and what it printed until it answered."""

    def __init__(self, log):
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self._log = log
        command = [*BILLFOLD, "serve", "--memory", "--port", str(self.port)]
        with log.open("wb") as output:
            self._process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)

    @property
    def printed(self):
        return self._log.read_text(encoding="utf-8")

    def wait(self):
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            assert self._process.poll() is None, f"the server ended:\n{self.printed}"
            with suppress(urllib.error.URLError, ConnectionError), self._healthz() as answer:
                return json.load(answer)
            time.sleep(0.02)
        raise AssertionError(f"no answer within {START_SECONDS} s:\n{self.printed}")

    def _healthz(self):
        return urllib.request.urlopen(f"{self.base}/healthz", timeout=5)

    def stop(self):
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)


def run_example(name, base, *options):
    """The finished process of an example."""
    command = [sys.executable, ROOT / "examples" / name, base, *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    running = Running(tmp_path_factory.mktemp("server") / "output.txt")
    try:
        running.wait()
        yield running
    finally:
        running.stop()


def test_a_user_pays_a_bill_from_signing_in_to_the_trial_balance(server):
    ran = run_example("pay_a_bill.py", server.base)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    for line in (
        "Signed in as demo@billfold.test.",
        "with 2 lines: 200.49 due.",
        "A second full payment is refused: BDC_1159.",
        "one names LP-2041.",
        "The bill is PAID, 0.00 due.",
        "accounts is balanced.",
    ):
        assert line in ran.stdout
    statuses = re.findall(r"^  \S+  ([A-Z_]+)$", ran.stdout, re.MULTILINE)
    assert statuses == ["SCHEDULED", "READY_TO_FUND", "FUNDING_STARTED", "PROCESSED", "SENT", "CLEARED"]


def test_a_user_pays_two_bills_by_one_check_and_keeps_the_page(server, tmp_path):
    ran = run_example("pay_by_check.py", server.base, "--folder", tmp_path)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert re.findall(r"^  (\S+)  ([A-Z_]+)$", ran.stdout, re.MULTILINE) == [
        ("2026-01-12", "SCHEDULED"), ("2026-01-15", "SENT"), ("2026-01-26", "CLEARED"),
    ]  # fmt: skip
    assert "Check 1001 is made out to Old Mill Flour LLC; it is stale on 2026-04-15." in ran.stdout
    assert "accounts is balanced." in ran.stdout
    assert (tmp_path / "checks-20260115-1001.pdf").read_bytes().startswith(b"%PDF-")
    listed = (tmp_path / "positive-pay-20260115-1001.csv").read_text(encoding="latin-1")
    assert "2026-01-15,1001,000123456789,1834.50,Old Mill Flour LLC,ISSUE" in listed


@pytest.mark.parametrize("name", ["pay_a_bill.py", "pay_by_check.py"])
def test_the_example_says_when_nobody_answers(name):
    ran = run_example(name, f"http://127.0.0.1:{free_port()}")
    assert ran.returncode == 1
    assert ran.stderr.startswith("No server answers: ")


def test_the_server_prints_the_demo_credentials(server):
    for name, value in (
        ("user", "demo@billfold.test"),
        ("password", "demo-Password-1"),
        ("organization", "00801BILLFOLDXXdemo1"),
        ("devKey", "01BILLFOLDdemoDEVKEY"),
        ("MFA code", "123456"),
    ):
        assert re.search(rf"^ +{name} +{value}$", server.printed, re.MULTILINE), name


def test_the_curl_line_that_the_server_prints_signs_in(server):
    (line,) = [line for line in server.printed.splitlines() if line.strip().startswith("curl ")]
    words = shlex.split(line)
    if shutil.which("curl"):
        answer = subprocess.run(words, capture_output=True, timeout=30, check=True).stdout
    else:
        answer = as_request(words)
    session = json.loads(answer)
    assert session["organizationId"] == "00801BILLFOLDXXdemo1"
    assert len(session["sessionId"]) > 30


def as_request(words):
    """What curl would have sent, where there is no curl."""
    (url,) = [word for word in words if word.startswith("http")]
    name, _, value = words[words.index("-H") + 1].partition(": ")
    request = urllib.request.Request(url, data=words[words.index("-d") + 1].encode(), headers={name: value})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read()
