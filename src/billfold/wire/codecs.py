"""Decoding request bodies into declared shapes, all errors at once, and encoding answers.

The fast path is msgspec's. Only when it refuses does the slow path look at each field by itself, so that an
answer can name every wrong field (contract: core §1.4). Numbers and booleans may come as strings (core §1.1), and
texts as numbers.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from itertools import islice
from types import GenericAlias
from typing import Annotated, Any, Final, TypeVar, cast

import msgspec
from msgspec import UNSET, Struct, UnsetType

from billfold.kit.errors import Checks, InvalidField, Refusal, Refusals
from billfold.kit.money import read_number, to_decimal
from billfold.wire.errors import MalformedJson

T = TypeVar("T")

_CENT: Final = Decimal("0.01")
#: Who made so many mistakes has made one over and over; looking for all of them would keep other callers waiting.
_MOST_FAULTS: Final = 1_000
_encoder = msgspec.json.Encoder(decimal_format="number")
_any_decoder = msgspec.json.Decoder(float_hook=Decimal)
_decoders: dict[Any, msgspec.json.Decoder[Any]] = {}
_NUL: Final = b"\\u0000"
#: Texts that `Decimal`, and so msgspec, may take for numbers though nobody writes them so in JSON: "1_000" and digits
#: of other scripts. NaN is refused where it is used.
_MAY_BE_ODD: Final = re.compile(
    rb'"[\s0-9.eE+-]*(?:_|[^\x00-\x7f]|\\u)(?:[\s0-9._eE+-]|[^\x00-\x7f]|\\u[0-9a-fA-F]{4})*"'
)
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


def encode(value: object) -> bytes:
    """JSON as v3 writes it: Decimal as a number with its own digits, absent fields left out."""
    return _encoder.encode(value)


def decode(body: bytes, shape: type[T]) -> T:
    """The body as the shape. Raises `MalformedJson`, or `InvalidField`s for every wrong field together."""
    body = _readable(body)
    if not _MAY_BE_ODD.search(body):
        with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return cast("T", _decoder_of(shape).decode(body))
    try:
        body = _encoder.encode(_as_declared(_any_decoder.decode(body), _described(cast("Any", shape))))
        return cast("T", _decoder_of(shape).decode(body))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _explain(body, shape) from error


def decode_all(body: bytes, shape: type[T]) -> list[T] | None:
    """The body as an array of the shape; None where `decode` would refuse it or an element of it."""
    if _NUL in body or _MAY_BE_ODD.search(body):
        return None
    try:
        return cast("list[T]", _decoder_of(GenericAlias(list, (shape,))).decode(body))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _decoder_of(shape: Any) -> msgspec.json.Decoder[Any]:
    decoder = _decoders.get(shape)
    if decoder is None:
        decoder = _decoders[shape] = msgspec.json.Decoder(shape, strict=False)
    return decoder


@cache
def _described(shape: Any) -> msgspec.inspect.Type:
    """The fields of a shape: to look them up takes far longer than to read a body."""
    return msgspec.inspect.type_info(shape)


def decode_request(method: str, body: bytes, shape: type[T]) -> T:
    """As `decode`. What is said as a whole, by POST or PUT, has nothing to clear: there null is left out."""
    try:
        return decode(body, shape)
    except (Refusal, Refusals):
        if method not in _WHOLE or b"null" not in body:
            raise
    return decode(_encoder.encode(_without_nulls(decode_json(body))), shape)


_WHOLE: Final = frozenset({"POST", "PUT"})


def _as_declared(raw: Any, shape: msgspec.inspect.Type) -> Any:
    """The value with texts where the shape has them: 1044 counts as an invoice number as "10.44" does as an amount.

    An odd number becomes what is refused as none.
    """
    if isinstance(shape, msgspec.inspect.Metadata):
        return _as_declared(raw, shape.type)
    if isinstance(shape, msgspec.inspect.UnionType):
        options = [option for option in shape.types if not isinstance(option, msgspec.inspect.NoneType)]
        return _as_declared(raw, options[0])
    if isinstance(shape, msgspec.inspect.StructType) and isinstance(raw, dict):
        known = {field.encode_name: field.type for field in shape.fields}
        return {name: _as_declared(value, known[name]) if name in known else value for name, value in raw.items()}
    if isinstance(shape, msgspec.inspect.ListType) and isinstance(raw, list):
        return [_as_declared(value, shape.item_type) for value in raw]
    if isinstance(shape, msgspec.inspect.StrType) and isinstance(raw, (int, Decimal)):
        return str(raw).lower() if isinstance(raw, bool) else str(raw)
    if isinstance(shape, msgspec.inspect.DecimalType) and isinstance(raw, str) and read_number(raw) is None:
        return False
    return raw


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(inner) for name, inner in value.items() if inner is not None}
    return [_without_nulls(inner) for inner in value] if isinstance(value, list) else value


def decode_json(body: bytes) -> Any:
    """Any JSON value, numbers with decimals as Decimal. Raises `MalformedJson`."""
    body = _readable(body)
    try:
        return _any_decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedJson(detail=str(error)) from error


def _readable(body: bytes) -> bytes:
    """The body without the byte order mark that some clients begin with.

    PostgreSQL keeps no U+0000 in a text, so nothing does: both databases take the same requests.
    """
    if _NUL in body:
        raise MalformedJson(detail="the character U+0000 is not allowed")
    return body.removeprefix(_BYTE_ORDER_MARK)


# A page names few moments and amounts, each many times; making the text costs more than all else of a field.
@lru_cache(maxsize=4096)
def instant(moment: datetime) -> str:
    """v3's date-time: `2026-01-13T17:02:10.114+00:00`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


