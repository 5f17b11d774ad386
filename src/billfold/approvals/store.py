"""The SQL of approval groups."""

from __future__ import annotations

from collections.abc import Sequence

from billfold.approvals.model import ApprovalGroup, GroupMember, GroupView
from billfold.kit.db import Transaction
from billfold.kit.query import Page, Query, page, where
from billfold.kit.records import Table, marks

GROUPS = Table("approval_groups", ApprovalGroup)
MEMBERS = Table("approval_group_members", GroupMember, key=("organization_id", "group_id", "user_id"))


def list_groups(tx: Transaction, organization_id: str, query: Query) -> Page[GroupView]:
    """A page of groups with their members."""
    rest, parameters = where(query, organization_id, "approval_groups")
    found = page(query, GROUPS.where(tx, rest, parameters))
    return Page(with_members(tx, organization_id, found.items), found.next_key, found.previous_key)


def with_members(tx: Transaction, organization_id: str, groups: Sequence[ApprovalGroup]) -> list[GroupView]:
    """The groups with their members, in one statement."""
    if not groups:
        return []
    members = MEMBERS.where(
        tx,
        f"organization_id = ? AND group_id IN ({marks(len(groups))}) ORDER BY group_id, position",
        [organization_id, *(group.id for group in groups)],
    )
    return [GroupView(group, [member.user_id for member in members if member.group_id == group.id]) for group in groups]


def set_members(tx: Transaction, organization_id: str, group_id: str, user_ids: Sequence[str]) -> None:
    """Make these users, in this order, the group's members."""
    tx.run("DELETE FROM approval_group_members WHERE organization_id = ? AND group_id = ?", (organization_id, group_id))
    MEMBERS.insert_all(
        tx, [GroupMember(organization_id, group_id, user_id, position) for position, user_id in enumerate(user_ids)]
    )
