"""The records of payables."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

import msgspec

from billfold.approvals.model import ApprovalStatus as ApprovalStatus  # noqa: PLC0414 - a part of a bill
from billfold.kit.ctx import RecordStatus
from billfold.payables.credits.model import CreditAmount, CreditApplication
from billfold.payables.voids.model import VoidRequest


class PaymentStatus(StrEnum):
    """How far a bill is paid."""

    UNPAID = "UNPAID"
    SCHEDULED = "SCHEDULED"
    IN_PROCESS = "IN_PROCESS"
    PARTIALLY_PAID = "PARTIALLY_PAID"
    PAID = "PAID"


class BillDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What a user may say of a bill, but for its lines."""

    vendor_id: str
    invoice_number: str
    invoice_on: date
    due_on: date
    posting_on: date | None = None
    description: str | None = None
    po_number: str | None = None
    exchange_rate: Decimal | None = None
    pay_from_chart_of_account_id: str | None = None
    chart_of_account_id: str | None = None
    accounting_class_id: str | None = None
    department_id: str | None = None
    location_id: str | None = None
    item_id: str | None = None
    payment_term_id: str | None = None


class LineDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a bill. `id` names a line that exists; amount, or quantity and price."""

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


class Bill(msgspec.Struct, frozen=True):
    """What the organization owes a vendor. Amounts are minor units of the bill's currency.

    `in_process_minor` is the part of `scheduled_minor` that banks already work on, `pending_credit_minor` the part of
    `credit_minor` that stands in payments under way. `funding_minor` is the amount in cents of USD, where that differs
    and a rate is given. `number_key` is the invoice number as duplicates are found.
    """

    organization_id: str
    id: str
    ordinal: int
    vendor_id: str
    invoice_number: str
    invoice_on: date
    due_on: date
    posting_on: date
    description: str | None
    po_number: str | None
    currency: str
    exchange_rate: Decimal | None
    amount_minor: int
    scheduled_minor: int
    in_process_minor: int
    paid_minor: int
    credit_minor: int
    payment_status: PaymentStatus
    approval_status: ApprovalStatus
    pay_from_bank_account_id: str | None
    pay_from_chart_of_account_id: str | None
    chart_of_account_id: str | None
    accounting_class_id: str | None
    department_id: str | None
    location_id: str | None
    item_id: str | None
    last_payment_on: date | None
    created_by: str
    record_status: RecordStatus
    created_at: datetime
    updated_at: datetime
    payment_term_id: str | None
    funding_minor: int | None
    number_key: str
    pending_credit_minor: int

    @property
    def archived(self) -> bool:
        """Whether the bill is out of use."""
        return self.record_status is not RecordStatus.ACTIVE

    @property
    def due_minor(self) -> int:
        """What can still be paid."""
        return self.amount_minor - self.scheduled_minor - self.paid_minor - self.credit_minor

    @property
    def settled_minor(self) -> int:
        """What is paid: the money of payments that cleared, and credits that no payment under way holds."""
        return self.paid_minor + self.credit_minor - self.pending_credit_minor


class BillLine(msgspec.Struct, frozen=True):
    """A line of a bill; `position` keeps the order that the user gave."""

    organization_id: str
    bill_id: str
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
    form_1099_category_id: str | None
    is_reportable: bool
    reportable_minor: int | None


class BillView(msgspec.Struct, frozen=True):
    """A bill as readers see it: with its lines and its vendor's name."""

    bill: Bill
    lines: list[BillLine]
    vendor_name: str


