"""What the ledger says: the trial balance, what explains an account, and whose money waits in clearing."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from billfold import ledger
from billfold.kit.ctx import Ctx
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.codecs import money
from billfold.wire.own.clearing import UnsettledShape, list_unsettled
from billfold.wire.own.trial_balance import TrialBalanceShape, trial_balance
from billfold.wire.sim.scope import in_organization, row


class ExplanationShape(msgspec.Struct, kw_only=True):
    """What one document contributes to an account: debits less credits."""

    documentId: str
    posted: Decimal
    pending: Decimal


def explain(ctx: Ctx, call: Call, _: None) -> dict[str, list[ExplanationShape]]:
    """The documents that explain an account."""
    currency = call.query.get("currency", "USD")
    found = ledger.explain_account(ctx, call.path_ids["account"], currency)
    return {
        "results": [
            ExplanationShape(
                documentId=one.document_id,
                posted=money(one.posted_minor, currency),
                pending=money(one.pending_minor, currency),
            )
            for one in found
        ]
    }


def declare(catalogue: Catalogue) -> None:
    """The rows of the ledger."""
    row(
        catalogue, "GET", "ledger/trial-balance", "Read the trial balance", in_organization(trial_balance),
        response=TrialBalanceShape,
    )  # fmt: skip
    row(
        catalogue, "GET", "ledger/clearing", "List payments whose money waits in clearing or is lacking there",
        in_organization(list_unsettled), response=dict[str, list[UnsettledShape]],
    )  # fmt: skip
    row(
        catalogue, "GET", "ledger/accounts/{account}", "Explain an account by its documents", in_organization(explain),
        response=dict[str, list[ExplanationShape]],
    )  # fmt: skip
