"""Customer: create and read, as far as a bill's line can name one (contract v2.md §8.1)."""

from __future__ import annotations

from typing import Any, Final

from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx
from billfold.parties import customers
from billfold.parties.model import Customer
from billfold.wire.catalog import Catalogue
from billfold.wire.v2 import kinds
from billfold.wire.v2.fields import (
    CREATED,
    ID,
    IS_ACTIVE,
    UPDATED,
    Field,
    Table,
    constant,
    flag,
    reference,
    text,
)
from billfold.wire.v2.resource import Verbs, declare_entity


def _texts(names: str, since: str = "2012") -> list[Field]:
    return constant(None, kinds.TEXT, names, since)


# The country precedes the zip here, unlike Vendor's.
TABLE: Final = Table(
    "Customer",
    ID,
    IS_ACTIVE,
    CREATED,
    UPDATED,
    text("name", "name", required=True, filterable=True),
    *_texts("shortName"),
    reference("parentCustomerId"),
    *_texts("companyName contactFirstName contactLastName accNumber"),
    *_texts("billAddress1 billAddress2 billAddress3 billAddress4"),
    *_texts("billAddressCity billAddressState billAddressCountry billAddressZip"),
    *_texts("shipAddress1 shipAddress2 shipAddress3 shipAddress4"),
    *_texts("shipAddressCity shipAddressState shipAddressCountry shipAddressZip"),
    text("email", "email"),
    *_texts("phone altPhone fax description"),
    *_texts("invoiceCurrency", "2024"),
    *_texts("printAs"),
    reference("mergedIntoId"),
    flag("hasAuthorizedToCharge"),
    *constant("0", kinds.TEXT, "accountType", "2012"),
    reference("paymentTermId", since="2024"),
    *constant(None, kinds.MONEY, "balance availCredit"),
    *_texts("taxId", "2024"),
    *constant(
        False,  # noqa: FBT003 - what these fields always say
        kinds.FLAG,
        "hasBankAccount hasNetBankAccount hasBankAccountAutoPay hasCreditCard hasCreditCardAutoPay",
    ),
    *_texts("defaultDeliveryMethod", "2024"),
    flag("isAutoChargeDismissed", since="2024"),
    flag("isTaxLiable", since="2024"),
    *constant("0", kinds.TEXT, "creationSource"),
    flag("enabledInvoiceFinancing", since="2024"),
    flag("hasCustomerCard", since="2024"),
    flag("enabledAutoInvoiceFinancing", since="2024"),
)


def _create(ctx: Ctx, found: dict[str, Any]) -> Customer:
    return customers.create_customer(ctx, found["name"], found.get("email"))


def _show(_: Ctx, records: list[Customer], vintage: str) -> list[dict[str, Any]]:
    return [TABLE.encode(record, vintage) for record in records]


def declare(catalogue: Catalogue) -> None:
    """The rows of customers."""
    verbs = Verbs(show=_show, create=_create, get=customers.get_customer)
    declare_entity(catalogue, TABLE, verbs, Permission.WRITE_CUSTOMERS)
