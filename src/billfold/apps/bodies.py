"""Reading the bodies of calls: whole, in good time, and never more of them at once than there is room for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from billfold.wire.pipeline import MAX_BODY_BYTES

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

#: All long bodies together, until each is answered: strangers send them too, before anybody knows who they are.
ROOM_BYTES: Final = 64 * 1024 * 1024
#: A body is long beyond this; a shorter one needs no room.
SHORT_BYTES: Final = 64 * 1024


class CallerGone(Exception):
    """The caller was gone before all of the body was here: half a request is none."""


class Place:
    """How much room one call has taken, in bytes."""

    __slots__ = ("taken",)

    def __init__(self) -> None:
        self.taken = 0


class Room:
    """The room that bodies of calls under way share."""

    def __init__(self, size: int = ROOM_BYTES, *, patience: float) -> None:
        """`patience`: how long a body may take to come in, waiting for room included, in seconds."""
        self._free = size
        self._patience = patience
        self._freed = asyncio.Condition()

    async def read(self, receive: Receive, largest: Callable[[], int], place: Place) -> bytes:
        """The body, its room kept in `place`; cut off where it is longer than `largest`.

        Raises `CallerGone`, `TimeoutError` where it does not come in or finds no room in good time.
        """
        async with asyncio.timeout(self._patience):
            return await self._read(receive, largest, place)

    async def leave(self, place: Place) -> None:
        """Give the room of a call back."""
        async with self._freed:
            self._free += place.taken
            place.taken = 0
            self._freed.notify_all()

    async def _read(self, receive: Receive, largest: Callable[[], int], place: Place) -> bytes:
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise CallerGone
            body += message.get("body", b"")
            # A body over the limit is read no further: the pipeline refuses it by its length.
            if not message.get("more_body") or (len(body) > MAX_BODY_BYTES and len(body) > largest()):
                return bytes(body)
            if len(body) > SHORT_BYTES and not place.taken:
                await self._take(largest(), place)

    async def _take(self, wanted: int, place: Place) -> None:
        """All that the body may need at once, so that no two half-read ones wait for each other."""
        async with self._freed:
            await self._freed.wait_for(lambda: self._free >= wanted)
            self._free -= wanted
            place.taken = wanted
