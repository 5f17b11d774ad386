"""Lines of bills, vendor credits and recurring bills in v2 (contract v2.md §5.3 to §5.5)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import msgspec

from billfold.kit.errors import Checks
from billfold.payables.lines.model import SAYABLE, Line, LineDraft
from billfold.wire.codecs import money as amount
from billfold.wire.errors import MissingData
from billfold.wire.v2 import kinds
from billfold.wire.v2.fields import CREATED, UPDATED, VINTAGES, Field, Table, flag, money, number, reference, text


class LineSource(msgspec.Struct, frozen=True):
    """What a line is shown from."""

    line: Line
    currency: str

    @property
    def amount(self) -> Decimal:
        return amount(self.line.amount_minor, self.currency)


def line_amount(*, required: bool = False) -> Field:
    """The amount of a line."""
    return money("amount", "amount", required=required, read=lambda source: source.amount)


#: By what lines of every document are classified.
CLASSIFIED_BY: Final = (
    reference("chartOfAccountId", "chart_of_account_id"),
    reference("departmentId", "department_id"),
    reference("locationId", "location_id"),
)
#: What lines of bills and of credits have alike, in v2's order.
SHARED_FIELDS: Final = (
    line_amount(),
    *CLASSIFIED_BY,
    reference("jobId", "job_id"),
    reference("customerId", "customer_id"),
    flag("jobBillable", "job_billable"),
    text("description", "description"),
    CREATED,
    UPDATED,
    # Derived: what is sent is ignored, as the documents' first sample shows.
    Field(name="lineType", kind=kinds.TEXT, read=lambda source: "1" if source.line.item_id is None else "2"),
    reference("itemId", "item_id"),
    number("quantity", "quantity"),
    Field(name="unitPrice", kind=kinds.PRICE, attribute="price"),
)


def line_list(name: str, table: Table) -> Field:
    """The list of a document's lines."""
    return Field(
        name=name, kind=kinds.LINES, attribute="lines", lines=table, required=True, may_lack=True,
        read=lambda source: source.lines,
    )  # fmt: skip


def take_lines(found: dict[str, Any], name: str, table: Table) -> list[LineDraft] | None:
    """The drafts of the lines that a client gives, which are taken out of what it says; None where it gives none.

    `name` is the list's, `table` the lines'. What its oldest vintage has no word for is unsaid unless it is said: those
    who send back what they read may never have seen it.
    Raises, for all lines together, `MissingData`: each has its amount, or quantity and price.
    """
    lines = found.pop("lines", None)
    if lines is None:
        return None
    checks = Checks()
    for position, line in enumerate(lines):
        has_amount = line.get("amount") is not None or None not in {line.get("quantity"), line.get("price")}
        checks.require(has_amount, MissingData(name=f"{name}[{position}].amount"))
    checks.raise_any()
    unsayable = SAYABLE - {field.attribute for field in table.of_vintage(VINTAGES[0])}
    return [LineDraft(**line, unsaid=unsayable - line.keys()) for line in lines]


def says_nothing_new(found: Mapping[str, Any], sent: Mapping[str, Any]) -> bool:
    """Whether a client sends back what a record said. Older vintages know fewer fields, of the lines too."""
    lines, known = found.get("lines", ()), sent["lines"]
    same_lines = "lines" not in found or len(lines) == len(known)
    return (
        same_lines
        and all(line.items() <= other.items() for line, other in zip(lines, known, strict=False))
        and all(sent.get(field, ...) == value for field, value in found.items() if field != "lines")
    )
