"""The verbs of a v2 entity as rows: Crud, alone and in bulk, and List (contract v2.md §2, §3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

import msgspec

from billfold.identity.permissions import Permission
from billfold.identity.users import USER_PREFIX
from billfold.kit.ctx import Ctx, RecordStatus
from billfold.kit.errors import InvalidField
from billfold.kit.events import creators_of
from billfold.kit.query import Page, Query
from billfold.wire.catalog import BASES, Call, Catalogue, Operation
from billfold.wire.errors import InvalidDatatype, MissingData, MissingParameter
from billfold.wire.v2.bulk import MAX_ELEMENTS, UNITS
from billfold.wire.v2.documents import answer_type, shape_of
from billfold.wire.v2.face import ErrorEnvelope
from billfold.wire.v2.fields import Table
from billfold.wire.v2.jackson import Printed
from billfold.wire.v2.kinds import NULLID
from billfold.wire.v2.lists import read_detail, read_query
from billfold.wire.v2.printing import printer

R = TypeVar("R")
Data = Mapping[str, Any]
#: How lines begin where a list's objects are printed: in the data of the envelope.
_OF_LISTED: Final = "\n  "
#: Who made what no user made: the clock, or whoever runs the house.
SYSTEM_USER: Final = "syu01SYSTEMUSER00001"
_FORM: Final = ("devKey", "sessionId", "data")


class Verbs(msgspec.Struct, frozen=True, kw_only=True):
    """What the domain can do with one noun.

    `sources` makes, of records and for a vintage, what the table shows them from; `show` what clients see of records
    that are not shown as their table says.
    """

    get: Callable[[Ctx, str], Any]
    sources: Callable[[Ctx, list[Any], str], Sequence[Any]] = lambda _, records, __: records
    show: Callable[[Ctx, list[Any], str], list[dict[str, Any]]] | None = None
    create: Callable[[Ctx, dict[str, Any]], Any] | None = None
    id_of: Callable[[Any], str] = lambda record: record.id
    update: Callable[[Ctx, str, dict[str, Any]], Any] | None = None
    archive: Callable[[Ctx, str], Any] | None = None
    restore: Callable[[Ctx, str], Any] | None = None
    find: Callable[[Ctx, Query], Page[Any]] | None = None


def declare_entity(
    catalogue: Catalogue,
    table: Table,
    verbs: Verbs,
    writes: Permission,
    *,
    bulk: bool = True,
    trusted: bool = False,
) -> None:
    """Add a row for each thing that the domain can do with the noun, and for doing it in bulk.

    `trusted`: creating one needs a session that has passed MFA.
    """
    shape = answer_type(shape_of(table))
    bulk_shape = _bulk_type(shape, table)

    def add(verb: str, run: Callable[..., Any], **options: Any) -> None:
        path = f"Crud/{verb}/{table.entity}"
        operation(
            catalogue, path, f"{verb} {table.entity}", run,
            spelling=table.spelling, response=shape, entity=table, **options,
        )  # fmt: skip
        if bulk:
            operation(
                catalogue, f"Bulk/{path}", f"{verb} up to {MAX_ELEMENTS} {table.entity} objects, each by itself", run,
                spelling=table.spelling, response=bulk_shape, units=UNITS, **options,
            )  # fmt: skip

    def shown(make: Callable[[Ctx, Data], Any]) -> Callable[[Ctx, Call, Data], Any]:
        return lambda ctx, call, data: _show(table, verbs, ctx, [make(ctx, data)], call.vintage)[0]

    if verbs.create is not None:
        add("Create", shown(_create(table, verbs)), needs=writes, write=True, trusted=trusted)
    add("Read", shown(lambda ctx, data: verbs.get(ctx, read_id(data))))
    if verbs.update is not None:
        add("Update", shown(_update(table, verbs)), needs=writes, write=True)
    for verb, step in (("Delete", verbs.archive), ("Undelete", verbs.restore)):
        if step is not None:
            add(verb, shown(_by_id(step)), needs=writes, write=True)
    if verbs.find is not None:
        listed = answer_type(list[shape_of(table)], f"{table.entity}List")  # type: ignore[misc]
        operation(
            catalogue, f"List/{table.entity}", f"List {table.entity}", _list(table, verbs),
            spelling=table.spelling, response=listed,
        )  # fmt: skip


def operation(
    catalogue: Catalogue, path: str, summary: str, run: Callable[..., Any], *, method: str = "POST", **options: Any
) -> None:
    """A row. The old callers of Bulk leave `.json` out, so every path is there without it too (v2.md §1.1)."""
    whole = f"{BASES['v2']}/{path}.json"
    catalogue.add(
        Operation(
            face="v2",
            name="v2." + path.replace("/", ".") + ("" if method == "POST" else f".{method.lower()}"),
            method=method,
            path=whole,
            summary=summary,
            run=run,
            refusal=ErrorEnvelope,
            **({"form": _FORM} | options),
        )
    )
    catalogue.alias(whole.removesuffix(".json"), whole)


def _bulk_type(shape: type[msgspec.Struct], table: Table) -> type[msgspec.Struct]:
    """What is shown of elements that succeeded; the others have the envelope of a refusal."""
    name = f"{table.entity}Bulk"
    fields: list[tuple[str, Any]] = [("bulk", list[shape])]  # type: ignore[valid-type]
    return answer_type(msgspec.defstruct(name, fields, namespace={"__doc__": "Each element's own envelope."}), name)


def read_id(data: Data, name: str = "id") -> str:
    """The id that Read, Delete and Undelete name. Raises `MissingData`, `MissingParameter`, `InvalidDatatype`."""
    found = _read_element(data).get(name)
    if found is not None and not isinstance(found, str):
        raise InvalidDatatype(field=name)
    if found in {None, "", NULLID}:
        raise MissingParameter(name=name)
    return found


def _read_object(data: Data) -> Data:
    found = _read_element(data).get("obj")
    if not isinstance(found, Mapping):
        raise MissingData(name="obj")
    return found


def _read_element(data: Any) -> Data:
    """A request of its own is an object; an element of a bulk may be anything."""
    if not isinstance(data, Mapping):
        raise InvalidDatatype(field="bulk")
    return data


def _by_id(step: Callable[[Ctx, str], R]) -> Callable[[Ctx, Data], R]:
    return lambda ctx, data: step(ctx, read_id(data))


def _create(table: Table, verbs: Verbs) -> Callable[[Ctx, Data], Any]:
    make = verbs.create
    assert make is not None, f"{table.entity} cannot be created"
    lists = [field.attribute for field in table.fields if field.lines is not None]

    def create(ctx: Ctx, data: Data) -> Any:
        found = table.decode(_read_object(data), complete=True)
        # Who copies what was read sends the ids of its lines; the lines of a new object are new.
        for line in (line for attribute in lists for line in found.get(attribute) or ()):
            line.pop("id", None)
        status = found.pop("record_status", None)
        made = make(ctx, found)
        if status is not RecordStatus.INACTIVE:
            return made
        if verbs.archive is None:
            raise InvalidField("record_status", "must be 1 in a new object")
        return verbs.archive(ctx, verbs.id_of(made))

    return create


def _update(table: Table, verbs: Verbs) -> Callable[[Ctx, Data], Any]:
    """IsActive in an Update is Delete or Undelete, with the same checks (settled.md §2)."""
    update, archive, restore = verbs.update, verbs.archive, verbs.restore
    assert update is not None, f"{table.entity} cannot be updated"
    assert archive is not None, f"{table.entity} cannot be archived"
    assert restore is not None, f"{table.entity} cannot be restored"

    def change(ctx: Ctx, data: Data) -> Any:
        raw = _read_object(data)
        own_id = read_id(raw)
        found = table.decode(raw, complete=False)
        status = found.pop("record_status", None)
        if status is RecordStatus.ACTIVE:
            restore(ctx, own_id)
        changed = update(ctx, own_id, found)
        return archive(ctx, own_id) if status is RecordStatus.INACTIVE else changed

    return change


def _list(table: Table, verbs: Verbs) -> Callable[[Ctx, Call, Data], Sequence[Any]]:
    find = verbs.find
    assert find is not None, f"{table.entity} has no list"
    lines = [field.name for field in table.fields if field.lines is not None]

    def run(ctx: Ctx, call: Call, data: Data) -> Sequence[Any]:
        query, detail = read_query(table, data), read_detail(data)
        records = find(ctx, query).items
        if verbs.show is None and not detail.creator:
            print_all = printer(table, call.vintage, lines=detail.lines, newline=_OF_LISTED)
            printed = print_all(verbs.sources(ctx, records, call.vintage))
            return [Printed(text, _OF_LISTED) for text in printed]
        shown = _show(table, verbs, ctx, records, call.vintage)
        if not detail.lines:
            shown = [{name: value for name, value in one.items() if name not in lines} for one in shown]
        return _with_creators(ctx, shown) if detail.creator else shown

    return run


def _show(table: Table, verbs: Verbs, ctx: Ctx, records: list[Any], vintage: str) -> list[dict[str, Any]]:
    if verbs.show is not None:
        return verbs.show(ctx, records, vintage)
    return [table.encode(source, vintage) for source in verbs.sources(ctx, records, vintage)]


def _shown_creator(actor_id: str | None) -> str:
    """A user's id, twenty zeros where nobody knows; who is no user is the system (v2.md §1.4)."""
    if actor_id is None:
        return NULLID
    return actor_id if actor_id.startswith(USER_PREFIX) else SYSTEM_USER


def _with_creators(ctx: Ctx, shown: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each object with the user who created it, after the times, where the vintage of 2024 has it anyway."""
    creators = creators_of(ctx.tx, ctx.organization_id, [one["id"] for one in shown])
    found = []
    for one in shown:
        audited: dict[str, Any] = {}
        for name, value in one.items():
            audited[name] = value
            if name == "updatedTime":
                audited["createdBy"] = _shown_creator(creators.get(one["id"]))
        found.append(audited)
    return found
