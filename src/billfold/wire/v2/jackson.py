"""JSON as BILL's v2 prints it: the classic Jackson pretty printer (contract v2.md §1.3).

`"key" : value`, two blanks for each object around, arrays on one line as `[ {` … `}, {` … `} ]`, an empty object
`{ }`, an empty array `[ ]`. Decimals keep their own digits.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any, Final

import msgspec


class Printed(msgspec.Struct, frozen=True):
    """A value that was printed before; `newline` began its lines then, and it only has to be moved in."""

    text: str
    newline: str = "\n"


def pretty(value: Any) -> bytes:
    """The value, made of dicts, lists, texts, numbers, booleans and None, as printed."""
    # A lone surrogate cannot be written in UTF-8; nothing that we store holds one.
    return text_of(value, "\n").encode("utf-8", "replace")


#: By the exact type: a page of 999 bills has 100,000 values, and this is the fastest way through them.
_SCALARS: Final[dict[type, Callable[[Any], str]]] = {
    str: encode_basestring,
    Decimal: lambda value: format(value, "f"),
    int: str,
    bool: lambda value: "true" if value else "false",
    type(None): lambda _: "null",
}


def text_of(value: Any, newline: str) -> str:
    """The value as printed where `newline` begins lines."""
    scalar = _SCALARS.get(type(value))
    if scalar is not None:
        return scalar(value)
    if isinstance(value, dict):
        return _print_object(value, newline)
    if isinstance(value, Printed):
        # No text holds a line feed of its own, so every one of them is the printer's.
        return value.text if value.newline == newline else value.text.replace(value.newline, newline)
    assert isinstance(value, (list, tuple)), f"{type(value).__name__} has no form in v2's JSON"
    # Arrays add no indentation of their own.
    return f"[ {', '.join([text_of(item, newline) for item in value])} ]" if value else "[ ]"


def _print_object(value: dict[str, Any], newline: str) -> str:
    if not value:
        return "{ }"
    inner = newline + "  "
    fields = []
    for key, item in value.items():
        # Nearly everything is a scalar: those take no further call.
        scalar = _SCALARS.get(type(item))
        fields.append(f'"{key}" : {scalar(item) if scalar is not None else text_of(item, inner)}')
    return f"{{{inner}{(',' + inner).join(fields)}{newline}}}"
