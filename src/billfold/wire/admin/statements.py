"""Bank statements: taken in, their lines matched and booked, an account reconciled with its bank."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta

from billfold.kit.ctx import Ctx
from billfold.kit.query import Filter, Op, Query
from billfold.rails.statements import imports, reconciliation, resolution
from billfold.rails.statements.imports import ImportDraft
from billfold.rails.statements.model import BankStatement, LineStatus, StatementLine
from billfold.rails.statements.reconciliation import Item, Reconciliation
from billfold.wire.admin.scope import EVERYTHING, organization_row
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.codecs import money
from billfold.wire.own.plain import NEWEST


class StatementBody(msgspec.Struct, kw_only=True):
    """A file as the bank sent it."""

    content: Annotated[bytes, Meta(description="BAI2 or camt.053, in base64; on the command line a file's name.")]
    fileName: Annotated[str, Meta(min_length=1, max_length=200)] = "statement"

    def __repr__(self) -> str:
        return "StatementBody(…)"


class StatementShape(msgspec.Struct, kw_only=True):
    """A statement of one account."""

    id: str
    bankAccountId: str
    form: Annotated[str, Meta(description="bai2 or camt.053.")]
    fromDate: str
    toDate: str
    openingBalance: Decimal
    closingBalance: Decimal
    lines: int


class StatementList(msgspec.Struct):
    """The newest statements."""

    results: list[StatementShape]


class ImportShape(msgspec.Struct, kw_only=True):
    """What was taken in."""

    again: Annotated[bool, Meta(description="The same file was taken in before: nothing was done.")]
    otherAccounts: Annotated[int, Meta(description="Statements in the file of accounts that are not here.")]
    results: list[StatementShape]


class DiscardBody(msgspec.Struct, kw_only=True):
    """How to forget a statement."""

    reopen: Annotated[bool, Meta(description="Take back first what was said of its lines.")] = False


class LineShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """A line of a statement. `amount` is negative for money that left."""

    id: str
    statementId: str
    bankAccountId: str
    date: str
    amount: Decimal
    kind: str
    code: Annotated[str, Meta(description="The bank's own code.")]
    checkNumber: int | None = None
    references: list[str]
    description: str
    status: Annotated[str, Meta(description="unmatched, matched or booked.")]
    rule: Annotated[str | None, Meta(description="What resolved it.")] = None
    bookedTo: Annotated[str | None, Meta(description="The ledger account that it, or a difference, was booked to.")] = (
        None
    )


class LineList(msgspec.Struct):
    """Lines, oldest first."""

    results: list[LineShape]


class MatchBody(msgspec.Struct, kw_only=True):
    """What the line is."""

    subjectId: Annotated[
        str,
        Meta(description="A payment (stp…), a transfer (rtr…), a NACHA file (ach…), or what was moved (wtu…, cst…)."),
    ]
    differenceChartOfAccountId: Annotated[
        str | None,
        Meta(description="Where the difference goes, if the bank took more or less for a wire or a payment abroad."),
    ] = None


class BookBody(msgspec.Struct, kw_only=True):
    """Where the line goes."""

    chartOfAccountId: str


class ItemShape(msgspec.Struct, kw_only=True):
    """A document that the bank and the books do not say the same of."""

    documentId: str
    bank: Decimal
    books: Decimal
    why: str


class GapShape(msgspec.Struct, kw_only=True):
    """A statement that does not begin with the balance that the one before it ended with."""

    beforeStatementId: str
    afterStatementId: str
    endsWith: Decimal
    beginsWith: Decimal


class ReconciliationShape(msgspec.Struct, kw_only=True):
    """Closing balance = opening balance + books + items + unmatched, to the cent; `unexplained` is what is missing."""

    bankAccountId: str
    reconciled: Annotated[bool, Meta(description="Bank and books are one: nothing awaited, nothing unknown.")]
    explained: Annotated[bool, Meta(description="Every cent between bank and books has a name.")]
    statements: int
    openingBalance: Decimal
    closingBalance: Decimal
    booksBalance: Annotated[Decimal, Meta(description="Cash of the ledger.")]
    matchedLines: int
    matched: Decimal
    bookedLines: int
    booked: Decimal
    unmatchedLines: int
    unmatched: Decimal
    openItems: int
    items: Annotated[list[ItemShape], Meta(description="The first 200 of them.")]
    itemsTotal: Annotated[Decimal, Meta(description="The bank's side less the books', of all items.")]
    exceptions: Annotated[list[LineShape], Meta(description="The first 200 unmatched lines.")]
    gaps: list[GapShape]
    unexplained: Decimal


def _amount(minor: int) -> Decimal:
    return money(minor, "USD")


def _statement_shape(statement: BankStatement) -> StatementShape:
    return StatementShape(
        id=statement.id,
        bankAccountId=statement.bank_account_id,
        form=statement.form,
        fromDate=statement.from_on.isoformat(),
        toDate=statement.to_on.isoformat(),
        openingBalance=_amount(statement.opening_minor),
        closingBalance=_amount(statement.closing_minor),
        lines=statement.line_count,
    )


def line_shape(line: StatementLine) -> LineShape:
    """A line."""
    return LineShape(
        id=line.id,
        statementId=line.statement_id,
        bankAccountId=line.bank_account_id,
        date=line.posted_on.isoformat(),
        amount=_amount(line.amount_minor),
        kind=line.kind.value,
        code=line.code,
        checkNumber=line.check_number,
        references=line.references,
        description=line.description,
        status=line.status.value,
        rule=line.rule,
        bookedTo=line.booked_to,
    )


def _item_shape(item: Item) -> ItemShape:
    return ItemShape(
        documentId=item.document_id, bank=_amount(item.bank_minor), books=_amount(item.ledger_minor), why=item.why
    )


def _reconciliation_shape(found: Reconciliation) -> ReconciliationShape:
    return ReconciliationShape(
        bankAccountId=found.bank_account_id,
        reconciled=found.reconciled,
        explained=found.explained,
        statements=found.statements,
        openingBalance=_amount(found.opening_minor),
        closingBalance=_amount(found.closing_minor),
        booksBalance=_amount(found.ledger_minor),
        matchedLines=found.matched_lines,
        matched=_amount(found.matched_minor),
        bookedLines=found.booked_lines,
        booked=_amount(found.booked_minor),
        unmatchedLines=found.unmatched_lines,
        unmatched=_amount(found.unmatched_minor),
        openItems=found.items_count,
        items=[_item_shape(item) for item in found.items],
        itemsTotal=_amount(found.items_minor),
        exceptions=[line_shape(line) for line in found.exceptions],
        gaps=[
            GapShape(
                beforeStatementId=gap.before.id,
                afterStatementId=gap.after.id,
                endsWith=_amount(gap.before.closing_minor),
                beginsWith=_amount(gap.after.opening_minor),
            )
            for gap in found.gaps
        ],
        unexplained=_amount(found.unexplained_minor),
    )


def take_in(ctx: Ctx, _: Call, body: StatementBody) -> ImportShape:
    """Take a file in, and match its lines."""
    done = imports.import_file(ctx, ImportDraft(body.fileName, body.content))
    return ImportShape(
        again=done.again,
        otherAccounts=done.other_accounts,
        results=[_statement_shape(statement) for statement in done.statements],
    )


def list_statements(ctx: Ctx, _: Call, __: None) -> StatementList:
    """The newest 200, newest first."""
    return StatementList([_statement_shape(one) for one in imports.list_statements(ctx, NEWEST).items])


def list_lines(ctx: Ctx, call: Call, _: None) -> LineList:
    """Every line of a statement, and what it is."""
    return LineList([line_shape(line) for line in imports.lines_of(ctx, call.path_ids["statementId"])])


def discard(ctx: Ctx, call: Call, body: DiscardBody) -> StatementShape:
    """Forget a statement that was taken in by mistake."""
    return _statement_shape(imports.discard_statement(ctx, call.path_ids["statementId"], reopen=body.reopen))


def list_exceptions(ctx: Ctx, _: Call, __: None) -> LineList:
    """Lines that wait for somebody, of every account, the first 1,000."""
    waiting = Query(filters=(Filter("status", Op.EQ, LineStatus.UNMATCHED),), limit=EVERYTHING.limit)
    return LineList([line_shape(line) for line in resolution.list_lines(ctx, waiting).items])


def match(ctx: Ctx, call: Call, body: MatchBody) -> LineShape:
    """Say what a line is."""
    return line_shape(
        resolution.match_line(ctx, call.path_ids["lineId"], body.subjectId, body.differenceChartOfAccountId)
    )


def book(ctx: Ctx, call: Call, body: BookBody) -> LineShape:
    """Post a line to an account of the chart."""
    return line_shape(resolution.book_line(ctx, call.path_ids["lineId"], body.chartOfAccountId))


def reopen(ctx: Ctx, call: Call, _: None) -> LineShape:
    """Take back what was said of a line."""
    return line_shape(resolution.reopen_line(ctx, call.path_ids["lineId"]))


def reconcile(ctx: Ctx, call: Call, _: None) -> ReconciliationShape:
    """Look at open lines once more, and compare bank and books."""
    return _reconciliation_shape(reconciliation.reconcile(ctx, call.path_ids["bankAccountId"]))


def declare(catalogue: Catalogue) -> None:
    """The rows of statements."""
    line, subject = "statement-lines/{lineId}", {"subject_id": "subjectId"}
    organization_row(
        catalogue, "POST", "statements", "statements.import", "Take a bank statement in", take_in,
        request=StatementBody, response=ImportShape, success=201, alone=True,
    )  # fmt: skip
    organization_row(
        catalogue, "GET", "statements", "statements.list", "List bank statements", list_statements,
        response=StatementList,
    )  # fmt: skip
    organization_row(
        catalogue, "GET", "statements/{statementId}/lines", "statements.lines", "List a statement's lines", list_lines,
        response=LineList,
    )  # fmt: skip
    organization_row(
        catalogue, "POST", "statements/{statementId}/discard", "statements.discard",
        "Forget a statement that was taken in by mistake", discard,
        request=DiscardBody, response=StatementShape, alone=True,
    )  # fmt: skip
    organization_row(
        catalogue, "GET", "statement-lines", "statement-lines.list", "List unmatched lines", list_exceptions,
        response=LineList,
    )  # fmt: skip
    organization_row(
        catalogue, "POST", f"{line}/match", "statement-lines.match", "Match a line by hand", match,
        request=MatchBody, response=LineShape, spelling=subject, alone=True,
    )  # fmt: skip
    organization_row(
        catalogue, "POST", f"{line}/book", "statement-lines.book", "Book a line to an account", book,
        request=BookBody, response=LineShape, alone=True,
    )  # fmt: skip
    organization_row(
        catalogue, "POST", f"{line}/reopen", "statement-lines.reopen", "Take back what was said of a line", reopen,
        response=LineShape, alone=True,
    )  # fmt: skip
    organization_row(
        catalogue, "POST", "bank-accounts/{bankAccountId}/reconcile", "reconcile.run",
        "Reconcile a bank account with its statements", reconcile, response=ReconciliationShape, alone=True,
    )  # fmt: skip
