"""Lines of a document that is owed or credited: amounts, what they name, how a changed list meets the one before.

What only one kind of document has is in that kind's own file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

from billfold.accounting import classifications
from billfold.accounting.model import Kind
from billfold.kit.ctx import Ctx
from billfold.kit.errors import Checks, InvalidField, Refusal
from billfold.kit.money import multiply, to_decimal, to_minor
from billfold.kit.records import replace
from billfold.parties.customers import require_customers
from billfold.payables.lines.model import SAYABLE, Line, LineDraft

#: A document with more lines is refused: every list has a limit.
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


L = TypeVar("L", bound=Line)


class LineNotOfDocument(Refusal):
    """A listed line id is not of this document, or is listed twice."""

    sentence = "The line {line_id} is not a line of this document, or is listed twice."


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
        if line.description is not None and len(line.description) > MAX_TEXT:
            checks.note(InvalidField(f"{path}.description", f"has more than {MAX_TEXT} characters"))
    checks.require(total >= 0, InvalidField("lines", "must not add up to less than zero"))
    return total


def check_changed(ctx: Ctx, before: Sequence[Line], drafts: Sequence[LineDraft], currency: str) -> int:
    """The total of a changed list of lines in minor units.

    Raises `NotFound`, `ClassificationIsArchived` for what was not named before, `InvalidField`s.
    """
    checks = Checks()
    total = check_lines(checks, drafts, currency)
    checks.raise_any()
    require_named(ctx, drafts, already_named=ids_named_by(before))
    return total


def merge(
    ctx: Ctx, kind: type[L], document_id: str, before: Sequence[L], drafts: Sequence[LineDraft], currency: str
) -> list[L]:
    """A document's lines as they will be: listed ids kept, drafts without id added, others gone.

    Raises `LineNotOfDocument` for a foreign or repeated id, `InvalidField`.
    """
    known = {line.id: line for line in before}
    ctx.ids.reserve(sum(draft.id is None for draft in drafts))
    said = [field for field in kind.__struct_fields__ if field in SAYABLE]
    reported = "reportable_minor" in kind.__struct_fields__
    made = []
    for position, draft in enumerate(drafts):
        path = f"lines[{position}]"
        kept = _take(known, draft.id)
        fields: dict[str, Any] = {field: getattr(draft, field) for field in said}
        if reported:
            fields["reportable_minor"] = reportable_minor(draft, currency, path)
        line = kind(
            organization_id=ctx.organization_id,
            id=ctx.ids.new(kind.PREFIX)[0] if kept is None else kept.id,
            position=position,
            amount_minor=amount_minor(draft, currency, path),
            created_at=ctx.now if kept is None else kept.created_at,
            updated_at=ctx.now,
            **fields | {kind.DOCUMENT: document_id},
        )
        made.append(line)
    return made


def patched(
    before: Sequence[Line], patches: Iterable[tuple[str | None, Mapping[str, Any]]], currency: str
) -> list[LineDraft]:
    """The drafts of the lines with some of them changed by id; none is added or removed.

    Where quantity or price changes and no amount is given, the amount follows; it stays where one of the two is not
    known. Raises `LineNotOfDocument`.
    """
    changes: dict[str, Mapping[str, Any]] = {}
    known = {line.id for line in before}
    for position, (line_id, change) in enumerate(patches):
        if line_id is None:
            raise InvalidField(f"lines[{position}].id", "must not be null")
        if line_id not in known or line_id in changes:
            raise LineNotOfDocument(line_id=line_id)
        changes[line_id] = change
    return [_patched_line(line, changes.get(line.id, {}), currency) for line in before]


def completed_lines(before: Sequence[Line], drafts: Sequence[LineDraft], currency: str) -> list[LineDraft]:
    """The drafts of a whole list of lines: what is unsaid of lines that exist is as it was."""
    known = {line.id: line for line in before}
    return [
        draft
        if not draft.unsaid or (line := known.get(draft.id or "")) is None
        else _patched_line(line, {field: getattr(draft, field) for field in SAYABLE - draft.unsaid}, currency)
        for draft in drafts
    ]


def named_by(lines: Iterable[LineDraft | Line]) -> list[tuple[str, Kind]]:
    """Every classification that the lines name, with the kind that it is named as."""
    return [
        (identifier, kind)
        for line in lines
        for field, kind in CLASSIFIED.items()
        if (identifier := getattr(line, field)) is not None
    ]


def ids_named_by(lines: Iterable[LineDraft | Line]) -> frozenset[str]:
    """The ids of the classifications that the lines name."""
    return frozenset(identifier for identifier, _ in named_by(lines))


def require_named(
    ctx: Ctx,
    lines: Sequence[LineDraft],
    header: Sequence[tuple[str, Kind]] = (),
    already_named: frozenset[str] = frozenset(),
) -> None:
    """Whatever the lines and the document itself name is there and in use, or was named before.

    Raises `NotFound`, `ClassificationIsArchived`.
    """
    classifications.require_usable(ctx, [*named_by(lines), *header], already_named)
    require_customers(ctx, [line.customer_id for line in lines if line.customer_id is not None])


def _patched_line(line: Line, change: Mapping[str, Any], currency: str) -> LineDraft:
    known = [field for field in LineDraft.__struct_fields__ if field not in _AMOUNTS and hasattr(line, field)]
    fields = {field: getattr(line, field) for field in known}
    reportable = getattr(line, "reportable_minor", None)
    fields["reportable_amount"] = None if reportable is None else to_decimal(reportable, currency)
    fields["amount"] = to_decimal(line.amount_minor, currency)
    draft = LineDraft(**(fields | dict(change)))
    follows = "amount" not in change and change.keys() & {"quantity", "price"}
    if follows and draft.quantity is not None and draft.price is not None:
        return replace(draft, amount=None)
    return draft


def _check_numbers(checks: Checks, line: LineDraft, path: str) -> None:
    for field, value in (("quantity", line.quantity), ("price", line.price)):
        if value is not None:
            checks.require(
                value.is_finite() and abs(value.adjusted()) <= 12,  # noqa: PLR2004 - as many digits as an amount
                InvalidField(f"{path}.{field}", "is out of range"),
            )


def _take(known: dict[str, L], line_id: str | None) -> L | None:
    if line_id is None:
        return None
    line = known.pop(line_id, None)
    if line is None:
        raise LineNotOfDocument(line_id=line_id)
    return line
