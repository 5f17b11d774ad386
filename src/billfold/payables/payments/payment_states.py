"""The life of a payment as two tables: which fine status may follow which, and what each means elsewhere.

The tables are those of settled.md §3. A bill's amounts follow from where a payment's money stands.
"""

from __future__ import annotations

from typing import Final

import msgspec

from billfold.kit.states import Transitions
from billfold.payables.payments.model import Payment, SingleStatus, Stage

#: What may become of a check, or of a credit, that is on its way.
_OUT: Final = frozenset(
    {
        SingleStatus.CLEARED,
        SingleStatus.VOID_PENDING,
        # Only a check: stopped, stale, or taken back by its drawer (rails/checks/checks.py).
        SingleStatus.VOIDED,
        SingleStatus.FUNDING_FAILED_ACTION_NEEDED,
        SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED,
        SingleStatus.FUNDS_ESCHEATED,
    }
)

#: What may become of a virtual card besides: charged in part; expired, so that its money is sent in another way.
_CARD_OUT: Final = frozenset({SingleStatus.PARTIALLY_CLAIMED, SingleStatus.PROCESSED})

TRANSITIONS: Final = Transitions(
    "payment",
    {
        # Voided in the words of v2, which has both.
        SingleStatus.SCHEDULED: {SingleStatus.READY_TO_FUND, SingleStatus.CANCELED, SingleStatus.VOIDED},
        SingleStatus.READY_TO_FUND: {SingleStatus.FUNDING_STARTED},
        SingleStatus.FUNDING_STARTED: {
            SingleStatus.PROCESSED,
            SingleStatus.FUNDING_FAILED_VOIDED,
            # Of a payment of the same day, whose credit leaves before its debit has settled.
            SingleStatus.FUNDING_FAILED_ACTION_NEEDED,
        },
        SingleStatus.PROCESSED: {
            SingleStatus.SENT,
            SingleStatus.DISBURSEMENT_ON_HOLD,
            SingleStatus.VOID_PENDING,
            # No check can be printed for the vendor; nothing can be paid to the vendor's account any more.
            SingleStatus.VOIDED,
            SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED,
            SingleStatus.FUNDING_FAILED_VOIDED,
            SingleStatus.FUNDING_FAILED_ACTION_NEEDED,
        },
        SingleStatus.DISBURSEMENT_ON_HOLD: {
            SingleStatus.PROCESSED,
            SingleStatus.VOID_PENDING,
            SingleStatus.FUNDING_FAILED_VOIDED,
        },
        # A check is delivered before it is cashed, and close to its end before it is stale.
        SingleStatus.SENT: {SingleStatus.DELIVERED, SingleStatus.EXPIRING, *_CARD_OUT, *_OUT},
        SingleStatus.DELIVERED: {SingleStatus.EXPIRING, *_CARD_OUT, *_OUT},
        SingleStatus.EXPIRING: _OUT,
        # A virtual card that was charged in part: the rest is charged, or goes back when the card closes.
        SingleStatus.PARTIALLY_CLAIMED: {SingleStatus.CLEARED, SingleStatus.FUNDING_FAILED_ACTION_NEEDED},
        SingleStatus.CLEARED: {
            # Only a payment made outside Billfold (payables/voids/voids.py).
            SingleStatus.VOIDED,
            SingleStatus.FUNDING_FAILED_ACTION_NEEDED,
            SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED,
        },
        SingleStatus.CANCELED: (),
        SingleStatus.VOID_PENDING: {
            SingleStatus.VOIDED,
            # Sent to the vendor anew; or not, because nothing reaches the vendor any more.
            SingleStatus.PROCESSED,
            SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED,
            # The check was cashed before its bank heard of the stop.
            SingleStatus.CLEARED,
            SingleStatus.FUNDING_FAILED_VOIDED,
        },
        # The debit came back when its money had been refunded: the organization owes it, until it is wired or the
        # refund comes back as well.
        SingleStatus.VOIDED: {SingleStatus.FUNDING_FAILED_AFTER_REFUND},
        SingleStatus.FUNDING_FAILED_AFTER_REFUND: {SingleStatus.VOIDED, SingleStatus.FUNDING_FAILED_VOIDED},
        SingleStatus.FUNDING_FAILED_VOIDED: (),
        # The disbursement goes its own way while the organization owes the funding; should it fail too, nobody owes
        # anybody. Once the organization has wired the money, the payment is where its disbursement is.
        SingleStatus.FUNDING_FAILED_ACTION_NEEDED: {
            SingleStatus.PROCESSED,
            SingleStatus.SENT,
            SingleStatus.DELIVERED,
            SingleStatus.PARTIALLY_CLAIMED,
            SingleStatus.CLEARED,
            SingleStatus.FUNDS_ESCHEATED,
            SingleStatus.VOID_PENDING,
            SingleStatus.FUNDING_FAILED_VOIDED,
        },
        # The money waits in clearing until somebody has it sent back or anew, or its debit comes back by itself.
        SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED: {
            SingleStatus.VOID_PENDING,
            SingleStatus.FUNDING_FAILED_VOIDED,
            SingleStatus.FUNDS_ESCHEATED,
        },
        SingleStatus.FUNDS_ESCHEATED: {SingleStatus.FUNDING_FAILED_ACTION_NEEDED},
    },
)


