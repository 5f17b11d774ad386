"""Recording payments made elsewhere (contract: payables §6.7)."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx
from billfold.kit.errors import Checks
from billfold.payables.payments.model import OfflineDraft
from billfold.payables.payments.offline_payments import record_payment
from billfold.payables.payments.payment_rules import PartsRefused
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.v3.pay_runs import BillToPay, bill_amounts, by_element, check_count
from billfold.wire.v3.payments import SPELLING, PaymentShape, payment_shape
from billfold.wire.v3.resource import operation

MAX_BILLS = 50


class PaidFromBody(msgspec.Struct, kw_only=True):
    """The account that the money came from."""

    chartOfAccountId: str | None = None


class PaymentRecord(msgspec.Struct, kw_only=True):
    """A payment of one vendor's bills that was made elsewhere."""

    vendorId: str
    processDate: Annotated[date, Meta(description="The day that it was made.")]
    toPrintCheck: bool
    payments: Annotated[list[BillToPay], Meta(description="1 to 50 bills, each once.")]
    description: Annotated[str | None, Meta(description="At most 70 characters.")] = None
    classifications: PaidFromBody | None = None
    syncReference: Annotated[str | None, Meta(description="Such as the number of the check.")] = None
    allowExport: bool = True


def record(ctx: Ctx, _: Call, body: PaymentRecord) -> PaymentShape:
    """Note that bills were paid elsewhere."""
    checks = Checks()
    check_count(checks, len(body.payments), MAX_BILLS)
    checks.raise_any()
    draft = OfflineDraft(
        bills=bill_amounts(body.payments),
        process_on=body.processDate,
        to_print_check=body.toPrintCheck,
        vendor_id=body.vendorId,
        chart_of_account_id=body.classifications.chartOfAccountId if body.classifications else None,
        description=body.description,
        sync_reference=body.syncReference,
        allow_export=body.allowExport,
    )
    try:
        return payment_shape(record_payment(ctx, draft))
    except PartsRefused as refused:
        raise by_element(refused) from refused


def declare(catalogue: Catalogue) -> None:
    """The row of recorded payments."""
    spelling = {**SPELLING, "sync_reference": "syncReference"}
    operation(
        catalogue, "POST", "bills/record-payment", "Record a payment made elsewhere", record,
        request=PaymentRecord, response=PaymentShape, needs=Permission.RECORD_PAYMENTS, write=True, spelling=spelling,
    )  # fmt: skip
