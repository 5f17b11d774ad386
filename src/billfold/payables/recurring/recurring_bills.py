"""Recurring bills: create, read, list, change, archive, restore (contract: payables §4).

A template makes its bills by a job (`generation.py`); what changes here changes future bills alone. One that pays by
itself is changed only by who could set it up.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

import msgspec

from billfold.funding import bank_accounts
from billfold.identity.organizations import zone_of
from billfold.kit.ctx import Ctx, RecordStatus
from billfold.kit.errors import Checks, InvalidField, NotFound, existing
from billfold.kit.query import Page, Query
from billfold.kit.records import replace
from billfold.parties.model import Vendor
from billfold.parties.vendors import lock_vendors, require_usable
from billfold.payables.autopay.settings import switch_off
from billfold.payables.events import (
    RecurringBillArchived,
    RecurringBillCreated,
    RecurringBillRestored,
    RecurringBillUpdated,
)
from billfold.payables.lines.lines import (
    MAX_TEXT,
    check_lines,
    completed_lines,
    ids_named_by,
    merge,
    patched,
    require_named,
)
from billfold.payables.lines.model import LineDraft
from billfold.payables.payments import standing_payments
from billfold.payables.recurring import store
from billfold.payables.recurring.generation import schedule_next
from billfold.payables.recurring.model import (
    RecurringBill,
    RecurringDraft,
    RecurringLine,
    RecurringView,
)

PREFIX: Final = "btp"
MAX_LENGTHS: Final = {"description": MAX_TEXT}
MAX_FREQUENCY: Final = 999
MAX_DAYS_IN_ADVANCE: Final = 365
#: How far back the next due date may lie: what it has missed is made at once.
MAX_DAYS_BACK: Final = 366
#: How far ahead: every date that follows is still one of the calendar's.
MAX_DAYS_AHEAD: Final = 36_525


def create(ctx: Ctx, draft: RecurringDraft, lines: Sequence[LineDraft]) -> RecurringView:
    """A new recurring bill, in the vendor's currency. Bills that it has missed already are made at once.

    Raises `NotFound`, `VendorIsArchived`, `ClassificationIsArchived`, `InvalidField`s; for one that pays by itself
    `SessionUntrusted` and `MayNotPay`.
    """
    vendor = _lock_vendor(ctx, draft.vendor_id)
    fields = msgspec.structs.asdict(draft)
    total = _check(ctx, fields, lines, vendor)
    require_named(ctx, lines)
    ctx.ids.reserve(1 + len(lines))
    template_id, ordinal = ctx.ids.new(PREFIX)
    template = RecurringBill(
        organization_id=ctx.organization_id,
        id=template_id,
        ordinal=ordinal,
        **fields,
        currency=vendor.bill_currency,
        amount_minor=total,
        anchor_day=draft.next_due_on.day,
        payer_id=None,
        failure=None,
        created_by=ctx.actor.user_id,
        record_status=RecordStatus.ACTIVE,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    template = _authorized(ctx, template, vendor)
    rows = merge(ctx, RecurringLine, template_id, [], lines, template.currency)
    store.TEMPLATES.insert(ctx.tx, template)
    store.LINES.insert_all(ctx.tx, rows)
    ctx.emit(RecurringBillCreated(template))
    schedule_next(ctx, template)
    return RecurringView(template, rows)


def get(ctx: Ctx, template_id: str) -> RecurringView:
    """The recurring bill with this id. Raises `NotFound`."""
    template = existing(store.TEMPLATES.get(ctx.tx, ctx.organization_id, template_id), "recurring bill", template_id)
    return RecurringView(template, store.LINES.of(ctx.tx, ctx.organization_id, template_id))


def list_recurring_bills(ctx: Ctx, query: Query) -> Page[RecurringView]:
    """A page of recurring bills, archived ones included unless filtered out."""
    return store.list_views(ctx.tx, ctx.organization_id, query)


def update(
    ctx: Ctx, template_id: str, changes: Mapping[str, Any], lines: Sequence[LineDraft] | None = None
) -> RecurringView:
    """Change the named fields of `RecurringDraft`, and the whole list of lines where one is given.

    An archived one can be changed too, to be restored then. Raises as `create`, and `LineNotOfDocument`.
    """
    before, vendor = _lock(ctx, template_id, changes.get("vendor_id"))
    return _change(ctx, before, vendor, changes, lines)


def patch(
    ctx: Ctx, template_id: str, changes: Mapping[str, Any], lines: Sequence[tuple[str | None, Mapping[str, Any]]]
) -> RecurringView:
    """Change the named fields, and the named fields of lines by id. Raises as `update`."""
    before, vendor = _lock(ctx, template_id, changes.get("vendor_id"))
    drafts = None
    if lines:
        rows = store.LINES.of(ctx.tx, ctx.organization_id, template_id)
        drafts = patched(rows, lines, before.currency)
    return _change(ctx, before, vendor, changes, drafts)


def archive(ctx: Ctx, template_id: str) -> RecurringView:
    """Make no more bills; again is no error. Raises `NotFound`."""
    template, _ = _lock(ctx, template_id)
    if not template.archived:
        archived = replace(template, record_status=RecordStatus.INACTIVE, updated_at=ctx.now)
        store.TEMPLATES.update(ctx.tx, archived, "record_status", "updated_at")
        ctx.emit(RecurringBillArchived(archived))
    return get(ctx, template_id)


def restore(ctx: Ctx, template_id: str) -> RecurringView:
    """Make bills again, those that were missed at once; again is no error.

    Raises `NotFound`, `VendorIsArchived`, `InvalidField` where the next due date lies too far back; for one that
    pays by itself `SessionUntrusted` and `MayNotPay`.
    """
    template, vendor = _lock(ctx, template_id)
    if template.archived:
        require_usable(vendor)
        checks = Checks()
        if not template.schedule.over:
            _check_next_due(ctx, checks, msgspec.structs.asdict(template))
        checks.raise_any()
        active = replace(template, record_status=RecordStatus.ACTIVE, failure=None, updated_at=ctx.now)
        active = _authorized(ctx, active, vendor)
        store.TEMPLATES.update(ctx.tx, active)
        ctx.emit(RecurringBillRestored(active))
        schedule_next(ctx, active)
    return get(ctx, template_id)


def vendors_that_are_paid(ctx: Ctx, vendor_ids: Collection[str]) -> set[str]:
    """Which of these vendors have a recurring bill in use that pays by itself."""
    return store.vendors_that_are_paid(ctx.tx, ctx.organization_id, sorted(vendor_ids))


def makers_of(ctx: Ctx, bill_ids: Sequence[str]) -> dict[str, str]:
    """By bill, the recurring bill that made it; most bills are made by hand and are missing."""
    return store.makers_of(ctx.tx, ctx.organization_id, bill_ids)


def _lock_vendor(ctx: Ctx, vendor_id: str) -> Vendor:
    vendor = existing(lock_vendors(ctx, {vendor_id}).get(vendor_id), "vendor", vendor_id)
    require_usable(vendor)
    return vendor


def _lock(ctx: Ctx, template_id: str, next_vendor_id: str | None = None) -> tuple[RecurringBill, Vendor]:
    """The template under its lock, after its vendor and the one it is to go to. Raises `NotFound`."""
    unlocked = existing(store.TEMPLATES.get(ctx.tx, ctx.organization_id, template_id), "recurring bill", template_id)
    vendor_id = unlocked.vendor_id if next_vendor_id is None else next_vendor_id
    vendors = lock_vendors(ctx, {unlocked.vendor_id, vendor_id})
    if vendor_id not in vendors:
        raise NotFound("vendor", vendor_id)
    template = store.TEMPLATES.get(ctx.tx, ctx.organization_id, template_id, lock=ctx.tx.for_update)
    assert template is not None, "recurring bills are never deleted"
    return template, vendors[vendor_id]


def _change(
    ctx: Ctx,
    before: RecurringBill,
    vendor: Vendor,
    changes: Mapping[str, Any],
    lines: Sequence[LineDraft] | None,
) -> RecurringView:
    assert changes.keys() <= set(RecurringDraft.__struct_fields__), changes.keys()
    if vendor.id != before.vendor_id:
        require_usable(vendor, billed_in=before.currency)
    fields = {field: getattr(before, field) for field in RecurringDraft.__struct_fields__} | dict(changes)
    rows = store.LINES.of(ctx.tx, ctx.organization_id, before.id)
    drafts = patched(rows, (), before.currency) if lines is None else completed_lines(rows, lines, before.currency)
    total = _check(ctx, fields, drafts, vendor, before)
    if lines is not None:
        require_named(ctx, drafts, already_named=ids_named_by(rows))
    template = replace(before, **fields, amount_minor=total, updated_at=ctx.now)
    template = replace(template, anchor_day=_anchor_day(before, template))
    template = _authorized(ctx, template, vendor)
    store.TEMPLATES.update(ctx.tx, template)
    if lines is not None:
        rows = merge(ctx, RecurringLine, template.id, rows, drafts, template.currency)
        store.LINES.exchange(ctx.tx, ctx.organization_id, template.id, rows)
    ctx.emit(RecurringBillUpdated(template))
    schedule_next(ctx, template)
    return RecurringView(template, rows)


def _anchor_day(before: RecurringBill, after: RecurringBill) -> int:
    """Sending the next due date back as it was does not make 28 February the day of a series of 31sts."""
    return before.anchor_day if before.next_due_on == after.next_due_on else after.next_due_on.day


def _authorized(ctx: Ctx, template: RecurringBill, vendor: Vendor) -> RecurringBill:
    """The template with who answers for what it pays.

    Raises `NotFound` for the bank account, `SessionUntrusted`, `MayNotPay`, `InvalidField`s.
    """
    if template.bank_account_id is not None:
        bank_accounts.get(ctx, template.bank_account_id)
    if not template.auto_payment or template.archived:
        return replace(template, payer_id=None)
    checks = Checks()
    checks.require(template.bank_account_id is not None, InvalidField("bank_account_id", "must not be null"))
    checks.require(vendor.bill_currency == "USD", InvalidField("auto_payment", "is for vendors billed in USD"))
    checks.raise_any()
    order = standing_payments.require_authority(ctx, template.bank_account_id or "")
    switch_off(ctx, vendor)
    return replace(template, payer_id=order.payer_id)


def _check(
    ctx: Ctx,
    fields: Mapping[str, Any],
    lines: Sequence[LineDraft],
    vendor: Vendor,
    before: RecurringBill | None = None,
) -> int:
    """The total of the lines; raises all that is wrong. Dates that were there before may lie anywhere."""
    checks = Checks()
    checks.limit_texts(fields, MAX_LENGTHS)
    checks.require(
        1 <= fields["frequency_per_period"] <= MAX_FREQUENCY,
        InvalidField("frequency_per_period", f"must be 1 to {MAX_FREQUENCY}"),
    )
    checks.require(
        0 <= fields["days_in_advance"] <= MAX_DAYS_IN_ADVANCE,
        InvalidField("days_in_advance", f"must be 0 to {MAX_DAYS_IN_ADVANCE}"),
    )
    days = ("next_due_on", "end_on")
    if before is None or any(getattr(before, day) != fields[day] for day in days):
        _check_next_due(ctx, checks, fields)
        end_on = fields["end_on"]
        checks.require(
            end_on is None or end_on >= fields["next_due_on"],
            InvalidField("end_on", "must not be before the next due date"),
        )
    total = check_lines(checks, lines, vendor.bill_currency if before is None else before.currency)
    checks.raise_any()
    return total


def _check_next_due(ctx: Ctx, checks: Checks, fields: Mapping[str, Any]) -> None:
    today = ctx.now.astimezone(zone_of(ctx)).date()
    checks.require(
        abs(fields["next_due_on"] - today) <= timedelta(days=MAX_DAYS_AHEAD)
        and fields["next_due_on"] >= today - timedelta(days=MAX_DAYS_BACK),
        InvalidField("next_due_on", f"must be at most {MAX_DAYS_BACK} days back and {MAX_DAYS_AHEAD} ahead"),
    )
