"""A vendor's bank account that stays the same: its bank has it corrected or denies it, or money goes another way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from billfold.identity.permissions import require_no_sync_token
from billfold.kit.banking import corrected_account, kept_numbers
from billfold.kit.ctx import Ctx
from billfold.kit.errors import InvalidField
from billfold.kit.records import replace
from billfold.parties import store
from billfold.parties.account_confirmations import ask_confirmation
from billfold.parties.bank_details import sub_types_of
from billfold.parties.events import (
    VendorBankAccountCorrected,
    VendorBankAccountInvalidated,
    VendorBankAccountMended,
    VendorBankAccountRerouted,
)
from billfold.parties.model import PayBy, PayBySubType, VendorBankAccount
from billfold.parties.vendors import bank_account_by_id, clear_account, get_bank_account, get_vendor, pay_vendor_by

_SAY_WHERE_PAID: Final = "change bank accounts of vendors"


def correct_bank_account(ctx: Ctx, account_id: str, fields: Mapping[str, str]) -> VendorBankAccount:
    """Write `routing_number`, `account_number`, `name` or `kind` otherwise, as the account's bank asks.

    The account stays the same one: payments under way go where the bank says. One that was invalid is good again.
    Raises `NotFound`, `InvalidField`s.
    """
    require_no_sync_token(ctx.actor, _SAY_WHERE_PAID)
    vendor_id = bank_account_by_id(ctx, account_id).vendor_id
    vendor = get_vendor(ctx, vendor_id, lock=ctx.tx.for_update)
    account, clear = bank_account_by_id(ctx, account_id), clear_account(ctx, account_id)
    corrected = corrected_account(clear, fields)
    vault = ctx.vault()
    after = replace(
        account,
        name_on_account=corrected.name,
        **kept_numbers(vault, corrected.routing_number, corrected.account_number),
        kind=corrected.kind,
        invalid_code=None,
        updated_at=ctx.now,
    )
    store.BANK_ACCOUNTS.update(ctx.tx, after)
    sealed = vault.seal(*store.SEALED_NUMBER, account_id, corrected.account_number)
    store.set_sealed_number(ctx.tx, ctx.organization_id, account_id, sealed)
    ctx.emit(VendorBankAccountCorrected(after))
    if account.is_invalid:
        if not account.archived:
            pay_vendor_by(ctx, vendor, PayBy.ACH)
        ctx.emit(VendorBankAccountMended(after))
    ask_confirmation(ctx, after)
    return after


def invalidate(ctx: Ctx, account_id: str, return_code: str, *, known_at: datetime) -> None:
    """The account's bank says that nothing can be paid to it: the vendor is paid as one without an account.

    `known_at` is when the numbers were read that the bank looked at: it said nothing of those that came later.
    """
    vendor = get_vendor(ctx, bank_account_by_id(ctx, account_id).vendor_id, lock=ctx.tx.for_update)
    account = bank_account_by_id(ctx, account_id)
    corrected_since = not account.archived and account.updated_at > known_at
    if account.is_invalid or corrected_since:
        return
    invalid = replace(account, invalid_code=return_code, updated_at=ctx.now)
    store.BANK_ACCOUNTS.update(ctx.tx, invalid, "invalid_code", "updated_at")
    if not account.archived:
        pay_vendor_by(ctx, vendor, PayBy.CHECK)
    ctx.emit(VendorBankAccountInvalidated(invalid))


def reroute(ctx: Ctx, vendor_id: str, sub_type: PayBySubType | None) -> VendorBankAccount:
    """Send money to the vendor's account abroad in this way from now on, or in its country's own one.

    Payments that are made already go as they were to go. Raises `NotFound`, `InvalidField`.
    """
    require_no_sync_token(ctx.actor, _SAY_WHERE_PAID)
    get_vendor(ctx, vendor_id, lock=ctx.tx.for_update)
    account = get_bank_account(ctx, vendor_id)
    usual, *others = sub_types_of(account.bank_country, account.payment_currency)
    chosen = sub_type or usual
    if not account.is_abroad or chosen not in {usual, *others}:
        raise InvalidField("pay_by_sub_type", f"must be one of {', '.join(sorted({usual, *others}))}")
    if chosen == account.pay_by_sub_type:
        return account
    rerouted = replace(account, pay_by_sub_type=chosen, updated_at=ctx.now)
    store.BANK_ACCOUNTS.update(ctx.tx, rerouted, "pay_by_sub_type", "updated_at")
    ctx.emit(VendorBankAccountRerouted(rerouted))
    return rerouted
