"""Void requests: who may ask, what is stopped meanwhile, and what is decided (contract: payables §6.6)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from billfold.identity.permissions import MayNotPay
from billfold.identity.roles import Role
from billfold.kit.errors import InvalidField, Refusal, Refusals
from billfold.kit.events import list_events
from billfold.kit.query import Query
from billfold.ledger import ACCOUNTS_PAYABLE, MONEY_OUT_CLEARING
from billfold.parties import vendors
from billfold.parties.vendors import VendorIsArchived
from billfold.payables.bills import bills
from billfold.payables.bills.model import PaymentStatus
from billfold.payables.payments import payments
from billfold.payables.payments.model import DisbursementType, SingleStatus
from billfold.payables.payments.payment_states import disbursement_status
from billfold.payables.payments.reach import VendorCannotBePaidOnline
from billfold.payables.voids.model import VoidKind, VoidStatus
from billfold.payables.voids.void_requests import PaymentNotVoidable, VoidKindNotAvailable
from billfold.payables.voids.voids import is_voidable
from billfold.rails import transfers
from billfold.rails.checks import checks
from billfold.rails.checks.model import CheckStatus
from billfold.rails.model import Leg, Rail, TransferStatus
from billfold.rails.originators import set_originator
from billfold.rails.transfers import BankAccountInUse
from tests.builders import (
    ADDRESS,
    a_bank_account,
    a_bill,
    a_company,
    a_payment,
    a_user,
    a_vendor,
    advance,
    pay_bills,
    record_payment,
    refused,
    vendor_bank,
    void,
)
from tests.funding_builders import enroll
from tests.readings import balances

FUNDED = datetime(2026, 1, 14, 13, 30, tzinfo=UTC)
PRINTED = datetime(2026, 1, 15, 17, 0, tzinfo=UTC)
#: 16:00 in Los Angeles.
DECIDED = datetime(2026, 1, 16, 0, 0, tzinfo=UTC)
FAILED = datetime(2026, 1, 20, 14, 0, tzinfo=UTC)
UNPAID = {"uncategorized": (20000, 0), ACCOUNTS_PAYABLE: (-20000, 0)}
REISSUE, CREDIT = VoidKind.VOID_AND_REISSUE, VoidKind.VOID_AND_CREDIT


class Story:
    """One combined payment of two bills, of 60.00 and 40.00, by check unless the vendor has a bank account."""

    def __init__(self, company, *, bank="111111234", vendor_bank=None, at=PRINTED):
        self.company = company
        with company.ctx() as ctx:
            self.vendor = a_vendor(ctx, bank=vendor_bank, **ADDRESS)
            self.account = a_bank_account(ctx, bank=bank)
            wanted = [(a_bill(ctx, self.vendor), amount) for amount in ("60.00", "40.00")]
            (view,) = pay_bills(ctx, *wanted, account=self.account)
            self.bill_ids = [bill.bill.id for bill, _ in wanted]
            self.payment_id = view.payment.id
        advance(company, to=at)

    @property
    def view(self):
        with self.company.ctx() as ctx:
            return payments.get_payment(ctx, self.payment_id)

    @property
    def status(self):
        return self.view.payment.single_status

    @property
    def request(self):
        return self.view.void_requests[-1]

    @property
    def balances(self):
        """What is not zero in the ledger: posted, pending."""
        with self.company.ctx() as ctx:
            return balances(ctx)

    @property
    def bill_statuses(self):
        with self.company.ctx() as ctx:
            return {bills.get_bill(ctx, bill_id).bill.payment_status for bill_id in self.bill_ids}

    def void(self, kind=CREDIT, **how):
        with self.company.ctx() as ctx:
            return void(ctx, self.payment_id, kind, **{"at_once": False} | how)

    def refused(self, kind=CREDIT, **how):
        return refused(self.company, lambda ctx: void(ctx, self.payment_id, kind, at_once=False, **how))

    def legs(self):
        """Rail, leg and status of every transfer, oldest first."""
        with self.company.ctx() as ctx:
            found = transfers.list_transfers(ctx, Query(limit=20)).items
            return [(one.rail, one.leg, one.status) for one in found]

    def checks(self):
        """Number and status of every check, oldest first."""
        with self.company.ctx() as ctx:
            return [(one.number, one.status) for one in checks.list_checks(ctx, Query(limit=20)).items]

    def the_check(self):
        with self.company.ctx() as ctx:
            return checks.check_of(ctx, transfers.leg_of(ctx, self.payment_id, Leg.DISBURSEMENT).id)

    def act(self, step, *arguments):
        with self.company.ctx() as ctx:
            step(ctx, *arguments)


# What a request says and does until it is decided


def test_a_void_is_asked_for_and_decided_at_four_in_the_afternoon(company):
    story = Story(company)
    before = story.balances
    view = story.void()
    (request,) = view.void_requests
    assert (request.kind, request.status, request.reason) == (CREDIT, VoidStatus.TO_BE_PROCESSED, "Entered twice")
    assert (request.requested_by, request.created_at) == (company.admin.user_id, PRINTED)
    assert view.payment.single_status is SingleStatus.VOID_PENDING
    assert disbursement_status(view.payment) == "IN_PROGRESS"
    assert (story.balances, story.bill_statuses) == (before, {PaymentStatus.IN_PROCESS})
    assert story.the_check().stop_ordered_at == PRINTED
    advance(company, to=DECIDED)
    assert (story.status, story.request.status) == (SingleStatus.VOIDED, VoidStatus.ACCEPTED)
    assert story.request.updated_at == DECIDED
    assert story.bill_statuses == {PaymentStatus.UNPAID}
    advance(company, days=20)
    assert story.balances == {"uncategorized": (20000, 0), ACCOUNTS_PAYABLE: (-20000, 0)}


def test_a_void_asked_for_in_the_evening_or_on_a_weekend_is_decided_on_the_next_business_day(company):
    story = Story(company, at=datetime(2026, 1, 17, 1, tzinfo=UTC))  # Friday evening, before a holiday's weekend
    story.void()
    advance(company, to=datetime(2026, 1, 20, 23, 59, tzinfo=UTC))
    assert story.status is SingleStatus.VOID_PENDING
    advance(company, to=datetime(2026, 1, 21, 0, 0, tzinfo=UTC))
    assert story.status is SingleStatus.VOIDED


def test_a_credit_that_is_to_be_voided_is_in_no_file(company):
    story = Story(company, vendor_bank="222221234", at=FUNDED)
    story.void()
    assert story.legs()[-1] == (Rail.ACH, Leg.DISBURSEMENT, TransferStatus.HELD)
    advance(company, to=datetime(2026, 1, 15, 3, tzinfo=UTC))
    assert story.status is SingleStatus.VOIDED
    advance(company, days=5)
    assert [status for _, _, status in story.legs()] == ["settled", "cancelled", "settled"]
    assert story.balances == {"uncategorized": (20000, 0), ACCOUNTS_PAYABLE: (-20000, 0)}


def test_the_bank_hears_of_a_stop_with_the_next_printing_and_once(company):
    story = Story(company)
    story.void()
    advance(company, days=1)
    told = story.the_check().void_file_id
    assert told is not None
    advance(company, days=20)
    assert story.the_check().void_file_id == told


def test_a_check_that_its_bank_was_ordered_not_to_pay_is_not_cashed_by_the_clock(company):
    story = Story(company, at=datetime(2026, 1, 24, 2, tzinfo=UTC))  # cashed on Monday morning otherwise
    assert story.status is SingleStatus.DELIVERED
    story.void()
    advance(company, to=datetime(2026, 1, 26, 20, tzinfo=UTC))
    assert (story.status, story.the_check().status) == (SingleStatus.VOID_PENDING, CheckStatus.DELIVERED)
    advance(company, hours=12)
    assert (story.status, story.the_check().status) == (SingleStatus.VOIDED, CheckStatus.VOIDED)


# Who may, and when not


@pytest.mark.parametrize("kind", [CREDIT, REISSUE])
def test_a_payment_is_voided_only_between_cut_off_and_payout(company, kind):
    story = Story(company, at=datetime(2026, 1, 12, 18, tzinfo=UTC))
    assert story.status is SingleStatus.SCHEDULED
    reasons = getattr(story.refused(kind), "refusals", [story.refused(kind)])
    assert PaymentNotVoidable in [type(reason) for reason in reasons]
    advance(company, days=20)
    assert story.status is SingleStatus.CLEARED
    assert isinstance(story.refused(kind), PaymentNotVoidable)


#: Between the cut-off and the morning when the debit starts, and between that and the next one, when it is collected.
UNDER_WAY = [
    (datetime(2026, 1, 13, 4, tzinfo=UTC), SingleStatus.READY_TO_FUND),
    (datetime(2026, 1, 13, 22, tzinfo=UTC), SingleStatus.FUNDING_STARTED),
]


@pytest.mark.parametrize("number", [None, "222221234"])
@pytest.mark.parametrize(("moment", "status"), UNDER_WAY)
def test_a_void_while_the_debit_is_under_way_waits_for_its_money_and_gives_it_back(company, moment, status, number):
    story = Story(company, vendor_bank=number, at=moment)
    assert story.status is status
    story.void()
    assert (story.status, story.request.status) == (status, VoidStatus.TO_BE_PROCESSED)
    assert isinstance(story.refused(), PaymentNotVoidable), "it is asked for already"
    advance(company, to=FUNDED)
    assert (story.status, story.request.status) == (SingleStatus.VOID_PENDING, VoidStatus.TO_BE_PROCESSED)
    advance(company, days=10)
    assert (story.status, story.request.status) == (SingleStatus.VOIDED, VoidStatus.ACCEPTED)
    with company.ctx() as ctx:
        disbursement = transfers.leg_of(ctx, story.payment_id, Leg.DISBURSEMENT)
        assert disbursement.status is TransferStatus.CANCELLED
        assert balances(ctx) == UNPAID


@pytest.mark.parametrize(("moment", "status"), UNDER_WAY)
def test_a_void_whose_debit_comes_back_gives_nothing_back(company, moment, status):
    story = Story(company, bank="111110001", at=moment)
    assert story.status is status
    story.void()
    advance(company, days=10)
    assert (story.status, story.request.status) == (SingleStatus.FUNDING_FAILED_VOIDED, VoidStatus.NO_OP)
    with company.ctx() as ctx:
        assert balances(ctx) == UNPAID


@pytest.mark.parametrize(("moment", "status"), UNDER_WAY)
def test_money_that_is_not_there_yet_is_not_sent_anew(company, moment, status):
    assert isinstance(Story(company, at=moment).refused(REISSUE), VoidKindNotAvailable), status


def test_readers_are_told_that_a_credit_is_in_a_file(company):
    story = Story(company, vendor_bank="222221234", at=FUNDED)
    for moment, leaving in ((FUNDED, False), (datetime(2026, 1, 15, 3, tzinfo=UTC), True)):
        advance(company, to=moment)
        assert story.status is SingleStatus.PROCESSED
        with company.ctx() as ctx:
            (listed,) = payments.list_payments(ctx, Query()).items
            assert (payments.read_payment(ctx, story.payment_id).is_leaving, listed.is_leaving) == (leaving, leaving)


class NotMeant(Exception):
    """What was asked for is taken back."""


def lets_void(company, payment_id):
    """Whether a void would be taken; none is asked for."""

    def look(ctx):
        void(ctx, payment_id)
        raise NotMeant

    try:
        with company.ctx() as ctx:
            look(ctx)
    except NotMeant:
        return True
    except (Refusal, Refusals):
        return False


@pytest.mark.parametrize("how", ["credit", "credit of today", "check", "fast check", "card", "own bank"])
def test_a_payment_is_shown_as_voidable_exactly_while_it_is(database, house, how):
    company = a_company(database, house, at=datetime(2026, 1, 12, 15, 30, tzinfo=UTC))
    options = {"credit of today": {"pay_faster": True}, "fast check": {"check_delivery_type": "UPS_1DAY"}}
    with company.ctx() as ctx:
        account = a_bank_account(ctx)
        number = None if "check" in how else "222221234"
        vendor = a_vendor(ctx, bank=number, **ADDRESS)
        if how == "card":
            enroll(ctx, vendor)
        if how == "own bank":
            set_originator(ctx, {"own_bank_account_id": account.id})
        payment_id = a_payment(ctx, a_bill(ctx, vendor), bank_account=account, **options.get(how, {})).payment.id
    seen = set()
    for _ in range(24 * 5):
        with company.ctx() as ctx:
            view = payments.read_payment(ctx, payment_id)
        shown = is_voidable(view.payment) and not view.is_leaving
        assert shown is lets_void(company, payment_id), (company.now(), view.payment.single_status)
        seen.add(shown)
        advance(company, hours=1)
    assert seen == ({False} if how == "own bank" else {True, False}), (
        "what needs no debit is in the file of the cut-off"
    )


def test_a_credit_in_a_file_is_not_voided_though_it_has_not_left(company):
    story = Story(company, vendor_bank="222221234", at=datetime(2026, 1, 15, 3, tzinfo=UTC))
    assert story.status is SingleStatus.PROCESSED
    assert isinstance(story.refused(), PaymentNotVoidable)


def test_a_payment_is_voided_once_at_a_time(company):
    story = Story(company)
    story.void()
    assert isinstance(story.refused(), PaymentNotVoidable)
    assert len(story.view.void_requests) == 1


@pytest.mark.parametrize("reason", ["", None, "x" * 4001])
def test_a_void_needs_a_reason_of_at_most_4000_characters(company, reason):
    refusal = Story(company).refused(reason=reason)
    assert isinstance(refusal, InvalidField)
    assert refusal.path == "reason"


def test_what_is_wrong_with_a_void_is_said_at_once(company):
    refusal = Story(company, at=datetime(2026, 1, 12, 18, tzinfo=UTC)).refused(VoidKind.VOID_ONLY, reason="")
    assert isinstance(refusal, Refusals)
    assert [type(one) for one in refusal.refusals] == [InvalidField, PaymentNotVoidable, VoidKindNotAvailable]


@pytest.mark.parametrize("kind", [VoidKind.VOID_ONLY, VoidKind.VOID_AND_REISSUE_VCARD])
def test_money_that_moved_is_given_back_or_sent_anew(company, kind):
    assert isinstance(Story(company).refused(kind), VoidKindNotAvailable)


@pytest.mark.parametrize("kind", [CREDIT, REISSUE, VoidKind.VOID_AND_REISSUE_VCARD])
def test_a_recorded_payment_is_voided_only(company, kind):
    with company.ctx() as ctx:
        payment = record_payment(ctx, (a_bill(ctx, a_vendor(ctx)), "1.00")).payment
    assert isinstance(refused(company, lambda ctx: void(ctx, payment.id, kind)), VoidKindNotAvailable)
    with company.ctx() as ctx:
        view = void(ctx, payment.id, VoidKind.VOID_ONLY, at_once=False)
    assert view.payment.single_status is SingleStatus.VOIDED, "nothing has to be stopped"
    assert [request.status for request in view.void_requests] == [VoidStatus.ACCEPTED]


def test_who_voids_may_pay_from_the_account_that_paid(company):
    story = Story(company)
    with company.ctx() as ctx:
        payer, clerk = a_user(ctx, Role.PAYER), a_user(ctx, Role.CLERK)
    for actor in (payer, clerk):
        refusal = refused(company, lambda ctx: void(ctx, story.payment_id), actor=actor)
        assert isinstance(refusal, MayNotPay)


def test_a_failed_payment_whose_bank_account_was_archived_is_voided_and_its_money_goes_to_the_default(company):
    from billfold.funding import bank_accounts

    with company.ctx() as ctx:
        default = a_bank_account(ctx)
        bank_accounts.update(ctx, default.id, {"is_payables_default": True})
    story = Story(company, vendor_bank="222220003", at=FAILED)
    assert story.status is SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED
    with company.ctx() as ctx:
        bank_accounts.archive(ctx, story.account.id)
    story.void()
    advance(company, days=1)
    assert story.status is SingleStatus.VOIDED
    assert isinstance(refused(company, lambda ctx: bank_accounts.archive(ctx, default.id)), BankAccountInUse)
    advance(company, days=20)
    owed = {"uncategorized": (20000, 0), ACCOUNTS_PAYABLE: (-20000, 0)}
    assert story.balances == owed | {story.account.id: (-10000, 0), default.id: (10000, 0)}
    with company.ctx() as ctx:
        bank_accounts.archive(ctx, default.id)


# Void and reissue


def test_a_check_is_reissued_with_another_number_and_no_new_funding(company):
    story = Story(company)
    story.void(REISSUE)
    advance(company, to=DECIDED)
    payment = story.view.payment
    assert (payment.single_status, payment.check_number, payment.sent_on) == (SingleStatus.PROCESSED, None, None)
    assert (story.request.kind, story.request.status) == (REISSUE, VoidStatus.ACCEPTED)
    assert story.bill_statuses == {PaymentStatus.IN_PROCESS}
    advance(company, days=1)
    assert story.status is SingleStatus.SENT
    assert story.checks() == [(1001, CheckStatus.VOIDED), (1002, CheckStatus.PRINTED)]
    assert story.view.payment.check_number == 1002
    advance(company, days=20)
    assert (story.status, story.bill_statuses) == (SingleStatus.CLEARED, {PaymentStatus.PARTIALLY_PAID})
    assert story.balances == {
        "uncategorized": (20000, 0), ACCOUNTS_PAYABLE: (-10000, 0), story.account.id: (-10000, 0),
    }  # fmt: skip
    assert [leg for _, leg, _ in story.legs()] == [Leg.FUNDING, Leg.DISBURSEMENT, Leg.DISBURSEMENT]


def test_a_reissued_check_can_be_voided_again_and_the_story_is_told_in_order(company):
    story = Story(company)
    story.void(REISSUE)
    advance(company, days=1)
    story.void(CREDIT)
    advance(company, days=1)
    assert story.status is SingleStatus.VOIDED
    assert [(request.kind, request.status) for request in story.view.void_requests] == [
        (REISSUE, VoidStatus.ACCEPTED), (CREDIT, VoidStatus.ACCEPTED),
    ]  # fmt: skip
    with company.ctx() as ctx:
        named = [event.name for event in list_events(ctx.tx, ctx.organization_id, limit=1000)]
    told = [name for name in named if name.startswith("Void") or name in {"PaymentReissued", "PaymentVoided"}]
    assert told == [
        "VoidRequested", "PaymentReissued", "VoidDecided", "VoidRequested", "PaymentVoided", "VoidDecided",
    ]  # fmt: skip


def test_a_replacement_that_is_voided_before_its_printing_leaves_no_second_check(company):
    story = Story(company)
    with company.ctx() as ctx:
        void(ctx, story.payment_id, REISSUE)
    with company.ctx() as ctx:
        void(ctx, story.payment_id, REISSUE)
    assert [request.status for request in story.view.void_requests] == [VoidStatus.ACCEPTED] * 2
    assert story.checks() == [(1001, CheckStatus.VOIDED)]
    advance(company, days=20)
    assert story.checks() == [(1001, CheckStatus.VOIDED), (1002, CheckStatus.CLEARED)]
    assert story.status is SingleStatus.CLEARED
    assert [status for _, leg, status in story.legs() if leg is Leg.DISBURSEMENT] == [
        TransferStatus.RETURNED, TransferStatus.CANCELLED, TransferStatus.SETTLED,
    ]  # fmt: skip


def test_a_credit_that_came_back_is_sent_to_the_vendors_new_account(company):
    story = Story(company, vendor_bank="222220003", at=FAILED)
    with company.ctx() as ctx:
        vendors.remove_bank_account(ctx, story.vendor.id)
        account = vendors.add_bank_account(ctx, story.vendor.id, vendor_bank("333331234"))
    story.void(REISSUE)
    assert disbursement_status(story.view.payment) == "FAILED", "as before, until it is decided"
    advance(company, days=1)
    payment = story.view.payment
    assert (payment.vendor_bank_account_id, payment.return_code) == (account.id, None)
    assert payment.disbursement_type is DisbursementType.ACH
    advance(company, days=5)
    assert story.status is SingleStatus.CLEARED
    assert [status for _, _, status in story.legs()] == ["settled", "returned", "settled"]


def test_a_credit_that_came_back_is_reissued_as_a_check_to_who_has_no_account_any_more(company):
    story = Story(company, vendor_bank="222220003", at=FAILED)
    with company.ctx() as ctx:
        vendors.remove_bank_account(ctx, story.vendor.id)
    story.void(REISSUE)
    advance(company, days=3)
    payment = story.view.payment
    assert (payment.disbursement_type, payment.single_status) == (DisbursementType.CHECK, SingleStatus.SENT)
    assert story.checks() == [(1001, CheckStatus.PRINTED)]


def test_nothing_is_reissued_to_who_cannot_be_paid(company):
    story = Story(company)
    with company.ctx() as ctx:
        vendors.update_vendor(ctx, story.vendor.id, {"payee_name": "紙"})
    assert isinstance(story.refused(REISSUE), VendorCannotBePaidOnline)


def test_nothing_is_reissued_to_a_vendor_who_was_archived(company):
    story = Story(company)
    with company.ctx() as ctx:
        vendors.archive_vendor(ctx, story.vendor.id)
    assert isinstance(story.refused(REISSUE), VendorIsArchived)
    story.void()
    advance(company, days=20)
    assert story.status is SingleStatus.VOIDED


def test_a_reissue_to_who_cannot_be_paid_any_more_is_rejected_and_the_money_waits(company):
    story = Story(company)
    story.void(REISSUE)
    with company.ctx() as ctx:
        vendors.update_vendor(ctx, story.vendor.id, {"payee_name": "紙"})
    advance(company, to=DECIDED)
    assert (story.status, story.request.status) == (
        SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED, VoidStatus.REJECTED,
    )  # fmt: skip
    assert story.balances[MONEY_OUT_CLEARING] == (10000, 0)
    story.void(CREDIT)
    advance(company, days=20)
    assert story.status is SingleStatus.VOIDED
    assert MONEY_OUT_CLEARING not in story.balances


# Races of a void that is pending


def test_a_void_that_loses_the_race_against_the_cashing_is_rejected(company):
    story = Story(company)
    story.void()
    story.act(checks.clear_check, story.the_check().id)
    assert (story.status, story.request.status) == (SingleStatus.CLEARED, VoidStatus.REJECTED)
    assert story.bill_statuses == {PaymentStatus.PARTIALLY_PAID}
    advance(company, days=20)
    assert story.status is SingleStatus.CLEARED
    assert story.the_check().status is CheckStatus.CLEARED
    assert isinstance(story.refused(), PaymentNotVoidable)


@pytest.mark.parametrize("end", [checks.stop_check, checks.void_check, checks.expire_check])
@pytest.mark.parametrize(("kind", "after"), [(CREDIT, SingleStatus.VOIDED), (REISSUE, SingleStatus.PROCESSED)])
def test_a_check_that_ends_before_the_decision_is_the_decision(company, end, kind, after):
    story = Story(company)
    story.void(kind)
    story.act(end, story.the_check().id)
    assert (story.status, story.request.status) == (after, VoidStatus.ACCEPTED)
    advance(company, days=1)
    assert len(story.view.void_requests) == 1


def test_a_debit_that_comes_back_before_a_held_credit_is_voided_leaves_nothing_to_decide(company):
    story = Story(company, vendor_bank="222221234", at=FUNDED)
    story.void(REISSUE)
    with company.ctx() as ctx:
        transfers.return_transfer(ctx, transfers.leg_of(ctx, story.payment_id, Leg.FUNDING), "R10")
    assert (story.status, story.request.status) == (SingleStatus.FUNDING_FAILED_VOIDED, VoidStatus.NO_OP)
    advance(company, days=5)
    assert story.balances == {"uncategorized": (20000, 0), ACCOUNTS_PAYABLE: (-20000, 0)}


@pytest.mark.parametrize(("kind", "decided"), [(CREDIT, VoidStatus.ACCEPTED), (REISSUE, VoidStatus.REJECTED)])
def test_a_check_whose_debit_comes_back_before_it_is_voided_gives_nothing_back(company, kind, decided):
    story = Story(company)
    story.void(kind)
    with company.ctx() as ctx:
        transfers.return_transfer(ctx, transfers.leg_of(ctx, story.payment_id, Leg.FUNDING), "R10")
    assert story.status is SingleStatus.VOID_PENDING
    advance(company, to=DECIDED)
    assert (story.status, story.request.status) == (SingleStatus.FUNDING_FAILED_VOIDED, decided)
    assert story.balances == {"uncategorized": (20000, 0), ACCOUNTS_PAYABLE: (-20000, 0)}


def test_a_check_that_is_cashed_after_its_debit_came_back_is_owed(company):
    story = Story(company)
    story.void()
    with company.ctx() as ctx:
        transfers.return_transfer(ctx, transfers.leg_of(ctx, story.payment_id, Leg.FUNDING), "R10")
    story.act(checks.clear_check, story.the_check().id)
    assert (story.status, story.request.status) == (SingleStatus.FUNDING_FAILED_ACTION_NEEDED, VoidStatus.REJECTED)
    assert story.balances[MONEY_OUT_CLEARING] == (-10000, 0)
    assert isinstance(story.refused(), PaymentNotVoidable)


def test_a_check_whose_funding_failed_is_not_reissued(company):
    story = Story(company)
    with company.ctx() as ctx:
        transfers.return_transfer(ctx, transfers.leg_of(ctx, story.payment_id, Leg.FUNDING), "R10")
    assert isinstance(story.refused(REISSUE), VoidKindNotAvailable)
    story.void(CREDIT)
    advance(company, to=DECIDED)
    assert story.status is SingleStatus.FUNDING_FAILED_VOIDED


def test_a_void_is_decided_once(company):
    story = Story(company)
    story.void()
    with company.ctx() as ctx:
        from billfold.payables.voids.void_requests import decide, decide_now

        decide_now(ctx, story.payment_id)
        decide(ctx, {"request_id": payments.get_payment(ctx, story.payment_id).void_requests[-1].id})
    advance(company, days=20)
    assert [leg for _, leg, _ in story.legs()] == [Leg.FUNDING, Leg.DISBURSEMENT, Leg.REFUND]
    assert isinstance(refused(company, lambda ctx: decide_now(ctx, story.payment_id)), PaymentNotVoidable)
