"""GetEntityMetadata: what fields an entity has, from its table (contract v2.md §3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from billfold.kit.ctx import Ctx
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.errors import InvalidDatatype, InvalidEntity, InvalidParameter, MissingParameter
from billfold.wire.v2 import kinds
from billfold.wire.v2.documents import answer_type
from billfold.wire.v2.fields import Field, Table
from billfold.wire.v2.resource import operation

_MAX_ENTITIES: Final = 100
#: The names of types, for those whose own are not what a client expects.
_TYPES: Final = {
    kinds.TEXT: "string", kinds.PRICE: "number", kinds.MONEY: "money", kinds.TIME: "dateTime", kinds.LINES: "list",
    kinds.PLAIN: "object",
}  # fmt: skip


def declare(catalogue: Catalogue) -> None:
    """The row of GetEntityMetadata."""

    def get_entity_metadata(_: Ctx, call: Call, data: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of each entity that is named, as the developer key's vintage has them."""
        tables = tables_of(catalogue)
        return {name: {"fields": _fields(_table(tables, name), call.vintage)} for name in _read_names(data)}

    operation(
        catalogue, "GetEntityMetadata", "Describe the fields of entities", get_entity_metadata,
        response=answer_type(dict[str, Any], "EntityMetadata"),
    )  # fmt: skip


def tables_of(catalogue: Catalogue) -> dict[str, Table]:
    """The tables of all entities that have rows, by name."""
    return {row.entity.entity: row.entity for row in catalogue.of_face("v2") if row.entity is not None}


def _read_names(data: Mapping[str, Any]) -> list[str]:
    """`entity` is one name or a list of them."""
    found = data.get("entity")
    names = [found] if found and isinstance(found, str) else found
    if not names:
        raise MissingParameter(name="entity")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise InvalidDatatype(field="entity")
    if len(names) > _MAX_ENTITIES:
        raise InvalidParameter(name="entity", value=f"more than {_MAX_ENTITIES}")
    return names


def _table(tables: Mapping[str, Table], name: str) -> Table:
    if name not in tables:
        raise InvalidEntity(entity=name[:40])
    return tables[name]


def _fields(table: Table, vintage: str) -> dict[str, Any]:
    return {field.name: _described(table, field, vintage) for field in table.of_vintage(vintage)}


def _described(table: Table, field: Field, vintage: str) -> dict[str, Any]:
    described: dict[str, Any] = {
        "entity": table.entity,
        "type": _TYPES.get(field.kind, field.kind.name),
        "required": field.required,
        "readOnly": not field.writable,
        "filterable": field.listable,
    }
    if field.codes is not None:
        described["values"] = list(field.codes.values)
    if field.lines is not None:
        described["fields"] = _fields(field.lines, vintage)
    return described
