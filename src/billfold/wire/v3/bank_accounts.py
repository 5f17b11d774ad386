"""Organization bank accounts (contract: payables §7)."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from billfold.accounting import classifications
from billfold.accounting.model import Kind as ClassificationKind
from billfold.funding import bank_accounts
from billfold.funding.model import BankAccount, BankAccountDraft, BankAccountStatus
from billfold.identity.permissions import Permission
from billfold.kit.banking import masked
from billfold.kit.ctx import Ctx
from billfold.kit.errors import Checks, InvalidField
from billfold.kit.money import to_minor
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.codecs import Moment, given, instant, spelling_of
from billfold.wire.v3.lists import ARCHIVED, CREATED, EQUALITY, ID, UPDATED, ListField, ListSpec
from billfold.wire.v3.resource import Resource

_FIXED = "Cannot change; may be sent back as it is shown."


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


class DefaultBody(msgspec.Struct, kw_only=True):
    """Whether the account is used when none is named. Making it a default takes that from another account."""

    payables: bool | UnsetType = UNSET
    receivables: bool | UnsetType = UNSET


class BankAccountUpdate(msgspec.Struct, kw_only=True):
    """What of a verified account is to change."""

    nameOnAccount: str | UnsetType = UNSET
    ownerType: Literal["BUSINESS", "PERSONAL"] | UnsetType = UNSET
    bankName: Annotated[str, Meta(description="A nickname of 1 to 100 characters.")] | UnsetType = UNSET
    accessToAdmins: bool | UnsetType = UNSET
    default: DefaultBody | UnsetType = UNSET
    chartOfAccountId: str | UnsetType | None = UNSET
    routingNumber: Annotated[str, Meta(description=_FIXED)] | UnsetType = UNSET
    accountNumber: Annotated[str, Meta(description=_FIXED)] | UnsetType = UNSET
    type: Annotated[str, Meta(description=_FIXED)] | UnsetType = UNSET


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
    status: Annotated[str, Meta(description="PENDING, VERIFIED, NOT_VERIFIED (not in time) or INVALID.")]
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
    createdTime: Moment
    updatedTime: Moment


FIELDS = (
    ("nameOnAccount", "name_on_account"),
    ("ownerType", "owner_type"),
    ("bankName", "bank_name"),
    ("accessToAdmins", "access_to_admins"),
    ("default.payables", "is_payables_default"),
    ("default.receivables", "is_receivables_default"),
    ("chartOfAccountId", "chart_of_account_id"),
)
SPELLING = spelling_of(
    FIELDS, routing_number="routingNumber", account_number="accountNumber", deposit_amount="depositAmount"
)
#: v3's words for the domain's; the rest are the same. Who let the test deposit expire is not verified.
_STATUSES = {BankAccountStatus.EXPIRED: "NOT_VERIFIED"}


def shape_of(account: BankAccount) -> BankAccountShape:
    """A bank account as v3 shows it."""
    return BankAccountShape(
        id=account.id,
        archived=account.archived,
        status=_status(account.status),
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
    _check_chart_of_account(ctx, body.chartOfAccountId)
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


def update(ctx: Ctx, call: Call, body: BankAccountUpdate) -> BankAccountShape:
    """Change what is given."""
    account = bank_accounts.get(ctx, call.path_ids["bankAccountId"])
    _refuse_fixed(account, body)
    if isinstance(body.chartOfAccountId, str):
        _check_chart_of_account(ctx, body.chartOfAccountId, account.chart_of_account_id)
    return shape_of(bank_accounts.update(ctx, account.id, given(body, FIELDS)))


def verify(ctx: Ctx, call: Call, body: VerifyBody) -> VerifiedShape:
    """Name the test deposit back."""
    deposit_minor = to_minor(body.depositAmount, "USD", "deposit_amount")
    bank_accounts.verify(ctx, call.path_ids["bankAccountId"], deposit_minor)
    return VerifiedShape(verified=True)


def _refuse_fixed(account: BankAccount, body: BankAccountUpdate) -> None:
    """A whole account that is sent back has its numbers as they were shown, which changes nothing."""
    shown = shape_of(account)
    checks = Checks()
    for field in ("routingNumber", "accountNumber", "type"):
        value = getattr(body, field)
        checks.require(value is UNSET or value == getattr(shown, field), InvalidField(field, "cannot be changed"))
    checks.raise_any()


def _check_chart_of_account(ctx: Ctx, wanted: str | None, current: str | None = None) -> None:
    if wanted:
        named = frozenset({current} if current else ())
        classifications.require_usable(ctx, [(wanted, ClassificationKind.CHART_OF_ACCOUNT)], named)


def _status(status: BankAccountStatus) -> str:
    return _STATUSES.get(status, status.value)


def _meant_by(text: str) -> tuple[BankAccountStatus, ...]:
    return tuple(status for status in BankAccountStatus if _status(status) == text)


LIST = ListSpec({
    "id": ID,
    "bankAccountId": ID,
    "archived": ARCHIVED,
    "status": ListField("status", ops=EQUALITY, means=_meant_by),
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
    rows.change("update", "PATCH", update, BankAccountUpdate)
    rows.action("verify", verify, VerifyBody, response=VerifiedShape)
    rows.action("archive", lambda ctx, call, _: shape_of(bank_accounts.archive(ctx, call.path_ids["bankAccountId"])))
