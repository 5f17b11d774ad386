"""User (contract v2.md §10.4)."""

from __future__ import annotations

from typing import Any, Final

from billfold.identity import users
from billfold.identity.model import UserDraft, UserView
from billfold.identity.organization_roles import roles_by_type
from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx
from billfold.kit.query import Filter, Page, Query, Sort
from billfold.kit.records import replace
from billfold.wire.catalog import Catalogue
from billfold.wire.v2 import kinds
from billfold.wire.v2.fields import CREATED, ID, IS_ACTIVE, UPDATED, Table, choice, constant, reference, text
from billfold.wire.v2.resource import Verbs, declare_entity

#: Pacific, Mountain, Central, Eastern (v2.md §4); a user who never said is in the first.
TIME_ZONES: Final = {
    "3": ("America/Los_Angeles", None),
    "4": "America/Denver",
    "5": "America/Chicago",
    "6": "America/New_York",
}

# One profile for each user; the user name and the address cannot be changed here.
TABLE: Final = Table(
    "User",
    ID,
    IS_ACTIVE,
    CREATED,
    UPDATED,
    text("loginId", "username", read_only=True),
    reference("profileId", "role_id", required=True, read=lambda view: view.role.id),
    text("firstName", "first_name", required=True),
    text("lastName", "last_name", required=True),
    text("email", "email", required=True),
    choice("timezoneId", "time_zone", TIME_ZONES),
    *constant("2", kinds.TEXT, "partnerUserGroupType", "2012"),
    root="user",
)
_FIXED: Final = frozenset({"email"})


def _create(ctx: Ctx, found: dict[str, Any]) -> UserView:
    return users.invite_user(ctx, UserDraft(**found))


def _update(ctx: Ctx, user_id: str, found: dict[str, Any]) -> UserView:
    return users.update_user(ctx, user_id, {name: value for name, value in found.items() if name not in _FIXED})


def _find(ctx: Ctx, query: Query) -> Page[UserView]:
    """Users keep their role, not its id: what is asked of the id is asked of the role."""
    roles = {role.id: role.type.value for role in roles_by_type(ctx).values()}

    def by_role(one: Filter) -> Filter:
        if one.column != "role_id":
            return one
        assert isinstance(one.value, tuple), one
        return Filter("role", one.op, tuple(roles.get(str(role_id), "") for role_id in one.value))

    sorts = tuple(Sort("role", one.descending) if one.column == "role_id" else one for one in query.sorts)
    return users.list_users(ctx, replace(query, filters=tuple(map(by_role, query.filters)), sorts=sorts))


def declare(catalogue: Catalogue) -> None:
    """The rows of users."""
    verbs = Verbs(
        id_of=lambda view: view.user.id,
        create=_create,
        get=users.get_user,
        update=_update,
        archive=users.archive_user,
        restore=users.restore_user,
        find=_find,
    )
    declare_entity(catalogue, TABLE, verbs, Permission.MANAGE_USERS, bulk=False)
