"""Organization, to read: always one's own (contract v2.md §10.7)."""

from __future__ import annotations

from typing import Final

from billfold.identity.model import AccountType, Organization
from billfold.identity.organizations import get_organization
from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx
from billfold.kit.errors import NotFound
from billfold.kit.query import Page, Query
from billfold.wire.catalog import Catalogue
from billfold.wire.v2 import kinds
from billfold.wire.v2.fields import Field, Table, choice, constant, reference, text
from billfold.wire.v2.resource import Verbs, declare_entity

#: As those of vendors and customers.
ACCOUNT_TYPES: Final = {"0": (None,), "1": AccountType.BUSINESS, "2": AccountType.EMPLOYEE_OR_INDIVIDUAL}

# Taxes and owner are the administrator's to see, on v3. A list of one is neither filtered nor sorted.
TABLE: Final = Table(
    "Organization",
    reference("id", read=lambda organization: organization.organization_id),
    *constant("1", kinds.TEXT, "isActive", "2012"),
    Field(name="createdTime", kind=kinds.TIME, read=lambda organization: organization.created_at),
    Field(name="updatedTime", kind=kinds.TIME, read=lambda organization: organization.updated_at),
    text("name", read=lambda organization: organization.name),
    text("address1", read=lambda organization: organization.address_line1),
    text("address2", read=lambda organization: organization.address_line2),
    text("addressCity", read=lambda organization: organization.address_city),
    text("addressState", read=lambda organization: organization.address_state),
    text("addressCountry", read=lambda organization: organization.address_country),
    text("addressZip", read=lambda organization: organization.address_zip),
    text("phone", read=lambda organization: organization.phone),
    text("industry", read=lambda organization: organization.industry),
    choice("accountType", "", ACCOUNT_TYPES, read=lambda organization: organization.account_type),
)


def _get(ctx: Ctx, organization_id: str) -> Organization:
    if organization_id != ctx.organization_id:
        raise NotFound("organization", organization_id)
    return get_organization(ctx)


def _find(ctx: Ctx, query: Query) -> Page[Organization]:
    return Page([] if query.offset else [get_organization(ctx)], None, None)


def declare(catalogue: Catalogue) -> None:
    """The rows of the organization."""
    verbs = Verbs(
        get=_get,
        find=_find,
        id_of=lambda organization: organization.organization_id,
    )
    declare_entity(catalogue, TABLE, verbs, Permission.MANAGE_ORGANIZATION, bulk=False)
