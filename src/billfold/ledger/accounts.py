"""Ledger accounts are keys: a role, a chart-of-account id, or the id of a bank account, card account or AP card.

The rows are settled.md §3 and docs/money.md.
"""

from __future__ import annotations

from typing import Final

ACCOUNTS_PAYABLE: Final = "accounts_payable"
MONEY_OUT_CLEARING: Final = "money_out_clearing"
MONEY_IN_CLEARING: Final = "money_in_clearing"
UNCATEGORIZED_EXPENSE: Final = "uncategorized"
FEES: Final = "fees"
#: Holds each foreign amount that was paid against the dollars it was booked at: a pair of balances for each currency.
EXCHANGE: Final = "exchange"
#: What paying cost more (debit) or less (credit) than was booked, in dollars: realized loss or gain.
EXCHANGE_DIFFERENCE: Final = "exchange_difference"
WALLET: Final = "wallet"
