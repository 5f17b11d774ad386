"""Vendors' bank accounts that wait for a second user."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from billfold.kit.ctx import Ctx
from billfold.parties import account_confirmations
from billfold.parties.model import AccountConfirmation
from billfold.wire.admin.scope import organization_row
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.codecs import instant, spelling_of

_NOUN: Final = "vendor-account-confirmations"
_FIELDS: Final = (("userId", "user_id"),)


class ConfirmBody(msgspec.Struct, kw_only=True):
    """Who confirms."""

    userId: Annotated[str, Meta(description="A user whose role may approve, and who did not set the account.")]


class ConfirmationShape(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A vendor's bank account, and who set and who confirmed it."""

    accountId: str
    vendorId: str
    requestedBy: str
    requestedTime: str
    confirmedBy: str | None = None
    confirmedTime: str | None = None


class ConfirmationList(msgspec.Struct):
    """The accounts that wait, the oldest first."""

    results: list[ConfirmationShape]


def _shape(found: AccountConfirmation) -> ConfirmationShape:
    return ConfirmationShape(
        accountId=found.account_id,
        vendorId=found.vendor_id,
        requestedBy=found.requested_by,
        requestedTime=instant(found.requested_at),
        confirmedBy=found.confirmed_by,
        confirmedTime=None if found.ended_at is None else instant(found.ended_at),
    )


def list_all(ctx: Ctx, _: Call, __: None) -> ConfirmationList:
    """What waits; payments to these vendors are held."""
    return ConfirmationList([_shape(one) for one in account_confirmations.list_confirmations(ctx)])


def confirm(ctx: Ctx, call: Call, body: ConfirmBody) -> ConfirmationShape:
    """Pay the vendor on this account; what was held goes on."""
    return _shape(account_confirmations.confirm_account(ctx, call.path_ids["accountId"], body.userId))


def declare(catalogue: Catalogue) -> None:
    """The rows of confirmations."""
    organization_row(
        catalogue, "GET", _NOUN, f"{_NOUN}.list", "List vendors' bank accounts that wait for a second user", list_all,
        response=ConfirmationList,
    )  # fmt: skip
    organization_row(
        catalogue, "POST", f"{_NOUN}/{{accountId}}/confirm", f"{_NOUN}.confirm",
        "Confirm a vendor's bank account as a second user", confirm,
        request=ConfirmBody, response=ConfirmationShape, spelling=spelling_of(_FIELDS),
    )  # fmt: skip
