"""Every object of v3 is sent back as it was read: nothing is refused, nothing changes, and another one can be made of it.

The operations are found in the catalogue: each PATCH and PUT, and each POST that makes what another operation reads. A
later noun needs a line in `whole_objects.py` only where its example does not say all of it, or it cannot be copied.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import reduce
from typing import Any

import msgspec
import pytest

from billfold.apps.house import build_catalogue
from billfold.kit.settings import Profile
from billfold.kit.wipe import tables_of_organization
from billfold.wire.catalog import Operation
from billfold.wire.v2.fields import VINTAGES
from tests.wire.api import Reply
from tests.wire.examples import V3_BODIES, ids_for
from tests.wire.stage import Stage
from tests.wire.v2.conftest import with_vintage
from tests.wire.whole_objects import (
    ANEW,
    MASKED,
    MORE,
    NOT_TAKEN_BACK,
    ONLY_ONE,
    READY,
    SHOWN_ELSEWHERE,
    TWINS,
    made_on_v2,
)

V3 = {(row.method, row.path): row for row in build_catalogue(Profile.SANDBOX).of_face("v3")}


def _reader(row: Operation) -> Operation | None:
    """What reads the objects that this operation writes: one by its id, or all of them together."""
    collection = re.sub(r"(/bulk|/\{\w+\})$", "", row.path)
    for (method, path), reader in V3.items():
        if method == "GET" and re.fullmatch(re.escape(collection) + r"/\{\w+\}", path):
            return reader
    if row.method == "PATCH" and ("GET", row.path) in V3:
        return V3["GET", row.path]
    listing = V3.get(("GET", collection))
    return listing if listing is not None and _is_list(listing.response) else None


def _is_list(hint: Any) -> bool:
    return isinstance(msgspec.inspect.type_info(hint), msgspec.inspect.ListType)


def _creates(row: Operation) -> bool:
    """Whether it answers what it made of a JSON body."""
    if row.method != "POST" or not row.name.endswith(".create") or row.request in {None, bytes}:
        return False
    return any(re.fullmatch(r"(\w+\[\]\.)?id", place) for place in _places(row.response))


def _places(hint: Any, place: str = "") -> Iterator[str]:
    """The place of every value in a type: `billLineItems[].amount`."""
    yield from _places_of(msgspec.inspect.type_info(hint), place)


def _places_of(shape: msgspec.inspect.Type, place: str) -> Iterator[str]:
    if isinstance(shape, msgspec.inspect.Metadata):
        yield from _places_of(shape.type, place)
    elif isinstance(shape, msgspec.inspect.UnionType):
        for option in shape.types:
            yield from _places_of(option, place)
    elif isinstance(shape, msgspec.inspect.ListType):
        yield from _places_of(shape.item_type, f"{place}[]" if place else "")
    elif isinstance(shape, msgspec.inspect.StructType):
        for field in shape.fields:
            yield from _places_of(field.type, f"{place}.{field.encode_name}" if place else field.encode_name)
    elif not isinstance(shape, msgspec.inspect.NoneType):
        yield place


CHANGES = [row for row in V3.values() if row.method in {"PATCH", "PUT"}]
COPIES = [row for row in V3.values() if _creates(row) and _reader(row) is not None]


class Scene:
    """A company, and objects of a noun with all that they can hold, as they were read."""

    def __init__(self, stage: Stage, row: Operation) -> None:
        self.row = row
        self.company = with_vintage(stage.ours, "2024")
        self.company.ids |= stage.ours.ids
        self.reader = _reader(row)
        collection = re.sub(r"(/bulk|/\{\w+\})$", "", row.path)
        self.create = V3.get(("POST", collection))

    def objects(self) -> list[tuple[Any, dict[str, Any]]]:
        """What v3 was told of each object, and the object as it is read."""
        return [(said, self.read(own_id)) for said, own_id in self._said()]

    def _said(self) -> Iterator[tuple[Any, str]]:
        company = self.company
        if self.row.name in ONLY_ONE:
            id_name, said = ONLY_ONE[self.row.name]
            self.send(self.row, said, company.ids[id_name]).ok()
            yield said, company.ids[id_name]
            return
        assert self.create is not None, f"{self.row.name}: say in ONLY_ONE which object there is"
        ids = ids_for(self.create, company.ids)
        for make in (V3_BODIES[self.create.name], *MORE.get(self.create.name, ())):
            made = self.send(self.create, make(ids)).ok(self.create.success)
            READY.get(self.create.name, lambda *_: None)(company, made["id"])
            yield make(ids), made["id"]

    def twins(self) -> list[dict[str, Any]]:
        """The noun's object that v2 made, as v3 reads it."""
        if self.create is None or self.create.name not in TWINS:
            return []
        return [self.read(made_on_v2(self.company, TWINS[self.create.name]))]

    def read(self, own_id: str) -> dict[str, Any]:
        """The object with this id as it is read."""
        assert self.reader is not None
        if not _is_list(self.reader.response):
            return self.send(self.reader, None, own_id).ok()
        answer = self.send(self.reader, None).ok()
        rows = answer if isinstance(answer, list) else answer["results"]
        return next(row for row in rows if row["id"] == own_id)

    def send(self, row: Operation, body: Any, own_id: str = "", **query: str) -> Reply:
        """The operation, about this object."""
        ids = ids_for(row, self.company.ids) | (dict.fromkeys(row.id_names[-1:], own_id) if own_id else {})
        path = re.sub(r"\{(\w+)\}", lambda name: ids[name.group(1)], row.path)
        return self.company.v3(row.method, path.removeprefix("/connect/v3/"), body, **query)

    def rows(self) -> dict[str, list[Any]]:
        """All that the database keeps of the company and not of when; sealed columns sealed."""
        with self.company.api.installed.database.transaction() as tx:
            organization_id = self.company.made["organizationId"]
            tx.enter_organization(organization_id)
            found = {}
            for table in sorted(set(tables_of_organization()) - NOTED_ANYWAY):
                columns = [name for (name,) in tx.all("SELECT name FROM pragma_table_info(?)", (table,))]
                wanted = ", ".join(AS_IT_COUNTS.get(name, name) for name in columns if name != "updated_at")
                found[table] = sorted(
                    tx.all(f"SELECT {wanted} FROM {table} WHERE organization_id = ?", (organization_id,)), key=repr
                )
            return found


