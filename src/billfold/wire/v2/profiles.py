"""Profile, which is a role, and its permissions (contract v2.md §10.5, §10.6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from billfold.identity import organization_roles
from billfold.identity.permissions import ROLE_PERMISSIONS, Permission
from billfold.identity.roles import Role
from billfold.kit.ctx import Ctx
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.errors import MissingParameter
from billfold.wire.v2 import kinds
from billfold.wire.v2.documents import answer_type
from billfold.wire.v2.fields import CREATED, ID, UPDATED, Table, choice, text
from billfold.wire.v2.resource import Verbs, declare_entity, operation

#: The contract knows the administrator's; the others are in the order of its list of default roles.
TYPES: Final = {
    "2": Role.ADMINISTRATOR,
    "3": Role.ACCOUNTANT,
    "4": Role.APPROVER,
    "5": Role.PAYER,
    "6": Role.CLERK,
    "7": Role.AUDITOR,
}

TABLE: Final = Table(
    "Profile",
    ID,
    CREATED,
    UPDATED,
    text("name", "description", read_only=True, filterable=True),
    choice("type", "type", TYPES, read_only=True),
    text("description", "description", read_only=True),
)


#: What every role may, or what is no right of a role's.
_UNSAID: Final = frozenset({Permission.SESSION, Permission.MFA})
_NAMED: Final = tuple(one for one in Permission if one not in _UNSAID)


class PermissionsShape(msgspec.Struct):
    """What a profile allows."""

    profileId: str
    permissions: Annotated[list[str], Meta(description=", ".join(one.name for one in _NAMED))]


def get_permissions(ctx: Ctx, _: Call, data: Mapping[str, Any]) -> dict[str, Any]:
    """What a profile allows, by name."""
    profile_id = kinds.ID.read(data.get("profileId", ""), "profileId", None)
    if profile_id is None:
        raise MissingParameter(name="profileId")
    role = organization_roles.get_role(ctx, profile_id)
    allowed = ROLE_PERMISSIONS[role.type]
    return {"profileId": role.id, "permissions": [one.name for one in _NAMED if one in allowed]}


def declare(catalogue: Catalogue) -> None:
    """The rows of profiles."""
    verbs = Verbs(
        get=organization_roles.get_role,
        find=organization_roles.list_roles,
    )
    declare_entity(catalogue, TABLE, verbs, Permission.MANAGE_USERS, bulk=False)
    operation(
        catalogue, "GetProfilePermissions", "List what a profile allows", get_permissions,
        response=answer_type(PermissionsShape, "ProfilePermissions"),
    )  # fmt: skip
