"""Organization bank accounts (contract: payables §7)."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from billfold.accounting import classifications
from billfold.accounting.model import Kind as ClassificationKind
from billfold.funding import bank_accounts
from billfold.funding.model import BankAccount, BankAccountDraft, BankAccountStatus
from billfold.identity.permissions import Permission
from billfold.kit.banking import masked
from billfold.kit.ctx import Ctx
from billfold.kit.money import to_minor
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.codecs import instant
from billfold.wire.v3.lists import ARCHIVED, CREATED, EQUALITY, ID, UPDATED, ListField, ListSpec
from billfold.wire.v3.resource import Resource


class BankAccountCreate(msgspec.Struct, kw_only=True):
    """A new bank account; a test deposit is sent to it."""

    nameOnAccount: str
    routingNumber: Annotated[str, Meta(description="Nine digits with the ABA checksum.")]
    accountNumber: Annotated[str, Meta(description="Answers show the last four digits only.")]
    type: Literal["CHECKING", "SAVINGS"]
    ownerType: Literal["BUSINESS", "PERSONAL"]
    bankName: Annotated[str, Meta(description="A nickname of 1 to 100 characters.")]
    accessToAdmins: bool = False
    chartOfAccountId: str | None = None


class VerifyBody(msgspec.Struct):
    """The test deposit."""

    depositAmount: Annotated[Decimal, Meta(description="0.01 to 0.99; a sandbox deposits 0.50.")]


class VerifiedShape(msgspec.Struct):
    """The account can pay."""

    verified: bool


class DefaultShape(msgspec.Struct):
    """Whether the account is used when none is named."""

    payables: bool
    receivables: bool


class BankAccountShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """An organization's bank account; the number is masked."""

    id: Annotated[str, Meta(description="Begins with bac.")]
    archived: bool
    status: Annotated[str, Meta(description="PENDING, VERIFIED or INVALID.")]
    createdBy: str
    routingNumber: str
    accountNumber: str
    nameOnAccount: str
    type: str
    ownerType: str
    bankName: str
    accessToAdmins: bool
    default: DefaultShape
    chartOfAccountId: str | None = None
    createdTime: str
    updatedTime: str


SPELLING = {
    "name_on_account": "nameOnAccount",
    "bank_name": "bankName",
    "routing_number": "routingNumber",
    "account_number": "accountNumber",
    "deposit_amount": "depositAmount",
}


def shape_of(account: BankAccount) -> BankAccountShape:
    """A bank account as v3 shows it."""
    return BankAccountShape(
        id=account.id,
        archived=account.archived,
        status=account.status.value,
        createdBy=account.created_by,
        routingNumber=account.routing_number,
        accountNumber=masked(account.account_number_last4, account.account_number_length),
        nameOnAccount=account.name_on_account,
        type=account.kind,
        ownerType=account.owner_type,
        bankName=account.bank_name,
        accessToAdmins=account.access_to_admins,
        default=DefaultShape(account.is_payables_default, account.is_receivables_default),
        chartOfAccountId=account.chart_of_account_id,
        createdTime=instant(account.created_at),
        updatedTime=instant(account.updated_at),
    )


def create(ctx: Ctx, _: Call, body: BankAccountCreate) -> BankAccountShape:
    """A new account, PENDING until its test deposit is named."""
    if body.chartOfAccountId:
        classifications.get(ctx, ClassificationKind.CHART_OF_ACCOUNT, body.chartOfAccountId)
    draft = BankAccountDraft(
        name_on_account=body.nameOnAccount,
        bank_name=body.bankName,
        routing_number=body.routingNumber,
        account_number=body.accountNumber,
        kind=body.type,
        owner_type=body.ownerType,
        access_to_admins=body.accessToAdmins,
        chart_of_account_id=body.chartOfAccountId,
    )
    return shape_of(bank_accounts.create(ctx, draft))


def verify(ctx: Ctx, call: Call, body: VerifyBody) -> VerifiedShape:
    """Name the test deposit back."""
    deposit_minor = to_minor(body.depositAmount, "USD", "deposit_amount")
    bank_accounts.verify(ctx, call.path_ids["bankAccountId"], deposit_minor)
    return VerifiedShape(verified=True)


LIST = ListSpec({
    "id": ID,
    "bankAccountId": ID,
    "archived": ARCHIVED,
    "status": ListField("status", ops=EQUALITY, choices=BankAccountStatus),
    "createdTime": CREATED,
    "updatedTime": UPDATED,
})  # fmt: skip


def declare(catalogue: Catalogue) -> None:
    """The rows of bank accounts."""
    rows = Resource(
        catalogue, "funding-accounts/banks", noun="bank account", id_name="bankAccountId",
        shape=BankAccountShape, writes=Permission.MANAGE_BANK_ACCOUNTS, spelling=SPELLING,
    )  # fmt: skip
    rows.list(bank_accounts.list_accounts, shape_of, LIST)
    rows.create(create, BankAccountCreate, trusted=True)
    rows.get(lambda ctx, account_id: shape_of(bank_accounts.get(ctx, account_id)))
    rows.action("verify", verify, VerifyBody, response=VerifiedShape)
