"""The records of mass payments."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from billfold.kit.states import Transitions
from billfold.payables.payments.model import BillAmount, PayRunDraft


class PartStatus(StrEnum):
    """How far one bill of a batch is: its payment is to be made, was made, or was refused."""

    SCHEDULED = "SCHEDULED"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"


TRANSITIONS = Transitions(
    "mass payment",
    {
        PartStatus.SCHEDULED: {PartStatus.COMPLETED, PartStatus.FAILED},
        PartStatus.COMPLETED: (),
        PartStatus.FAILED: (),
    },
)


class MassPayment(msgspec.Struct, frozen=True):
    """A batch of `total` bills. `request` is the pay run without its bills, as JSON."""

    organization_id: str
    id: str
    ordinal: int
    request: str
    total: int
    created_by: str
    created_at: datetime

    def run(self) -> PayRunDraft:
        """What was asked for, without the bills."""
        return msgspec.json.decode(self.request, type=PayRunDraft)


class MassPart(msgspec.Struct, frozen=True):
    """A bill of a batch. `wanted` is a `BillAmount` as JSON; a chunk is paid in one transaction.

    `error_code` is the refusal's stable code, `error` its sentence.
    """

    organization_id: str
    batch_id: str
    position: int
    chunk: int
    bill_id: str
    wanted: str
    status: PartStatus
    payment_id: str | None
    error_code: str | None
    error: str | None

    def amount(self) -> BillAmount:
        """How much of which bill to pay."""
        return msgspec.json.decode(self.wanted, type=BillAmount)


class MassView(msgspec.Struct, frozen=True):
    """A batch as readers see it: with its bills in the order of the request."""

    batch: MassPayment
    parts: list[MassPart]
