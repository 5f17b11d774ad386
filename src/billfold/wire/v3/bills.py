"""Bills (contract: payables §2)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from billfold.approvals.model import ApprovalStatus, StepStatus, StepView
from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx, RecordStatus
from billfold.payables.bills import bill_approvals, bills
from billfold.payables.bills.model import BillDraft, BillView, PaymentStatus
from billfold.payables.credits.credit_applications import listed_by, lock_credits
from billfold.payables.credits.model import CreditApplication
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.codecs import Moment, Text, given, instant, money, spelling_of
from billfold.wire.v3 import credit_uses
from billfold.wire.v3.credit_uses import VendorCreditBody, VendorCreditUseShape, credit_amounts, use_shapes
from billfold.wire.v3.line_items import (
    CLASSIFICATION_FIELDS,
    LINE_FIELDS,
    ClassificationsBody,
    ClassificationsShape,
    LineBody,
    LineShape,
    bill_classifications,
    line_changes,
    line_shape,
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


class InvoiceBody(msgspec.Struct, kw_only=True):
    """The vendor's invoice, or the part of it to change."""

    invoiceNumber: str | UnsetType = UNSET
    invoiceDate: date | UnsetType = UNSET


class NewInvoiceBody(InvoiceBody, kw_only=True):
    """The vendor's invoice."""

    invoiceNumber: str
    invoiceDate: date


class BillUpdate(msgspec.Struct, kw_only=True):
    """What of a bill is to change. Lines are matched by id; none is added or removed."""

    vendorId: str | UnsetType = UNSET
    dueDate: date | UnsetType = UNSET
    invoice: InvoiceBody | UnsetType = UNSET
    billLineItems: list[LineBody] | UnsetType = UNSET
    description: Text = UNSET
    purchaseOrderNumber: Text = UNSET
    payFromChartOfAccountId: Text = UNSET
    classifications: ClassificationsBody | UnsetType | None = UNSET
    paymentTermId: Text = UNSET
    vendorCredits: Annotated[
        list[VendorCreditBody] | UnsetType | None, Meta(description="Credits of the vendor to use.")
    ] = UNSET
    billApprovals: Annotated[bool, Meta(description="Whether the answer lists the approvers.")] = False


class BillCreate(BillUpdate, kw_only=True):
    """A whole bill: a new one, or what replaces one (PUT; lines with an id are kept, others are new)."""

    vendorId: str
    dueDate: date
    invoice: NewInvoiceBody
    billLineItems: list[LineBody]


FIELDS = (
    ("vendorId", "vendor_id"),
    ("dueDate", "due_on"),
    ("invoice.invoiceNumber", "invoice_number"),
    ("invoice.invoiceDate", "invoice_on"),
    ("description", "description"),
    ("purchaseOrderNumber", "po_number"),
    ("payFromChartOfAccountId", "pay_from_chart_of_account_id"),
    *CLASSIFICATION_FIELDS,
    ("paymentTermId", "payment_term_id"),
)
SPELLING = credit_uses.SPELLING | spelling_of(LINE_FIELDS, FIELDS, lines="billLineItems")
#: What PUT clears when it is left out: this face's own writable fields.
_CLEARED: dict[str, Any] = {
    field: None for path, field in FIELDS if path not in {"vendorId", "dueDate"} and not path.startswith("invoice.")
}


class InvoiceShape(msgspec.Struct):
    """The vendor's invoice."""

    invoiceNumber: str
    invoiceDate: date


class ApproverShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """Somebody who has to approve a bill."""

    userId: str
    status: Annotated[str, Meta(description="WAITING, APPROVED, DENIED or REROUTED.")]
    approverOrder: Annotated[int, Meta(description="From 0.")]
    statusChangedTime: Moment


class BillShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """A bill. Amounts are in the vendor's bill currency; fundingAmount is in USD."""

    id: Annotated[str, Meta(description="Begins with 00n.")]
    archived: bool
    vendorId: str
    vendorName: str
    amount: Decimal
    fundingAmount: Decimal | None = None
    paidAmount: Decimal
    dueAmount: Annotated[Decimal, Meta(description="What can still be paid.")]
    scheduledAmount: Decimal
    creditAmount: Decimal
    exchangeRate: Decimal | None = None
    description: str | None = None
    dueDate: date
    invoice: InvoiceShape
    billLineItems: list[LineShape]
    payFromChartOfAccountId: str | None = None
    purchaseOrderNumber: str | None = None
    paymentTermId: str | None = None
    classifications: ClassificationsShape | None = None
    paymentStatus: PaymentStatus
    approvalStatus: ApprovalStatus
    vendorCredits: Annotated[
        list[VendorCreditUseShape] | None, Meta(description="Credits that the bill uses by itself.")
    ] = None
    approvers: Annotated[
        list[ApproverShape] | None, Meta(description="In the answer to a request with billApprovals.")
    ] = None
    recordStatus: str
    createdTime: Moment
    updatedTime: Moment


def bill_shape(
    view: BillView, credits: Iterable[CreditApplication] = (), approvers: list[ApproverShape] | None = None
) -> BillShape:
    """A bill as v3 shows it."""
    bill = view.bill
    currency = bill.currency
    amount = money(bill.amount_minor, currency)
    funding = amount if currency == "USD" else None
    if bill.funding_minor is not None:
        funding = money(bill.funding_minor, "USD")
    return BillShape(
        id=bill.id,
        archived=bill.archived,
        vendorId=bill.vendor_id,
        vendorName=view.vendor_name,
        amount=amount,
        fundingAmount=funding,
        paidAmount=money(bill.settled_minor, currency),
        dueAmount=money(bill.due_minor, currency),
        scheduledAmount=money(bill.scheduled_minor, currency),
        creditAmount=money(bill.credit_minor, currency),
        exchangeRate=None if currency == "USD" else bill.exchange_rate,
        description=bill.description,
        dueDate=bill.due_on,
        invoice=InvoiceShape(bill.invoice_number, bill.invoice_on),
        billLineItems=[line_shape(line, currency) for line in view.lines],
        payFromChartOfAccountId=bill.pay_from_chart_of_account_id,
        purchaseOrderNumber=bill.po_number,
        paymentTermId=bill.payment_term_id,
        classifications=bill_classifications(bill),
        paymentStatus=bill.payment_status,
        approvalStatus=bill.approval_status,
        vendorCredits=use_shapes(credits),
        approvers=approvers,
        recordStatus=bill.record_status.name,
        createdTime=instant(bill.created_at),
        updatedTime=instant(bill.updated_at),
    )


def create_bill(ctx: Ctx, call: Call, body: BillCreate) -> BillShape:
    """A new bill."""
    draft, lines = BillDraft(**given(body, FIELDS)), new_lines(body.billLineItems)
    view = bills.create_bill(ctx, draft, lines, credit_amounts(body.vendorCredits))
    return _shape(ctx, call, view, body)


def get_bill(ctx: Ctx, call: Call, _: None) -> BillShape:
    """A bill; with `?billApprovals=true` also who approves it."""
    return _shape(ctx, call, bills.get_bill(ctx, call.path_ids["billId"]))


def replace_bill(ctx: Ctx, call: Call, body: BillCreate) -> BillShape:
    """What is left out is cleared; lines that are left out are removed, and credits are no longer used."""
    changes, lines = _CLEARED | given(body, FIELDS), whole_lines(body.billLineItems)
    credits = credit_amounts(body.vendorCredits)
    view = bills.update_bill(ctx, call.path_ids["billId"], changes, lines, credits)
    return _shape(ctx, call, view, body)


def update_bill(ctx: Ctx, call: Call, body: BillUpdate) -> BillShape:
    """Change what is given; lines and credits by id."""
    lines = line_changes(body.billLineItems)
    credits = credit_amounts(body.vendorCredits)
    view = bills.patch_bill(ctx, call.path_ids["billId"], given(body, FIELDS), lines, credits)
    return _shape(ctx, call, view, body)


