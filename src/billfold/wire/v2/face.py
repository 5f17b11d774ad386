"""How v2 carries credentials, data, answers and refusals (contract v2.md §1.2, §1.3, §1.8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec

from billfold.identity.factors.mfa import TrustExpired
from billfold.identity.sessions import DeveloperKeyMissing, SessionMissing
from billfold.kit.errors import InvalidField, NotFound, Refusal
from billfold.wire.catalog import Answer, Call, Operation, WithHeaders
from billfold.wire.codecs import decode_json, respell
from billfold.wire.errors import (
    EntityMismatch,
    InvalidDatatype,
    MalformedJson,
    MissingData,
    MissingParameter,
    UnknownPath,
    WrongMethod,
    wire_error,
)
from billfold.wire.multipart import fields_of, is_multipart, parameter, read_parts
from billfold.wire.v2.jackson import pretty

_IDEMPOTENCY_HEADERS: Final = ("idempotency-key", "x-idempotent-key")
_CONTENT_TYPE: Final = "application/json;charset=UTF-8"
_MAX_FORM_FIELDS: Final = 100
#: What older HTTP libraries escape forms in unless told otherwise. Browsers, too, take the first for the second.
_OTHER_CHARSETS: Final = {"iso-8859-1": "cp1252", "latin1": "cp1252", "windows-1252": "cp1252"}
_MAX_MESSAGES: Final = 20
#: Of several refusals the envelope has room for one code: the first in the contract's order of checks (§1.8).
_PRECEDENCE: Final = (MissingData, MissingParameter, EntityMismatch, InvalidDatatype, InvalidField)


class ErrorData(msgspec.Struct):
    """Why a request was refused."""

    error_code: str
    error_message: str


class ErrorEnvelope(msgspec.Struct):
    """A refusal: HTTP 200, but for an unknown path."""

    response_status: int
    response_message: str
    response_data: ErrorData


class V2Face:
    """RPC over POSTed forms; developer key, session and data are fields of the form."""

    name = "v2"

    def credentials(self, call: Call) -> tuple[str, str]:
        """A cookie alone is not enough (§1.2). Only links to files have them in headers (§12)."""
        form = read_form(call)
        if call.method == "GET":
            return developer_key(form) or call.headers.get("devkey", ""), (
                form.get("sessionId") or call.headers.get("sessionid", "")
            )
        return developer_key(form), form.get("sessionId", "")

    def idempotency_key(self, call: Call) -> str:
        return next((call.headers[name] for name in _IDEMPOTENCY_HEADERS if name in call.headers), "")

    def essence(self, call: Call) -> bytes:
        if is_multipart(call):
            return b"\0".join(
                part.content for part in read_parts(call) if part.name not in {"devKey", "appkey", "sessionId"}
            )
        return read_form(call).get("data", "").encode()

    def decode(self, operation: Operation, call: Call) -> Any:
        form = read_form(call)
        if operation.public:
            return None if operation.request is None else _read_fields(form, operation.request)
        return _read_data(form)

    def encode(self, operation: Operation, call: Call, result: Any) -> Answer:
        del operation, call
        if isinstance(result, Answer):
            return result
        if isinstance(result, WithHeaders):
            return msgspec.structs.replace(success(result.result), headers=result.headers)
        return success(result)

    def refuse(self, operation: Operation | None, refusals: list[Refusal], now: str) -> Answer:
        del now
        spelling = operation.spelling if operation is not None else {}
        ordered = sorted(map(_on_v2, refusals), key=_rank)
        message = "; ".join(_message(refusal, spelling) for refusal in ordered[:_MAX_MESSAGES])
        envelope = {
            "response_status": 1,
            "response_message": "Error",
            "response_data": {"error_code": _code(ordered[0]), "error_message": message},
        }
        unknown = any(isinstance(refusal, (UnknownPath, WrongMethod)) for refusal in refusals)
        return Answer(404 if unknown else 200, pretty(envelope), _CONTENT_TYPE)


def success(data: Any) -> Answer:
    """The envelope of a success around this data."""
    envelope = {"response_status": 0, "response_message": "Success", "response_data": data}
    return Answer(200, pretty(envelope), _CONTENT_TYPE)


def read_form(call: Call) -> dict[str, str]:
    """The fields of a request: those of the query, then those of the body, which win (§1.2).

    A body that is a bare JSON object is `data`, as in the documents' samples of Delete and Undelete.
    """
    if is_multipart(call):
        return {**call.query, **fields_of(read_parts(call))}
    body, charset = call.body.lstrip(), _charset(call)
    if body.startswith(b"{"):
        return {**call.query, "data": _text(body, charset)}
    try:
        fields = parse_qsl(
            _text(body, charset), keep_blank_values=True, max_num_fields=_MAX_FORM_FIELDS, errors="strict",
            encoding=charset,
        )  # fmt: skip
    except UnicodeDecodeError as error:
        raise MalformedJson(detail=str(error)) from error
    except ValueError as error:
        raise MalformedJson(detail=f"more than {_MAX_FORM_FIELDS} form fields") from error
    if (b"%00" in body or b"\0" in body) and any("\0" in name + value for name, value in fields):
        raise MalformedJson(detail="the character U+0000 is not allowed")
    return {**call.query, **dict(fields)}


def developer_key(form: Mapping[str, str]) -> str:
    """The developer key, under its name of today or that of 2012."""
    return form.get("devKey") or form.get("appkey") or ""


def _charset(call: Call) -> str:
    """How the form's letters are written, escaped or not: as its type says, else in UTF-8."""
    said = parameter(call.headers.get("content-type", ""), "charset") or ""
    return _OTHER_CHARSETS.get(said.lower(), "utf-8")


