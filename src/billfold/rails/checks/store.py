"""The SQL of checks."""

from __future__ import annotations

from collections.abc import Sequence

from billfold.kit.db import Transaction
from billfold.kit.records import Table, marks
from billfold.rails.checks.model import NOT_TO_BE_PAID, Check, CheckBatch, CheckSettings, CheckStatus

CHECK_SETTINGS = Table("check_settings", CheckSettings)
CHECK_BATCHES = Table("check_batches", CheckBatch)
CHECKS = Table("checks", Check)

SEALED_SIGNATURE = ("check_settings", "signature_sealed")
_REPORTED = tuple(status.value for status in NOT_TO_BE_PAID)


def settings_of(tx: Transaction, organization_id: str, bank_account_id: str, lock: str = "") -> CheckSettings | None:
    """The stored settings of a bank account's checks."""
    return CHECK_SETTINGS.first(
        tx, f"organization_id = ? AND bank_account_id = ?{lock}", (organization_id, bank_account_id)
    )


def take_check_numbers(tx: Transaction, organization_id: str, bank_account_id: str, count: int) -> int:
    """Move the series of the account on by so many numbers; the first of them."""
    row = tx.one(
        "UPDATE check_settings SET next_number = next_number + ? WHERE organization_id = ? AND bank_account_id = ? "
        "RETURNING next_number",
        (count, organization_id, bank_account_id),
    )
    assert row is not None, f"{bank_account_id} has no series of check numbers"
    return int(row[0]) - count


def highest_check_number(tx: Transaction, organization_id: str, bank_account_id: str) -> int:
    """The highest number that was given to a check of the account; 0 before the first."""
    row = tx.one(
        "SELECT COALESCE(MAX(number), 0) FROM checks WHERE organization_id = ? AND bank_account_id = ?",
        (organization_id, bank_account_id),
    )
    return int(row[0]) if row else 0


def set_signature(tx: Transaction, organization_id: str, settings_id: str, sealed: bytes | None) -> None:
    """Store the sealed image of the signature, or none."""
    tx.run(
        "UPDATE check_settings SET signature_sealed = ? WHERE organization_id = ? AND id = ?",
        (sealed, organization_id, settings_id),
    )


def sealed_signature(tx: Transaction, organization_id: str, settings_id: str) -> bytes:
    """The sealed image of the signature."""
    row = tx.one(
        "SELECT signature_sealed FROM check_settings WHERE organization_id = ? AND id = ?",
        (organization_id, settings_id),
    )
    assert row is not None, f"{settings_id} has no row"
    return bytes(row[0])


def check_of(tx: Transaction, organization_id: str, transfer_id: str) -> Check | None:
    """The check of a transfer."""
    return CHECKS.first(tx, "organization_id = ? AND transfer_id = ?", (organization_id, transfer_id))


def checks_of_batch(
    tx: Transaction, organization_id: str, batch_id: str, statuses: Sequence[CheckStatus], limit: int, without: str = ""
) -> list[Check]:
    """Checks of a batch that stand in one of these statuses, in the order of their numbers.

    `without` is a column that must be empty.
    """
    rest = f"AND {without} IS NULL " if without else ""
    return CHECKS.where(
        tx,
        f"organization_id = ? AND batch_id = ? AND status IN ({marks(len(statuses))}) {rest}ORDER BY number LIMIT ?",
        (organization_id, batch_id, *(status.value for status in statuses), limit),
    )


def checks_to_report(tx: Transaction, organization_id: str, bank_account_id: str) -> list[Check]:
    """Checks that the bank must not pay and was not told of yet, in the order of their numbers."""
    return CHECKS.where(
        tx,
        "organization_id = ? AND bank_account_id = ? AND void_file_id IS NULL "
        f"AND (status IN ({marks(len(_REPORTED))}) OR stop_ordered_at IS NOT NULL AND cleared_at IS NULL) "
        "ORDER BY number",
        (organization_id, bank_account_id, *_REPORTED),
    )
