"""The RPPS rail: credits to billers of the national directory, in numbered batches. Only a sandbox has it.

A credit has a trace number in its batch. The biller has it on its effective day, and may send it back later.
"""

from __future__ import annotations

from typing import Final

from billfold.kit.ctx import Ctx
from billfold.kit.records import replace
from billfold.rails import calendar, store, transfers
from billfold.rails.days import DayStep, each
from billfold.rails.events import RppsBatchSent
from billfold.rails.model import Rail, Transfer, TransferStatus
from billfold.rails.rpps_model import RppsBatch

PREFIX: Final = "rpb"


def batch_of(ctx: Ctx, transfer: Transfer) -> RppsBatch:
    """The batch that a sent transfer is in."""
    assert transfer.file_id is not None, f"{transfer.id} is in no batch"
    batch = store.RPPS_BATCHES.get(ctx.tx, ctx.organization_id, transfer.file_id)
    assert batch is not None, f"there is no RPPS batch {transfer.file_id}"
    return batch


def _send(ctx: Ctx, due: list[Transfer]) -> None:
    """One batch, whose number follows the last one's."""
    ctx.counters.hold()
    batch_id, ordinal = ctx.ids.new(PREFIX)
    batch = RppsBatch(
        organization_id=ctx.organization_id,
        id=batch_id,
        ordinal=ordinal,
        number=store.last_rpps_batch(ctx.tx, ctx.organization_id) + 1,
        effective_on=due[-1].effective_on,
        entry_count=len(due),
        amount_minor=sum(transfer.amount_minor for transfer in due),
        created_at=ctx.now,
    )
    store.RPPS_BATCHES.insert(ctx.tx, batch)
    ctx.emit(RppsBatchSent(batch))
    first = ctx.counters.reserve_trace_numbers(len(due)) + 1
    for place, transfer in enumerate(due):
        transfers.send(ctx, replace(transfer, file_id=batch.id, trace_number=f"{first + place}"))


DAYS: Final = (
    DayStep(transfers.BATCH_JOB, Rail.RPPS, TransferStatus.SCHEDULED, calendar.cut_off, _send),
    DayStep("rails.rpps.start", Rail.RPPS, TransferStatus.SENT, calendar.starts_at, each(transfers.start)),
    DayStep("rails.rpps.settle", Rail.RPPS, TransferStatus.STARTED, calendar.credit_settles_at, each(transfers.settle)),
)
