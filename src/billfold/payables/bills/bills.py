"""Bills: create, read, list, change, archive, restore, and their postings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any, Final

import msgspec

from billfold.accounting import classifications, payment_terms
from billfold.accounting.model import Kind
from billfold.approvals.model import ApprovalStatus
from billfold.kit.ctx import Ctx, RecordStatus
from billfold.kit.errors import Checks, InvalidField, NotFound, Refusal, existing
from billfold.kit.money import to_decimal
from billfold.kit.query import Page, Query
from billfold.kit.records import replace
from billfold.parties.model import Vendor
from billfold.parties.vendors import get_vendor, require_usable
from billfold.payables import approval_routing, postings
from billfold.payables.autopay import schedule as autopay_schedule
from billfold.payables.bills import approver_memory, store
from billfold.payables.bills.bill_amounts import Overpayment, payment_status
from billfold.payables.bills.duplicates import number_key, require_new_number
from billfold.payables.bills.model import Bill, BillDraft, BillLine, BillView, PaymentStatus
from billfold.payables.credits import credit_applications
from billfold.payables.credits.credit_applications import Listing
from billfold.payables.credits.model import CreditAmount
from billfold.payables.events import BillArchived, BillCreated, BillRestored, BillUpdated
from billfold.payables.lines.lines import (
    MAX_TEXT,
    check_changed,
    check_lines,
    completed_lines,
    merge,
    patched,
    require_named,
)
from billfold.payables.lines.model import LineDraft
from billfold.rails import fx

PREFIX: Final = "00n"
MAX_LENGTHS: Final = {"invoice_number": 100, "description": MAX_TEXT, "po_number": 100}

#: The fields of a bill itself that name a classification, and of which kind.
CLASSIFIED: Final[Mapping[str, Kind]] = {
    "pay_from_chart_of_account_id": Kind.CHART_OF_ACCOUNT,
    "chart_of_account_id": Kind.CHART_OF_ACCOUNT,
    "accounting_class_id": Kind.ACCOUNTING_CLASS,
    "department_id": Kind.DEPARTMENT,
    "location_id": Kind.LOCATION,
    "item_id": Kind.ITEM,
}


class BillHasPayments(Refusal):
    """A bill that is being paid or was paid keeps its vendor and amount, and cannot be archived."""

    sentence = "The bill {bill_id} has payments: its vendor and amount cannot change and it cannot be archived."


class BillUsesCredits(Refusal):
    """A bill that uses vendor credits keeps its vendor, and cannot be archived."""

    sentence = "The bill {bill_id} uses vendor credits: its vendor cannot change and it cannot be archived."


class BillIsArchived(Refusal):
    """An archived bill cannot be changed or paid."""

    sentence = "The bill {bill_id} is archived."


def create_bill(
    ctx: Ctx,
    draft: BillDraft,
    lines: Sequence[LineDraft],
    credits: Sequence[CreditAmount] = (),
    *,
    numbered_by_vendor: bool = True,
) -> BillView:
    """A new bill in the vendor's currency, posted to the ledger, that uses these credits of the vendor.

    A number that is not the vendor's but ours says nothing of duplicates. Raises `NotFound`, `VendorIsArchived`,
    `ClassificationIsArchived`, `BillNumberTaken`, `InvalidField`s, and for credits `CreditIsArchived`,
    `CreditOfAnotherVendor`, `CreditExceeded`, `Overpayment`.
    """
    vendor = get_vendor(ctx, draft.vendor_id, lock=ctx.tx.for_share)
    require_usable(vendor)
    total, listing = _check_new(ctx, draft, lines, credits, vendor)
    if numbered_by_vendor:
        require_new_number(ctx, vendor.id, draft.invoice_number)
    ctx.ids.reserve(2 * len(lines) + 1)
    bill = _new_bill(ctx, draft, vendor.bill_currency, total, 0 if listing is None else listing.after_minor)
    rows = merge(ctx, BillLine, bill.id, [], lines, bill.currency)
    bill = approval_routing.route_new(ctx, bill, rows, approver_memory.remembered(ctx, vendor))
    store.BILLS.insert(ctx.tx, bill)
    store.LINES.insert_all(ctx.tx, rows)
    postings.post_document(ctx, bill, rows)
    if listing is not None:
        credit_applications.carry_out(ctx, bill, listing)
    ctx.emit(BillCreated(bill))
    autopay_schedule.note_bill(ctx, vendor, bill)
    return BillView(bill, rows, vendor.name)


def get_bill(ctx: Ctx, bill_id: str) -> BillView:
    """The bill with this id. Raises `NotFound`."""
    return existing(store.view_bill(ctx.tx, ctx.organization_id, bill_id), "bill", bill_id)


def list_bills(ctx: Ctx, query: Query) -> Page[BillView]:
    """A page of bills, archived ones included unless filtered out."""
    return store.list_bills(ctx.tx, ctx.organization_id, query)


def update_bill(
    ctx: Ctx,
    bill_id: str,
    changes: Mapping[str, Any],
    lines: Sequence[LineDraft] | None = None,
    credits: Sequence[CreditAmount] | None = None,
) -> BillView:
    """Change the named fields of `BillDraft`, and the whole lists of lines and credits where they are given.

    Raises `NotFound`, `BillIsArchived`, `BillHasPayments`, `BillUsesCredits`, `BillNumberTaken`, `LineNotOfDocument`,
    `InvalidField`s, and for credits as `create_bill`.
    """
    before = lock_bill(ctx, bill_id, next_vendor_id=changes.get("vendor_id"))
    rows = store.LINES.of(ctx.tx, ctx.organization_id, bill_id)
    drafts = None if lines is None else completed_lines(rows, lines, before.currency)
    return _change(ctx, before, changes, drafts, rows, None if credits is None else (credits, True))


def patch_bill(
    ctx: Ctx,
    bill_id: str,
    changes: Mapping[str, Any],
    lines: Sequence[tuple[str | None, Mapping[str, Any]]],
    credits: Sequence[CreditAmount] = (),
) -> BillView:
    """Change the named fields, the named fields of lines by id, and what is used of the listed credits.

    Raises as `update_bill`.
    """
    before = lock_bill(ctx, bill_id, next_vendor_id=changes.get("vendor_id"))
    rows = store.LINES.of(ctx.tx, ctx.organization_id, bill_id)
    drafts = patched(rows, lines, before.currency) if lines else None
    return _change(ctx, before, changes, drafts, rows, (credits, False) if credits else None)


def archive_bill(ctx: Ctx, bill_id: str) -> BillView:
    """Put the bill out of use and reverse its postings; again is no error.

    Raises `NotFound`, `BillHasPayments`, `BillUsesCredits`.
    """
    bill = lock_bill(ctx, bill_id)
    if bill.archived:
        return get_bill(ctx, bill_id)
    if bill.scheduled_minor or bill.paid_minor:
        raise BillHasPayments(bill_id=bill_id)
    if bill.credit_minor:
        raise BillUsesCredits(bill_id=bill_id)
    ended = approval_routing.end_routing(ctx, bill)
    archived = replace(ended, record_status=RecordStatus.INACTIVE, updated_at=ctx.now)
    store.BILLS.update(ctx.tx, archived, "record_status", "approval_status", "updated_at")
    postings.reverse_document(ctx, bill)
    ctx.emit(BillArchived(archived))
    return get_bill(ctx, bill_id)


def restore_bill(ctx: Ctx, bill_id: str) -> BillView:
    """Put the bill back into use and post it again; again is no error. Raises `NotFound`, `BillNumberTaken`."""
    bill = lock_bill(ctx, bill_id)
    if not bill.archived:
        return get_bill(ctx, bill_id)
    require_new_number(ctx, bill.vendor_id, bill.invoice_number)
    lines = store.LINES.of(ctx.tx, ctx.organization_id, bill_id)
    restored = replace(
        approval_routing.route_again(ctx, bill, lines), record_status=RecordStatus.ACTIVE, updated_at=ctx.now
    )
    store.BILLS.update(ctx.tx, restored, "record_status", "approval_status", "updated_at")
    postings.post_document(ctx, restored, lines)
    ctx.emit(BillRestored(restored))
    return get_bill(ctx, bill_id)


def share_vendors(ctx: Ctx, vendor_ids: Iterable[str]) -> None:
    """Keep the vendors of bills from changing, in the order of their ids; unknown ones refuse later."""
    for vendor_id in sorted(set(vendor_ids)):
        with suppress(NotFound):
            get_vendor(ctx, vendor_id, lock=ctx.tx.for_share)


def lock_bill(ctx: Ctx, bill_id: str, *, next_vendor_id: str | None = None) -> Bill:
    """The bill itself, locked until the end of the transaction; before it its vendor, and the one it is to go to.

    Raises `NotFound`.
    """
    unlocked = existing(store.BILLS.get(ctx.tx, ctx.organization_id, bill_id), "bill", bill_id)
    share_vendors(ctx, {unlocked.vendor_id, next_vendor_id or unlocked.vendor_id})
    bill = store.BILLS.get(ctx.tx, ctx.organization_id, bill_id, lock=ctx.tx.for_update)
    assert bill is not None, "bills are never deleted"
    return bill


def _check_new(
    ctx: Ctx, draft: BillDraft, lines: Sequence[LineDraft], credits: Sequence[CreditAmount], vendor: Vendor
) -> tuple[int, Listing | None]:
    """The total of a new bill's lines, and what it is to use of credits. Raises what is wrong with any of it."""
    fields = msgspec.structs.asdict(draft)
    checks = Checks()
    _check_texts(checks, fields)
    total = check_lines(checks, lines, vendor.bill_currency)
    listing = None
    if credits:
        listing = credit_applications.read_listing(
            ctx, checks, credits, vendor_id=vendor.id, currency=vendor.bill_currency
        )
        due = to_decimal(total, vendor.bill_currency)
        checks.require(listing.after_minor <= total, Overpayment(due=due, bill_id=draft.invoice_number))
    checks.raise_any()
    require_named(ctx, lines, _named(fields))
    payment_terms.require_usable(ctx, draft.payment_term_id)
    return total, listing


