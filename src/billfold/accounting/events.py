"""What happens to classifications."""

from __future__ import annotations

from billfold.kit.events import Event


class ClassificationCreated(Event, frozen=True):
    """A classification was added."""


class ClassificationUpdated(Event, frozen=True):
    """A classification's fields changed."""


class ClassificationArchived(Event, frozen=True):
    """A classification was put out of use."""


class ClassificationRestored(Event, frozen=True):
    """A classification was put back into use."""
