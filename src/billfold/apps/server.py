"""The ASGI server: calls of the faces go straight to the pipeline, the rest to a few plain pages."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from contextlib import asynccontextmanager, suppress
from functools import partial
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import unquote_plus

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from billfold import __version__
from billfold.apps.bodies import CallerGone, Place, Receive, Room
from billfold.apps.house import Installed
from billfold.apps.metrics import Metrics
from billfold.kit import jobs
from billfold.kit.clock import stopwatch, wall_now
from billfold.kit.settings import Profile
from billfold.wire.catalog import Answer, Call
from billfold.wire.codecs import instant
from billfold.wire.pipeline import Face

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

log = logging.getLogger(__name__)
_NO_CONTENT: Final = HTTPStatus.NO_CONTENT.value
#: Parameters whose text is a list with commas.
_LISTS: Final = frozenset({"filters", "ids", "sort"})
#: How often real time is asked whether something fell due, in seconds.
TICK_SECONDS: Final = 0.25


class Server:
    """The ASGI application."""

    def __init__(self, installed: Installed) -> None:
        self.installed = installed
        self.metrics = Metrics(installed.pipeline.catalogue)
        self._faces = list(installed.faces.items())
        self._room = Room(patience=installed.settings.body_seconds)
        self._pages = Starlette(routes=self._routes(), lifespan=self._lifespan)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path = scope["path"]
            for prefix, face in self._faces:
                if path.startswith(prefix):
                    await self._answer(face, scope, receive, send)
                    return
        await self._pages(scope, receive, send)

    async def _answer(self, face: Face, scope: Scope, receive: Receive, send: Send) -> None:
        began = stopwatch()
        place = Place()
        try:
            call = _call(scope)
            if _announces_body(call.headers):
                largest = partial(self.installed.pipeline.largest_body, call.path)
                call.body = await self._room.read(receive, largest, place)
            operation, answer = await self.installed.pipeline.answer(face, call, lambda: instant(wall_now()))
        except CallerGone:
            return
        except TimeoutError:
            operation, answer = None, Answer(HTTPStatus.REQUEST_TIMEOUT)
        finally:
            if place.taken:
                await self._room.leave(place)
        await _send_answer(send, answer)
        self.metrics.observe(operation, answer.status, stopwatch() - began)

    def _routes(self) -> list[Route]:
        return [
            Route("/", self._welcome),
            Route("/healthz", self._health),
            Route("/metrics", self._metrics),
            Route("/openapi/{face}.json", self._openapi),
        ]

    async def _welcome(self, _: Request) -> Response:
        settings = self.installed.settings
        lines = [
            f"Billfold {__version__} ({settings.profile})",
            "",
            "v3       /connect/v3      OpenAPI: /openapi/v3.json",
            "v2       /api/v2          OpenAPI: /openapi/v2.json",
            "admin    /admin/v1        OpenAPI: /openapi/admin.json",
        ]
        if settings.profile is Profile.SANDBOX:
            lines.append("sandbox  /sim             OpenAPI: /openapi/sim.json")
        return PlainTextResponse("\n".join([*lines, "health   /healthz", "metrics  /metrics", ""]))

    async def _health(self, _: Request) -> Response:
        about = {"version": __version__, "profile": self.installed.settings.profile}
        try:
            parked = await self.installed.database.run(jobs.count_parked, write=False)
        except Exception:
            log.exception("the database does not answer")
            return JSONResponse({"status": "no database"} | about, HTTPStatus.SERVICE_UNAVAILABLE)
        return JSONResponse({"status": "ok" if not parked else "jobs gave up", "parkedJobs": parked} | about)

    async def _metrics(self, _: Request) -> Response:
        text, content_type = self.metrics.render()
        return Response(text, media_type=content_type)

    async def _openapi(self, request: Request) -> Response:
        from billfold.wire.openapi import document

        face = request.path_params["face"]
        made = document(self.installed.pipeline.catalogue, face)
        if made is None:
            return PlainTextResponse(f"There is no face {face}.\n", status_code=404)
        return JSONResponse(made)

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        ticker = asyncio.create_task(self._tick_forever())
        try:
            yield
        finally:
            ticker.cancel()
            with suppress(asyncio.CancelledError):
                await ticker
            self.installed.database.close()

    async def _tick_forever(self) -> None:
        while True:
            try:
                await self.installed.runner.tick()
            except Exception:
                log.exception("due work stopped; it is tried again")
            await asyncio.sleep(TICK_SECONDS)


def _call(scope: Scope) -> Call:
    """The call as its head says it; the body is still to come. HEAD is GET, answered with the headers alone."""
    method = scope["method"]
    query = scope["query_string"]
    client = scope.get("client")
    return Call(
        method="GET" if method == "HEAD" else method,
        path=scope["path"],
        headers={name.decode("latin-1"): value.decode("latin-1").strip() for name, value in scope["headers"]},
        query=read_query(query.decode("latin-1")) if query else {},
        body=b"",
        scheme=scope["scheme"],
        source=client[0] if client else "",
    )


def _announces_body(headers: Mapping[str, str]) -> bool:
    """Whether a body follows the head (RFC 9112 §6.3)."""
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers


def read_query(text: str) -> dict[str, str]:
    """The parameters of a query. What is a list may come again and adds to it; of any other the last one counts."""
    parts = (part.partition("=") for part in text.split("&") if part)
    pairs = [(unquote_plus(name), unquote_plus(value)) for name, _, value in parts]
    found = dict(pairs)
    for several in _LISTS & found.keys():
        found[several] = ",".join(value for name, value in pairs if name == several)
    return found


async def _send_answer(send: Send, answer: Answer) -> None:
    headers: list[tuple[bytes, bytes]] = []
    if answer.status != _NO_CONTENT:  # There it would be against the protocol.
        headers.append((b"content-length", str(len(answer.body)).encode()))
    if answer.body:
        headers.append((b"content-type", answer.content_type.encode()))
    headers += [(name.encode(), value.encode()) for name, value in answer.headers]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
