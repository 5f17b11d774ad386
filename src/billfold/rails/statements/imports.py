"""Taking a bank's statement in: kept as it came, read, its lines matched; what the bank says happened, happened.

All of a file is taken or nothing. The same file again changes nothing; a statement of days that another one has is
refused. Everything is written under the lock of the bank account, so that two imports come one after the other.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Final

import msgspec

from billfold.bankfiles import statements as forms
from billfold.bankfiles.statements import Statement, StatementError
from billfold.documents.files import store_file
from billfold.documents.model import FileKind, StoredFile
from billfold.funding import bank_accounts
from billfold.funding.model import BankAccount, BankAccountStatus
from billfold.kit.ctx import Ctx
from billfold.kit.errors import InvalidField, Refusal, existing
from billfold.kit.query import Page, Query
from billfold.rails import calendar
from billfold.rails.statements import resolution, store
from billfold.rails.statements.events import StatementDiscarded, StatementImported
from billfold.rails.statements.model import BankStatement, LineStatus, StatementLine

PREFIX: Final = "bst"
LINE_PREFIX: Final = "bsl"
#: What a request may carry, in base64; a statement of 20,000 lines has two million bytes.
MAX_BYTES: Final = 2_900_000
MAX_LINES: Final = 20_000
_MAX_TEXT: Final = 500
_MAX_REFERENCES: Final = 20
_AHEAD: Final = timedelta(days=1)
_ACCOUNTS: Final = Query(limit=1_000)


class StatementUnreadable(Refusal):
    """The file is no statement, or one that does not add up."""

    sentence = "The statement cannot be read: {why}."


class StatementOfNoAccount(Refusal):
    """The file is of accounts that the organization does not have here."""

    sentence = "None of the {count} accounts in the statement is a verified bank account of the organization, in USD."


class StatementOverlaps(Refusal):
    """Another statement has these days of the account already: nothing is booked twice."""

    sentence = "The days from {from_on} to {to_on} are in the statement {id} already."


class StatementOfTheFuture(Refusal):
    """Nobody's bank knows yet what will be on an account."""

    sentence = "The statement is of {to_on}, and today is {today}: nothing of it is taken."


class StatementHasMatches(Refusal):
    """What was said of a statement's lines has to be taken back before it is discarded."""

    sentence = "{count} lines of the statement {id} are matched or booked: reopen them first, or with it."


class ImportDraft(msgspec.Struct, frozen=True):
    """A file as it came from the bank."""

    file_name: str
    content: bytes


class Imported(msgspec.Struct, frozen=True):
    """What was taken in; `again` where this very file was taken in before. Accounts that are not ours are counted."""

    statements: list[BankStatement]
    other_accounts: int
    again: bool


def import_file(ctx: Ctx, draft: ImportDraft) -> Imported:
    """Take a file in.

    Raises `InvalidField`, `StatementUnreadable`, `StatementOfNoAccount`, `StatementOfTheFuture`, `StatementOverlaps`.
    """
    found = _read(draft.content)
    accounts = _accounts_by_number(ctx)
    known = [(accounts[number], one) for one in found if (number := _essence(one.account_number)) in accounts]
    known = [(account, one) for account, one in known if one.currency == "USD"]
    others = len(found) - len(known)
    if not known:
        raise StatementOfNoAccount(count=len(found))
    _require_past(ctx, [one for _, one in known])
    for account_id in sorted({account.id for account, _ in known}):
        bank_accounts.get(ctx, account_id, lock=ctx.tx.for_update)
    digest = hashlib.sha256(draft.content).hexdigest()
    before = store.statements_of_file(ctx.tx, ctx.organization_id, digest)
    if before:
        return Imported(before, others, again=True)
    stored = store_file(ctx, kind=FileKind.STATEMENT, file_name=draft.file_name, content=draft.content)
    form = forms.format_of(draft.content).value
    taken = [
        _take(ctx, account, one, stored, form)
        for account, one in sorted(known, key=lambda pair: (pair[0].id, pair[1].from_on))
    ]
    for account_id in sorted({account.id for account, _ in known}):
        resolution.match_open_lines(ctx, account_id)
    return Imported(taken, others, again=False)


def discard_statement(ctx: Ctx, statement_id: str, *, reopen: bool) -> BankStatement:
    """Forget a statement that was taken in by mistake, with its lines; its file may come again.

    `reopen`: take back what was said of its lines before. What the bank did by then stays done: a check that was
    cashed by a line stays cashed. Raises `NotFound`, `StatementHasMatches`.
    """
    bank_accounts.get(ctx, get_statement(ctx, statement_id).bank_account_id, lock=ctx.tx.for_update)
    statement = get_statement(ctx, statement_id)
    resolved = [line for line in lines_of(ctx, statement.id) if line.status is not LineStatus.UNMATCHED]
    if resolved and not reopen:
        raise StatementHasMatches(id=statement.id, count=len(resolved))
    for line in resolved:
        resolution.reopen_line(ctx, line.id)
    store.delete_statement(ctx.tx, ctx.organization_id, statement.id)
    ctx.emit(StatementDiscarded(statement))
    return statement


