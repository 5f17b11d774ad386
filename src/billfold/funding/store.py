"""The SQL of funding. The sealed column is written and read by statements of its own."""

from __future__ import annotations

from billfold.funding.model import BankAccount, BankAccountUser
from billfold.kit.db import Transaction
from billfold.kit.query import Page, Query, page, where
from billfold.kit.records import Table, marks, to_column

BANK_ACCOUNTS = Table("bank_accounts", BankAccount)
USERS = Table("bank_account_users", BankAccountUser)

SEALED_NUMBER = ("bank_accounts", "account_number_sealed")


def insert(tx: Transaction, account: BankAccount, sealed: bytes) -> None:
    """A bank account with its sealed number."""
    values = [to_column(getattr(account, field)) for field in BANK_ACCOUNTS.fields]
    tx.run(
        f"INSERT INTO bank_accounts ({BANK_ACCOUNTS.columns}, account_number_sealed) VALUES ({marks(len(values) + 1)})",
        [*values, sealed],
    )


def list_accounts(tx: Transaction, organization_id: str, query: Query) -> Page[BankAccount]:
    """A page of bank accounts."""
    rest, parameters = where(query, organization_id, "bank_accounts")
    return page(query, BANK_ACCOUNTS.where(tx, rest, parameters))


def sealed_number(tx: Transaction, organization_id: str, account_id: str) -> bytes:
    """The sealed account number."""
    row = tx.one(
        "SELECT account_number_sealed FROM bank_accounts WHERE organization_id = ? AND id = ?",
        (organization_id, account_id),
    )
    assert row is not None, f"{account_id} has no row"
    return bytes(row[0])


def user_of(tx: Transaction, organization_id: str, account_id: str, user_id: str) -> BankAccountUser | None:
    """The user's standing at the account, or None."""
    return USERS.first(
        tx,
        "organization_id = ? AND bank_account_id = ? AND user_id = ?",
        (organization_id, account_id, user_id),
    )


def count_wrong_deposit(tx: Transaction, account: BankAccount) -> None:
    """Store the count of wrong amounts and what it led to."""
    BANK_ACCOUNTS.update(tx, account, "wrong_deposits", "status", "updated_at")


def has_payables_default(tx: Transaction, organization_id: str) -> bool:
    """Whether some account is the default for payables."""
    row = tx.one(
        "SELECT id FROM bank_accounts WHERE organization_id = ? AND is_payables_default = TRUE LIMIT 1",
        (organization_id,),
    )
    return row is not None
