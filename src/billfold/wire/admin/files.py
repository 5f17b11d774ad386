"""Files for the bank and the printer, and those that the bank sent, byte for byte."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from billfold.documents import files
from billfold.documents.model import FileKind, StoredFile
from billfold.kit.ctx import Ctx
from billfold.wire.admin.scope import organization_row
from billfold.wire.catalog import BASES, Answer, Call, Catalogue
from billfold.wire.codecs import instant
from billfold.wire.files import UNKNOWN, saved_as
from billfold.wire.own.plain import NEWEST


class FileShape(msgspec.Struct, kw_only=True):
    """A file that was made, or taken in."""

    id: str
    kind: Annotated[str, Meta(description=f"{', '.join(FileKind)}.")]
    fileName: str
    sizeBytes: int
    sha256: Annotated[str, Meta(description="Of the bytes, in hex: compare it with what the bank received.")]
    createdTime: str
    downloadLink: str


class FileList(msgspec.Struct):
    """The newest files."""

    results: list[FileShape]


def _shape(file: StoredFile) -> FileShape:
    return FileShape(
        id=file.id,
        kind=file.kind.value,
        fileName=file.file_name,
        sizeBytes=file.size_bytes,
        sha256=file.digest,
        createdTime=instant(file.created_at),
        downloadLink=f"{BASES['admin']}/organizations/{file.organization_id}/files/{file.id}",
    )


def list_files(ctx: Ctx, _: Call, __: None) -> FileList:
    """The newest 200, newest first."""
    return FileList([_shape(file) for file in files.list_files(ctx, NEWEST).items])


def download(ctx: Ctx, call: Call, _: None) -> Answer:
    """The bytes."""
    file = files.get_file(ctx, call.path_ids["fileId"])
    return Answer(200, ctx.house.blobs.get(file.digest), UNKNOWN, (saved_as(file.file_name),))


def declare(catalogue: Catalogue) -> None:
    """The rows of files."""
    organization_row(
        catalogue, "GET", "files", "files.list", "List files for bank and printer", list_files, response=FileList
    )
    organization_row(catalogue, "GET", "files/{fileId}", "files.download", "Download a file", download, response=bytes)
