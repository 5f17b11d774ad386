"""What the ASGI application does with what comes over the network, before any face sees it."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any

from billfold.apps.bodies import Room
from billfold.apps.metrics import Metrics
from billfold.apps.server import Server
from billfold.kit.settings import Settings
from billfold.wire.catalog import Call
from tests.wire.api import Api, Company


def _sent(
    company: Company, path: str, messages: list[dict[str, Any]], method: str = "POST", after: str = ""
) -> list[MutableMapping[str, Any]]:
    """What the server sends back when these messages come in, the body in pieces."""
    waiting, answered = list(messages), []
    headers = company.headers | ({"transfer-encoding": "chunked"} if method == "POST" else {})

    async def receive() -> MutableMapping[str, Any]:
        return waiting.pop(0)

    async def send(message: MutableMapping[str, Any]) -> None:
        answered.append(message)

    scope = {
        "type": "http", "method": method, "path": f"/connect/v3/{path}", "query_string": b"", "scheme": "http",
        "headers": [(name.encode(), (value + after).encode()) for name, value in headers.items()],
        "client": None,
    }  # fmt: skip
    company.api.loop.run_until_complete(Server(company.api.installed)(scope, receive, send))
    return answered


def test_a_request_that_was_cut_off_is_not_carried_out(embedded: Api) -> None:
    company = embedded.company()
    bill = company.bill()
    path = f"bills/{bill['id']}/archive"
    cut_off = [{"type": "http.request", "body": b"", "more_body": True}, {"type": "http.disconnect"}]
    assert _sent(company, path, cut_off) == []
    assert company.v3("GET", f"bills/{bill['id']}").ok()["archived"] is False
    whole = [{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.request", "body": b"}"}]
    assert _sent(company, path, whole)[0]["status"] == 200
    assert company.v3("GET", f"bills/{bill['id']}").ok()["archived"] is True


def test_head_is_answered_as_get_is(embedded: Api) -> None:
    """The HTTP server leaves the body of such an answer out."""
    company = embedded.company()
    empty = [{"type": "http.request", "body": b""}]
    asked = {method: _sent(company, "vendors", empty, method) for method in ("GET", "HEAD")}
    assert asked["HEAD"] == asked["GET"]
    assert asked["HEAD"][0]["status"] == 200
    assert _sent(company, "login", empty, "HEAD")[0]["status"] == 405


def test_blanks_after_a_headers_value_do_not_belong_to_it(embedded: Api) -> None:
    company = embedded.company()
    answered = _sent(company, "vendors", [{"type": "http.request", "body": b""}], "GET", after=" \t")
    assert answered[0]["status"] == 200


def test_a_body_that_never_comes_is_answered_and_its_caller_may_go(embedded: Api) -> None:
    server, answered = Server(embedded.installed), []
    server._room = Room(patience=0.0)

    async def receive() -> MutableMapping[str, Any]:
        return await asyncio.Future()

    async def send(message: MutableMapping[str, Any]) -> None:
        answered.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/connect/v3/login", "query_string": b"", "scheme": "http",
        "headers": [(b"content-length", b"2")],
    }  # fmt: skip
    embedded.loop.run_until_complete(server(scope, receive, send))
    assert [answered[0]["status"], answered[1]["body"]] == [408, b""]


def test_an_answer_without_content_has_no_content_length(embedded: Api) -> None:
    company = embedded.company()
    path = f"vendors/{company.vendor()['id']}/bank-account"
    started, _ = _sent(company, path, [{"type": "http.request", "body": b""}], "DELETE")
    assert (started["status"], started["headers"]) == (204, [])


def test_the_metrics_count_answers_by_operation_and_status_and_how_long_they_took(embedded: Api) -> None:
    metrics = Metrics(embedded.installed.pipeline.catalogue)
    login = next(row for row in embedded.installed.pipeline.catalogue.operations if row.name == "v3.login")
    for status, seconds in ((200, 0.001), (200, 0.3), (401, 7.0)):
        metrics.observe(login, status, seconds)
    metrics.observe(None, 404, 0.0)
    text, content_type = metrics.render()
    assert content_type.startswith("text/plain")
    assert set(text.decode().splitlines()) >= {
        'billfold_requests_total{operation="v3.login",status="200"} 2.0',
        'billfold_requests_total{operation="v3.login",status="401"} 1.0',
        'billfold_requests_total{operation="unknown",status="404"} 1.0',
        'billfold_request_seconds_bucket{le="0.001",operation="v3.login"} 1.0',
        'billfold_request_seconds_bucket{le="0.25",operation="v3.login"} 1.0',
        'billfold_request_seconds_bucket{le="0.5",operation="v3.login"} 2.0',
        'billfold_request_seconds_bucket{le="+Inf",operation="v3.login"} 3.0',
        'billfold_request_seconds_count{operation="v3.login"} 3.0',
        'billfold_request_seconds_sum{operation="v3.login"} 7.301',
        'billfold_request_seconds_bucket{le="+Inf",operation="unknown"} 1.0',
    }


def test_a_call_the_settings_and_the_house_print_no_secret(embedded: Api) -> None:
    call = Call("POST", "/x", {"authorization": "Bearer canary"}, {"sessionId": "canary"}, b"password=canary")
    assert repr(call) == "Call(POST /x)"
    settings = Settings(master_key="canary", admin_token="canary", database="postgresql://u:canary@h/d", seed="canary")
    assert "canary" not in repr(settings)
    house = embedded.installed.house
    assert repr(house.seed) not in repr(house)
