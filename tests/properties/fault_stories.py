"""Stories that faults are told in: what users ask for, and what is due, each with what it leaves behind."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from decimal import Decimal

from billfold.approvals.model import Decision
from billfold.bankfiles.statements import Kind, Line, Statement
from billfold.bankfiles.statements.writers import write_bai2
from billfold.identity.controls import update_controls
from billfold.identity.roles import Role
from billfold.kit import worlds
from billfold.parties import vendors
from billfold.parties.account_confirmations import confirm_account
from billfold.parties.corrections import invalidate
from billfold.parties.model import BankAccountDraft, VendorDraft
from billfold.payables import vendor_accounts
from billfold.payables.bills import bill_approvals, bills
from billfold.payables.credits import credit_approvals
from billfold.payables.mass import mass_payments
from billfold.payables.payments.model import BillAmount, FundingAccount, FundingType, PayRunDraft
from billfold.payables.quotes.exchange_quotes import QuoteAsked, quote
from billfold.payables.recurring import recurring_bills
from billfold.payables.recurring.model import RecurringDraft
from billfold.payables.recurring.recurrence import Period
from billfold.payables.voids.cancellations import cancel_payment
from billfold.payables.voids.model import VoidKind
from billfold.rails import transfers, virtual_cards
from billfold.rails.bank_files import Answer, write_answers
from billfold.rails.incoming.files import take_file
from billfold.rails.model import Leg
from billfold.rails.originators import set_originator
from billfold.rails.statements.imports import ImportDraft, import_file
from tests.builders import (
    ADDRESS,
    a_bank_account,
    a_bill,
    a_credit,
    a_line,
    a_payment,
    a_policy,
    a_user,
    a_vendor,
    advance,
    of_credit,
    pay_bills,
    record_payment,
    vendor_bank,
    void,
)
from tests.funding_builders import enroll
from tests.readings import nacha_files


class Asked:
    """A user asks for something; what failed is asked for again by its user."""

    files = 0


class CreatePayment(Asked):
    """A user schedules a payment."""

    def prepare(self, company):
        with company.ctx() as ctx:
            self.account = a_bank_account(ctx)
            self.bill = a_bill(ctx, a_vendor(ctx))

    def tell(self, company):
        with company.ctx() as ctx:
            a_payment(ctx, self.bill, bank_account=self.account)


class PayMany(Asked):
    """A user pays bills of three vendors at once: a combined payment, single ones, and one by check."""

    def prepare(self, company):
        with company.ctx() as ctx:
            self.account = a_bank_account(ctx)
            combined = a_vendor(ctx)
            single = a_vendor(ctx, name="Single", bank="333331234", combine_payments=False)
            by_check = a_vendor(ctx, name="By check", bank=None, **ADDRESS)
            self.bills = [a_bill(ctx, vendor) for vendor in (combined, single, by_check, combined, single)]

    def tell(self, company):
        with company.ctx() as ctx:
            assert len(pay_bills(ctx, *[(bill, "60.00") for bill in self.bills], account=self.account)) == 4


class Record(Asked):
    """A user notes that two bills were paid elsewhere."""

    def prepare(self, company):
        with company.ctx() as ctx:
            vendor = a_vendor(ctx)
            self.bills = [a_bill(ctx, vendor), a_bill(ctx, vendor)]

    def tell(self, company):
        with company.ctx() as ctx:
            record_payment(ctx, *[(bill, "60.00") for bill in self.bills])


class UseCredits(Asked):
    """A user pays with two credits, of which one covers a bill by itself, and records another payment with one."""

    def prepare(self, company):
        with company.ctx() as ctx:
            self.account = a_bank_account(ctx)
            vendor = a_vendor(ctx)
            self.bills = [a_bill(ctx, vendor) for _ in range(3)]
            self.credits = [a_credit(ctx, vendor, amount=amount) for amount in ("150.00", "30.00")]

    def tell(self, company):
        large, small = self.credits
        first, second, third = self.bills
        with company.ctx() as ctx:
            wanted = [(first, "0.00", of_credit(large, "100.00")), (second, "60.00", of_credit(small, "30.00"))]
            pay_bills(ctx, *wanted, account=self.account, covered=True)
            record_payment(ctx, (third, "70.00", of_credit(large, "20.00")))


class GiveCreditsBack(Asked):
    """A user cancels a payment that uses a credit, and takes another off the bill."""

    def prepare(self, company):
        with company.ctx() as ctx:
            vendor = a_vendor(ctx)
            self.credit = a_credit(ctx, vendor)
            self.bill = a_bill(ctx, vendor, credits=[of_credit(self.credit, "5.00")])
            (view,) = pay_bills(ctx, (self.bill, "60.00", of_credit(self.credit, "30.00")))
            self.payment_id = view.payment.id

    def tell(self, company):
        with company.ctx() as ctx:
            cancel_payment(ctx, self.payment_id)
            bills.update_bill(ctx, self.bill.bill.id, {}, None, [])


class CallOff(Asked):
    """A user cancels or voids a combined payment."""

    def __init__(self, work, *, at=None, bank="222221234", files=0):
        self.work, self.at, self.bank, self.files = work, at, bank, files

    def prepare(self, company):
        with company.ctx() as ctx:
            vendor = a_vendor(ctx, bank=self.bank, **ADDRESS)
            wanted = [(a_bill(ctx, vendor), "60.00"), (a_bill(ctx, vendor), "40.00")]
            (view,) = pay_bills(ctx, *wanted)
            self.payment_id = view.payment.id
        if self.at is not None:
            advance(company, to=self.at)

    def tell(self, company):
        with company.ctx() as ctx:
            self.work(ctx, self.payment_id)


class Approve(Asked):
    """The first of two approvers approves; the next is written to."""

    def prepare(self, company):
        with company.ctx() as ctx:
            self.approver = a_user(ctx, Role.APPROVER)
            a_policy(ctx, self.approver.user_id, company.admin.user_id)
            self.bill = a_bill(ctx, a_vendor(ctx))

    def tell(self, company):
        with company.ctx(self.approver) as ctx:
            bill_approvals.decide(ctx, self.bill.bill.id, Decision.APPROVE, comment="Fine")


class NameApprovers(Asked):
    """A user says who approves a bill; the vendor's next one asks them too."""

    def prepare(self, company):
        with company.ctx() as ctx:
            self.approver = a_user(ctx, Role.APPROVER)
            self.vendor = a_vendor(ctx)
            self.bill = a_bill(ctx, self.vendor)

    def tell(self, company):
        with company.ctx() as ctx:
            bill_approvals.set_approvers(ctx, self.bill.bill.id, [self.approver.user_id, company.admin.user_id])
            a_bill(ctx, self.vendor)


