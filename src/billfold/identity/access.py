"""Who may sign in to an organization at all: nobody while it is locked, no API client without API access."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from billfold.identity import store
from billfold.identity.events import OrganizationAccessChanged
from billfold.identity.model import AccessSnapshot, Organization, OrganizationStatus
from billfold.identity.organizations import get_organization
from billfold.kit.ctx import Ctx
from billfold.kit.errors import InvalidField
from billfold.kit.records import replace

_MAX_PARTNER: Final = 100


def change_access(ctx: Ctx, changes: Mapping[str, Any]) -> Organization:
    """Change status or partner. Whoever is signed in is signed out when the organization is closed.

    Raises `InvalidField` (partner).
    """
    assert changes.keys() <= {"status", "partner"}, changes.keys()
    partner = changes.get("partner")
    if partner is not None and not 0 < len(partner) <= _MAX_PARTNER:
        raise InvalidField("partner", f"must have 1 to {_MAX_PARTNER} characters")
    organization = get_organization(ctx, lock=ctx.tx.for_update)
    changed = replace(organization, **changes)
    if changed == organization:
        return organization
    changed = replace(changed, updated_at=ctx.now)
    store.ORGANIZATIONS.update(ctx.tx, changed, "status", "partner", "updated_at")
    if changed.status is not OrganizationStatus.ACTIVE:
        store.close_sessions_of_organization(ctx.tx, ctx.organization_id)
    ctx.emit(OrganizationAccessChanged(AccessSnapshot(ctx.organization_id, changed.status, changed.partner)))
    return changed
