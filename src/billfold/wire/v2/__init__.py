"""BILL's v2 API under /api/v2: one file for each noun, each a table of fields and its rows."""

from __future__ import annotations

from billfold.wire.catalog import Catalogue
from billfold.wire.v2 import (
    bank_accounts,
    bills,
    chart_of_accounts,
    classifications,
    customers,
    discovery,
    metadata,
    mfa,
    session,
    unknown,
    vendors,
)

NOUNS = (
    session,
    mfa,
    vendors,
    bills,
    chart_of_accounts,
    classifications,
    customers,
    bank_accounts,
    discovery,
    metadata,
    unknown,
)


def declare(catalogue: Catalogue) -> None:
    """Add every row of this face."""
    for noun in NOUNS:
        noun.declare(catalogue)
