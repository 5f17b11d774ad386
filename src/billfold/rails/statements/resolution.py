"""What becomes of a statement's line: matched by rules or by hand, booked to an account, or taken back.

A check that the bank paid was cashed: its line says so, as in production nobody else does. A fee is posted by itself,
Dr fees · Cr cash (settled.md §3). Any other line that is nothing of ours is posted to the account that somebody names.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from billfold.accounting import classifications
from billfold.accounting.model import Kind as Classification
from billfold.accounting.trees import ClassificationIsArchived
from billfold.bankfiles.statements import Kind
from billfold.funding import bank_accounts
from billfold.kit.ctx import Ctx
from billfold.kit.errors import Refusal, existing
from billfold.kit.query import Page, Query
from billfold.kit.records import replace
from billfold.ledger import FEES, Code, Entry, post, reverse
from billfold.rails import transfers
from billfold.rails.checks import checks
from billfold.rails.checks.model import CheckStatus
from billfold.rails.statements import expectations, matching, store
from billfold.rails.statements.events import StatementLineBooked, StatementLineMatched, StatementLineReopened
from billfold.rails.statements.model import (
    LINE_TRANSITIONS,
    Effect,
    Expected,
    LineStatus,
    StatementLine,
    StatementMatch,
)

#: Lines that are looked at again together; more stay exceptions until the next time.
MAX_OPEN: Final = 20_000
BY_HAND: Final = "by hand"
_RESOLVED: Final = ("status", "rule", "booked_to", "resolved_by", "updated_at")
#: What may cost more or less than was to be paid.
_OF_BANKS_PRICE: Final = frozenset({Effect.PAID, Effect.ENTRY, Effect.RETURNED})
_CASHABLE: Final = frozenset({CheckStatus.PRINTED, CheckStatus.DELIVERED})


class LineMatchesNothing(Refusal):
    """What is named does nothing on that account that is still open, or not this amount."""

    sentence = "The line {line_id} of {amount_minor} cents is not what {subject_id} does to the account."


def match_open_lines(ctx: Ctx, bank_account_id: str) -> int:
    """Match what the rules are sure of, and post the fees; how many lines were resolved. Raises `NotFound`.

    Called again whenever something new is known: what came back may be on a statement before its return file is here.
    """
    bank_accounts.get(ctx, bank_account_id, lock=ctx.tx.for_update)
    lines = store.unmatched(ctx.tx, ctx.organization_id, bank_account_id, MAX_OPEN)
    by_id = {line.id: line for line in lines}
    found = matching.match(lines, expectations.expected_for(ctx, bank_account_id, lines))
    for one in found:
        _match(ctx, by_id.pop(one.line_id), one.expected, one.rule, by=None)
    fees = [line for line in by_id.values() if line.kind is Kind.FEE]
    for line in fees:
        _book(ctx, line, FEES, "fee", by=None)
    return len(found) + len(fees)


def match_line(ctx: Ctx, line_id: str, subject_id: str, difference_to: str | None = None) -> StatementLine:
    """This line is that payment's, file's, transfer's or check's, or of what was moved to wallet or card.

    `difference_to` is an account of the chart for what the bank took more or less than was to be paid: of wires and
    payments abroad alone, whose costs and rates are the bank's. Raises `NotFound`, `StateForbids`,
    `LineMatchesNothing`, `ClassificationIsArchived`.
    """
    line = _lock(ctx, line_id)
    LINE_TRANSITIONS.step(line.id, line.status, LineStatus.MATCHED)
    effects = expectations.effects_of(ctx, line.bank_account_id, subject_id)
    fitting = [one for one in effects if one.amount_minor == line.amount_minor]
    account = None
    if not fitting and difference_to is not None:
        account = _account_of_chart(ctx, difference_to)
        same_way = [one for one in effects if (one.amount_minor > 0) == (line.amount_minor > 0)]
        fitting = [one for one in same_way if one.names and one.effect in _OF_BANKS_PRICE]
    if not fitting:
        raise LineMatchesNothing(line_id=line.id, amount_minor=line.amount_minor, subject_id=subject_id)
    matched = _match(ctx, line, fitting[:1], BY_HAND, by=ctx.actor.user_id)
    if account is not None:
        matched = replace(matched, booked_to=account)
        store.LINES.update(ctx.tx, matched, "booked_to")
        _post(ctx, line, account, line.amount_minor - fitting[0].amount_minor)
    ctx.emit(StatementLineMatched(matched))
    return matched


def book_line(ctx: Ctx, line_id: str, chart_of_account_id: str) -> StatementLine:
    """Post a line to an account of the chart. Raises `NotFound`, `ClassificationIsArchived`, `StateForbids`."""
    line = _lock(ctx, line_id)
    account = _account_of_chart(ctx, chart_of_account_id)
    booked = _book(ctx, line, account, BY_HAND, by=ctx.actor.user_id)
    ctx.emit(StatementLineBooked(booked))
    return booked


def reopen_line(ctx: Ctx, line_id: str) -> StatementLine:
    """Take back what was said of a line: it is an exception again, and its posting is reversed.

    What the bank did stays done: a check stays cashed. Raises `NotFound`, `StateForbids`.
    """
    line = _lock(ctx, line_id)
    status = LINE_TRANSITIONS.step(line.id, line.status, LineStatus.UNMATCHED)
    if line.booked_to is not None:
        reverse(ctx, line.id, Code.BANK_LINE, Code.BANK_LINE_REVERSAL, line.posted_on)
    store.delete_matches(ctx.tx, ctx.organization_id, line.id)
    reopened = replace(
        line, status=status, rule=None, booked_to=None, resolved_by=ctx.actor.user_id, updated_at=ctx.now
    )
    store.LINES.update(ctx.tx, reopened, *_RESOLVED)
    ctx.emit(StatementLineReopened(reopened))
    return reopened


def get_line(ctx: Ctx, line_id: str) -> StatementLine:
    """The line with this id. Raises `NotFound`."""
    return existing(store.LINES.get(ctx.tx, ctx.organization_id, line_id), "statement line", line_id)


def list_lines(ctx: Ctx, query: Query) -> Page[StatementLine]:
    """A page of lines."""
    return store.LINES.page(ctx.tx, ctx.organization_id, query)


def _lock(ctx: Ctx, line_id: str) -> StatementLine:
    """The line under its account's lock, which whoever resolves a line of it takes."""
    bank_accounts.get(ctx, get_line(ctx, line_id).bank_account_id, lock=ctx.tx.for_update)
    return get_line(ctx, line_id)


