"""Faults that a sandbox was told to show: an operation's next answers fail or come late."""

from __future__ import annotations

import asyncio
from typing import Final

import msgspec

from billfold.wire.errors import InjectedFault

MAX_FAULTS: Final = 100


class Fault(msgspec.Struct, frozen=True):
    """What the next `times` calls of an operation meet: a delay, and then a refusal if there is a code."""

    operation: str
    times: int
    code: str | None
    status: int
    delay_ms: int


class FaultPlan:
    """The faults that are still to be shown, by operation. They live in the process, not in the database."""

    def __init__(self) -> None:
        self._waiting: dict[str, Fault] = {}

    def plan(self, fault: Fault) -> None:
        """Plan a fault in the place of an earlier one; no times at all takes it back."""
        self._waiting.pop(fault.operation, None)
        if fault.times and len(self._waiting) < MAX_FAULTS:
            self._waiting[fault.operation] = fault

    def clear(self) -> None:
        """Forget every fault."""
        self._waiting.clear()

    async def meet(self, operation: str) -> None:
        """Show the operation's fault, if one is planned. Raises `InjectedFault`."""
        fault = self._waiting.get(operation)
        if fault is None:
            return
        self.plan(msgspec.structs.replace(fault, times=fault.times - 1))
        if fault.delay_ms:
            await asyncio.sleep(fault.delay_ms / 1000)
        if fault.code is not None:
            raise InjectedFault(fault.code, fault.status)
