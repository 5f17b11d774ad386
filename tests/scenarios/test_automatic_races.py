"""Payments that nobody asks for meet those that somebody does: a bill is never paid beyond what is due on it."""

from __future__ import annotations

import pytest

from tests.scenarios.process import at_once, bill_body, effort, found

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

BILLS = 12


def a_vendor_paid_by_itself(company):
    vendor = company.vendor()
    said = {"enabled": True, "bankAccountId": company.made["bankAccountId"], "daysBeforeDueDate": 0}
    return company.v3("PATCH", f"vendors/{vendor['id']}", {"autoPay": said}).ok()


def advance(client, **by):
    answer = client.send("POST", "/sim/clock/advance", by | {"keepSessions": True})
    assert answer.status == 200, answer.body


def batches_of(company, ids):
    """The batches, all of whose bills had their turn."""
    found_all = [company.v3("GET", f"payments/mass/{batch_id}").ok() for batch_id in ids]
    assert {batch["scheduledCount"] for batch in found_all} == {0}
    return found_all


def test_of_automatic_mass_and_direct_payments_of_a_bill_one_is_made(server):
    for _ in range(effort(3)):
        company = found(server)
        vendor = a_vendor_paid_by_itself(company)
        body = bill_body(vendor, "10.00") | {"dueDate": "2026-03-25"}
        bills = [company.v3("POST", "bills", body).ok(201) for _ in range(BILLS)]
        source = company.payment_body(bills[0])["fundingAccount"]
        wanted = [{"billId": bill["id"], "amount": 10} for bill in bills]

        def act(number, company=company, bills=bills, source=source, wanted=wanted):
            with company.new_client() as client:
                if number == 0:  # meanwhile the bills fall due
                    return advance(client, days=24)
                if number < 4:
                    body = {"fundingAccount": source, "payments": wanted[number:] + wanted[:number]}
                    return company.v3("POST", "payments/mass", body, client=client).ok(201)["paymentBatchId"]
                statuses = set()
                for bill in bills[number % BILLS :] + bills[: number % BILLS]:
                    answer = company.v3("POST", "payments", company.payment_body(bill), client=client)
                    statuses.add((answer.status, *([] if answer.status == 201 else answer.codes)))
                return statuses

        answers = at_once(8, act)
        with company.new_client() as client:
            advance(client, days=10)
        for statuses in answers[4:]:
            assert statuses <= {(201,), (422, "BDC_1159")}
        failed = [
            part["error"]["code"]
            for batch in batches_of(company, answers[1:4])
            for part in batch["payments"]
            if part["status"] == "FAILED"
        ]
        assert set(failed) <= {"BDC_1159"}
        paid = sorted(part["billId"] for payment in company.all("payments") for part in payment["billPayments"])
        assert paid == sorted(bill["id"] for bill in bills)
        assert {bill["dueAmount"] for bill in company.all("bills")} == {0}
        assert company.problems() == []


def test_a_due_date_has_one_bill_whoever_changes_the_template_while_time_passes(server):
    for _ in range(effort(2)):
        company = found(server)
        vendor = company.vendor()
        schedule = {"period": "DAILY", "frequency": 1, "nextDueDate": "2026-03-10", "daysInAdvance": 3}
        body = {
            "vendorId": vendor["id"], "schedule": schedule, "recurringBillLineItems": [{"amount": 5}],
            "processingOptions": {"autoPayment": True},
            "paymentInformation": {"bankAccountId": company.made["bankAccountId"]},
        }  # fmt: skip
        path = f"recurringbills/{company.v3('POST', 'recurringbills', body).ok(201)['id']}"

        def act(number, company=company, path=path, schedule=schedule):
            with company.new_client() as client:
                if number == 0:
                    return advance(client, days=20)
                statuses = set()
                for _ in range(6):
                    back = {"schedule": {"nextDueDate": schedule["nextDueDate"]}}
                    statuses.add(company.v3("PATCH", path, back, client=client).status)
                    statuses.add(company.v3("POST", f"{path}/archive", client=client).status)
                    statuses.add(company.v3("POST", f"{path}/restore", client=client).status)
                return statuses

        answers = at_once(4, act)
        assert set().union(*answers[1:]) == {200}
        with company.new_client() as client:
            advance(client, days=3)
        bills = company.all("bills")
        due = [bill["dueDate"] for bill in bills]
        assert sorted(due) == sorted(set(due))
        assert due[:1] == ["2026-03-10"]
        paid = [part["billId"] for payment in company.all("payments") for part in payment["billPayments"]]
        assert sorted(paid) == sorted(bill["id"] for bill in bills)
        assert company.problems() == []