@lru_cache(maxsize=4096)
def money(minor: int, currency: str) -> Decimal:
    """v3's amount: a JSON number with the currency's decimals."""
    return to_decimal(minor, currency)


def price(value: Decimal) -> Decimal:
    """A unit price: two decimals; one that was given more keeps them."""
    rounded = value.quantize(_CENT)
    return rounded if rounded == value else value


def _explain(body: bytes, shape: type) -> Refusal | Refusals:
    try:
        raw = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return MalformedJson(detail=str(error))
    checks = Checks()
    for refusal in islice(_faults(raw, shape, ""), _MOST_FAULTS):
        checks.note(refusal)
    return checks.error() or InvalidField("body", f"Cannot construct instance of {_plain_name(shape)}")


def _faults(raw: Any, hint: Any, path: str) -> Iterator[Refusal]:
    yield from _faults_of(raw, _described(hint), path)


def _faults_of(raw: Any, shape: msgspec.inspect.Type, path: str) -> Iterator[Refusal]:
    if isinstance(shape, msgspec.inspect.Metadata):
        yield from _faults_of(raw, shape.type, path)
    elif isinstance(shape, msgspec.inspect.UnionType):
        yield from _union_faults(raw, shape, path)
    elif isinstance(shape, msgspec.inspect.StructType):
        if isinstance(raw, Mapping):
            yield from _struct_faults(raw, shape, path)
        else:
            yield _no_instance(raw, path, _plain_name(shape.cls))
    elif isinstance(shape, msgspec.inspect.ListType):
        if isinstance(raw, list):
            for position, item in enumerate(raw):
                yield from _faults_of(item, shape.item_type, f"{path}[{position}]")
        else:
            yield _no_instance(raw, path, "list")
    else:
        yield from _value_faults(raw, shape, path)


def _no_instance(raw: Any, path: str, name: str) -> InvalidField:
    missing = raw is None and path
    return InvalidField(path or "body", "must not be null" if missing else f"Cannot construct instance of {name}")


def _union_faults(raw: Any, shape: msgspec.inspect.UnionType, path: str) -> Iterator[Refusal]:
    options = [option for option in shape.types if not isinstance(option, msgspec.inspect.NoneType)]
    if raw is None and len(options) < len(shape.types):
        return
    yield from _faults_of(raw, options[0], path)


def _struct_faults(raw: Mapping[str, Any], shape: msgspec.inspect.StructType, path: str) -> Iterator[Refusal]:
    for field in shape.fields:
        place = f"{path}.{field.encode_name}" if path else field.encode_name
        value = raw.get(field.encode_name)
        if value is None and field.required:
            yield InvalidField(place, "must not be blank" if _is_not_blank(field.type) else "must not be null")
        elif field.encode_name in raw:
            yield from _faults_of(value, field.type, place)


def _is_not_blank(shape: msgspec.inspect.Type) -> bool:
    inner = shape.type if isinstance(shape, msgspec.inspect.Metadata) else shape
    return isinstance(inner, msgspec.inspect.StrType) and inner.pattern == _SOMETHING


def _value_faults(raw: Any, shape: msgspec.inspect.Type, path: str) -> Iterator[Refusal]:
    hint = shape.cls if isinstance(shape, msgspec.inspect.EnumType) else _HINTS.get(type(shape))
    if isinstance(shape, msgspec.inspect.LiteralType):
        if raw not in shape.values:
            yield InvalidField(path, _wanted(shape), raw)
        return
    if hint is None:
        return
    if isinstance(raw, (dict, list)):
        yield InvalidField(path, f"Cannot construct instance of {_plain_name(hint)}")
        return
    if isinstance(raw, float) and not math.isfinite(raw):
        yield InvalidField(path, "is out of range")
        return
    try:
        value = Decimal(repr(raw)) if hint is Decimal and isinstance(raw, float) else raw
        msgspec.convert(value, _constrained(hint, shape), strict=False)
    except msgspec.ValidationError:
        text = "must not be blank" if _is_not_blank(shape) else "must not be null" if raw is None else _wanted(shape)
        yield InvalidField(path, text, raw)


