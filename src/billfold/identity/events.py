"""What happens in identity."""

from __future__ import annotations

from billfold.kit.events import Event


class OrganizationCreated(Event, frozen=True):
    """An organization was founded. The subject is an `OrganizationSnapshot`."""


class UserCreated(Event, frozen=True):
    """A user joined the organization. The subject is a `User`."""
