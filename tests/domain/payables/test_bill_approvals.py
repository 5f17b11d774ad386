"""Rules of approvals that no face shows by itself."""

from __future__ import annotations

from decimal import Decimal

from billfold.approvals.model import ApprovalStatus, RuleDraft
from billfold.identity.controls import update_controls
from billfold.identity.roles import Role
from billfold.parties.account_confirmations import confirm_account, list_confirmations
from billfold.parties.corrections import correct_bank_account
from billfold.parties.vendors import get_bank_account
from tests.builders import a_bill, a_policy, a_user, a_vendor

LARGE = RuleDraft("BILL_AMOUNT", "gte", ("1000",))


def status(view):
    return view.bill.approval_status


def test_a_foreign_bill_counts_in_dollars_at_its_own_rate_or_at_the_markets(company):
    with company.ctx() as ctx:
        a_policy(ctx, company.admin.user_id, rules=(LARGE,))
        vendor = a_vendor(ctx, bank=None, bill_currency="JPY")
        assert status(a_bill(ctx, vendor, amount="15000")) is ApprovalStatus.UNASSIGNED
        assert status(a_bill(ctx, vendor, amount="1500000")) is ApprovalStatus.ASSIGNED
        cheap = a_bill(ctx, vendor, amount="15000", exchange_rate=Decimal(150))
        assert status(cheap) is ApprovalStatus.UNASSIGNED
        dear = a_bill(ctx, vendor, amount="150000", exchange_rate=Decimal(150))
        assert status(dear) is ApprovalStatus.ASSIGNED


def test_what_is_outstanding_is_what_keeps_a_bill_from_being_paid():
    assert {one for one in ApprovalStatus if one.outstanding} == {
        ApprovalStatus.ASSIGNED,
        ApprovalStatus.APPROVING,
        ApprovalStatus.DENIED,
    }


def test_a_policy_without_rules_for_so_much_is_none(company):
    with company.ctx() as ctx:
        a_policy(ctx, company.admin.user_id, rules=(LARGE, RuleDraft("BILL_AMOUNT", "lt", ("1000",))))
        assert status(a_bill(ctx, a_vendor(ctx), amount="1000.00")) is ApprovalStatus.UNASSIGNED


def test_a_corrected_bank_account_waits_for_a_second_user_each_time(company):
    with company.ctx() as ctx:
        other, vendor = a_user(ctx, Role.APPROVER), a_vendor(ctx)
        account = get_bank_account(ctx, vendor.id)
        correct_bank_account(ctx, account.id, {"account_number": "5551234"})
        assert list_confirmations(ctx) == []
        update_controls(ctx, {"confirm_vendor_accounts": True})
        for number in ("5551235", "5551236"):
            for _ in range(2):
                correct_bank_account(ctx, account.id, {"account_number": number})
            assert [one.account_id for one in list_confirmations(ctx)] == [account.id]
            confirm_account(ctx, account.id, other.user_id)
            assert list_confirmations(ctx) == []
