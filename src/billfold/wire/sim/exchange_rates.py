"""Exchange rates of the sandbox: what a dollar is worth today."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta

from billfold.kit.ctx import Ctx
from billfold.rails import fx
from billfold.rails.model import ExchangeRate
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.codecs import instant
from billfold.wire.currencies import Currency
from billfold.wire.sim.scope import in_organization, row


class RatesBody(msgspec.Struct, kw_only=True):
    """Rates to set; quotes that were given keep theirs."""

    rates: Annotated[dict[Currency, Decimal], Meta(description='Units for one US dollar: {"EUR": 0.92}.')]


class RateShape(msgspec.Struct, kw_only=True):
    """A rate, and who said so."""

    currency: str
    rate: Annotated[Decimal, Meta(description="Units for one US dollar.")]
    source: str
    updatedTime: str


def rate_shape(rate: ExchangeRate) -> RateShape:
    """A rate as the own faces show it."""
    return RateShape(currency=rate.currency, rate=rate.rate, source=rate.source, updatedTime=instant(rate.updated_at))


def set_rates(ctx: Ctx, _: Call, body: RatesBody) -> dict[str, list[RateShape]]:
    """Change what the market says."""
    return {"results": [rate_shape(rate) for rate in fx.set_rates(ctx, body.rates, "simulated")]}


def declare(catalogue: Catalogue) -> None:
    """The row of exchange rates."""
    row(
        catalogue, "POST", "exchange-rates", "Set exchange rates", in_organization(set_rates),
        request=RatesBody, response=dict[str, list[RateShape]],
    )  # fmt: skip
