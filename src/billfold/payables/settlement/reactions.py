"""Which leg of a payment reacts to which event of its transfers: what `wiring.py` connects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from billfold.kit.ctx import Ctx
from billfold.payables.payments.model import SingleStatus
from billfold.payables.settlement import disbursement, funding, lost_payees, refund, repayment
from billfold.payables.settlement.steps import step
from billfold.payables.voids.voids import give_back
from billfold.rails import transfers
from billfold.rails.checks.events import CheckExpiring
from billfold.rails.events import (
    TransferDelivered,
    TransferRefused,
    TransferReturned,
    TransferSent,
    TransferSettled,
    TransferStarted,
)
from billfold.rails.model import Holder, Leg, Transfer

_React = Callable[[Ctx, Transfer], None]

_STARTED: Final[dict[Leg, _React]] = {Leg.FUNDING: funding.started, Leg.DISBURSEMENT: disbursement.started}
_SETTLED: Final[dict[Leg, _React]] = {
    Leg.FUNDING: funding.settled,
    Leg.DISBURSEMENT: disbursement.settled,
    Leg.REFUND: refund.settled,
    Leg.REPAYMENT: repayment.settled,
}
_RETURNED: Final[dict[Leg, _React]] = {
    Leg.FUNDING: funding.returned,
    Leg.DISBURSEMENT: disbursement.returned,
    Leg.REFUND: refund.returned,
    Leg.REPAYMENT: repayment.returned,
}


def when_sent(ctx: Ctx, event: TransferSent) -> None:
    """The funding debit left with the cut-off's file: the payment can no longer be cancelled."""
    if event.subject.leg is Leg.FUNDING:
        step(ctx, event.subject, SingleStatus.READY_TO_FUND)


def when_started(ctx: Ctx, event: TransferStarted) -> None:
    """The Fed took a leg up, or the check was mailed."""
    if event.subject.leg in _STARTED:
        _STARTED[event.subject.leg](ctx, event.subject)


def when_delivered(ctx: Ctx, event: TransferDelivered) -> None:
    """The check arrived."""
    disbursement.delivered(ctx, event.subject)


def when_expiring(ctx: Ctx, event: CheckExpiring) -> None:
    """The check is stale soon."""
    disbursement.expiring(ctx, transfers.get_transfer(ctx, event.subject.transfer_id))


def when_settled(ctx: Ctx, event: TransferSettled) -> None:
    """The money of a leg is where it was to go."""
    _SETTLED[event.subject.leg](ctx, event.subject)


def when_returned(ctx: Ctx, event: TransferReturned) -> None:
    """A bank sent a leg back."""
    _RETURNED[event.subject.leg](ctx, event.subject)


def when_refused(ctx: Ctx, event: TransferRefused) -> None:
    """Nothing left: no check can be printed for the vendor, or nothing can be paid to the vendor's account."""
    if event.subject.leg is Leg.FUNDING:
        lost_payees.call_off(ctx, event.subject)
    elif event.subject.account_table is Holder.VENDOR:
        disbursement.refused(ctx, event.subject)
    else:
        # The vendor's name or address has to be mended, and the money goes back.
        give_back(ctx, event.subject)
