"""The administration face under /admin/v1: what an organization needs beyond BILL's wire, in every profile.

scope: whose token it is, and which organization the path names. All others are a noun each.
"""

from __future__ import annotations

from billfold.wire.admin import (
    access,
    account_confirmations,
    approval_groups,
    bank_accounts,
    bank_files,
    bill_approvals,
    bills,
    check_settings,
    checks,
    controls,
    developer_keys,
    exchange_rates,
    files,
    jobs,
    ledger,
    monitoring,
    organizations,
    originators,
    payments,
    statements,
    sync_tokens,
    time_zone,
    tokens,
    transfers_abroad,
    users,
)
from billfold.wire.catalog import Catalogue


def declare(catalogue: Catalogue) -> None:
    """Add every row of this face."""
    for noun in (
        tokens,
        developer_keys,
        organizations,
        access,
        time_zone,
        users,
        sync_tokens,
        bank_accounts,
        originators,
        bank_files,
        transfers_abroad,
        monitoring,
        check_settings,
        exchange_rates,
        checks,
        payments,
        approval_groups,
        bill_approvals,
        bills,
        controls,
        account_confirmations,
        files,
        statements,
        ledger,
        jobs,
    ):
        noun.declare(catalogue)
