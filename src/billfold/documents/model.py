"""The records of stored files and of uploads."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec


class FileKind(StrEnum):
    """What a file is: made for the bank or the printer, sent by a bank, written by the sandbox's bank, or uploaded."""

    NACHA = "nacha"
    PAIN001 = "pain001"
    CHECKS = "check"
    POSITIVE_PAY = "positive_pay"
    INCOMING_NACHA = "incoming_nacha"
    STATEMENT = "statement"
    BANK_STATEMENT = "bank_statement"
    DOCUMENT = "document"


class StoredFile(msgspec.Struct, frozen=True):
    """A file's name, kind, and the SHA-256 under which its bytes are kept."""

    organization_id: str
    id: str
    ordinal: int
    kind: FileKind
    file_name: str
    digest: str
    size_bytes: int
    created_at: datetime


class Upload(msgspec.Struct, frozen=True):
    """A file that was uploaded for an object, or for the inbox (no object); `document_id` once it is a document.

    One that was removed is kept, for the trail, and shown to nobody.
    """

    organization_id: str
    id: str
    ordinal: int
    object_id: str | None
    file_name: str
    digest: str
    size_bytes: int
    page_count: int
    is_public: bool
    created_by: str
    created_at: datetime
    document_id: str | None
    removed_at: datetime | None


class UploadDraft(msgspec.Struct, frozen=True):
    """What somebody who uploads says."""

    object_id: str | None
    file_name: str
    content: bytes
    is_public: bool = False
