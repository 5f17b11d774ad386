"""The people at customers: create, read, list, update, archive, restore."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from billfold.kit.ctx import Ctx, RecordStatus
from billfold.kit.db import Conflict
from billfold.kit.errors import Checks, NotFound, Refusal
from billfold.kit.query import Filter, Op, Page, Query
from billfold.kit.records import replace
from billfold.parties import store
from billfold.parties.customers import get_customer
from billfold.parties.events import ContactArchived, ContactCreated, ContactRestored, ContactUpdated
from billfold.parties.model import Contact, ContactDraft

PREFIX: Final = "cpu"

#: The longest each text may be (contract: core §4.3).
MAX_LENGTHS: Final = {
    "first_name": 100,
    "last_name": 100,
    "email": 254,
    "alternate_email": 254,
    "phone": 40,
    "alt_phone": 40,
    "fax": 40,
    "timezone_id": 10,
}


class ContactEmailTaken(Refusal):
    """An e-mail address is one person's, archived or not."""

    sentence = "Another contact has the email {email}."


def create_contact(ctx: Ctx, customer_id: str, draft: ContactDraft) -> Contact:
    """A new person at this customer. Raises `NotFound`, `InvalidField`s, `ContactEmailTaken`."""
    get_customer(ctx, customer_id)
    fields = msgspec.structs.asdict(draft)
    _check_texts(fields)
    contact_id, ordinal = ctx.ids.new(PREFIX)
    contact = Contact(
        organization_id=ctx.organization_id,
        id=contact_id,
        ordinal=ordinal,
        customer_id=customer_id,
        **fields,
        record_status=RecordStatus.ACTIVE,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    try:
        store.CONTACTS.insert(ctx.tx, contact)
    except Conflict as error:
        raise ContactEmailTaken(email=contact.email) from error
    ctx.emit(ContactCreated(contact))
    return contact


def get_contact(ctx: Ctx, contact_id: str, *, customer_id: str | None = None, lock: str = "") -> Contact:
    """The contact with this id, of this customer if one is named. Raises `NotFound`."""
    if customer_id is not None:
        get_customer(ctx, customer_id)
    contact = store.CONTACTS.get(ctx.tx, ctx.organization_id, contact_id, lock=lock)
    if contact is None or (customer_id is not None and contact.customer_id != customer_id):
        raise NotFound("customer contact", contact_id)
    return contact


def list_contacts(ctx: Ctx, query: Query) -> Page[Contact]:
    """A page of all contacts."""
    return store.CONTACTS.page(ctx.tx, ctx.organization_id, query)


def list_contacts_of(ctx: Ctx, customer_id: str, query: Query) -> Page[Contact]:
    """A page of this customer's contacts. Raises `NotFound`."""
    get_customer(ctx, customer_id)
    return list_contacts(ctx, replace(query, filters=(Filter("customer_id", Op.EQ, customer_id), *query.filters)))


def update_contact(ctx: Ctx, contact_id: str, changes: Mapping[str, Any], *, customer_id: str | None = None) -> Contact:
    """Change the named fields of `ContactDraft`. Raises `NotFound`, `InvalidField`s, `ContactEmailTaken`."""
    contact = get_contact(ctx, contact_id, customer_id=customer_id, lock=ctx.tx.for_update)
    assert changes.keys() <= set(ContactDraft.__struct_fields__), changes.keys()
    _check_texts(changes)
    changed = replace(contact, **changes, updated_at=ctx.now)
    try:
        store.CONTACTS.update(ctx.tx, changed)
    except Conflict as error:
        raise ContactEmailTaken(email=changed.email) from error
    ctx.emit(ContactUpdated(changed))
    return changed


def archive_contact(ctx: Ctx, contact_id: str, *, customer_id: str | None = None) -> Contact:
    """Put the contact out of use; again is no error. Raises `NotFound`."""
    return _set_status(ctx, contact_id, customer_id, RecordStatus.INACTIVE)


def restore_contact(ctx: Ctx, contact_id: str, *, customer_id: str | None = None) -> Contact:
    """Put the contact back into use; again is no error. Raises `NotFound`."""
    return _set_status(ctx, contact_id, customer_id, RecordStatus.ACTIVE)


def _check_texts(fields: Mapping[str, Any]) -> None:
    checks = Checks()
    checks.limit_texts(fields, MAX_LENGTHS)
    checks.raise_any()


def _set_status(ctx: Ctx, contact_id: str, customer_id: str | None, status: RecordStatus) -> Contact:
    contact = get_contact(ctx, contact_id, customer_id=customer_id, lock=ctx.tx.for_update)
    if contact.record_status is status:
        return contact
    changed = replace(contact, record_status=status, updated_at=ctx.now)
    store.CONTACTS.update(ctx.tx, changed, "record_status", "updated_at")
    ctx.emit(ContactRestored(changed) if status is RecordStatus.ACTIVE else ContactArchived(changed))
    return changed
