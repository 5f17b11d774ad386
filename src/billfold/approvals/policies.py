"""Approval policies: create, read, list, replace, delete, and which of them apply (contract v3-payables.md §5).

Every policy in use whose rules hold applies, in the order in which they were made: its approvers are asked after those
of the one before, nobody twice. So a second policy can only ever ask for more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from billfold.approvals import rules, store
from billfold.approvals.approvers import read_approvers
from billfold.approvals.events import ApprovalPolicyCreated, ApprovalPolicyDeleted, ApprovalPolicyUpdated
from billfold.approvals.model import (
    Approver,
    Facts,
    Policy,
    PolicyApprover,
    PolicyDraft,
    PolicyView,
    SubjectKind,
)
from billfold.kit.ctx import Ctx, RecordStatus
from billfold.kit.errors import Checks, InvalidField, NotFound, Refusal, StateForbids, existing
from billfold.kit.query import Page, Query
from billfold.kit.records import replace

PREFIX: Final = "app"
APPROVER_PREFIX: Final = "apa"
MAX_NAME: Final = 100
MAX_MINIMUM: Final = 20
#: Policies in use for one kind of subject: every bill is held against all of them.
MAX_POLICIES: Final = 200


class TooManyPolicies(Refusal):
    """An organization has so many policies that every bill would take long to hold against them."""

    sentence = "There are {limit} approval policies in use; delete some."


def create_policy(ctx: Ctx, draft: PolicyDraft) -> PolicyView:
    """A new policy, for what is created or changed from now on.

    Raises `InvalidField`s, `NotFound`s, `TooManyPolicies`.
    """
    _check(draft)
    read, approvers = rules.read_rules(ctx, draft.rules), read_approvers(ctx, draft.approver_ids, "approvers")
    if len(store.active_policies(ctx.tx, ctx.organization_id, draft.subject_kind)) >= MAX_POLICIES:
        raise TooManyPolicies(limit=MAX_POLICIES)
    ctx.ids.reserve(1 + len(approvers))
    policy_id, ordinal = ctx.ids.new(PREFIX)
    policy = Policy(
        organization_id=ctx.organization_id,
        id=policy_id,
        ordinal=ordinal,
        uuid=ctx.ids.uuid("approval policy", ordinal),
        name=draft.name,
        subject_kind=draft.subject_kind,
        rules=rules.dump(read),
        minimum_approvers=draft.minimum_approvers,
        forbid_creator=False,
        record_status=RecordStatus.ACTIVE,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    rows = [new_approver(ctx, policy_id, place, approver) for place, approver in enumerate(approvers)]
    store.POLICIES.insert(ctx.tx, policy)
    store.POLICY_APPROVERS.insert_all(ctx.tx, rows)
    view = PolicyView(policy, read, rows)
    ctx.emit(ApprovalPolicyCreated(view))
    return view


def get_policy(ctx: Ctx, policy_id: str) -> PolicyView:
    """The policy with this id, deleted ones too. Raises `NotFound`."""
    return view_of(ctx, _existing(store.POLICIES.get(ctx.tx, ctx.organization_id, policy_id), policy_id))


def list_policies(ctx: Ctx, query: Query) -> Page[PolicyView]:
    """A page of policies, deleted ones too."""
    found = store.POLICIES.page(ctx.tx, ctx.organization_id, query)
    return found.of(views_of(ctx, found.items))


def policies_in_use(ctx: Ctx, kind: SubjectKind) -> list[PolicyView]:
    """Every policy that applies to subjects of this kind, in order."""
    return views_of(ctx, store.active_policies(ctx.tx, ctx.organization_id, kind))


def policy_by_uuid(ctx: Ctx, uuid: str, named: str) -> Policy:
    """The policy in use whose id on v3, `named`, ends so. Raises `NotFound`."""
    policy = _existing(store.policy_by_uuid(ctx.tx, ctx.organization_id, uuid), named)
    if policy.archived:
        raise NotFound("approval policy", named)
    return policy


def replace_policy(ctx: Ctx, policy_id: str, draft: PolicyDraft) -> PolicyView:
    """Say all of it anew; what waits already goes on as it was. An approver who stays keeps the row.

    Raises `NotFound`, `StateForbids` for a deleted one, `InvalidField`s.
    """
    before = lock_policy(ctx, policy_id)
    _check(draft)
    read, approvers = rules.read_rules(ctx, draft.rules), read_approvers(ctx, draft.approver_ids, "approvers")
    changed = replace(
        before,
        name=draft.name,
        rules=rules.dump(read),
        minimum_approvers=draft.minimum_approvers,
        updated_at=ctx.now,
    )
    return _store(ctx, changed, approvers)


def update_policy(ctx: Ctx, policy_id: str, changes: Mapping[str, Any]) -> PolicyView:
    """Change `forbid_creator`: whether who entered or changed a subject may not approve it. Raises `NotFound`."""
    changed = replace(lock_policy(ctx, policy_id), **changes, updated_at=ctx.now)
    store.POLICIES.update(ctx.tx, changed)
    view = view_of(ctx, changed)
    ctx.emit(ApprovalPolicyUpdated(view))
    return view


def delete_policy(ctx: Ctx, policy_id: str) -> PolicyView:
    """Let the policy apply to nothing more, for good; again is no error. Raises `NotFound`.

    What waits for its approvers goes on waiting for them.
    """
    current = _existing(store.POLICIES.get(ctx.tx, ctx.organization_id, policy_id, lock=ctx.tx.for_update), policy_id)
    if current.archived:
        return view_of(ctx, current)
    deleted = replace(current, record_status=RecordStatus.INACTIVE, updated_at=ctx.now)
    store.POLICIES.update(ctx.tx, deleted, "record_status", "updated_at")
    view = view_of(ctx, deleted)
    ctx.emit(ApprovalPolicyDeleted(view))
    return view


def matching(ctx: Ctx, kind: SubjectKind, gather: Callable[[], Facts]) -> list[PolicyView]:
    """The policies that apply, in order. Facts are gathered only where there is a policy to ask for them."""
    in_use = store.active_policies(ctx.tx, ctx.organization_id, kind)
    if not in_use:
        return []
    facts = gather()
    return views_of(ctx, [policy for policy in in_use if rules.hold(rules.load(policy.rules), facts)])


def lock_policy(ctx: Ctx, policy_id: str) -> Policy:
    """The policy, locked. Raises `NotFound`, `StateForbids` for a deleted one."""
    policy = _existing(store.POLICIES.get(ctx.tx, ctx.organization_id, policy_id, lock=ctx.tx.for_update), policy_id)
    if policy.archived:
        raise StateForbids(noun="approval policy", id=policy_id, verb="change", state="deleted")
    return policy


def view_of(ctx: Ctx, policy: Policy) -> PolicyView:
    """The policy as readers see it."""
    return views_of(ctx, [policy])[0]


def views_of(ctx: Ctx, found: Sequence[Policy]) -> list[PolicyView]:
    """Policies as readers see them, in one statement."""
    named = store.approvers_of_policies(ctx.tx, ctx.organization_id, [policy.id for policy in found])
    return [PolicyView(policy, rules.load(policy.rules), named[policy.id]) for policy in found]


def new_approver(ctx: Ctx, policy_id: str, position: int, approver: Approver) -> PolicyApprover:
    """The row of an approver whom a policy is to name."""
    approver_id, ordinal = ctx.ids.new(APPROVER_PREFIX)
    return PolicyApprover(
        ctx.organization_id,
        approver_id,
        ordinal,
        policy_id,
        position,
        approver.user_id,
        approver.group_id,
        RecordStatus.ACTIVE,
        ctx.now,
        ctx.now,
    )


def _store(ctx: Ctx, policy: Policy, approvers: Sequence[Approver]) -> PolicyView:
    """The changed policy with these approvers: rows that stay, new ones, and those that are named no more."""
    named = store.approvers_of_policies(ctx.tx, ctx.organization_id, [policy.id])[policy.id]
    by_approver = {row.approver: row for row in named}
    rows = []
    for place, approver in enumerate(approvers):
        kept = by_approver.pop(approver, None)
        if kept is None:
            rows.append(new_approver(ctx, policy.id, place, approver))
            store.POLICY_APPROVERS.insert(ctx.tx, rows[-1])
        else:
            rows.append(replace(kept, position=place, updated_at=ctx.now))
            store.POLICY_APPROVERS.update(ctx.tx, rows[-1], "position", "updated_at")
    for row in by_approver.values():
        gone = replace(row, record_status=RecordStatus.INACTIVE, updated_at=ctx.now)
        store.POLICY_APPROVERS.update(ctx.tx, gone, "record_status", "updated_at")
    store.POLICIES.update(ctx.tx, policy)
    view = PolicyView(policy, rules.load(policy.rules), rows)
    ctx.emit(ApprovalPolicyUpdated(view))
    return view


def _existing(policy: Policy | None, policy_id: str) -> Policy:
    return existing(policy, "approval policy", policy_id)


def _check(draft: PolicyDraft) -> None:
    checks = Checks()
    checks.require_name("name", draft.name, MAX_NAME)
    checks.require(
        0 <= draft.minimum_approvers <= MAX_MINIMUM,
        InvalidField("minimum_approvers", f"must be 0 to {MAX_MINIMUM}"),
    )
    checks.require(
        bool(draft.approver_ids) or draft.minimum_approvers > 0, InvalidField("approvers", "must name an approver")
    )
    checks.raise_any()
