"""From which bank accounts and cards a vendor can be paid an amount, when, and if not, why (payables §6.8)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec

from billfold.funding import bank_account_users, bank_accounts, cards, permissions
from billfold.funding.card_model import CardAccount
from billfold.funding.model import BankAccount
from billfold.identity.permissions import MayNotPay
from billfold.kit.ctx import Ctx, RecordStatus
from billfold.kit.errors import InvalidField, Refusal
from billfold.kit.money import to_positive_minor
from billfold.kit.query import Filter, Op, Query
from billfold.kit.records import replace
from billfold.parties.model import Vendor
from billfold.parties.vendors import VendorIsArchived, get_vendor
from billfold.payables.payments import foreign
from billfold.payables.payments.funding_sources import disbursed_on, needs_purpose, rail_of, takes_card
from billfold.payables.payments.model import FundingAccount, FundingType
from billfold.payables.payments.payment_rules import MAX_AMOUNT_MINOR, NewAccountNeedsTime, waits_until_of
from billfold.payables.payments.reach import Reach, reach_of
from billfold.rails import calendar

#: An organization has a handful of bank accounts.
_MAX_ACCOUNTS = 100
#: What a card payment to a vendor of an unknown industry has to say (?).
PURPOSE_NEEDED = "cardFundingPurpose is required: the vendor's industry is not known."


class PaymentOption(msgspec.Struct, frozen=True):
    """One account: its days where the vendor can be paid from it, and the reason where not.

    `conditions` are what a payment from it has to say besides; `fee_minor` is what it costs, in cents.
    """

    process_on: date | None = None
    arrives_on: date | None = None
    reason: str | None = None
    conditions: tuple[str, ...] = ()
    fee_minor: int = 0


class PaymentOptions(msgspec.Struct, frozen=True):
    """The ways to pay a vendor this much: bank accounts and cards, each with what can be done from it."""

    vendor: Vendor
    amount_minor: int
    banks: list[tuple[BankAccount, PaymentOption]]
    cards: list[tuple[CardAccount, PaymentOption]]


def payment_options(ctx: Ctx, vendor_id: str, amount: Decimal) -> PaymentOptions:
    """Every bank account and card in use, in the order of their making. Raises `NotFound`, `InvalidField`."""
    vendor = get_vendor(ctx, vendor_id)
    amount_minor = to_positive_minor(amount, vendor.bill_currency)
    reach = _reach(ctx, vendor, amount_minor)
    in_use = Query(filters=(Filter("record_status", Op.EQ, RecordStatus.ACTIVE),), limit=_MAX_ACCOUNTS)
    accounts = bank_accounts.list_accounts(ctx, in_use).items
    cents = foreign.about_cents(ctx, amount_minor, vendor.bill_currency)
    return PaymentOptions(
        vendor,
        amount_minor,
        [(account, _of_bank(ctx, account, reach)) for account in accounts],
        [(card, _of_card(ctx, card, reach, cents)) for card in cards.cards_in_use(ctx)],
    )


def _reach(ctx: Ctx, vendor: Vendor, amount_minor: int) -> Reach | Refusal:
    if vendor.archived:
        return VendorIsArchived(vendor_id=vendor.id)
    if foreign.about_cents(ctx, amount_minor, vendor.bill_currency) > MAX_AMOUNT_MINOR:
        return InvalidField("amount", "is more than one payment can carry")
    reach = reach_of(ctx, [vendor])[vendor.id]
    if isinstance(reach, Refusal):
        return reach
    waits_until = waits_until_of(ctx, reach)
    if waits_until is not None and vendor.bill_currency != "USD":
        # Its rate is held for the next business day alone.
        return NewAccountNeedsTime()
    return foreign.why_not_in(ctx, vendor, reach) or reach


def _of_bank(ctx: Ctx, account: BankAccount, reach: Reach | Refusal) -> PaymentOption:
    if not bank_account_users.may_use(ctx, account):
        reach = MayNotPay()
    if isinstance(reach, Refusal):
        return PaymentOption(reason=str(reach))
    option = _on_time(ctx, FundingAccount(FundingType.BANK_ACCOUNT, account.id), reach)
    return replace(option, conditions=foreign.conditions_of(reach.payee.vendor, reach))


def _of_card(ctx: Ctx, card: CardAccount, reach: Reach | Refusal, cents: int) -> PaymentOption:
    fee_minor = cards.fee_of(card, cents)
    why_not = reach if isinstance(reach, Refusal) else _why_not(ctx, card, reach)
    if why_not is not None:
        return PaymentOption(reason=str(why_not), fee_minor=fee_minor)
    assert not isinstance(reach, Refusal), reach
    conditions = (PURPOSE_NEEDED,) if needs_purpose(reach) else ()
    option = _on_time(ctx, FundingAccount(FundingType.CARD_ACCOUNT, card.id), reach)
    return replace(option, conditions=conditions, fee_minor=fee_minor)


def _why_not(ctx: Ctx, card: CardAccount, reach: Reach) -> Refusal | None:
    try:
        permissions.require_cards(ctx)
    except permissions.FundingNotPermitted as refusal:
        return refusal
    from_card = foreign.why_not_from(FundingType.CARD_ACCOUNT, reach)
    return cards.why_not(ctx, card) or takes_card(ctx, card, reach) or from_card


def _on_time(ctx: Ctx, account: FundingAccount, reach: Reach) -> PaymentOption:
    process_on = waits_until_of(ctx, reach) or calendar.earliest_process_date(ctx.now)
    rail = rail_of(ctx, account, reach.disbursement)
    return PaymentOption(process_on, reach.arrives_on(disbursed_on(rail, process_on)))
