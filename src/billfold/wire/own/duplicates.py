"""Bills that may have been entered twice, for the faces that are our own: BILL's wire has no word for it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec

from billfold.kit.ctx import Ctx
from billfold.payables.bills.duplicates import Group, Likeness, list_duplicates
from billfold.wire.catalog import Call
from billfold.wire.codecs import money


class DuplicateBillShape(msgspec.Struct, kw_only=True):
    """A bill that may be another one."""

    id: str
    invoiceNumber: str
    invoiceDate: date
    amount: Decimal
    currency: str


class DuplicatesShape(msgspec.Struct, kw_only=True):
    """Bills of one vendor that may be one bill, oldest first."""

    vendorId: str
    likeness: Likeness
    bills: list[DuplicateBillShape]


def duplicates(ctx: Ctx, _: Call, __: None) -> dict[str, list[DuplicatesShape]]:
    """Bills with the same invoice number but for case and punctuation, or a near one with the same amount and date."""
    return {"results": [_shape(group) for group in list_duplicates(ctx)]}


def _shape(group: Group) -> DuplicatesShape:
    return DuplicatesShape(
        vendorId=group.bills[0].vendor_id,
        likeness=group.likeness,
        bills=[
            DuplicateBillShape(
                id=bill.id,
                invoiceNumber=bill.invoice_number,
                invoiceDate=bill.invoice_on,
                amount=money(bill.amount_minor, bill.currency),
                currency=bill.currency,
            )
            for bill in group.bills
        ],
    )
