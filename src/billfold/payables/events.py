"""What happens to bills and payments."""

from __future__ import annotations

from billfold.kit.events import Event


class BillCreated(Event, frozen=True):
    """A bill was entered."""


class BillUpdated(Event, frozen=True):
    """A bill's fields or lines changed."""


class BillArchived(Event, frozen=True):
    """A bill was put out of use."""


class BillRestored(Event, frozen=True):
    """A bill was put back into use."""


class PaymentCreated(Event, frozen=True):
    """A payment was scheduled."""


class PaymentRecorded(Event, frozen=True):
    """A payment that was made outside Billfold was noted."""


class PaymentUpdated(Event, frozen=True):
    """A payment took a step on its way."""


class PaymentCancelled(Event, frozen=True):
    """A payment was called off before its cut-off."""


class PaymentVoided(Event, frozen=True):
    """A payment was stopped after its cut-off, or one that was noted never was."""


class PaymentRefunded(Event, frozen=True):
    """The money of a voided payment is back in the bank account that it came from."""


class PaymentFailed(Event, frozen=True):
    """A bank sent a leg of the payment back."""
