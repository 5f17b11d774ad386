"""Payments (contract: payables §6)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx
from billfold.kit.errors import Checks, InvalidField, Refusals
from billfold.ledger import WALLET
from billfold.payables.payments import payments
from billfold.payables.payments.check_delivery import STANDARD, is_fast
from billfold.payables.payments.model import (
    DisbursementType,
    FundingAccount,
    FundingType,
    Payment,
    PaymentDraft,
    PaymentView,
)
from billfold.payables.payments.payment_rules import ProcessDateInvalid
from billfold.payables.payments.payment_states import MEANINGS, disbursement_status, shown_status
from billfold.payables.voids.cancellations import cancel_payment
from billfold.payables.voids.model import VoidDraft, VoidKind
from billfold.payables.voids.void_requests import request_void
from billfold.payables.voids.voids import is_voidable
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.codecs import Day, Moment, instant, money
from billfold.wire.errors import OfBill
from billfold.wire.v3 import credit_uses
from billfold.wire.v3.credit_uses import VendorCreditBody, VendorCreditUseShape, credit_amounts, use_shapes
from billfold.wire.v3.payment_filters import LIST
from billfold.wire.v3.purposes import PurposeBody, PurposeShape, purpose_of, purpose_shape
from billfold.wire.v3.resource import Resource
from billfold.wire.v3.void_requests import PaymentVoid, VoidInfoShape, void_info

#: What is said of what this organization cannot do.
NOT_AVAILABLE = "is not available to this organization"

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


BatchId = (
    Annotated[int, Meta(ge=0, lt=2**31, description="The held rate: required where the vendor's bills are not in USD.")]
    | None
)


class PaymentCreate(msgspec.Struct, kw_only=True):
    """A payment of one bill."""

    billId: Annotated[str | None, Meta(description="Required unless createBill is true, then absent.")] = None
    vendorId: Annotated[
        str | None, Meta(description="Must be the bill's vendor; taken from the bill. Required with createBill.")
    ] = None
    processDate: Annotated[date | None, Meta(description="A US business day; the next one when left out.")] = None
    fundingAccount: FundingAccountBody
    amount: Annotated[Decimal, Meta(description="More than zero, at most the bill's dueAmount.")]
    processingOptions: ProcessingOptionsBody
    vendorCredits: Annotated[
        list[VendorCreditBody] | None, Meta(description="Credits to use on top of the amount.")
    ] = None
    description: Annotated[str | None, Meta(description="At most 70 characters, told to the vendor.")] = None
    transactionNumber: str | None = None
    exchangeRateBatchId: BatchId = None
    paymentPurpose: PurposeBody | None = None
    cardFundingPurpose: Annotated[
        str | None,
        Meta(description="Of a card payment to a vendor whose industry is not known: see funding-purposes."),
    ] = None


class BillPaymentShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """How much of the payment goes to which bill."""

    id: str
    billId: str
    amount: Decimal
    vendorCredits: list[VendorCreditUseShape] | None = None


class FundingAccountShape(msgspec.Struct, omit_defaults=True):
    """What the payment is paid from."""

    type: str
    id: Annotated[str | None, Meta(description="Not of a wallet: there is one.")] = None


class ProcessingOptionsShape(msgspec.Struct):
    """How the payment is processed."""

    requestPayFaster: bool
    createBill: bool
    requestCheckDeliveryType: str


class AchDisbursementShape(msgspec.Struct, omit_defaults=True):
    """When the credit goes and arrives."""

    sentDate: Day | None = None
    arrivesByDate: Day | None = None


class CheckDisbursementShape(msgspec.Struct, omit_defaults=True):
    """When the check is sent and arrives, its number once it is printed, and under which one a carrier has it."""

    sentDate: Day | None = None
    arrivesByDate: Day | None = None
    checkNumber: int | None = None
    trackingInformation: str | None = None


class InternationalDisbursementShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """When the money goes abroad and arrives, how much of the payment's currency, and by which way."""

    sentDate: Day | None = None
    arrivesByDate: Day | None = None
    amount: Decimal
    disbursementSubType: str


