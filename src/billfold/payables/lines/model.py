"""The records of lines."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Final

import msgspec


class LineDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a document. `id` names a line that exists; amount, or quantity and price."""

    id: str | None = None
    amount: Decimal | None = None
    quantity: Decimal | None = None
    price: Decimal | None = None
    description: str | None = None
    chart_of_account_id: str | None = None
    accounting_class_id: str | None = None
    department_id: str | None = None
    location_id: str | None = None
    item_id: str | None = None
    employee_id: str | None = None
    job_id: str | None = None
    customer_id: str | None = None
    job_billable: bool = False
    form_1099_category_id: str | None = None
    is_reportable: bool = False
    reportable_amount: Decimal | None = None
    #: Of a line that exists, what is not said here stays as it is: whoever speaks may have no word for it.
    unsaid: frozenset[str] = frozenset()


#: All that can be said of a line.
SAYABLE: Final = frozenset(LineDraft.__struct_fields__) - {"id", "unsaid"}


class Line(msgspec.Struct, frozen=True):
    """What a line of any document is; `position` keeps the order that the user gave.

    The record of each kind adds its `DOCUMENT`, the column that names the document, and what only its lines have.
    """

    #: How the ids of such lines begin.
    PREFIX: ClassVar[str]
    #: The column that names the document.
    DOCUMENT: ClassVar[str]

    organization_id: str
    id: str
    position: int
    amount_minor: int
    quantity: Decimal | None
    price: Decimal | None
    description: str | None
    chart_of_account_id: str | None
    accounting_class_id: str | None
    department_id: str | None
    location_id: str | None
    item_id: str | None
    employee_id: str | None
    job_id: str | None
    customer_id: str | None
    job_billable: bool
    created_at: datetime
    updated_at: datetime
