"""What the organization and the caller may pay with (contract: core §2.5)."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from billfold.funding import bank_account_users, permissions
from billfold.kit.ctx import Ctx
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.v3.resource import operation


class CardPermissionShape(msgspec.Struct):
    """Whether the organization pays by card."""

    payByCard: bool
    fundingEnabled: bool
    amexAllowed: bool


class WalletPermissionShape(msgspec.Struct):
    """Whether the organization pays from a balance."""

    fundingEnabled: bool


class OrganizationPermissionShape(msgspec.Struct):
    """What the organization may."""

    card: CardPermissionShape
    wallet: WalletPermissionShape


class UserPermissionShape(msgspec.Struct):
    """What the caller may."""

    payOnline: Annotated[bool, Meta(description="Whether a payment would not be refused with BDC_1150.")]


class FundingPermissionShape(msgspec.Struct):
    """What the organization and the caller may pay with."""

    organization: OrganizationPermissionShape
    user: UserPermissionShape


def get_permissions(ctx: Ctx, _: Call, __: None) -> FundingPermissionShape:
    """What the organization and the caller may pay with."""
    may = permissions.get_permissions(ctx)
    organization = OrganizationPermissionShape(
        CardPermissionShape(
            payByCard=may.card_funding,
            fundingEnabled=may.card_funding,
            amexAllowed=may.card_funding and may.amex_allowed,
        ),
        WalletPermissionShape(may.wallet_funding),
    )
    return FundingPermissionShape(organization, UserPermissionShape(bank_account_users.may_pay_online(ctx)))


def declare(catalogue: Catalogue) -> None:
    """The row of funding permissions."""
    operation(
        catalogue, "GET", "funding-accounts/permissions", "Read the funding permissions", get_permissions,
        response=FundingPermissionShape,
    )  # fmt: skip
