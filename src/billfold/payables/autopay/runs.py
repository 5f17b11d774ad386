"""The job that pays one bill by itself, once: in the name of who enabled it, under all the rules of paying.

A bill that is not approved when its day comes is told as BILL tells it, and paid when it is approved after all.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from billfold.kit.ctx import Ctx
from billfold.kit.records import replace
from billfold.parties.model import Vendor
from billfold.parties.vendors import get_vendor
from billfold.payables.autopay import store
from billfold.payables.autopay.model import TRANSITIONS, Autopay, AutopayStatus
from billfold.payables.autopay.schedule import process_date, schedule, schedule_at
from billfold.payables.bills import bills
from billfold.payables.bills.model import Bill
from billfold.payables.payments import standing_payments
from billfold.payables.payments.model import PaymentView
from billfold.payables.payments.process_dates import day_begins, last_day_begins
from billfold.payables.payments.standing_payments import AutopayProblem, StandingOrder

#: How long a bill may wait for its approvers, and is still paid by itself.
PATIENCE: Final = timedelta(days=60)
#: So many bills are looked up in one statement.
_BATCH: Final = 1_000


def pay(ctx: Ctx, payload: dict[str, str]) -> None:
    """Job: pay the bill, leave it to people, or tell everybody who listens why it was not paid."""
    row = store.AUTOPAYS.get(ctx.tx, ctx.organization_id, payload["bill_id"], lock=ctx.tx.for_update)
    assert row is not None, "the row is made with the job"
    if row.status not in {AutopayStatus.WAITING, AutopayStatus.UNAPPROVED}:
        return
    bill = bills.lock_bill(ctx, row.id)
    vendor = get_vendor(ctx, bill.vendor_id)
    if _is_left_to_people(vendor, bill):
        _finish(ctx, row, AutopayStatus.LEFT)
        return
    gives_up_at = _gives_up_at(ctx, row, bill)
    if row.status is AutopayStatus.UNAPPROVED and bill.approval_status.outstanding and ctx.now < gives_up_at:
        schedule_at(ctx, bill, gives_up_at)
        return
    process_on = process_date(ctx, vendor, bill)
    if last_day_begins(ctx, process_on) > ctx.now:
        # Due later than it was, or the organization's day begins later than it did.
        schedule(ctx, vendor, bill)
        return
    assert vendor.auto_pay_created_by is not None, "who enabled it answers for it"
    assert vendor.auto_pay_bank_account_id is not None, "checked when it was enabled"
    order = StandingOrder(vendor.auto_pay_created_by, vendor.auto_pay_bank_account_id)
    paid = standing_payments.pay_standing(ctx, bill, order, process_on)
    if isinstance(paid, PaymentView):
        _finish(ctx, row, AutopayStatus.PAID, paid.payment.id)
    elif _waits_for_approvers(row, bill, paid):
        _finish(ctx, row, AutopayStatus.UNAPPROVED)
        schedule_at(ctx, bill, gives_up_at)
    else:
        _finish(ctx, row, AutopayStatus.FAILED)


def made_by_itself(ctx: Ctx, bill_ids: Sequence[str]) -> set[str]:
    """The ids of those payments of these bills that were made by themselves."""
    made: set[str] = set()
    for start in range(0, len(bill_ids), _BATCH):
        rows = store.autopays_of(ctx.tx, ctx.organization_id, bill_ids[start : start + _BATCH])
        made |= {row.payment_id for row in rows if row.payment_id is not None}
    return made


def _waits_for_approvers(row: Autopay, bill: Bill, problem: AutopayProblem) -> bool:
    """Whether nothing but its approvers keeps the bill from being paid, and it is told for the first time."""
    unapproved = problem is AutopayProblem.BILL_NOT_READY and bill.approval_status.outstanding
    return unapproved and row.status is AutopayStatus.WAITING


def _gives_up_at(ctx: Ctx, row: Autopay, bill: Bill) -> datetime:
    """When nobody expects any more that a bill which was due, or told to be unapproved, is paid by itself."""
    told_on = (ctx.now if row.status is AutopayStatus.WAITING else row.updated_at).date()
    return day_begins(ctx, max(bill.due_on, told_on) + PATIENCE)


def _is_left_to_people(vendor: Vendor, bill: Bill) -> bool:
    """It was switched off or the bill put out of use, nothing is owed, or too much for nobody to look at it."""
    if not vendor.auto_pay_enabled or bill.archived:
        return True
    owes_nothing = not bill.due_minor and not bill.scheduled_minor and not bill.paid_minor
    maximum = vendor.auto_pay_max_minor
    return owes_nothing or (maximum is not None and bill.amount_minor > maximum)


def _finish(ctx: Ctx, row: Autopay, status: AutopayStatus, payment_id: str | None = None) -> None:
    done = replace(row, status=TRANSITIONS.step(row.id, row.status, status), payment_id=payment_id, updated_at=ctx.now)
    store.AUTOPAYS.update(ctx.tx, done)