class SingleStatus(StrEnum):
    """The fine status of a payment; every other status follows from it (payables/payments/payment_states.py)."""

    SCHEDULED = "SCHEDULED"
    READY_TO_FUND = "READY_TO_FUND"
    FUNDING_STARTED = "FUNDING_STARTED"
    PROCESSED = "PROCESSED"
    SENT = "SENT"
    DELIVERED = "DELIVERED"
    EXPIRING = "EXPIRING"
    PARTIALLY_CLAIMED = "PARTIALLY_CLAIMED"
    CLEARED = "CLEARED"
    DISBURSEMENT_ON_HOLD = "DISBURSEMENT_ON_HOLD"
    CANCELED = "CANCELED"
    VOID_PENDING = "VOID_PENDING"
    VOIDED = "VOIDED"
    FUNDING_FAILED_VOIDED = "FUNDING_FAILED_VOIDED"
    FUNDING_FAILED_ACTION_NEEDED = "FUNDING_FAILED_ACTION_NEEDED"
    #: BILL has no word for it: shown as FUNDING_FAILED_ACTION_NEEDED.
    FUNDING_FAILED_AFTER_REFUND = "FUNDING_FAILED_AFTER_REFUND"
    DISBURSEMENT_FAILED_ACTION_NEEDED = "DISBURSEMENT_FAILED_ACTION_NEEDED"
    FUNDS_ESCHEATED = "FUNDS_ESCHEATED"


class Stage(StrEnum):
    """In which of a bill's amounts the money of a payment is counted."""

    SCHEDULED = "scheduled"
    IN_PROCESS = "in process"
    PAID = "paid"
    GIVEN_BACK = "given back"


class DisbursementType(StrEnum):
    """How the vendor gets the money; OFFLINE: outside Billfold, which only keeps the books."""

    ACH = "ACH"
    CHECK = "CHECK"
    INTERNATIONAL_E_PAYMENT = "INTERNATIONAL_E_PAYMENT"
    RPPS = "RPPS"
    VIRTUAL_CARD = "VIRTUAL_CARD"
    WALLET = "WALLET"
    OFFLINE = "OFFLINE"


class FundingType(StrEnum):
    """What kind of account of the organization pays (contract: payables §6.2)."""

    BANK_ACCOUNT = "BANK_ACCOUNT"
    CARD_ACCOUNT = "CARD_ACCOUNT"
    AP_CARD = "AP_CARD"
    WALLET = "WALLET"


class FundingAccount(msgspec.Struct, frozen=True):
    """Which account of the organization pays; the wallet's id is its account in the ledger, for there is one."""

    type: FundingType
    id: str


class BillAmount(msgspec.Struct, frozen=True):
    """How much money to pay of which bill, in the bill's currency, and which credits to use on top."""

    bill_id: str
    amount: Decimal
    credits: tuple[CreditAmount, ...] = ()


class Purpose(msgspec.Struct, frozen=True):
    """What a payment abroad is for, as its country wants it said: a text, or a code of its list with its name."""

    text: str | None = None
    name: str | None = None
    value: str | None = None


class PaymentDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A payment to make of one bill, or, without a bill, of one that is created with it.

    `amount` is in the bill's currency; no process date means the earliest. `unapproved`: bills with outstanding
    approvers too, if the role may. `exchange_rate_batch_id`: at which held rate a bill that is not in USD is paid.
    """

    bill_id: str | None
    funding_account: FundingAccount
    amount: Decimal
    vendor_id: str | None = None
    process_on: date | None = None
    description: str | None = None
    transaction_number: str | None = None
    check_delivery_type: str = "STANDARD"
    unapproved: bool = False
    credits: tuple[CreditAmount, ...] = ()
    exchange_rate_batch_id: int | None = None
    purpose: Purpose = Purpose()
    card_funding_purpose: str | None = None
    pay_faster: bool = False


class PayRunDraft(msgspec.Struct, frozen=True, kw_only=True):
    """Bills to pay in one go, all or none, from one account on one day: no date means the earliest.

    With `vendor_id` every bill must be that vendor's. Every payment made carries the `transaction_number`, if given.
    `bill_created`: the one bill was made for this. `covered`: the amount of a bill may be zero where its credits are
    all that is due; they are used, and no money moves for it.
    """

    bills: tuple[BillAmount, ...]
    funding_account: FundingAccount
    vendor_id: str | None = None
    process_on: date | None = None
    description: str | None = None
    transaction_number: str | None = None
    check_delivery_type: str = "STANDARD"
    unapproved: bool = False
    bill_created: bool = False
    covered: bool = False
    exchange_rate_batch_id: int | None = None
    #: Whether the batch's rates were taken for this run when it was asked for (`exchange_quotes.claim_quotes`).
    rates_claimed: bool = False
    purpose: Purpose = Purpose()
    card_funding_purpose: str | None = None
    #: To arrive on the process date itself (`payables/payments/same_day.py`).
    pay_faster: bool = False


class OfflineDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A payment of one vendor's bills that was made outside Billfold. No vendor means that of the bills."""

    bills: tuple[BillAmount, ...]
    process_on: date
    to_print_check: bool
    vendor_id: str | None = None
    chart_of_account_id: str | None = None
    description: str | None = None
    sync_reference: str | None = None
    allow_export: bool = True
    unapproved: bool = False


