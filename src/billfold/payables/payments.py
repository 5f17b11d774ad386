"""Payments: create, read, list, cancel. Creating one is the place where nobody may pay twice."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from billfold.funding import bank_accounts
from billfold.kit.business_days import add_business_days
from billfold.kit.ctx import Ctx
from billfold.kit.errors import Checks, InvalidField, NotFound, Refusal, StateForbids
from billfold.kit.money import to_decimal, to_minor
from billfold.kit.query import Page, Query
from billfold.kit.records import replace
from billfold.kit.settings import Profile
from billfold.ledger import ACCOUNTS_PAYABLE, MONEY_OUT_CLEARING, Code, Entry, pend, void_pending
from billfold.parties.model import Vendor, VendorBankAccount
from billfold.parties.vendors import VendorArchivedRefusal, get_vendor, payment_account_of
from billfold.payables import store
from billfold.payables.bill_amounts import move
from billfold.payables.bills import BillIsArchived
from billfold.payables.events import PaymentCancelled, PaymentCreated
from billfold.payables.model import (
    ApprovalStatus,
    Bill,
    BillPayment,
    DisbursementType,
    Payment,
    PaymentDraft,
    PaymentView,
    SingleStatus,
    Stage,
)
from billfold.payables.payment_states import TRANSITIONS
from billfold.rails import calendar, transfers
from billfold.rails.model import Direction, Holder, Leg
from billfold.rails.transfers import TransferDraft

PREFIX: Final = "stp"
BILL_PAYMENT_PREFIX: Final = "blp"
MAX_DESCRIPTION: Final = 70
MAX_TRANSACTION_NUMBER: Final = 50
#: One entry of a NACHA file holds ten digits (entry detail positions 30-39).
MAX_ACH_MINOR: Final = 9_999_999_999
#: How far ahead a payment can be scheduled.
MAX_DAYS_AHEAD: Final = 366
#: Production makes a payment to a new vendor bank account wait this many business days (contract §6.4).
NEW_ACCOUNT_DAYS: Final = 2

#: What of a bill a payment changes.
_AMOUNTS: Final = (
    "scheduled_minor",
    "in_process_minor",
    "paid_minor",
    "payment_status",
    "last_payment_on",
    "updated_at",
)


class Overpayment(Refusal):
    """The amount is more than the bill still owes."""

    sentence = "The amount is more than the {due} due on the bill {bill_id}: overpaying a bill is not allowed."


class BillNotApproved(Refusal):
    """The bill has outstanding approvers, or one denied it."""

    sentence = "The bill {bill_id} is not approved."


class VendorCannotBePaidOnline(Refusal):
    """No rail reaches the vendor: there is no bank account."""

    sentence = "The vendor {vendor_id} has no bank account to pay to."


class BillOfAnotherVendor(Refusal):
    """The payment names a vendor who is not the bill's."""

    sentence = "The bill {bill_id} is not a bill of the vendor {vendor_id}."


class ProcessDateInvalid(Refusal):
    """The process date is not a business day, or its cut-off has passed."""

    sentence = "Invalid Process Date : {process_on}."


class NewAccountNeedsTime(Refusal):
    """A new vendor bank account is paid two business days from today at the earliest."""

    sentence = "Please select a payment processing date two business days out from today."


class CancelTooLate(Refusal):
    """A payment can be cancelled until its cut-off; after that it can only be voided."""

    sentence = "The payment {payment_id} is {status} and can no longer be cancelled."


