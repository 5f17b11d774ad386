"""The SQL of rails."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from billfold.kit.columns import instant_text, to_column
from billfold.kit.db import Transaction
from billfold.kit.records import Table, marks
from billfold.rails.bank_model import BankFault, BankFaultKind, ReceivedFile
from billfold.rails.model import (
    AchFile,
    Assembly,
    Direction,
    ExchangeRate,
    FilePart,
    Holder,
    InternationalOrder,
    Leg,
    MoneyMovement,
    MovementKind,
    Originator,
    Prenote,
    PrenoteStatus,
    Rail,
    Transfer,
    TransferStatus,
)
from billfold.rails.rpps_model import RppsBatch
from billfold.rails.virtual_card_model import VirtualCard

_OVER = (TransferStatus.SETTLED, TransferStatus.RETURNED, TransferStatus.CANCELLED)
_UNDER_WAY = tuple(status.value for status in TransferStatus if status not in _OVER)

TRANSFERS = Table("rail_transfers", Transfer)
ACH_FILES = Table("ach_files", AchFile)
ASSEMBLIES = Table("ach_assemblies", Assembly, key=("organization_id", "lane"))
PARTS = Table("ach_file_parts", FilePart, key=("organization_id", "file_id", "number"))
RECEIVED = Table("bank_inbox", ReceivedFile, key=("organization_id", "digest"))
BANK_FAULTS = Table("bank_faults", BankFault)
PRENOTES = Table("prenotes", Prenote)
MOVEMENTS = Table("money_movements", MoneyMovement)
ORIGINATORS = Table("originators", Originator, key=("organization_id",))
INTERNATIONAL_ORDERS = Table("international_orders", InternationalOrder, key=("organization_id", "transfer_id"))
EXCHANGE_RATES = Table("exchange_rates", ExchangeRate, key=("organization_id", "currency"))
VIRTUAL_CARDS = Table("virtual_cards", VirtualCard)
RPPS_BATCHES = Table("rpps_batches", RppsBatch)


def due(tx: Transaction, organization_id: str, rail: Rail, effective_on: date, limit: int) -> list[Transfer]:
    """Scheduled transfers of a rail for that day or an earlier one, oldest first, but for those of same-day windows."""
    return TRANSFERS.where(
        tx,
        "organization_id = ? AND status = ? AND rail = ? AND effective_on <= ? AND same_day_at IS NULL "
        "ORDER BY effective_on, ordinal LIMIT ?" + tx.for_update,
        (organization_id, TransferStatus.SCHEDULED.value, rail.value, effective_on.isoformat(), limit),
    )


def due_same_day(tx: Transaction, organization_id: str, until: datetime, limit: int) -> list[Transfer]:
    """Scheduled transfers that may leave on the day itself, oldest first."""
    return TRANSFERS.where(
        tx,
        "organization_id = ? AND status = ? AND same_day_at <= ? ORDER BY effective_on, ordinal LIMIT ?"
        + tx.for_update,
        (organization_id, TransferStatus.SCHEDULED.value, instant_text(until), limit),
    )


def insert_part(tx: Transaction, part: FilePart, sealed: bytes) -> None:
    """A part of a file, with its records sealed."""
    values = [getattr(part, field) for field in PARTS.fields]
    tx.run(
        f"INSERT INTO ach_file_parts ({PARTS.columns}, content_sealed) VALUES ({marks(len(values) + 1)})",
        [*values, sealed],
    )


def parts_of(tx: Transaction, organization_id: str, file_id: str) -> list[FilePart]:
    """The parts of a file by batch, in order."""
    return PARTS.where(tx, "organization_id = ? AND file_id = ? ORDER BY batch, number", (organization_id, file_id))


def total_of_parts(tx: Transaction, organization_id: str, file_id: str) -> int:
    """What the parts of a file debit and credit together, in minor units."""
    row = tx.one(
        "SELECT COALESCE(SUM(debit_minor + credit_minor), 0) FROM ach_file_parts "
        "WHERE organization_id = ? AND file_id = ?",
        (organization_id, file_id),
    )
    return int(row[0]) if row else 0


def sealed_part(tx: Transaction, organization_id: str, file_id: str, number: int) -> bytes:
    """The sealed records of a part."""
    row = tx.one(
        "SELECT content_sealed FROM ach_file_parts WHERE organization_id = ? AND file_id = ? AND number = ?",
        (organization_id, file_id, number),
    )
    assert row is not None, f"{file_id} has no part {number}"
    return bytes(row[0])


def close_assembly(tx: Transaction, assembly: Assembly) -> None:
    """The file is made: what it was put together from goes."""
    tx.run(
        "DELETE FROM ach_file_parts WHERE organization_id = ? AND file_id = ?",
        (assembly.organization_id, assembly.file_id),
    )
    tx.run(
        "DELETE FROM ach_assemblies WHERE organization_id = ? AND lane = ?",
        (assembly.organization_id, assembly.lane.value),
    )


def move_file(tx: Transaction, organization_id: str, file_id: str, effective_on: date) -> None:
    """The transfers of a file have this effective entry date."""
    tx.run(
        "UPDATE rail_transfers SET effective_on = ? WHERE organization_id = ? AND file_id = ? AND effective_on <> ?",
        (effective_on.isoformat(), organization_id, file_id, effective_on.isoformat()),
    )


def prenotes_due(tx: Transaction, organization_id: str, effective_on: date, limit: int) -> list[Prenote]:
    """Prenotes that wait for that day or an earlier one, oldest first."""
    return PRENOTES.where(
        tx,
        "organization_id = ? AND status = ? AND effective_on <= ? ORDER BY effective_on, ordinal LIMIT ?"
        + tx.for_update,
        (organization_id, PrenoteStatus.SCHEDULED.value, effective_on.isoformat(), limit),
    )


def prenotes_of_file(tx: Transaction, organization_id: str, file_id: str, limit: int) -> list[Prenote]:
    """Prenotes of a file that nobody has answered."""
    return PRENOTES.where(
        tx,
        "organization_id = ? AND file_id = ? AND status = ? ORDER BY ordinal LIMIT ?",
        (organization_id, file_id, PrenoteStatus.SENT.value, limit),
    )


def prenote_of_account(tx: Transaction, organization_id: str, account_id: str, lock: str = "") -> Prenote | None:
    """The prenote of a vendor's bank account."""
    return PRENOTES.first(tx, f"organization_id = ? AND account_id = ?{lock}", (organization_id, account_id))


