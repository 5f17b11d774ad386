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


class VendorAcceptanceChanged(Event, frozen=True):
    """What a vendor takes changed: virtual cards, RPPS, the wallet, Amex."""


class VendorBankAccountAdded(Event, frozen=True):
    """A vendor can now be paid on a bank account."""


class VendorBankAccountRemoved(Event, frozen=True):
    """A vendor has no bank account any more."""


class VendorBankAccountCorrected(Event, frozen=True):
    """A bank's correction of a vendor's bank account was accepted."""


class VendorBankAccountInvalidated(Event, frozen=True):
    """A bank said that nothing can be paid to a vendor's bank account: the vendor is paid as one without."""


class VendorBankAccountMended(Event, frozen=True):
    """A bank's correction made an invalid account of a vendor's one that can be paid to again."""


class VendorBankAccountRerouted(Event, frozen=True):
    """Money goes to a vendor's bank account abroad in another way."""


class VendorBankAccountDoubted(Event, frozen=True):
    """A vendor's new bank account waits for a second user. The subject is an `AccountConfirmation`."""


class VendorBankAccountConfirmed(Event, frozen=True):
    """A second user confirmed a vendor's bank account. The subject is an `AccountConfirmation`."""


class VendorBankAccountDropped(Event, frozen=True):
    """A vendor's bank account was removed before anybody confirmed it. The subject is an `AccountConfirmation`."""


class CustomerCreated(Event, frozen=True):
    """A customer was added."""


class CustomerUpdated(Event, frozen=True):
    """A customer's fields changed."""


class CustomerArchived(Event, frozen=True):
    """A customer was put out of use."""


class CustomerRestored(Event, frozen=True):
    """A customer was put back into use."""


class ContactCreated(Event, frozen=True):
    """A person at a customer was added."""


class ContactUpdated(Event, frozen=True):
    """A contact's fields changed."""


class ContactArchived(Event, frozen=True):
    """A contact was put out of use."""


class ContactRestored(Event, frozen=True):
    """A contact was put back into use."""
