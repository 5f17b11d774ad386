"""BILL's v3 REST API under /connect/v3: one file for each noun, each a list of rows.

machinery  face: credentials, answers · errors: the shape of a refusal · resource: the regular verbs as rows
           lists: pages, filters, sorts · bulk: many objects at once
shared     addresses  line_items  credit_uses  purposes  void_requests
vendors    vendor_ways: how one is paid · vendor_bank_accounts · vendor_configuration: what its country asks
payments   payment_filters: what lists of them are filtered and sorted by
nouns      all others, below
"""

from __future__ import annotations

from billfold.wire.catalog import Catalogue
from billfold.wire.v3 import (
    bank_account_users,
    bank_accounts,
    bill_approvals,
    billing,
    bills,
    cards,
    check_images,
    classifications,
    customers,
    documents,
    exchange_rates,
    funding_permissions,
    health,
    mass_payments,
    mfa,
    offline_payments,
    organizations,
    pay_runs,
    payment_options,
    payment_terms,
    payments,
    recurring_bills,
    reports,
    roles,
    session,
    users,
    vendor_credits,
    vendors,
)

NOUNS = (
    health,
    session,
    mfa,
    organizations,
    billing,
    users,
    roles,
    vendors,
    customers,
    bills,
    documents,
    bill_approvals,
    vendor_credits,
    classifications,
    payment_terms,
    bank_accounts,
    bank_account_users,
    cards,
    funding_permissions,
    payments,
    check_images,
    pay_runs,
    payment_options,
    exchange_rates,
    offline_payments,
    recurring_bills,
    mass_payments,
    reports,
)


def declare(catalogue: Catalogue) -> None:
    """Add every row of this face."""
    for noun in NOUNS:
        noun.declare(catalogue)
