"""The organization's price plan and billing statements (contract: core §2.1)."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from billfold.identity import billing
from billfold.identity.billing import Statement
from billfold.identity.organizations import get_organization
from billfold.identity.permissions import Permission
from billfold.identity.price_plans import plan_of
from billfold.kit.ctx import Ctx
from billfold.kit.errors import NotFound
from billfold.payables.payments import payments
from billfold.wire.catalog import Answer, Call, Catalogue, Parameter
from billfold.wire.codecs import Day, money
from billfold.wire.errors import InvalidParameter
from billfold.wire.files import saved_as
from billfold.wire.v3.lists import LARGEST_MAX, PageShape, read_max
from billfold.wire.v3.organizations import require_own
from billfold.wire.v3.resource import operation

_STATEMENTS: Final = "organizations/{organizationId}/billing-statements"
_RANGE: Final = ("invoiceDateFrom", "invoiceDateTo")
_PAGE: Final = ("max", "page")
_MAX_DIGITS: Final = 6


class PlanTermShape(msgspec.Struct):
    """A tier: the first `quantity` units cost `price` each, then comes the next; the last is for all the rest."""

    type: str
    name: str
    tier: int
    quantity: int
    price: Decimal


class PricePlanShape(msgspec.Struct, kw_only=True):
    """What a month costs, in USD."""

    id: str
    name: str
    monthlyPrice: Decimal
    allowTrial: bool
    priceVariesPerUser: bool
    planTerms: list[PlanTermShape]


class PeriodShape(msgspec.Struct):
    """The days that a statement is for."""

    startDate: Day
    endDate: Day


class StatementShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """A billing statement."""

    id: Annotated[str, Meta(description="The month.")]
    amount: Decimal
    billingPeriod: PeriodShape
    description: str
    invoiceDate: Day
    invoiceNumber: str
    paymentStatus: Annotated[str, Meta(description="PAID or UNPAID.")]
    paymentDate: Day | None = None


class DownloadShape(msgspec.Struct):
    """Where the statement is as a file."""

    csv: Annotated[str, Meta(description="Needs the header sessionId.")]


class DetailShape(msgspec.Struct):
    """A line of a statement."""

    quantity: int
    description: str
    type: str
    amount: Decimal


class WholeStatementShape(StatementShape, omit_defaults=True, kw_only=True):
    """A billing statement with its lines."""

    downloadLink: DownloadShape
    statementDetails: list[DetailShape]


class StatementsRequest(msgspec.Struct, frozen=True):
    """Which statements: those of some invoice dates, or a page from a position on."""

    first_on: date | None = None
    last_on: date | None = None
    start: int = 0
    limit: int = LARGEST_MAX


def get_price_plan(ctx: Ctx, call: Call, _: None) -> PricePlanShape:
    """What a month costs."""
    require_own(ctx, call.path_ids["organizationId"])
    plan = plan_of(get_organization(ctx), ctx.house.profile)
    return PricePlanShape(
        id=plan.id,
        name=plan.name,
        monthlyPrice=money(plan.monthly_minor, "USD"),
        allowTrial=plan.allow_trial,
        priceVariesPerUser=plan.per_user,
        planTerms=[
            PlanTermShape(term.kind, term.name, term.tier, term.quantity, money(term.price_minor, "USD"))
            for term in plan.terms
        ],
    )


def list_statements(ctx: Ctx, call: Call, request: StatementsRequest) -> PageShape:
    """Statements of completed months, oldest first."""
    found = _statements(ctx, call)
    if request.first_on is not None and request.last_on is not None:
        found = [one for one in found if request.first_on <= one.invoice_on <= request.last_on]
        if len(found) > LARGEST_MAX:
            raise InvalidParameter(name="invoiceDateTo", value=f"more than {LARGEST_MAX} statements")
    end = request.start + request.limit
    return PageShape(
        results=[StatementShape(**_fields(one)) for one in found[request.start : end]],
        nextPage=str(end) if end < len(found) else None,
        prevPage=str(max(0, request.start - request.limit)) if request.start else None,
    )


def get_statement(ctx: Ctx, call: Call, _: None) -> WholeStatementShape:
    """One statement with its lines."""
    statement = _statement(ctx, call)
    return WholeStatementShape(
        **_fields(statement),
        downloadLink=DownloadShape(f"{call.origin}{call.path}/csv"),
        statementDetails=[
            DetailShape(line.quantity, line.description, line.kind, money(line.amount_minor, "USD"))
            for line in statement.charges
        ],
    )


def download_statement(ctx: Ctx, call: Call, _: None) -> Answer:
    """One statement as comma-separated values: a line for each charge, and their sum."""
    statement = _statement(ctx, call)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["invoiceNumber", "invoiceDate", "type", "description", "quantity", "amount"])
    for line in statement.charges:
        amount = money(line.amount_minor, "USD")
        row = [statement.invoice_number, statement.invoice_on, line.kind, line.description, line.quantity, amount]
        writer.writerow(row)
    total = money(statement.amount_minor, "USD")
    writer.writerow([statement.invoice_number, statement.invoice_on, "TOTAL", statement.description, "", total])
    headers = (saved_as(f"{statement.invoice_number}.csv"),)
    return Answer(200, text.getvalue().encode(), "text/csv; charset=utf-8", headers)


def read_statements_request(call: Call) -> StatementsRequest:
    """Either both dates or a page, not both ways (core §2.1). Raises `InvalidParameter`."""
    given = {name: value for name, value in call.query.items() if value}
    if not any(name in given for name in _RANGE):
        page = given.get("page", "0")
        if not (page.isascii() and page.isdigit() and len(page) <= _MAX_DIGITS):
            raise InvalidParameter(name="page", value=page[:100])
        return StatementsRequest(start=int(page), limit=read_max(given.get("max")))
    for name in _PAGE:
        if name in given:
            raise InvalidParameter(name=name, value="not together with invoiceDateFrom and invoiceDateTo")
    first_on, last_on = (_read_date(given, name) for name in _RANGE)
    return StatementsRequest(first_on, last_on)


def _read_date(given: Mapping[str, str], name: str) -> date:
    try:
        return date.fromisoformat(given.get(name, ""))
    except ValueError as error:
        raise InvalidParameter(name=name, value=given.get(name, "")[:100]) from error


def _statements(ctx: Ctx, call: Call) -> list[Statement]:
    require_own(ctx, call.path_ids["organizationId"])
    return billing.list_statements(ctx, payments.online_payments_by_month(ctx))


def _statement(ctx: Ctx, call: Call) -> Statement:
    statement_id = call.path_ids["billingStatementId"]
    for one in _statements(ctx, call):
        if one.id == statement_id:
            return one
    raise NotFound("billing statement", statement_id)


def _fields(statement: Statement) -> dict[str, Any]:
    paid_on = statement.paid_on
    return {
        "id": statement.id,
        "amount": money(statement.amount_minor, "USD"),
        "billingPeriod": PeriodShape(statement.starts_on.isoformat(), statement.ends_on.isoformat()),
        "description": statement.description,
        "invoiceDate": statement.invoice_on.isoformat(),
        "invoiceNumber": statement.invoice_number,
        "paymentStatus": "UNPAID" if paid_on is None else "PAID",
        "paymentDate": None if paid_on is None else paid_on.isoformat(),
    }


def declare(catalogue: Catalogue) -> None:
    """The rows of price plan and statements."""
    text = {"type": "string"}
    day = {"type": "string", "format": "date"}
    operation(
        catalogue, "GET", "organizations/{organizationId}/price-plan", "Read the price plan", get_price_plan,
        name="v3.organizations.price-plan", response=PricePlanShape, needs=Permission.MANAGE_ORGANIZATION,
    )  # fmt: skip
    operation(
        catalogue, "GET", _STATEMENTS, "List billing statements", list_statements,
        name="v3.organizations.billing-statements.list", read=read_statements_request,
        response=list[StatementShape], paged=True,
        parameters=(
            Parameter("max", {"type": "integer", "minimum": 1, "maximum": LARGEST_MAX}, "How many at most."),
            Parameter("page", text, "nextPage or prevPage of an answer."),
            Parameter("invoiceDateFrom", day, "With invoiceDateTo, and without max and page."),
            Parameter("invoiceDateTo", day, "With invoiceDateFrom."),
        ),
    )  # fmt: skip
    one = f"{_STATEMENTS}/{{billingStatementId}}"
    operation(
        catalogue, "GET", one, "Read a billing statement", get_statement,
        name="v3.organizations.billing-statements.get", response=WholeStatementShape,
    )  # fmt: skip
    operation(
        catalogue, "GET", f"{one}/csv", "Download a billing statement", download_statement,
        name="v3.organizations.billing-statements.csv", keyless=True,
    )  # fmt: skip