def _text(body: bytes, charset: str) -> str:
    try:
        return body.decode(charset)
    except UnicodeDecodeError as error:
        raise MalformedJson(detail=str(error)) from error


def _read_data(form: Mapping[str, str]) -> Mapping[str, Any]:
    """`data` may be absent, `null` or `{}` where an operation needs none."""
    text = form.get("data", "").strip()
    if not text:
        return {}
    data = decode_json(text.encode("utf-8", "replace"))
    if data is None:
        return {}
    if not isinstance(data, Mapping):
        raise MalformedJson(detail="data is not a JSON object")
    return data


def _read_fields(form: Mapping[str, str], shape: type) -> Any:
    """The plain fields of an operation that comes before any session; surplus ones are ignored."""
    values = {**form, "devKey": developer_key(form)}
    if not values["devKey"]:
        raise DeveloperKeyMissing
    for field in msgspec.structs.fields(shape):
        if field.required and not values.get(field.name):
            raise MissingParameter(name=field.name)
    return msgspec.convert(values, shape)


def _on_v2(refusal: Refusal) -> Refusal:
    """v2 has its own word for a session that was not sent (§1.8)."""
    return MissingParameter(name="sessionId") if isinstance(refusal, SessionMissing) else refusal


def _rank(refusal: Refusal) -> int:
    return next((rank for rank, kind in enumerate(_PRECEDENCE) if isinstance(refusal, kind)), len(_PRECEDENCE))


#: Where v2 has a code of its own: "no data found" (settled.md §1), trust that is over (v2.md §1.6).
_OWN_CODES: Final[Mapping[type[Refusal], str]] = {NotFound: "BDC_1120", TrustExpired: "BDC_1356"}


def _code(refusal: Refusal) -> str:
    return _OWN_CODES.get(type(refusal)) or wire_error(refusal).code


def _message(refusal: Refusal, spelling: Mapping[str, str]) -> str:
    if isinstance(refusal, InvalidField):
        return f"Invalid field,value: {respell(refusal.path, spelling)}, {refusal.text}"
    return str(refusal)