def _shape(ctx: Ctx, call: Call, view: BillView, body: BillUpdate | None = None) -> BillShape:
    return _shapes(ctx, call, [view], asked=body is not None and body.billApprovals)[0]


def _shapes(ctx: Ctx, call: Call, views: list[BillView], *, asked: bool = False) -> list[BillShape]:
    """Bills, with who approves them for those who ask: in the body, or, as some do, in the query."""
    credits = listed_by(ctx, [view.bill for view in views])
    if not asked and call.query.get("billApprovals", "").lower() != "true":
        return [bill_shape(view, credits[view.bill.id]) for view in views]
    found = bill_approvals.approvers_of(ctx, [view.bill.id for view in views])
    return [
        bill_shape(view, credits[view.bill.id], [_approver_shape(one) for one in found[view.bill.id]]) for view in views
    ]


def _approver_shape(view: StepView) -> ApproverShape:
    """v3 knows no approver to come: who is not at turn waits, too."""
    status = "WAITING" if view.step.status is StepStatus.UPCOMING else view.step.status.value
    return ApproverShape(
        userId=view.user_id,
        status=status,
        approverOrder=view.step.position,
        statusChangedTime=instant(view.step.status_changed_at),
    )


def lock_named(ctx: Ctx, bodies: list[BillCreate]) -> None:
    """Lock the vendors and credits of all these bills, in the house's order."""
    bills.share_vendors(ctx, [body.vendorId for body in bodies])
    lock_credits(ctx, [use.credit_id for body in bodies for use in credit_amounts(body.vendorCredits)])


def _meant_by(text: str) -> tuple[RecordStatus, ...]:
    return tuple(status for status in RecordStatus if status.name == text)


LIST = ListSpec({
    "id": ID,
    "archived": ARCHIVED,
    "vendorId": ListField("vendor_id"),
    "amount": ListField("amount_minor", Kind.AMOUNT, ORDER, sortable=True),
    "dueDate": ListField("due_on", Kind.DATE, ORDER, sortable=True),
    "invoice.invoiceDate": ListField("invoice_on", Kind.DATE, ORDER, sortable=True),
    "invoice.invoiceNumber": ListField("invoice_number", ops=TEXT, sortable=True),
    "purchaseOrderNumber": ListField("po_number", ops=TEXT, sortable=True, nullable=True),
    "recordStatus": ListField("record_status", ops=EQUALITY, means=_meant_by),
    "paymentStatus": ListField("payment_status", ops=EQUALITY, choices=PaymentStatus),
    "approvalStatus": ListField("approval_status", ops=EQUALITY, choices=ApprovalStatus),
    "payFromChartOfAccountId": ListField("pay_from_chart_of_account_id"),
    **{path: ListField(field) for path, field in CLASSIFICATION_FIELDS},
    "createdTime": CREATED,
    "updatedTime": UPDATED,
})  # fmt: skip


def declare(catalogue: Catalogue) -> None:
    """The rows of bills."""
    rows = Resource(
        catalogue, "bills", noun="bill", id_name="billId",
        shape=BillShape, writes=Permission.WRITE_BILLS, spelling=SPELLING,
    )  # fmt: skip
    rows.list(bills.list_bills, None, LIST, encode_all=_shapes)
    rows.create(create_bill, BillCreate)
    rows.bulk_create(create_bill, BillCreate, maximum=100, key=None, locks=lock_named)
    rows.get_with(get_bill)
    rows.change("update", "PATCH", update_bill, BillUpdate)
    rows.change("replace", "PUT", replace_bill, BillCreate)
    rows.archive_and_restore(
        lambda ctx, bill_id: bill_shape(bills.archive_bill(ctx, bill_id)),
        lambda ctx, bill_id: bill_shape(bills.restore_bill(ctx, bill_id)),
    )
