"""The sandbox's bank: it takes NACHA files, decides by account number what becomes of each entry, and answers in files.

Which endings mean what is settled.md §6. Every other outcome is reachable through the sandbox's own face, or by a fault
planned there. What the bank knows it knows from the files it got; what it says is read by the code that reads real
banks' files (`rails/incoming`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from billfold.bankfiles import nacha
from billfold.kit.ctx import Ctx
from billfold.kit.errors import StateForbids
from billfold.kit.records import replace
from billfold.rails import bank_faults, bank_files, calendar, originators, store
from billfold.rails.ach import RECEIVE_JOB, SETTLE_JOB, read_ach_file
from billfold.rails.ach_files import OFFSET
from billfold.rails.bank_files import Answer
from billfold.rails.bank_model import BankFaultKind, ReceivedFile
from billfold.rails.incoming import files as incoming
from billfold.rails.incoming.files import TakenFile
from billfold.rails.model import AchFile, Direction, Rail, Transfer
from billfold.rails.statements import bank_books

ANSWER_JOB: Final = "rails.bank.answer"

#: Return reasons by the last four digits of the account number. R01 and R08, R29 concern debits alone.
_RETURNS: Final = {
    "0001": ("R01", frozenset({Direction.DEBIT})),
    "0002": ("R02", frozenset(Direction)),
    "0003": ("R03", frozenset(Direction)),
    "0004": ("R04", frozenset(Direction)),
    "0008": ("R08", frozenset({Direction.DEBIT})),
    "0016": ("R16", frozenset(Direction)),
    "0029": ("R29", frozenset({Direction.DEBIT})),
}
_CHANGES: Final = {"0101": "C01"}
#: How long who sends a file waits for the bank's answer before sending it again.
_TRY_AGAIN: Final = timedelta(minutes=15)
#: Returns in one file: requests never wait for more.
_RETURNS_PER_FILE: Final = 50


def receive(ctx: Ctx, payload: dict[str, str]) -> None:
    """Job: hand a file to the bank, and hear that it has it. Without an answer the same file is sent again.

    The bank knows a file by its bytes: one that it has is answered for, and nothing of it happens twice.
    """
    file = store.ACH_FILES.get(ctx.tx, ctx.organization_id, payload["file_id"], lock=ctx.tx.for_update)
    assert file is not None, f"there is no ACH file {payload['file_id']}"
    if file.status == "received":
        return
    answered = bank_faults.take(ctx, BankFaultKind.UNREACHABLE) is None
    if answered:
        _accept(ctx, file, payload)
        answered = bank_faults.take(ctx, BankFaultKind.ANSWER_LOST) is None
    if answered:
        store.ACH_FILES.update(ctx.tx, replace(file, status="received", updated_at=ctx.now), "status", "updated_at")
    else:
        ctx.schedule(RECEIVE_JOB, ctx.now + _TRY_AGAIN, key=file.id, **payload)


def answer(ctx: Ctx, payload: dict[str, str]) -> None:
    """Job: the bank sends entries of a file back."""
    codes = dict(pair.split(":") for pair in payload["returns"].split())
    answers = [
        Answer(located.batch, located.entry, codes[located.entry.trace_number])
        for located in _entries(ctx, payload["file_id"])
        if located.entry.trace_number in codes
    ]
    _send(ctx, answers)


def require_at_bank(ctx: Ctx, transfer: Transfer, verb: str) -> None:
    """Raise `StateForbids` for an entry of a file that is still being put together: no bank has heard of it."""
    being_made = transfer.rail is Rail.ACH and transfer.file_id is not None
    if being_made and store.ACH_FILES.get(ctx.tx, ctx.organization_id, transfer.file_id) is None:
        raise StateForbids(noun="transfer", id=transfer.id, verb=verb, state="put into a file")


def return_now(ctx: Ctx, transfer: Transfer, code: str) -> TakenFile:
    """The bank sends this entry back at once. Raises `StateForbids` where no file carries it."""
    located = _original(ctx, transfer, "be returned")
    return _send(ctx, [Answer(located.batch, located.entry, code)])


def notify_now(ctx: Ctx, transfer: Transfer, code: str, corrections: Mapping[str, str] | None = None) -> TakenFile:
    """The bank asks at once for the entry's account to be written otherwise. Raises `StateForbids`."""
    located = _original(ctx, transfer, "have a change")
    wanted = bank_files.default_corrections(code, located.entry) | dict(corrections or {})
    return _send(ctx, [Answer(located.batch, located.entry, code, wanted)])


