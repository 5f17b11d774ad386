"""What happens to classifications and payment terms."""

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


class ClassificationMerged(Event, frozen=True):
    """A classification was put out of use in favour of another of its kind."""


class PaymentTermCreated(Event, frozen=True):
    """A payment term was added."""


class PaymentTermUpdated(Event, frozen=True):
    """A payment term's fields changed."""


class PaymentTermArchived(Event, frozen=True):
    """A payment term was put out of use."""


class PaymentTermRestored(Event, frozen=True):
    """A payment term was put back into use."""
