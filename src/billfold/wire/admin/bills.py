"""Bills as the operator looks at them: what may have been entered twice."""

from __future__ import annotations

from billfold.wire.admin.scope import organization_row
from billfold.wire.catalog import Catalogue
from billfold.wire.own.duplicates import DuplicatesShape, duplicates


def declare(catalogue: Catalogue) -> None:
    """The row of duplicates."""
    organization_row(
        catalogue, "GET", "bills/duplicates", "bills.duplicates", "List bills that may be duplicates", duplicates,
        response=dict[str, list[DuplicatesShape]],
    )  # fmt: skip
