"""Approval groups: BILL's wire can name one as an approver and has no way to form one (contract v3-payables.md §5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from billfold.approvals import store
from billfold.approvals.approvers import check_user
from billfold.approvals.events import ApprovalGroupArchived, ApprovalGroupCreated, ApprovalGroupUpdated
from billfold.approvals.model import ApprovalGroup, GroupView
from billfold.kit.ctx import Ctx, RecordStatus
from billfold.kit.errors import Checks, InvalidField, Refusal, existing
from billfold.kit.query import Page, Query
from billfold.kit.records import replace

PREFIX: Final = "agp"
_MAX_NAME: Final = 100
_MAX_MEMBERS: Final = 100


class GroupIsNeeded(Refusal):
    """What a group's members have to approve would be approved by nobody."""

    sentence = "The approval group {group_id} is named by a policy, or something waits for its approval."


def create_group(ctx: Ctx, name: str, user_ids: Sequence[str]) -> GroupView:
    """A new group. Raises `InvalidField`s: every member is an active user who may approve."""
    _check(ctx, name, user_ids)
    group_id, ordinal = ctx.ids.new(PREFIX)
    group = ApprovalGroup(ctx.organization_id, group_id, ordinal, name, RecordStatus.ACTIVE, ctx.now, ctx.now)
    store.GROUPS.insert(ctx.tx, group)
    store.set_members(ctx.tx, ctx.organization_id, group_id, user_ids)
    view = GroupView(group, list(user_ids))
    ctx.emit(ApprovalGroupCreated(view))
    return view


def get_group(ctx: Ctx, group_id: str, *, lock: str = "") -> GroupView:
    """The group with this id. Raises `NotFound`."""
    group = existing(store.GROUPS.get(ctx.tx, ctx.organization_id, group_id, lock=lock), "approval group", group_id)
    return store.with_members(ctx.tx, ctx.organization_id, [group])[0]


def list_groups(ctx: Ctx, query: Query) -> Page[GroupView]:
    """A page of groups, archived ones too."""
    return store.list_groups(ctx.tx, ctx.organization_id, query)


def update_group(ctx: Ctx, group_id: str, changes: Mapping[str, Any]) -> GroupView:
    """Change `name`, `user_ids` or both. Raises `NotFound`, `InvalidField`s."""
    current = get_group(ctx, group_id, lock=ctx.tx.for_update)
    name, user_ids = changes.get("name", current.group.name), changes.get("user_ids", current.user_ids)
    _check(ctx, name, user_ids)
    changed = replace(current.group, name=name, updated_at=ctx.now)
    store.GROUPS.update(ctx.tx, changed, "name", "updated_at")
    store.set_members(ctx.tx, ctx.organization_id, group_id, user_ids)
    view = GroupView(changed, list(user_ids))
    ctx.emit(ApprovalGroupUpdated(view))
    return view


def archive_group(ctx: Ctx, group_id: str) -> GroupView:
    """Put it out of use; again is no error. Raises `NotFound`, `GroupIsNeeded`."""
    current = get_group(ctx, group_id, lock=ctx.tx.for_update)
    if current.group.archived:
        return current
    if store.is_group_needed(ctx.tx, ctx.organization_id, group_id):
        raise GroupIsNeeded(group_id=group_id)
    archived = replace(current.group, record_status=RecordStatus.INACTIVE, updated_at=ctx.now)
    store.GROUPS.update(ctx.tx, archived, "record_status", "updated_at")
    view = GroupView(archived, current.user_ids)
    ctx.emit(ApprovalGroupArchived(view))
    return view


def _check(ctx: Ctx, name: str, user_ids: Sequence[str]) -> None:
    checks = Checks()
    checks.require_name("name", name, _MAX_NAME)
    checks.require(1 <= len(user_ids) <= _MAX_MEMBERS, InvalidField("user_ids", f"must name 1 to {_MAX_MEMBERS} users"))
    checks.require(len(set(user_ids)) == len(user_ids), InvalidField("user_ids", "names a user twice"))
    checks.raise_any()
    for position, user_id in enumerate(user_ids):
        check_user(ctx, checks, user_id, f"user_ids[{position}]")
    checks.raise_any()