def _wanted(shape: msgspec.inspect.Type) -> str:
    """What a value of this type has to be, where that is said in few words."""
    if isinstance(shape, (msgspec.inspect.EnumType, msgspec.inspect.LiteralType)):
        values = shape.values if isinstance(shape, msgspec.inspect.LiteralType) else [one.value for one in shape.cls]
        return f"must be one of {', '.join(map(str, values))}" if len(values) <= _MOST_NAMED else _SOMETHING_ELSE
    kind, limits = type(shape), _limits_of(shape)
    if limits.keys() == {"ge", "le"}:
        return f"{_WANTED[kind]} from {limits['ge']} to {limits['le']}"
    return _SOMETHING_ELSE if limits else _WANTED.get(kind, _SOMETHING_ELSE)


def _constrained(hint: Any, shape: msgspec.inspect.Type) -> Any:
    """The type with the limits that its declaration sets: pattern, lengths, least and greatest."""
    limits = _limits_of(shape)
    return Annotated[hint, msgspec.Meta(**limits)] if limits else hint


def _limits_of(shape: msgspec.inspect.Type) -> dict[str, Any]:
    return {name: limit for name in _LIMITS if (limit := getattr(shape, name, None)) is not None}


_SOMETHING: Final = r"\S"
#: A text that must have something in it: missing, null or blank, it is refused as blank.
NotBlank = Annotated[str, msgspec.Meta(pattern=_SOMETHING)]
_LIMITS: Final = ("pattern", "min_length", "max_length", "ge", "gt", "le", "lt")
_HINTS: Final[dict[type, Any]] = {
    msgspec.inspect.StrType: str,
    msgspec.inspect.IntType: int,
    msgspec.inspect.BoolType: bool,
    msgspec.inspect.DecimalType: Decimal,
    msgspec.inspect.DateType: date,
    msgspec.inspect.DateTimeType: datetime,
}


#: What of a shape's name says what it is for, and not what it is.
_PURPOSE: Final = re.compile(r"\A(?:New|Changed|Shown)|(?:Body|Create|Update)?(?:InBulk)?\Z")
_JSON_NAMES: Final[Mapping[type, str]] = {str: "string", int: "integer", bool: "boolean", Decimal: "number"}

#: An enum with more values, such as the countries, is looked up in the OpenAPI document.
_MOST_NAMED: Final = 20
_SOMETHING_ELSE: Final = "invalid value"
_WANTED: Final[dict[type, str]] = {
    msgspec.inspect.IntType: "must be a whole number",
    msgspec.inspect.BoolType: "must be true or false",
    msgspec.inspect.DecimalType: "must be a number",
    msgspec.inspect.DateType: "must be a day, such as 2026-01-31",
    msgspec.inspect.DateTimeType: "must be a moment, such as 2026-01-31T17:00:00Z",
}


def _plain_name(cls: type) -> str:
    """What the wire calls it: `Address` for `NewAddressBody`."""
    return _JSON_NAMES.get(cls) or _PURPOSE.sub("", getattr(cls, "__name__", "value"))


#: Of an answer: a date-time as `instant` writes it, and a day.
Moment = Annotated[str, msgspec.Meta(extra_json_schema={"format": "date-time"})]
Day = Annotated[str, msgspec.Meta(extra_json_schema={"format": "date"})]
#: A field of a request that may be left out, or null to clear it.
Text = str | None | UnsetType
Number = Decimal | None | UnsetType
Mapped = tuple[tuple[str, str], ...]


def given(body: Struct, mapping: Mapped) -> dict[str, Any]:
    """What a request says, by domain field: `mapping` pairs (dotted wire path, domain field).

    Fields that are not in the request are not in the result, so that a PATCH changes nothing else.
    """
    own, within = _by_object(mapping)
    found = {field: value for name, field in own if (value := getattr(body, name)) is not UNSET}
    for name, inner in within:
        value = getattr(body, name)
        if value is None:
            found |= {field: None for _, field in inner}
        elif value is not UNSET:
            found |= given(value, inner)
    return found


@cache
def _by_object(mapping: Mapped) -> tuple[Mapped, tuple[tuple[str, Mapped], ...]]:
    """The pairs of an object's own fields, and those of each object within it by its name: once for a declaration."""
    within: dict[str, list[tuple[str, str]]] = {}
    for path, field in mapping:
        name, dot, rest = path.partition(".")
        if dot:
            within.setdefault(name, []).append((rest, field))
    own = tuple(pair for pair in mapping if "." not in pair[0])
    return own, tuple((name, tuple(pairs)) for name, pairs in within.items())


#: A whole word: what a request's own form is refused for is in the wire's words already, most of them in two cases.
_WORD: Final = re.compile(r"\b[a-z][a-z_0-9]*\b")


def respell(path: str, spelling: Mapping[str, str]) -> str:
    """A refusal's path in the wire's words: `lines[0].price` is `billLineItems[0].price`."""
    return _WORD.sub(lambda word: spelling.get(word.group(), word.group()), path)


def spelling_of(*mappings: Mapped, **more: str) -> dict[str, str]:
    """Domain field to wire path, from the mappings that `given` uses."""
    return {field: path for mapping in mappings for path, field in mapping} | more
