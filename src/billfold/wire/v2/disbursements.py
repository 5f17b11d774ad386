"""How far payments are: GetDisbursementData and ListPayments (contract v2.md §6.5, §6.7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import msgspec

from billfold.kit.banking import masked, masked_number
from billfold.kit.ctx import Ctx
from billfold.kit.money import to_decimal
from billfold.kit.query import Filter, Op
from billfold.kit.records import replace
from billfold.parties.acceptances import acceptances_of
from billfold.parties.vendors import bank_account_by_id
from billfold.payables.payments import payments
from billfold.payables.payments.model import DisbursementType, Payment, SingleStatus, Stage
from billfold.rails import calendar, transfers
from billfold.rails.checks import checks
from billfold.rails.model import Leg, Transfer
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.errors import InvalidParameter, MissingParameter
from billfold.wire.v2.documents import answer_type, shape_of
from billfold.wire.v2.lists import brief, read_query
from billfold.wire.v2.resource import operation, read_id
from billfold.wire.v2.sent_pays import DISBURSEMENT_TYPES, SENT_PAY, show_sent_pays

Data = Mapping[str, Any]

_ON_THE_WAY: Final = (Stage.SCHEDULED, Stage.IN_PROCESS)
#: A payment whose funding failed after it was sent goes on, or is done: its stage says which.
_FAILED_LATER: Final = SingleStatus.FUNDING_FAILED_ACTION_NEEDED
#: v2's codes: fine statuses, and the stages that the money may be in.
CODES: Final[Mapping[str, tuple[tuple[SingleStatus, ...], tuple[Stage, ...]]]] = {
    "0": (
        (
            SingleStatus.SCHEDULED,
            SingleStatus.READY_TO_FUND,
            SingleStatus.FUNDING_STARTED,
            SingleStatus.PROCESSED,
            SingleStatus.SENT,
            SingleStatus.DELIVERED,
            SingleStatus.EXPIRING,
            SingleStatus.VOID_PENDING,
            SingleStatus.PARTIALLY_CLAIMED,
            _FAILED_LATER,
        ),
        _ON_THE_WAY,
    ),
    "3": ((SingleStatus.CLEARED, SingleStatus.FUNDS_ESCHEATED, _FAILED_LATER), (Stage.PAID,)),
    "4": ((SingleStatus.DISBURSEMENT_FAILED_ACTION_NEEDED,), tuple(Stage)),
    "5": (
        (
            SingleStatus.CANCELED,
            SingleStatus.VOIDED,
            SingleStatus.FUNDING_FAILED_VOIDED,
            SingleStatus.FUNDING_FAILED_AFTER_REFUND,
        ),
        tuple(Stage),
    ),
    "6": ((SingleStatus.DISBURSEMENT_ON_HOLD,), tuple(Stage)),
}
_TYPES: Final = {kind: code for code, kind in DISBURSEMENT_TYPES.items()}


class CheckDataShape(msgspec.Struct, kw_only=True):
    """A check on its way."""

    checkNumber: int | None
    checkDate: str | None
    arrivesByDate: str | None
    clearedDate: str | None
    amount: Decimal
    memo: str | None
    expirationDate: str | None
    trackingInfo: str | None
    errorCode: str | None


class AchDataShape(msgspec.Struct, kw_only=True):
    """A credit on its way; account and routing number show their last four digits."""

    depositDate: str | None
    routingNumber: str
    accountNumber: str
    sentDate: str | None
    errorCode: str | None
    returnedDate: str | None
    uniqueId: str | None


class RppsDataShape(msgspec.Struct, kw_only=True):
    """A credit to a large biller on its way."""

    arrivesByDate: str | None
    sentDate: str | None
    errorCode: str | None
    largeBillerId: str | None
    returnedDate: str | None
    traceNumber: int | None


class DisbursementShape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """How far the money is; status and data are there once it left."""

    paymentType: str
    disbursementStatus: str | None
    checkData: CheckDataShape | None = None
    achData: AchDataShape | None = None
    rppsData: RppsDataShape | None = None


class PaymentsShape(msgspec.Struct):
    """A page of payments."""

    payments: list[shape_of(SENT_PAY)]  # type: ignore[valid-type]


def disbursement_code(payment: Payment) -> str:
    """How far the vendor's money is, as v2 counts."""
    return next(
        code
        for code, (statuses, stages) in CODES.items()
        if payment.single_status in statuses and payment.stage in stages
    )


