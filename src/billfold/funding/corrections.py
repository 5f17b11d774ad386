"""Corrections of an organization's bank account that its bank asks for (notifications of change)."""

from __future__ import annotations

from collections.abc import Mapping

from billfold.funding import store
from billfold.funding.bank_accounts import clear_account, get
from billfold.funding.events import BankAccountUpdated
from billfold.funding.model import BankAccount
from billfold.kit.banking import corrected_account, kept_numbers
from billfold.kit.ctx import Ctx
from billfold.kit.records import replace


def correct_bank_account(ctx: Ctx, account_id: str, fields: Mapping[str, str]) -> BankAccount:
    """Write `routing_number`, `account_number`, `name` or `kind` otherwise, as the account's bank asks.

    The account stays the same one, verified as it was: its own bank says where it is.
    Raises `NotFound`, `InvalidField`s.
    """
    account = get(ctx, account_id, lock=ctx.tx.for_update)
    corrected = corrected_account(clear_account(ctx, account_id), fields)
    vault = ctx.vault()
    after = replace(
        account,
        name_on_account=corrected.name,
        **kept_numbers(vault, corrected.routing_number, corrected.account_number),
        kind=corrected.kind,
        updated_at=ctx.now,
    )
    store.BANK_ACCOUNTS.update(ctx.tx, after)
    sealed = vault.seal(*store.SEALED_NUMBER, account_id, corrected.account_number)
    store.set_sealed_number(ctx.tx, ctx.organization_id, account_id, sealed)
    ctx.emit(BankAccountUpdated(after))
    return after
