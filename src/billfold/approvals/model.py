"""The records of approvals."""

from __future__ import annotations

from datetime import datetime

import msgspec

from billfold.kit.ctx import RecordStatus


class ApprovalGroup(msgspec.Struct, frozen=True):
    """Users of whom any one may approve in the group's name (contract v3-payables.md §5)."""

    organization_id: str
    id: str
    ordinal: int
    name: str
    record_status: RecordStatus
    created_at: datetime
    updated_at: datetime

    @property
    def archived(self) -> bool:
        """Whether the group is out of use."""
        return self.record_status is not RecordStatus.ACTIVE


class GroupMember(msgspec.Struct, frozen=True):
    """A user in a group; `position` keeps the order that was given."""

    organization_id: str
    group_id: str
    user_id: str
    position: int


class GroupView(msgspec.Struct, frozen=True):
    """A group as readers see it, with its members' user ids in order."""

    group: ApprovalGroup
    user_ids: list[str]

    @property
    def id(self) -> str:
        """The group's id: what an event is about."""
        return self.group.id
