"""Notes: written once, about an object that the caller knows to be there, and read by everybody in the organization."""

from __future__ import annotations

from typing import Final

from billfold.kit.ctx import Ctx
from billfold.kit.errors import InvalidField
from billfold.notes import store
from billfold.notes.events import NoteAdded
from billfold.notes.model import Note

PREFIX: Final = "act"
MAX_BODY: Final = 4_000


def add_note(ctx: Ctx, object_id: str, body: str, *, is_public: bool = False) -> Note:
    """A new note of the actor's. Raises `InvalidField`."""
    if not body.strip():
        raise InvalidField("body", "must not be empty")
    if len(body) > MAX_BODY:
        raise InvalidField("body", f"has more than {MAX_BODY} characters")
    note_id, ordinal = ctx.ids.new(PREFIX)
    note = Note(
        organization_id=ctx.organization_id,
        id=note_id,
        ordinal=ordinal,
        object_id=object_id,
        body=body,
        is_public=is_public,
        created_by=ctx.actor.user_id,
        created_at=ctx.now,
    )
    store.NOTES.insert(ctx.tx, note)
    ctx.emit(NoteAdded(note))
    return note


def list_notes(ctx: Ctx, object_id: str, *, start: int, limit: int) -> list[Note]:
    """The notes about an object, oldest first."""
    return store.list_notes(ctx.tx, ctx.organization_id, object_id, start, limit)
