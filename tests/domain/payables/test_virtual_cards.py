"""Virtual cards from their issue to their end: charged whole or in part, closed, unused, taken back; and every cent."""

from __future__ import annotations

from datetime import date

import pytest

from billfold.kit.errors import InvalidField, StateForbids
from billfold.kit.query import Query
from billfold.parties.acceptance_model import AlternatePayBy, VirtualCardStatus
from billfold.parties.acceptances import set_acceptance
from billfold.payables.bills import bills
from billfold.payables.bills.model import PaymentStatus
from billfold.payables.credits import vendor_credits
from billfold.payables.interventions import note_wired_funding
from billfold.payables.payments import payments
from billfold.payables.payments.model import DisbursementType, SingleStatus
from billfold.payables.voids.model import VoidKind, VoidStatus
from billfold.payables.voids.void_requests import PaymentNotVoidable, VoidKindNotAvailable
from billfold.rails import card as card_rail
from billfold.rails import transfers, virtual_cards
from billfold.rails.model import Leg, TransferStatus
from billfold.rails.originators import set_originator
from billfold.rails.virtual_card_model import VirtualCardStatus as CardState
from tests.builders import (
    ADDRESS,
    a_bank_account,
    a_bill,
    a_credit,
    a_payment,
    a_vendor,
    advance,
    of_credit,
    pay_bills,
    refused,
    void,
)
from tests.funding_builders import a_card, balances, by_card, enroll, pay, status_of

#: Issued on Thursday, 15 January.
VALID_UNTIL = date(2026, 2, 4)


def takes_cards(ctx, *, alternate=None, **fields):
    """A vendor who takes virtual cards, and has a bank account besides unless told otherwise."""
    vendor = a_vendor(ctx, **fields)
    enroll(ctx, vendor, alternate_pay_by=alternate)
    return vendor


def issued(company, *, alternate=None, by=None, **fields):
    """The id of a payment of 100.00 whose virtual card was issued yesterday."""
    with company.ctx() as ctx:
        bill = a_bill(ctx, takes_cards(ctx, alternate=alternate, **fields))
        made = a_payment(ctx, bill) if by is None else pay(ctx, bill, by(ctx))
    advance(company, days=4)
    assert status_of(company, made.payment.id) is SingleStatus.DELIVERED
    return made.payment.id


def view_of(company, payment_id):
    with company.ctx() as ctx:
        return payments.get_payment(ctx, payment_id)


def disbursement_of(ctx, payment_id):
    return transfers.leg_of(ctx, payment_id, Leg.DISBURSEMENT)


def charge(company, payment_id, minor):
    with company.ctx() as ctx:
        return virtual_cards.charge(ctx, disbursement_of(ctx, payment_id).id, minor)


def close(company, payment_id):
    with company.ctx() as ctx:
        return virtual_cards.expire(ctx, disbursement_of(ctx, payment_id).id)


def return_funding(company, payment_id, code="R01"):
    with company.ctx() as ctx:
        transfers.return_transfer(ctx, transfers.leg_of(ctx, payment_id, Leg.FUNDING), code)


def wire(company, payment_id):
    with company.ctx() as ctx:
        note_wired_funding(ctx, payment_id)
        return transfers.leg_of(ctx, payment_id, Leg.REPAYMENT).amount_minor


def amounts_of(company, bill):
    with company.ctx() as ctx:
        found = bills.get_bill(ctx, bill.bill.id).bill
    return found.payment_status, found.due_minor, found.scheduled_minor, found.paid_minor


# Issued and charged


