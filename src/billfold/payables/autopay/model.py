"""The records of paying by itself."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from billfold.kit.states import Transitions


class AutopayStatus(StrEnum):
    """What became of a bill that was to be paid by itself. LEFT: to people, without anything being wrong.

    UNAPPROVED: its day came before its approvers were through, which was told. It is paid when they are, or fails.
    """

    WAITING = "WAITING"
    UNAPPROVED = "UNAPPROVED"
    PAID = "PAID"
    FAILED = "FAILED"
    LEFT = "LEFT"


TRANSITIONS = Transitions(
    "automatic payment",
    {
        AutopayStatus.WAITING: {
            AutopayStatus.PAID,
            AutopayStatus.UNAPPROVED,
            AutopayStatus.FAILED,
            AutopayStatus.LEFT,
        },
        AutopayStatus.UNAPPROVED: {AutopayStatus.PAID, AutopayStatus.FAILED, AutopayStatus.LEFT},
        AutopayStatus.PAID: (),
        AutopayStatus.FAILED: (),
        AutopayStatus.LEFT: (),
    },
)


class Autopay(msgspec.Struct, frozen=True):
    """That a bill is to be paid by itself, once; `id` is the bill's."""

    organization_id: str
    id: str
    status: AutopayStatus
    payment_id: str | None
    created_at: datetime
    updated_at: datetime
