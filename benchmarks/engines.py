"""The engines: how to make, copy and name a database of each."""

from __future__ import annotations

import contextlib
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1])]

import msgspec

from tests import postgres


class Engine(msgspec.Struct):
    """How to make, copy and name a database of an engine."""

    name: str
    create: Callable[[str], str]
    copy: Callable[[str, str], str]
    url: Callable[[str], str]


@contextlib.contextmanager
def sqlite_engine(folder: Path) -> Iterator[Engine]:
    """Files in a folder."""

    def copy(source: str, name: str) -> str:
        return str(shutil.copy(source, folder / f"{name}.db"))

    yield Engine("sqlite", lambda name: str(folder / f"{name}.db"), copy, "sqlite:///{}".format)


@contextlib.contextmanager
def postgres_engine(_: Path) -> Iterator[Engine]:
    """A server of our own that keeps its promises to the disk."""
    with postgres.server(durable=True) as server:
        names: dict[str, str] = {}

        def create(name: str, template: str | None = None) -> str:
            address = server.create_database(name, template)
            names[address] = name
            return address

        yield Engine("postgresql", create, lambda source, name: create(name, names[source]), str)
