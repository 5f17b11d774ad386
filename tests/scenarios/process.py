"""A real Billfold server in a process of its own: started, killed, started again on the same data, and spoken to.

with running(tmp_path) as server:
    company = found(server)
    company.bill(company.vendor(), "100.00")
    server.kill()
    server.start()
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

from tests.house.rules import ROOT

COMMAND = [sys.executable, "-c", "from billfold.apps.cli import main; main()"]
#: How long we wait for anything before the test fails.
PATIENCE = 30
#: A Tuesday morning in Los Angeles, with no holiday near.
MOMENT = "2026-03-03T17:00:00+00:00"


def effort(count: int) -> int:
    """How often to do something: `count` times, or so many times more as BILLFOLD_EFFORT says."""
    return max(1, round(count * float(os.environ.get("BILLFOLD_EFFORT") or "1")))


def at_once(count: int, work: Callable[[int], Any]) -> list[Any]:
    """The answers to `work(number)`, called by so many threads that all wait for each other first."""
    barrier = threading.Barrier(count)

    def one(number: int) -> Any:
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(one, range(count)))


# The process


class Server:
    """A server process. Its output goes to a file, all runs one after the other."""

    def __init__(self, folder: Path, *, database: str = "", options: tuple[str, ...] = (), **environment: str) -> None:
        self.data = folder / "data"
        self.port = 0
        self.log = folder / "server.log"
        self._database = database
        self._options = options
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self.clients: list[Client] = []

    @property
    def printed(self) -> str:
        """All that was ever written to standard output and standard error."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def start(self) -> None:
        """Start, and wait until it answers."""
        assert self._process is None, "it runs already"
        for client in self.clients:
            client.close()
        for _ in range(5):
            self.port = free_port()
            already_said = self.log.stat().st_size if self.log.exists() else 0
            with self.log.open("ab") as output:
                self._process = subprocess.Popen(
                    [*COMMAND, *self.arguments()],
                    cwd=ROOT,
                    env=environment(**self._environment),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                )
            if self._answers():
                return
            self.kill()
            said = self.log.read_bytes()[already_said:].decode(errors="replace")
            # Somebody else may have taken the port since we found it free.
            assert "address already in use" in said, f"the server did not start:\n{said}"
        raise AssertionError("no port stays free")

    def arguments(self) -> list[str]:
        """The command line after `billfold`."""
        database = ["--db", self._database] if self._database else []
        return ["serve", "--port", str(self.port), "--data", str(self.data), *database, *self._options]

    def kill(self) -> None:
        """End it without a word of warning, as a power cut does to a process. Once it has ended this is no error."""
        self._end(signal.SIGKILL)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end; its exit code."""
        return self._end(how)

    def _end(self, how: signal.Signals) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        process.send_signal(how)
        try:
            return process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(PATIENCE)
            raise

    def _answers(self) -> bool:
        def asked() -> bool:
            with Client(self) as client:
                return client.send("GET", "/healthz").status == 200

        return self.wait_until(asked)

    def wait_until(self, holds: Callable[[], bool]) -> bool:
        """Ask until it holds, while the process lives and our patience lasts."""
        assert self._process is not None
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self._process.poll() is None:
            try:
                if holds():
                    return True
            except (Gone, OSError):
                pass
            time.sleep(0.01)
        return False


@contextmanager
def running(folder: Path, **how: Any):
    """A started server, killed at the end whatever happens."""
    server = Server(folder, **how)
    try:
        server.start()
        yield server
    finally:
        for client in server.clients:
            client.close()
        server.kill()


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A `billfold` command that is expected to end by itself."""
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=ROOT,
        env=environment(**variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def environment(**variables: str) -> dict[str, str]:
    """The environment of a server: ours without what it holds for Billfold, and these variables."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("BILLFOLD_")}
    return ours | {f"BILLFOLD_{name.upper()}": value for name, value in variables.items()}


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait_until(what: str, holds: Any) -> Any:
    """Ask until the answer is true, but not for ever; that answer."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if answer := holds():
            return answer
        time.sleep(0.02)
    raise AssertionError(f"waited {PATIENCE} s in vain: {what}")


# Speaking to it


class Gone(Exception):
    """The server did not answer: nobody knows whether it did what was asked."""


@dataclass(frozen=True)
class Reply:
    """An answer."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...]

    @property
    def json(self) -> Any:
        return json.loads(self.body, parse_float=Decimal) if self.body else None

    def ok(self, status: int = 200) -> Any:
        """The JSON of an answer that must have this status."""
        assert self.status == status, f"{self.status}: {self.body[:500]!r}"
        return self.json

    @property
    def codes(self) -> list[str]:
        """The codes of a v3 refusal."""
        return [error["code"] for error in self.json]


class Client:
    """One connection to a server, opened when needed, and again after the server was started again.

    It closes with the server, or before.
    """

    def __init__(self, server: Server, headers: dict[str, str] | None = None, seen: list[Reply] | None = None) -> None:
        self._server = server
        self._headers = headers or {}
        self._seen = seen
        self._connection: http.client.HTTPConnection | None = None
        server.clients.append(self)

    def connect(self) -> None:
        """Open the connection now, so that the next call goes out at once."""
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self._server.port, timeout=PATIENCE)
            self._connection.connect()

    def send(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Reply:
        """Send JSON, or bytes as they are. Raises `Gone`."""
        content = body if isinstance(body, bytes) or body is None else json.dumps(body, default=float).encode()
        try:
            self.connect()
            assert self._connection is not None
            self._connection.request(method, path, content, self._headers | (headers or {}))
            answer = self._connection.getresponse()
            reply = Reply(answer.status, answer.read(), tuple(answer.getheaders()))
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Gone(str(error)) from error
        if self._seen is not None:
            self._seen.append(reply)
        return reply

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass
class Company:
    """An organization with an open, trusted session."""

    server: Server
    made: dict[str, Any]
    seen: list[Reply] | None = None
    client: Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.new_client()

    @property
    def id(self) -> str:
        return self.made["organizationId"]

    def new_client(self) -> Client:
        """Another connection with the same session."""
        return Client(self.server, {"devKey": self.made["devKey"], "sessionId": self.made["sessionId"]}, self.seen)

    def v3(self, method: str, path: str, body: Any = None, *, key: str = "", client: Client | None = None) -> Reply:
        """A signed-in v3 call, under an idempotency key if there is one."""
        headers = {"Idempotency-Key": key} if key else {}
        return (client or self.client).send(method, f"/connect/v3/{path}", body, headers)

    def sim(self, method: str, path: str, body: Any = None) -> Reply:
        """A call of the sandbox's face about this organization."""
        return self.client.send(method, f"/sim/{path}", body)

    def vendor(self, account: str = "000987654321") -> dict[str, Any]:
        return self.v3("POST", "vendors", vendor_body(account)).ok(201)

    def bill(self, vendor: dict[str, Any], amount: str = "229.50") -> dict[str, Any]:
        return self.v3("POST", "bills", bill_body(vendor, amount)).ok(201)

    def payment_body(self, bill: dict[str, Any], **more: Any) -> dict[str, Any]:
        """A payment of all that the bill owes."""
        return {
            "billId": bill["id"],
            "fundingAccount": {"type": "BANK_ACCOUNT", "id": self.made["bankAccountId"]},
            "amount": bill["dueAmount"],
            "processingOptions": {},
        } | more

    def all(self, noun: str) -> list[dict[str, Any]]:
        """Every record of a v3 list, page by page."""
        found = []
        page = ""
        while True:
            answer = self.v3("GET", f"{noun}?max=100{page}").ok()
            found += answer["results"]
            if "nextPage" not in answer:
                return found
            page = f"&page={answer['nextPage']}"

    def files(self) -> dict[str, bytes]:
        """The bank files that were built (the newest two hundred), by id."""
        listed = self.sim("GET", "files").ok()["results"]
        return {file["id"]: self.sim("GET", f"files/{file['id']}").body for file in listed if file["kind"] == "nacha"}

    def problems(self) -> list[str]:
        """What is wrong with the ledger."""
        balance = self.sim("GET", "ledger/trial-balance").ok()
        assert balance["balanced"] is (not balance["problems"])
        return balance["problems"]


def found(server: Server, *, seen: list[Reply] | None = None, **options: Any) -> Company:
    """A fresh organization with a frozen clock of its own, ready to pay."""
    with Client(server, seen=seen) as client:
        made = client.send("POST", "/sim/organizations", {"frozenAt": MOMENT} | options).ok(201)
    return Company(server, made, seen)


def vendor_body(account: str) -> dict[str, Any]:
    return {
        "name": "Blue Kite Paper",
        "address": {
            "line1": "9 Pine Rd",
            "city": "Reno",
            "stateOrProvince": "NV",
            "zipOrPostalCode": "89501",
            "country": "US",
        },
        "paymentInformation": {"payeeName": "Blue Kite Paper", "bankAccount": bank_account_body(account)},
    }


def bank_account_body(account: str, routing: str = "322271627") -> dict[str, Any]:
    return {"nameOnAccount": "Blue Kite Paper", "accountNumber": account, "routingNumber": routing}


def bill_body(vendor: dict[str, Any], amount: str) -> dict[str, Any]:
    return {
        "vendorId": vendor["id"],
        "dueDate": "2026-04-10",
        "invoice": {"invoiceNumber": "BK-1044", "invoiceDate": "2026-03-01"},
        "billLineItems": [{"amount": Decimal(amount), "description": "Paper"}],
    }
