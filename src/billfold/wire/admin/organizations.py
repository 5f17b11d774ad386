"""Organizations: founded with their first administrator, listed."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from billfold.identity import organizations, store
from billfold.identity.passwords import hash_password, require_strong
from billfold.identity.roles import Role
from billfold.kit.db import Database
from billfold.kit.worlds import MAIN_WORLD, get_world
from billfold.wire.admin.scope import for_installation, row
from billfold.wire.catalog import Call, Catalogue, Lobby


class AdministratorBody(msgspec.Struct, kw_only=True):
    """The first user: an administrator."""

    email: Annotated[str, Meta(min_length=3, max_length=254, pattern="@", description="Also the name to sign in by.")]
    password: Annotated[str, Meta(max_length=200, description="At least 12 characters.")]
    firstName: Annotated[str, Meta(min_length=1, max_length=100)]
    lastName: Annotated[str, Meta(min_length=1, max_length=100)]

    def __repr__(self) -> str:
        return f"AdministratorBody({self.email})"


class OrganizationCreate(msgspec.Struct, kw_only=True):
    """A new organization."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    administrator: AdministratorBody


class FoundedShape(msgspec.Struct):
    """The organization and its administrator."""

    organizationId: str
    name: str
    userId: str


class OrganizationLine(msgspec.Struct):
    """An organization of this installation."""

    organizationId: str
    name: str
    world: str


class OrganizationList(msgspec.Struct):
    """Every organization."""

    results: list[OrganizationLine]


def hash_new_password(_: Database, body: OrganizationCreate) -> str:
    """Before the transaction, for it is slow: the password's hash. Raises `InvalidField`."""
    require_strong(body.administrator.password, "administrator.password")
    return hash_password(body.administrator.password)


def create(lobby: Lobby, call: Call, body: OrganizationCreate) -> FoundedShape:
    """A new organization with its first administrator. A login that exists keeps its password."""
    person = body.administrator
    now = get_world(lobby.tx, MAIN_WORLD).clock.now()
    ctx = organizations.create_organization(lobby.house, lobby.tx, name=body.name, world_id=MAIN_WORLD, now=now)
    user = organizations.create_user(
        ctx, username=person.email, password_hash=call.prepared, name=(person.firstName, person.lastName),
        role=Role.ADMINISTRATOR,
    )  # fmt: skip
    ctx.flush()
    return FoundedShape(ctx.organization_id, body.name, user.id)


def list_organizations(lobby: Lobby, _: Call, __: None) -> OrganizationList:
    """Every organization, in order of id."""
    lines = []
    for organization_id, world_id in store.organizations_and_worlds(lobby.tx):
        lobby.tx.enter_organization(organization_id)
        found = store.ORGANIZATIONS.get(lobby.tx, organization_id)
        assert found is not None, f"{organization_id} has a lane and no row"
        lines.append(OrganizationLine(organization_id, found.name, world_id))
    return OrganizationList(lines)


def declare(catalogue: Catalogue) -> None:
    """The rows of organizations."""
    row(
        catalogue, "POST", "organizations", "organizations.create", "Found an organization", for_installation(create),
        request=OrganizationCreate, response=FoundedShape, success=201, prepare=hash_new_password,
    )  # fmt: skip
    row(
        catalogue, "GET", "organizations", "organizations.list", "List organizations",
        for_installation(list_organizations), response=OrganizationList,
    )  # fmt: skip
