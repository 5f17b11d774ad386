"""How values are stored, alike on both databases.

Instants are TEXT in UTC (`2026-01-13T17:02:10.114Z`), dates TEXT (`2026-01-13`), decimals TEXT, booleans BOOLEAN.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any, Union, get_args, get_origin


# One transaction stores the same moment in many columns.
@lru_cache(maxsize=256)
def instant_text(moment: datetime) -> str:
    """How an instant is stored."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


#: Nearly every value is stored as it is: those take no further look.
_STORED_AS_THEY_ARE = frozenset({str, int, bool, bytes, type(None)})


def to_column(value: object) -> object:
    """What the database stores for a value of a record."""
    if type(value) in _STORED_AS_THEY_ARE:
        return value
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Enum):
        return value.value
    return value


def _strip_optional(hint: Any) -> Any:
    if get_origin(hint) in {types.UnionType, Union}:
        (hint,) = [option for option in get_args(hint) if option is not type(None)]
    return hint


# Rows of a page name few moments and days, each many times; one object for each also keeps its hash.
_moment = lru_cache(maxsize=4096)(datetime.fromisoformat)
_day = lru_cache(maxsize=4096)(date.fromisoformat)


def from_column(hint: Any) -> Callable[[Any], Any] | None:
    """What makes a value of this type of what is stored, or None where that is the value."""
    kind = _strip_optional(hint)
    if kind is datetime:
        return _moment
    if kind is date:
        return _day
    if kind is Decimal or kind is bool:
        return kind
    if isinstance(kind, type) and issubclass(kind, Enum):
        return {member.value: member for member in kind}.__getitem__
    return None


def to_column_of(hint: Any) -> Callable[[Any], object] | None:
    """`to_column` for values of this type, or None where they are stored as they are."""
    kind = _strip_optional(hint)
    if kind is datetime:
        return instant_text
    if kind is date:
        return date.isoformat
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _word_text
    return to_column if kind is Decimal else None


def _word_text(word: Any) -> object:
    """An enum's value; texts that were never made enums pass."""
    return getattr(word, "_value_", word)