def lines_of(ctx: Ctx, statement_id: str) -> list[StatementLine]:
    """Every line of a statement, in its order. Raises `NotFound`."""
    return store.lines_of(ctx.tx, ctx.organization_id, get_statement(ctx, statement_id).id)


def get_statement(ctx: Ctx, statement_id: str) -> BankStatement:
    """The statement with this id. Raises `NotFound`."""
    return existing(store.STATEMENTS.get(ctx.tx, ctx.organization_id, statement_id), "statement", statement_id)


def list_statements(ctx: Ctx, query: Query) -> Page[BankStatement]:
    """A page of statements."""
    return store.STATEMENTS.page(ctx.tx, ctx.organization_id, query)


def _read(content: bytes) -> list[Statement]:
    if not content:
        raise InvalidField("content", "is empty")
    if len(content) > MAX_BYTES:
        raise InvalidField("content", f"has more than {MAX_BYTES} bytes")
    try:
        found = forms.read(content)
    except StatementError as error:
        raise StatementUnreadable(why=str(error)) from error
    if sum(len(one.lines) for one in found) > MAX_LINES:
        raise StatementUnreadable(why=f"it has more than {MAX_LINES} lines")
    return found


def _require_past(ctx: Ctx, found: list[Statement]) -> None:
    """A bank may be a day ahead of New York, and no more."""
    today = calendar.fed_day(ctx.now)
    last = max(day for one in found for day in (one.to_on, *(line.posted_on for line in one.lines)))
    if last > today + _AHEAD:
        raise StatementOfTheFuture(to_on=last, today=today)


def _accounts_by_number(ctx: Ctx) -> dict[str, BankAccount]:
    """The verified bank accounts by the essence of their numbers; a number that two banks gave is nobody's.

    One that is out of use has its last days on a statement still, unless another has its number now.
    """
    in_use: dict[str, list[BankAccount]] = {}
    archived: dict[str, list[BankAccount]] = {}
    for account in bank_accounts.list_accounts(ctx, _ACCOUNTS).items:
        if account.status is BankAccountStatus.VERIFIED:
            number = _essence(bank_accounts.clear_account(ctx, account.id).account_number)
            (archived if account.archived else in_use).setdefault(number, []).append(account)
    return {number: accounts[0] for number, accounts in (archived | in_use).items() if len(accounts) == 1}


def _essence(account_number: str) -> str:
    """As banks write one number differently: without blanks, hyphens and leading zeros."""
    return "".join(character for character in account_number if character.isalnum()).upper().lstrip("0")


def _take(ctx: Ctx, account: BankAccount, found: Statement, stored: StoredFile, form: str) -> BankStatement:
    for other in store.statements_of(ctx.tx, ctx.organization_id, account.id):
        if other.from_on <= found.to_on and found.from_on <= other.to_on:
            raise StatementOverlaps(from_on=found.from_on, to_on=found.to_on, id=other.id)
    statement_id, ordinal = ctx.ids.new(PREFIX)
    statement = BankStatement(
        organization_id=ctx.organization_id,
        id=statement_id,
        ordinal=ordinal,
        bank_account_id=account.id,
        stored_file_id=stored.id,
        form=form,
        reference=found.reference[:_MAX_TEXT],
        currency=found.currency,
        from_on=found.from_on,
        to_on=found.to_on,
        opening_minor=found.opening_minor,
        closing_minor=found.closing_minor,
        line_count=len(found.lines),
        digest=stored.digest,
        created_by=ctx.actor.user_id,
        created_at=ctx.now,
    )
    store.STATEMENTS.insert(ctx.tx, statement)
    ctx.ids.reserve(len(found.lines))
    store.LINES.insert_all(ctx.tx, [_line(ctx, statement, line) for line in found.lines if line.amount_minor])
    ctx.emit(StatementImported(statement))
    return statement


def _line(ctx: Ctx, statement: BankStatement, line: forms.Line) -> StatementLine:
    line_id, ordinal = ctx.ids.new(LINE_PREFIX)
    references = [reference[:_MAX_TEXT] for reference in line.references[:_MAX_REFERENCES]]
    return StatementLine(
        organization_id=ctx.organization_id,
        id=line_id,
        ordinal=ordinal,
        statement_id=statement.id,
        bank_account_id=statement.bank_account_id,
        posted_on=line.posted_on,
        amount_minor=line.amount_minor,
        currency=statement.currency,
        kind=line.kind,
        code=line.code[:_MAX_TEXT],
        check_number=line.check_number,
        bank_names=msgspec.json.encode(references).decode(),
        description=line.text[:_MAX_TEXT],
        status=LineStatus.UNMATCHED,
        rule=None,
        booked_to=None,
        resolved_by=None,
        updated_at=ctx.now,
    )
