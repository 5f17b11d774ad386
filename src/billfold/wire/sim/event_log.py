"""What happened: the event log, and the outbox of messages."""

from __future__ import annotations

from typing import Any

import msgspec

from billfold.identity import messages, store
from billfold.kit.ctx import Ctx
from billfold.kit.events import list_events
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.codecs import instant
from billfold.wire.errors import InvalidParameter
from billfold.wire.own.plain import LIMIT
from billfold.wire.sim.scope import in_organization, row


class EventShape(msgspec.Struct, kw_only=True):
    """An event, with its subject as it was then."""

    number: int
    name: str
    occurredTime: str
    subjectId: str
    actorId: str
    face: str
    subject: Any


class MessageShape(msgspec.Struct, kw_only=True):
    """A message that would have been sent."""

    id: str
    channel: str
    recipient: str
    body: str
    createdTime: str


def events(ctx: Ctx, call: Call, _: None) -> dict[str, list[EventShape]]:
    """Events after the number in `after`, oldest first; of one object with `subjectId`."""
    after = call.query.get("after", "0")
    if not (after.isascii() and after.isdigit() and len(after) <= 18):  # noqa: PLR2004 - 64 bits
        raise InvalidParameter(name="after", value=after)
    found = list_events(
        ctx.tx, ctx.organization_id, after=int(after), subject_id=call.query.get("subjectId"), limit=LIMIT
    )
    return {
        "results": [
            EventShape(
                number=event.number,
                name=event.name,
                occurredTime=instant(event.occurred_at),
                subjectId=event.subject_id,
                actorId=event.actor_id,
                face=event.face,
                subject=msgspec.Raw(event.snapshot.encode()),
            )
            for event in found
        ]
    }


def outbox(ctx: Ctx, _: Call, __: None) -> dict[str, list[MessageShape]]:
    """Mail and text messages, newest first; verification codes are readable here."""
    return {
        "results": [
            MessageShape(
                id=message.id,
                channel=message.channel,
                recipient=message.recipient,
                body=messages.read_message(ctx, message),
                createdTime=instant(message.created_at),
            )
            for message in store.messages(ctx.tx, ctx.organization_id, LIMIT)
        ]
    }


def declare(catalogue: Catalogue) -> None:
    """The rows of events and messages."""
    row(
        catalogue,
        "GET",
        "events",
        "List events",
        in_organization(events),
        response=dict[str, list[EventShape]],
    )
    row(
        catalogue,
        "GET",
        "outbox",
        "List messages sent",
        in_organization(outbox),
        response=dict[str, list[MessageShape]],
    )
