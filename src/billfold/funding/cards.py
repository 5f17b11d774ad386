"""Card accounts: added and verified outside BILL's API, charged by payments; who may use them, what it costs."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

import msgspec

from billfold.funding import store
from billfold.funding.card_events import (
    CardAccountArchived,
    CardAccountCreated,
    CardAccountUpdated,
    CardUserChanged,
)
from billfold.funding.card_model import (
    CARD_TRANSITIONS,
    CardAccount,
    CardBrand,
    CardDraft,
    CardKind,
    CardStatus,
    CardUser,
)
from billfold.funding.model import USER_TRANSITIONS, UserStatus
from billfold.identity import store as identity_store
from billfold.kit.ctx import Ctx, RecordStatus
from billfold.kit.errors import Checks, InvalidField, NotFound, Refusal, existing
from billfold.kit.query import Page, Query
from billfold.kit.records import replace

PREFIX: Final = "cda"
USER_PREFIX: Final = "cdu"
#: What paying by card costs, in percent of the amount (?).
CREDIT_CARD_RATE: Final = Decimal("2.9")
DEBIT_CARD_RATE: Final = Decimal("2.9")
_MAX_NAME: Final = 100
_LAST4: Final = re.compile(r"[0-9]{4}")


class CardNotUsable(Refusal):
    """Only a verified card that has not expired can be charged."""

    sentence = "The card account {id} is not verified, expired or archived."


class CardUserUnverified(Refusal):
    """Who pays by card must be a verified user of it."""

    sentence = "User verification required for payments with card account."


class CardPurpose(msgspec.Struct, frozen=True):
    """What a card payment can be for: a category and its finer words."""

    category: str
    finer: tuple[str, ...]


#: A card payment to a vendor whose industry is not known names one of these (contract v3-payables.md §8.4) (?).
PURPOSES: Final = (
    CardPurpose("Advertising and marketing", ("Advertising", "Printing and signs", "Events", "Public relations")),
    CardPurpose("Construction and repair", ("Building materials", "Contractors", "Equipment rental", "Repairs")),
    CardPurpose("Goods for resale", ("Finished goods", "Raw materials", "Packaging")),
    CardPurpose("Insurance", ("Health", "Liability", "Property", "Vehicles")),
    CardPurpose("Office", ("Furniture", "Office supplies", "Cleaning", "Postage and delivery")),
    CardPurpose("Professional services", ("Accounting", "Consulting", "Legal", "Staffing")),
    CardPurpose("Rent and utilities", ("Rent", "Electricity and gas", "Internet and telephone", "Water and waste")),
    CardPurpose("Software and equipment", ("Hosting", "Software", "Computers", "Machines")),
    CardPurpose("Taxes and fees", ("Licenses and permits", "Taxes", "Memberships")),
    CardPurpose("Travel and transport", ("Freight", "Fuel", "Lodging", "Travel")),
)
#: Categories and finer words: what a payment may name.
PURPOSE_NAMES: Final = frozenset(
    name for purpose in PURPOSES for name in (purpose.category, *purpose.finer)
)  # fmt: skip


def create_card(ctx: Ctx, draft: CardDraft, user_id: str, user_status: UserStatus, status: CardStatus) -> CardAccount:
    """A new card and its first user. The first verified card is the default. Raises `NotFound`, `InvalidField`s."""
    _check(draft)
    _require_user(ctx, user_id)
    # The counter row makes two that race for being the default meet.
    ctx.counters.hold()
    card_id, ordinal = ctx.ids.new(PREFIX)
    card = CardAccount(
        organization_id=ctx.organization_id,
        id=card_id,
        ordinal=ordinal,
        name_on_account=draft.name_on_account,
        issuing_bank_name=draft.issuing_bank_name,
        brand=draft.brand,
        kind=draft.kind,
        last4=draft.last4,
        expires_on=draft.expires_on,
        status=status,
        is_default=status is CardStatus.VERIFIED and store.default_card(ctx.tx, ctx.organization_id) is None,
        created_by=user_id,
        record_status=RecordStatus.ACTIVE,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    store.CARDS.insert(ctx.tx, card)
    ctx.emit(CardAccountCreated(card))
    set_user(ctx, card.id, user_id, user_status)
    return card


def get_card(ctx: Ctx, card_account_id: str, *, lock: str = "") -> CardAccount:
    """The card with this id. Raises `NotFound`."""
    found = store.CARDS.get(ctx.tx, ctx.organization_id, card_account_id, lock=lock)
    return existing(found, "card account", card_account_id)


def verify_card(ctx: Ctx, card_account_id: str) -> CardAccount:
    """The card was shown to be the organization's; again is no error. Raises `NotFound`."""
    ctx.counters.hold()
    card = get_card(ctx, card_account_id, lock=ctx.tx.for_update)
    if card.status is CardStatus.VERIFIED:
        return card
    verified = replace(
        card,
        status=CARD_TRANSITIONS.step(card.id, card.status, CardStatus.VERIFIED),
        is_default=store.default_card(ctx.tx, ctx.organization_id) is None,
        updated_at=ctx.now,
    )
    store.CARDS.update(ctx.tx, verified, "status", "is_default", "updated_at")
    ctx.emit(CardAccountUpdated(verified))
    return verified


