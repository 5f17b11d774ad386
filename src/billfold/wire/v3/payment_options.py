"""How a vendor can be paid (contract: payables §6.8)."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta

from billfold.funding.card_model import CardAccount
from billfold.funding.cards import rate_of
from billfold.funding.model import BankAccount
from billfold.kit.ctx import Ctx
from billfold.kit.money import read_number
from billfold.payables.payments.payment_options import PaymentOption, payment_options
from billfold.wire.catalog import Call, Catalogue, Parameter
from billfold.wire.codecs import Day, money
from billfold.wire.errors import InvalidParameter
from billfold.wire.v3.resource import operation

_MAX_TEXT = 30


class BankOptionShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """A bank account of the organization."""

    available: bool
    id: str
    name: str
    processDate: Annotated[Day | None, Meta(description="The earliest; where available.")] = None
    deliveryDate: Annotated[Day | None, Meta(description="When the vendor has the money.")] = None
    fee: Decimal
    reason: Annotated[str | None, Meta(description="Why it is not available.")] = None
    conditions: list[str]


class CardFeeShape(msgspec.Struct):
    """What paying by card costs: an amount, and a rate in percent."""

    amount: Decimal
    rate: Decimal


class CardOptionShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """A card of the organization."""

    available: bool
    id: str
    name: str
    brand: str
    processDate: Day | None = None
    deliveryDate: Day | None = None
    feeInfo: CardFeeShape
    reason: str | None = None
    conditions: list[str]


class FundingOptionsShape(msgspec.Struct):
    """What can be paid from."""

    banks: list[BankOptionShape]
    cards: list[CardOptionShape]


class PaymentOptionsShape(msgspec.Struct):
    """The ways to pay a vendor this much."""

    vendorId: str
    amount: Decimal
    fundingOptions: FundingOptionsShape


def read_options(ctx: Ctx, call: Call, _: None) -> PaymentOptionsShape:
    """From where a vendor can be paid an amount."""
    vendor_id, amount = call.query["vendorId"].strip(), call.query["amount"].strip()
    decimal = read_number(amount)
    if decimal is None:
        raise InvalidParameter(name="amount", value=amount[:_MAX_TEXT])
    found = payment_options(ctx, vendor_id, decimal)
    return PaymentOptionsShape(
        vendorId=found.vendor.id,
        amount=money(found.amount_minor, found.vendor.bill_currency),
        fundingOptions=FundingOptionsShape(
            [_bank(*option) for option in found.banks], [_card(*option) for option in found.cards]
        ),
    )


def _bank(account: BankAccount, option: PaymentOption) -> BankOptionShape:
    return BankOptionShape(
        available=option.reason is None,
        id=account.id,
        name=account.bank_name,
        processDate=option.process_on.isoformat() if option.process_on else None,
        deliveryDate=option.arrives_on.isoformat() if option.arrives_on else None,
        fee=money(option.fee_minor, "USD"),
        reason=option.reason,
        conditions=list(option.conditions),
    )


def _card(card: CardAccount, option: PaymentOption) -> CardOptionShape:
    return CardOptionShape(
        available=option.reason is None,
        id=card.id,
        name=f"{card.issuing_bank_name} {card.last4}",
        brand=card.brand.value.lower(),
        processDate=option.process_on.isoformat() if option.process_on else None,
        deliveryDate=option.arrives_on.isoformat() if option.arrives_on else None,
        feeInfo=CardFeeShape(money(option.fee_minor, "USD"), rate_of(card)),
        reason=option.reason,
        conditions=list(option.conditions),
    )


def declare(catalogue: Catalogue) -> None:
    """The row of payment options."""
    parameters = (
        Parameter("vendorId", {"type": "string", "minLength": 1}, "Who is to be paid.", required=True),
        Parameter("amount", {"type": "number", "exclusiveMinimum": 0}, "How much.", required=True),
    )
    operation(
        catalogue, "GET", "payments/options", "Read how a vendor can be paid", read_options,
        parameters=parameters, response=PaymentOptionsShape,
    )  # fmt: skip
