"""What serializers send that write every field: nulls, and countries that are none (contract: core §1.1, §1.4)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wire.api import Company

ADDRESS = {"line1": "9 Pine Rd", "city": "Reno", "zipOrPostalCode": "89501", "country": "US"}
VENDOR = {"name": "Blue Kite Paper", "address": ADDRESS}


@pytest.mark.parametrize(
    ("path", "body", "nulls"),
    [
        ("vendors", VENDOR, "shortName accountType paymentInformation additionalInfo billCurrency autoPay"),
        ("customers", {"name": "Band", "email": "ar@ex.example"}, "contact accountType invoiceCurrency billingAddress"),
        ("classifications/chart-of-accounts", {"name": "Office"}, "description parentId account"),
        (
            "funding-accounts/banks",
            {
                "nameOnAccount": "K", "routingNumber": "074000010", "accountNumber": "1122332333",
                "type": "CHECKING", "ownerType": "BUSINESS", "bankName": "Operating",
            },
            "accessToAdmins chartOfAccountId",
        ),
    ],
)  # fmt: skip
def test_a_null_in_a_new_object_is_what_is_left_out(
    company: Company, path: str, body: dict[str, Any], nulls: str
) -> None:
    plain = company.v3("POST", path, body).ok(201)
    written_out = company.v3("POST", path, body | dict.fromkeys(nulls.split())).ok(201)
    assert written_out | {"id": ""} == plain | {"id": ""}


def test_nulls_inside_lines_and_bulk_elements_are_left_out_too(company: Company) -> None:
    bill = company.bill()
    line = {"id": bill["billLineItems"][0]["id"], "amount": 12.34, "description": None, "classifications": None}
    body = {"vendorId": bill["vendorId"], "dueDate": "2026-04-10", "invoice": bill["invoice"], "billApprovals": None}
    replaced = company.v3("PUT", f"bills/{bill['id']}", body | {"billLineItems": [line]}).ok()
    assert replaced["billLineItems"] == [{"id": line["id"], "amount": 12.34}]
    made = company.v3("POST", "vendors/bulk", [VENDOR | {"additionalInfo": None}]).ok(201)["vendors"]
    assert made[0]["additionalInfo"] == {"track1099": False, "combinePayments": True}


def test_what_is_required_may_not_be_null(company: Company) -> None:
    refused = company.v3("POST", "vendors", {"name": None, "address": None, "additionalInfo": None})
    assert refused.status == 400
    assert [error["message"] for error in refused.json] == ["name: must not be null", "address: must not be null"]


def test_amounts_keep_their_digits_beside_nulls(company: Company) -> None:
    vendor = company.vendor()
    body = {
        "vendorId": vendor["id"], "dueDate": "2026-04-10", "invoice": {"invoiceNumber": "1", "invoiceDate": "2026-03-01"},
        "billLineItems": [{"amount": None, "quantity": 3, "price": 0.1}, {"amount": 1234567.89}], "billApprovals": None,
    }  # fmt: skip
    assert company.v3("POST", "bills", body).ok(201)["amount"] == 1234568.19


@pytest.mark.parametrize("country", ["ZZ", "us", "USA", ""])
def test_a_country_that_is_none_is_refused(company: Company, country: str) -> None:
    addressed = {"address": ADDRESS | {"country": country}}
    refused = [company.v3("POST", "vendors", VENDOR | addressed)]
    refused.append(company.v3("PATCH", f"organizations/{company.made['organizationId']}", addressed))
    for reply in refused:
        assert (reply.status, reply.json[0]["message"]) == (400, "address.country: invalid value")


def test_any_country_is_answered_with_its_name(company: Company) -> None:
    made = company.v3("POST", "vendors", VENDOR | {"address": ADDRESS | {"country": "MG"}}).ok(201)
    assert made["address"]["countryName"] == "Madagascar"


def test_a_country_that_is_none_asks_nothing_of_vendors(company: Company) -> None:
    asked = {"country": "ZZ", "billCurrency": "USD", "accountType": "BUSINESS"}
    refused = company.v3("GET", "vendors/configuration/international-payments", **asked)
    assert (refused.status, refused.codes) == (400, ["BDC_1129"])


@pytest.mark.parametrize("part", ["line1", "city", "zipOrPostalCode", "country"])
def test_a_patch_does_not_take_away_a_part_that_every_address_has(company: Company, part: str) -> None:
    path = f"vendors/{company.vendor()['id']}"
    refused = company.v3("PATCH", path, {"address": {part: None}})
    assert (refused.status, refused.json[0]["message"]) == (400, f"address.{part}: must not be null")


def test_an_empty_text_kept_by_v3_is_null_on_v2(company: Company) -> None:
    bill = company.bill(description="")
    assert company.v2("Crud/Read/Bill", {"id": bill["id"]}).json["response_data"]["description"] is None
    assert company.v2("List/Bill", {"start": 0}).json["response_data"][0]["description"] is None


@pytest.mark.parametrize("country", ["USA", "United States", "US"])
def test_a_country_that_v2_was_told_by_its_name_has_its_letters_on_v3(company: Company, country: str) -> None:
    sent = {"obj": {"entity": "Vendor", "name": "Blue Kite Paper", "address1": "9 Pine Rd", "addressCountry": country}}
    made = company.v2("Crud/Create/Vendor", sent).json["response_data"]
    assert made["addressCountry"] == country
    path = f"vendors/{made['id']}"
    shown = company.v3("GET", path).ok()
    assert shown["address"] == {"line1": "9 Pine Rd", "country": "US", "countryName": "United States"}
    assert company.v3("PATCH", path, shown).ok()["address"] == shown["address"]


def test_a_wrong_bank_account_of_a_new_vendor_is_named_where_it_stands(company: Company) -> None:
    account = {"accountNumber": "12 34", "routingNumber": "12"}
    body = VENDOR | {"paymentInformation": {"bankAccount": account}}
    refused = company.v3("POST", "vendors", body)
    places = [error["message"].partition(":")[0] for error in refused.json]
    assert places == [f"paymentInformation.bankAccount.{name}" for name in ("routingNumber", "accountNumber")]
    path = f"vendors/{company.v3('POST', 'vendors', VENDOR).ok(201)['id']}/bank-account"
    refused = company.v3("POST", path, account)
    assert [error["message"].partition(":")[0] for error in refused.json] == ["routingNumber", "accountNumber"]


def test_a_currency_that_is_none_is_refused_on_both_faces(company: Company) -> None:
    bank_account = {"accountNumber": "1234567", "routingNumber": "074000010", "paymentCurrency": "QQQ"}
    for path, body, place in (
        ("vendors", VENDOR | {"billCurrency": "QQQ"}, "billCurrency"),
        ("customers", {"name": "Band", "email": "ar@ex.example", "invoiceCurrency": "QQQ"}, "invoiceCurrency"),
        (f"vendors/{company.vendor(None)['id']}/bank-account", bank_account, "paymentCurrency"),
    ):
        refused = company.v3("POST", path, body)
        assert (refused.status, refused.json[0]["message"]) == (400, f"{place}: invalid value")
    sent = {"obj": {"entity": "Vendor", "name": "Blue Kite Paper", "billCurrency": "QQQ"}}
    on_v2 = company.v2("Crud/Create/Vendor", sent).json["response_data"]
    assert on_v2 == {"error_code": "BDC_1119", "error_message": "Invalid field,value: billCurrency, QQQ"}
    asked = {"country": "CA", "billCurrency": "QQQ", "accountType": "BUSINESS"}
    assert company.v3("GET", "vendors/configuration/international-payments", **asked).codes == ["BDC_1129"]


@pytest.mark.parametrize("members", ["PERSON,BUSINESS", '"PERSON,BUSINESS"', '"PERSON","BUSINESS"'])
def test_a_list_in_a_filter_is_quoted_as_a_whole_or_by_its_members(company: Company, members: str) -> None:
    company.v3("POST", "vendors", VENDOR | {"accountType": "PERSON"}).ok(201)
    company.v3("POST", "vendors", VENDOR).ok(201)
    found = company.v3("GET", "vendors", filters=f"accountType:in:{members},archived:eq:false").ok()["results"]
    assert [vendor["accountType"] for vendor in found] == ["PERSON"]
