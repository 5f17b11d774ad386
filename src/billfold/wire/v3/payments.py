"""Payments (contract: payables §6)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx
from billfold.kit.errors import Checks, InvalidField
from billfold.payables import payments
from billfold.payables.model import PaymentDraft, PaymentView, SingleStatus
from billfold.payables.payment_states import MEANINGS, disbursement_status
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.codecs import instant, money
from billfold.wire.v3.lists import CREATED, EQUALITY, ID, ORDER, UPDATED, Kind, ListField, ListSpec
from billfold.wire.v3.resource import Resource

DeliveryType = Literal["STANDARD", "UPS_1DAY", "UPS_2DAY", "UPS_3DAY", "RTP_DELIVERY"]


class FundingAccountBody(msgspec.Struct, kw_only=True):
    """What the payment is paid from."""

    type: Literal["BANK_ACCOUNT", "CARD_ACCOUNT", "AP_CARD", "WALLET"]
    id: str | UnsetType = UNSET


class ProcessingOptionsBody(msgspec.Struct, kw_only=True):
    """How the payment is processed; `{}` is enough."""

    requestPayFaster: bool = False
    createBill: bool = False
    requestCheckDeliveryType: DeliveryType = "STANDARD"


class PaymentCreate(msgspec.Struct, kw_only=True):
    """A payment of one bill."""

    billId: str | None = None
    vendorId: Annotated[str | None, Meta(description="Must be the bill's vendor; taken from the bill.")] = None
    processDate: Annotated[date | None, Meta(description="A US business day; the next one when left out.")] = None
    fundingAccount: FundingAccountBody
    amount: Annotated[Decimal, Meta(description="More than zero, at most the bill's dueAmount.")]
    processingOptions: ProcessingOptionsBody
    description: Annotated[str | None, Meta(description="At most 70 characters, told to the vendor.")] = None
    transactionNumber: str | None = None


class VendorCreditShape(msgspec.Struct):
    """A vendor credit used in a payment."""

    id: str
    amount: Decimal


class BillPaymentShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """How much of the payment goes to which bill."""

    id: str
    billId: str
    amount: Decimal
    vendorCredits: list[VendorCreditShape] | None = None


class FundingAccountShape(msgspec.Struct):
    """What the payment is paid from."""

    type: str
    id: str


class ProcessingOptionsShape(msgspec.Struct):
    """How the payment is processed."""

    requestPayFaster: bool
    createBill: bool
    requestCheckDeliveryType: str


class AchDisbursementShape(msgspec.Struct, omit_defaults=True):
    """When the credit goes and arrives."""

    sentDate: str | None = None
    arrivesByDate: str | None = None


class DisbursementInfoShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """The rail's own data."""

    isVoidable: bool
    achDisbursement: AchDisbursementShape | None = None


class PaymentShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """A payment."""

    id: Annotated[str, Meta(description="Begins with stp.")]
    vendorId: str
    vendorName: str
    billId: str | None = None
    billPayments: list[BillPaymentShape]
    description: str | None = None
    processDate: str
    fundingAccount: FundingAccountShape | None = None
    amount: Decimal
    fundingAmount: Decimal | None = None
    processingOptions: ProcessingOptionsShape
    transactionNumber: str
    confirmationNumber: str
    status: Annotated[str, Meta(description="The coarse status: SCHEDULED, PAID, VOID or CANCELLED.")]
    singleStatus: Annotated[str, Meta(description="The fine status.")]
    onlinePayment: bool
    disbursementType: str
    disbursementStatus: str | None = None
    disbursementInfo: DisbursementInfoShape
    remittanceEmail: str | None = None
    voidInfo: list[Any]
    cancelRequestSubmitted: bool
    createdBy: str
    createdTime: str
    updatedTime: str


