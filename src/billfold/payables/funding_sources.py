"""What pays a payment: who may use it, and the transfers that take money from it and give money back.

One row of `_KINDS` for each type of funding account (contract: payables §6.2 `fundingAccount`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

import msgspec

from billfold.funding import bank_accounts
from billfold.kit.ctx import Ctx
from billfold.payables.model import FundingAccount, FundingType, Payment
from billfold.rails import transfers
from billfold.rails.model import Direction, Holder, Leg, Rail
from billfold.rails.transfers import TransferDraft


class FundingSource(msgspec.Struct, frozen=True):
    """A funding account that this user may pay from now. Bills remember `bank_account_id` and the chart of account."""

    account: FundingAccount
    bank_account_id: str | None
    chart_of_account_id: str | None


class _Kind(msgspec.Struct, frozen=True):
    """What a type of funding account is: its check of who pays, and the rail of its legs."""

    require_payer: Callable[[Ctx, str], FundingSource]
    rail: Rail
    holder: Holder


def require_payer(ctx: Ctx, account: FundingAccount) -> FundingSource:
    """The account, if it can pay and this user may pay from it. Raises `NotFound`, `MayNotPay`."""
    return _KINDS[account.type].require_payer(ctx, account.id)


def require_payer_of(ctx: Ctx, payment: Payment) -> None:
    """This user may decide over a payment: as who may pay from its account. Raises `NotFound`, `MayNotPay`.

    One that was made elsewhere has no account, and is anybody's who may record such.
    """
    if payment.funding_account is not None:
        require_payer(ctx, payment.funding_account)


def funding_leg(payment: Payment, payee: str) -> TransferDraft:
    """What takes the payment's money from its account on its process date."""
    return _leg(payment, payee, Leg.FUNDING, Direction.DEBIT, payment.process_on)


def refund_leg(ctx: Ctx, payment: Payment, payee: str) -> TransferDraft:
    """What gives a collected payment's money back to the account that it came from, as soon as can be."""
    earliest = transfers.earliest_day(ctx, _kind_of(payment).rail)
    return _leg(payment, payee, Leg.REFUND, Direction.CREDIT, earliest)


def _leg(payment: Payment, payee: str, leg: Leg, direction: Direction, effective_on: date) -> TransferDraft:
    assert payment.funding_account is not None, payment.id
    assert payment.funding_minor is not None, payment.id
    kind = _kind_of(payment)
    return TransferDraft(
        subject_id=payment.id,
        leg=leg,
        direction=direction,
        rail=kind.rail,
        holder=kind.holder,
        account_id=payment.funding_account.id,
        counterparty=payee,
        amount_minor=payment.funding_minor,
        currency="USD",
        effective_on=effective_on,
    )


def _kind_of(payment: Payment) -> _Kind:
    assert payment.funding_account is not None, payment.id
    return _KINDS[payment.funding_account.type]


def _require_bank_payer(ctx: Ctx, account_id: str) -> FundingSource:
    account = bank_accounts.require_payer(ctx, account_id)
    return FundingSource(
        FundingAccount(FundingType.BANK_ACCOUNT, account.id),
        bank_account_id=account.id,
        chart_of_account_id=account.chart_of_account_id,
    )


_KINDS: Final = {
    FundingType.BANK_ACCOUNT: _Kind(_require_bank_payer, Rail.ACH, Holder.ORGANIZATION),
}
