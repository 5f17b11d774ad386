"""Originator settings: how an organization presents itself to the bank that takes its NACHA files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from billfold.bankfiles import nacha
from billfold.funding import bank_accounts
from billfold.funding.bank_account_users import BankAccountNotUsable
from billfold.funding.events import BankAccountArchived
from billfold.funding.model import BankAccount
from billfold.identity.organizations import get_organization
from billfold.kit.banking import routing_number_problem
from billfold.kit.ctx import Ctx
from billfold.kit.errors import Checks, InvalidField, Refusal, StateForbids, existing
from billfold.kit.records import replace
from billfold.kit.settings import Profile
from billfold.rails import store
from billfold.rails.events import OriginatorUpdated
from billfold.rails.model import Originator

#: The originating bank (ODFI) of a sandbox: the routing number that the contract gives as good.
_SANDBOX_ROUTING: Final = "074000010"
_SANDBOX_BANK: Final = "BILLFOLD SANDBOX BANK"
#: Nacha file and batch header fields: the most characters of each.
_LENGTHS: Final = {
    "company_name": 16,
    "company_id": 10,
    "immediate_origin": 10,
    "origin_name": 23,
    "destination_name": 23,
}
_OFFSET: Final = "offset_bank_account_id"
_OWN_BANK: Final = "own_bank_account_id"
#: Fields that name a bank account of the organization, and what it is called where it is needed.
_ACCOUNTS: Final = {_OFFSET: "the offset account", _OWN_BANK: "the account of the organization's own bank"}


class OriginatorMissing(Refusal):
    """Nobody has said yet which bank takes the organization's files, so it cannot pay online."""

    sentence = "User cannot make online payments: the originator settings of the organization are not set."


class OwnBankInUse(Refusal):
    """Which account files are drawn on cannot change while payments are under way that were planned for the other."""

    sentence = "The own bank account cannot be changed while {count} transfers are scheduled or under way."


def get_originator(ctx: Ctx) -> Originator:
    """The organization's settings; until they are set, those that a sandbox's bank accepts."""
    stored = store.ORIGINATORS.get(ctx.tx, ctx.organization_id)
    return stored if stored is not None else _default(ctx)


def require_originator(ctx: Ctx) -> Originator:
    """The settings to build a file with. Raises `OriginatorMissing`: only a sandbox's bank is known by itself."""
    stored = store.ORIGINATORS.get(ctx.tx, ctx.organization_id)
    if stored is None and ctx.house.profile is not Profile.SANDBOX:
        raise OriginatorMissing
    return stored if stored is not None else _default(ctx)


def require_set_up(ctx: Ctx) -> None:
    """Raise `OriginatorMissing` where files could not be built: a sandbox's always can."""
    if ctx.house.profile is not Profile.SANDBOX:
        require_originator(ctx)


def pays_itself(ctx: Ctx, bank_account_id: str, *, by_check: bool) -> bool:
    """Whether payments from this account need no debit: its bank takes the files and settles them on it.

    Who sends files to an own bank also draws checks on the accounts that pay: no check needs a debit then. It stays so
    for whoever holds the account's lock, as a pay run does.
    """
    stored = store.ORIGINATORS.get(ctx.tx, ctx.organization_id)
    own = stored.own_bank_account_id if stored is not None else None
    return own is not None and (by_check or own == bank_account_id)


def set_originator(ctx: Ctx, changes: Mapping[str, Any]) -> Originator:
    """Change the named fields of `Originator`.

    Raises `InvalidField`s; `NotFound`, `BankAccountNotUsable` for an account named; `OwnBankInUse`; `StateForbids`
    while a cut-off builds a file.
    """
    # Nobody plans a payment meanwhile: who does holds the lock of the account that pays.
    accounts = bank_accounts.lock_all(ctx)
    current = store.ORIGINATORS.get(ctx.tx, ctx.organization_id, lock=ctx.tx.for_update)
    if current is None:
        # The organization stands for settings that are not there: nobody else stores the first ones meanwhile.
        get_organization(ctx, lock=ctx.tx.for_update)
        current = store.ORIGINATORS.get(ctx.tx, ctx.organization_id, lock=ctx.tx.for_update)
    _require_no_file_open(ctx)
    before = current or _default(ctx)
    changed = replace(before, **changes, updated_at=ctx.now)
    _check(changed)
    for field in _ACCOUNTS.keys() & changes.keys():
        if changes[field] is not None:
            _require_usable(accounts, changes[field])
    if changed.own_bank_account_id != before.own_bank_account_id:
        _require_nothing_under_way(ctx)
    if current is None:
        store.ORIGINATORS.insert(ctx.tx, changed)
    else:
        store.ORIGINATORS.update(ctx.tx, changed)
    ctx.emit(OriginatorUpdated(changed))
    return changed


