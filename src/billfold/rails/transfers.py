"""A transfer's life on a rail, apart from the file that carries it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

import msgspec

from billfold.funding.events import BankAccountArchived
from billfold.kit.columns import instant_text
from billfold.kit.ctx import Ctx
from billfold.kit.errors import Refusal, StateForbids, existing
from billfold.kit.query import Page, Query
from billfold.kit.records import replace
from billfold.rails import calendar, store
from billfold.rails.events import (
    TransferDelivered,
    TransferRefused,
    TransferReturned,
    TransferSent,
    TransferSettled,
    TransferStarted,
)
from billfold.rails.model import (
    TRANSITIONS,
    Direction,
    Holder,
    InternationalOrder,
    Leg,
    Rail,
    RemittanceLine,
    Transfer,
    TransferStatus,
)

PREFIX: Final = "rtr"
#: Jobs of a day, whose payload is `effective_on`: what carries the day's scheduled transfers of a rail.
CUT_OFF_JOB: Final = "rails.ach.cutoff"
#: The job of a same-day window, whose payload is `until`: what may have left by then leaves with it.
SAME_DAY_JOB: Final = "rails.ach.same_day"
PRINT_JOB: Final = "rails.check.print"
POST_JOB: Final = "rails.book.post"
SEND_ABROAD_JOB: Final = "rails.international.send"
CHARGE_JOB: Final = "rails.card.cutoff"
MOVE_JOB: Final = "rails.wallet.cutoff"
ISSUE_JOB: Final = "rails.virtual_card.issue"
BATCH_JOB: Final = "rails.rpps.cutoff"


class _Opening(msgspec.Struct, frozen=True):
    """How a rail takes up the transfers of a day: the first day it still can, its first job and when that runs.

    A wire is noted when it came, and has no job.
    """

    earliest_day: Callable[[datetime], date]
    job: str | None
    at: Callable[[date], datetime]


_OPENINGS: Final = {
    Rail.ACH: _Opening(calendar.earliest_process_date, CUT_OFF_JOB, calendar.cut_off),
    Rail.CHECK: _Opening(calendar.earliest_printing_day, PRINT_JOB, calendar.prints_at),
    Rail.BOOK: _Opening(calendar.earliest_process_date, POST_JOB, calendar.cut_off),
    Rail.WIRE: _Opening(calendar.fed_day, None, calendar.starts_at),
    Rail.INTERNATIONAL: _Opening(calendar.earliest_sending_day, SEND_ABROAD_JOB, calendar.sends_abroad_at),
    Rail.CARD: _Opening(calendar.earliest_process_date, CHARGE_JOB, calendar.cut_off),
    Rail.WALLET: _Opening(calendar.earliest_process_date, MOVE_JOB, calendar.cut_off),
    Rail.VIRTUAL_CARD: _Opening(calendar.earliest_process_date, ISSUE_JOB, calendar.starts_at),
    Rail.RPPS: _Opening(calendar.earliest_process_date, BATCH_JOB, calendar.cut_off),
}


class BankAccountInUse(Refusal):
    """A bank account cannot be archived while a transfer of what it pays for is under way."""

    sentence = "The bank account {id} is needed by {count} payments that are under way."


class OrderAbroad(msgspec.Struct, frozen=True, kw_only=True):
    """What a transfer of the rail INTERNATIONAL says besides: see `InternationalOrder`."""

    sub_type: str
    payment_currency: str
    exchange_rate: Decimal | None = None
    contract_number: str | None = None
    purpose_code: str | None = None
    purpose_text: str | None = None


class TransferDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A transfer to make: what for, on which rail, whose account, how much, on which day."""

    subject_id: str
    leg: Leg
    direction: Direction
    holder: Holder
    account_id: str
    counterparty: str
    amount_minor: int
    currency: str
    effective_on: date
    rail: Rail = Rail.ACH
    addendum: str | None = None
    remittance: tuple[RemittanceLine, ...] = ()
    held: bool = False
    #: Leave on the day itself, as soon as this says.
    same_day_at: datetime | None = None
    delivery: str | None = None
    abroad: OrderAbroad | None = None