def prenote_by_trace(tx: Transaction, organization_id: str, trace_number: str) -> Prenote | None:
    """The newest prenote with this trace number."""
    return PRENOTES.first(
        tx,
        "organization_id = ? AND trace_number = ? ORDER BY ordinal DESC LIMIT 1",
        (organization_id, trace_number),
    )


def next_bank_fault(
    tx: Transaction, organization_id: str, kind: BankFaultKind, direction: Direction | None
) -> BankFault | None:
    """The oldest fault of a kind that is for any direction or for this one."""
    return BANK_FAULTS.first(
        tx,
        "organization_id = ? AND kind = ? AND (direction IS NULL OR direction = ?) ORDER BY ordinal LIMIT 1",
        (organization_id, kind.value, direction.value if direction is not None else None),
    )


def kinds_of_bank_faults(tx: Transaction, organization_id: str) -> frozenset[BankFaultKind]:
    """The kinds of which there is a fault."""
    rows = tx.all("SELECT DISTINCT kind FROM bank_faults WHERE organization_id = ?", (organization_id,))
    return frozenset(BankFaultKind(kind) for (kind,) in rows)


def delete_bank_fault(tx: Transaction, organization_id: str, fault_id: str) -> None:
    """A fault was shown for the last time."""
    tx.run("DELETE FROM bank_faults WHERE organization_id = ? AND id = ?", (organization_id, fault_id))


