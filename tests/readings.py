"""What tests read of a company: its books and the files it has stored."""

from __future__ import annotations

from collections.abc import Sequence

from billfold import ledger
from billfold.bankfiles import nacha
from billfold.documents.files import list_files, read_file
from billfold.kit.ctx import Ctx
from billfold.kit.db import Transaction
from billfold.kit.jobs import parked_jobs
from billfold.kit.query import Query
from billfold.kit.records import marks


def balances(ctx: Ctx) -> dict[str, tuple[int, int]]:
    """Posted and pending of each account that is not zero, in minor units. The books are in order, and no job failed."""
    assert ledger.verify(ctx) == []
    assert parked_jobs(ctx.tx, ctx.organization_id) == []
    sums = {
        row.account: (row.balance_minor, row.pending_debits_minor - row.pending_credits_minor)
        for row in ledger.trial_balance(ctx)
    }
    return {account: both for account, both in sums.items() if any(both)}


def posted(ctx: Ctx) -> dict[str, int]:
    """What is posted on each account, where that is not zero, in minor units."""
    return {account: sums[0] for account, sums in balances(ctx).items() if sums[0]}


def account_of_documents(
    tx: Transaction, organization_id: str, account: str, document_ids: Sequence[str]
) -> dict[str, tuple[int, int]]:
    """For each document, as owner or as the related one: posted and pending debits less credits of the account."""
    found: dict[str, list[int]] = {document_id: [0, 0] for document_id in document_ids}
    here = marks(len(document_ids))
    rows = tx.all(
        f"""
        SELECT document_id, related_id, status, amount_minor, debit_account
        FROM ledger_transfers
        WHERE organization_id = ? AND (debit_account = ? OR credit_account = ?) AND status <> 'voided'
          AND (document_id IN ({here}) OR related_id IN ({here}))
        """,
        [organization_id, account, account, *document_ids, *document_ids],
    )
    for document_id, related_id, status, amount_minor, debit_account in rows:
        signed = amount_minor if debit_account == account else -amount_minor
        for concerned in {document_id, related_id} & found.keys():
            found[concerned][0 if status == "posted" else 1] += signed
    return {document_id: (posted, pending) for document_id, (posted, pending) in found.items()}


def stored_files(ctx: Ctx, kind: str = "nacha") -> list[bytes]:
    """The files of a kind, oldest first."""
    return [read_file(ctx, file.id) for file in list_files(ctx, Query(limit=500)).items if file.kind == kind]


def nacha_files(ctx: Ctx) -> list[nacha.File]:
    """The NACHA files, oldest first, read back."""
    return [nacha.read(content) for content in stored_files(ctx)]
