"""Vendors and their bank account; the organization's bank accounts and who may pay from them."""

from __future__ import annotations

import pytest

from billfold.funding import bank_accounts
from billfold.funding import store as funding_store
from billfold.funding.bank_accounts import BankAccountNotPending, NotTheCreator, WrongDeposit
from billfold.funding.model import BankAccountStatus, UserStatus
from billfold.identity.permissions import MayNotPay
from billfold.identity.roles import Role
from billfold.kit.errors import InvalidField, NotFound, Refusals
from billfold.kit.events import list_events
from billfold.parties import vendors
from billfold.parties.model import PayBy
from billfold.parties.vendors import VendorHasBankAccount
from tests.builders import a_bank_account, a_user, a_vendor, advance, refused, vendor_bank

# Vendors


def test_a_vendor_is_paid_by_check_until_there_is_a_bank_account(company):
    with company.ctx() as ctx:
        vendor = a_vendor(ctx, bank=None)
        assert vendor.pay_by is PayBy.CHECK
        vendors.add_bank_account(ctx, vendor.id, vendor_bank("5551234"))
        assert vendors.get_vendor(ctx, vendor.id).pay_by is PayBy.ACH


def test_a_vendor_has_one_bank_account(company):
    with company.ctx() as ctx:
        vendor = a_vendor(ctx, bank="5551234")
    refusal = refused(company, lambda ctx: vendors.add_bank_account(ctx, vendor.id, vendor_bank("5559999")))
    assert isinstance(refusal, VendorHasBankAccount)


def test_a_removed_bank_account_makes_room_for_another(company):
    with company.ctx() as ctx:
        vendor = a_vendor(ctx, bank="5551234")
        vendors.remove_bank_account(ctx, vendor.id)
        assert vendors.get_vendor(ctx, vendor.id).pay_by is PayBy.CHECK
        vendors.add_bank_account(ctx, vendor.id, vendor_bank("5559999"))
        assert vendors.get_bank_account(ctx, vendor.id).account_number_last4 == "9999"


def test_removing_a_bank_account_that_is_not_there_is_refused(company):
    with company.ctx() as ctx:
        vendor = a_vendor(ctx, bank=None)
    assert isinstance(refused(company, lambda ctx: vendors.remove_bank_account(ctx, vendor.id)), NotFound)
    assert isinstance(refused(company, lambda ctx: vendors.get_bank_account(ctx, vendor.id)), NotFound)


@pytest.mark.parametrize(
    ("number", "routing", "paths"),
    [
        ("5551234", "074000011", ["routing_number"]),
        ("5551234", "12345678", ["routing_number"]),
        ("5551234", "٠٧٤٠٠٠٠١٠", ["routing_number"]),
        ("", "074000010", ["account_number"]),
        ("1" * 18, "074000010", ["account_number"]),
        ("55 51", "123456789", ["routing_number", "account_number"]),
    ],
)
def test_malformed_bank_details_are_refused_and_never_repeated(company, number, routing, paths):
    with company.ctx() as ctx:
        vendor = a_vendor(ctx, bank=None)
    refusal = refused(company, lambda ctx: vendors.add_bank_account(ctx, vendor.id, vendor_bank(number, routing)))
    found = refusal.refusals if isinstance(refusal, Refusals) else [refusal]
    assert [one.path for one in found] == paths
    assert len(number) < 4 or number not in str(refusal)


def test_account_numbers_are_sealed_everywhere(company):
    with company.ctx() as ctx:
        vendor = a_vendor(ctx, bank="98761234567", tax_id="12-3456789")
        account = vendors.get_bank_account(ctx, vendor.id)
        assert vendors.clear_account(ctx, account.id).account_number == "98761234567"
    from tests.builders import dump

    stored = repr(dump(company.database))
    assert "98761234567" not in stored
    assert "12-3456789" not in stored


def test_archiving_and_restoring_a_vendor_twice_is_done_once(company):
    with company.ctx() as ctx:
        vendor = a_vendor(ctx)
        assert vendors.archive_vendor(ctx, vendor.id).archived
        assert vendors.archive_vendor(ctx, vendor.id).archived
        assert not vendors.restore_vendor(ctx, vendor.id).archived
        assert not vendors.restore_vendor(ctx, vendor.id).archived
    with company.ctx() as ctx:
        names = [event.name for event in list_events(ctx.tx, ctx.organization_id, subject_id=vendor.id)]
    assert names == ["VendorCreated", "VendorArchived", "VendorRestored"]


@pytest.mark.parametrize("name", ["", "  ", "x" * 101])
def test_a_vendors_name_is_neither_blank_nor_too_long(company, name):
    assert isinstance(refused(company, lambda ctx: a_vendor(ctx, name=name)), InvalidField)


# The organization's bank accounts


