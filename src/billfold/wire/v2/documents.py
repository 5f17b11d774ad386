"""The types that v2's documents show, made from the field tables."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec

from billfold.wire.v2.fields import VINTAGES, Table


@cache
def shape_of(table: Table, name: str = "") -> type[msgspec.Struct]:
    """The entity's type with all its fields; older vintages lack some."""
    fields: list[tuple[str, Any]] = [("entity", str)]
    for field in table.fields:
        lines = field.lines
        fields.append((field.name, field.kind.type if lines is None else list[_shape_of_line(table, lines)]))  # type: ignore[misc]
    return msgspec.defstruct(
        name or table.entity,
        fields,
        namespace={"__doc__": f"{table.entity} as the vintage {VINTAGES[-1]} shows it."},
    )


def _shape_of_line(table: Table, lines: Table) -> type[msgspec.Struct]:
    """A SentPay's BillPay has another form than BillPay by itself, so it has another name."""
    if lines.entity.startswith(table.entity):
        return shape_of(lines)
    return shape_of(lines, table.entity + lines.entity)


@cache
def answer_type(data: Any, name: str = "") -> type[msgspec.Struct]:
    """The envelope around this type: one for all operations that answer it, for the documents name types."""
    return msgspec.defstruct(
        f"{name or data.__name__}Answer",
        [("response_status", int), ("response_message", str), ("response_data", data)],
        namespace={"__doc__": "A success."},
    )
