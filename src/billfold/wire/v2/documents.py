"""The types that v2's documents show, made from the field tables."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec

from billfold.wire.v2.fields import VINTAGES, Table


@cache
def shape_of(table: Table) -> type[msgspec.Struct]:
    """The entity's type with all its fields; older vintages lack some."""
    fields: list[tuple[str, Any]] = [("entity", str)]
    for field in table.fields:
        lines = field.lines
        fields.append((field.name, field.kind.type if lines is None else list[shape_of(lines)]))  # type: ignore[misc]
    return msgspec.defstruct(
        table.entity,
        fields,
        namespace={"__doc__": f"{table.entity} as the vintage {VINTAGES[-1]} shows it."},
    )


@cache
def answer_type(data: Any, name: str = "") -> type[msgspec.Struct]:
    """The envelope around this type: one for all operations that answer it, for the documents name types."""
    return msgspec.defstruct(
        f"{name or data.__name__}Answer",
        [("response_status", int), ("response_message", str), ("response_data", data)],
        namespace={"__doc__": "A success."},
    )
