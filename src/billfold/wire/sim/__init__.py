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
    event_log,
    exchange_rates,
    faults,
    files,
    funding,
    ledger,
    organizations,
    payments,
    snapshots,
    statements,
    transfers,
    users,
    virtual_cards,
)

NOUNS = (
    clock,
    organizations,
    users,
    bank_account_users,
    bills,
    checks,
    payments,
    transfers,
    files,
    ledger,
    bank,
    exchange_rates,
    funding,
    virtual_cards,
    acceptances,
    classifications,
    event_log,
    faults,
    snapshots,
    statements,
)


def declare(catalogue: Catalogue) -> None:
    """Add every row of this face."""
    for noun in NOUNS:
        noun.declare(catalogue)
