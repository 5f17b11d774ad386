"""Steps of the walk of test_ledger_stateful.py that pay from elsewhere, abroad, by themselves, and what banks correct;
and what must hold of cards, the wallet, held rates and the simulated bank's own books."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from billfold import ledger
from billfold.funding import ap_cards, permissions, wallet
from billfold.funding.ap_cards import ApCardLimitExceeded
from billfold.funding.wallet import WalletTooLow
from billfold.kit.query import Query
from billfold.ledger import ACCOUNTS_PAYABLE, EXCHANGE, EXCHANGE_DIFFERENCE
from billfold.parties import vendors
from billfold.parties.acceptances import set_acceptance
from billfold.parties.model import BankAccountDraft, VendorDraft
from billfold.payables.bills import bills
from billfold.payables.payments import payments
from billfold.payables.payments.funding_sources import VendorTakesNoVirtualCard
from billfold.payables.payments.model import Purpose
from billfold.payables.payments.payment_rules import AccountNotProven, ProcessDateInvalid
from billfold.payables.quotes.exchange_quotes import (
    QuoteAsked,
    QuoteDoesNotCover,
    QuoteExpired,
    QuoteRequired,
    QuoteUsed,
    quote,
)
from billfold.payables.recurring import recurring_bills
from billfold.payables.recurring.model import RecurringDraft
from billfold.payables.recurring.recurrence import Period
from billfold.payables.vendor_accounts import VendorCurrencyIsSettled
from billfold.rails import bank, calendar, money_movements, transfers
from billfold.rails.incoming import changes
from billfold.rails.model import Direction, Holder, Leg, MovementStatus, Rail, TransferStatus
from billfold.rails.originators import set_originator
from billfold.rails.statements import store as bank_store
from billfold.rails.store import ACH_FILES
from tests.builders import ADDRESS, a_bill, a_line, a_payment, a_vendor
from tests.funding_builders import BY_WALLET, a_card, an_ap_card, by_ap_card, by_card, enroll, pay

#: What may be refused on these ways.
EXPECTED = (
    AccountNotProven,
    ApCardLimitExceeded,
    ProcessDateInvalid,
    QuoteDoesNotCover,
    QuoteExpired,
    QuoteRequired,
    QuoteUsed,
    VendorCurrencyIsSettled,
    VendorTakesNoVirtualCard,
    WalletTooLow,
)
LIMIT, EVERYTHING = 400_000, Query(limit=10_000)
SOURCES = ("card", "AP card", "wallet")
amounts = st.integers(2, 200_000)
pick = st.integers(0, 10**6)
has_payments = precondition(lambda walk: walk.payments)
_TAKEN_UP = {TransferStatus.STARTED, TransferStatus.DELIVERED, TransferStatus.SETTLED, TransferStatus.RETURNED}


class SourceSteps:
    """Rules of funding accounts, of ways to vendors, and of what nobody asks for at that moment."""

    def add_sources(self, ctx):
        """A card, an AP card, a wallet, and vendors by RPPS, by wallet, by card alone, and in Germany."""
        permissions.set_permissions(ctx, {"wallet_funding": True})
        wallet.top_up(ctx, 300_000, self.accounts[0].id)
        self.ap_card = an_ap_card(ctx, limit=LIMIT)
        self.sources = {"card": by_card(a_card(ctx)), "AP card": by_ap_card(self.ap_card), "wallet": BY_WALLET}
        self.ways = [a_vendor(ctx, name=name, bank="555551234", **ADDRESS).id for name in ("RPPS", "Wallet", "Card")]
        set_acceptance(ctx, self.ways[0], {"rpps_id": "1234567890"})
        set_acceptance(ctx, self.ways[1], {"takes_wallet": True})
        enroll(ctx, vendors.get_vendor(ctx, self.ways[2]))
        account = BankAccountDraft(
            name_on_account="Kite", routing_number="", account_number="DE89370400440532013000",
            payment_currency="EUR", bank_country="DE",
        )  # fmt: skip
        draft = VendorDraft(name="Kite", bill_currency="EUR", purpose_text="Goods", combine_payments=True)
        self.abroad = vendors.create_vendor(ctx, draft, account).id
        self.quotes, self.recurring, self.foreign_bills = [], [], []

    def join(self, made, *, foreign=False):
        """A bill and its payment are part of the walk. What the walk does to bills it does to those in dollars."""
        bill_id, payment_id = made or (None, None)
        if payment_id is not None:
            (self.foreign_bills if foreign else self.bills).append(bill_id)
            self.payments.append(payment_id)
            self.do(lambda _: None, touched=[bill_id, payment_id])
        return payment_id

    @rule(source=st.sampled_from(SOURCES), way=pick, minor=amounts, days=st.integers(0, 5))
    def pay_from(self, source, way, minor, days):
        """From a card, an AP card or the wallet, to whoever can be paid from there."""
        vendor_id = self.ways[2 if source == "AP card" else way % len(self.ways)]

        def work(ctx):
            bill = a_bill(ctx, vendors.get_vendor(ctx, vendor_id), amount=str(Decimal(minor) / 100))
            made = pay(ctx, bill, self.sources[source], process_on=calendar.earliest_process_date(ctx.now))
            return bill.bill.id, made.payment.id

        self.join(self.do(work))
        self.time_passes(timedelta(days=days))

    @rule(way=pick, minor=amounts, account=pick)
    def pay_by_way(self, way, minor, account):
        """From a bank account, by RPPS, into a wallet or by card."""

        def work(ctx):
            bill = a_bill(ctx, vendors.get_vendor(ctx, self.ways[way % 3]), amount=str(Decimal(minor) / 100))
            return bill.bill.id, a_payment(ctx, bill, bank_account=self.accounts[account % 5]).payment.id

        self.join(self.do(work))

    @rule(minor=amounts)
    def fill_wallet(self, minor):
        self.do(lambda ctx: wallet.top_up(ctx, minor, self.accounts[0].id))

    # Abroad

    @rule(minor=amounts, rate=st.sampled_from(["0.85", "0.9137", "1.2"]), booked=st.booleans(), minutes=pick)
    def pay_abroad(self, minor, rate, booked, minutes):
        """At a rate that was held just now, or some minutes ago."""
        amount = str(Decimal(minor) / 100)

        def held(ctx):
            (found,) = quote(ctx, [QuoteAsked(self.abroad, Decimal(amount))])
            return found.batch_id

        def work(ctx):
            fields = {"exchange_rate": Decimal(rate)} if booked else {}
            bill = a_bill(ctx, vendors.get_vendor(ctx, self.abroad), amount=amount, **fields)
            purpose = Purpose("Goods")
            source = self.accounts[minutes % 4]
            made = a_payment(ctx, bill, bank_account=source, exchange_rate_batch_id=batch, purpose=purpose)
            return bill.bill.id, made.payment.id

        batch = self.do(held)
        self.time_passes(timedelta(minutes=minutes % 25))
        if self.join(self.do(work), foreign=True) is not None:
            self.quotes.append(batch)

    @precondition(lambda walk: walk.quotes)
    @rule(position=pick, minor=amounts)
    def use_a_quote_again(self, position, minor):
        """A rate is held for one payment."""
        batch = self.quotes[position % len(self.quotes)]

        def work(ctx):
            bill = a_bill(ctx, vendors.get_vendor(ctx, self.abroad), amount=str(Decimal(minor) / 100))
            a_payment(ctx, bill, bank_account=self.accounts[0], exchange_rate_batch_id=batch, purpose=Purpose("Goods"))
            return True

        assert self.do(work) is None, "a rate was used twice"

    # By itself

    @rule(vendor=pick, minor=amounts, account=pick, days=st.integers(0, 3))
    def pay_every_week(self, vendor, minor, account, days):
        """A recurring bill that pays itself."""

        def work(ctx):
            draft = RecurringDraft(
                vendor_id=(self.vendors + self.ways)[vendor % (len(self.vendors) + len(self.ways))],
                time_period=Period.WEEKLY,
                frequency_per_period=1,
                next_due_on=calendar.today(ctx.now) + timedelta(days=8),
                days_in_advance=7 - days,
                auto_payment=True,
                bank_account_id=self.accounts[account % 5].id,
            )
            return recurring_bills.create(ctx, draft, [a_line(str(Decimal(minor) / 100))]).template.id

        if len(self.recurring) < 3:
            template = self.do(work)
            if template is not None:
                self.recurring.append(template)

    def discover(self, ctx):
        """What jobs made meanwhile is part of the walk."""
        known = {*self.bills, *self.foreign_bills, *self.payments}
        made = [one.bill for one in bills.list_bills(ctx, EVERYTHING).items if one.bill.id not in known]
        assert all(one.currency == "USD" for one in made)
        self.bills += [one.id for one in made]
        found = payments.list_payments(ctx, EVERYTHING).items
        self.payments += [one.payment.id for one in found if one.payment.id not in known]

    # What banks correct

    @has_payments
    @rule(payment=pick, leg=st.sampled_from([Leg.FUNDING, Leg.DISBURSEMENT]), accept=st.booleans())
    def correct_an_account(self, payment, leg, accept):
        """A notification of change is no return: the entry was paid."""
        payment_id = self.payments[payment % len(self.payments)]

        def work(ctx):
            transfer = transfers.transfer_of(ctx, payment_id, leg)
            if transfer is None or transfer.rail is not Rail.ACH or transfer.status not in _TAKEN_UP:
                return
            bank.notify_now(ctx, transfer, "C01")
            for change in changes.list_changes(ctx, EVERYTHING).items:
                if change.status is changes.ChangeStatus.PROPOSED:
                    (changes.accept_change if accept else changes.reject_change)(ctx, change.id)

        self.do(work, touched=[payment_id])

    @rule(on=st.booleans())
    def try_new_accounts_first(self, on):
        self.do(lambda ctx: set_originator(ctx, {"sends_prenotes": on}))


# What must hold


def sources_hold(walk, ctx):
    """Nothing is overdrawn; a currency that was exchanged is explained by its payments; a rate was used once."""
    assert wallet.balance_of(ctx) >= 0
    assert ap_cards.available_of(ctx, walk.ap_card) >= 0
    for row in ledger.trial_balance(ctx):
        if row.account == ACCOUNTS_PAYABLE and row.currency != "USD":
            explained = {one.document_id for one in ledger.explain_account(ctx, row.account, row.currency)}
            assert explained <= {*walk.foreign_bills, *walk.payments}
        if row.account in {EXCHANGE, EXCHANGE_DIFFERENCE}:
            explained = ledger.explain_account(ctx, row.account, row.currency)
            assert {one.document_id for one in explained} <= set(walk.payments)
            assert sum(one.posted_minor for one in explained) == row.balance_minor
    used = Counter(
        one.payment.exchange_rate_batch_id
        for one in payments.list_payments(ctx, EVERYTHING).items
        if one.payment.exchange_rate_batch_id is not None
    )
    assert max(used.values(), default=0) <= 1, "a rate was used twice"


def bank_holds(walk, ctx):
    """Of each account that is debited: the bank's own books are our transfers, and the ledger has what has settled.

    The bank books what it received in files, when the Fed took it up, and what it sent back.
    """
    ours, settled, traces = defaultdict(int), defaultdict(int), set()
    starts = {one.id: calendar.starts_at(one.effective_on) for one in ACH_FILES.where(ctx.tx, "1 = 1")}
    for one in transfers.list_transfers(ctx, EVERYTHING).items:
        if one.account_table is not Holder.ORGANIZATION:
            continue
        signed = -one.amount_minor if one.direction is Direction.DEBIT else one.amount_minor
        if one.rail is Rail.ACH and one.file_id is not None:
            traces.add(one.trace_number)
            taken_up = starts[one.file_id] <= ctx.now
            ours[one.account_id] += signed * taken_up - signed * (one.status is TransferStatus.RETURNED)
        settled[one.account_id] += signed * (one.status is TransferStatus.SETTLED)
    for account in walk.accounts[:4]:
        days = (date(2020, 1, 1), date(2100, 1, 1))
        found = bank_store.sandbox_lines(ctx.tx, ctx.organization_id, account.id, days)
        theirs = [line for line in found if line.reference in traces]
        assert sum(line.amount_minor for line in theirs) == ours[account.id], "the bank's books are not ours"
        twice = Counter((line.reference, line.kind) for line in theirs)
        assert max(twice.values(), default=0) <= 1, "an entry is twice at the bank"
        held = [one for one in ledger.explain_account(ctx, account.id, "USD") if one.document_id in set(walk.payments)]
        assert sum(one.posted_minor for one in held) == settled[account.id]


def movements_hold(walk, ctx):
    """What accounting is told of a bank account is what moves on it for payments; what is confirmed has moved."""
    told = defaultdict(int)
    for one in money_movements.list_movements(ctx, EVERYTHING).items:
        told[one.bank_account_id] += one.amount_minor
        assert (one.status is MovementStatus.SENT) == (one.under_way > 0), one
    moving, moved = defaultdict(int), defaultdict(int)
    for one in transfers.list_transfers(ctx, EVERYTHING).items:
        signed = -one.amount_minor if one.direction is Direction.DEBIT else one.amount_minor
        if one.account_table is Holder.ORGANIZATION:
            moving[one.account_id] += signed * (one.status is TransferStatus.STARTED)
            moved[one.account_id] += signed * (one.status is TransferStatus.SETTLED)
    for account in walk.accounts:
        assert told[account.id] == moving[account.id] + moved[account.id], "a movement has what no transfer moved"
        if not moving[account.id] and told[account.id]:
            held = ledger.explain_account(ctx, account.id, "USD")
            booked = sum(one.posted_minor for one in held if one.document_id in set(walk.payments))
            assert told[account.id] == booked