def test_a_card_is_issued_when_the_money_is_collected_and_charged_until_nothing_is_left(company):
    with company.ctx() as ctx:
        payment = a_payment(ctx, a_bill(ctx, takes_cards(ctx))).payment
    seen = []
    for _ in range(4 * 24):
        advance(company, hours=1)
        status = status_of(company, payment.id)
        if status not in seen:
            seen.append(status)
    assert seen == [
        SingleStatus.SCHEDULED, SingleStatus.READY_TO_FUND, SingleStatus.FUNDING_STARTED, SingleStatus.PROCESSED,
        SingleStatus.SENT, SingleStatus.DELIVERED,
    ]  # fmt: skip
    issued = view_of(company, payment.id).payment
    assert (issued.disbursement_type, issued.sent_on) == (DisbursementType.VIRTUAL_CARD, date(2026, 1, 15))
    assert (issued.arrives_on, issued.virtual_card_valid_until) == (date(2026, 1, 15), VALID_UNTIL)
    card = charge(company, payment.id, 10_000)
    assert (card.status, card.last4, card.rest_minor) == (CardState.USED, issued.virtual_card_last4, 0)
    assert status_of(company, payment.id) is SingleStatus.CLEARED
    assert balances(company) == {"uncategorized": 10_000, "bac": -10_000}


def test_a_card_is_charged_in_part_and_then_the_rest(company):
    payment_id = issued(company)
    assert charge(company, payment_id, 2_500).status is CardState.OPEN
    assert status_of(company, payment_id) is SingleStatus.PARTIALLY_CLAIMED
    charge(company, payment_id, 2_500)
    assert status_of(company, payment_id) is SingleStatus.PARTIALLY_CLAIMED
    assert charge(company, payment_id, 5_000).status is CardState.USED
    assert status_of(company, payment_id) is SingleStatus.CLEARED
    assert balances(company) == {"uncategorized": 10_000, "bac": -10_000}
    # Its last day finds nothing to do.
    advance(company, days=30)
    assert status_of(company, payment_id) is SingleStatus.CLEARED


@pytest.mark.parametrize("minor", [-1, 0, 7_501])
def test_no_more_than_is_left_can_be_charged(company, minor):
    payment_id = issued(company)
    charge(company, payment_id, 2_500)
    refusal = refused(company, lambda ctx: virtual_cards.charge(ctx, disbursement_of(ctx, payment_id).id, minor))
    assert isinstance(refusal, InvalidField)
    assert refusal.path == "amount"


@pytest.mark.parametrize("act", [lambda ctx, one: virtual_cards.charge(ctx, one, 1), virtual_cards.expire])
def test_a_card_that_was_used_up_is_neither_charged_nor_closed_any_more(company, act):
    payment_id = issued(company)
    charge(company, payment_id, 10_000)
    assert isinstance(refused(company, lambda ctx: act(ctx, disbursement_of(ctx, payment_id).id)), StateForbids)


def test_what_was_charged_comes_back_neither_from_the_bank_nor_by_a_void(company):
    payment_id = issued(company)
    charge(company, payment_id, 1)
    refusal = refused(company, lambda ctx: transfers.return_transfer(ctx, disbursement_of(ctx, payment_id), "R03"))
    assert isinstance(refusal, StateForbids)
    assert isinstance(refused(company, lambda ctx: void(ctx, payment_id)), PaymentNotVoidable)
    return_funding(company, payment_id)
    refusal = refused(company, lambda ctx: transfers.return_transfer(ctx, disbursement_of(ctx, payment_id), "R03"))
    assert isinstance(refusal, StateForbids)


# Closed with a rest


def test_the_rest_of_a_closed_card_is_due_again_and_goes_back(company):
    with company.ctx() as ctx:
        bill = a_bill(ctx, takes_cards(ctx))
        payment_id = a_payment(ctx, bill).payment.id
    advance(company, days=4)
    charge(company, payment_id, 7_000)
    assert close(company, payment_id).status is CardState.CLOSED
    payment = view_of(company, payment_id).payment
    assert (payment.single_status, payment.amount_minor, payment.funding_minor) == (SingleStatus.CLEARED, 7_000, 7_000)
    assert amounts_of(company, bill) == (PaymentStatus.PARTIALLY_PAID, 3_000, 0, 7_000)
    advance(company, days=5)
    assert balances(company) == {"uncategorized": 10_000, "accounts_payable": -3_000, "bac": -7_000}
    with company.ctx() as ctx:
        assert transfers.leg_of(ctx, payment_id, Leg.REFUND).status is TransferStatus.SETTLED


