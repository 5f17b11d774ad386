"""Documents of bills and attachments of vendors and customers (contract: payables §9).

They are one thing in the domain: an upload that becomes a document. The wire has two names for it.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from billfold.documents import uploads
from billfold.documents.model import Upload, UploadDraft
from billfold.identity.permissions import Permission, require_permission
from billfold.kit.ctx import Ctx
from billfold.kit.errors import InvalidField, NotFound
from billfold.parties.customers import get_customer
from billfold.parties.vendors import get_vendor
from billfold.payables.bills.bills import get_bill
from billfold.wire.catalog import Answer, Call, Catalogue, Operation, Parameter
from billfold.wire.codecs import Moment, instant
from billfold.wire.errors import MissingParameter
from billfold.wire.files import file_answer
from billfold.wire.multipart import is_multipart, read_parts
from billfold.wire.v3.errors import ErrorShape
from billfold.wire.v3.lists import ListRequest, ListSpec, PageAnswer, list_parameters
from billfold.wire.v3.resource import SUCCESS, StatusShape, article, operation

#: Below the host, beside the faces: a link that a browser can follow.
SERVLET: Final = "/is/DocumentServlet"
#: As many uploads can be asked after at once as a list has on a page.
MAX_IDS: Final = 100
_LIST: Final = ListSpec({})
_NAME: Final = Parameter(
    "name", {"type": "string", "minLength": 3, "maxLength": 200}, "The file's name, with its ending.", required=True
)


class DocumentShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """A file at an object. While it is taken in there is only the id of the upload."""

    id: Annotated[str, Meta(description="0du… of the upload; 00h… of the document that it becomes.")]
    name: str | None = None
    createdTime: Moment | None = None
    downloadLink: Annotated[
        str | None, Meta(description="For those with an open session, as a header or as sessionId in the query.")
    ] = None


class UploadStatus(StrEnum):
    """How far an upload is."""

    IN_PROGRESS = "IN_PROGRESS"
    UPLOADED = "UPLOADED"


class UploadStatusShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """How far an upload is, and the document that it became."""

    documentId: str | None = None
    uploadId: str
    status: UploadStatus


class Place(msgspec.Struct, frozen=True):
    """Where files are kept: at which objects, who may add them, and where such a file is read by its own id."""

    path: str
    id_name: str
    noun: str
    get: Callable[[Ctx, str], Any]
    writes: Permission

    @property
    def collection(self) -> str:
        """`documents` or `attachments`."""
        return self.path.partition("/")[0]


#: Prefixes of ids (contract §0.2) tell which objects a file may be at.
PLACES: Final = {
    "00n": Place("documents/bills", "billId", "bill", get_bill, Permission.WRITE_BILLS),
    "009": Place("attachments/vendors", "vendorId", "vendor", get_vendor, Permission.WRITE_VENDORS),
    "0cu": Place("attachments/customers", "customerId", "customer", get_customer, Permission.WRITE_CUSTOMERS),
}


def document_shape(call: Call, one: Upload) -> DocumentShape:
    """A file as v3 shows it."""
    if one.document_id is None:
        return DocumentShape(id=one.id)
    return DocumentShape(
        id=one.document_id,
        name=one.file_name,
        createdTime=instant(one.created_at),
        downloadLink=f"{call.origin}{SERVLET}?id={one.document_id}",
    )


def read_file(call: Call) -> tuple[str, bytes]:
    """The name in the query and the file. Raises `InvalidField`, `MalformedJson`."""
    name = call.query["name"].strip()
    stem, dot, ending = name.rpartition(".")
    if not (stem and dot and ending):
        raise InvalidField("name", "must have the file's ending")
    return name, _content(call)


def _content(call: Call) -> bytes:
    """The raw body; of a multipart form, which some clients wrap every file in, what it wraps."""
    if not is_multipart(call):
        return call.body
    parts = read_parts(call)
    files = [part for part in parts if part.file_name is not None] or parts
    if len(files) != 1:
        raise InvalidField("content", f"must be one file, not {len(files)}")
    return files[0].content


def upload_status(ctx: Ctx, call: Call, _: None) -> list[UploadStatusShape]:
    """How far each of the uploads is. Raises `MissingParameter`, `InvalidField`, `NotFound`."""
    ids = [one.strip() for one in call.query.get("ids", "").split(",") if one.strip()]
    if not ids:
        raise MissingParameter(name="ids")
    if len(ids) > MAX_IDS:
        raise InvalidField("ids", f"names more than {MAX_IDS} uploads")
    return [_status(uploads.get_upload(ctx, one)) for one in ids]


def get_document(ctx: Ctx, call: Call, _: None) -> DocumentShape:
    """A document, by its id or by that of its upload. Raises `NotFound`."""
    return document_shape(call, uploads.get_upload(ctx, call.path_ids["documentId"]))


def get_attachment(ctx: Ctx, call: Call, _: None) -> DocumentShape:
    """A file of a vendor or customer. Raises `NotFound`."""
    return document_shape(call, _attachment(ctx, call.path_ids["attachmentId"])[0])


def delete_attachment(ctx: Ctx, call: Call, _: None) -> StatusShape:
    """Take an attachment away for good. Raises `NotFound`, `NotPermitted`."""
    found, place = _attachment(ctx, call.path_ids["attachmentId"])
    require_permission(ctx.actor.role, place.writes)
    uploads.remove_document(ctx, found.id)
    return SUCCESS


def download(ctx: Ctx, call: Call, _: None) -> Answer:
    """The bytes of a document. Raises `NotFound`."""
    file, content = uploads.read_document(ctx, call.query["id"])
    return file_answer(file.file_name, content)


def _status(one: Upload) -> UploadStatusShape:
    status = UploadStatus.IN_PROGRESS if one.document_id is None else UploadStatus.UPLOADED
    return UploadStatusShape(documentId=one.document_id, uploadId=one.id, status=status)


def _attachment(ctx: Ctx, own_id: str) -> tuple[Upload, Place]:
    found = uploads.get_upload(ctx, own_id)
    place = PLACES.get((found.object_id or "")[:3])
    if place is None or place.collection != "attachments":
        raise NotFound("attachment", own_id)
    return found, place


def _declare_place(catalogue: Catalogue, place: Place) -> None:
    def run_list(ctx: Ctx, call: Call, request: ListRequest) -> PageAnswer:
        object_id = call.path_ids[place.id_name]
        place.get(ctx, object_id)
        page = uploads.documents_of(ctx, object_id, request.query)
        return PageAnswer(request, page, [document_shape(call, one) for one in page.items])

    def run_upload(ctx: Ctx, call: Call, file: tuple[str, bytes]) -> DocumentShape:
        object_id = call.path_ids[place.id_name]
        place.get(ctx, object_id)
        return document_shape(call, uploads.upload(ctx, UploadDraft(object_id, *file)))

    path, name = f"{place.path}/{{{place.id_name}}}", f"v3.{place.path.replace('/', '.')}"
    one = place.collection.removesuffix("s")
    operation(
        catalogue, "GET", path, f"List the {place.collection} of a {place.noun}", run_list, name=f"{name}.list",
        lists=_LIST, parameters=list_parameters(_LIST), paged=True, response=list[DocumentShape],
    )  # fmt: skip
    operation(
        catalogue, "POST", path, f"Add {article(one)} to a {place.noun}", run_upload,
        name=f"{name}.create", read=read_file, request=bytes, files=True, parameters=(_NAME,),
        response=DocumentShape, needs=place.writes, write=True, spelling={"file_name": "name"},
    )  # fmt: skip


def declare(catalogue: Catalogue) -> None:
    """The rows of documents and attachments."""
    for place in PLACES.values():
        _declare_place(catalogue, place)
    operation(
        catalogue, "GET", "documents/upload-status", "Read how far uploads are", upload_status,
        parameters=(Parameter("ids", {"type": "string", "minLength": 1}, "Uploads, with commas.", required=True),),
        response=list[UploadStatusShape],
    )  # fmt: skip
    operation(
        catalogue, "GET", "documents/{documentId}", "Read a document", get_document,
        name="v3.documents.get", response=DocumentShape,
    )  # fmt: skip
    operation(
        catalogue, "GET", "attachments/{attachmentId}", "Read an attachment", get_attachment,
        name="v3.attachments.get", response=DocumentShape,
    )  # fmt: skip
    operation(
        catalogue, "DELETE", "attachments/{attachmentId}", "Remove an attachment for good", delete_attachment,
        name="v3.attachments.delete", response=StatusShape, needs=Permission.WRITE_VENDORS, write=True,
    )  # fmt: skip
    catalogue.add(
        Operation(
            face="v3", name="v3.documents.download", method="GET", path=SERVLET, summary="Download a document",
            run=download, keyless=True, response=bytes, refusal=list[ErrorShape],
            parameters=(Parameter("id", {"type": "string", "minLength": 1}, "The document, 00h….", required=True),),
        )
    )  # fmt: skip
