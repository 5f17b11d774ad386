"""The catalogue: every operation of every face is a row, and all that can be derived is derived from rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from billfold.identity.permissions import Permission
from billfold.kit.ctx import House
from billfold.kit.db import Transaction


class Call(msgspec.Struct):
    """A request as the pipeline sees it, whatever the face. Header names are lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    #: How the caller reached us: http or https.
    scheme: str = "http"
    path_ids: dict[str, str] = {}
    #: What the operation's `prepare` step made, before the transaction.
    prepared: Any = None
    #: Which field order v2 answers in (the developer key's vintage).
    vintage: str = "2021"
    #: The command line sets it: who can open the database with its master key may administer it.
    is_operator: bool = False
    #: The network address that the call came from, where it came over one.
    source: str = ""

    def __repr__(self) -> str:
        """Without headers, query and body, which hold credentials."""
        return f"Call({self.method} {self.path})"

    @property
    def origin(self) -> str:
        """Where the caller found us: its Host header; behind a proxy that ends TLS, the proxy's scheme."""
        scheme = "https" if self.headers.get("x-forwarded-proto", "").lower() == "https" else self.scheme
        return f"{scheme}://{self.headers.get('host') or 'localhost'}"


class Answer(msgspec.Struct, frozen=True):
    """A response: status, bytes and content type."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


class WithHeaders(msgspec.Struct, frozen=True):
    """A result whose answer needs headers of its own, such as cookies."""

    result: Any
    headers: tuple[tuple[str, str], ...]


class Lobby(msgspec.Struct, frozen=True):
    """What an operation gets that nobody need be signed in for."""

    house: House
    tx: Transaction
    face: str


class Parameter(msgspec.Struct, frozen=True):
    """A query parameter, for the documents."""

    name: str
    schema: dict[str, Any]
    description: str = ""
    required: bool = False


class Units(msgspec.Struct, frozen=True):
    """How a request falls into units, each its own transaction with its own answer or refusal (v2's Bulk).

    `split` gives the units of a decoded request, or refuses all of it; `join` makes one answer of theirs.
    """

    split: Callable[[Any], list[Any]]
    join: Callable[[list[Answer]], Answer]


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One row. `run` takes the context (or the lobby, when public), the call and the decoded request."""

    face: str
    name: str
    method: str
    path: str
    summary: str
    run: Callable[..., Any]
    request: type | None = None
    response: Any = None
    success: int = 200
    needs: Permission | None = Permission.READ
    trusted: bool = False
    write: bool = False
    lists: Any = None
    #: Reads the request where the face's own way will not do. Raises refusals.
    read: Callable[[Call], Any] | None = None
    #: The session alone is enough, as for downloads: a developer key may be left out.
    keyless: bool = False
    #: Of a public row whose request names them: developer key and organization (empty where it names none).
    sender: Callable[[Any], tuple[str, str]] | None = None
    #: Runs in a thread before the transaction: slow work such as password hashing.
    prepare: Callable[..., Any] | None = None
    #: Runs after the commit, with the pipeline and the result of `run`; makes the answer.
    after: Callable[..., Any] | None = None
    #: Where the request is no unit itself, `run` takes one unit at a time.
    units: Units | None = None
    #: Whether the body may hold files: it is larger then, and any bytes.
    files: bool = False
    #: v2's table of the entity's fields.
    entity: Any = None
    #: For the documents: query parameters, form fields, what a refusal looks like, whether answers are pages.
    parameters: tuple[Parameter, ...] = ()
    form: tuple[str, ...] = ()
    refusal: Any = None
    paged: bool = False
    #: The wire's words for the domain's, in the paths of refusals.
    spelling: Mapping[str, str] = {}

    @property
    def public(self) -> bool:
        """Whether no session is needed."""
        return self.needs is None

    @property
    def id_names(self) -> list[str]:
        """The ids that the path carries."""
        return [part[1:-1] for part in self.path.split("/") if part.startswith("{")]


class _Fork:
    """How far a path has been followed: what may come next, a literal part or an id, and the rows of what ends here."""

    __slots__ = ("ids", "literals", "methods")

    def __init__(self) -> None:
        self.literals: dict[str, _Fork] = {}
        self.ids: dict[str, _Fork] = {}
        self.methods: dict[str, Operation] = {}


class Catalogue:
    """The rows, and the way from a path to one of them."""

    def __init__(self) -> None:
        self.operations: list[Operation] = []
        self._exact: dict[str, dict[str, Operation]] = {}
        self._start = _Fork()

    def add(self, operation: Operation) -> None:
        """Add a row. Two rows for one method and path are our own bug."""
        methods = self._methods(operation.path)
        assert operation.method not in methods, f"{operation.method} {operation.path} twice"
        methods[operation.method] = operation
        self.operations.append(operation)

    def catch(self, operation: Operation) -> None:
        """Let a row have the paths of its pattern that no other row has; it is in no list of operations."""
        self._methods(operation.path)[operation.method] = operation

    def alias(self, path: str, operation_path: str) -> None:
        """Let a second path lead to the rows of a first; it may lack ids of the first."""
        if "{" in path:
            self._fork(path).methods = self._methods(operation_path)
        else:
            self._exact[path] = self._methods(operation_path)

    def find(self, path: str) -> tuple[Mapping[str, Operation], dict[str, str]] | None:
        """The rows of a path by method, with the ids in it; None for an unknown path."""
        exact = self._exact.get(path)
        if exact is not None:
            return exact, {}
        return _follow(self._start, path.split("/"), 0)

    def of_face(self, face: str) -> Iterator[Operation]:
        """The rows of one face."""
        return (operation for operation in self.operations if operation.face == face)

    def _methods(self, path: str) -> dict[str, Operation]:
        return self._fork(path).methods if "{" in path else self._exact.setdefault(path, {})

    def _fork(self, path: str) -> _Fork:
        """Where a path with ids in it ends."""
        fork = self._start
        for part in path.split("/"):
            known, name = (fork.ids, part[1:-1]) if part.startswith("{") else (fork.literals, part)
            fork = known.setdefault(name, _Fork())
        return fork


def _follow(fork: _Fork, parts: list[str], position: int) -> tuple[Mapping[str, Operation], dict[str, str]] | None:
    """The rows that the parts from this position on lead to, with the ids among them; a literal goes before an id."""
    if position == len(parts):
        return (fork.methods, {}) if fork.methods else None
    part = parts[position]
    literal = fork.literals.get(part)
    if literal is not None and (found := _follow(literal, parts, position + 1)) is not None:
        return found
    if part:
        for name, inner in fork.ids.items():
            if (found := _follow(inner, parts, position + 1)) is not None:
                found[1][name] = part
                return found
    return None


#: Where each face lives.
BASES = {"v2": "/api/v2", "v3": "/connect/v3", "admin": "/admin/v1", "sim": "/sim"}
