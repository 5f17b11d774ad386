"""What a name to sign in by means (contract: core §2.2: user names are case-insensitive)."""

from __future__ import annotations

from string import ascii_lowercase, ascii_uppercase
from typing import Final

#: A to Z only, as both databases' `lower()`: no two addresses that a mail server tells apart become one.
_LOWER: Final = str.maketrans(ascii_uppercase, ascii_lowercase)


def login_key(name: str) -> str:
    """The key of a name, the same however its letters are written: "Ann@X.test" and "ann@x.test" are one login."""
    return name.translate(_LOWER)
