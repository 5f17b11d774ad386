"""From which bank accounts a vendor can be paid an amount, when, and if not, why (contract: payables §6.8)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec

from billfold.funding import bank_account_users, bank_accounts
from billfold.funding.model import BankAccount
from billfold.identity.permissions import MayNotPay
from billfold.kit.ctx import Ctx, RecordStatus
from billfold.kit.errors import InvalidField, Refusal
from billfold.kit.money import to_minor
from billfold.kit.query import Filter, Op, Query
from billfold.parties.model import Vendor
from billfold.parties.vendors import VendorArchivedRefusal, get_vendor
from billfold.payables.funding_sources import disbursed_on, rail_of
from billfold.payables.model import FundingAccount, FundingType
from billfold.payables.payment_checks import MAX_AMOUNT_MINOR
from billfold.payables.reach import Reach, reach_of
from billfold.rails import calendar

#: An organization has a handful of bank accounts.
_MAX_ACCOUNTS = 100


class PaymentOption(msgspec.Struct, frozen=True):
    """One bank account: its days where the vendor can be paid from it, and the reason where not."""

    account: BankAccount
    process_on: date | None
    arrives_on: date | None
    reason: str | None


class PaymentOptions(msgspec.Struct, frozen=True):
    """The ways to pay a vendor this much."""

    vendor: Vendor
    amount_minor: int
    banks: list[PaymentOption]


def payment_options(ctx: Ctx, vendor_id: str, amount: Decimal) -> PaymentOptions:
    """Every bank account in use, in the order of their making. Raises `NotFound`, `InvalidField`."""
    vendor = get_vendor(ctx, vendor_id)
    amount_minor = to_minor(amount, vendor.bill_currency)
    if amount_minor <= 0:
        raise InvalidField("amount", "must be greater than zero")
    reach = _reach(ctx, vendor, amount_minor)
    in_use = Query(filters=(Filter("record_status", Op.EQ, RecordStatus.ACTIVE),), limit=_MAX_ACCOUNTS)
    accounts = bank_accounts.list_accounts(ctx, in_use).items
    return PaymentOptions(vendor, amount_minor, [_option(ctx, account, reach) for account in accounts])


def _reach(ctx: Ctx, vendor: Vendor, amount_minor: int) -> Reach | Refusal:
    if vendor.archived:
        return VendorArchivedRefusal(vendor_id=vendor.id)
    if vendor.bill_currency != "USD":
        return InvalidField("vendor", "is not paid in USD, all that ACH and checks carry")
    if amount_minor > MAX_AMOUNT_MINOR:
        return InvalidField("amount", "is more than one payment can carry")
    return reach_of(ctx, [vendor])[vendor.id]


def _option(ctx: Ctx, account: BankAccount, reach: Reach | Refusal) -> PaymentOption:
    if not bank_account_users.may_use(ctx, account):
        reach = MayNotPay()
    if isinstance(reach, Refusal):
        return PaymentOption(account, None, None, str(reach))
    process_on = calendar.earliest_process_date(ctx.now)
    rail = rail_of(ctx, FundingAccount(FundingType.BANK_ACCOUNT, account.id))
    return PaymentOption(account, process_on, reach.arrives_on(disbursed_on(rail, process_on)), None)
