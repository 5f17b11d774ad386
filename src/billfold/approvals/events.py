"""What happens to approval groups. The subject is a `GroupView`."""

from __future__ import annotations

from billfold.kit.events import Event


class ApprovalGroupCreated(Event, frozen=True):
    """A group of approvers was formed."""


class ApprovalGroupUpdated(Event, frozen=True):
    """A group's name or members changed."""


class ApprovalGroupArchived(Event, frozen=True):
    """A group was put out of use."""
