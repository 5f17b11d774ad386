"""The shape of a v3 error (contract: core §1.4)."""

from __future__ import annotations

from typing import Any

import msgspec


class ErrorShape(msgspec.Struct):
    """One element of an error answer."""

    timestamp: str
    code: str
    severity: str
    category: str
    message: str
    params: list[Any] = msgspec.field(default_factory=list)
