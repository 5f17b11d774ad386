"""Who may pay from which of the organization's bank accounts: nominated, verified, archived.

Administrators whom an account gives access are users of it too: `administrators.py` says who they are.
"""

from __future__ import annotations

from typing import Final

from billfold.funding import store
from billfold.funding.events import BankAccountUserArchived, BankAccountUserNominated, BankAccountUserVerified
from billfold.funding.model import USER_TRANSITIONS, BankAccount, BankAccountUser, UserStatus
from billfold.identity import store as identity_store
from billfold.identity.permissions import ROLE_PERMISSIONS, Permission
from billfold.identity.roles import Role
from billfold.kit.ctx import Ctx, RecordStatus
from billfold.kit.errors import Checks, NotFound, Refusal, existing
from billfold.kit.query import Page, Query
from billfold.kit.records import replace

PREFIX: Final = "bau"


class AlreadyAccountUser(Refusal):
    """A user is nominated for an account once."""

    sentence = "The user {user_id} is already {status} for the bank account {account_id}."


class BankAccountNotUsable(Refusal):
    """The step needs a bank account that is verified and not archived."""

    sentence = "The bank account {id} is not verified, or archived."


class NomineeInactive(Refusal):
    """Only an active user of the organization can be nominated."""

    sentence = "The user {user_id} is not active."


def nominate(ctx: Ctx, account_id: str, user_id: str) -> BankAccountUser:
    """Propose a user of this account, to be verified.

    Raises `NotFound` for account or user, `BankAccountNotUsable`, `NomineeInactive`, `AlreadyAccountUser`.
    """
    account = store.BANK_ACCOUNTS.get(ctx.tx, ctx.organization_id, account_id, lock=ctx.tx.for_update)
    user = identity_store.USERS.get(ctx.tx, ctx.organization_id, user_id)
    checks = Checks()
    checks.require(account is not None, NotFound("bank account", account_id))
    checks.require(user is not None, NotFound("user", user_id))
    if account is not None:
        checks.require(account.usable, BankAccountNotUsable(id=account_id))
    if user is not None:
        checks.require(user.record_status is RecordStatus.ACTIVE, NomineeInactive(user_id=user_id))
    # The account's lock makes a second nomination wait for the first.
    former = store.user_of(ctx.tx, ctx.organization_id, account_id, user_id)
    if former is not None:
        status = former.verification_status.lower()
        checks.require(former.archived, AlreadyAccountUser(user_id=user_id, status=status, account_id=account_id))
    checks.raise_any()
    if former is None:
        nominee = _insert(ctx, account_id, user_id, UserStatus.NOMINATED)
    else:
        nominee = _step(ctx, former, UserStatus.NOMINATED)
    ctx.emit(BankAccountUserNominated(nominee))
    return nominee


def verify(ctx: Ctx, bank_account_user_id: str) -> BankAccountUser:
    """The nominee's identity was checked: the user may pay. Again is no error. Raises `NotFound`, `StateForbids`."""
    user = get(ctx, bank_account_user_id, lock=ctx.tx.for_update)
    if user.verification_status is UserStatus.VERIFIED:
        return user
    verified = _step(ctx, user, UserStatus.VERIFIED)
    ctx.emit(BankAccountUserVerified(verified))
    return verified


def archive(ctx: Ctx, bank_account_user_id: str) -> BankAccountUser:
    """Take the user off the account, an administrator too; again is no error. A new nomination brings the user back.

    Raises `NotFound`.
    """
    user = get(ctx, bank_account_user_id, lock=ctx.tx.for_update)
    if user.archived:
        return user
    archived = _step(ctx, user, UserStatus.UNVERIFIED)
    ctx.emit(BankAccountUserArchived(archived))
    return archived


def get(ctx: Ctx, bank_account_user_id: str, *, lock: str = "") -> BankAccountUser:
    """The user of a bank account with this id. Raises `NotFound`."""
    found = store.USERS.get(ctx.tx, ctx.organization_id, bank_account_user_id, lock=lock)
    return existing(found, "bank account user", bank_account_user_id)


