"""How v3 carries credentials, answers and refusals (contract: core §1.1, §1.4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from billfold.kit.errors import Checks, InvalidField, NotFound, Refusal
from billfold.wire.catalog import Answer, Call, Operation
from billfold.wire.codecs import decode_request, encode, respell
from billfold.wire.errors import AtElement, MissingParameter, OfBill, OurFault, WireError, wire_error
from billfold.wire.multipart import is_multipart, read_parts
from billfold.wire.v3.errors import ErrorShape
from billfold.wire.v3.lists import ListSpec, PageAnswer, read_list_request

_SERVLETS: Final = "/is/"
_IDEMPOTENCY_HEADERS: Final = ("idempotency-key", "x-idempotent-key")


class V3Face:
    """REST with JSON; developer key and session in headers."""

    name = "v3"

    def credentials(self, call: Call) -> tuple[str, str]:
        """Only a link to a file may have the session in its query, for those who follow it with nothing else (§9)."""
        session = call.headers.get("sessionid", "")
        if not session and call.path.startswith(_SERVLETS):
            session = call.query.get("sessionId", "")
        return call.headers.get("devkey", ""), session

    def idempotency_key(self, call: Call) -> str:
        return next((call.headers[name] for name in _IDEMPOTENCY_HEADERS if name in call.headers), "")

    def essence(self, call: Call) -> bytes:
        """The query too: bulk verbs name their objects there. The boundary of a multipart form is new each time."""
        body = b"\0".join(part.content for part in read_parts(call)) if is_multipart(call) else call.body
        return body + urlencode(sorted(call.query.items())).encode()

    def decode(self, operation: Operation, call: Call) -> Any:
        _require_parameters(operation, call)
        if operation.read is not None:
            return operation.read(call)
        if isinstance(operation.lists, ListSpec):
            return read_list_request(operation.lists, call.query)
        if operation.request is None:
            return None
        return decode_request(call.method, call.body or b"{}", operation.request)

    def encode(self, operation: Operation, call: Call, result: Any) -> Answer:
        del call
        if isinstance(result, Answer):
            return result
        if isinstance(result, PageAnswer):
            return Answer(operation.success, encode(result.shape()))
        return Answer(operation.success, b"" if result is None else encode(result))

    def refuse(self, operation: Operation | None, refusals: list[Refusal], now: str) -> Answer:
        spelling = operation.spelling if operation is not None else {}
        errors = [_shape(refusal, wire_error(refusal), spelling, now) for refusal in refusals]
        return Answer(max(wire_error(refusal).status for refusal in refusals), encode(errors))


def _require_parameters(operation: Operation, call: Call) -> None:
    """All that the query lacks, together. Raises `MissingParameter`s."""
    checks = Checks()
    for parameter in operation.parameters:
        if parameter.required and not call.query.get(parameter.name, "").strip():
            checks.note(MissingParameter(name=parameter.name))
    checks.raise_any()


def _shape(refusal: Refusal, wire: WireError, spelling: Mapping[str, str], now: str) -> ErrorShape:
    return ErrorShape(now, wire.code, "ERROR", _category(refusal, wire), _message(refusal, spelling))


def _message(refusal: Refusal, spelling: Mapping[str, str]) -> str:
    if isinstance(refusal, AtElement):
        place, reason = f"[{refusal.position}]", refusal.reason
        if isinstance(reason, InvalidField):
            return f"{place}: {reason.text}" if reason.path == "body" else f"{place}.{_message(reason, spelling)}"
        return f"{place}: {_message(reason, spelling)}"
    if isinstance(refusal, InvalidField):
        return f"{respell(refusal.path, spelling)}: {refusal.text}"
    return str(refusal)


#: Statuses that the gateway gives by itself; an unknown id is for the core to find.
_GATEWAY: Final = frozenset({400, 404, 405, 413})


def _category(refusal: Refusal, wire: WireError) -> str:
    """REQUEST for what the gateway itself finds wrong, DOWNSTREAM for what the core refuses."""
    if isinstance(refusal, (AtElement, OfBill)):
        return _category(refusal.reason, wire)
    if isinstance(refusal, OurFault):
        return "SERVER"
    return "REQUEST" if wire.status in _GATEWAY and not isinstance(refusal, NotFound) else "DOWNSTREAM"