class RppsDisbursementShape(msgspec.Struct, omit_defaults=True):
    """When the credit goes to the biller and arrives, and where to find it."""

    sentDate: Day | None = None
    arrivesByDate: Day | None = None
    traceNumber: int | None = None
    batchNumber: int | None = None


class VcardDisbursementShape(msgspec.Struct, omit_defaults=True):
    """When the card arrives, through which day it can be charged, and the end of its number once it is issued."""

    arrivesByDate: Day | None = None
    validUntil: Day | None = None
    last4CardNumber: str | None = None


class WalletDisbursementShape(msgspec.Struct, omit_defaults=True):
    """When the money is in the vendor's wallet."""

    arrivesByDate: Day | None = None


class DisbursementInfoShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """The rail's own data."""

    isVoidable: bool
    checkDisbursement: CheckDisbursementShape | None = None
    achDisbursement: AchDisbursementShape | None = None
    internationalDisbursement: InternationalDisbursementShape | None = None
    rppsDisbursement: RppsDisbursementShape | None = None
    vcardDisbursement: VcardDisbursementShape | None = None
    walletDisbursement: WalletDisbursementShape | None = None


class PaidFromShape(msgspec.Struct, omit_defaults=True):
    """The account that a payment made outside Billfold was posted to."""

    chartOfAccountId: str | None = None


class PaymentShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """A payment."""

    id: Annotated[str, Meta(description="Begins with stp.")]
    vendorId: str
    vendorName: str
    billId: Annotated[str | None, Meta(description="Of a payment of one bill.")] = None
    billPayments: list[BillPaymentShape]
    description: str | None = None
    processDate: Day
    fundingAccount: FundingAccountShape | None = None
    amount: Decimal
    exchangeRate: Annotated[Decimal | None, Meta(description="Units of the bills' currency for one US dollar.")] = None
    fundingAmount: Annotated[Decimal | None, Meta(description="In USD.")] = None
    processingOptions: ProcessingOptionsShape | None = None
    transactionNumber: str
    confirmationNumber: str
    status: Annotated[str, Meta(description="The coarse status: SCHEDULED, PAID, VOID or CANCELLED.")]
    singleStatus: Annotated[str, Meta(description="The fine status.")]
    onlinePayment: bool
    disbursementType: str
    disbursementStatus: str | None = None
    disbursementInfo: DisbursementInfoShape
    remittanceEmail: str | None = None
    paymentPurpose: PurposeShape | None = None
    cardFundingPurpose: str | None = None
    voidInfo: list[VoidInfoShape]
    cancelRequestSubmitted: bool
    createdBy: str
    createdTime: Moment
    updatedTime: Moment
    toPrintCheck: Annotated[bool | None, Meta(description="This and what follows: of recorded payments.")] = None
    classifications: PaidFromShape | None = None
    syncReference: str | None = None
    allowExport: bool | None = None


def payment_shape(view: PaymentView) -> PaymentShape:
    """A payment as v3 shows it."""
    payment = view.payment
    currency = payment.currency
    parts = [
        BillPaymentShape(
            id=part.id,
            billId=part.bill_id,
            amount=money(part.amount_minor, currency),
            vendorCredits=use_shapes(use for use in view.credits if use.bill_id == part.bill_id),
        )
        for part in view.bill_payments
    ]
    shape = PaymentShape(
        id=payment.id,
        vendorId=payment.vendor_id,
        vendorName=view.vendor_name,
        billId=parts[0].billId if len(parts) == 1 else None,
        billPayments=parts,
        description=payment.description,
        processDate=payment.process_on.isoformat(),
        fundingAccount=_funding_account(payment),
        amount=money(payment.amount_minor, currency),
        exchangeRate=payment.exchange_rate,
        fundingAmount=None if payment.funding_minor is None else money(payment.funding_minor, "USD"),
        processingOptions=_processing_options(payment),
        transactionNumber=payment.transaction_number,
        confirmationNumber=payment.confirmation_number,
        status=MEANINGS[payment.single_status].status,
        singleStatus=shown_status(payment.single_status).value,
        onlinePayment=payment.online,
        disbursementType=payment.disbursement_type.value,
        disbursementStatus=disbursement_status(payment),
        disbursementInfo=_disbursement_info(view),
        remittanceEmail=payment.remittance_email,
        paymentPurpose=purpose_shape(payment),
        cardFundingPurpose=payment.card_funding_purpose,
        voidInfo=[void_info(request) for request in view.void_requests],
        cancelRequestSubmitted=payment.cancel_requested,
        createdBy=payment.created_by,
        createdTime=instant(payment.created_at),
        updatedTime=instant(payment.updated_at),
    )
    return shape if payment.online else msgspec.structs.replace(shape, **_recorded(payment))


