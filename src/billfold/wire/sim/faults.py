"""Trouble on order: faults of operations."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from billfold.identity import store
from billfold.kit.ctx import Ctx
from billfold.kit.errors import NotFound
from billfold.kit.worlds import WORLDS
from billfold.rails import bank_faults
from billfold.rails.bank_model import BankFaultKind
from billfold.rails.model import Direction
from billfold.wire.catalog import Call, Catalogue, Lobby
from billfold.wire.faults import Fault
from billfold.wire.pipeline import Pipeline
from billfold.wire.sim.scope import in_organization, row

_BANK_FAULTS: Final = {f"bank.{kind}": kind for kind in BankFaultKind}


class FaultBody(msgspec.Struct, kw_only=True):
    """Which operation, and what its next answers are to be."""

    operation: Annotated[
        str,
        Meta(
            description="Its name in the list of operations, such as v3.payments.create; or trouble at the bank: "
            "bank.answerLost, bank.unreachable, bank.settledTwice, bank.reportedTwice, bank.return, bank.change."
        ),
    ]
    code: (
        Annotated[
            str,
            Meta(
                pattern=r"^(BDC_\d{4}|[RC]\d{2})$",
                description="Refuse with this code; of bank.return and bank.change the code that the bank gives.",
            ),
        ]
        | None
    ) = None
    direction: Annotated[
        Literal["debit", "credit"] | None, Meta(description="bank.return, bank.change: of entries that do this.")
    ] = None
    status: Annotated[int, Meta(ge=400, le=599, description="The HTTP status that v3 refuses with.")] = 500
    delayMs: Annotated[int, Meta(ge=0, le=60_000, description="Answer so much later.")] = 0
    times: Annotated[int, Meta(ge=0, le=10_000, description="How often; 0 takes the operation's faults back.")] = 1
    organizationId: Annotated[str | None, Meta(description="Only in this organization.")] = None
    world: Annotated[str | None, Meta(description="Only in organizations of this world.")] = None


class FaultShape(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A fault that is still to be shown, `times` times; without an id when it was taken back."""

    id: str | None = None
    operation: str
    code: str | None = None
    status: int
    delayMs: int
    times: int
    organizationId: str | None = None
    world: str | None = None


class FaultList(msgspec.Struct):
    """The faults still to be shown, in the order of their planning."""

    results: list[FaultShape]


def plan(lobby: Lobby, call: Call, body: FaultBody) -> FaultBody | FaultShape:
    """Plan a fault, after those that wait. Trouble at the bank is the organization's, and outlives the process."""
    if body.operation in _BANK_FAULTS:
        return _plan_at_bank(lobby, call, body)
    if body.organizationId is not None and not store.organization_exists(lobby.tx, body.organizationId):
        raise NotFound("organization", body.organizationId)
    if body.world is not None and WORLDS.get(lobby.tx, body.world) is None:
        raise NotFound("world", body.world)
    return body


def _plan_at_bank(lobby: Lobby, call: Call, body: FaultBody) -> FaultShape:
    if body.organizationId is not None:
        call = msgspec.structs.replace(call, query={**call.query, "organizationId": body.organizationId}, headers={})

    def at_bank(ctx: Ctx, _: Call, __: FaultBody) -> FaultShape:
        direction = None if body.direction is None else Direction(body.direction)
        kind = _BANK_FAULTS[body.operation]
        planned = bank_faults.plan(ctx, kind, code=body.code, direction=direction, times=max(body.times, 1))
        return FaultShape(
            id=planned.id,
            operation=body.operation,
            code=planned.code,
            status=body.status,
            delayMs=0,
            times=planned.times,
            organizationId=ctx.organization_id,
        )

    shape: FaultShape = in_organization(at_bank)(lobby, call, body)
    return shape


async def store_plan(pipeline: Pipeline, body: FaultBody | FaultShape) -> FaultShape:
    """Remember the fault in this process."""
    if isinstance(body, FaultShape):
        return body
    if body.operation not in {operation.name for operation in pipeline.catalogue.operations}:
        raise NotFound("operation", body.operation)
    if not body.times:
        pipeline.faults.clear(body.operation)
        return FaultShape(operation=body.operation, status=body.status, delayMs=body.delayMs, times=0)
    fault = Fault(
        operation=body.operation,
        times=body.times,
        code=body.code,
        status=body.status,
        delay_ms=body.delayMs,
        organization_id=body.organizationId,
        world_id=body.world,
    )
    return shape_of(pipeline.faults.plan(fault))


def shape_of(fault: Fault) -> FaultShape:
    """A fault as this face shows it."""
    return FaultShape(
        id=fault.id,
        operation=fault.operation,
        code=fault.code,
        status=fault.status,
        delayMs=fault.delay_ms,
        times=fault.times,
        organizationId=fault.organization_id,
        world=fault.world_id,
    )


def ask(_: Lobby, call: Call, __: None) -> str:
    """The id in the path, if there is one: faults are in the process, not in the transaction."""
    return call.path_ids.get("faultId", "")


async def list_faults(pipeline: Pipeline, _: str) -> FaultList:
    """The faults that are still to be shown."""
    return FaultList([shape_of(fault) for fault in pipeline.faults.waiting])


async def delete_fault(pipeline: Pipeline, fault_id: str) -> None:
    """Take a fault back."""
    pipeline.faults.delete(fault_id)


async def delete_faults(pipeline: Pipeline, _: str) -> None:
    """Take every fault back."""
    pipeline.faults.clear()


def declare(catalogue: Catalogue) -> None:
    """The rows of trouble."""
    row(
        catalogue, "POST", "faults", "Plan faults of an operation", plan,
        request=FaultBody, response=FaultShape, after=store_plan,
    )  # fmt: skip
    row(catalogue, "GET", "faults", "List faults", ask, name="faults.list", response=FaultList, after=list_faults)
    row(catalogue, "DELETE", "faults", "Delete every fault", ask, name="faults.clear", after=delete_faults)
    row(catalogue, "DELETE", "faults/{faultId}", "Delete a fault", ask, name="faults.delete", after=delete_fault)
