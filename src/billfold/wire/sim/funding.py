"""What pays beside bank accounts, as BILL's own pages would set it up: cards, AP cards, the wallet, permissions."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from billfold.funding import ap_cards, cards, permissions, wallet
from billfold.funding.card_model import (
    ApCard,
    ApCardStatus,
    CardBrand,
    CardDraft,
    CardKind,
    CardStatus,
    CardUser,
)
from billfold.funding.model import UserStatus
from billfold.identity import users
from billfold.kit.ctx import Ctx
from billfold.kit.money import to_minor
from billfold.kit.query import Query
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.codecs import given, money
from billfold.wire.sim.scope import in_organization, row
from billfold.wire.v3.cards import CardShape, card_shape


class CardBody(msgspec.Struct, kw_only=True):
    """A card. Numbers exist only as their last four digits; one that ends in 0002 declines every charge."""

    brand: CardBrand = CardBrand.VISA
    type: CardKind = CardKind.CREDIT
    nameOnAccount: str = "Sandbox"
    issuingBankName: str = "Bank of the Sandbox"
    last4: Annotated[str, Meta(pattern="^[0-9]{4}$")] = "4242"
    expirationYear: Annotated[int, Meta(ge=2000, le=2099)] = 2099
    expirationMonth: Annotated[int, Meta(ge=1, le=12)] = 12
    status: CardStatus = CardStatus.VERIFIED
    userId: Annotated[str | None, Meta(description="Whose card it is; the organization's first user if left out.")] = (
        None
    )
    userStatus: UserStatus = UserStatus.VERIFIED


class CardUserBody(msgspec.Struct, kw_only=True):
    """How a user stands at a card."""

    userId: str
    verificationStatus: UserStatus = UserStatus.VERIFIED


class CardUserShape(msgspec.Struct, kw_only=True):
    """How a user stands at a card."""

    cardAccountId: str
    userId: str
    archived: bool
    verificationStatus: str


class ApCardBody(msgspec.Struct, kw_only=True):
    """An AP card."""

    nameOnAccount: str = "Sandbox"
    limit: Annotated[Decimal, Meta(description="In USD.")] = Decimal(10_000)
    status: ApCardStatus = ApCardStatus.ACTIVE


class ApCardUpdate(msgspec.Struct, kw_only=True):
    """What of an AP card is to change. More balance was spent elsewhere, less was paid from the default account."""

    status: ApCardStatus | None = None
    limit: Decimal | None = None
    balance: Decimal | None = None


class ApCardShape(msgspec.Struct, kw_only=True):
    """An AP card."""

    id: str
    status: str
    nameOnAccount: str
    balance: Decimal
    limit: Decimal


class TopUpBody(msgspec.Struct, kw_only=True):
    """Money that moves into the wallet at once."""

    amount: Decimal
    bankAccountId: Annotated[str | None, Meta(description="The default account for payables if left out.")] = None


class WalletShape(msgspec.Struct, kw_only=True):
    """What is in the wallet, less what is leaving it."""

    balance: Decimal


class PermissionsBody(msgspec.Struct, kw_only=True):
    """What the organization may pay with beside its bank accounts; what is left out stays."""

    cardFunding: bool | UnsetType = UNSET
    amexAllowed: bool | UnsetType = UNSET
    walletFunding: bool | UnsetType = UNSET


class PermissionsShape(msgspec.Struct, kw_only=True):
    """What the organization may pay with beside its bank accounts."""

    cardFunding: bool
    amexAllowed: bool
    walletFunding: bool


_PERMISSIONS = (
    ("cardFunding", "card_funding"),
    ("amexAllowed", "amex_allowed"),
    ("walletFunding", "wallet_funding"),
)


def create_card(ctx: Ctx, _: Call, body: CardBody) -> CardShape:
    """A card of the organization."""
    last_day = monthrange(body.expirationYear, body.expirationMonth)[1]
    draft = CardDraft(
        name_on_account=body.nameOnAccount,
        issuing_bank_name=body.issuingBankName,
        brand=body.brand,
        kind=body.type,
        last4=body.last4,
        expires_on=date(body.expirationYear, body.expirationMonth, last_day),
    )
    user_id = body.userId or users.list_users(ctx, Query(limit=1)).items[0].user.id
    return card_shape(cards.create_card(ctx, draft, user_id, body.userStatus, body.status))


def verify_card(ctx: Ctx, call: Call, _: None) -> CardShape:
    """The card is the organization's."""
    return card_shape(cards.verify_card(ctx, call.path_ids["cardAccountId"]))


