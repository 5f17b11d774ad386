"""The roles of an organization, one row for each: what clients name by an id."""

from __future__ import annotations

from typing import Final

from billfold.identity import store
from billfold.identity.model import OrganizationRole
from billfold.identity.roles import DESCRIPTIONS, Role
from billfold.kit.ctx import Ctx
from billfold.kit.errors import existing
from billfold.kit.query import Page, Query

ROLE_PREFIX: Final = "0po"


def open_roles(ctx: Ctx) -> None:
    """Every role of a new organization."""
    ctx.ids.reserve(len(Role))
    roles = []
    for role in Role:
        role_id, ordinal = ctx.ids.new(ROLE_PREFIX)
        roles.append(
            OrganizationRole(ctx.organization_id, role_id, ordinal, role, DESCRIPTIONS[role], ctx.now, ctx.now)
        )
    store.ROLES.insert_all(ctx.tx, roles)


def get_role(ctx: Ctx, role_id: str) -> OrganizationRole:
    """The role with this id. Raises `NotFound`."""
    return existing(store.ROLES.get(ctx.tx, ctx.organization_id, role_id), "role", role_id)


def list_roles(ctx: Ctx, query: Query) -> Page[OrganizationRole]:
    """A page of roles."""
    return store.ROLES.page(ctx.tx, ctx.organization_id, query)


def roles_by_type(ctx: Ctx) -> dict[Role, OrganizationRole]:
    """Every role of the organization."""
    return store.roles_by_type(ctx.tx, ctx.organization_id)
