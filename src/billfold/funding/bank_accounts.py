"""Organization bank accounts: added, verified by a test deposit, and used to pay."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from billfold.funding import store
from billfold.funding.events import BankAccountCreated, BankAccountInvalidated, BankAccountVerified
from billfold.funding.model import (
    TRANSITIONS,
    BankAccount,
    BankAccountDraft,
    BankAccountStatus,
    BankAccountUser,
    UserStatus,
)
from billfold.identity.permissions import MayNotPay
from billfold.identity.roles import Role
from billfold.kit.banking import ClearAccount, note_faults
from billfold.kit.ctx import Ctx, RecordStatus
from billfold.kit.errors import Checks, InvalidField, NotFound, Refusal, TracedRefusal
from billfold.kit.query import Page, Query
from billfold.kit.records import replace
from billfold.kit.settings import Profile

PREFIX: Final = "bac"
USER_PREFIX: Final = "bau"
MAX_WRONG_DEPOSITS: Final = 3
#: The deposit expires after this long (contract v3-payables.md §7).
VERIFY_WITHIN: Final = timedelta(days=14)
#: A sandbox always deposits this (contract v3-payables.md §7).
_SANDBOX_DEPOSIT_MINOR: Final = 50
_MAX_NAME: Final = 100


class WrongDeposit(TracedRefusal):
    """The amount is not the test deposit's; the try is counted and three make the account invalid."""

    sentence = "The deposit amount does not match."


class BankAccountNotPending(Refusal):
    """Only a bank account that waits for its test deposit can be verified."""

    sentence = "The bank account {id} cannot be verified while it is {status}."


class NotTheCreator(Refusal):
    """Only the user who added a bank account may verify it."""

    sentence = "Only the user who added the bank account {id} may verify it."


