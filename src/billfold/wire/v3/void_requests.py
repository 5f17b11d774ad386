"""Void requests as v3 takes and shows them (contract: payables §6.3, §6.6)."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from billfold.payables.voids.model import VoidRequest
from billfold.wire.codecs import Moment, instant


class VoidInfoShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """A void that was asked for."""

    id: str
    requestedBy: str
    type: str
    status: Annotated[str, Meta(description="TO_BE_PROCESSED, then ACCEPTED, REJECTED or NO_OP.")]
    reason: str | None = None
    createdTime: Moment
    updatedTime: Annotated[Moment, Meta(description="When it was decided.")]


class PaymentVoid(msgspec.Struct, kw_only=True):
    """How and why a payment is to be voided."""

    type: Annotated[
        Literal["VOID_AND_CREDIT", "VOID_AND_REISSUE", "VOID_AND_REISSUE_VCARD", "VOID_ONLY"],
        Meta(description="VOID_ONLY of a payment made elsewhere; any other of one made online."),
    ]
    reason: Annotated[str, Meta(description="1 to 4,000 characters.")]


def void_info(request: VoidRequest) -> VoidInfoShape:
    """A void request as v3 shows it."""
    return VoidInfoShape(
        id=request.id,
        requestedBy=request.requested_by,
        type=request.kind.value,
        status=request.status.value,
        reason=request.reason,
        createdTime=instant(request.created_at),
        updatedTime=instant(request.updated_at),
    )
