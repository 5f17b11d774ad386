"""Storing files and giving them back."""

from __future__ import annotations

from typing import Final

from billfold.documents import store
from billfold.documents.model import FileKind, StoredFile
from billfold.kit.ctx import Ctx
from billfold.kit.errors import existing
from billfold.kit.query import Page, Query

FILE_PREFIX: Final = "00h"


def store_file(ctx: Ctx, *, kind: FileKind, file_name: str, content: bytes) -> StoredFile:
    """Keep the bytes, then their name. The bytes are durable before the name can be committed."""
    digest = ctx.house.blobs.put(content)
    file_id, ordinal = ctx.ids.new(FILE_PREFIX)
    file = StoredFile(
        organization_id=ctx.organization_id,
        id=file_id,
        ordinal=ordinal,
        kind=kind,
        file_name=file_name,
        digest=digest,
        size_bytes=len(content),
        created_at=ctx.now,
    )
    store.STORED_FILES.insert(ctx.tx, file)
    return file


def get_file(ctx: Ctx, file_id: str) -> StoredFile:
    """The file with this id. Raises `NotFound`."""
    return existing(store.STORED_FILES.get(ctx.tx, ctx.organization_id, file_id), "file", file_id)


def read_file(ctx: Ctx, file_id: str) -> bytes:
    """The content of a file. Raises `NotFound`."""
    return ctx.house.blobs.get(get_file(ctx, file_id).digest)


def list_files(ctx: Ctx, query: Query) -> Page[StoredFile]:
    """A page of files, oldest first unless sorted."""
    return store.STORED_FILES.page(ctx.tx, ctx.organization_id, query)
