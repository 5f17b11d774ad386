"""Balances: of every account or of one, the documents that explain it, and whether the ledger holds at all."""

from __future__ import annotations

from collections import defaultdict

import msgspec

from billfold.kit.ctx import Ctx
from billfold.ledger import store


class AccountBalance(msgspec.Struct, frozen=True):
    """One account in one currency. `balance_minor` is debits less credits."""

    account: str
    currency: str
    debits_minor: int
    credits_minor: int
    pending_debits_minor: int
    pending_credits_minor: int

    @property
    def balance_minor(self) -> int:
        """Posted debits less posted credits."""
        return self.debits_minor - self.credits_minor


class Explanation(msgspec.Struct, frozen=True):
    """What one document contributes to an account: debits less credits, posted and pending."""

    document_id: str
    posted_minor: int
    pending_minor: int


def trial_balance(ctx: Ctx) -> list[AccountBalance]:
    """Every account of the organization, by key and currency."""
    return [AccountBalance(*row) for row in store.balances(ctx.tx, ctx.organization_id)]


def balance_of(ctx: Ctx, account: str, currency: str) -> AccountBalance:
    """One account; all zeros where nothing has touched it."""
    row = store.balance(ctx.tx, ctx.organization_id, account, currency)
    return AccountBalance(account, currency, *(row or (0, 0, 0, 0)))


def explain_account(ctx: Ctx, account: str, currency: str) -> list[Explanation]:
    """The documents behind an account's balance, in order of their first entry."""
    return [Explanation(*row) for row in store.document_sums(ctx.tx, ctx.organization_id, account, currency)]


def verify(ctx: Ctx) -> list[str]:
    """What is wrong with the ledger, in sentences; an empty list when every cent is explained.

    Debits equal credits in each currency, posted and pending; and every balance equals the sum of its transfers.
    """
    held = store.balances(ctx.tx, ctx.organization_id)
    problems = []
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for _, currency, debits, credits, pending_debits, pending_credits in held:
        sums[currency][0] += debits - credits
        sums[currency][1] += pending_debits - pending_credits
    for currency, (posted, pending) in sums.items():
        if posted or pending:
            problems.append(f"{currency}: debits less credits are {posted} posted and {pending} pending, not zero")
    differing = set(held) ^ set(store.sums_of_transfers(ctx.tx, ctx.organization_id))
    problems += [
        f"{row[0]} in {row[1]}: balance and transfers differ at {row[2:]}" for row in sorted(differing) if any(row[2:])
    ]
    return problems
