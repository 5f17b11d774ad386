"""Bill with its lines (contract v2.md §5.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from operator import attrgetter
from typing import Any, Final

import msgspec

from billfold.approvals.model import ApprovalStatus
from billfold.identity.organizations import get_organization
from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx
from billfold.kit.money import to_decimal
from billfold.payables.bills import bills
from billfold.payables.bills.model import Bill, BillDraft, BillLine, BillView, PaymentStatus
from billfold.payables.recurring import recurring_bills
from billfold.wire.catalog import Catalogue
from billfold.wire.codecs import money as amount
from billfold.wire.errors import MissingData
from billfold.wire.v2 import kinds
from billfold.wire.v2.fields import (
    CREATED,
    ID,
    IS_ACTIVE,
    LINE_ID,
    UPDATED,
    VINTAGES,
    Field,
    Table,
    choice,
    constant,
    day,
    flag,
    money,
    number,
    reference,
    text,
)
from billfold.wire.v2.line_items import SHARED_FIELDS, LineSource, line_list, says_nothing_new, take_lines
from billfold.wire.v2.resource import Verbs, declare_entity

APPROVAL_STATUSES: Final = {
    "0": ApprovalStatus.UNASSIGNED,
    "1": ApprovalStatus.ASSIGNED,
    "4": ApprovalStatus.APPROVING,
    "3": ApprovalStatus.APPROVED,
    "5": ApprovalStatus.DENIED,
}
#: A bill that banks work on is still "scheduled" (settled.md §3). None of ours is "pending", but lists may ask.
PAYMENT_STATUSES: Final = {
    "0": PaymentStatus.PAID,
    "1": PaymentStatus.UNPAID,
    "2": PaymentStatus.PARTIALLY_PAID,
    "4": (PaymentStatus.SCHEDULED, PaymentStatus.IN_PROCESS),
    "5": "PENDING",
}


class BillLineSource(LineSource, frozen=True):
    """What a line of a bill is shown from."""

    line: BillLine

    @property
    def reportable_amount(self) -> Decimal | None:
        minor = self.line.reportable_minor
        return None if minor is None else amount(minor, self.currency)


class BillSource(msgspec.Struct, frozen=True):
    """What a bill is shown from. The vintage that shows them has the organization's name and the recurring bill."""

    view: BillView
    organization_name: str = ""
    made_by: str | None = None

    @property
    def bill(self) -> Bill:
        return self.view.bill

    @property
    def lines(self) -> list[BillLineSource]:
        return [BillLineSource(line, self.view.bill.currency) for line in self.view.lines]


def _of_bill(attribute: str) -> Callable[[BillSource], Decimal]:
    minor = attrgetter(attribute)

    def read(source: BillSource) -> Decimal:
        bill = source.view.bill
        return amount(minor(bill), bill.currency)

    return read


def _paid(source: BillSource) -> Decimal | None:
    """Null until something is paid."""
    bill = source.view.bill
    return amount(bill.settled_minor, bill.currency) if bill.settled_minor else None


def _local_amount(source: BillSource) -> Decimal | None:
    bill = source.view.bill
    return None if bill.currency == "USD" else amount(bill.amount_minor, bill.currency)


def _fully_paid_on(source: BillSource) -> Any:
    bill = source.view.bill
    return bill.last_payment_on if bill.payment_status is PaymentStatus.PAID else None


def _items(source: BillSource) -> dict[str, Any]:
    return _counted(source, [line for line in source.view.lines if line.item_id is not None])


def _expenses(source: BillSource) -> dict[str, Any]:
    return _counted(source, [line for line in source.view.lines if line.item_id is None]) | {"chartOfAccountGroup": []}


def _counted(source: BillSource, lines: list[BillLine]) -> dict[str, Any]:
    total = sum(line.amount_minor for line in lines)
    return {"count": len(lines), "totalAmount": to_decimal(total, source.view.bill.currency)}


LINE: Final = Table(
    "BillLineItem",
    LINE_ID,
    reference("billId", "bill_id", read_only=True),
    *SHARED_FIELDS,
    *constant(None, kinds.MONEY, "billedUnitPrice"),
    reference("employeeId", "employee_id"),
    reference("actgClassId", "accounting_class_id"),
    reference("purchaseOrderBillLinkId", since="2024"),
    reference("unitOfMeasureId", since="2024"),
    Field(name="lineOrder", kind=kinds.NUMBER, since="2024", read=lambda source: source.line.position),
    # Nothing lists the categories of form 1099: the id is kept as it is.
    Field(name="form1099CategoryId", kind=kinds.GIVEN_ID, attribute="form_1099_category_id", since="2024"),
    flag("isReportable", "is_reportable", since="2024"),
    money("reportableAmount", "reportable_amount", since="2024", read=lambda source: source.reportable_amount),
    reference("amortizationScheduleId", since="2024"),
    root="line",
)

