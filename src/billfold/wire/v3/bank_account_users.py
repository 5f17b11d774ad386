"""Who may pay from the organization's bank accounts (contract: payables §7)."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from billfold.funding import bank_account_users
from billfold.funding.model import BankAccountUser, UserStatus
from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx
from billfold.kit.query import Filter, Op, Page
from billfold.kit.records import replace
from billfold.wire.catalog import Call, Catalogue, Parameter
from billfold.wire.codecs import Moment, instant
from billfold.wire.v3.lists import (
    ARCHIVED,
    CREATED,
    EQUALITY,
    ID,
    UPDATED,
    ListField,
    ListRequest,
    ListSpec,
    PageAnswer,
    list_parameters,
    read_boolean,
)
from billfold.wire.v3.resource import SUCCESS, Resource, StatusShape, operation

PATH = "funding-accounts/banks/users"
CURRENT_USER = Parameter("currentUser", {"type": "boolean", "default": False}, "Only the signed-in user's rows.")


class NominateBody(msgspec.Struct):
    """Whom to nominate for which account."""

    bankAccountId: Annotated[str, Meta(description="A verified account.")]
    userId: Annotated[str, Meta(description="A user of the organization, who may pay once verified.")]


class BankAccountUserShape(msgspec.Struct, kw_only=True):
    """A user's standing at one bank account."""

    id: Annotated[str, Meta(description="Begins with bau.")]
    bankAccountId: str
    userId: str
    archived: bool
    verificationStatus: Annotated[str, Meta(description="NOMINATED, VERIFIED, or UNVERIFIED once archived.")]
    createdTime: Moment
    updatedTime: Moment


def shape_of(user: BankAccountUser) -> BankAccountUserShape:
    """A user of a bank account as v3 shows it."""
    return BankAccountUserShape(
        id=user.id,
        bankAccountId=user.bank_account_id,
        userId=user.user_id,
        archived=user.archived,
        verificationStatus=user.verification_status.value,
        createdTime=instant(user.created_at),
        updatedTime=instant(user.updated_at),
    )


def for_current_user(ctx: Ctx, call: Call, request: ListRequest) -> ListRequest:
    """The list request, of the caller's own rows if `currentUser` says so. The tokens of its pages carry it on."""
    if not read_boolean("currentUser", call.query.get("currentUser", "false")):
        return request
    own = f"userId:eq:{ctx.actor.user_id}"
    if own in request.filters:
        return request
    query = replace(request.query, filters=(*request.query.filters, Filter("user_id", Op.EQ, ctx.actor.user_id)))
    return ListRequest(query, ",".join(filter(None, (request.filters, own))), request.sort)


def list_users(ctx: Ctx, call: Call, request: ListRequest) -> PageAnswer:
    """A page of users of bank accounts."""
    request = for_current_user(ctx, call, request)
    page: Page[BankAccountUser] = bank_account_users.list_users(ctx, request.query)
    return PageAnswer(request, page, [shape_of(user) for user in page.items])


def nominate(ctx: Ctx, _: Call, body: NominateBody) -> StatusShape:
    """Propose a user, to be verified."""
    bank_account_users.nominate(ctx, body.bankAccountId, body.userId)
    return SUCCESS


def archive(ctx: Ctx, call: Call, _: None) -> BankAccountUserShape:
    """Take the user off the account."""
    return shape_of(bank_account_users.archive(ctx, call.path_ids["bankAccountUserId"]))


LIST = ListSpec({
    "id": ID,
    "bankAccountId": ListField("bank_account_id", ops=EQUALITY),
    "userId": ListField("user_id", ops=EQUALITY),
    "archived": ARCHIVED,
    "verificationStatus": ListField("verification_status", ops=EQUALITY, choices=UserStatus),
    "createdTime": CREATED,
    "updatedTime": UPDATED,
})  # fmt: skip


def declare(catalogue: Catalogue) -> None:
    """The rows of bank account users."""
    rows = Resource(
        catalogue, PATH, noun="bank account user", id_name="bankAccountUserId",
        shape=BankAccountUserShape, writes=Permission.MANAGE_BANK_ACCOUNTS, spelling={},
    )  # fmt: skip
    operation(
        catalogue, "GET", PATH, "List bank account users", list_users,
        name="v3.funding-accounts.banks.users.list", response=list[BankAccountUserShape],
        lists=LIST, parameters=(CURRENT_USER, *list_parameters(LIST)), paged=True,
    )  # fmt: skip
    # The path that older documents give does the same (settled.md §1).
    for path, verb in ((PATH, "create"), (f"{PATH}/nominate", "nominate")):
        operation(
            catalogue, "POST", path, "Nominate a bank account user", nominate,
            name=f"v3.funding-accounts.banks.users.{verb}", request=NominateBody, response=StatusShape,
            needs=Permission.MANAGE_BANK_ACCOUNTS, write=True,
        )  # fmt: skip
    rows.action("archive", archive)
