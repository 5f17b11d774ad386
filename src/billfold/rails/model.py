"""The records of rails and the states of a transfer."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import msgspec

from billfold.kit.states import Transitions


class Leg(StrEnum):
    """Which of a payment's two legs a transfer is (settled.md §3)."""

    FUNDING = "funding"
    DISBURSEMENT = "disbursement"


class Direction(StrEnum):
    """Seen from the bank account named: debit takes from it, credit gives to it."""

    DEBIT = "debit"
    CREDIT = "credit"


class Holder(StrEnum):
    """Whose bank account a transfer debits or credits."""

    ORGANIZATION = "organization"
    VENDOR = "vendor"


class TransferStatus(StrEnum):
    """Held until released; scheduled for a day; sent in a file; started at the Fed; settled or returned."""

    HELD = "held"
    SCHEDULED = "scheduled"
    SENT = "sent"
    STARTED = "started"
    SETTLED = "settled"
    RETURNED = "returned"
    CANCELLED = "cancelled"


TRANSITIONS = Transitions(
    "transfer",
    {
        TransferStatus.HELD: {TransferStatus.SCHEDULED, TransferStatus.CANCELLED},
        TransferStatus.SCHEDULED: {TransferStatus.SENT, TransferStatus.CANCELLED},
        TransferStatus.SENT: {TransferStatus.STARTED, TransferStatus.RETURNED},
        TransferStatus.STARTED: {TransferStatus.SETTLED, TransferStatus.RETURNED},
        # A bank may send money back after it had taken it.
        TransferStatus.SETTLED: {TransferStatus.RETURNED},
        TransferStatus.RETURNED: (),
        TransferStatus.CANCELLED: (),
    },
)


class Transfer(msgspec.Struct, frozen=True):
    """One movement on a rail. `subject_id` is what it is for; `addendum` is told to the receiver."""

    organization_id: str
    id: str
    ordinal: int
    subject_id: str
    leg: Leg
    rail: str
    direction: Direction
    account_table: Holder
    account_id: str
    counterparty: str
    addendum: str | None
    amount_minor: int
    currency: str
    effective_on: date
    status: TransferStatus
    file_id: str | None
    trace_number: str | None
    return_code: str | None
    change_code: str | None
    settled_at: datetime | None
    created_at: datetime
    updated_at: datetime


class AchFile(msgspec.Struct, frozen=True):
    """A NACHA file built for one effective entry date, with its control totals."""

    organization_id: str
    id: str
    ordinal: int
    stored_file_id: str
    effective_on: date
    entry_count: int
    debit_minor: int
    credit_minor: int
    status: str
    created_at: datetime
    updated_at: datetime