class Meaning(msgspec.Struct, frozen=True):
    """What a fine status means: v3's coarse status and disbursement status, v2's code, the bill's stage.

    No stage: the money stays where it was, and what is said of the disbursement too. `shown_as` is the fine status on
    the wire, where that is another one.
    """

    status: str
    disbursement_status: str | None
    v2_status: str
    stage: Stage | None
    shown_as: SingleStatus | None = None


MEANINGS: Final = {
    SingleStatus.SCHEDULED: Meaning("SCHEDULED", None, "1", Stage.SCHEDULED),
    SingleStatus.READY_TO_FUND: Meaning("SCHEDULED", None, "1", Stage.SCHEDULED),
    SingleStatus.FUNDING_STARTED: Meaning("SCHEDULED", None, "1", Stage.IN_PROCESS),
    SingleStatus.PROCESSED: Meaning("PAID", "IN_PROGRESS", "2", Stage.IN_PROCESS),
    SingleStatus.SENT: Meaning("PAID", "IN_PROGRESS", "2", Stage.IN_PROCESS),
    SingleStatus.DELIVERED: Meaning("PAID", "IN_PROGRESS", "2", Stage.IN_PROCESS),
    SingleStatus.EXPIRING: Meaning("PAID", "IN_PROGRESS", "2", Stage.IN_PROCESS),
    SingleStatus.DISBURSEMENT_ON_HOLD: Meaning("PAID", "HOLD", "2", Stage.IN_PROCESS),
    SingleStatus.PARTIALLY_CLAIMED: Meaning("PAID", "IN_PROGRESS", "2", Stage.IN_PROCESS),
    SingleStatus.CLEARED: Meaning("PAID", "DONE", "2", Stage.PAID),
    SingleStatus.CANCELED: Meaning("CANCELLED", None, "3", Stage.GIVEN_BACK),
    SingleStatus.VOID_PENDING: Meaning("PAID", None, "2", None),
    SingleStatus.VOIDED: Meaning("VOID", "FAILED", "4", Stage.GIVEN_BACK),
    SingleStatus.FUNDING_FAILED_VOIDED: Meaning("VOID", "FAILED", "4", Stage.GIVEN_BACK),
    SingleStatus.FUNDING_FAILED_ACTION_NEEDED: Meaning("PAID", None, "2", None),
    # The payment stays void and its bills due: what the vendor gets does not depend on it.
    SingleStatus.FUNDING_FAILED_AFTER_REFUND: Meaning(
        "VOID", "FAILED", "4", Stage.GIVEN_BACK, shown_as=SingleStatus.FUNDING_FAILED_ACTION_NEEDED
    ),
    SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED: Meaning("PAID", "FAILED", "2", Stage.IN_PROCESS),
    # The vendor's money is with the state now, which owes it to the vendor: the bill is paid.
    SingleStatus.FUNDS_ESCHEATED: Meaning("PAID", "DONE", "5", Stage.PAID),
}

#: The statuses in which the organization owes what its bank took back.
OWING: Final = frozenset({SingleStatus.FUNDING_FAILED_ACTION_NEEDED, SingleStatus.FUNDING_FAILED_AFTER_REFUND})

_DISBURSEMENT_BY_STAGE: Final = {Stage.IN_PROCESS: "IN_PROGRESS", Stage.PAID: "DONE"}


def shown_status(status: SingleStatus) -> SingleStatus:
    """The fine status as the contract names it."""
    return MEANINGS[status].shown_as or status


def disbursement_status(payment: Payment) -> str | None:
    """How far the vendor's money is, in v3's words; None before it is funded."""
    status = payment.single_status
    if status is SingleStatus.VOID_PENDING:
        assert payment.voided_from is not None, payment.id
        status = payment.voided_from
    meaning = MEANINGS[status]
    if meaning.stage is None:
        return _DISBURSEMENT_BY_STAGE[payment.stage]
    return meaning.disbursement_status
