"""Organization bank accounts: added, verified by a test deposit, and used to pay."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from billfold.funding import administrators, bank_account_users, store
from billfold.funding.bank_account_users import BankAccountNotUsable
from billfold.funding.events import (
    BankAccountArchived,
    BankAccountCreated,
    BankAccountExpired,
    BankAccountInvalidated,
    BankAccountUpdated,
    BankAccountVerified,
)
from billfold.funding.model import (
    TRANSITIONS,
    BankAccount,
    BankAccountChanges,
    BankAccountDraft,
    BankAccountStatus,
)
from billfold.identity.messages import mail_administrators
from billfold.identity.permissions import MayNotPay
from billfold.kit.banking import ClearAccount, check_numbers, kept_numbers
from billfold.kit.ctx import Ctx, RecordStatus
from billfold.kit.errors import Checks, InvalidField, Refusal, existing
from billfold.kit.query import Page, Query
from billfold.kit.records import replace
from billfold.kit.settings import Profile
from billfold.kit.traces import TracedRefusal

PREFIX: Final = "bac"
EXPIRE_JOB: Final = "funding.bank_accounts.expire"
MAX_WRONG_DEPOSITS: Final = 3
#: The deposit expires after this long (contract v3-payables.md §7).
VERIFY_WITHIN: Final = timedelta(days=14)
#: The last instant is still in time; the clock counts milliseconds.
_A_MOMENT: Final = timedelta(milliseconds=1)
#: A sandbox always deposits this (contract v3-payables.md §7).
_SANDBOX_DEPOSIT_MINOR: Final = 50
#: Whose a bank account is that is not a company's.
_PERSON: Final = "PERSON"
_LARGEST_DEPOSIT_MINOR: Final = 99
_MAX_NAME: Final = 100


class WrongDeposit(TracedRefusal):
    """The amount is not the test deposit's; the try is counted and three make the account invalid."""

    sentence = "The deposit amount does not match."


class BankAccountNotPending(Refusal):
    """Only a bank account that waits for its test deposit can be verified."""

    sentence = "The bank account {id} is not waiting for its test deposit."


class NotTheCreator(Refusal):
    """Only the user who added a bank account may verify it."""

    sentence = "Only the user who added the bank account {id} may verify it."


class NotAccountUser(Refusal):
    """Only a verified user of a bank account may archive it."""

    sentence = "Only a verified user of the bank account {id} may archive it."


class NoPayablesDefault(Refusal):
    """No bank account is the default for payables."""

    sentence = "The organization has no default bank account for payables."


def create(ctx: Ctx, draft: BankAccountDraft) -> BankAccount:
    """A new account with a test deposit on its way; administrators are told by mail. Raises `InvalidField`s."""
    _check(draft)
    account_id, ordinal = ctx.ids.new(PREFIX)
    vault = ctx.vault()
    account = BankAccount(
        organization_id=ctx.organization_id,
        id=account_id,
        ordinal=ordinal,
        name_on_account=draft.name_on_account,
        bank_name=draft.bank_name,
        **kept_numbers(vault, draft.routing_number, draft.account_number),
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
        balance_minor=None,
        balance_at=None,
    )
    store.insert(ctx.tx, account, vault.seal(*store.SEALED_NUMBER, account_id, draft.account_number))
    ctx.schedule(EXPIRE_JOB, account.verify_until + _A_MOMENT, key=account_id, bank_account_id=account_id)
    ctx.emit(BankAccountCreated(account))
    mail_administrators(ctx, _notice(account))
    return account


def get(ctx: Ctx, account_id: str, *, lock: str = "") -> BankAccount:
    """The bank account with this id. Raises `NotFound`."""
    found = store.BANK_ACCOUNTS.get(ctx.tx, ctx.organization_id, account_id, lock=lock)
    return existing(found, "bank account", account_id)


def lock_all(ctx: Ctx) -> dict[str, BankAccount]:
    """Every bank account by id, locked: nobody verifies one or pays from one meanwhile."""
    return store.lock_accounts(ctx.tx, ctx.organization_id)


