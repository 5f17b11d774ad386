"""What tests read of a company: its books and the files it has stored."""

from __future__ import annotations

from billfold import ledger
from billfold.bankfiles import nacha
from billfold.documents.files import list_files, read_file
from billfold.kit.ctx import Ctx
from billfold.kit.jobs import parked_jobs
from billfold.kit.query import Query


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


def stored_files(ctx: Ctx, kind: str = "nacha") -> list[bytes]:
    """The files of a kind, oldest first."""
    return [read_file(ctx, file.id) for file in list_files(ctx, Query(limit=500)).items if file.kind == kind]


def nacha_files(ctx: Ctx) -> list[nacha.File]:
    """The NACHA files, oldest first, read back."""
    return [nacha.read(content) for content in stored_files(ctx)]
