"""The record of a stored file."""

from __future__ import annotations

from datetime import datetime

import msgspec


class StoredFile(msgspec.Struct, frozen=True):
    """A file's name, kind (`nacha`, …) and the SHA-256 under which its bytes are kept."""

    organization_id: str
    id: str
    ordinal: int
    kind: str
    file_name: str
    digest: str
    size_bytes: int
    created_at: datetime
