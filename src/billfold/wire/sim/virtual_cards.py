"""Cards at work: vendors charge virtual cards, or do not; issuers decline charges."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

from billfold.kit.ctx import Ctx
from billfold.kit.money import to_minor
from billfold.rails import card, virtual_cards
from billfold.rails.virtual_card_model import VirtualCard
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.codecs import money
from billfold.wire.own.plain import NEWEST
from billfold.wire.sim.scope import in_organization, row
from billfold.wire.sim.transfers import TransferShape, transfer_shape


class ChargeBody(msgspec.Struct, kw_only=True):
    """How much the vendor charges."""

    amount: Decimal


class VirtualCardShape(msgspec.Struct, kw_only=True):
    """A virtual card and what was charged to it."""

    id: str
    transferId: str
    paymentId: str
    last4: str
    amount: Decimal
    charged: Decimal
    validUntil: str
    status: str


def virtual_card_shape(found: VirtualCard) -> VirtualCardShape:
    """A virtual card."""
    return VirtualCardShape(
        id=found.id,
        transferId=found.transfer_id,
        paymentId=found.payment_id,
        last4=found.last4,
        amount=money(found.amount_minor, "USD"),
        charged=money(found.charged_minor, "USD"),
        validUntil=found.valid_until.isoformat(),
        status=found.status.value,
    )


def list_cards(ctx: Ctx, _: Call, __: None) -> dict[str, list[VirtualCardShape]]:
    """Virtual cards, newest first."""
    return {"results": [virtual_card_shape(one) for one in virtual_cards.list_cards(ctx, NEWEST).items]}


def charge(ctx: Ctx, call: Call, body: ChargeBody) -> VirtualCardShape:
    """The vendor charges the card."""
    amount_minor = to_minor(body.amount, "USD")
    return virtual_card_shape(virtual_cards.charge(ctx, call.path_ids["transferId"], amount_minor))


def expire(ctx: Ctx, call: Call, _: None) -> VirtualCardShape:
    """The card's days are over."""
    return virtual_card_shape(virtual_cards.expire(ctx, call.path_ids["transferId"]))


def decline(ctx: Ctx, call: Call, _: None) -> TransferShape:
    """The issuer declines a charge under way, or charges it back."""
    return transfer_shape(card.decline(ctx, call.path_ids["transferId"]))


def declare(catalogue: Catalogue) -> None:
    """The rows of cards at work."""
    rows: tuple[tuple[str, str, str, Any, Any, Any], ...] = (
        (
            "GET", "virtual-cards", "List virtual cards, newest first", list_cards, None,
            dict[str, list[VirtualCardShape]],
        ),
        ("POST", "transfers/{transferId}/charge", "Charge a virtual card", charge, ChargeBody, VirtualCardShape),
        ("POST", "transfers/{transferId}/expire", "Expire a virtual card now", expire, None, VirtualCardShape),
        ("POST", "transfers/{transferId}/decline", "Decline a card's charge", decline, None, TransferShape),
    )  # fmt: skip
    for method, path, summary, run, request, response in rows:
        bound = in_organization(run, alone=method == "POST")
        row(catalogue, method, path, summary, bound, request=request, response=response)
