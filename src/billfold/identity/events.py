"""What happens in identity."""

from __future__ import annotations

from billfold.kit.events import Event


class OrganizationCreated(Event, frozen=True):
    """An organization was founded. The subject is an `OrganizationSnapshot`."""


class UserCreated(Event, frozen=True):
    """A user joined the organization. The subject is a `User`."""


class PhoneEnrolled(Event, frozen=True):
    """A phone takes the user's codes from now on. The subject is a `PhoneSnapshot`."""


class AuthenticatorEnrolled(Event, frozen=True):
    """An authenticator's codes count for the user from now on. The subject is an `AuthenticatorSnapshot`."""


class SyncTokenCreated(Event, frozen=True):
    """A sync token was made. The subject is a `SyncTokenSnapshot`."""


class SyncTokenRevoked(Event, frozen=True):
    """A sync token opens no more sessions. The subject is a `SyncTokenSnapshot`."""
