"""The ACH rail's due work: the cut-off builds a NACHA file; its transfers start, settle or come back."""

from __future__ import annotations

from datetime import date
from typing import Final

from billfold.bankfiles import nacha
from billfold.documents.files import read_file, store_file
from billfold.kit.ctx import Ctx
from billfold.kit.records import replace
from billfold.kit.settings import Profile
from billfold.rails import ach_files, calendar, originators, store, transfers
from billfold.rails.events import AchFileBuilt
from billfold.rails.model import AchFile, Direction, Originator, Rail, Transfer, TransferStatus
from billfold.rails.transfers import CUT_OFF_JOB

START_JOB: Final = "rails.ach.start"
SETTLE_JOB: Final = "rails.ach.settle"
RETURN_JOB: Final = "rails.ach.return"
RECEIVE_JOB: Final = "rails.bank.receive"

FILE_PREFIX: Final = "ach"
#: Entries in a file at most, and transfers in one step of a long job: requests never wait for more.
ENTRIES_PER_FILE: Final = 5_000
TRANSFERS_PER_STEP: Final = 200


def cut_off(ctx: Ctx, payload: dict[str, str]) -> None:
    """Job: batch what is due for the effective entry date into one file; called again while more is due."""
    effective_on = date.fromisoformat(payload["effective_on"])
    due = store.due(ctx.tx, ctx.organization_id, Rail.ACH, effective_on, ENTRIES_PER_FILE)
    if not due:
        return
    originator = originators.require_originator(ctx)
    file = _build_file(ctx, due, effective_on, originator)
    _schedule_life(ctx, file, originator)
    if len(due) == ENTRIES_PER_FILE and store.count_scheduled(ctx.tx, ctx.organization_id, Rail.ACH, effective_on):
        ctx.schedule(CUT_OFF_JOB, ctx.now, key=payload["effective_on"], effective_on=payload["effective_on"])


def start(ctx: Ctx, payload: dict[str, str]) -> None:
    """Job: on its effective entry date the Fed takes the file's transfers up, one direction at a time."""
    sent = _of_file(ctx, payload, TransferStatus.SENT)
    for transfer in sent:
        transfers.start(ctx, transfer)
    if len(sent) == TRANSFERS_PER_STEP:
        ctx.schedule(START_JOB, ctx.now, key=_key(payload), **payload)


def settle(ctx: Ctx, payload: dict[str, str]) -> None:
    """Job: the transfers of the file in one direction settle, but for those that were returned."""
    started = _of_file(ctx, payload, TransferStatus.STARTED)
    for transfer in started:
        transfers.settle(ctx, transfer)
    if len(started) == TRANSFERS_PER_STEP:
        ctx.schedule(SETTLE_JOB, ctx.now, key=_key(payload), **payload)


def return_entry(ctx: Ctx, payload: dict[str, str]) -> None:
    """Job: the receiving bank sends one entry back. One already returned stays as it is."""
    transfer = store.by_trace(ctx.tx, ctx.organization_id, payload["trace_number"])
    assert transfer is not None, f"no transfer has the trace number {payload['trace_number']}"
    if transfer.status is not TransferStatus.RETURNED:
        transfers.return_transfer(ctx, transfer, payload["return_code"])


def read_ach_file(ctx: Ctx, file_id: str) -> bytes:
    """The bytes of a built file."""
    file = store.ACH_FILES.get(ctx.tx, ctx.organization_id, file_id)
    assert file is not None, f"there is no ACH file {file_id}"
    return read_file(ctx, file.stored_file_id)


def _build_file(ctx: Ctx, due: list[Transfer], effective_on: date, originator: Originator) -> AchFile:
    built = ach_files.build(ctx, due, effective_on, originator)
    # Read back before anybody else does: totals, counts and hash must hold, or nothing is sent.
    nacha.read(built.content, nacha.PROFILES[originator.bank_profile])
    file_name = f"ach-{effective_on:%Y%m%d}-{built.first_trace:07d}.txt"
    stored = store_file(ctx, kind="nacha", file_name=file_name, content=built.content)
    traced = built.transfers
    file_id, ordinal = ctx.ids.new(FILE_PREFIX)
    file = AchFile(
        organization_id=ctx.organization_id,
        id=file_id,
        ordinal=ordinal,
        stored_file_id=stored.id,
        effective_on=effective_on,
        entry_count=len(traced),
        debit_minor=sum(transfer.amount_minor for transfer in traced if transfer.direction is Direction.DEBIT),
        credit_minor=sum(transfer.amount_minor for transfer in traced if transfer.direction is Direction.CREDIT),
        status="built",
        created_at=ctx.now,
        updated_at=ctx.now,
        bank_account_id=originator.own_bank_account_id,
    )
    store.ACH_FILES.insert(ctx.tx, file)
    ctx.emit(AchFileBuilt(file))
    for transfer in traced:
        transfers.send(ctx, replace(transfer, file_id=file_id, effective_on=effective_on))
    return file


def _schedule_life(ctx: Ctx, file: AchFile, originator: Originator) -> None:
    if ctx.house.profile is Profile.SANDBOX:
        ctx.schedule(RECEIVE_JOB, ctx.now, key=file.id, file_id=file.id, bank_profile=originator.bank_profile)
    directions = (
        (Direction.CREDIT, file.credit_minor, calendar.credit_settles_at(file.effective_on)),
        (Direction.DEBIT, file.debit_minor, calendar.debit_settles_at(file.effective_on)),
    )
    for direction, amount_minor, settles_at in directions:
        if amount_minor:
            payload = {"file_id": file.id, "direction": direction.value}
            ctx.schedule(START_JOB, calendar.starts_at(file.effective_on), key=_key(payload), **payload)
            ctx.schedule(SETTLE_JOB, settles_at, key=_key(payload), **payload)


def _of_file(ctx: Ctx, payload: dict[str, str], status: TransferStatus) -> list[Transfer]:
    direction = Direction(payload["direction"])
    return store.sent_in_file(ctx.tx, ctx.organization_id, payload["file_id"], status, direction, TRANSFERS_PER_STEP)


def _key(payload: dict[str, str]) -> str:
    return f"{payload['file_id']}/{payload['direction']}"
