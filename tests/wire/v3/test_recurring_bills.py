"""Recurring bills on v3: what PUT and PATCH do, lists, and the codes of refusals."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wire.api import Company, Reply
from tests.wire.colleagues import colleague, policy

SCHEDULE = {"period": "MONTHLY", "frequency": 1, "nextDueDate": "2026-03-31", "daysInAdvance": 5}


def body_of(company: Company, **changes: Any) -> dict[str, Any]:
    """A monthly bill of 19.99, the next due on 31 March."""
    vendor_id = changes.pop("vendorId", None) or company.vendor()["id"]
    return {"vendorId": vendor_id, "schedule": SCHEDULE, "recurringBillLineItems": [{"amount": 19.99}]} | changes


def create(company: Company, **changes: Any) -> dict[str, Any]:
    return company.v3("POST", "recurringbills", body_of(company, **changes)).ok(201)


def paying(company: Company) -> dict[str, Any]:
    """What a recurring bill that pays by itself says more."""
    return {
        "processingOptions": {"autoPayment": True},
        "paymentInformation": {"bankAccountId": company.bank_account_id},
    }


def refusals(reply: Reply) -> list[tuple[int, str, str]]:
    return [(reply.status, error["code"], error["message"]) for error in reply.json]


def test_a_recurring_bill_makes_bills_until_it_is_archived(company: Company) -> None:
    made = create(company)
    assert (made["archived"], made["processingOptions"]) == (False, {"autoPayment": False})
    assert "paymentInformation" not in made
    company.advance(days=30)
    (bill,) = company.v3("GET", "bills").ok()["results"]
    assert (bill["dueDate"], bill["invoice"], bill["amount"]) == (
        "2026-03-31", {"invoiceNumber": "2026-03-31", "invoiceDate": "2026-03-31"}, 19.99,
    )  # fmt: skip
    assert company.v3("POST", f"recurringbills/{made['id']}/archive").ok()["archived"]
    company.advance(days=60)
    assert len(company.v3("GET", "bills").ok()["results"]) == 1
    restored = company.v3("POST", f"recurringbills/{made['id']}/restore").ok()
    assert (restored["archived"], restored["schedule"]["nextDueDate"]) == (False, "2026-04-30")
    company.advance(minutes=0)
    assert len(company.v3("GET", "bills").ok()["results"]) == 3


def test_put_replaces_and_patch_merges(company: Company) -> None:
    vendor_id = company.vendor()["id"]
    made = create(company, vendorId=vendor_id, description="Rent", schedule=SCHEDULE | {"endDate": "2026-12-31"})
    path, line = f"recurringbills/{made['id']}", made["recurringBillLineItems"][0]
    patched = company.v3("PATCH", path, {"schedule": {"daysInAdvance": 9}}).ok()
    assert patched["schedule"] == made["schedule"] | {"daysInAdvance": 9}
    lines = [{"id": line["id"], "amount": 21.5, "quantity": 3}]
    patched = company.v3("PATCH", path, {"recurringBillLineItems": lines}).ok()
    assert patched["recurringBillLineItems"] == [line | {"amount": 21.5, "quantity": 3}]
    put = company.v3("PUT", path, body_of(company, vendorId=vendor_id)).ok()
    assert "description" not in put
    assert put["schedule"] == SCHEDULE
    assert [one["amount"] for one in put["recurringBillLineItems"]] == [19.99]
    assert put["recurringBillLineItems"][0]["id"] != line["id"]
    assert company.v3("GET", path).ok() == put
    assert refusals(company.v3("PUT", path, {"vendorId": vendor_id})) == [
        (400, "BDC_1119", "schedule: must not be null"),
        (400, "BDC_1119", "recurringBillLineItems: must not be null"),
    ]


def test_put_leaves_how_it_pays_as_it_was(company: Company) -> None:
    vendor_id = company.vendor()["id"]
    made = create(company, vendorId=vendor_id, **paying(company))
    put = company.v3("PUT", f"recurringbills/{made['id']}", body_of(company, vendorId=vendor_id)).ok()
    assert put["processingOptions"] == {"autoPayment": True}
    assert put["paymentInformation"] == {"bankAccountId": company.bank_account_id}


def test_lists_are_filtered_and_sorted(company: Company) -> None:
    first, second = create(company), create(company, schedule=SCHEDULE | {"nextDueDate": "2026-03-20"})
    company.v3("POST", f"recurringbills/{first['id']}/archive").ok()

    def ids(**query: str) -> list[str]:
        return [one["id"] for one in company.v3("GET", "recurringbills", **query).ok()["results"]]

    assert ids() == [first["id"], second["id"]]
    assert ids(filters="archived:eq:false") == [second["id"]]
    assert ids(filters=f"vendorId:eq:{first['vendorId']}") == [first["id"]]
    assert ids(filters="schedule.nextDueDate:lt:2026-03-25") == [second["id"]]
    assert ids(filters="schedule.period:eq:WEEKLY") == []
    assert ids(filters="processingOptions.autoPayment:eq:true") == []
    assert ids(sort="schedule.nextDueDate:asc") == [second["id"], first["id"]]


def test_a_bill_that_pays_itself_is_paid(company: Company) -> None:
    create(company, schedule=SCHEDULE | {"daysInAdvance": 10}, **paying(company))
    company.advance(days=30)
    (payment,) = company.v3("GET", "payments").ok()["results"]
    assert (payment["amount"], payment["processDate"]) == (19.99, "2026-03-26")
    assert payment["disbursementInfo"]["achDisbursement"]["arrivesByDate"] == "2026-03-31"
    company.advance(days=10)
    assert [bill["paymentStatus"] for bill in company.v3("GET", "bills").ok()["results"]] == ["PAID"]
    assert company.balanced()


def test_an_untrusted_session_sets_no_payments_up(company: Company) -> None:
    untrusted = company.api.company(trusted=False)
    assert refusals(untrusted.v3("POST", "recurringbills", body_of(untrusted, **paying(untrusted)))) == [
        (403, "BDC_1361", "Untrusted session.")
    ]
    create(untrusted)


@pytest.mark.parametrize("role", ["CLERK", "ACCOUNTANT"])
def test_who_may_not_pay_sets_no_payments_up(company: Company, role: str) -> None:
    vendor_id = company.vendor()["id"]
    body = body_of(company, vendorId=vendor_id)
    company.sign_in_as(role)
    assert company.v3("POST", "recurringbills", body).status == 201
    assert refusals(company.v3("POST", "recurringbills", body | paying(company))) == [
        (403, "BDC_1150", "User cannot make online payments.")
    ]


def test_what_is_wrong_is_named_by_its_place(company: Company) -> None:
    vendor_id = company.vendor()["id"]

    def refused(**changes: Any) -> list[tuple[int, str, str]]:
        return refusals(company.v3("POST", "recurringbills", body_of(company, vendorId=vendor_id, **changes)))

    assert refused(schedule=SCHEDULE | {"frequency": 0, "daysInAdvance": 400}) == [
        (400, "BDC_1119", "schedule.frequency: must be 1 to 999"),
        (400, "BDC_1119", "schedule.daysInAdvance: must be 0 to 365"),
    ]
    assert refused(schedule=SCHEDULE | {"period": "HOURLY"}) == [
        (400, "BDC_1119", "schedule.period: must be one of DAILY, WEEKLY, MONTHLY, YEARLY")
    ]
    assert refused(schedule=SCHEDULE | {"endDate": "2026-03-30"}) == [
        (400, "BDC_1119", "schedule.endDate: must not be before the next due date")
    ]
    assert refused(processingOptions={"autoPayment": True}) == [
        (400, "BDC_1119", "paymentInformation.bankAccountId: must not be null")
    ]
    assert refused(recurringBillLineItems=[{"amount": 1}, {}]) == [
        (400, "BDC_1119", "recurringBillLineItems[1].amount: must not be null")
    ]
    unknown_vendor = body_of(company, vendorId="00901QQQQQQQQQQQzzzz")
    (unknown,) = refusals(company.v3("POST", "recurringbills", unknown_vendor))
    assert unknown[:2] == (404, "BDC_1205")


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_recurring_bill_of_no_vendor_is_refused_as_one_of_an_unknown_vendor(company: Company, method: str) -> None:
    made = create(company)
    reply = company.v3(method, f"recurringbills/{made['id']}", body_of(company) | {"vendorId": ""})
    assert (reply.status, reply.codes) == (404, ["BDC_1205"]), reply.text


def test_a_line_of_another_is_refused(company: Company) -> None:
    ours, theirs = create(company), create(company)
    lines = [{"id": theirs["recurringBillLineItems"][0]["id"], "amount": 1}]
    reply = company.v3("PATCH", f"recurringbills/{ours['id']}", {"recurringBillLineItems": lines})
    assert [one[:2] for one in refusals(reply)] == [(400, "BDC_1119")]


def test_what_somebody_has_to_approve_does_not_pay_itself(company: Company) -> None:
    policy(company, colleague(company))
    create(company, schedule=SCHEDULE | {"daysInAdvance": 10}, **paying(company))
    company.advance(days=30)
    (bill,) = company.v3("GET", "bills").ok()["results"]
    assert (bill["approvalStatus"], bill["paymentStatus"]) == ("ASSIGNED", "UNPAID")
    assert company.v3("GET", "payments").ok()["results"] == []
    failures = [event for event in company.sim("GET", "events").ok()["results"] if event["name"] == "AutopayFailed"]
    assert [(event["subjectId"], event["subject"]["errors"]) for event in failures] == [(bill["id"], [4])]
