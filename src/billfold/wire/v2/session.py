"""Login, ListOrgs, GetSessionInfo, Logout (contract v2.md §1.5)."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from typing import Annotated, Any
from urllib.parse import quote

import msgspec
from msgspec import Meta

from billfold.identity import sessions, sign_in
from billfold.identity.permissions import Permission
from billfold.identity.sessions import IDLE_LIMIT
from billfold.identity.sign_in import Credentials
from billfold.kit.clock import wall_now
from billfold.kit.ctx import Ctx
from billfold.kit.db import Database
from billfold.wire.catalog import BASES, Call, Catalogue, Lobby, WithHeaders
from billfold.wire.v2.documents import answer_type
from billfold.wire.v2.resource import operation


class ListOrgsFields(msgspec.Struct):
    """Credentials; plain fields of the form or of the query, no `data`."""

    userName: Annotated[str, Meta(description="The user's e-mail address.")]
    password: str
    devKey: str

    def __repr__(self) -> str:
        return f"ListOrgsFields({self.userName})"


class LoginFields(msgspec.Struct):
    """Credentials; plain fields of the form or of the query, no `data`."""

    userName: Annotated[str, Meta(description="The user's e-mail address, or the name of a sync token.")]
    password: Annotated[str, Meta(description="The password, or the value of the sync token.")]
    devKey: str
    orgId: Annotated[str, Meta(description="The organization to sign in to, 008…")]
    mfaId: Annotated[str, Meta(description="With `deviceId`: makes the session trusted at once.")] = ""
    deviceId: str = ""
    sessionId: Annotated[str, Meta(description="A session of the user that is still open, if there is one.")] = ""

    def __repr__(self) -> str:
        return f"LoginFields({self.userName})"


class LoginShape(msgspec.Struct):
    """An open session."""

    sessionId: str
    orgId: str
    apiEndPoint: Annotated[str, Meta(description="All later calls go here.")]
    usersId: str


class OrgShape(msgspec.Struct):
    """An organization that the user can sign in to."""

    orgId: str
    orgName: str


class SessionShape(msgspec.Struct):
    """Who is signed in."""

    organizationId: str
    userId: str


class Nothing(msgspec.Struct):
    """No data."""


def check_password(database: Database, fields: LoginFields | ListOrgsFields) -> bool:
    """Before the transaction, for it is slow: whether the password fits."""
    return sign_in.check_password(database, fields.userName, fields.password)


def login(lobby: Lobby, call: Call, fields: LoginFields) -> WithHeaders:
    """Open a session. Data in this order (v2.md §1.5), and the cookies of a browser."""
    given = Credentials(
        username=fields.userName,
        password=fields.password,
        password_fits=call.prepared,
        developer_key=fields.devKey,
        source=call.source,
        remember_id=fields.mfaId,
        device=fields.deviceId,
        open_session=fields.sessionId or _sid_cookie(call),
    )
    signed_in = sign_in.sign_in(lobby.house, lobby.tx, fields.orgId, given, lobby.face)
    end_point = f"{call.origin}{BASES['v2']}"
    data = {
        "sessionId": signed_in.token,
        "orgId": signed_in.organization_id,
        "apiEndPoint": end_point,
        "usersId": signed_in.user_id,
    }
    return WithHeaders(data, _cookies(lobby, signed_in.token, end_point))


def list_orgs(lobby: Lobby, call: Call, fields: ListOrgsFields) -> list[dict[str, str]]:
    """The organizations that the user can sign in to; no session is needed."""
    given = Credentials(
        username=fields.userName,
        password=fields.password,
        password_fits=call.prepared,
        developer_key=fields.devKey,
        source=call.source,
    )
    found = sign_in.list_organizations(lobby.house, lobby.tx, given)
    return [{"orgId": one.organization_id, "orgName": one.name} for one in found]


def get_session_info(ctx: Ctx, _: Call, __: object) -> dict[str, Any]:
    """Who is signed in."""
    return {"organizationId": ctx.organization_id, "userId": ctx.actor.user_id}


def logout(ctx: Ctx, _: Call, __: object) -> dict[str, Any]:
    """Close the session."""
    sessions.sign_out(ctx)
    return {}


def _cookies(lobby: Lobby, token: str, end_point: str) -> tuple[tuple[str, str], ...]:
    """The cookies of Login (v2.md §1.2): names and flags are BILL's, what all but `sid` say is Billfold's choice.

    Browsers keep the time of the machine, whatever a world's clock says.
    """
    expires = (wall_now() + IDLE_LIMIT).timestamp()
    page = quote(end_point.removesuffix(BASES["v2"]) + "/", safe="")
    draw = lobby.house.randomness.token
    values = {
        "sid": f"{token}; HttpOnly",
        "pageuid": f"{draw()}; HttpOnly",
        "un_csrf": draw(),
        "exputc": str(int(expires * 1000)),
        "expurl": page,
        "expredurl": page,
    }
    return tuple(("set-cookie", f"{name}={value}; Path=/; Secure") for name, value in values.items())


def _sid_cookie(call: Call) -> str:
    try:
        found = SimpleCookie(call.headers.get("cookie", "")).get("sid")
    except CookieError:
        return ""
    return found.value if found is not None else ""


def declare(catalogue: Catalogue) -> None:
    """The rows of signing in and out."""
    operation(
        catalogue, "Login", "Open a session", login,
        request=LoginFields, response=answer_type(LoginShape), form=LoginFields.__struct_fields__,
        needs=None, write=True, prepare=check_password, sender=lambda fields: (fields.devKey, fields.orgId),
    )  # fmt: skip
    operation(
        catalogue, "ListOrgs", "List the organizations of a user", list_orgs,
        request=ListOrgsFields, response=answer_type(list[OrgShape], "ListOrgs"),
        form=ListOrgsFields.__struct_fields__, needs=None, write=True, prepare=check_password,
        sender=lambda fields: (fields.devKey, ""),
    )  # fmt: skip
    operation(
        catalogue, "GetSessionInfo", "Read the session", get_session_info,
        response=answer_type(SessionShape), needs=Permission.SESSION,
    )  # fmt: skip
    operation(
        catalogue, "Logout", "Close the session", logout,
        response=answer_type(Nothing), needs=Permission.SESSION, write=True,
    )  # fmt: skip
