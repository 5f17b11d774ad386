"""BankAccount, to read and to list, and the balance that accounting software keeps (contract v2.md §10.1, §10.2)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import msgspec

from billfold.funding import bank_accounts
from billfold.funding.model import BankAccount, BankAccountStatus
from billfold.identity.permissions import Permission
from billfold.kit.banking import masked, masked_number
from billfold.kit.ctx import Ctx
from billfold.kit.money import to_decimal, to_minor
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.errors import MissingData
from billfold.wire.v2 import kinds
from billfold.wire.v2.documents import answer_type
from billfold.wire.v2.fields import CREATED, ID, IS_ACTIVE, UPDATED, Table, choice, day, flag, reference, text
from billfold.wire.v2.resource import Verbs, declare_entity, operation

#: No account of ours is in the first and the third of these, but lists may ask for them.
STATUSES: Final = {
    "0": "NOT_VERIFIED",
    "1": BankAccountStatus.VERIFIED,
    "2": BankAccountStatus.PENDING,
    "3": "BLOCKED",
    "4": BankAccountStatus.EXPIRED,
    "5": BankAccountStatus.INVALID,
}


def _account_number(account: BankAccount) -> str:
    return masked(account.account_number_last4, account.account_number_length)


def _routing_number(account: BankAccount) -> str:
    """Masked here, and in clear on v3."""
    return masked_number(account.routing_number)


TABLE: Final = Table(
    "BankAccount",
    ID,
    IS_ACTIVE,
    CREATED,
    UPDATED,
    text("bankName", "bank_name"),
    text("nameOnAcct", "name_on_account"),
    text("accountNumber", read=_account_number),
    text("routingNumber", read=_routing_number),
    reference("usersId", "created_by", read_only=True),
    reference("chartOfAccountId", "chart_of_account_id"),
    choice("status", "status", STATUSES, read_only=True),
    flag("primaryAP", "is_payables_default", filterable=True),
    flag("primaryAR", "is_receivables_default", filterable=True),
    flag("isSavings", read=lambda account: account.kind == "SAVINGS"),
    flag("isPersonalAcct", read=lambda account: account.owner_type == "PERSONAL"),
    # Nothing says what it means.
    day("dateEstablished"),
)


class BalanceShape(msgspec.Struct):
    """What the accounting software last said is on the default account for payables, in USD; null before it did."""

    balance: Decimal | None
    lastUpdated: str | None


def get_balance(ctx: Ctx, _: Call, __: object) -> dict[str, Any]:
    """The balance that was noted last."""
    return _show_balance(bank_accounts.payables_default(ctx))


def set_balance(ctx: Ctx, _: Call, data: Mapping[str, Any]) -> dict[str, Any]:
    """Note the balance. It may be negative."""
    balance = kinds.NUMBER.read(data.get("balance", ""), "balance", None)
    if balance is None:
        raise MissingData(name="balance")
    return _show_balance(bank_accounts.set_balance(ctx, to_minor(balance, "USD", "balance")))


def _show_balance(account: BankAccount) -> dict[str, Any]:
    minor = account.balance_minor
    return {
        "balance": None if minor is None else to_decimal(minor, "USD"),
        "lastUpdated": kinds.show_time(account.balance_at),
    }


def declare(catalogue: Catalogue) -> None:
    """The rows of bank accounts. Others than partners add them in the web application, or on v3."""
    verbs = Verbs(
        get=bank_accounts.get,
        find=bank_accounts.list_accounts,
    )
    declare_entity(catalogue, TABLE, verbs, Permission.MANAGE_BANK_ACCOUNTS, bulk=False)
    balance = answer_type(BalanceShape, "BankBalance")
    operation(catalogue, "GetBankBalance", "Read the balance of the bank account", get_balance, response=balance)
    operation(
        catalogue, "SetBankBalance", "Note the balance of the bank account", set_balance,
        response=balance, needs=Permission.SYNC, write=True,
    )  # fmt: skip
