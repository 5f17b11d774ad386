"""What happens to cards, AP cards and the wallet."""

from __future__ import annotations

from billfold.kit.events import Event


class CardAccountCreated(Event, frozen=True):
    """A card was added."""


class CardAccountUpdated(Event, frozen=True):
    """A card was verified, became the default or is it no longer."""


class CardAccountArchived(Event, frozen=True):
    """A card was put out of use."""


class CardUserChanged(Event, frozen=True):
    """A user was nominated for a card, verified or taken off it."""


class ApCardCreated(Event, frozen=True):
    """An AP card was opened or applied for."""


class ApCardUpdated(Event, frozen=True):
    """Status or limit of an AP card changed."""


class ApCardPaidOff(Event, frozen=True):
    """A bank account paid what was owed on an AP card; the subject is the ledger's `Transfer`."""


class WalletToppedUp(Event, frozen=True):
    """Money was moved from a bank account into the wallet; the subject is the ledger's `Transfer`."""


class FundingPermissionsChanged(Event, frozen=True):
    """What the organization may pay with changed."""
