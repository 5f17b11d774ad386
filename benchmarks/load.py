"""A load client that costs little: keep-alive HTTP/1.1 on raw sockets, closed loops, bounded in time and count."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any

MAX_REQUESTS = 20_000  # a round


class _Connection(asyncio.Protocol):
    """Sends one request after the other until the round is over."""

    def __init__(self, round_: Round) -> None:
        self._round = round_
        self._received = b""
        self._began = 0.0

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        self._received += data
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self._received[: end + 2].lower()
        at = head.index(b"content-length:") + len(b"content-length:")
        if len(self._received) < end + 4 + int(head[at : head.index(b"\r\n", at)]):
            return
        self._round.seconds.append(time.perf_counter() - self._began)
        if head[9:10] != b"2":
            self._round.fail(self._received.decode(errors="replace")[:600])
        self._received = b""
        self._send()

    def connection_lost(self, _: Exception | None) -> None:
        self._round.leave()

    def _send(self) -> None:
        self._began = time.perf_counter()
        if self._round.over(self._began):
            self._transport.abort()
        else:
            self._transport.write(next(self._round.requests))


class Round:
    """One round against one server: it is over when every client has its last answer."""

    def __init__(self, port: int, requests: Iterator[bytes], clients: int, length_seconds: float) -> None:
        self.requests = requests
        self.seconds: list[float] = []
        self._port, self._clients, self._length_seconds = port, clients, length_seconds
        self._ends_at = 0.0
        self._problem = ""
        self._done = asyncio.Event()

    async def run(self) -> tuple[list[float], float]:
        """The seconds that each request took, and those that all took together."""
        loop = asyncio.get_running_loop()
        began = time.perf_counter()
        self._ends_at = began + self._length_seconds
        for _ in range(self._clients):
            await loop.create_connection(lambda: _Connection(self), "127.0.0.1", self._port)
        await asyncio.wait_for(self._done.wait(), self._length_seconds + 20)
        assert not self._problem, self._problem
        assert self.seconds, "the server hung up"
        return self.seconds, time.perf_counter() - began

    def over(self, now: float) -> bool:
        """Whether no further request is to be sent."""
        return now >= self._ends_at or len(self.seconds) >= MAX_REQUESTS or bool(self._problem)

    def fail(self, problem: str) -> None:
        """An answer was not a success: figures of this round would mean nothing."""
        self._problem = problem

    def leave(self) -> None:
        """A client is done."""
        self._clients -= 1
        if self._clients == 0:
            self._done.set()
