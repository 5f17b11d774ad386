"""Login, session, organizations, logout (contract: core §1.2)."""

from __future__ import annotations

from base64 import b64decode, urlsafe_b64encode
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from billfold.identity import sessions, sign_in, store
from billfold.identity.factors import mfa
from billfold.identity.permissions import Permission
from billfold.identity.sign_in import Credentials
from billfold.kit.ctx import Ctx
from billfold.kit.db import Database
from billfold.kit.errors import Checks, InvalidField
from billfold.wire.catalog import Call, Catalogue, Lobby, Parameter
from billfold.wire.errors import InvalidParameter
from billfold.wire.v3.resource import operation

#: How many organizations a page has; nobody can ask for another size.
PAGE: Final = 100


class LoginBody(msgspec.Struct):
    """Credentials."""

    username: Annotated[str, Meta(description="The user's e-mail address, or the name of a sync token.")]
    password: Annotated[str, Meta(description="The password, or the value of the sync token.")]
    organizationId: Annotated[str, Meta(description="The organization to sign in to, 008…")]
    devKey: Annotated[str, Meta(description="The developer key.")]
    rememberMeId: Annotated[str | None, Meta(description="With `device`: makes the session trusted at once.")] = None
    device: Annotated[str | None, Meta(description="The nickname used when rememberMeId was issued.")] = None

    def __repr__(self) -> str:
        return f"LoginBody({self.username})"


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
    mfaBypass: Annotated[bool, Meta(description="Whether the developer key makes every session trusted.")]


class OrganizationShape(msgspec.Struct):
    """An organization that the user can sign in to."""

    id: str
    name: str


class OrganizationPage(msgspec.Struct, omit_defaults=True):
    """A page of organizations. Stop at the absence of `nextPage`."""

    results: list[OrganizationShape] = msgspec.field(name="results")
    nextPage: str | None = None


def check_password(database: Database, body: LoginBody) -> bool:
    """Before the transaction, for it is slow: whether the password fits."""
    return sign_in.check_password(database, body.username, body.password)


def login(lobby: Lobby, call: Call, body: LoginBody) -> LoginShape:
    """Open a session."""
    checks = Checks()
    for name, there, other in (
        ("device", body.device, body.rememberMeId),
        ("rememberMeId", body.rememberMeId, body.device),
    ):
        checks.require(bool(there) or not other, InvalidField(name, "rememberMeId and device go together"))
    checks.raise_any()
    given = Credentials(
        username=body.username,
        password=body.password,
        password_fits=call.prepared,
        developer_key=body.devKey,
        source=call.source,
        remember_id=body.rememberMeId or "",
        device=body.device or "",
        open_session=call.headers.get("sessionid", ""),
    )
    signed_in = sign_in.sign_in(lobby.house, lobby.tx, body.organizationId, given, lobby.face)
    return LoginShape(signed_in.token, signed_in.organization_id, signed_in.user_id, signed_in.trusted)


def get_session(ctx: Ctx, _: Call, __: None) -> SessionShape:
    """Who is signed in."""
    return SessionShape(ctx.organization_id, ctx.actor.user_id, mfa.mfa_status(ctx), ctx.actor.mfa_bypass)


def list_organizations(ctx: Ctx, call: Call, _: None) -> OrganizationPage:
    """The organizations that the signed-in user can sign in to, 100 a page."""
    after = _read_token(call.query.get("page", ""))
    user = store.USERS.get(ctx.tx, ctx.organization_id, ctx.actor.user_id)
    assert user is not None, f"there is no user {ctx.actor.user_id}"
    found = sign_in.reachable_organizations(ctx.tx, user.login, after=after, limit=PAGE + 1)
    ctx.tx.enter_organization(ctx.organization_id)
    page = [OrganizationShape(one.organization_id, one.name) for one in found[:PAGE]]
    return OrganizationPage(page, _token(page[-1].id) if len(found) > PAGE else None)


def logout(ctx: Ctx, _: Call, __: None) -> None:
    """Close the session."""
    sessions.sign_out(ctx)


def _token(organization_id: str) -> str:
    return urlsafe_b64encode(organization_id.encode()).decode()


def _read_token(page: str) -> str:
    try:
        after = b64decode(page, altchars=b"-_", validate=True).decode()
    except ValueError as error:
        raise InvalidParameter(name="page", value=page[:100]) from error
    if "\0" in after:
        raise InvalidParameter(name="page", value=page[:100])
    return after


def declare(catalogue: Catalogue) -> None:
    """The rows of signing in and out."""
    operation(
        catalogue, "POST", "login", "Open a session", login,
        request=LoginBody, response=LoginShape, needs=None, write=True, prepare=check_password,
        sender=lambda body: (body.devKey, body.organizationId),
    )  # fmt: skip
    operation(
        catalogue, "GET", "login/session", "Read the session", get_session,
        response=SessionShape, needs=Permission.SESSION,
    )  # fmt: skip
    operation(
        catalogue, "GET", "login/organizations", "List the organizations of the signed-in user", list_organizations,
        response=OrganizationPage, needs=Permission.SESSION,
        parameters=(Parameter("page", {"type": "string"}, "nextPage of an answer."),),
    )  # fmt: skip
    operation(catalogue, "POST", "logout", "Close the session", logout, needs=Permission.SESSION, write=True)
