"""UploadAttachment, GetDocuments, GetDocumentPages, and the links to files (contract v2.md §12)."""

from __future__ import annotations

import base64
import binascii
import mimetypes
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from billfold.accounting import classifications
from billfold.accounting.model import Kind
from billfold.documents import uploads
from billfold.documents.model import Upload, UploadDraft
from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx
from billfold.kit.errors import existing
from billfold.parties import customers, vendors
from billfold.payables.bills import bills
from billfold.payables.credits import vendor_credits
from billfold.payables.payments import payments
from billfold.wire.catalog import BASES, Answer, Call, Catalogue, Operation
from billfold.wire.errors import InvalidDatatype, InvalidParameter, MissingParameter
from billfold.wire.files import file_answer
from billfold.wire.multipart import is_multipart, read_parts
from billfold.wire.v2.documents import answer_type
from billfold.wire.v2.face import ErrorEnvelope
from billfold.wire.v2.kinds import NULLID, show_time
from billfold.wire.v2.lists import LARGEST_MAX, LARGEST_START, read_boolean, read_integer
from billfold.wire.v2.resource import operation

Data = Mapping[str, Any]
_BILL: Final = "00n"
#: What a file can be attached to, by the beginning of its id.
_OBJECTS: Final[dict[str, Callable[[Ctx, str], Any]]] = {
    _BILL: bills.get_bill,
    "vcr": vendor_credits.get_credit,
    "009": vendors.get_vendor,
    "0cu": customers.get_customer,
    "stp": payments.get_payment,
    "0ca": lambda ctx, own_id: classifications.get(ctx, Kind.CHART_OF_ACCOUNT, own_id),
}


class UploadShape(msgspec.Struct):
    """The upload, 0du…; the document that it becomes has an id of its own."""

    id: str


def upload_attachment(ctx: Ctx, call: Call, data: Data) -> dict[str, Any]:
    """Take a file as a part of a multipart form, or as base64 in `document`; without `id` it goes to the inbox."""
    sent_name, content = _read_file(call, data)
    name = data.get("fileName") or sent_name
    if not isinstance(name, str) or not name:
        raise MissingParameter(name="fileName")
    draft = UploadDraft(_read_object(ctx, data), name, content, read_boolean(data, "isPublic", default=False))
    return {"id": uploads.upload(ctx, draft).id}


def get_documents(ctx: Ctx, _: Call, data: Data) -> dict[str, Any]:
    """The documents of an object; of the inbox without `id`."""
    object_id = _read_object(ctx, data)
    start = read_integer(data, "start", 0, LARGEST_START, 0)
    most = read_integer(data, "max", 1, LARGEST_MAX, LARGEST_MAX)
    found = uploads.list_documents(ctx, object_id, start=start, limit=most)
    return {"documents": [_shown(one) for one in found], "numPages": uploads.count_pages(ctx, object_id)}


def get_document_pages(ctx: Ctx, _: Call, data: Data) -> dict[str, Any]:
    """How many pages an object's documents have, and where the first is."""
    object_id = _read_object(ctx, data)
    if object_id is None:
        raise MissingParameter(name="id")
    first = uploads.list_documents(ctx, object_id, start=0, limit=1)
    pages = uploads.count_pages(ctx, object_id) if first else None
    return {"documentPages": {"numPages": pages, "fileUrl": _pages_url(first[0]) if first else None}}


def download(ctx: Ctx, call: Call, data: Data) -> Answer:
    """The bytes of a document, always to be saved and never shown as a page of this host."""
    document_id = call.query.get("id") or data.get("id")
    if not isinstance(document_id, str) or not document_id:
        raise MissingParameter(name="id")
    file, content = uploads.read_document(ctx, document_id)
    return file_answer(file.file_name, content)


def download_page(ctx: Ctx, call: Call, data: Data) -> Answer:
    """The document of an object in which a page is, the pages of all its documents counted from one.

    BILL answers an image of the page, we the file as it was uploaded.
    """
    asked = {**data, **call.query}
    object_id = _read_object(ctx, {"id": asked.get("entityId")})
    if object_id is None:
        raise MissingParameter(name="entityId")
    number = read_integer(asked, "pageNumber", 1, LARGEST_START, 1)
    found = uploads.document_of_page(ctx, object_id, number)
    file, content = uploads.read_document(ctx, found.document_id or "")
    return file_answer(file.file_name, content)


