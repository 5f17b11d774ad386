"""The trial balance, as the sandbox's face and that of administration show it."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from billfold import ledger
from billfold.kit.ctx import Ctx
from billfold.payables import clearing
from billfold.wire.catalog import Call
from billfold.wire.codecs import money


class AccountShape(msgspec.Struct, kw_only=True):
    """An account of the ledger. `balance` is debits less credits."""

    account: str
    currency: str
    debits: Decimal
    credits: Decimal
    pendingDebits: Decimal
    pendingCredits: Decimal
    balance: Decimal


class TrialBalanceShape(msgspec.Struct, kw_only=True):
    """Whether every cent is explained, and every account."""

    balanced: bool
    problems: list[str]
    accounts: list[AccountShape]


def trial_balance(ctx: Ctx, _: Call, __: None) -> TrialBalanceShape:
    """Every account, and whether they balance."""
    problems = [*ledger.verify(ctx), *clearing.problems(ctx)]
    accounts = [
        AccountShape(
            account=row.account,
            currency=row.currency,
            debits=money(row.debits_minor, row.currency),
            credits=money(row.credits_minor, row.currency),
            pendingDebits=money(row.pending_debits_minor, row.currency),
            pendingCredits=money(row.pending_credits_minor, row.currency),
            balance=money(row.balance_minor, row.currency),
        )
        for row in ledger.trial_balance(ctx)
    ]
    return TrialBalanceShape(balanced=not problems, problems=problems, accounts=accounts)