class ApproveCredit(Asked):
    """A credit's only approver approves it, with a word."""

    def prepare(self, company):
        with company.ctx() as ctx:
            self.credit = a_credit(ctx, a_vendor(ctx), amount="30.00")
            credit_approvals.set_approvers(ctx, self.credit.credit.id, [company.admin.user_id])

    def tell(self, company):
        with company.ctx() as ctx:
            credit_approvals.decide(ctx, self.credit.credit.id, Decision.APPROVE, comment="Goods are back")


class ChangeApproved(Asked):
    """A user changes an approved bill: what was said is stale."""

    def prepare(self, company):
        with company.ctx() as ctx:
            a_policy(ctx, company.admin.user_id)
            self.bill = a_bill(ctx, a_vendor(ctx))
        with company.ctx() as ctx:
            bill_approvals.decide(ctx, self.bill.bill.id, Decision.APPROVE)

    def tell(self, company):
        with company.ctx() as ctx:
            bills.update_bill(ctx, self.bill.bill.id, {}, [a_line("7.00")])


class ConfirmAccount(Asked):
    """A second user confirms a vendor's bank account, and what was held goes on."""

    def prepare(self, company):
        with company.ctx() as ctx:
            self.other = a_user(ctx, Role.APPROVER)
            vendor, account = a_vendor(ctx), a_bank_account(ctx)
            for _ in range(2):
                a_payment(ctx, a_bill(ctx, vendor), bank_account=account)
            update_controls(ctx, {"confirm_vendor_accounts": True})
            vendors.remove_bank_account(ctx, vendor.id)
            self.account = vendors.add_bank_account(ctx, vendor.id, vendor_bank("333331234"))
        advance(company, days=7)

    def tell(self, company):
        with company.ctx() as ctx:
            confirm_account(ctx, self.account.id, self.other.user_id)


class TakeFromBank(Asked):
    """Somebody takes in what the own bank sent of a paid credit and a printed check."""

    files = 1

    def __init__(self, written, taken):
        self.written, self.taken = written, taken

    def prepare(self, company):
        with company.ctx() as ctx:
            account = a_bank_account(ctx)
            set_originator(ctx, {"own_bank_account_id": account.id})
            for vendor in (a_vendor(ctx), a_vendor(ctx, name="By check", bank=None, **ADDRESS)):
                a_payment(ctx, a_bill(ctx, vendor, amount="100.00"), bank_account=account)
        advance(company, to=datetime(2026, 1, 14, 6, tzinfo=UTC))
        with company.ctx() as ctx:
            (file,) = nacha_files(ctx)
            self.content = self.written(ctx, file)

    def tell(self, company):
        with company.ctx() as ctx:
            self.taken(ctx, self.content)


