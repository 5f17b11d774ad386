"""Trouble on order: faults of operations, and the way back to a fresh sandbox."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from billfold.kit.errors import NotFound
from billfold.kit.wipe import wipe
from billfold.kit.worlds import MAIN_WORLD, create_world
from billfold.wire.catalog import Call, Catalogue, Lobby
from billfold.wire.faults import Fault
from billfold.wire.pipeline import Pipeline
from billfold.wire.sim.demo import seed_demo
from billfold.wire.sim.scope import DEMO_ORGANIZATION_ID, row


class FaultBody(msgspec.Struct, kw_only=True):
    """Which operation, and what its next answers are to be."""

    operation: Annotated[str, Meta(description="Its name in the list of operations, such as v3.payments.create.")]
    code: Annotated[str, Meta(pattern=r"^BDC_\d{4}$", description="Refuse with this code.")] | None = None
    status: Annotated[int, Meta(ge=400, le=599, description="The HTTP status that v3 refuses with.")] = 500
    delayMs: Annotated[int, Meta(ge=0, le=60_000, description="Answer so much later.")] = 0
    times: Annotated[int, Meta(ge=0, le=10_000, description="How often; 0 takes the fault back.")] = 1


class FaultShape(FaultBody, kw_only=True):
    """The fault as planned."""


class ResetBody(msgspec.Struct, kw_only=True):
    """How to begin anew."""

    demo: Annotated[bool, Meta(description="With the demo data.")] = True


class ResetShape(msgspec.Struct, omit_defaults=True):
    """The sandbox is as new; every session is gone."""

    reset: bool
    organizationId: str | None = None


def plan(_: Lobby, __: Call, body: FaultBody) -> FaultBody:
    """Plan a fault."""
    return body


async def store_plan(pipeline: Pipeline, body: FaultBody) -> FaultShape:
    """Remember the fault in this process."""
    if body.operation not in {operation.name for operation in pipeline.catalogue.operations}:
        raise NotFound("operation", body.operation)
    pipeline.faults.plan(Fault(body.operation, body.times, body.code, body.status, body.delayMs))
    return FaultShape(**msgspec.structs.asdict(body))


def reset(lobby: Lobby, _: Call, body: ResetBody) -> ResetShape:
    """Delete every organization, session and key; then put the demo data back."""
    wipe(lobby.tx)
    create_world(lobby.tx, MAIN_WORLD)
    if not body.demo:
        return ResetShape(reset=True)
    seed_demo(lobby.house, lobby.tx)
    return ResetShape(reset=True, organizationId=DEMO_ORGANIZATION_ID)


async def forget_faults(pipeline: Pipeline, done: ResetShape) -> ResetShape:
    """A fresh sandbox has no faults."""
    pipeline.faults.clear()
    return done


def declare(catalogue: Catalogue) -> None:
    """The rows of trouble."""
    row(
        catalogue, "POST", "faults", "Plan faults of an operation", plan,
        request=FaultBody, response=FaultShape, write=False, after=store_plan,
    )  # fmt: skip
    row(
        catalogue, "POST", "reset", "Begin anew with a fresh sandbox", reset,
        request=ResetBody, response=ResetShape, after=forget_faults,
    )  # fmt: skip
