"""Paying in other currencies: held rates, dollars fixed at once, the file, arrival, return."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.wire.abroad import (
    AUSTRALIAN,
    BRAZILIAN,
    DINARS,
    GERMAN,
    GOODS,
    YEN,
    a_bill,
    a_vendor,
    ask,
    balances,
    paid,
    pay,
)
from tests.wire.api import Company
from tests.wire.v2.talk import listed, where

#: The clock stands on Tuesday the 3rd: the next business day is the 4th.
NEXT_DAY = "2026-03-04"


def test_a_bill_in_euros_is_booked_at_the_rate_of_its_day(company: Company) -> None:
    bill = a_bill(company, a_vendor(company))
    assert (bill["amount"], bill["exchangeRate"], bill["fundingAmount"]) == (1000, 0.8597, 1163.20)
    company.sim("POST", "exchange-rates", {"rates": {"EUR": 0.9}}).ok()
    assert company.v3("GET", f"bills/{bill['id']}").ok()["fundingAmount"] == 1163.20
    assert a_bill(company, bill["vendorId"])["fundingAmount"] == 1111.11


@pytest.mark.parametrize(
    ("account", "more", "amount", "funding"),
    [(YEN, {"paymentPurpose": {"text": "Paper"}}, "15432", 100.00), (DINARS, {}, "1.234", 4.02)],
)
def test_amounts_have_the_decimals_of_their_currency(
    company: Company, account: dict[str, Any], more: dict[str, Any], amount: str, funding: float
) -> None:
    vendor = a_vendor(company, account, **more)
    bill = a_bill(company, vendor, amount)
    assert (bill["amount"], bill["fundingAmount"]) == (float(amount), funding)
    wrong = {
        "vendorId": vendor, "dueDate": "2026-04-10", "billLineItems": [{"amount": 1.2345}],
        "invoice": {"invoiceNumber": "1", "invoiceDate": "2026-03-01"},
    }  # fmt: skip
    assert company.v3("POST", "bills", wrong).codes == ["BDC_1119"]
    assert paid(company, bill)["amount"] == float(amount)


def test_a_quote_is_for_a_tier_of_amounts_and_for_twenty_minutes(company: Company) -> None:
    vendor = a_vendor(company)
    small, large = ask(company, vendor, "852"), ask(company, vendor, "4260")
    assert small == {
        "billCurrency": "EUR", "paymentCurrency": "EUR", "baseCurrency": "USD", "exchangeRate": 0.84680450,
        "exchangeRateBatchId": small["exchangeRateBatchId"], "vendorId": vendor,
        "amountRange": {"from": 0, "to": 859.69}, "expirationTime": "2026-03-03T17:20:00.000+00:00",
    }  # fmt: skip
    assert large["exchangeRate"] > small["exchangeRate"]
    assert large["amountRange"] == {"from": 859.70, "to": 4298.49}
    assert large["exchangeRateBatchId"] == small["exchangeRateBatchId"] + 1
    assert "to" not in ask(company, vendor, "1000000")["amountRange"]
    in_dollars = ask(company, vendor, "1000", baseCurrency="true")
    assert in_dollars["amountRange"] == large["amountRange"]


def test_several_vendors_are_quoted_in_one_batch_and_paid_in_one_run(company: Company) -> None:
    german, australian = a_vendor(company), a_vendor(company, AUSTRALIAN)
    bills = [a_bill(company, german, "100"), a_bill(company, australian, "200"), a_bill(company, german, "50")]
    asked = {"vendors": [{"vendorId": german, "amount": 150}, {"vendorId": australian, "amount": 200}]}
    batch = company.v3("POST", "payments/exchange-rate", asked).ok()
    assert [one["vendorId"] for one in batch["exchangeRates"]] == [german, australian]
    run = {
        "fundingAccount": {"type": "BANK_ACCOUNT", "id": company.bank_account_id},
        "payments": [{"billId": bill["id"], "amount": bill["amount"]} for bill in bills],
        "exchangeRateBatchId": batch["exchangeRateBatchId"],
    }
    made = company.v3("POST", "payments/bulk", run).ok(201)["payments"]
    assert [(one["amount"], one["exchangeRate"]) for one in made] == [
        (150, batch["exchangeRates"][0]["exchangeRate"]),
        (200, batch["exchangeRates"][1]["exchangeRate"]),
    ]


def test_a_payment_fixes_its_dollars_when_it_is_made(company: Company) -> None:
    bill = a_bill(company, a_vendor(company))
    rate = ask(company, bill["vendorId"], "1000")
    company.sim("POST", "exchange-rates", {"rates": {"EUR": 2}}).ok()
    payment = pay(company, bill, rate["exchangeRateBatchId"]).ok(201)
    expected = (Decimal(1000) / Decimal(str(rate["exchangeRate"]))).quantize(Decimal("0.01"))
    assert (payment["amount"], payment["fundingAmount"]) == (1000, float(expected))
    assert payment["exchangeRate"] == rate["exchangeRate"]
    assert (payment["disbursementType"], payment["processDate"]) == ("INTERNATIONAL_E_PAYMENT", NEXT_DAY)
    assert payment["disbursementInfo"] == {
        "isVoidable": False,
        "internationalDisbursement": {"arrivesByDate": "2026-03-10", "amount": 1000, "disbursementSubType": "LOCAL"},
    }


def test_a_payment_in_euros_runs_from_quote_to_arrival(company: Company) -> None:
    bill = a_bill(company, a_vendor(company))
    payment = paid(company, bill)
    path = f"payments/{payment['id']}"
    company.advance(to="2026-03-06T15:00:00Z")
    sent = company.v3("GET", path).ok()
    assert (sent["singleStatus"], sent["disbursementInfo"]["internationalDisbursement"]["sentDate"]) == (
        "SENT",
        "2026-03-06",
    )
    (file,) = [one for one in company.sim("GET", "files").ok()["results"] if one["kind"] == "pain001"]
    content = company.api.send("GET", file["downloadLink"].split("?")[0], query={
        "organizationId": company.made["organizationId"]
    }).text  # fmt: skip
    assert '<InstdAmt Ccy="EUR">1000.00</InstdAmt>' in content
    assert "<IBAN>DE89370400440532013000</IBAN>" in content
    assert "<Ustrd>BK-1044</Ustrd>" in content
    company.advance(to="2026-03-10T15:00:00Z")
    done = company.v3("GET", path).ok()
    assert (done["status"], done["singleStatus"], done["disbursementStatus"]) == ("PAID", "CLEARED", "DONE")
    settled = company.v3("GET", f"bills/{bill['id']}").ok()
    assert (settled["paymentStatus"], settled["paidAmount"]) == ("PAID", 1000)
    held = balances(company)
    assert held[company.bank_account_id, "USD"] == -done["fundingAmount"]
    assert held["exchange", "EUR"] == -1000
    assert held["exchange", "USD"] == 1163.20
    assert held["exchange_difference", "USD"] == pytest.approx(done["fundingAmount"] - 1163.20)
    assert held["uncategorized", "EUR"] == 1000
    assert len(held) == 5


def test_a_rate_that_fell_after_the_bill_is_a_gain(company: Company) -> None:
    bill = a_bill(company, a_vendor(company))
    company.sim("POST", "exchange-rates", {"rates": {"EUR": 1}}).ok()
    payment = paid(company, bill)
    assert payment["fundingAmount"] == 1012.66
    company.advance(days=8)
    assert balances(company)["exchange_difference", "USD"] == -150.54


def test_a_bank_abroad_sends_back_what_it_cannot_credit(company: Company) -> None:
    vendor = a_vendor(company, AUSTRALIAN | {"accountNumber": "123450002"})
    bill = a_bill(company, vendor)
    payment = paid(company, bill)
    company.advance(days=10)
    failed = company.v3("GET", f"payments/{payment['id']}").ok()
    assert (failed["singleStatus"], failed["disbursementStatus"]) == ("DISBURSEMENT_FAILED_ACTION_NEEDED", "FAILED")
    transfers = company.sim("GET", "transfers").ok()["results"]
    (abroad,) = [one for one in transfers if one["rail"] == "international"]
    assert (abroad["status"], abroad["returnCode"]) == ("returned", "AC04")
    held = balances(company)
    assert held["money_out_clearing", "USD"] == failed["fundingAmount"]
    assert held["accounts_payable", "AUD"] == -1000
    assert ("exchange", "AUD") not in held


def test_a_transfer_abroad_is_returned_by_hand_for_a_reason_of_iso(company: Company) -> None:
    payment = paid(company, a_bill(company, a_vendor(company)))
    company.advance(days=10)
    before = balances(company)
    (abroad,) = [one for one in company.sim("GET", "transfers").ok()["results"] if one["rail"] == "international"]
    path = f"transfers/{abroad['id']}/return"
    assert company.sim("POST", path, {"code": "R02"}).status == 400
    assert company.sim("POST", path, {"code": "AC06"}).ok()["returnCode"] == "AC06"
    held = balances(company)
    assert ("exchange_difference", "USD") in before
    assert ("exchange_difference", "USD") not in held
    assert held["money_out_clearing", "USD"] == payment["fundingAmount"]


def test_money_goes_back_in_dollars_when_the_payment_is_voided_and_is_not_sent_anew(company: Company) -> None:
    bill = a_bill(company, a_vendor(company))
    payment = paid(company, bill)
    company.advance(to="2026-03-05T15:00:00Z")
    path = f"payments/{payment['id']}"
    assert company.v3("GET", path).ok()["disbursementInfo"]["isVoidable"] is True
    anew = company.v3("POST", f"{path}/void", {"type": "VOID_AND_REISSUE", "reason": "lost"})
    assert (anew.status, anew.codes) == (422, ["BDC_1119"])
    company.v3("POST", f"{path}/void", {"type": "VOID_AND_CREDIT", "reason": "wrong"}).ok()
    company.advance(days=12)
    assert company.v3("GET", path).ok()["singleStatus"] == "VOIDED"
    assert balances(company) == {("accounts_payable", "EUR"): -1000, ("uncategorized", "EUR"): 1000}


def test_a_payment_that_is_cancelled_posts_nothing_and_its_rate_stays_used(company: Company) -> None:
    bill = a_bill(company, a_vendor(company))
    batch = ask(company, bill["vendorId"], "1000")["exchangeRateBatchId"]
    payment = pay(company, bill, batch).ok(201)
    company.v3("POST", f"payments/{payment['id']}/cancel").ok()
    assert len(balances(company)) == 2
    assert pay(company, bill, batch).codes == ["BDC_1119"]


def test_a_bill_in_another_currency_needs_a_held_rate(company: Company) -> None:
    bill = a_bill(company, a_vendor(company))
    reply = pay(company, bill, None)
    assert (reply.status, reply.codes) == (400, ["BDC_1117"])
    unknown = pay(company, bill, 4711)
    assert (unknown.status, unknown.codes) == (404, ["BDC_1205"])
    assert pay(company, bill, 2**31).status == 400


def test_a_rate_expires_after_twenty_minutes(company: Company) -> None:
    bill = a_bill(company, a_vendor(company))
    batch = ask(company, bill["vendorId"], "1000")["exchangeRateBatchId"]
    company.sim("POST", "clock/advance", {"to": "2026-03-03T17:20:00Z", "keepSessions": True}).ok()
    reply = pay(company, bill, batch)
    assert (reply.status, reply.codes) == (422, ["BDC_1119"])
    assert "has expired" in reply.json[0]["message"]
    batch = ask(company, bill["vendorId"], "1000")["exchangeRateBatchId"]
    company.sim("POST", "clock/advance", {"to": "2026-03-03T17:39:59Z", "keepSessions": True}).ok()
    pay(company, bill, batch).ok(201)


def test_a_rate_serves_once(company: Company) -> None:
    bill = a_bill(company, a_vendor(company))
    batch = ask(company, bill["vendorId"], "1000")["exchangeRateBatchId"]
    pay(company, bill, batch, 900).ok(201)
    reply = pay(company, bill, batch, 100)
    assert (reply.status, reply.codes) == (422, ["BDC_1119"])
    assert "was used" in reply.json[0]["message"]


def test_a_rate_is_for_its_vendor_and_its_tier(company: Company) -> None:
    bill = a_bill(company, a_vendor(company))
    for vendor, amount in ((a_vendor(company), "1000"), (bill["vendorId"], "10"), (bill["vendorId"], "100000")):
        reply = pay(company, bill, ask(company, vendor, amount)["exchangeRateBatchId"])
        assert (reply.status, reply.codes) == (422, ["BDC_1119"])
        assert "has no rate for the vendor" in reply.json[0]["message"]


def test_a_refused_payment_leaves_the_rate_unused(company: Company) -> None:
    bill = a_bill(company, a_vendor(company))
    batch = ask(company, bill["vendorId"], "1000")["exchangeRateBatchId"]
    assert pay(company, bill, batch, processDate="2026-03-06").codes == ["BDC_1152", "BDC_1152"]
    pay(company, bill, batch).ok(201)


def test_a_bill_in_another_currency_is_paid_on_the_next_business_day_alone(company: Company) -> None:
    bill = a_bill(company, a_vendor(company))
    batch = ask(company, bill["vendorId"], "1000")["exchangeRateBatchId"]
    late = pay(company, bill, batch, processDate="2026-03-05")
    assert (late.status, late.codes) == (422, ["BDC_1152", "BDC_1152"])
    assert pay(company, bill, batch, processDate=NEXT_DAY).ok(201)["processDate"] == NEXT_DAY


def test_a_vendor_abroad_who_is_billed_in_dollars_needs_no_rate_and_any_day(company: Company) -> None:
    bill = a_bill(company, a_vendor(company, GERMAN, "USD"))
    payment = pay(company, bill, None, processDate="2026-03-10").ok(201)
    assert (payment["fundingAmount"], payment["disbursementType"]) == (1000, "INTERNATIONAL_E_PAYMENT")
    assert "exchangeRate" not in payment
    company.advance(days=14)
    assert company.v3("GET", f"payments/{payment['id']}").ok()["singleStatus"] == "CLEARED"
    assert balances(company) == {(company.bank_account_id, "USD"): -1000, ("uncategorized", "USD"): 1000}
    informed = ask(company, bill["vendorId"], "1000")
    assert (informed["billCurrency"], informed["paymentCurrency"]) == ("USD", "EUR")
    assert informed["amountRange"] == {"from": 1000, "to": 4999.99}


def test_a_vendor_without_an_account_abroad_has_no_rate(company: Company) -> None:
    for vendor in (company.vendor()["id"], company.vendor(None, billCurrency="EUR")["id"]):
        reply = company.v3("GET", "payments/exchange-rate", vendorId=vendor, amount="10")
        assert (reply.status, reply.codes) == (422, ["BDC_1119"])


def test_a_vendor_billed_in_euros_at_a_bank_at_home_is_not_paid(company: Company) -> None:
    bill = company.bill(company.vendor(billCurrency="EUR"))
    of_a_new_bill = company.payment_body({"id": None}, 5, vendorId=bill["vendorId"])
    of_a_new_bill["processingOptions"] = {"createBill": True}
    for reply in (pay(company, bill, None), company.v3("POST", "payments", of_a_new_bill)):
        assert (reply.status, reply.codes) == (422, ["BDC_1151"])
        assert "only a bank account abroad" in reply.json[0]["message"]


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({"amount": "10"}, 400, "BDC_1108"),
        ({"vendorId": "00901NOBODYNOBODY1abc"}, 400, "BDC_1108"),
        ({"vendorId": "00901NOBODYNOBODY1abc", "amount": "ten"}, 400, "BDC_1129"),
        ({"vendorId": "00901NOBODYNOBODY1abc", "amount": "10", "baseCurrency": "maybe"}, 400, "BDC_1129"),
        ({"vendorId": "00901NOBODYNOBODY1abc", "amount": "10"}, 404, "BDC_1205"),
    ],
)
def test_what_is_asked_of_a_rate_has_to_make_sense(
    company: Company, query: dict[str, Any], status: int, code: str
) -> None:
    reply = company.v3("GET", "payments/exchange-rate", **query)
    assert (reply.status, reply.codes) == (status, [code])


@pytest.mark.parametrize("amount", ["0", "-1", "0.001"])
def test_a_rate_is_for_an_amount(company: Company, amount: str) -> None:
    reply = company.v3("GET", "payments/exchange-rate", vendorId=a_vendor(company), amount=amount)
    assert (reply.status, reply.codes) == (400, ["BDC_1119"])


def test_a_batch_names_each_vendor_once(company: Company) -> None:
    one = {"vendorId": a_vendor(company), "amount": 10}
    for vendors in ([], [one, one]):
        assert company.v3("POST", "payments/exchange-rate", {"vendors": vendors}).codes == ["BDC_1119"]


def test_a_payment_says_what_it_is_for_where_the_country_wants_it(company: Company) -> None:
    bill = a_bill(company, a_vendor(company, BRAZILIAN, paymentPurpose=GOODS), "100")
    first = paid(company, bill | {"amount": 40})
    assert first["paymentPurpose"] == GOODS
    batch = ask(company, bill["vendorId"], "40")["exchangeRateBatchId"]
    wrong = pay(company, bill, batch, 40, paymentPurpose={"code": {"value": "XXX"}})
    assert (wrong.status, wrong.codes) == (400, ["BDC_1119"])
    rent = {"code": {"name": "Rent", "value": "RNT"}}
    assert pay(company, bill, batch, 40, paymentPurpose=rent).ok(201)["paymentPurpose"] == rent
    company.v3("PATCH", f"vendors/{bill['vendorId']}", {"paymentInformation": {"paymentPurpose": None}}).ok()
    batch = ask(company, bill["vendorId"], "20")["exchangeRateBatchId"]
    assert pay(company, bill, batch, 20).codes == ["BDC_1119"]


def test_rates_have_to_be_rates(company: Company) -> None:
    for rates in ({}, {"EUR": 0}, {"EUR": -1}, {"USD": 1}, {"EUR": 10**12}, {"XXX": 1}):
        assert company.sim("POST", "exchange-rates", {"rates": rates}).status == 400


def test_a_payment_abroad_that_was_held_goes_on_and_arrives_later(company: Company) -> None:
    payment = paid(company, a_bill(company, a_vendor(company)))
    company.advance(to="2026-03-05T15:00:00Z")
    path = f"payments/{payment['id']}"
    company.sim("POST", f"{path}/hold").ok()
    company.advance(days=3)
    assert company.v3("GET", path).ok()["singleStatus"] == "DISBURSEMENT_ON_HOLD"
    company.sim("POST", f"{path}/release").ok()
    abroad = company.v3("GET", path).ok()["disbursementInfo"]["internationalDisbursement"]
    assert abroad["arrivesByDate"] == "2026-03-11"
    company.advance(days=5)
    assert company.v3("GET", path).ok()["singleStatus"] == "CLEARED"


def options(company: Company, vendor_id: str, amount: str = "1000") -> dict[str, Any]:
    found = company.v3("GET", "payments/options", vendorId=vendor_id, amount=amount).ok()
    (bank,) = found["fundingOptions"]["banks"]
    return dict(bank)


def test_options_abroad_name_the_only_day_and_the_rate_that_is_needed(company: Company) -> None:
    assert options(company, a_vendor(company)) == {
        "available": True, "id": company.bank_account_id, "name": "Operating", "processDate": NEXT_DAY,
        "deliveryDate": "2026-03-10", "fee": 0,
        "conditions": ["exchangeRateBatchId is required: the vendor is billed in EUR."],
    }  # fmt: skip


def test_options_are_what_a_payment_then_does(company: Company) -> None:
    for account, currency in ((GERMAN, "EUR"), (GERMAN, "USD"), (DINARS, "KWD")):
        bill = a_bill(company, a_vendor(company, account, currency))
        found = options(company, bill["vendorId"])
        payment = paid(company, bill) if currency != "USD" else pay(company, bill, None).ok(201)
        arrives = payment["disbursementInfo"]["internationalDisbursement"]["arrivesByDate"]
        assert (payment["processDate"], arrives) == (found["processDate"], found["deliveryDate"])
        assert bool(found["conditions"]) == (currency != "USD")


def test_options_say_that_the_country_wants_a_purpose(company: Company) -> None:
    vendor = a_vendor(company, BRAZILIAN, paymentPurpose=GOODS)
    assert len(options(company, vendor)["conditions"]) == 1
    company.v3("PATCH", f"vendors/{vendor}", {"paymentInformation": {"paymentPurpose": None}}).ok()
    assert options(company, vendor)["conditions"][1].startswith("paymentPurpose is required")


def test_options_say_why_a_vendor_in_another_currency_cannot_be_paid(company: Company) -> None:
    at_home = company.vendor(billCurrency="EUR")
    reason = f"The vendor {at_home['id']} is billed in EUR, which only a bank account abroad is paid in."
    assert options(company, at_home["id"])["reason"] == reason
    most = options(company, a_vendor(company), "85000000")
    assert most["available"] is True
    more = options(company, a_vendor(company), "86000000")
    assert (more["available"], more["reason"]) == (False, "amount: is more than one payment can carry")


# Accounts abroad that their banks deny


def way_of(company: Company, vendor_id: str) -> tuple[str, str]:
    """v3's payByType, v2's status of the account."""
    shown = company.v3("GET", f"vendors/{vendor_id}").ok()["paymentInformation"]["payByType"]
    (account,) = listed(company, "VendorBankAccount", filters=[where("vendorId", "=", vendor_id)])
    return shown, account["status"]


@pytest.mark.parametrize(
    ("code", "way"),
    [
        ("AC01", ("CHECK", "5")), ("AC03", ("CHECK", "5")), ("AC04", ("CHECK", "5")), ("RC01", ("CHECK", "5")),
        ("AC06", ("INTERNATIONAL_E_PAYMENT", "1")), ("CUST", ("INTERNATIONAL_E_PAYMENT", "1")),
    ],
)  # fmt: skip
def test_an_account_abroad_that_its_bank_denies_is_invalid(company: Company, code: str, way: tuple[str, str]) -> None:
    vendor = a_vendor(company)
    paid(company, a_bill(company, vendor))
    company.advance(days=10)
    (abroad,) = [one for one in company.sim("GET", "transfers").ok()["results"] if one["rail"] == "international"]
    company.sim("POST", f"transfers/{abroad['id']}/return", {"code": code}).ok()
    assert way_of(company, vendor) == way
    refused = company.v3("GET", "payments/exchange-rate", vendorId=vendor, amount="10").status
    assert refused == (422 if way[0] == "CHECK" else 200)


def test_nothing_more_is_sent_to_an_account_abroad_that_its_bank_denies(company: Company) -> None:
    vendor = a_vendor(company, AUSTRALIAN | {"accountNumber": "123450003"}, "USD")
    company.pay(company.bill({"id": vendor})).ok(201)
    collected = company.bill({"id": vendor}, invoice={"invoiceNumber": "BK-2", "invoiceDate": "2026-03-01"})
    scheduled = company.bill({"id": vendor}, invoice={"invoiceNumber": "BK-3", "invoiceDate": "2026-03-01"})
    made = [
        company.v3("POST", "payments", company.payment_body(bill, processDate=day)).ok(201)
        for bill, day in ((collected, "2026-03-06"), (scheduled, "2026-03-20"))
    ]
    company.advance(days=25)
    first, second = (company.v3("GET", f"payments/{payment['id']}").ok() for payment in made)
    assert (first["singleStatus"], second["singleStatus"]) == ("DISBURSEMENT_FAILED_ACTION_NEEDED", "VOIDED")
    transfers = company.sim("GET", "transfers").ok()["results"]
    ended = sorted((one["status"], one["rail"]) for one in transfers if one.get("returnCode") == "AC03")
    assert ended == [("cancelled", "ach"), ("cancelled", "international"), ("returned", "international")]
    assert balances(company)["money_out_clearing", "USD"] == 2 * first["amount"]
