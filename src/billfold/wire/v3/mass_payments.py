"""Paying up to 2,000 bills in one request, which jobs do (contract: payables §6.1; its shapes were not seen).

Everything inferred (?) is here: the request is that of payments/bulk, the answer names the batch, and the batch lists
its bills in the order of the request.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta

from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx
from billfold.payables.mass import mass_payments
from billfold.payables.mass.model import MassPart, MassView, PartStatus
from billfold.payables.payments.payment_rules import PartsRefused
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.codecs import Moment, instant, price
from billfold.wire.errors import wire_code_of
from billfold.wire.v3.pay_runs import BillToPay, PayRunCreate, by_element, run_of
from billfold.wire.v3.payments import SPELLING
from billfold.wire.v3.resource import operation

MAX_BILLS = 2_000


class MassPaymentCreate(PayRunCreate, kw_only=True):
    """Bills to pay from one account on one day, each for itself."""

    payments: Annotated[list[BillToPay], Meta(description=f"1 to {MAX_BILLS:,} bills, each once.")]


class MassAcceptedShape(msgspec.Struct):
    """The batch, to be asked about."""

    paymentBatchId: Annotated[str, Meta(description="Begins with bbq.")]


class MassErrorShape(msgspec.Struct):
    """Why a bill was not paid."""

    code: str
    message: str


class MassPartShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """A bill of the batch: its payment is to be made (SCHEDULED), was made (COMPLETED) or was refused (FAILED)."""

    billId: str
    amount: Decimal
    status: PartStatus
    paymentId: Annotated[str | None, Meta(description="Several bills of a vendor may share one.")] = None
    error: MassErrorShape | None = None


class MassPaymentShape(msgspec.Struct, kw_only=True):
    """A batch. It is through when `scheduledCount` is 0."""

    paymentBatchId: str
    totalCount: int
    scheduledCount: int
    completedCount: int
    failedCount: int
    payments: list[MassPartShape]
    createdBy: str
    createdTime: Moment


def mass_payment_shape(view: MassView) -> MassPaymentShape:
    """A batch as v3 shows it."""
    counts = Counter(part.status for part in view.parts)
    return MassPaymentShape(
        paymentBatchId=view.batch.id,
        totalCount=view.batch.total,
        scheduledCount=counts[PartStatus.SCHEDULED],
        completedCount=counts[PartStatus.COMPLETED],
        failedCount=counts[PartStatus.FAILED],
        payments=[_part_shape(part) for part in view.parts],
        createdBy=view.batch.created_by,
        createdTime=instant(view.batch.created_at),
    )


def _part_shape(part: MassPart) -> MassPartShape:
    error = None
    if part.error_code is not None:
        error = MassErrorShape(wire_code_of(part.error_code), part.error or "")
    return MassPartShape(
        billId=part.bill_id,
        amount=price(part.amount().amount),
        status=part.status,
        paymentId=part.payment_id,
        error=error,
    )


def pay_in_mass(ctx: Ctx, _: Call, body: MassPaymentCreate) -> MassAcceptedShape:
    """Have up to 2,000 bills paid, each for itself."""
    run = run_of(body, MAX_BILLS)
    try:
        return MassAcceptedShape(mass_payments.request(ctx, run).id)
    except PartsRefused as refused:
        raise by_element(refused) from refused


def get_mass_payment(ctx: Ctx, call: Call, _: None) -> MassPaymentShape:
    """The batch with what became of each bill."""
    return mass_payment_shape(mass_payments.get(ctx, call.path_ids["paymentBatchId"]))


def declare(catalogue: Catalogue) -> None:
    """The rows of mass payments."""
    operation(
        catalogue, "POST", "payments/mass", f"Have up to {MAX_BILLS:,} bills paid, each for itself", pay_in_mass,
        request=MassPaymentCreate, response=MassAcceptedShape, success=201,
        needs=Permission.PAY_BILLS, write=True, trusted=True, spelling=SPELLING,
    )  # fmt: skip
    operation(
        catalogue, "GET", "payments/mass/{paymentBatchId}", "Read what became of a mass payment", get_mass_payment,
        name="v3.payments.mass.get", response=MassPaymentShape,
    )  # fmt: skip
