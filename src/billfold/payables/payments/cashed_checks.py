"""The check of a payment, once it was cashed: only then does its bank have images of it."""

from __future__ import annotations

from billfold.kit.ctx import Ctx
from billfold.kit.errors import Refusal
from billfold.payables.payments.payments import get_payment
from billfold.rails import transfers
from billfold.rails.checks import checks
from billfold.rails.checks.model import Check, CheckStatus
from billfold.rails.model import Leg


class NoCheckImage(Refusal):
    """There are images of a check once it was cashed."""

    sentence = "The payment {payment_id} has no check that was cashed."


def cashed_check(ctx: Ctx, payment_id: str) -> Check:
    """The cashed check of a payment. Raises `NotFound`, `NoCheckImage`."""
    payment = get_payment(ctx, payment_id).payment
    transfer = transfers.transfer_of(ctx, payment.id, Leg.DISBURSEMENT)
    check = None if transfer is None else checks.check_of(ctx, transfer.id)
    if check is None or check.status is not CheckStatus.CLEARED:
        raise NoCheckImage(payment_id=payment.id)
    return check
