"""The steps of vendor credits in the walk of test_ledger_stateful.py, and what must hold of credits and bills."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from billfold.ledger import ACCOUNTS_PAYABLE
from billfold.parties import vendors
from billfold.payables.bills import bills
from billfold.payables.bills.bills import BillUsesCredits
from billfold.payables.credits import vendor_credits
from billfold.payables.credits.credit_applications import (
    CreditExceeded,
    CreditIsArchived,
    CreditOfAnotherVendor,
    status_of,
)
from billfold.payables.credits.model import CreditAmount
from billfold.payables.credits.store import CREDIT_APPLICATIONS
from billfold.payables.credits.vendor_credits import CreditIsApplied
from tests.builders import a_credit, pay_bills, record_payment
from tests.readings import account_of_documents

#: What may be refused of credits on the way.
EXPECTED = (BillUsesCredits, CreditExceeded, CreditIsApplied, CreditIsArchived, CreditOfAnotherVendor)

amounts = st.integers(1, 100_000)
pick = st.integers(0, 10**6)
#: Some credits, each with how much of it to use.
uses = st.lists(st.tuples(pick, amounts), max_size=3)
has_credits = precondition(lambda walk: walk.credits)
has_both = precondition(lambda walk: walk.credits and walk.bills)

#: What a bill or a credit uses, by who holds it: payments under way, and those that gave it back.
_USED = """
SELECT COALESCE(SUM(a.amount_minor), 0),
       COALESCE(SUM(CASE WHEN p.stage IN ('scheduled', 'in process') THEN a.amount_minor ELSE 0 END), 0)
FROM credit_applications a LEFT JOIN payments p ON p.organization_id = a.organization_id AND p.id = a.payment_id
WHERE a.organization_id = ? AND COALESCE(p.stage, 'paid') <> 'given back' AND a.{}_id = ?
"""


def used(ctx, noun, identifier):
    """What of the credit, or by the bill, is used, and the part of it that stands in payments under way."""
    row = ctx.tx.one(_USED.format(noun), (ctx.organization_id, identifier))
    return int(row[0]), int(row[1])


def credits_hold(ctx, credit_ids):
    """Of each credit is used what bills use, at most all of it, and the ledger has what it is worth."""
    if not credit_ids:
        return
    owed = account_of_documents(ctx.tx, ctx.organization_id, ACCOUNTS_PAYABLE, credit_ids)
    for credit_id in credit_ids:
        view = vendor_credits.get_credit(ctx, credit_id)
        credit = view.credit
        assert sum(line.amount_minor for line in view.lines) == credit.amount_minor
        assert (credit.applied_minor, credit.pending_minor) == used(ctx, "credit", credit_id), credit
        assert sum(use.amount_minor for use in view.usage) == credit.applied_minor
        assert 0 <= credit.pending_minor <= credit.applied_minor <= credit.amount_minor
        assert credit.status is status_of(credit)
        assert owed[credit_id] == (0 if credit.archived else credit.amount_minor, 0), credit
        assert not (credit.archived and credit.applied_minor)


def bill_credits_hold(ctx, bill):
    """The bill is credited what it uses, and that was never more than it owes."""
    assert (bill.credit_minor, bill.pending_credit_minor) == used(ctx, "bill", bill.id), bill
    assert bill.due_minor >= 0


class CreditSteps:
    """Rules of vendor credits."""

    def credit(self, position):
        return self.credits[position % len(self.credits)]

    def chosen(self, picks):
        """Amounts of the credits picked; one that is picked twice is refused, so it is not."""
        found = {self.credit(position): minor for position, minor in picks} if self.credits else {}
        return [CreditAmount(credit_id, Decimal(minor) / 100) for credit_id, minor in found.items()]

    def credits_used_by(self, ctx, bill_ids):
        found = set()
        for bill_id in bill_ids:
            rows = CREDIT_APPLICATIONS.where(
                ctx.tx, "organization_id = ? AND bill_id = ?", (ctx.organization_id, bill_id)
            )
            found |= {row.credit_id for row in rows}
        return sorted(found)

    @rule(vendor=pick, sums=st.lists(st.integers(0, 100_000), min_size=1, max_size=3))
    def create_credit(self, vendor, sums):
        def work(ctx):
            chosen = vendors.get_vendor(ctx, self.vendors[vendor % len(self.vendors)])
            return a_credit(ctx, chosen, lines=self.lines(sums)).credit.id

        self.credits.append(self.do(work))

    @has_credits
    @rule(credit=pick, sums=st.none() | st.lists(st.integers(0, 100_000), min_size=1, max_size=3))
    def change_credit(self, credit, sums):
        """Other lines, or none: then it is put out of use."""
        credit_id = self.credit(credit)

        def work(ctx):
            if sums is None:
                return vendor_credits.archive_credit(ctx, credit_id)
            return vendor_credits.update_credit(ctx, credit_id, {}, self.lines(sums))

        self.do(work)
        self.do(lambda ctx: credits_hold(ctx, [credit_id]))

    @has_both
    @rule(bill=pick, picks=uses, whole=st.booleans())
    def list_credits(self, bill, picks, whole):
        """What is listed is all that the bill uses by itself, as PUT says it, or some of it, as PATCH does."""
        bill_id = self.bill(bill)

        def work(ctx):
            if whole:
                return bills.update_bill(ctx, bill_id, {}, None, self.chosen(picks))
            return bills.patch_bill(ctx, bill_id, {}, [], self.chosen(picks))

        self.do(work, touched=[bill_id])

    @has_both
    @rule(bill=pick, credit=pick, minor=amounts, rest=st.booleans(), account=pick, online=st.booleans())
    def pay_with_credit(self, bill, credit, minor, rest, account, online):
        """Some of a credit, of the bill's own vendor if there is one, and money for all that is left or a cent."""
        bill_id = self.bill(bill)

        def work(ctx):
            view = bills.get_bill(ctx, bill_id)
            of_vendor = [
                found.credit
                for one in self.credits
                if (found := vendor_credits.get_credit(ctx, one)).credit.vendor_id == view.bill.vendor_id
            ]
            chosen = of_vendor[credit % len(of_vendor)].id if of_vendor else self.credit(credit)
            use = CreditAmount(chosen, Decimal(min(minor, view.bill.due_minor) or minor) / 100)
            money = max(view.bill.due_minor - minor, 0) if rest else 1
            if not (online and view.bill.due_minor):
                money = money or 1  # No money at all is for bills that a run covers.
            wanted = (view, str(Decimal(money) / 100), use)
            if not online:
                return [record_payment(ctx, wanted).payment.id]
            source = self.accounts[account % len(self.accounts)]
            return [made.payment.id for made in pay_bills(ctx, wanted, account=source, covered=True)]

        self.payments += self.do(work, touched=[bill_id]) or []
        self.do(lambda _: None, touched=[bill_id])
