"""The records of checks and the states of one."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Final

import msgspec

from billfold.bankfiles.checks import Stock
from billfold.kit.states import Transitions


class CheckStatus(StrEnum):
    """Printed and mailed; delivered; cashed. A check that ends otherwise keeps its number.

    Voided by its drawer before it was cashed; stopped at the bank; stale: nobody cashed it in time; returned: a bank
    refused it, or sent it back after it was cashed; escheated: nobody claimed its money, which went to the state.
    """

    PRINTED = "printed"
    DELIVERED = "delivered"
    CLEARED = "cleared"
    VOIDED = "voided"
    STOPPED = "stopped"
    STALE = "stale"
    RETURNED = "returned"
    ESCHEATED = "escheated"


_ENDS: Final = {
    CheckStatus.CLEARED,
    CheckStatus.VOIDED,
    CheckStatus.STOPPED,
    CheckStatus.STALE,
    CheckStatus.RETURNED,
    CheckStatus.ESCHEATED,
}
CHECK_TRANSITIONS: Final = Transitions(
    "check",
    {
        CheckStatus.PRINTED: {CheckStatus.DELIVERED, *_ENDS},
        CheckStatus.DELIVERED: _ENDS,
        CheckStatus.CLEARED: {CheckStatus.RETURNED},
        CheckStatus.VOIDED: (),
        CheckStatus.STOPPED: (),
        CheckStatus.STALE: (),
        CheckStatus.RETURNED: (),
        CheckStatus.ESCHEATED: (),
    },
)

#: Return codes of a transfer that say how its check ended; any other is the bank's.
VOIDED: Final = "VOIDED"
STOPPED: Final = "STOPPED"
STALE: Final = "STALE"
ESCHEATED: Final = "ESCHEATED"
#: No check was drawn: the payee's name or address, or the account's number, cannot be printed.
UNPRINTABLE: Final = "UNPRINTABLE"
STATUS_BY_RETURN_CODE: Final = {
    VOIDED: CheckStatus.VOIDED,
    STOPPED: CheckStatus.STOPPED,
    STALE: CheckStatus.STALE,
    ESCHEATED: CheckStatus.ESCHEATED,
}
#: What the bank must be told not to pay any more.
NOT_TO_BE_PAID: Final = tuple(STATUS_BY_RETURN_CODE.values())


class Delivery(StrEnum):
    """How a check travels that does not go by post."""

    UPS_1DAY = "UPS_1DAY"
    UPS_2DAY = "UPS_2DAY"
    UPS_3DAY = "UPS_3DAY"

    @property
    def days(self) -> int:
        """Business days from its printing to its arrival."""
        return int(self.value.removeprefix("UPS_").removesuffix("DAY"))


class CheckSettings(msgspec.Struct, frozen=True):
    """How checks of one bank account look, and which number comes next.

    `payer_address` has a line for each line. Without a payer's name it is the organization's. `signature_digest` is
    the SHA-256 of the signature's image, which is in a sealed column that this record does not carry.
    """

    organization_id: str
    id: str
    bank_account_id: str
    next_number: int
    stock: Stock
    payer_name: str | None
    payer_address: str | None
    bank_fraction: str | None
    signer_title: str | None
    stale_days: int
    positive_pay_layout: str
    signature_digest: str | None
    created_at: datetime
    updated_at: datetime


class CheckBatch(msgspec.Struct, frozen=True):
    """Checks of one account printed together: the file with their pages, and the list for the bank.

    No `delivery`: by post.
    """

    organization_id: str
    id: str
    ordinal: int
    bank_account_id: str
    stored_file_id: str
    positive_pay_file_id: str
    first_number: int
    last_number: int
    amount_minor: int
    printed_on: date
    expires_on: date
    created_at: datetime
    delivery: Delivery | None = None


class Check(msgspec.Struct, frozen=True):
    """A check that was printed, in USD. `ended_at` is when it was voided, stopped, stale or returned.

    `void_file_id` is the positive pay file that told the bank not to pay it. `stop_ordered_at` is when the bank was
    ordered not to pay a check that may be cashed already; `expiring_at` when it came close to `expires_on`.
    """

    organization_id: str
    id: str
    ordinal: int
    bank_account_id: str
    number: int
    transfer_id: str
    batch_id: str
    payee: str
    payee_address: str
    memo: str
    amount_minor: int
    issued_on: date
    expires_on: date
    status: CheckStatus
    delivered_at: datetime | None
    cleared_at: datetime | None
    ended_at: datetime | None
    void_file_id: str | None
    created_at: datetime
    updated_at: datetime
    stop_ordered_at: datetime | None = None
    expiring_at: datetime | None = None
