"""Payments: create one, read, list; and what every step of one needs. The paying itself is `pay_runs.pay_bills`."""

from __future__ import annotations

from typing import Final

from billfold.identity.permissions import Permission, require_permission
from billfold.kit.ctx import Ctx
from billfold.kit.errors import InvalidField, existing
from billfold.kit.money import to_positive_minor
from billfold.kit.query import Page, Query
from billfold.kit.records import replace
from billfold.parties.vendors import get_vendor, lock_vendor
from billfold.payables.bills import store as bill_store
from billfold.payables.bills.bill_amounts import AMOUNTS, move
from billfold.payables.bills.bills import create_bill
from billfold.payables.bills.model import Bill, BillDraft
from billfold.payables.credits import credit_applications
from billfold.payables.lines.model import LineDraft
from billfold.payables.payments import store
from billfold.payables.payments.model import (
    BillAmount,
    PaidBill,
    Payment,
    PaymentDraft,
    PaymentView,
    PayRunDraft,
    SingleStatus,
    Stage,
)
from billfold.payables.payments.pay_runs import pay_bills
from billfold.payables.payments.payment_rules import PartsRefused, check_texts
from billfold.rails import calendar, transfers

#: What a payment changes of itself on its way.
STEPPED: Final = ("single_status", "stage", "updated_at")
#: Of these it is not known from the status whether a file has the vendor's money: that of a payment of the same day
#: leaves before it is collected.
_MAY_BE_LEAVING: Final = frozenset({SingleStatus.READY_TO_FUND, SingleStatus.FUNDING_STARTED, SingleStatus.PROCESSED})


def create_payment(ctx: Ctx, draft: PaymentDraft) -> PaymentView:
    """Schedule a payment of one bill, or of one that is created with it for a vendor.

    Raises `NotFound`, `MayNotPay`, `BillIsArchived`, `BillNotApproved`, `BillOfAnotherVendor`,
    `VendorCannotBePaidOnline`, `VendorIsArchived`, `Overpayment`, `ProcessDateInvalid`,
    `NewAccountNeedsTime`, `InvalidField`s; `NotPermitted` where a bill is created and the role may not.
    """
    bill_id = draft.bill_id or _create_bill(ctx, draft)
    run = PayRunDraft(
        bills=(BillAmount(bill_id, draft.amount, draft.credits),),
        funding_account=draft.funding_account,
        vendor_id=draft.vendor_id,
        process_on=draft.process_on,
        description=draft.description,
        transaction_number=draft.transaction_number,
        check_delivery_type=draft.check_delivery_type,
        unapproved=draft.unapproved,
        bill_created=draft.bill_id is None,
        exchange_rate_batch_id=draft.exchange_rate_batch_id,
        purpose=draft.purpose,
        card_funding_purpose=draft.card_funding_purpose,
        pay_faster=draft.pay_faster,
    )
    try:
        (view,) = pay_bills(ctx, run)
    except PartsRefused as refused:
        raise refused.of_part(0) from refused
    return view


def get_payment(ctx: Ctx, payment_id: str) -> PaymentView:
    """The payment with this id. Raises `NotFound`."""
    return existing(store.view_payment(ctx.tx, ctx.organization_id, payment_id), "payment", payment_id)


def get_payment_alone(ctx: Ctx, payment_id: str) -> Payment:
    """The payment without its bills and what else is shown with it. Raises `NotFound`."""
    return existing(store.PAYMENTS.get(ctx.tx, ctx.organization_id, payment_id), "payment", payment_id)


def read_payment(ctx: Ctx, payment_id: str) -> PaymentView:
    """The payment with this id, for readers outside. Raises `NotFound`."""
    (view,) = _with_leaving(ctx, [get_payment(ctx, payment_id)])
    return view


def list_payments(ctx: Ctx, query: Query) -> Page[PaymentView]:
    """A page of payments."""
    found = store.list_payments(ctx.tx, ctx.organization_id, query)
    return Page(_with_leaving(ctx, found.items), found.next_key, found.previous_key)


def get_paid_bill(ctx: Ctx, bill_payment_id: str) -> PaidBill:
    """The part of a payment with this id. Raises `NotFound`."""
    return existing(store.paid_bill(ctx.tx, ctx.organization_id, bill_payment_id), "bill payment", bill_payment_id)


def list_paid_bills(ctx: Ctx, query: Query) -> Page[PaidBill]:
    """A page of the parts of payments."""
    return store.list_paid_bills(ctx.tx, ctx.organization_id, query)


