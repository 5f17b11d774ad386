"""Rails whose transfers are taken up by the day: each step is a job that takes all that stand in one status.

A rail is a tuple of `DayStep`s, in order. The first is due by `transfers._OPENINGS`; each schedules the next one of
its day. Long days are worked in chunks, so that requests never wait for one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Final

import msgspec

from billfold.kit.ctx import Ctx
from billfold.rails import store
from billfold.rails.model import Rail, Transfer, TransferStatus

TRANSFERS_PER_STEP: Final = 200


class DayStep(msgspec.Struct, frozen=True):
    """A job: at that time of a day, do this with the day's transfers of a rail that stand so."""

    job: str
    rail: Rail
    status: TransferStatus
    at: Callable[[date], datetime]
    take: Callable[[Ctx, list[Transfer]], None]


def each(step: Callable[[Ctx, Transfer], object]) -> Callable[[Ctx, list[Transfer]], None]:
    """Do this with one transfer after the other."""

    def take(ctx: Ctx, transfers: list[Transfer]) -> None:
        for transfer in transfers:
            step(ctx, transfer)

    return take


def jobs_of(steps: Sequence[DayStep]) -> dict[str, Callable[[Ctx, dict[str, str]], None]]:
    """The jobs of a rail, by name: what `wiring.py` registers."""
    following = [*steps[1:], None]
    return {step.job: _job(step, after) for step, after in zip(steps, following, strict=True)}


def _job(step: DayStep, after: DayStep | None) -> Callable[[Ctx, dict[str, str]], None]:
    def run(ctx: Ctx, payload: dict[str, str]) -> None:
        day = date.fromisoformat(payload["effective_on"])
        due = store.due_in(ctx.tx, ctx.organization_id, (step.rail, step.status), day, TRANSFERS_PER_STEP)
        if not due:
            return
        step.take(ctx, due)
        if after is not None:
            ctx.schedule(after.job, max(after.at(day), ctx.now), key=payload["effective_on"], **payload)
        if len(due) == TRANSFERS_PER_STEP:
            ctx.schedule(step.job, ctx.now, key=payload["effective_on"], **payload)

    return run
