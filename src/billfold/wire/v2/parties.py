"""What Vendor and Customer have in common on v2."""

from __future__ import annotations

from typing import Any, Final

from billfold.kit.errors import Checks, InvalidField
from billfold.parties.model import AccountType
from billfold.wire.currencies import is_currency
from billfold.wire.tax_ids import require_clear

ACCOUNT_TYPES: Final = {"0": AccountType.NONE, "1": AccountType.BUSINESS, "2": AccountType.PERSON}


def check_party(checks: Checks, found: dict[str, Any], currency: str) -> None:
    """Note a masked tax id, and what v3 checks by the types of its shapes: that the currency in this field exists."""
    require_clear(checks, found)
    code = found.get(currency) or "USD"
    checks.require(is_currency(code), InvalidField(currency, code[:10]))
