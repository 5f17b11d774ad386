"""Payments from card accounts, AP cards and the wallet: who may, what it costs, and what becomes of the money."""

from __future__ import annotations

from datetime import date

import pytest

from billfold import ledger
from billfold.funding import ap_cards, bank_accounts, cards, permissions, wallet
from billfold.funding.card_model import ApCardStatus, CardBrand, CardStatus
from billfold.funding.model import UserStatus
from billfold.identity.roles import Role
from billfold.kit.errors import InvalidField, NotFound, Refusals, StateForbids
from billfold.ledger import WALLET
from billfold.parties.acceptances import set_acceptance
from billfold.payables.bills import bills
from billfold.payables.payments import payments
from billfold.payables.payments.funding_sources import VendorTakesNoAmex, VendorTakesNoVirtualCard
from billfold.payables.payments.model import DisbursementType, FundingType, SingleStatus
from billfold.payables.voids.cancellations import cancel_payment
from billfold.rails import card as card_rail
from billfold.rails import transfers
from billfold.rails.model import Leg, TransferStatus
from tests.builders import a_bank_account, a_bill, a_user, a_vendor, advance, refused, void
from tests.funding_builders import (
    BY_WALLET,
    a_card,
    an_ap_card,
    balances,
    by_ap_card,
    by_card,
    enroll,
    open_wallet,
    pay,
    status_of,
)

DAY = date(2026, 1, 14)


# Card accounts


def test_a_card_pays_the_amount_and_its_fee_and_every_cent_is_explained(company):
    with company.ctx() as ctx:
        card = a_card(ctx)
        view = pay(ctx, a_bill(ctx, a_vendor(ctx), amount="229.50"), by_card(card))
        payment = view.payment
        funding = transfers.leg_of(ctx, payment.id, Leg.FUNDING)
    # 2.9 % of 229.50 is 6.6555.
    assert (payment.funding_minor, payment.fee_minor, funding.amount_minor) == (22950, 666, 23616)
    assert payment.bank_account_id is None
    advance(company, days=10)
    assert status_of(company, payment.id) is SingleStatus.CLEARED
    assert balances(company) == {"uncategorized": 22950, "fees": 666, "cda": -23616}


def test_a_card_is_charged_on_the_process_date_and_captured_a_business_day_later(company):
    with company.ctx() as ctx:
        payment = pay(ctx, a_bill(ctx, a_vendor(ctx)), by_card(a_card(ctx))).payment
    seen = []
    for _ in range(60):
        advance(company, hours=1)
        status = status_of(company, payment.id)
        if status not in seen:
            seen.append(status)
    assert seen == [
        SingleStatus.SCHEDULED, SingleStatus.READY_TO_FUND, SingleStatus.FUNDING_STARTED, SingleStatus.PROCESSED,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"status": CardStatus.PENDING}, cards.CardNotUsable),
        ({"expires_on": date(2025, 12, 31)}, cards.CardNotUsable),
        ({"user_status": UserStatus.NOMINATED}, cards.CardUserUnverified),
        ({"brand": CardBrand.AMEX}, VendorTakesNoAmex),
    ],
)
def test_a_card_that_cannot_pay_is_refused(company, fields, refusal):
    with company.ctx() as ctx:
        card, bill = a_card(ctx, **fields), a_bill(ctx, a_vendor(ctx))
    assert isinstance(refused(company, lambda ctx: pay(ctx, bill, by_card(card))), refusal)


def test_another_users_card_cannot_be_charged(company):
    with company.ctx() as ctx:
        other = a_user(ctx, Role.PAYER)
        card, bill = a_card(ctx, user_id=other.user_id), a_bill(ctx, a_vendor(ctx))
    assert isinstance(refused(company, lambda ctx: pay(ctx, bill, by_card(card))), cards.CardUserUnverified)
    with company.ctx(other) as ctx:
        assert pay(ctx, bill, by_card(card)).payment.created_by == other.user_id


def test_amex_needs_a_vendor_and_an_organization_that_take_it(company):
    with company.ctx() as ctx:
        card, vendor = a_card(ctx, brand=CardBrand.AMEX), a_vendor(ctx)
        bill = a_bill(ctx, vendor)
        set_acceptance(ctx, vendor.id, {"takes_amex": True})
    assert isinstance(refused(company, lambda ctx: pay(ctx, bill, by_card(card))), VendorTakesNoAmex)
    with company.ctx() as ctx:
        permissions.set_permissions(ctx, {"amex_allowed": True})
        assert pay(ctx, bill, by_card(card)).payment.funding_type is FundingType.CARD_ACCOUNT


