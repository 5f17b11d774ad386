"""The organization's bank accounts after their verification, and who may use them."""

from __future__ import annotations

import pytest

from billfold.funding import bank_account_users, bank_accounts
from billfold.funding.bank_account_users import AlreadyAccountUser, BankAccountNotUsable, NomineeInactive
from billfold.funding.bank_accounts import BankAccountNotPending, NoPayablesDefault, NotAccountUser
from billfold.funding.model import BankAccountStatus, UserStatus
from billfold.identity.permissions import MayNotPay
from billfold.identity.roles import Role
from billfold.kit.ctx import RecordStatus
from billfold.kit.errors import InvalidField, NotFound, Refusals, StateForbids
from billfold.kit.events import list_events
from billfold.kit.query import Query
from billfold.rails.transfers import BankAccountInUse
from tests.builders import ADDRESS, a_bank_account, a_bill, a_payment, a_user, a_vendor, advance, meanwhile, refused


def names_of(ctx, subject_id):
    ctx.flush()
    return [event.name for event in list_events(ctx.tx, ctx.organization_id, subject_id=subject_id)]


def defaults(ctx):
    accounts = bank_accounts.list_accounts(ctx, Query()).items
    return (
        [one.id for one in accounts if one.is_payables_default],
        [one.id for one in accounts if one.is_receivables_default],
    )


# Changing


def test_making_an_account_the_default_takes_that_from_the_former(company):
    with company.ctx() as ctx:
        first, second = a_bank_account(ctx), a_bank_account(ctx, bank="333331234")
        bank_accounts.update(ctx, first.id, {"is_receivables_default": True})
    with company.ctx() as ctx:
        bank_accounts.update(ctx, second.id, {"is_payables_default": True})
        assert defaults(ctx) == ([second.id], [first.id])
        assert names_of(ctx, first.id)[-2:] == ["BankAccountUpdated", "BankAccountUpdated"]
        bank_accounts.update(ctx, second.id, {"is_receivables_default": True, "is_payables_default": False})
        assert defaults(ctx) == ([], [second.id])


def test_only_a_usable_account_can_change(company):
    with company.ctx() as ctx:
        pending = a_bank_account(ctx, verified=False)
        archived = bank_accounts.archive(ctx, a_bank_account(ctx).id)
    for account in (pending, archived):
        refusal = refused(
            company, lambda ctx, account=account: bank_accounts.update(ctx, account.id, {"bank_name": "New"})
        )
        assert isinstance(refusal, BankAccountNotUsable)


def test_blank_and_long_names_are_refused_together(company):
    with company.ctx() as ctx:
        account = a_bank_account(ctx)
    changes = {"bank_name": " ", "name_on_account": "x" * 101}
    refusal = refused(company, lambda ctx: bank_accounts.update(ctx, account.id, changes))
    assert isinstance(refusal, Refusals)
    assert {one.path for one in refusal.refusals} == {"bank_name", "name_on_account"}


def test_access_to_administrators_can_be_given_and_taken_back(company):
    with company.ctx() as ctx:
        account = a_bank_account(ctx)
        other = a_user(ctx, Role.ADMINISTRATOR)
        bank_accounts.update(ctx, account.id, {"access_to_admins": True})
    with company.ctx(other) as ctx:
        assert bank_accounts.require_payer(ctx, account.id).access_to_admins
        bank_accounts.update(ctx, account.id, {"access_to_admins": False})
    refusal = refused(company, lambda ctx: bank_accounts.require_payer(ctx, account.id), actor=other)
    assert isinstance(refusal, MayNotPay)


# The test deposit


def test_an_amount_that_no_deposit_can_have_is_refused_and_not_counted(company):
    with company.ctx() as ctx:
        account = a_bank_account(ctx, verified=False)
    for amount in (0, 100, -50):
        refusal = refused(company, lambda ctx, amount=amount: bank_accounts.verify(ctx, account.id, amount))
        assert isinstance(refusal, InvalidField)
    with company.ctx() as ctx:
        assert bank_accounts.get(ctx, account.id).wrong_deposits == 0


def test_an_account_that_nobody_verifies_in_time_expires_by_itself(company):
    with company.ctx() as ctx:
        account, verified = a_bank_account(ctx, verified=False), a_bank_account(ctx, bank="333331234")
    advance(company, days=14)
    with company.ctx() as ctx:
        assert bank_accounts.get(ctx, account.id).status is BankAccountStatus.PENDING
    advance(company, minutes=1)
    with company.ctx() as ctx:
        assert bank_accounts.get(ctx, account.id).status is BankAccountStatus.EXPIRED
        assert bank_accounts.get(ctx, verified.id).status is BankAccountStatus.VERIFIED
        assert names_of(ctx, account.id) == ["BankAccountCreated", "BankAccountExpired"]
    refusal = refused(company, lambda ctx: bank_accounts.verify(ctx, account.id, 50))
    assert isinstance(refusal, BankAccountNotPending)


