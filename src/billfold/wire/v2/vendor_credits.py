"""VendorCredit with its lines (contract v2.md §5.5). Its whole answer is not documented: the rest is our choice."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx
from billfold.payables.credits import vendor_credits
from billfold.payables.credits.model import (
    VendorCredit,
    VendorCreditDraft,
    VendorCreditStatus,
    VendorCreditView,
)
from billfold.wire.catalog import Catalogue
from billfold.wire.codecs import money as amount
from billfold.wire.errors import MissingData
from billfold.wire.v2.bills import APPROVAL_STATUSES
from billfold.wire.v2.fields import (
    CREATED,
    ID,
    IS_ACTIVE,
    LINE_ID,
    UPDATED,
    VINTAGES,
    Table,
    choice,
    day,
    money,
    number,
    reference,
    text,
)
from billfold.wire.v2.line_items import SHARED_FIELDS, LineSource, line_list, says_nothing_new, take_lines
from billfold.wire.v2.resource import Verbs, declare_entity

#: The codes are not documented; these are as those of a bill's paymentStatus.
STATUSES: Final = {
    "0": VendorCreditStatus.FULLY_APPLIED,
    "1": VendorCreditStatus.NOT_APPLIED,
    "2": VendorCreditStatus.PARTIALLY_APPLIED,
    "4": VendorCreditStatus.IN_PROCESS,
}


class CreditSource(msgspec.Struct, frozen=True):
    """What a credit is shown from."""

    view: VendorCreditView

    @property
    def credit(self) -> VendorCredit:
        return self.view.credit

    @property
    def lines(self) -> list[LineSource]:
        return [LineSource(line, self.credit.currency) for line in self.view.lines]


LINE: Final = Table(
    "VendorCreditLineItem",
    LINE_ID,
    reference("vendorCreditId", "credit_id", read_only=True),
    *SHARED_FIELDS,
    reference("employeeId", "employee_id"),
    reference("actgClassId", "accounting_class_id"),
    root="line",
)

TABLE: Final = Table(
    "VendorCredit",
    ID,
    IS_ACTIVE,
    reference("vendorId", "vendor_id", required=True),
    text("refNumber", "reference_number", required=True, filterable=True),
    choice("approvalStatus", "approval_status", APPROVAL_STATUSES, read_only=True),
    day("creditDate", "credited_on", required=True),
    day("glPostingDate", "posting_on"),
    money("amount", read=lambda source: amount(source.credit.amount_minor, source.credit.currency)),
    money("appliedAmount", read=lambda source: amount(source.credit.applied_minor, source.credit.currency)),
    choice("creditStatus", "status", STATUSES, read_only=True),
    number("exchangeRate", "exchange_rate", since="2024"),
    text("description", "description"),
    text("poNumber", "po_number"),
    reference("applyToBankAccountId", "apply_to_bank_account_id"),
    reference("applyToChartOfAccountId", "apply_to_chart_of_account_id"),
    CREATED,
    UPDATED,
    reference("createdBy", "created_by", read_only=True, since="2024"),
    line_list("vendorCreditLineItems", LINE),
    root="credit",
)


def _create(ctx: Ctx, found: dict[str, Any]) -> VendorCreditView:
    """A credit that is not in USD says its rate (§5.5)."""
    lines = take_lines(found, "vendorCreditLineItems", LINE) or []
    view = vendor_credits.create_credit(ctx, VendorCreditDraft(**found), lines)
    if view.credit.currency != "USD" and view.credit.exchange_rate is None:
        raise MissingData(name="exchangeRate")
    return view


def _update(ctx: Ctx, credit_id: str, found: dict[str, Any]) -> VendorCreditView:
    """Scalars that are left out stay; a list of lines replaces the one before as a whole (settled.md §2).

    Whole records are sent back by clients: that of an archived credit says nothing new and changes nothing.
    """
    view = vendor_credits.get_credit(ctx, credit_id)
    if view.credit.archived and says_nothing_new(found, _as_sent(view)):
        return view
    lines = take_lines(found, "vendorCreditLineItems", LINE)
    return vendor_credits.update_credit(ctx, credit_id, found, lines)


def _as_sent(view: VendorCreditView) -> dict[str, Any]:
    return TABLE.decode(TABLE.encode(CreditSource(view), VINTAGES[-1]), complete=False)


def declare(catalogue: Catalogue) -> None:
    """The rows of vendor credits."""
    verbs = Verbs(
        sources=lambda _, views, __: [CreditSource(view) for view in views],
        create=_create,
        get=vendor_credits.get_credit,
        id_of=lambda view: view.credit.id,
        update=_update,
        archive=vendor_credits.archive_credit,
        restore=vendor_credits.require_in_use,
        find=vendor_credits.list_credits,
    )
    declare_entity(catalogue, TABLE, verbs, Permission.WRITE_BILLS)
