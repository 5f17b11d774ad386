"""VendorBankAccount (contract v2.md §5.2): one active account for each vendor; to change it, delete and create."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from billfold.bankfiles import nacha
from billfold.identity.permissions import Permission
from billfold.kit.banking import masked, masked_number
from billfold.kit.ctx import Ctx
from billfold.parties import vendors
from billfold.parties.model import BankAccountDraft, VendorBankAccount
from billfold.wire.catalog import Catalogue
from billfold.wire.v2 import kinds
from billfold.wire.v2.fields import (
    CREATED,
    ID,
    IS_ACTIVE,
    UPDATED,
    VINTAGES,
    Table,
    choice,
    constant,
    flag,
    reference,
    text,
)
from billfold.wire.v2.resource import Verbs, declare_entity

#: Verified from the start; invalid once its bank has said that there is no such account. Lists may ask for the rest.
_STATUSES: Final = {
    "0": "not verified",
    "1": None,
    "2": "pending",
    "3": "blocked",
    "4": "expired",
    "5": tuple(sorted(nacha.INVALID_ACCOUNT)),
}


class AccountSource(msgspec.Struct, frozen=True):
    """What a bank account is shown from."""

    account: VendorBankAccount
    routing_number: str


TABLE: Final = Table(
    "VendorBankAccount",
    ID,
    IS_ACTIVE,
    CREATED,
    UPDATED,
    reference("vendorId", "vendor_id", required=True),
    text("nameOnAcct", "name_on_account", since="2024"),
    text(
        "accountNumber", "account_number", required=True,
        read=lambda source: masked(source.account.account_number_last4, source.account.account_number_length),
    ),
    text("routingNumber", "routing_number", required=True, read=lambda source: source.routing_number),
    reference("usersId", "created_by", read_only=True),
    choice("status", "invalid_code", _STATUSES, read_only=True),
    flag("isSavings", "is_savings", read=lambda source: source.account.kind == "SAVINGS"),
    flag("isPersonalAcct", "is_personal", read=lambda source: source.account.owner_type == "PERSON"),
    flag("intlEPaymentAcct", since="2024", read=lambda source: source.account.is_abroad),
    *constant("0", kinds.TEXT, "intlPaymentType"),
    text("paymentCurrency", since="2024", read=lambda source: source.account.payment_currency),
    text("bankCountry", since="2024", read=lambda source: source.account.bank_country),
    *constant(None, kinds.TEXT, "vendorBankData bankAddSource intlTemplateKey"),
    *constant(None, kinds.TEXT, " ".join(f"regulatory{number}" for number in range(1, 8))),
    root="account",
)  # fmt: skip


def _create(ctx: Ctx, found: dict[str, Any]) -> VendorBankAccount:
    vendor = vendors.get_vendor(ctx, found["vendor_id"])
    draft = BankAccountDraft(
        name_on_account=found.get("name_on_account") or vendor.name,
        routing_number=found["routing_number"],
        account_number=found["account_number"],
        kind="SAVINGS" if found.get("is_savings") else "CHECKING",
        owner_type="PERSON" if found.get("is_personal") else "BUSINESS",
    )
    return vendors.add_bank_account(ctx, vendor.id, draft)


def _sources(_: Ctx, records: list[VendorBankAccount], vintage: str) -> list[AccountSource]:
    """The routing number is in clear since 2024."""
    in_clear = vintage == VINTAGES[-1]
    return [
        AccountSource(record, record.routing_number if in_clear else masked_number(record.routing_number))
        for record in records
    ]


def declare(catalogue: Catalogue) -> None:
    """The rows of vendors' bank accounts. There is no Update."""
    verbs = Verbs(
        sources=_sources,
        create=_create,
        get=vendors.bank_account_by_id,
        archive=vendors.remove_bank_account_by_id,
        find=vendors.list_bank_accounts,
    )
    declare_entity(catalogue, TABLE, verbs, Permission.WRITE_VENDORS, trusted=True)
