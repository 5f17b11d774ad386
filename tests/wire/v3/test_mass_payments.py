"""Mass payments on v3, and vendors whose bills are paid by themselves."""

from __future__ import annotations

from typing import Any

import pytest

from billfold.payables.mass import mass_payments
from billfold.wiring import JOBS
from tests.wire.api import Api, Company, Reply
from tests.wire.colleagues import act, colleague, policy

UNKNOWN = "00n01QQQQQQQQQQQzzzz"


def mass(company: Company, *wanted: tuple[dict[str, Any], float], **more: Any) -> Reply:
    """A mass payment of these bills with these amounts."""
    body = {
        "fundingAccount": {"type": "BANK_ACCOUNT", "id": company.bank_account_id},
        "payments": [{"billId": bill["id"], "amount": amount} for bill, amount in wanted],
    }
    return company.v3("POST", "payments/mass", body | more)


def errors(reply: Reply) -> list[tuple[str, str]]:
    return [(error["code"], error["message"]) for error in reply.json]


def test_a_batch_pays_what_can_be_paid_and_says_why_the_rest_cannot(company: Company) -> None:
    vendor = company.vendor()
    first, paid, last = (company.bill(vendor, amounts=("10",)) for _ in range(3))
    company.pay(paid).ok(201)
    answer = mass(company, (first, 10), (paid, 10), (last, 4)).ok(201)
    assert list(answer) == ["paymentBatchId"]
    company.advance(minutes=0)
    batch = company.v3("GET", f"payments/mass/{answer['paymentBatchId']}").ok()
    (payment,) = (one for one in company.v3("GET", "payments").ok()["results"] if len(one["billPayments"]) == 2)
    assert {name: batch[name] for name in ("totalCount", "scheduledCount", "completedCount", "failedCount")} == {
        "totalCount": 3, "scheduledCount": 0, "completedCount": 2, "failedCount": 1,
    }  # fmt: skip
    sentence = f"The amount is more than the 0.00 due on the bill {paid['id']}: overpaying a bill is not allowed."
    assert batch["payments"] == [
        {"billId": first["id"], "amount": 10, "status": "COMPLETED", "paymentId": payment["id"]},
        {
            "billId": paid["id"], "amount": 10, "status": "FAILED",
            "error": {"code": "BDC_1159", "message": sentence},
        },
        {"billId": last["id"], "amount": 4, "status": "COMPLETED", "paymentId": payment["id"]},
    ]  # fmt: skip
    company.advance(days=6)
    assert company.balanced()


