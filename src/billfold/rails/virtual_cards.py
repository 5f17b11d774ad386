"""The virtual-card rail: a card for the amount of a payment, issued to the vendor, who charges it.

Only a sandbox has it. A card is good for twenty days. One that nobody used expires, and payables sends the money in
another way; of one that was charged in part, the rest goes back when it closes (docs/money.md).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from billfold.kit.ctx import Ctx
from billfold.kit.errors import InvalidField, StateForbids, existing
from billfold.kit.query import Page, Query
from billfold.kit.records import replace
from billfold.rails import calendar, store, transfers
from billfold.rails.days import DayStep, each
from billfold.rails.events import (
    TransferReturned,
    TransferSettled,
    VirtualCardCharged,
    VirtualCardClosed,
    VirtualCardEnded,
    VirtualCardIssued,
)
from billfold.rails.model import Rail, Transfer, TransferStatus
from billfold.rails.virtual_card_model import (
    CARD_EXPIRED,
    CARD_VOIDED,
    VIRTUAL_CARD_TRANSITIONS,
    VirtualCard,
    VirtualCardStatus,
)

PREFIX: Final = "vcd"
EXPIRE_JOB: Final = "rails.virtual_card.expire"
DAYS_VALID: Final = 20


def card_of(ctx: Ctx, transfer_id: str) -> VirtualCard:
    """The card of a transfer. Raises `NotFound` before it is issued."""
    found = store.virtual_card_of(ctx.tx, ctx.organization_id, transfer_id)
    return existing(found, "virtual card of the transfer", transfer_id)


def is_claimed_in_part(ctx: Ctx, transfer_id: str) -> bool:
    """Whether the vendor charged the transfer's card, and can still charge more."""
    card = store.virtual_card_of(ctx.tx, ctx.organization_id, transfer_id)
    return card is not None and card.status is VirtualCardStatus.OPEN and card.charged_minor > 0


def list_cards(ctx: Ctx, query: Query) -> Page[VirtualCard]:
    """A page of virtual cards."""
    return store.VIRTUAL_CARDS.page(ctx.tx, ctx.organization_id, query)


def charge(ctx: Ctx, transfer_id: str, amount_minor: int) -> VirtualCard:
    """The vendor charges the card; in full, its transfer settles.

    Raises `NotFound`, `InvalidField`, `StateForbids`.
    """
    transfer, card = _lock(ctx, transfer_id)
    # Says better than the amounts why a card that is no longer open cannot be charged.
    VIRTUAL_CARD_TRANSITIONS.step(card.id, card.status, VirtualCardStatus.USED)
    if not 0 < amount_minor <= card.rest_minor:
        raise InvalidField("amount", "must be more than zero, and no more than what is left on the card")
    charged = replace(card, charged_minor=card.charged_minor + amount_minor, updated_at=ctx.now)
    store.VIRTUAL_CARDS.update(ctx.tx, charged, "charged_minor", "updated_at")
    ctx.emit(VirtualCardCharged(charged))
    if not charged.rest_minor:
        transfers.settle(ctx, transfer)
    return card_of(ctx, transfer_id)


def expire(ctx: Ctx, transfer_id: str) -> VirtualCard:
    """The card's days are over: unused it expires, charged in part it closes. Raises `NotFound`, `StateForbids`."""
    return _end_open(ctx, transfer_id, VirtualCardStatus.EXPIRED, CARD_EXPIRED)


def take_back(ctx: Ctx, transfer_id: str) -> VirtualCard:
    """The payer takes it back: unused it is void, charged in part it closes. Raises `NotFound`, `StateForbids`."""
    return _end_open(ctx, transfer_id, VirtualCardStatus.VOIDED, CARD_VOIDED)


def expire_due(ctx: Ctx, payload: dict[str, str]) -> None:
    """Job: the card's last day is over, unless it ended before."""
    if card_of(ctx, payload["transfer_id"]).status is VirtualCardStatus.OPEN:
        expire(ctx, payload["transfer_id"])


