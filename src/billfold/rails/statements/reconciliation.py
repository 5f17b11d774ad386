"""A bank account reconciled: what its bank says against what the ledger says, and every cent between the two by name.

    closing balance = opening balance of the first statement + cash of the ledger
                      + what moved at the bank and not in the ledger, or the other way round, document by document
                      + lines that nobody has said what they are

The two sides are added up by themselves: the bank's from its statements and what their lines were matched with, ours
from the ledger. `unexplained_minor` is what the equation lacks. It is zero, or something is wrong with our books.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import msgspec

from billfold import ledger
from billfold.funding import ap_cards, bank_accounts, wallet
from billfold.kit.ctx import Ctx
from billfold.rails import transfers
from billfold.rails.checks import checks
from billfold.rails.model import Leg, Rail, TransferStatus
from billfold.rails.statements import resolution, store
from billfold.rails.statements.model import BankStatement, LineStatus, StatementLine

#: So many items and lines are named; the sums have all of them.
MOST_NAMED: Final = 200
_CURRENCY: Final = "USD"
_MOVED: Final = {
    wallet.PREFIX: "moved into the wallet; the bank has not booked it",
    ap_cards.STATEMENT_PREFIX: "paid to an AP card; the bank has not booked it",
}


class Item(msgspec.Struct, frozen=True):
    """A document that moved one side and not, or not as much, the other. `why` says what is awaited."""

    document_id: str
    bank_minor: int
    ledger_minor: int
    why: str


class Gap(msgspec.Struct, frozen=True):
    """Two statements that should follow each other and do not: the one ends with another balance."""

    before: BankStatement
    after: BankStatement


class Reconciliation(msgspec.Struct, frozen=True):
    """How an account stands. Amounts are cents; without a statement both balances of the bank are zero.

    `items_minor` is the bank's side less ours of all documents that differ, `items` the first of them.
    """

    bank_account_id: str
    statements: int
    gaps: list[Gap]
    opening_minor: int
    closing_minor: int
    matched_lines: int
    matched_minor: int
    booked_lines: int
    booked_minor: int
    unmatched_lines: int
    unmatched_minor: int
    exceptions: list[StatementLine]
    ledger_minor: int
    items_count: int
    items_minor: int
    items: list[Item]

    @property
    def unexplained_minor(self) -> int:
        """What no document and no line accounts for."""
        ours = self.opening_minor + self.ledger_minor + self.items_minor + self.unmatched_minor
        return self.closing_minor - ours

    @property
    def reconciled(self) -> bool:
        """Whether both sides agree to the cent, with nothing awaited and nothing unknown."""
        return not (self.unexplained_minor or self.items_count or self.unmatched_lines or self.gaps)

    @property
    def explained(self) -> bool:
        """Whether every cent has a name, though some of it may be awaited."""
        return not (self.unexplained_minor or self.unmatched_lines or self.gaps)


def reconcile(ctx: Ctx, bank_account_id: str) -> Reconciliation:
    """Look at open lines once more, then say how the account stands. Raises `NotFound`."""
    resolution.match_open_lines(ctx, bank_account_id)
    return report(ctx, bank_account_id)


def report(ctx: Ctx, bank_account_id: str) -> Reconciliation:
    """How the account stands. Raises `NotFound`."""
    bank_accounts.get(ctx, bank_account_id)
    statements = store.statements_of(ctx.tx, ctx.organization_id, bank_account_id)
    sums = store.sums_by_status(ctx.tx, ctx.organization_id, bank_account_id)
    ours = {one.document_id: one.posted_minor for one in ledger.explain_account(ctx, bank_account_id, _CURRENCY)}
    theirs = store.bank_side(ctx.tx, ctx.organization_id, bank_account_id)
    differing = [one for one in [*ours, *(theirs.keys() - ours.keys())] if ours.get(one, 0) != theirs.get(one, 0)]
    return Reconciliation(
        bank_account_id=bank_account_id,
        statements=len(statements),
        gaps=_gaps(statements),
        opening_minor=statements[0].opening_minor if statements else 0,
        closing_minor=statements[-1].closing_minor if statements else 0,
        matched_lines=sums.get(LineStatus.MATCHED, (0, 0))[0],
        matched_minor=sums.get(LineStatus.MATCHED, (0, 0))[1],
        booked_lines=sums.get(LineStatus.BOOKED, (0, 0))[0],
        booked_minor=sums.get(LineStatus.BOOKED, (0, 0))[1],
        unmatched_lines=sums.get(LineStatus.UNMATCHED, (0, 0))[0],
        unmatched_minor=sums.get(LineStatus.UNMATCHED, (0, 0))[1],
        exceptions=store.unmatched(ctx.tx, ctx.organization_id, bank_account_id, MOST_NAMED),
        ledger_minor=_cash(ctx, bank_account_id),
        items_count=len(differing),
        items_minor=sum(theirs.get(one, 0) - ours.get(one, 0) for one in differing),
        items=[
            Item(one, theirs.get(one, 0), ours.get(one, 0), _why(ctx, one)) for one in sorted(differing)[:MOST_NAMED]
        ],
    )


def _gaps(statements: list[BankStatement]) -> list[Gap]:
    return [Gap(before, after) for before, after in pairwise(statements) if before.closing_minor != after.opening_minor]


def _cash(ctx: Ctx, bank_account_id: str) -> int:
    """The balance that the ledger keeps, not the sum of the documents that explain it."""
    return sum(
        row.balance_minor
        for row in ledger.trial_balance(ctx)
        if row.account == bank_account_id and row.currency == _CURRENCY
    )


def _why(ctx: Ctx, document_id: str) -> str:
    """What a document waits for, as far as its transfers say so."""
    paying = transfers.transfer_of(ctx, document_id, Leg.DISBURSEMENT)
    funding = transfers.transfer_of(ctx, document_id, Leg.FUNDING)
    if paying is None or funding is None:
        return _MOVED.get(document_id[:3], "no payment: look at the document")
    wire = transfers.transfer_of(ctx, document_id, Leg.REPAYMENT)
    if wire is not None:
        return f"made good by a wire of {wire.effective_on}, which not both the statement and the books have"
    if paying.return_code is not None and paying.rail is Rail.ACH:
        how = "came back" if paying.status is TransferStatus.RETURNED else "was refused"
        return f"the credit {how} ({paying.return_code}); its money is at the bank until the payment is voided"
    if funding.status is TransferStatus.RETURNED:
        why = f"its debit came back ({funding.return_code})"
        return f"{why}: not both the statement and the books have that, or the organization owes what has left"
    if funding.rail is Rail.ACH:
        return f"funded by a debit of {funding.effective_on}, which not both the statement and the books have"
    check = checks.check_of(ctx, paying.id)
    if check is not None:
        return f"check {check.number} is {check.status.value}; the bank has not booked it"
    if paying.rail is Rail.INTERNATIONAL and paying.file_id is not None:
        return f"sent abroad on {paying.effective_on}; the bank has not booked it, or it came back"
    if paying.trace_number is not None:
        return f"in the file of {paying.effective_on}, which is on no statement yet"
    return f"funded, and to be paid on {paying.effective_on}"
