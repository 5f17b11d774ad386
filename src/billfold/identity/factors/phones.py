"""Phones that take a user's codes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from billfold.identity.events import PhoneEnrolled
from billfold.identity.factors import store
from billfold.identity.factors.model import Phone, PhoneSnapshot
from billfold.kit.ctx import Ctx

PHONE_PREFIX: Final = "mph"
_SEALED: Final = ("mfa_phones", "phone_sealed")


def enroll_phone(ctx: Ctx, user_id: str, number: str, *, channel: str = "text") -> Phone:
    """Enroll a verified phone for the user's codes. `number` is in international form, `+14155550100`."""
    phone_id, _ = ctx.ids.new(PHONE_PREFIX)
    phone = Phone(
        organization_id=ctx.organization_id,
        id=phone_id,
        user_id=user_id,
        kind="MOBILE",
        phone_sealed=ctx.vault().seal(*_SEALED, phone_id, number),
        last4=number[-4:],
        is_primary=True,
        created_at=ctx.now,
        channel=channel,
    )
    store.PHONES.insert(ctx.tx, phone)
    ctx.emit(PhoneEnrolled(PhoneSnapshot(phone.id, phone.user_id, phone.kind, phone.last4)))
    return phone


def list_phones(ctx: Ctx) -> Sequence[Phone]:
    """The user's phones."""
    return store.phones_of(ctx.tx, ctx.organization_id, ctx.actor.user_id)
