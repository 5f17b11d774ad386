"""A payment, and an approval, seen by both faces at every step: the table of settled.md §3, row by row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from tests.wire.api import Company
from tests.wire.colleagues import act, colleague, status_of, user_id
from tests.wire.v2.talk import data_of, listed, read, where

AMOUNT, CREDIT = 100.0, 10.0
Step = Callable[[Company, str], object]


class Row(NamedTuple):
    """What both faces say: v3's payment, v2's SentPay and BillPay, and where the payment's amount stands on the bill."""

    status: str
    disbursement: str | None
    sent_pay: str
    stands: str


_ON_THE_WAY = Row("PAID", "IN_PROGRESS", "2", "in process")
ROWS = {
    "SCHEDULED": Row("SCHEDULED", None, "1", "scheduled"),
    "FUNDING_STARTED": Row("SCHEDULED", None, "1", "in process"),
    "PROCESSED": _ON_THE_WAY,
    "SENT": _ON_THE_WAY,
    "DELIVERED": _ON_THE_WAY,
    "CLEARED": Row("PAID", "DONE", "2", "paid"),
    "DISBURSEMENT_ON_HOLD": Row("PAID", "HOLD", "2", "in process"),
    "CANCELED": Row("CANCELLED", None, "3", "given back"),
    "VOIDED": Row("VOID", "FAILED", "4", "given back"),
    "FUNDING_FAILED_VOIDED": Row("VOID", "FAILED", "4", "given back"),
    "DISBURSEMENT_FAILED_ACTION_NEEDED": Row("PAID", "FAILED", "2", "in process"),
}
#: Where everything is as before, but for the fine status.
AS_BEFORE = {"VOID_PENDING", "FUNDING_FAILED_ACTION_NEEDED"}
#: v3's and v2's status of the bill, where the payment takes a part of it and where it takes all.
BILLS = {
    "scheduled": [("SCHEDULED", "4")] * 2,
    "in process": [("IN_PROCESS", "4")] * 2,
    "paid": [("PARTIALLY_PAID", "2"), ("PAID", "0")],
    "given back": [("UNPAID", "1")] * 2,
}


def days(count: int) -> Step:
    return lambda company, _: company.advance(days=count)


def sim(verb: str, **body: Any) -> Step:
    return lambda company, payment_id: company.sim("POST", f"payments/{payment_id}/{verb}", body or None).ok()


def void(kind: str) -> Step:
    def step(company: Company, payment_id: str) -> None:
        company.v3("POST", f"payments/{payment_id}/void", {"type": kind, "reason": "Entered twice"}).ok()

    return step


def cancel_on_v2(company: Company, payment_id: str) -> None:
    data_of(company.v2("CancelAPPayment", {"sentPayId": payment_id}))


def cancel_on_v3(company: Company, payment_id: str) -> None:
    company.v3("POST", f"payments/{payment_id}/cancel").ok()


def void_on_v2(company: Company, payment_id: str) -> None:
    asked = {"sentPayId": payment_id, "voidRequestType": "0", "reason": "Entered twice"}
    data_of(company.v2("VoidAPPayment", asked))


#: By name: whether it goes by check, its steps, and the fine statuses that they lead through, the first not counted.
LIVES: dict[str, tuple[bool, list[Step], list[str]]] = {
    "by ACH until it is there": (False, [days(1)] * 5, ["FUNDING_STARTED", "PROCESSED", "CLEARED"]),
    "by check until it is cashed": (True, [days(1)] * 14, ["FUNDING_STARTED", "PROCESSED", "SENT", "DELIVERED", "CLEARED"]),
    "cancelled on v2": (False, [cancel_on_v2], ["CANCELED"]),
    "cancelled on v3": (False, [cancel_on_v3], ["CANCELED"]),
    "the funding fails": (False, [days(1), sim("fail-funding", code="R01")], ["FUNDING_STARTED", "FUNDING_FAILED_VOIDED"]),
    "the funding fails after it was paid out": (
        False, [*[days(1)] * 5, sim("fail-funding", code="R10")],
        ["FUNDING_STARTED", "PROCESSED", "CLEARED", "FUNDING_FAILED_ACTION_NEEDED"],
    ),
    "the credit comes back and is voided": (
        False, [*[days(1)] * 5, sim("return", code="R03"), void("VOID_AND_CREDIT"), sim("void")],
        ["FUNDING_STARTED", "PROCESSED", "CLEARED", "DISBURSEMENT_FAILED_ACTION_NEEDED", "VOID_PENDING", "VOIDED"],
    ),
    "a check is voided on v2": (True, [*[days(1)] * 4, void_on_v2], ["FUNDING_STARTED", "PROCESSED", "SENT", "VOIDED"]),
    "a check is sent anew": (
        True, [*[days(1)] * 4, void("VOID_AND_REISSUE"), sim("void"), *[days(1)] * 14],
        ["FUNDING_STARTED", "PROCESSED", "SENT", "VOID_PENDING", "PROCESSED", "SENT", "DELIVERED", "CLEARED"],
    ),
    "held and released": (
        True, [days(1), days(1), sim("hold"), sim("release")],
        ["FUNDING_STARTED", "PROCESSED", "DISBURSEMENT_ON_HOLD", "PROCESSED"],
    ),
}  # fmt: skip


