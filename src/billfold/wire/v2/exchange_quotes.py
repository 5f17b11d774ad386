"""Exchange-rate quotes for payments in other currencies: GetDynamicExchangeRateQuote (contract v2.md §6.9)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx
from billfold.payables.quotes.exchange_quotes import MAX_VENDORS, QuoteAsked, quote
from billfold.payables.quotes.model import ExchangeQuote
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.codecs import money as amount_of
from billfold.wire.errors import InvalidParameter
from billfold.wire.v2 import kinds
from billfold.wire.v2.documents import answer_type
from billfold.wire.v2.fields import Field, Table, money, reference, text
from billfold.wire.v2.resource import operation

Data = Mapping[str, Any]

#: A bill in another currency that is paid in the same one; other codes are not known.
_SAME_CURRENCY: Final = "POC3"
_VENDOR: Final = Table(
    "VendorData",
    reference("vendorId", "vendor_id", required=True),
    money("totalAmount", "amount", required=True),
    text("type", "type", required=True),
)
_ASKED: Final = Table(
    "ExchangeRateQuote",
    Field(name="vendorData", kind=kinds.LINES, attribute="vendors", required=True, lines=_VENDOR),
)


class ExchangeRateShape(msgspec.Struct, kw_only=True):
    """A rate that is held for one vendor, for amounts in the currency of the bills from and to there."""

    paymentCurrency: str
    exchangeRate: Annotated[Decimal, Meta(description="Units of the payment's currency for one US dollar.")]
    validFrom: Decimal
    validTo: Decimal | None
    vendorId: str


class ExchangeRatesShape(msgspec.Struct, kw_only=True):
    """A batch of rates; PayBills names it by its number, within twenty minutes."""

    batchId: int
    exchangeRates: list[ExchangeRateShape]


def hold_rates(ctx: Ctx, _: Call, data: Data) -> dict[str, Any]:
    """Hold rates for paying vendors."""
    asked = _ASKED.decode(data, complete=True)["vendors"]
    for one in asked:
        if one["type"] != _SAME_CURRENCY:
            raise InvalidParameter(name="type", value=one["type"][:20])
    made = quote(ctx, [QuoteAsked(one["vendor_id"], one["amount"]) for one in asked])
    return {"batchId": made[0].batch_id, "exchangeRates": [_show(one) for one in made]}


def _show(one: ExchangeQuote) -> dict[str, Any]:
    return {
        "paymentCurrency": one.payment_currency,
        "exchangeRate": one.rate,
        "validFrom": amount_of(one.from_minor, one.bill_currency),
        "validTo": None if one.to_minor is None else amount_of(one.to_minor, one.bill_currency),
        "vendorId": one.vendor_id,
    }


def declare(catalogue: Catalogue) -> None:
    """The row of quotes."""
    operation(
        catalogue, "GetDynamicExchangeRateQuote", f"Hold exchange rates for paying up to {MAX_VENDORS} vendors",
        hold_rates, spelling=_ASKED.spelling, response=answer_type(ExchangeRatesShape, "ExchangeRates"),
        needs=Permission.PAY_BILLS, write=True,
    )  # fmt: skip