def list_accounts(ctx: Ctx, query: Query) -> Page[BankAccount]:
    """A page of bank accounts."""
    return store.BANK_ACCOUNTS.page(ctx.tx, ctx.organization_id, query)


def verify(ctx: Ctx, account_id: str, deposit_minor: int) -> BankAccount:
    """Name the test deposit back: the account becomes VERIFIED, its creator, and administrators with access, its users.

    The first verified account is the default for payables. Raises `NotFound`, `NotTheCreator`,
    `BankAccountNotPending`, `InvalidField`, `WrongDeposit` (counted even though refused).
    """
    account = _lock_among_all(ctx, account_id)
    if account.created_by != ctx.actor.user_id:
        raise NotTheCreator(id=account_id)
    if account.status is not BankAccountStatus.PENDING or ctx.now > account.verify_until:
        raise BankAccountNotPending(id=account_id)
    if not 1 <= deposit_minor <= _LARGEST_DEPOSIT_MINOR:
        raise InvalidField("deposit_amount", "must be between 0.01 and 0.99")
    if deposit_minor != account.deposit_minor:
        raise WrongDeposit(lambda traced: _count_wrong_deposit(traced, account_id))
    return _become_verified(ctx, account)


def confirm(ctx: Ctx, account_id: str) -> BankAccount:
    """The organization's bank said by another way that the account is its own: no deposit need be named.

    Again is no error. Raises `NotFound`, `BankAccountNotPending`.
    """
    account = _lock_among_all(ctx, account_id)
    if account.status is BankAccountStatus.VERIFIED:
        return account
    if account.status is not BankAccountStatus.PENDING or account.archived:
        raise BankAccountNotPending(id=account_id)
    return _become_verified(ctx, account)


def _become_verified(ctx: Ctx, account: BankAccount) -> BankAccount:
    verified = replace(
        account,
        status=TRANSITIONS.step(account.id, account.status, BankAccountStatus.VERIFIED),
        is_payables_default=store.with_default(ctx.tx, ctx.organization_id, "is_payables_default") is None,
        updated_at=ctx.now,
    )
    store.BANK_ACCOUNTS.update(ctx.tx, verified, "status", "is_payables_default", "updated_at")
    bank_account_users.add_creator(ctx, account.id, account.created_by)
    administrators.admit_all(ctx, verified)
    ctx.emit(BankAccountVerified(verified))
    return verified


def update(ctx: Ctx, account_id: str, changes: Mapping[str, Any]) -> BankAccount:
    """Change the named fields of `BankAccountChanges`. What becomes a default is no longer anybody else's.

    The chart of account is the caller's to check. Raises `NotFound`, `BankAccountNotUsable`, `InvalidField`s.
    """
    assert changes.keys() <= set(BankAccountChanges.__struct_fields__), changes.keys()
    account = _lock_among_all(ctx, account_id)
    if not account.usable:
        raise BankAccountNotUsable(id=account_id)
    checks = Checks()
    _check_names(checks, changes)
    checks.raise_any()
    for default in ("is_payables_default", "is_receivables_default"):
        if changes.get(default) and not getattr(account, default):
            _take_default_away(ctx, default)
    changed = replace(account, **changes, updated_at=ctx.now)
    store.BANK_ACCOUNTS.update(ctx.tx, changed, *BankAccountChanges.__struct_fields__, "updated_at")
    ctx.emit(BankAccountUpdated(changed))
    if changed.access_to_admins and not account.access_to_admins:
        administrators.admit_all(ctx, changed)
    elif account.access_to_admins and not changed.access_to_admins:
        administrators.dismiss_all(ctx, changed)
    return changed


def archive(ctx: Ctx, account_id: str) -> BankAccount:
    """Put the account out of use for good; again is no error. A default that it was is nobody's then.

    Refused while payments from it are under way or it balances files, by the rails that hear of it. Raises `NotFound`,
    `BankAccountNotUsable`, `NotAccountUser`, `BankAccountInUse`, `StateForbids`.
    """
    account = _lock_among_all(ctx, account_id)
    if account.archived:
        return account
    if not account.usable:
        raise BankAccountNotUsable(id=account_id)
    if not bank_account_users.may_use(ctx, account):
        raise NotAccountUser(id=account_id)
    archived = replace(
        account,
        record_status=RecordStatus.INACTIVE,
        is_payables_default=False,
        is_receivables_default=False,
        updated_at=ctx.now,
    )
    store.BANK_ACCOUNTS.update(
        ctx.tx, archived, "record_status", "is_payables_default", "is_receivables_default", "updated_at"
    )
    ctx.emit(BankAccountArchived(archived))
    return archived