def last_card_purpose(ctx: Ctx, vendor_id: str) -> str | None:
    """What the last card payment to this vendor was said to be for."""
    return store.last_card_purpose(ctx.tx, ctx.organization_id, vendor_id)


def paid_bills_of(view: PaymentView) -> list[PaidBill]:
    """The parts of a payment, each with what it mirrors."""
    payment = view.payment
    return [
        PaidBill(
            organization_id=part.organization_id,
            id=part.id,
            ordinal=part.ordinal,
            bill_id=part.bill_id,
            payment_id=part.payment_id,
            amount_minor=part.amount_minor,
            currency=payment.currency,
            confirmation_number=payment.confirmation_number,
            single_status=payment.single_status,
            description=payment.description,
            process_on=payment.process_on,
            created_at=payment.created_at,
            updated_at=payment.updated_at,
            sync_reference=payment.sync_reference,
            to_print_check=payment.to_print_check,
            chart_of_account_id=payment.chart_of_account_id,
            online=payment.online,
            allow_export=payment.allow_export,
        )
        for part in view.bill_payments
    ]


def online_payments_by_month(ctx: Ctx) -> dict[str, int]:
    """How many payments were made online in each month of UTC: `{"2026-01": 7}`."""
    return store.online_payments_by_month(ctx.tx, ctx.organization_id)


def lock_alone(ctx: Ctx, payment_id: str) -> Payment:
    """The payment as it stands under its vendor's lock, which whoever changes a payment takes first."""
    payment = get_payment_alone(ctx, payment_id)
    lock_vendor(ctx, payment.vendor_id)
    # Where the one writer is alone, nothing has changed meanwhile.
    return get_payment_alone(ctx, payment_id) if ctx.tx.for_update else payment


def lock_for_payment(ctx: Ctx, view: PaymentView) -> tuple[Payment, dict[str, Bill]]:
    """Lock vendor, bills and payment, in this order; the payment as it stands then, and the bills by id."""
    payment = view.payment
    lock_vendor(ctx, payment.vendor_id)
    bills = bill_store.BILLS.locked(ctx.tx, ctx.organization_id, [part.bill_id for part in view.bill_payments])
    if ctx.tx.for_update:
        found = store.PAYMENTS.get(ctx.tx, ctx.organization_id, payment.id, lock=ctx.tx.for_update)
        payment = existing(found, "payment", payment.id)
    return payment, {bill.id: bill for bill in bills}


def move_bills(ctx: Ctx, bills: dict[str, Bill], view: PaymentView, stages: tuple[Stage, Stage]) -> None:
    """Move the money of a payment through its bills, and what it uses of credits, from one stage to another."""
    before, after = stages
    if before is after:
        return
    for part in view.bill_payments:
        credit_minor = credit_applications.used_by(part.bill_id, view.credits)
        today = calendar.today(ctx.now)
        moved = move(bills[part.bill_id], part.amount_minor, before, after, today, credit_minor=credit_minor)
        bill_store.BILLS.update(ctx.tx, replace(moved, updated_at=ctx.now), *AMOUNTS)
    credit_applications.move_credits(ctx, view.credits, stages)


def _with_leaving(ctx: Ctx, views: list[PaymentView]) -> list[PaymentView]:
    unsure = [view.payment.id for view in views if view.payment.single_status in _MAY_BE_LEAVING]
    leaving = transfers.in_files(ctx, unsure) if unsure else set()
    return [replace(view, is_leaving=True) if view.payment.id in leaving else view for view in views]


def _create_bill(ctx: Ctx, draft: PaymentDraft) -> str:
    """A bill of this amount and its credits, due on the day that it is paid.

    Its number is the payment's, else that day's.
    """
    require_permission(ctx.actor.role, Permission.WRITE_BILLS)
    if draft.vendor_id is None:
        raise InvalidField("vendor_id", "must not be null")
    check_texts(draft.description, draft.transaction_number)
    vendor = get_vendor(ctx, draft.vendor_id, lock=ctx.tx.for_update)
    to_positive_minor(draft.amount, vendor.bill_currency)
    process_on = draft.process_on or calendar.earliest_process_date(ctx.now)
    amount = draft.amount + sum(credit.amount for credit in draft.credits)
    bill = BillDraft(
        vendor_id=draft.vendor_id,
        invoice_number=draft.transaction_number or process_on.isoformat(),
        invoice_on=calendar.today(ctx.now),
        due_on=process_on,
        description=draft.description,
    )
    line = LineDraft(amount=amount, description=draft.description)
    return create_bill(ctx, bill, [line], numbered_by_vendor=False).bill.id