def test_a_purpose_is_wanted_while_the_vendors_industry_is_not_known(company):
    with company.ctx() as ctx:
        card, vendor = a_card(ctx), a_vendor(ctx)
        bill = a_bill(ctx, vendor)
    for purpose in (None, "Fun"):
        refusal = refused(company, lambda ctx, said=purpose: pay(ctx, bill, by_card(card), card_funding_purpose=said))
        assert isinstance(refusal, InvalidField)
        assert refusal.path == "card_funding_purpose"
    with company.ctx() as ctx:
        set_acceptance(ctx, vendor.id, {"industry": "Rentals"})
        assert pay(ctx, bill, by_card(card), card_funding_purpose=None).payment.card_funding_purpose is None


def test_an_organization_without_card_funding_pays_by_no_card(company):
    with company.ctx() as ctx:
        card, bill = a_card(ctx), a_bill(ctx, a_vendor(ctx))
        permissions.set_permissions(ctx, {"card_funding": False})
    refusal = refused(company, lambda ctx: pay(ctx, bill, by_card(card)))
    assert isinstance(refusal, permissions.FundingNotPermitted)


@pytest.mark.parametrize("last4", ["0002", "4242"])
def test_a_declined_card_voids_the_payment_and_leaves_nothing_behind(company, last4):
    with company.ctx() as ctx:
        bill = a_bill(ctx, a_vendor(ctx))
        card = a_card(ctx, last4=last4)
        payment = pay(ctx, bill, by_card(card)).payment
        if last4 == "4242":
            cards.archive_card(ctx, card.id)
    advance(company, days=2)
    with company.ctx() as ctx:
        failed = payments.get_payment(ctx, payment.id).payment
        assert (failed.single_status, failed.return_code) == (SingleStatus.FUNDING_FAILED_VOIDED, "DECLINED")
        assert bills.get_bill(ctx, bill.bill.id).bill.due_minor == 10000
        assert transfers.leg_of(ctx, payment.id, Leg.DISBURSEMENT).status is TransferStatus.CANCELLED
    assert balances(company) == {"uncategorized": 10000, "accounts_payable": -10000}


def test_a_chargeback_after_the_vendor_was_paid_leaves_the_organization_owing(company):
    with company.ctx() as ctx:
        payment = pay(ctx, a_bill(ctx, a_vendor(ctx)), by_card(a_card(ctx))).payment
    advance(company, days=10)
    with company.ctx() as ctx:
        card_rail.decline(ctx, transfers.leg_of(ctx, payment.id, Leg.FUNDING).id)
        failed = payments.get_payment(ctx, payment.id).payment
        assert failed.single_status is SingleStatus.FUNDING_FAILED_ACTION_NEEDED
        assert failed.return_code == "CHARGEBACK"
    assert balances(company) == {"uncategorized": 10000, "money_out_clearing": -10000}


def test_only_charges_can_be_declined(company):
    with company.ctx() as ctx:
        payment = pay(ctx, a_bill(ctx, a_vendor(ctx)), by_card(a_card(ctx))).payment
        credit = transfers.leg_of(ctx, payment.id, Leg.DISBURSEMENT)
    assert isinstance(refused(company, lambda ctx: card_rail.decline(ctx, credit.id)), StateForbids)


def test_a_voided_card_payment_gives_the_amount_back_to_the_card_and_keeps_the_fee(company):
    with company.ctx() as ctx:
        payment = pay(ctx, a_bill(ctx, a_vendor(ctx), amount="229.50"), by_card(a_card(ctx))).payment
    advance(company, days=2)
    assert status_of(company, payment.id) is SingleStatus.PROCESSED
    with company.ctx() as ctx:
        void(ctx, payment.id)
    advance(company, days=8)
    assert status_of(company, payment.id) is SingleStatus.VOIDED
    assert balances(company) == {"uncategorized": 22950, "accounts_payable": -22950, "fees": 666, "cda": -666}


def test_who_cannot_charge_the_card_cannot_cancel_its_payment(company):
    with company.ctx() as ctx:
        other = a_user(ctx, Role.PAYER)
        payment = pay(ctx, a_bill(ctx, a_vendor(ctx)), by_card(a_card(ctx))).payment
    refusal = refused(company, lambda ctx: cancel_payment(ctx, payment.id), actor=other)
    assert isinstance(refusal, cards.CardUserUnverified)
    with company.ctx() as ctx:
        assert cancel_payment(ctx, payment.id).payment.single_status is SingleStatus.CANCELED


def test_a_check_that_a_card_funds_is_drawn_on_the_default_account_or_not_at_all(company):
    with company.ctx() as ctx:
        account = a_bank_account(ctx)
        address = {
            "address_line1": "9 Pine Rd", "address_city": "Reno", "address_state": "NV", "address_zip": "89501",
            "address_country": "US",
        }  # fmt: skip
        vendor = a_vendor(ctx, bank=None, **address)
        card = a_card(ctx)
        first = pay(ctx, a_bill(ctx, vendor), by_card(card)).payment
    advance(company, days=4)
    with company.ctx() as ctx:
        assert payments.get_payment(ctx, first.id).payment.check_number is not None
        second = pay(ctx, a_bill(ctx, vendor, invoice_number="2"), by_card(card)).payment
        bank_accounts.archive(ctx, account.id)
    advance(company, days=6)
    assert status_of(company, second.id) is SingleStatus.VOIDED


