"""Plain JSON in, plain JSON out, one object for an error: how Billfold's own faces answer (sim and admin)."""

from __future__ import annotations

from typing import Any

import msgspec

from billfold.kit.errors import InvalidField, Refusal
from billfold.wire.catalog import Answer, Call, Operation
from billfold.wire.codecs import decode, encode, respell
from billfold.wire.errors import wire_error


class PlainErrorShape(msgspec.Struct):
    """A refusal: the rule's name, and a sentence for each thing that is wrong."""

    code: str
    message: str


class PlainFace:
    """JSON without an envelope. Who may call is the operations' own affair."""

    def __init__(self, name: str) -> None:
        self.name = name

    def credentials(self, call: Call) -> tuple[str, str]:
        return call.headers.get("devkey", ""), call.headers.get("sessionid", "")

    def idempotency_key(self, call: Call) -> str:
        del call
        return ""

    def essence(self, call: Call) -> bytes:
        return call.body

    def decode(self, operation: Operation, call: Call) -> Any:
        return decode(call.body or b"{}", operation.request) if operation.request is not None else None

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
