"""Bills that may have been entered twice."""

from __future__ import annotations

from billfold.wire.catalog import Catalogue
from billfold.wire.own.duplicates import DuplicatesShape, duplicates
from billfold.wire.sim.scope import in_organization, row


def declare(catalogue: Catalogue) -> None:
    """The row of duplicates."""
    row(
        catalogue, "GET", "bills/duplicates", "List bills that may be duplicates", in_organization(duplicates),
        response=dict[str, list[DuplicatesShape]],
    )  # fmt: skip
