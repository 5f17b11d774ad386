"""Files for banks and printers, and those that banks sent."""

from __future__ import annotations

from typing import Final

import msgspec

from billfold.documents import files
from billfold.documents.model import StoredFile
from billfold.kit.ctx import Ctx
from billfold.wire.catalog import BASES, Answer, Call, Catalogue
from billfold.wire.codecs import instant
from billfold.wire.files import UNKNOWN, saved_as
from billfold.wire.own.plain import NEWEST
from billfold.wire.sim.scope import in_organization, row

#: What files are, by the end of their name. Banks' files are in ASCII but for letters of payees.
MEDIA_TYPES: Final = {
    "pdf": "application/pdf",
    "csv": "text/csv; charset=windows-1252",
    "txt": "text/plain; charset=windows-1252",
    "xml": "application/xml",
}


class FileShape(msgspec.Struct, kw_only=True):
    """A file that was made, or taken in."""

    id: str
    kind: str
    fileName: str
    createdTime: str
    downloadLink: str


def file_shape(file: StoredFile) -> FileShape:
    """A file and where to get it."""
    return FileShape(
        id=file.id,
        kind=file.kind.value,
        fileName=file.file_name,
        createdTime=instant(file.created_at),
        downloadLink=f"{BASES['sim']}/files/{file.id}?organizationId={file.organization_id}",
    )


def list_files(ctx: Ctx, _: Call, __: None) -> dict[str, list[FileShape]]:
    """Files, newest first."""
    return {"results": [file_shape(file) for file in files.list_files(ctx, NEWEST).items]}


def download(ctx: Ctx, call: Call, _: None) -> Answer:
    """The bytes of a file."""
    file = files.get_file(ctx, call.path_ids["fileId"])
    media_type = MEDIA_TYPES.get(file.file_name.rsplit(".", 1)[-1], UNKNOWN)
    return Answer(200, ctx.house.blobs.get(file.digest), media_type, (saved_as(file.file_name),))


def declare(catalogue: Catalogue) -> None:
    """The rows of files."""
    row(
        catalogue, "GET", "files", "List files, newest first", in_organization(list_files),
        response=dict[str, list[FileShape]],
    )  # fmt: skip
    row(catalogue, "GET", "files/{fileId}", "Download a file", in_organization(download), response=bytes)
