"""The SQL of the ledger: transfers, and the balances that follow them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from billfold.kit.columns import instant_text
from billfold.kit.db import Transaction
from billfold.kit.records import Table, marks
from billfold.ledger.model import Code, Status, Transfer

TRANSFERS = Table("ledger_transfers", Transfer)

#: Debits, credits, pending debits, pending credits: the four sums of an account, in the table's order.
_POSTED_DEBIT, _POSTED_CREDIT, _PENDING_DEBIT, _PENDING_CREDIT = range(4)


def insert(tx: Transaction, transfers: Sequence[Transfer]) -> None:
    """Write new transfers and let the balances follow."""
    TRANSFERS.insert_all(tx, transfers)
    _move(tx, [(transfer, 1, transfer.status is Status.PENDING) for transfer in transfers])


def close(tx: Transaction, transfers: Sequence[Transfer]) -> None:
    """Store pending transfers that were posted or voided: a few of one document, all alike."""
    first = transfers[0]
    assert first.closed_at is not None
    ids = [transfer.id for transfer in transfers]
    tx.run(
        "UPDATE ledger_transfers SET status = ?, closed_at = ? "
        f"WHERE organization_id = ? AND id IN ({marks(len(ids))})",
        [first.status.value, instant_text(first.closed_at), first.organization_id, *ids],
    )
    moves = [(transfer, -1, True) for transfer in transfers]
    moves += [(transfer, 1, False) for transfer in transfers if transfer.status is Status.POSTED]
    _move(tx, moves)


def mark_reversed(tx: Transaction, transfers: Sequence[Transfer]) -> None:
    """Note on each transfer the one that reverses it, so that none is reversed twice."""
    for transfer in transfers:
        TRANSFERS.update(tx, transfer, "reversed_by_id")


def of_document(tx: Transaction, organization_id: str, document_id: str, code: Code | None) -> list[Transfer]:
    """The transfers of a document, oldest first; with one code, or all."""
    if code is None:
        return TRANSFERS.where(
            tx, "organization_id = ? AND document_id = ? ORDER BY ordinal", (organization_id, document_id)
        )
    return TRANSFERS.where(
        tx,
        "organization_id = ? AND document_id = ? AND code = ? ORDER BY ordinal",
        (organization_id, document_id, code.value),
    )


def credits_since(
    tx: Transaction, organization_id: str, account: str, codes: Sequence[Code], since: date
) -> list[Transfer]:
    """Posted transfers of dollars that take from an account for these reasons, since that day, oldest first."""
    return TRANSFERS.where(
        tx,
        f"organization_id = ? AND credit_account = ? AND currency = ? AND code IN ({marks(len(codes))}) "
        "AND effective_on >= ? AND status = ? ORDER BY ordinal",
        (organization_id, account, "USD", *(code.value for code in codes), since.isoformat(), Status.POSTED.value),
    )


def balances(tx: Transaction, organization_id: str) -> list[tuple[str, str, int, int, int, int]]:
    """Account, currency, debits, credits, pending debits, pending credits: one row for each account."""
    rows = tx.all(
        "SELECT account, currency, debits_minor, credits_minor, pending_debits_minor, pending_credits_minor "
        "FROM ledger_balances WHERE organization_id = ? ORDER BY account, currency",
        (organization_id,),
    )
    return [(row[0], row[1], row[2], row[3], row[4], row[5]) for row in rows]


def balance(tx: Transaction, organization_id: str, account: str, currency: str) -> tuple[int, int, int, int] | None:
    """Debits, credits, pending debits, pending credits of one account, or None."""
    row = tx.one(
        "SELECT debits_minor, credits_minor, pending_debits_minor, pending_credits_minor "
        "FROM ledger_balances WHERE organization_id = ? AND account = ? AND currency = ?",
        (organization_id, account, currency),
    )
    return None if row is None else (row[0], row[1], row[2], row[3])


def sums_of_transfers(tx: Transaction, organization_id: str) -> list[tuple[str, str, int, int, int, int]]:
    """What the balances must be: the same rows, added up from the transfers themselves."""
    rows = tx.all(
        """
        SELECT account, currency,
               SUM(CASE WHEN side = 'debit' AND status = 'posted' THEN amount_minor ELSE 0 END),
               SUM(CASE WHEN side = 'credit' AND status = 'posted' THEN amount_minor ELSE 0 END),
               SUM(CASE WHEN side = 'debit' AND status = 'pending' THEN amount_minor ELSE 0 END),
               SUM(CASE WHEN side = 'credit' AND status = 'pending' THEN amount_minor ELSE 0 END)
        FROM (
            SELECT debit_account AS account, 'debit' AS side, currency, status, amount_minor
            FROM ledger_transfers WHERE organization_id = ?
            UNION ALL
            SELECT credit_account, 'credit', currency, status, amount_minor
            FROM ledger_transfers WHERE organization_id = ?
        ) AS sides
        GROUP BY account, currency ORDER BY account, currency
        """,
        (organization_id, organization_id),
    )
    return [(row[0], row[1], int(row[2]), int(row[3]), int(row[4]), int(row[5])) for row in rows]


def document_sums(tx: Transaction, organization_id: str, account: str, currency: str) -> list[tuple[str, int, int]]:
    """For each document that touches an account: its posted debits less credits, and the pending ones."""
    rows = tx.all(
        """
        SELECT document_id,
               SUM(CASE WHEN status <> 'posted' THEN 0 WHEN debit_account = ? THEN amount_minor ELSE -amount_minor END),
               SUM(CASE WHEN status <> 'pending' THEN 0 WHEN debit_account = ? THEN amount_minor ELSE -amount_minor END)
        FROM ledger_transfers
        WHERE organization_id = ? AND currency = ? AND (debit_account = ? OR credit_account = ?)
        GROUP BY document_id ORDER BY MIN(ordinal)
        """,
        (account, account, organization_id, currency, account, account),
    )
    return [(row[0], int(row[1]), int(row[2])) for row in rows]


def _move(tx: Transaction, moves: Iterable[tuple[Transfer, int, bool]]) -> None:
    """Add (1) or take back (-1) transfers, pending or posted, in one statement for all accounts."""
    deltas: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    organization_id = ""
    for transfer, sign, pending in moves:
        organization_id = transfer.organization_id
        debit, credit = (_PENDING_DEBIT, _PENDING_CREDIT) if pending else (_POSTED_DEBIT, _POSTED_CREDIT)
        deltas[transfer.debit_account, transfer.currency][debit] += sign * transfer.amount_minor
        deltas[transfer.credit_account, transfer.currency][credit] += sign * transfer.amount_minor
    if not deltas:
        return
    # Sorted, so that two transactions lock the same accounts in the same order.
    rows = [(organization_id, account, currency, *sums) for (account, currency), sums in sorted(deltas.items())]
    values = ", ".join(["(?, ?, ?, ?, ?, ?, ?)"] * len(rows))
    tx.run(
        "INSERT INTO ledger_balances AS held (organization_id, account, currency, debits_minor, credits_minor, "
        f"pending_debits_minor, pending_credits_minor) VALUES {values} "
        "ON CONFLICT (organization_id, account, currency) DO UPDATE SET "
        "debits_minor = held.debits_minor + excluded.debits_minor, "
        "credits_minor = held.credits_minor + excluded.credits_minor, "
        "pending_debits_minor = held.pending_debits_minor + excluded.pending_debits_minor, "
        "pending_credits_minor = held.pending_credits_minor + excluded.pending_credits_minor",
        [value for row in rows for value in row],
    )
