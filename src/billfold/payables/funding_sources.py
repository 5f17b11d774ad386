"""What pays a payment: who may use it, and the transfers that take money from it and give money back.

One row of `_KINDS` for each type of funding account (contract: payables §6.2 `fundingAccount`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

import msgspec

from billfold.funding import bank_accounts
from billfold.funding.bank_accounts import NoPayablesDefault
from billfold.kit.ctx import Ctx
from billfold.kit.records import replace
from billfold.payables.model import FundingAccount, FundingType, Payment
from billfold.rails import calendar, originators, transfers
from billfold.rails.model import Direction, Holder, Leg, Rail
from billfold.rails.transfers import TransferDraft


class FundingSource(msgspec.Struct, frozen=True):
    """A funding account that this user may pay from now. Bills remember `bank_account_id` and the chart of account.

    `rail` is that of the funding leg.
    """

    account: FundingAccount
    bank_account_id: str | None
    chart_of_account_id: str | None
    rail: Rail


class _Kind(msgspec.Struct, frozen=True):
    """What a type of funding account is: its check of who pays, the rail of its legs, and what they name."""

    require_payer: Callable[[Ctx, str], FundingSource]
    rail_of: Callable[[Ctx, str], Rail]
    holder: Holder


def require_payer(ctx: Ctx, account: FundingAccount) -> FundingSource:
    """The account, if it can pay and this user may pay from it. Raises `NotFound`, `MayNotPay`."""
    return _KINDS[account.type].require_payer(ctx, account.id)


def require_payer_of(ctx: Ctx, payment: Payment) -> None:
    """This user may decide over a payment: as who may pay from its account. Raises `NotFound`, `MayNotPay`.

    If that is out of use, from the one that gets the money back. A payment that was made elsewhere has no account, and
    is anybody's who may record such.
    """
    if payment.funding_account is not None:
        require_payer(ctx, _account_of_refund(ctx, payment.funding_account))


def rail_of(ctx: Ctx, account: FundingAccount) -> Rail:
    """What carries the funding of a payment that is made from this account now."""
    return _KINDS[account.type].rail_of(ctx, account.id)


def disbursed_on(rail: Rail, process_on: date) -> date:
    """When a payment that is funded by this rail leaves: a debit has to be collected first, a book transfer has not."""
    return process_on if rail is Rail.BOOK else calendar.disbursed_on(process_on)


def funding_leg(payment: Payment, rail: Rail, payee: str) -> TransferDraft:
    """What takes the payment's money from its account on its process date."""
    return _leg(payment, rail, payee, Leg.FUNDING, Direction.DEBIT, payment.process_on)


def refund_leg(ctx: Ctx, payment: Payment, payee: str) -> TransferDraft:
    """What gives a collected payment's money back to the account that it came from, by the way that it came.

    If that is out of use, to another account.
    """
    assert payment.funding_account is not None, payment.id
    rail = transfers.leg_of(ctx, payment.id, Leg.FUNDING).rail
    back_on = calendar.refunded_on(ctx.now) if rail is Rail.ACH else transfers.earliest_day(ctx, rail)
    draft = _leg(payment, rail, payee, Leg.REFUND, Direction.CREDIT, back_on)
    return replace(draft, account_id=_account_of_refund(ctx, payment.funding_account).id)


def _account_of_refund(ctx: Ctx, account: FundingAccount) -> FundingAccount:
    """The account itself; for a bank account that was put out of use since, the default one for payables."""
    if _KINDS[account.type].holder is not Holder.ORGANIZATION or bank_accounts.get(ctx, account.id).usable:
        return account
    try:
        return FundingAccount(FundingType.BANK_ACCOUNT, bank_accounts.payables_default(ctx).id)
    except NoPayablesDefault:
        return account


def _leg(payment: Payment, rail: Rail, payee: str, leg: Leg, direction: Direction, effective_on: date) -> TransferDraft:
    assert payment.funding_account is not None, payment.id
    assert payment.funding_minor is not None, payment.id
    return TransferDraft(
        subject_id=payment.id,
        leg=leg,
        direction=direction,
        rail=rail,
        holder=_KINDS[payment.funding_account.type].holder,
        account_id=payment.funding_account.id,
        counterparty=payee,
        amount_minor=payment.funding_minor,
        currency="USD",
        effective_on=effective_on,
    )


def _require_bank_payer(ctx: Ctx, account_id: str) -> FundingSource:
    account = bank_accounts.require_payer(ctx, account_id)
    return FundingSource(
        FundingAccount(FundingType.BANK_ACCOUNT, account.id),
        bank_account_id=account.id,
        chart_of_account_id=account.chart_of_account_id,
        rail=_rail_of_bank(ctx, account_id),
    )


def _rail_of_bank(ctx: Ctx, account_id: str) -> Rail:
    """A debit, but where the account is at the bank that takes the organization's own files (settled.md §3)."""
    return Rail.BOOK if originators.pays_itself(ctx, account_id) else Rail.ACH


_KINDS: Final = {
    FundingType.BANK_ACCOUNT: _Kind(_require_bank_payer, _rail_of_bank, Holder.ORGANIZATION),
}
