"""What happens to parties."""

from __future__ import annotations

from billfold.kit.events import Event


class VendorCreated(Event, frozen=True):
    """A vendor was added."""


class VendorUpdated(Event, frozen=True):
    """A vendor's fields changed."""


class VendorArchived(Event, frozen=True):
    """A vendor was put out of use."""


class VendorRestored(Event, frozen=True):
    """A vendor was put back into use."""


class VendorBankAccountAdded(Event, frozen=True):
    """A vendor can now be paid by ACH."""


class VendorBankAccountRemoved(Event, frozen=True):
    """A vendor is paid by check again."""


class CustomerCreated(Event, frozen=True):
    """A customer was added."""
