"""Every good and bad day of a payment's life, now: what banks, the post, vendors and time do to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from billfold.kit.ctx import Ctx
from billfold.kit.errors import StateForbids
from billfold.payables import interventions
from billfold.payables.payments.payments import get_payment
from billfold.payables.voids import void_requests
from billfold.rails import bank, transfers
from billfold.rails.checks import checks
from billfold.rails.model import Leg, Rail, Transfer
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.sim.scope import in_organization, row
from billfold.wire.v3.payments import PaymentShape, payment_shape

#: What is done to the payment with this id.
Step = Callable[[Ctx, str], Any]


class PaymentReturnBody(msgspec.Struct):
    """Why a bank sends the money back."""

    code: Annotated[str, Meta(pattern=r"^R\d\d$", description="A Nacha return reason, such as R02.")] = "R02"


class DebitReturnBody(msgspec.Struct):
    """Why the organization's bank takes its money back."""

    code: Annotated[str, Meta(pattern=r"^R\d\d$", description="A Nacha return reason, such as R01.")] = "R01"


def _leg(ctx: Ctx, payment_id: str, leg: Leg, verb: str) -> Transfer:
    """The payment's leg under its lock.

    Raises `NotFound`; `StateForbids` for one that was made elsewhere, or that no bank has heard of yet.
    """
    get_payment(ctx, payment_id)
    transfer = transfers.transfer_of(ctx, payment_id, leg)
    if transfer is None:
        raise StateForbids(noun="payment", id=payment_id, verb=verb, state="made elsewhere")
    locked = transfers.get_transfer(ctx, transfer.id, lock=ctx.tx.for_update)
    bank.require_at_bank(ctx, locked, verb)
    return locked


def _settle(ctx: Ctx, payment_id: str) -> None:
    transfers.settle(ctx, _leg(ctx, payment_id, Leg.FUNDING, "settle"))


def _clear(ctx: Ctx, payment_id: str) -> None:
    disbursement = _leg(ctx, payment_id, Leg.DISBURSEMENT, "clear")
    if disbursement.rail is Rail.CHECK:
        _of_check("clear", checks.clear_check)(ctx, payment_id)
    else:
        transfers.settle(ctx, disbursement)


def _of_check(verb: str, step: Callable[[Ctx, str], Any]) -> Step:
    def run(ctx: Ctx, payment_id: str) -> None:
        disbursement = _leg(ctx, payment_id, Leg.DISBURSEMENT, verb)
        check = checks.check_of(ctx, disbursement.id)
        if check is None:
            raise StateForbids(noun="payment", id=payment_id, verb=verb, state=f"{disbursement.status} and no check")
        step(ctx, check.id)

    return run


#: The verb in the path, what it does, and its summary. Settle, return and fail-funding move legs of the payment.
VERBS: Final[tuple[tuple[str, Step, str], ...]] = (
    ("settle", _settle, "Collect the funding of a payment now"),
    ("deliver", _of_check("deliver", checks.deliver_check), "Deliver the check of a payment now"),
    ("clear", _clear, "Give the vendor the money of a payment now"),
    ("stop", _of_check("stop", checks.stop_check), "Stop the check of a payment at the bank now"),
    ("expiring", _of_check("expire", checks.warn_check), "Bring the check of a payment close to its end now"),
    ("stale", _of_check("stale", checks.expire_check), "Make the check of a payment stale now"),
    ("void", void_requests.decide_now, "Grant the void that a payment waits for now"),
    ("hold", interventions.hold_payment, "Hold the money of a payment back"),
    ("release", interventions.release_payment, "Release a payment that is held"),
    ("wire", interventions.note_wired_funding, "Make good a funding that came back, by wire"),
    ("refund", interventions.refund_again, "Refund a payment once more, whose refund came back"),
    ("escheat", interventions.escheat_payment, "Give the unclaimed money of a check to the state"),
)


def _step(step: Step) -> Callable[[Ctx, Call, Any], PaymentShape]:
    def run(ctx: Ctx, call: Call, _: Any) -> PaymentShape:
        payment_id = call.path_ids["paymentId"]
        step(ctx, payment_id)
        return payment_shape(get_payment(ctx, payment_id))

    return run


def _return(leg: Leg, verb: str) -> Callable[[Ctx, Call, Any], PaymentShape]:
    def run(ctx: Ctx, call: Call, body: PaymentReturnBody | DebitReturnBody) -> PaymentShape:
        payment_id = call.path_ids["paymentId"]
        transfers.return_transfer(ctx, _leg(ctx, payment_id, leg, verb), body.code)
        return payment_shape(get_payment(ctx, payment_id))

    return run


def declare(catalogue: Catalogue) -> None:
    """The rows of payments."""

    def add(verb: str, summary: str, run: Callable[[Ctx, Call, Any], PaymentShape], body: type | None = None) -> None:
        bound = in_organization(run, alone=True)
        path = f"payments/{{paymentId}}/{verb}"
        row(catalogue, "POST", path, summary, bound, request=body, response=PaymentShape)

    for verb, step, summary in VERBS:
        add(verb, summary, _step(step))
    disbursed, funded = _return(Leg.DISBURSEMENT, "come back"), _return(Leg.FUNDING, "come back")
    add("return", "Have the vendor's bank send the money back now", disbursed, PaymentReturnBody)
    add("fail-funding", "Have the organization's bank take the funding back now", funded, DebitReturnBody)
