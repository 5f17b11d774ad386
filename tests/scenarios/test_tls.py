"""A client whose https addresses cannot be changed, sent here by its hosts file."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import stat
from contextlib import closing
from pathlib import Path

import pytest

from billfold.apps.tls import BILL_HOSTS, prepare_tls
from tests.scenarios.process import Server

DEMO = {
    "username": "demo@billfold.test",
    "password": "demo-Password-1",
    "organizationId": "00801BILLFOLDXXdemo1",
    "devKey": "01BILLFOLDdemoDEVKEY",
}


class HostsFile(http.client.HTTPSConnection):
    """A connection to a host of BILL's that the hosts file sends to this machine."""

    def connect(self) -> None:
        self.sock = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        self.sock = self._context.wrap_socket(self.sock, server_hostname=self.host)


class TlsServer(Server):
    """A server that speaks https, so whether it answers is asked in https too."""

    def _answers(self) -> bool:
        authority = self.data / "tls" / "ca.pem"
        return self.wait_until(lambda: authority.exists() and self.ask("localhost", "GET", "/healthz")[0] == 200)

    def ask(self, host: str, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        trusted = ssl.create_default_context(cafile=str(self.data / "tls" / "ca.pem"))
        with closing(HostsFile(host, self.port, context=trusted)) as connection:
            connection.request(method, path, body)
            reply = connection.getresponse()
            return reply.status, reply.read()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory):
    made = TlsServer(tmp_path_factory.mktemp("tls"), options=("--tls",))
    try:
        made.start()
        yield made
    finally:
        made.kill()


@pytest.mark.parametrize("host", BILL_HOSTS)
def test_a_client_that_trusts_the_authority_reaches_us_under_every_host_of_bill(server: TlsServer, host: str) -> None:
    assert server.ask(host, "GET", "/connect/v3/health")[0] == 200


def test_a_client_that_does_not_trust_the_authority_is_not_fooled(server: TlsServer) -> None:
    connection = HostsFile(BILL_HOSTS[0], server.port, context=ssl.create_default_context())
    with closing(connection), pytest.raises(ssl.SSLCertVerificationError):
        connection.request("GET", "/healthz")


def test_later_calls_of_v2_are_sent_to_the_https_address_that_the_client_knows(server: TlsServer) -> None:
    form = "&".join(
        f"{name}={value}"
        for name, value in {
            "userName": DEMO["username"],
            "password": DEMO["password"],
            "orgId": DEMO["organizationId"],
            "devKey": DEMO["devKey"],
        }.items()
    )
    _, reply = server.ask("api.bill.com", "POST", "/api/v2/Login.json", form.encode())
    end_point = json.loads(reply)["response_data"]["apiEndPoint"]
    assert end_point == f"https://api.bill.com:{server.port}/api/v2"


def test_the_greeting_says_whom_to_trust_and_what_to_write_into_the_hosts_file(server: TlsServer) -> None:
    assert "ca.pem" in server.printed
    assert " ".join(BILL_HOSTS) in server.printed


def test_keys_are_the_owners_alone_and_certificates_are_kept(tmp_path: Path) -> None:
    first = prepare_tls(tmp_path)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert prepare_tls(tmp_path) == first
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before
    for name in ("ca.key", "server.key"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
