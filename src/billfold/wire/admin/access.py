"""Who may sign in to an organization at all."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from billfold.identity import access
from billfold.identity.model import Organization, OrganizationStatus
from billfold.kit.ctx import Ctx
from billfold.wire.admin.scope import organization_row
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.codecs import given

_FIELDS: Final = (("status", "status"), ("partner", "partner"))


class AccessUpdate(msgspec.Struct, kw_only=True):
    """What of the access is to change."""

    status: Annotated[
        Literal["ACTIVE", "LOCKED", "WITHOUT_API"] | UnsetType, Meta(description="All but ACTIVE sign everybody out.")
    ] = UNSET
    partner: Annotated[str | UnsetType | None, Meta(description="The partner that the organization belongs to.")] = (
        UNSET
    )


class AccessShape(msgspec.Struct, omit_defaults=True):
    """Who may sign in to the organization."""

    organizationId: str
    status: str
    partner: str | None = None


def access_shape(organization: Organization) -> AccessShape:
    """Who may sign in, as this face shows it."""
    return AccessShape(organization.organization_id, organization.status.name, organization.partner)


def update_access(ctx: Ctx, _: Call, body: AccessUpdate) -> AccessShape:
    """Lock the organization, open it, or give it a partner."""
    changes = given(body, _FIELDS)
    if "status" in changes:
        changes["status"] = OrganizationStatus[changes["status"]]
    return access_shape(access.change_access(ctx, changes))


def declare(catalogue: Catalogue) -> None:
    """The row of access."""
    organization_row(
        catalogue, "PATCH", "access", "organizations.access", "Change who may sign in to an organization",
        update_access, request=AccessUpdate, response=AccessShape,
    )  # fmt: skip
