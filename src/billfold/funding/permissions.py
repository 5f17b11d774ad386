"""What an organization may pay with beside its bank accounts (contract: payables §8.6)."""

from __future__ import annotations

from typing import Any

from billfold.funding import store
from billfold.funding.card_events import FundingPermissionsChanged
from billfold.funding.card_model import FundingPermissions
from billfold.kit.ctx import Ctx
from billfold.kit.errors import Refusal
from billfold.kit.records import replace


class FundingNotPermitted(Refusal):
    """The organization is not set up for this kind of funding."""

    sentence = "The organization cannot pay from {what}."


def get_permissions(ctx: Ctx, *, lock: str = "") -> FundingPermissions:
    """What was said last; until then cards but for Amex, and no wallet (?)."""
    found = store.PERMISSIONS.first(ctx.tx, f"organization_id = ?{lock}", (ctx.organization_id,))
    return found or FundingPermissions(
        ctx.organization_id, card_funding=True, amex_allowed=False, wallet_funding=False, updated_at=ctx.now
    )


def require_cards(ctx: Ctx) -> None:
    """The organization pays by card. Raises `FundingNotPermitted`."""
    if not get_permissions(ctx).card_funding:
        raise FundingNotPermitted(what="card accounts")


def set_permissions(ctx: Ctx, changes: dict[str, Any]) -> FundingPermissions:
    """Change the named fields."""
    # The counter row makes two that would both write the first row wait for each other.
    ctx.counters.hold()
    stored = store.PERMISSIONS.first(ctx.tx, "organization_id = ?", (ctx.organization_id,))
    changed = replace(get_permissions(ctx), **changes, updated_at=ctx.now)
    if stored is None:
        store.PERMISSIONS.insert(ctx.tx, changed)
    else:
        store.PERMISSIONS.update(ctx.tx, changed, "card_funding", "amex_allowed", "wallet_funding", "updated_at")
    ctx.emit(FundingPermissionsChanged(changed))
    return changed
