"""The SQL of approvals."""

from __future__ import annotations

from collections.abc import Sequence

from billfold.approvals.model import (
    ApprovalGroup,
    GroupMember,
    GroupView,
    Policy,
    PolicyApprover,
    Request,
    Step,
    StepStatus,
    Subject,
    SubjectKind,
)
from billfold.kit.db import Transaction
from billfold.kit.query import Page, Query
from billfold.kit.records import Table, marks

GROUPS = Table("approval_groups", ApprovalGroup)
MEMBERS = Table("approval_group_members", GroupMember, key=("organization_id", "group_id", "user_id"))
POLICIES = Table("approval_policies", Policy)
POLICY_APPROVERS = Table("approval_policy_approvers", PolicyApprover)
REQUESTS = Table("approval_requests", Request, key=("organization_id", "subject_kind", "subject_id"))
STEPS = Table("approval_steps", Step)

#: Where the objects are that rules name, by the noun; anything else is a kind of classification.
_PARTIES = {"vendor": "vendors", "customer": "customers"}


def list_groups(tx: Transaction, organization_id: str, query: Query) -> Page[GroupView]:
    """A page of groups with their members."""
    found = GROUPS.page(tx, organization_id, query)
    return found.of(with_members(tx, organization_id, found.items))


def with_members(tx: Transaction, organization_id: str, groups: Sequence[ApprovalGroup]) -> list[GroupView]:
    """The groups with their members, in one statement."""
    members = members_of(tx, organization_id, [group.id for group in groups])
    return [GroupView(group, members[group.id]) for group in groups]


def members_of(tx: Transaction, organization_id: str, group_ids: Sequence[str]) -> dict[str, list[str]]:
    """The user ids in each of these groups, in order."""
    found = MEMBERS.of_each(tx, "group_id", organization_id, group_ids, "ORDER BY group_id, position")
    return {group_id: [member.user_id for member in found[group_id]] for group_id in group_ids}


def groups_of_ids(tx: Transaction, organization_id: str, group_ids: Sequence[str]) -> dict[str, GroupView]:
    """Groups with their members, by id."""
    if not group_ids:
        return {}
    groups = GROUPS.where(tx, f"organization_id = ? AND id IN ({marks(len(group_ids))})", [organization_id, *group_ids])
    return {view.group.id: view for view in with_members(tx, organization_id, groups)}


def set_members(tx: Transaction, organization_id: str, group_id: str, user_ids: Sequence[str]) -> None:
    """Make these users, in this order, the group's members."""
    tx.run("DELETE FROM approval_group_members WHERE organization_id = ? AND group_id = ?", (organization_id, group_id))
    MEMBERS.insert_all(
        tx, [GroupMember(organization_id, group_id, user_id, position) for position, user_id in enumerate(user_ids)]
    )


def is_group_needed(tx: Transaction, organization_id: str, group_id: str) -> bool:
    """Whether a policy in use names the group, or a step waits for it."""
    row = tx.one(
        "SELECT EXISTS (SELECT 1 FROM approval_policy_approvers a JOIN approval_policies p "
        "ON p.organization_id = a.organization_id AND p.id = a.policy_id WHERE a.organization_id = ? "
        "AND a.group_id = ? AND a.record_status = 'active' AND p.record_status = 'active') "
        "OR EXISTS (SELECT 1 FROM approval_steps WHERE organization_id = ? AND group_id = ? "
        "AND status IN ('WAITING', 'UPCOMING'))",
        (organization_id, group_id, organization_id, group_id),
    )
    return row is not None and bool(row[0])


def names_of(tx: Transaction, organization_id: str, noun: str, ids: Sequence[str]) -> dict[str, str]:
    """What those of these vendors, customers or classifications of a kind are called that exist, by id."""
    if not ids:
        return {}
    wanted, parameters = f"organization_id = ? AND id IN ({marks(len(ids))})", [organization_id, *ids]
    if noun in _PARTIES:
        return dict(tx.all(f"SELECT id, name FROM {_PARTIES[noun]} WHERE {wanted}", parameters))
    # An employee's name is the first name.
    full_name = "name || COALESCE(' ' || last_name, '')"
    return dict(tx.all(f"SELECT id, {full_name} FROM classifications WHERE {wanted} AND kind = ?", [*parameters, noun]))


def active_policies(tx: Transaction, organization_id: str, kind: SubjectKind) -> list[Policy]:
    """The policies in use for subjects of this kind, in the order in which they were made."""
    rest = "organization_id = ? AND record_status = 'active' AND subject_kind = ? ORDER BY ordinal"
    return POLICIES.where(tx, rest, (organization_id, kind.value))


def policy_by_uuid(tx: Transaction, organization_id: str, uuid: str) -> Policy | None:
    """The policy whose id on v3 ends so."""
    return POLICIES.first(tx, "organization_id = ? AND uuid = ?", (organization_id, uuid))


def approvers_of_policies(
    tx: Transaction, organization_id: str, policy_ids: Sequence[str]
) -> dict[str, list[PolicyApprover]]:
    """Whom each policy names now, in order."""
    rest = "AND record_status = 'active' ORDER BY policy_id, position, ordinal"
    return POLICY_APPROVERS.of_each(tx, "policy_id", organization_id, policy_ids, rest)


def request_of(tx: Transaction, organization_id: str, subject: Subject, *, lock: str = "") -> Request | None:
    """The subject's request, if it has one."""
    return REQUESTS.get(tx, organization_id, subject.kind.value, subject.id, lock=lock)


def remove_request(tx: Transaction, organization_id: str, subject: Subject) -> None:
    """The subject asks for nobody's approval any more; its steps stay, as what happened."""
    tx.run(
        "DELETE FROM approval_requests WHERE organization_id = ? AND subject_kind = ? AND subject_id = ?",
        (organization_id, subject.kind.value, subject.id),
    )


def current_steps(tx: Transaction, organization_id: str, subject: Subject) -> list[Step]:
    """The steps of a subject as it is, in order."""
    return current_steps_of_all(tx, organization_id, subject.kind, [subject.id])[subject.id]


def current_steps_of_all(
    tx: Transaction, organization_id: str, kind: SubjectKind, subject_ids: Sequence[str]
) -> dict[str, list[Step]]:
    """The steps of many subjects as they are, in order."""
    rest = "AND subject_kind = ? AND record_status = 'active' ORDER BY subject_id, position, ordinal"
    return STEPS.of_each(tx, "subject_id", organization_id, subject_ids, rest, kind.value)


def steps_of_user(
    tx: Transaction, organization_id: str, kind: SubjectKind, user_id: str, status: StepStatus, after: int, limit: int
) -> list[Step]:
    """The current steps of this status that a user can take, or took, in the order of their ordinals after one."""
    can_take = (
        "(user_id = ? OR group_id IN (SELECT group_id FROM approval_group_members "
        "WHERE organization_id = ? AND user_id = ?))"
    )
    acted = status in {StepStatus.APPROVED, StepStatus.DENIED}
    whose, parameters = ("acted_by = ?", [user_id]) if acted else (can_take, [user_id, organization_id, user_id])
    return STEPS.where(
        tx,
        f"organization_id = ? AND subject_kind = ? AND status = ? AND record_status = 'active' AND {whose} "
        "AND ordinal > ? ORDER BY ordinal LIMIT ?",
        [organization_id, kind.value, status.value, *parameters, after, limit],
    )
