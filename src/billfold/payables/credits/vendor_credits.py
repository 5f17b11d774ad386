"""Vendor credits: create, read, list, change, archive, and their postings (contract: payables §3).

A credit is a bill turned round: it debits accounts payable and credits what the goods were posted to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from billfold.accounting.model import Kind
from billfold.approvals.model import ApprovalStatus
from billfold.funding import bank_accounts
from billfold.kit.ctx import Ctx, RecordStatus
from billfold.kit.errors import Checks, InvalidField, Refusal, existing
from billfold.kit.money import to_decimal
from billfold.kit.query import Page, Query
from billfold.kit.records import replace
from billfold.parties.vendors import get_vendor, require_usable
from billfold.payables import approval_routing, postings
from billfold.payables.bills.bills import share_vendors
from billfold.payables.credits import store
from billfold.payables.credits.credit_applications import CreditIsArchived, lock_credits, status_of
from billfold.payables.credits.model import (
    VendorCredit,
    VendorCreditDraft,
    VendorCreditLine,
    VendorCreditStatus,
    VendorCreditView,
)
from billfold.payables.events import VendorCreditArchived, VendorCreditCreated, VendorCreditUpdated
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

PREFIX: Final = "vcr"
MAX_LENGTHS: Final = {"reference_number": 100, "description": MAX_TEXT, "po_number": 100}


class CreditIsApplied(Refusal):
    """A credit that bills use keeps its vendor and what they use of it, and cannot be archived."""

    sentence = (
        "Bills use {applied} of the vendor credit {credit_id}: its vendor cannot change, "
        "its amount cannot be less, and it cannot be archived."
    )


def create_credit(ctx: Ctx, draft: VendorCreditDraft, lines: Sequence[LineDraft]) -> VendorCreditView:
    """A new credit in the vendor's currency, posted to the ledger.

    Raises `NotFound`, `VendorIsArchived`, `ClassificationIsArchived`, `InvalidField`s.
    """
    vendor = get_vendor(ctx, draft.vendor_id, lock=ctx.tx.for_share)
    require_usable(vendor)
    fields = msgspec.structs.asdict(draft)
    checks = Checks()
    _check_fields(checks, fields)
    total = check_lines(checks, lines, vendor.bill_currency)
    checks.raise_any()
    require_named(ctx, lines, _named(fields))
    _require_bank_account(ctx, draft.apply_to_bank_account_id)
    ctx.ids.reserve(2 * len(lines) + 1)
    credit_id, ordinal = ctx.ids.new(PREFIX)
    credit = VendorCredit(
        organization_id=ctx.organization_id,
        id=credit_id,
        ordinal=ordinal,
        **fields | {"posting_on": draft.posting_on or draft.credited_on},
        currency=vendor.bill_currency,
        amount_minor=total,
        applied_minor=0,
        pending_minor=0,
        status=VendorCreditStatus.NOT_APPLIED,
        approval_status=ApprovalStatus.UNASSIGNED,
        created_by=ctx.actor.user_id,
        record_status=RecordStatus.ACTIVE,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    rows = merge(ctx, VendorCreditLine, credit_id, [], lines, credit.currency)
    credit = approval_routing.route_new(ctx, credit, rows)
    store.VENDOR_CREDITS.insert(ctx.tx, credit)
    store.LINES.insert_all(ctx.tx, rows)
    postings.post_document(ctx, credit, rows)
    ctx.emit(VendorCreditCreated(credit))
    return VendorCreditView(credit, rows, [])


def get_credit(ctx: Ctx, credit_id: str) -> VendorCreditView:
    """The credit with this id, and which bills use it. Raises `NotFound`."""
    return existing(store.view_credit(ctx.tx, ctx.organization_id, credit_id), "vendor credit", credit_id)


def list_credits(ctx: Ctx, query: Query) -> Page[VendorCreditView]:
    """A page of credits, archived ones included unless filtered out."""
    return store.list_credits(ctx.tx, ctx.organization_id, query)


def update_credit(
    ctx: Ctx, credit_id: str, changes: Mapping[str, Any], lines: Sequence[LineDraft] | None = None
) -> VendorCreditView:
    """Change the named fields of `VendorCreditDraft`, and the whole list of lines where one is given.

    Raises `NotFound`, `CreditIsArchived`, `CreditIsApplied`, `LineNotOfDocument`, `InvalidField`s.
    """
    before = lock_credit(ctx, credit_id, next_vendor_id=changes.get("vendor_id"))
    rows = store.LINES.of(ctx.tx, ctx.organization_id, credit_id)
    drafts = None if lines is None else completed_lines(rows, lines, before.currency)
    return _change(ctx, before, changes, drafts, rows)


def patch_credit(
    ctx: Ctx, credit_id: str, changes: Mapping[str, Any], lines: Sequence[tuple[str | None, Mapping[str, Any]]]
) -> VendorCreditView:
    """Change the named fields, and the named fields of lines by id. Raises as `update_credit`."""
    before = lock_credit(ctx, credit_id, next_vendor_id=changes.get("vendor_id"))
    rows = store.LINES.of(ctx.tx, ctx.organization_id, credit_id)
    return _change(ctx, before, changes, patched(rows, lines, before.currency) if lines else None, rows)


def archive_credit(ctx: Ctx, credit_id: str) -> VendorCreditView:
    """Put the credit out of use, for good, and reverse its postings; again is no error.

    Raises `NotFound`, `CreditIsApplied`.
    """
    credit = lock_credit(ctx, credit_id)
    if credit.archived:
        return get_credit(ctx, credit_id)
    if credit.applied_minor:
        raise _applied(credit)
    archived = replace(
        approval_routing.end_routing(ctx, credit), record_status=RecordStatus.INACTIVE, updated_at=ctx.now
    )
    store.VENDOR_CREDITS.update(ctx.tx, archived, "approval_status", "record_status", "updated_at")
    postings.reverse_document(ctx, credit)
    ctx.emit(VendorCreditArchived(archived))
    return get_credit(ctx, credit_id)


def require_in_use(ctx: Ctx, credit_id: str) -> VendorCreditView:
    """What restoring a credit comes to: one in use stays so. Raises `NotFound`, `CreditIsArchived`."""
    view = get_credit(ctx, credit_id)
    if view.credit.archived:
        raise CreditIsArchived(credit_id=credit_id)
    return view


def lock_many(ctx: Ctx, credit_ids: Sequence[str], next_vendor_ids: Sequence[str] = ()) -> None:
    """Lock what changes of these credits will lock one by one, in the house's order; unknown ones refuse later."""
    found = store.vendors_of_credits(ctx.tx, ctx.organization_id, credit_ids)
    share_vendors(ctx, [*found, *next_vendor_ids])
    lock_credits(ctx, credit_ids)