def sent_in_file(
    tx: Transaction,
    organization_id: str,
    file_id: str,
    status: TransferStatus,
    direction: Direction,
    limit: int,
) -> list[Transfer]:
    """Transfers of a file that stand in this status, in one direction, oldest first."""
    return TRANSFERS.where(
        tx,
        "organization_id = ? AND file_id = ? AND status = ? AND direction = ? ORDER BY ordinal LIMIT ?",
        (organization_id, file_id, status.value, direction.value, limit),
    )


def of_subject(tx: Transaction, organization_id: str, subject_id: str, leg: Leg) -> Transfer | None:
    """The newest transfer of a subject's leg."""
    return TRANSFERS.first(
        tx,
        "organization_id = ? AND subject_id = ? AND leg = ? ORDER BY ordinal DESC LIMIT 1",
        (organization_id, subject_id, leg.value),
    )


def unsent_to_vendors(tx: Transaction, organization_id: str, subject_ids: Sequence[str]) -> list[Transfer]:
    """What is to pay a vendor's bank account for these subjects, and is with no bank yet."""
    return [
        one
        for one in _disbursements(tx, organization_id, subject_ids)
        if one.account_table is Holder.VENDOR and one.status in {TransferStatus.HELD, TransferStatus.SCHEDULED}
    ]


def in_files(tx: Transaction, organization_id: str, subject_ids: Sequence[str]) -> set[str]:
    """Those of these subjects whose disbursement is sent, and not as a check or a virtual card."""
    return {
        one.subject_id
        for one in _disbursements(tx, organization_id, subject_ids)
        if one.status in {TransferStatus.SENT, TransferStatus.STARTED}
        and one.rail not in {Rail.CHECK, Rail.VIRTUAL_CARD}
    }


def _disbursements(tx: Transaction, organization_id: str, subject_ids: Sequence[str]) -> list[Transfer]:
    """Every disbursement of these subjects, the oldest first.

    Whoever wants some statuses picks them: asked for them, SQLite reads all transfers of a status, and not a few.
    """
    return TRANSFERS.where(
        tx,
        f"organization_id = ? AND subject_id IN ({marks(len(subject_ids))}) AND leg = ? ORDER BY ordinal",
        (organization_id, *subject_ids, Leg.DISBURSEMENT.value),
    )


def by_trace(tx: Transaction, organization_id: str, trace_number: str) -> Transfer | None:
    """The newest transfer with this trace number: trace numbers come round again after ten million."""
    return TRANSFERS.first(
        tx,
        "organization_id = ? AND trace_number = ? ORDER BY ordinal DESC LIMIT 1",
        (organization_id, trace_number),
    )


def count_scheduled(tx: Transaction, organization_id: str, rail: Rail, effective_on: date) -> int:
    """How many scheduled transfers of a rail are due by that day."""
    row = tx.one(
        "SELECT COUNT(*) FROM rail_transfers WHERE organization_id = ? AND status = ? AND rail = ? "
        "AND effective_on <= ?",
        (organization_id, TransferStatus.SCHEDULED.value, rail.value, effective_on.isoformat()),
    )
    return int(row[0]) if row else 0


def due_in(
    tx: Transaction, organization_id: str, line: tuple[Rail, TransferStatus], effective_on: date, limit: int
) -> list[Transfer]:
    """Transfers of a rail that stand so for that day or an earlier one, oldest first. `line` is rail and status."""
    rail, status = line
    return TRANSFERS.where(
        tx,
        "organization_id = ? AND status = ? AND rail = ? AND effective_on <= ? ORDER BY effective_on, ordinal LIMIT ?"
        + tx.for_update,
        (organization_id, status.value, rail.value, effective_on.isoformat(), limit),
    )


def scheduled_from(tx: Transaction, organization_id: str, account_id: str) -> int:
    """The sum of what is to be taken from an AP card or the wallet, held or not; sent is what the job has in hand."""
    row = tx.one(
        "SELECT COALESCE(SUM(amount_minor), 0) FROM rail_transfers WHERE organization_id = ? AND account_id = ? "
        "AND account_table IN ('ap card', 'wallet') AND direction = ? AND status IN (?, ?, ?)",
        (
            organization_id,
            account_id,
            Direction.DEBIT.value,
            TransferStatus.HELD.value,
            TransferStatus.SCHEDULED.value,
            TransferStatus.SENT.value,
        ),
    )
    return int(row[0]) if row else 0


