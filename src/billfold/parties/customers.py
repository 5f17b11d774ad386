"""Customers, as far as a bill's line can name them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from billfold.kit.ctx import Ctx, RecordStatus
from billfold.kit.errors import InvalidField, NotFound
from billfold.parties import store
from billfold.parties.events import CustomerCreated
from billfold.parties.model import Customer

CUSTOMER_PREFIX: Final = "0cu"
MAX_NAME_LENGTH: Final = 100


def create_customer(ctx: Ctx, name: str, email: str | None = None) -> Customer:
    """A new customer. Raises `InvalidField`."""
    if not name.strip():
        raise InvalidField("name", "must not be blank")
    if len(name) > MAX_NAME_LENGTH:
        raise InvalidField("name", f"has more than {MAX_NAME_LENGTH} characters")
    customer_id, ordinal = ctx.ids.new(CUSTOMER_PREFIX)
    customer = Customer(
        organization_id=ctx.organization_id,
        id=customer_id,
        ordinal=ordinal,
        name=name,
        email=email,
        record_status=RecordStatus.ACTIVE,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    store.CUSTOMERS.insert(ctx.tx, customer)
    ctx.emit(CustomerCreated(customer))
    return customer


def get_customer(ctx: Ctx, customer_id: str) -> Customer:
    """The customer with this id. Raises `NotFound`."""
    customer = store.CUSTOMERS.get(ctx.tx, ctx.organization_id, customer_id)
    if customer is None:
        raise NotFound("customer", customer_id)
    return customer


def require_customers(ctx: Ctx, customer_ids: Iterable[str]) -> None:
    """Raise `NotFound` unless every one of these customers exists."""
    wanted = sorted(set(customer_ids))
    found = store.existing_customers(ctx.tx, ctx.organization_id, wanted)
    for customer_id in wanted:
        if customer_id not in found:
            raise NotFound("customer", customer_id)
