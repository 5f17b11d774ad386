"""Paying on v2: PayBills, PayBill, RecordAPPayment, CancelAPPayment, VoidAPPayment (contract v2.md §6.1 to §6.4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from billfold.funding import bank_accounts
from billfold.funding.bank_accounts import NoPayablesDefault
from billfold.identity.permissions import MayNotPay, Permission, require_permission
from billfold.kit.ctx import Ctx
from billfold.kit.errors import InvalidField
from billfold.kit.settings import Profile
from billfold.payables.payments.model import (
    FundingAccount,
    FundingType,
    OfflineDraft,
    Payment,
    PaymentView,
    PayRunDraft,
    SingleStatus,
)
from billfold.payables.payments.offline_payments import record_payment
from billfold.payables.payments.pay_runs import pay_bills
from billfold.payables.payments.payments import get_payment
from billfold.payables.voids.cancellations import cancel_payment
from billfold.payables.voids.model import VoidDraft, VoidKind
from billfold.payables.voids.void_requests import request_void, void_scheduled
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.errors import MissingParameter
from billfold.wire.v2 import bills_to_pay, kinds
from billfold.wire.v2.bills_to_pay import MAX_BILLS, read_bills
from billfold.wire.v2.documents import answer_type, shape_of
from billfold.wire.v2.fields import Field, Table, day, flag, money, reference, text
from billfold.wire.v2.resource import operation, read_id
from billfold.wire.v2.sent_pays import SENT_PAY, VOID_KINDS, show_sent_pays

Data = Mapping[str, Any]


_PAY_BILLS: Final = Table(
    "PayBills",
    reference("vendorId", "vendor_id"),
    day("processDate", "process_on"),
    reference("bankAccountId", "bank_account_id"),
    text("description", "description"),
    Field(name="batchId", kind=kinds.WHOLE, attribute="exchange_rate_batch_id"),
    *bills_to_pay.FIELDS,
)
_PAY_BILL: Final = Table(
    "PayBill",
    reference("billId", "bill_id", required=True),
    money("amount", "amount", required=True),
    day("processDate", "process_on"),
    reference("bankAccountId", "bank_account_id"),
)
_RECORD: Final = Table(
    "RecordAPPayment",
    reference("vendorId", "vendor_id"),
    day("processDate", "process_on", required=True),
    flag("toPrintCheck", "to_print_check", required=True),
    reference("chartOfAccountId", "chart_of_account_id"),
    text("description", "description"),
    text("syncReference", "sync_reference"),
    *bills_to_pay.FIELDS,
)


class SentPaysShape(msgspec.Struct):
    """The payments made."""

    sentPays: list[shape_of(SENT_PAY)]  # type: ignore[valid-type]


class MadeShape(msgspec.Struct):
    """The payment made."""

    id: str


def pay(ctx: Ctx, call: Call, data: Data) -> dict[str, Any]:
    """Pay bills of one vendor or of several."""
    found = _PAY_BILLS.decode(data, complete=True)
    return {"sentPays": show_sent_pays(ctx, _pay(ctx, found), call.vintage)}


def pay_one(ctx: Ctx, _: Call, data: Data) -> dict[str, Any]:
    """Pay one bill."""
    found = _PAY_BILL.decode(data, complete=True)
    amount = {"bill_id": found.pop("bill_id"), "amount": found.pop("amount")}
    (view,) = _pay(ctx, found | {"bills": [amount]}, alone=True)
    return {"id": view.payment.id}


def record(ctx: Ctx, call: Call, data: Data) -> dict[str, Any]:
    """Note that bills were paid elsewhere."""
    found = _RECORD.decode(data, complete=True)
    wanted = read_bills(found)
    with wanted.told():
        view = record_payment(ctx, OfflineDraft(**found, bills=wanted.bills, unapproved=True))
    return _show_one(ctx, view, call)


def cancel(ctx: Ctx, call: Call, data: Data) -> dict[str, Any]:
    """Call a payment off before its cut-off."""
    return _show_one(ctx, cancel_payment(ctx, read_id(data, "sentPayId")), call)


def void(ctx: Ctx, call: Call, data: Data) -> dict[str, Any]:
    """Void a payment: one made elsewhere by its id alone, an online one with type and reason.

    One of which nothing has moved is void at once. Of others a sandbox decides at once, production later (v2.md §6.4).
    """
    payment = get_payment(ctx, read_id(data, "sentPayId")).payment
    draft = _void_of(ctx, payment, data)
    if payment.single_status is SingleStatus.SCHEDULED:
        view = void_scheduled(ctx, payment.id, draft)
    else:
        view = request_void(ctx, payment.id, draft, at_once=ctx.house.profile is Profile.SANDBOX)
    return _show_one(ctx, view, call)


def _void_of(ctx: Ctx, payment: Payment, data: Data) -> VoidDraft:
    reason = data.get("reason") or None
    if not payment.online:
        return VoidDraft(VoidKind.VOID_ONLY, None if reason is None else str(reason))
    require_permission(ctx.actor.role, Permission.PAY_BILLS)
    for name in ("voidRequestType", "reason"):
        if data.get(name) is None or data[name] == "":
            raise MissingParameter(name=name)
    kind = VOID_KINDS.get(str(data["voidRequestType"]))
    if kind is None:
        raise InvalidField("voidRequestType", f"must be one of {', '.join(VOID_KINDS)}")
    return VoidDraft(kind, str(reason))


def _pay(ctx: Ctx, found: dict[str, Any], *, alone: bool = False) -> list[PaymentView]:
    """Users who may pay unapproved bills can do so here (settled.md §2)."""
    account_id = found.pop("bank_account_id", None) or _default_account(ctx)
    account, wanted = FundingAccount(FundingType.BANK_ACCOUNT, account_id), read_bills(found)
    with wanted.told(alone=alone):
        return pay_bills(ctx, PayRunDraft(**found, bills=wanted.bills, funding_account=account, unapproved=True))


def _default_account(ctx: Ctx) -> str:
    """The primary account for payables; without one the set-up is incomplete, and nobody can pay (v2.md §1.8)."""
    try:
        return bank_accounts.payables_default(ctx).id
    except NoPayablesDefault as refusal:
        raise MayNotPay from refusal


def _show_one(ctx: Ctx, view: PaymentView, call: Call) -> dict[str, Any]:
    return show_sent_pays(ctx, [view], call.vintage)[0]


def declare(catalogue: Catalogue) -> None:
    """The rows of paying."""
    one = answer_type(shape_of(SENT_PAY))
    paying: dict[str, Any] = {"needs": Permission.PAY_BILLS, "write": True, "trusted": True}
    recording: dict[str, Any] = {"needs": Permission.RECORD_PAYMENTS, "write": True}
    operation(
        catalogue, "PayBills", f"Pay up to {MAX_BILLS} bills, all or none", pay,
        spelling=_PAY_BILLS.spelling, response=answer_type(SentPaysShape, "SentPays"), **paying,
    )  # fmt: skip
    operation(
        catalogue, "PayBill", "Pay a bill", pay_one,
        spelling=_PAY_BILL.spelling, response=answer_type(MadeShape, "PayBill"), **paying,
    )  # fmt: skip
    operation(
        catalogue, "RecordAPPayment", "Record a payment made elsewhere", record,
        spelling=_RECORD.spelling, response=one, **recording,
    )  # fmt: skip
    operation(
        catalogue, "CancelAPPayment", "Cancel a payment", cancel,
        response=one, needs=Permission.PAY_BILLS, write=True,
    )  # fmt: skip
    operation(catalogue, "VoidAPPayment", "Void a payment", void, response=one, **recording)
