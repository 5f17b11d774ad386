"""What an organization demands of its own people beyond their roles: internal controls, all off until switched on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from billfold.identity import store
from billfold.identity.events import ControlsChanged
from billfold.identity.model import Controls
from billfold.kit.ctx import Ctx
from billfold.kit.records import replace


def get_controls(ctx: Ctx) -> Controls:
    """The organization's controls."""
    return store.CONTROLS.get(ctx.tx, ctx.organization_id) or _all_off(ctx)


def update_controls(ctx: Ctx, changes: Mapping[str, Any]) -> Controls:
    """Switch the named controls on or off, from now on."""
    # A row to lock, so that two who switch different controls at once both get their way.
    store.add_controls(ctx.tx, _all_off(ctx))
    current = store.CONTROLS.get(ctx.tx, ctx.organization_id, lock=ctx.tx.for_update)
    assert current is not None, "the row was just added"
    changed = replace(current, **changes, updated_at=ctx.now)
    store.CONTROLS.update(ctx.tx, changed)
    ctx.emit(ControlsChanged(changed))
    return changed


def lock_if_refusing_duplicates(ctx: Ctx) -> bool:
    """Whether duplicate bills are refused; if so, two who enter bills of the organization wait for each other."""
    return store.lock_controls_with(ctx.tx, ctx.organization_id, "refuse_duplicate_bills") is not None


def _all_off(ctx: Ctx) -> Controls:
    return Controls(ctx.organization_id, forbid_creator=False, confirm_vendor_accounts=False, updated_at=ctx.now)
