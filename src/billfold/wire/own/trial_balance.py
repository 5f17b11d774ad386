"""The trial balance, as the sandbox's face and that of administration show it."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from billfold import ledger
from billfold.accounting import classifications
from billfold.accounting.model import Kind
from billfold.funding import bank_accounts
from billfold.kit.ctx import Ctx
from billfold.kit.query import Query
from billfold.payables.payments import clearing
from billfold.wire.catalog import Call
from billfold.wire.codecs import money

#: Of a larger chart the rest is shown by its ids.
_MOST: Final = Query(limit=1_000)


class AccountShape(msgspec.Struct, kw_only=True, omit_defaults=True):
    """An account of the ledger. `balance` is debits less credits."""

    account: str
    name: Annotated[str | None, Meta(description="Of an account of the chart, or of a bank account.")] = None
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
    names = _names(ctx)
    accounts = [
        AccountShape(
            account=row.account,
            name=names.get(row.account),
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


def _names(ctx: Ctx) -> dict[str, str]:
    chart = classifications.list_of_kind(ctx, Kind.CHART_OF_ACCOUNT, _MOST).items
    banks = bank_accounts.list_accounts(ctx, _MOST).items
    return {one.id: one.name for one in chart} | {one.id: one.bank_name for one in banks}