def test_the_rest_that_a_card_account_paid_goes_back_to_it_without_the_fee(company):
    payment_id = issued(company, by=lambda ctx: by_card(a_card(ctx)))
    charge(company, payment_id, 7_000)
    close(company, payment_id)
    advance(company, days=5)
    assert balances(company) == {
        "uncategorized": 10_000, "accounts_payable": -3_000, "fees": 290, "cda": -7_290,
    }  # fmt: skip


def test_the_rest_of_the_own_banks_money_is_back_at_once(company):
    with company.ctx() as ctx:
        account = a_bank_account(ctx)
        set_originator(ctx, {"own_bank_account_id": account.id})
        payment_id = a_payment(ctx, a_bill(ctx, takes_cards(ctx)), bank_account=account).payment.id
    advance(company, days=3)
    charge(company, payment_id, 7_000)
    close(company, payment_id)
    assert balances(company) == {"uncategorized": 10_000, "accounts_payable": -3_000, "bac": -7_000}


def test_a_card_of_several_bills_pays_the_first_ones_and_gives_back_the_credits_of_the_last(company):
    with company.ctx() as ctx:
        vendor = takes_cards(ctx)
        credit = a_credit(ctx, vendor, amount="15.00")
        made = [a_bill(ctx, vendor, invoice_number=str(number)) for number in range(3)]
        wanted = [(made[0], "80.00", of_credit(credit, "15.00")), (made[1], "100.00"), (made[2], "100.00")]
        (view,) = pay_bills(ctx, *wanted)
    advance(company, days=4)
    charge(company, view.payment.id, 12_000)
    close(company, view.payment.id)
    closed = view_of(company, view.payment.id)
    # What uses credits is paid before anything else; then what came first.
    assert [(part.bill_id, part.amount_minor) for part in closed.bill_payments] == [
        (made[0].bill.id, 8_000), (made[1].bill.id, 4_000),
    ]  # fmt: skip
    assert [amounts_of(company, bill)[1:] for bill in made] == [(500, 0, 8_000), (6_000, 0, 4_000), (10_000, 0, 0)]
    advance(company, days=5)
    assert balances(company) == {"uncategorized": 28_500, "accounts_payable": -16_500, "bac": -12_000}


def test_a_part_of_which_nothing_was_charged_gives_its_credits_back(company):
    with company.ctx() as ctx:
        vendor = takes_cards(ctx)
        credit = a_credit(ctx, vendor, amount="40.00")
        made = [a_bill(ctx, vendor, invoice_number=str(number)) for number in range(2)]
        wanted = [(bill, "80.00", of_credit(credit, "20.00")) for bill in made]
        (view,) = pay_bills(ctx, *wanted)
    advance(company, days=4)
    charge(company, view.payment.id, 6_000)
    close(company, view.payment.id)
    closed = view_of(company, view.payment.id)
    assert [(use.bill_id, use.amount_minor) for use in closed.credits] == [(made[0].bill.id, 2_000)]
    assert [amounts_of(company, bill)[1:] for bill in made] == [(2_000, 0, 6_000), (10_000, 0, 0)]
    with company.ctx() as ctx:
        left = vendor_credits.get_credit(ctx, credit.credit.id).credit
        assert (left.applied_minor, left.pending_minor, left.rest_minor) == (2_000, 0, 2_000)
    advance(company, days=5)
    # Two bills of 100.00, less 40.00 of credit; 60.00 of them paid.
    assert balances(company) == {"uncategorized": 16_000, "accounts_payable": -10_000, "bac": -6_000}


# When the funding comes back


def test_money_that_the_bank_took_back_is_not_given_back_when_the_card_closes(company):
    payment_id = issued(company)
    return_funding(company, payment_id)
    assert status_of(company, payment_id) is SingleStatus.FUNDING_FAILED_ACTION_NEEDED
    charge(company, payment_id, 7_000)
    assert status_of(company, payment_id) is SingleStatus.FUNDING_FAILED_ACTION_NEEDED
    close(company, payment_id)
    with company.ctx() as ctx:
        assert transfers.transfer_of(ctx, payment_id, Leg.REFUND) is None
    assert balances(company) == {
        "uncategorized": 10_000, "accounts_payable": -3_000, "money_out_clearing": -7_000,
    }  # fmt: skip
    assert wire(company, payment_id) == 7_000
    assert status_of(company, payment_id) is SingleStatus.CLEARED
    assert balances(company) == {"uncategorized": 10_000, "accounts_payable": -3_000, "bac": -7_000}


