"""Payments to vendors abroad that nobody makes one by one: in mass, and by themselves."""

from __future__ import annotations

from tests.wire.abroad import AUSTRALIAN, GERMAN, a_vendor, pay
from tests.wire.api import Company
from tests.wire.v3.test_mass_payments import mass
from tests.wire.v3.test_recurring_bills import create, paying


def test_a_batch_in_other_currencies_is_paid_at_the_rates_that_were_held(company: Company) -> None:
    german, australian = a_vendor(company), a_vendor(company, AUSTRALIAN)
    bills = [company.bill({"id": one}, amounts=("100",)) for one in (german, australian, german)]
    home = company.bill(amounts=("10",))
    asked = {"vendors": [{"vendorId": german, "amount": 200}, {"vendorId": australian, "amount": 100}]}
    held = company.v3("POST", "payments/exchange-rate", asked).ok()
    wanted = [(bill, 100.0) for bill in bills]
    answer = mass(company, *wanted, (home, 10), exchangeRateBatchId=held["exchangeRateBatchId"]).ok(201)
    company.advance(minutes=0)
    batch = company.v3("GET", f"payments/mass/{answer['paymentBatchId']}").ok()
    assert batch["completedCount"] == 4
    first, second, third, at_home = (
        company.v3("GET", f"payments/{one['paymentId']}").ok() for one in batch["payments"]
    )
    rates = {one["vendorId"]: one["exchangeRate"] for one in held["exchangeRates"]}
    assert first["id"] == third["id"]
    assert (first["exchangeRate"], second["exchangeRate"]) == (rates[german], rates[australian])
    assert "exchangeRate" not in at_home
    company.advance(days=9)
    assert company.balanced()


def test_a_batch_without_a_rate_pays_what_needs_none(company: Company) -> None:
    abroad, home = company.bill({"id": a_vendor(company)}, amounts=("100",)), company.bill(amounts=("10",))
    answer = mass(company, (abroad, 100), (home, 10)).ok(201)
    company.advance(minutes=0)
    first, second = company.v3("GET", f"payments/mass/{answer['paymentBatchId']}").ok()["payments"]
    assert (first["status"], first["error"]["code"], second["status"]) == ("FAILED", "BDC_1117", "COMPLETED")


def test_a_batch_of_rates_that_is_not_there_refuses_the_request(company: Company) -> None:
    reply = mass(company, (company.bill({"id": a_vendor(company)}, amounts=("100",)), 100), exchangeRateBatchId=4711)
    assert (reply.status, reply.codes) == (404, ["BDC_1205"])


def test_a_vendor_of_more_bills_than_one_payment_carries_is_paid_at_one_rate(company: Company) -> None:
    vendor = a_vendor(company)
    bills = [company.bill({"id": vendor}, amounts=("10",)) for _ in range(60)]
    held = company.v3("GET", "payments/exchange-rate", vendorId=vendor, amount="600").ok()
    wanted = [(bill, 10.0) for bill in bills]
    answer = mass(company, *wanted, exchangeRateBatchId=held["exchangeRateBatchId"]).ok(201)
    company.advance(minutes=0)
    batch = company.v3("GET", f"payments/mass/{answer['paymentBatchId']}").ok()
    assert (batch["completedCount"], batch["failedCount"]) == (60, 0)
    payments = {one["paymentId"] for one in batch["payments"]}
    assert len(payments) == 2
    shown = [company.v3("GET", f"payments/{one}").ok() for one in sorted(payments)]
    assert {one["exchangeRate"] for one in shown} == {held["exchangeRate"]}
    assert sum(one["amount"] for one in shown) == 600


def test_rates_of_a_batch_are_held_until_it_is_through_and_for_nothing_else(company: Company) -> None:
    first, second = (company.bill({"id": vendor}, amounts=("100",)) for vendor in [a_vendor(company)] * 2)
    held = company.v3("GET", "payments/exchange-rate", vendorId=first["vendorId"], amount="100").ok()
    number = held["exchangeRateBatchId"]
    too_much = mass(company, (first, 100_000), (second, 100), exchangeRateBatchId=number)
    assert (too_much.status, too_much.codes) == (422, ["BDC_1119", "BDC_1119"])
    answer = mass(company, (first, 100), exchangeRateBatchId=number).ok(201)
    again = mass(company, (second, 100), exchangeRateBatchId=number)
    assert (again.status, again.codes) == (422, ["BDC_1119"])
    assert "was used" in again.json[0]["message"]
    assert pay(company, second, number).codes == ["BDC_1119"]
    # The jobs run late: the rate was promised when the batch was asked for.
    company.sim("POST", "clock/advance", {"minutes": 30, "keepSessions": True}).ok()
    (part,) = company.v3("GET", f"payments/mass/{answer['paymentBatchId']}").ok()["payments"]
    assert company.v3("GET", f"payments/{part['paymentId']}").ok()["exchangeRate"] == held["exchangeRate"]


def test_bills_in_dollars_of_a_vendor_abroad_pay_themselves(company: Company) -> None:
    vendor = a_vendor(company, GERMAN, "USD")
    said = {"autoPay": {"enabled": True, "bankAccountId": company.bank_account_id}}
    company.v3("PATCH", f"vendors/{vendor}", said).ok()
    bill = company.bill({"id": vendor}, dueDate="2026-03-20")
    company.advance(days=20)
    (payment,) = company.v3("GET", "payments").ok()["results"]
    assert (payment["disbursementType"], payment["singleStatus"]) == ("INTERNATIONAL_E_PAYMENT", "CLEARED")
    assert payment["disbursementInfo"]["internationalDisbursement"]["arrivesByDate"] <= "2026-03-20"
    assert company.v3("GET", f"bills/{bill['id']}").ok()["paymentStatus"] == "PAID"
    assert company.balanced()


def test_a_recurring_bill_of_a_vendor_abroad_pays_itself(company: Company) -> None:
    # Made five days before: one business day to fund it, another to send it, two to arrive.
    create(company, vendorId=a_vendor(company, GERMAN, "USD"), **paying(company))
    company.advance(to="2026-04-02T15:00:00Z")
    (payment,) = company.v3("GET", "payments").ok()["results"]
    assert (payment["disbursementType"], payment["singleStatus"]) == ("INTERNATIONAL_E_PAYMENT", "CLEARED")
    assert payment["disbursementInfo"]["internationalDisbursement"]["arrivesByDate"] == "2026-04-02"


def test_nothing_pays_itself_in_another_currency(company: Company) -> None:
    said = {"autoPay": {"enabled": True, "bankAccountId": company.bank_account_id}}
    vendor = a_vendor(company)
    assert company.v3("PATCH", f"vendors/{vendor}", said).codes == ["BDC_1119"]
