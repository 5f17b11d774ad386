"""Customer and CustomerContact (contract v2.md §8.1, §8.2)."""

from __future__ import annotations

from typing import Any, Final

from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx
from billfold.kit.errors import Checks, InvalidField
from billfold.kit.money import to_decimal
from billfold.parties import contacts, customers
from billfold.parties.model import AccountType, Contact, ContactDraft, Customer, CustomerDraft
from billfold.receivables import customer_accounts
from billfold.wire.catalog import Catalogue
from billfold.wire.tax_ids import drop_echo, shown_tax_id
from billfold.wire.v2 import kinds
from billfold.wire.v2.fields import (
    CREATED,
    ID,
    IS_ACTIVE,
    UPDATED,
    Field,
    Table,
    choice,
    constant,
    flag,
    reference,
    text,
)
from billfold.wire.v2.parties import ACCOUNT_TYPES, check_party
from billfold.wire.v2.resource import Verbs, declare_entity


# The country precedes the zip here, unlike Vendor's.
def _address(name: str, prefix: str) -> list[Field]:
    lines = [text(f"{name}{number}", f"{prefix}_line{number}") for number in (1, 2, 3, 4)]
    parts = [text(f"{name}{part}", f"{prefix}_{part.lower()}") for part in ("City", "State", "Country", "Zip")]
    return [*lines, *parts]


TABLE: Final = Table(
    "Customer",
    ID,
    IS_ACTIVE,
    CREATED,
    UPDATED,
    text("name", "name", required=True, filterable=True),
    text("shortName", "short_name"),
    reference("parentCustomerId", "parent_id"),
    text("companyName", "company_name"),
    text("contactFirstName", "contact_first_name"),
    text("contactLastName", "contact_last_name"),
    text("accNumber", "account_number"),
    *_address("billAddress", "bill_address"),
    *_address("shipAddress", "ship_address"),
    text("email", "email"),
    text("phone", "phone"),
    text("altPhone", "alt_phone"),
    text("fax", "fax"),
    text("description", "description"),
    text("invoiceCurrency", "invoice_currency", default="USD", since="2024"),
    text("printAs", "print_as"),
    reference("mergedIntoId"),
    flag("hasAuthorizedToCharge"),
    choice("accountType", "account_type", ACCOUNT_TYPES, default=AccountType.NONE),
    reference("paymentTermId", "payment_term_id", since="2024"),
    # Nobody owes anything until there are invoices.
    Field(
        name="balance", kind=kinds.MONEY, since="2024",
        read=lambda customer: to_decimal(0, customer.invoice_currency),
    ),
    *constant(None, kinds.MONEY, "availCredit"),
    text("taxId", "tax_id", since="2024", read=lambda customer: shown_tax_id(customer.tax_id_last4)),
    *constant(
        False,  # noqa: FBT003 - what these fields always say
        kinds.FLAG,
        "hasBankAccount hasNetBankAccount hasBankAccountAutoPay hasCreditCard hasCreditCardAutoPay",
    ),
    text("defaultDeliveryMethod", "delivery_method", since="2024"),
    flag("isAutoChargeDismissed", since="2024"),
    flag("isTaxLiable", "is_tax_liable", since="2024"),
    *constant("0", kinds.TEXT, "creationSource"),
    flag("enabledInvoiceFinancing", since="2024"),
    flag("hasCustomerCard", since="2024"),
    flag("enabledAutoInvoiceFinancing", since="2024"),
)  # fmt: skip

CONTACT_TABLE: Final = Table(
    "CustomerContact",
    ID,
    IS_ACTIVE,
    CREATED,
    UPDATED,
    reference("customerId", "customer_id", required=True),
    text("firstName", "first_name", filterable=True),
    text("lastName", "last_name", filterable=True),
    text("email", "email", filterable=True),
    text("phone", "phone"),
    text("altPhone", "alt_phone"),
    text("fax", "fax"),
    text("timezoneId", "timezone_id"),
)


def _create(ctx: Ctx, found: dict[str, Any]) -> Customer:
    _check(found)
    return customer_accounts.create_customer(ctx, CustomerDraft(**found))


def _update(ctx: Ctx, customer_id: str, found: dict[str, Any]) -> Customer:
    drop_echo(found, customers.get_customer(ctx, customer_id).tax_id_last4)
    _check(found)
    return customer_accounts.update_customer(ctx, customer_id, found)


def _check(found: dict[str, Any]) -> None:
    checks = Checks()
    check_party(checks, found, "invoice_currency")
    checks.raise_any()


def _create_contact(ctx: Ctx, found: dict[str, Any]) -> Contact:
    return contacts.create_contact(ctx, found.pop("customer_id"), ContactDraft(**found))


def _update_contact(ctx: Ctx, contact_id: str, found: dict[str, Any]) -> Contact:
    """A contact stays at its customer, whom whole records name again."""
    customer_id = found.pop("customer_id", None)
    if customer_id is not None and customer_id != contacts.get_contact(ctx, contact_id).customer_id:
        customers.get_customer(ctx, customer_id)
        raise InvalidField("customer_id", "cannot change", customer_id)
    return contacts.update_contact(ctx, contact_id, found)


def declare(catalogue: Catalogue) -> None:
    """The rows of customers and of their contacts."""
    verbs = Verbs(
        create=_create,
        get=customers.get_customer,
        update=_update,
        archive=customers.archive_customer,
        restore=customers.restore_customer,
        find=customers.list_customers,
    )
    declare_entity(catalogue, TABLE, verbs, Permission.WRITE_CUSTOMERS)
    people = Verbs(
        create=_create_contact,
        get=contacts.get_contact,
        update=_update_contact,
        archive=contacts.archive_contact,
        restore=contacts.restore_contact,
        find=contacts.list_contacts,
    )
    declare_entity(catalogue, CONTACT_TABLE, people, Permission.WRITE_CUSTOMERS)