@pytest.mark.parametrize(("days", "refunded", "owed"), [(0, False, 7_000), (5, True, 10_000)])
def test_a_debit_that_comes_back_after_the_rest_went_back_is_owed_whole(company, days, refunded, owed):
    payment_id = issued(company)
    charge(company, payment_id, 7_000)
    close(company, payment_id)
    if days:
        advance(company, days=days)
    return_funding(company, payment_id)
    with company.ctx() as ctx:
        refund = transfers.leg_of(ctx, payment_id, Leg.REFUND)
        assert refund.status is (TransferStatus.SETTLED if refunded else TransferStatus.CANCELLED)
    assert wire(company, payment_id) == owed
    assert status_of(company, payment_id) is SingleStatus.CLEARED
    advance(company, days=5)
    assert balances(company) == {"uncategorized": 10_000, "accounts_payable": -3_000, "bac": -7_000}


def test_a_wired_payment_whose_card_was_charged_in_part_is_claimed_in_part_again(company):
    payment_id = issued(company)
    charge(company, payment_id, 7_000)
    return_funding(company, payment_id)
    assert status_of(company, payment_id) is SingleStatus.FUNDING_FAILED_ACTION_NEEDED
    assert wire(company, payment_id) == 10_000
    assert status_of(company, payment_id) is SingleStatus.PARTIALLY_CLAIMED
    close(company, payment_id)
    advance(company, days=5)
    assert status_of(company, payment_id) is SingleStatus.CLEARED
    assert balances(company) == {"uncategorized": 10_000, "accounts_payable": -3_000, "bac": -7_000}


def test_the_rest_of_a_charge_that_was_taken_back_and_wired_goes_to_the_bank_and_not_to_the_card(company):
    payment_id = issued(company, by=lambda ctx: by_card(a_card(ctx)))
    with company.ctx() as ctx:
        a_bank_account(ctx)
        card_rail.decline(ctx, transfers.leg_of(ctx, payment_id, Leg.FUNDING).id)
    charge(company, payment_id, 7_000)
    wire(company, payment_id)
    close(company, payment_id)
    advance(company, days=5)
    assert balances(company) == {"uncategorized": 10_000, "accounts_payable": -3_000, "bac": -7_000}


def test_an_unused_card_whose_funding_came_back_ends_without_anybody_owing(company):
    payment_id = issued(company)
    return_funding(company, payment_id)
    advance(company, days=25)
    assert status_of(company, payment_id) is SingleStatus.FUNDING_FAILED_VOIDED
    assert balances(company) == {"uncategorized": 10_000, "accounts_payable": -10_000}


# Not used


@pytest.mark.parametrize(
    ("alternate", "fields", "way"),
    [
        (None, {}, DisbursementType.ACH),
        (AlternatePayBy.ACH, ADDRESS, DisbursementType.ACH),
        (AlternatePayBy.CHECK, ADDRESS, DisbursementType.CHECK),
        (AlternatePayBy.CHECK, {}, DisbursementType.ACH),
        (AlternatePayBy.ACH, {"bank": None} | ADDRESS, DisbursementType.CHECK),
    ],
)
def test_a_card_that_nobody_used_in_twenty_days_is_sent_otherwise_as_the_same_payment(company, alternate, fields, way):
    payment_id = issued(company, alternate=alternate, **fields)
    advance(company, days=19)
    assert status_of(company, payment_id) is SingleStatus.DELIVERED
    advance(company, days=2)
    payment = view_of(company, payment_id).payment
    assert (payment.disbursement_type, payment.virtual_card_last4) == (way, None)
    advance(company, days=14)
    assert status_of(company, payment_id) is SingleStatus.CLEARED
    assert balances(company) == {"uncategorized": 10_000, "bac": -10_000}
    with company.ctx() as ctx:
        (card,) = virtual_cards.list_cards(ctx, Query(limit=9)).items
        assert (card.status, card.charged_minor, card.valid_until) == (CardState.EXPIRED, 0, VALID_UNTIL)


