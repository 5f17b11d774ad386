"""The two legs of an online payment as transfers on their rails, and what the vendor is told with the money."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import msgspec

from billfold.kit.ctx import Ctx
from billfold.kit.records import replace
from billfold.ledger import ACCOUNTS_PAYABLE, MONEY_OUT_CLEARING, Code, Entry
from billfold.parties.model import Vendor, VendorBankAccount
from billfold.payables.bills.model import Bill
from billfold.payables.credits.credit_applications import used_by
from billfold.payables.credits.model import CreditApplication
from billfold.payables.payments import funding_sources
from billfold.payables.payments.check_delivery import is_fast
from billfold.payables.payments.model import BillPayment, DisbursementType, Payment
from billfold.rails.model import Direction, Holder, Leg, Rail, RemittanceLine
from billfold.rails.transfers import OrderAbroad, TransferDraft

#: What one CCD addendum carries, and how much of an invoice number stands in it.
_ADDENDUM: Final = 80
_NUMBER: Final = 30
#: How much of a bill's description is kept for a check's stub, which has room for less.
_DESCRIPTION: Final = 60
#: What segments are made of (ANSI X12).
_SEPARATORS: Final = "*\\~"


class _Carrier(msgspec.Struct, frozen=True):
    """The rail of a disbursement, and whom it pays: a vendor's bank account, or the vendor as payee."""

    rail: Rail
    holder: Holder


_CARRIERS: Final = {
    DisbursementType.ACH: _Carrier(Rail.ACH, Holder.VENDOR),
    DisbursementType.CHECK: _Carrier(Rail.CHECK, Holder.PAYEE),
    DisbursementType.INTERNATIONAL_E_PAYMENT: _Carrier(Rail.INTERNATIONAL, Holder.VENDOR),
    DisbursementType.RPPS: _Carrier(Rail.RPPS, Holder.PAYEE),
    DisbursementType.VIRTUAL_CARD: _Carrier(Rail.VIRTUAL_CARD, Holder.PAYEE),
    DisbursementType.WALLET: _Carrier(Rail.WALLET, Holder.PAYEE),
}


def legs_of(
    payment: Payment,
    funding: Rail,
    payee: tuple[Vendor, VendorBankAccount | None],
    parts: Sequence[tuple[BillPayment, Bill]],
    credits: Sequence[CreditApplication],
    leaves_on: date,
) -> list[TransferDraft]:
    """What funds the payment, and what pays the vendor (on this account, if any) on that day, held until it is funded.

    Nothing is held of what a book transfer funds: the money is where it leaves from.
    """
    vendor, account = payee
    disbursement = disbursement_of(payment, vendor, parts, credits, leaves_on, held=funding is not Rail.BOOK)
    abroad = _order_abroad(payment, account) if account is not None else None
    return [
        funding_sources.funding_leg(payment, funding, _payee(vendor)),
        replace(disbursement, abroad=abroad),
    ]


def disbursement_entry(payment: Payment, part: BillPayment, effective_on: date) -> Entry:
    """Dr accounts payable · Cr money-out clearing, for one bill, when the vendor has the money (settled.md §3)."""
    return Entry(
        debit_account=ACCOUNTS_PAYABLE,
        credit_account=MONEY_OUT_CLEARING,
        amount_minor=part.amount_minor,
        currency=payment.currency,
        code=Code.DISBURSEMENT,
        document_id=payment.id,
        related_id=part.bill_id,
        effective_on=effective_on,
    )


def refund_of(ctx: Ctx, payment: Payment, vendor: Vendor, amount_minor: int) -> TransferDraft:
    """The transfer that gives so much of a collected payment's money back to where it came from."""
    return funding_sources.refund_leg(ctx, payment, _payee(vendor), amount_minor)


def repayment_of(
    payment: Payment, vendor: Vendor, account_id: str, amount_minor: int, effective_on: date
) -> TransferDraft:
    """The wire that makes good a funding which came back, from a bank account of the organization."""
    return TransferDraft(
        subject_id=payment.id,
        leg=Leg.REPAYMENT,
        direction=Direction.DEBIT,
        rail=Rail.WIRE,
        holder=Holder.ORGANIZATION,
        account_id=account_id,
        counterparty=_payee(vendor),
        amount_minor=amount_minor,
        currency="USD",
        effective_on=effective_on,
        held=True,
    )


def disbursement_of(
    payment: Payment,
    vendor: Vendor,
    parts: Sequence[tuple[BillPayment, Bill]],
    credits: Sequence[CreditApplication],
    effective_on: date,
    *,
    held: bool,
) -> TransferDraft:
    """What pays the vendor, on that day or once it is released, and which credits were used with it."""
    carrier = _CARRIERS[payment.disbursement_type]
    account_id = vendor.id if carrier.holder is Holder.PAYEE else payment.vendor_bank_account_id
    assert account_id is not None, payment.id
    return TransferDraft(
        subject_id=payment.id,
        leg=Leg.DISBURSEMENT,
        direction=Direction.CREDIT,
        rail=carrier.rail,
        holder=carrier.holder,
        account_id=account_id,
        counterparty=_payee(vendor),
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        effective_on=effective_on,
        addendum=_addendum(payment, parts) if carrier.rail is Rail.ACH else payment.description,
        remittance=tuple(
            RemittanceLine(
                bill.invoice_number,
                bill.invoice_on,
                part.amount_minor,
                (bill.description or "")[:_DESCRIPTION],
                used_by(bill.id, credits),
            )
            for part, bill in parts
        ),
        held=held,
        delivery=_delivery_of(payment, carrier.rail),
    )


def rail_of(disbursement: DisbursementType) -> Rail:
    """What carries a disbursement."""
    return _CARRIERS[disbursement].rail


def _delivery_of(payment: Payment, rail: Rail) -> str | None:
    """How a check travels, if not by post."""
    return payment.check_delivery_type if rail is Rail.CHECK and is_fast(payment.check_delivery_type) else None


def _order_abroad(payment: Payment, account: VendorBankAccount) -> OrderAbroad | None:
    """What the rail says of a payment abroad: the rate it was promised, by the number of the promise."""
    if payment.disbursement_sub_type is None:
        return None
    batch_id = payment.exchange_rate_batch_id
    return OrderAbroad(
        sub_type=payment.disbursement_sub_type,
        payment_currency=account.payment_currency,
        exchange_rate=payment.exchange_rate,
        contract_number=None if batch_id is None else str(batch_id),
        purpose_code=payment.purpose_value,
        purpose_text=payment.purpose_text,
    )


def _payee(vendor: Vendor) -> str:
    return vendor.payee_name or vendor.name


def _addendum(payment: Payment, parts: Sequence[tuple[BillPayment, Bill]]) -> str:
    """ANSI X12 RMR segments: which invoices are paid, and how much of each. A CCD entry has room for few of them.

    Where they do not all fit, none is named: a note says how many there are, and under which number to ask.
    """
    segments = "".join(_segment(bill, part.amount_minor) for part, bill in parts)
    if len(segments) <= _ADDENDUM:
        return segments
    return f"NTE*ZZZ*{len(parts)} INVOICES, {payment.confirmation_number}\\"


def _segment(bill: Bill, amount_minor: int) -> str:
    number = "".join(character for character in bill.invoice_number if character not in _SEPARATORS)
    return f"RMR*IV*{number[:_NUMBER]}**{amount_minor // 100}.{amount_minor % 100:02d}\\"
