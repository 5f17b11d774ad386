"""Originator settings: what stands in the headers of NACHA files."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import UNSET, Meta, UnsetType

from billfold.kit.ctx import Ctx
from billfold.rails import originators
from billfold.rails.model import Originator
from billfold.wire.admin.scope import organization_row
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.codecs import given, spelling_of

#: A setting that is changed or stays; it cannot be cleared.
Setting = str | UnsetType
FIELDS: Final = (
    ("companyName", "company_name"),
    ("companyId", "company_id"),
    ("immediateOrigin", "immediate_origin"),
    ("originName", "origin_name"),
    ("odfiRoutingNumber", "odfi_routing"),
    ("immediateDestination", "immediate_destination"),
    ("destinationName", "destination_name"),
    ("bankProfile", "bank_profile"),
    ("offsetBankAccountId", "offset_bank_account_id"),
    ("sendsPrenotes", "sends_prenotes"),
    ("ownBankAccountId", "own_bank_account_id"),
)


class OriginatorUpdate(msgspec.Struct, kw_only=True):
    """What of the settings is to change; your bank tells you each of them."""

    companyName: Annotated[Setting, Meta(description="Batch header, positions 5-20: at most 16 characters.")] = UNSET
    companyId: Annotated[Setting, Meta(description="Batch header, 41-50: often 1 and your tax id.")] = UNSET
    immediateOrigin: Annotated[Setting, Meta(description="File header, 14-23.")] = UNSET
    originName: Annotated[Setting, Meta(description="File header, 64-86.")] = UNSET
    odfiRoutingNumber: Annotated[
        Setting, Meta(description="Your bank's routing number: batches and trace numbers.")
    ] = UNSET
    immediateDestination: Annotated[Setting, Meta(description="File header, 4-13: who takes the file.")] = UNSET
    destinationName: Annotated[Setting, Meta(description="File header, 41-63.")] = UNSET
    bankProfile: Annotated[
        Setting, Meta(description="default, crlf, leading-one, leading-zero, unpadded, balanced or balanced-crlf.")
    ] = UNSET
    offsetBankAccountId: Annotated[
        str | UnsetType | None, Meta(description="Balanced files: the bank account that takes the offsetting entry.")
    ] = UNSET
    ownBankAccountId: Annotated[
        str | UnsetType | None,
        Meta(
            description="The bank account that your own bank settles your files on: payments from it need no debit. "
            "Null: a debit funds each payment."
        ),
    ] = UNSET
    sendsPrenotes: Annotated[
        bool | UnsetType, Meta(description="Try vendors' new bank accounts with an entry without money first.")
    ] = UNSET


class OriginatorShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """Originator settings."""

    companyName: str
    companyId: str
    immediateOrigin: str
    originName: str
    odfiRoutingNumber: str
    immediateDestination: str
    destinationName: str
    bankProfile: str
    offsetBankAccountId: str | None = None
    sendsPrenotes: bool | None = None
    ownBankAccountId: str | None = None


def _shape(originator: Originator) -> OriginatorShape:
    return OriginatorShape(**{name: getattr(originator, field) for name, field in FIELDS})


def get(ctx: Ctx, _: Call, __: None) -> OriginatorShape:
    """The settings, or those that a sandbox's bank accepts."""
    return _shape(originators.get_originator(ctx))


def update(ctx: Ctx, _: Call, body: OriginatorUpdate) -> OriginatorShape:
    """Change what is given."""
    return _shape(originators.set_originator(ctx, given(body, FIELDS)))


def declare(catalogue: Catalogue) -> None:
    """The rows of originator settings."""
    spelling = spelling_of(FIELDS)
    organization_row(
        catalogue, "GET", "originator", "originator.get", "Read the originator settings", get, response=OriginatorShape
    )
    organization_row(
        catalogue, "PATCH", "originator", "originator.update", "Update the originator settings", update,
        request=OriginatorUpdate, response=OriginatorShape, spelling=spelling,
    )  # fmt: skip
