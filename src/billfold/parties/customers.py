"""Customers: create, read, list, update, archive, restore, and who belongs to whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from billfold.kit.ctx import Ctx, RecordStatus
from billfold.kit.errors import Checks, InvalidField, NotFound, existing
from billfold.kit.query import Page, Query
from billfold.kit.records import replace
from billfold.parties import store
from billfold.parties.events import CustomerArchived, CustomerCreated, CustomerRestored, CustomerUpdated
from billfold.parties.model import Customer, CustomerDraft

PREFIX: Final = "0cu"
#: No family of customers is deeper; the walk up the parents that looks for a cycle ends here.
MAX_DEPTH: Final = 50

_ADDRESS: Final = {"line1": 1000, "line2": 100, "line3": 100, "line4": 100} | dict.fromkeys(("city", "state"), 100)
#: The longest each text may be (contract: core §4.1; the rest by our own choice).
MAX_LENGTHS: Final = {
    "name": 100,
    "email": 254,
    "short_name": 100,
    "company_name": 100,
    "contact_first_name": 100,
    "contact_last_name": 100,
    "account_number": 100,
    "phone": 40,
    "alt_phone": 40,
    "fax": 40,
    "description": 4000,
    "print_as": 100,
    "delivery_method": 40,
    "tax_id": 40,
} | {
    f"{kind}_address_{part}": limit
    for kind in ("bill", "ship")
    for part, limit in (_ADDRESS | {"zip": 30, "country": 100}).items()
}


def create_customer(ctx: Ctx, draft: CustomerDraft) -> Customer:
    """A new customer. Raises `InvalidField`s, `NotFound` for the parent."""
    fields = msgspec.structs.asdict(draft)
    _check_texts(fields)
    tax_id = fields.pop("tax_id")
    if draft.parent_id is not None:
        get_customer(ctx, draft.parent_id)
    customer_id, ordinal = ctx.ids.new(PREFIX)
    customer = Customer(
        organization_id=ctx.organization_id,
        id=customer_id,
        ordinal=ordinal,
        **fields,
        tax_id_last4=tax_id[-4:] if tax_id else None,
        record_status=RecordStatus.ACTIVE,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    store.CUSTOMERS.insert(ctx.tx, customer)
    if tax_id:
        _seal_tax_id(ctx, customer, tax_id)
    ctx.emit(CustomerCreated(customer))
    return customer


def get_customer(ctx: Ctx, customer_id: str, *, lock: str = "") -> Customer:
    """The customer with this id. Raises `NotFound`."""
    return existing(store.CUSTOMERS.get(ctx.tx, ctx.organization_id, customer_id, lock=lock), "customer", customer_id)


def list_customers(ctx: Ctx, query: Query) -> Page[Customer]:
    """A page of customers, archived ones included unless filtered out."""
    return store.CUSTOMERS.page(ctx.tx, ctx.organization_id, query)


def update_customer(ctx: Ctx, customer_id: str, changes: Mapping[str, Any]) -> Customer:
    """Change the named fields of `CustomerDraft`. Raises `NotFound`, `InvalidField`s."""
    customer = get_customer(ctx, customer_id, lock=ctx.tx.for_update)
    fields = dict(changes)
    assert fields.keys() <= set(CustomerDraft.__struct_fields__), fields.keys()
    _check_texts(fields)
    if fields.get("parent_id") is not None and fields["parent_id"] != customer.parent_id:
        _require_no_cycle(ctx, customer_id, fields["parent_id"])
    if "tax_id" in fields:
        tax_id = fields.pop("tax_id")
        _seal_tax_id(ctx, customer, tax_id)
        fields["tax_id_last4"] = tax_id[-4:] if tax_id else None
    changed = replace(customer, **fields, updated_at=ctx.now)
    store.CUSTOMERS.update(ctx.tx, changed)
    ctx.emit(CustomerUpdated(changed))
    return changed


def archive_customer(ctx: Ctx, customer_id: str) -> Customer:
    """Put the customer out of use; again is no error."""
    return _set_status(ctx, customer_id, RecordStatus.INACTIVE)


def restore_customer(ctx: Ctx, customer_id: str) -> Customer:
    """Put the customer back into use; again is no error."""
    return _set_status(ctx, customer_id, RecordStatus.ACTIVE)


def require_customers(ctx: Ctx, customer_ids: Iterable[str]) -> None:
    """Raise `NotFound` unless every one of these customers exists."""
    wanted = sorted(set(customer_ids))
    found = store.existing_customers(ctx.tx, ctx.organization_id, wanted)
    for customer_id in wanted:
        if customer_id not in found:
            raise NotFound("customer", customer_id)


def _require_no_cycle(ctx: Ctx, customer_id: str, parent_id: str) -> None:
    """Walk up from the new parent. Two that would each become the other's parent wait for the counter row."""
    ctx.counters.hold()
    ancestor: str | None = parent_id
    for _ in range(MAX_DEPTH):
        if ancestor is None:
            return
        if ancestor == customer_id:
            raise InvalidField("parent_id", "would make a cycle", parent_id)
        ancestor = get_customer(ctx, ancestor).parent_id
    raise InvalidField("parent_id", f"is more than {MAX_DEPTH} levels deep", parent_id)


def _check_texts(fields: Mapping[str, Any]) -> None:
    checks = Checks()
    checks.require_text(fields, "name")
    checks.limit_texts(fields, MAX_LENGTHS)
    checks.raise_any()


def _seal_tax_id(ctx: Ctx, customer: Customer, tax_id: str | None) -> None:
    sealed = ctx.vault().seal(*store.SEALED_CUSTOMER_TAX_ID, customer.id, tax_id) if tax_id else None
    store.seal_customer_tax_id(ctx.tx, customer, sealed)


def _set_status(ctx: Ctx, customer_id: str, status: RecordStatus) -> Customer:
    customer = get_customer(ctx, customer_id, lock=ctx.tx.for_update)
    if customer.record_status is status:
        return customer
    changed = replace(customer, record_status=status, updated_at=ctx.now)
    store.CUSTOMERS.update(ctx.tx, changed, "record_status", "updated_at")
    ctx.emit(CustomerRestored(changed) if status is RecordStatus.ACTIVE else CustomerArchived(changed))
    return changed
