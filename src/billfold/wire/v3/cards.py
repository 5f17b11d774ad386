"""Cards and AP cards: read only, for they are added outside the API (contract: payables §8)."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from billfold.funding import ap_cards, cards
from billfold.funding.card_model import ApCard, CardAccount, CardBrand, CardUser
from billfold.funding.model import UserStatus
from billfold.kit.ctx import Ctx
from billfold.parties.acceptances import acceptances_of
from billfold.parties.vendors import get_vendor
from billfold.payables.payments import payments
from billfold.wire.catalog import Call, Catalogue, Parameter
from billfold.wire.codecs import Day, Moment, instant, money
from billfold.wire.errors import InvalidParameter
from billfold.wire.v3.bank_account_users import CURRENT_USER, for_current_user
from billfold.wire.v3.lists import (
    ARCHIVED,
    CREATED,
    EQUALITY,
    ListField,
    ListRequest,
    ListSpec,
    PageAnswer,
    list_parameters,
)
from billfold.wire.v3.resource import operation

_STATUSES: Final = ("VERIFIED", "NOMINATED")
_BRANDS: Final = tuple(brand.value for brand in CardBrand)


class ApCardShape(msgspec.Struct, kw_only=True):
    """A card of the organization that pays vendors who take virtual cards."""

    id: str
    status: str
    nameOnAccount: str
    balance: Decimal
    limit: Decimal
    createdTime: Moment
    updatedTime: Moment


class ExpirationShape(msgspec.Struct):
    """When a card ends."""

    year: str
    month: str


class CardDefaultShape(msgspec.Struct):
    """Whether a card is used when none is named."""

    payables: bool
    receivables: bool
    funding: bool
    disbursement: bool


class CardShape(msgspec.Struct, kw_only=True):
    """A card that payments can be funded by."""

    id: str
    archived: bool
    createdBy: str
    issuingBankName: str
    nameOnAccount: str
    brand: str
    type: str
    status: str
    last4: str
    expiration: ExpirationShape
    default: CardDefaultShape
    createdTime: Moment
    updatedTime: Moment


class FundingRateShape(msgspec.Struct):
    """What paying by card costs, in percent."""

    creditCardRate: Decimal
    debitCardRate: Decimal


class PromotionShape(FundingRateShape):
    """Rates for a while."""

    startDate: Day
    endDate: Day


class RatesShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """What paying by card costs."""

    defaultCardAccountId: str | None = None
    funding: FundingRateShape
    activePromotion: PromotionShape | None = None


class CardsShape(msgspec.Struct):
    """Cards and rates."""

    rates: RatesShape
    cards: list[CardShape]


class CardUserShape(msgspec.Struct, kw_only=True):
    """A user's standing at one card."""

    cardAccountId: str
    userId: str
    archived: bool
    verificationStatus: str


class PurposeShape(msgspec.Struct):
    """What a card payment can be for."""

    category: str
    subCategories: list[str]


class PurposesShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """What card payments can be for."""

    lastUsedPurpose: Annotated[str | None, Meta(description="Of the last card payment to this vendor.")] = None
    results: Annotated[list[PurposeShape] | None, Meta(description="Absent where none has to be named.")] = None


def list_ap_cards(ctx: Ctx, _: Call, __: None) -> list[ApCardShape]:
    """A bare array."""
    return [_ap_card_shape(ctx, card) for card in ap_cards.list_cards(ctx)]


def list_cards(ctx: Ctx, call: Call, _: None) -> CardsShape:
    """The cards where the caller has this standing."""
    status = UserStatus(_one_of(call, "cardUserStatus", _STATUSES))
    rates = RatesShape(
        defaultCardAccountId=cards.default_card_id(ctx),
        funding=FundingRateShape(cards.CREDIT_CARD_RATE, cards.DEBIT_CARD_RATE),
    )
    return CardsShape(rates, [card_shape(card) for card in cards.cards_of_user(ctx, status)])


def get_card(ctx: Ctx, call: Call, _: None) -> CardShape:
    """One card."""
    return card_shape(cards.get_card(ctx, call.path_ids["cardAccountId"]))


def list_card_users(ctx: Ctx, call: Call, request: ListRequest) -> PageAnswer:
    """A page of users of cards."""
    request = for_current_user(ctx, call, request)
    page = cards.list_users(ctx, request.query)
    return PageAnswer(request, page, [_user_shape(user) for user in page.items])


