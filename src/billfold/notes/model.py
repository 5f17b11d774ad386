"""The record of a note."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Note(msgspec.Struct, frozen=True):
    """What a user wrote about an object. A public one is meant for the other party, too. Nobody changes a note."""

    organization_id: str
    id: str
    ordinal: int
    object_id: str
    body: str
    is_public: bool
    created_by: str
    created_at: datetime
