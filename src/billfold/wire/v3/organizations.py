"""The organization, its industry, what it says of itself (contract: core §2.1)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, TypeVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from billfold.identity import profiles
from billfold.identity.industries import INDUSTRIES
from billfold.identity.model import AccountType, BusinessCategory, Organization, TaxIdType
from billfold.identity.organizations import get_organization
from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx
from billfold.kit.errors import NotFound
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.codecs import Day, Moment, Text, given, instant, spelling_of
from billfold.wire.tax_ids import drop_echo, shown_tax_id
from billfold.wire.v3.addresses import AddressBody, AddressShape, address_fields, address_shape
from billfold.wire.v3.resource import Resource, operation

P = TypeVar("P")


class CompanyOwnerBody(msgspec.Struct, kw_only=True):
    """Who owns the company."""

    name: Text = UNSET
    dateOfBirth: date | UnsetType | None = UNSET


class ProcessingOptionsBody(msgspec.Struct, kw_only=True):
    """Habits."""

    mailingAddressSameAsPhysical: bool | UnsetType | None = UNSET
    individualTransferOut: bool | UnsetType | None = UNSET
    individualTransferIn: bool | UnsetType | None = UNSET


class OrganizationUpdate(msgspec.Struct, kw_only=True):
    """What of the organization is to change."""

    name: str | UnsetType = UNSET
    address: AddressBody | UnsetType | None = UNSET
    mailingAddress: AddressBody | UnsetType | None = UNSET
    phone: Text = UNSET
    companyOwner: CompanyOwnerBody | UnsetType | None = UNSET
    taxId: Annotated[Text, Meta(description="Nine digits; answers show the last four.")] = UNSET
    taxIdType: TaxIdType | UnsetType | None = UNSET
    industry: Annotated[Text, Meta(description="One of the list of industries.")] = UNSET
    businessCategory: BusinessCategory | UnsetType | None = UNSET
    accountType: AccountType | UnsetType | None = UNSET
    processingOptions: ProcessingOptionsBody | UnsetType | None = UNSET


#: Wire path and domain field of all that a client may write.
FIELDS = (
    ("name", "name"),
    *address_fields("address", "address"),
    *address_fields("mailingAddress", "mailing"),
    ("phone", "phone"),
    ("companyOwner.name", "owner_name"),
    ("companyOwner.dateOfBirth", "owner_born_on"),
    ("taxId", "tax_id"),
    ("taxIdType", "tax_id_type"),
    ("industry", "industry"),
    ("businessCategory", "business_category"),
    ("accountType", "account_type"),
    ("processingOptions.mailingAddressSameAsPhysical", "mailing_is_physical"),
    ("processingOptions.individualTransferOut", "individual_transfer_out"),
    ("processingOptions.individualTransferIn", "individual_transfer_in"),
)


class CompanyOwnerShape(msgspec.Struct, omit_defaults=True):
    """Who owns the company."""

    name: str | None = None
    dateOfBirth: Day | None = None


class ProcessingOptionsShape(msgspec.Struct, omit_defaults=True):
    """Habits."""

    mailingAddressSameAsPhysical: bool | None = None
    individualTransferOut: bool | None = None
    individualTransferIn: bool | None = None


class OrganizationShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """The organization."""

    id: Annotated[str, Meta(description="Begins with 008.")]
    archived: bool
    name: str
    address: AddressShape | None = None
    mailingAddress: AddressShape | None = None
    phone: str | None = None
    companyOwner: CompanyOwnerShape | None = None
    taxId: str | None = None
    taxIdType: str | None = None
    industry: str | None = None
    businessCategory: str | None = None
    accountType: str | None = None
    processingOptions: ProcessingOptionsShape | None = None
    createdTime: Moment
    updatedTime: Moment


class IndustriesShape(msgspec.Struct):
    """The values of `industry`."""

    results: list[str]


def organization_shape(organization: Organization) -> OrganizationShape:
    """The organization as v3 shows it."""
    born_on = organization.owner_born_on
    return OrganizationShape(
        id=organization.organization_id,
        archived=False,
        name=organization.name,
        address=address_shape(organization, "address"),
        mailingAddress=address_shape(organization, "mailing"),
        phone=organization.phone,
        companyOwner=_unless_empty(
            CompanyOwnerShape(organization.owner_name, None if born_on is None else born_on.isoformat())
        ),
        taxId=shown_tax_id(organization.tax_id_last4),
        taxIdType=organization.tax_id_type,
        industry=organization.industry,
        businessCategory=organization.business_category,
        accountType=organization.account_type,
        processingOptions=_unless_empty(
            ProcessingOptionsShape(
                organization.mailing_is_physical,
                organization.individual_transfer_out,
                organization.individual_transfer_in,
            )
        ),
        createdTime=instant(organization.created_at),
        updatedTime=instant(organization.updated_at),
    )


def _unless_empty(part: P) -> P | None:
    """The part of a shape, or None when nothing in it was ever said."""
    return None if part == type(part)() else part


def require_own(ctx: Ctx, organization_id: str) -> None:
    """Only one's own organization exists. Raises `NotFound`."""
    if organization_id != ctx.organization_id:
        raise NotFound("organization", organization_id)


def read_organization(ctx: Ctx, organization_id: str) -> OrganizationShape:
    """The organization that the session is in."""
    require_own(ctx, organization_id)
    return organization_shape(get_organization(ctx))


def update_organization(ctx: Ctx, call: Call, body: OrganizationUpdate) -> OrganizationShape:
    """Change what is given; addresses are merged."""
    require_own(ctx, call.path_ids["organizationId"])
    changes = given(body, FIELDS)
    drop_echo(changes, get_organization(ctx).tax_id_last4)
    return organization_shape(profiles.update_organization(ctx, changes))


def list_industries(_: Ctx, __: Call, ___: None) -> IndustriesShape:
    """The values of `industry`."""
    return IndustriesShape(list(INDUSTRIES))


def declare(catalogue: Catalogue) -> None:
    """The rows of the organization."""
    operation(
        catalogue, "GET", "organizations/industries", "List industries", list_industries,
        response=IndustriesShape, needs=Permission.SESSION,
    )  # fmt: skip
    rows = Resource(
        catalogue, "organizations", noun="organization", id_name="organizationId",
        shape=OrganizationShape, writes=Permission.MANAGE_ORGANIZATION, spelling=spelling_of(FIELDS),
    )  # fmt: skip
    rows.get(read_organization, needs=Permission.MANAGE_ORGANIZATION)
    rows.change("update", "PATCH", update_organization, OrganizationUpdate)