# Archiving


def test_archiving_the_default_picks_none_and_the_next_verified_account_becomes_it(company):
    with company.ctx() as ctx:
        first, second = a_bank_account(ctx), a_bank_account(ctx, bank="333331234")
        archived = bank_accounts.archive(ctx, first.id)
        assert archived.record_status is RecordStatus.INACTIVE
        assert defaults(ctx) == ([], [])
    assert isinstance(refused(company, bank_accounts.payables_default), NoPayablesDefault)
    with company.ctx() as ctx:
        third = a_bank_account(ctx, bank="444441234")
        assert defaults(ctx) == ([third.id], [])
        assert bank_accounts.get(ctx, second.id).is_payables_default is False


def test_archiving_twice_changes_nothing(company):
    with company.ctx() as ctx:
        account = a_bank_account(ctx)
        archived = bank_accounts.archive(ctx, account.id)
        assert bank_accounts.archive(ctx, account.id) == archived
        assert names_of(ctx, account.id).count("BankAccountArchived") == 1


def test_an_account_that_is_not_verified_cannot_be_archived(company):
    with company.ctx() as ctx:
        account = a_bank_account(ctx, verified=False)
    assert isinstance(refused(company, lambda ctx: bank_accounts.archive(ctx, account.id)), BankAccountNotUsable)


def test_only_a_verified_user_of_the_account_archives_it(company):
    with company.ctx() as ctx:
        account = a_bank_account(ctx)
        other = a_user(ctx, Role.ADMINISTRATOR)
    refusal = refused(company, lambda ctx: bank_accounts.archive(ctx, account.id), actor=other)
    assert isinstance(refusal, NotAccountUser)
    with company.ctx() as ctx:
        bank_account_users.verify(ctx, bank_account_users.nominate(ctx, account.id, other.user_id).id)
    with company.ctx(other) as ctx:
        assert bank_accounts.archive(ctx, account.id).archived


def test_an_account_cannot_be_archived_until_its_payments_have_their_money(company):
    with company.ctx() as ctx:
        account = a_bank_account(ctx)
        a_payment(ctx, a_bill(ctx, a_vendor(ctx)), bank_account=account)
    for _ in range(3):  # scheduled, sent, started
        refusal = refused(company, lambda ctx: bank_accounts.archive(ctx, account.id))
        assert isinstance(refusal, BankAccountInUse), refusal
        assert refusal.parameters["count"] == 1
        advance(company, hours=11)
    advance(company, days=2)
    with company.ctx() as ctx:
        assert bank_accounts.archive(ctx, account.id).archived
    advance(company, days=5)


def test_an_account_cannot_be_archived_while_a_check_drawn_on_it_is_out(company):
    with company.ctx() as ctx:
        account = a_bank_account(ctx)
        a_payment(ctx, a_bill(ctx, a_vendor(ctx, bank=None, **ADDRESS)), bank_account=account)
    for _ in range(2):  # waiting for its printing, in the mail
        advance(company, days=4)
        refusal = refused(company, lambda ctx: bank_accounts.archive(ctx, account.id))
        assert isinstance(refusal, BankAccountInUse), refusal
    advance(company, days=14)
    with company.ctx() as ctx:
        assert bank_accounts.archive(ctx, account.id).archived


def test_nobody_pays_from_an_archived_account(company):
    with company.ctx() as ctx:
        account = a_bank_account(ctx)
        bank_accounts.archive(ctx, account.id)
    assert isinstance(refused(company, lambda ctx: bank_accounts.require_payer(ctx, account.id)), MayNotPay)


# Users


def test_a_nominee_pays_once_verified_and_not_once_archived(company):
    with company.ctx() as ctx:
        account = a_bank_account(ctx)
        payer = a_user(ctx, Role.PAYER)
        nominee = bank_account_users.nominate(ctx, account.id, payer.user_id)
        assert nominee.verification_status is UserStatus.NOMINATED
    assert isinstance(
        refused(company, lambda ctx: bank_accounts.require_payer(ctx, account.id), actor=payer), MayNotPay
    )
    with company.ctx() as ctx:
        assert bank_account_users.verify(ctx, nominee.id).verification_status is UserStatus.VERIFIED
        bank_account_users.verify(ctx, nominee.id)
    with company.ctx(payer) as ctx:
        assert bank_accounts.require_payer(ctx, account.id).id == account.id
        assert bank_account_users.may_pay_online(ctx)
    with company.ctx() as ctx:
        archived = bank_account_users.archive(ctx, nominee.id)
        assert (archived.verification_status, archived.archived) == (UserStatus.UNVERIFIED, True)
        assert bank_account_users.archive(ctx, nominee.id) == archived
        assert names_of(ctx, nominee.id) == [
            "BankAccountUserNominated", "BankAccountUserVerified", "BankAccountUserArchived",
        ]  # fmt: skip
    assert isinstance(
        refused(company, lambda ctx: bank_accounts.require_payer(ctx, account.id), actor=payer), MayNotPay
    )
    with company.ctx(payer) as ctx:
        assert not bank_account_users.may_pay_online(ctx)