#: v2 writes a price of 40 as 40.0, and knows no third word between yes and no.
AS_IT_COUNTS = {"price": "CAST(price AS REAL)", "taxable": "COALESCE(taxable, 0)"}
#: What bills use of a credit is in no answer to a change of it (contract: payables §3).
ONLY_READ = {"usage"}
#: What notes every request, whatever it changes.
NOTED_ANYWAY = {"events", "sessions", "jobs", "organization_counters", "idempotency_keys", "lanes"}


def _by_name(rows: list[Operation]) -> Any:
    return pytest.mark.parametrize("row", rows, ids=lambda row: row.name)


@_by_name(CHANGES)
def test_what_was_read_is_taken_back_and_changes_nothing(row: Operation, stage: Stage) -> None:
    scene = Scene(stage, row)
    for read in [*(read for _, read in scene.objects()), *scene.twins()]:
        kept = scene.rows()
        in_bulk = row.path.endswith("/bulk")
        reply = scene.send(row, _one_or_list(in_bulk, read), "" if in_bulk else read["id"])
        if row.name in NOT_TAKEN_BACK:
            assert reply.status == 400, reply.text
            continue
        assert reply.status == 200, reply.text
        answer = next(iter(reply.json.values()))[0] if in_bulk else reply.json
        assert read.keys() - answer.keys() <= ONLY_READ
        assert _aged(read, answer) | answer == _aged(read, answer)
        again = scene.read(read["id"])
        assert again == _aged(read, again)
        assert {table: rows for table, rows in scene.rows().items() if rows != kept[table]} == {}


@pytest.mark.parametrize("vintage", VINTAGES)
@_by_name([V3["POST", row.path] for row in V3.values() if row.name in TWINS])
def test_what_v2_read_is_taken_back_and_changes_nothing(row: Operation, vintage: str, stage: Stage) -> None:
    """Neither what only v3 can say, nor what only a newer vintage can."""
    scene, entity = Scene(stage, row), TWINS[row.name]
    made = [*(read["id"] for _, read in scene.objects()), *(read["id"] for read in scene.twins())]
    company = scene.company if vintage == VINTAGES[-1] else with_vintage(stage.ours, vintage)
    for own_id in made:
        read = company.v2(f"Crud/Read/{entity}", {"id": own_id}).ok()["response_data"]
        kept = scene.rows()
        answer = company.v2(f"Crud/Update/{entity}", {"obj": read}).ok()
        assert answer["response_status"] == 0, answer
        assert {table: rows for table, rows in scene.rows().items() if rows != kept[table]} == {}


