"""What a vendor's settings say of paying by itself, and who may say it (contract: payables §1.2 `autoPay`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from billfold.funding import bank_accounts
from billfold.kit.ctx import Ctx
from billfold.kit.errors import Checks, InvalidField
from billfold.kit.money import to_minor
from billfold.kit.records import replace
from billfold.parties.events import VendorUpdated
from billfold.parties.model import Vendor, VendorDraft
from billfold.parties.store import VENDORS
from billfold.payables.payments import standing_payments
from billfold.payables.recurring import store as recurring_store

MAX_DAYS_BEFORE: Final = 365
#: What a user may say. `auto_pay_max` is in the currency's units, the vendor keeps minor units.
WRITABLE: Final = frozenset({"auto_pay_enabled", "auto_pay_bank_account_id", "auto_pay_max", "auto_pay_days_before"})
_KEPT: Final = ("auto_pay_enabled", "auto_pay_bank_account_id", "auto_pay_max_minor", "auto_pay_days_before")


def changed_settings(ctx: Ctx, before: Vendor | VendorDraft, said: Mapping[str, Any]) -> dict[str, Any]:
    """The vendor's fields as they will be; nothing where nothing changes. A vendor that exists is locked.

    Whatever changes while it is or becomes enabled needs who may pay from the account, and makes that user answer for
    it. Raises `NotFound` for the bank account, `InvalidField`s, `SessionUntrusted`, `MayNotPay`.
    """
    assert said.keys() <= WRITABLE, said.keys()
    fields = {field: getattr(before, field) for field in _KEPT} | dict(said)
    if "auto_pay_max" in said:
        amount, currency = fields.pop("auto_pay_max"), before.bill_currency
        fields["auto_pay_max_minor"] = None if amount is None else to_minor(amount, currency, "auto_pay_max")
    if all(getattr(before, field) == value for field, value in fields.items()):
        return {}
    checks = Checks()
    _check(ctx, checks, before, fields)
    checks.raise_any()
    account_id = fields["auto_pay_bank_account_id"]
    if fields["auto_pay_enabled"]:
        fields["auto_pay_created_by"] = standing_payments.require_authority(ctx, account_id).payer_id
    elif account_id is not None:
        bank_accounts.get(ctx, account_id)
    return fields


def switch_off(ctx: Ctx, vendor: Vendor) -> None:
    """A recurring bill of this vendor, who is locked, pays by itself from now on."""
    if vendor.auto_pay_enabled:
        changed = replace(vendor, auto_pay_enabled=False, updated_at=ctx.now)
        VENDORS.update(ctx.tx, changed, "auto_pay_enabled", "updated_at")
        ctx.emit(VendorUpdated(changed))


def _check(ctx: Ctx, checks: Checks, before: Vendor | VendorDraft, fields: Mapping[str, Any]) -> None:
    maximum, days = fields["auto_pay_max_minor"], fields["auto_pay_days_before"]
    checks.require(maximum is None or maximum > 0, InvalidField("auto_pay_max", "must be greater than zero"))
    checks.require(
        days is None or 0 <= days <= MAX_DAYS_BEFORE,
        InvalidField("auto_pay_days_before", f"must be 0 to {MAX_DAYS_BEFORE}"),
    )
    if not fields["auto_pay_enabled"]:
        return
    checks.require(
        fields["auto_pay_bank_account_id"] is not None, InvalidField("auto_pay_bank_account_id", "must not be null")
    )
    checks.require(before.bill_currency == "USD", InvalidField("auto_pay_enabled", "is for vendors billed in USD"))
    if isinstance(before, Vendor):
        paid = recurring_store.vendors_that_are_paid(ctx.tx, ctx.organization_id, [before.id])
        checks.require(
            not paid, InvalidField("auto_pay_enabled", "is not for vendors with a recurring bill that pays by itself")
        )
