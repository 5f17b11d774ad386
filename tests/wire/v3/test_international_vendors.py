"""Vendors with a bank account abroad: what their country asks is what is enforced."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wire.abroad import AUSTRALIAN, BRAZILIAN, GERMAN, GOODS, vendor_body
from tests.wire.api import Company, Reply

PLACE = "paymentInformation.bankAccount.regulatoryFields"


def refused(company: Company, account: dict[str, Any], currency: str = "EUR", **information: Any) -> list[str]:
    reply = company.v3("POST", "vendors", vendor_body(account, currency, **information))
    assert reply.status == 400, reply.text
    assert set(reply.codes) == {"BDC_1119"}
    return [error["message"] for error in reply.json]


def test_a_vendor_in_germany_is_paid_to_an_iban_without_a_bank_code(company: Company) -> None:
    made = company.v3("POST", "vendors", vendor_body(GERMAN, "EUR")).ok(201)["paymentInformation"]
    assert (made["payByType"], made["payBySubType"]) == ("INTERNATIONAL_E_PAYMENT", "LOCAL")
    assert made["bankAccount"] == {
        "nameOnAccount": "Kite GmbH", "accountNumber": "*" * 18 + "3000", "routingNumber": "", "type": "CHECKING",
        "ownerType": "BUSINESS", "paymentCurrency": "EUR", "bankCountry": "DE",
    }  # fmt: skip


def test_a_vendor_in_australia_is_paid_by_its_bsb(company: Company) -> None:
    made = company.v3("POST", "vendors", vendor_body(AUSTRALIAN, "AUD")).ok(201)["paymentInformation"]
    assert (made["bankAccount"]["routingNumber"], made["payBySubType"]) == ("062000", "LOCAL")


def test_a_vendor_in_brazil_needs_tax_number_and_purpose(company: Company) -> None:
    made = company.v3("POST", "vendors", vendor_body(BRAZILIAN, "BRL", paymentPurpose=GOODS)).ok(201)
    shown = made["paymentInformation"]
    assert (shown["payBySubType"], shown["paymentPurpose"]) == ("IACH", GOODS)
    assert shown["bankAccount"]["regulatoryFields"] == [
        {"name": "taxNumber", "value": "**********0181"},
        {"name": "branchCode", "value": "*0360"},
    ]
    without = BRAZILIAN | {"regulatoryFields": [], "type": None, "ownerType": None}
    assert refused(company, without, "BRL") == [
        "paymentInformation.bankAccount.type: must not be null",
        "paymentInformation.bankAccount.ownerType: must not be null",
        f"{PLACE}: lacks taxNumber: Tax number: 11 digits of a person, 14 of a company",
        "paymentInformation.paymentPurpose.code.value: must be one of GDS, RNT, ROY, SAL, SVC",
    ]


@pytest.mark.parametrize("kind", ["PERSON", "BUSINESS", "NONE"])
def test_what_brazil_is_said_to_require_is_enough_for_whoever_the_vendor_is(company: Company, kind: str) -> None:
    """Who had not said which of the two it is was asked for the numbers of both, and refused with both."""
    query = {"country": "BR", "billCurrency": "BRL", "accountType": kind}
    asked = company.v3("GET", "vendors/configuration/international-payments", **query).ok()["validations"]["fields"]
    numbers = [field for field in asked if field["required"] and field["name"] not in BRAZILIAN]
    assert [field["name"] for field in numbers] == ["taxNumber"]
    fields = [{"name": "taxNumber", "value": "12345678909"}]
    account = BRAZILIAN | {"ownerType": "PERSON", "regulatoryFields": fields}
    body = vendor_body(account, "BRL", paymentPurpose=GOODS) | {"accountType": kind}
    assert company.v3("POST", "vendors", body).status == 201
    twelve = account | {"regulatoryFields": [{"name": "taxNumber", "value": "123456789012"}]}
    assert len(refused(company, twelve, "BRL", paymentPurpose=GOODS)) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"accountNumber": "DE89370400440532013001"}, "accountNumber: fails the IBAN checksum"),
        ({"accountNumber": "FR1420041010050500013M02606"}, "accountNumber: must be: IBAN, 22 characters"),
        ({"accountNumber": "0532013000"}, "accountNumber: must be: IBAN, 22 characters"),
        ({"routingNumber": "074000010"}, "routingNumber: must be: BIC of the bank, 8 or 11 characters"),
        ({"paymentCurrency": None}, "paymentCurrency: must not be null"),
        ({"paymentCurrency": "JPY"}, "paymentCurrency: must be one of EUR, USD"),
        ({"paymentCurrency": "USD"}, "paymentCurrency: must be that of the vendor's bills, EUR"),
        ({"bankCountry": "SY"}, "bankCountry: is a country that no money goes to"),
        ({"regulatoryFields": [{"name": "x", "value": "1"}]}, "regulatoryFields: is not asked for by the country"),
    ],
)
def test_what_does_not_fit_the_country_is_refused(company: Company, changes: dict[str, Any], field: str) -> None:
    assert f"paymentInformation.bankAccount.{field}" in refused(company, GERMAN | changes)


def test_no_refusal_shows_a_number(company: Company) -> None:
    for account in (GERMAN | {"accountNumber": "DE89370400440532013001"}, BRAZILIAN | {"accountNumber": "BR1"}):
        reply = company.v3("POST", "vendors", vendor_body(account, account["paymentCurrency"]))
        assert account["accountNumber"] not in reply.text
        assert "11222333000181" not in reply.text


def test_how_money_goes_abroad_can_be_chosen_where_there_is_a_choice(company: Company) -> None:
    wire = company.v3("POST", "vendors", vendor_body(GERMAN, "EUR", payBySubType="WIRE")).ok(201)
    assert wire["paymentInformation"]["payBySubType"] == "WIRE"
    assert refused(company, GERMAN, payBySubType="IACH") == [
        "paymentInformation.payBySubType: must be one of LOCAL, WIRE"
    ]


def test_a_vendor_billed_in_dollars_may_be_paid_in_another_currency(company: Company) -> None:
    made = company.v3("POST", "vendors", vendor_body(GERMAN, "USD")).ok(201)
    assert made["paymentInformation"]["bankAccount"]["paymentCurrency"] == "EUR"


def test_a_bank_in_an_unlisted_country_is_found_by_its_bic(company: Company) -> None:
    account = {"accountNumber": "0010 2233 44", "bankCountry": "KE", "paymentCurrency": "KES"}
    assert refused(company, account, "KES") == [
        "paymentInformation.bankAccount.routingNumber: must be: BIC of the bank, 8 or 11 characters"
    ]
    made = company.v3("POST", "vendors", vendor_body(account | {"routingNumber": "BARCKENX"}, "KES")).ok(201)
    assert made["paymentInformation"]["payBySubType"] == "WIRE"


def test_a_bank_at_home_pays_in_dollars(company: Company) -> None:
    account = {"accountNumber": "000456789123", "routingNumber": "322271627"}
    vendor = company.vendor(None)["id"]
    path = f"vendors/{vendor}/bank-account"
    euros = company.v3("POST", path, account | {"paymentCurrency": "EUR"})
    assert euros.json[0]["message"] == "bankCountry: must be given: a bank in the US pays in USD"
    named = company.v3("POST", path, account | {"regulatoryFields": [{"name": "taxNumber", "value": "1"}]})
    assert named.json[0]["message"] == "regulatoryFields: is for a bank account abroad"
    assert company.v3("POST", path, account | {"bankCountry": "US", "paymentCurrency": "USD"}).ok()
    assert "payBySubType" not in company.v3("GET", f"vendors/{vendor}").ok()["paymentInformation"]


def test_an_account_added_later_makes_the_vendor_international_until_it_is_removed(company: Company) -> None:
    vendor = company.vendor(None, billCurrency="EUR")["id"]
    path = f"vendors/{vendor}/bank-account"
    assert company.v3("POST", path, GERMAN).ok()["bankCountry"] == "DE"
    assert company.v3("GET", path).ok()["accountNumber"].endswith("3000")
    assert company.v3("GET", f"vendors/{vendor}").ok()["paymentInformation"]["payByType"] == "INTERNATIONAL_E_PAYMENT"
    company.v3("DELETE", path).ok(204)
    assert company.v3("GET", f"vendors/{vendor}").ok()["paymentInformation"]["payByType"] == "CHECK"


def test_a_country_that_wants_a_purpose_wants_it_of_the_vendor_before_the_account(company: Company) -> None:
    vendor = company.vendor(None, billCurrency="BRL")["id"]
    path = f"vendors/{vendor}/bank-account"
    reply = company.v3("POST", path, BRAZILIAN)
    assert (reply.status, reply.codes) == (400, ["BDC_1119"])
    company.v3("PATCH", f"vendors/{vendor}", {"paymentInformation": {"paymentPurpose": GOODS}}).ok()
    company.v3("POST", path, BRAZILIAN).ok()
    text = {"paymentInformation": {"paymentPurpose": {"text": "Paper"}}}
    assert company.v3("PATCH", f"vendors/{vendor}", text).codes == ["BDC_1119"]
    configured = company.v3("GET", f"vendors/{vendor}/configuration").ok()["internationalPayments"]
    assert configured["paymentPurpose"]["codes"][0] == {"name": "Goods", "value": "GDS"}


def test_the_bill_currency_stays_that_of_the_account_abroad(company: Company) -> None:
    vendor = company.v3("POST", "vendors", vendor_body(GERMAN, "EUR")).ok(201)["id"]
    reply = company.v3("PATCH", f"vendors/{vendor}", {"billCurrency": "JPY"})
    assert (reply.status, reply.codes) == (400, ["BDC_1119"])
    company.v3("PATCH", f"vendors/{vendor}", {"billCurrency": "USD"}).ok()


def test_money_goes_to_a_vendor_in_another_way_from_now_on(company: Company) -> None:
    vendor = company.v3("POST", "vendors", vendor_body(GERMAN, "EUR")).ok(201)["id"]

    def patch(sub_type: str) -> Reply:
        return company.v3("PATCH", f"vendors/{vendor}", {"paymentInformation": {"payBySubType": sub_type}})

    assert patch("WIRE").ok()["paymentInformation"]["payBySubType"] == "WIRE"
    assert patch("NONE").ok()["paymentInformation"]["payBySubType"] == "LOCAL"
    wrong = patch("IACH")
    assert (wrong.status, wrong.codes) == (400, ["BDC_1119"])
    assert wrong.json[0]["message"] == "paymentInformation.payBySubType: must be one of LOCAL, WIRE"
    assert patch("ACH").codes == ["BDC_1119"]


def test_money_goes_to_a_vendor_at_home_by_ach_alone(company: Company) -> None:
    vendor = company.vendor()["id"]
    for sub_type, status in (("ACH", 200), ("NONE", 200), ("WIRE", 400)):
        body = {"paymentInformation": {"payBySubType": sub_type}}
        assert company.v3("PATCH", f"vendors/{vendor}", body).status == status


def test_an_account_that_cannot_be_at_home_is_where_the_vendor_is(company: Company) -> None:
    """As BILL's own collection of requests has it, which knows no bankCountry."""
    said_nowhere = {name: value for name, value in GERMAN.items() if name != "bankCountry"}
    body = vendor_body(GERMAN, "EUR")
    body["paymentInformation"]["bankAccount"] = said_nowhere
    made = company.v3("POST", "vendors", body | {"billCurrency": "EUR"}).ok(201)["paymentInformation"]
    assert (made["payByType"], made["bankAccount"]["bankCountry"]) == ("INTERNATIONAL_E_PAYMENT", "DE")
    in_dollars = company.v3("POST", "vendors", vendor_body(GERMAN, "USD") | {"paymentInformation": {}}).ok(201)
    path = f"vendors/{in_dollars['id']}/bank-account"
    assert company.v3("POST", path, said_nowhere | {"paymentCurrency": "USD"}).ok()["bankCountry"] == "DE"
    company.v3("DELETE", path)
    at_home = {"accountNumber": "000555666777", "routingNumber": "074000010"}
    assert "bankCountry" not in company.v3("POST", path, at_home).ok()
    reply = company.v3("POST", f"vendors/{company.vendor(None)['id']}/bank-account", said_nowhere)
    assert "bankCountry: must be given: a bank in the US pays in USD" in [error["message"] for error in reply.json]


def test_all_that_is_wrong_with_a_question_about_a_country_is_said_at_once(company: Company) -> None:
    path = "vendors/configuration/international-payments"
    reply = company.v3("GET", path, country="KP", billCurrency="ZZZ", accountType="ROBOT")
    assert (reply.status, reply.codes) == (400, ["BDC_1129"] * 3)
