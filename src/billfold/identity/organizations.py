"""Founding organizations and their users."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from billfold.identity import store
from billfold.identity.events import OrganizationCreated
from billfold.identity.model import (
    Organization,
    OrganizationDraft,
    OrganizationSnapshot,
    OrganizationStatus,
    User,
)
from billfold.identity.organization_roles import open_roles
from billfold.identity.roles import Role
from billfold.identity.users import add_user
from billfold.kit.ctx import CLOCK_ACTOR, Ctx, House
from billfold.kit.db import Transaction
from billfold.kit.ids import make_id
from billfold.kit.vaults import new_data_key

ORGANIZATION_PREFIX = "008"
DEFAULT_TIME_ZONE: Final = "America/Los_Angeles"
_NOTHING_MORE = OrganizationDraft()
_SNAPSHOT_FIELDS = OrganizationSnapshot.__struct_fields__[1:]


def create_organization(
    house: House,
    tx: Transaction,
    *,
    name: str,
    world_id: str,
    now: datetime,
    organization_id: str = "",
    draft: OrganizationDraft = _NOTHING_MORE,
) -> Ctx:
    """A new organization in a world; the context to go on with, in which the clock is the actor."""
    number = store.next_organization_number(tx)
    organization_id = organization_id or make_id(ORGANIZATION_PREFIX, house.seed, "installation", 36**3 + number)
    tx.enter_organization(organization_id)
    fields = msgspec.structs.asdict(draft)
    tax_id = fields.pop("tax_id")
    organization = Organization(
        organization_id=organization_id,
        name=name,
        status=OrganizationStatus.ACTIVE,
        data_key=new_data_key(house.keyring, house.randomness, organization_id),
        company_entry_id=f"1{number:09d}",
        created_at=now,
        updated_at=now,
        **fields,
        tax_id_last4=tax_id[-4:] if tax_id else None,
        price_plan=None,
    )
    store.add_organization(tx, organization, world_id)
    ctx = Ctx(house, tx, organization_id, CLOCK_ACTOR, now)
    if tax_id:
        seal_tax_id(ctx, tax_id)
    open_roles(ctx)
    ctx.emit(OrganizationCreated(snapshot(organization)))
    return ctx


def get_organization(ctx: Ctx, *, lock: str = "") -> Organization:
    """The organization that the context is in."""
    organization = store.ORGANIZATIONS.get(ctx.tx, ctx.organization_id, lock=lock)
    assert organization is not None, f"there is no organization {ctx.organization_id}"
    return organization


def zone_of(ctx: Ctx) -> ZoneInfo:
    """Where the organization's day begins; Los Angeles, as for process dates, where nothing is said."""
    return ZoneInfo(get_organization(ctx).time_zone or DEFAULT_TIME_ZONE)


def snapshot(organization: Organization) -> OrganizationSnapshot:
    """What an event keeps of the organization."""
    fields = msgspec.structs.asdict(organization)
    return OrganizationSnapshot(organization.organization_id, *(fields[name] for name in _SNAPSHOT_FIELDS))


def seal_tax_id(ctx: Ctx, tax_id: str | None) -> None:
    """Store the tax id, which nothing but its last four digits leaves again."""
    sealed = ctx.vault().seal(*store.SEALED_TAX_ID, ctx.organization_id, tax_id) if tax_id else None
    store.seal_tax_id(ctx.tx, ctx.organization_id, sealed)


def create_user(ctx: Ctx, *, username: str, password_hash: str, name: tuple[str, str], role: Role) -> User:
    """A user with a password and without an invitation; a username that exists keeps its password."""
    user = add_user(ctx, username=username, name=name, role=role)
    store.add_login(ctx.tx, user.login, password_hash, ctx.now)
    return user
