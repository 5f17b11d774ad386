"""What happens to organization bank accounts and their users."""

from __future__ import annotations

from billfold.kit.events import Event


class BankAccountCreated(Event, frozen=True):
    """A bank account was added; a test deposit is on its way."""


class BankAccountVerified(Event, frozen=True):
    """The account was shown to be the organization's: it can pay."""


class BankAccountInvalidated(Event, frozen=True):
    """Too many wrong amounts: the account cannot be used."""


class BankAccountExpired(Event, frozen=True):
    """Nobody named the test deposit in time: the account cannot be used."""


class BankAccountUpdated(Event, frozen=True):
    """Name, access, defaults or chart of account changed."""


class BankAccountArchived(Event, frozen=True):
    """The account was put out of use for good."""


class BankAccountUserNominated(Event, frozen=True):
    """A user is to pay from a bank account, once verified."""


class BankAccountUserVerified(Event, frozen=True):
    """A user may pay from a bank account."""


class BankAccountUserArchived(Event, frozen=True):
    """A user may no longer pay from a bank account."""
