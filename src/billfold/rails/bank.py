"""The sandbox's bank: it reads the NACHA file back and decides by account number what becomes of each entry.

Which endings mean what is settled.md §6. Every other outcome is reachable through the sandbox's own face.
"""

from __future__ import annotations

from typing import Final

from billfold.bankfiles import nacha
from billfold.kit.ctx import Ctx
from billfold.kit.records import replace
from billfold.rails import calendar, store
from billfold.rails.ach import RETURN_JOB, read_ach_file
from billfold.rails.events import TransferChangeNotified
from billfold.rails.model import Direction, Transfer

#: Return reasons by the last four digits of the account number. R01 and R08, R29 concern debits alone.
_RETURNS: Final = {
    "0001": ("R01", frozenset({Direction.DEBIT})),
    "0002": ("R02", frozenset(Direction)),
    "0003": ("R03", frozenset(Direction)),
    "0004": ("R04", frozenset(Direction)),
    "0008": ("R08", frozenset({Direction.DEBIT})),
    "0029": ("R29", frozenset({Direction.DEBIT})),
}
_CHANGES: Final = {"0101": "C01"}


def receive(ctx: Ctx, payload: dict[str, str]) -> None:
    """Job: the bank reads a file that it was sent. A file received before is recognised and left alone."""
    file = store.ACH_FILES.get(ctx.tx, ctx.organization_id, payload["file_id"], lock=ctx.tx.for_update)
    assert file is not None, f"there is no ACH file {payload['file_id']}"
    if file.status == "received":
        return
    profile = nacha.PROFILES[payload.get("bank_profile", nacha.DEFAULT.name)]
    for located in nacha.iter_entries(read_ach_file(ctx, file.id), profile):
        transfer = store.by_trace(ctx.tx, ctx.organization_id, located.entry.trace_number)
        # The offsetting entry of a balanced file moves no transfer of ours.
        if transfer is not None:
            _decide(ctx, located.entry, transfer)
    store.ACH_FILES.update(ctx.tx, replace(file, status="received", updated_at=ctx.now), "status", "updated_at")


def _decide(ctx: Ctx, entry: nacha.Entry, transfer: Transfer) -> None:
    ending = entry.account_number[-4:]
    return_code, directions = _RETURNS.get(ending, ("", frozenset()))
    if transfer.direction in directions:
        _schedule_return(ctx, entry, transfer, return_code)
    if change_code := _CHANGES.get(ending):
        _notify_change(ctx, transfer, change_code)


def _schedule_return(ctx: Ctx, entry: nacha.Entry, transfer: Transfer, return_code: str) -> None:
    if transfer.direction is Direction.DEBIT:
        at = calendar.debit_returns_at(transfer.effective_on)
    else:
        at = calendar.credit_returns_at(transfer.effective_on)
    ctx.schedule(RETURN_JOB, at, key=entry.trace_number, trace_number=entry.trace_number, return_code=return_code)


def _notify_change(ctx: Ctx, transfer: Transfer, change_code: str) -> None:
    notified = replace(transfer, change_code=change_code, updated_at=ctx.now)
    store.TRANSFERS.update(ctx.tx, notified, "change_code", "updated_at")
    ctx.emit(TransferChangeNotified(notified))
