"""Plain JSON in, plain JSON out, one object for an error: how Billfold's own faces answer (sim and admin)."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from billfold.kit.errors import Checks, InvalidField, Refusal
from billfold.kit.query import Query, Sort
from billfold.wire.catalog import Answer, Call, Operation
from billfold.wire.codecs import decode, decode_json, encode, respell
from billfold.wire.errors import wire_error

#: Lists of these faces show no more of what there may be any number of.
LIMIT: Final = 200
NEWEST: Final = Query(sorts=(Sort("created_at", descending=True),), limit=LIMIT)


class PlainErrorShape(msgspec.Struct):
    """A refusal: the rule's name, and a sentence for each thing that is wrong."""

    code: str
    message: str


class PlainFace:
    """JSON without an envelope. Who may call is the operations' own affair.

    A `strict` one refuses fields that it does not know: a slip in a name must not pass for a default.
    """

    def __init__(self, name: str, *, strict: bool) -> None:
        self.name = name
        self._strict = strict

    def credentials(self, call: Call) -> tuple[str, str]:
        return call.headers.get("devkey", ""), call.headers.get("sessionid", "")

    def idempotency_key(self, call: Call) -> str:
        del call
        return ""

    def essence(self, call: Call) -> bytes:
        return call.body

    def decode(self, operation: Operation, call: Call) -> Any:
        if operation.request is None:
            return None
        body = call.body or b"{}"
        request: Any = decode(body, operation.request)
        if self._strict:
            known = {field.encode_name for field in msgspec.structs.fields(operation.request)}
            checks = Checks()
            for name in decode_json(body):
                checks.require(name in known, InvalidField(name, "is not a field of this operation"))
            checks.raise_any()
        return request

    def encode(self, operation: Operation, call: Call, result: Any) -> Answer:
        del call
        if isinstance(result, Answer):
            return result
        return Answer(operation.success, b"" if result is None else encode(result))

    def refuse(self, operation: Operation | None, refusals: list[Refusal], now: str) -> Answer:
        del now
        spelling = operation.spelling if operation is not None else {}
        sentences = [
            f"{respell(refusal.path, spelling)}: {refusal.text}" if isinstance(refusal, InvalidField) else str(refusal)
            for refusal in refusals
        ]
        status = wire_error(refusals[0]).status
        return Answer(status, encode(PlainErrorShape(refusals[0].code, "; ".join(sentences))))
