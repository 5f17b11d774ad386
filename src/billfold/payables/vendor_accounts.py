"""What the organization's account with a vendor holds: the balance, and the currency of its bills."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from billfold.kit.ctx import Ctx
from billfold.kit.errors import Refusal
from billfold.parties import vendors
from billfold.parties.model import Vendor
from billfold.payables import store


class Balance(msgspec.Struct, frozen=True):
    """What is due on a vendor's open bills, in minor units of the vendor's currency, and when one of them changed."""

    amount_minor: int
    changed_at: datetime | None


NOTHING_OWED: Final = Balance(0, None)


class VendorCurrencyIsSettled(Refusal):
    """A vendor with bills or payments keeps the currency that they are in."""

    sentence = "The vendor {vendor_id} has bills or payments in {currency}: the currency cannot change."


def balances_of(ctx: Ctx, vendor_ids: Sequence[str]) -> dict[str, Balance]:
    """The balances of those of these vendors who have open bills, in one statement."""
    owed = store.owed_to_vendors(ctx.tx, ctx.organization_id, vendor_ids)
    return {vendor_id: Balance(minor, changed) for vendor_id, (minor, changed) in owed.items()}


def update_vendor(ctx: Ctx, vendor_id: str, changes: Mapping[str, Any]) -> Vendor:
    """Change the named fields of `VendorDraft`. Raises as `vendors.update_vendor`, and `VendorCurrencyIsSettled`.

    A new bill locks its vendor, so none can come while the currency changes.
    """
    if "bill_currency" in changes:
        vendor = vendors.get_vendor(ctx, vendor_id, lock=ctx.tx.for_update)
        is_new = changes["bill_currency"] != vendor.bill_currency
        if is_new and store.has_documents(ctx.tx, ctx.organization_id, vendor_id):
            raise VendorCurrencyIsSettled(vendor_id=vendor_id, currency=vendor.bill_currency)
    return vendors.update_vendor(ctx, vendor_id, changes)
