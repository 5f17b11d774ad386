"""What the ledger says: the trial balance, and whose money waits in clearing."""

from __future__ import annotations

from billfold.wire.admin.scope import organization_row
from billfold.wire.catalog import Catalogue
from billfold.wire.own.clearing import UnsettledShape, list_unsettled
from billfold.wire.own.trial_balance import TrialBalanceShape, trial_balance


def declare(catalogue: Catalogue) -> None:
    """The rows of the ledger."""
    organization_row(
        catalogue, "GET", "trial-balance", "trial-balance.get", "Read the trial balance", trial_balance,
        response=TrialBalanceShape,
    )  # fmt: skip
    organization_row(
        catalogue, "GET", "clearing", "clearing.list",
        "List payments whose money waits in clearing or is lacking there", list_unsettled,
        response=dict[str, list[UnsettledShape]],
    )  # fmt: skip
