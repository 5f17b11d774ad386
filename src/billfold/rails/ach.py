"""The ACH rail's due work: the cut-off builds a NACHA file; its transfers start, settle or come back."""

from __future__ import annotations

from datetime import date, datetime
from itertools import groupby
from typing import Final

from billfold.bankfiles import nacha
from billfold.documents.files import read_file, store_file
from billfold.funding import bank_accounts
from billfold.identity.model import Organization
from billfold.identity.organizations import get_organization
from billfold.kit.banking import ClearAccount
from billfold.kit.ctx import Ctx
from billfold.kit.records import instant_text, replace
from billfold.kit.settings import Profile
from billfold.parties import vendors
from billfold.rails import calendar, store, transfers
from billfold.rails.events import AchFileBuilt
from billfold.rails.model import AchFile, Direction, Holder, Rail, Transfer, TransferStatus
from billfold.rails.transfers import CUT_OFF_JOB

START_JOB: Final = "rails.ach.start"
SETTLE_JOB: Final = "rails.ach.settle"
RETURN_JOB: Final = "rails.ach.return"
RECEIVE_JOB: Final = "rails.bank.receive"

FILE_PREFIX: Final = "ach"
#: The originating bank (ODFI) of a sandbox: the routing number that the contract gives as good.
ODFI_ROUTING: Final = "074000010"
ODFI_NAME: Final = "BILLFOLD SANDBOX BANK"

#: Entries in a file at most, and transfers in one step of a long job: requests never wait for more.
ENTRIES_PER_FILE: Final = 5_000
TRANSFERS_PER_STEP: Final = 200
_TRACE_DIGITS: Final = 7
_FILE_MODIFIERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

#: Nacha entry detail positions 2-3: checking and savings, credit and debit.
_TRANSACTION_CODES: Final = {
    ("CHECKING", Direction.CREDIT): 22,
    ("CHECKING", Direction.DEBIT): 27,
    ("SAVINGS", Direction.CREDIT): 32,
    ("SAVINGS", Direction.DEBIT): 37,
}
_ENTRY_DESCRIPTIONS: Final = {Direction.DEBIT: "FUNDING", Direction.CREDIT: "PAYMENT"}


def cut_off(ctx: Ctx, payload: dict[str, str]) -> None:
    """Job: batch what is due for the effective entry date into one file; called again while more is due."""
    effective_on = date.fromisoformat(payload["effective_on"])
    due = store.due(ctx.tx, ctx.organization_id, Rail.ACH, effective_on, ENTRIES_PER_FILE)
    if not due:
        return
    file = _build_file(ctx, due, effective_on)
    _schedule_life(ctx, file)
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


def _build_file(ctx: Ctx, due: list[Transfer], effective_on: date) -> AchFile:
    organization = get_organization(ctx)
    first_trace = ctx.counters.reserve_trace_numbers(len(due))
    # A batch holds one direction; within the file trace numbers ascend.
    ordered = sorted(due, key=lambda transfer: (transfer.direction, transfer.ordinal))
    traced = [
        replace(transfer, trace_number=_trace_number(first_trace + position))
        for position, transfer in enumerate(ordered)
    ]
    content = nacha.render(_nacha_file(ctx, organization, traced, effective_on))
    # Read back before anybody else does: totals, counts and hash must hold, or nothing is sent.
    nacha.read(content)
    stored = store_file(
        ctx, kind="nacha", file_name=f"ach-{effective_on:%Y%m%d}-{first_trace:07d}.txt", content=content
    )
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
    )
    store.ACH_FILES.insert(ctx.tx, file)
    ctx.emit(AchFileBuilt(file))
    for transfer in traced:
        transfers.send(ctx, replace(transfer, file_id=file_id, effective_on=effective_on))
    return file


def _nacha_file(ctx: Ctx, organization: Organization, due: list[Transfer], effective_on: date) -> nacha.File:
    batches = [
        nacha.Batch(
            company_name=organization.name[:16],
            company_id=organization.company_entry_id,
            sec_code="CCD",
            entry_description=_ENTRY_DESCRIPTIONS[direction],
            effective_entry_date=effective_on,
            originating_dfi=ODFI_ROUTING[:8],
            batch_number=number,
            entries=[_entry(transfer, _clear_account(ctx, transfer)) for transfer in group],
        )
        for number, (direction, group) in enumerate(groupby(due, key=lambda transfer: transfer.direction), start=1)
    ]
    return nacha.File(
        immediate_destination=ODFI_ROUTING,
        immediate_origin=organization.company_entry_id,
        created=ctx.now.astimezone(calendar.LOS_ANGELES),
        destination_name=ODFI_NAME,
        origin_name=organization.name[:23],
        file_id_modifier=_file_modifier(ctx),
        batches=batches,
    )


def _entry(transfer: Transfer, account: ClearAccount) -> nacha.Entry:
    assert transfer.trace_number is not None, transfer.id
    return nacha.Entry(
        transaction_code=_TRANSACTION_CODES[account.kind, transfer.direction],
        routing_number=account.routing_number,
        account_number=account.account_number,
        amount_minor=transfer.amount_minor,
        individual_id=transfer.subject_id[-15:].upper(),
        individual_name=account.name[:22],
        trace_number=transfer.trace_number,
        addenda=(nacha.Addendum(transfer.addendum[:80]),) if transfer.addendum else (),
    )


def _clear_account(ctx: Ctx, transfer: Transfer) -> ClearAccount:
    if transfer.account_table is Holder.ORGANIZATION:
        return bank_accounts.clear_account(ctx, transfer.account_id)
    return vendors.clear_account(ctx, transfer.account_id)


def _trace_number(sequence: int) -> str:
    return ODFI_ROUTING[:8] + f"{sequence % 10**_TRACE_DIGITS:0{_TRACE_DIGITS}d}"


def _file_modifier(ctx: Ctx) -> str:
    local = ctx.now.astimezone(calendar.LOS_ANGELES)
    midnight = datetime.combine(local.date(), datetime.min.time(), calendar.LOS_ANGELES)
    built_today = store.files_of_day(ctx.tx, ctx.organization_id, instant_text(midnight))
    return _FILE_MODIFIERS[built_today % len(_FILE_MODIFIERS)]


def _schedule_life(ctx: Ctx, file: AchFile) -> None:
    if ctx.house.profile is Profile.SANDBOX:
        ctx.schedule(RECEIVE_JOB, ctx.now, key=file.id, file_id=file.id)
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
