"""Bank accounts: confirmed without a test deposit; who may pay from them."""

from __future__ import annotations

import msgspec

from billfold.funding import bank_account_users, bank_accounts
from billfold.funding.model import BankAccount, BankAccountUser
from billfold.kit.banking import masked
from billfold.kit.ctx import Ctx
from billfold.wire.admin.scope import EVERYTHING, organization_row
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.codecs import instant


class AccountShape(msgspec.Struct, kw_only=True):
    """An organization's bank account."""

    id: str
    bankName: str
    nameOnAccount: str
    routingNumber: str
    accountNumber: str
    status: str
    archived: bool
    createdBy: str
    createdTime: str


class AccountList(msgspec.Struct):
    """Every bank account."""

    results: list[AccountShape]


class AccountUserShape(msgspec.Struct, kw_only=True):
    """A user's standing at one bank account."""

    id: str
    bankAccountId: str
    userId: str
    verificationStatus: str
    archived: bool


class AccountUserList(msgspec.Struct):
    """Every user of every bank account."""

    results: list[AccountUserShape]


class NomineeBody(msgspec.Struct, kw_only=True):
    """Who is to use which account."""

    bankAccountId: str
    userId: str


def _account_shape(account: BankAccount) -> AccountShape:
    return AccountShape(
        id=account.id,
        bankName=account.bank_name,
        nameOnAccount=account.name_on_account,
        routingNumber=account.routing_number,
        accountNumber=masked(account.account_number_last4, account.account_number_length),
        status=account.status.value,
        archived=account.archived,
        createdBy=account.created_by,
        createdTime=instant(account.created_at),
    )


def _user_shape(user: BankAccountUser) -> AccountUserShape:
    return AccountUserShape(
        id=user.id,
        bankAccountId=user.bank_account_id,
        userId=user.user_id,
        verificationStatus=user.verification_status.value,
        archived=user.archived,
    )


def list_accounts(ctx: Ctx, _: Call, __: None) -> AccountList:
    """Every bank account, archived ones too."""
    return AccountList([_account_shape(account) for account in bank_accounts.list_accounts(ctx, EVERYTHING).items])


def confirm(ctx: Ctx, call: Call, _: None) -> AccountShape:
    """The bank confirmed the account: it is verified, and who added it may pay from it."""
    return _account_shape(bank_accounts.confirm(ctx, call.path_ids["bankAccountId"]))


def list_users(ctx: Ctx, _: Call, __: None) -> AccountUserList:
    """Every user of every bank account."""
    return AccountUserList([_user_shape(user) for user in bank_account_users.list_users(ctx, EVERYTHING).items])


def nominate(ctx: Ctx, _: Call, body: NomineeBody) -> AccountUserShape:
    """Propose a user of an account."""
    return _user_shape(bank_account_users.nominate(ctx, body.bankAccountId, body.userId))


def verify_user(ctx: Ctx, call: Call, _: None) -> AccountUserShape:
    """You checked who the nominee is: the user may pay from the account."""
    return _user_shape(bank_account_users.verify(ctx, call.path_ids["bankAccountUserId"]))


def archive_user(ctx: Ctx, call: Call, _: None) -> AccountUserShape:
    """Take the user off the account."""
    return _user_shape(bank_account_users.archive(ctx, call.path_ids["bankAccountUserId"]))


def declare(catalogue: Catalogue) -> None:
    """The rows of bank accounts and their users."""
    users, one = "bank-account-users", "bank-account-users/{bankAccountUserId}"
    rows = (
        ("GET", "bank-accounts", "bank-accounts.list", "List bank accounts", list_accounts, AccountList),
        (
            "POST", "bank-accounts/{bankAccountId}/confirm", "bank-accounts.confirm", "Confirm a bank account", confirm,
            AccountShape,
        ),
        ("GET", users, f"{users}.list", "List users of bank accounts", list_users, AccountUserList),
        ("POST", f"{one}/verify", f"{users}.verify", "Verify a nominated user", verify_user, AccountUserShape),
        ("POST", f"{one}/archive", f"{users}.archive", "Archive a bank account user", archive_user, AccountUserShape),
    )  # fmt: skip
    for method, path, name, summary, run, response in rows:
        organization_row(catalogue, method, path, name, summary, run, response=response)
    organization_row(
        catalogue, "POST", users, f"{users}.nominate", "Nominate a user of a bank account", nominate,
        request=NomineeBody, response=AccountUserShape, success=201,
    )  # fmt: skip
