"""The two legs of an online payment as transfers on their rails, and what the vendor is told with the money."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from billfold.parties.model import Vendor
from billfold.payables.model import Bill, BillPayment, DisbursementType, Payment
from billfold.rails import calendar
from billfold.rails.model import Direction, Holder, Leg, Rail, RemittanceLine
from billfold.rails.transfers import TransferDraft

#: What one CCD addendum carries, and how much of an invoice number stands in it.
_ADDENDUM: Final = 80
_NUMBER: Final = 30
#: What segments are made of (ANSI X12).
_SEPARATORS: Final = "*\\~"


def legs_of(payment: Payment, vendor: Vendor, parts: Sequence[tuple[BillPayment, Bill]]) -> list[TransferDraft]:
    """The debit that funds the payment, and the credit or check, held until it is funded."""
    return [_funding(payment, vendor), _disbursement(payment, vendor, parts)]


def refund_of(payment: Payment, vendor: Vendor, effective_on: date) -> TransferDraft:
    """The credit that gives a collected payment's money back to the bank account that it came from."""
    assert payment.bank_account_id is not None, payment.id
    assert payment.funding_minor is not None, payment.id
    return TransferDraft(
        subject_id=payment.id,
        leg=Leg.REFUND,
        direction=Direction.CREDIT,
        holder=Holder.ORGANIZATION,
        account_id=payment.bank_account_id,
        counterparty=_payee(vendor),
        amount_minor=payment.funding_minor,
        currency="USD",
        effective_on=effective_on,
    )


def _funding(payment: Payment, vendor: Vendor) -> TransferDraft:
    assert payment.bank_account_id is not None, payment.id
    assert payment.funding_minor is not None, payment.id
    return TransferDraft(
        subject_id=payment.id,
        leg=Leg.FUNDING,
        direction=Direction.DEBIT,
        holder=Holder.ORGANIZATION,
        account_id=payment.bank_account_id,
        counterparty=_payee(vendor),
        amount_minor=payment.funding_minor,
        currency="USD",
        effective_on=payment.process_on,
    )


def _disbursement(payment: Payment, vendor: Vendor, parts: Sequence[tuple[BillPayment, Bill]]) -> TransferDraft:
    by_check = payment.disbursement_type is DisbursementType.CHECK
    account_id = vendor.id if by_check else payment.vendor_bank_account_id
    assert account_id is not None, payment.id
    return TransferDraft(
        subject_id=payment.id,
        leg=Leg.DISBURSEMENT,
        direction=Direction.CREDIT,
        rail=Rail.CHECK if by_check else Rail.ACH,
        holder=Holder.PAYEE if by_check else Holder.VENDOR,
        account_id=account_id,
        counterparty=_payee(vendor),
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        effective_on=calendar.disbursed_on(payment.process_on),
        addendum=payment.description if by_check else _addendum(payment, parts),
        remittance=tuple(
            RemittanceLine(bill.invoice_number, bill.invoice_on, part.amount_minor) for part, bill in parts
        ),
        held=True,
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
