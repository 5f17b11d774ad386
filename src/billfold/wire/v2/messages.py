"""SendMessage and ListMessage: notes about objects (contract v2.md §12). What they look like is not documented."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx
from billfold.kit.errors import existing
from billfold.notes import notes
from billfold.parties import customers, vendors
from billfold.payables.bills import bills
from billfold.payables.credits import vendor_credits
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.errors import InvalidDatatype, MissingParameter
from billfold.wire.v2.documents import answer_type, shape_of
from billfold.wire.v2.fields import CREATED, ID, Table, flag, reference, text
from billfold.wire.v2.lists import LARGEST_MAX, LARGEST_START, read_boolean, read_integer
from billfold.wire.v2.resource import operation, read_id

Data = Mapping[str, Any]
#: What notes are about, by the beginning of its id.
_OBJECTS: Final[Mapping[str, Callable[[Ctx, str], Any]]] = {
    "009": vendors.get_vendor,
    "00n": bills.get_bill,
    "vcr": vendor_credits.get_credit,
    "0cu": customers.get_customer,
}

TABLE: Final = Table(
    "Message",
    ID,
    reference("objectId", "object_id"),
    text("body", "body"),
    flag("isPublic", "is_public"),
    reference("usersId", "created_by"),
    CREATED,
)


def send_message(ctx: Ctx, call: Call, data: Data) -> dict[str, Any]:
    """Write a note about an object; what a client calls `message` is its body, too."""
    object_id = _read_object(ctx, data)
    body = data.get("body", data.get("message"))
    if body is None:
        raise MissingParameter(name="body")
    if not isinstance(body, str):
        raise InvalidDatatype(field="body")
    note = notes.add_note(ctx, object_id, body, is_public=read_boolean(data, "isPublic", default=False))
    return TABLE.encode(note, call.vintage)


def list_message(ctx: Ctx, call: Call, data: Data) -> list[dict[str, Any]]:
    """The notes about an object, oldest first, those of approvers among them."""
    found = notes.list_notes(
        ctx,
        _read_object(ctx, data),
        start=read_integer(data, "start", 0, LARGEST_START, 0),
        limit=read_integer(data, "max", 1, LARGEST_MAX, LARGEST_MAX),
    )
    return [TABLE.encode(note, call.vintage) for note in found]


def _read_object(ctx: Ctx, data: Data) -> str:
    """The id of the object, which must be there. Raises `MissingParameter`, `NotFound`."""
    object_id = read_id(data, "objectId")
    get = existing(_OBJECTS.get(object_id[:3]), "object", object_id)
    get(ctx, object_id)
    return object_id


def declare(catalogue: Catalogue) -> None:
    """The rows of notes."""
    operation(
        catalogue, "SendMessage", "Write a note about an object", send_message,
        response=answer_type(shape_of(TABLE)), needs=Permission.WRITE_NOTES, write=True,
    )  # fmt: skip
    operation(
        catalogue, "ListMessage", "List the notes about an object", list_message,
        response=answer_type(list[shape_of(TABLE)], "Messages"),  # type: ignore[misc]
    )  # fmt: skip
