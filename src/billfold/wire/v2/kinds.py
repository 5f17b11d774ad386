"""The kinds of v2's values: how each is read, printed and filtered by (contract v2.md §1.4, §2, §3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import msgspec

from billfold.kit.errors import InvalidField
from billfold.wire.codecs import price
from billfold.wire.errors import InvalidDatatype

#: What v2 writes for no id.
NULLID: Final = "0" * 20
#: No list of lines is longer, whatever the noun allows.
MAX_LINES: Final = 1_000
#: No number of an accountant has more digits; Decimal itself would take millions.
_MAX_DIGITS: Final = 40
_MAX_EXPONENT: Final = 12
_MAX_WHOLE: Final = 10**9

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_GIVEN_ID: Final = re.compile(r"[A-Za-z0-9]{1,40}")
_NUMBER: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)")
#: Booleans as texts and numbers.
FLAGS: Final[Mapping[object, bool]] = {"true": True, "false": False, "1": True, "0": False}


class Codes:
    """An enum: which of the domain's values each code means; the first is what the code sets."""

    def __init__(self, values: Mapping[str, tuple[Any, ...]]) -> None:
        self.values = values
        self._codes = {word: code for code, words in values.items() for word in words}

    @property
    def ranks(self) -> tuple[tuple[Any, ...], ...]:
        """The domain's values in the order of their codes."""
        return tuple(self.values[code] for code in sorted(self.values, key=lambda code: (len(code), code)))

    def show(self, value: Any) -> str:
        """The code of a domain value."""
        return self._codes[value]

    def read(self, raw: Any, place: str) -> Any:
        """The domain value that a code sets; clients send codes as texts and as numbers."""
        code = str(raw) if isinstance(raw, int) and not isinstance(raw, bool) else raw
        if not isinstance(code, str):
            raise InvalidDatatype(field=place)
        if code == "":
            return None
        if code not in self.values:
            raise InvalidField(place, code[:40])
        return self.values[code][0]


class Kind(msgspec.Struct, frozen=True):
    """How a kind of value comes in (wire value, path, codes), goes out, and whether lists can always filter by it."""

    name: str
    read: Callable[[Any, str, Codes | None], Any]
    show: Callable[[Any], Any] | None = None
    filterable: bool = False
    #: Its type in the documents.
    type: Any = str


def _read_text(raw: Any, place: str, _: Codes | None) -> str | None:
    if not isinstance(raw, str):
        raise InvalidDatatype(field=place)
    return raw or None


def _read_id(raw: Any, place: str, _: Codes | None) -> str | None:
    if not isinstance(raw, str):
        raise InvalidDatatype(field=place)
    return None if raw in {"", NULLID} else raw


def _read_given_id(raw: Any, place: str, codes: Codes | None) -> str | None:
    found = _read_id(raw, place, codes)
    if found is not None and not _GIVEN_ID.fullmatch(found):
        raise InvalidField(place, found[:40])
    return found


def _read_flag(raw: Any, place: str, _: Codes | None) -> bool | None:
    if isinstance(raw, bool):
        return raw
    if raw == "":
        return None
    found = FLAGS.get(str(raw).lower()) if isinstance(raw, (str, int)) else None
    if found is None:
        raise InvalidDatatype(field=place)
    return found


def _read_number(raw: Any, place: str, _: Codes | None) -> Decimal | None:
    """A JSON number; a number in a string is let pass, though BILL wants none (recorded-facts.md)."""
    if raw == "":
        return None
    if isinstance(raw, bool) or not isinstance(raw, (int, str, Decimal)):
        raise InvalidDatatype(field=place)
    if isinstance(raw, str) and (len(raw) > _MAX_DIGITS or not _NUMBER.fullmatch(raw)):
        raise InvalidDatatype(field=place)
    value = Decimal(raw)
    if abs(value.adjusted()) > _MAX_EXPONENT or len(value.as_tuple().digits) > _MAX_DIGITS:
        raise InvalidField(place, "is out of range")
    return value


def _read_whole(raw: Any, place: str, codes: Codes | None) -> int | None:
    number = _read_number(raw, place, codes)
    if number is None:
        return None
    if number != number.to_integral_value():
        raise InvalidField(place, "must be a whole number")
    if abs(number) > _MAX_WHOLE:
        raise InvalidField(place, "is out of range")
    return int(number)


def _read_date(raw: Any, place: str, _: Codes | None) -> date | None:
    if not isinstance(raw, str):
        raise InvalidDatatype(field=place)
    return read_date(raw, place) if raw else None


def read_date(raw: str, place: str) -> date:
    """`yyyy-MM-dd`. Raises `InvalidField`."""
    if not _DATE.fullmatch(raw):
        raise InvalidField(place, raw[:40])
    try:
        return date.fromisoformat(raw)
    except ValueError as error:
        raise InvalidField(place, raw) from error


def _read_code(raw: Any, place: str, codes: Codes | None) -> Any:
    assert codes is not None, f"{place} has no codes"
    return codes.read(raw, place)


def _no_input(raw: Any, place: str, _: Codes | None) -> Any:
    raise AssertionError(f"{place} is read-only: {raw!r} should not have been read")


def _show_text(value: str | None) -> str | None:
    """An empty text, which v3 can keep, is null here (v2.md §1.3)."""
    return value or None


def _show_id(value: str | None) -> str:
    return value or NULLID


def _show_date(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def show_time(value: datetime | None) -> str | None:
    """Stored times are UTC and print whole seconds as `.000` (v2.md §2)."""
    return None if value is None else value.isoformat()[:19] + ".000+0000"


def _show_price(value: Decimal | None) -> Decimal | None:
    return None if value is None else price(value)


TEXT: Final = Kind("text", _read_text, _show_text, type=str | None)
ID: Final = Kind("id", _read_id, _show_id, filterable=True)
#: An id that nobody here gave out, so that nothing can be looked up by it.
GIVEN_ID: Final = Kind("id", _read_given_id, _show_id)
FLAG: Final = Kind("boolean", _read_flag, type=bool)
NUMBER: Final = Kind("number", _read_number, type=Decimal | None)
#: A number of days and the like.
WHOLE: Final = Kind("number", _read_whole, type=int | None)
PRICE: Final = Kind("price", _read_number, _show_price, type=Decimal | None)
#: Amounts leave the domain with their currency's decimals, so there is nothing more to do.
MONEY: Final = Kind("money", _read_number, type=Decimal | None)
DATE: Final = Kind("date", _read_date, _show_date, filterable=True, type=str | None)
TIME: Final = Kind("time", _no_input, show_time, filterable=True)
ENUM: Final = Kind("enum", _read_code, filterable=True)
LINES: Final = Kind("lines", _no_input)
#: A constant of any other form: printed as it is, never read.
PLAIN: Final = Kind("constant", _no_input, type=Any)
