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


class BillAssigned(Event, frozen=True):
    """Approvers were asked to approve a bill."""


class BillUnassigned(Event, frozen=True):
    """Nobody has to approve a bill any more."""


class BillPartlyApproved(Event, frozen=True):
    """Some of a bill's approvers approved it."""


class BillApproved(Event, frozen=True):
    """The last of a bill's approvers approved it."""


class BillDenied(Event, frozen=True):
    """An approver denied a bill."""


class VendorCreditCreated(Event, frozen=True):
    """A vendor credit was entered."""


class VendorCreditUpdated(Event, frozen=True):
    """A vendor credit's fields or lines changed, or what was applied of it is no longer in process."""


class VendorCreditArchived(Event, frozen=True):
    """A vendor credit was put out of use, for good."""


class VendorCreditApplied(Event, frozen=True):
    """A bill uses more of the credit than before."""


class VendorCreditGivenBack(Event, frozen=True):
    """A bill uses less of the credit than before: it no longer lists it, or a payment was called off."""


class PaymentCreated(Event, frozen=True):
    """A payment was scheduled."""


class PaymentRecorded(Event, frozen=True):
    """A payment that was made outside Billfold was noted."""


class PaymentUpdated(Event, frozen=True):
    """A payment took a step on its way."""


class PaymentHeld(Event, frozen=True):
    """A payment waits until its vendor's bank account is confirmed."""


class PaymentReleased(Event, frozen=True):
    """A payment that was held goes on."""


class PaymentCancelled(Event, frozen=True):
    """A payment was called off before its cut-off."""


class VoidRequested(Event, frozen=True):
    """Somebody asked for a payment to be voided. The subject of this and the following is a `VoidRequest`."""


class VoidDecided(Event, frozen=True):
    """The void was granted or refused, or there was nothing left to decide."""


class PaymentReissued(Event, frozen=True):
    """The money of a payment that did not arrive is sent to the vendor anew."""


class PaymentRerouted(Event, frozen=True):
    """A payment that is not collected yet goes to its vendor in another way, for the one it was made for is gone."""


class PaymentVoided(Event, frozen=True):
    """A payment was stopped after its cut-off, or one that was noted never was."""


class PaymentRefunded(Event, frozen=True):
    """The money of a voided payment is back in the bank account that it came from."""


class PaymentFailed(Event, frozen=True):
    """A bank sent a leg of the payment back."""


class AutopayFailed(Event, frozen=True):
    """A bill that was to be paid by itself was not."""


class RecurringBillCreated(Event, frozen=True):
    """A recurring bill was set up."""


class RecurringBillUpdated(Event, frozen=True):
    """A recurring bill changed, which its future bills follow."""


class RecurringBillArchived(Event, frozen=True):
    """A recurring bill makes no more bills."""


class RecurringBillRestored(Event, frozen=True):
    """A recurring bill makes bills again."""


class RecurringBillAdvanced(Event, frozen=True):
    """A recurring bill made its bill, and waits for the next due date."""


class RecurringBillFailed(Event, frozen=True):
    """A recurring bill could not make its bill, or pay it, and was put out of use."""


class MassPaymentRequested(Event, frozen=True):
    """Many bills were asked to be paid."""
