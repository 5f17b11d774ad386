"""ChartOfAccount (contract v2.md §11.1, from a recorded document)."""

from __future__ import annotations

from typing import Final

from billfold.accounting.model import AccountType, Kind
from billfold.wire.catalog import Catalogue
from billfold.wire.v2.classifications import MERGED_INTO, declare_kind
from billfold.wire.v2.fields import CREATED, ID, IS_ACTIVE, UPDATED, Table, choice, reference, text

#: `AccountType` is declared in the order of v2's codes; an account without a type is unspecified.
ACCOUNT_TYPES: Final = {
    str(code): (word, None) if word is AccountType.UNSPECIFIED else (word,) for code, word in enumerate(AccountType)
}
#: The meaning of the codes was not found (v2.md §15); "0" is none and the others are kept as they come.
CA_1099_TYPES: Final = {str(code): (None,) if code == 0 else (str(code),) for code in range(100)}

TABLE: Final = Table(
    "ChartOfAccount",
    ID,
    text("name", "name", required=True, filterable=True),
    IS_ACTIVE,
    text("accountNumber", "account_number"),
    choice("accountType", "account_type", ACCOUNT_TYPES, default=AccountType.UNSPECIFIED),
    text("description", "description"),
    reference("parentChartOfAccountId", "parent_id"),
    choice("ca1099Type", "ca_1099_type", CA_1099_TYPES),
    CREATED,
    UPDATED,
    MERGED_INTO,
)


def declare(catalogue: Catalogue) -> None:
    """The rows of the chart of accounts."""
    declare_kind(catalogue, Kind.CHART_OF_ACCOUNT, TABLE)
