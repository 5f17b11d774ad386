"""How a bank account of the organization is verified, and who may pay from it then."""

from __future__ import annotations

import pytest

from billfold.funding import bank_accounts
from billfold.funding import store as funding_store
from billfold.funding.bank_accounts import BankAccountNotPending, NotTheCreator, WrongDeposit
from billfold.funding.model import BankAccountStatus, UserStatus
from billfold.identity.permissions import MayNotPay
from billfold.identity.roles import Role
from billfold.kit.events import list_events
from tests.builders import a_bank_account, a_user, advance, refused


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


def test_a_malformed_account_number_is_refused(company):
    refusal = refused(company, lambda ctx: a_bank_account(ctx, bank="no number at all"))
    assert refusal.path == "account_number"
