"""Whom a policy names, one row at a time, as v2 has it (contract v2.md §7.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from billfold.approvals import policies, store
from billfold.approvals.approvers import MAX_APPROVERS, read_approver
from billfold.approvals.events import ApprovalPolicyUpdated
from billfold.approvals.model import PolicyApprover
from billfold.kit.ctx import Ctx, RecordStatus
from billfold.kit.errors import InvalidField, Refusal, existing
from billfold.kit.query import Page, Query
from billfold.kit.records import replace


class PolicyNeedsApprover(Refusal):
    """What a policy applies to would wait for nobody."""

    sentence = "The approval policy {policy_id} would name no approver: delete the policy instead."


def add_approver(ctx: Ctx, policy_id: str, user_id: str, position: int | None) -> PolicyApprover:
    """Let the policy name this user (or group), at the end if no position is said.

    Raises `NotFound`, `StateForbids` for a deleted policy, `InvalidField`s.
    """
    policies.lock_policy(ctx, policy_id)
    named = store.approvers_of_policies(ctx.tx, ctx.organization_id, [policy_id])[policy_id]
    approver = read_approver(ctx, user_id, "user_id")
    _require_room(named, user_id)
    last = max((row.position for row in named), default=-1)
    row = policies.new_approver(ctx, policy_id, last + 1 if position is None else position, approver)
    store.POLICY_APPROVERS.insert(ctx.tx, row)
    _note(ctx, policy_id)
    return row


def get_approver(ctx: Ctx, row_id: str) -> PolicyApprover:
    """The row with this id. Raises `NotFound`."""
    found = store.POLICY_APPROVERS.get(ctx.tx, ctx.organization_id, row_id)
    return existing(found, "approver of an approval policy", row_id)


def list_approvers(ctx: Ctx, query: Query) -> Page[PolicyApprover]:
    """A page of rows, those too that count no more."""
    return store.POLICY_APPROVERS.page(ctx.tx, ctx.organization_id, query)


def update_approver(ctx: Ctx, row_id: str, changes: Mapping[str, Any]) -> PolicyApprover:
    """Change the `position`; policy and user stay as they are. Raises `NotFound`, `StateForbids`."""
    row = _lock(ctx, row_id)
    changed = replace(row, **changes, updated_at=ctx.now)
    store.POLICY_APPROVERS.update(ctx.tx, changed, "position", "updated_at")
    _note(ctx, row.policy_id)
    return changed


def archive_approver(ctx: Ctx, row_id: str) -> PolicyApprover:
    """Let the policy name the user no more; again is no error. Raises `NotFound`, `PolicyNeedsApprover`."""
    row = _lock(ctx, row_id)
    if row.archived:
        return row
    policy = policies.lock_policy(ctx, row.policy_id)
    named = store.approvers_of_policies(ctx.tx, ctx.organization_id, [row.policy_id])[row.policy_id]
    if len(named) == 1 and not policy.minimum_approvers:
        raise PolicyNeedsApprover(policy_id=row.policy_id)
    return _set_status(ctx, row, RecordStatus.INACTIVE)


def restore_approver(ctx: Ctx, row_id: str) -> PolicyApprover:
    """Let the policy name the user again; again is no error. Raises `NotFound`, `StateForbids`, `InvalidField`s."""
    row = _lock(ctx, row_id)
    if not row.archived:
        return row
    approver_id = row.user_id or row.group_id
    assert approver_id is not None, f"{row.id} names nobody"
    read_approver(ctx, approver_id, "user_id")
    _require_room(store.approvers_of_policies(ctx.tx, ctx.organization_id, [row.policy_id])[row.policy_id], approver_id)
    return _set_status(ctx, row, RecordStatus.ACTIVE)


def _lock(ctx: Ctx, row_id: str) -> PolicyApprover:
    """The row, under its policy's lock."""
    policies.lock_policy(ctx, get_approver(ctx, row_id).policy_id)
    return get_approver(ctx, row_id)


def _require_room(named: list[PolicyApprover], approver_id: str) -> None:
    if any(approver_id in {row.user_id, row.group_id} for row in named):
        raise InvalidField("user_id", "is an approver of the policy already", approver_id)
    if len(named) >= MAX_APPROVERS:
        raise InvalidField("policy_id", f"names {MAX_APPROVERS} approvers already")


def _set_status(ctx: Ctx, row: PolicyApprover, status: RecordStatus) -> PolicyApprover:
    changed = replace(row, record_status=status, updated_at=ctx.now)
    store.POLICY_APPROVERS.update(ctx.tx, changed, "record_status", "updated_at")
    _note(ctx, row.policy_id)
    return changed


def _note(ctx: Ctx, policy_id: str) -> None:
    ctx.emit(ApprovalPolicyUpdated(policies.get_policy(ctx, policy_id)))
