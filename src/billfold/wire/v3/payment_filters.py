"""What payments are listed by (contract: payables §6.3)."""

from __future__ import annotations

from typing import Final

from billfold.payables.payments.model import SingleStatus
from billfold.payables.payments.payment_states import MEANINGS, shown_status
from billfold.wire.v3.lists import CREATED, EQUALITY, ID, ORDER, TEXT, UPDATED, Kind, ListField, ListSpec


def _single_statuses(status: str) -> tuple[object, ...]:
    return tuple(single for single, meaning in MEANINGS.items() if meaning.status == status)


def _shown_so(status: str) -> tuple[object, ...]:
    return tuple(single for single in SingleStatus if shown_status(single).value == status)


#: BILL's statuses that no payment here has.
_UNSEEN: Final = frozenset({"APPROVING", "PENDING", "FAILED"})
_UNSEEN_SINGLE: Final = frozenset({"CANCELLATION_IN_PROGRESS", "DISBURSEMENT_FAILED_VENDOR_BANK_REJECTED"})
LIST = ListSpec({
    "id": ID,
    "vendorId": ListField("vendor_id"),
    "status": ListField("single_status", ops=EQUALITY, means=_single_statuses, unseen=_UNSEEN),
    "singleStatus": ListField("single_status", ops=EQUALITY, means=_shown_so, unseen=_UNSEEN_SINGLE),
    "disbursementType": ListField("disbursement_type", ops=EQUALITY),
    "transactionNumber": ListField("transaction_number", ops=TEXT),
    "confirmationNumber": ListField("confirmation_number", ops=TEXT),
    "onlinePayment": ListField("online", Kind.BOOLEAN),
    "createdBy": ListField("created_by"),
    "processDate": ListField("process_on", Kind.DATE, ORDER, sortable=True),
    "amount": ListField("amount_minor", Kind.AMOUNT, ORDER, sortable=True),
    "createdTime": CREATED,
    "updatedTime": UPDATED,
})  # fmt: skip
