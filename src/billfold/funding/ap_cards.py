"""AP cards: lines of credit that pay vendors who take virtual cards (contract: payables §8.1).

What is owed on a card is the balance of its account in the ledger, which only payments and its own statement move.
"""

from __future__ import annotations

from typing import Final

from billfold import ledger
from billfold.funding import bank_accounts, store
from billfold.funding.card_events import ApCardCreated, ApCardPaidOff, ApCardUpdated
from billfold.funding.card_model import AP_CARD_TRANSITIONS, ApCard, ApCardStatus
from billfold.kit.ctx import Ctx
from billfold.kit.errors import Checks, InvalidField, Refusal, existing
from billfold.kit.money import to_decimal
from billfold.kit.records import replace

PREFIX: Final = "apc"
#: Of what a card's own statement says.
STATEMENT_PREFIX: Final = "cst"
_MAX_NAME: Final = 100


class ApCardNotActive(Refusal):
    """Only an active AP card pays."""

    sentence = "The AP card {id} is {status}."


class ApCardLimitExceeded(Refusal):
    """The payment, with what is owed and scheduled, would be more than the card's limit."""

    sentence = "The AP card {id} has {available} left of its limit."


def create_card(ctx: Ctx, name_on_account: str, limit_minor: int, status: ApCardStatus) -> ApCard:
    """A new card. Raises `InvalidField`."""
    checks = Checks()
    checks.require_name("name_on_account", name_on_account, _MAX_NAME)
    checks.raise_any()
    _check_limit(limit_minor)
    card_id, ordinal = ctx.ids.new(PREFIX)
    card = ApCard(ctx.organization_id, card_id, ordinal, name_on_account, status, limit_minor, ctx.now, ctx.now)
    store.AP_CARDS.insert(ctx.tx, card)
    ctx.emit(ApCardCreated(card))
    return card


def get_card(ctx: Ctx, card_id: str, *, lock: str = "") -> ApCard:
    """The card with this id. Raises `NotFound`."""
    return existing(store.AP_CARDS.get(ctx.tx, ctx.organization_id, card_id, lock=lock), "AP card", card_id)


def list_cards(ctx: Ctx) -> list[ApCard]:
    """Every card, in the order of their making."""
    return store.list_ap_cards(ctx.tx, ctx.organization_id)


def update_card(ctx: Ctx, card_id: str, *, status: ApCardStatus | None, limit_minor: int | None) -> ApCard:
    """Change status or limit. Raises `NotFound`, `InvalidField`, `StateForbids`."""
    card = get_card(ctx, card_id, lock=ctx.tx.for_update)
    changed = card
    if status is not None and status is not card.status:
        changed = replace(changed, status=AP_CARD_TRANSITIONS.step(card.id, card.status, status))
    if limit_minor is not None:
        _check_limit(limit_minor)
        changed = replace(changed, limit_minor=limit_minor)
    if changed != card:
        changed = replace(changed, updated_at=ctx.now)
        store.AP_CARDS.update(ctx.tx, changed, "status", "limit_minor", "updated_at")
        ctx.emit(ApCardUpdated(changed))
    return changed


def balance_of(ctx: Ctx, card: ApCard) -> int:
    """What is owed on the card, in cents, with charges that have not settled."""
    account = ledger.balance_of(ctx, card.id, "USD")
    return account.pending_credits_minor - account.balance_minor


def set_balance(ctx: Ctx, card_id: str, owed_minor: int) -> ApCard:
    """Have the card owe so much: more was spent elsewhere, less was paid from the default bank account.

    Dr uncategorized expense · Cr the card, or Dr the card · Cr the bank account's cash account. Raises `NotFound`,
    `NoPayablesDefault`, `InvalidField`.
    """
    card = get_card(ctx, card_id, lock=ctx.tx.for_update)
    if owed_minor < 0:
        raise InvalidField("balance", "must not be negative")
    more = owed_minor - balance_of(ctx, card)
    if more:
        debit, credit = (ledger.UNCATEGORIZED_EXPENSE, card.id) if more > 0 else (card.id, _cash(ctx))
        entry = ledger.Entry(
            debit_account=debit,
            credit_account=credit,
            amount_minor=abs(more),
            currency="USD",
            code=ledger.Code.CARD_STATEMENT,
            document_id=ctx.ids.new(STATEMENT_PREFIX)[0],
            related_id=card.id,
            effective_on=ctx.now.date(),
        )
        (made,) = ledger.post(ctx, [entry])
        if more < 0:
            ctx.emit(ApCardPaidOff(made))
    return card


def require_active(ctx: Ctx, card_id: str) -> ApCard:
    """The card, locked, if it pays: its limit is what two payments race for. Raises `NotFound`, `ApCardNotActive`."""
    card = get_card(ctx, card_id, lock=ctx.tx.for_update)
    if card.status is not ApCardStatus.ACTIVE:
        raise ApCardNotActive(id=card.id, status=card.status)
    return card


def available_of(ctx: Ctx, card: ApCard) -> int:
    """What is left of the limit, in cents, with nothing taken off for what is only scheduled."""
    return card.limit_minor - balance_of(ctx, card)


def limit_exceeded(card: ApCard, available_minor: int) -> ApCardLimitExceeded:
    """The refusal that names what is left."""
    return ApCardLimitExceeded(id=card.id, available=to_decimal(max(available_minor, 0), "USD"))


def _cash(ctx: Ctx) -> str:
    return bank_accounts.payables_default(ctx).id


def _check_limit(limit_minor: int) -> None:
    if limit_minor < 0:
        raise InvalidField("limit", "must not be negative")
