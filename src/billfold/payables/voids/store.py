"""The SQL of void requests."""

from __future__ import annotations

from collections.abc import Sequence

from billfold.kit.db import Transaction
from billfold.kit.records import Table
from billfold.payables.payments.model import Payment
from billfold.payables.voids.model import VoidRequest

VOID_REQUESTS = Table("void_requests", VoidRequest)


def void_requests_of(
    tx: Transaction, organization_id: str, payments: Sequence[Payment]
) -> dict[str, list[VoidRequest]]:
    """The void requests of payments, by payment; only payments that have some are asked for."""
    asked = [payment.id for payment in payments if payment.voided_from is not None]
    return VOID_REQUESTS.of_each(tx, "payment_id", organization_id, asked, "ORDER BY payment_id, ordinal")
