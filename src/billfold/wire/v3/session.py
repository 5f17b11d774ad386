"""Login, session, logout (contract: core §1.2)."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from billfold.identity import mfa, sessions
from billfold.identity.permissions import Permission
from billfold.identity.sessions import SignIn
from billfold.kit.ctx import Ctx
from billfold.kit.db import Database
from billfold.wire.catalog import Call, Catalogue, Lobby
from billfold.wire.v3.resource import operation


class LoginBody(msgspec.Struct):
    """Credentials."""

    username: Annotated[str, Meta(description="The user's e-mail address.")]
    password: str
    organizationId: Annotated[str, Meta(description="The organization to sign in to, 008…")]
    devKey: Annotated[str, Meta(description="The developer key.")]
    rememberMeId: Annotated[str | None, Meta(description="With `device`: makes the session trusted at once.")] = None
    device: Annotated[str | None, Meta(description="The nickname used when rememberMeId was issued.")] = None


class LoginShape(msgspec.Struct):
    """An open session."""

    sessionId: Annotated[
        str, Meta(description="Send it in the header `sessionId`; dies 35 minutes after its last use.")
    ]
    organizationId: str
    userId: str
    trusted: Annotated[bool, Meta(description="Whether multi-factor authentication is done.")]


class SessionShape(msgspec.Struct):
    """Who is signed in."""

    organizationId: str
    userId: str
    mfaStatus: Annotated[str, Meta(description="SETUP, CHALLENGE or COMPLETE.")]
    mfaBypass: bool


def check_password(database: Database, body: LoginBody) -> bool:
    """Before the transaction, for it is slow: whether the password fits."""
    return sessions.check_password(database, body.username, body.password)


def login(lobby: Lobby, call: Call, body: LoginBody) -> LoginShape:
    """Open a session."""
    signed_in = sessions.sign_in(
        lobby.house,
        lobby.tx,
        SignIn(
            username=body.username,
            organization_id=body.organizationId,
            developer_key=body.devKey,
            password_fits=call.prepared,
            face=lobby.face,
            remember_id=body.rememberMeId or "",
            device=body.device or "",
        ),
    )
    return LoginShape(signed_in.token, signed_in.organization_id, signed_in.user_id, signed_in.trusted)


def get_session(ctx: Ctx, _: Call, __: None) -> SessionShape:
    """Who is signed in."""
    return SessionShape(ctx.organization_id, ctx.actor.user_id, mfa.mfa_status(ctx), mfaBypass=False)


def logout(ctx: Ctx, _: Call, __: None) -> None:
    """Close the session."""
    sessions.sign_out(ctx)


def declare(catalogue: Catalogue) -> None:
    """The rows of signing in and out."""
    operation(
        catalogue, "POST", "login", "Open a session", login,
        request=LoginBody, response=LoginShape, needs=None, write=True, prepare=check_password,
    )  # fmt: skip
    operation(
        catalogue, "GET", "login/session", "Read the session", get_session,
        response=SessionShape, needs=Permission.SESSION,
    )  # fmt: skip
    operation(catalogue, "POST", "logout", "Close the session", logout, needs=Permission.SESSION, write=True)
