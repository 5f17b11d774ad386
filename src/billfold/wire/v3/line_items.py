"""Lines of bills, vendor credits and recurring bills, and what those are classified by (contract: payables §2.3).

A credit's line is an amount alone. A recurring bill's line names no customer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from operator import attrgetter
from typing import Annotated, Any, Final, TypeVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from billfold.payables.bills.model import Bill, BillLine
from billfold.payables.credits.model import VendorCreditLine
from billfold.payables.lines.model import SAYABLE, LineDraft
from billfold.payables.recurring.model import RecurringLine
from billfold.wire.codecs import Mapped, Number, Text, given, money

LineId = Annotated[Text, Meta(description="An existing line of this document.")]


class ClassificationsBody(msgspec.Struct, kw_only=True):
    """What a bill is classified by."""

    chartOfAccountId: Text = UNSET
    accountingClassId: Text = UNSET
    departmentId: Text = UNSET
    locationId: Text = UNSET
    itemId: Text = UNSET


class RecurringLineClassificationsBody(ClassificationsBody, kw_only=True):
    """What a line of a recurring bill is classified by."""

    employeeId: Text = UNSET
    jobId: Text = UNSET


class LineClassificationsBody(RecurringLineClassificationsBody, kw_only=True):
    """What a line is classified by."""

    customerId: Text = UNSET


class RecurringLineBody(msgspec.Struct, kw_only=True):
    """A line of every bill: an amount, or a quantity and a price. If all three are given the amount wins."""

    id: LineId = UNSET
    amount: Number = UNSET
    quantity: Number = UNSET
    price: Number = UNSET
    description: Text = UNSET
    classifications: RecurringLineClassificationsBody | UnsetType | None = UNSET


class LineBody(RecurringLineBody, kw_only=True):
    """A line: an amount, or a quantity and a price. If all three are given the amount wins."""

    classifications: LineClassificationsBody | UnsetType | None = UNSET


class CreditLineBody(msgspec.Struct, kw_only=True):
    """A line of a credit."""

    id: LineId = UNSET
    amount: Number = UNSET
    description: Text = UNSET
    classifications: LineClassificationsBody | UnsetType | None = UNSET


#: What a whole bill is classified by.
CLASSIFICATION_FIELDS: Final[Mapped] = (
    ("classifications.chartOfAccountId", "chart_of_account_id"),
    ("classifications.accountingClassId", "accounting_class_id"),
    ("classifications.departmentId", "department_id"),
    ("classifications.locationId", "location_id"),
    ("classifications.itemId", "item_id"),
)
LINE_FIELDS: Final[Mapped] = (
    ("id", "id"),
    ("amount", "amount"),
    ("quantity", "quantity"),
    ("price", "price"),
    ("description", "description"),
    *CLASSIFICATION_FIELDS,
    ("classifications.employeeId", "employee_id"),
    ("classifications.jobId", "job_id"),
    ("classifications.customerId", "customer_id"),
)


def fields_without(*names: str) -> Mapped:
    """`LINE_FIELDS` of a kind of line that lacks the domain's fields of these names."""
    return tuple(pair for pair in LINE_FIELDS if pair[1] not in names)


RECURRING_LINE_FIELDS: Final = fields_without("customer_id")
CREDIT_LINE_FIELDS: Final = fields_without("quantity", "price")


def new_lines(bodies: Iterable[msgspec.Struct], fields: Mapped = LINE_FIELDS) -> list[LineDraft]:
    """The lines of a new document: who copies another one sends the ids of its lines too, which are read-only."""
    return [LineDraft(**given(body, fields) | {"id": None}) for body in bodies]


def line_changes(
    bodies: Iterable[msgspec.Struct] | UnsetType, fields: Mapped = LINE_FIELDS
) -> list[tuple[str | None, Mapping[str, Any]]]:
    """The id of each line that is named, and what of it is to change."""
    changes = [] if isinstance(bodies, UnsetType) else [given(body, fields) for body in bodies]
    return [(change.pop("id", None), change) for change in changes]


def whole_lines(bodies: Iterable[msgspec.Struct], fields: Mapped = LINE_FIELDS) -> list[LineDraft]:
    """The lines of a whole document: what v3 can say of one and does not is cleared; its id alone keeps a line."""
    unsayable = SAYABLE - {field for _, field in fields}
    return [
        LineDraft(id=line_id, **change, unsaid=unsayable if change else SAYABLE)
        for line_id, change in line_changes(bodies, fields)
    ]


class RecurringLineClassificationsShape(msgspec.Struct, omit_defaults=True):
    """What a line of a recurring bill is classified by."""

    chartOfAccountId: str | None = None
    accountingClassId: str | None = None
    departmentId: str | None = None
    locationId: str | None = None
    itemId: str | None = None
    employeeId: str | None = None
    jobId: str | None = None


class ClassificationsShape(RecurringLineClassificationsShape, omit_defaults=True):
    """What a bill or a line is classified by."""

    customerId: str | None = None


class RecurringLineShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """A line of every bill."""

    id: Annotated[str, Meta(description="Begins with bti.")]
    amount: Decimal
    quantity: Decimal | None = None
    price: Decimal | None = None
    description: str | None = None
    classifications: RecurringLineClassificationsShape | None = None


class LineShape(RecurringLineShape, omit_defaults=True, kw_only=True):
    """A line of a bill."""

    id: str
    classifications: ClassificationsShape | None = None


class CreditLineShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """A line of a credit."""

    id: Annotated[str, Meta(description="Begins with vci.")]
    amount: Decimal
    description: str | None = None
    classifications: ClassificationsShape | None = None


S = TypeVar("S", bound=RecurringLineClassificationsShape)


def _reader(fields: Mapped) -> Callable[[object], tuple[str | None, ...]]:
    """What reads the ids that a record is classified by, in the order of the shapes."""
    return attrgetter(*(name for path, name in fields if path.startswith("classifications.")))


_of_bill = _reader(CLASSIFICATION_FIELDS)
_of_line = _reader(LINE_FIELDS)
_of_recurring_line = _reader(RECURRING_LINE_FIELDS)


def bill_classifications(bill: Bill) -> ClassificationsShape | None:
    """What a whole bill is classified by; None where by nothing."""
    return _classified(ClassificationsShape, _of_bill(bill))


def _classified(shape: type[S], ids: tuple[str | None, ...]) -> S | None:
    return shape(*ids) if any(ids) else None


def line_shape(line: BillLine, currency: str) -> LineShape:
    """A line of a bill as v3 shows it."""
    return LineShape(
        id=line.id,
        amount=money(line.amount_minor, currency),
        quantity=line.quantity,
        price=line.price,
        description=line.description,
        classifications=_classified(ClassificationsShape, _of_line(line)),
    )


def recurring_line_shape(line: RecurringLine, currency: str) -> RecurringLineShape:
    """A line of a recurring bill as v3 shows it."""
    return RecurringLineShape(
        id=line.id,
        amount=money(line.amount_minor, currency),
        quantity=line.quantity,
        price=line.price,
        description=line.description,
        classifications=_classified(RecurringLineClassificationsShape, _of_recurring_line(line)),
    )


def credit_line_shape(line: VendorCreditLine, currency: str) -> CreditLineShape:
    """A line of a credit as v3 shows it."""
    return CreditLineShape(
        id=line.id,
        amount=money(line.amount_minor, currency),
        description=line.description,
        classifications=_classified(ClassificationsShape, _of_line(line)),
    )
