"""The floor: a bare ASGI handler with the bare driver that replays recorded statements.

    python benchmarks/floor.py RECORDINGS DATABASE PORT

It runs where Billfold does: SQLite on the event loop, PostgreSQL in worker threads with a pool, the same role, the
same commit settings, prepared statements, uvicorn with uvloop and httptools. It decodes, checks and encodes nothing.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sqlite3
import sys
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import uvicorn
from argon2 import PasswordHasher
from operations import Changes, Recording
from psycopg_pool import ConnectionPool

THREADS = 8  # Settings.threads


class Tape:
    """An operation to replay, each time with ids and numbers of its own."""

    def __init__(self, recording: Recording, index: int) -> None:
        self.write = recording.write
        self.status = recording.status
        self.answer = recording.answer
        self.password = recording.password
        self.value = json.loads(recording.answer) if recording.text else None
        self._statements = recording.statements
        self._takes = itertools.cycle(recording.takes)
        self._changes = [
            (_drawn_of(changes, parameters), changes.counted, changes.named)
            for changes, parameters in zip(recording.changes, recording.takes[0], strict=False)
        ]
        self._names = itertools.cycle(recording.names)
        # No two operations draw the same numbers.
        self._times = itertools.count(1 + index * 10_000_000)

    def play(self) -> Iterable[tuple[str, list[Any]]]:
        """The statements of the next time."""
        take = next(self._takes)
        return zip(self._statements, self._changed(take) if self.write else take, strict=True)

    def _changed(self, take: list[list[Any]]) -> Iterator[list[Any]]:
        time, names = next(self._times), next(self._names)
        for parameters, (fresh, counted, named) in zip(take, self._changes, strict=True):
            changed = parameters.copy()
            for position, head, start, tail in fresh:
                # Each spread over the index as real ids are, and none drawn twice: an odd factor permutes 32 bits.
                changed[position] = f"{head}{(time + start) * 0x9E3779B1 & 0xFFFFFFFF:08x}{tail}"
            for position, step in counted.items():
                changed[position] += step * time
            for position, which in named.items():
                changed[position] = names[which]
            yield changed


def _drawn_of(changes: Changes, parameters: list[Any]) -> list[tuple[int, str, int, str]]:
    """Of each id to draw: its place, what stays of it before and after, and where its own numbers start."""
    drawn = [(position, parameters[position]) for position in changes.fresh]
    return [(position, value[:5], zlib.crc32(value.encode()), value[13:]) for position, value in drawn]


def sqlite_player(path: str) -> Callable[[Tape], Any]:
    """Replays on the event loop, on one connection; None and truth values are adapted as Billfold has it."""
    sqlite3.register_adapter(type(None), lambda value: value)
    sqlite3.register_adapter(bool, int)
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=512)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-16384", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")

    async def play(tape: Tape) -> None:
        execute = connection.execute
        execute("BEGIN IMMEDIATE" if tape.write else "BEGIN")
        for sql, parameters in tape.play():
            execute(sql, parameters).fetchall()
        execute("COMMIT")

    return play


def postgres_player(dsn: str) -> Callable[[Tape], Any]:
    """Replays in worker threads, on a pool of connections."""
    pool = ConnectionPool(dsn, min_size=1, max_size=THREADS + 2, configure=_configure, open=True)
    threads = ThreadPoolExecutor(THREADS)
    texts: dict[str, str] = {}

    def in_thread(tape: Tape) -> None:
        with pool.connection() as connection:
            connection.execute("BEGIN" if tape.write else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor = connection.cursor()
            for sql, parameters in tape.play():
                text = texts.get(sql)
                if text is None:
                    text = texts[sql] = sql.replace("%", "%%").replace("?", "%s")
                cursor.execute(text, parameters, prepare=True)
                if cursor.description is not None:
                    cursor.fetchall()
            connection.execute("COMMIT")

    async def play(tape: Tape) -> None:
        await asyncio.get_running_loop().run_in_executor(threads, in_thread, tape)

    return play


def _configure(connection: psycopg.Connection[Any]) -> None:
    connection.autocommit = True
    connection.execute("SET ROLE billfold_app")


#: As Billfold has it: argon2id, one hash at a time.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_one = threading.Lock()


def _check(hashed: str, password: str) -> None:
    with _one:
        _hasher.verify(hashed, password)


def application(tapes: dict[str, Tape], play: Callable[[Tape], Any]) -> Any:
    """The ASGI handler."""

    async def handle(scope: Any, receive: Any, send: Any) -> None:
        tape = tapes[scope["path"]]
        while (await receive()).get("more_body"):
            pass
        if tape.password is not None:
            await asyncio.to_thread(_check, *tape.password)
        await play(tape)
        if tape.value is not None:
            json.dumps(tape.value).encode()
        length = str(len(tape.answer)).encode()
        sent = [(b"content-length", length), (b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": tape.status, "headers": sent})
        await send({"type": "http.response.body", "body": tape.answer})

    return handle


def main() -> None:
    recordings, database, port = sys.argv[1:]
    tapes = {
        recording.path: Tape(recording, index)
        for index, recording in enumerate(msgspec.json.decode(Path(recordings).read_bytes(), type=list[Recording]))
    }
    player = postgres_player(database) if "://" in database else sqlite_player(database)
    uvicorn.run(
        application(tapes, player),
        port=int(port),
        log_level="warning",
        access_log=False,
        lifespan="off",
        loop="uvloop",
        http="httptools",
        server_header=False,
    )


if __name__ == "__main__":
    main()