def when_bank_account_archived(ctx: Ctx, event: BankAccountArchived) -> None:
    """An account that files need stays until another takes its place. Raises `StateForbids`."""
    originator = store.ORIGINATORS.get(ctx.tx, ctx.organization_id)
    if originator is None:
        return
    for field, name in _ACCOUNTS.items():
        if getattr(originator, field) == event.subject.id:
            raise StateForbids(noun="bank account", id=event.subject.id, verb="be archived", state=name)


def _require_usable(accounts: Mapping[str, BankAccount], bank_account_id: str) -> None:
    account = existing(accounts.get(bank_account_id), "bank account", bank_account_id)
    if not account.usable:
        raise BankAccountNotUsable(id=account.id)


def _require_nothing_under_way(ctx: Ctx) -> None:
    """What is scheduled was planned for the bank of then: its debits, its days, the account of its file."""
    count = store.count_moving(ctx.tx, ctx.organization_id)
    if count:
        raise OwnBankInUse(count=count)


def _require_no_file_open(ctx: Ctx) -> None:
    """A file is in one form from its first entry to its last; a cut-off is done within minutes."""
    assembly = store.ASSEMBLIES.first(ctx.tx, "organization_id = ? LIMIT 1", (ctx.organization_id,))
    if assembly is not None:
        raise StateForbids(noun="originator", id=ctx.organization_id, verb="be updated", state="building a file")


def _default(ctx: Ctx) -> Originator:
    organization = get_organization(ctx)
    # A name without a letter that a file can hold must not keep an organization from paying.
    has_letters = nacha.transliterate(organization.name[:16]).strip()
    name = organization.name if has_letters else organization.company_entry_id
    return Originator(
        organization_id=ctx.organization_id,
        company_name=name[:16],
        company_id=organization.company_entry_id,
        immediate_origin=organization.company_entry_id,
        origin_name=name[:23],
        odfi_routing=_SANDBOX_ROUTING,
        immediate_destination=_SANDBOX_ROUTING,
        destination_name=_SANDBOX_BANK,
        bank_profile=nacha.DEFAULT.name,
        offset_bank_account_id=None,
        updated_at=ctx.now,
        sends_prenotes=None,
        own_bank_account_id=None,
    )


def _check(originator: Originator) -> None:
    checks = Checks()
    for field, longest in _LENGTHS.items():
        value = getattr(originator, field)
        good = len(value.strip()) >= 1 and len(value) <= longest and value.isascii() and value.isprintable()
        checks.require(good, InvalidField(field, f"must have 1 to {longest} ASCII characters"))
    for field in ("odfi_routing", "immediate_destination"):
        problem = routing_number_problem(getattr(originator, field))
        checks.require(problem is None, InvalidField(field, problem or ""))
    profile = nacha.PROFILES.get(originator.bank_profile)
    checks.require(profile is not None, InvalidField("bank_profile", f"must be one of {', '.join(nacha.PROFILES)}"))
    if profile is not None and profile.balanced:
        checks.require(
            originator.offset_bank_account_id is not None,
            InvalidField(_OFFSET, "must not be null where the bank wants balanced files"),
        )
        checks.require(
            originator.own_bank_account_id in {None, originator.offset_bank_account_id},
            InvalidField(_OFFSET, "must be the own bank account, which files are drawn on"),
        )
    checks.raise_any()
