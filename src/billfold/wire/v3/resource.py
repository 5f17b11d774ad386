"""The regular verbs of a v3 resource, as rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import GenericAlias
from typing import Any

import msgspec

from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx
from billfold.kit.query import Page
from billfold.wire.catalog import Call, Catalogue, Operation
from billfold.wire.v3 import bulk
from billfold.wire.v3.errors import ErrorShape
from billfold.wire.v3.lists import ListRequest, ListSpec, PageAnswer, list_parameters

BASE = "/connect/v3"


class StatusShape(msgspec.Struct):
    """It was done."""

    status: str


SUCCESS = StatusShape("SUCCESS")


class Resource:
    """Declares the rows of one noun: `vendors.create(...)` is POST /connect/v3/vendors.

    `within` names the id in the path of what these objects belong to; list, get, archive and restore are given it
    before their own argument, an empty text where an alias of the path lacks it.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        path: str,
        *,
        noun: str,
        id_name: str,
        shape: type,
        writes: Permission,
        spelling: Mapping[str, str],
        within: str = "",
    ) -> None:
        self._catalogue = catalogue
        self._path = f"{BASE}/{path}"
        self._within = within
        self._name = f"v3.{path.replace(f'/{{{within}}}', '').replace('/', '.')}"
        self._noun = noun
        self._one_noun = article(noun)
        self._id_name = id_name
        self._shape = shape
        self._writes = writes
        self._spelling = spelling

    def list(
        self,
        find: Callable[..., Page[Any]],
        encode: Callable[[Any], Any] | None,
        spec: ListSpec,
        *,
        encode_all: Callable[[Ctx, Call, list[Any]], list[Any]] | None = None,
    ) -> None:
        """GET of the collection. `encode` makes an item's shape; `encode_all` those of a page together."""

        def run(ctx: Ctx, call: Call, request: ListRequest) -> PageAnswer:
            page = find(ctx, *self._owner(call), request.query)
            if encode_all is not None:
                return PageAnswer(request, page, encode_all(ctx, call, page.items))
            assert encode is not None, "a list encodes items one by one or together"
            return PageAnswer(request, page, [encode(item) for item in page.items])

        self._add(
            "list", "GET", "", f"List {plural(self._noun)}", run,
            lists=spec, parameters=list_parameters(spec), paged=True, response=GenericAlias(list, (self._shape,)),
        )  # fmt: skip

    def get(self, run: Callable[..., Any], **options: Any) -> None:
        """GET of one object."""
        self._add("get", "GET", self._one(), f"Read {self._one_noun}", self._by_id(run), **options)

    def get_with(self, run: Callable[[Ctx, Call, None], Any], **options: Any) -> None:
        """The same where more of the call matters than the id."""
        self._add("get", "GET", self._one(), f"Read {self._one_noun}", run, **options)

    def create(self, run: Callable[..., Any], body: type, **options: Any) -> None:
        """POST to the collection: 201."""
        self._add(
            "create",
            "POST",
            "",
            f"Create {self._one_noun}",
            run,
            request=body,
            success=201,
            **({"needs": self._writes, "write": True} | options),
        )

    def change(self, verb: str, method: str, run: Callable[..., Any], body: type) -> None:
        """PATCH or PUT of one object."""
        self._add(
            verb,
            method,
            self._one(),
            f"{verb.capitalize()} {self._one_noun}",
            run,
            request=body,
            needs=self._writes,
            write=True,
        )

    def bulk_create(
        self,
        run: bulk.One,
        body: type,
        *,
        maximum: int,
        key: str | None,
        together: bulk.Together | None = None,
        locks: bulk.Locks | None = None,
        **options: Any,
    ) -> None:
        """201. `run` creates one; the answer's list is under `key`, or bare where that is None."""
        verb = bulk.Bulk(one=run, maximum=maximum, together=together, locks=locks, key=key)
        self._bulk("create", "POST", "", verb, body, success=201, **options)

    def bulk_update(
        self,
        run: bulk.One,
        body: type,
        *,
        maximum: int,
        key: str | None,
        together: bulk.Together | None = None,
        locks: bulk.Locks | None = None,
        method: str = "PATCH",
    ) -> None:
        """PATCH (or PUT) …/bulk of an array. `run` changes the one whose id is in the path; elements have an `id`."""
        one = bulk.by_id(run, self._id_name)
        verb = bulk.Bulk(one=one, maximum=maximum, together=together, locks=locks, key=key)
        self._bulk({"PATCH": "update", "PUT": "replace"}[method], method, "", verb, bulk.with_id(body))

    def bulk_archive_and_restore(
        self,
        archive: Callable[[Ctx, str], Any],
        restore: Callable[[Ctx, str], Any],
        *,
        maximum: int,
        key: str | None,
        locks: bulk.Locks | None = None,
    ) -> None:
        """POST …/bulk/archive?ids=A,B and …/bulk/restore: no body. `locks` is given the ids."""
        for name, run in (("archive", archive), ("restore", restore)):
            self.bulk_action(name, run, maximum=maximum, key=key, locks=locks)

    def bulk_action(
        self,
        name: str,
        run: Callable[[Ctx, str], Any],
        *,
        maximum: int,
        key: str | None,
        locks: bulk.Locks | None = None,
    ) -> None:
        """POST …/bulk/<name>?ids=A,B: no body. `locks` is given the ids."""
        verb = bulk.Bulk(one=_of_id(run), maximum=maximum, locks=locks, key=key)
        self._bulk(name, "POST", f"/{name}", verb, None)

    def archive_and_restore(self, archive: Callable[..., Any], restore: Callable[..., Any]) -> None:
        """POST …/archive and …/restore: no body, the whole object, idempotent."""
        self.archive(archive)
        self.action("restore", self._by_id(restore))

    def archive(self, run: Callable[..., Any]) -> None:
        """POST …/archive: no body, the whole object, idempotent."""
        self.action("archive", self._by_id(run))

    def action(self, verb: str, run: Callable[..., Any], body: type | None = None, **options: Any) -> None:
        """POST of a verb of its own on one object: 200."""
        self._add(
            verb,
            "POST",
            f"{self._one()}/{verb}",
            f"{verb.capitalize()} {self._one_noun}",
            run,
            request=body,
            **({"needs": self._writes, "write": True} | options),
        )

    def part(self, name: str, method: str, run: Callable[..., Any], **options: Any) -> None:
        """A verb on a part of one object, such as …/bank-account."""
        verb = {"GET": "get", "POST": "create", "DELETE": "delete"}[method]
        access: dict[str, Any] = {} if method == "GET" else {"needs": self._writes, "write": True}
        summary = f"{verb.capitalize()} the {name.replace('-', ' ')} of {self._one_noun}"
        self._add(f"{name}.{verb}", method, f"{self._one()}/{name}", summary, run, **(access | options))

    def _bulk(self, verb: str, method: str, path: str, made: bulk.Bulk, body: type | None, **options: Any) -> None:
        maximum = made.maximum
        reading: dict[str, Any] = (
            {"read": bulk.ids_reader(maximum), "parameters": (bulk.ids_parameter(maximum),)}
            if body is None
            else {"read": bulk.reader_of(body, maximum), "request": bulk.array_of(body, maximum)}
        )
        summary = f"{verb.capitalize()} up to {maximum} {plural(self._noun)}, all or none"
        self._add(
            f"bulk.{verb}", method, f"/bulk{path}", summary, made.run,
            response=bulk.answer_of(self._shape, made.key),
            **({"needs": self._writes, "write": True} | reading | options),
        )  # fmt: skip

    def _one(self) -> str:
        return f"/{{{self._id_name}}}"

    def _by_id(self, run: Callable[..., Any]) -> Callable[[Ctx, Call, None], Any]:
        return lambda ctx, call, _: run(ctx, *self._owner(call), call.path_ids[self._id_name])

    def _owner(self, call: Call) -> tuple[str, ...]:
        return (call.path_ids.get(self._within, ""),) if self._within else ()

    def _add(self, verb: str, method: str, path: str, summary: str, run: Callable[..., Any], **options: Any) -> None:
        self._catalogue.add(
            Operation(
                face="v3",
                refusal=list[ErrorShape],
                name=f"{self._name}.{verb}",
                method=method,
                path=self._path + path,
                summary=summary,
                run=run,
                spelling=self._spelling,
                **({"response": self._shape} | options),
            )
        )


def article(noun: str) -> str:
    """The noun with its article; a user begins with a consonant."""
    return f"{'an' if noun[0] in 'aeio' else 'a'} {noun}"


def plural(noun: str) -> str:
    """Several of the noun."""
    return f"{noun}es" if noun.endswith("s") else f"{noun}s"


def _of_id(run: Callable[[Ctx, str], Any]) -> bulk.One:
    return lambda ctx, _, object_id: run(ctx, object_id)


def operation(
    catalogue: Catalogue, method: str, path: str, summary: str, run: Callable[..., Any], **options: Any
) -> None:
    """A row that is not a resource's verb."""
    name = "v3." + path.replace("/", ".")
    catalogue.add(
        Operation(
            face="v3",
            refusal=list[ErrorShape],
            method=method,
            path=f"{BASE}/{path}",
            summary=summary,
            run=run,
            **({"name": name} | options),
        )
    )
