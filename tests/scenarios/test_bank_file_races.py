"""Many hand in the same file from the bank at the same moment: it is taken once."""

from __future__ import annotations

from base64 import b64encode

import pytest

from tests.scenarios.process import Client, at_once, found
from tests.wire import statement_examples
from tests.wire.examples import returned_file

CLIENTS = 16

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


def handed_in(operator, noun, content):
    """The answers to as many uploads of it as there are clients, and where else to ask the administration face."""
    server, headers = operator
    base = f"/admin/v1/organizations/{found(server).id}"
    body = {"fileName": "from the bank", "content": content}
    clients = [Client(server, headers) for _ in range(CLIENTS)]
    for client in clients:
        client.connect()
    answers = at_once(CLIENTS, lambda number: clients[number].send("POST", f"{base}/{noun}", body).ok(201))
    return answers, lambda path: clients[0].send("GET", f"{base}/{path}").ok()["results"]


def test_a_file_of_returns_is_taken_once(operator):
    answers, listed = handed_in(operator, "bank-files", b64encode(returned_file()).decode())
    assert sorted(answer["duplicate"] for answer in answers) == [False] + [True] * (CLIENTS - 1)
    assert len({answer["id"] for answer in answers}) == len(listed("bank-files")) == 1
    assert len(listed("bank-file-exceptions")) == 1


def test_a_statement_is_taken_once(operator):
    answers, listed = handed_in(operator, "statements", statement_examples.encoded(statement_examples.a_line(-22950)))
    assert sorted(answer["again"] for answer in answers) == [False] + [True] * (CLIENTS - 1)
    assert len(listed("statements")) == 1
    assert len(listed("statement-lines")) == 1