def _new_bill(ctx: Ctx, draft: BillDraft, currency: str, amount_minor: int, credit_minor: int) -> Bill:
    rate = draft.exchange_rate or _market_rate(ctx, currency)
    bill_id, ordinal = ctx.ids.new(PREFIX)
    said = msgspec.structs.asdict(draft)
    bill = Bill(
        organization_id=ctx.organization_id,
        id=bill_id,
        ordinal=ordinal,
        **said | {"posting_on": draft.posting_on or draft.invoice_on, "exchange_rate": rate},
        currency=currency,
        amount_minor=amount_minor,
        scheduled_minor=0,
        in_process_minor=0,
        paid_minor=0,
        credit_minor=credit_minor,
        payment_status=PaymentStatus.UNPAID,
        approval_status=ApprovalStatus.UNASSIGNED,
        pay_from_bank_account_id=None,
        last_payment_on=None,
        created_by=ctx.actor.user_id,
        record_status=RecordStatus.ACTIVE,
        created_at=ctx.now,
        updated_at=ctx.now,
        funding_minor=_funding_minor(amount_minor, currency, rate),
        number_key=number_key(draft.invoice_number),
        pending_credit_minor=0,
    )
    return replace(bill, payment_status=payment_status(bill))


def _change(
    ctx: Ctx,
    before: Bill,
    changes: Mapping[str, Any],
    lines: Sequence[LineDraft] | None,
    rows: list[BillLine],
    credits: tuple[Sequence[CreditAmount], bool] | None,
) -> BillView:
    """`credits`: those listed, and whether they are all that the bill is to use by itself."""
    if before.archived:
        raise BillIsArchived(bill_id=before.id)
    bill, vendor_name = _with_changes(ctx, before, changes)
    if (bill.vendor_id, bill.number_key) != (before.vendor_id, before.number_key):
        require_new_number(ctx, bill.vendor_id, bill.invoice_number, but_for=bill.id)
    rows_before = rows
    if lines is not None:
        bill = replace(bill, amount_minor=check_changed(ctx, rows_before, lines, bill.currency))
    if (bill.amount_minor, bill.exchange_rate) != (before.amount_minor, before.exchange_rate):
        funding_minor = _funding_minor(bill.amount_minor, bill.currency, bill.exchange_rate)
        bill = replace(bill, funding_minor=funding_minor)
    if (before.scheduled_minor or before.paid_minor) and (
        bill.vendor_id != before.vendor_id or bill.amount_minor != before.amount_minor
    ):
        raise BillHasPayments(bill_id=before.id)
    bill, listing = _with_credits(ctx, before, bill, credits)
    if lines is not None:
        rows = merge(ctx, BillLine, bill.id, rows_before, lines, bill.currency)
    bill = approval_routing.route_changed_bill(ctx, before, rows_before, bill, rows)
    store.BILLS.update(ctx.tx, bill)
    if lines is not None:
        store.LINES.exchange(ctx.tx, ctx.organization_id, bill.id, rows)
    postings.post_changes(ctx, before, rows_before, bill, rows)
    if listing is not None:
        credit_applications.carry_out(ctx, bill, listing)
    ctx.emit(BillUpdated(bill))
    return BillView(bill, rows, vendor_name)


