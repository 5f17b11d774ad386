"""The vendor audit trail report (contract: payables §1.5)."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from billfold.identity.users import names_of
from billfold.kit.ctx import SYSTEM_ACTOR, Ctx
from billfold.parties.audit_trail import Change, Row, vendor_trail
from billfold.wire.catalog import Call, Catalogue, Parameter
from billfold.wire.codecs import Moment, instant
from billfold.wire.errors import InvalidParameter
from billfold.wire.v3.lists import read_boolean
from billfold.wire.v3.resource import operation

_MOST: Final = 100
_USUAL: Final = 20
_LAST: Final = 2**31 - 1
#: Where a change came from, in BILL's words: what is no API is the product itself.
_SOURCES: Final = {"v2": "API", "v3": "API"}
_OTHER_SOURCE: Final = "System"


class TrailUserShape(msgspec.Struct):
    """Who did it."""

    id: str
    name: str


class TrailValueShape(msgspec.Struct, omit_defaults=True):
    """A field's value before and after; one that was empty is left out."""

    previous: str | None = None
    current: str | None = None


class TrailFieldShape(msgspec.Struct, omit_defaults=True):
    """The field that changed; nothing where the vendor was created."""

    name: str | None = None
    value: TrailValueShape | None = None


class TrailRowShape(msgspec.Struct):
    """One field's change, or the creation."""

    source: Annotated[str, Meta(description="API or System.")]
    type: Annotated[str, Meta(description="Create or Edit.")]
    createdTime: Moment
    user: TrailUserShape
    field: TrailFieldShape


def read_trail(ctx: Ctx, call: Call, _: None) -> list[TrailRowShape]:
    """What was done to a vendor, newest first. Raises `NotFound`, `InvalidParameter`."""
    found = vendor_trail(
        ctx,
        call.path_ids["vendorId"],
        include_archived=read_boolean("includeArchived", call.query.get("includeArchived", "false")),
        start=_number(call, "start", 0, 0, _LAST),
        limit=_number(call, "max", _USUAL, 1, _MOST),
    )
    names = names_of(ctx, {row.actor_id for row in found if row.actor_id != SYSTEM_ACTOR})
    return [_row_shape(row, names.get(row.actor_id, "System")) for row in found]


def _row_shape(row: Row, name: str) -> TrailRowShape:
    return TrailRowShape(
        source=_SOURCES.get(row.face, _OTHER_SOURCE),
        type="Create" if row.change is None else "Edit",
        createdTime=instant(row.occurred_at),
        user=TrailUserShape(row.actor_id, name),
        field=TrailFieldShape() if row.change is None else _field_shape(row.change),
    )


def _field_shape(change: Change) -> TrailFieldShape:
    return TrailFieldShape(change.name, TrailValueShape(change.previous, change.current))


def _number(call: Call, name: str, usual: int, least: int, most: int) -> int:
    text = call.query.get(name)
    if text is None:
        return usual
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(most)) else -1
    if not least <= number <= most:
        raise InvalidParameter(name=name, value=text[:20])
    return number


def declare(catalogue: Catalogue) -> None:
    """The row of the report."""
    parameters = (
        Parameter("includeArchived", {"type": "boolean"}, "The trail of an archived vendor too."),
        Parameter("start", {"type": "integer", "minimum": 0}, "How many of the newest rows to skip."),
        Parameter("max", {"type": "integer", "minimum": 1, "maximum": _MOST}, f"Rows, {_USUAL} if left out."),
    )
    operation(
        catalogue, "GET", "reports/audit-trail/vendor/{vendorId}", "Read what was done to a vendor", read_trail,
        name="v3.reports.audit-trail.vendor", parameters=parameters, response=list[TrailRowShape],
    )  # fmt: skip