def _accept(ctx: Ctx, file: AchFile, payload: dict[str, str]) -> None:
    content = read_ach_file(ctx, file.id)
    digest = sha256(content).hexdigest()
    if store.RECEIVED.get(ctx.tx, ctx.organization_id, digest) is not None:
        return
    store.RECEIVED.insert(ctx.tx, ReceivedFile(ctx.organization_id, digest, file.id, ctx.now))
    returns: dict[Direction, list[str]] = {direction: [] for direction in Direction}
    changes = []
    # Nearly always there is none, and a file has thousands of entries.
    planned = bank_faults.planned(ctx)
    for located in nacha.iter_entries(content, nacha.PROFILES[payload["bank_profile"]]):
        entry = located.entry
        direction = Direction.DEBIT if entry.is_debit else Direction.CREDIT
        if code := _return_code(ctx, entry, direction, planned):
            returns[direction].append(f"{entry.trace_number}:{code}")
        if code := _change_code(ctx, entry, direction, planned):
            changes.append(Answer(located.batch, entry, code, bank_files.default_corrections(code, entry)))
    for direction, pairs in returns.items():
        _schedule_answers(ctx, file, direction, pairs)
    if changes:
        _send(ctx, changes)
    _settle_twice(ctx, file)
    bank_books.take_file(ctx, file)


def _return_code(ctx: Ctx, entry: nacha.Entry, direction: Direction, planned: frozenset[BankFaultKind]) -> str | None:
    if entry.individual_id == OFFSET:
        return None
    code, directions = _RETURNS.get(entry.account_number[-4:], ("", frozenset()))
    if direction in directions:
        return code
    return _planned_code(ctx, BankFaultKind.RETURN, direction, planned)


def _change_code(ctx: Ctx, entry: nacha.Entry, direction: Direction, planned: frozenset[BankFaultKind]) -> str | None:
    return _CHANGES.get(entry.account_number[-4:]) or _planned_code(ctx, BankFaultKind.CHANGE, direction, planned)


def _planned_code(ctx: Ctx, kind: BankFaultKind, direction: Direction, planned: frozenset[BankFaultKind]) -> str | None:
    fault = bank_faults.take(ctx, kind, direction) if kind in planned else None
    return None if fault is None else fault.code


def _schedule_answers(ctx: Ctx, file: AchFile, direction: Direction, pairs: Sequence[str]) -> None:
    at = _returns_at(file, direction)
    for start in range(0, len(pairs), _RETURNS_PER_FILE):
        some = " ".join(pairs[start : start + _RETURNS_PER_FILE])
        ctx.schedule(ANSWER_JOB, at, key=f"{file.id}/{direction}/{start}", file_id=file.id, returns=some)


def _returns_at(file: AchFile, direction: Direction) -> datetime:
    if direction is Direction.DEBIT:
        return calendar.debit_returns_at(file.effective_on)
    return calendar.credit_returns_at(file.effective_on)


def _settle_twice(ctx: Ctx, file: AchFile) -> None:
    """Planned trouble: what settled is reported as settled once more, a day later."""
    if bank_faults.take(ctx, BankFaultKind.SETTLED_TWICE) is not None:
        for direction in Direction:
            at = calendar.debit_settles_at(file.effective_on) + timedelta(days=1)
            key = f"{file.id}/{direction}/again"
            ctx.schedule(SETTLE_JOB, at, key=key, file_id=file.id, direction=direction.value)


def _send(ctx: Ctx, answers: Sequence[Answer]) -> TakenFile:
    content = bank_files.write_answers(ctx, answers)
    name = f"bank-{ctx.now:%Y%m%d%H%M}.txt"
    if bank_faults.take(ctx, BankFaultKind.REPORTED_TWICE) is not None:
        incoming.take_file(ctx, content, file_name=name)
    return incoming.take_file(ctx, content, file_name=name)


def _original(ctx: Ctx, transfer: Transfer, verb: str) -> nacha.Located:
    file = None if transfer.file_id is None else store.ACH_FILES.get(ctx.tx, ctx.organization_id, transfer.file_id)
    if transfer.trace_number is None or file is None:
        raise StateForbids(noun="transfer", id=transfer.id, verb=verb, state=transfer.status)
    found = [one for one in _entries(ctx, file.id) if one.entry.trace_number == transfer.trace_number]
    assert found, f"{file.id} does not carry {transfer.id}"
    return found[0]


def _entries(ctx: Ctx, file_id: str) -> Iterator[nacha.Located]:
    profile = nacha.PROFILES[originators.get_originator(ctx).bank_profile]
    return nacha.iter_entries(read_ach_file(ctx, file_id), profile)