def read_disbursement(ctx: Ctx, _: Call, data: Data) -> dict[str, Any]:
    """How far a payment's money is."""
    payment = payments.get_payment(ctx, read_id(data, "sentPayId")).payment
    left = payment.sent_on is not None
    shown: dict[str, Any] = {
        "paymentType": _TYPES[payment.disbursement_type],
        "disbursementStatus": disbursement_code(payment) if left else None,
    }
    if left and payment.online:
        transfer = transfers.leg_of(ctx, payment.id, Leg.DISBURSEMENT)
        if payment.disbursement_type in _DATA:
            name, data_of = _DATA[payment.disbursement_type]
            shown[name] = data_of(ctx, payment, transfer)
    return shown


def list_payments(ctx: Ctx, call: Call, data: Data) -> dict[str, Any]:
    """Payments that are so far, in the order of their making."""
    for name in ("disbursementStatus", "start", "max"):
        if data.get(name) is None or data[name] == "":
            raise MissingParameter(name=name)
    code = str(data["disbursementStatus"])
    if code not in CODES:
        raise InvalidParameter(name="disbursementStatus", value=brief(data["disbursementStatus"]))
    statuses, stages = CODES[code]
    filters = (Filter("single_status", Op.IN, statuses), Filter("stage", Op.IN, stages))
    query = replace(read_query(SENT_PAY, {"start": data["start"], "max": data["max"]}), filters=filters)
    return {"payments": show_sent_pays(ctx, payments.list_payments(ctx, query).items, call.vintage)}


def _check(ctx: Ctx, payment: Payment, transfer: Transfer) -> dict[str, Any]:
    check = checks.check_of(ctx, transfer.id)
    assert check is not None, f"{payment.id} was sent without a check"
    return {
        "checkNumber": check.number,
        "checkDate": _day(check.issued_on),
        "arrivesByDate": _day(payment.arrives_on),
        "clearedDate": _moment(transfer.settled_at),
        "amount": to_decimal(payment.amount_minor, payment.currency),
        "memo": check.memo or None,
        "expirationDate": _day(check.expires_on),
        "trackingInfo": transfer.tracking_number,
        "errorCode": transfer.return_code,
    }


def _ach(ctx: Ctx, payment: Payment, transfer: Transfer) -> dict[str, Any]:
    account = bank_account_by_id(ctx, transfer.account_id)
    return {
        "depositDate": _moment(transfer.settled_at),
        "routingNumber": masked_number(account.routing_number),
        "accountNumber": masked(account.account_number_last4, account.account_number_length),
        "sentDate": _day(payment.sent_on),
        "errorCode": transfer.return_code,
        "returnedDate": _moment(transfer.returned_at),
        "uniqueId": transfer.trace_number,
    }


def _rpps(ctx: Ctx, payment: Payment, transfer: Transfer) -> dict[str, Any]:
    acceptance = acceptances_of(ctx, [payment.vendor_id]).get(payment.vendor_id)
    return {
        "arrivesByDate": _day(payment.arrives_on),
        "sentDate": _day(payment.sent_on),
        "errorCode": transfer.return_code,
        "largeBillerId": None if acceptance is None else acceptance.rpps_id,
        "returnedDate": _moment(transfer.returned_at),
        "traceNumber": None if transfer.trace_number is None else int(transfer.trace_number),
    }


#: What is said of the money on each rail that v2 has data for.
_DATA: Final[Mapping[DisbursementType, tuple[str, Callable[[Ctx, Payment, Transfer], dict[str, Any]]]]] = {
    DisbursementType.CHECK: ("checkData", _check),
    DisbursementType.ACH: ("achData", _ach),
    DisbursementType.RPPS: ("rppsData", _rpps),
}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else calendar.fed_day(moment).isoformat()


def declare(catalogue: Catalogue) -> None:
    """The rows of disbursements."""
    operation(
        catalogue, "GetDisbursementData", "Read how far the money of a payment is", read_disbursement,
        response=answer_type(DisbursementShape, "DisbursementData"),
    )  # fmt: skip
    operation(
        catalogue, "ListPayments", "List payments by how far their money is", list_payments,
        response=answer_type(PaymentsShape, "Payments"),
    )  # fmt: skip