def _returns(ctx, sent):
    (batch,) = sent.batches
    return write_answers(ctx, [Answer(batch, batch.entries[0], "R03")])


def _statement(_, sent):
    day = sent.batches[0].effective_entry_date
    lines = (
        Line(day, -10000, Kind.ACH, "466"), Line(day, -10000, Kind.CHECK, "475", 1001), Line(day, -1500, Kind.FEE, "698"),
    )  # fmt: skip
    whole = Statement("111111234", "USD", day, day, 50000, 28500, lines)
    return write_bai2([whole], bank="074000010", customer="ACME", written_at=datetime(2026, 1, 14, 6, tzinfo=UTC))


class Due:
    """Jobs fall due between two moments; the runner does them."""

    def __init__(self, before, after, *, files, bank="111111234", vendor_bank="222221234"):
        self.before, self.after, self.files = before, after, files
        self.bank, self.vendor_bank = bank, vendor_bank

    def prepare(self, company):
        with company.ctx() as ctx:
            bill = a_bill(ctx, a_vendor(ctx, bank=self.vendor_bank))
            a_payment(ctx, bill, bank_account=a_bank_account(ctx, bank=self.bank))
        advance(company, to=self.before)

    def tell(self, company):
        with company.database.transaction() as tx:
            world = worlds.get_world(tx, company.world_id)
            if world.advance_to is None and world.clock.now() < self.after:
                worlds.begin_advance(tx, company.world_id, self.after)
        asyncio.run(company.runner.tick())


class Abroad(Due):
    """A bill in euros is paid at a rate that was held; the runner does what falls due."""

    def __init__(self, before, after, *, files, iban="DE89370400440532013000"):
        super().__init__(before, after, files=files)
        self.iban = iban

    def prepare(self, company):
        with company.ctx() as ctx:
            bank = BankAccountDraft(
                name_on_account="Kite", routing_number="", account_number=self.iban, payment_currency="EUR",
                bank_country=self.iban[:2],
            )  # fmt: skip
            vendor = vendors.create_vendor(ctx, VendorDraft(name="Kite", bill_currency="EUR"), bank)
            bill = a_bill(ctx, vendor)
            (held,) = quote(ctx, [QuoteAsked(vendor.id, Decimal(60))])
            a_payment(ctx, bill, amount="60.00", exchange_rate_batch_id=held.batch_id)
        advance(company, to=self.before)


class PayAtRate(Asked):
    """A user pays two bills in euros at the rate that was held for both."""

    def prepare(self, company):
        with company.ctx() as ctx:
            bank = BankAccountDraft(
                name_on_account="Kite", routing_number="", account_number="DE89370400440532013000",
                payment_currency="EUR", bank_country="DE",
            )  # fmt: skip
            vendor = vendors.create_vendor(ctx, VendorDraft(name="Kite", bill_currency="EUR"), bank)
            self.account, self.bills = a_bank_account(ctx), [a_bill(ctx, vendor) for _ in range(2)]
            (self.held,) = quote(ctx, [QuoteAsked(vendor.id, Decimal(120))])

    def tell(self, company):
        with company.ctx() as ctx:
            batch = self.held.batch_id
            pay_bills(
                ctx, *[(bill, "60.00") for bill in self.bills], account=self.account, exchange_rate_batch_id=batch
            )


class Reissue(Due):
    """A check that was mailed is to be voided and reissued; the runner does what falls due."""

    def prepare(self, company):
        with company.ctx() as ctx:
            bill = a_bill(ctx, a_vendor(ctx, bank=None, **ADDRESS))
            payment_id = a_payment(ctx, bill).payment.id
        advance(company, to=datetime(2026, 1, 15, 18, tzinfo=UTC))
        with company.ctx() as ctx:
            void(ctx, payment_id, VoidKind.VOID_AND_REISSUE, at_once=False)
        advance(company, to=self.before)


class VoidWaits(Due):
    """A debit settles whose payment is to be voided: the void begins then."""

    def prepare(self, company):
        with company.ctx() as ctx:
            payment_id = a_payment(ctx, a_bill(ctx, a_vendor(ctx))).payment.id
        advance(company, to=datetime(2026, 1, 13, 22, tzinfo=UTC))
        with company.ctx() as ctx:
            void(ctx, payment_id, at_once=False)
        advance(company, to=self.before)


