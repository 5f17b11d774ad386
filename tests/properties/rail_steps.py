"""Steps of the walk of test_ledger_stateful.py that chance alone seldom comes to: cards, same-day payments, cut-offs,
and vendors' bank accounts that wait for a second user."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from billfold.identity.controls import update_controls
from billfold.identity.roles import Role
from billfold.kit.query import Query
from billfold.parties import vendors
from billfold.parties.acceptance_model import VirtualCardStatus
from billfold.parties.acceptances import set_acceptance
from billfold.parties.account_confirmations import confirm_account, list_confirmations, unconfirmed_vendors
from billfold.parties.corrections import invalidate
from billfold.payables.payments import payments
from billfold.payables.payments.model import DisbursementType, SingleStatus
from billfold.payables.payments.reach import Reach, reach_of
from billfold.rails import calendar, transfers, virtual_cards
from billfold.rails.model import Leg
from billfold.rails.virtual_card_model import VirtualCardStatus as CardStatus
from tests.builders import a_bill, a_payment, a_user, a_vendor, vendor_bank, void

amounts = st.integers(2, 500_000)
pick = st.integers(0, 10**6)
has_payments = precondition(lambda walk: walk.payments)


class RailSteps:
    """Rules of rails."""

    def add_a_card_vendor(self, ctx):
        """A vendor who is paid by virtual card; one who can confirm what others change."""
        vendor = a_vendor(ctx, name="By card", bank="222291234", combine_payments=True)
        set_acceptance(ctx, vendor.id, {"virtual_card_status": VirtualCardStatus.ENROLLED})
        self.vendors.insert(0, vendor.id)
        self.second_user = a_user(ctx, Role.APPROVER).user_id

    def pay_new_bill(self, vendor_id, minor, **fields):
        """A payment of a new bill, if the vendor can be paid."""

        def work(ctx):
            bill = a_bill(ctx, vendors.get_vendor(ctx, vendor_id), amount=f"{minor // 100}.{minor % 100:02d}")
            return bill.bill.id, a_payment(ctx, bill, bank_account=self.accounts[0], **fields).payment

        bill_id, payment = self.do(work) or (None, None)
        if payment is not None:
            self.bills.append(bill_id)
            self.payments.append(payment.id)
            self.do(lambda _: None, touched=[payment.id])
        return payment

    @rule(vendor=pick, minor=amounts)
    def stop_after_a_cut_off(self, vendor, minor):
        """The debit is in a file, and nobody has taken it up: hours of a day that the clock seldom stands in."""
        payment = self.pay_new_bill(self.vendors[vendor % len(self.vendors)], minor)
        if payment is not None:
            self.time_passes(calendar.cut_off(payment.process_on) + timedelta(minutes=1) - self.company.now())

    @rule(vendor=pick, minor=amounts, hours=st.integers(1, 30), denied=st.booleans())
    def void_while_money_is_collected(self, vendor, minor, hours, denied):
        """A void is asked for while the debit is under way, and it may be that the vendor's account is none by then."""
        payment = self.pay_new_bill(self.vendors[vendor % len(self.vendors)], minor)
        if payment is None:
            return
        self.time_passes(calendar.cut_off(payment.process_on) + timedelta(hours=hours) - self.company.now())
        self.do(lambda ctx: void(ctx, payment.id, at_once=False), touched=[payment.id])
        if denied:
            self.deny(payment)

    @rule(vendor=pick, minor=amounts, same_day=st.booleans())
    def lose_a_payee(self, vendor, minor, same_day):
        """The vendor's bank says that there is no such account, when a payment to it is scheduled."""
        vendor_id = self.vendors[vendor % len(self.vendors)]
        on = {"process_on": calendar.earliest_faster_date(self.company.now()), "pay_faster": True} if same_day else {}
        payment = self.pay_new_bill(vendor_id, minor, **on) if not same_day or self.paid_by_ach(vendor_id) else None
        if payment is not None:
            self.deny(payment)

    def deny(self, payment):
        if payment.vendor_bank_account_id is not None:
            account_id = payment.vendor_bank_account_id
            self.do(lambda ctx: invalidate(ctx, account_id, "R02", known_at=ctx.now), touched=[payment.id])

    def paid_by_ach(self, vendor_id):
        with self.company.ctx() as ctx:
            reach = reach_of(ctx, [vendors.get_vendor(ctx, vendor_id)])[vendor_id]
        return isinstance(reach, Reach) and reach.disbursement is DisbursementType.ACH

    @rule(vendor=pick, minor=amounts, hours=st.integers(0, 12))
    def pay_the_same_day(self, vendor, minor, hours):
        vendor_id = self.vendors[1 + vendor % (len(self.vendors) - 1)]
        on = calendar.earliest_faster_date(self.company.now())
        if (
            self.paid_by_ach(vendor_id)
            and self.pay_new_bill(vendor_id, minor, process_on=on, pay_faster=True) is not None
        ):
            self.time_passes(calendar.pay_faster_closes(on) + timedelta(hours=hours) - self.company.now())

    @rule(vendor=pick, minor=amounts)
    def give_back(self, vendor, minor):
        """A payment is voided as soon as it is collected, and its money is back: what comes after that is rare."""
        payment = self.pay_new_bill(self.vendors[vendor % len(self.vendors)], minor)
        if payment is None:
            return
        self.time_passes(calendar.debit_settles_at(payment.process_on) + timedelta(minutes=1) - self.company.now())
        with self.company.ctx() as ctx:
            collected = payments.get_payment(ctx, payment.id).payment.single_status is SingleStatus.PROCESSED
        if collected:
            self.do(lambda ctx: void(ctx, payment.id), touched=[payment.id])
            self.time_passes(timedelta(days=7))

    # Virtual cards

    @rule(minor=amounts, in_part=st.booleans())
    def issue_a_card(self, minor, in_part):
        """A card is issued and, where that is wanted, charged in part."""
        payment = self.pay_new_bill(self.vendors[0], minor)
        if payment is None:
            return
        self.time_passes(timedelta(days=6))
        if in_part:
            self.use_card_of(payment.id, "charge a part")

    @has_payments
    @rule(payment=pick, how=st.sampled_from(["charge a part", "charge all", "expire", "take back"]))
    def use_a_card(self, payment, how):
        with self.company.ctx() as ctx:
            found = [
                one
                for one in self.payments
                if payments.get_payment(ctx, one).payment.disbursement_type is DisbursementType.VIRTUAL_CARD
            ]
        if found:
            self.use_card_of(found[payment % len(found)], how)

    def use_card_of(self, payment_id, how):
        def work(ctx):
            transfer = transfers.leg_of(ctx, payment_id, Leg.DISBURSEMENT)
            issued = [one for one in cards_of(ctx) if one.transfer_id == transfer.id]
            if not issued or issued[0].status is not CardStatus.OPEN:
                return
            if how == "charge a part" and issued[0].rest_minor > 1:
                virtual_cards.charge(ctx, transfer.id, issued[0].rest_minor // 2)
            elif how == "expire":
                virtual_cards.expire(ctx, transfer.id)
            elif how == "take back":
                virtual_cards.take_back(ctx, transfer.id)
            else:
                virtual_cards.charge(ctx, transfer.id, issued[0].rest_minor)

        with self.company.ctx() as ctx:
            touched = [part.bill_id for part in payments.get_payment(ctx, payment_id).bill_payments]
        self.do(work, touched=[payment_id, *touched])

    # Second users

    @rule(vendor=pick, ending=st.sampled_from(["1234", "0003"]))
    def doubt_an_account(self, vendor, ending):
        """The vendor's bank account changes, and waits for a second user."""
        vendor_id = self.vendors[vendor % len(self.vendors)]

        def work(ctx):
            update_controls(ctx, {"confirm_vendor_accounts": True})
            if vendors.payment_account_of(ctx, vendor_id) is not None:
                vendors.remove_bank_account(ctx, vendor_id)
            vendors.add_bank_account(ctx, vendor_id, vendor_bank(f"44444{ending}"))
            update_controls(ctx, {"confirm_vendor_accounts": False})
            assert unconfirmed_vendors(ctx, [vendor_id])

        self.do(work, touched=self.payments)

    @rule()
    def confirm_accounts(self):
        def work(ctx):
            for waiting in list_confirmations(ctx):
                confirm_account(ctx, waiting.account_id, self.second_user)

        self.do(work, touched=self.payments)


def cards_of(ctx):
    return virtual_cards.list_cards(ctx, Query(limit=1_000)).items