def test_naming_the_deposit_back_verifies_the_account_and_its_creator(company):
    with company.ctx() as ctx:
        account = a_bank_account(ctx, verified=False)
        assert (account.status, account.deposit_minor) == (BankAccountStatus.PENDING, 50)
        verified = bank_accounts.verify(ctx, account.id, 50)
        assert verified.status is BankAccountStatus.VERIFIED
        user = funding_store.user_of(ctx.tx, ctx.organization_id, account.id, ctx.actor.user_id)
        assert user.verification_status is UserStatus.VERIFIED
        assert bank_accounts.require_payer(ctx, account.id) == verified


def test_the_first_verified_account_is_the_default_for_payables(company):
    with company.ctx() as ctx:
        assert a_bank_account(ctx).is_payables_default
        assert not a_bank_account(ctx, bank="333331234").is_payables_default


def test_three_wrong_deposits_make_the_account_invalid_and_the_count_survives_each_refusal(company):
    with company.ctx() as ctx:
        account = a_bank_account(ctx, verified=False)
    for wrong in (1, 2, 3):
        refusal = refused(company, lambda ctx: bank_accounts.verify(ctx, account.id, 51))
        assert isinstance(refusal, WrongDeposit)
        with company.ctx() as ctx:
            assert bank_accounts.get(ctx, account.id).wrong_deposits == wrong
    with company.ctx() as ctx:
        assert bank_accounts.get(ctx, account.id).status is BankAccountStatus.INVALID
        names = [event.name for event in list_events(ctx.tx, ctx.organization_id, subject_id=account.id)]
    assert names == ["BankAccountCreated", "BankAccountInvalidated"]
    refusal = refused(company, lambda ctx: bank_accounts.verify(ctx, account.id, 50))
    assert isinstance(refusal, BankAccountNotPending)


def test_two_wrong_deposits_can_be_followed_by_the_right_one(company):
    with company.ctx() as ctx:
        account = a_bank_account(ctx, verified=False)
    for _ in range(2):
        refused(company, lambda ctx: bank_accounts.verify(ctx, account.id, 49))
    with company.ctx() as ctx:
        assert bank_accounts.verify(ctx, account.id, 50).status is BankAccountStatus.VERIFIED


def test_a_wrong_deposit_without_its_trace_leaves_no_count(company):
    with company.ctx() as ctx:
        account = a_bank_account(ctx, verified=False)
    with pytest.raises(WrongDeposit), company.ctx() as ctx:
        bank_accounts.verify(ctx, account.id, 49)
    with company.ctx() as ctx:
        assert bank_accounts.get(ctx, account.id).wrong_deposits == 0


def test_the_deposit_expires_after_fourteen_days(company):
    with company.ctx() as ctx:
        early, late = a_bank_account(ctx, verified=False), a_bank_account(ctx, verified=False)
    advance(company, days=14)
    with company.ctx() as ctx:
        bank_accounts.verify(ctx, early.id, 50)
    advance(company, minutes=1)
    refusal = refused(company, lambda ctx: bank_accounts.verify(ctx, late.id, 50))
    assert isinstance(refusal, BankAccountNotPending)


def test_only_the_creator_verifies(company):
    with company.ctx() as ctx:
        account = a_bank_account(ctx, verified=False)
        other = a_user(ctx, Role.ADMINISTRATOR)
    refusal = refused(company, lambda ctx: bank_accounts.verify(ctx, account.id, 50), actor=other)
    assert isinstance(refusal, NotTheCreator)


def test_another_administrator_pays_only_where_administrators_have_access(company):
    with company.ctx() as ctx:
        closed, shared = a_bank_account(ctx), a_bank_account(ctx, access_to_admins=True)
        administrator, payer = a_user(ctx, Role.ADMINISTRATOR), a_user(ctx, Role.PAYER)
    with company.ctx(administrator) as ctx:
        assert bank_accounts.require_payer(ctx, shared.id).id == shared.id
    for actor, account in ((administrator, closed), (payer, closed), (payer, shared)):
        refusal = refused(
            company, lambda ctx, account=account: bank_accounts.require_payer(ctx, account.id), actor=actor
        )
        assert isinstance(refusal, MayNotPay)


def test_an_administrator_without_a_row_pays_from_an_account_that_gave_access_before_there_were_rows(company):
    with company.ctx() as ctx:
        account, administrator = a_bank_account(ctx, access_to_admins=True), a_user(ctx, Role.ADMINISTRATOR)
        ctx.tx.run("DELETE FROM bank_account_users WHERE as_administrator")
    with company.ctx(administrator) as ctx:
        assert bank_accounts.require_payer(ctx, account.id).id == account.id


def test_nobody_pays_from_an_account_that_is_not_verified(company):
    with company.ctx() as ctx:
        account = a_bank_account(ctx, verified=False, access_to_admins=True)
    assert isinstance(refused(company, lambda ctx: bank_accounts.require_payer(ctx, account.id)), MayNotPay)


def test_both_numbers_of_a_malformed_account_are_reported(company):
    refusal = refused(company, lambda ctx: a_bank_account(ctx, bank="no number at all"))
    assert refusal.path == "account_number"