def test_the_money_of_an_unused_card_goes_back_where_nothing_else_reaches_the_vendor(company):
    payment_id = issued(company, bank=None)
    advance(company, days=30)
    payment = view_of(company, payment_id).payment
    assert (payment.single_status, payment.return_code) == (SingleStatus.VOIDED, "EXPIRED")
    assert balances(company) == {"uncategorized": 10_000, "accounts_payable": -10_000}


# Voided


def test_an_unused_card_is_voided_and_its_money_goes_back(company):
    payment_id = issued(company)
    with company.ctx() as ctx:
        asked = void(ctx, payment_id, at_once=False)
        assert asked.payment.single_status is SingleStatus.VOID_PENDING
    advance(company, days=7)
    assert status_of(company, payment_id) is SingleStatus.VOIDED
    assert balances(company) == {"uncategorized": 10_000, "accounts_payable": -10_000}
    with company.ctx() as ctx:
        assert virtual_cards.card_of(ctx, disbursement_of(ctx, payment_id).id).status is CardState.VOIDED


def test_a_card_is_voided_and_another_one_sent(company):
    payment_id = issued(company)
    first = view_of(company, payment_id).payment
    with company.ctx() as ctx:
        void(ctx, payment_id, VoidKind.VOID_AND_REISSUE_VCARD)
    assert status_of(company, payment_id) is SingleStatus.PROCESSED
    advance(company, days=5)
    again = view_of(company, payment_id).payment
    assert (again.single_status, again.disbursement_type) == (SingleStatus.DELIVERED, DisbursementType.VIRTUAL_CARD)
    assert again.virtual_card_last4 not in {None, first.virtual_card_last4}
    charge(company, payment_id, 10_000)
    assert balances(company) == {"uncategorized": 10_000, "bac": -10_000}


def test_only_who_takes_virtual_cards_is_sent_another_one(company):
    payment_id = issued(company)
    with company.ctx() as ctx:
        vendor_id = payments.get_payment(ctx, payment_id).payment.vendor_id
        set_acceptance(ctx, vendor_id, {"virtual_card_status": VirtualCardStatus.DECLINED})
    refusal = refused(company, lambda ctx: void(ctx, payment_id, VoidKind.VOID_AND_REISSUE_VCARD))
    assert isinstance(refusal, VoidKindNotAvailable)
    with company.ctx() as ctx:
        void(ctx, payment_id, VoidKind.VOID_AND_REISSUE)
    advance(company, days=5)
    assert view_of(company, payment_id).payment.disbursement_type is DisbursementType.ACH
    assert balances(company) == {"uncategorized": 10_000, "bac": -10_000}


@pytest.mark.parametrize("minor", [7_000, 10_000])
def test_who_charges_a_card_before_its_void_is_decided_keeps_what_was_charged(company, minor):
    payment_id = issued(company)
    with company.ctx() as ctx:
        void(ctx, payment_id, at_once=False)
    charge(company, payment_id, minor)
    advance(company, days=8)
    view = view_of(company, payment_id)
    assert view.payment.single_status is SingleStatus.CLEARED
    assert view.void_requests[-1].status is VoidStatus.REJECTED
    rest = {"accounts_payable": minor - 10_000} if minor < 10_000 else {}
    assert balances(company) == {"uncategorized": 10_000, "bac": -minor} | rest


def test_a_card_of_a_void_whose_funding_came_back_meanwhile_owes_what_was_charged(company):
    payment_id = issued(company)
    with company.ctx() as ctx:
        void(ctx, payment_id, at_once=False)
    charge(company, payment_id, 7_000)
    return_funding(company, payment_id)
    advance(company, days=8)
    assert status_of(company, payment_id) is SingleStatus.FUNDING_FAILED_ACTION_NEEDED
    assert wire(company, payment_id) == 7_000
    assert balances(company) == {"uncategorized": 10_000, "accounts_payable": -3_000, "bac": -7_000}