def originate(ctx: Ctx, drafts: list[TransferDraft]) -> list[Transfer]:
    """Schedule transfers for their day; a held one waits for `release`."""
    ctx.ids.reserve(len(drafts))
    transfers = []
    for draft in drafts:
        transfer_id, ordinal = ctx.ids.new(PREFIX)
        transfer = Transfer(
            organization_id=ctx.organization_id,
            id=transfer_id,
            ordinal=ordinal,
            subject_id=draft.subject_id,
            leg=draft.leg,
            rail=draft.rail,
            direction=draft.direction,
            account_table=draft.holder,
            account_id=draft.account_id,
            counterparty=draft.counterparty,
            addendum=draft.addendum,
            amount_minor=draft.amount_minor,
            currency=draft.currency,
            effective_on=draft.effective_on,
            status=TransferStatus.HELD if draft.held else TransferStatus.SCHEDULED,
            file_id=None,
            trace_number=None,
            return_code=None,
            change_code=None,
            settled_at=None,
            created_at=ctx.now,
            updated_at=ctx.now,
            remittance=msgspec.json.encode(draft.remittance).decode() if draft.remittance else None,
            check_number=None,
            delivered_at=None,
            returned_at=None,
            same_day_at=draft.same_day_at,
            delivery=draft.delivery,
        )
        transfers.append(transfer)
        if draft.same_day_at is not None:
            _schedule_windows(ctx, draft.effective_on, draft.same_day_at)
        elif not draft.held:
            _schedule_day(ctx, draft.rail, draft.effective_on)
    store.TRANSFERS.insert_all(ctx.tx, transfers)
    store.INTERNATIONAL_ORDERS.insert_all(ctx.tx, list(_orders(drafts, transfers)))
    return transfers


def _orders(drafts: list[TransferDraft], transfers: list[Transfer]) -> Iterator[InternationalOrder]:
    for draft, transfer in zip(drafts, transfers, strict=True):
        if draft.abroad is not None:
            yield InternationalOrder(transfer.organization_id, transfer.id, **msgspec.structs.asdict(draft.abroad))


def get_transfer(ctx: Ctx, transfer_id: str, *, lock: str = "") -> Transfer:
    """The transfer with this id. Raises `NotFound`."""
    return existing(store.TRANSFERS.get(ctx.tx, ctx.organization_id, transfer_id, lock=lock), "transfer", transfer_id)


def list_transfers(ctx: Ctx, query: Query) -> Page[Transfer]:
    """A page of transfers."""
    return store.TRANSFERS.page(ctx.tx, ctx.organization_id, query)


def leg_of(ctx: Ctx, subject_id: str, leg: Leg) -> Transfer:
    """The newest transfer of a subject's leg, which there must be."""
    transfer = transfer_of(ctx, subject_id, leg)
    assert transfer is not None, f"{subject_id} has no {leg}"
    return transfer


def transfer_of(ctx: Ctx, subject_id: str, leg: Leg) -> Transfer | None:
    """The newest transfer of a subject's leg."""
    return store.of_subject(ctx.tx, ctx.organization_id, subject_id, leg)


def in_files(ctx: Ctx, subject_ids: Sequence[str]) -> set[str]:
    """Those of these subjects whose vendors' money a file has, but for checks, which can be stopped, and cards."""
    return store.in_files(ctx.tx, ctx.organization_id, subject_ids)


def remittance_of(transfer: Transfer) -> list[RemittanceLine]:
    """The documents that the transfer pays."""
    return msgspec.json.decode(transfer.remittance, type=list[RemittanceLine]) if transfer.remittance else []


def release(ctx: Ctx, transfer: Transfer, effective_on: date) -> Transfer:
    """A held transfer may go, on that day or on the first one that its rail can still make.

    One that was to leave on the day itself has missed its window: it goes with the others.
    """
    effective_on = max(effective_on, earliest_day(ctx, transfer.rail))
    released = _step(ctx, replace(transfer, effective_on=effective_on, same_day_at=None), TransferStatus.SCHEDULED)
    store.TRANSFERS.update(ctx.tx, released, "status", "effective_on", "same_day_at", "updated_at")
    _schedule_day(ctx, transfer.rail, effective_on)
    return released


def hold(ctx: Ctx, transfer: Transfer) -> Transfer:
    """A scheduled transfer waits for `release` again. Raises `StateForbids`."""
    held = _step(ctx, transfer, TransferStatus.HELD)
    store.TRANSFERS.update(ctx.tx, held, "status", "updated_at")
    return held


def earliest_day(ctx: Ctx, rail: Rail) -> date:
    """The first day that a transfer of this rail can still be scheduled for."""
    return _OPENINGS[rail].earliest_day(ctx.now)


def send(ctx: Ctx, transfer: Transfer) -> Transfer:
    """A file carries the transfer: `transfer` names the file, and the trace or check number in it."""
    sent = _step(ctx, transfer, TransferStatus.SENT)
    store.TRANSFERS.update(
        ctx.tx,
        sent,
        "status",
        "file_id",
        "trace_number",
        "check_number",
        "tracking_number",
        "effective_on",
        "sec_code",
        "updated_at",
    )
    ctx.emit(TransferSent(sent))
    return sent


