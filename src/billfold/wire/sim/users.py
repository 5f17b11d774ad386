"""Passwords of invited users: with the token of the invitation, as from the mail, or set at once."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from billfold.identity import users
from billfold.identity.invitations import accept_invitation
from billfold.identity.passwords import hash_new_password
from billfold.kit.ctx import Ctx
from billfold.kit.db import Database
from billfold.wire.catalog import Call, Catalogue, Lobby
from billfold.wire.sim.scope import in_organization, row


class PasswordBody(msgspec.Struct):
    """A password."""

    password: Annotated[str, Meta(max_length=200, description="At least 12 characters.")]

    def __repr__(self) -> str:
        return "PasswordBody(…)"


class AcceptBody(PasswordBody):
    """The answer to an invitation."""

    token: Annotated[str, Meta(description="From the mail in the outbox.")]


class LoginNameShape(msgspec.Struct):
    """Who can sign in now."""

    userId: str
    organizationId: str
    username: str


def hash_it(_: Database, body: PasswordBody) -> str:
    """Before the transaction, for it is slow: the hash of the password."""
    return hash_new_password(body.password)


def accept(lobby: Lobby, call: Call, body: AcceptBody) -> LoginNameShape:
    """Answer an invitation as the invited user would."""
    user = accept_invitation(lobby.house, lobby.tx, body.token, call.prepared, face=lobby.face)
    return LoginNameShape(user.id, user.organization_id, user.username)


def set_password(ctx: Ctx, call: Call, _: PasswordBody) -> LoginNameShape:
    """Give a user a password at once, invited or not."""
    user = users.set_password(ctx, call.path_ids["userId"], call.prepared)
    return LoginNameShape(user.id, user.organization_id, user.username)


def declare(catalogue: Catalogue) -> None:
    """The rows of passwords."""
    row(
        catalogue, "POST", "invitations/accept", "Answer an invitation with a password", accept,
        request=AcceptBody, response=LoginNameShape, prepare=hash_it,
    )  # fmt: skip
    row(
        catalogue, "POST", "users/{userId}/password", "Set a user's password", in_organization(set_password),
        request=PasswordBody, response=LoginNameShape, prepare=hash_it,
    )  # fmt: skip
