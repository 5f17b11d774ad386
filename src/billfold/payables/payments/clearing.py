"""What money-out clearing holds of a payment, or lacks: the one answer, from what the ledger has of the payment.

A payment puts money in (its debit, the wire that makes one good) and takes money out (to the vendor, back to who paid).
What is under way counts as well, so that the answer is what is left over when all of that is done.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from billfold import ledger
from billfold.kit.ctx import Ctx
from billfold.ledger import MONEY_OUT_CLEARING, Code
from billfold.payables.payments import store
from billfold.payables.payments.model import Payment, SingleStatus
from billfold.rails import transfers
from billfold.rails.model import ENDED, Leg, TransferStatus

#: What the organization puts in, and takes back. All other codes are what the money is for.
_COLLECTED: Final = frozenset({Code.FUNDING, Code.FUNDING_RETURN, Code.REPAYMENT, Code.REPAYMENT_RETURN})
_OVER: Final = ENDED | {TransferStatus.SETTLED}
#: The ledger has nothing of a debit that no bank has taken up.
_UNFUNDED: Final = (SingleStatus.SCHEDULED, SingleStatus.READY_TO_FUND)

#: Why the money of a payment waits in clearing, by its status, and what ends that.
_WHY_HELD: Final = {
    SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED: "It did not reach the vendor: void the payment, or send it anew.",
    SingleStatus.VOID_PENDING: "It did not reach the vendor, and a void is to be decided.",
} | dict.fromkeys(
    (SingleStatus.VOIDED, SingleStatus.CLEARED, SingleStatus.FUNDS_ESCHEATED),
    "It was given back, and the organization's bank sent it on its way again: refund it once more.",
)
#: Why the organization owes clearing the money of a payment, by its status, and what ends that.
_WHY_OWED: Final = {
    SingleStatus.FUNDING_FAILED_ACTION_NEEDED: "Its funding came back when the vendor's money had left: wire it.",
    SingleStatus.FUNDING_FAILED_AFTER_REFUND: "Its funding came back when it had been refunded: wire it.",
    SingleStatus.VOID_PENDING: "Its funding came back when the vendor's money had left, and a void is to be decided.",
}
_WHY_RECORDED: Final = "It was made elsewhere, and nobody said from which account."
#: Statuses that say that something is left over.
_SAY_MORE: Final = (
    SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED,
    SingleStatus.FUNDING_FAILED_ACTION_NEEDED,
    SingleStatus.FUNDING_FAILED_AFTER_REFUND,
)


class Clearing(msgspec.Struct, frozen=True):
    """What a payment put into clearing and took out of it, in minor units of what it is funded with.

    `collected` stayed, `coming` is being collected; `gone` was paid or given back, `leaving` is on its way.
    """

    collected_minor: int
    coming_minor: int
    gone_minor: int
    leaving_minor: int

    @property
    def is_collected(self) -> bool:
        """Whether the organization's money is there: its debit did not come back, or was made good."""
        return self.collected_minor > 0

    @property
    def held_minor(self) -> int:
        """Collected money that is on its way to nobody."""
        return max(self.collected_minor - self.gone_minor - self.leaving_minor, 0)

    @property
    def owed_minor(self) -> int:
        """What leaves or has left and is not collected, nor will be: the organization owes it."""
        return max(self.gone_minor + self.leaving_minor - self.collected_minor - self.coming_minor, 0)


class Unsettled(msgspec.Struct, frozen=True):
    """A payment whose money waits in clearing, or is lacking there; `why` says what ends that."""

    payment: Payment
    clearing: Clearing
    why: str


def clearing_of(ctx: Ctx, payment: Payment) -> Clearing:
    """What clearing has of the payment now."""
    collected = gone = leaving = 0
    for entry in ledger.transfers_of(ctx, payment.id):
        if MONEY_OUT_CLEARING not in {entry.debit_account, entry.credit_account}:
            continue
        into = entry.amount_minor if entry.debit_account == MONEY_OUT_CLEARING else -entry.amount_minor
        if entry.status is ledger.Status.POSTED and entry.code in _COLLECTED:
            collected += into
        elif entry.status is ledger.Status.POSTED:
            gone -= into
        elif entry.status is ledger.Status.PENDING and entry.code not in _COLLECTED:
            leaving -= into
    return Clearing(collected, _coming_minor(ctx, payment), gone, leaving)


def unsettled(ctx: Ctx) -> list[Unsettled]:
    """The payments whose money waits in clearing or is lacking there until somebody acts, oldest first."""
    return [one for one in _left_over(ctx) if not isinstance(one, str)]


def problems(ctx: Ctx) -> list[str]:
    """What of clearing no payment explains by its status, in sentences; an empty list when all of it is explained."""
    return [one for one in _left_over(ctx) if isinstance(one, str)]


def _left_over(ctx: Ctx) -> Iterator[Unsettled | str]:
    """What something is left over of in clearing, or should be; a sentence where its status does not say why."""
    scheduled = {one.id: one.funding_minor for one in _in_status(ctx, _UNFUNDED)}
    claimed = {one.id: one for one in _in_status(ctx, _SAY_MORE)}
    found = [one for currency in _currencies(ctx) for one in ledger.explain_account(ctx, MONEY_OUT_CLEARING, currency)]
    for one in found:
        untouched = one.posted_minor == 0 and -one.pending_minor == scheduled.get(one.document_id)
        if untouched or not (one.posted_minor + one.pending_minor or one.document_id in claimed):
            continue
        payment = claimed.pop(one.document_id, None)
        payment = payment or store.PAYMENTS.get(ctx.tx, ctx.organization_id, one.document_id)
        if payment is None:
            yield f"money-out clearing has {one.posted_minor} of {one.document_id}, which is no payment"
        elif (told := _tell(ctx, payment)) is not None:
            yield told
    for payment in claimed.values():
        yield f"money-out clearing has nothing of {payment.id}, which is {payment.single_status}"


def _tell(ctx: Ctx, payment: Payment) -> Unsettled | str | None:
    """Why something is left over, if it is; a sentence where the payment's status does not say so, or says more."""
    clearing, status = clearing_of(ctx, payment), payment.single_status
    if clearing.held_minor:
        why = _WHY_HELD.get(status)
    elif clearing.owed_minor:
        why = _WHY_OWED.get(status) if payment.online else _WHY_RECORDED
    elif status in _SAY_MORE:
        why = None
    else:
        return None
    if why is None:
        left = f"holds {clearing.held_minor} and lacks {clearing.owed_minor} of"
        return f"money-out clearing {left} {payment.id}, which does not say so by being {status}"
    return Unsettled(payment, clearing, why)


def _coming_minor(ctx: Ctx, payment: Payment) -> int:
    """What is being collected: the ledger has it from the day on that the bank takes the debit up."""
    funding = transfers.transfer_of(ctx, payment.id, Leg.FUNDING) if payment.online else None
    if funding is None or funding.status in _OVER:
        return 0
    assert payment.funding_minor is not None, payment.id
    return payment.funding_minor


def _in_status(ctx: Ctx, statuses: tuple[SingleStatus, ...]) -> list[Payment]:
    return store.payments_in_status(ctx.tx, ctx.organization_id, statuses)


def _currencies(ctx: Ctx) -> list[str]:
    """Payments made elsewhere may be in any."""
    return [row.currency for row in ledger.trial_balance(ctx) if row.account == MONEY_OUT_CLEARING]
