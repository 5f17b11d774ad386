"""Vendor credits (contract: payables §3)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx
from billfold.payables.bills import bills
from billfold.payables.credits import vendor_credits
from billfold.payables.credits.model import (
    CreditApplication,
    VendorCreditDraft,
    VendorCreditStatus,
    VendorCreditView,
)
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.codecs import Moment, Text, given, instant, money, spelling_of
from billfold.wire.v3.line_items import (
    CREDIT_LINE_FIELDS,
    CreditLineBody,
    CreditLineShape,
    credit_line_shape,
    line_changes,
    new_lines,
    whole_lines,
)
from billfold.wire.v3.lists import (
    ARCHIVED,
    CREATED,
    EQUALITY,
    ID,
    ORDER,
    TEXT,
    UPDATED,
    Kind,
    ListField,
    ListSpec,
)
from billfold.wire.v3.resource import Resource

MAX_BULK = 50


class VendorCreditUpdate(msgspec.Struct, kw_only=True):
    """What of a credit is to change. Lines are matched by id; none is added or removed."""

    vendorId: str | UnsetType = UNSET
    referenceNumber: str | UnsetType = UNSET
    creditDate: date | UnsetType = UNSET
    vendorCreditLineItems: list[CreditLineBody] | UnsetType = UNSET
    description: Text = UNSET
    applyToChartOfAccountId: Annotated[Text, Meta(description="This, or a bank account, or none.")] = UNSET
    applyToBankAccountId: Text = UNSET


class VendorCreditCreate(VendorCreditUpdate, kw_only=True):
    """A whole credit: a new one, or what replaces one (PUT; lines with an id are kept, others are new)."""

    vendorId: str
    referenceNumber: str
    creditDate: date
    vendorCreditLineItems: list[CreditLineBody]


FIELDS = (
    ("vendorId", "vendor_id"),
    ("referenceNumber", "reference_number"),
    ("creditDate", "credited_on"),
    ("description", "description"),
    ("applyToChartOfAccountId", "apply_to_chart_of_account_id"),
    ("applyToBankAccountId", "apply_to_bank_account_id"),
)
SPELLING = spelling_of(CREDIT_LINE_FIELDS, FIELDS, lines="vendorCreditLineItems")
#: What PUT clears when it is left out: this face's own writable fields.
_CLEARED: dict[str, Any] = {
    field: None for path, field in FIELDS if path not in {"vendorId", "referenceNumber", "creditDate"}
}


class UsageShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """A bill that uses the credit, and the payment as a part of which it does."""

    billId: str
    paymentId: str | None = None
    amount: Decimal


class VendorCreditShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """A vendor credit. Amounts are in the vendor's bill currency."""

    id: Annotated[str, Meta(description="Begins with vcr.")]
    archived: bool
    vendorId: str
    referenceNumber: str
    creditDate: date
    description: str | None = None
    applyToChartOfAccountId: str | None = None
    applyToBankAccountId: str | None = None
    amount: Decimal
    appliedAmount: Annotated[Decimal, Meta(description="What bills use, in payments under way too.")]
    status: VendorCreditStatus
    vendorCreditLineItems: list[CreditLineShape]
    usage: Annotated[list[UsageShape] | None, Meta(description="Of a credit that is read or listed.")] = None
    createdTime: Moment
    updatedTime: Moment


def credit_shape(view: VendorCreditView, usage: list[UsageShape] | None = None) -> VendorCreditShape:
    """A credit as v3 shows it."""
    credit = view.credit
    return VendorCreditShape(
        id=credit.id,
        archived=credit.archived,
        vendorId=credit.vendor_id,
        referenceNumber=credit.reference_number,
        creditDate=credit.credited_on,
        description=credit.description,
        applyToChartOfAccountId=credit.apply_to_chart_of_account_id,
        applyToBankAccountId=credit.apply_to_bank_account_id,
        amount=money(credit.amount_minor, credit.currency),
        appliedAmount=money(credit.applied_minor, credit.currency),
        status=credit.status,
        vendorCreditLineItems=[credit_line_shape(line, credit.currency) for line in view.lines],
        usage=usage,
        createdTime=instant(credit.created_at),
        updatedTime=instant(credit.updated_at),
    )


