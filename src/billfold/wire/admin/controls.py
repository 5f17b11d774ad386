"""Internal controls: what an organization demands of its people beyond their roles."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import UNSET, Meta, UnsetType

from billfold.identity import controls
from billfold.identity.model import Controls
from billfold.kit.ctx import Ctx
from billfold.wire.admin.scope import organization_row
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.codecs import given, instant, spelling_of

FIELDS: Final = (
    ("forbidCreator", "forbid_creator"),
    ("confirmVendorAccounts", "confirm_vendor_accounts"),
    ("refuseDuplicateBills", "refuse_duplicate_bills"),
)


class ControlsUpdate(msgspec.Struct, kw_only=True):
    """What is to be switched on or off."""

    forbidCreator: Annotated[
        bool | UnsetType, Meta(description="Nobody may approve a bill that they entered or changed.")
    ] = UNSET
    confirmVendorAccounts: Annotated[
        bool | UnsetType, Meta(description="A vendor's new bank account is paid once a second user has confirmed it.")
    ] = UNSET
    refuseDuplicateBills: Annotated[
        bool | UnsetType,
        Meta(description="A vendor's second bill with the same number, but for case and punctuation, is refused."),
    ] = UNSET


class ControlsShape(msgspec.Struct, kw_only=True):
    """The controls."""

    forbidCreator: bool
    confirmVendorAccounts: bool
    refuseDuplicateBills: bool
    updatedTime: str


def _shape(found: Controls) -> ControlsShape:
    return ControlsShape(
        forbidCreator=found.forbid_creator,
        confirmVendorAccounts=found.confirm_vendor_accounts,
        refuseDuplicateBills=found.refuse_duplicate_bills,
        updatedTime=instant(found.updated_at),
    )


def get(ctx: Ctx, _: Call, __: None) -> ControlsShape:
    """What is on."""
    return _shape(controls.get_controls(ctx))


def update(ctx: Ctx, _: Call, body: ControlsUpdate) -> ControlsShape:
    """Change what is given."""
    return _shape(controls.update_controls(ctx, given(body, FIELDS)))


def declare(catalogue: Catalogue) -> None:
    """The rows of controls."""
    organization_row(
        catalogue, "GET", "controls", "controls.get", "Read the internal controls", get, response=ControlsShape
    )
    organization_row(
        catalogue, "PATCH", "controls", "controls.update", "Switch internal controls on or off", update,
        request=ControlsUpdate, response=ControlsShape, spelling=spelling_of(FIELDS),
    )  # fmt: skip
