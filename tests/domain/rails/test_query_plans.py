"""What is asked of a few subjects' transfers reads theirs alone, however many others are under way."""

from __future__ import annotations

import pytest

from billfold.payables.payments import payments
from tests.builders import a_bank_account, a_bill, a_payment, a_vendor, advance


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_cut_off_of_many_payments_does_not_slow_down_with_all_that_are_held(company):
    """SQLite, which knows no numbers of rows, may take the index of statuses, and then reads every held transfer."""
    with company.ctx() as ctx:
        vendor, account = a_vendor(ctx), a_bank_account(ctx)
        ids = [a_payment(ctx, a_bill(ctx, vendor), bank_account=account).payment.id for _ in range(2)]
    asked = {}

    def observe(sql, parameters):
        if "rail_transfers" in sql and "subject_id" in sql.partition("WHERE")[2] and sql.startswith("SELECT"):
            asked[sql] = parameters

    company.database.observer = observe
    advance(company, days=7)
    with company.ctx() as ctx:
        for payment_id in ids:
            payments.get_payment(ctx, payment_id)
    company.database.observer = None
    assert any(" IN (" in sql for sql in asked)
    with company.ctx() as ctx:
        for sql, parameters in asked.items():
            plan = repr(ctx.tx.all(f"EXPLAIN QUERY PLAN {sql}", parameters))
            assert "rail_transfers_by_subject" in plan, (sql, plan)
