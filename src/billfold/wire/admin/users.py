"""Users: who they are, and their passwords. Inviting, changing and archiving them is BILL's wire's."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from billfold.identity import users
from billfold.identity.invitations import accept_invitation
from billfold.identity.model import User
from billfold.identity.operators import TokenOfOneOrganization
from billfold.identity.passwords import hash_new_password
from billfold.kit.ctx import Ctx
from billfold.kit.db import Database
from billfold.wire.admin.scope import EVERYTHING, for_organization, operator_of, organization_row, row
from billfold.wire.catalog import Call, Catalogue, Lobby


class PasswordBody(msgspec.Struct):
    """A password."""

    password: Annotated[str, Meta(max_length=200, description="At least 12 characters.")]

    def __repr__(self) -> str:
        return "PasswordBody(…)"


class AcceptBody(PasswordBody):
    """The answer to an invitation."""

    token: Annotated[str, Meta(description="From the mail.")]


class UserShape(msgspec.Struct, kw_only=True):
    """A user."""

    id: str
    organizationId: str
    username: str
    firstName: str
    lastName: str
    email: str
    role: str
    archived: bool


class UserList(msgspec.Struct):
    """Every user."""

    results: list[UserShape]


def _shape(user: User) -> UserShape:
    return UserShape(
        id=user.id,
        organizationId=user.organization_id,
        username=user.username,
        firstName=user.first_name,
        lastName=user.last_name,
        email=user.email,
        role=user.role.value,
        archived=user.archived,
    )


def hash_it(_: Database, body: PasswordBody) -> str:
    """Before the transaction, for it is slow: the hash of the password."""
    return hash_new_password(body.password)


def list_users(ctx: Ctx, _: Call, __: None) -> UserList:
    """Every user, archived ones too."""
    return UserList([_shape(view.user) for view in users.list_users(ctx, EVERYTHING).items])


def set_password(lobby: Lobby, call: Call, body: PasswordBody) -> UserShape:
    """Set the password of the user's login and sign the user out here.

    A login may be in several organizations, so the token of one does not do.
    """
    operator = operator_of(lobby, call)
    if operator.organization_id is not None:
        raise TokenOfOneOrganization(organization_id=operator.organization_id)

    def in_organization(ctx: Ctx, call: Call, _: PasswordBody) -> UserShape:
        return _shape(users.set_password(ctx, call.path_ids["userId"], call.prepared))

    found: UserShape = for_organization(in_organization)(lobby, call, body)
    return found


def accept(lobby: Lobby, call: Call, body: AcceptBody) -> UserShape:
    """Answer an invitation: its token is all that is needed."""
    return _shape(accept_invitation(lobby.house, lobby.tx, body.token, call.prepared, face=lobby.face))


def declare(catalogue: Catalogue) -> None:
    """The rows of users and their passwords."""
    organization_row(catalogue, "GET", "users", "users.list", "List users", list_users, response=UserList)
    row(
        catalogue, "PUT", "organizations/{organizationId}/users/{userId}/password", "users.set-password",
        "Set a user's password", set_password, request=PasswordBody, response=UserShape, prepare=hash_it,
    )  # fmt: skip
    row(
        catalogue, "POST", "invitations/accept", "invitations.accept", "Answer an invitation with a password", accept,
        request=AcceptBody, response=UserShape, prepare=hash_it,
    )  # fmt: skip
