"""Payments made outside Billfold: no money moves, the books follow at once (contract: payables §6.7)."""

from __future__ import annotations

from billfold.accounting.classifications import require_usable
from billfold.accounting.model import Kind
from billfold.kit.ctx import Ctx
from billfold.kit.errors import Checks, InvalidField
from billfold.kit.records import replace
from billfold.ledger import ACCOUNTS_PAYABLE, MONEY_OUT_CLEARING, Code, Entry, post
from billfold.parties.model import Vendor
from billfold.parties.vendors import note_payment
from billfold.payables.bills import store as bill_store
from billfold.payables.bills.bill_amounts import AMOUNTS, move
from billfold.payables.bills.model import Bill
from billfold.payables.credits import credit_applications
from billfold.payables.credits.model import CreditApplication
from billfold.payables.events import PaymentRecorded
from billfold.payables.payments import store
from billfold.payables.payments.model import (
    BillPayment,
    DisbursementType,
    OfflineDraft,
    Payment,
    PaymentView,
    SingleStatus,
    Stage,
)
from billfold.payables.payments.pay_runs import (
    PREFIX,
    confirmation_number,
    credits_of,
    new_transaction_number,
    parts_of,
)
from billfold.payables.payments.payment_rules import (
    BillOfAnotherVendor,
    Part,
    ProcessDateInvalid,
    check_parts,
    check_texts,
    latest_date,
    lock_parts,
    refuse_any,
)

MAX_REFERENCE = 100


def record_payment(ctx: Ctx, draft: OfflineDraft) -> PaymentView:
    """Note that bills of one vendor were paid elsewhere: they are paid at once, and the debt is posted away.

    Raises `NotFound`, `ClassificationIsArchived`, `ProcessDateInvalid`, `InvalidField`s, and `PartsRefused` with what
    is wrong with each bill.
    """
    parts = lock_parts(ctx, draft.bills, draft.vendor_id)
    _check_texts(draft)
    if draft.process_on > latest_date(ctx):
        raise ProcessDateInvalid(process_on=draft.process_on)
    if draft.chart_of_account_id is not None:
        require_usable(ctx, [(draft.chart_of_account_id, Kind.CHART_OF_ACCOUNT)])
    _check_one_vendor(parts)
    check_parts(ctx, parts, online=False, unapproved=draft.unapproved)
    vendor = parts[0].vendor
    ctx.ids.reserve(1 + sum(2 + len(part.uses) for part in parts))
    payment = _payment(ctx, draft, vendor, parts)
    made, credits = parts_of(ctx, payment.id, parts), credits_of(ctx, payment.id, parts)
    store.PAYMENTS.insert(ctx.tx, payment)
    store.BILL_PAYMENTS.insert_all(ctx.tx, [part for part, _ in made])
    for part, bill in made:
        _pay_bill(ctx, payment, part, bill, credits)
    credit_applications.use_in_payments(ctx, credits, Stage.PAID)
    post(ctx, [_entry(payment, part) for part, _ in made])
    note_payment(ctx, vendor, payment.process_on)
    ctx.emit(PaymentRecorded(payment))
    return PaymentView(payment, [part for part, _ in made], vendor.name, credits=credits)


def _check_texts(draft: OfflineDraft) -> None:
    check_texts(draft.description)
    if len(draft.sync_reference or "") > MAX_REFERENCE:
        raise InvalidField("sync_reference", f"has more than {MAX_REFERENCE} characters")


def _check_one_vendor(parts: list[Part]) -> None:
    first = parts[0].vendor.id
    checks = [Checks() for _ in parts]
    for part, found in zip(parts, checks, strict=True):
        found.require(part.vendor.id == first, BillOfAnotherVendor(bill_id=part.bill.id, vendor_id=first))
    refuse_any(checks)


def _payment(ctx: Ctx, draft: OfflineDraft, vendor: Vendor, parts: list[Part]) -> Payment:
    payment_id, ordinal = ctx.ids.new(PREFIX)
    currency = parts[0].bill.currency
    amount_minor = sum(part.amount_minor for part in parts)
    return Payment(
        organization_id=ctx.organization_id,
        id=payment_id,
        ordinal=ordinal,
        vendor_id=vendor.id,
        bank_account_id=None,
        vendor_bank_account_id=None,
        amount_minor=amount_minor,
        currency=currency,
        funding_minor=amount_minor if currency == "USD" else None,
        process_on=draft.process_on,
        arrives_on=draft.process_on,
        sent_on=draft.process_on,
        description=draft.description,
        transaction_number=new_transaction_number(ctx, ordinal),
        confirmation_number=confirmation_number(draft.process_on, ordinal),
        single_status=SingleStatus.CLEARED,
        stage=Stage.PAID,
        disbursement_type=DisbursementType.OFFLINE,
        check_delivery_type="STANDARD",
        remittance_email=None,
        cancel_requested=False,
        return_code=None,
        created_by=ctx.actor.user_id,
        created_at=ctx.now,
        updated_at=ctx.now,
        online=False,
        chart_of_account_id=draft.chart_of_account_id,
        sync_reference=draft.sync_reference,
        to_print_check=draft.to_print_check,
        allow_export=draft.allow_export,
    )


def _pay_bill(ctx: Ctx, payment: Payment, part: BillPayment, bill: Bill, credits: list[CreditApplication]) -> None:
    credit_minor = credit_applications.used_by(bill.id, credits)
    paid = replace(
        move(bill, part.amount_minor, Stage.GIVEN_BACK, Stage.PAID, payment.process_on, credit_minor=credit_minor),
        pay_from_chart_of_account_id=payment.chart_of_account_id or bill.pay_from_chart_of_account_id,
        updated_at=ctx.now,
    )
    bill_store.BILLS.update(ctx.tx, paid, *AMOUNTS, "pay_from_chart_of_account_id")


def _entry(payment: Payment, part: BillPayment) -> Entry:
    """Dr accounts payable · Cr the account that the user names, else money-out clearing (docs/money.md)."""
    return Entry(
        debit_account=ACCOUNTS_PAYABLE,
        credit_account=payment.chart_of_account_id or MONEY_OUT_CLEARING,
        amount_minor=part.amount_minor,
        currency=payment.currency,
        code=Code.OFFLINE_PAYMENT,
        document_id=payment.id,
        related_id=part.bill_id,
        effective_on=payment.process_on,
    )
