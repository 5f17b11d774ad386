"""How v3 carries credentials, answers and refusals (contract: core §1.1, §1.4)."""

from __future__ import annotations

from typing import Any, Final

from billfold.kit.errors import InvalidField, NotFound, Refusal
from billfold.wire.catalog import Answer, Call, Operation
from billfold.wire.codecs import decode, encode, respell
from billfold.wire.errors import OurFault, WireError, wire_error
from billfold.wire.v3.errors import ErrorShape
from billfold.wire.v3.lists import ListSpec, PageAnswer, read_list_request

_IDEMPOTENCY_HEADERS: Final = ("idempotency-key", "x-idempotent-key")


class V3Face:
    """REST with JSON; developer key and session in headers."""

    name = "v3"

    def credentials(self, call: Call) -> tuple[str, str]:
        return call.headers.get("devkey", ""), call.headers.get("sessionid", "")

    def idempotency_key(self, call: Call) -> str:
        return next((call.headers[name] for name in _IDEMPOTENCY_HEADERS if name in call.headers), "")

    def essence(self, call: Call) -> bytes:
        return call.body

    def decode(self, operation: Operation, call: Call) -> Any:
        if isinstance(operation.lists, ListSpec):
            return read_list_request(operation.lists, call.query)
        if operation.request is None:
            return None
        return decode(call.body or b"{}", operation.request)

    def encode(self, operation: Operation, call: Call, result: Any) -> Answer:
        del call
        if isinstance(result, PageAnswer):
            return Answer(operation.success, encode(result.shape()))
        return Answer(operation.success, b"" if result is None else encode(result))

    def refuse(self, operation: Operation | None, refusals: list[Refusal], now: str) -> Answer:
        spelling = operation.spelling if operation is not None else {}
        errors = [_shape(refusal, wire_error(refusal), spelling, now) for refusal in refusals]
        return Answer(max(wire_error(refusal).status for refusal in refusals), encode(errors))


def _shape(refusal: Refusal, wire: WireError, spelling: Any, now: str) -> ErrorShape:
    message = str(refusal)
    if isinstance(refusal, InvalidField):
        message = f"{respell(refusal.path, spelling)}: {refusal.text}"
    return ErrorShape(now, wire.code, "ERROR", _category(refusal, wire), message)


#: Statuses that the gateway gives by itself; an unknown id is for the core to find.
_GATEWAY: Final = frozenset({400, 404, 405, 413})


def _category(refusal: Refusal, wire: WireError) -> str:
    """REQUEST for what the gateway itself finds wrong, DOWNSTREAM for what the core refuses."""
    if isinstance(refusal, OurFault):
        return "SERVER"
    return "REQUEST" if wire.status in _GATEWAY and not isinstance(refusal, NotFound) else "DOWNSTREAM"
