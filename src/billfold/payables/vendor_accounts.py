"""What the organization's account with a vendor holds: the balance, the currency of its bills, and its terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from billfold.accounting import payment_terms
from billfold.kit.ctx import Ctx
from billfold.kit.errors import InvalidField, Refusal
from billfold.kit.records import replace
from billfold.parties import vendors
from billfold.parties.model import BankAccountDraft, Vendor, VendorDraft
from billfold.payables.autopay.settings import changed_settings
from billfold.payables.bills import store as bill_store


class Balance(msgspec.Struct, frozen=True):
    """What is due on a vendor's open bills, in minor units of the vendor's currency, and when one of them changed."""

    amount_minor: int
    changed_at: datetime | None


NOTHING_OWED: Final = Balance(0, None)
_NOTHING_SAID: Final[Mapping[str, Any]] = {}
#: What of a vendor is checked against more than the vendor.
_OF_ACCOUNT: Final = frozenset({"bill_currency", "payment_term_id"})


class VendorCurrencyIsSettled(Refusal):
    """A vendor with bills or payments keeps the currency that they are in."""

    sentence = "The vendor {vendor_id} has bills or payments in {currency}: the currency cannot change."


def balances_of(ctx: Ctx, vendor_ids: Sequence[str]) -> dict[str, Balance]:
    """The balances of those of these vendors who have open bills, in one statement."""
    owed = bill_store.owed_to_vendors(ctx.tx, ctx.organization_id, vendor_ids)
    return {vendor_id: Balance(minor, changed) for vendor_id, (minor, changed) in owed.items()}


def create_vendor(
    ctx: Ctx,
    draft: VendorDraft,
    bank_account: BankAccountDraft | None = None,
    auto_pay: Mapping[str, Any] = _NOTHING_SAID,
) -> Vendor:
    """A new vendor, and what is said of paying by itself.

    Raises as `vendors.create_vendor`, `payment_terms.require_usable` and `autopay.settings.changed_settings`.
    """
    payment_terms.require_usable(ctx, draft.payment_term_id)
    draft = replace(draft, **changed_settings(ctx, draft, auto_pay))
    return vendors.create_vendor(ctx, draft, bank_account)


def update_vendor(
    ctx: Ctx, vendor_id: str, changes: Mapping[str, Any], auto_pay: Mapping[str, Any] = _NOTHING_SAID
) -> Vendor:
    """Change the named fields of `VendorDraft`, and what is said of paying by itself.

    Raises as `vendors.update_vendor`, `payment_terms.require_usable` and `autopay.settings.changed_settings`, and
    `VendorCurrencyIsSettled`.
    """
    if not changes.keys().isdisjoint(_OF_ACCOUNT):
        _check(ctx, vendor_id, changes)
    if auto_pay:
        vendor = vendors.get_vendor(ctx, vendor_id, lock=ctx.tx.for_update)
        vendor = replace(vendor, bill_currency=changes.get("bill_currency", vendor.bill_currency))
        changes = dict(changes) | changed_settings(ctx, vendor, auto_pay)
    return vendors.update_vendor(ctx, vendor_id, changes)


def _check(ctx: Ctx, vendor_id: str, changes: Mapping[str, Any]) -> None:
    """A new bill locks its vendor, so none can come while the currency changes."""
    vendor = vendors.get_vendor(ctx, vendor_id, lock=ctx.tx.for_update)
    payment_terms.require_usable(ctx, changes.get("payment_term_id"), vendor.payment_term_id)
    currency = changes.get("bill_currency", vendor.bill_currency)
    if currency == vendor.bill_currency:
        return
    if bill_store.has_documents(ctx.tx, ctx.organization_id, vendor_id):
        raise VendorCurrencyIsSettled(vendor_id=vendor_id, currency=vendor.bill_currency)
    account = vendors.payment_account_of(ctx, vendor_id)
    if account is not None and account.is_abroad and currency not in {"USD", account.payment_currency}:
        raise InvalidField("bill_currency", f"must be USD, or {account.payment_currency} as the account is", currency)