@_by_name(COPIES)
def test_what_was_read_makes_another_one(row: Operation, stage: Stage) -> None:
    scene = Scene(stage, row)
    for said, read in scene.objects():
        in_bulk = row.path.endswith("/bulk")
        whole = {place: _at(said, place) for place in MASKED.get(row.name, ()) if _at(read, place) is not None}
        for masked in whole:
            others = {place: value for place, value in whole.items() if place != masked}
            refusal = scene.send(row, _one_or_list(in_bulk, _telling(read, others)))
            assert refusal.status == 400, f"{masked}: {refusal.text}"
        if row.name in ANEW:
            assert scene.send(row, _one_or_list(in_bulk, read)).status in {400, 422}
            whole |= ANEW[row.name][1](scene.company.ids)
        reply = scene.send(row, _one_or_list(in_bulk, _telling(read, whole)))
        if row.name in NOT_TAKEN_BACK:
            assert reply.status == 400, reply.text
            continue
        assert reply.status == row.success, reply.text
        answer = reply.json
        if in_bulk:
            (answer,) = answer if isinstance(answer, list) else next(iter(answer.values()))
        assert answer["id"] != read["id"]
        aside = whole.keys() | SHOWN_ELSEWHERE.get(row.name, {}).keys()
        assert _of_anyone(answer, aside) == _of_anyone(read, aside)


@_by_name([row for row in COPIES if ("GET", row.path) in V3])
def test_a_list_shows_each_object_as_it_is_read(row: Operation, stage: Stage) -> None:
    scene = Scene(stage, row)
    for read in [*(read for _, read in scene.objects()), *scene.twins()]:
        answer = scene.send(V3["GET", row.path], None, filters=f"id:eq:{read['id']}").ok()
        if isinstance(answer, list):
            assert read in answer
        else:
            assert answer["results"] == [read]


@_by_name([*CHANGES, *COPIES])
def test_all_that_can_be_said_and_is_shown_is_sent_back(row: Operation, stage: Stage) -> None:
    scene = Scene(stage, row)
    assert scene.reader is not None
    sayable, shown = set(_places(row.request)), set(_places(scene.reader.response))
    sent = {place for _, read in scene.objects() for place in _places_in(read)}
    missing = {place for place in (sayable & shown) - sent if not place.endswith("countryName")}
    assert row.name in NOT_TAKEN_BACK or not missing, "say more of it in MORE"


#: What is each object's own, wherever it stands.
_OWN = {
    "id", "createdTime", "updatedTime", "createdBy", "confirmationNumber", "transactionNumber", "statusChangedTime",
    "lastUpdatedDate", "appliedAmount", "status", "usage", "default",
}  # fmt: skip


def _of_anyone(value: Any, aside: AbstractSet[str], place: str = "") -> Any:
    """The object without what is its own, and without the places that are put aside."""
    if isinstance(value, dict):
        places = {name: f"{place}.{name}" if place else name for name in value}
        return {
            name: _of_anyone(inner, aside, places[name])
            for name, inner in value.items()
            if name not in _OWN and places[name] not in aside
        }
    return [_of_anyone(inner, aside, place) for inner in value] if isinstance(value, list) else value


def _aged(read: dict[str, Any], later: dict[str, Any]) -> dict[str, Any]:
    """The object as it was read, at the time of a later answer."""
    return read | {name: later[name] for name in ("updatedTime",) if name in read}


def _at(value: Any, place: str) -> Any:
    for name in place.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _one_or_list(in_bulk: bool, body: dict[str, Any]) -> Any:
    return [body] if in_bulk else body


def _telling(read: dict[str, Any], anew: Mapping[str, Any]) -> dict[str, Any]:
    """The object as it was read, but for what is told anew at some places."""
    body = copy.deepcopy(read)
    for place, value in anew.items():
        *outer, last = place.split(".")
        reduce(lambda part, name: part[name], outer, body)[last] = value
    return body


def _places_in(value: Any, place: str = "") -> Iterator[str]:
    """The place of every value in an object."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _places_in(inner, f"{place}.{name}" if place else name)
    elif isinstance(value, list):
        for inner in value:
            yield from _places_in(inner, f"{place}[]")
    else:
        yield place