def test_a_chunk_that_gave_up_is_shown_to_the_operator_and_paid_when_it_runs_again(
    embedded: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = embedded.company()

    def broken(*_: object) -> None:
        raise OSError("The disk is full")

    with monkeypatch.context() as patch:
        patch.setitem(JOBS, mass_payments.PAY_JOB, broken)
        batch = mass(company, (company.bill(), 10)).ok(201)["paymentBatchId"]
        company.advance(minutes=1)
    (parked,) = company.admin("GET", "jobs").ok()["results"]
    assert (parked["name"], parked["attempts"]) == ("payables.mass.pay", 5)
    assert parked["about"] == {"batch_id": batch, "chunk": "0"}
    assert parked["lastError"] == "OSError('The disk is full')"
    assert company.v3("GET", f"payments/mass/{batch}").ok()["scheduledCount"] == 1
    assert company.admin("POST", "jobs/retry", {"number": parked["number"] + 1}).status == 404
    assert company.admin("POST", "jobs/retry", {"number": parked["number"]}).ok() == {"retried": 1}
    company.advance(minutes=1)
    assert company.v3("GET", f"payments/mass/{batch}").ok()["completedCount"] == 1
    assert company.admin("GET", "jobs").ok()["results"] == []
    assert company.admin("POST", "jobs/retry", {}).ok() == {"retried": 0}


def test_a_request_that_is_wrong_is_refused_as_in_bulk(company: Company) -> None:
    bill = company.bill()
    assert errors(mass(company)) == [("BDC_1119", "payments: must have 1 to 2000 elements, not 0")]
    assert errors(mass(company, *[(bill, 1)] * 2001)) == [
        ("BDC_1119", "payments: must have 1 to 2000 elements, not 2001")
    ]
    reply = mass(company, (bill, 1), (bill, 2), ({"id": UNKNOWN}, 1))
    assert errors(reply) == [
        ("BDC_1246", "[0]: Rolled back, because another element of the request was refused."),
        ("BDC_1119", "[1].billId: is that of [0] too"),
        ("BDC_1205", f"[2]: There is no bill with the id {UNKNOWN}."),
    ]
    assert errors(mass(company, (bill, 0))) == [("BDC_1119", "[0].amount: must be greater than zero")]
    assert mass(company, (bill, 1), processDate="2026-03-07").codes == ["BDC_1152"]
    assert company.v3("GET", f"payments/mass/{UNKNOWN}").codes == ["BDC_1205"]


@pytest.mark.parametrize("amount", ["NaN", "sNaN", "Infinity", 1e308, "1e999999999", 10**14])
def test_an_amount_that_is_no_number_or_beyond_all_money_makes_no_batch(company: Company, amount: Any) -> None:
    reply = mass(company, (company.bill(), amount))
    assert (reply.status, errors(reply)) == (400, [("BDC_1119", "[0].amount: is out of range")])


def test_who_is_not_trusted_or_may_not_pay_asks_for_no_batch(company: Company) -> None:
    untrusted = company.api.company(trusted=False)
    assert (mass(untrusted, (untrusted.bill(), 1)).status, mass(untrusted).codes) == (403, ["BDC_1361"])
    bill = company.bill()
    company.sign_in_as("CLERK")
    reply = mass(company, (bill, 1))
    assert (reply.status, reply.codes) == (403, ["BDC_1150"])


def test_the_same_request_twice_under_one_key_is_one_batch(company: Company) -> None:
    bill = company.bill()
    body = {
        "fundingAccount": {"type": "BANK_ACCOUNT", "id": company.bank_account_id},
        "payments": [{"billId": bill["id"], "amount": 10}],
    }
    key = {"idempotency-key": "once"}
    first, second = (company.v3("POST", "payments/mass", body, headers=key).ok(201) for _ in range(2))
    assert first == second
    company.advance(minutes=0)
    assert len(company.v3("GET", "payments").ok()["results"]) == 1


def test_two_thousand_bills_are_paid_by_one_request(embedded: Api) -> None:
    company = embedded.company()
    vendor = company.vendor()
    body = {
        "vendorId": vendor["id"], "dueDate": "2026-04-10", "billLineItems": [{"amount": 10}],
        "invoice": {"invoiceNumber": "1", "invoiceDate": "2026-03-01"},
    }  # fmt: skip
    made = [bill for _ in range(20) for bill in company.v3("POST", "bills/bulk", [body] * 100).ok(201)]
    answer = mass(company, *[(bill, 10) for bill in made]).ok(201)
    company.advance(minutes=0)
    batch = company.v3("GET", f"payments/mass/{answer['paymentBatchId']}").ok()
    assert (batch["totalCount"], batch["completedCount"]) == (2000, 2000)
    assert [part["billId"] for part in batch["payments"]] == [bill["id"] for bill in made]
    assert len({part["paymentId"] for part in batch["payments"]}) == 58, "2,000 bills, 35 in a payment"


# Vendors who are paid by themselves


def auto_pay(company: Company, **said: Any) -> dict[str, Any]:
    return {"autoPay": {"enabled": True, "bankAccountId": company.bank_account_id, "daysBeforeDueDate": 5} | said}


def test_a_vendor_who_is_paid_by_itself_is(company: Company) -> None:
    vendor = company.vendor(**auto_pay(company, maxAmount=250))
    assert vendor["autoPay"] == {
        "enabled": True, "bankAccountId": company.bank_account_id, "maxAmount": 250, "daysBeforeDueDate": 5,
        "createdBy": company.made["userId"],
    }  # fmt: skip
    assert company.v3("GET", f"vendors/{vendor['id']}").ok() == vendor
    company.bill(vendor)
    company.bill(vendor, amounts=("250.01",))
    company.advance(days=40)
    (payment,) = company.v3("GET", "payments").ok()["results"]
    assert (payment["amount"], payment["processDate"]) == (229.5, "2026-04-06")  # the fifth is a Sunday
    off = company.v3("PATCH", f"vendors/{vendor['id']}", {"autoPay": {"enabled": False}}).ok()
    assert off["autoPay"] == vendor["autoPay"] | {"enabled": False}


def test_v2_says_which_payments_were_made_by_themselves(company: Company) -> None:
    company.pay(company.bill(company.vendor())).ok(201)
    company.bill(company.vendor(**auto_pay(company)))
    company.advance(days=40)
    assert [one["source"] for one in company.v2("List/SentPay").ok()["response_data"]] == ["0", "1"]


def test_auto_pay_is_merged_and_refused_by_its_place(company: Company) -> None:
    vendor = company.vendor()
    assert vendor["autoPay"] == {"enabled": False}
    path = f"vendors/{vendor['id']}"
    assert errors(company.v3("PATCH", path, {"autoPay": {"enabled": True}})) == [
        ("BDC_1119", "autoPay.bankAccountId: must not be null")
    ]
    wrong = auto_pay(company, maxAmount=0, daysBeforeDueDate=400)
    assert errors(company.v3("PATCH", path, wrong)) == [
        ("BDC_1119", "autoPay.maxAmount: must be greater than zero"),
        ("BDC_1119", "autoPay.daysBeforeDueDate: must be 0 to 365"),
    ]
    company.v3("PATCH", path, auto_pay(company)).ok()
    merged = company.v3("PATCH", path, {"autoPay": {"maxAmount": 9.5}}).ok()["autoPay"]
    assert (merged["enabled"], merged["maxAmount"], merged["daysBeforeDueDate"]) == (True, 9.5, 5)


def test_enabling_auto_pay_needs_trust_and_the_right_to_pay(company: Company) -> None:
    untrusted = company.api.company(trusted=False)
    path = f"vendors/{untrusted.vendor()['id']}"
    assert untrusted.v3("PATCH", path, auto_pay(untrusted)).codes == ["BDC_1361"]
    assert untrusted.v3("PATCH", path, {"autoPay": {"enabled": False}}).status == 200
    path = f"vendors/{company.vendor()['id']}"
    company.sign_in_as("ACCOUNTANT")
    reply = company.v3("PATCH", path, auto_pay(company))
    assert (reply.status, reply.codes) == (403, ["BDC_1150"])


def test_a_recurring_bill_that_pays_shows_on_its_vendor(company: Company) -> None:
    vendor = company.vendor(**auto_pay(company))
    recurring = {
        "vendorId": vendor["id"], "recurringBillLineItems": [{"amount": 5}],
        "schedule": {"period": "MONTHLY", "frequency": 1, "nextDueDate": "2026-05-31", "daysInAdvance": 5},
        "processingOptions": {"autoPayment": True}, "paymentInformation": {"bankAccountId": company.bank_account_id},
    }  # fmt: skip
    company.v3("POST", "recurringbills", recurring).ok(201)
    after = company.v3("GET", f"vendors/{vendor['id']}").ok()
    assert (vendor["recurringPayments"], after["recurringPayments"]) == (False, True)
    assert (vendor["autoPay"]["enabled"], after["autoPay"]["enabled"]) == (True, False)
    assert [one["recurringPayments"] for one in company.v3("GET", "vendors").ok()["results"]] == [True]


def test_a_bill_that_is_approved_in_time_is_paid_by_itself_and_another_is_told_of(company: Company) -> None:
    boss = colleague(company)
    policy(company, boss)
    vendor = company.vendor(**auto_pay(company))
    approved, waiting = company.bill(vendor), company.bill(vendor)
    act(boss, approved).ok()
    company.advance(days=40)
    (payment,) = company.v3("GET", "payments").ok()["results"]
    assert payment["billId"] == approved["id"]
    events = company.sim("GET", "events", subjectId=waiting["id"]).ok()["results"]
    assert [one["subject"]["errors"] for one in events if one["name"] == "AutopayFailed"] == [[4]]


def test_a_bill_that_waits_for_approvers_fails_alone_in_a_batch(company: Company) -> None:
    boss = colleague(company)
    policy(company, boss)
    vendor = company.vendor()
    approved, waiting = company.bill(vendor), company.bill(vendor)
    act(boss, approved).ok()
    answer = mass(company, (waiting, 1), (approved, 1)).ok(201)
    company.advance(minutes=0)
    batch = company.v3("GET", f"payments/mass/{answer['paymentBatchId']}").ok()
    assert [(part["status"], part.get("error", {}).get("code")) for part in batch["payments"]] == [
        ("FAILED", "BDC_1119"),
        ("COMPLETED", None),
    ]
