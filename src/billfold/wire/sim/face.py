"""How the sandbox's face answers: plain JSON; an error is one object. Nobody need sign in."""

from __future__ import annotations

from typing import Any

from billfold.kit.errors import Refusal
from billfold.wire.catalog import Answer, Call, Operation
from billfold.wire.codecs import decode, encode
from billfold.wire.errors import wire_error
from billfold.wire.sim.scope import SimErrorShape


class SimFace:
    """JSON under /sim."""

    name = "sim"

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
        del operation, now
        refusal = refusals[0]
        status = wire_error(refusal).status
        return Answer(status, encode(SimErrorShape(refusal.code, "; ".join(str(one) for one in refusals))))
