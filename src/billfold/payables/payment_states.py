"""The life of a payment as two tables: which fine status may follow which, and what each means elsewhere.

The tables are those of settled.md §3. A bill's amounts follow from where a payment's money stands.
"""

from __future__ import annotations

from typing import Final

import msgspec

from billfold.kit.states import Transitions
from billfold.payables.model import Payment, SingleStatus, Stage

TRANSITIONS: Final = Transitions(
    "payment",
    {
        SingleStatus.SCHEDULED: {SingleStatus.READY_TO_FUND, SingleStatus.CANCELED},
        SingleStatus.READY_TO_FUND: {SingleStatus.FUNDING_STARTED},
        SingleStatus.FUNDING_STARTED: {SingleStatus.PROCESSED, SingleStatus.FUNDING_FAILED_VOIDED},
        SingleStatus.PROCESSED: {
            SingleStatus.SENT,
            SingleStatus.VOIDED,
            SingleStatus.FUNDING_FAILED_VOIDED,
            SingleStatus.FUNDING_FAILED_ACTION_NEEDED,
        },
        SingleStatus.SENT: {
            # A check is delivered before it is cashed.
            SingleStatus.DELIVERED,
            SingleStatus.CLEARED,
            # Only a check: voided, stopped or stale.
            SingleStatus.VOIDED,
            SingleStatus.FUNDING_FAILED_ACTION_NEEDED,
            SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED,
        },
        SingleStatus.DELIVERED: {
            SingleStatus.CLEARED,
            SingleStatus.VOIDED,
            SingleStatus.FUNDING_FAILED_ACTION_NEEDED,
            SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED,
        },
        SingleStatus.CLEARED: {
            # Only a payment made outside Billfold (payables/voids.py).
            SingleStatus.VOIDED,
            SingleStatus.FUNDING_FAILED_ACTION_NEEDED,
            SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED,
        },
        SingleStatus.CANCELED: (),
        SingleStatus.VOIDED: (),
        SingleStatus.FUNDING_FAILED_VOIDED: (),
        # The disbursement goes its own way while the organization owes the funding; should it fail too, nobody owes
        # anybody.
        SingleStatus.FUNDING_FAILED_ACTION_NEEDED: {SingleStatus.FUNDING_FAILED_VOIDED},
        # The money waits in clearing until somebody has it sent back, or its debit comes back by itself.
        SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED: {SingleStatus.VOIDED, SingleStatus.FUNDING_FAILED_VOIDED},
    },
)


class Meaning(msgspec.Struct, frozen=True):
    """What a fine status means: v3's coarse status and disbursement status, v2's code, the bill's stage.

    No stage: the money stays where it was.
    """

    status: str
    disbursement_status: str | None
    v2_status: str
    stage: Stage | None


MEANINGS: Final = {
    SingleStatus.SCHEDULED: Meaning("SCHEDULED", None, "1", Stage.SCHEDULED),
    SingleStatus.READY_TO_FUND: Meaning("SCHEDULED", None, "1", Stage.SCHEDULED),
    SingleStatus.FUNDING_STARTED: Meaning("SCHEDULED", None, "1", Stage.IN_PROCESS),
    SingleStatus.PROCESSED: Meaning("PAID", "IN_PROGRESS", "2", Stage.IN_PROCESS),
    SingleStatus.SENT: Meaning("PAID", "IN_PROGRESS", "2", Stage.IN_PROCESS),
    SingleStatus.DELIVERED: Meaning("PAID", "IN_PROGRESS", "2", Stage.IN_PROCESS),
    SingleStatus.CLEARED: Meaning("PAID", "DONE", "2", Stage.PAID),
    SingleStatus.CANCELED: Meaning("CANCELLED", None, "3", Stage.GIVEN_BACK),
    SingleStatus.VOIDED: Meaning("VOID", "FAILED", "4", Stage.GIVEN_BACK),
    SingleStatus.FUNDING_FAILED_VOIDED: Meaning("VOID", "FAILED", "4", Stage.GIVEN_BACK),
    SingleStatus.FUNDING_FAILED_ACTION_NEEDED: Meaning("PAID", None, "2", None),
    SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED: Meaning("PAID", "FAILED", "2", Stage.IN_PROCESS),
}

_DISBURSEMENT_BY_STAGE: Final = {Stage.IN_PROCESS: "IN_PROGRESS", Stage.PAID: "DONE"}


def disbursement_status(payment: Payment) -> str | None:
    """How far the vendor's money is, in v3's words; None before it is funded."""
    meaning = MEANINGS[payment.single_status]
    if meaning.stage is None:
        return _DISBURSEMENT_BY_STAGE[payment.stage]
    return meaning.disbursement_status
