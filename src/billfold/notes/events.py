"""What happens to notes."""

from __future__ import annotations

from billfold.kit.events import Event


class NoteAdded(Event, frozen=True):
    """Somebody wrote about an object. The subject is a `Note`."""