def _match(ctx: Ctx, line: StatementLine, expected: Sequence[Expected], rule: str, *, by: str | None) -> StatementLine:
    status = LINE_TRANSITIONS.step(line.id, line.status, LineStatus.MATCHED)
    matched = replace(line, status=status, rule=rule, resolved_by=by, updated_at=ctx.now)
    store.LINES.update(ctx.tx, matched, *_RESOLVED)
    store.MATCHES.insert_all(
        ctx.tx,
        [
            StatementMatch(
                organization_id=ctx.organization_id,
                line_id=line.id,
                bank_account_id=line.bank_account_id,
                subject_id=one.subject_id,
                effect=one.effect,
                amount_minor=one.amount_minor,
            )
            for one in expected
        ],
    )
    for one in expected:
        if one.check_number is not None and one.effect is Effect.PAID:
            _note_cashed(ctx, one.subject_id)
    return matched


def _note_cashed(ctx: Ctx, transfer_id: str) -> None:
    check = checks.check_of(ctx, transfer_id)
    assert check is not None, transfer_id
    if check.status in _CASHABLE:
        transfers.settle(ctx, transfers.get_transfer(ctx, transfer_id, lock=ctx.tx.for_update))


def _book(ctx: Ctx, line: StatementLine, account: str, rule: str, *, by: str | None) -> StatementLine:
    status = LINE_TRANSITIONS.step(line.id, line.status, LineStatus.BOOKED)
    _post(ctx, line, account, line.amount_minor)
    booked = replace(line, status=status, rule=rule, booked_to=account, resolved_by=by, updated_at=ctx.now)
    store.LINES.update(ctx.tx, booked, *_RESOLVED)
    return booked


def _account_of_chart(ctx: Ctx, chart_of_account_id: str) -> str:
    account = classifications.get(ctx, Classification.CHART_OF_ACCOUNT, chart_of_account_id)
    if account.archived:
        raise ClassificationIsArchived(kind=account.kind, id=account.id)
    return account.id


def _post(ctx: Ctx, line: StatementLine, account: str, amount_minor: int) -> None:
    """Dr the account · Cr cash for money that left, the other way round for money that came."""
    came = amount_minor > 0
    post(
        ctx,
        [
            Entry(
                debit_account=line.bank_account_id if came else account,
                credit_account=account if came else line.bank_account_id,
                amount_minor=abs(amount_minor),
                currency=line.currency,
                code=Code.BANK_LINE,
                document_id=line.id,
                related_id=line.statement_id,
                effective_on=line.posted_on,
            )
        ],
    )
