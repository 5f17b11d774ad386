"""How a payment's money, and the credits used with it, move through a bill's amounts; its payment status follows."""

from __future__ import annotations

from datetime import date
from typing import Final

from billfold.kit.errors import Refusal
from billfold.kit.records import replace
from billfold.payables.bills.model import Bill, PaymentStatus
from billfold.payables.payments.model import Stage

#: What of a bill a payment changes.
AMOUNTS: Final = (
    "scheduled_minor",
    "in_process_minor",
    "paid_minor",
    "credit_minor",
    "pending_credit_minor",
    "payment_status",
    "last_payment_on",
    "updated_at",
)


#: The stages of a payment under way.
UNDER_WAY: Final = frozenset({Stage.SCHEDULED, Stage.IN_PROCESS})


class Overpayment(Refusal):
    """The amount, with the credits used, is more than the bill still owes."""

    sentence = "The amount is more than the {due} due on the bill {bill_id}: overpaying a bill is not allowed."


def move(bill: Bill, amount_minor: int, before: Stage, after: Stage, on: date, *, credit_minor: int = 0) -> Bill:
    """The bill after money of a payment, and credits used with it, passed from one stage to another.

    Scheduled money includes what is in process; money given back is due again. Credits stand with the money.
    """
    under_way = (after in UNDER_WAY) - (before in UNDER_WAY)
    moved = replace(
        bill,
        scheduled_minor=bill.scheduled_minor + amount_minor * under_way,
        in_process_minor=bill.in_process_minor
        + amount_minor * ((after is Stage.IN_PROCESS) - (before is Stage.IN_PROCESS)),
        paid_minor=bill.paid_minor + amount_minor * ((after is Stage.PAID) - (before is Stage.PAID)),
        credit_minor=bill.credit_minor + credit_minor * ((before is Stage.GIVEN_BACK) - (after is Stage.GIVEN_BACK)),
        pending_credit_minor=bill.pending_credit_minor + credit_minor * under_way,
    )
    if after is Stage.PAID:
        moved = replace(moved, last_payment_on=max(moved.last_payment_on or on, on))
    elif not moved.paid_minor:
        moved = replace(moved, last_payment_on=None)
    return replace(moved, payment_status=payment_status(moved))


def payment_status(bill: Bill) -> PaymentStatus:
    """What the bill's amounts say: work in process first, then what is scheduled, then what was paid or credited."""
    if bill.in_process_minor:
        return PaymentStatus.IN_PROCESS
    if bill.scheduled_minor:
        return PaymentStatus.SCHEDULED
    if not bill.settled_minor:
        return PaymentStatus.UNPAID
    return PaymentStatus.PARTIALLY_PAID if bill.due_minor else PaymentStatus.PAID