class LostPayees(Due):
    """A cut-off collects for a check what was to go to an account that is none, and nothing where no check can go."""

    def prepare(self, company):
        with company.ctx() as ctx:
            account = a_bank_account(ctx)
            for number, address in (("222221234", ADDRESS), ("333331234", {})):
                vendor = a_vendor(ctx, bank=number, **address)
                a_payment(ctx, a_bill(ctx, vendor), bank_account=account)
                invalidate(ctx, vendors.get_bank_account(ctx, vendor.id).id, "R02", known_at=ctx.now)
        advance(company, to=self.before)


class CardExpires(Due):
    """Nobody used a virtual card: its money is to go by another way."""

    def prepare(self, company):
        with company.ctx() as ctx:
            vendor = a_vendor(ctx)
            enroll(ctx, vendor)
            a_payment(ctx, a_bill(ctx, vendor))
        advance(company, to=self.before)


class CloseCard(Asked):
    """A virtual card that was charged in part closes: one bill is paid in part, another is due again."""

    files = 1

    def prepare(self, company):
        with company.ctx() as ctx:
            vendor = a_vendor(ctx)
            enroll(ctx, vendor)
            credit = a_credit(ctx, vendor)
            wanted = [(a_bill(ctx, vendor), "60.00", of_credit(credit, "10.00")), (a_bill(ctx, vendor), "40.00")]
            (view,) = pay_bills(ctx, *wanted)
        advance(company, to=datetime(2026, 1, 15, 22, tzinfo=UTC))
        with company.ctx() as ctx:
            self.transfer_id = transfers.leg_of(ctx, view.payment.id, Leg.DISBURSEMENT).id
            virtual_cards.charge(ctx, self.transfer_id, 5_000)

    def tell(self, company):
        with company.ctx() as ctx:
            virtual_cards.expire(ctx, self.transfer_id)


class Recurring(Due):
    """A recurring bill makes the two bills that it missed, and pays them by itself."""

    def prepare(self, company):
        advance(company, to=self.before)
        with company.ctx() as ctx:
            draft = RecurringDraft(
                vendor_id=a_vendor(ctx).id, time_period=Period.DAILY, frequency_per_period=1,
                next_due_on=date(2026, 1, 20), end_on=date(2026, 1, 21), days_in_advance=30, auto_payment=True,
                bank_account_id=a_bank_account(ctx).id,
            )  # fmt: skip
            recurring_bills.create(ctx, draft, [a_line("100.00")])


class Autopay(Due):
    """Midnight: two bills of a vendor are paid by themselves, and one that cannot be paid is told of."""

    def prepare(self, company):
        with company.ctx() as ctx:
            said = {"auto_pay_enabled": True, "auto_pay_bank_account_id": a_bank_account(ctx).id}
            vendor = vendor_accounts.create_vendor(ctx, VendorDraft(name="By itself", **ADDRESS), None, said)
            made = [a_bill(ctx, vendor, due_on=date(2026, 1, 24)) for _ in range(3)]
            a_payment(ctx, made[0], amount="1.00", process_on=date(2026, 2, 2))
        advance(company, to=self.before)


class Mass(Due):
    """The jobs of two batches, one of which names a bill that the other pays."""

    def prepare(self, company):
        advance(company, to=self.before)
        with company.ctx() as ctx:
            source = FundingAccount(FundingType.BANK_ACCOUNT, a_bank_account(ctx).id)
            vendor = a_vendor(ctx)
            made = [a_bill(ctx, vendor) for _ in range(4)]
            for wanted in (made[:2], made[1:]):
                amounts = tuple(BillAmount(bill.bill.id, Decimal(60)) for bill in wanted)
                mass_payments.request(ctx, PayRunDraft(bills=amounts, funding_account=source))


class RequestMass(Asked):
    """A user asks for a mass payment."""

    def prepare(self, company):
        with company.ctx() as ctx:
            self.account = a_bank_account(ctx)
            vendor = a_vendor(ctx)
            self.bills = [a_bill(ctx, vendor) for _ in range(3)]

    def tell(self, company):
        with company.ctx() as ctx:
            amounts = tuple(BillAmount(bill.bill.id, Decimal(60)) for bill in self.bills)
            source = FundingAccount(FundingType.BANK_ACCOUNT, self.account.id)
            mass_payments.request(ctx, PayRunDraft(bills=amounts, funding_account=source))