def list_purposes(ctx: Ctx, call: Call, _: None) -> PurposesShape:
    """What a card payment to this vendor can be for; empty where that need not be said."""
    vendor_id = call.query["vendorId"].strip()
    _one_of(call, "brand", _BRANDS)
    get_vendor(ctx, vendor_id)
    acceptance = acceptances_of(ctx, [vendor_id]).get(vendor_id)
    if acceptance is not None and acceptance.industry is not None:
        return PurposesShape()
    return PurposesShape(
        lastUsedPurpose=payments.last_card_purpose(ctx, vendor_id),
        results=[PurposeShape(one.category, list(one.finer)) for one in cards.PURPOSES],
    )


def card_shape(card: CardAccount) -> CardShape:
    """A card account as v3 shows it."""
    return CardShape(
        id=card.id,
        archived=card.archived,
        createdBy=card.created_by,
        issuingBankName=card.issuing_bank_name,
        nameOnAccount=card.name_on_account,
        brand=card.brand.value,
        type=card.kind.value,
        status=card.status.value,
        last4=card.last4,
        expiration=ExpirationShape(f"{card.expires_on.year}", f"{card.expires_on.month:02d}"),
        default=CardDefaultShape(
            payables=card.is_default, receivables=False, funding=card.is_default, disbursement=False
        ),
        createdTime=instant(card.created_at),
        updatedTime=instant(card.updated_at),
    )


def _ap_card_shape(ctx: Ctx, card: ApCard) -> ApCardShape:
    return ApCardShape(
        id=card.id,
        status=card.status.value,
        nameOnAccount=card.name_on_account,
        balance=money(ap_cards.balance_of(ctx, card), "USD"),
        limit=money(card.limit_minor, "USD"),
        createdTime=instant(card.created_at),
        updatedTime=instant(card.updated_at),
    )


def _user_shape(user: CardUser) -> CardUserShape:
    return CardUserShape(
        cardAccountId=user.card_account_id,
        userId=user.user_id,
        archived=user.archived,
        verificationStatus=user.verification_status.value,
    )


def _one_of(call: Call, name: str, values: tuple[str, ...]) -> str:
    """The parameter, which must have one of these values, in any case of letters."""
    value = call.query[name].strip()
    if value.upper() not in values:
        raise InvalidParameter(name=name, value=value)
    return value.upper()


USERS: Final = ListSpec({
    "cardAccountId": ListField("card_account_id", ops=EQUALITY),
    "userId": ListField("user_id", ops=EQUALITY),
    "archived": ARCHIVED,
    "verificationStatus": ListField("verification_status", ops=EQUALITY, choices=UserStatus),
    "createdTime": CREATED,
})  # fmt: skip


def declare(catalogue: Catalogue) -> None:
    """The rows of cards."""
    text = {"type": "string"}
    rows: tuple[tuple[str, str, str, Any, dict[str, Any]], ...] = (
        ("ap-cards", "ap-cards", "List AP cards", list_ap_cards, {"response": list[ApCardShape]}),
        (
            "cards", "cards.list", "List cards", list_cards,
            {
                "response": CardsShape,
                "parameters": (
                    Parameter("cardUserStatus", text | {"enum": list(_STATUSES)}, "Your standing.", required=True),
                ),
            },
        ),
        ("cards/{cardAccountId}", "cards.get", "Read a card", get_card, {"response": CardShape}),
        (
            "cards/users", "cards.users.list", "List card users", list_card_users,
            {
                "response": list[CardUserShape], "lists": USERS, "paged": True,
                "parameters": (CURRENT_USER, *list_parameters(USERS)),
            },
        ),
        (
            "cards/funding-purposes", "cards.funding-purposes", "List purposes of card payments", list_purposes,
            {
                "response": PurposesShape,
                "parameters": (
                    Parameter("vendorId", text, "Who is to be paid.", required=True),
                    Parameter("brand", text, f"{', '.join(_BRANDS)}, in any case of letters.", required=True),
                ),
            },
        ),
    )  # fmt: skip
    for path, name, summary, run, options in rows:
        operation(
            catalogue, "GET", f"funding-accounts/{path}", summary, run, name=f"v3.funding-accounts.{name}", **options
        )
