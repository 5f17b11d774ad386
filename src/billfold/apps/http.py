"""HTTP with bounds: what strangers send beside bodies takes no more memory, and no more time, than a request needs.

uvicorn keeps whatever comes of a head, of trailers and of requests that wait for their turn, and waits for the rest for
ever. Bodies have bounds of their own (`apps/bodies.py`).
"""

from __future__ import annotations

import asyncio
import re
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

#: A request's line, headers and trailers together, in bytes; what a client really sends is a few hundred.
MAX_HEAD_BYTES: Final = 64 * 1024
#: Of one connection, so many requests wait until those before them are answered.
MAX_WAITING: Final = 100
#: What comes of a body after it was answered for is read past: who reads the answer only then gets it.
MAX_SURPLUS_BYTES: Final = 64 * 1024 * 1024
#: How long a head, or the rest of a body that was answered for, may take to come in, in seconds.
PATIENCE: Final = 60.0
#: How long a connection stays open for the next request, in seconds: longer than clients and proxies commonly keep
#: theirs, so that none sends a request into one that is just being closed.
KEEP_ALIVE: Final = 75
#: Java's client offers HTTP/2 with its first request (`Upgrade: h2c`), and sends the body in HTTP/1.1 all the same.
_OFFER: Final = re.compile(rb"\r\nupgrade:[^\r\n]*", re.IGNORECASE)


class TooMuch(Exception):
    """The caller sends more than a request has. The parser turns it into its own refusal, status 400."""


class BoundedHttp(HttpToolsProtocol):
    """One connection."""

    #: Tests wait for less.
    patience = PATIENCE

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody is there, and has to say what they want."""
        super().connection_made(transport)
        self._head_bytes = 0
        self._unparsed_bytes = 0
        self._surplus_bytes = 0
        self._in_head = self._in_message = False
        self._deadline: asyncio.TimerHandle | None = None
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is there any more."""
        self._waited()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what came; the parser itself keeps a header until its end has come."""
        if b"pgrade" in data and (self._in_head or not self._in_message):
            data = _without_offer(data)
        self._unparsed_bytes += len(data)
        super().data_received(data)
        # A blank line after a request belongs to no request either.
        if self._in_head or self._is_idle():
            self._wait()
        if self._unparsed_bytes > MAX_HEAD_BYTES and self._in_message and not self.transport.is_closing():
            self.send_400_response("A line of the request is too long.")

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._head_bytes = self._unparsed_bytes = self._surplus_bytes = 0
        self._in_head = self._in_message = True

    def on_url(self, url: bytes) -> None:
        """Some of the request's line."""
        self._take_head(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header, or a trailer after a body in chunks."""
        self._take_head(len(name) + len(value))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The request can be answered, or waits for its turn."""
        self._in_head = False
        self._waited()
        if len(self.pipeline) >= MAX_WAITING:
            raise TooMuch
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Some of the body."""
        self._unparsed_bytes = 0
        if self.cycle.response_complete:
            self._surplus_bytes += len(body)
            if self._surplus_bytes > MAX_SURPLUS_BYTES:
                raise TooMuch
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is over."""
        self._in_message = False
        self._unparsed_bytes = 0
        self._waited()
        super().on_message_complete()

    def _take_head(self, size: int) -> None:
        self._unparsed_bytes = 0
        self._head_bytes += size
        if self._head_bytes > MAX_HEAD_BYTES:
            raise TooMuch

    def _is_idle(self) -> bool:
        """Whether nothing that came is still to be answered."""
        # Before the first request there is no cycle.
        return bool(getattr(self.cycle, "response_complete", True))

    def _wait(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(self.patience, self._give_up)

    def _give_up(self) -> None:
        """Who waits for an answer of ours may be as late with the next request."""
        self._deadline = None
        if self._is_idle():
            self.timeout_keep_alive_handler()
        else:
            self._wait()

    def _waited(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


def _without_offer(data: bytes) -> bytes:
    """The beginning of a request without the offer to go on in another protocol, for which the parser takes its body.

    An offer may be passed over (RFC 9110 §7.8).
    """
    head, blank, rest = data.partition(b"\r\n\r\n")
    return _OFFER.sub(b"", head) + blank + rest
