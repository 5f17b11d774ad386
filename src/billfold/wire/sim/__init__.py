"""The sandbox's own face under /sim: the clock, the bank, the outbox, the ledger. Only where the profile is sandbox.

scope: which organization and world a call is about · demo: what a fresh sandbox holds. All others are a noun each.
"""

from __future__ import annotations

from billfold.wire.catalog import Catalogue
from billfold.wire.sim import (
    acceptances,
    bank,
    bank_account_users,
    bills,
    checks,
    classifications,
    clock,
    exchange_rates,
    faults,
    funding,
    money,
    organizations,
    payments,
    people,
    records,
    snapshots,
    statements,
    virtual_cards,
)

NOUNS = (
    clock,
    organizations,
    people,
    bank_account_users,
    bills,
    checks,
    payments,
    money,
    bank,
    exchange_rates,
    funding,
    virtual_cards,
    acceptances,
    classifications,
    records,
    faults,
    snapshots,
    statements,
)


def declare(catalogue: Catalogue) -> None:
    """Add every row of this face."""
    for noun in NOUNS:
        noun.declare(catalogue)