class Payment(msgspec.Struct, frozen=True):
    """Money on its way to a vendor: a funding leg and a disbursement leg (settled.md §3).

    One that is not `online` was made outside Billfold and has no legs; the fields from `chart_of_account_id` to
    `allow_export` are its own. `funding_minor` is in USD, None where that is not known; `fee_minor` is what the funding
    costs beside it. `bill_created`: its bill was made with it. `voided_from` is the status in which a void was last
    asked for; None if it never was. From `exchange_rate` on it is of payments abroad; the rate is units of the currency
    for one dollar.
    """

    organization_id: str
    id: str
    ordinal: int
    vendor_id: str
    bank_account_id: str | None
    vendor_bank_account_id: str | None
    amount_minor: int
    currency: str
    funding_minor: int | None
    process_on: date
    arrives_on: date
    sent_on: date | None
    description: str | None
    transaction_number: str
    confirmation_number: str
    single_status: SingleStatus
    stage: Stage
    disbursement_type: DisbursementType
    check_delivery_type: str
    remittance_email: str | None
    cancel_requested: bool
    return_code: str | None
    created_by: str
    created_at: datetime
    updated_at: datetime
    online: bool = True
    bill_created: bool = False
    check_number: int | None = None
    chart_of_account_id: str | None = None
    sync_reference: str | None = None
    to_print_check: bool = False
    allow_export: bool = True
    funding_type: FundingType | None = None
    funding_source_id: str | None = None
    fee_minor: int | None = None
    card_funding_purpose: str | None = None
    virtual_card_last4: str | None = None
    virtual_card_valid_until: date | None = None
    rpps_trace_number: str | None = None
    rpps_batch_number: int | None = None
    pay_faster: bool = False
    voided_from: SingleStatus | None = None
    tracking_number: str | None = None
    exchange_rate: Decimal | None = None
    exchange_rate_batch_id: int | None = None
    purpose_text: str | None = None
    purpose_name: str | None = None
    purpose_value: str | None = None
    disbursement_sub_type: str | None = None

    @property
    def funding_account(self) -> FundingAccount | None:
        """What pays; None where Billfold only keeps the books."""
        if self.funding_type is None or self.funding_source_id is None:
            return None
        return FundingAccount(self.funding_type, self.funding_source_id)


class BillPayment(msgspec.Struct, frozen=True):
    """How much of a payment goes to which bill."""

    organization_id: str
    payment_id: str
    id: str
    ordinal: int
    bill_id: str
    amount_minor: int


class PaymentHold(msgspec.Struct, frozen=True):
    """That a payment waits for its vendor's bank account to be confirmed."""

    organization_id: str
    payment_id: str
    vendor_id: str
    held_at: datetime


class PaidBill(msgspec.Struct, frozen=True):
    """A part of a payment with what it mirrors of the payment: an object of its own on v2."""

    organization_id: str
    id: str
    ordinal: int
    bill_id: str
    payment_id: str
    amount_minor: int
    currency: str
    confirmation_number: str
    single_status: SingleStatus
    description: str | None
    process_on: date
    created_at: datetime
    updated_at: datetime
    sync_reference: str | None
    to_print_check: bool
    chart_of_account_id: str | None
    online: bool
    allow_export: bool


class PaymentView(msgspec.Struct, frozen=True):
    """A payment as readers see it; `void_requests` in the order in which they were made.

    `credits` are what its bills use of credits on top of its money.
    """

    payment: Payment
    bill_payments: list[BillPayment]
    vendor_name: str
    void_requests: list[VoidRequest] = []
    credits: list[CreditApplication] = []