def _read_file(call: Call, data: Data) -> tuple[str | None, bytes]:
    if is_multipart(call):
        for part in read_parts(call):
            if part.file_name is not None or part.name == "file":
                return part.file_name, part.content
    encoded = data.get("document")
    if encoded is None or encoded == "":
        raise MissingParameter(name="file")
    if not isinstance(encoded, str):
        raise InvalidDatatype(field="document")
    try:
        # Some callers break the lines of base64, and a `+` that was not escaped arrives as a blank.
        return None, base64.b64decode("".join(encoded.replace(" ", "+").split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidParameter(name="document", value=encoded[:20]) from error


def _read_object(ctx: Ctx, data: Data) -> str | None:
    """The object that a file belongs to, which must be there. Raises `NotFound`, `InvalidDatatype`."""
    object_id = data.get("id")
    if object_id is None:
        return None
    if not isinstance(object_id, str):
        raise InvalidDatatype(field="id")
    if object_id in {"", NULLID}:
        return None
    get = existing(_OBJECTS.get(object_id[:3]), "object", object_id)
    get(ctx, object_id)
    return object_id


def _url(one: Upload) -> str:
    return f"/FileServlet?id={one.document_id}"


def _pages_url(one: Upload) -> str:
    """Where the pages of the document's object begin; texts and the inbox have no pages (§12)."""
    if (mimetypes.guess_type(f"./{one.file_name}")[0] or "").startswith("text/"):
        return f"/HtmlServlet?id={one.document_id}"
    return _url(one) if one.object_id is None else f"/is/BillImageServlet?entityId={one.object_id}"


def _shown(one: Upload) -> dict[str, Any]:
    """A document in the order of the recorded ones."""
    in_inbox = one.object_id is None
    bill_id = one.object_id if one.object_id is not None and one.object_id.startswith(_BILL) else None
    numbers = list(range(1, one.page_count + 1))
    return {
        "entity": "Document", "orgId": one.organization_id, "id": one.document_id, "fileName": one.file_name,
        "createdDate": show_time(one.created_at), "updatedDate": show_time(one.created_at),
        "numUnprocessed": one.page_count if in_inbox else 0, "firstUnprocessed": 1 if in_inbox else 0,
        "numPages": one.page_count, "documentRef": one.id, "parentDocumentId": NULLID, "type": "1",
        "flagPriority": "-1", "isUserMarkedAsSpam": False, "usersId": one.created_by, "emailFrom": None,
        "scanStatus": "clean", "fileUrl": _url(one), "unprocessedPages": None, "url": _pages_url(one),
        "scanStatusValue": "1", "associatedPages": [] if in_inbox else numbers, "pageNumbers": numbers,
        "thumbNewUrl": None, "thumbType": "image",
        "pagesInfo": [
            {
                "pageNumber": number,
                "association": bill_id and {"type": "Bill", "billId": bill_id, "associatedPage": number},
            }
            for number in numbers
        ],
    }  # fmt: skip


def declare(catalogue: Catalogue) -> None:
    """The rows of uploads and documents."""
    operation(
        catalogue, "UploadAttachment", "Upload a file", upload_attachment,
        response=answer_type(UploadShape), needs=Permission.WRITE_BILLS, write=True, files=True,
        form=("devKey", "sessionId", "data", "file"), spelling={"content": "file", "file_name": "fileName"},
    )  # fmt: skip
    for ending in ("", ".json"):
        # As the first documents misspelt it.
        catalogue.alias(f"{BASES['v2']}/UploadAttachmet{ending}", f"{BASES['v2']}/UploadAttachment.json")
    operation(
        catalogue, "GetDocuments", "List the documents of an object or of the inbox", get_documents,
        response=answer_type(dict[str, Any], "Documents"),
    )  # fmt: skip
    operation(
        catalogue, "GetDocumentPages", "Count the pages of an object's documents", get_document_pages,
        response=answer_type(dict[str, Any], "DocumentPages"),
    )  # fmt: skip
    for path, summary, run in (
        ("/FileServlet", "Download a document", download),
        ("/HtmlServlet", "Download a document", download),
        ("/is/BillImageServlet", "Download the document of an object's page", download_page),
    ):
        catalogue.add(
            Operation(
                face="v2", name=f"v2.{path.rpartition('/')[2]}", method="GET", path=path, summary=summary,
                run=run, response=bytes, refusal=ErrorEnvelope, keyless=True,
            )
        )  # fmt: skip
