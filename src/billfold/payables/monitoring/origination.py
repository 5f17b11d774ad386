"""Looking at each ACH entry when it is handed to the bank, and remembering what was seen.

Since 2026 every originator has to have processes, reasonable for its risk, that find entries which are unauthorized or
made under false pretenses. Refusing is the business of the rules of payments; here is written down, entry by entry,
what they stood on, and what is unusual: a new or changed account, an amount out of proportion, one hand in everything.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import msgspec

from billfold.approvals.model import ApprovalStatus
from billfold.funding import bank_accounts
from billfold.kit.ctx import Ctx
from billfold.kit.query import Filter, Op, Page, Query
from billfold.parties import vendors
from billfold.parties.model import VendorBankAccount
from billfold.payables.monitoring import store
from billfold.payables.monitoring.model import CheckName, Finding, OriginationCheck, Verdict
from billfold.payables.payments.model import Payment
from billfold.payables.payments.payments import get_payment_alone
from billfold.rails import prenotes
from billfold.rails.events import TransferSent
from billfold.rails.model import Holder, PrenoteStatus, Rail, Transfer

PREFIX: Final = "orc"
#: An account is new for so long, and a change of it recent.
NEW_FOR: Final = timedelta(days=30)
#: An amount is out of proportion at so many times the largest that arrived before, once there were so many.
TIMES: Final = 3
PAYMENTS_TO_JUDGE: Final = 3

_APPROVED: Final = frozenset({ApprovalStatus.APPROVED, ApprovalStatus.UNASSIGNED})


def when_sent(ctx: Ctx, event: TransferSent) -> None:
    """An entry left in a file: what was known of it is written down."""
    transfer = event.subject
    if transfer.rail is not Rail.ACH:
        return
    payment = get_payment_alone(ctx, transfer.subject_id)
    findings = list(_of_vendor(ctx, transfer, payment) if _pays(transfer) else _of_own_account(ctx, transfer))
    flagged = any(finding.verdict is Verdict.FLAGGED for finding in findings)
    check_id, ordinal = ctx.ids.new(PREFIX)
    store.CHECKS.insert(
        ctx.tx,
        OriginationCheck(
            organization_id=ctx.organization_id,
            id=check_id,
            ordinal=ordinal,
            transfer_id=transfer.id,
            file_id=transfer.file_id,
            subject_id=transfer.subject_id,
            vendor_id=payment.vendor_id,
            amount_minor=transfer.amount_minor,
            verdict=Verdict.FLAGGED if flagged else Verdict.PASSED,
            checks=msgspec.json.encode(findings).decode(),
            created_at=ctx.now,
        ),
    )


def list_checks(ctx: Ctx, query: Query) -> Page[OriginationCheck]:
    """A page of records."""
    return store.CHECKS.page(ctx.tx, ctx.organization_id, query)


def checks_of(ctx: Ctx, transfer_id: str) -> list[OriginationCheck]:
    """The records of one transfer."""
    return list_checks(ctx, Query(filters=(Filter("transfer_id", Op.EQ, transfer_id),))).items


def findings_of(check: OriginationCheck) -> list[Finding]:
    """What each check found."""
    return msgspec.json.decode(check.checks, type=list[Finding])


def _pays(transfer: Transfer) -> bool:
    return transfer.account_table is Holder.VENDOR


def _of_own_account(ctx: Ctx, transfer: Transfer) -> Iterator[Finding]:
    account = bank_accounts.get(ctx, transfer.account_id)
    yield _finding(CheckName.OWN_ACCOUNT, good=account.usable, detail=f"The account is {account.status.value}.")


def _of_vendor(ctx: Ctx, transfer: Transfer, payment: Payment) -> Iterator[Finding]:
    account = vendors.bank_account_by_id(ctx, transfer.account_id)
    bills = store.bills_of(ctx.tx, ctx.organization_id, payment.id)
    pending = sorted({bill.approval_status for bill in bills if bill.approval_status not in _APPROVED})
    yield _finding(CheckName.APPROVAL, good=not pending, detail=f"Bills: {', '.join(pending) or 'approved'}.")
    hands = {bill.created_by for bill in bills} | {account.created_by}
    yield _finding(
        CheckName.FOUR_EYES,
        good=hands != {payment.created_by},
        detail="Bill, bank account and payment are of one person." if hands == {payment.created_by} else "Of several.",
    )
    yield from _of_account(ctx, account)
    yield _of_amount(ctx, payment)
    twins = [bill.id for bill in bills if store.has_twin(ctx.tx, ctx.organization_id, payment.vendor_id, bill)]
    yield _finding(
        CheckName.DUPLICATE,
        good=not twins,
        detail=f"{len(twins)} of {len(bills)} bills have a number that another has.",
    )


def _of_account(ctx: Ctx, account: VendorBankAccount) -> Iterator[Finding]:
    age = ctx.now - account.created_at
    yield _finding(CheckName.ACCOUNT_AGE, good=age >= NEW_FOR, detail=f"Known for {age.days} days.")
    prenote = prenotes.of_account(ctx, account.id)
    proof = "none" if prenote is None else prenote.status.value
    returned = prenote is not None and prenote.status is PrenoteStatus.RETURNED
    yield _finding(CheckName.ACCOUNT_PROOF, good=not returned, detail=f"Prenote: {proof}.")
    changed = account.updated_at > account.created_at and ctx.now - account.updated_at < NEW_FOR
    yield _finding(
        CheckName.BANK_CHANGE, good=not changed, detail="Corrected lately." if changed else "Not corrected lately."
    )


def _of_amount(ctx: Ctx, payment: Payment) -> Finding:
    count, largest = store.history(ctx.tx, ctx.organization_id, payment.vendor_id, payment.id)
    good = count < PAYMENTS_TO_JUDGE or payment.amount_minor <= TIMES * largest
    known = f"{count} payments arrived before, the largest of {largest} cents" if count else "The first payment"
    return _finding(CheckName.AMOUNT, good=good, detail=f"{known}.")


def _finding(name: CheckName, *, good: bool, detail: str) -> Finding:
    return Finding(name, Verdict.PASSED if good else Verdict.FLAGGED, detail)
