"""Bulk: up to a hundred elements in one call, each its own unit with its own envelope (contract v2.md §2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from billfold.wire.catalog import Answer, Units
from billfold.wire.errors import InvalidDatatype, InvalidParameter, MissingData
from billfold.wire.v2.face import success
from billfold.wire.v2.jackson import Printed

MAX_ELEMENTS: Final = 100


def _split(data: Mapping[str, Any]) -> list[Any]:
    """The elements. Raises, for all of them together, `MissingData`, `InvalidDatatype`, `InvalidParameter`."""
    found = data.get("bulk")
    if found is None or found == []:
        raise MissingData(name="bulk")
    if not isinstance(found, list):
        raise InvalidDatatype(field="bulk")
    if len(found) > MAX_ELEMENTS:
        raise InvalidParameter(name="bulk", value=f"more than {MAX_ELEMENTS} elements")
    return found


def _join(answers: list[Answer]) -> Answer:
    """A success around the elements' envelopes, whatever became of each."""
    return success({"bulk": [Printed(answer.body.decode()) for answer in answers]})


UNITS: Final = Units(_split, _join)
