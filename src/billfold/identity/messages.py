"""The outbox: text messages and mail, sealed, for they may hold a code or a token."""

from __future__ import annotations

from typing import Final

from billfold.identity import store
from billfold.identity.model import Message
from billfold.kit.ctx import Ctx

MESSAGE_PREFIX: Final = "msg"
_SEALED_BODY: Final = ("messages", "body_sealed")


def send(ctx: Ctx, channel: str, recipient: str, body: str, *, user_id: str | None = None) -> None:
    """Put a message in the outbox. `channel` is text, voice or mail; `user_id` is whose code it holds, if any."""
    message_id, ordinal = ctx.ids.new(MESSAGE_PREFIX)
    sealed = ctx.vault().seal(*_SEALED_BODY, message_id, body)
    store.MESSAGES.insert(
        ctx.tx, Message(ctx.organization_id, message_id, ordinal, channel, recipient, sealed, ctx.now, user_id)
    )


def mail_administrators(ctx: Ctx, body: str) -> None:
    """Tell every administrator what should not happen behind their backs."""
    for administrator in store.active_administrators(ctx.tx, ctx.organization_id):
        send(ctx, "mail", administrator.email, body)


def read_message(ctx: Ctx, message: Message) -> str:
    """What a message says."""
    return ctx.vault().open(*_SEALED_BODY, message.id, message.body_sealed)