def lock_credit(ctx: Ctx, credit_id: str, *, next_vendor_id: str | None = None) -> VendorCredit:
    """The credit itself, locked until the end of the transaction; before it its vendor, and the one it is to go to.

    Raises `NotFound`.
    """
    unlocked = existing(store.VENDOR_CREDITS.get(ctx.tx, ctx.organization_id, credit_id), "vendor credit", credit_id)
    share_vendors(ctx, {unlocked.vendor_id, next_vendor_id or unlocked.vendor_id})
    return lock_credits(ctx, [credit_id])[credit_id]


def _change(
    ctx: Ctx,
    before: VendorCredit,
    changes: Mapping[str, Any],
    lines: Sequence[LineDraft] | None,
    rows: list[VendorCreditLine],
) -> VendorCreditView:
    if before.archived:
        raise CreditIsArchived(credit_id=before.id)
    credit = _with_changes(ctx, before, changes)
    rows_before = rows
    if lines is not None:
        credit = replace(credit, amount_minor=check_changed(ctx, rows_before, lines, credit.currency))
    if before.applied_minor and (credit.vendor_id != before.vendor_id or credit.rest_minor < 0):
        raise _applied(before)
    if lines is not None:
        rows = merge(ctx, VendorCreditLine, credit.id, rows_before, lines, credit.currency)
    credit = replace(credit, status=status_of(credit))
    credit = approval_routing.route_changed_credit(ctx, before, rows_before, credit, rows)
    store.VENDOR_CREDITS.update(ctx.tx, credit)
    if lines is not None:
        store.LINES.exchange(ctx.tx, ctx.organization_id, credit.id, rows)
    postings.post_changes(ctx, before, rows_before, credit, rows)
    ctx.emit(VendorCreditUpdated(credit))
    return get_credit(ctx, credit.id)


def _with_changes(ctx: Ctx, before: VendorCredit, changes: Mapping[str, Any]) -> VendorCredit:
    """The credit with changed fields. A credit keeps its currency for life."""
    assert changes.keys() <= set(VendorCreditDraft.__struct_fields__), changes.keys()
    fields = dict(changes)
    if fields.get("posting_on", before) is None:
        fields["posting_on"] = fields.get("credited_on", before.credited_on)
    credit = replace(before, **fields, updated_at=ctx.now)
    checks = Checks()
    _check_fields(checks, dict(changes) | {field: getattr(credit, field) for field in _EITHER})
    checks.raise_any()
    vendor = get_vendor(ctx, credit.vendor_id)
    if credit.vendor_id != before.vendor_id:
        require_usable(vendor, billed_in=before.currency)
    require_named(ctx, [], _named(changes), frozenset({before.apply_to_chart_of_account_id or ""}))
    if credit.apply_to_bank_account_id != before.apply_to_bank_account_id:
        _require_bank_account(ctx, credit.apply_to_bank_account_id)
    return credit


#: A credit is applied to one of them at most.
_EITHER: Final = ("apply_to_chart_of_account_id", "apply_to_bank_account_id")


def _check_fields(checks: Checks, fields: Mapping[str, Any]) -> None:
    checks.require_text(fields, "reference_number")
    checks.limit_texts(fields, MAX_LENGTHS)
    rate = fields.get("exchange_rate")
    checks.require(rate is None or rate > 0, InvalidField("exchange_rate", "must be more than zero"))
    account, bank_account = (fields.get(field) for field in _EITHER)
    checks.require(
        account is None or bank_account is None,
        InvalidField("apply_to_bank_account_id", "must be null where there is a chart of account to apply to"),
    )


def _named(fields: Mapping[str, Any]) -> list[tuple[str, Kind]]:
    account = fields.get("apply_to_chart_of_account_id")
    return [] if account is None else [(account, Kind.CHART_OF_ACCOUNT)]


def _require_bank_account(ctx: Ctx, account_id: str | None) -> None:
    if account_id is not None:
        bank_accounts.get(ctx, account_id)


def _applied(credit: VendorCredit) -> CreditIsApplied:
    return CreditIsApplied(credit_id=credit.id, applied=to_decimal(credit.applied_minor, credit.currency))
