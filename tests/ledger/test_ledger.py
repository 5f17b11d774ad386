"""The ledger: transfers that count at once or wait, reversals, balances, and what is found when one is wrong."""

from __future__ import annotations

from datetime import date

import pytest

from billfold import ledger
from billfold.ledger import Code, Entry, Status

DAY = date(2026, 1, 12)


def entry(amount_minor=100, *, debit="expense", credit="cash", document="bill", code=Code.BILL, currency="USD"):
    return Entry(
        debit_account=debit,
        credit_account=credit,
        amount_minor=amount_minor,
        currency=currency,
        code=code,
        document_id=document,
        effective_on=DAY,
    )


def balances(ctx):
    """Posted and pending debits less credits, by account and currency; what is zero is left out."""
    held = {
        (row.account, row.currency): (row.balance_minor, row.pending_debits_minor - row.pending_credits_minor)
        for row in ledger.trial_balance(ctx)
    }
    return {account: sums for account, sums in held.items() if any(sums)}


def test_a_posted_transfer_counts_at_once(company):
    with company.ctx() as ctx:
        ledger.post(ctx, [entry(100), entry(50)])
        assert balances(ctx) == {("expense", "USD"): (150, 0), ("cash", "USD"): (-150, 0)}
        assert ledger.verify(ctx) == []


def test_a_pending_transfer_waits_to_be_posted(company):
    with company.ctx() as ctx:
        ledger.pend(ctx, [entry(100)])
        assert balances(ctx) == {("expense", "USD"): (0, 100), ("cash", "USD"): (0, -100)}
        (posted,) = ledger.post_pending(ctx, "bill", Code.BILL)
        assert (posted.status, posted.closed_at) == (Status.POSTED, ctx.now)
        assert balances(ctx) == {("expense", "USD"): (100, 0), ("cash", "USD"): (-100, 0)}
        assert ledger.verify(ctx) == []


def test_a_pending_transfer_that_is_voided_never_was(company):
    with company.ctx() as ctx:
        ledger.pend(ctx, [entry(100)])
        ledger.void_pending(ctx, "bill", Code.BILL)
        assert balances(ctx) == {}
        assert [transfer.status for transfer in ledger.transfers_of(ctx, "bill")] == [Status.VOIDED]
        assert ledger.verify(ctx) == []


@pytest.mark.parametrize("close", [ledger.post_pending, ledger.void_pending])
def test_what_is_not_pending_cannot_be_closed(company, close):
    with company.ctx() as ctx:
        ledger.pend(ctx, [entry(100)])
        close(ctx, "bill", Code.BILL)
        with pytest.raises(AssertionError, match="no pending"):
            close(ctx, "bill", Code.BILL)


def test_closing_touches_one_code_of_one_document(company):
    with company.ctx() as ctx:
        ledger.pend(ctx, [entry(1), entry(10, code=Code.FUNDING), entry(100, document="other")])
        ledger.post_pending(ctx, "bill", Code.BILL)
        assert balances(ctx)["expense", "USD"] == (1, 110)


def test_a_reversal_undoes_what_was_posted_and_is_made_once(company):
    with company.ctx() as ctx:
        made = ledger.post(ctx, [entry(100), entry(50, debit="other")])
        reversals = ledger.reverse(ctx, "bill", Code.BILL, Code.BILL_REVERSAL, DAY)
        assert [one.reverses_id for one in reversals] == [one.id for one in made]
        assert [one.reversed_by_id for one in ledger.transfers_of(ctx, "bill")[:2]] == [one.id for one in reversals]
        assert balances(ctx) == {}
        assert ledger.reverse(ctx, "bill", Code.BILL, Code.BILL_REVERSAL, DAY) == []
        assert ledger.verify(ctx) == []


def test_pending_transfers_are_not_reversed(company):
    with company.ctx() as ctx:
        ledger.pend(ctx, [entry(100)])
        assert ledger.reverse(ctx, "bill", Code.BILL, Code.BILL_REVERSAL, DAY) == []


def test_currencies_are_kept_apart(company):
    with company.ctx() as ctx:
        ledger.post(ctx, [entry(100), entry(7, currency="EUR")])
        assert balances(ctx)["expense", "EUR"] == (7, 0)
        assert balances(ctx)["expense", "USD"] == (100, 0)
        assert ledger.verify(ctx) == []


@pytest.mark.parametrize("wrong", [entry(0), entry(-1), entry(1, debit="same", credit="same")])
def test_a_transfer_of_nothing_or_to_itself_is_our_own_bug(company, wrong):
    with company.ctx() as ctx, pytest.raises(AssertionError):
        ledger.post(ctx, [wrong])


def test_documents_explain_every_account(company):
    with company.ctx() as ctx:
        ledger.post(ctx, [entry(100), entry(30, document="other"), entry(5, debit="cash", credit="expense")])
        ledger.pend(ctx, [entry(9, document="other")])
        explained = ledger.explain_account(ctx, "expense", "USD")
        assert [(one.document_id, one.posted_minor, one.pending_minor) for one in explained] == [
            ("bill", 95, 0),
            ("other", 30, 9),
        ]


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE ledger_balances SET debits_minor = debits_minor + 1 WHERE organization_id = ? AND account = 'expense'",
        "UPDATE ledger_transfers SET amount_minor = amount_minor + 1 WHERE organization_id = ?",
        "UPDATE ledger_transfers SET status = 'voided' WHERE organization_id = ?",
        "DELETE FROM ledger_transfers WHERE organization_id = ?",
        "UPDATE ledger_transfers SET currency = 'EUR' WHERE organization_id = ?",
    ],
)
def test_a_ledger_that_was_tampered_with_does_not_verify(company, tampering):
    with company.ctx() as ctx:
        ledger.post(ctx, [entry(100)])
    with company.ctx() as ctx:
        ctx.tx.run(tampering, (ctx.organization_id,))
        assert ledger.verify(ctx) != []


def test_amounts_near_the_limit_add_up(company):
    with company.ctx() as ctx:
        ledger.post(ctx, [entry(10**13)] * 100)
        assert balances(ctx)["expense", "USD"] == (10**15, 0)
        assert ledger.verify(ctx) == []
