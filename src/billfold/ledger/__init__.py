"""The double-entry ledger: two-phase transfers in whole minor units, balances, and what explains them.

Nothing outside this package writes a ledger table.
"""

from billfold.ledger.accounts import (
    ACCOUNTS_PAYABLE,
    EXCHANGE,
    EXCHANGE_DIFFERENCE,
    FEES,
    MONEY_IN_CLEARING,
    MONEY_OUT_CLEARING,
    UNCATEGORIZED_EXPENSE,
    WALLET,
)
from billfold.ledger.balances import AccountBalance, balance_of, explain_account, trial_balance, verify
from billfold.ledger.model import Code, Entry, Status, Transfer
from billfold.ledger.transfers import (
    pend,
    post,
    post_pending,
    reverse,
    taken_from,
    transfers_of,
    void_pending,
)

__all__ = [
    "ACCOUNTS_PAYABLE",
    "EXCHANGE",
    "EXCHANGE_DIFFERENCE",
    "FEES",
    "MONEY_IN_CLEARING",
    "MONEY_OUT_CLEARING",
    "UNCATEGORIZED_EXPENSE",
    "WALLET",
    "AccountBalance",
    "Code",
    "Entry",
    "Status",
    "Transfer",
    "balance_of",
    "explain_account",
    "pend",
    "post",
    "post_pending",
    "reverse",
    "taken_from",
    "transfers_of",
    "trial_balance",
    "verify",
    "void_pending",
]
