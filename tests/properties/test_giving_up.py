"""Due work that gives up at random, and that somebody has tried again days later: every payment ends as it should."""

from __future__ import annotations

import math
import random
from contextlib import suppress
from datetime import timedelta

import pytest

from billfold import ledger
from billfold.kit.columns import instant_text
from billfold.kit.errors import Refusal, Refusals
from billfold.kit.jobs import MAX_ATTEMPTS, parked_jobs, retry_parked
from billfold.parties import vendors
from billfold.parties.model import BankAccountDraft, VendorDraft
from billfold.payables.payments import clearing, payments
from billfold.payables.payments.model import SingleStatus
from billfold.rails.originators import set_originator
from tests.builders import ADDRESS, a_bank_account, a_bill, a_payment, a_vendor, advance, void
from tests.funding_builders import a_card, by_card, enroll, pay
from tests.properties.effort import EFFORT

#: Where payments end by themselves, or wait for a person.
ENDS = {
    SingleStatus.CLEARED,
    SingleStatus.VOIDED,
    SingleStatus.FUNDING_FAILED_VOIDED,
    SingleStatus.FUNDING_FAILED_ACTION_NEEDED,
    SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED,
}


class Days:
    """A company that pays in every way, and whose due work gives up now and then."""

    def __init__(self, company, seed):
        self.company, self.chance, self.made = company, random.Random(seed), []
        with company.ctx() as ctx:
            own = a_bank_account(ctx, bank="111115678")
            own_bank = own.id if seed % 2 else None
            settings = {"company_id": "1234567890", "immediate_origin": "1234567890", "sends_prenotes": not seed % 3}
            set_originator(ctx, settings | {"own_bank_account_id": own_bank})
            self.accounts = [a_bank_account(ctx), own, a_bank_account(ctx, bank="111110001")]
            self.card = a_card(ctx)
            self.by_ach = [a_vendor(ctx, bank=f"22222{ending}") for ending in ("1234", "0002", "0101")]
            self.by_check = a_vendor(ctx, name="By check", bank=None, **ADDRESS)
            self.by_virtual_card = a_vendor(ctx, name="By card", **ADDRESS)
            enroll(ctx, self.by_virtual_card)
            german = BankAccountDraft(
                name_on_account="Kite", routing_number="", account_number="DE89370400440532013000",
                payment_currency="EUR", bank_country="DE",
            )  # fmt: skip
            self.abroad = vendors.create_vendor(ctx, VendorDraft(name="Kite", purpose_text="Goods"), german)

    def pay(self):
        vendor = self.chance.choice((*self.by_ach, self.by_check, self.by_virtual_card, self.abroad))
        amount, number = f"{self.chance.randint(1, 900)}.13", f"INV-{len(self.made)}"
        how = self.chance.randrange(5)
        # A card that pays nobody abroad, and a window that is closed, are refused.
        with suppress(Refusal, Refusals), self.company.ctx() as ctx:
            bill = a_bill(ctx, vendor, amount=amount, invoice_number=number)
            if how == 0:
                made = pay(ctx, bill, by_card(self.card))
            else:
                account = self.chance.choice(self.accounts)
                made = a_payment(ctx, bill, bank_account=account, pay_faster=how == 1 and vendor in self.by_ach)
            self.made.append(made.payment.id)

    def void(self):
        with suppress(Refusal, Refusals), self.company.ctx() as ctx:
            void(ctx, self.chance.choice(self.made), at_once=bool(self.chance.randrange(2)))

    def some_give_up(self):
        """Of what is due in the next days, so many as an unlucky operator has in a year."""
        with self.company.ctx() as ctx:
            soon = instant_text(ctx.now + timedelta(days=3))
            for (number,) in ctx.tx.all("SELECT number FROM jobs WHERE due_at < ? ORDER BY number", (soon,)):
                if self.chance.random() < 0.12:
                    ctx.tx.run("UPDATE jobs SET attempts = ? WHERE number = ?", (MAX_ATTEMPTS, number))

    def all_are_tried_again(self):
        with self.company.ctx() as ctx:
            retry_parked(ctx.tx, ctx.organization_id)

    def check(self):
        with self.company.ctx() as ctx:
            assert ledger.verify(ctx) == clearing.problems(ctx) == []

    def statuses(self):
        with self.company.ctx() as ctx:
            return {payments.get_payment(ctx, one).payment.single_status for one in self.made}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(math.ceil(6 * EFFORT)))
def test_whatever_gave_up_is_made_up_for_when_it_is_tried_again(company, seed):
    days = Days(company, seed)
    for _ in range(25):
        for _ in range(days.chance.randrange(4)):
            days.pay()
        if days.made and not days.chance.randrange(4):
            days.void()
        days.some_give_up()
        advance(company, hours=days.chance.choice((3, 10, 24, 40)))
        days.check()
        if days.chance.randrange(2):
            days.all_are_tried_again()
    for _ in range(15):
        days.all_are_tried_again()
        advance(company, days=8)
    with company.ctx() as ctx:
        assert parked_jobs(ctx.tx, ctx.organization_id) == []
    days.check()
    assert days.statuses() <= ENDS
