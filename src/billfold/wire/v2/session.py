"""Login, GetSessionInfo, Logout (contract v2.md §1.5)."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from billfold.identity import sessions
from billfold.identity.permissions import Permission
from billfold.identity.sessions import SignIn
from billfold.kit.ctx import Ctx
from billfold.kit.db import Database
from billfold.wire.catalog import BASES, Call, Catalogue, Lobby
from billfold.wire.v2.documents import answer_type
from billfold.wire.v2.resource import operation


class LoginFields(msgspec.Struct):
    """Credentials; plain fields of the form, no `data`."""

    userName: Annotated[str, Meta(description="The user's e-mail address.")]
    password: str
    devKey: str
    orgId: Annotated[str, Meta(description="The organization to sign in to, 008…")]
    mfaId: Annotated[str, Meta(description="With `deviceId`: makes the session trusted at once.")] = ""
    deviceId: str = ""


class LoginShape(msgspec.Struct):
    """An open session."""

    sessionId: str
    orgId: str
    apiEndPoint: Annotated[str, Meta(description="All later calls go here.")]
    usersId: str


class SessionShape(msgspec.Struct):
    """Who is signed in."""

    organizationId: str
    userId: str


class Nothing(msgspec.Struct):
    """No data."""


def check_password(database: Database, fields: LoginFields) -> bool:
    """Before the transaction, for it is slow: whether the password fits."""
    return sessions.check_password(database, fields.userName, fields.password)


def login(lobby: Lobby, call: Call, fields: LoginFields) -> dict[str, Any]:
    """Open a session. Data in this order (v2.md §1.5)."""
    signed_in = sessions.sign_in(
        lobby.house,
        lobby.tx,
        SignIn(
            username=fields.userName,
            organization_id=fields.orgId,
            developer_key=fields.devKey,
            password_fits=call.prepared,
            face=lobby.face,
            remember_id=fields.mfaId,
            device=fields.deviceId,
        ),
    )
    return {
        "sessionId": signed_in.token,
        "orgId": signed_in.organization_id,
        "apiEndPoint": _end_point(call),
        "usersId": signed_in.user_id,
    }


def get_session_info(ctx: Ctx, _: Call, __: object) -> dict[str, Any]:
    """Who is signed in."""
    return {"organizationId": ctx.organization_id, "userId": ctx.actor.user_id}


def logout(ctx: Ctx, _: Call, __: object) -> dict[str, Any]:
    """Close the session."""
    sessions.sign_out(ctx)
    return {}


def _end_point(call: Call) -> str:
    """Where the caller found us: its Host header; behind a proxy that ends TLS, the proxy's scheme."""
    scheme = "https" if call.headers.get("x-forwarded-proto", "").lower() == "https" else call.scheme
    return f"{scheme}://{call.headers.get('host') or 'localhost'}{BASES['v2']}"


def declare(catalogue: Catalogue) -> None:
    """The rows of signing in and out."""
    operation(
        catalogue, "Login", "Open a session", login,
        request=LoginFields, response=answer_type(LoginShape), form=LoginFields.__struct_fields__,
        needs=None, write=True, prepare=check_password,
    )  # fmt: skip
    operation(
        catalogue, "GetSessionInfo", "Read the session", get_session_info,
        response=answer_type(SessionShape), needs=Permission.SESSION,
    )  # fmt: skip
    operation(
        catalogue, "Logout", "Close the session", logout,
        response=answer_type(Nothing), needs=Permission.SESSION, write=True,
    )  # fmt: skip
