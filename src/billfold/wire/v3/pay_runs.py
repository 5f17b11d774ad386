"""Paying many bills in one request, all or none (contract: payables §6.2)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta

from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx
from billfold.kit.errors import Checks, InvalidField, Refusals
from billfold.payables.payments.model import BillAmount, PayRunDraft
from billfold.payables.payments.pay_runs import pay_bills
from billfold.payables.payments.payment_rules import PartsRefused
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.errors import AtElement, RolledBack
from billfold.wire.v3 import bulk
from billfold.wire.v3.credit_uses import VendorCreditBody, credit_amounts
from billfold.wire.v3.payments import (
    SPELLING,
    BatchId,
    FundingAccountBody,
    PaymentShape,
    ProcessingOptionsBody,
    check_supported,
    funding_account_of,
    payment_shape,
    wants_same_day,
)
from billfold.wire.v3.purposes import PurposeBody, purpose_of
from billfold.wire.v3.resource import operation

MAX_BILLS = 50


class BillToPay(msgspec.Struct, kw_only=True):
    """A bill, and how much of it to pay."""

    billId: str
    amount: Annotated[
        Decimal,
        Meta(description="With the credits at most the bill's dueAmount; zero only where they are all of it."),
    ]
    vendorCredits: Annotated[
        list[VendorCreditBody] | None, Meta(description="Credits to use on top of the amount.")
    ] = None


class PayRunCreate(msgspec.Struct, kw_only=True):
    """Bills to pay from one account on one day."""

    vendorId: Annotated[str | None, Meta(description="Then every bill must be this vendor's.")] = None
    processDate: Annotated[date | None, Meta(description="A US business day; the next one when left out.")] = None
    fundingAccount: FundingAccountBody
    payments: Annotated[list[BillToPay], Meta(description="1 to 50 bills, each once.")]
    processingOptions: ProcessingOptionsBody = msgspec.field(default_factory=ProcessingOptionsBody)
    description: Annotated[str | None, Meta(description="At most 70 characters, told to the vendors.")] = None
    transactionNumber: Annotated[str | None, Meta(description="Given to every payment made.")] = None
    exchangeRateBatchId: BatchId = None
    paymentPurpose: PurposeBody | None = None
    cardFundingPurpose: Annotated[
        str | None, Meta(description="Of card payments to vendors whose industry is not known.")
    ] = None


def pay_many(ctx: Ctx, _: Call, body: PayRunCreate) -> dict[str, list[PaymentShape]]:
    """Schedule payments of up to 50 bills."""
    run = run_of(body, MAX_BILLS)
    try:
        return {"payments": [payment_shape(view) for view in pay_bills(ctx, run)]}
    except PartsRefused as refused:
        raise by_element(refused) from refused


def run_of(body: PayRunCreate, maximum: int) -> PayRunDraft:
    """What is asked for. Raises `InvalidField`s."""
    _check(body, maximum)
    return PayRunDraft(
        bills=bill_amounts(body.payments),
        funding_account=funding_account_of(body.fundingAccount),
        vendor_id=body.vendorId,
        process_on=body.processDate,
        description=body.description,
        transaction_number=body.transactionNumber,
        check_delivery_type=body.processingOptions.requestCheckDeliveryType,
        pay_faster=wants_same_day(body.processingOptions),
        covered=True,
        exchange_rate_batch_id=body.exchangeRateBatchId,
        purpose=purpose_of(body.paymentPurpose),
        card_funding_purpose=body.cardFundingPurpose,
    )


def bill_amounts(bodies: list[BillToPay]) -> tuple[BillAmount, ...]:
    """The bills to pay, with their credits."""
    return tuple(BillAmount(one.billId, one.amount, credit_amounts(one.vendorCredits)) for one in bodies)


def by_element(refused: PartsRefused) -> Refusals:
    """What is wrong with each bill; its siblings are said to be rolled back."""
    return Refusals([
        AtElement(position, reason)
        for position, checks in enumerate(refused.by_part)
        for reason in (checks.found or [RolledBack()])
    ])  # fmt: skip


def _check(body: PayRunCreate, maximum: int) -> None:
    checks = Checks()
    check_count(checks, len(body.payments), maximum)
    check_supported(checks, body.fundingAccount, body.processingOptions)
    if body.processingOptions.createBill:
        checks.note(InvalidField("processingOptions.createBill", "is for a single payment"))
    checks.raise_any()


def check_count(checks: Checks, count: int, maximum: int) -> None:
    """There is something to pay, and not too much at once."""
    checks.require(1 <= count <= maximum, InvalidField("payments", f"must have 1 to {maximum} elements, not {count}"))


def declare(catalogue: Catalogue) -> None:
    """The row of pay runs."""
    operation(
        catalogue, "POST", "payments/bulk", f"Pay up to {MAX_BILLS} bills, all or none", pay_many,
        request=PayRunCreate, response=bulk.answer_of(PaymentShape, "payments"), success=201,
        needs=Permission.PAY_BILLS, write=True, trusted=True, spelling=SPELLING,
    )  # fmt: skip