def archive_card(ctx: Ctx, card_account_id: str) -> CardAccount:
    """Put a card out of use; again is no error. What is scheduled on it is declined. Raises `NotFound`."""
    card = get_card(ctx, card_account_id, lock=ctx.tx.for_update)
    if card.archived:
        return card
    archived = replace(card, record_status=RecordStatus.INACTIVE, is_default=False, updated_at=ctx.now)
    store.CARDS.update(ctx.tx, archived, "record_status", "is_default", "updated_at")
    ctx.emit(CardAccountArchived(archived))
    return archived


def cards_in_use(ctx: Ctx) -> list[CardAccount]:
    """Every card that is not archived, in the order of their making."""
    return store.cards_in_use(ctx.tx, ctx.organization_id)


def default_card_id(ctx: Ctx) -> str | None:
    """The card that is the default, or None."""
    card = store.default_card(ctx.tx, ctx.organization_id)
    return None if card is None else card.id


def cards_of_user(ctx: Ctx, status: UserStatus) -> list[CardAccount]:
    """The cards where the acting user has this standing, in the order of their making."""
    return store.cards_of_user(ctx.tx, ctx.organization_id, ctx.actor.user_id, status)


def set_user(ctx: Ctx, card_account_id: str, user_id: str, status: UserStatus) -> CardUser:
    """Say how a user stands at a card: the checks behind it are made elsewhere. Raises `NotFound`, `StateForbids`."""
    get_card(ctx, card_account_id, lock=ctx.tx.for_update)
    _require_user(ctx, user_id)
    former = store.card_user(ctx.tx, ctx.organization_id, card_account_id, user_id)
    if former is None:
        user = _insert_user(ctx, card_account_id, user_id, status)
    elif former.verification_status is status:
        return former
    else:
        user = replace(
            former,
            verification_status=USER_TRANSITIONS.step(former.id, former.verification_status, status),
            record_status=RecordStatus.INACTIVE if status is UserStatus.UNVERIFIED else RecordStatus.ACTIVE,
            updated_at=ctx.now,
        )
        store.CARD_USERS.update(ctx.tx, user, "verification_status", "record_status", "updated_at")
    ctx.emit(CardUserChanged(user))
    return user


def list_users(ctx: Ctx, query: Query) -> Page[CardUser]:
    """A page of users of cards, archived ones included unless filtered out."""
    return store.CARD_USERS.page(ctx.tx, ctx.organization_id, query)


def is_verified_user(ctx: Ctx, card: CardAccount) -> bool:
    """Whether the acting user is a verified user of the card."""
    user = store.card_user(ctx.tx, ctx.organization_id, card.id, ctx.actor.user_id)
    return user is not None and user.verification_status is UserStatus.VERIFIED


def is_chargeable(ctx: Ctx, card: CardAccount) -> bool:
    """Whether a payment can be charged to the card now."""
    return card.status is CardStatus.VERIFIED and not card.archived and ctx.now.date() <= card.expires_on


def require_payer(ctx: Ctx, card_account_id: str) -> CardAccount:
    """The card, if it can be charged by this user. Raises `NotFound`, `CardNotUsable`, `CardUserUnverified`."""
    card = get_card(ctx, card_account_id, lock=ctx.tx.for_share)
    refusal = why_not(ctx, card)
    if refusal is not None:
        raise refusal
    return card


def why_not(ctx: Ctx, card: CardAccount) -> CardNotUsable | CardUserUnverified | None:
    """Why this user cannot charge the card, or None."""
    if not is_chargeable(ctx, card):
        return CardNotUsable(id=card.id)
    return None if is_verified_user(ctx, card) else CardUserUnverified()


def rate_of(card: CardAccount) -> Decimal:
    """What paying by this card costs, in percent of the amount."""
    return DEBIT_CARD_RATE if card.kind is CardKind.DEBIT else CREDIT_CARD_RATE


def fee_of(card: CardAccount, amount_minor: int) -> int:
    """What paying this amount by the card costs: its rate, rounded half-up to the cent (docs/money.md)."""
    fee = Decimal(amount_minor) * rate_of(card) / 100
    return int(fee.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def is_amex(card: CardAccount) -> bool:
    """Whether the card is of the one brand that few take."""
    return card.brand is CardBrand.AMEX


def _insert_user(ctx: Ctx, card_account_id: str, user_id: str, status: UserStatus) -> CardUser:
    row_id, ordinal = ctx.ids.new(USER_PREFIX)
    user = CardUser(
        organization_id=ctx.organization_id,
        id=row_id,
        ordinal=ordinal,
        card_account_id=card_account_id,
        user_id=user_id,
        verification_status=status,
        record_status=RecordStatus.INACTIVE if status is UserStatus.UNVERIFIED else RecordStatus.ACTIVE,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    store.CARD_USERS.insert(ctx.tx, user)
    return user


def _require_user(ctx: Ctx, user_id: str) -> None:
    if identity_store.USERS.get(ctx.tx, ctx.organization_id, user_id) is None:
        raise NotFound("user", user_id)


def _check(draft: CardDraft) -> None:
    checks = Checks()
    for field in ("name_on_account", "issuing_bank_name"):
        checks.require_name(field, getattr(draft, field), _MAX_NAME)
    checks.require(_LAST4.fullmatch(draft.last4) is not None, InvalidField("last4", "must be four digits"))
    checks.raise_any()