def _funding_account(payment: Payment) -> FundingAccountShape | None:
    account = payment.funding_account
    if account is None:
        return None
    return FundingAccountShape(account.type.value, None if account.type is FundingType.WALLET else account.id)


def _processing_options(payment: Payment) -> ProcessingOptionsShape | None:
    if not payment.online:
        return None
    return ProcessingOptionsShape(
        requestPayFaster=payment.pay_faster,
        createBill=payment.bill_created,
        requestCheckDeliveryType=payment.check_delivery_type,
    )


def _disbursement_info(view: PaymentView) -> DisbursementInfoShape:
    payment = view.payment
    make = _DISBURSEMENTS.get(payment.disbursement_type)
    sent = payment.sent_on.isoformat() if payment.sent_on else None
    block = {} if make is None else make(payment, sent, payment.arrives_on.isoformat())
    return DisbursementInfoShape(isVoidable=is_voidable(payment) and not view.is_leaving, **block)


def _rpps(payment: Payment, sent: str | None, arrives: str) -> dict[str, Any]:
    trace = None if payment.rpps_trace_number is None else int(payment.rpps_trace_number)
    return {"rppsDisbursement": RppsDisbursementShape(sent, arrives, trace, payment.rpps_batch_number)}


def _abroad(payment: Payment, sent: str | None, arrives: str) -> dict[str, Any]:
    assert payment.disbursement_sub_type is not None, payment.id
    abroad = InternationalDisbursementShape(
        sentDate=sent,
        arrivesByDate=arrives,
        amount=money(payment.amount_minor, payment.currency),
        disbursementSubType=payment.disbursement_sub_type,
    )
    return {"internationalDisbursement": abroad}


def _vcard(payment: Payment, _: str | None, arrives: str) -> dict[str, Any]:
    until = payment.virtual_card_valid_until
    valid = None if until is None else until.isoformat()
    return {"vcardDisbursement": VcardDisbursementShape(arrives, valid, payment.virtual_card_last4)}


#: The block of each rail: of the payment, the day it was sent and the day by which it arrives.
_DISBURSEMENTS: Final[dict[DisbursementType, Callable[[Payment, str | None, str], dict[str, Any]]]] = {
    DisbursementType.CHECK: lambda payment, sent, arrives: {
        "checkDisbursement": CheckDisbursementShape(sent, arrives, payment.check_number, payment.tracking_number)
    },
    DisbursementType.ACH: lambda _, sent, arrives: {"achDisbursement": AchDisbursementShape(sent, arrives)},
    DisbursementType.INTERNATIONAL_E_PAYMENT: _abroad,
    DisbursementType.RPPS: _rpps,
    DisbursementType.VIRTUAL_CARD: _vcard,
    DisbursementType.WALLET: lambda _, __, arrives: {"walletDisbursement": WalletDisbursementShape(arrives)},
}


def _recorded(payment: Payment) -> dict[str, Any]:
    return {
        "toPrintCheck": payment.to_print_check,
        "classifications": PaidFromShape(payment.chart_of_account_id) if payment.chart_of_account_id else None,
        "syncReference": payment.sync_reference,
        "allowExport": payment.allow_export,
    }


