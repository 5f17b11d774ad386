"""What happens to checks and their settings."""

from __future__ import annotations

from billfold.kit.events import Event


class CheckSettingsUpdated(Event, frozen=True):
    """The settings of a bank account's checks were changed; the subject is a `CheckSettings`."""


class ChecksPrinted(Event, frozen=True):
    """A batch of checks of one account was drawn and stored with its positive pay file; a `CheckBatch`."""


class CheckPrinted(Event, frozen=True):
    """A check got its number and was mailed. The subject of this and the following is a `Check`."""


class CheckDelivered(Event, frozen=True):
    """The letter arrived."""


class CheckExpiring(Event, frozen=True):
    """Nobody cashed the check, and it is stale soon."""


class CheckStopOrdered(Event, frozen=True):
    """The bank was ordered not to pay the check; it may have done so already."""


class CheckCleared(Event, frozen=True):
    """The check was cashed."""


class CheckEnded(Event, frozen=True):
    """The check will not be cashed: it was voided, stopped, is stale, or came back. Its number stays used."""
