"""BILL's v2 API under /api/v2: one file for each noun, each a table of fields and its rows.

machinery  face: envelopes and credentials · fields: the tables · kinds: what their values can be
           resource: Crud and List as rows · lists: pages and filters · bulk · documents: for OpenAPI
           jackson  printing: how answers are printed · unknown: what is not there
shared     parties: what Vendor and Customer have alike · line_items · bills_to_pay
nouns      all others, below
"""

from __future__ import annotations

from billfold.wire.catalog import Catalogue
from billfold.wire.v2 import (
    approval_policies,
    approvers,
    bank_accounts,
    bills,
    check_images,
    classifications,
    customers,
    disbursements,
    discovery,
    exchange_quotes,
    messages,
    metadata,
    mfa,
    money_movements,
    organizations,
    pay_bills,
    payment_terms,
    profiles,
    recurring_bills,
    sent_pays,
    session,
    summaries,
    unknown,
    uploads,
    user_approvals,
    users,
    vendor_bank_accounts,
    vendor_credits,
    vendors,
)

NOUNS = (
    session,
    mfa,
    organizations,
    users,
    profiles,
    vendors,
    vendor_bank_accounts,
    bills,
    vendor_credits,
    recurring_bills,
    approval_policies,
    approvers,
    user_approvals,
    classifications,
    payment_terms,
    customers,
    bank_accounts,
    sent_pays,
    pay_bills,
    exchange_quotes,
    disbursements,
    check_images,
    money_movements,
    summaries,
    discovery,
    metadata,
    messages,
    uploads,
    unknown,
)


def declare(catalogue: Catalogue) -> None:
    """Add every row of this face."""
    for noun in NOUNS:
        noun.declare(catalogue)
