"""What bills and vendor credits post. A credit is a bill turned round.

A bill: Dr each line's chart of account, else the bill's own, else uncategorized expense · Cr accounts payable.
A line of less than nothing is posted the other way, and so is a credit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from billfold.kit.ctx import Ctx
from billfold.ledger import ACCOUNTS_PAYABLE, UNCATEGORIZED_EXPENSE, Code, Entry, post, reverse
from billfold.payables.bills.model import Bill
from billfold.payables.credits.model import VendorCredit
from billfold.payables.lines.model import Line

Document = Bill | VendorCredit
#: As what each kind is posted, and taken back.
_CODES: Final = {Bill: (Code.BILL, Code.BILL_REVERSAL), VendorCredit: (Code.VENDOR_CREDIT, Code.VENDOR_CREDIT_REVERSAL)}


def post_document(ctx: Ctx, document: Document, lines: Sequence[Line]) -> None:
    """Post a bill or credit that comes into use."""
    entries = _entries(document, lines)
    if entries:
        post(ctx, entries)


def post_changes(
    ctx: Ctx, before: Document, lines_before: Sequence[Line], document: Document, lines: Sequence[Line]
) -> None:
    """Post a changed bill or credit anew if anything of its postings is another."""
    if _entries(document, lines) != _entries(before, lines_before):
        reverse_document(ctx, before)
        post_document(ctx, document, lines)


def reverse_document(ctx: Ctx, document: Document) -> None:
    """Take back what a bill or credit posted."""
    code, reversal = _CODES[type(document)]
    reverse(ctx, document.id, code, reversal, document.posting_on)


def _entries(document: Document, lines: Sequence[Line]) -> list[Entry]:
    """One entry an account."""
    code, _ = _CODES[type(document)]
    owed = isinstance(document, Bill)
    own_account = document.chart_of_account_id if isinstance(document, Bill) else None
    sums: dict[str, int] = defaultdict(int)
    for line in lines:
        sums[line.chart_of_account_id or own_account or UNCATEGORIZED_EXPENSE] += line.amount_minor
    return [
        Entry(
            debit_account=account if (amount > 0) is owed else ACCOUNTS_PAYABLE,
            credit_account=ACCOUNTS_PAYABLE if (amount > 0) is owed else account,
            amount_minor=abs(amount),
            currency=document.currency,
            code=code,
            document_id=document.id,
            effective_on=document.posting_on,
        )
        for account, amount in sums.items()
        if amount
    ]