def create_payment(ctx: Ctx, draft: PaymentDraft) -> PaymentView:
    """Schedule a payment of one bill by ACH.

    Locks vendor, then bill, and checks under the locks what requests race for: the bill's due amount.
    Raises `NotFound`, `MayNotPay`, `BillIsArchived`, `BillNotApproved`, `BillOfAnotherVendor`,
    `VendorCannotBePaidOnline`, `VendorArchivedRefusal`, `Overpayment`, `ProcessDateInvalid`,
    `NewAccountNeedsTime`, `InvalidField`s.
    """
    vendor, bill = _lock_vendor_and_bill(ctx, draft)
    account = bank_accounts.require_payer(ctx, draft.bank_account_id)
    destination = payment_account_of(ctx, vendor.id)
    process_on = draft.process_on or calendar.earliest_process_date(ctx.now)
    amount_minor = to_minor(draft.amount, bill.currency)
    _check_payable(vendor, bill, destination)
    _check_amount(bill, amount_minor)
    _check_texts(draft)
    assert destination is not None, "checked above"
    _check_date(ctx, process_on, destination)
    ctx.ids.reserve(5)
    payment_id, ordinal = ctx.ids.new(PREFIX)
    payment = Payment(
        organization_id=ctx.organization_id,
        id=payment_id,
        ordinal=ordinal,
        vendor_id=vendor.id,
        bank_account_id=account.id,
        vendor_bank_account_id=destination.id,
        amount_minor=amount_minor,
        currency=bill.currency,
        funding_minor=amount_minor,
        process_on=process_on,
        arrives_on=calendar.arrives_on(process_on),
        sent_on=None,
        description=draft.description,
        transaction_number=draft.transaction_number or ctx.ids.capitals("transaction", ordinal, 20),
        confirmation_number=_confirmation_number(process_on, ordinal),
        single_status=SingleStatus.SCHEDULED,
        stage=Stage.SCHEDULED,
        disbursement_type=DisbursementType.ACH,
        check_delivery_type=draft.check_delivery_type,
        remittance_email=vendor.payment_email or vendor.email,
        cancel_requested=False,
        return_code=None,
        created_by=ctx.actor.user_id,
        created_at=ctx.now,
        updated_at=ctx.now,
        online=True,
        bill_created=False,
        check_number=None,
        chart_of_account_id=None,
        sync_reference=None,
        to_print_check=False,
        allow_export=True,
    )
    part = BillPayment(ctx.organization_id, payment_id, *ctx.ids.new(BILL_PAYMENT_PREFIX), bill.id, amount_minor)
    store.PAYMENTS.insert(ctx.tx, payment)
    store.BILL_PAYMENTS.insert(ctx.tx, part)
    paid = move(bill, amount_minor, Stage.GIVEN_BACK, Stage.SCHEDULED, process_on)
    paid = replace(paid, pay_from_bank_account_id=account.id, updated_at=ctx.now)
    store.BILLS.update(ctx.tx, paid, *_AMOUNTS, "pay_from_bank_account_id")
    pend(ctx, [_disbursement_entry(payment, part)])
    transfers.originate(ctx, _legs(payment, bill, vendor))
    ctx.emit(PaymentCreated(payment))
    return PaymentView(payment, [part], vendor.name)


def get_payment(ctx: Ctx, payment_id: str) -> PaymentView:
    """The payment with this id. Raises `NotFound`."""
    view = store.view_payment(ctx.tx, ctx.organization_id, payment_id)
    if view is None:
        raise NotFound("payment", payment_id)
    return view


def list_payments(ctx: Ctx, query: Query) -> Page[PaymentView]:
    """A page of payments."""
    return store.list_payments(ctx.tx, ctx.organization_id, query)


