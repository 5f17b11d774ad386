"""Bodies that strangers send: never more of them at once than there is room for, and none for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import pytest

from billfold.apps.bodies import SHORT_BYTES, CallerGone, Place, Room

_LARGEST = 4 * SHORT_BYTES
_LONG = b"x" * (2 * SHORT_BYTES)


class Caller:
    """Sends what it is told to."""

    def __init__(self) -> None:
        self._messages: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue()
        self.receive: Callable[[], Awaitable[MutableMapping[str, Any]]] = self._messages.get
        self.place = Place()

    def send(self, body: bytes, *, more: bool = True) -> None:
        self._messages.put_nowait({"type": "http.request", "body": body, "more_body": more})

    def go(self) -> None:
        self._messages.put_nowait({"type": "http.disconnect"})

    def read_by(self, room: Room) -> asyncio.Task[bytes]:
        return asyncio.create_task(room.read(self.receive, lambda: _LARGEST, self.place))


async def _settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def test_strangers_with_long_bodies_that_never_end_take_no_more_room_than_there_is() -> None:
    async def scene() -> None:
        room, strangers = Room(2 * _LARGEST, patience=60), [Caller() for _ in range(100)]
        reading = [stranger.read_by(room) for stranger in strangers]
        for stranger in strangers:
            stranger.send(_LONG)
        await _settle()
        assert sum(stranger.place.taken for stranger in strangers) == 2 * _LARGEST
        # A short body needs no room, and who gives theirs back lets the next one in.
        short = Caller()
        short.send(b"{}", more=False)
        assert await short.read_by(room) == b"{}"
        strangers[0].go()
        await _settle()
        with pytest.raises(CallerGone):
            await reading[0]
        await room.leave(strangers[0].place)
        await _settle()
        assert [bool(stranger.place.taken) for stranger in strangers[:4]] == [False, True, True, False]
        for task in reading[1:]:
            task.cancel()
        await asyncio.gather(*reading[1:], return_exceptions=True)

    asyncio.run(scene())


def test_a_long_body_waits_for_room_and_comes_in_whole() -> None:
    async def scene() -> None:
        room, first, second = Room(_LARGEST, patience=60), Caller(), Caller()
        tasks = [first.read_by(room), second.read_by(room)]
        for caller in (first, second):
            caller.send(_LONG)
            caller.send(_LONG, more=False)
        await _settle()
        assert (tasks[0].done(), tasks[1].done()) == (True, False)
        await room.leave(first.place)
        assert await asyncio.gather(*tasks) == [_LONG * 2, _LONG * 2]

    asyncio.run(scene())


@pytest.mark.parametrize("sent", [b"", b"{", _LONG])
def test_a_body_that_does_not_come_in_is_not_waited_for_without_end(sent: bytes) -> None:
    async def scene() -> None:
        caller = Caller()
        caller.send(sent)
        with pytest.raises(TimeoutError):
            await Room(patience=0.0).read(caller.receive, lambda: _LARGEST, caller.place)

    asyncio.run(scene())
