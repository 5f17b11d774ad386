"""What vendors take beside transfers and checks, as it would come of their enrolling."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from billfold.kit.ctx import Ctx
from billfold.parties.acceptance_model import AlternatePayBy, VirtualCardStatus
from billfold.parties.acceptances import set_acceptance
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.codecs import Text, given
from billfold.wire.sim.scope import in_organization, row


class AcceptanceBody(msgspec.Struct, kw_only=True):
    """What a vendor takes; what is left out stays."""

    virtualCardStatus: Annotated[
        VirtualCardStatus | UnsetType, Meta(description="ENROLLED: the next payment is a virtual card.")
    ] = UNSET
    remitEmail: Text = UNSET
    alternatePayByType: AlternatePayBy | UnsetType | None = UNSET
    rppsId: Annotated[Text, Meta(description="Of a biller in the national directory, who is paid by RPPS then.")] = (
        UNSET
    )
    wallet: Annotated[bool | UnsetType, Meta(description="Whether payments go to the vendor's own wallet.")] = UNSET
    amex: bool | UnsetType = UNSET
    industry: Annotated[Text, Meta(description="With one, card payments need not say what they are for.")] = UNSET


class AcceptanceShape(msgspec.Struct, kw_only=True):
    """What a vendor takes."""

    vendorId: str
    virtualCardStatus: str
    remitEmail: str | None
    alternatePayByType: str | None
    rppsId: str | None
    wallet: bool
    amex: bool
    industry: str | None


_FIELDS = (
    ("virtualCardStatus", "virtual_card_status"),
    ("remitEmail", "remit_email"),
    ("alternatePayByType", "alternate_pay_by"),
    ("rppsId", "rpps_id"),
    ("wallet", "takes_wallet"),
    ("amex", "takes_amex"),
    ("industry", "industry"),
)


def update(ctx: Ctx, call: Call, body: AcceptanceBody) -> AcceptanceShape:
    """Change what is given."""
    accepts = set_acceptance(ctx, call.path_ids["vendorId"], given(body, _FIELDS))
    return AcceptanceShape(
        vendorId=accepts.vendor_id,
        virtualCardStatus=accepts.virtual_card_status.value,
        remitEmail=accepts.remit_email,
        alternatePayByType=None if accepts.alternate_pay_by is None else accepts.alternate_pay_by.value,
        rppsId=accepts.rpps_id,
        wallet=accepts.takes_wallet,
        amex=accepts.takes_amex,
        industry=accepts.industry,
    )


def declare(catalogue: Catalogue) -> None:
    """The row of acceptances."""
    row(
        catalogue, "PATCH", "vendors/{vendorId}/acceptance", "Say what a vendor takes", in_organization(update),
        request=AcceptanceBody, response=AcceptanceShape, write=True,
    )  # fmt: skip
