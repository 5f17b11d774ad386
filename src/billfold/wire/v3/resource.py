"""The regular verbs of a v3 resource, as rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import GenericAlias
from typing import Any

from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx
from billfold.kit.query import Page, Query
from billfold.wire.catalog import Call, Catalogue, Operation
from billfold.wire.v3.errors import ErrorShape
from billfold.wire.v3.lists import ListRequest, ListSpec, PageAnswer, list_parameters

BASE = "/connect/v3"


class Resource:
    """Declares the rows of one noun: `vendors.create(...)` is POST /connect/v3/vendors."""

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
    ) -> None:
        self._catalogue = catalogue
        self._path = f"{BASE}/{path}"
        self._name = f"v3.{path.replace('/', '.')}"
        self._noun = noun
        self._id_name = id_name
        self._shape = shape
        self._writes = writes
        self._spelling = spelling

    def list(
        self,
        find: Callable[[Ctx, Query], Page[Any]],
        encode: Callable[[Any], Any] | None,
        spec: ListSpec,
        *,
        encode_all: Callable[[Ctx, list[Any]], list[Any]] | None = None,
    ) -> None:
        """GET of the collection. `encode` makes an item's shape; `encode_all` those of a page together."""

        def run(ctx: Ctx, _: Call, request: ListRequest) -> PageAnswer:
            page = find(ctx, request.query)
            if encode_all is not None:
                return PageAnswer(request, page, encode_all(ctx, page.items))
            assert encode is not None, "a list encodes items one by one or together"
            return PageAnswer(request, page, [encode(item) for item in page.items])

        self._add(
            "list", "GET", "", f"List {self._noun}s", run,
            lists=spec, parameters=list_parameters(spec), paged=True, response=GenericAlias(list, (self._shape,)),
        )  # fmt: skip

    def get(self, run: Callable[[Ctx, str], Any]) -> None:
        """GET of one object."""
        self._add("get", "GET", self._one(), f"Read a {self._noun}", self._by_id(run))

    def create(self, run: Callable[..., Any], body: type, **options: Any) -> None:
        """POST to the collection: 201."""
        self._add(
            "create",
            "POST",
            "",
            f"Create a {self._noun}",
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
            f"{verb.capitalize()} a {self._noun}",
            run,
            request=body,
            needs=self._writes,
            write=True,
        )

    def archive_and_restore(self, archive: Callable[[Ctx, str], Any], restore: Callable[[Ctx, str], Any]) -> None:
        """POST …/archive and …/restore: no body, the whole object, idempotent."""
        for verb, run in (("archive", archive), ("restore", restore)):
            self.action(verb, self._by_id(run))

    def action(self, verb: str, run: Callable[..., Any], body: type | None = None, **options: Any) -> None:
        """POST of a verb of its own on one object: 200."""
        self._add(
            verb,
            "POST",
            f"{self._one()}/{verb}",
            f"{verb.capitalize()} a {self._noun}",
            run,
            request=body,
            **({"needs": self._writes, "write": True} | options),
        )

    def part(self, name: str, method: str, run: Callable[..., Any], **options: Any) -> None:
        """A verb on a part of one object, such as …/bank-account."""
        verb = {"GET": "get", "POST": "create", "DELETE": "delete"}[method]
        access: dict[str, Any] = {} if method == "GET" else {"needs": self._writes, "write": True}
        summary = f"{verb.capitalize()} the {name.replace('-', ' ')} of a {self._noun}"
        self._add(f"{name}.{verb}", method, f"{self._one()}/{name}", summary, run, **(access | options))

    def _one(self) -> str:
        return f"/{{{self._id_name}}}"

    def _by_id(self, run: Callable[[Ctx, str], Any]) -> Callable[[Ctx, Call, None], Any]:
        return lambda ctx, call, _: run(ctx, call.path_ids[self._id_name])

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


def operation(
    catalogue: Catalogue, method: str, path: str, summary: str, run: Callable[..., Any], **options: Any
) -> None:
    """A row that is not a resource's verb."""
    name = "v3." + path.replace("/", ".")
    catalogue.add(
        Operation(
            face="v3",
            refusal=list[ErrorShape],
            name=name,
            method=method,
            path=f"{BASE}/{path}",
            summary=summary,
            run=run,
            **options,
        )
    )