def test_the_first_verified_card_is_the_default_and_an_archived_one_is_not(company):
    with company.ctx() as ctx:
        pending = a_card(ctx, status=CardStatus.PENDING)
        first, second = a_card(ctx), a_card(ctx)
        assert [pending.is_default, first.is_default, second.is_default] == [False, True, False]
        cards.archive_card(ctx, first.id)
        assert cards.archive_card(ctx, first.id).archived
        assert cards.default_card_id(ctx) is None
        assert cards.verify_card(ctx, pending.id).is_default
        assert cards.verify_card(ctx, pending.id).status is CardStatus.VERIFIED


def test_a_card_shows_four_digits_and_names_and_belongs_to_somebody(company):
    refusal = refused(company, lambda ctx: a_card(ctx, last4="42", issuing_bank_name=" "))
    assert isinstance(refusal, Refusals)
    assert [one.path for one in refusal.refusals] == ["issuing_bank_name", "last4"]
    assert isinstance(refused(company, lambda ctx: a_card(ctx, user_id="00601NOBODYNOBODY1ab")), NotFound)


# AP cards


def test_an_ap_card_pays_by_virtual_card_and_owes_what_it_paid(company):
    with company.ctx() as ctx:
        card, vendor = an_ap_card(ctx), a_vendor(ctx)
        enroll(ctx, vendor)
        payment = pay(ctx, a_bill(ctx, vendor), by_ap_card(card), process_on=DAY).payment
        assert (payment.disbursement_type, payment.fee_minor) == (DisbursementType.VIRTUAL_CARD, None)
    advance(company, days=4)
    with company.ctx() as ctx:
        assert ap_cards.balance_of(ctx, card) == 10000


def test_an_ap_card_pays_only_vendors_who_take_virtual_cards(company):
    with company.ctx() as ctx:
        card, bill = an_ap_card(ctx), a_bill(ctx, a_vendor(ctx))
    refusal = refused(company, lambda ctx: pay(ctx, bill, by_ap_card(card), process_on=DAY))
    assert isinstance(refusal, VendorTakesNoVirtualCard)


@pytest.mark.parametrize("kind", [FundingType.AP_CARD, FundingType.WALLET])
def test_ap_cards_and_wallets_want_a_process_date(company, kind):
    with company.ctx() as ctx:
        vendor = a_vendor(ctx)
        enroll(ctx, vendor)
        bill = a_bill(ctx, vendor)
        open_wallet(ctx, 20000)
        account = by_ap_card(an_ap_card(ctx)) if kind is FundingType.AP_CARD else BY_WALLET
    refusal = refused(company, lambda ctx: pay(ctx, bill, account))
    assert isinstance(refusal, InvalidField)
    assert refusal.path == "process_on"
    with company.ctx() as ctx:
        assert pay(ctx, bill, account, process_on=DAY).payment.process_on == DAY


def test_what_is_scheduled_counts_against_the_limit_before_it_is_charged(company):
    with company.ctx() as ctx:
        card, vendor = an_ap_card(ctx, limit=15_000), a_vendor(ctx)
        enroll(ctx, vendor)
        first, second = a_bill(ctx, vendor), a_bill(ctx, vendor, invoice_number="2")
        pay(ctx, first, by_ap_card(card), process_on=DAY)
    refusal = refused(company, lambda ctx: pay(ctx, second, by_ap_card(card), process_on=DAY))
    assert isinstance(refusal, ap_cards.ApCardLimitExceeded)
    assert "50.00" in str(refusal)


@pytest.mark.parametrize("status", [ApCardStatus.DRAFT, ApCardStatus.INACTIVE])
def test_an_ap_card_that_is_not_active_does_not_pay(company, status):
    with company.ctx() as ctx:
        card, vendor = an_ap_card(ctx, status=status), a_vendor(ctx)
        enroll(ctx, vendor)
        bill = a_bill(ctx, vendor)
    refusal = refused(company, lambda ctx: pay(ctx, bill, by_ap_card(card), process_on=DAY))
    assert isinstance(refusal, ap_cards.ApCardNotActive)


