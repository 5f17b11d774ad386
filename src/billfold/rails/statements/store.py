"""The SQL of statements and of the sandbox bank's own books."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from billfold.kit.db import Transaction
from billfold.kit.records import Table, marks
from billfold.rails.checks.model import Check
from billfold.rails.checks.store import CHECKS
from billfold.rails.model import AchFile, Direction, Leg, Rail, Transfer, TransferStatus
from billfold.rails.statements.model import (
    BankStatement,
    Effect,
    LineStatus,
    SandboxBankLine,
    StatementLine,
    StatementMatch,
)
from billfold.rails.store import ACH_FILES, TRANSFERS

STATEMENTS = Table("bank_statements", BankStatement)
LINES = Table("statement_lines", StatementLine)
SANDBOX_LINES = Table("sandbox_bank_lines", SandboxBankLine)
MATCHES = Table("statement_matches", StatementMatch, key=("organization_id", "line_id", "subject_id", "effect"))

#: No statement asks the database for more than so many numbers at once.
_CHUNK: Final = 500
_AT_A_BANK = tuple(
    status.value
    for status in (TransferStatus.SENT, TransferStatus.STARTED, TransferStatus.SETTLED, TransferStatus.RETURNED)
)


def statements_of(tx: Transaction, organization_id: str, bank_account_id: str) -> list[BankStatement]:
    """Every statement of an account, by its days."""
    return STATEMENTS.where(
        tx, "organization_id = ? AND bank_account_id = ? ORDER BY from_on, to_on", (organization_id, bank_account_id)
    )


def statements_of_file(tx: Transaction, organization_id: str, digest: str) -> list[BankStatement]:
    """What was taken in of a file with this digest."""
    return STATEMENTS.where(tx, "organization_id = ? AND digest = ? ORDER BY ordinal", (organization_id, digest))


def lines_of(tx: Transaction, organization_id: str, statement_id: str) -> list[StatementLine]:
    """Every line of a statement, in its order."""
    return LINES.where(tx, "organization_id = ? AND statement_id = ? ORDER BY ordinal", (organization_id, statement_id))


def delete_statement(tx: Transaction, organization_id: str, statement_id: str) -> None:
    """Remove a statement and its lines, of which nothing is matched."""
    tx.run(
        "DELETE FROM statement_lines WHERE organization_id = ? AND statement_id = ?", (organization_id, statement_id)
    )
    tx.run("DELETE FROM bank_statements WHERE organization_id = ? AND id = ?", (organization_id, statement_id))


def unmatched(tx: Transaction, organization_id: str, bank_account_id: str, limit: int) -> list[StatementLine]:
    """The exceptions of an account, oldest first."""
    return LINES.where(
        tx,
        "organization_id = ? AND bank_account_id = ? AND status = ? ORDER BY ordinal LIMIT ?" + tx.for_update,
        (organization_id, bank_account_id, LineStatus.UNMATCHED.value, limit),
    )


def sums_by_status(tx: Transaction, organization_id: str, bank_account_id: str) -> dict[LineStatus, tuple[int, int]]:
    """How many lines of an account stand in each status, and their sum."""
    rows = tx.all(
        "SELECT status, COUNT(*), SUM(amount_minor) FROM statement_lines "
        "WHERE organization_id = ? AND bank_account_id = ? GROUP BY status",
        (organization_id, bank_account_id),
    )
    return {LineStatus(status): (int(count), int(total)) for status, count, total in rows}


def delete_matches(tx: Transaction, organization_id: str, line_id: str) -> None:
    """Forget what a line was matched with."""
    tx.run("DELETE FROM statement_matches WHERE organization_id = ? AND line_id = ?", (organization_id, line_id))


def matched_effects(
    tx: Transaction, organization_id: str, bank_account_id: str, subject_ids: Iterable[str]
) -> set[tuple[str, Effect]]:
    """Which effects of these subjects on an account have their line."""
    found: set[tuple[str, Effect]] = set()
    for some in _chunks(sorted(set(subject_ids))):
        rows = tx.all(
            "SELECT subject_id, effect FROM statement_matches "
            f"WHERE organization_id = ? AND bank_account_id = ? AND subject_id IN ({marks(len(some))})",
            (organization_id, bank_account_id, *some),
        )
        found |= {(subject_id, Effect(effect)) for subject_id, effect in rows}
    return found


def checks_by_number(
    tx: Transaction, organization_id: str, bank_account_id: str, numbers: Iterable[int]
) -> list[Check]:
    """The checks of an account with these numbers."""
    return [
        check
        for some in _chunks(sorted(set(numbers)))
        for check in CHECKS.where(
            tx,
            f"organization_id = ? AND bank_account_id = ? AND number IN ({marks(len(some))})",
            (organization_id, bank_account_id, *some),
        )
    ]


def transfers_by_id(tx: Transaction, organization_id: str, transfer_ids: Iterable[str]) -> list[Transfer]:
    """The transfers with these ids."""
    return [
        transfer
        for some in _chunks(sorted(set(transfer_ids)))
        for transfer in TRANSFERS.where(
            tx, f"organization_id = ? AND id IN ({marks(len(some))})", (organization_id, *some)
        )
    ]


def transfers_by_trace(tx: Transaction, organization_id: str, traces: Iterable[str]) -> list[Transfer]:
    """The transfers with these trace numbers, oldest first."""
    return [
        transfer
        for some in _chunks(sorted(set(traces)))
        for transfer in TRANSFERS.where(
            tx,
            f"organization_id = ? AND trace_number IN ({marks(len(some))}) ORDER BY ordinal",
            (organization_id, *some),
        )
    ]


def transfers_of_subjects(tx: Transaction, organization_id: str, subject_ids: Iterable[str]) -> list[Transfer]:
    """Every transfer of these subjects, oldest first."""
    return [
        transfer
        for some in _chunks(sorted(set(subject_ids)))
        for transfer in TRANSFERS.where(
            tx, f"organization_id = ? AND subject_id IN ({marks(len(some))}) ORDER BY ordinal", (organization_id, *some)
        )
    ]


def legs_of_subjects(tx: Transaction, organization_id: str, subject_ids: Iterable[str], leg: Leg) -> list[Transfer]:
    """The transfers of one leg of these subjects, oldest first."""
    return [transfer for transfer in transfers_of_subjects(tx, organization_id, subject_ids) if transfer.leg is leg]


def transfers_drawn(
    tx: Transaction, organization_id: str, rails: Sequence[Rail], since: date, limit: int
) -> list[Transfer]:
    """Transfers of these rails that are at a bank, effective since that day, oldest first."""
    return TRANSFERS.where(
        tx,
        f"organization_id = ? AND status IN ({marks(len(_AT_A_BANK))}) AND rail IN ({marks(len(rails))}) "
        "AND effective_on >= ? ORDER BY ordinal LIMIT ?",
        (organization_id, *_AT_A_BANK, *(rail.value for rail in rails), since.isoformat(), limit),
    )


def covered_of_file(tx: Transaction, organization_id: str, file_id: str) -> list[Transfer]:
    """The credits of a file that neither a debit nor the account itself funds: a card or the wallet does."""
    return TRANSFERS.where(
        tx,
        "organization_id = ? AND file_id = ? AND direction = ? AND leg IN (?, ?) AND subject_id IN "
        "(SELECT subject_id FROM rail_transfers WHERE organization_id = ? AND leg = ? AND rail IN (?, ?)) "
        "ORDER BY ordinal",
        (
            organization_id,
            file_id,
            Direction.CREDIT.value,
            Leg.DISBURSEMENT.value,
            Leg.REFUND.value,
            organization_id,
            Leg.FUNDING.value,
            Rail.CARD.value,
            Rail.WALLET.value,
        ),
    )


def transfers_at_account(
    tx: Transaction, organization_id: str, bank_account_id: str, from_on: date, limit: int
) -> list[Transfer]:
    """ACH transfers of an account that are at a bank and effective since that day: its debits, its refunds."""
    return TRANSFERS.where(
        tx,
        f"organization_id = ? AND status IN ({marks(len(_AT_A_BANK))}) AND rail = ? AND account_id = ? "
        "AND effective_on >= ? ORDER BY ordinal LIMIT ?",
        (organization_id, *_AT_A_BANK, Rail.ACH.value, bank_account_id, from_on.isoformat(), limit),
    )


def returned_of_files(
    tx: Transaction, organization_id: str, bank_account_id: str, since: str, limit: int
) -> list[Transfer]:
    """Transfers that came back since that moment, of files that the bank settles on this account."""
    return TRANSFERS.where(
        tx,
        "organization_id = ? AND status = ? AND rail = ? AND returned_at >= ? AND file_id IN "
        "(SELECT id FROM ach_files WHERE organization_id = ? AND bank_account_id = ?) ORDER BY ordinal LIMIT ?",
        (
            organization_id,
            TransferStatus.RETURNED.value,
            Rail.ACH.value,
            since,
            organization_id,
            bank_account_id,
            limit,
        ),
    )


def files_of_account(
    tx: Transaction, organization_id: str, bank_account_id: str, days: tuple[date, date]
) -> list[AchFile]:
    """Files that the bank settles on this account, effective on these days or between them, oldest first."""
    first, last = days
    return ACH_FILES.where(
        tx,
        "organization_id = ? AND bank_account_id = ? AND effective_on BETWEEN ? AND ? ORDER BY effective_on, ordinal",
        (organization_id, bank_account_id, first.isoformat(), last.isoformat()),
    )


def files_by_id(tx: Transaction, organization_id: str, file_ids: Iterable[str]) -> dict[str, AchFile]:
    """The files with these ids."""
    return {
        file.id: file
        for some in _chunks(sorted(set(file_ids)))
        for file in ACH_FILES.where(tx, f"organization_id = ? AND id IN ({marks(len(some))})", (organization_id, *some))
    }


def files_booked_singly(
    tx: Transaction, organization_id: str, bank_account_id: str, file_ids: Iterable[str]
) -> set[str]:
    """Which of these files have an entry whose line is its own."""
    found: set[str] = set()
    for some in _chunks(sorted(set(file_ids))):
        rows = tx.all(
            "SELECT DISTINCT t.file_id FROM rail_transfers t JOIN statement_matches m "
            "ON m.organization_id = t.organization_id AND m.subject_id = t.id "
            f"WHERE t.organization_id = ? AND t.file_id IN ({marks(len(some))}) "
            "AND m.bank_account_id = ? AND m.effect = ?",
            (organization_id, *some, bank_account_id, Effect.ENTRY.value),
        )
        found |= {file_id for (file_id,) in rows}
    return found


def bank_side(tx: Transaction, organization_id: str, bank_account_id: str) -> dict[str, int]:
    """What each document moved at the bank, as far as its statements say so: matched lines by what they pay for."""
    of_transfers = tx.all(
        "SELECT t.subject_id, SUM(m.amount_minor) FROM statement_matches m JOIN rail_transfers t "
        "ON t.organization_id = m.organization_id AND t.id = m.subject_id "
        "WHERE m.organization_id = ? AND m.bank_account_id = ? GROUP BY t.subject_id",
        (organization_id, bank_account_id),
    )
    of_files = tx.all(
        "SELECT t.subject_id, SUM(CASE WHEN m.effect = ? THEN -t.amount_minor ELSE t.amount_minor END) "
        "FROM statement_matches m JOIN rail_transfers t ON t.organization_id = m.organization_id "
        "AND t.file_id = m.subject_id AND t.direction = CASE WHEN m.effect = ? THEN ? ELSE ? END "
        "WHERE m.organization_id = ? AND m.bank_account_id = ? GROUP BY t.subject_id",
        (
            Effect.CREDITS.value,
            Effect.CREDITS.value,
            Direction.CREDIT.value,
            Direction.DEBIT.value,
            organization_id,
            bank_account_id,
        ),
    )
    moved = tx.all(
        "SELECT subject_id, amount_minor FROM statement_matches "
        "WHERE organization_id = ? AND bank_account_id = ? AND effect = ?",
        (organization_id, bank_account_id, Effect.MOVED.value),
    )
    booked = tx.all(
        "SELECT id, amount_minor FROM statement_lines WHERE organization_id = ? AND bank_account_id = ? AND status = ?",
        (organization_id, bank_account_id, LineStatus.BOOKED.value),
    )
    differences = tx.all(
        "SELECT l.id, l.amount_minor - SUM(m.amount_minor) FROM statement_lines l JOIN statement_matches m "
        "ON m.organization_id = l.organization_id AND m.line_id = l.id WHERE l.organization_id = ? "
        "AND l.bank_account_id = ? AND l.status = ? AND l.booked_to IS NOT NULL GROUP BY l.id, l.amount_minor",
        (organization_id, bank_account_id, LineStatus.MATCHED.value),
    )
    found: dict[str, int] = {}
    for document_id, minor in [*of_transfers, *of_files, *moved, *booked, *differences]:
        found[document_id] = found.get(document_id, 0) + int(minor)
    return found


def sandbox_balance(tx: Transaction, organization_id: str, bank_account_id: str, before: date) -> int:
    """What the sandbox's bank has on an account at the beginning of a day."""
    row = tx.one(
        "SELECT COALESCE(SUM(amount_minor), 0) FROM sandbox_bank_lines "
        "WHERE organization_id = ? AND bank_account_id = ? AND posted_on < ?",
        (organization_id, bank_account_id, before.isoformat()),
    )
    return int(row[0]) if row else 0


def sandbox_lines_named(tx: Transaction, organization_id: str, reference: str) -> list[SandboxBankLine]:
    """What the sandbox's bank booked under this name."""
    return SANDBOX_LINES.where(
        tx, "organization_id = ? AND reference = ? ORDER BY ordinal", (organization_id, reference)
    )


def sandbox_lines(
    tx: Transaction, organization_id: str, bank_account_id: str, days: tuple[date, date]
) -> list[SandboxBankLine]:
    """What the sandbox's bank booked on an account on these days and between them, by day."""
    first, last = days
    return SANDBOX_LINES.where(
        tx,
        "organization_id = ? AND bank_account_id = ? AND posted_on BETWEEN ? AND ? ORDER BY posted_on, ordinal",
        (organization_id, bank_account_id, first.isoformat(), last.isoformat()),
    )


def _chunks(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))