def payment_shape(view: PaymentView) -> PaymentShape:
    """A payment as v3 shows it."""
    payment = view.payment
    currency = payment.currency
    parts = [
        BillPaymentShape(id=part.id, billId=part.bill_id, amount=money(part.amount_minor, currency))
        for part in view.bill_payments
    ]
    return PaymentShape(
        id=payment.id,
        vendorId=payment.vendor_id,
        vendorName=view.vendor_name,
        billId=parts[0].billId if len(parts) == 1 else None,
        billPayments=parts,
        description=payment.description,
        processDate=payment.process_on.isoformat(),
        fundingAccount=None
        if payment.bank_account_id is None
        else FundingAccountShape("BANK_ACCOUNT", payment.bank_account_id),
        amount=money(payment.amount_minor, currency),
        fundingAmount=None if payment.funding_minor is None else money(payment.funding_minor, "USD"),
        processingOptions=ProcessingOptionsShape(
            requestPayFaster=False, createBill=False, requestCheckDeliveryType=payment.check_delivery_type
        ),
        transactionNumber=payment.transaction_number,
        confirmationNumber=payment.confirmation_number,
        status=MEANINGS[payment.single_status].status,
        singleStatus=payment.single_status.value,
        onlinePayment=True,
        disbursementType=payment.disbursement_type.value,
        disbursementStatus=disbursement_status(payment),
        disbursementInfo=DisbursementInfoShape(
            isVoidable=False,
            achDisbursement=AchDisbursementShape(
                payment.sent_on.isoformat() if payment.sent_on else None, payment.arrives_on.isoformat()
            ),
        ),
        remittanceEmail=payment.remittance_email,
        voidInfo=[],
        cancelRequestSubmitted=payment.cancel_requested,
        createdBy=payment.created_by,
        createdTime=instant(payment.created_at),
        updatedTime=instant(payment.updated_at),
    )


def create_payment(ctx: Ctx, _: Call, body: PaymentCreate) -> PaymentShape:
    """Schedule a payment of one bill from a bank account."""
    _check_supported(body)
    assert body.billId is not None, "checked above"
    assert isinstance(body.fundingAccount.id, str), "checked above"
    draft = PaymentDraft(
        bill_id=body.billId,
        vendor_id=body.vendorId,
        bank_account_id=body.fundingAccount.id,
        amount=body.amount,
        process_on=body.processDate,
        description=body.description,
        transaction_number=body.transactionNumber,
        check_delivery_type=body.processingOptions.requestCheckDeliveryType,
    )
    return payment_shape(payments.create_payment(ctx, draft))


def _check_supported(body: PaymentCreate) -> None:
    """What the ACH rail can do: one existing bill, from a bank account, at standard speed."""
    checks = Checks()
    checks.require(body.billId is not None, InvalidField("billId", "must not be null"))
    funding, options = body.fundingAccount, body.processingOptions
    checks.require(
        funding.type == "BANK_ACCOUNT",
        InvalidField("fundingAccount.type", "is not available to this organization"),
    )
    checks.require(isinstance(funding.id, str), InvalidField("fundingAccount.id", "must not be null"))
    checks.require(
        not options.createBill,
        InvalidField("processingOptions.createBill", "is not available to this organization"),
    )
    checks.require(
        not options.requestPayFaster,
        InvalidField("processingOptions.requestPayFaster", "is not available to this organization"),
    )
    checks.raise_any()


def _single_statuses(status: str) -> tuple[object, ...]:
    return tuple(single for single, meaning in MEANINGS.items() if meaning.status == status)


LIST = ListSpec({
    "id": ID,
    "vendorId": ListField("vendor_id"),
    "status": ListField("single_status", ops=EQUALITY, means=_single_statuses),
    "singleStatus": ListField("single_status", ops=EQUALITY, choices=SingleStatus),
    "disbursementType": ListField("disbursement_type", ops=EQUALITY),
    "processDate": ListField("process_on", Kind.DATE, ORDER, sortable=True),
    "amount": ListField("amount_minor", Kind.AMOUNT, ORDER, sortable=True),
    "createdTime": CREATED,
    "updatedTime": UPDATED,
})  # fmt: skip

SPELLING = {
    "vendor_id": "vendorId",
    "bill_id": "billId",
    "process_on": "processDate",
    "transaction_number": "transactionNumber",
}


def declare(catalogue: Catalogue) -> None:
    """The rows of payments."""
    rows = Resource(
        catalogue, "payments", noun="payment", id_name="paymentId",
        shape=PaymentShape, writes=Permission.PAY_BILLS, spelling=SPELLING,
    )  # fmt: skip
    rows.list(payments.list_payments, payment_shape, LIST)
    rows.create(create_payment, PaymentCreate, trusted=True)
    rows.get(lambda ctx, payment_id: payment_shape(payments.get_payment(ctx, payment_id)))
    rows.action("cancel", lambda ctx, call, _: payment_shape(payments.cancel_payment(ctx, call.path_ids["paymentId"])))
