"""Paying abroad on v2: held rates, and how far the money is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wire.api import Company
from tests.wire.test_v3_international_payments import a_bill, a_vendor, ask, paid
from tests.wire.test_v3_international_vendors import AUSTRALIAN


def quoted(company: Company, *vendor_data: dict[str, Any]) -> dict[str, Any]:
    return dict(company.v2("GetDynamicExchangeRateQuote", {"vendorData": list(vendor_data)}).ok()["response_data"])


def asked(vendor_id: str, amount: float = 1000, kind: str = "POC3") -> dict[str, Any]:
    return {"vendorId": vendor_id, "totalAmount": amount, "type": kind}


def test_v2_holds_the_rates_that_v3_holds(company: Company) -> None:
    german, australian = a_vendor(company), a_vendor(company, AUSTRALIAN)
    found = quoted(company, asked(german), asked(australian, 1_000_000))
    on_v3 = ask(company, german, "1000")
    assert found["batchId"] == on_v3["exchangeRateBatchId"] - 1
    assert found["exchangeRates"][0] == {
        "paymentCurrency": "EUR", "exchangeRate": on_v3["exchangeRate"], "validFrom": on_v3["amountRange"]["from"],
        "validTo": on_v3["amountRange"]["to"], "vendorId": german,
    }  # fmt: skip
    assert (found["exchangeRates"][1]["paymentCurrency"], found["exchangeRates"][1]["validTo"]) == ("AUD", None)


def test_v2_pays_at_the_rate_that_v2_held(company: Company) -> None:
    bill = a_bill(company, a_vendor(company))
    held = quoted(company, asked(bill["vendorId"]))
    data = {
        "bankAccountId": company.bank_account_id, "billPays": [{"billId": bill["id"], "amount": 1000}],
        "batchId": held["batchId"],
    }  # fmt: skip
    (sent,) = company.v2("PayBills", data).ok()["response_data"]["sentPays"]
    assert sent["exchangeRate"] == held["exchangeRates"][0]["exchangeRate"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"type": "POC9"}, "BDC_1129"),
        ({"type": None}, "BDC_1117"),
        ({"totalAmount": None}, "BDC_1117"),
        ({"totalAmount": 0}, "BDC_1119"),
        ({"vendorId": None}, "BDC_1117"),
        ({"vendorId": "00901NOBODYNOBODY1abc"}, "BDC_1120"),
    ],
)
def test_what_makes_no_sense_is_refused(company: Company, changes: dict[str, Any], code: str) -> None:
    refused = quoted(company, asked(a_vendor(company)) | changes)
    assert refused["error_code"] == code


def test_who_may_not_pay_holds_no_rate(company: Company) -> None:
    vendor = a_vendor(company)
    company.sign_in_as("CLERK")
    assert quoted(company, asked(vendor))["error_code"] == "BDC_1150"


def test_a_transfer_abroad_has_no_data_of_ach(company: Company) -> None:
    payment = paid(company, a_bill(company, a_vendor(company)))
    found = company.v2("GetDisbursementData", {"sentPayId": payment["id"]}).ok()["response_data"]
    assert found == {"paymentType": "5", "disbursementStatus": None}
    company.advance(to="2026-03-06T15:00:00Z")
    found = company.v2("GetDisbursementData", {"sentPayId": payment["id"]}).ok()["response_data"]
    assert found == {"paymentType": "5", "disbursementStatus": "0"}
    company.advance(days=5)
    found = company.v2("GetDisbursementData", {"sentPayId": payment["id"]}).ok()["response_data"]
    assert found == {"paymentType": "5", "disbursementStatus": "3"}


def test_v2_pays_at_a_held_rate_by_the_number_of_its_batch(company: Company) -> None:
    bill = a_bill(company, a_vendor(company))
    held = ask(company, bill["vendorId"], "1000")
    data = {"bankAccountId": company.bank_account_id, "billPays": [{"billId": bill["id"], "amount": 1000}]}
    refused = company.v2("PayBills", data).ok()
    assert refused["response_data"]["error_code"] == "BDC_1117"
    paid_now = company.v2("PayBills", data | {"batchId": held["exchangeRateBatchId"]}).ok()
    (sent,) = paid_now["response_data"]["sentPays"]
    assert (sent["exchangeRate"], sent["amount"], sent["paymentType"]) == (held["exchangeRate"], 1000, "5")