def when_settled(ctx: Ctx, event: TransferSettled) -> None:
    """The card of a settled transfer was used, if it was not closed with a rest."""
    transfer: Transfer = event.subject
    if transfer.rail is Rail.VIRTUAL_CARD:
        card = card_of(ctx, transfer.id)
        if card.status is VirtualCardStatus.OPEN:
            whole = replace(card, charged_minor=card.amount_minor)
            ctx.emit(VirtualCardEnded(_end(ctx, whole, VirtualCardStatus.USED)))


def when_returned(ctx: Ctx, event: TransferReturned) -> None:
    """The card of a returned transfer has ended: voided, or expired without being used.

    Raises `StateForbids` if the vendor has charged some of it: that does not come back.
    """
    transfer: Transfer = event.subject
    if transfer.rail is Rail.VIRTUAL_CARD:
        if is_claimed_in_part(ctx, transfer.id):
            raise StateForbids(noun="virtual card", id=transfer.id, verb="be returned", state="charged in part")
        expired = transfer.return_code == CARD_EXPIRED
        status = VirtualCardStatus.EXPIRED if expired else VirtualCardStatus.VOIDED
        ctx.emit(VirtualCardEnded(_end(ctx, card_of(ctx, transfer.id), status)))


def _issue(ctx: Ctx, transfer: Transfer) -> None:
    card_id, ordinal = ctx.ids.new(PREFIX)
    issued_on = calendar.fed_day(ctx.now)
    card = VirtualCard(
        organization_id=ctx.organization_id,
        id=card_id,
        ordinal=ordinal,
        transfer_id=transfer.id,
        payment_id=transfer.subject_id,
        last4=f"{ordinal % 10_000:04d}",
        amount_minor=transfer.amount_minor,
        charged_minor=0,
        valid_until=issued_on + timedelta(days=DAYS_VALID),
        status=VirtualCardStatus.OPEN,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    store.VIRTUAL_CARDS.insert(ctx.tx, card)
    ctx.emit(VirtualCardIssued(card))
    ctx.schedule(
        EXPIRE_JOB, calendar.virtual_card_expires_at(card.valid_until), key=transfer.id, transfer_id=transfer.id
    )
    transfers.start(ctx, transfers.send(ctx, transfer))


def _end_open(ctx: Ctx, transfer_id: str, to: VirtualCardStatus, return_code: str) -> VirtualCard:
    transfer, card = _lock(ctx, transfer_id)
    VIRTUAL_CARD_TRANSITIONS.step(card.id, card.status, to)
    if card.charged_minor:
        ctx.emit(VirtualCardClosed(_end(ctx, card, VirtualCardStatus.CLOSED)))
        transfers.settle(ctx, transfer)
    else:
        transfers.return_transfer(ctx, transfer, return_code)
    return card_of(ctx, transfer_id)


def _lock(ctx: Ctx, transfer_id: str) -> tuple[Transfer, VirtualCard]:
    """The transfer's lock makes two charges wait for each other."""
    transfer = transfers.get_transfer(ctx, transfer_id, lock=ctx.tx.for_update)
    return transfer, card_of(ctx, transfer_id)


def _end(ctx: Ctx, card: VirtualCard, to: VirtualCardStatus) -> VirtualCard:
    ended = replace(card, status=VIRTUAL_CARD_TRANSITIONS.step(card.id, card.status, to), updated_at=ctx.now)
    store.VIRTUAL_CARDS.update(ctx.tx, ended, "status", "charged_minor", "updated_at")
    return ended


DAYS: Final = (
    DayStep(transfers.ISSUE_JOB, Rail.VIRTUAL_CARD, TransferStatus.SCHEDULED, calendar.starts_at, each(_issue)),
    DayStep(
        "rails.virtual_card.deliver",
        Rail.VIRTUAL_CARD,
        TransferStatus.STARTED,
        calendar.virtual_card_read_at,
        each(transfers.deliver),
    ),
)
