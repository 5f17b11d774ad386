"""What happens in identity."""

from __future__ import annotations

from billfold.kit.events import Event


class OrganizationCreated(Event, frozen=True):
    """An organization was founded. The subject is an `OrganizationSnapshot`."""


class OrganizationUpdated(Event, frozen=True):
    """What an organization says of itself changed. The subject is an `OrganizationSnapshot`."""


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


class UserUpdated(Event, frozen=True):
    """A user's name or role changed. The subject is a `User`."""


class UserArchived(Event, frozen=True):
    """A user can no longer sign in. The subject is a `User`."""


class UserRestored(Event, frozen=True):
    """An archived user may sign in again. The subject is a `User`."""


class InvitationAccepted(Event, frozen=True):
    """An invited user answered the invitation. The subject is a `User`."""


class PasswordSet(Event, frozen=True):
    """Somebody else set a user's password. The subject is a `User`."""


class OrganizationAccessChanged(Event, frozen=True):
    """The organization was closed or opened to sign-in, or got another partner. The subject is an `AccessSnapshot`."""


class ControlsChanged(Event, frozen=True):
    """An internal control was switched on or off. The subject is a `Controls`."""
