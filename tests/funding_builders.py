"""Builders of what pays beside bank accounts: cards, AP cards, the wallet; and of vendors who take virtual cards."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from billfold import ledger
from billfold.funding import ap_cards, cards, permissions, wallet
from billfold.funding.card_model import ApCardStatus, CardBrand, CardDraft, CardKind, CardStatus
from billfold.funding.model import UserStatus
from billfold.ledger import WALLET
from billfold.parties.acceptance_model import VirtualCardStatus
from billfold.parties.acceptances import set_acceptance
from billfold.payables.payments import payments
from billfold.payables.payments.model import FundingAccount, FundingType, PaymentDraft
from tests.builders import a_bank_account

BY_WALLET = FundingAccount(FundingType.WALLET, WALLET)


def a_card(ctx, *, user_id=None, user_status=UserStatus.VERIFIED, status=CardStatus.VERIFIED, **fields):
    draft = CardDraft(
        **{
            "name_on_account": "Acme Anvils",
            "issuing_bank_name": "River Bank",
            "brand": CardBrand.VISA,
            "kind": CardKind.CREDIT,
            "last4": "4242",
            "expires_on": date(2028, 12, 31),
        }
        | fields
    )
    return cards.create_card(ctx, draft, user_id or ctx.actor.user_id, user_status, status)


def by_card(card):
    return FundingAccount(FundingType.CARD_ACCOUNT, card.id)


def by_ap_card(card):
    return FundingAccount(FundingType.AP_CARD, card.id)


def pay(ctx, bill, account, **fields):
    draft = PaymentDraft(
        **{
            "bill_id": bill.bill.id,
            "funding_account": account,
            "amount": Decimal(bill.bill.due_minor) / 100,
            "card_funding_purpose": "Rent" if account.type is FundingType.CARD_ACCOUNT else None,
        }
        | fields
    )
    return payments.create_payment(ctx, draft)


def enroll(ctx, vendor, **fields):
    set_acceptance(ctx, vendor.id, {"virtual_card_status": VirtualCardStatus.ENROLLED} | fields)


def open_wallet(ctx, amount_minor):
    permissions.set_permissions(ctx, {"wallet_funding": True})
    if amount_minor:
        wallet.top_up(ctx, amount_minor, a_bank_account(ctx).id)


def status_of(company, payment_id):
    with company.ctx() as ctx:
        return payments.get_payment(ctx, payment_id).payment.single_status


def balances(company):
    """What is on each account, in cents; bank accounts, cards and AP cards under the first letters of their id."""
    with company.ctx() as ctx:
        assert ledger.verify(ctx) == []
        found = ledger.trial_balance(ctx)
    named = {(one.account if "01" not in one.account else one.account[:3]): one for one in found}
    assert all(one.pending_debits_minor == one.pending_credits_minor == 0 for one in found)
    return {name: one.balance_minor for name, one in named.items() if one.balance_minor}


def an_ap_card(ctx, *, limit=100_000, status=ApCardStatus.ACTIVE):
    return ap_cards.create_card(ctx, "Acme Anvils", limit, status)
