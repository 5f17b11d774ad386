"""The record of a rate that is held."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import msgspec


class ExchangeQuote(msgspec.Struct, frozen=True):
    """A rate that was offered for payments of one vendor, of amounts in minor units of the bills' currency.

    Quotes that were asked for together are a batch. `rate` is units of the payment currency for one dollar; each
    quote serves once, and until it expires.
    """

    organization_id: str
    batch_id: int
    vendor_id: str
    bill_currency: str
    payment_currency: str
    rate: Decimal
    from_minor: int
    to_minor: int | None
    expires_at: datetime
    used_at: datetime | None
    created_at: datetime

    def covers(self, amount_minor: int) -> bool:
        """Whether the amount is of the tier that the rate is for."""
        return self.from_minor <= amount_minor and (self.to_minor is None or amount_minor <= self.to_minor)
