"""What the bank may book on an account: files, checks, entries, what came back. Asked for with the lines in hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from billfold import ledger
from billfold.kit.columns import instant_text
from billfold.kit.ctx import Ctx
from billfold.rails import calendar
from billfold.rails.checks.model import Check, CheckStatus
from billfold.rails.checks.store import check_of
from billfold.rails.model import AchFile, Direction, Holder, Leg, Rail, Transfer
from billfold.rails.statements import disbursing_accounts, drawn, store
from billfold.rails.statements.drawn import DRAWN
from billfold.rails.statements.matching import MAX_DAYS, named_ids, trace_numbers
from billfold.rails.statements.model import Effect, Expected, StatementLine

#: What names neither check nor trace number is looked for among so many at most.
_MOST: Final = 5_000
#: How long before a line what comes back with it may have been returned to us.
_RETURNED_BEFORE: Final = timedelta(days=90)
#: What the organization moves from a bank account by itself, in the ledger's words.
_MOVED: Final = (ledger.Code.WALLET_TOP_UP, ledger.Code.CARD_STATEMENT)
_A_DAY: Final = timedelta(days=1)
#: A check that may be paid, or was. One that was voided, stopped or is stale is not: the bank was told so.
_PAYABLE: Final = frozenset({CheckStatus.PRINTED, CheckStatus.DELIVERED, CheckStatus.CLEARED})


def expected_for(ctx: Ctx, bank_account_id: str, lines: Sequence[StatementLine]) -> list[Expected]:
    """What these lines could be, and no line has yet."""
    if not lines:
        return []
    first, last = min(line.posted_on for line in lines), max(line.posted_on for line in lines)
    numbers = {line.check_number for line in lines if line.check_number is not None}
    traces = {trace for line in lines for trace in trace_numbers(line)}
    names = {name for line in lines for name in named_ids(line)}
    back_since = first - _RETURNED_BEFORE
    since = instant_text(datetime.combine(back_since, time(), calendar.LOS_ANGELES))
    transfers = {
        transfer.id: transfer
        for found in (
            store.transfers_by_trace(ctx.tx, ctx.organization_id, traces),
            store.transfers_at_account(ctx.tx, ctx.organization_id, bank_account_id, first - MAX_DAYS, _MOST),
            store.returned_of_files(ctx.tx, ctx.organization_id, bank_account_id, since, _MOST),
            store.transfers_by_id(ctx.tx, ctx.organization_id, names),
            store.transfers_of_subjects(ctx.tx, ctx.organization_id, names),
            store.transfers_drawn(ctx.tx, ctx.organization_id, DRAWN, back_since, _MOST),
        )
        for transfer in found
    }
    files = store.files_of_account(ctx.tx, ctx.organization_id, bank_account_id, (first - MAX_DAYS, last))
    found = [
        *_of_files(files),
        *_of_checks(ctx, store.checks_by_number(ctx.tx, ctx.organization_id, bank_account_id, numbers)),
        *_of_transfers(ctx, bank_account_id, transfers.values()),
        *_of_movements(ctx, bank_account_id, back_since),
    ]
    return _without_matched(ctx, bank_account_id, found)


def effects_of(ctx: Ctx, bank_account_id: str, subject_id: str) -> list[Expected]:
    """What one file, transfer or payment does to an account and no line has; or what was moved to wallet or card."""
    files = store.files_by_id(ctx.tx, ctx.organization_id, [subject_id])
    transfers = [
        *store.transfers_by_id(ctx.tx, ctx.organization_id, [subject_id]),
        *store.transfers_of_subjects(ctx.tx, ctx.organization_id, [subject_id]),
    ]
    checks = [check for transfer in transfers if (check := check_of(ctx.tx, ctx.organization_id, transfer.id))]
    found = [
        *_of_files([file for file in files.values() if file.bank_account_id == bank_account_id]),
        *_of_checks(ctx, [check for check in checks if check.bank_account_id == bank_account_id]),
        *_of_transfers(ctx, bank_account_id, transfers),
        *(one for one in _of_movements(ctx, bank_account_id, date.min) if one.subject_id == subject_id),
    ]
    return _without_matched(ctx, bank_account_id, found)


def _of_files(files: Iterable[AchFile]) -> Iterator[Expected]:
    for file in files:
        if file.credit_minor:
            yield Expected(file.id, Effect.CREDITS, -file.credit_minor, file.effective_on)
        if file.debit_minor:
            yield Expected(file.id, Effect.DEBITS, file.debit_minor, file.effective_on)


def _of_checks(ctx: Ctx, checks: Sequence[Check]) -> Iterator[Expected]:
    """Checks of payments whose money the own bank has: any other check's was taken by a debit before."""
    subjects = {
        transfer.id: transfer.subject_id
        for transfer in store.transfers_by_id(ctx.tx, ctx.organization_id, [check.transfer_id for check in checks])
    }
    fundings = disbursing_accounts.fundings_of(ctx, subjects.values())
    drawn_on = disbursing_accounts.accounts_drawn_on(ctx, fundings.values())
    for check in checks:
        if drawn_on.get(subjects[check.transfer_id]) != check.bank_account_id:
            continue
        came_back = check.status is CheckStatus.RETURNED and check.cleared_at is not None
        if check.status in _PAYABLE or came_back:
            yield _of_check(check, Effect.PAID, -check.amount_minor)
        if came_back:
            yield _of_check(check, Effect.RETURNED, check.amount_minor)


