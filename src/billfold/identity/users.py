"""Users: invite, read, list, change, archive, restore. What changes acts on their open sessions at once."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any, Final

from billfold.identity import store
from billfold.identity.events import PasswordSet, UserArchived, UserCreated, UserRestored, UserUpdated
from billfold.identity.invitations import invite
from billfold.identity.model import User, UserDraft, UserView
from billfold.identity.organization_roles import get_role, roles_by_type
from billfold.identity.roles import Role
from billfold.kit.ctx import Ctx, RecordStatus
from billfold.kit.db import Conflict
from billfold.kit.errors import Checks, InvalidField, Refusal, existing
from billfold.kit.query import Page, Query
from billfold.kit.records import replace

USER_PREFIX: Final = "006"
MAX_NAME: Final = 100
MAX_EMAIL: Final = 254
#: Organizations of a login that are read at once.
_AT_ONCE: Final = 100
_EMAIL: Final = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+")
_CHANGEABLE: Final = frozenset({"first_name", "last_name", "role_id", "time_zone"})


class EmailTaken(Refusal):
    """The organization has a user with this e-mail address, perhaps an archived one."""

    sentence = "There is already a user with the email {email}."


class LastAdministrator(Refusal):
    """An organization always has an active administrator."""

    sentence = "The last active administrator can be neither archived nor given another role."


def invite_user(ctx: Ctx, draft: UserDraft) -> UserView:
    """A new user, invited by mail to choose a password; one who has a login elsewhere keeps it.

    Raises `NotFound` for the role, `InvalidField`s, `EmailTaken`.
    """
    role = roles_by_type(ctx)[Role.ADMINISTRATOR] if draft.role_id is None else get_role(ctx, draft.role_id)
    checks = Checks()
    _check_names(checks, {"first_name": draft.first_name, "last_name": draft.last_name})
    checks.require(
        len(draft.email) <= MAX_EMAIL and _EMAIL.fullmatch(draft.email) is not None,
        InvalidField("email", "must be an e-mail address"),
    )
    checks.raise_any()
    if store.has_user_with_email(ctx.tx, ctx.organization_id, draft.email):
        raise EmailTaken(email=draft.email)
    user = add_user(
        ctx,
        username=draft.email,
        name=(draft.first_name.strip(), draft.last_name.strip()),
        role=role.type,
        time_zone=draft.time_zone,
    )
    invite(ctx, user)
    return UserView(user, role)


def add_user(ctx: Ctx, *, username: str, name: tuple[str, str], role: Role, time_zone: str | None = None) -> User:
    """A user's row. Name is (first, last). Raises `EmailTaken`."""
    user_id, ordinal = ctx.ids.new(USER_PREFIX)
    login = store.login_of(ctx.tx, username)
    user = User(
        organization_id=ctx.organization_id,
        id=user_id,
        ordinal=ordinal,
        username=username,
        first_name=name[0],
        last_name=name[1],
        email=username,
        role=role,
        record_status=RecordStatus.ACTIVE,
        created_at=ctx.now,
        updated_at=ctx.now,
        time_zone=time_zone,
        login=login,
    )
    try:
        store.USERS.insert(ctx.tx, user)
    except Conflict as error:
        raise EmailTaken(email=username) from error
    store.add_membership(ctx.tx, login, ctx.organization_id)
    ctx.emit(UserCreated(user))
    return user


def get_user(ctx: Ctx, user_id: str) -> UserView:
    """The user with this id. Raises `NotFound`."""
    user = existing(store.USERS.get(ctx.tx, ctx.organization_id, user_id), "user", user_id)
    return _view(ctx, user)


def names_of(ctx: Ctx, user_ids: Collection[str]) -> dict[str, str]:
    """First and last names of users, by id; of those that there are."""
    found = store.users_by_id(ctx.tx, ctx.organization_id, sorted(user_ids)) if user_ids else []
    return {user.id: f"{user.first_name} {user.last_name}".strip() for user in found}


def list_users(ctx: Ctx, query: Query) -> Page[UserView]:
    """A page of users, archived ones included unless filtered out."""
    found = store.USERS.page(ctx.tx, ctx.organization_id, query)
    roles = roles_by_type(ctx)
    return found.of([UserView(user, roles[user.role]) for user in found.items])


