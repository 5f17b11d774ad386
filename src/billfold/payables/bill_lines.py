"""The lines of a bill: their amounts, what they name, and how a changed list meets the one before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from billfold.accounting.model import Kind
from billfold.kit.ctx import Ctx
from billfold.kit.errors import Checks, InvalidField, Refusal
from billfold.kit.money import multiply, to_decimal, to_minor
from billfold.payables.model import BillLine, LineDraft

PREFIX: Final = "bli"
#: A bill with more lines is refused: every list has a limit.
MAX_LINES: Final = 1_000
MAX_TEXT: Final = 4_000
#: What a draft says in decimals and a line keeps in minor units.
_AMOUNTS: Final = frozenset({"amount", "reportable_amount"})

#: The fields of a line that name a classification, and of which kind.
CLASSIFIED: Final[Mapping[str, Kind]] = {
    "chart_of_account_id": Kind.CHART_OF_ACCOUNT,
    "accounting_class_id": Kind.ACCOUNTING_CLASS,
    "department_id": Kind.DEPARTMENT,
    "location_id": Kind.LOCATION,
    "item_id": Kind.ITEM,
    "employee_id": Kind.EMPLOYEE,
    "job_id": Kind.JOB,
}


class LineNotOfBill(Refusal):
    """A listed line id is not of this bill, or is listed twice."""

    sentence = "The line {line_id} is not a line of this bill, or is listed twice."


def amount_minor(line: LineDraft, currency: str, path: str) -> int:
    """The line's amount; quantity times price where no amount is given. Raises `InvalidField`."""
    if line.amount is not None:
        return to_minor(line.amount, currency, f"{path}.amount")
    if line.quantity is None or line.price is None:
        raise InvalidField(f"{path}.amount", "must not be null")
    return to_minor(multiply(line.quantity, line.price, currency), currency, f"{path}.amount")


def reportable_minor(line: LineDraft, currency: str, path: str) -> int | None:
    """How much of the line is reported on a 1099. Raises `InvalidField`."""
    if line.reportable_amount is None:
        return None
    return to_minor(line.reportable_amount, currency, f"{path}.reportable_amount")


def check_lines(checks: Checks, lines: Sequence[LineDraft], currency: str) -> int:
    """The total of the lines in minor units; whatever is wrong with them is noted."""
    checks.require(len(lines) > 0, InvalidField("lines", "must not be empty"))
    checks.require(len(lines) <= MAX_LINES, InvalidField("lines", f"has more than {MAX_LINES} lines"))
    total = 0
    for position, line in enumerate(lines[:MAX_LINES]):
        path = f"lines[{position}]"
        try:
            total += amount_minor(line, currency, path)
            reportable_minor(line, currency, path)
        except InvalidField as refusal:
            checks.note(refusal)
        except ArithmeticError:
            checks.note(InvalidField(f"{path}.amount", "is out of range"))
        _check_numbers(checks, line, path)
        text = line.description or ""
        checks.require(
            len(text) <= MAX_TEXT, InvalidField(f"{path}.description", f"has more than {MAX_TEXT} characters")
        )
    checks.require(total >= 0, InvalidField("lines", "must not add up to less than zero"))
    return total


def merge(
    ctx: Ctx, bill_id: str, before: Sequence[BillLine], drafts: Sequence[LineDraft], currency: str
) -> list[BillLine]:
    """The bill's lines as they will be: listed ids kept, drafts without id added, others gone.

    Raises `LineNotOfBill` for a foreign or repeated id.
    """
    known = {line.id: line for line in before}
    ctx.ids.reserve(sum(draft.id is None for draft in drafts))
    return [
        _line(ctx, bill_id, position, draft, _take(known, draft.id), currency) for position, draft in enumerate(drafts)
    ]


def patched(
    before: Sequence[BillLine], patches: Iterable[tuple[str | None, Mapping[str, Any]]], currency: str
) -> list[LineDraft]:
    """The drafts of the lines with some of them changed by id; none is added or removed.

    Where quantity or price changes and no amount is given, the amount follows. Raises `LineNotOfBill`.
    """
    changes: dict[str, Mapping[str, Any]] = {}
    known = {line.id for line in before}
    for position, (line_id, change) in enumerate(patches):
        if line_id is None:
            raise InvalidField(f"lines[{position}].id", "must not be null")
        if line_id not in known or line_id in changes:
            raise LineNotOfBill(line_id=line_id)
        changes[line_id] = change
    return [_patched_line(line, changes.get(line.id, {}), currency) for line in before]


def named_by(lines: Iterable[LineDraft | BillLine]) -> dict[str, Kind]:
    """Every classification that the lines name, with its kind."""
    return {
        identifier: kind
        for line in lines
        for field, kind in CLASSIFIED.items()
        if (identifier := getattr(line, field)) is not None
    }


def _patched_line(line: BillLine, change: Mapping[str, Any], currency: str) -> LineDraft:
    fields = {field: getattr(line, field) for field in LineDraft.__struct_fields__ if field not in _AMOUNTS}
    reportable = line.reportable_minor
    fields["reportable_amount"] = None if reportable is None else to_decimal(reportable, currency)
    follows = "amount" not in change and change.keys() & {"quantity", "price"}
    fields["amount"] = None if follows else to_decimal(line.amount_minor, currency)
    return LineDraft(**(fields | dict(change)))


def _check_numbers(checks: Checks, line: LineDraft, path: str) -> None:
    for field, value in (("quantity", line.quantity), ("price", line.price)):
        if value is not None:
            checks.require(
                value.is_finite() and abs(value.adjusted()) <= 12,  # noqa: PLR2004 - as many digits as an amount
                InvalidField(f"{path}.{field}", "is out of range"),
            )


def _take(known: dict[str, BillLine], line_id: str | None) -> BillLine | None:
    if line_id is None:
        return None
    line = known.pop(line_id, None)
    if line is None:
        raise LineNotOfBill(line_id=line_id)
    return line


def _line(ctx: Ctx, bill_id: str, position: int, draft: LineDraft, before: BillLine | None, currency: str) -> BillLine:
    line_id = ctx.ids.new(PREFIX)[0] if before is None else before.id
    return BillLine(
        organization_id=ctx.organization_id,
        bill_id=bill_id,
        id=line_id,
        position=position,
        amount_minor=amount_minor(draft, currency, f"lines[{position}]"),
        quantity=draft.quantity,
        price=draft.price,
        description=draft.description,
        chart_of_account_id=draft.chart_of_account_id,
        accounting_class_id=draft.accounting_class_id,
        department_id=draft.department_id,
        location_id=draft.location_id,
        item_id=draft.item_id,
        employee_id=draft.employee_id,
        job_id=draft.job_id,
        customer_id=draft.customer_id,
        job_billable=draft.job_billable,
        created_at=before.created_at if before is not None else ctx.now,
        updated_at=ctx.now,
        form_1099_category_id=draft.form_1099_category_id,
        is_reportable=draft.is_reportable,
        reportable_minor=reportable_minor(draft, currency, f"lines[{position}]"),
    )
