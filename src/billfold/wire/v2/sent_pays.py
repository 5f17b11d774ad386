"""SentPay, BillPay and BillCredit, to read and to list (contract v2.md §5.6, §5.7, §5.8)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import msgspec

from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx
from billfold.kit.money import to_decimal
from billfold.payables.autopay.runs import made_by_itself
from billfold.payables.credits import credit_applications
from billfold.payables.credits.model import CreditApplication
from billfold.payables.payments import payments
from billfold.payables.payments.model import DisbursementType, PaidBill, Payment, PaymentView
from billfold.payables.payments.payment_states import MEANINGS
from billfold.payables.voids.model import VoidKind, VoidStatus
from billfold.wire.catalog import Catalogue
from billfold.wire.v2 import kinds
from billfold.wire.v2.fields import (
    CREATED,
    ID,
    UPDATED,
    Field,
    Table,
    choice,
    day,
    flag,
    money,
    number,
    reference,
    text,
)
from billfold.wire.v2.resource import Verbs, declare_entity

#: None of ours is still approved, but lists may ask.
STATUSES: Final[Mapping[str, Any]] = {
    "0": "APPROVING",
    **{
        code: tuple(single for single, meaning in MEANINGS.items() if meaning.v2_status == code)
        for code in ("1", "2", "3", "4", "5")
    },
}
#: A part knows nothing of escheatment: its bill is paid (contract v2.md §4).
_PART_STATUSES: Final = {code: statuses for code, statuses in STATUSES.items() if code not in {"2", "5"}} | {
    "2": STATUSES["2"] + STATUSES["5"]
}
#: The codes are not documented; these are Billfold's choice.
VOID_KINDS: Final = {"0": VoidKind.VOID_AND_CREDIT, "1": VoidKind.VOID_AND_REISSUE}
DISBURSEMENT_TYPES: Final = {
    "0": DisbursementType.CHECK,
    "1": DisbursementType.RPPS,
    "2": DisbursementType.ACH,
    "7": DisbursementType.VIRTUAL_CARD,
    "9": DisbursementType.WALLET,
    "4": DisbursementType.OFFLINE,
    "5": DisbursementType.INTERNATIONAL_E_PAYMENT,
}
#: A delivery that v2 has no code for is a standard one to it.
_DELIVERIES: Final = {"0": ("STANDARD", "RTP_DELIVERY"), "10": "UPS_1DAY", "11": "UPS_2DAY", "12": "UPS_3DAY"}


class SentPaySource(msgspec.Struct, frozen=True):
    """What a payment is shown from."""

    view: PaymentView
    by_itself: bool

    @property
    def payment(self) -> Payment:
        return self.view.payment


def _part_amount(paid: PaidBill) -> Decimal:
    return to_decimal(paid.amount_minor, paid.currency)


def _credit_amount(use: CreditApplication) -> Decimal:
    return to_decimal(use.amount_minor, use.currency)


def _bill_pay_fields(tail_since: str) -> list[Field]:
    """The fields of BillPay; inside a SentPay its last three came later."""
    return [
        ID,
        reference("billId", "bill_id", read_only=True),
        text("name", "confirmation_number", read_only=True),
        choice("paymentStatus", "single_status", _PART_STATUSES, read_only=True),
        money("amount", "amount_minor", read_only=True, filterable=True, read=_part_amount),
        text("description", "description", read_only=True),
        day("processDate", "process_on", read_only=True),
        CREATED,
        UPDATED,
        text("syncReference", "sync_reference", read_only=True),
        flag("toPrintCheck", "to_print_check", read_only=True),
        reference("chartOfAccountId", "chart_of_account_id", read_only=True),
        choice("paymentType", "online", {"0": True, "1": False}, read_only=True, since=tail_since),
        reference("sentPayId", "payment_id", read_only=True, since=tail_since),
        flag("allowExport", "allow_export", read_only=True, since=tail_since),
    ]


BILL_PAY: Final = Table("BillPay", *_bill_pay_fields("2012"))
_NESTED_BILL_PAY: Final = Table("BillPay", *_bill_pay_fields("2021"))

BILL_CREDIT: Final = Table(
    "BillCredit",
    ID,
    reference("billId", "bill_id", read_only=True),
    reference("sentPayId", "payment_id", read_only=True),
    reference("vendorCreditId", "credit_id", read_only=True),
    money("amount", "amount_minor", read_only=True, filterable=True, read=_credit_amount),
    CREATED,
    UPDATED,
)

#: What SentPay shows of a void that is pending. Its shape is not documented; this is Billfold's choice.
VOID_REQUEST: Final = Table(
    "VoidRequest",
    ID,
    choice("type", "kind", VOID_KINDS, read_only=True),
    choice("status", "status", {status.value: status for status in VoidStatus}, read_only=True),
    text("reason", "reason", read_only=True),
    reference("requestedBy", "requested_by", read_only=True),
    CREATED,
    UPDATED,
)

SENT_PAY: Final = Table(
    "SentPay",
    ID,
    day("processDate", "process_on", read_only=True),
    money(
        "amount", "amount_minor", read_only=True, filterable=True,
        read=lambda source: to_decimal(source.payment.amount_minor, source.payment.currency),
    ),
    choice("status", "single_status", STATUSES, read_only=True),
    text("description", "description", read_only=True),
    text("txnNumber", "transaction_number", read_only=True, filterable=True),
    text("name", "confirmation_number", read_only=True),
    reference("vendorId", "vendor_id", read_only=True),
    flag("isOnline", "online", read_only=True, filterable=True),
    flag("fasterPayment", "pay_faster", read_only=True, filterable=True, since="2021"),
    choice("deliveryTypeRequested", "check_delivery_type", _DELIVERIES, read_only=True, since="2021"),
    choice("paymentType", "disbursement_type", DISBURSEMENT_TYPES, read_only=True, since="2021"),
    reference("chartOfAccountId", "chart_of_account_id", read_only=True),
    text("syncReference", "sync_reference", read_only=True),
    flag("toPrintCheck", "to_print_check", read_only=True),
    CREATED,
    UPDATED,
    reference("bankAccountId", "bank_account_id", read_only=True),
    flag("needAttnReviewed"),
    Field(name="source", kind=kinds.TEXT, read=lambda source: "1" if source.by_itself else "0"),
    number("exchangeRate", "exchange_rate", read_only=True, since="2012"),
    Field(
        name="billPays", kind=kinds.LINES, attribute="bill_payments", read_only=True, lines=_NESTED_BILL_PAY,
        read=lambda source: payments.paid_bills_of(source.view),
    ),
    Field(
        name="billCredits", kind=kinds.LINES, attribute="bill_credits", read_only=True, lines=BILL_CREDIT,
        read=lambda source: source.view.credits,
    ),
    root="payment",
)  # fmt: skip


def show_sent_pays(ctx: Ctx, views: list[PaymentView], vintage: str) -> list[dict[str, Any]]:
    """Payments as this vintage shows them."""
    by_itself = made_by_itself(ctx, sorted({part.bill_id for view in views for part in view.bill_payments}))
    return [_show_sent_pay(SentPaySource(view, view.payment.id in by_itself), vintage) for view in views]


def _show_sent_pay(source: SentPaySource, vintage: str) -> dict[str, Any]:
    shown = SENT_PAY.encode(source, vintage)
    request = source.view.open_void
    if request is None:
        return shown
    parts = {name: shown.pop(name) for name in ("billPays", "billCredits")}
    return shown | {"voidRequest": VOID_REQUEST.encode(request, vintage)} | parts


def declare(catalogue: Catalogue) -> None:
    """The rows of payments: to read and to list."""
    for table, verbs in (
        (SENT_PAY, Verbs(show=show_sent_pays, get=payments.get_payment, find=payments.list_payments)),
        (BILL_PAY, Verbs(get=payments.get_paid_bill, find=payments.list_paid_bills)),
        (BILL_CREDIT, Verbs(get=credit_applications.get_application, find=credit_applications.list_applications)),
    ):
        declare_entity(catalogue, table, verbs, Permission.PAY_BILLS, bulk=False)