def update_user(ctx: Ctx, user_id: str, changes: Mapping[str, Any]) -> UserView:
    """Change names, role or time zone. A new role counts for the user's open sessions from now on.

    Raises `NotFound` for the user or the role, `InvalidField`s, `LastAdministrator`.
    """
    fields = dict(changes)
    assert fields.keys() <= _CHANGEABLE, fields.keys()
    if "role_id" in fields:
        fields["role"] = get_role(ctx, fields.pop("role_id") or "").type
    user, others = _lock(ctx, user_id)
    checks = Checks()
    _check_names(checks, fields)
    demoted = fields.get("role", user.role) is not Role.ADMINISTRATOR and _is_administrator(user)
    checks.require(not demoted or bool(others), LastAdministrator())
    checks.raise_any()
    changed = replace(user, **fields)
    if changed == user:
        return _view(ctx, user)
    changed = replace(changed, updated_at=ctx.now)
    store.USERS.update(ctx.tx, changed)
    if changed.role is not user.role:
        store.change_role_of_sessions(ctx.tx, ctx.organization_id, user_id, changed.role)
    ctx.emit(UserUpdated(changed))
    return _view(ctx, changed)


def archive_user(ctx: Ctx, user_id: str) -> UserView:
    """Sign the user out everywhere, and in nowhere; again is no error. Raises `NotFound`, `LastAdministrator`."""
    user, others = _lock(ctx, user_id)
    if user.archived:
        return _view(ctx, user)
    if _is_administrator(user) and not others:
        raise LastAdministrator
    changed = replace(user, record_status=RecordStatus.INACTIVE, updated_at=ctx.now)
    store.USERS.update(ctx.tx, changed, "record_status", "updated_at")
    store.sign_user_out(ctx.tx, ctx.organization_id, user_id)
    ctx.emit(UserArchived(changed))
    return _view(ctx, changed)


def restore_user(ctx: Ctx, user_id: str) -> UserView:
    """Let an archived user sign in again; again is no error. Raises `NotFound`."""
    user, _ = _lock(ctx, user_id)
    if not user.archived:
        return _view(ctx, user)
    changed = replace(user, record_status=RecordStatus.ACTIVE, updated_at=ctx.now)
    store.USERS.update(ctx.tx, changed, "record_status", "updated_at")
    ctx.emit(UserRestored(changed))
    return _view(ctx, changed)


def set_password(ctx: Ctx, user_id: str, password_hash: str) -> User:
    """Set the password of the user's login, in whatever organizations it is; its open sessions end in all of them.

    Only for who administers the installation. Raises `NotFound`.
    """
    user = get_user(ctx, user_id).user
    store.set_login(ctx.tx, user.login, password_hash, ctx.now)
    _sign_out_everywhere(ctx, user.login)
    ctx.emit(PasswordSet(user))
    return user


def _sign_out_everywhere(ctx: Ctx, login: str) -> None:
    after = ""
    while ids := store.organizations_of(ctx.tx, login, after=after, limit=_AT_ONCE):
        for organization_id in ids:
            ctx.tx.enter_organization(organization_id)
            user = store.user_by_login(ctx.tx, organization_id, login)
            if user is not None:
                store.sign_user_out(ctx.tx, organization_id, user.id)
        after = ids[-1]
    ctx.tx.enter_organization(ctx.organization_id)


def _lock(ctx: Ctx, user_id: str) -> tuple[User, list[User]]:
    """The user, and the other active administrators: two requests cannot take one away each and leave none."""
    found = store.lock_user_and_administrators(ctx.tx, ctx.organization_id, user_id)
    user = existing(next((one for one in found if one.id == user_id), None), "user", user_id)
    return user, [one for one in found if one.id != user_id]


def _is_administrator(user: User) -> bool:
    return user.role is Role.ADMINISTRATOR and not user.archived


def _view(ctx: Ctx, user: User) -> UserView:
    return UserView(user, roles_by_type(ctx)[user.role])


def _check_names(checks: Checks, fields: Mapping[str, Any]) -> None:
    for field in ("first_name", "last_name"):
        if field in fields:
            checks.require_name(field, fields[field], MAX_NAME)
