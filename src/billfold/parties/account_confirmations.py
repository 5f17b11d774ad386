"""A second user confirms a vendor's new bank account, where the organization wants that (`Controls`).

Who can change where a vendor is paid can take the vendor's money: until somebody else has looked, nothing is paid to
the vendor (payables/payments/reach.py), and what is scheduled is held (payables/payments/account_holds.py).
"""

from __future__ import annotations

from collections.abc import Sequence

from billfold.identity.controls import get_controls
from billfold.identity.permissions import ROLE_PERMISSIONS, Permission
from billfold.identity.store import USERS
from billfold.kit.ctx import Ctx
from billfold.kit.errors import InvalidField, Refusal, StateForbids, existing
from billfold.kit.records import replace
from billfold.parties import store
from billfold.parties.events import VendorBankAccountConfirmed, VendorBankAccountDoubted, VendorBankAccountDropped
from billfold.parties.model import AccountConfirmation, VendorBankAccount


class ConfirmedByWhoChanged(Refusal):
    """Only a second user can confirm a vendor's bank account."""

    sentence = "The user {user_id} set the bank account {account_id}: somebody else has to confirm it."


def ask_confirmation(ctx: Ctx, account: VendorBankAccount) -> None:
    """A new or corrected account waits for a second user, if the organization wants one."""
    if not get_controls(ctx).confirm_vendor_accounts:
        return
    earlier = store.CONFIRMATIONS.get(ctx.tx, ctx.organization_id, account.id)
    if earlier is not None and earlier.ended_at is None:
        return
    asked = AccountConfirmation(
        ctx.organization_id, account.id, account.vendor_id, ctx.actor.user_id, ctx.now, confirmed_by=None, ended_at=None
    )
    if earlier is None:
        store.CONFIRMATIONS.insert(ctx.tx, asked)
    else:
        store.CONFIRMATIONS.update(ctx.tx, asked)
    ctx.emit(VendorBankAccountDoubted(asked))


def drop_confirmation(ctx: Ctx, account: VendorBankAccount) -> None:
    """A removed account waits for nobody."""
    asked = store.CONFIRMATIONS.get(ctx.tx, ctx.organization_id, account.id)
    if asked is not None and asked.ended_at is None:
        dropped = replace(asked, ended_at=ctx.now)
        store.CONFIRMATIONS.update(ctx.tx, dropped)
        ctx.emit(VendorBankAccountDropped(dropped))


def confirm_account(ctx: Ctx, account_id: str, user_id: str) -> AccountConfirmation:
    """In the name of this user, whose role may approve: pay the vendor on this account.

    Raises `NotFound`, `StateForbids` where nothing waits, `ConfirmedByWhoChanged`, `InvalidField` for the user.
    """
    found = store.BANK_ACCOUNTS.get(ctx.tx, ctx.organization_id, account_id)
    account = existing(found, "vendor bank account", account_id)
    store.VENDORS.locked(ctx.tx, ctx.organization_id, [account.vendor_id])
    asked = store.CONFIRMATIONS.get(ctx.tx, ctx.organization_id, account_id)
    if asked is None or asked.ended_at is not None:
        state = "not waiting for confirmation"
        raise StateForbids(noun="vendor bank account", id=account_id, verb="be confirmed", state=state)
    if user_id == asked.requested_by:
        raise ConfirmedByWhoChanged(user_id=user_id, account_id=account_id)
    user = USERS.get(ctx.tx, ctx.organization_id, user_id)
    if user is None or user.archived:
        raise InvalidField("user_id", "is no active user", user_id)
    if Permission.APPROVE not in ROLE_PERMISSIONS[user.role]:
        raise InvalidField("user_id", f"may not approve as {user.role}", user_id)
    confirmed = replace(asked, confirmed_by=user_id, ended_at=ctx.now)
    store.CONFIRMATIONS.update(ctx.tx, confirmed)
    ctx.emit(VendorBankAccountConfirmed(confirmed))
    return confirmed


def list_confirmations(ctx: Ctx) -> list[AccountConfirmation]:
    """The accounts that wait for a second user, the oldest first; a thousand at most."""
    return store.open_confirmations(ctx.tx, ctx.organization_id)


def unconfirmed_vendors(ctx: Ctx, vendor_ids: Sequence[str]) -> set[str]:
    """Those of these vendors whose bank account waits for a second user."""
    return store.unconfirmed_vendors(ctx.tx, ctx.organization_id, vendor_ids)