def _with_usage(view: VendorCreditView) -> VendorCreditShape:
    return credit_shape(view, [_usage_shape(use) for use in view.usage])


def _usage_shape(use: CreditApplication) -> UsageShape:
    return UsageShape(billId=use.bill_id, paymentId=use.payment_id, amount=money(use.amount_minor, use.currency))


def create_credit(ctx: Ctx, _: Call, body: VendorCreditCreate) -> VendorCreditShape:
    """A new credit."""
    draft = VendorCreditDraft(**given(body, FIELDS))
    lines = new_lines(body.vendorCreditLineItems, CREDIT_LINE_FIELDS)
    return credit_shape(vendor_credits.create_credit(ctx, draft, lines))


def replace_credit(ctx: Ctx, call: Call, body: VendorCreditCreate) -> VendorCreditShape:
    """What is left out is cleared; lines that are left out are removed."""
    changes = _CLEARED | given(body, FIELDS)
    lines = whole_lines(body.vendorCreditLineItems, CREDIT_LINE_FIELDS)
    return credit_shape(vendor_credits.update_credit(ctx, call.path_ids["vendorCreditId"], changes, lines))


def update_credit(ctx: Ctx, call: Call, body: VendorCreditUpdate) -> VendorCreditShape:
    """Change what is given; lines by id."""
    lines = line_changes(body.vendorCreditLineItems, CREDIT_LINE_FIELDS)
    view = vendor_credits.patch_credit(ctx, call.path_ids["vendorCreditId"], given(body, FIELDS), lines)
    return credit_shape(view)


def _archive(ctx: Ctx, credit_id: str) -> VendorCreditShape:
    return credit_shape(vendor_credits.archive_credit(ctx, credit_id))


def _lock_new(ctx: Ctx, bodies: list[VendorCreditCreate]) -> None:
    bills.share_vendors(ctx, [body.vendorId for body in bodies])


def _lock_changed(ctx: Ctx, bodies: list[Any]) -> None:
    next_vendors = [body.vendorId for body in bodies if body.vendorId is not UNSET]
    vendor_credits.lock_many(ctx, [body.id for body in bodies], next_vendors)


LIST = ListSpec({
    "id": ID,
    "archived": ARCHIVED,
    "vendorId": ListField("vendor_id"),
    "referenceNumber": ListField("reference_number", ops=TEXT, sortable=True),
    "creditDate": ListField("credited_on", Kind.DATE, ORDER, sortable=True),
    "amount": ListField("amount_minor", Kind.AMOUNT, ORDER, sortable=True),
    "appliedAmount": ListField("applied_minor", Kind.AMOUNT, ORDER, sortable=True),
    "status": ListField("status", ops=EQUALITY, choices=VendorCreditStatus),
    "applyToChartOfAccountId": ListField("apply_to_chart_of_account_id"),
    "applyToBankAccountId": ListField("apply_to_bank_account_id"),
    "createdTime": CREATED,
    "updatedTime": UPDATED,
})  # fmt: skip


def declare(catalogue: Catalogue) -> None:
    """The rows of vendor credits. Archiving one is for good: there is no restore."""
    rows = Resource(
        catalogue, "vendor-credits", noun="vendor credit", id_name="vendorCreditId",
        shape=VendorCreditShape, writes=Permission.WRITE_BILLS, spelling=SPELLING,
    )  # fmt: skip
    bulk: dict[str, Any] = {"maximum": MAX_BULK, "key": "vendorCredits"}
    rows.list(vendor_credits.list_credits, _with_usage, LIST)
    rows.create(create_credit, VendorCreditCreate)
    rows.bulk_create(create_credit, VendorCreditCreate, **bulk, locks=_lock_new)
    rows.bulk_update(update_credit, VendorCreditUpdate, **bulk, locks=_lock_changed)
    rows.bulk_update(replace_credit, VendorCreditCreate, **bulk, locks=_lock_changed, method="PUT")
    rows.bulk_action("archive", _archive, **bulk, locks=vendor_credits.lock_many)
    rows.get(lambda ctx, credit_id: _with_usage(vendor_credits.get_credit(ctx, credit_id)))
    rows.change("update", "PATCH", update_credit, VendorCreditUpdate)
    rows.change("replace", "PUT", replace_credit, VendorCreditCreate)
    rows.archive(_archive)
