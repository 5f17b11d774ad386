"""Bank statements: BAI2 and camt.053 read and written. Bytes in, values out, and back; nothing of files or clocks."""

from __future__ import annotations

from enum import StrEnum

from billfold.bankfiles.statements import bai2, camt053
from billfold.bankfiles.statements.model import Kind, Line, Statement, StatementError

__all__ = ["Format", "Kind", "Line", "Statement", "StatementError", "format_of", "read"]


class Format(StrEnum):
    """The forms that a statement comes in."""

    BAI2 = "bai2"
    CAMT053 = "camt.053"


def format_of(content: bytes) -> Format:
    """Which form this is, by how it begins. Raises `StatementError`."""
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"01,"):
        return Format.BAI2
    if start.startswith(b"<"):
        return Format.CAMT053
    raise StatementError("the file is neither BAI2 nor camt.053")


def read(content: bytes) -> list[Statement]:
    """The statements in a file of either form, every total checked. Raises `StatementError`."""
    readers = {Format.BAI2: bai2.read, Format.CAMT053: camt053.read}
    return readers[format_of(content)](content)
