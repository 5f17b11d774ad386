"""What happens to organization bank accounts."""

from __future__ import annotations

from billfold.kit.events import Event


class BankAccountCreated(Event, frozen=True):
    """A bank account was added; a test deposit is on its way."""


class BankAccountVerified(Event, frozen=True):
    """The test deposit was named rightly: the account can pay."""


class BankAccountInvalidated(Event, frozen=True):
    """Too many wrong amounts: the account cannot be used."""
