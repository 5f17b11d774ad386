"""Uploads: a file comes in under an upload's id, and a job makes it a document, of an object or in the inbox."""

from __future__ import annotations

import re
from typing import Final

from billfold.documents import store
from billfold.documents.events import DocumentCreated, DocumentRemoved, FileUploaded
from billfold.documents.files import FILE_PREFIX, get_file
from billfold.documents.model import FileKind, StoredFile, Upload, UploadDraft
from billfold.kit.ctx import Ctx
from billfold.kit.errors import InvalidField, NotFound, Refusal, existing
from billfold.kit.query import Filter, Op, Page, Query
from billfold.kit.records import replace

PREFIX: Final = "0du"
FINISH_JOB: Final = "documents.finish_upload"
MAX_FILE_BYTES: Final = 6 * 1024 * 1024
#: So many documents are looked at together.
_CHUNK: Final = 100
_MAX_NAME: Final = 200
#: A PDF says as many pages as it likes; lists show each.
_MAX_PAGES: Final = 1_000
_PAGE: Final = re.compile(rb"/Type\s*/Page[^s]")


class FileTooLarge(Refusal):
    """A file is larger than an upload may be."""

    sentence = "A file has at most {limit} bytes."


def upload(ctx: Ctx, draft: UploadDraft) -> Upload:
    """Take a file. It is a document as soon as the clock's next job ran. Raises `FileTooLarge`, `InvalidField`."""
    if len(draft.content) > MAX_FILE_BYTES:
        raise FileTooLarge(limit=MAX_FILE_BYTES)
    if not draft.content:
        raise InvalidField("content", "is empty")
    if not draft.file_name.strip() or len(draft.file_name) > _MAX_NAME:
        raise InvalidField("file_name", f"must have 1 to {_MAX_NAME} characters")
    upload_id, ordinal = ctx.ids.new(PREFIX)
    made = Upload(
        organization_id=ctx.organization_id,
        id=upload_id,
        ordinal=ordinal,
        object_id=draft.object_id,
        file_name=draft.file_name,
        digest=ctx.house.blobs.put(draft.content),
        size_bytes=len(draft.content),
        page_count=_count_pages(draft.content),
        is_public=draft.is_public,
        created_by=ctx.actor.user_id,
        created_at=ctx.now,
        document_id=None,
        removed_at=None,
    )
    store.UPLOADS.insert(ctx.tx, made)
    ctx.schedule(FINISH_JOB, ctx.now, key=upload_id, upload_id=upload_id)
    ctx.emit(FileUploaded(made))
    return made


def finish_upload(ctx: Ctx, payload: dict[str, str]) -> None:
    """The job: the file becomes a document under an id of its own."""
    found = store.UPLOADS.get(ctx.tx, ctx.organization_id, payload["upload_id"], lock=ctx.tx.for_update)
    assert found is not None, "an upload is never removed"
    if found.document_id is not None:
        return
    document_id, ordinal = ctx.ids.new(FILE_PREFIX)
    file = StoredFile(
        organization_id=ctx.organization_id,
        id=document_id,
        ordinal=ordinal,
        kind=FileKind.DOCUMENT,
        file_name=found.file_name,
        digest=found.digest,
        size_bytes=found.size_bytes,
        created_at=ctx.now,
    )
    store.STORED_FILES.insert(ctx.tx, file)
    store.UPLOADS.update(ctx.tx, replace(found, document_id=document_id), "document_id")
    ctx.emit(DocumentCreated(file))


def list_documents(ctx: Ctx, object_id: str | None, *, start: int, limit: int) -> list[Upload]:
    """What became a document of an object, or of the inbox (None), oldest first."""
    return store.list_documents(ctx.tx, ctx.organization_id, object_id, start, limit)


def count_pages(ctx: Ctx, object_id: str | None) -> int:
    """The pages of all documents of an object, or of the inbox."""
    return store.count_pages(ctx.tx, ctx.organization_id, object_id)


def document_of_page(ctx: Ctx, object_id: str, number: int) -> Upload:
    """The document in which this page of an object is; all its documents are counted through. Raises `NotFound`."""
    start = 0
    while found := list_documents(ctx, object_id, start=start, limit=_CHUNK):
        for one in found:
            number -= max(one.page_count, 1)
            if number <= 0:
                return one
        start += len(found)
    raise NotFound("document", object_id)


def read_document(ctx: Ctx, document_id: str) -> tuple[StoredFile, bytes]:
    """A document and its bytes; files of other kinds are none. Raises `NotFound`."""
    found = store.upload_of(ctx.tx, ctx.organization_id, document_id)
    if found is None or found.document_id != document_id:
        raise NotFound("document", document_id)
    file = get_file(ctx, document_id)
    return file, ctx.house.blobs.get(file.digest)


def get_upload(ctx: Ctx, own_id: str) -> Upload:
    """An upload by its own id (0du…) or by that of its document (00h…). Raises `NotFound`."""
    return existing(store.upload_of(ctx.tx, ctx.organization_id, own_id), "document", own_id)


def documents_of(ctx: Ctx, object_id: str, query: Query) -> Page[Upload]:
    """A page of what became a document of an object."""
    of_object = Filter("object_id", Op.EQ, object_id)
    asked = replace(query, filters=(*query.filters, of_object))
    return store.page_of_documents(ctx.tx, ctx.organization_id, asked)


def remove_document(ctx: Ctx, own_id: str) -> None:
    """Take a document away for good; its bytes stay, for other documents may share them. Raises `NotFound`."""
    found = existing(store.upload_of(ctx.tx, ctx.organization_id, own_id, lock=ctx.tx.for_update), "document", own_id)
    removed = replace(found, removed_at=ctx.now)
    store.UPLOADS.update(ctx.tx, removed, "removed_at")
    ctx.emit(DocumentRemoved(removed))


def _count_pages(content: bytes) -> int:
    found = len(_PAGE.findall(content)) if content.startswith(b"%PDF-") else 1
    return min(max(found, 1), _MAX_PAGES)
