"""OpenAPI 3.1 documents and the list of operations, derived from the rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from billfold import __version__
from billfold.wire.catalog import Catalogue, Operation

_REF: Final = "#/components/schemas/{name}"
TITLES: Final = {"v2": "BILL v2 API", "v3": "BILL v3 API", "admin": "Administration API", "sim": "Sandbox API"}
_ABOUT: Final = {
    "v2": "Forms by POST: `devKey`, `sessionId` and `data`, which is JSON in a string. Login gives the `sessionId`. "
    "The answer is always an envelope; a refusal has `response_status` 1, and HTTP 200 like a success.",
    "v3": "`POST /connect/v3/login` gives the `sessionId`; it and the developer key are headers of all that follows. "
    "Paying needs a session that passed MFA (`mfa/challenge`). Writes take the header `Idempotency-Key`.",
    "admin": "What an organization needs beyond BILL's APIs. A token is made by `billfold admin tokens create`.",
    "sim": "Time, the bank, faults and fresh organizations; there is none of it in production. Nobody signs in: a call "
    "is about the organization of the header `sessionId`, of the query's `organizationId`, or the demo organization.",
}
_SCHEMES: Final[dict[str, dict[str, Any]]] = {
    "devKey": {"type": "apiKey", "in": "header", "name": "devKey"},
    "sessionId": {"type": "apiKey", "in": "header", "name": "sessionId"},
    "adminToken": {"type": "http", "scheme": "bearer"},
}
_DECIMAL: Final = ("format", "decimal")
#: Bytes, as generators of clients know them.
_FILE: Final = {"type": "string", "format": "binary"}
_FORM_FIELDS: Final = {
    "devKey": "The developer key.",
    "sessionId": "From Login.",
    "data": "The request: JSON in a string.",
    "file": "The file, in multipart/form-data.",
}

#: What an operation without a session needs, where that is something.
_NOBODY: Final = {"admin": "administration token"}


def document(catalogue: Catalogue, face: str) -> dict[str, Any] | None:
    """The OpenAPI document of a face, or None where there is none."""
    rows = list(catalogue.of_face(face))
    if not rows:
        return None
    types = _types(rows)
    described = msgspec.json.schema_components(types, ref_template=_REF) if types else ((), {})
    schemas, components = _typed(described)
    components = {_short(name): schema | {"title": _short(name)} for name, schema in components.items()}
    assert len(components) == len(described[1]), "two shapes of one name in modules of one name"
    schema_of = dict(zip(types, schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for row in rows:
        paths.setdefault(row.path, {})[row.method.lower()] = _operation(row, schema_of)
    return {
        "openapi": "3.1.0",
        "info": {"title": f"Billfold: {TITLES[face]}", "version": __version__, "description": _ABOUT[face]},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": _schemes(rows)},
    }


def operations_page(catalogue: Catalogue) -> str:
    """docs/operations.md: every operation of every face."""
    lines = [
        "# Operations",
        "",
        "Generated from the catalogue by `billfold operations`; do not edit.",
    ]
    for face, title in TITLES.items():
        rows = sorted(catalogue.of_face(face), key=lambda row: (row.path, row.method))
        lines += [
            "",
            f"## {title}: {len(rows)}",
            "",
            "| operation | what it does | needs | success |",
            "|---|---|---|---|",
        ]
        for row in rows:
            lines.append(f"| `{row.method} {row.path}` | {row.summary} | {_needs(row)} | {row.success} |")
    return "\n".join(lines) + "\n"


def _needs(row: Operation) -> str:
    if row.needs is None:
        return _NOBODY.get(row.face, "nothing")
    return row.needs.value + (", MFA" if row.trusted else "")


def _types(rows: list[Operation]) -> list[Any]:
    found: list[Any] = []
    for row in rows:
        for shape in (row.request, row.response, row.refusal):
            if shape is not None and shape is not bytes and shape not in found:
                found.append(shape)
    return found


def _typed(schema: Any) -> Any:
    """The schema with types as they are: msgspec describes decimals as strings, and enums without a type.

    Decimals are numbers on every face (`codecs.encode`), and every enum's members are texts.
    """
    if isinstance(schema, Mapping):
        if "$ref" in schema:
            return {**schema, "$ref": _REF.format(name=_short(schema["$ref"].removeprefix(_REF.format(name=""))))}
        inner = {name: _typed(value) for name, value in schema.items() if (name, value) != _DECIMAL}
        if len(inner) < len(schema):
            default = inner.get("default")
            return inner | {"type": "number"} | ({} if default is None else {"default": float(default)})
        members = inner.get("enum")
        if isinstance(members, list) and all(isinstance(member, str) for member in members):
            return inner | {"type": "string"}
        return inner
    return [_typed(value) for value in schema] if isinstance(schema, (list, tuple)) else schema


def _short(name: str) -> str:
    """`VendorsBalanceShape` for `billfold.wire.v3.vendors.BalanceShape`, as shapes are called that share a name."""
    *_, package, module, own = ["", "", *name.split(".")]
    return "".join(word.title() for word in (package if module == "model" else module).split("_")) + own


def _operation(row: Operation, schema_of: dict[Any, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": row.name,
        "summary": row.summary,
        "description": (row.run.__doc__ or row.summary).strip(),
        "tags": [row.name.split(".")[1]],
        "parameters": [*_path_parameters(row), *_query_parameters(row)],
        "responses": _responses(row, schema_of),
        "security": _security(row),
    }
    if row.form:
        made["requestBody"] = _form_body(row)
    elif row.request is bytes:
        made["requestBody"] = {"required": True, "content": {"application/octet-stream": {"schema": _FILE}}}
    elif row.request is not None:
        content = {"application/json": {"schema": schema_of[row.request]}}
        made["requestBody"] = {"required": True, "content": content}
    return made


def _security(row: Operation) -> list[dict[str, list[str]]]:
    if row.face == "admin":
        return [{"adminToken": []}]
    if row.public or row.form:
        return []
    return [{"sessionId": []}] if row.keyless else [{"devKey": [], "sessionId": []}]


def _schemes(rows: list[Operation]) -> dict[str, Any]:
    """The credentials that these operations name."""
    used = {name for row in rows for choice in _security(row) for name in choice}
    return {name: scheme for name, scheme in _SCHEMES.items() if name in used}


def _path_parameters(row: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        for name in row.id_names
    ]


def _query_parameters(row: Operation) -> list[dict[str, Any]]:
    return [
        {"name": parameter.name, "in": "query", "schema": parameter.schema, "description": parameter.description}
        | ({"required": True} if parameter.required else {})
        for parameter in row.parameters
    ]


def _form_body(row: Operation) -> dict[str, Any]:
    """v2's form: credentials beside `data`, which is JSON in a string; login has plain fields."""
    properties = {
        name: {"type": "string"} | ({"description": _FORM_FIELDS[name]} if name in _FORM_FIELDS else {})
        for name in row.form
    }
    return {"content": {"application/x-www-form-urlencoded": {"schema": {"type": "object", "properties": properties}}}}


def _responses(row: Operation, schema_of: dict[Any, Any]) -> dict[str, Any]:
    success: dict[str, Any] = {"description": "Success"}
    if row.response is bytes:
        success["content"] = {"application/octet-stream": {"schema": _FILE}}
    elif row.response is not None:
        schema = schema_of[row.response]
        success["content"] = {"application/json": {"schema": _page_schema(schema) if row.paged else schema}}
    refused: dict[str, Any] = {"description": "Refused"}
    if row.refusal is not None:
        refusal = schema_of[row.refusal]
        refused["content"] = {"application/json": {"schema": refusal}}
        if row.form:  # v2 refuses with 200
            success["description"] = "Success, or a refusal"
            success["content"] = {"application/json": {"schema": {"anyOf": [schema_of[row.response], refusal]}}}
    return {str(row.success): success, "4XX": refused}


def _page_schema(results: Any) -> dict[str, Any]:
    text = {"type": "string"}
    return {
        "type": "object",
        "properties": {"results": results, "nextPage": text, "prevPage": text},
        "required": ["results"],
    }
