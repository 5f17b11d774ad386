"""Exchange rates that the company's bank gave it: what payments in other currencies are quoted at."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta

from billfold.kit.ctx import Ctx
from billfold.rails import fx
from billfold.rails.model import ExchangeRate
from billfold.wire.admin.scope import organization_row
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.codecs import instant
from billfold.wire.currencies import Currency


class RatesImport(msgspec.Struct, kw_only=True):
    """Rates from now on; quotes that were given keep theirs."""

    source: Annotated[str, Meta(min_length=1, max_length=100, description="Who says so, and when.")]
    rates: Annotated[dict[Currency, Decimal], Meta(description='Units for one US dollar: {"EUR": 0.92}.')]


class RateShape(msgspec.Struct, kw_only=True):
    """A rate, and who said so."""

    currency: str
    rate: Annotated[Decimal, Meta(description="Units for one US dollar.")]
    source: str
    updatedTime: str


class RatesShape(msgspec.Struct):
    """Rates by currency."""

    results: list[RateShape]


def _shape(rates: list[ExchangeRate]) -> RatesShape:
    return RatesShape([
        RateShape(currency=one.currency, rate=one.rate, source=one.source, updatedTime=instant(one.updated_at))
        for one in rates
    ])  # fmt: skip


def get(ctx: Ctx, _: Call, __: None) -> RatesShape:
    """The rates that were set."""
    return _shape(fx.list_rates(ctx))


def import_rates(ctx: Ctx, _: Call, body: RatesImport) -> RatesShape:
    """Set the rates of these currencies."""
    return _shape(fx.set_rates(ctx, body.rates, body.source))


def declare(catalogue: Catalogue) -> None:
    """The rows of exchange rates."""
    organization_row(
        catalogue, "GET", "exchange-rates", "exchange-rates.list", "List the exchange rates that were set", get,
        response=RatesShape,
    )  # fmt: skip
    organization_row(
        catalogue, "PUT", "exchange-rates", "exchange-rates.import", "Import exchange rates", import_rates,
        request=RatesImport, response=RatesShape,
    )  # fmt: skip
