"""Payments as the operator sees them: what BILL's staff would do by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from billfold.kit.ctx import Ctx
from billfold.payables import interventions
from billfold.payables.payments.model import PaymentView
from billfold.wire.admin.scope import organization_row
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.v3.payments import PaymentShape, payment_shape

#: The verb in the path, what it does, and its summary.
VERBS: Final[tuple[tuple[str, Callable[[Ctx, str], PaymentView], str], ...]] = (
    ("hold", interventions.hold_payment, "Hold the collected money of a payment back"),
    ("release", interventions.release_payment, "Release a payment that is held"),
    ("wire", interventions.note_wired_funding, "Note that the funding that came back was wired"),
    ("refund", interventions.refund_again, "Refund a payment once more, whose refund came back"),
    ("escheat", interventions.escheat_payment, "Note that the unclaimed money of a check went to the state"),
)


def _step(step: Callable[[Ctx, str], PaymentView]) -> Callable[[Ctx, Call, Any], PaymentShape]:
    def run(ctx: Ctx, call: Call, _: None) -> PaymentShape:
        return payment_shape(step(ctx, call.path_ids["paymentId"]))

    return run


def declare(catalogue: Catalogue) -> None:
    """The rows of payments."""
    for verb, step, summary in VERBS:
        path = f"payments/{{paymentId}}/{verb}"
        organization_row(catalogue, "POST", path, f"payments.{verb}", summary, _step(step), response=PaymentShape)
