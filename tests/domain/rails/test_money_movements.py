"""Money movements: the lines that the organization's bank statement will have."""

from __future__ import annotations

from datetime import date

from billfold.kit.query import Query
from billfold.ledger import trial_balance
from billfold.payables.payments import payments
from billfold.payables.payments.model import SingleStatus
from billfold.rails import money_movements, transfers
from billfold.rails.model import Direction, Leg, MovementKind, MovementStatus
from tests.builders import a_bank_account, a_bill, a_payment, a_vendor, advance, void

#: The company's Monday; payments made then are funded on the Tuesday.
TUESDAY = date(2026, 1, 13)


def paid(company, *amounts, bank="111111234", vendor_bank="222221234", **fields):
    """Payments of these amounts from one bank account."""
    with company.ctx() as ctx:
        account = a_bank_account(ctx, bank=bank)
        vendor = a_vendor(ctx, bank=vendor_bank)
        return [
            a_payment(ctx, a_bill(ctx, vendor, amount=amount), bank_account=account, **fields).payment
            for amount in amounts
        ]


def movements(company):
    with company.ctx() as ctx:
        found = money_movements.list_movements(ctx, Query()).items
    return [(one.process_on, one.direction, one.amount_minor, one.status) for one in found]


def the_funding(ctx, payment):
    return transfers.transfer_of(ctx, payment.id, Leg.FUNDING)


def test_the_debits_of_a_day_are_one_movement_confirmed_when_all_have_settled(company):
    first, _ = paid(company, "100.00", "20.50")
    assert movements(company) == []
    advance(company, hours=20)
    assert movements(company) == [(TUESDAY, Direction.DEBIT, -120_50, MovementStatus.SENT)]
    with company.ctx() as ctx:
        transfers.settle(ctx, the_funding(ctx, first))
    assert movements(company) == [(TUESDAY, Direction.DEBIT, -120_50, MovementStatus.SENT)]
    advance(company, days=2)
    assert movements(company) == [(TUESDAY, Direction.DEBIT, -120_50, MovementStatus.CONFIRMED)]
    with company.ctx() as ctx:
        (movement,) = money_movements.list_movements(ctx, Query()).items
        assert (movement.kind, len(movement.name), movement.under_way) == (MovementKind.PAYABLES, 15, 0)
        assert money_movements.get_movement(ctx, movement.id) == movement


def test_each_account_and_each_day_has_its_own(company):
    paid(company, "1.00")
    paid(company, "2.00", bank="333331234")
    paid(company, "4.00", bank="444441234", process_on=date(2026, 1, 15))
    advance(company, days=5)
    confirmed = [(day, amount) for day, _, amount, status in movements(company) if status is MovementStatus.CONFIRMED]
    assert confirmed == [(TUESDAY, -100), (TUESDAY, -200), (date(2026, 1, 15), -400)]


def test_what_comes_back_before_it_settled_was_never_moved(company):
    bounced, _ = paid(company, "100.00", "20.50")
    advance(company, hours=20)
    with company.ctx() as ctx:
        transfers.return_transfer(ctx, the_funding(ctx, bounced), "R01")
    advance(company, days=3)
    assert movements(company) == [(TUESDAY, Direction.DEBIT, -20_50, MovementStatus.CONFIRMED)]


def test_a_day_of_which_nothing_is_left_is_void(company):
    paid(company, "100.00", bank="111110001")
    advance(company, days=5)
    assert movements(company) == [(TUESDAY, Direction.DEBIT, 0, MovementStatus.VOID)]


def test_what_comes_back_later_is_a_movement_of_that_day(company):
    (payment,) = paid(company, "100.00")
    advance(company, days=2)
    with company.ctx() as ctx:
        transfers.return_transfer(ctx, the_funding(ctx, payment), "R01")
    assert movements(company) == [
        (TUESDAY, Direction.DEBIT, -100_00, MovementStatus.CONFIRMED),
        (date(2026, 1, 14), Direction.CREDIT, 100_00, MovementStatus.CONFIRMED),
    ]


def test_the_vendors_money_is_no_movement_of_ours(company):
    paid(company, "100.00", vendor_bank="222220003")
    advance(company, days=10)
    assert len(movements(company)) == 1


def test_the_money_of_a_voided_payment_is_a_movement_into_the_account(company):
    (payment,) = paid(company, "100.00")
    while True:  # until the debit is collected, and no longer
        with company.ctx() as ctx:
            if payments.get_payment(ctx, payment.id).payment.single_status is SingleStatus.PROCESSED:
                void(ctx, payment.id)
                break
        advance(company, hours=1)
    advance(company, days=7)
    debit, credit = movements(company)
    assert debit == (TUESDAY, Direction.DEBIT, -100_00, MovementStatus.CONFIRMED)
    assert credit[1:] == (Direction.CREDIT, 100_00, MovementStatus.CONFIRMED)
    assert credit[0] > TUESDAY


def test_money_movements_agree_with_the_ledger(company):
    """What the statement says of an account is what the books say of it."""
    paid(company, "100.00", "7.25")
    paid(company, "50.00", bank="111110001")
    advance(company, days=10)
    with company.ctx() as ctx:
        moved = {}
        for one in money_movements.list_movements(ctx, Query()).items:
            moved[one.bank_account_id] = moved.get(one.bank_account_id, 0) + one.amount_minor
        books = {row.account: row.balance_minor for row in trial_balance(ctx) if row.account in moved}
    assert moved == books
    assert sorted(moved.values()) == [-107_25, 0]
