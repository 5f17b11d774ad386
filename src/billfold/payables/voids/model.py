"""The records of voiding: what was asked for, and the states of a request."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from billfold.kit.states import Transitions


class VoidKind(StrEnum):
    """What becomes of the money of a voided payment (contract: payables §6.3).

    Given back to the payer; sent to the vendor anew, at all or by virtual card; or none moved in the first place.
    """

    VOID_AND_CREDIT = "VOID_AND_CREDIT"
    VOID_AND_REISSUE = "VOID_AND_REISSUE"
    VOID_AND_REISSUE_VCARD = "VOID_AND_REISSUE_VCARD"
    VOID_ONLY = "VOID_ONLY"


class VoidStatus(StrEnum):
    """Waits for its decision; granted; refused, because the vendor was paid meanwhile or cannot be paid anew.

    No operation: the payment ended by itself before anything was decided.
    """

    TO_BE_PROCESSED = "TO_BE_PROCESSED"
    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"
    NO_OP = "NO_OP"


VOID_TRANSITIONS: Final = Transitions(
    "void request",
    {
        VoidStatus.TO_BE_PROCESSED: {VoidStatus.ACCEPTED, VoidStatus.REJECTED, VoidStatus.NO_OP},
        VoidStatus.ACCEPTED: (),
        VoidStatus.REJECTED: (),
        VoidStatus.NO_OP: (),
    },
)


class VoidDraft(msgspec.Struct, frozen=True):
    """What a user asks for, and why; a payment made elsewhere needs no reason."""

    kind: VoidKind
    reason: str | None


class VoidRequest(msgspec.Struct, frozen=True):
    """A void as it was asked for. `updated_at` is when it was decided."""

    organization_id: str
    id: str
    ordinal: int
    payment_id: str
    kind: VoidKind
    status: VoidStatus
    reason: str | None
    requested_by: str
    created_at: datetime
    updated_at: datetime
