"""Users of the organization (contract: core §2.2)."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from billfold.identity import users
from billfold.identity.model import UserDraft, UserView
from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx
from billfold.kit.errors import InvalidField
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.codecs import Moment, given, instant, spelling_of
from billfold.wire.v3.lists import ARCHIVED, CREATED, ID, TEXT, UPDATED, ListField, ListSpec
from billfold.wire.v3.resource import Resource

_RoleId = Annotated[str, Meta(description="A role of the organization, 0po…")]


class UserUpdate(msgspec.Struct, kw_only=True):
    """What of a user is to change; the e-mail address cannot."""

    firstName: str | UnsetType = UNSET
    lastName: str | UnsetType = UNSET
    roleId: _RoleId | UnsetType = UNSET


class UserCreate(msgspec.Struct, kw_only=True):
    """A user to invite by mail."""

    firstName: str
    lastName: str
    email: Annotated[str, Meta(description="Also the user name.")]
    roleId: Annotated[str | None, Meta(description="Without one: an administrator.")] = None
    acceptTermsOfService: Annotated[bool, Meta(description="Must be true.")]


FIELDS = (("firstName", "first_name"), ("lastName", "last_name"), ("roleId", "role_id"))
_CREATE_FIELDS = (*FIELDS, ("email", "email"))


class UserRoleShape(msgspec.Struct):
    """The role of a user."""

    id: str
    type: str
    description: str


class UserShape(msgspec.Struct, kw_only=True):
    """A user."""

    id: Annotated[str, Meta(description="Begins with 006.")]
    archived: bool
    firstName: str
    lastName: str
    email: str
    role: UserRoleShape
    createdTime: Moment
    updatedTime: Moment


def user_shape(view: UserView) -> UserShape:
    """A user as v3 shows it."""
    user, role = view.user, view.role
    return UserShape(
        id=user.id,
        archived=user.archived,
        firstName=user.first_name,
        lastName=user.last_name,
        email=user.email,
        role=UserRoleShape(role.id, role.type.value, role.description),
        createdTime=instant(user.created_at),
        updatedTime=instant(user.updated_at),
    )


def create_user(ctx: Ctx, _: Call, body: UserCreate) -> UserShape:
    """A new user, invited by mail to choose a password within 60 days."""
    if not body.acceptTermsOfService:
        raise InvalidField("acceptTermsOfService", "must be true")
    return user_shape(users.invite_user(ctx, UserDraft(**given(body, _CREATE_FIELDS))))


def update_user(ctx: Ctx, call: Call, body: UserUpdate) -> UserShape:
    """Change names or role; a new role counts for open sessions at once."""
    return user_shape(users.update_user(ctx, call.path_ids["userId"], given(body, FIELDS)))


LIST = ListSpec({
    "id": ID,
    "archived": ARCHIVED,
    "firstName": ListField("first_name", ops=TEXT, sortable=True),
    "lastName": ListField("last_name", ops=TEXT, sortable=True),
    "email": ListField("email", ops=TEXT),
    "createdTime": CREATED,
    "updatedTime": UPDATED,
})  # fmt: skip


def declare(catalogue: Catalogue) -> None:
    """The rows of users."""
    rows = Resource(
        catalogue, "users", noun="user", id_name="userId",
        shape=UserShape, writes=Permission.MANAGE_USERS, spelling=spelling_of(_CREATE_FIELDS),
    )  # fmt: skip
    rows.list(users.list_users, user_shape, LIST)
    rows.create(create_user, UserCreate)
    rows.get(lambda ctx, user_id: user_shape(users.get_user(ctx, user_id)))
    rows.change("update", "PATCH", update_user, UserUpdate)
    rows.archive_and_restore(
        lambda ctx, user_id: user_shape(users.archive_user(ctx, user_id)),
        lambda ctx, user_id: user_shape(users.restore_user(ctx, user_id)),
    )
