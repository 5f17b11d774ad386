"""The record of an RPPS batch."""

from __future__ import annotations

from datetime import date, datetime

import msgspec


class RppsBatch(msgspec.Struct, frozen=True):
    """Credits that went to the directory's billers together, in USD."""

    organization_id: str
    id: str
    ordinal: int
    number: int
    effective_on: date
    entry_count: int
    amount_minor: int
    created_at: datetime