def create_payment(ctx: Ctx, _: Call, body: PaymentCreate) -> PaymentShape:
    """Schedule a payment of one bill."""
    checks = Checks()
    _check_bill(checks, body)
    check_supported(checks, body.fundingAccount, body.processingOptions)
    checks.raise_any()
    draft = PaymentDraft(
        bill_id=body.billId,
        vendor_id=body.vendorId,
        funding_account=funding_account_of(body.fundingAccount),
        amount=body.amount,
        process_on=body.processDate,
        description=body.description,
        transaction_number=body.transactionNumber,
        check_delivery_type=body.processingOptions.requestCheckDeliveryType,
        credits=credit_amounts(body.vendorCredits),
        exchange_rate_batch_id=body.exchangeRateBatchId,
        purpose=purpose_of(body.paymentPurpose),
        card_funding_purpose=body.cardFundingPurpose,
        pay_faster=wants_same_day(body.processingOptions),
    )
    try:
        return payment_shape(payments.create_payment(ctx, draft))
    except (ProcessDateInvalid, Refusals) as refused:
        raise _said_of_the_bill(refused, body.billId) from refused


def _said_of_the_bill(refused: ProcessDateInvalid | Refusals, bill_id: str | None) -> Refusals:
    """What was refused; a wrong process date is said once more of the bill that was named (recorded, §0.5)."""
    refusals = refused.refusals if isinstance(refused, Refusals) else [refused]
    dates = [one for one in refusals if isinstance(one, ProcessDateInvalid)]
    return Refusals([*refusals, *(OfBill(bill_id, one) for one in dates if bill_id is not None)])


def void_payment(ctx: Ctx, call: Call, body: PaymentVoid) -> PaymentShape:
    """Ask for a payment to be voided; one made elsewhere is void at once."""
    draft = VoidDraft(VoidKind(body.type), body.reason)
    return payment_shape(request_void(ctx, call.path_ids["paymentId"], draft))


def _check_bill(checks: Checks, body: PaymentCreate) -> None:
    """A bill that exists, or one to be created for a vendor."""
    if body.processingOptions.createBill:
        checks.require(body.billId is None, InvalidField("billId", "must be null where a bill is created"))
        checks.require(body.vendorId is not None, InvalidField("vendorId", "must not be null"))
    else:
        checks.require(body.billId is not None, InvalidField("billId", "must not be null"))


def funding_account_of(body: FundingAccountBody) -> FundingAccount:
    """What pays. There is one wallet, so nobody has to name it."""
    if body.type == "WALLET":
        return FundingAccount(FundingType.WALLET, WALLET)
    assert isinstance(body.id, str), "checked before"
    return FundingAccount(FundingType(body.type), body.id)


def check_supported(checks: Checks, funding: FundingAccountBody, options: ProcessingOptionsBody) -> None:
    """What can be done: pay at standard speed, or by a check that travels faster."""
    named = funding.type == "WALLET" or isinstance(funding.id, str)
    checks.require(named, InvalidField("fundingAccount.id", "must not be null"))
    delivery = options.requestCheckDeliveryType
    known = delivery == STANDARD or is_fast(delivery)
    checks.require(known, InvalidField("processingOptions.requestCheckDeliveryType", NOT_AVAILABLE))


def wants_same_day(options: ProcessingOptionsBody) -> bool:
    """Whether an ACH payment is to arrive on its process date; a check is made faster by its delivery."""
    return options.requestPayFaster and not is_fast(options.requestCheckDeliveryType)


SPELLING = credit_uses.SPELLING | {
    "vendor_id": "vendorId",
    "pay_faster": "processingOptions.requestPayFaster",
    "bill_id": "billId",
    "process_on": "processDate",
    "card_funding_purpose": "cardFundingPurpose",
    "transaction_number": "transactionNumber",
    "check_delivery_type": "processingOptions.requestCheckDeliveryType",
    "funding_account": "fundingAccount",
    "payment_purpose_text": "paymentPurpose.text",
    "payment_purpose_value": "paymentPurpose.code.value",
}


def declare(catalogue: Catalogue) -> None:
    """The rows of payments."""
    rows = Resource(
        catalogue, "payments", noun="payment", id_name="paymentId",
        shape=PaymentShape, writes=Permission.PAY_BILLS, spelling=SPELLING,
    )  # fmt: skip
    rows.list(payments.list_payments, payment_shape, LIST)
    rows.create(create_payment, PaymentCreate, trusted=True)
    rows.get(lambda ctx, payment_id: payment_shape(payments.read_payment(ctx, payment_id)))
    rows.action("void", void_payment, PaymentVoid)
    rows.action("cancel", lambda ctx, call, _: payment_shape(cancel_payment(ctx, call.path_ids["paymentId"])))
