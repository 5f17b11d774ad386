"""Cards and AP cards: read only, and empty until cards can be added (contract: payables §8)."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from billfold.funding import cards
from billfold.kit.ctx import Ctx
from billfold.kit.query import Page
from billfold.parties.vendors import get_vendor
from billfold.wire.catalog import Call, Catalogue, Parameter
from billfold.wire.errors import InvalidParameter, MissingParameter
from billfold.wire.v3.bank_account_users import CURRENT_USER, for_current_user
from billfold.wire.v3.lists import EQUALITY, ListField, ListRequest, ListSpec, PageAnswer, list_parameters
from billfold.wire.v3.resource import operation

_STATUSES: Final = ("VERIFIED", "NOMINATED")
_BRANDS: Final = ("AMEX", "DISCOVER", "MASTERCARD", "VISA")


class ApCardShape(msgspec.Struct, kw_only=True):
    """A card of the organization that pays vendors who take virtual cards."""

    id: str
    status: str
    nameOnAccount: str
    balance: Decimal
    limit: Decimal
    createdTime: str
    updatedTime: str


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
    createdTime: str
    updatedTime: str


class FundingRateShape(msgspec.Struct):
    """What paying by card costs, in percent."""

    creditCardRate: Decimal
    debitCardRate: Decimal


class PromotionShape(FundingRateShape):
    """Rates for a while."""

    startDate: str
    endDate: str


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
    results: list[PurposeShape]


def list_ap_cards(_: Ctx, __: Call, ___: None) -> list[ApCardShape]:
    """A bare array."""
    return []


def list_cards(_: Ctx, call: Call, __: None) -> CardsShape:
    """The cards where the caller has this standing."""
    _required(call, "cardUserStatus", _STATUSES)
    return CardsShape(RatesShape(funding=FundingRateShape(cards.CREDIT_CARD_RATE, cards.DEBIT_CARD_RATE)), [])


def get_card(_: Ctx, call: Call, __: None) -> None:
    """One card."""
    cards.get_card(call.path_ids["cardAccountId"])


def list_card_users(ctx: Ctx, call: Call, request: ListRequest) -> PageAnswer:
    """A page of users of cards."""
    page: Page[Any] = Page([], None, None)
    return PageAnswer(for_current_user(ctx, call, request), page, [])


def list_purposes(ctx: Ctx, call: Call, _: None) -> PurposesShape:
    """What a card payment to this vendor can be for."""
    if not call.query.get("vendorId"):
        raise MissingParameter(name="vendorId")
    _required(call, "brand", _BRANDS)
    get_vendor(ctx, call.query["vendorId"])
    return PurposesShape(results=[PurposeShape(one.category, list(one.finer)) for one in cards.PURPOSES])


def _required(call: Call, name: str, values: tuple[str, ...]) -> None:
    """Raise unless the parameter has one of these values, in any case of letters."""
    value = call.query.get(name, "")
    if not value:
        raise MissingParameter(name=name)
    if value.upper() not in values:
        raise InvalidParameter(name=name, value=value)


USERS: Final = ListSpec({
    "cardAccountId": ListField("card_account_id", ops=EQUALITY),
    "userId": ListField("user_id", ops=EQUALITY),
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
                "parameters": (Parameter("cardUserStatus", text | {"enum": list(_STATUSES)}, "Required."),),
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
                    Parameter("vendorId", text, "Required."),
                    Parameter("brand", text, f"Required: {', '.join(_BRANDS)}."),
                ),
            },
        ),
    )  # fmt: skip
    for path, name, summary, run, options in rows:
        operation(
            catalogue, "GET", f"funding-accounts/{path}", summary, run, name=f"v3.funding-accounts.{name}", **options
        )
