"""What happens to documents."""

from __future__ import annotations

from billfold.kit.events import Event


class FileUploaded(Event, frozen=True):
    """A file came in. The subject is an `Upload`."""


class DocumentCreated(Event, frozen=True):
    """An uploaded file became a document. The subject is a `StoredFile`."""


class DocumentRemoved(Event, frozen=True):
    """A document was taken away for good. The subject is its `Upload`."""
