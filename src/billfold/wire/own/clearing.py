"""What waits in money-out clearing, or is lacking there, as the sandbox's face and that of administration show it."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta

from billfold.kit.ctx import Ctx
from billfold.payables.payments import clearing
from billfold.wire.catalog import Call
from billfold.wire.codecs import money


class UnsettledShape(msgspec.Struct, kw_only=True):
    """A payment that something is left over of in money-out clearing until somebody acts."""

    paymentId: str
    vendorId: str
    status: Annotated[str, Meta(description="The payment's own status, finer than `singleStatus` of v3.")]
    currency: str
    held: Annotated[Decimal, Meta(description="What was collected and is on its way to nobody.")]
    owed: Annotated[Decimal, Meta(description="What was paid or refunded and not collected: the organization owes it.")]
    why: Annotated[str, Meta(description="How it came to that, and what ends it.")]


def list_unsettled(ctx: Ctx, _: Call, __: None) -> dict[str, list[UnsettledShape]]:
    """Every such payment, oldest first."""
    return {"results": [_shape(one) for one in clearing.unsettled(ctx)]}


def _shape(one: clearing.Unsettled) -> UnsettledShape:
    currency = "USD" if one.payment.online else one.payment.currency
    return UnsettledShape(
        paymentId=one.payment.id,
        vendorId=one.payment.vendor_id,
        status=one.payment.single_status.value,
        currency=currency,
        held=money(one.clearing.held_minor, currency),
        owed=money(one.clearing.owed_minor, currency),
        why=one.why,
    )
