"""Payments in other currencies, at random: every currency balances, and gain or loss is what arithmetic says."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from random import Random

import pytest

from billfold import ledger
from billfold.kit.money import scale, to_decimal
from billfold.parties import vendors
from billfold.parties.model import BankAccountDraft, VendorDraft
from billfold.payables.payments.model import Purpose, SingleStatus
from billfold.payables.payments.payments import get_payment
from billfold.payables.quotes.exchange_quotes import QuoteAsked, quote
from billfold.payables.voids.cancellations import cancel_payment
from billfold.rails import fx
from tests.builders import a_bank_account, a_bill, a_payment, advance

ACCOUNTS = {
    "EUR": ("DE", "DE89370400440532013000", ""),
    "KWD": ("KW", "KW81CBKU0000000000001234560101", "CBKUKWKW"),
    "KRW": ("KR", "1234567890", "KOEXKRSE"),
}
CENT = Decimal("0.01")


def cents(amount_minor: int, currency: str, rate: Decimal) -> int:
    """By school arithmetic, not by the code that is tested."""
    worth = Decimal(amount_minor) / Decimal(10) ** scale(currency) / rate
    return int(worth.quantize(CENT, rounding=ROUND_HALF_UP) * 100)


@pytest.mark.parametrize("seed", range(4))
def test_every_currency_balances_and_gain_and_loss_are_the_arithmetic(company, seed):
    random = Random(seed)
    booked, paid, foreign = 0, 0, dict.fromkeys(ACCOUNTS, 0)
    made = []
    with company.ctx() as ctx:
        account = a_bank_account(ctx)
        for currency in random.choices(sorted(ACCOUNTS), k=8):
            country, number, routing = ACCOUNTS[currency]
            bank = BankAccountDraft(
                name_on_account="Kite", routing_number=routing, account_number=number,
                payment_currency=currency, bank_country=country,
            )  # fmt: skip
            draft = VendorDraft(name="Kite", bill_currency=currency, purpose_text="Goods")
            vendor = vendors.create_vendor(ctx, draft, bank)
            minor = random.randint(10**5, 10**8)
            bill = a_bill(ctx, vendor, amount=str(to_decimal(minor, currency)))
            moved = fx.SIMULATED[currency] * Decimal(random.randint(80, 120)) / 100
            fx.set_rates(ctx, {currency: moved}, "tests")
            part = random.randint(10**5 // 2, minor)
            amount = to_decimal(part, currency)
            (held,) = quote(ctx, [QuoteAsked(vendor.id, amount)])
            payment = a_payment(
                ctx, bill, amount=str(amount), bank_account=account, exchange_rate_batch_id=held.batch_id,
                purpose=Purpose("Goods"),
            ).payment  # fmt: skip
            assert payment.funding_minor == cents(part, currency, held.rate)
            if random.random() < 0.25:
                cancel_payment(ctx, payment.id)
                continue
            made.append(payment.id)
            booked += cents(part, currency, bill.bill.exchange_rate)
            paid += payment.funding_minor
            foreign[currency] += part
        assert ledger.verify(ctx) == []
    advance(company, days=14)
    with company.ctx() as ctx:
        assert ledger.verify(ctx) == []
        assert {get_payment(ctx, one).payment.single_status for one in made} <= {SingleStatus.CLEARED}
        held_now = {(row.account, row.currency): row.balance_minor for row in ledger.trial_balance(ctx)}
        assert held_now.get((ledger.EXCHANGE_DIFFERENCE, "USD"), 0) == paid - booked
        assert held_now.get((ledger.EXCHANGE, "USD"), 0) == booked
        assert held_now.get((ledger.MONEY_OUT_CLEARING, "USD"), 0) == 0
        assert held_now[account.id, "USD"] == -paid
        for currency, amount_minor in foreign.items():
            assert held_now.get((ledger.EXCHANGE, currency), 0) == -amount_minor
