"""When a bill of a vendor who is paid by itself is to be paid (contract: payables §1.6).

The process date is so many days before the due date, or the next business day; without a number of days it is the
last one by which the money arrives on the due date. The payment is scheduled by a job at the beginning of the
organization's last day before the cut-off of that date; where that is past, at once for the earliest date.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from billfold.kit.ctx import Ctx
from billfold.parties.model import Vendor
from billfold.parties.vendors import get_vendor
from billfold.payables.autopay import store
from billfold.payables.autopay.model import Autopay, AutopayStatus
from billfold.payables.bills.model import Bill
from billfold.payables.payments import funding_sources
from billfold.payables.payments.model import FundingAccount, FundingType
from billfold.payables.payments.process_dates import days_before, last_day_begins, to_arrive
from billfold.payables.payments.reach import VendorCannotBePaidOnline, reach_of
from billfold.rails import calendar

PAY_JOB: Final = "payables.autopay.pay"


def note_bill(ctx: Ctx, vendor: Vendor, bill: Bill) -> None:
    """A bill was entered: have it paid if its vendor is paid by itself."""
    if vendor.auto_pay_enabled:
        row = Autopay(ctx.organization_id, bill.id, AutopayStatus.WAITING, None, ctx.now, ctx.now)
        store.AUTOPAYS.insert(ctx.tx, row)
        schedule(ctx, vendor, bill)


def when_bill_changed(ctx: Ctx, event: Any) -> None:
    """Reaction: a bill that waits may be due on another day now, or approved."""
    bill: Bill = event.subject
    row = store.AUTOPAYS.get(ctx.tx, ctx.organization_id, bill.id)
    if row is None:
        return
    approved = row.status is AutopayStatus.UNAPPROVED and not bill.approval_status.outstanding
    if approved or row.status is AutopayStatus.WAITING:
        schedule(ctx, get_vendor(ctx, bill.vendor_id), bill)


def schedule(ctx: Ctx, vendor: Vendor, bill: Bill) -> None:
    """Have the job run when the day comes."""
    schedule_at(ctx, bill, max(last_day_begins(ctx, process_date(ctx, vendor, bill)), ctx.now))


def schedule_at(ctx: Ctx, bill: Bill, due_at: datetime) -> None:
    """Have the job run then."""
    # The day may be brought forward while the job of a later one waits: each moment has its own.
    ctx.schedule(PAY_JOB, due_at, key=f"{bill.id}/{due_at.isoformat()}", bill_id=bill.id)


def process_date(ctx: Ctx, vendor: Vendor, bill: Bill) -> date:
    """The day on which the payment is to be processed: the one that the settings ask for, or the earliest."""
    if vendor.auto_pay_days_before is not None:
        wanted = days_before(bill.due_on, vendor.auto_pay_days_before)
        return max(wanted, calendar.earliest_process_date(ctx.now))
    reach = reach_of(ctx, [vendor])[vendor.id]
    if isinstance(reach, VendorCannotBePaidOnline) or vendor.auto_pay_bank_account_id is None:
        return calendar.earliest_process_date(ctx.now)
    account = FundingAccount(FundingType.BANK_ACCOUNT, vendor.auto_pay_bank_account_id)
    rail = funding_sources.rail_of(ctx, account, reach.disbursement)
    return to_arrive(reach, rail, bill.due_on, ctx.now)