def _with_credits(
    ctx: Ctx, before: Bill, bill: Bill, credits: tuple[Sequence[CreditAmount], bool] | None
) -> tuple[Bill, Listing | None]:
    """The bill with what it uses of credits, and what becomes of them; its amount has to be enough for them."""
    listing = None
    checks = Checks()
    if credits is not None:
        wanted, whole = credits
        listing = credit_applications.read_listing(
            ctx, checks, wanted, vendor_id=bill.vendor_id, currency=bill.currency, bill_id=bill.id, whole=whole
        )
        bill = replace(bill, credit_minor=bill.credit_minor + listing.after_minor - listing.before_minor)
    kept = bill.credit_minor if listing is None else bill.credit_minor - listing.listed_minor
    checks.require(not kept or bill.vendor_id == before.vendor_id, BillUsesCredits(bill_id=bill.id))
    if bill.due_minor < 0:
        used = 0 if listing is None else listing.after_minor
        due = to_decimal(max(bill.due_minor + used, 0), bill.currency)
        checks.note(Overpayment(due=due, bill_id=bill.id))
    checks.raise_any()
    return replace(bill, payment_status=payment_status(bill)), listing


def _with_changes(ctx: Ctx, before: Bill, changes: Mapping[str, Any]) -> tuple[Bill, str]:
    """The bill with changed fields, and its vendor's name. A bill keeps its currency for life."""
    assert changes.keys() <= set(BillDraft.__struct_fields__), changes.keys()
    checks = Checks()
    _check_texts(checks, changes)
    checks.raise_any()
    fields = dict(changes)
    if fields.get("posting_on", before) is None:
        fields["posting_on"] = fields.get("invoice_on", before.invoice_on)
    number = number_key(fields.get("invoice_number", before.invoice_number))
    bill = replace(before, **fields, number_key=number, updated_at=ctx.now)
    vendor = get_vendor(ctx, bill.vendor_id, lock=ctx.tx.for_share)
    if bill.vendor_id != before.vendor_id:
        require_usable(vendor, billed_in=before.currency)
    named = _named(changes)
    unchanged = frozenset(identifier for identifier, _ in named if identifier in msgspec.structs.astuple(before))
    classifications.require_usable(ctx, named, unchanged)
    payment_terms.require_usable(ctx, changes.get("payment_term_id"), before.payment_term_id)
    return bill, vendor.name


def _check_texts(checks: Checks, fields: Mapping[str, Any]) -> None:
    checks.require_text(fields, "invoice_number")
    checks.limit_texts(fields, MAX_LENGTHS)
    rate = fields.get("exchange_rate")
    checks.require(rate is None or rate > 0, InvalidField("exchange_rate", "must be more than zero"))


def _market_rate(ctx: Ctx, currency: str) -> Decimal | None:
    """What a bill that is not in USD is booked at when nobody says; None where no rate is known."""
    return None if currency == "USD" else fx.rate_of(ctx, currency)


def _funding_minor(amount_minor: int, currency: str, rate: Decimal | None) -> int | None:
    """The amount in cents of USD at a rate of foreign units per dollar; None where it is not known or no other.

    Raises `InvalidField` where no amount is as large.
    """
    if currency == "USD" or rate is None:
        return None
    return fx.cents_at(amount_minor, currency, rate, "exchange_rate")


def _named(fields: Mapping[str, Any]) -> list[tuple[str, Kind]]:
    """What a bill itself, not its lines, is classified by."""
    return [(identifier, kind) for field, kind in CLASSIFIED.items() if (identifier := fields.get(field)) is not None]
