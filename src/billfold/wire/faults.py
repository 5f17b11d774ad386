"""Faults that a sandbox was told to show: an operation's next answers fail or come late."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import count
from typing import Final

import msgspec

from billfold.kit.errors import NotFound
from billfold.wire.error_catalogue import message_of
from billfold.wire.errors import InjectedFault, TooManyFaults
from billfold.wire.senders import Sender

MAX_FAULTS: Final = 100


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """What the next `times` calls of an operation meet: a delay, and then a refusal if there is a code.

    With an organization or a world, only calls of a session in it, or that sign in to it.
    """

    id: str = ""
    operation: str
    times: int
    code: str | None
    status: int
    delay_ms: int
    organization_id: str | None = None
    world_id: str | None = None

    def concerns(self, operation: str, sender: Sender | None) -> bool:
        """Whether the sender's call of this operation is to meet it."""
        if operation != self.operation:
            return False
        if self.organization_id is not None and (sender is None or sender.organization_id != self.organization_id):
            return False
        return self.world_id is None or (sender is not None and sender.world_id == self.world_id)


class FaultPlan:
    """The faults that are still to be shown, in the order of their planning.

    They live in the process, not in the database.
    """

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._numbers = count(1)

    @property
    def waiting(self) -> Sequence[Fault]:
        """The faults still to be shown, each with the times that are left."""
        return tuple(self._waiting)

    def plan(self, fault: Fault) -> Fault:
        """Plan a fault after those that wait; the fault with its id. Raises `TooManyFaults`."""
        if len(self._waiting) >= MAX_FAULTS:
            raise TooManyFaults(limit=MAX_FAULTS)
        planned = msgspec.structs.replace(fault, id=f"fault-{next(self._numbers)}")
        self._waiting.append(planned)
        return planned

    def delete(self, fault_id: str) -> None:
        """Take one fault back. Raises `NotFound`."""
        if fault_id not in {fault.id for fault in self._waiting}:
            raise NotFound("fault", fault_id)
        self._waiting = [fault for fault in self._waiting if fault.id != fault_id]

    def clear(self, operation: str | None = None) -> None:
        """Forget every fault, or those of one operation."""
        self._waiting = [fault for fault in self._waiting if operation not in {None, fault.operation}]

    async def meet(self, operation: str, sender: Sender | None) -> None:
        """Show the first fault that concerns this call, if one does. Raises `InjectedFault`."""
        position = next((at for at, one in enumerate(self._waiting) if one.concerns(operation, sender)), None)
        if position is None:
            return
        fault = self._waiting[position]
        left = [msgspec.structs.replace(fault, times=fault.times - 1)] if fault.times > 1 else []
        self._waiting[position : position + 1] = left
        if fault.delay_ms:
            await asyncio.sleep(fault.delay_ms / 1000)
        if fault.code is not None:
            raise InjectedFault(fault.code, fault.status, message_of(fault.code))
