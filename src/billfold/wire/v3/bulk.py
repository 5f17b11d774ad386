"""Bulk verbs of v3: many objects in one request, all or nothing (contract: core §1.1, settled.md §1).

All elements are tried together first. Only when one is refused is each tried by itself, behind a savepoint, so that
the answer names every element that is wrong; its siblings are said to be rolled back, and nothing is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from types import GenericAlias
from typing import Annotated, Any, Final

import msgspec

from billfold.kit.ctx import Ctx
from billfold.kit.errors import InvalidField, Refusal, Refusals
from billfold.wire.catalog import Call, Parameter
from billfold.wire.codecs import decode, decode_all, decode_request
from billfold.wire.errors import AtElement, MissingParameter, RolledBack

#: What the domain does with one element; the body is None where the element is an id of the path.
One = Callable[[Ctx, Call, Any], Any]
#: The same for all elements in few statements. It refuses whenever `One` would refuse one of them.
Together = Callable[[Ctx, Call, list[Any]], list[Any]]
#: Locks what the elements will lock one by one, in the house's order. It refuses nothing.
Locks = Callable[[Ctx, list[Any]], None]

_REFUSED: Final = (Refusal, Refusals)


class Bulk(msgspec.Struct, frozen=True, kw_only=True):
    """One bulk verb: how each element is read, done and answered."""

    one: One
    maximum: int
    together: Together | None = None
    locks: Locks | None = None
    #: The key of the answer's list; None for a bare list.
    key: str | None = None

    def run(self, ctx: Ctx, call: Call, elements: Sequence[Any]) -> Any:
        """Do all, or raise the refusals of every wrong element and `RolledBack` for each of the others."""
        answers = self._all(ctx, call, elements)
        return answers if self.key is None else {self.key: answers}

    def _all(self, ctx: Ctx, call: Call, elements: Sequence[Any]) -> list[Any]:
        readable = [element for element in elements if not isinstance(element, _REFUSED)]
        if self.locks is not None:
            self.locks(ctx, readable)
        if len(readable) == len(elements):
            try:
                with ctx.attempt():
                    return self._together(ctx, call, readable)
            except _REFUSED:
                pass  # Which elements are wrong is found below.
        return self._one_by_one(ctx, call, elements)

    def _together(self, ctx: Ctx, call: Call, elements: list[Any]) -> list[Any]:
        if self.together is not None:
            return self.together(ctx, call, elements)
        return [self.one(ctx, call, element) for element in elements]

    def _one_by_one(self, ctx: Ctx, call: Call, elements: Sequence[Any]) -> list[Any]:
        answers: list[Any] = []
        found: list[AtElement] = []
        for position, element in enumerate(elements):
            try:
                if isinstance(element, _REFUSED):
                    raise element
                with ctx.attempt():
                    answers.append(self.one(ctx, call, element))
            except _REFUSED as refused:
                reasons = refused.refusals if isinstance(refused, Refusals) else [refused]
                found += [AtElement(position, reason) for reason in reasons]
        if found:
            raise Refusals(list(_with_siblings(found, len(elements))))
        return answers


def _with_siblings(found: Sequence[AtElement], count: int) -> Iterator[Refusal]:
    of_position: dict[int, list[AtElement]] = {}
    for refusal in found:
        of_position.setdefault(refusal.position, []).append(refusal)
    for position in range(count):
        yield from of_position.get(position) or [AtElement(position, RolledBack())]


def reader_of(body: type, maximum: int) -> Callable[[Call], list[Any]]:
    """Reads a JSON array. Elements that cannot be read are their refusals.

    Raises `InvalidField` where the body is no array of 1 to `maximum` elements.
    """
    has_id = any(field.name == "id" for field in msgspec.structs.fields(body))

    def read(call: Call) -> list[Any]:
        whole = call.body or b"[]"
        elements: list[Any] | None = decode_all(whole, body)
        if elements is None:
            raw = decode(whole, list[msgspec.Raw])
            _require_count(raw, "body", maximum)
            elements = [_read(call.method, bytes(one), body) for one in raw]
        _require_count(elements, "body", maximum)
        return _without_repeated(elements) if has_id else elements

    return read


def ids_reader(maximum: int) -> Callable[[Call], list[Any]]:
    """Reads `ids=A,B`. Raises `MissingParameter`, `InvalidField` where there are more than `maximum`."""

    def read(call: Call) -> list[Any]:
        ids = [one.strip() for one in call.query.get("ids", "").split(",") if one.strip()]
        if not ids:
            raise MissingParameter(name="ids")
        _require_count(ids, "ids", maximum)
        return _without_repeated(ids)

    return read


def ids_parameter(maximum: int) -> Parameter:
    """The query parameter `ids`, for the documents."""
    ids = {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1, "maxItems": maximum}
    return Parameter("ids", ids, "The objects: ids=A,B or ids=A&ids=B.", required=True)


def with_id(body: type) -> type:
    """The body of an update with the `id` that says of what."""
    return msgspec.defstruct(
        f"{body.__name__}InBulk", [("id", str)], bases=(body,), kw_only=True, namespace={"__doc__": body.__doc__}
    )


def array_of(body: type, maximum: int) -> Any:
    """The type of a request, for the documents."""
    return Annotated[GenericAlias(list, (body,)), msgspec.Meta(min_length=1, max_length=maximum)]


# The verbs of one noun share it: the documents name a type once.
@cache
def answer_of(shape: type, key: str | None) -> Any:
    """The type of an answer: a list, under its key if it has one."""
    if key is None:
        return GenericAlias(list, (shape,))
    name = key[0].upper() + key[1:]
    doc = "What was done, in the order of the request."
    return msgspec.defstruct(name, [(key, GenericAlias(list, (shape,)))], namespace={"__doc__": doc})


def by_id(run: One, id_name: str) -> One:
    """The operation on one object, whose id is in the path, as one on an element that has its `id`."""
    return lambda ctx, call, element: run(ctx, call_for(call, id_name, element.id), element)


def call_for(call: Call, id_name: str, object_id: str) -> Call:
    """The call as if it were about this one object."""
    return msgspec.structs.replace(call, path_ids={id_name: object_id})


def _read(method: str, raw: bytes, body: type) -> Any:
    try:
        return decode_request(method, raw, body)
    except _REFUSED as refused:
        return refused


def _require_count(elements: Sequence[Any], name: str, maximum: int) -> None:
    if not 1 <= len(elements) <= maximum:
        raise InvalidField(name, f"must have 1 to {maximum} elements, not {len(elements)}")


def _without_repeated(elements: list[Any]) -> list[Any]:
    """The elements, where one that names an object again is a refusal."""
    first: dict[str, int] = {}
    return [
        InvalidField("id", f"is that of [{first[name]}] too", name)
        if (name := _name_of(element)) is not None and first.setdefault(name, position) != position
        else element
        for position, element in enumerate(elements)
    ]


def _name_of(element: Any) -> str | None:
    found = element if isinstance(element, str) else getattr(element, "id", None)
    return found if isinstance(found, str) else None