def note_wire(ctx: Ctx, draft: TransferDraft) -> Transfer:
    """A wire that somebody ordered at the bank: no file carries it, and once it is noted it is done."""
    assert draft.rail is Rail.WIRE, draft.rail
    assert draft.held, "no job carries a wire"
    (transfer,) = originate(ctx, [draft])
    return settle(ctx, send(ctx, release(ctx, transfer, draft.effective_on)))


def cancel(ctx: Ctx, transfer: Transfer) -> Transfer:
    """Call off a transfer that no file carries yet. Raises `StateForbids`."""
    cancelled = _step(ctx, transfer, TransferStatus.CANCELLED)
    store.TRANSFERS.update(ctx.tx, cancelled, "status", "updated_at")
    return cancelled


def refuse(ctx: Ctx, transfer: Transfer, return_code: str) -> Transfer:
    """The rail cannot carry a scheduled transfer. Raises `StateForbids`."""
    refused = replace(_step(ctx, transfer, TransferStatus.CANCELLED), return_code=return_code)
    store.TRANSFERS.update(ctx.tx, refused, "status", "return_code", "updated_at")
    ctx.emit(TransferRefused(refused))
    return refused


def start(ctx: Ctx, transfer: Transfer) -> Transfer:
    """The Fed takes the transfer up, or the check is mailed."""
    started = _step(ctx, transfer, TransferStatus.STARTED)
    store.TRANSFERS.update(ctx.tx, started, "status", "updated_at")
    ctx.emit(TransferStarted(started))
    return started


def deliver(ctx: Ctx, transfer: Transfer) -> Transfer:
    """The check arrived. Raises `StateForbids`."""
    delivered = replace(_step(ctx, transfer, TransferStatus.DELIVERED), delivered_at=ctx.now)
    store.TRANSFERS.update(ctx.tx, delivered, "status", "delivered_at", "updated_at")
    ctx.emit(TransferDelivered(delivered))
    return delivered


def settle(ctx: Ctx, transfer: Transfer) -> Transfer:
    """The money arrived. A transfer only sent is started first; one already settled stays so. Raises `StateForbids`."""
    if transfer.status is TransferStatus.SETTLED:
        return transfer
    if transfer.status is TransferStatus.SENT:
        transfer = start(ctx, transfer)
    settled = replace(_step(ctx, transfer, TransferStatus.SETTLED), settled_at=ctx.now)
    store.TRANSFERS.update(ctx.tx, settled, "status", "settled_at", "updated_at")
    ctx.emit(TransferSettled(settled))
    return settled


def return_transfer(ctx: Ctx, transfer: Transfer, return_code: str) -> Transfer:
    """The receiving bank sends the transfer back (return reason R01 …). Raises `StateForbids`.

    No bank has seen a book transfer, so none can send it back.
    """
    if transfer.rail is Rail.BOOK:
        raise StateForbids(noun="transfer", id=transfer.id, verb="be returned", state="a book transfer")
    if transfer.status is TransferStatus.SENT:
        transfer = start(ctx, transfer)
    returned = replace(_step(ctx, transfer, TransferStatus.RETURNED), return_code=return_code, returned_at=ctx.now)
    store.TRANSFERS.update(ctx.tx, returned, "status", "return_code", "returned_at", "updated_at")
    ctx.emit(TransferReturned(returned))
    return returned


def when_bank_account_archived(ctx: Ctx, event: BankAccountArchived) -> None:
    """What is scheduled or under way keeps the account: its checks are drawn on it, its money goes back to it.

    Raises `BankAccountInUse`.
    """
    count = store.count_under_way(ctx.tx, ctx.organization_id, event.subject.id)
    if count:
        raise BankAccountInUse(id=event.subject.id, count=count)


def scheduled_from(ctx: Ctx, account_id: str) -> int:
    """What is to be taken from an AP card or the wallet, held or scheduled, in minor units."""
    return store.scheduled_from(ctx.tx, ctx.organization_id, account_id)


def _step(ctx: Ctx, transfer: Transfer, to: TransferStatus) -> Transfer:
    status = TRANSITIONS.step(transfer.id, transfer.status, to)
    return replace(transfer, status=status, updated_at=ctx.now)


def _schedule_windows(ctx: Ctx, day: date, earliest: datetime) -> None:
    """The day's windows from then on, so that what one misses the next one takes."""
    for builds_at in calendar.same_day_builds(day):
        if builds_at >= earliest:
            until = instant_text(builds_at)
            ctx.schedule(SAME_DAY_JOB, builds_at, key=until, until=until)


def _schedule_day(ctx: Ctx, rail: Rail, effective_on: date) -> None:
    day, opening = effective_on.isoformat(), _OPENINGS[rail]
    if opening.job is not None:
        ctx.schedule(opening.job, max(opening.at(effective_on), ctx.now), key=day, effective_on=day)
