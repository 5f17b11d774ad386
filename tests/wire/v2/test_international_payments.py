"""Paying abroad on v2: held rates, and how far the money is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wire.abroad import AUSTRALIAN, YEN, a_bill, a_vendor, ask, paid
from tests.wire.api import Company
from tests.wire.v2.conftest import with_vintage
from tests.wire.v2.talk import create, data_of, error_of, listed, message_of, read, update, where


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


@pytest.mark.parametrize("entity", ["SentPay", "BillPay"])
def test_a_payment_in_yen_is_found_and_sorted_by_the_amount_that_is_shown(company: Company, entity: str) -> None:
    yen = paid(company, a_bill(company, a_vendor(company, YEN, paymentPurpose={"text": "Rent"}), "5000"))
    dollars = company.pay(company.bill(), 60).ok(201)

    def found(**data: Any) -> list[str]:
        shown = listed(company, entity, **data)
        return [one["id"] if entity == "SentPay" else one["sentPayId"] for one in shown]

    assert found(filters=[where("amount", "=", "5000")]) == [yen["id"]]
    assert found(filters=[where("amount", "in", "50,60")]) == [dollars["id"]]
    assert found(filters=[where("amount", "<", 61)]) == [dollars["id"]]
    assert found(sort=[{"field": "amount", "asc": True}]) == [dollars["id"], yen["id"]]


# Accounts abroad, as clients that speak v2 alone set them up


def an_account(company: Company, vendor_id: str, **fields: Any) -> Any:
    return company.v2(
        "Crud/Create/VendorBankAccount", {"obj": {"entity": "VendorBankAccount", "vendorId": vendor_id} | fields}
    )


def test_a_client_of_v2_alone_pays_a_vendor_in_canada(company: Company) -> None:
    vendor = create(company, "Vendor", name="Maple", billCurrency="CAD", addressCountry="Canada")["id"]
    data_of(an_account(company, vendor, accountNumber="1234567", routingNumber="000312345"))
    held = quoted(company, asked(vendor, 15))
    (rate,) = held["exchangeRates"]
    assert rate["paymentCurrency"] == "CAD"
    line = {"entity": "BillLineItem", "amount": 15}
    bill = create(
        company, "Bill", vendorId=vendor, invoiceNumber="14800", exchangeRate=rate["exchangeRate"],
        invoiceDate="2026-03-01", dueDate="2026-03-31", billLineItems=[line],
    )["id"]  # fmt: skip
    data = {"batchId": held["batchId"], "billPays": [{"billId": bill, "amount": 15}]}
    (sent,) = company.v2("PayBills", data).ok()["response_data"]["sentPays"]
    assert (sent["paymentType"], sent["amount"]) == ("5", 15)


@pytest.mark.parametrize("country", ["DE", "Germany"])
def test_an_account_that_v2_says_is_in_germany_is_not_taken_for_one_in_the_us(company: Company, country: str) -> None:
    vendor = create(company, "Vendor", name="Drachen")["id"]
    number = {"accountNumber": "DE89370400440532013000", "bankCountry": country, "paymentCurrency": "EUR"}
    refused = an_account(company, vendor, **number, routingNumber="121000358")
    assert message_of(refused) == "Invalid field,value: routingNumber, must be: BIC of the bank, 8 or 11 characters"
    newest = with_vintage(company, "2024")
    made = data_of(an_account(newest, vendor, **number, routingNumber="COBADEFFXXX"))
    assert (made["intlEPaymentAcct"], made["paymentCurrency"], made["bankCountry"]) == (True, "EUR", "DE")
    shown = read(newest, "Vendor", vendor)
    assert (shown["payBy"], shown["paymentCurrency"], shown["bankCountry"]) == ("5", "EUR", "DE")
    assert company.v3("GET", f"vendors/{vendor}/bank-account").ok()["bankCountry"] == "DE"


def test_what_brazil_wants_of_an_account_is_said_on_v2_in_the_order_of_the_country(company: Company) -> None:
    newest = with_vintage(company, "2024")
    vendor = create(newest, "Vendor", name="Ipanema", billCurrency="BRL", addressCountry="BR", paymentPurpose="GDS")
    assert vendor["paymentPurpose"] == "GDS"
    aimless = create(company, "Vendor", name="Leblon", billCurrency="BRL", addressCountry="BR")["id"]
    number = {"accountNumber": "BR1800360305000010009795493C1", "routingNumber": "CEFXBRSP"}
    missing = an_account(newest, vendor["id"], **number)
    assert "lacks taxNumber" in message_of(missing)
    refused = an_account(newest, aimless, **number, regulatory1="11222333000181", regulatory2="00360")
    assert message_of(refused).startswith("Invalid field,value: paymentPurpose, must be one of GDS")
    made = data_of(an_account(newest, vendor["id"], **number, regulatory1="11222333000181", regulatory2="00360"))
    assert [made[f"regulatory{place}"] for place in range(1, 8)] == [
        "**********0181", "*0360", None, None, None, None, None,
    ]  # fmt: skip
    on_v3 = company.v3("GET", f"vendors/{vendor['id']}").ok()["paymentInformation"]
    assert on_v3["paymentPurpose"] == {"code": {"name": "Goods", "value": "GDS"}}
    data_of(update(newest, "Vendor", vendor["id"], paymentPurpose="SVC"))
    assert read(newest, "Vendor", vendor["id"])["paymentPurpose"] == "SVC"


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ({"bankCountry": "Atlantis"}, "bankCountry, Atlantis"),
        ({"paymentCurrency": "XXZ"}, "paymentCurrency, XXZ"),
        ({"regulatory2": "1"}, "regulatory2, is not asked for by the country"),
        ({"paymentCurrency": "EUR"}, "bankCountry, must be given: a bank in the US pays in USD"),
    ],
)
def test_where_an_account_cannot_be_is_told_in_the_words_of_v2(
    company: Company, said: dict[str, str], named: str
) -> None:
    vendor = create(company, "Vendor", name="Blue Kite", addressCountry="USA")["id"]
    refused = an_account(company, vendor, accountNumber="1234567", routingNumber="121000358", **said)
    assert (error_of(refused), message_of(refused)) == ("BDC_1119", f"Invalid field,value: {named}")


def test_v3_knows_the_country_that_v2_was_told_by_its_name(company: Company) -> None:
    vendor = create(company, "Vendor", name="Maple", billCurrency="CAD", addressCountry="Canada")["id"]
    asks = company.v3("GET", f"vendors/{vendor}/configuration").ok()["internationalPayments"]["validations"]["fields"]
    assert asks[1]["description"].startswith("Nine digits")
    account = {"accountNumber": "1234567", "routingNumber": "000312345", "paymentCurrency": "CAD"}
    made = company.v3("POST", f"vendors/{vendor}/bank-account", account).ok()
    assert made["bankCountry"] == "CA"
    at_home = create(company, "Vendor", name="Blue Kite", addressCountry="USA")["id"]
    asks = company.v3("GET", f"vendors/{at_home}/configuration").ok()["internationalPayments"]["validations"]["fields"]
    assert asks == []
