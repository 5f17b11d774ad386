"""The SQL of what banks send."""

from __future__ import annotations

from billfold.kit.columns import to_column
from billfold.kit.db import Transaction
from billfold.kit.records import Table, marks
from billfold.rails.incoming.model import AccountChange, ChangeStatus, IncomingEntry, IncomingFile
from billfold.rails.model import Holder

FILES = Table("incoming_files", IncomingFile)
ENTRIES = Table("incoming_entries", IncomingEntry)
CHANGES = Table("account_changes", AccountChange)

SEALED_CORRECTIONS = ("account_changes", "corrections_sealed")


def same_file(tx: Transaction, organization_id: str, digest: str, identity: str) -> IncomingFile | None:
    """A file with these bytes, or that says the same of itself."""
    return FILES.first(
        tx,
        "organization_id = ? AND (digest = ? OR identity = ?) ORDER BY ordinal LIMIT 1",
        (organization_id, digest, identity),
    )


def count_files(tx: Transaction, organization_id: str) -> int:
    """How many files banks have sent."""
    row = tx.one("SELECT COUNT(*) FROM incoming_files WHERE organization_id = ?", (organization_id,))
    return int(row[0]) if row else 0


def count_outcomes(tx: Transaction, organization_id: str, file_id: str) -> dict[str, int]:
    """How many entries of a file ended how."""
    rows = tx.all(
        "SELECT outcome, COUNT(*) FROM incoming_entries WHERE organization_id = ? AND file_id = ? GROUP BY outcome",
        (organization_id, file_id),
    )
    return {outcome: int(count) for outcome, count in rows}


def insert_change(tx: Transaction, change: AccountChange, sealed: bytes) -> None:
    """A proposed change with its sealed corrections."""
    values = [to_column(getattr(change, field)) for field in CHANGES.fields]
    tx.run(
        f"INSERT INTO account_changes ({CHANGES.columns}, corrections_sealed) VALUES ({marks(len(values) + 1)})",
        [*values, sealed],
    )


def sealed_corrections(tx: Transaction, organization_id: str, change_id: str) -> bytes:
    """The sealed corrections of a change."""
    row = tx.one(
        "SELECT corrections_sealed FROM account_changes WHERE organization_id = ? AND id = ?",
        (organization_id, change_id),
    )
    assert row is not None, f"{change_id} has no row"
    return bytes(row[0])


def same_change(tx: Transaction, organization_id: str, account_id: str, fingerprint: str) -> AccountChange | None:
    """The newest proposal that asks the same of an account."""
    return CHANGES.first(
        tx,
        "organization_id = ? AND account_id = ? AND fingerprint = ? ORDER BY ordinal DESC LIMIT 1",
        (organization_id, account_id, fingerprint),
    )


def has_corrected_accounts(tx: Transaction, organization_id: str) -> bool:
    """Whether a bank account of the organization ever took a bank's correction."""
    found = CHANGES.first(
        tx,
        "organization_id = ? AND account_table = ? AND status = ? LIMIT 1",
        (organization_id, Holder.ORGANIZATION.value, ChangeStatus.ACCEPTED.value),
    )
    return found is not None
