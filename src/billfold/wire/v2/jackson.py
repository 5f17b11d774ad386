"""JSON as BILL's v2 prints it: the classic Jackson pretty printer (contract v2.md §1.3).

`"key" : value`, two blanks for each object around, arrays on one line as `[ {` … `}, {` … `} ]`, an empty object
`{ }`, an empty array `[ ]`. Decimals keep their own digits.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any, Final

_WORDS: Final = {True: "true", False: "false"}


def pretty(value: Any) -> bytes:
    """The value as printed."""
    parts: list[str] = []
    _write(value, "\n", parts.append)
    # A lone surrogate cannot be written in UTF-8; nothing that we store holds one.
    return "".join(parts).encode("utf-8", "replace")


def _write(value: Any, newline: str, put: Any) -> None:
    if isinstance(value, Mapping):
        _write_object(value, newline, put)
    elif isinstance(value, (list, tuple)):
        _write_array(value, newline, put)
    else:
        put(_scalar(value))


def _write_object(value: Mapping[str, Any], newline: str, put: Any) -> None:
    if not value:
        put("{ }")
        return
    inner = newline + "  "
    before = "{" + inner
    for key, item in value.items():
        # Nearly everything is a scalar: those take no further call.
        if isinstance(item, (Mapping, list, tuple)):
            put(f'{before}"{key}" : ')
            _write(item, inner, put)
        else:
            put(f'{before}"{key}" : {_scalar(item)}')
        before = "," + inner
    put(newline + "}")


def _write_array(value: list[Any] | tuple[Any, ...], newline: str, put: Any) -> None:
    """Arrays add no indentation of their own."""
    if not value:
        put("[ ]")
        return
    before = "[ "
    for item in value:
        put(before)
        _write(item, newline, put)
        before = ", "
    put(" ]")


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, bool):
        return _WORDS[value]
    if isinstance(value, Decimal):
        return format(value, "f")
    assert isinstance(value, int), f"{type(value).__name__} has no form in v2's JSON"
    return str(value)