def expire(ctx: Ctx, payload: dict[str, str]) -> None:
    """Job: after fourteen days an account that is still pending cannot be verified any more."""
    account = get(ctx, payload["bank_account_id"], lock=ctx.tx.for_update)
    if account.status is not BankAccountStatus.PENDING:
        return
    status = TRANSITIONS.step(account.id, account.status, BankAccountStatus.EXPIRED)
    expired = replace(account, status=status, updated_at=ctx.now)
    store.BANK_ACCOUNTS.update(ctx.tx, expired, "status", "updated_at")
    ctx.emit(BankAccountExpired(expired))


def require_payer(ctx: Ctx, account_id: str) -> BankAccount:
    """The account, if it is verified and this user may pay from it. Raises `NotFound`, `MayNotPay`."""
    account = get(ctx, account_id, lock=ctx.tx.for_share)
    if not bank_account_users.may_use(ctx, account):
        raise MayNotPay
    return account


def payables_default(ctx: Ctx, *, lock: str = "") -> BankAccount:
    """The account that pays when none is named. Raises `NoPayablesDefault`."""
    account = store.with_default(ctx.tx, ctx.organization_id, "is_payables_default", lock)
    if account is None:
        raise NoPayablesDefault
    return account


def set_balance(ctx: Ctx, balance_minor: int) -> BankAccount:
    """Note what the accounting software says is on the default account for payables. Raises `NoPayablesDefault`."""
    account = payables_default(ctx, lock=ctx.tx.for_update)
    noted = replace(account, balance_minor=balance_minor, balance_at=ctx.now)
    store.BANK_ACCOUNTS.update(ctx.tx, noted, "balance_minor", "balance_at")
    ctx.emit(BankAccountUpdated(noted))
    return noted


def _lock_among_all(ctx: Ctx, account_id: str) -> BankAccount:
    """Lock every account of the organization: two that race for a default must meet. Raises `NotFound`."""
    return existing(lock_all(ctx).get(account_id), "bank account", account_id)


def _take_default_away(ctx: Ctx, default: str) -> None:
    former = store.with_default(ctx.tx, ctx.organization_id, default)
    if former is not None:
        without = replace(former, **{default: False}, updated_at=ctx.now)
        store.BANK_ACCOUNTS.update(ctx.tx, without, default, "updated_at")
        ctx.emit(BankAccountUpdated(without))


def _check(draft: BankAccountDraft) -> None:
    checks = Checks()
    check_numbers(checks, draft.routing_number, draft.account_number)
    _check_names(checks, {"name_on_account": draft.name_on_account, "bank_name": draft.bank_name})
    checks.raise_any()


def _check_names(checks: Checks, fields: Mapping[str, Any]) -> None:
    for field in ("name_on_account", "bank_name"):
        if field in fields:
            checks.require_name(field, fields[field], _MAX_NAME)


def _notice(account: BankAccount) -> str:
    return (
        f"The bank account {account.bank_name}, ending in {account.account_number_last4}, was added. "
        f"To pay from it, verify it by {account.verify_until:%Y-%m-%d}. "
        "If nobody of yours added it, look who your administrators are."
    )


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


def clear_account(ctx: Ctx, account_id: str) -> ClearAccount:
    """An organization's bank account with its number in clear, for a bank file."""
    account = get(ctx, account_id)
    sealed = store.sealed_number(ctx.tx, ctx.organization_id, account_id)
    number = ctx.vault().open(*store.SEALED_NUMBER, account_id, sealed)
    of_person = account.owner_type == _PERSON
    return ClearAccount(account.name_on_account, account.routing_number, number, account.kind, of_person)