def _of_check(check: Check, effect: Effect, amount_minor: int) -> Expected:
    return Expected(check.transfer_id, effect, amount_minor, check.issued_on, check_number=check.number)


def _of_transfers(ctx: Ctx, bank_account_id: str, transfers: Iterable[Transfer]) -> Iterator[Expected]:
    known = list(transfers)
    yield from _of_entries(ctx, bank_account_id, [one for one in known if one.rail is Rail.ACH])
    yield from drawn.effects_on(ctx, bank_account_id, [one for one in known if one.rail in DRAWN])


def _of_movements(ctx: Ctx, bank_account_id: str, since: date) -> Iterator[Expected]:
    """What was moved into the wallet, or paid to an AP card's issuer."""
    for one in ledger.taken_from(ctx, bank_account_id, _MOVED, since):
        day, name = one.effective_on, one.document_id
        yield Expected(name, Effect.MOVED, -one.amount_minor, day - _A_DAY, names=(name,))


def _of_entries(ctx: Ctx, bank_account_id: str, transfers: Iterable[Transfer]) -> Iterator[Expected]:
    """An entry moves the account that it names, and the other way the account that its file is settled on."""
    sent = [transfer for transfer in transfers if transfer.file_id is not None]
    files = store.files_by_id(
        ctx.tx, ctx.organization_id, [transfer.file_id for transfer in sent if transfer.file_id is not None]
    )
    for transfer in sent:
        signed = transfer.amount_minor if transfer.direction is Direction.CREDIT else -transfer.amount_minor
        file = files.get(transfer.file_id or "")
        if transfer.account_table is Holder.ORGANIZATION and transfer.account_id == bank_account_id:
            # What comes back from where it is settled stays there.
            here = file is not None and file.bank_account_id == bank_account_id
            yield from _of_entry(transfer, Effect.PAID, signed, comes_back=not here)
        elif file is not None and file.bank_account_id == bank_account_id:
            yield from _of_entry(transfer, Effect.ENTRY, -signed)
    credits = [one for one in sent if one.leg in {Leg.DISBURSEMENT, Leg.REFUND} and (one.file_id or "") in files]
    yield from drawn.covers_on(ctx, bank_account_id, credits, files)


def _of_entry(transfer: Transfer, effect: Effect, signed_minor: int, *, comes_back: bool = True) -> Iterator[Expected]:
    trace, file_id, day = transfer.trace_number, transfer.file_id, transfer.effective_on
    yield Expected(transfer.id, effect, signed_minor, day, trace_number=trace, file_id=file_id)
    if comes_back and transfer.returned_at is not None:
        yield Expected(transfer.id, Effect.RETURNED, -signed_minor, day, trace_number=trace, file_id=file_id)


def _without_matched(ctx: Ctx, bank_account_id: str, found: Sequence[Expected]) -> list[Expected]:
    """Without what has its line; a file's sum and its entries exclude each other."""
    subjects: set[str] = {one.subject_id for one in found} | {one.file_id for one in found if one.file_id}
    taken = store.matched_effects(ctx.tx, ctx.organization_id, bank_account_id, subjects)
    together = {subject for subject, effect in taken if effect in {Effect.CREDITS, Effect.DEBITS}}
    singly = store.files_booked_singly(
        ctx.tx, ctx.organization_id, bank_account_id, [one.subject_id for one in found if one.check_number is None]
    )
    return [
        one
        for one in found
        if (one.subject_id, one.effect) not in taken
        and not (one.effect is Effect.ENTRY and one.file_id in together)
        and not (one.effect in {Effect.CREDITS, Effect.DEBITS} and one.subject_id in singly)
    ]
