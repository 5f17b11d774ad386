"""Tax ids: answers show them masked, and a whole object that is sent back has them so."""

from __future__ import annotations

from typing import Any, Final

from billfold.kit.banking import masked
from billfold.kit.errors import Checks, InvalidField

_MASK: Final = "*"
_LENGTH: Final = 9


def shown_tax_id(last4: str | None) -> str | None:
    """Answers show the last four characters only."""
    return masked(last4, _LENGTH) if last4 else None


def drop_echo(found: dict[str, Any], last4: str | None) -> None:
    """A whole object that is sent back has the tax id as it was shown, which changes nothing."""
    if _MASK in (found.get("tax_id") or "") and found["tax_id"] == shown_tax_id(last4):
        del found["tax_id"]


def require_clear(checks: Checks, found: dict[str, Any]) -> None:
    """No other tax id may be masked: it would take the place of the real one."""
    checks.require(_MASK not in (found.get("tax_id") or ""), InvalidField("tax_id", "is masked"))