#: Around 00:00 in Los Angeles, far from every cut-off.
_MIDNIGHT = (datetime(2026, 1, 13, 7, tzinfo=UTC), datetime(2026, 1, 13, 9, tzinfo=UTC))

STORIES = {
    "a recurring bill's midnight": Recurring(*_MIDNIGHT, files=0),
    "bills are paid by themselves": Autopay(*_MIDNIGHT, files=0),
    "a mass payment is asked for": RequestMass(),
    "mass payments are made": Mass(*_MIDNIGHT, files=0),
    "create payment": CreatePayment(),
    "pay many bills": PayMany(),
    "pay bills at a held rate": PayAtRate(),
    "money goes abroad": Abroad(
        datetime(2026, 1, 15, 13, 45, tzinfo=UTC), datetime(2026, 1, 15, 14, 15, tzinfo=UTC), files=1
    ),
    "money abroad arrives": Abroad(
        datetime(2026, 1, 20, 13, 15, tzinfo=UTC), datetime(2026, 1, 20, 13, 45, tzinfo=UTC), files=1
    ),
    "money abroad comes back": Abroad(
        datetime(2026, 1, 20, 12, 45, tzinfo=UTC),
        datetime(2026, 1, 20, 13, 15, tzinfo=UTC),
        files=1,
        iban="DE40370400440532010002",
    ),
    "record payment": Record(),
    "use credits": UseCredits(),
    "give credits back": GiveCreditsBack(),
    "cancel": CallOff(cancel_payment),
    "void a credit": CallOff(void, at=datetime(2026, 1, 14, 14, tzinfo=UTC), files=1),
    "void a printed check": CallOff(void, at=datetime(2026, 1, 15, 18, tzinfo=UTC), bank=None, files=1),
    "ask for a reissue": CallOff(
        lambda ctx, one: void(ctx, one, VoidKind.VOID_AND_REISSUE, at_once=False),
        at=datetime(2026, 1, 15, 18, tzinfo=UTC),
        bank=None,
        files=1,
    ),
    "reissue a check": Reissue(datetime(2026, 1, 15, 23, tzinfo=UTC), datetime(2026, 1, 16, 1, tzinfo=UTC), files=1),
    "print a reissued check": Reissue(
        datetime(2026, 1, 16, 16, tzinfo=UTC), datetime(2026, 1, 16, 18, tzinfo=UTC), files=1
    ),
    "a virtual card expires": CardExpires(
        datetime(2026, 2, 5, 6, tzinfo=UTC), datetime(2026, 2, 5, 8, tzinfo=UTC), files=1
    ),
    "a virtual card closes": CloseCard(),
    "approve": Approve(),
    "name approvers": NameApprovers(),
    "approve a credit": ApproveCredit(),
    "change what was approved": ChangeApproved(),
    "confirm a vendor's bank account": ConfirmAccount(),
    "take the bank's returns": TakeFromBank(_returns, lambda ctx, content: take_file(ctx, content, file_name="r.txt")),
    "take the bank's statement": TakeFromBank(
        _statement, lambda ctx, content: import_file(ctx, ImportDraft("s.bai", content))
    ),
    "cut-off": Due(datetime(2026, 1, 13, 1, tzinfo=UTC), datetime(2026, 1, 13, 3, tzinfo=UTC), files=1),
    "a cut-off whose payees are lost": LostPayees(
        datetime(2026, 1, 13, 1, tzinfo=UTC), datetime(2026, 1, 13, 3, tzinfo=UTC), files=1
    ),
    "funding of what is to be voided settles": VoidWaits(
        datetime(2026, 1, 14, 13, tzinfo=UTC), datetime(2026, 1, 14, 14, tzinfo=UTC), files=1
    ),
    "funding settles": Due(datetime(2026, 1, 14, 13, tzinfo=UTC), datetime(2026, 1, 14, 14, tzinfo=UTC), files=1),
    "disbursement settles": Due(datetime(2026, 1, 15, 13, tzinfo=UTC), datetime(2026, 1, 15, 14, tzinfo=UTC), files=2),
    "funding returns": Due(
        datetime(2026, 1, 14, 12, tzinfo=UTC), datetime(2026, 1, 14, 14, tzinfo=UTC), files=1, bank="111110001"
    ),
    "disbursement returns": Due(
        datetime(2026, 1, 20, 12, tzinfo=UTC), datetime(2026, 1, 20, 14, tzinfo=UTC), files=2, vendor_bank="222220003"
    ),
}
