"""How a payment's money moves through a bill's amounts; the bill's payment status follows from them."""

from __future__ import annotations

from datetime import date
from typing import Final

from billfold.kit.records import replace
from billfold.payables.model import Bill, PaymentStatus, Stage

#: What of a bill a payment changes.
AMOUNTS: Final = (
    "scheduled_minor",
    "in_process_minor",
    "paid_minor",
    "payment_status",
    "last_payment_on",
    "updated_at",
)


def move(bill: Bill, amount_minor: int, before: Stage, after: Stage, on: date) -> Bill:
    """The bill after money of a payment passed from one stage to another.

    Scheduled money includes what is in process; money given back is due again.
    """
    scheduled = {Stage.SCHEDULED, Stage.IN_PROCESS}
    moved = replace(
        bill,
        scheduled_minor=bill.scheduled_minor + amount_minor * ((after in scheduled) - (before in scheduled)),
        in_process_minor=bill.in_process_minor
        + amount_minor * ((after is Stage.IN_PROCESS) - (before is Stage.IN_PROCESS)),
        paid_minor=bill.paid_minor + amount_minor * ((after is Stage.PAID) - (before is Stage.PAID)),
    )
    if after is Stage.PAID:
        moved = replace(moved, last_payment_on=max(moved.last_payment_on or on, on))
    elif not moved.paid_minor:
        moved = replace(moved, last_payment_on=None)
    return replace(moved, payment_status=payment_status(moved))


def payment_status(bill: Bill) -> PaymentStatus:
    """What the bill's amounts say: work in process first, then what is scheduled, then what was paid."""
    if bill.in_process_minor:
        return PaymentStatus.IN_PROCESS
    if bill.scheduled_minor:
        return PaymentStatus.SCHEDULED
    if not bill.paid_minor:
        return PaymentStatus.UNPAID
    return PaymentStatus.PARTIALLY_PAID if bill.due_minor else PaymentStatus.PAID
