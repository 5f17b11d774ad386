"""Comparing what Billfold declares and answers with the contract's list of v3 operations.

A field's place is written as a path: `results[].address.country`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from billfold.wire.catalog import Operation

_FILE = Path(__file__).parent.parent / "contract" / "v3-operations.json"
_ID = re.compile(r"\{\w+\}")
_DATE = re.compile(r"^\d{4}-\d\d-\d\d$")
_INSTANT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$")


class Entry(msgspec.Struct, frozen=True):
    """An operation of the contract: its shapes are nested names with the word for each value's type."""

    method: str
    path: str
    group: str
    success: int
    query: list[str] = []
    request: Any = None
    response: Any = None

    @property
    def key(self) -> str:
        """Method and path without the names of ids."""
        return f"{self.method} {_ID.sub('{}', self.path)}"


def entries() -> list[Entry]:
    """Every operation of the contract, in its order."""
    return msgspec.json.decode(_FILE.read_bytes(), type=list[Entry])


def key_of(operation: Operation) -> str:
    """What `Entry.key` is for one of ours."""
    return f"{operation.method} {_ID.sub('{}', operation.path)}"


def fields_of(shape: Any, path: str = "") -> Iterator[str]:
    """Every field of a contract's shape, containers too."""
    if isinstance(shape, dict):
        for name, inner in shape.items():
            place = f"{path}.{name}" if path else name
            yield place
            yield from fields_of(inner, place)
    elif isinstance(shape, list) and shape:
        yield from fields_of(shape[0], f"{path}[]")


def declared(hint: Any, *, paged: bool = False) -> set[str]:
    """Every field of a type that we declare; below a field of any form everything is."""
    if paged:
        found = set(_declared(msgspec.inspect.type_info(hint), "results"))
        return found | {"results", "nextPage", "prevPage"}
    if hint is bytes:
        # The contract's word for a raw body.
        return {"content"}
    return set(_declared(msgspec.inspect.type_info(hint), "")) if hint is not None else set()


def _declared(kind: msgspec.inspect.Type, path: str) -> Iterator[str]:
    if isinstance(kind, msgspec.inspect.Metadata):
        yield from _declared(kind.type, path)
    elif isinstance(kind, msgspec.inspect.UnionType):
        for option in kind.types:
            yield from _declared(option, path)
    elif isinstance(kind, msgspec.inspect.ListType):
        yield from _declared(kind.item_type, f"{path}[]")
    elif isinstance(kind, msgspec.inspect.StructType):
        for field in kind.fields:
            place = f"{path}.{field.encode_name}" if path else field.encode_name
            yield place
            yield from _declared(field.type, place)
    elif isinstance(kind, (msgspec.inspect.DictType, msgspec.inspect.AnyType)):
        yield f"{path}*"


def is_declared(place: str, names: set[str]) -> bool:
    """Whether a place is declared by name, or below something of any form."""
    return place in names or any(name.endswith("*") and place.startswith(name[:-1]) for name in names)


def misfits(answer: Any, shape: Any, path: str = "") -> Iterator[str]:
    """Where an answer has a field or a type that the contract has not."""
    if isinstance(shape, dict) and isinstance(answer, dict):
        for name, value in answer.items():
            place = f"{path}.{name}" if path else name
            if name in shape:
                yield from misfits(value, shape[name], place)
            else:
                yield f"{place} is not in the contract"
    elif isinstance(shape, list) and isinstance(answer, list):
        for value in answer if shape else ():
            yield from misfits(value, shape[0], f"{path}[]")
    elif not _fits(answer, shape):
        yield f"{path} is {json.dumps(answer)[:60]}, not {json.dumps(shape)[:60]}"


def _fits(answer: Any, word: Any) -> bool:
    if word in {"number", "integer"}:
        return isinstance(answer, (int, float)) and not isinstance(answer, bool)
    if word == "boolean":
        return isinstance(answer, bool)
    if not isinstance(answer, str):
        return False
    if word == "date":
        return bool(_DATE.match(answer))
    return bool(_INSTANT.match(answer)) if word == "datetime" else word in {"string", "enum"}
