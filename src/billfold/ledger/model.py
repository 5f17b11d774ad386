"""The values of the ledger: what a transfer is and which states it may pass through."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import msgspec

from billfold.kit.states import Transitions


class Status(StrEnum):
    """Where a transfer stands."""

    PENDING = "pending"
    POSTED = "posted"
    VOIDED = "voided"


TRANSITIONS = Transitions(
    "ledger transfer",
    {Status.PENDING: {Status.POSTED, Status.VOIDED}, Status.POSTED: (), Status.VOIDED: ()},
)

PREFIX = "ltr"


class Code(StrEnum):
    """Why money or debt moved (settled.md §3)."""

    BILL = "bill"
    BILL_REVERSAL = "bill_reversal"
    VENDOR_CREDIT = "vendor_credit"
    VENDOR_CREDIT_REVERSAL = "vendor_credit_reversal"
    DISBURSEMENT = "disbursement"
    DISBURSEMENT_RETURN = "disbursement_return"
    FUNDING = "funding"
    FUNDING_RETURN = "funding_return"
    REPAYMENT = "repayment"
    REPAYMENT_RETURN = "repayment_return"
    REFUND = "refund"
    REFUND_RETURN = "refund_return"
    FEE = "fee"
    FEE_RETURN = "fee_return"
    CARD_STATEMENT = "card_statement"
    WALLET_TOP_UP = "wallet_top_up"
    OFFLINE_PAYMENT = "offline_payment"
    OFFLINE_PAYMENT_REVERSAL = "offline_payment_reversal"
    BANK_LINE = "bank_line"
    BANK_LINE_REVERSAL = "bank_line_reversal"


class Entry(msgspec.Struct, frozen=True):
    """A transfer to make: debit one account and credit another with the same amount.

    `document_id` is what it belongs to (a bill, a payment); `related_id` the other document it touches.
    """

    debit_account: str
    credit_account: str
    amount_minor: int
    currency: str
    code: Code
    document_id: str
    effective_on: date
    related_id: str | None = None


class Transfer(msgspec.Struct, frozen=True):
    """A row of the ledger."""

    organization_id: str
    id: str
    ordinal: int
    debit_account: str
    credit_account: str
    currency: str
    amount_minor: int
    status: Status
    code: Code
    document_id: str
    related_id: str | None
    effective_on: date
    created_at: datetime
    closed_at: datetime | None
    reverses_id: str | None
    reversed_by_id: str | None
