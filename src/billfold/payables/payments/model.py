"""The records of payments."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

import msgspec

from billfold.payables.credits.model import CreditAmount, CreditApplication
from billfold.payables.voids.model import VoidRequest, VoidStatus


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

    `credits` are what its bills use of credits on top of its money. `is_leaving`: a file has what pays the vendor, so
    that nothing calls it off any more, though it has not left; only readers outside are told (`payments.read_payment`).
    """

    payment: Payment
    bill_payments: list[BillPayment]
    vendor_name: str
    void_requests: list[VoidRequest] = []
    credits: list[CreditApplication] = []
    is_leaving: bool = False

    @property
    def open_void(self) -> VoidRequest | None:
        """The void that is to be decided, if any."""
        newest = self.void_requests[-1] if self.void_requests else None
        return newest if newest is not None and newest.status is VoidStatus.TO_BE_PROCESSED else None