def create(ctx: Ctx, draft: BankAccountDraft) -> BankAccount:
    """A new account with a test deposit on its way. Raises `InvalidField`s."""
    _check(draft)
    account_id, ordinal = ctx.ids.new(PREFIX)
    vault = ctx.vault()
    account = BankAccount(
        organization_id=ctx.organization_id,
        id=account_id,
        ordinal=ordinal,
        name_on_account=draft.name_on_account,
        bank_name=draft.bank_name,
        routing_number=draft.routing_number,
        account_number_last4=draft.account_number[-4:],
        account_number_length=len(draft.account_number),
        account_fingerprint=vault.fingerprint("bank account", f"{draft.routing_number}/{draft.account_number}"),
        kind=draft.kind,
        owner_type=draft.owner_type,
        access_to_admins=draft.access_to_admins,
        is_payables_default=False,
        is_receivables_default=False,
        chart_of_account_id=draft.chart_of_account_id,
        status=BankAccountStatus.PENDING,
        deposit_minor=_deposit_minor(ctx),
        wrong_deposits=0,
        verify_until=ctx.now + VERIFY_WITHIN,
        created_by=ctx.actor.user_id,
        record_status=RecordStatus.ACTIVE,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    store.insert(ctx.tx, account, vault.seal(*store.SEALED_NUMBER, account_id, draft.account_number))
    ctx.emit(BankAccountCreated(account))
    return account


def get(ctx: Ctx, account_id: str, *, lock: str = "") -> BankAccount:
    """The bank account with this id. Raises `NotFound`."""
    account = store.BANK_ACCOUNTS.get(ctx.tx, ctx.organization_id, account_id, lock=lock)
    if account is None:
        raise NotFound("bank account", account_id)
    return account


def list_accounts(ctx: Ctx, query: Query) -> Page[BankAccount]:
    """A page of bank accounts."""
    return store.list_accounts(ctx.tx, ctx.organization_id, query)


def verify(ctx: Ctx, account_id: str, deposit_minor: int) -> BankAccount:
    """Name the test deposit back: the account becomes VERIFIED and its creator a verified user of it.

    Raises `NotFound`, `NotTheCreator`, `BankAccountNotPending`, `WrongDeposit` (counted even though refused).
    """
    account = get(ctx, account_id, lock=ctx.tx.for_update)
    if account.created_by != ctx.actor.user_id:
        raise NotTheCreator(id=account_id)
    if account.status is not BankAccountStatus.PENDING or ctx.now > account.verify_until:
        raise BankAccountNotPending(id=account_id, status=account.status)
    if deposit_minor != account.deposit_minor:
        raise WrongDeposit(lambda traced: _count_wrong_deposit(traced, account_id))
    verified = replace(
        account,
        status=TRANSITIONS.step(account.id, account.status, BankAccountStatus.VERIFIED),
        is_payables_default=not store.has_payables_default(ctx.tx, ctx.organization_id),
        updated_at=ctx.now,
    )
    store.BANK_ACCOUNTS.update(ctx.tx, verified, "status", "is_payables_default", "updated_at")
    _add_verified_user(ctx, account.id, ctx.actor.user_id)
    ctx.emit(BankAccountVerified(verified))
    return verified


def require_payer(ctx: Ctx, account_id: str) -> BankAccount:
    """The account, if it is verified and this user may pay from it. Raises `NotFound`, `MayNotPay`."""
    account = get(ctx, account_id, lock=ctx.tx.for_share)
    if account.archived or account.status is not BankAccountStatus.VERIFIED:
        raise MayNotPay
    if account.access_to_admins and ctx.actor.role is Role.ADMINISTRATOR:
        return account
    user = store.user_of(ctx.tx, ctx.organization_id, account_id, ctx.actor.user_id)
    if user is None or user.verification_status is not UserStatus.VERIFIED:
        raise MayNotPay
    return account


def _check(draft: BankAccountDraft) -> None:
    checks = Checks()
    note_faults(checks, draft.routing_number, draft.account_number)
    for field, value in (("name_on_account", draft.name_on_account), ("bank_name", draft.bank_name)):
        checks.require(1 <= len(value) <= _MAX_NAME, InvalidField(field, f"must have 1 to {_MAX_NAME} characters"))
    checks.raise_any()


def _deposit_minor(ctx: Ctx) -> int:
    if ctx.house.profile is Profile.SANDBOX:
        return _SANDBOX_DEPOSIT_MINOR
    return 1 + int(ctx.house.randomness.digits(6)) % 99


def _count_wrong_deposit(ctx: Ctx, account_id: str) -> None:
    account = get(ctx, account_id, lock=ctx.tx.for_update)
    wrong = account.wrong_deposits + 1
    counted = replace(account, wrong_deposits=wrong, updated_at=ctx.now)
    if wrong >= MAX_WRONG_DEPOSITS and account.status is BankAccountStatus.PENDING:
        status = TRANSITIONS.step(account.id, account.status, BankAccountStatus.INVALID)
        counted = replace(counted, status=status)
        ctx.emit(BankAccountInvalidated(counted))
    store.count_wrong_deposit(ctx.tx, counted)


def _add_verified_user(ctx: Ctx, account_id: str, user_id: str) -> None:
    user_row_id, ordinal = ctx.ids.new(USER_PREFIX)
    store.USERS.insert(
        ctx.tx,
        BankAccountUser(
            organization_id=ctx.organization_id,
            id=user_row_id,
            ordinal=ordinal,
            bank_account_id=account_id,
            user_id=user_id,
            verification_status=UserStatus.VERIFIED,
            record_status=RecordStatus.ACTIVE,
            created_at=ctx.now,
            updated_at=ctx.now,
        ),
    )


def clear_account(ctx: Ctx, account_id: str) -> ClearAccount:
    """An organization's bank account with its number in clear, for a bank file."""
    account = get(ctx, account_id)
    sealed = store.sealed_number(ctx.tx, ctx.organization_id, account_id)
    number = ctx.vault().open(*store.SEALED_NUMBER, account_id, sealed)
    return ClearAccount(account.name_on_account, account.routing_number, number, account.kind)