def a_scheduled_payment(company: Company, total: float, *, by_check: bool) -> tuple[str, str, str]:
    """The ids of a bill, of the credit that is used with its payment, and of the payment."""
    vendor = company.vendor(None) if by_check else company.vendor()
    bill, credit = company.bill(vendor, (str(total),)), company.credit(vendor, 40)
    use = [{"id": credit["id"], "amount": CREDIT}]
    payment = company.pay(bill, AMOUNT, vendorCredits=use).ok(201)
    return bill["id"], credit["id"], payment["id"]


def told(company: Company, bill_id: str, credit_id: str, payment_id: str, row: Row, *, whole: bool) -> None:
    """Both faces say what the row says, of payment, bill and credit."""
    payment = company.v3("GET", f"payments/{payment_id}").ok()
    assert (payment["status"], payment.get("disbursementStatus")) == (row.status, row.disbursement)
    sent = read(company, "SentPay", payment_id)
    (part,) = sent["billPays"]
    assert (sent["status"], part["paymentStatus"]) == (row.sent_pay, row.sent_pay)
    assert (sent["amount"], part["amount"], payment["amount"]) == (AMOUNT, AMOUNT, AMOUNT)
    assert listed(company, "SentPay", filters=[where("status", "=", row.sent_pay), where("id", "=", payment_id)]) == [
        sent
    ]
    assert read(company, "BillPay", part["id"])["paymentStatus"] == row.sent_pay

    on_v3, on_v2 = company.v3("GET", f"bills/{bill_id}").ok(), read(company, "Bill", bill_id)
    assert (on_v3["paymentStatus"], on_v2["paymentStatus"]) == BILLS[row.stands][whole]
    scheduled = AMOUNT if row.stands in {"scheduled", "in process"} else 0
    paid = AMOUNT + CREDIT if row.stands == "paid" else 0
    due = on_v2["amount"] - (0 if row.stands == "given back" else AMOUNT + CREDIT)
    for shown in (on_v3, on_v2):
        assert (shown["scheduledAmount"], shown["paidAmount"] or 0, shown["dueAmount"]) == (scheduled, paid, due)

    used = 0 if row.stands == "given back" else CREDIT
    status = "1" if not used else "2" if row.stands == "paid" else "4"
    credit = read(company, "VendorCredit", credit_id)
    assert (credit["appliedAmount"], credit["creditStatus"]) == (used, status)
    assert company.v3("GET", f"vendor-credits/{credit_id}").ok()["appliedAmount"] == used
    assert company.balanced()


@pytest.mark.parametrize("whole", [False, True], ids=["a part of the bill", "the whole bill"])
@pytest.mark.parametrize("life", LIVES)
def test_both_faces_tell_the_same_of_a_payment_at_every_step(company: Company, life: str, whole: bool) -> None:
    by_check, steps, expected = LIVES[life]
    ids = a_scheduled_payment(company, AMOUNT + CREDIT if whole else 229.5, by_check=by_check)
    row, seen = ROWS["SCHEDULED"], ["SCHEDULED"]
    told(company, *ids, row, whole=whole)
    for step in steps:
        step(company, ids[-1])
        fine = company.v3("GET", f"payments/{ids[-1]}").ok()["singleStatus"]
        row = row if fine in AS_BEFORE else ROWS[fine]
        seen += [fine] if fine != seen[-1] else []
        told(company, *ids, row, whole=whole)
    assert seen[1:] == expected


def test_a_payment_made_elsewhere_is_paid_at_once_and_void_at_once_on_both_faces(company: Company) -> None:
    vendor = company.vendor(None)
    bill, credit = company.bill(vendor), company.credit(vendor, 40)
    payment = data_of(company.v2("RecordAPPayment", {
        "processDate": "2026-03-02", "toPrintCheck": False,
        "billPays": [{"billId": bill["id"], "amount": AMOUNT}],
        "billCredits": [{"billId": bill["id"], "vendorCreditId": credit["id"], "amount": CREDIT}],
    }))  # fmt: skip
    ids = bill["id"], credit["id"], payment["id"]
    told(company, *ids, ROWS["CLEARED"], whole=False)
    data_of(company.v2("VoidAPPayment", {"sentPayId": payment["id"]}))
    told(company, *ids, ROWS["VOIDED"], whole=False)


def test_both_faces_tell_the_same_of_an_approval_at_every_step(company: Company) -> None:
    one, two = colleague(company, name="one"), colleague(company, name="two")
    bill = company.bill()
    asked = {"objectId": bill["id"], "entity": "Bill"}

    def told_as(on_v3: str, on_v2: str) -> None:
        assert (status_of(company, bill), read(company, "Bill", bill["id"])["approvalStatus"]) == (on_v3, on_v2)

    told_as("UNASSIGNED", "0")
    data_of(company.v2("SetApprovers", asked | {"approvers": [user_id(one), user_id(two)]}))
    told_as("ASSIGNED", "1")
    act(one, bill).ok()
    told_as("APPROVING", "4")
    data_of(two.v2("Approve", asked))
    told_as("APPROVED", "3")
    company.v3(
        "PATCH", f"bills/{bill['id']}", {"billLineItems": [{"id": bill["billLineItems"][0]["id"], "amount": 1}]}
    ).ok()
    told_as("ASSIGNED", "1")
    act(one, bill, "DENY").ok()
    told_as("DENIED", "5")
    data_of(company.v2("ClearApprovers", asked))
    told_as("UNASSIGNED", "0")
