"""What Vendor and Customer have in common on v2."""

from __future__ import annotations

from typing import Any, Final

from billfold.kit.banking import masked
from billfold.kit.errors import Checks, InvalidField
from billfold.parties.model import AccountType
from billfold.wire.currencies import is_currency

ACCOUNT_TYPES: Final = {"0": AccountType.NONE, "1": AccountType.BUSINESS, "2": AccountType.PERSON}
_MASK: Final = "*"
_TAX_ID_LENGTH: Final = 9


def shown_tax_id(last4: str | None) -> str | None:
    """Answers show the last four characters only."""
    return masked(last4, _TAX_ID_LENGTH) if last4 else None


def drop_echo(found: dict[str, Any], last4: str | None) -> None:
    """A whole record that is sent back has the tax id as it was shown, which changes nothing."""
    if _MASK in (found.get("tax_id") or "") and found["tax_id"] == shown_tax_id(last4):
        del found["tax_id"]


def note_faults(checks: Checks, found: dict[str, Any], currency: str) -> None:
    """What v3 checks by the types of its shapes: a tax id in clear, a currency (in this field) that there is."""
    checks.require(_MASK not in (found.get("tax_id") or ""), InvalidField("tax_id", "is masked"))
    code = found.get(currency) or "USD"
    checks.require(is_currency(code), InvalidField(currency, code[:10]))
