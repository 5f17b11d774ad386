"""What happens to groups of approvers, to policies and to the steps of requests."""

from __future__ import annotations

from billfold.kit.events import Event


class ApprovalGroupCreated(Event, frozen=True):
    """A group of approvers was formed. The subject is a `GroupView`."""


class ApprovalGroupUpdated(Event, frozen=True):
    """A group's name or members changed. The subject is a `GroupView`."""


class ApprovalGroupArchived(Event, frozen=True):
    """A group was put out of use. The subject is a `GroupView`."""


class ApprovalPolicyCreated(Event, frozen=True):
    """A policy was made. The subject is a `PolicyView`."""


class ApprovalPolicyUpdated(Event, frozen=True):
    """A policy's rules, approvers or settings changed. The subject is a `PolicyView`."""


class ApprovalPolicyDeleted(Event, frozen=True):
    """A policy applies to nothing more. The subject is a `PolicyView`."""


class ApprovalAsked(Event, frozen=True):
    """It is an approver's turn. The subject is a `Step`."""


class ApprovalGiven(Event, frozen=True):
    """An approver approved. The subject is a `Step`."""


class ApprovalDenied(Event, frozen=True):
    """An approver denied. The subject is a `Step`."""


class ApprovalRerouted(Event, frozen=True):
    """Somebody else is asked instead of this approver. The subject is a `Step`."""


class ApprovalWentStale(Event, frozen=True):
    """What the step was about is no more as it was: it counts for nothing. The subject is a `Step`."""
