"""The records of rails and the states of a transfer.

All rails share one life. Payables originates a transfer of a rail, holds or releases it, and may cancel it while no
file carries it; from then on the rail moves it and payables listens (`wiring.py`).

| step | ACH (`rails/ach.py`) | check (`rails/checks/`) | event |
|---|---|---|---|
| released for a day: `transfers.release` | the job `rails.ach.cutoff` | the job `rails.check.print` | |
| held again: `transfers.hold` | no cut-off takes it | no printing takes it | |
| `transfers.send` | in a NACHA file, with `trace_number` | printed in a batch, with `check_number` | `TransferSent` |
| `transfers.refuse` | the vendor's account is invalid | no check can be printed for the payee | `TransferRefused` |
| `transfers.start` | taken up by the Federal Reserve | mailed: at once, with the printing | `TransferStarted` |
| `transfers.deliver` | | the letter arrived | `TransferDelivered` |
| `transfers.settle` | the money is in the account | the payee's bank was paid | `TransferSettled` |
| `transfers.return_transfer` | a bank sent it back | the check came back or was not honored | `TransferReturned` |

The steps of rails that only a sandbox has, each a row of `DAYS` in its file (`rails/days.py`):

| rail | `send` | `start` | `deliver` | `settle` | `return_transfer` |
|---|---|---|---|---|---|
| `card.py` | at the cut-off | charged, when its day begins | | captured a day later | declined, charged back |
| `wallet.py` | at the cut-off | when its day begins | | at once | there is too little in it |
| `virtual_cards.py` | issued | at once | its mail is read | charged in full | voided, expired |
| `rpps.py` | in a batch, with `trace_number` | when its day begins | | the biller has it | the biller refuses |

A transfer abroad (`rails/international.py`) is sent and started with its pain.001 file, and settled or returned when
the bank says so; in a sandbox the clock does.

A check is drawn to the vendor whose id is `account_id` (`Holder.PAYEE`): name and address are those at the time of
printing. Its `addendum` is the memo, its `remittance` the stub. The account that it is paid from is that of the
subject's funding leg (`transfers.transfer_of(ctx, transfer.subject_id, Leg.FUNDING).account_id`).

A book transfer (`rails/book.py`) takes all its steps in one moment and is seen by no bank.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

import msgspec

from billfold.kit.states import Transitions


class Rail(StrEnum):
    """What carries a transfer."""

    ACH = "ach"
    CHECK = "check"
    BOOK = "book"
    WIRE = "wire"
    INTERNATIONAL = "international"
    CARD = "card"
    WALLET = "wallet"
    VIRTUAL_CARD = "virtual card"
    RPPS = "rpps"


class Leg(StrEnum):
    """Which part of a payment's way a transfer is (settled.md §3).

    A refund gives funded money back; a repayment makes good a funding that came back.
    """

    FUNDING = "funding"
    DISBURSEMENT = "disbursement"
    REFUND = "refund"
    REPAYMENT = "repayment"


class Direction(StrEnum):
    """Seen from the bank account named: debit takes from it, credit gives to it."""

    DEBIT = "debit"
    CREDIT = "credit"


class Holder(StrEnum):
    """Whose account a transfer debits or credits.

    A bank account of the organization or of a vendor; a card, AP card or the wallet of the organization; a payee is a
    vendor who gets the money in another way than on a bank account.
    """

    ORGANIZATION = "organization"
    VENDOR = "vendor"
    PAYEE = "payee"
    CARD = "card"
    AP_CARD = "ap card"
    WALLET = "wallet"


class TransferStatus(StrEnum):
    """Held until released; scheduled for a day; sent in a file; started at the Fed; settled or returned.

    A check is delivered before it is settled.
    """

    HELD = "held"
    SCHEDULED = "scheduled"
    SENT = "sent"
    STARTED = "started"
    DELIVERED = "delivered"
    SETTLED = "settled"
    RETURNED = "returned"
    CANCELLED = "cancelled"


#: Nothing of these is on its way, nor ever will be.
ENDED: Final = frozenset({TransferStatus.RETURNED, TransferStatus.CANCELLED})

TRANSITIONS = Transitions(
    "transfer",
    {
        TransferStatus.HELD: {TransferStatus.SCHEDULED, TransferStatus.CANCELLED},
        TransferStatus.SCHEDULED: {TransferStatus.SENT, TransferStatus.CANCELLED, TransferStatus.HELD},
        TransferStatus.SENT: {TransferStatus.STARTED, TransferStatus.RETURNED},
        TransferStatus.STARTED: {TransferStatus.DELIVERED, TransferStatus.SETTLED, TransferStatus.RETURNED},
        TransferStatus.DELIVERED: {TransferStatus.SETTLED, TransferStatus.RETURNED},
        # A bank may send money back after it had taken it.
        TransferStatus.SETTLED: {TransferStatus.RETURNED},
        TransferStatus.RETURNED: (),
        TransferStatus.CANCELLED: (),
    },
)


class Transfer(msgspec.Struct, frozen=True):
    """One movement on a rail. `subject_id` is what it is for; `addendum` is told to the receiver.

    `sec_code` is the class of its entry in a NACHA file. `same_day_at`: from then on it may leave on the day itself.
    `delivery` is how a check travels if not by post (`checks.model.Delivery`), under its `tracking_number`.
    """

    organization_id: str
    id: str
    ordinal: int
    subject_id: str
    leg: Leg
    rail: Rail
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
    remittance: str | None
    check_number: int | None
    delivered_at: datetime | None
    returned_at: datetime | None
    sec_code: str | None = None
    same_day_at: datetime | None = None
    delivery: str | None = None
    tracking_number: str | None = None


class RemittanceLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """A document that a transfer pays, how much of it, and what credits settle of it besides: a line of a check's stub.

    Stored as JSON.
    """

    document_number: str
    document_on: date
    amount_minor: int
    description: str = ""
    credit_minor: int = 0


class MovementKind(StrEnum):
    """Which side of the books a money movement belongs to."""

    PAYABLES = "payables"
    RECEIVABLES = "receivables"


class MovementStatus(StrEnum):
    """Sent while the bank is at it; confirmed when it is done; void when all of it came back at once."""

    SENT = "sent"
    CONFIRMED = "confirmed"
    VOID = "void"


class MoneyMovement(msgspec.Struct, frozen=True):
    """All that moves on one of the organization's bank accounts on one day in one direction.

    `amount_minor` is negative for money that leaves; `under_way` counts transfers that have not settled.
    """

    organization_id: str
    id: str
    ordinal: int
    name: str
    kind: MovementKind
    direction: Direction
    bank_account_id: str
    process_on: date
    currency: str
    amount_minor: int
    under_way: int
    status: MovementStatus
    created_at: datetime
    updated_at: datetime


class AchFile(msgspec.Struct, frozen=True):
    """A NACHA file built for one effective entry date, with its control totals.

    `bank_account_id` is the organization's account that the bank settles the file on, where it is its own bank.
    """

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
    same_day_window: str | None
    bank_account_id: str | None


class Lane(StrEnum):
    """Which cut-offs put a file together: the night's, or those of the same-day windows. Each has one file open."""

    NIGHT = "night"
    SAME_DAY = "same day"