TABLE: Final = Table(
    "Bill",
    ID,
    IS_ACTIVE,
    reference("vendorId", "vendor_id", required=True),
    text("invoiceNumber", "invoice_number", required=True, filterable=True),
    choice("approvalStatus", "approval_status", APPROVAL_STATUSES, read_only=True),
    day("invoiceDate", "invoice_on", required=True),
    day("dueDate", "due_on", required=True),
    day("glPostingDate", "posting_on"),
    money("amount", read=_of_bill("amount_minor")),
    money("localAmount", since="2024", read=_local_amount),
    number("exchangeRate", "exchange_rate", since="2024"),
    money("scheduledAmount", since="2021", read=_of_bill("scheduled_minor")),
    money("paidAmount", read=_paid),
    money("dueAmount", since="2021", read=_of_bill("due_minor")),
    money("creditAmount", since="2024", read=_of_bill("credit_minor")),
    choice("paymentStatus", "payment_status", PAYMENT_STATUSES, read_only=True),
    choice("uiPaymentStatus", "payment_status", PAYMENT_STATUSES, read_only=True, since="2024"),
    text("description", "description"),
    text("poNumber", "po_number", since="2021"),
    CREATED,
    UPDATED,
    reference("createdBy", "created_by", read_only=True, since="2024"),
    # Set by paying only.
    reference("payFromBankAccountId", "pay_from_bank_account_id", read_only=True),
    reference("payFromChartOfAccountId", "pay_from_chart_of_account_id", read_only=True),
    reference("paymentTermId", "payment_term_id", since="2024"),
    flag("hasAutoPay", since="2024"),
    flag("eBillCreated", since="2024"),
    reference("invoiceProductId", since="2024"),
    reference("chartOfAccountId", "chart_of_account_id", since="2024"),
    reference("departmentId", "department_id", since="2024"),
    reference("locationId", "location_id", since="2024"),
    reference("actgClassId", "accounting_class_id", since="2024"),
    *constant("0", kinds.TEXT, "source"),
    *constant(0, kinds.NUMBER, "numApprPolicyEx"),
    *constant(False, kinds.FLAG, "useBillDesc is1099MissingBill defaultInvoiceNumber isAutoSaved"),  # noqa: FBT003
    # The recurring bill that made it.
    reference("billTemplateId", since="2024", read=lambda source: source.made_by),
    *constant(None, kinds.TEXT, "quickbooksId"),
    day("lastPaymentDate", "last_payment_on", read_only=True, since="2024"),
    day("fullPaymentDate", since="2024", read=_fully_paid_on),
    reference("apAccountId", since="2024"),
    flag("isVcardStpCandidate", since="2024"),
    reference("billLocationId", since="2024"),
    *constant(None, kinds.DATE, "discountDueDate"),
    *constant(None, kinds.MONEY, "discountAmount"),
    reference("orgId", "organization_id", since="2024", read_only=True),
    Field(name="organizationName", kind=kinds.TEXT, since="2024", read=lambda source: source.organization_name),
    *constant(False, kinds.FLAG, "hasLinkedPurchaseOrders hasAmortizedLines"),  # noqa: FBT003
    Field(name="item", kind=kinds.PLAIN, since="2024", read=_items),
    Field(name="expense", kind=kinds.PLAIN, since="2024", read=_expenses),
    Field(
        name="multipleBillLineItems",
        kind=kinds.FLAG,
        since="2024",
        read=lambda source: len(source.view.lines) > 1,
    ),
    line_list("billLineItems", LINE),
    root="bill",
)


def _create(ctx: Ctx, found: dict[str, Any]) -> BillView:
    """A bill that is not in USD says its rate (§5.3)."""
    lines = take_lines(found, "billLineItems", LINE) or []
    view = bills.create_bill(ctx, BillDraft(**found), lines)
    if view.bill.currency != "USD" and found.get("exchange_rate") is None:
        raise MissingData(name="exchangeRate")
    return view


def _update(ctx: Ctx, bill_id: str, found: dict[str, Any]) -> BillView:
    """Scalars that are left out stay; a list of lines replaces the one before as a whole (settled.md §2).

    Whole records are sent back by clients: that of an archived bill says nothing new and changes nothing.
    """
    view = bills.get_bill(ctx, bill_id)
    if view.bill.archived and says_nothing_new(found, _as_sent(view)):
        return view
    lines = take_lines(found, "billLineItems", LINE)
    return bills.update_bill(ctx, bill_id, found, lines)


def _as_sent(view: BillView) -> Mapping[str, Any]:
    """What the bill's own record says when a client sends it back."""
    return TABLE.decode(TABLE.encode(BillSource(view), VINTAGES[-1]), complete=False)


def sources_of(ctx: Ctx, views: list[BillView], vintage: str) -> list[BillSource]:
    """What bills are shown from in this vintage."""
    if vintage != VINTAGES[-1]:
        return [BillSource(view) for view in views]
    name, makers = get_organization(ctx).name, recurring_bills.makers_of(ctx, [view.bill.id for view in views])
    return [BillSource(view, name, makers.get(view.bill.id)) for view in views]


def declare(catalogue: Catalogue) -> None:
    """The rows of bills."""
    verbs = Verbs(
        sources=sources_of,
        create=_create,
        get=bills.get_bill,
        id_of=lambda view: view.bill.id,
        update=_update,
        archive=bills.archive_bill,
        restore=bills.restore_bill,
        find=bills.list_bills,
    )
    declare_entity(catalogue, TABLE, verbs, Permission.WRITE_BILLS)