def count_under_way(tx: Transaction, organization_id: str, bank_account_id: str) -> int:
    """How many subjects that this bank account funds, or gets money of, have a transfer that is not over yet."""
    row = tx.one(
        "SELECT COUNT(DISTINCT t.subject_id) FROM rail_transfers t "
        f"WHERE t.organization_id = ? AND t.status IN ({marks(len(_UNDER_WAY))}) "
        "AND (t.account_id = ? OR EXISTS (SELECT 1 FROM rail_transfers f WHERE f.organization_id = t.organization_id "
        "AND f.subject_id = t.subject_id AND f.leg = ? AND f.account_id = ?))",
        (organization_id, *_UNDER_WAY, bank_account_id, Leg.FUNDING.value, bank_account_id),
    )
    return int(row[0]) if row else 0


def count_moving(tx: Transaction, organization_id: str) -> int:
    """How many transfers wait for their day, or are at a bank; a check that was mailed is out of anybody's hands."""
    row = tx.one(
        f"SELECT COUNT(*) FROM rail_transfers WHERE organization_id = ? AND status IN ({marks(len(_UNDER_WAY))}) "
        "AND (rail <> ? OR status IN (?, ?))",
        (
            organization_id,
            *_UNDER_WAY,
            Rail.CHECK.value,
            TransferStatus.HELD.value,
            TransferStatus.SCHEDULED.value,
        ),
    )
    return int(row[0]) if row else 0


def lock_movement(
    tx: Transaction, organization_id: str, line: tuple[str, MovementKind, Direction], process_on: date
) -> MoneyMovement | None:
    """The movement of a day, locked, or None. `line` is bank account, kind and direction."""
    account_id, kind, direction = line
    return MOVEMENTS.first(
        tx,
        "organization_id = ? AND bank_account_id = ? AND kind = ? AND direction = ? AND process_on = ?" + tx.for_update,
        (organization_id, account_id, kind.value, direction.value, process_on.isoformat()),
    )


def count_ach_files(tx: Transaction, organization_id: str) -> int:
    """How many files were built."""
    row = tx.one("SELECT COUNT(*) FROM ach_files WHERE organization_id = ?", (organization_id,))
    return int(row[0]) if row else 0


def files_of_day(tx: Transaction, organization_id: str, created_from: str) -> int:
    """How many files were built since that instant: the modifier tells the files of one day apart."""
    row = tx.one(
        "SELECT COUNT(*) FROM ach_files WHERE organization_id = ? AND created_at >= ?",
        (organization_id, created_from),
    )
    return int(row[0]) if row else 0


def list_rates(tx: Transaction, organization_id: str) -> list[ExchangeRate]:
    """The exchange rates that were set, by currency."""
    return EXCHANGE_RATES.where(tx, "organization_id = ? ORDER BY currency", (organization_id,))


def put_rate(tx: Transaction, rate: ExchangeRate) -> None:
    """Store the rate of a currency, over the one before."""
    values = [to_column(getattr(rate, field)) for field in EXCHANGE_RATES.fields]
    tx.run(
        f"INSERT INTO exchange_rates ({EXCHANGE_RATES.columns}) VALUES ({marks(len(values))}) "
        "ON CONFLICT (organization_id, currency) DO UPDATE SET "
        "rate = excluded.rate, source = excluded.source, updated_at = excluded.updated_at",
        values,
    )


def virtual_card_of(tx: Transaction, organization_id: str, transfer_id: str) -> VirtualCard | None:
    """The virtual card of a transfer."""
    return VIRTUAL_CARDS.first(tx, "organization_id = ? AND transfer_id = ?", (organization_id, transfer_id))


def last_rpps_batch(tx: Transaction, organization_id: str) -> int:
    """The number of the last batch; 0 before the first."""
    row = tx.one("SELECT COALESCE(MAX(number), 0) FROM rpps_batches WHERE organization_id = ?", (organization_id,))
    return int(row[0]) if row else 0
