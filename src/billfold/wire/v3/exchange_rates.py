"""Exchange-rate quotes for payments in other currencies (contract: payables §6.9)."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta

from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx
from billfold.kit.money import read_number
from billfold.payables.quotes.exchange_quotes import QuoteAsked, quote
from billfold.payables.quotes.model import ExchangeQuote
from billfold.wire.catalog import Call, Catalogue, Parameter
from billfold.wire.codecs import Moment, instant, money
from billfold.wire.errors import InvalidParameter
from billfold.wire.v3.resource import operation

_MAX_TEXT = 30
_BOOLEANS = {"": False, "false": False, "true": True}


class AmountRangeShape(msgspec.Struct, omit_defaults=True):
    """The amounts that the rate is for, both ends included, in the currency of the bills."""

    from_: Decimal = msgspec.field(name="from")
    to: Annotated[Decimal | None, Meta(description="Left out where there is no end.")] = None


class ExchangeRateShape(msgspec.Struct, kw_only=True):
    """A rate that is held until it expires, for payments of one vendor."""

    billCurrency: str
    paymentCurrency: str
    baseCurrency: str
    exchangeRate: Annotated[Decimal, Meta(description="Units of the payment's currency for one US dollar.")]
    exchangeRateBatchId: Annotated[int, Meta(description="What a payment at this rate names.")]
    vendorId: str
    amountRange: AmountRangeShape
    expirationTime: Moment


class ExchangeRatesShape(msgspec.Struct, kw_only=True):
    """The rates of one batch, in the order of the request."""

    exchangeRateBatchId: int
    exchangeRates: list[ExchangeRateShape]


class AskedBody(msgspec.Struct, kw_only=True):
    """Whom to pay how much."""

    vendorId: str
    amount: Annotated[Decimal, Meta(description="In the currency of the vendor's bills.")]


class ExchangeRatesBody(msgspec.Struct, kw_only=True):
    """Whom to pay how much in one go."""

    vendors: Annotated[list[AskedBody], Meta(description="1 to 200 vendors, each once.")]


def exchange_rate_shape(one: ExchangeQuote) -> ExchangeRateShape:
    """A quote as v3 shows it."""
    end = None if one.to_minor is None else money(one.to_minor, one.bill_currency)
    return ExchangeRateShape(
        billCurrency=one.bill_currency,
        paymentCurrency=one.payment_currency,
        baseCurrency="USD",
        exchangeRate=one.rate,
        exchangeRateBatchId=one.batch_id,
        vendorId=one.vendor_id,
        amountRange=AmountRangeShape(money(one.from_minor, one.bill_currency), end),
        expirationTime=instant(one.expires_at),
    )


def read_rate(ctx: Ctx, call: Call, _: None) -> ExchangeRateShape:
    """Hold a rate for paying one vendor."""
    values = {name: call.query.get(name, "").strip() for name in ("vendorId", "amount", "baseCurrency")}
    amount = read_number(values["amount"])
    if amount is None:
        raise InvalidParameter(name="amount", value=values["amount"][:_MAX_TEXT])
    if values["baseCurrency"] not in _BOOLEANS:
        raise InvalidParameter(name="baseCurrency", value=values["baseCurrency"][:_MAX_TEXT])
    asked = QuoteAsked(values["vendorId"], amount, in_dollars=_BOOLEANS[values["baseCurrency"]])
    return exchange_rate_shape(quote(ctx, [asked])[0])


def hold_rates(ctx: Ctx, _: Call, body: ExchangeRatesBody) -> ExchangeRatesShape:
    """Hold rates for paying several vendors, in one batch."""
    made = quote(ctx, [QuoteAsked(one.vendorId, one.amount) for one in body.vendors])
    return ExchangeRatesShape(
        exchangeRateBatchId=made[0].batch_id, exchangeRates=[exchange_rate_shape(one) for one in made]
    )


def declare(catalogue: Catalogue) -> None:
    """The rows of exchange rates. Reading one writes: the rate is held for whom it was shown to."""
    parameters = (
        Parameter("vendorId", {"type": "string", "minLength": 1}, "Who is to be paid.", required=True),
        Parameter("amount", {"type": "number", "exclusiveMinimum": 0}, "In the bills' currency.", required=True),
        Parameter("baseCurrency", {"type": "boolean"}, "Whether the amount is in US dollars instead."),
    )
    operation(
        catalogue, "GET", "payments/exchange-rate", "Hold an exchange rate for paying a vendor", read_rate,
        parameters=parameters, response=ExchangeRateShape, needs=Permission.PAY_BILLS, write=True,
        name="v3.payments.exchange-rate.get",
    )  # fmt: skip
    operation(
        catalogue, "POST", "payments/exchange-rate", "Hold exchange rates for paying vendors", hold_rates,
        request=ExchangeRatesBody, response=ExchangeRatesShape, needs=Permission.PAY_BILLS, write=True,
        name="v3.payments.exchange-rate.create",
    )  # fmt: skip
