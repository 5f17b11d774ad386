"""The SQL of funding. The sealed column is written and read by statements of its own."""

from __future__ import annotations

from billfold.funding.card_model import ApCard, CardAccount, CardUser, FundingPermissions
from billfold.funding.model import BankAccount, BankAccountStatus, BankAccountUser, UserStatus
from billfold.kit.columns import to_column
from billfold.kit.ctx import RecordStatus
from billfold.kit.db import Transaction
from billfold.kit.records import Table, marks

BANK_ACCOUNTS = Table("bank_accounts", BankAccount)
USERS = Table("bank_account_users", BankAccountUser)
CARDS = Table("card_accounts", CardAccount)
CARD_USERS = Table("card_account_users", CardUser)
AP_CARDS = Table("ap_cards", ApCard)
PERMISSIONS = Table("funding_permissions", FundingPermissions, key=("organization_id",))

SEALED_NUMBER = ("bank_accounts", "account_number_sealed")


def insert(tx: Transaction, account: BankAccount, sealed: bytes) -> None:
    """A bank account with its sealed number."""
    values = [to_column(getattr(account, field)) for field in BANK_ACCOUNTS.fields]
    tx.run(
        f"INSERT INTO bank_accounts ({BANK_ACCOUNTS.columns}, account_number_sealed) VALUES ({marks(len(values) + 1)})",
        [*values, sealed],
    )


def lock_accounts(tx: Transaction, organization_id: str) -> dict[str, BankAccount]:
    """Lock every bank account, by id; what the defaults are is a matter of all of them."""
    found = BANK_ACCOUNTS.where(tx, f"organization_id = ? ORDER BY id{tx.for_update}", (organization_id,))
    return {account.id: account for account in found}


def sealed_number(tx: Transaction, organization_id: str, account_id: str) -> bytes:
    """The sealed account number."""
    row = tx.one(
        "SELECT account_number_sealed FROM bank_accounts WHERE organization_id = ? AND id = ?",
        (organization_id, account_id),
    )
    assert row is not None, f"{account_id} has no row"
    return bytes(row[0])


def set_sealed_number(tx: Transaction, organization_id: str, account_id: str, sealed: bytes) -> None:
    """Store the account number anew."""
    tx.run(
        "UPDATE bank_accounts SET account_number_sealed = ? WHERE organization_id = ? AND id = ?",
        (sealed, organization_id, account_id),
    )


def with_default(tx: Transaction, organization_id: str, default: str, lock: str = "") -> BankAccount | None:
    """The account that is this default (`is_payables_default`, `is_receivables_default`), or None."""
    return BANK_ACCOUNTS.first(tx, f"organization_id = ? AND {default} = TRUE{lock}", (organization_id,))


def usable_accounts(tx: Transaction, organization_id: str) -> list[BankAccount]:
    """The accounts that can pay."""
    return BANK_ACCOUNTS.where(
        tx,
        "organization_id = ? AND status = ? AND record_status = ? ORDER BY ordinal",
        (organization_id, BankAccountStatus.VERIFIED.value, RecordStatus.ACTIVE.value),
    )


def user_of(tx: Transaction, organization_id: str, account_id: str, user_id: str) -> BankAccountUser | None:
    """The user's standing at the account, or None."""
    return USERS.first(
        tx,
        "organization_id = ? AND bank_account_id = ? AND user_id = ?",
        (organization_id, account_id, user_id),
    )


def administrators_of(tx: Transaction, organization_id: str, account_id: str) -> list[BankAccountUser]:
    """The account's users who are that as administrators."""
    return USERS.where(
        tx,
        "organization_id = ? AND bank_account_id = ? AND as_administrator = TRUE ORDER BY ordinal",
        (organization_id, account_id),
    )


def count_wrong_deposit(tx: Transaction, account: BankAccount) -> None:
    """Store the count of wrong amounts and what it led to."""
    BANK_ACCOUNTS.update(tx, account, "wrong_deposits", "status", "updated_at")


def default_card(tx: Transaction, organization_id: str) -> CardAccount | None:
    """The card that is the default, or None."""
    return CARDS.first(tx, "organization_id = ? AND is_default = TRUE", (organization_id,))


def cards_in_use(tx: Transaction, organization_id: str) -> list[CardAccount]:
    """Cards that are not archived."""
    return CARDS.where(
        tx, "organization_id = ? AND record_status = ? ORDER BY ordinal", (organization_id, RecordStatus.ACTIVE.value)
    )


def cards_of_user(tx: Transaction, organization_id: str, user_id: str, status: UserStatus) -> list[CardAccount]:
    """Cards in use at which the user stands so."""
    return CARDS.where(
        tx,
        "organization_id = ? AND record_status = ? AND id IN (SELECT card_account_id FROM card_account_users "
        "WHERE organization_id = ? AND user_id = ? AND verification_status = ?) ORDER BY ordinal",
        (organization_id, RecordStatus.ACTIVE.value, organization_id, user_id, status.value),
    )


def card_user(tx: Transaction, organization_id: str, card_account_id: str, user_id: str) -> CardUser | None:
    """The user's standing at the card, or None."""
    return CARD_USERS.first(
        tx,
        "organization_id = ? AND card_account_id = ? AND user_id = ?",
        (organization_id, card_account_id, user_id),
    )


def list_ap_cards(tx: Transaction, organization_id: str) -> list[ApCard]:
    """Every AP card."""
    return AP_CARDS.where(tx, "organization_id = ? ORDER BY ordinal", (organization_id,))