class Assembly(msgspec.Struct, frozen=True):
    """A file that is being put together, part by part."""

    organization_id: str
    lane: Lane
    file_id: str
    ordinal: int
    part_count: int
    entry_count: int
    created_at: datetime


class FilePart(msgspec.Struct, frozen=True):
    """Entries of one batch of a file that is being put together; their records are in a sealed column.

    `batch` tells the batches of a file apart and orders them: direction, what for, class, and the round of trace
    numbers, which ascend within a batch.
    """

    organization_id: str
    file_id: str
    number: int
    batch: str
    entry_count: int
    record_count: int
    entry_hash: int
    debit_minor: int
    credit_minor: int


class PrenoteStatus(StrEnum):
    """Scheduled for a cut-off; sent in a file; good when its time is over; returned: no money may follow.

    Corrected: what it tried the bank had written otherwise since, so nothing that it says keeps money from following.
    """

    SCHEDULED = "scheduled"
    SENT = "sent"
    GOOD = "good"
    RETURNED = "returned"
    CORRECTED = "corrected"


PRENOTE_TRANSITIONS = Transitions(
    "prenote",
    {
        PrenoteStatus.SCHEDULED: {PrenoteStatus.SENT},
        PrenoteStatus.SENT: {PrenoteStatus.GOOD, PrenoteStatus.RETURNED, PrenoteStatus.CORRECTED},
        PrenoteStatus.GOOD: {PrenoteStatus.RETURNED, PrenoteStatus.CORRECTED},
        PrenoteStatus.RETURNED: {PrenoteStatus.CORRECTED},
        PrenoteStatus.CORRECTED: (),
    },
)


class Prenote(msgspec.Struct, frozen=True):
    """A trial entry without money to a vendor's new bank account."""

    organization_id: str
    id: str
    ordinal: int
    account_id: str
    vendor_id: str
    effective_on: date
    status: PrenoteStatus
    file_id: str | None
    trace_number: str | None
    return_code: str | None
    created_at: datetime
    updated_at: datetime


class Originator(msgspec.Struct, frozen=True):
    """Who sends the file (company and origin), from which bank (ODFI), to whom (destination), and in what form.

    `own_bank_account_id`: the organization sends its files to its own bank, which settles them on this account.
    """

    organization_id: str
    company_name: str
    company_id: str
    immediate_origin: str
    origin_name: str
    odfi_routing: str
    immediate_destination: str
    destination_name: str
    bank_profile: str
    offset_bank_account_id: str | None
    updated_at: datetime
    sends_prenotes: bool | None
    own_bank_account_id: str | None

    @property
    def id(self) -> str:
        """What an event is about: an organization has one originator."""
        return self.organization_id


class ExchangeRate(msgspec.Struct, frozen=True):
    """How many units of a currency one US dollar is."""

    organization_id: str
    currency: str
    rate: Decimal
    source: str
    updated_at: datetime

    @property
    def id(self) -> str:
        """What an event is about: each currency has one rate."""
        return self.currency


class InternationalOrder(msgspec.Struct, frozen=True):
    """What a transfer abroad says beyond amount and account.

    `exchange_rate` is the one that was held, by `contract_number`; a transfer without one is of the sender's money,
    paid in `payment_currency` at the bank's rate of the day.
    """

    organization_id: str
    transfer_id: str
    sub_type: str
    payment_currency: str
    exchange_rate: Decimal | None
    contract_number: str | None
    purpose_code: str | None
    purpose_text: str | None