def cancel_payment(ctx: Ctx, payment_id: str) -> PaymentView:
    """Call a payment off before its cut-off: both legs, the pending posting, and the bill's scheduled amount.

    Raises `NotFound`, `MayNotPay`, `CancelTooLate`.
    """
    view = get_payment(ctx, payment_id)
    bills = lock_for_payment(ctx, view)
    payment = get_payment(ctx, payment_id).payment
    if payment.bank_account_id is not None:
        bank_accounts.require_payer(ctx, payment.bank_account_id)
    try:
        status = TRANSITIONS.step(payment.id, payment.single_status, SingleStatus.CANCELED)
    except StateForbids as refusal:
        raise CancelTooLate(payment_id=payment.id, status=payment.single_status) from refusal
    cancelled = replace(
        payment, single_status=status, stage=Stage.GIVEN_BACK, cancel_requested=True, updated_at=ctx.now
    )
    store.PAYMENTS.update(ctx.tx, cancelled, "single_status", "stage", "cancel_requested", "updated_at")
    move_bills(ctx, bills, view.bill_payments, (payment.stage, Stage.GIVEN_BACK))
    void_pending(ctx, payment.id, Code.DISBURSEMENT)
    for leg in (Leg.FUNDING, Leg.DISBURSEMENT):
        transfer = transfers.transfer_of(ctx, payment.id, leg)
        assert transfer is not None, f"{payment.id} has no {leg}"
        transfers.cancel(ctx, transfer)
    ctx.emit(PaymentCancelled(cancelled))
    return PaymentView(cancelled, view.bill_payments, view.vendor_name)


def lock_for_payment(ctx: Ctx, view: PaymentView) -> dict[str, Bill]:
    """Lock vendor, bills and payment, in this order; the bills by id."""
    get_vendor(ctx, view.payment.vendor_id, lock=ctx.tx.for_update)
    bills = store.lock_bills(ctx.tx, ctx.organization_id, [part.bill_id for part in view.bill_payments])
    store.PAYMENTS.get(ctx.tx, ctx.organization_id, view.payment.id, lock=ctx.tx.for_update)
    return {bill.id: bill for bill in bills}


def move_bills(ctx: Ctx, bills: dict[str, Bill], parts: list[BillPayment], stages: tuple[Stage, Stage]) -> None:
    """Move the money of a payment through its bills, from one stage to another."""
    before, after = stages
    if before is after:
        return
    for part in parts:
        moved = move(bills[part.bill_id], part.amount_minor, before, after, calendar.today(ctx.now))
        store.BILLS.update(ctx.tx, replace(moved, updated_at=ctx.now), *_AMOUNTS)


def _lock_vendor_and_bill(ctx: Ctx, draft: PaymentDraft) -> tuple[Vendor, Bill]:
    # The vendor is locked before its bills; which vendor it is can be read before, for a bill seldom changes it.
    unlocked = store.BILLS.get(ctx.tx, ctx.organization_id, draft.bill_id)
    if unlocked is None:
        raise NotFound("bill", draft.bill_id)
    if draft.vendor_id is not None and draft.vendor_id != unlocked.vendor_id:
        get_vendor(ctx, draft.vendor_id)
        raise BillOfAnotherVendor(bill_id=unlocked.id, vendor_id=draft.vendor_id)
    vendor = get_vendor(ctx, unlocked.vendor_id, lock=ctx.tx.for_update)
    (bill,) = store.lock_bills(ctx.tx, ctx.organization_id, [draft.bill_id])
    if bill.vendor_id != vendor.id:
        raise BillOfAnotherVendor(bill_id=bill.id, vendor_id=vendor.id)
    return vendor, bill


def _check_payable(vendor: Vendor, bill: Bill, destination: VendorBankAccount | None) -> None:
    checks = Checks()
    checks.require(not vendor.archived, VendorArchivedRefusal(vendor_id=vendor.id))
    checks.require(not bill.archived, BillIsArchived(bill_id=bill.id))
    approved = bill.approval_status in {ApprovalStatus.UNASSIGNED, ApprovalStatus.APPROVED}
    checks.require(approved, BillNotApproved(bill_id=bill.id))
    checks.require(destination is not None, VendorCannotBePaidOnline(vendor_id=vendor.id))
    checks.require(bill.currency == "USD", InvalidField("bill_id", "is not in USD, which ACH carries alone"))
    checks.raise_any()


