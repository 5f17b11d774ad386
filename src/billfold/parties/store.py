"""The SQL of parties. Sealed columns are written and read by statements of their own."""

from __future__ import annotations

from collections.abc import Sequence

from billfold.kit.columns import to_column
from billfold.kit.db import Transaction
from billfold.kit.records import Table, marks, rows_of
from billfold.parties.acceptance_model import Acceptance
from billfold.parties.model import AccountConfirmation, Contact, Customer, Vendor, VendorBankAccount

VENDORS = Table("vendors", Vendor)
CUSTOMERS = Table("customers", Customer)
CONTACTS = Table("customer_contacts", Contact)
CONFIRMATIONS = Table("vendor_account_confirmations", AccountConfirmation, key=("organization_id", "account_id"))
BANK_ACCOUNTS = Table("vendor_bank_accounts", VendorBankAccount)
ACCEPTANCES = Table("vendor_acceptances", Acceptance, key=("organization_id", "vendor_id"))

SEALED_NUMBER = ("vendor_bank_accounts", "account_number_sealed")
SEALED_REGULATORY = ("vendor_bank_accounts", "regulatory_sealed")
SEALED_TAX_ID = ("vendors", "tax_id_sealed")
SEALED_CUSTOMER_TAX_ID = ("customers", "tax_id_sealed")


def bank_account_ids_of(tx: Transaction, organization_id: str, vendor_id: str) -> list[str]:
    """The ids of all bank accounts that a vendor has or had."""
    rows = tx.all(
        "SELECT id FROM vendor_bank_accounts WHERE organization_id = ? AND vendor_id = ?", (organization_id, vendor_id)
    )
    return [row[0] for row in rows]


def seal_tax_id(tx: Transaction, vendor: Vendor, sealed: bytes | None) -> None:
    """Store the sealed tax id of a vendor."""
    tx.run(
        "UPDATE vendors SET tax_id_sealed = ? WHERE organization_id = ? AND id = ?",
        (sealed, vendor.organization_id, vendor.id),
    )


def seal_customer_tax_id(tx: Transaction, customer: Customer, sealed: bytes | None) -> None:
    """Store the sealed tax id of a customer."""
    tx.run(
        "UPDATE customers SET tax_id_sealed = ? WHERE organization_id = ? AND id = ?",
        (sealed, customer.organization_id, customer.id),
    )


def insert_bank_account(
    tx: Transaction, account: VendorBankAccount, sealed: bytes, sealed_regulatory: bytes | None
) -> None:
    """A vendor's bank account with its sealed numbers. Raises `Conflict` when the vendor has one."""
    values = [to_column(getattr(account, field)) for field in BANK_ACCOUNTS.fields]
    tx.run(
        f"INSERT INTO vendor_bank_accounts ({BANK_ACCOUNTS.columns}, account_number_sealed, regulatory_sealed) "
        f"VALUES ({marks(len(values) + 2)})",
        [*values, sealed, sealed_regulatory],
    )


def active_bank_account(tx: Transaction, organization_id: str, vendor_id: str) -> VendorBankAccount | None:
    """The account that the vendor is paid on, or None."""
    return BANK_ACCOUNTS.first(
        tx, "organization_id = ? AND vendor_id = ? AND record_status = 'active'", (organization_id, vendor_id)
    )


def active_bank_accounts(
    tx: Transaction, organization_id: str, vendor_ids: Sequence[str]
) -> dict[str, VendorBankAccount]:
    """The active accounts of many vendors, by vendor."""
    if not vendor_ids:
        return {}
    rows = tx.all(
        f"{BANK_ACCOUNTS.select} WHERE organization_id = ? AND record_status = 'active' "
        f"AND vendor_id IN ({marks(len(vendor_ids))})",
        [organization_id, *vendor_ids],
    )
    return {account.vendor_id: account for account in rows_of(BANK_ACCOUNTS, rows)}


def invalid_accounts(tx: Transaction, organization_id: str, account_ids: Sequence[str]) -> dict[str, str]:
    """Those of these accounts, removed ones too, that nothing can be paid to, and the return code that says so."""
    if not account_ids:
        return {}
    rows = tx.all(
        "SELECT id, invalid_code FROM vendor_bank_accounts WHERE organization_id = ? AND invalid_code IS NOT NULL "
        f"AND id IN ({marks(len(account_ids))})",
        [organization_id, *account_ids],
    )
    return dict(rows)


def open_confirmations(tx: Transaction, organization_id: str, limit: int = 1000) -> list[AccountConfirmation]:
    """The accounts that wait for a second user, the oldest first."""
    rest = "organization_id = ? AND ended_at IS NULL ORDER BY requested_at, account_id LIMIT ?"
    return CONFIRMATIONS.where(tx, rest, (organization_id, limit))


def unconfirmed_vendors(tx: Transaction, organization_id: str, vendor_ids: Sequence[str]) -> set[str]:
    """Those of these vendors one of whose accounts waits for a second user."""
    if not vendor_ids:
        return set()
    rows = tx.all(
        "SELECT vendor_id FROM vendor_account_confirmations WHERE organization_id = ? AND ended_at IS NULL "
        f"AND vendor_id IN ({marks(len(vendor_ids))})",
        [organization_id, *vendor_ids],
    )
    return {vendor_id for (vendor_id,) in rows}


def sealed_number(tx: Transaction, organization_id: str, account_id: str) -> bytes:
    """The sealed account number."""
    row = tx.one(
        "SELECT account_number_sealed FROM vendor_bank_accounts WHERE organization_id = ? AND id = ?",
        (organization_id, account_id),
    )
    assert row is not None, f"{account_id} has no row"
    return bytes(row[0])


def sealed_regulatory(tx: Transaction, organization_id: str, account_id: str) -> bytes | None:
    """The sealed numbers that the account's country wants, if it wants any."""
    row = tx.one(
        "SELECT regulatory_sealed FROM vendor_bank_accounts WHERE organization_id = ? AND id = ?",
        (organization_id, account_id),
    )
    assert row is not None, f"{account_id} has no row"
    return None if row[0] is None else bytes(row[0])


def set_sealed_number(tx: Transaction, organization_id: str, account_id: str, sealed: bytes) -> None:
    """Store the account number anew."""
    tx.run(
        "UPDATE vendor_bank_accounts SET account_number_sealed = ? WHERE organization_id = ? AND id = ?",
        (sealed, organization_id, account_id),
    )


def existing_customers(tx: Transaction, organization_id: str, customer_ids: Sequence[str]) -> set[str]:
    """Those of these customers that exist, by id."""
    if not customer_ids:
        return set()
    rows = tx.all(
        f"SELECT id FROM customers WHERE organization_id = ? AND id IN ({marks(len(customer_ids))})",
        [organization_id, *customer_ids],
    )
    return {customer_id for (customer_id,) in rows}


def acceptances(tx: Transaction, organization_id: str, vendor_ids: Sequence[str]) -> dict[str, Acceptance]:
    """What vendors take, by vendor; those without a row are left out."""
    if not vendor_ids:
        return {}
    found = ACCEPTANCES.where(
        tx,
        f"organization_id = ? AND vendor_id IN ({marks(len(vendor_ids))})",
        [organization_id, *vendor_ids],
    )
    return {acceptance.vendor_id: acceptance for acceptance in found}
