"""What strangers send beside bodies: never more of it than a request has, and none for ever."""

from __future__ import annotations

import asyncio
import itertools
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn

from billfold.apps import http
from billfold.apps.http import MAX_HEAD_BYTES, MAX_SURPLUS_BYTES, MAX_WAITING, BoundedHttp

HEAD = b"GET / HTTP/1.1\r\nHost: x\r\n"
CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
SECONDS = 10.0
Message = MutableMapping[str, Any]


async def counts(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[..., Awaitable[None]]
) -> None:
    """An application that says how long the body was; one that is refused it answers before it has come."""
    size, more = 0, scope["path"] != "/refuse"
    while more:
        message = await receive()
        size, more = size + len(message.get("body", b"")), message.get("more_body", False)
    if scope["path"] == "/slow":
        await asyncio.sleep(0.3)
    said = str(size).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(said))]})
    await send({"type": "http.response.body", "body": said})


@contextmanager
def listening() -> Iterator[int]:
    """The port of a server that speaks HTTP with bounds."""
    config = uvicorn.Config(counts, http=BoundedHttp, loop="uvloop", lifespan="off", log_level="critical")
    server = uvicorn.Server(config)
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        bound.listen()
        thread = threading.Thread(target=lambda: server.run(sockets=[bound]))
        thread.start()
        try:
            yield bound.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with listening() as found:
        yield found


def answer_to(port: int, sent: bytes, *, then: bytes = b"", times: int = 0) -> tuple[bytes, int]:
    """What comes back until the connection ends, and how often `then` was taken."""
    taken = 0
    with socket.create_connection(("127.0.0.1", port), SECONDS) as connection:
        try:
            connection.sendall(sent)
            while taken < times:
                connection.sendall(then)
                taken += 1
        except OSError:
            pass
        answer = b""
        try:
            while some := connection.recv(65536):
                answer += some
        except ConnectionResetError:
            pass
    return answer, taken


def next_answer(connection: socket.socket) -> bytes:
    """What comes back to one request, to the end of its body."""
    answer = b""
    while not answer.partition(b"\r\n\r\n")[2]:
        some = connection.recv(65536)
        assert some, answer
        answer += some
    return answer


#: What is sent once, and then for ever.
ENDLESS = {
    "header": (HEAD + b"X: ", b"x" * 65536),
    "headers": (HEAD, b"X: y\r\n" * 10_000),
    "address": (b"GET /", b"x" * 65536),
    "trailers": (CHUNKED + b"0\r\n", b"X: y\r\n" * 10_000),
    "trailer": (CHUNKED + b"0\r\nX: ", b"x" * 65536),
    "chunk extension": (CHUNKED + b"1;", b"x" * 65536),
}


@pytest.mark.parametrize("what", ENDLESS)
def test_who_sends_an_endless_header_is_cut_off(port: int, what: str) -> None:
    sent, then = ENDLESS[what]
    answer, taken = answer_to(port, sent, then=then, times=1000)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 400 ")
    assert taken < 1000


def test_a_long_head_and_a_longer_body_are_read(port: int) -> None:
    body = b"x" * (4 * MAX_HEAD_BYTES)
    cookie = b"c" * (MAX_HEAD_BYTES - 1000)
    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: %b\r\nContent-Length: %d\r\n\r\n"
    answer, _ = answer_to(port, head % (cookie, len(body)) + body)
    assert answer.endswith(b"\r\n\r\n%d" % len(body))


def test_requests_that_wait_for_their_turn_are_answered_up_to_a_hundred(port: int) -> None:
    last = HEAD + b"Connection: close\r\n\r\n"
    answer, _ = answer_to(port, (HEAD + b"\r\n") * 20 + last)
    assert answer.count(b"HTTP/1.1 200 OK") == 21
    answer, taken = answer_to(
        port, b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n", then=(HEAD + b"\r\n") * 20 * MAX_WAITING, times=1000
    )
    assert b"HTTP/1.1 400 " in answer
    assert taken < 1000


def test_a_body_that_goes_on_after_it_was_refused_is_read_past_only_so_far(port: int) -> None:
    sent = b"POST /refuse HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000000\r\n\r\n"
    megabyte = b"x" * (1 << 20)
    answer, taken = answer_to(port, sent, then=megabyte, times=1000)
    assert answer.startswith(b"HTTP/1.1 200 ") or answer == b""
    assert taken < 2 * (MAX_SURPLUS_BYTES >> 20)


@pytest.mark.parametrize("sent", [b"", b"GET / HT", HEAD + b"X: y"])
def test_who_does_not_say_what_they_want_is_not_waited_for(monkeypatch: pytest.MonkeyPatch, sent: bytes) -> None:
    monkeypatch.setattr(http.BoundedHttp, "patience", 0.1)
    with listening() as port:
        assert answer_to(port, sent)[0] == b""


def test_an_answer_may_take_longer_than_a_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http.BoundedHttp, "patience", 0.1)
    with listening() as port:
        answer, _ = answer_to(port, b"GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert answer.endswith(b"\r\n\r\n0")


def test_who_says_nothing_but_blank_lines_after_an_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http.BoundedHttp, "patience", 0.1)
    with listening() as port, socket.create_connection(("127.0.0.1", port), SECONDS) as connection:
        connection.sendall(HEAD + b"\r\n")
        assert next_answer(connection).startswith(b"HTTP/1.1 200 ")
        connection.sendall(b"\r\n")
        assert connection.recv(65536) == b""


def test_who_begins_another_request_while_waiting_gets_the_answer_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http.BoundedHttp, "patience", 0.1)
    with listening() as port:
        answer, _ = answer_to(port, b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\nGET / HT")
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.endswith(b"\r\n\r\n0")


OFFER = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQBAAAAAAIAAAAA\r\n"


@pytest.mark.parametrize("cuts", [(), (-7,), (-7, -3), (20, -7), (60,)], ids=str)
def test_a_body_is_read_though_its_client_offers_another_version_of_http(port: int, cuts: tuple[int, ...]) -> None:
    request = b"POST / HTTP/1.1\r\nHost: x\r\n" + OFFER + b"Content-Length: 7\r\n\r\nupgrade"
    places = [place % len(request) for place in cuts]
    with socket.create_connection(("127.0.0.1", port), SECONDS) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for begin, end in itertools.pairwise([0, *places, len(request)]):
            connection.sendall(request[begin:end])
            time.sleep(0.02)
        assert next_answer(connection).endswith(b"\r\n\r\n7")
        connection.sendall(request)
        assert next_answer(connection).endswith(b"\r\n\r\n7")
        connection.sendall(HEAD + OFFER + b"\r\n")
        assert next_answer(connection).endswith(b"\r\n\r\n0")
