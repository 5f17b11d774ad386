"""Changes that banks propose (notifications of change), and what accepting one does.

Nacha wants a change made before the next entry, or within six banking days; but who may change where a vendor is paid
is a person, so a notification is a proposal. Accepting it corrects the account in place: payments under way follow.
"""

from __future__ import annotations

from typing import Final

import msgspec

from billfold.bankfiles import nacha
from billfold.funding import bank_accounts
from billfold.funding import corrections as corrections_of_funding
from billfold.kit.banking import ClearAccount
from billfold.kit.ctx import Ctx
from billfold.kit.errors import existing
from billfold.kit.query import Page, Query
from billfold.kit.records import replace
from billfold.parties import corrections as corrections_of_vendors
from billfold.parties import vendors
from billfold.rails import originators
from billfold.rails.events import AccountChangeAccepted, AccountChangeProposed, AccountChangeRejected
from billfold.rails.incoming import store
from billfold.rails.incoming.model import CHANGE_TRANSITIONS, AccountChange, ChangeStatus
from billfold.rails.model import Holder, Prenote, Transfer

CHANGE_PREFIX: Final = "noc"
_OWN_SETTINGS: Final = "originator"
_ACCOUNT_FIELDS: Final = frozenset({"routing_number", "account_number", "name"})
_SETTINGS: Final = ("company_name", "company_id")


def is_known(ctx: Ctx, source: Transfer | Prenote, code: str, corrections: dict[str, str]) -> bool:
    """Whether the same was asked of the same account before, and is decided or waits."""
    _, account_id = _account_of(ctx, source, code)
    return store.same_change(ctx.tx, ctx.organization_id, account_id, _fingerprint(ctx, code, corrections)) is not None


def propose(ctx: Ctx, source: Transfer | Prenote, code: str, corrections: dict[str, str]) -> AccountChange:
    """Remember what the bank asks for."""
    table, account_id = _account_of(ctx, source, code)
    change_id, ordinal = ctx.ids.new(CHANGE_PREFIX)
    change = AccountChange(
        organization_id=ctx.organization_id,
        id=change_id,
        ordinal=ordinal,
        source_id=source.id,
        account_table=table,
        account_id=account_id,
        code=code,
        before_masked=_masked(_current(ctx, table, account_id, corrections)),
        after_masked=_masked(corrections),
        fingerprint=_fingerprint(ctx, code, corrections),
        status=ChangeStatus.PROPOSED,
        decided_by=None,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    sealed = ctx.vault().seal(*store.SEALED_CORRECTIONS, change_id, msgspec.json.encode(corrections).decode())
    store.insert_change(ctx.tx, change, sealed)
    ctx.emit(AccountChangeProposed(change))
    return change


def get_change(ctx: Ctx, change_id: str, *, lock: str = "") -> AccountChange:
    """The change with this id. Raises `NotFound`."""
    found = store.CHANGES.get(ctx.tx, ctx.organization_id, change_id, lock=lock)
    return existing(found, "change of account", change_id)


def list_changes(ctx: Ctx, query: Query) -> Page[AccountChange]:
    """A page of changes."""
    return store.CHANGES.page(ctx.tx, ctx.organization_id, query)


def accept_change(ctx: Ctx, change_id: str) -> AccountChange:
    """Write what the bank asks for. Raises `NotFound`, `StateForbids`, and `InvalidField`s where it cannot be right.

    The identification of a receiver and the format of addenda are not kept anywhere: accepting them notes it.
    """
    change = get_change(ctx, change_id, lock=ctx.tx.for_update)
    accepted = _decide(ctx, change, ChangeStatus.ACCEPTED)
    sealed = store.sealed_corrections(ctx.tx, ctx.organization_id, change.id)
    text = ctx.vault().open(*store.SEALED_CORRECTIONS, change.id, sealed)
    _apply(ctx, change, msgspec.json.decode(text, type=dict[str, str]))
    ctx.emit(AccountChangeAccepted(accepted))
    return accepted


def reject_change(ctx: Ctx, change_id: str) -> AccountChange:
    """Leave everything as it is. Raises `NotFound`, `StateForbids`."""
    change = get_change(ctx, change_id, lock=ctx.tx.for_update)
    rejected = _decide(ctx, change, ChangeStatus.REJECTED)
    ctx.emit(AccountChangeRejected(rejected))
    return rejected


def _decide(ctx: Ctx, change: AccountChange, to: ChangeStatus) -> AccountChange:
    status = CHANGE_TRANSITIONS.step(change.id, change.status, to)
    decided = replace(change, status=status, decided_by=ctx.actor.user_id, updated_at=ctx.now)
    store.CHANGES.update(ctx.tx, decided, "status", "decided_by", "updated_at")
    return decided


def _apply(ctx: Ctx, change: AccountChange, corrections: dict[str, str]) -> None:
    settings = {str(field): corrections[field] for field in _SETTINGS if field in corrections}
    if settings:
        originators.set_originator(ctx, settings)
    fields = {field: value for field, value in corrections.items() if field in _ACCOUNT_FIELDS}
    if "transaction_code" in corrections:
        fields["kind"] = nacha.account_kind(corrections["transaction_code"])
    if not fields:
        return
    if change.account_table == Holder.VENDOR:
        corrections_of_vendors.correct_bank_account(ctx, change.account_id, fields)
    else:
        corrections_of_funding.correct_bank_account(ctx, change.account_id, fields)


def _account_of(ctx: Ctx, source: Transfer | Prenote, code: str) -> tuple[str, str]:
    if not nacha.CHANGE_REASONS[code].of_receiver:
        return _OWN_SETTINGS, ctx.organization_id
    if isinstance(source, Prenote):
        return Holder.VENDOR.value, source.account_id
    return source.account_table.value, source.account_id


def _current(ctx: Ctx, table: str, account_id: str, corrections: dict[str, str]) -> dict[str, str]:
    """What stands now where the corrections would stand."""
    if table == _OWN_SETTINGS:
        originator = originators.get_originator(ctx)
        return {field: getattr(originator, field) for field in _SETTINGS if field in corrections}
    account = _clear(ctx, table, account_id)
    known = {
        "routing_number": account.routing_number,
        "account_number": account.account_number,
        "name": account.name,
        "transaction_code": account.kind,
    }
    return {field: known[field] for field in corrections if field in known}


def _clear(ctx: Ctx, table: str, account_id: str) -> ClearAccount:
    if table == Holder.VENDOR:
        return vendors.clear_account(ctx, account_id)
    return bank_accounts.clear_account(ctx, account_id)


def _masked(values: dict[str, str]) -> str:
    """`account_number …0102, routing_number 074000010`."""
    shown = [f"{field} {'…' + value[-4:] if field == 'account_number' else value}" for field, value in values.items()]
    return ", ".join(sorted(shown))


def _fingerprint(ctx: Ctx, code: str, corrections: dict[str, str]) -> str:
    return ctx.vault().fingerprint("change of account", f"{code}/{sorted(corrections.items())}")
