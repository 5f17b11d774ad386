"""Payments that nobody asks for at the moment they are made: on the standing authority of a user.

Who sets one up needs what paying needs. When it is due the user's right is looked at again, and the payment is made in
that user's name by `pay_bills`; what keeps it from being made is numbered as BILL numbers it (contract: payables §1.6).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from enum import IntEnum
from typing import Final

import msgspec

from billfold.funding import bank_account_users, bank_accounts
from billfold.identity import store as identity_store
from billfold.identity.factors.mfa import SessionUntrusted
from billfold.identity.model import User
from billfold.identity.permissions import ROLE_PERMISSIONS, MayNotPay, Permission, require_permission
from billfold.kit.ctx import Actor, Ctx, RecordStatus
from billfold.kit.errors import Refusal, Refusals
from billfold.kit.money import to_decimal
from billfold.parties.vendors import get_vendor
from billfold.payables.bills.bill_amounts import Overpayment
from billfold.payables.bills.model import Bill
from billfold.payables.events import AutopayFailed
from billfold.payables.payments import funding_sources
from billfold.payables.payments.model import BillAmount, FundingAccount, FundingType, PaymentView, PayRunDraft
from billfold.payables.payments.pay_runs import pay_bills
from billfold.payables.payments.process_dates import to_arrive
from billfold.payables.payments.reach import VendorCannotBePaidOnline, reach_of


class AutopayProblem(IntEnum):
    """Why a payment was not made by itself."""

    USER_INACTIVE = 1
    USER_UNAUTHORIZED = 2
    BANK_ACCOUNT_INACTIVE = 3
    BILL_NOT_READY = 4
    BILL_HAS_PAYMENT = 5
    VENDOR_IS_OFFLINE = 6

    @property
    def is_of_payer(self) -> bool:
        """Whether it will keep every later payment on this authority from being made, too."""
        return self <= AutopayProblem.BANK_ACCOUNT_INACTIVE


class StandingOrder(msgspec.Struct, frozen=True):
    """On whose authority, and from which bank account."""

    payer_id: str
    bank_account_id: str


class AutopayFailure(msgspec.Struct, frozen=True):
    """What an event keeps of a payment that was not made. `id` is the bill's; `reasons` are the sentences."""

    id: str
    vendor_id: str
    bank_account_id: str
    errors: list[int]
    reasons: list[str]


def require_authority(ctx: Ctx, bank_account_id: str) -> StandingOrder:
    """The acting user may have payments made from this account without being asked again.

    Raises `SessionUntrusted`, `NotFound`, `MayNotPay`.
    """
    if not ctx.actor.trusted:
        raise SessionUntrusted
    require_permission(ctx.actor.role, Permission.PAY_BILLS)
    bank_accounts.require_payer(ctx, bank_account_id)
    return StandingOrder(ctx.actor.user_id, bank_account_id)


def pay_standing(
    ctx: Ctx, bill: Bill, order: StandingOrder, process_on: date | None = None
) -> PaymentView | AutopayProblem:
    """Pay what is due on the bill in the payer's name, by default so that the money is there on its due date.

    What keeps it from being paid is told to everybody who listens, and nothing of the payment stays.
    """
    user = identity_store.USERS.get(ctx.tx, ctx.organization_id, order.payer_id)
    try:
        if (reason := _payer_problem(ctx, user, order)) is not None:
            return _report(ctx, bill, order, *reason)
        if bill.scheduled_minor or bill.paid_minor:
            return _report(ctx, bill, order, AutopayProblem.BILL_HAS_PAYMENT, "The bill already has a payment.")
        assert user is not None, "the payer has no problem"
        with in_the_name_of(ctx, user), ctx.attempt():
            return _pay(ctx, bill, order, process_on)
    except (Refusal, Refusals) as refusal:
        return _report(ctx, bill, order, _problem_of(refusal), str(refusal))


@contextmanager
def in_the_name_of(ctx: Ctx, user: User) -> Iterator[None]:
    """What is done within is done by the clock for this user, with the rights that the user has now."""
    actor = ctx.actor
    ctx.actor = Actor(user.id, user.role, trusted=False, face=actor.face)
    try:
        yield
    finally:
        ctx.actor = actor


def _payer_problem(ctx: Ctx, user: User | None, order: StandingOrder) -> tuple[AutopayProblem, str] | None:
    if user is None or user.record_status is not RecordStatus.ACTIVE:
        return AutopayProblem.USER_INACTIVE, "Who set this up is no active user."
    account = bank_accounts.get(ctx, order.bank_account_id)
    if not account.usable:
        return AutopayProblem.BANK_ACCOUNT_INACTIVE, "The bank account is not verified, or archived."
    with in_the_name_of(ctx, user):
        may_pay = Permission.PAY_BILLS in ROLE_PERMISSIONS[user.role] and bank_account_users.may_use(ctx, account)
    return None if may_pay else (AutopayProblem.USER_UNAUTHORIZED, "Who set this up may not pay from the bank account.")


def _pay(ctx: Ctx, bill: Bill, order: StandingOrder, process_on: date | None) -> PaymentView:
    if process_on is None:
        vendor = get_vendor(ctx, bill.vendor_id)
        reach = reach_of(ctx, [vendor])[vendor.id]
        if isinstance(reach, VendorCannotBePaidOnline):
            raise reach
        rail = funding_sources.rail_of(ctx, _funding(order), reach.disbursement)
        process_on = to_arrive(reach, rail, bill.due_on, ctx.now)
    amount = BillAmount(bill.id, to_decimal(bill.due_minor, bill.currency))
    run = PayRunDraft(bills=(amount,), funding_account=_funding(order), process_on=process_on)
    (view,) = pay_bills(ctx, run)
    return view


def _funding(order: StandingOrder) -> FundingAccount:
    return FundingAccount(FundingType.BANK_ACCOUNT, order.bank_account_id)


def _problem_of(refusal: Refusal | Refusals) -> AutopayProblem:
    found = refusal.refusals if isinstance(refusal, Refusals) else [refusal]
    numbered = [number for one in found for kind, number in _PROBLEMS.items() if isinstance(one, kind)]
    return numbered[0] if numbered else AutopayProblem.BILL_NOT_READY


def _report(ctx: Ctx, bill: Bill, order: StandingOrder, problem: AutopayProblem, reason: str) -> AutopayProblem:
    ctx.emit(AutopayFailed(AutopayFailure(bill.id, bill.vendor_id, order.bank_account_id, [int(problem)], [reason])))
    return problem


#: What refuses a payment by a number of its own; whatever else does, the bill is not ready.
_PROBLEMS: Final[Mapping[type[Refusal], AutopayProblem]] = {
    MayNotPay: AutopayProblem.USER_UNAUTHORIZED,
    Overpayment: AutopayProblem.BILL_HAS_PAYMENT,
    VendorCannotBePaidOnline: AutopayProblem.VENDOR_IS_OFFLINE,
}