@pytest.mark.parametrize("change", ["status", "limit", "balance"])
def test_an_ap_card_that_lost_its_credit_meanwhile_declines(company, change):
    with company.ctx() as ctx:
        card, vendor = an_ap_card(ctx), a_vendor(ctx)
        enroll(ctx, vendor)
        payment = pay(ctx, a_bill(ctx, vendor), by_ap_card(card), process_on=DAY).payment
        if change == "balance":
            ap_cards.set_balance(ctx, card.id, 95_000)
        else:
            status = ApCardStatus.INACTIVE if change == "status" else None
            ap_cards.update_card(ctx, card.id, status=status, limit_minor=None if status else 5_000)
    advance(company, days=4)
    assert status_of(company, payment.id) is SingleStatus.FUNDING_FAILED_VOIDED


def test_what_an_ap_card_owes_is_posted_whoever_says_it(company):
    with company.ctx() as ctx:
        card = an_ap_card(ctx)
        a_bank_account(ctx)
        ap_cards.set_balance(ctx, card.id, 30_000)
        ap_cards.set_balance(ctx, card.id, 30_000)
        ap_cards.set_balance(ctx, card.id, 10_000)
    assert balances(company) == {"uncategorized": 30_000, "apc": -10_000, "bac": -20_000}
    for refusal in (
        refused(company, lambda ctx: ap_cards.set_balance(ctx, card.id, -1)),
        refused(company, lambda ctx: ap_cards.update_card(ctx, card.id, status=None, limit_minor=-1)),
        refused(company, lambda ctx: ap_cards.create_card(ctx, " ", 1, ApCardStatus.ACTIVE)),
    ):
        assert isinstance(refusal, InvalidField)


# The wallet


def test_the_wallet_pays_on_the_process_date_and_is_emptier(company):
    with company.ctx() as ctx:
        open_wallet(ctx, 25_000)
        payment = pay(ctx, a_bill(ctx, a_vendor(ctx)), BY_WALLET, process_on=DAY).payment
        assert wallet.balance_of(ctx) == 25_000
    advance(company, days=2)
    assert status_of(company, payment.id) is SingleStatus.PROCESSED
    advance(company, days=8)
    assert status_of(company, payment.id) is SingleStatus.CLEARED
    assert balances(company) == {"uncategorized": 10_000, "wallet": 15_000, "bac": -25_000}


def test_the_wallet_pays_no_more_than_is_in_it_and_not_promised_yet(company):
    with company.ctx() as ctx:
        open_wallet(ctx, 15_000)
        vendor = a_vendor(ctx)
        first, second = a_bill(ctx, vendor), a_bill(ctx, vendor, invoice_number="2")
        view = pay(ctx, first, BY_WALLET, process_on=DAY)
    refusal = refused(company, lambda ctx: pay(ctx, second, BY_WALLET, process_on=DAY))
    assert isinstance(refusal, wallet.WalletTooLow)
    with company.ctx() as ctx:
        cancel_payment(ctx, view.payment.id)
        assert pay(ctx, second, BY_WALLET, process_on=DAY).payment.funding_type is FundingType.WALLET


def test_a_wallet_that_is_empty_when_the_day_begins_fails_the_payment(company):
    with company.ctx() as ctx:
        open_wallet(ctx, 10_000)
        payment = pay(ctx, a_bill(ctx, a_vendor(ctx)), BY_WALLET, process_on=DAY).payment
        # Something else takes the money meanwhile.
        entry = ledger.Entry(
            debit_account=ledger.FEES,
            credit_account=WALLET,
            amount_minor=1,
            currency="USD",
            code=ledger.Code.WALLET_TOP_UP,
            document_id=WALLET,
            effective_on=DAY,
        )
        ledger.post(ctx, [entry])
    advance(company, days=2)
    with company.ctx() as ctx:
        failed = payments.get_payment(ctx, payment.id).payment
        assert (failed.single_status, failed.return_code) == (SingleStatus.FUNDING_FAILED_VOIDED, "INSUFFICIENT")


def test_a_voided_wallet_payment_fills_the_wallet_again(company):
    with company.ctx() as ctx:
        open_wallet(ctx, 10_000)
        payment = pay(ctx, a_bill(ctx, a_vendor(ctx)), BY_WALLET, process_on=DAY).payment
    advance(company, days=2)
    with company.ctx() as ctx:
        assert wallet.balance_of(ctx) == 0
        void(ctx, payment.id)
    advance(company, days=5)
    with company.ctx() as ctx:
        assert wallet.balance_of(ctx) == 10_000


def test_an_organization_without_a_wallet_pays_from_none(company):
    with company.ctx() as ctx:
        bill = a_bill(ctx, a_vendor(ctx))
    refusal = refused(company, lambda ctx: pay(ctx, bill, BY_WALLET, process_on=DAY))
    assert isinstance(refusal, permissions.FundingNotPermitted)


def test_the_wallet_is_filled_with_something_from_somewhere(company):
    assert isinstance(refused(company, lambda ctx: wallet.top_up(ctx, 0, None)), InvalidField)
    assert isinstance(refused(company, lambda ctx: wallet.top_up(ctx, 1, None)), bank_accounts.NoPayablesDefault)
