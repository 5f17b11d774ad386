"""The wallet: a balance of the organization that pays without a bank in between (contract: payables §8.7).

There is one, whose id is also its account in the ledger: what is in it is that account's balance.
"""

from __future__ import annotations

from typing import Final

from billfold import ledger
from billfold.funding import bank_accounts, permissions
from billfold.funding.card_events import WalletToppedUp
from billfold.kit.ctx import Ctx
from billfold.kit.errors import InvalidField, Refusal
from billfold.kit.money import to_decimal
from billfold.ledger import WALLET

#: Of each time that money is moved into it.
PREFIX: Final = "wtu"


class WalletTooLow(Refusal):
    """There is less in the wallet than the payment needs, with what is scheduled to be paid from it."""

    sentence = "The wallet has {available} left to pay with."


def balance_of(ctx: Ctx) -> int:
    """What is in the wallet, in cents, without what is leaving it."""
    account = ledger.balance_of(ctx, WALLET, "USD")
    return account.balance_minor - account.pending_credits_minor


def top_up(ctx: Ctx, amount_minor: int, bank_account_id: str | None) -> int:
    """Move money from a bank account, or the default one for payables, into the wallet; what is in it then, in cents.

    Dr wallet · Cr the bank account's cash account. Raises `NotFound`, `NoPayablesDefault`, `InvalidField`.
    """
    if amount_minor <= 0:
        raise InvalidField("amount", "must be greater than zero")
    if bank_account_id is None:
        account = bank_accounts.payables_default(ctx)
    else:
        account = bank_accounts.get(ctx, bank_account_id)
    entry = ledger.Entry(
        debit_account=WALLET,
        credit_account=account.id,
        amount_minor=amount_minor,
        currency="USD",
        code=ledger.Code.WALLET_TOP_UP,
        document_id=ctx.ids.new(PREFIX)[0],
        related_id=WALLET,
        effective_on=ctx.now.date(),
    )
    (made,) = ledger.post(ctx, [entry])
    ctx.emit(WalletToppedUp(made))
    return balance_of(ctx)


def require_open(ctx: Ctx) -> None:
    """The organization may pay from its wallet, which is locked: its balance is what two payments race for.

    Raises `FundingNotPermitted`.
    """
    if not permissions.get_permissions(ctx, lock=ctx.tx.for_update).wallet_funding:
        raise permissions.FundingNotPermitted(what="a wallet")


def too_low(available_minor: int) -> WalletTooLow:
    """The refusal that names what is left."""
    return WalletTooLow(available=to_decimal(max(available_minor, 0), "USD"))
