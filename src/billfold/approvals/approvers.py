"""Who can be named as an approver: users whose role may approve, and groups of them (contract v3-payables.md §0.6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from billfold.approvals import store
from billfold.approvals.model import Approver
from billfold.identity.permissions import ROLE_PERMISSIONS, Permission
from billfold.identity.store import USERS
from billfold.kit.ctx import Ctx, RecordStatus
from billfold.kit.errors import Checks, InvalidField, NotFound

MAX_APPROVERS: Final = 50


def read_approvers(ctx: Ctx, ids: Sequence[str], path: str) -> list[Approver]:
    """The users and groups with these ids, in this order.

    Raises, at most one for each, `NotFound` and `InvalidField`s.
    """
    checks = Checks()
    checks.require(len(ids) <= MAX_APPROVERS, InvalidField(path, f"names more than {MAX_APPROVERS} approvers"))
    checks.require(len(set(ids)) == len(ids), InvalidField(path, "names an approver twice"))
    checks.raise_any()
    found = [_read(ctx, one, f"{path}[{position}]", checks) for position, one in enumerate(ids)]
    checks.raise_any()
    return found


def read_approver(ctx: Ctx, approver_id: str, path: str) -> Approver:
    """The user or group with this id. Raises `NotFound`, `InvalidField`."""
    checks = Checks()
    found = _read(ctx, approver_id, path, checks)
    checks.raise_any()
    return found


def usable_approvers(ctx: Ctx, ids: Sequence[str]) -> list[Approver]:
    """Those of these users and groups who can still be named, in this order."""
    found: list[Approver] = []
    for one in ids:
        checks = Checks()
        approver = _read(ctx, one, "", checks)
        if not checks.found:
            found.append(approver)
    return found


def check_user(ctx: Ctx, checks: Checks, user_id: str, path: str) -> None:
    """Note why this user cannot be an approver: `NotFound`, `InvalidField`."""
    user = USERS.get(ctx.tx, ctx.organization_id, user_id)
    if user is None:
        checks.note(NotFound("user", user_id))
    elif user.record_status is not RecordStatus.ACTIVE:
        checks.note(InvalidField(path, "is no active user", user_id))
    elif Permission.APPROVE not in ROLE_PERMISSIONS[user.role]:
        checks.note(InvalidField(path, f"may not approve as {user.role}", user_id))


def _read(ctx: Ctx, approver_id: str, path: str, checks: Checks) -> Approver:
    group = store.GROUPS.get(ctx.tx, ctx.organization_id, approver_id)
    if group is not None:
        checks.require(not group.archived, InvalidField(path, "is an archived group", approver_id))
        return Approver(None, approver_id)
    check_user(ctx, checks, approver_id, path)
    return Approver(approver_id, None)