def list_users(ctx: Ctx, query: Query) -> Page[BankAccountUser]:
    """A page of users of bank accounts, archived ones included unless filtered out."""
    return store.USERS.page(ctx.tx, ctx.organization_id, query)


def add_creator(ctx: Ctx, account_id: str, user_id: str) -> BankAccountUser:
    """Who verified the account is a verified user of it from then on (settled.md §5)."""
    user = _insert(ctx, account_id, user_id, UserStatus.VERIFIED)
    ctx.emit(BankAccountUserVerified(user))
    return user


def admit_administrator(ctx: Ctx, account_id: str, user_id: str, *, anew: bool) -> None:
    """The administrator is a verified user, under the account's lock. `anew` brings back who was taken off by hand."""
    user = store.user_of(ctx.tx, ctx.organization_id, account_id, user_id)
    if user is None:
        user = _insert(ctx, account_id, user_id, UserStatus.VERIFIED, as_administrator=True)
    elif user.verification_status is UserStatus.VERIFIED or (user.archived and not (user.as_administrator or anew)):
        return
    else:
        nominee = _step(ctx, user, UserStatus.NOMINATED) if user.archived else user
        user = _step(ctx, nominee, UserStatus.VERIFIED, as_administrator=True)
    ctx.emit(BankAccountUserVerified(user))


def dismiss_administrator(ctx: Ctx, user: BankAccountUser) -> None:
    """Who was a user as an administrator alone is none; under the account's lock."""
    if user.as_administrator and not user.archived:
        ctx.emit(BankAccountUserArchived(_step(ctx, user, UserStatus.UNVERIFIED, as_administrator=True)))


def may_use(ctx: Ctx, account: BankAccount) -> bool:
    """Whether the acting user is a verified user of a usable account, or an administrator where those have access."""
    if not account.usable:
        return False
    user = store.user_of(ctx.tx, ctx.organization_id, account.id, ctx.actor.user_id)
    if user is not None and user.verification_status is not UserStatus.NOMINATED:
        return user.verification_status is UserStatus.VERIFIED
    # Administrators of accounts that gave them access before migration 0060 have no row.
    return account.access_to_admins and ctx.actor.role is Role.ADMINISTRATOR


def may_pay_online(ctx: Ctx) -> bool:
    """Whether the acting user's role pays bills and there is an account to pay from: else paying is BDC_1150."""
    role = ctx.actor.role
    if role is not None and Permission.PAY_BILLS not in ROLE_PERMISSIONS[Role(role)]:
        return False
    return any(may_use(ctx, account) for account in store.usable_accounts(ctx.tx, ctx.organization_id))


def _insert(
    ctx: Ctx, account_id: str, user_id: str, status: UserStatus, *, as_administrator: bool = False
) -> BankAccountUser:
    row_id, ordinal = ctx.ids.new(PREFIX)
    user = BankAccountUser(
        organization_id=ctx.organization_id,
        id=row_id,
        ordinal=ordinal,
        bank_account_id=account_id,
        user_id=user_id,
        verification_status=status,
        record_status=RecordStatus.ACTIVE,
        created_at=ctx.now,
        updated_at=ctx.now,
        as_administrator=as_administrator,
    )
    store.USERS.insert(ctx.tx, user)
    return user


def _step(ctx: Ctx, user: BankAccountUser, to: UserStatus, *, as_administrator: bool = False) -> BankAccountUser:
    stepped = replace(
        user,
        verification_status=USER_TRANSITIONS.step(user.id, user.verification_status, to),
        record_status=RecordStatus.INACTIVE if to is UserStatus.UNVERIFIED else RecordStatus.ACTIVE,
        updated_at=ctx.now,
        as_administrator=as_administrator,
    )
    store.USERS.update(ctx.tx, stepped, "verification_status", "record_status", "updated_at", "as_administrator")
    return stepped
