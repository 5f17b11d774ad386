"""Customers as they are billed: each may name one of the organization's payment terms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from billfold.accounting import payment_terms
from billfold.kit.ctx import Ctx
from billfold.parties import customers
from billfold.parties.model import Customer, CustomerDraft


def create_customer(ctx: Ctx, draft: CustomerDraft) -> Customer:
    """A new customer. Raises as `customers.create_customer` and `payment_terms.require_usable`."""
    payment_terms.require_usable(ctx, draft.payment_term_id)
    return customers.create_customer(ctx, draft)


def update_customer(ctx: Ctx, customer_id: str, changes: Mapping[str, Any]) -> Customer:
    """Change the named fields of `CustomerDraft`.

    Raises as `customers.update_customer` and `payment_terms.require_usable`.
    """
    if "payment_term_id" in changes:
        before = customers.get_customer(ctx, customer_id, lock=ctx.tx.for_update)
        payment_terms.require_usable(ctx, changes["payment_term_id"], before.payment_term_id)
    return customers.update_customer(ctx, customer_id, changes)
