"""What the OpenAPI documents say of answers is what the answers are: clients are generated from them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from billfold.apps.house import build_catalogue
from billfold.kit.settings import Profile
from billfold.wire.catalog import Operation
from billfold.wire.openapi import TITLES, document
from tests.wire.test_generated import GOLDENS

CATALOGUE = build_catalogue(Profile.SANDBOX)
_JSON_TYPES = {bool: "boolean", int: "number", float: "number", str: "string", list: "array", dict: "object"}
_DOCUMENTS = {face: document(CATALOGUE, face) for face in TITLES}


def options_of(schema: dict[str, Any], components: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The alternatives of a schema, references followed."""
    if "$ref" in schema:
        yield from options_of(components[schema["$ref"].rpartition("/")[2]], components)
    elif "anyOf" in schema:
        for option in schema["anyOf"]:
            yield from options_of(option, components)
    else:
        yield schema


def _is_placeholder(value: Any) -> bool:
    """What stands in a golden for an id, a moment or a size that varies."""
    return isinstance(value, str) and value.startswith("<") and value.endswith(">")


def surprises(value: Any, schema: dict[str, Any], components: dict[str, Any], path: str = "") -> Iterator[str]:
    """Where a value is of another type than its schema says."""
    if value is None or _is_placeholder(value):
        return
    options = list(options_of(schema, components))
    kind = _JSON_TYPES[type(value)]
    fitting = [option for option in options if option.get("type", kind).replace("integer", "number") == kind]
    if "enum" in schema or any("enum" in option for option in options):
        return
    if not fitting:
        yield f"{path} is a {kind}, not {[option.get('type') for option in options]}"
        return
    for name, inner in value.items() if isinstance(value, dict) else ():
        known = [option["properties"][name] for option in fitting if name in option.get("properties", {})]
        if known:
            yield from surprises(inner, {"anyOf": known}, components, f"{path}.{name}")
    for inner in value if isinstance(value, list) else ():
        yield from surprises(inner, {"anyOf": [option.get("items", {}) for option in fitting]}, components, f"{path}[]")


@pytest.mark.parametrize("face", TITLES)
def test_amounts_are_described_as_the_numbers_that_they_are(face: str) -> None:
    assert '"decimal"' not in json.dumps(_DOCUMENTS[face])


def _described() -> Iterator[Any]:
    for operation in CATALOGUE.operations:
        golden = GOLDENS / f"{operation.method}.{re.sub(r'[{}]', '', operation.name)}.json"
        described = _DOCUMENTS[operation.face]["paths"][operation.path][operation.method.lower()]["responses"]
        content = described[str(operation.success)].get("content", {}).get("application/json")
        if golden.exists() and content:
            yield pytest.param(operation, golden, content["schema"], id=operation.name)


@pytest.mark.parametrize(("operation", "golden", "schema"), list(_described()))
def test_every_answer_is_of_the_types_that_its_document_promises(
    operation: Operation, golden: Any, schema: dict[str, Any]
) -> None:
    components = _DOCUMENTS[operation.face]["components"]["schemas"]
    assert list(surprises(json.loads(golden.read_text()), schema, components)) == []


def _schemas(value: Any) -> Iterator[dict[str, Any]]:
    """Every object within a document."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _schemas(inner)


@pytest.mark.parametrize("face", TITLES)
def test_an_enum_says_of_what_type_its_members_are(face: str) -> None:
    enums = [schema for schema in _schemas(_DOCUMENTS[face]) if isinstance(schema.get("enum"), list)]
    assert [schema for schema in enums if schema.get("type") != "string"] == []
    assert enums or face == "v2"


@pytest.mark.parametrize("face", TITLES)
def test_shapes_have_names_that_a_generated_client_can_give_its_types(face: str) -> None:
    components = _DOCUMENTS[face]["components"]["schemas"]
    assert [name for name in components if not name.isidentifier() or components[name]["title"] != name] == []
    used = {schema["$ref"].rpartition("/")[2] for schema in _schemas(_DOCUMENTS[face]) if "$ref" in schema}
    assert used - components.keys() == set()


@pytest.mark.parametrize("face", TITLES)
def test_generators_of_clients_find_every_type_that_they_ask_for(face: str) -> None:
    """An array says what it holds, a body what it is, and a default is of its own type."""
    schemas = list(_schemas(_DOCUMENTS[face]))
    assert [schema for schema in schemas if schema.get("type") == "array" and "items" not in schema] == []
    assert [
        schema for schema in schemas if schema.get("type") == "number" and isinstance(schema.get("default"), str)
    ] == []
    contents = [schema["content"] for schema in schemas if isinstance(schema.get("content"), dict)]
    bodies = [body for content in contents for media, body in content.items() if "/" in media]
    assert bodies
    assert [body for body in bodies if "schema" not in body] == []


def test_the_date_times_of_v3_are_described_as_date_times() -> None:
    components = _DOCUMENTS["v3"]["components"]["schemas"]
    plain = [
        f"{shape}.{name}"
        for shape, described in components.items()
        for name, schema in described.get("properties", {}).items()
        if name.endswith("Time") and not any("format" in option for option in options_of(schema, components))
    ]
    assert plain == []
