"""Multipart forms, for uploads alone (contract v2.md §1.2, §12; payables §9)."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from billfold.wire.catalog import Call
from billfold.wire.errors import MalformedJson

_MAX_PARTS: Final = 20
_MAX_FIELD_BYTES: Final = 100_000


class Part(msgspec.Struct, frozen=True):
    """One part of a form: a field, or a file where it has a file name."""

    name: str
    file_name: str | None
    content: bytes


def is_multipart(call: Call) -> bool:
    """Whether the body is a multipart form."""
    return call.headers.get("content-type", "").lower().startswith("multipart/form-data")


def read_parts(call: Call) -> list[Part]:
    """The parts of the body. Raises `MalformedJson`."""
    boundary = parameter(call.headers["content-type"], "boundary")
    if not boundary:
        raise MalformedJson(detail="the multipart form has no boundary")
    # What is before the first boundary and after the last belongs to nobody.
    pieces = (b"\r\n" + call.body).split(b"\r\n--" + boundary.encode("latin-1", "replace"), _MAX_PARTS + 2)[1:]
    if len(pieces) > _MAX_PARTS + 1 or not pieces or not pieces[-1].startswith(b"--"):
        raise MalformedJson(detail="the multipart form is cut short or has too many parts")
    return [_read_part(piece) for piece in pieces[:-1]]


def _read_part(piece: bytes) -> Part:
    head, _, content = piece.partition(b"\r\n\r\n")
    if b"\0" in head:
        raise MalformedJson(detail="the character U+0000 is not allowed")
    disposition = ""
    for line in head.decode("utf-8", "replace").split("\r\n"):
        name, _, value = line.partition(":")
        if name.strip().lower() == "content-disposition":
            disposition = value.strip()
    return Part(parameter(disposition, "name") or "", parameter(disposition, "filename"), content)


#: No part of it can match in two ways: reading takes as long as the header is, whatever a stranger writes into it.
_PARAMETER: Final = re.compile(r';\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)', re.DOTALL)


def parameter(header: str, name: str) -> str | None:
    """The value of `; name=value` or `; name="value"`; the first counts."""
    for found in _PARAMETER.finditer(header):
        if found[1].lower() == name:
            value = found[2]
            if not value.startswith('"'):
                return value.strip()
            return value[1:].removesuffix('"').replace("\\\\", "\\").replace('\\"', '"')
    return None


def fields_of(parts: list[Part]) -> dict[str, str]:
    """The fields that are no files. Raises `MalformedJson`."""
    fields = {}
    for part in parts:
        if part.file_name is None and part.name != "file":
            if len(part.content) > _MAX_FIELD_BYTES or b"\0" in part.content:
                raise MalformedJson(detail=f"the field {part.name[:40]} is too long or holds U+0000")
            try:
                fields[part.name] = part.content.decode()
            except UnicodeDecodeError as error:
                raise MalformedJson(detail=str(error)) from error
    return fields
