"""The record of a virtual card and its states."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Final

import msgspec

from billfold.kit.states import Transitions

#: Return codes of a transfer that say how its card ended.
CARD_VOIDED: Final = "VOIDED"
CARD_EXPIRED: Final = "EXPIRED"


class VirtualCardStatus(StrEnum):
    """Open until it is charged in full (used), voided, expired unused, or closed with a rest that nobody charged."""

    OPEN = "open"
    USED = "used"
    CLOSED = "closed"
    EXPIRED = "expired"
    VOIDED = "voided"


VIRTUAL_CARD_TRANSITIONS: Final = Transitions(
    "virtual card",
    {
        VirtualCardStatus.OPEN: {
            VirtualCardStatus.USED,
            VirtualCardStatus.CLOSED,
            VirtualCardStatus.EXPIRED,
            VirtualCardStatus.VOIDED,
        },
        VirtualCardStatus.USED: (),
        VirtualCardStatus.CLOSED: (),
        VirtualCardStatus.EXPIRED: (),
        VirtualCardStatus.VOIDED: (),
    },
)


class VirtualCard(msgspec.Struct, frozen=True):
    """A card that a vendor charges once or more, up to its amount, through `valid_until`. In USD.

    Its number is one of the sandbox's: of it only the last four digits exist.
    """

    organization_id: str
    id: str
    ordinal: int
    transfer_id: str
    payment_id: str
    last4: str
    amount_minor: int
    charged_minor: int
    valid_until: date
    status: VirtualCardStatus
    created_at: datetime
    updated_at: datetime

    @property
    def rest_minor(self) -> int:
        """What can still be charged."""
        return self.amount_minor - self.charged_minor
