"""Making the bills of a recurring bill: a job at the beginning of the organization's day (settled.md §4).

One job makes one bill and schedules the next; what was missed comes one after the other, each in its own transaction. A
template that cannot make its bill, or may not pay it, is put out of use with the reason; others never wait for it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from billfold.accounting import payment_terms
from billfold.identity import store as identity_store
from billfold.identity.messages import mail_administrators
from billfold.kit.ctx import Ctx, RecordStatus
from billfold.kit.errors import Refusal, Refusals
from billfold.kit.records import replace
from billfold.parties.vendors import get_vendor
from billfold.payables.bills import bills
from billfold.payables.bills.model import BillDraft
from billfold.payables.events import RecurringBillAdvanced, RecurringBillFailed
from billfold.payables.lines.lines import patched
from billfold.payables.payments import standing_payments
from billfold.payables.payments.process_dates import day_begins
from billfold.payables.payments.standing_payments import AutopayProblem, StandingOrder
from billfold.payables.recurring import store
from billfold.payables.recurring.model import GeneratedBill, RecurringBill

GENERATE_JOB: Final = "payables.recurring.generate"


def schedule_next(ctx: Ctx, template: RecurringBill) -> None:
    """Have the next bill made when its day begins, or at once where it has begun."""
    if template.archived or template.schedule.over:
        return
    due_at = max(day_begins(ctx, template.made_on), ctx.now)
    # A change may bring the day forward, while the job of the day before still waits: each moment has its own.
    key = f"{template.id}/{due_at.isoformat()}"
    ctx.schedule(GENERATE_JOB, due_at, key=key, recurring_bill_id=template.id)


def generate(ctx: Ctx, payload: dict[str, str]) -> None:
    """Job: make the bill that is due to be made, if there is one, and schedule the next."""
    template = store.TEMPLATES.get(ctx.tx, ctx.organization_id, payload["recurring_bill_id"], lock=ctx.tx.for_update)
    assert template is not None, "recurring bills are never deleted"
    if template.archived or template.schedule.over:
        return
    if day_begins(ctx, template.made_on) > ctx.now:
        # Put off since, or the organization's day begins later than it did.
        schedule_next(ctx, template)
        return
    user = identity_store.USERS.get(ctx.tx, ctx.organization_id, template.payer_id or template.created_by)
    assert user is not None, "users are never deleted"
    try:
        with standing_payments.in_the_name_of(ctx, user), ctx.attempt():
            problem = _make(ctx, template)
    except (Refusal, Refusals) as refusal:
        _put_out_of_use(ctx, template, str(refusal))
        return
    advanced = template.schedule.advanced()
    template = replace(template, next_due_on=advanced.next_due_on, anchor_day=advanced.anchor_day, updated_at=ctx.now)
    store.TEMPLATES.update(ctx.tx, template, "next_due_on", "anchor_day", "updated_at")
    ctx.emit(RecurringBillAdvanced(template))
    if problem is not None and problem.is_of_payer:
        _put_out_of_use(ctx, template, "Who set it up may not pay its bills any more.")
    else:
        schedule_next(ctx, template)


def _make(ctx: Ctx, template: RecurringBill) -> AutopayProblem | None:
    """The bill of the next due date, unless there is one already; and what kept it from being paid, if anything."""
    due_on = template.next_due_on
    if store.GENERATED.get(ctx.tx, ctx.organization_id, template.id, due_on.isoformat()) is not None:
        return None
    drafts = patched(store.LINES.of(ctx.tx, ctx.organization_id, template.id), (), template.currency)
    draft = BillDraft(
        vendor_id=template.vendor_id,
        invoice_number=due_on.isoformat(),
        invoice_on=_invoice_date(ctx, template, due_on),
        due_on=due_on,
        description=template.description,
    )
    fresh = [replace(line, id=None) for line in drafts]
    bill = bills.create_bill(ctx, draft, fresh, numbered_by_vendor=False).bill
    made = GeneratedBill(ctx.organization_id, template.id, due_on, bill.id, ctx.now)
    store.GENERATED.insert(ctx.tx, made)
    if not template.auto_payment or not bill.due_minor:
        return None
    assert template.payer_id is not None, "who set it up answers for what it pays"
    assert template.bank_account_id is not None, "checked when it was set up"
    order = StandingOrder(template.payer_id, template.bank_account_id)
    paid = standing_payments.pay_standing(ctx, bill, order)
    return paid if isinstance(paid, AutopayProblem) else None


def _invoice_date(ctx: Ctx, template: RecurringBill, due_on: date) -> date:
    """The due date less the vendor's payment term, where there is one."""
    term_id = get_vendor(ctx, template.vendor_id).payment_term_id
    return due_on if term_id is None else due_on - timedelta(days=payment_terms.get(ctx, term_id).days_due)


def _put_out_of_use(ctx: Ctx, template: RecurringBill, reason: str) -> None:
    failed = replace(template, record_status=RecordStatus.INACTIVE, failure=reason, updated_at=ctx.now)
    store.TEMPLATES.update(ctx.tx, failed, "record_status", "failure", "updated_at")
    ctx.emit(RecurringBillFailed(failed))
    mail_administrators(
        ctx,
        f"The recurring bill {failed.id} with the next due date {failed.next_due_on} was put out of use: {reason} "
        "Nothing more comes of it until somebody restores it.",
    )