def archive_card(ctx: Ctx, call: Call, _: None) -> CardShape:
    """Put the card out of use."""
    return card_shape(cards.archive_card(ctx, call.path_ids["cardAccountId"]))


def set_user(ctx: Ctx, call: Call, body: CardUserBody) -> CardUserShape:
    """Say how a user stands at a card."""
    user: CardUser = cards.set_user(ctx, call.path_ids["cardAccountId"], body.userId, body.verificationStatus)
    return CardUserShape(
        cardAccountId=user.card_account_id,
        userId=user.user_id,
        archived=user.archived,
        verificationStatus=user.verification_status.value,
    )


def create_ap_card(ctx: Ctx, _: Call, body: ApCardBody) -> ApCardShape:
    """An AP card of the organization."""
    made = ap_cards.create_card(ctx, body.nameOnAccount, to_minor(body.limit, "USD"), body.status)
    return _ap_card_shape(ctx, made)


def update_ap_card(ctx: Ctx, call: Call, body: ApCardUpdate) -> ApCardShape:
    """Change what is given."""
    card_id = call.path_ids["apCardId"]
    limit_minor = None if body.limit is None else to_minor(body.limit, "USD")
    card = ap_cards.update_card(ctx, card_id, status=body.status, limit_minor=limit_minor)
    if body.balance is not None:
        ap_cards.set_balance(ctx, card_id, to_minor(body.balance, "USD"))
    return _ap_card_shape(ctx, card)


def top_up(ctx: Ctx, _: Call, body: TopUpBody) -> WalletShape:
    """Move money into the wallet."""
    return WalletShape(balance=money(wallet.top_up(ctx, to_minor(body.amount, "USD"), body.bankAccountId), "USD"))


def read_wallet(ctx: Ctx, _: Call, __: None) -> WalletShape:
    """What is in the wallet."""
    return WalletShape(balance=money(wallet.balance_of(ctx), "USD"))


def set_permissions(ctx: Ctx, _: Call, body: PermissionsBody) -> PermissionsShape:
    """Change what is given."""
    changed = permissions.set_permissions(ctx, given(body, _PERMISSIONS))
    return PermissionsShape(
        cardFunding=changed.card_funding, amexAllowed=changed.amex_allowed, walletFunding=changed.wallet_funding
    )


def _ap_card_shape(ctx: Ctx, card: ApCard) -> ApCardShape:
    return ApCardShape(
        id=card.id,
        status=card.status.value,
        nameOnAccount=card.name_on_account,
        balance=money(ap_cards.balance_of(ctx, card), "USD"),
        limit=money(card.limit_minor, "USD"),
    )


def declare(catalogue: Catalogue) -> None:
    """The rows of funding."""
    card = "card-accounts/{cardAccountId}"
    rows: tuple[tuple[str, str, str, Any, Any, Any, int], ...] = (
        ("POST", "card-accounts", "Add a card account", create_card, CardBody, CardShape, 201),
        ("POST", f"{card}/verify", "Verify a card account", verify_card, None, CardShape, 200),
        ("POST", f"{card}/archive", "Archive a card account", archive_card, None, CardShape, 200),
        ("POST", f"{card}/users", "Say how a user stands at a card", set_user, CardUserBody, CardUserShape, 200),
        ("POST", "ap-cards", "Open an AP card", create_ap_card, ApCardBody, ApCardShape, 201),
        ("PATCH", "ap-cards/{apCardId}", "Change an AP card", update_ap_card, ApCardUpdate, ApCardShape, 200),
        ("GET", "wallet", "Read the wallet", read_wallet, None, WalletShape, 200),
        ("POST", "wallet/top-ups", "Move money into the wallet", top_up, TopUpBody, WalletShape, 201),
        (
            "PATCH", "funding-permissions", "Say what the organization may pay with", set_permissions,
            PermissionsBody, PermissionsShape, 200,
        ),
    )  # fmt: skip
    for method, path, summary, run, request, response, success in rows:
        name = f"{path.replace('/', '.')}.update" if method == "PATCH" else ""
        row(
            catalogue, method, path, summary, in_organization(run, alone=True), name=name, request=request,
            response=response, success=success, write=method != "GET",
        )  # fmt: skip
