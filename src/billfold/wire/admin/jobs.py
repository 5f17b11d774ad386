"""Due work that gave up, and running it again: `parkedJobs` of /healthz says that there is some."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from billfold.kit import jobs
from billfold.kit.ctx import Ctx
from billfold.kit.errors import NotFound
from billfold.wire.admin.scope import organization_row
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.codecs import instant


class ParkedJobShape(msgspec.Struct, kw_only=True):
    """A job that failed so often that the others go on without it."""

    number: int
    name: Annotated[str, Meta(description="What it does, such as payables.mass.pay: a chunk of a mass payment.")]
    about: Annotated[dict[str, str], Meta(description="What it does it with: ids, days.")]
    dueTime: str
    attempts: int
    lastError: str | None


class ParkedJobList(msgspec.Struct):
    """Jobs that gave up, the oldest first, the first 200."""

    results: list[ParkedJobShape]


class RetryBody(msgspec.Struct, kw_only=True):
    """Which jobs to run again."""

    number: Annotated[int | None, Meta(description="One of them; all that gave up if left out.")] = None


class RetryShape(msgspec.Struct, kw_only=True):
    """How many jobs run again."""

    retried: int


def list_parked(ctx: Ctx, _: Call, __: None) -> ParkedJobList:
    """What gave up, and why."""
    return ParkedJobList([
        ParkedJobShape(
            number=job.number,
            name=job.name,
            about=job.payload,
            dueTime=instant(job.due_at),
            attempts=job.attempts,
            lastError=job.last_error,
        )
        for job in jobs.parked_jobs(ctx.tx, ctx.organization_id)
    ])  # fmt: skip


def retry(ctx: Ctx, _: Call, body: RetryBody) -> RetryShape:
    """Run them again, as if they had never failed. What they had done before they failed was never done."""
    retried = jobs.retry_parked(ctx.tx, ctx.organization_id, body.number)
    if body.number is not None and not retried:
        raise NotFound("job that gave up", str(body.number))
    return RetryShape(retried=retried)


def declare(catalogue: Catalogue) -> None:
    """The rows of jobs."""
    organization_row(
        catalogue, "GET", "jobs", "jobs.list", "List due work that gave up", list_parked, response=ParkedJobList
    )
    organization_row(
        catalogue, "POST", "jobs/retry", "jobs.retry", "Run due work again that gave up", retry,
        request=RetryBody, response=RetryShape, alone=True,
    )  # fmt: skip