def _check_amount(bill: Bill, amount_minor: int) -> None:
    if amount_minor <= 0:
        raise InvalidField("amount", "must be greater than zero")
    if amount_minor > MAX_ACH_MINOR:
        raise InvalidField("amount", "is more than an ACH entry can carry")
    if amount_minor > bill.due_minor:
        raise Overpayment(due=to_decimal(bill.due_minor, bill.currency), bill_id=bill.id)


def _check_texts(draft: PaymentDraft) -> None:
    checks = Checks()
    checks.require(
        len(draft.description or "") <= MAX_DESCRIPTION,
        InvalidField("description", f"has more than {MAX_DESCRIPTION} characters"),
    )
    number = draft.transaction_number
    checks.require(
        number is None or (len(number) <= MAX_TRANSACTION_NUMBER and number.isascii() and number.isalnum()),
        InvalidField("transaction_number", f"must be at most {MAX_TRANSACTION_NUMBER} letters and digits"),
    )
    checks.raise_any()


def _check_date(ctx: Ctx, process_on: date, destination: VendorBankAccount) -> None:
    latest = calendar.today(ctx.now) + timedelta(days=MAX_DAYS_AHEAD)
    if process_on > latest or not calendar.is_process_date(process_on, ctx.now):
        raise ProcessDateInvalid(process_on=process_on)
    if ctx.house.profile is Profile.PRODUCTION:
        added_on = calendar.today(destination.created_at)
        is_new = calendar.today(ctx.now) < add_business_days(added_on, NEW_ACCOUNT_DAYS)
        if is_new and process_on < add_business_days(calendar.today(ctx.now), NEW_ACCOUNT_DAYS):
            raise NewAccountNeedsTime


def _confirmation_number(process_on: date, ordinal: int) -> str:
    """`P26011401 - 0411001`: P, the day, two digits; seven digits (contract §6.3)."""
    return f"P{process_on:%y%m%d}{ordinal // 10**7 % 100:02d} - {ordinal % 10**7:07d}"


def _disbursement_entry(payment: Payment, part: BillPayment) -> Entry:
    return Entry(
        debit_account=ACCOUNTS_PAYABLE,
        credit_account=MONEY_OUT_CLEARING,
        amount_minor=part.amount_minor,
        currency=payment.currency,
        code=Code.DISBURSEMENT,
        document_id=payment.id,
        related_id=part.bill_id,
        effective_on=payment.process_on,
    )


def _legs(payment: Payment, bill: Bill, vendor: Vendor) -> list[TransferDraft]:
    assert payment.bank_account_id is not None, payment.id
    assert payment.vendor_bank_account_id is not None, payment.id
    assert payment.funding_minor is not None, payment.id
    funding = TransferDraft(
        subject_id=payment.id,
        leg=Leg.FUNDING,
        direction=Direction.DEBIT,
        holder=Holder.ORGANIZATION,
        account_id=payment.bank_account_id,
        counterparty=vendor.payee_name or vendor.name,
        amount_minor=payment.funding_minor,
        currency="USD",
        effective_on=payment.process_on,
    )
    disbursement = TransferDraft(
        subject_id=payment.id,
        leg=Leg.DISBURSEMENT,
        direction=Direction.CREDIT,
        holder=Holder.VENDOR,
        account_id=payment.vendor_bank_account_id,
        counterparty=vendor.payee_name or vendor.name,
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        effective_on=calendar.disbursed_on(payment.process_on),
        addendum=_remittance(payment, bill),
        held=True,
    )
    return [funding, disbursement]


def _remittance(payment: Payment, bill: Bill) -> str:
    """An ANSI X12 RMR segment, as CCD addenda carry it: which invoice is paid, and how much of it."""
    invoice = "".join(character for character in bill.invoice_number if character not in "*\\~")[:30]
    return f"RMR*IV*{invoice}**{payment.amount_minor // 100}.{payment.amount_minor % 100:02d}\\"
