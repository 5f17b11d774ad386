"""The ACH rail's due work: cut-offs put NACHA files together; their transfers start and settle.

What comes back is read from the bank's own files (`rails/incoming`), in the sandbox too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Final

from billfold.documents.files import read_file
from billfold.kit.ctx import Ctx
from billfold.kit.query import Page, Query
from billfold.kit.settings import Profile
from billfold.rails import ach_assembly, calendar, originators, payees, store, transfers
from billfold.rails.calendar import Slot
from billfold.rails.model import AchFile, Direction, Lane, Leg, Prenote, Rail, Transfer, TransferStatus

START_JOB: Final = "rails.ach.start"
SETTLE_JOB: Final = "rails.ach.settle"
RECEIVE_JOB: Final = "rails.bank.receive"

#: What is due, at most so much of it.
_Due = Callable[[int], Sequence[Transfer | Prenote]]

#: Entries in a file at most, and transfers in one step of a long job: requests never wait for more.
ENTRIES_PER_FILE: Final = 5_000
TRANSFERS_PER_STEP: Final = 50


def cut_off(ctx: Ctx, payload: dict[str, str]) -> None:
    """Job: a step of the cut-off of an effective entry date; called again while more is due."""
    planned_on = date.fromisoformat(payload["effective_on"])
    slot = calendar.night_slot(planned_on, ctx.clock_now)
    if _advance(ctx, Lane.NIGHT, slot, lambda limit: _due(ctx, planned_on, limit)):
        ctx.schedule(transfers.CUT_OFF_JOB, ctx.now, key=payload["effective_on"], **payload)


def cut_off_same_day(ctx: Ctx, payload: dict[str, str]) -> None:
    """Job: a step of the cut-off of a same-day window; called again while more is due."""
    until = datetime.fromisoformat(payload["until"])
    slot = calendar.same_day_slot(ctx.clock_now)
    if _advance(ctx, Lane.SAME_DAY, slot, lambda limit: _due_same_day(ctx, until, slot, limit)):
        ctx.schedule(transfers.SAME_DAY_JOB, ctx.now, key=payload["until"], **payload)


def start(ctx: Ctx, payload: dict[str, str]) -> None:
    """Job: on its effective entry date the Fed takes the file's transfers up, one direction at a time."""
    sent = _of_file(ctx, payload, TransferStatus.SENT)
    for transfer in sent:
        transfers.start(ctx, transfer)
    if len(sent) == TRANSFERS_PER_STEP:
        ctx.schedule(START_JOB, ctx.now, key=_key(payload), **payload)


def settle(ctx: Ctx, payload: dict[str, str]) -> None:
    """Job: the transfers of the file in one direction settle, but for those that were returned.

    A settlement that is reported twice finds nothing more to settle; one whose start gave up starts them, too.
    """
    for status in (TransferStatus.STARTED, TransferStatus.SENT):
        found = _of_file(ctx, payload, status)
        for transfer in found:
            transfers.settle(ctx, transfer)
        if len(found) == TRANSFERS_PER_STEP:
            ctx.schedule(SETTLE_JOB, ctx.now, key=_key(payload), **payload)
            return


def read_ach_file(ctx: Ctx, file_id: str) -> bytes:
    """The bytes of a built file."""
    file = store.ACH_FILES.get(ctx.tx, ctx.organization_id, file_id)
    assert file is not None, f"there is no ACH file {file_id}"
    return read_file(ctx, file.stored_file_id)


def made_at(ctx: Ctx, file_id: str | None) -> datetime:
    """When a file was made; now for one that is being made."""
    file = None if file_id is None else store.ACH_FILES.get(ctx.tx, ctx.organization_id, file_id)
    return ctx.now if file is None else file.created_at


def list_ach_files(ctx: Ctx, query: Query) -> Page[AchFile]:
    """A page of files built."""
    return store.ACH_FILES.page(ctx.tx, ctx.organization_id, query)


def _advance(ctx: Ctx, lane: Lane, slot: Slot, take: _Due) -> bool:
    """One step of the lane's cut-off: put some of what is due into its file, or close it; whether to go on.

    Closing a full file takes as long as adding to it, so it is a step of its own.
    """
    assembly = ach_assembly.open_assembly(ctx, lane)
    room = ENTRIES_PER_FILE - (assembly.entry_count if assembly is not None else 0)
    due = take(min(TRANSFERS_PER_STEP, room)) if room else []
    if fitting := ach_assembly.fitting(ctx, assembly, due):
        ach_assembly.add(ctx, lane, assembly, fitting, slot)
    elif assembly is not None:
        _schedule_life(ctx, ach_assembly.close(ctx, assembly, slot), slot)
    return bool(due) or not room


def _due(ctx: Ctx, planned_on: date, limit: int) -> Sequence[Transfer | Prenote]:
    """Transfers first, then prenotes."""
    due = payees.payable(ctx, lambda: store.due(ctx.tx, ctx.organization_id, Rail.ACH, planned_on, limit))
    rest = limit - len(due)
    trials = store.prenotes_due(ctx.tx, ctx.organization_id, planned_on, rest) if rest else []
    return [*due, *trials]


def _due_same_day(ctx: Ctx, until: datetime, slot: Slot, limit: int) -> Sequence[Transfer]:
    """What may leave by then. A credit whose debit was late is held, until the debit is collected."""
    while due := payees.payable(ctx, lambda: store.due_same_day(ctx.tx, ctx.organization_id, until, limit)):
        late = [transfer for transfer in due if not _is_funded_by(ctx, transfer, slot)]
        for transfer in late:
            transfers.hold(ctx, transfer)
        if len(late) < len(due):
            return [transfer for transfer in due if transfer not in late]
    return []


def _is_funded_by(ctx: Ctx, transfer: Transfer, slot: Slot) -> bool:
    """Whether the debit that funds a credit was taken, or settles in a window of the credit's day at the latest."""
    if transfer.leg is not Leg.DISBURSEMENT:
        return True
    debit = transfers.leg_of(ctx, transfer.subject_id, Leg.FUNDING)
    if debit.rail is not Rail.ACH or debit.status is TransferStatus.SETTLED:
        return True
    file = None if debit.file_id is None else store.ACH_FILES.get(ctx.tx, ctx.organization_id, debit.file_id)
    return file is not None and file.same_day_window is not None and file.effective_on <= slot.effective_on


def _schedule_life(ctx: Ctx, file: AchFile, slot: Slot) -> None:
    if ctx.house.profile is Profile.SANDBOX:
        bank_profile = originators.get_originator(ctx).bank_profile
        ctx.schedule(RECEIVE_JOB, ctx.now, key=file.id, file_id=file.id, bank_profile=bank_profile)
    directions = (
        (Direction.CREDIT, file.credit_minor, slot.credits_start_at, slot.credits_settle_at),
        (Direction.DEBIT, file.debit_minor, slot.debits_start_at, slot.debits_settle_at),
    )
    for direction, amount_minor, starts_at, settles_at in directions:
        if amount_minor:
            payload = {"file_id": file.id, "direction": direction.value}
            ctx.schedule(START_JOB, starts_at, key=_key(payload), **payload)
            ctx.schedule(SETTLE_JOB, settles_at, key=_key(payload), **payload)


def _of_file(ctx: Ctx, payload: dict[str, str], status: TransferStatus) -> list[Transfer]:
    direction = Direction(payload["direction"])
    return store.sent_in_file(ctx.tx, ctx.organization_id, payload["file_id"], status, direction, TRANSFERS_PER_STEP)


def _key(payload: dict[str, str]) -> str:
    return f"{payload['file_id']}/{payload['direction']}"
