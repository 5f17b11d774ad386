"""The shape of a v3 error (contract: core §1.4)."""

from __future__ import annotations

from typing import Any

import msgspec

from billfold.wire.codecs import Moment


class ErrorParamShape(msgspec.Struct):
    """What a placeholder of the message stands for; the messages have none."""

    name: str
    value: str
    additional: dict[str, Any]


class ErrorShape(msgspec.Struct):
    """One element of an error answer."""

    timestamp: Moment
    code: str
    severity: str
    category: str
    message: str
    params: list[ErrorParamShape] = msgspec.field(default_factory=list)