def test_nobody_is_nominated_twice_until_archived(company):
    with company.ctx() as ctx:
        account = a_bank_account(ctx)
        payer = a_user(ctx, Role.PAYER)
        nominee = bank_account_users.nominate(ctx, account.id, payer.user_id)
    for user_id in (payer.user_id, company.admin.user_id):
        refusal = refused(company, lambda ctx, user_id=user_id: bank_account_users.nominate(ctx, account.id, user_id))
        assert isinstance(refusal, AlreadyAccountUser)
    with company.ctx() as ctx:
        bank_account_users.archive(ctx, nominee.id)
        again = bank_account_users.nominate(ctx, account.id, payer.user_id)
        assert (again.id, again.verification_status, again.archived) == (nominee.id, UserStatus.NOMINATED, False)


def test_who_was_archived_is_not_verified_without_a_new_nomination(company):
    with company.ctx() as ctx:
        account = a_bank_account(ctx)
        nominee = bank_account_users.nominate(ctx, account.id, a_user(ctx, Role.PAYER).user_id)
        bank_account_users.archive(ctx, nominee.id)
    assert isinstance(refused(company, lambda ctx: bank_account_users.verify(ctx, nominee.id)), StateForbids)


def test_a_nomination_needs_a_usable_account_and_an_active_user(company):
    with company.ctx() as ctx:
        account, pending = a_bank_account(ctx), a_bank_account(ctx, verified=False)
        payer, leaver = a_user(ctx, Role.PAYER), a_user(ctx, Role.CLERK)
        ctx.tx.run("UPDATE users SET record_status = 'inactive' WHERE id = ?", (leaver.user_id,))
    cases = (
        (pending.id, payer.user_id, BankAccountNotUsable),
        (account.id, leaver.user_id, NomineeInactive),
        (account.id, "00601QQQQQQQQQQQzzzz", NotFound),
        ("bac01QQQQQQQQQQQzzzz", payer.user_id, NotFound),
    )
    for account_id, user_id, kind in cases:
        refusal = refused(
            company,
            lambda ctx, account_id=account_id, user_id=user_id: bank_account_users.nominate(ctx, account_id, user_id),
        )
        assert isinstance(refusal, kind), refusal
    both = refused(company, lambda ctx: bank_account_users.nominate(ctx, pending.id, leaver.user_id))
    assert {type(one) for one in both.refusals} == {BankAccountNotUsable, NomineeInactive}


def test_a_role_that_does_not_pay_pays_nowhere_online(company):
    with company.ctx() as ctx:
        account = a_bank_account(ctx)
        clerk = a_user(ctx, Role.CLERK)
        bank_account_users.verify(ctx, bank_account_users.nominate(ctx, account.id, clerk.user_id).id)
    with company.ctx(clerk) as ctx:
        assert not bank_account_users.may_pay_online(ctx)


# The balance


def test_the_balance_is_that_of_the_default_account(company):
    assert isinstance(refused(company, lambda ctx: bank_accounts.set_balance(ctx, 1)), NoPayablesDefault)
    with company.ctx() as ctx:
        account = a_bank_account(ctx)
        assert bank_accounts.payables_default(ctx).balance_minor is None
        bank_accounts.set_balance(ctx, 123_45)
        found = bank_accounts.payables_default(ctx)
        assert (found.id, found.balance_minor, found.balance_at) == (account.id, 123_45, ctx.now)


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["postgresql"])
@pytest.mark.parametrize("joins_first", [True, False])
def test_who_becomes_administrator_while_access_is_given_is_a_user_of_the_account(company, joins_first):
    with company.ctx() as ctx:
        account = a_bank_account(ctx)
    joined = []
    steps = [
        lambda ctx: joined.append(a_user(ctx, Role.ADMINISTRATOR)),
        lambda ctx: bank_accounts.update(ctx, account.id, {"access_to_admins": True}),
    ]
    assert meanwhile(company, *(steps if joins_first else reversed(steps))) == []
    with company.ctx() as ctx:
        users = bank_account_users.list_users(ctx, Query()).items
    assert {(user.user_id, user.verification_status) for user in users} == {
        (company.admin.user_id, UserStatus.VERIFIED), (joined[0].user_id, UserStatus.VERIFIED),
    }  # fmt: skip
