"""Roles (contract: core §2.3)."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from billfold.identity import organization_roles
from billfold.identity.model import OrganizationRole
from billfold.identity.permissions import Permission
from billfold.identity.roles import Role
from billfold.wire.catalog import Catalogue
from billfold.wire.codecs import Moment, instant
from billfold.wire.v3.lists import CREATED, EQUALITY, ID, TEXT, UPDATED, ListField, ListSpec
from billfold.wire.v3.resource import Resource


class RoleShape(msgspec.Struct):
    """A role that users can have."""

    id: Annotated[str, Meta(description="Begins with 0po.")]
    type: Annotated[str, Meta(description=", ".join(Role))]
    description: str
    createdTime: Moment
    updatedTime: Moment


def role_shape(role: OrganizationRole) -> RoleShape:
    """A role as v3 shows it."""
    return RoleShape(
        id=role.id,
        type=role.type.value,
        description=role.description,
        createdTime=instant(role.created_at),
        updatedTime=instant(role.updated_at),
    )


#: BILL's types that no role here has.
_UNSEEN: Final = frozenset({"CUSTOM", "INTERNAL", "MEMBER", "NO_ACCESS", "PARTNER", "PURCHASE_REQUESTER", "REVIEWER"})
LIST = ListSpec({
    "id": ID,
    "type": ListField("type", ops=EQUALITY, choices=Role, unseen=_UNSEEN),
    "description": ListField("description", ops=TEXT, sortable=True),
    "createdTime": CREATED,
    "updatedTime": UPDATED,
})  # fmt: skip


def declare(catalogue: Catalogue) -> None:
    """The rows of roles."""
    rows = Resource(
        catalogue, "roles", noun="role", id_name="roleId",
        shape=RoleShape, writes=Permission.MANAGE_USERS, spelling={},
    )  # fmt: skip
    rows.list(organization_roles.list_roles, role_shape, LIST)
    rows.get(lambda ctx, role_id: role_shape(organization_roles.get_role(ctx, role_id)))
