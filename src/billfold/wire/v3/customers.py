"""Customers and their contacts (contract: core §4.1, §4.3)."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx
from billfold.parties import contacts, customers
from billfold.parties.model import AccountType, Contact, ContactDraft, Customer, CustomerDraft
from billfold.receivables import customer_accounts
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.codecs import Moment, NotBlank, Text, given, instant, money, spelling_of
from billfold.wire.currencies import Currency
from billfold.wire.v3.addresses import (
    AddressBody,
    AddressShape,
    NewAddressBody,
    address_fields,
    address_shape,
    drop_shown_country,
)
from billfold.wire.v3.lists import ARCHIVED, CREATED, EQUALITY, ID, TEXT, UPDATED, ListField, ListSpec
from billfold.wire.v3.resource import Resource


class NameBody(msgspec.Struct, kw_only=True):
    """Whom to ask for."""

    firstName: Text = UNSET
    lastName: Text = UNSET


class CustomerUpdate(msgspec.Struct, kw_only=True):
    """What of a customer is to change."""

    name: NotBlank | UnsetType = UNSET
    email: NotBlank | UnsetType = UNSET
    companyName: Text = UNSET
    contact: NameBody | UnsetType | None = UNSET
    phone: Text = UNSET
    fax: Text = UNSET
    description: Text = UNSET
    invoiceCurrency: Currency | UnsetType = UNSET
    accountType: AccountType | UnsetType = UNSET
    paymentTermId: Text = UNSET
    accountNumber: Annotated[Text, Meta(description="The customer's number in the organization's books.")] = UNSET
    billingAddress: AddressBody | UnsetType | None = UNSET
    shippingAddress: AddressBody | UnsetType | None = UNSET


class CustomerCreate(CustomerUpdate, kw_only=True):
    """A new customer."""

    name: NotBlank
    email: NotBlank
    billingAddress: NewAddressBody | UnsetType | None = UNSET
    shippingAddress: NewAddressBody | UnsetType | None = UNSET


#: Wire path and domain field of all that a client may write.
FIELDS = (
    ("name", "name"),
    ("email", "email"),
    ("companyName", "company_name"),
    ("contact.firstName", "contact_first_name"),
    ("contact.lastName", "contact_last_name"),
    ("phone", "phone"),
    ("fax", "fax"),
    ("description", "description"),
    ("invoiceCurrency", "invoice_currency"),
    ("accountType", "account_type"),
    ("paymentTermId", "payment_term_id"),
    ("accountNumber", "account_number"),
    *address_fields("billingAddress", "bill_address"),
    *address_fields("shippingAddress", "ship_address"),
)


class NameShape(msgspec.Struct, omit_defaults=True):
    """Whom to ask for."""

    firstName: str | None = None
    lastName: str | None = None


class BalanceShape(msgspec.Struct):
    """What the customer owes."""

    amount: Decimal


class CustomerShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """A customer."""

    id: Annotated[str, Meta(description="Begins with 0cu.")]
    archived: bool
    name: str
    companyName: str | None = None
    contact: NameShape | None = None
    email: str | None = None
    phone: str | None = None
    fax: str | None = None
    description: str | None = None
    invoiceCurrency: str
    accountType: AccountType
    paymentTermId: str | None = None
    accountNumber: str | None = None
    billingAddress: AddressShape | None = None
    shippingAddress: AddressShape | None = None
    balance: BalanceShape
    authorizedToCharge: bool
    createdTime: Moment
    updatedTime: Moment


def customer_shape(customer: Customer) -> CustomerShape:
    """A customer as v3 shows it. Nobody owes anything until there are invoices."""
    has_name = customer.contact_first_name or customer.contact_last_name
    return CustomerShape(
        id=customer.id,
        archived=customer.archived,
        name=customer.name,
        companyName=customer.company_name,
        contact=NameShape(customer.contact_first_name, customer.contact_last_name) if has_name else None,
        email=customer.email,
        phone=customer.phone,
        fax=customer.fax,
        description=customer.description,
        invoiceCurrency=customer.invoice_currency,
        accountType=customer.account_type,
        paymentTermId=customer.payment_term_id,
        accountNumber=customer.account_number,
        billingAddress=address_shape(customer, "bill_address"),
        shippingAddress=address_shape(customer, "ship_address"),
        balance=BalanceShape(money(0, customer.invoice_currency)),
        authorizedToCharge=False,
        createdTime=instant(customer.created_at),
        updatedTime=instant(customer.updated_at),
    )


def create_customer(ctx: Ctx, _: Call, body: CustomerCreate) -> CustomerShape:
    """A new customer."""
    return customer_shape(customer_accounts.create_customer(ctx, CustomerDraft(**given(body, FIELDS))))


def update_customer(ctx: Ctx, call: Call, body: CustomerUpdate) -> CustomerShape:
    """Change what is given."""
    customer, changes = customers.get_customer(ctx, call.path_ids["customerId"]), given(body, FIELDS)
    for prefix in ("bill_address", "ship_address"):
        drop_shown_country(changes, customer, prefix)
    return customer_shape(customer_accounts.update_customer(ctx, customer.id, changes))


class ContactUpdate(msgspec.Struct, kw_only=True):
    """What of a contact is to change."""

    firstName: NotBlank | UnsetType = UNSET
    lastName: Text = UNSET
    email: Annotated[NotBlank | UnsetType, Meta(description="No other contact of the organization has it.")] = UNSET
    phone: Text = UNSET
    altPhone: Text = UNSET
    alternateEmail: Annotated[Text, Meta(description="Nobody signs in with it.")] = UNSET


class ContactCreate(ContactUpdate, kw_only=True):
    """A new contact."""

    firstName: NotBlank
    email: NotBlank


CONTACT_FIELDS = (
    ("firstName", "first_name"),
    ("lastName", "last_name"),
    ("email", "email"),
    ("phone", "phone"),
    ("altPhone", "alt_phone"),
    ("alternateEmail", "alternate_email"),
)


class ContactShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """A person at a customer."""

    id: Annotated[str, Meta(description="Begins with cpu.")]
    archived: bool
    customerId: str
    firstName: str | None = None
    lastName: str | None = None
    email: str | None = None
    phone: str | None = None
    altPhone: str | None = None
    alternateEmail: str | None = None
    createdTime: Moment
    updatedTime: Moment


def contact_shape(contact: Contact) -> ContactShape:
    """A contact as v3 shows it."""
    return ContactShape(
        id=contact.id,
        archived=contact.archived,
        customerId=contact.customer_id,
        firstName=contact.first_name,
        lastName=contact.last_name,
        email=contact.email,
        phone=contact.phone,
        altPhone=contact.alt_phone,
        alternateEmail=contact.alternate_email,
        createdTime=instant(contact.created_at),
        updatedTime=instant(contact.updated_at),
    )


def create_contact(ctx: Ctx, call: Call, body: ContactCreate) -> ContactShape:
    """A new person at the customer."""
    draft = ContactDraft(**given(body, CONTACT_FIELDS))
    return contact_shape(contacts.create_contact(ctx, call.path_ids["customerId"], draft))


def update_contact(ctx: Ctx, call: Call, body: ContactUpdate) -> ContactShape:
    """Change what is given."""
    changes = given(body, CONTACT_FIELDS)
    ids = call.path_ids
    return contact_shape(contacts.update_contact(ctx, ids["contactId"], changes, customer_id=ids["customerId"]))


def _text(column: str) -> ListField:
    return ListField(column, ops=TEXT, sortable=True, nullable=True)


_COUNTRY = ListField("bill_address_country", ops=EQUALITY)
LIST = ListSpec({
    "id": ID,
    "archived": ARCHIVED,
    "name": ListField("name", ops=TEXT, sortable=True),
    "companyName": _text("company_name"),
    "email": _text("email"),
    "phone": _text("phone"),
    "fax": _text("fax"),
    "description": _text("description"),
    "accountNumber": ListField("account_number", ops=TEXT),
    "accountType": ListField("account_type", ops=EQUALITY, choices=AccountType),
    "invoiceCurrency": ListField("invoice_currency", ops=EQUALITY, sortable=True),
    "address.country": _COUNTRY,
    "billingAddress.country": _COUNTRY,
    "createdTime": CREATED,
    "updatedTime": UPDATED,
})  # fmt: skip
CONTACT_LIST = ListSpec({
    "id": ID,
    "archived": ARCHIVED,
    "firstName": _text("first_name"),
    "lastName": _text("last_name"),
    "email": _text("email"),
    "createdTime": CREATED,
    "updatedTime": UPDATED,
})  # fmt: skip


def declare(catalogue: Catalogue) -> None:
    """The rows of customers and of their contacts."""
    rows = Resource(
        catalogue, "customers", noun="customer", id_name="customerId",
        shape=CustomerShape, writes=Permission.WRITE_CUSTOMERS, spelling=spelling_of(FIELDS),
    )  # fmt: skip
    rows.list(customers.list_customers, customer_shape, LIST)
    rows.create(create_customer, CustomerCreate)
    rows.get(lambda ctx, customer_id: customer_shape(customers.get_customer(ctx, customer_id)))
    rows.change("update", "PATCH", update_customer, CustomerUpdate)
    rows.archive_and_restore(
        lambda ctx, customer_id: customer_shape(customers.archive_customer(ctx, customer_id)),
        lambda ctx, customer_id: customer_shape(customers.restore_customer(ctx, customer_id)),
    )
    people = Resource(
        catalogue, "customers/{customerId}/contacts", noun="customer contact", id_name="contactId", within="customerId",
        shape=ContactShape, writes=Permission.WRITE_CUSTOMERS, spelling=spelling_of(CONTACT_FIELDS),
    )  # fmt: skip
    people.list(contacts.list_contacts_of, contact_shape, CONTACT_LIST)
    people.create(create_contact, ContactCreate)
    people.get(lambda ctx, owner, own_id: contact_shape(contacts.get_contact(ctx, own_id, customer_id=owner)))
    people.change("update", "PATCH", update_contact, ContactUpdate)
    people.archive_and_restore(
        lambda ctx, owner, own_id: contact_shape(contacts.archive_contact(ctx, own_id, customer_id=owner)),
        lambda ctx, owner, own_id: contact_shape(contacts.restore_contact(ctx, own_id, customer_id=owner)),
    )
