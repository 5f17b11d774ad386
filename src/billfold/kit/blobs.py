"""Content-addressed bytes outside the database: files built, documents uploaded.

A blob is stored before the transaction that names it commits. Storing it twice is storing it once, so a crash
in between leaves at most an unnamed blob, never a name without one.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import Protocol


class BlobStore(Protocol):
    """Where bytes are kept under the hash of their content."""

    def put(self, content: bytes) -> str:
        """Keep the bytes; the SHA-256 that names them."""

    def get(self, digest: str) -> bytes:
        """The bytes with this SHA-256. Raises `KeyError`."""


class MemoryBlobs:
    """Blobs of a throw-away server."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def put(self, content: bytes) -> str:
        digest = hashlib.sha256(content).hexdigest()
        self._kept[digest] = content
        return digest

    def get(self, digest: str) -> bytes:
        return self._kept[digest]


class DiskBlobs:
    """Blobs as files that only the owner may read, written beside their place and moved into it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, content: bytes) -> str:
        digest = hashlib.sha256(content).hexdigest()
        place = self._place(digest)
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(file.name).replace(place)
            _sync_folder(place.parent)
        return digest

    def get(self, digest: str) -> bytes:
        try:
            return self._place(digest).read_bytes()
        except FileNotFoundError as error:
            raise KeyError(digest) from error

    def _place(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest


def _sync_folder(folder: Path) -> None:
    """Make the moved file's name durable too: a power cut must not lose what a committed row names."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
