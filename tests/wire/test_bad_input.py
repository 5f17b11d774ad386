"""Bad input gets a clear error in the face's own form, and changes nothing."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.wire.api import Api, Company


def _dump(company: Company) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    with company.api.installed.database.transaction(write=False) as tx:
        tables = [name for (name,) in tx.all("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {name: tx.all(f"SELECT * FROM {name} ORDER BY 1, 2") for name in tables}


def _bill_body(company: Company, **changes: Any) -> dict[str, Any]:
    return {
        "vendorId": company.ids["vendorId"],
        "dueDate": "2026-04-10",
        "invoice": {"invoiceNumber": "1", "invoiceDate": "2026-03-01"},
        "billLineItems": [{"amount": 10}],
    } | changes


_LINES_1001 = [{"amount": 1}] * 1001
_DEEP = b'{"a":' * 100_000

BAD_BILLS: dict[str, Any] = {
    "no such date": {"dueDate": "2026-02-30"},
    "a date that is text": {"dueDate": "soon"},
    "a total below zero": {"billLineItems": [{"amount": -1}]},
    "an amount beyond all money": {"billLineItems": [{"amount": 1e308}]},
    "an amount of text": {"billLineItems": [{"amount": "much"}]},
    "not a number": {"billLineItems": [{"amount": "NaN"}]},
    "infinity": {"billLineItems": [{"amount": "Infinity"}]},
    "half a cent": {"billLineItems": [{"amount": 1.005}]},
    "an endless quantity": {"billLineItems": [{"quantity": "1e400", "price": 2}]},
    "no amount at all": {"billLineItems": [{"description": "?"}]},
    "no lines": {"billLineItems": []},
    "1,001 lines": {"billLineItems": _LINES_1001},
    "lines that are no list": {"billLineItems": {"amount": 1}},
    "an object for a text": {"description": {"a": 1}},
    "a number for an id": {"vendorId": 7},
    "null for what is needed": {"vendorId": None},
    "an invoice of text": {"invoice": "BK-1"},
    "a blank invoice number": {"invoice": {"invoiceNumber": " ", "invoiceDate": "2026-03-01"}},
    "a text without end": {"description": "x" * 4001},
    "a vendor from nowhere": {"vendorId": "00901AAAAAAAAAAA1abc"},
    "an account from nowhere": {
        "billLineItems": [{"amount": 1, "classifications": {"chartOfAccountId": "0ca01AAAAAAAAAAA1abc"}}]
    },
    "a customer from nowhere": {
        "billLineItems": [{"amount": 1, "classifications": {"customerId": "0cu01AAAAAAAAAAA1abc"}}]
    },
}


@pytest.fixture
def company(embedded: Api) -> Company:
    made = embedded.company()
    made.ids["vendorId"] = made.vendor()["id"]
    return made


@pytest.mark.parametrize("change", BAD_BILLS.values(), ids=BAD_BILLS.keys())
def test_a_bad_bill_is_refused_and_leaves_no_trace(company: Company, change: dict[str, Any]) -> None:
    before = _dump(company)
    reply = company.v3("POST", "bills", _bill_body(company, **change))
    assert reply.status in {400, 404}, reply.text
    for error in reply.json:
        assert set(error) >= {"timestamp", "code", "severity", "category", "message"}
        assert error["code"].startswith("BDC_")
    assert _dump(company) == before


@pytest.mark.parametrize(
    "body",
    [b"{", b"nonsense", b"[]", b'"text"', b"\xff\xfe", b"", b"null", _DEEP, b'{"vendorId":"\\ud800"}', b"1" * 5_000_000],
    ids=["cut off", "no JSON", "a list", "a text", "no UTF-8", "nothing", "null", "deep nesting", "half a character", "5 MB"],
)  # fmt: skip
def test_a_body_that_is_no_bill_is_refused(company: Company, body: bytes) -> None:
    before = _dump(company)
    reply = company.v3("POST", "bills", body)
    assert reply.status in {400, 413}, reply.text[:200]
    assert reply.codes[0].startswith("BDC_")
    assert _dump(company) == before


@pytest.mark.parametrize(
    "name", ["Robert'); DROP TABLE vendors;--", "<script>alert(1)</script>", "🪁 Kite & Söhne", "a\u0000b", "x" * 100]
)
def test_any_text_is_kept_as_it_is(company: Company, name: str) -> None:
    reply = company.v3(
        "POST",
        "vendors",
        {"name": name, "address": {"line1": "1", "city": "2", "zipOrPostalCode": "3", "country": "US"}},
    )
    if "\0" in name:
        assert reply.status == 400
        return
    assert reply.ok(201)["name"] == name
    assert company.v3("GET", "vendors", filters=f"name:eq:{json.dumps(name, ensure_ascii=False)}").status == 200


def test_a_vendor_with_a_bad_bank_account_is_not_made(company: Company) -> None:
    before = _dump(company)
    for account in (
        {"accountNumber": "", "routingNumber": "322271627"},
        {"accountNumber": "1" * 18, "routingNumber": "322271627"},
        {"accountNumber": "12 34", "routingNumber": "322271627"},
        {"accountNumber": "1234", "routingNumber": "322271628"},
        {"accountNumber": "1234", "routingNumber": "12"},
    ):
        body = {"name": "V", "address": {"line1": "1", "city": "2", "zipOrPostalCode": "3", "country": "US"}}
        reply = company.v3("POST", "vendors", body | {"paymentInformation": {"bankAccount": account}})
        assert reply.status == 400, account
        assert not account["accountNumber"] or account["accountNumber"] not in reply.text
    assert _dump(company) == before


def test_a_percent_sign_before_zeros_is_a_text_and_an_escaped_nul_is_not(company: Company) -> None:
    made = company.vendor(None, name="5%00 off")
    assert made["name"] == "5%00 off"
    vendor = {"obj": {"entity": "Vendor", "name": "5%00 off"}}
    assert company.v2("Crud/Create/Vendor", vendor).json["response_data"]["name"] == "5%00 off"
    raw = urlencode({"devKey": company.made["devKey"], "sessionId": company.made["sessionId"]}) + "&data=%00{}"
    reply = company.api.send("POST", "/api/v2/List/Vendor.json", raw.encode())
    assert reply.json["response_data"]["error_code"] == "BDC_1122"


FORGED: dict[str, tuple[str, list[Any]]] = {
    "a number beyond 64 bits": ("", [2**63]),
    "a number far below zero": ("", [-(2**70)]),
    "a text for the ordinal": ("", ["x"]),
    "a truth for the ordinal": ("", [True]),
    "a day that is a number": ("dueDate:asc", [5, 1]),
    "an amount that is a text": ("amount", ["1", 1]),
    "a character that no text holds": ("createdTime", ["\0", 1]),
    "too few values": ("createdTime", [1]),
}


@pytest.mark.parametrize(("sort", "values"), FORGED.values(), ids=FORGED.keys())
def test_a_forged_page_token_is_refused_on_both_databases(api: Api, sort: str, values: list[Any]) -> None:
    token = base64.urlsafe_b64encode(json.dumps(["", sort, values, False]).encode()).decode().rstrip("=")
    reply = api.company().v3("GET", "bills", page=token)
    assert (reply.status, reply.codes) == (400, ["BDC_1129"])


def test_a_character_that_no_text_holds_is_refused_in_the_filters_of_a_forged_page_token(api: Api) -> None:
    token = base64.urlsafe_b64encode(json.dumps(["name:eq:\0", "", [1], False]).encode()).decode().rstrip("=")
    assert api.company().v3("GET", "vendors", page=token).codes == ["BDC_1129"]


def test_a_list_of_values_without_end_is_refused_as_soon_as_it_is_read(company: Company) -> None:
    # Where each value makes the reader begin anew, this takes hours.
    reply = company.v3("GET", "bills", filters="vendorId:in:" + "x , " * 1_000_000)
    assert (reply.status, reply.codes) == (400, ["BDC_1129"])


def test_of_very_many_mistakes_a_thousand_are_told(company: Company) -> None:
    reply = company.v3("POST", "bills", _bill_body(company, billLineItems=[{"amount": "x"}] * 20_000))
    assert reply.status == 400
    assert len(reply.codes) == 1_000


@pytest.mark.parametrize(("path", "field", "values"), [
    ("payments", "status", ["APPROVING", "PENDING", "FAILED", "UNDEFINED"]),
    ("payments", "singleStatus", ["CANCELLATION_IN_PROGRESS", "DISBURSEMENT_FAILED_VENDOR_BANK_REJECTED", "UNDEFINED"]),
    ("bills", "paymentStatus", ["UNDEFINED"]),
    ("bills", "approvalStatus", ["UNDEFINED"]),
    ("vendors", "accountType", ["UNDEFINED"]),
    ("vendor-credits", "status", ["UNDEFINED"]),
    ("recurringbills", "schedule.period", ["NONE", "UNDEFINED"]),
    ("funding-accounts/banks", "status", ["UNDEFINED"]),
    ("roles", "type", ["MEMBER", "CUSTOM"]),
])  # fmt: skip
def test_a_value_of_an_enum_that_nothing_here_ever_has_finds_nothing(
    company: Company, path: str, field: str, values: list[str]
) -> None:
    """Their clients ask for them, and for all others, and their enums of v3 have them."""
    company.credit()
    company.pay(company.bill()).ok(201)
    everything = company.v3("GET", path).ok()["results"]
    for value in values:
        assert company.v3("GET", path, filters=f"{field}:eq:{value}").ok()["results"] == []
        assert company.v3("GET", path, filters=f"{field}:ne:{value}").ok()["results"] == everything
        assert company.v3("GET", path, filters=f'{field}:nin:"{value},UNDEFINED"').ok()["results"] == everything
    assert company.v3("GET", path, filters=f"{field}:eq:NEVER").codes == ["BDC_1129"]


def test_what_is_wrong_is_told_in_the_words_that_were_sent(company: Company) -> None:
    """A name of two cases is not taken apart, null is not said to be an object, and an element is not its field."""
    vendor = company.vendor(None)
    account = {"accountNumber": "1", "regulatoryFields": [{"name": "abn"}]}
    bill = {"vendorId": vendor["id"]}
    new_bill = company.payment_body({"id": None}, 1, vendorId=vendor["id"], processingOptions={"createBill": True})
    for reply, message in (
        (
            company.v3("POST", f"vendors/{vendor['id']}/bank-account", account),
            "regulatoryFields[0].value: must not be null",
        ),
        (company.v3("PATCH", f"vendors/{vendor['id']}", {"address": None}), "address: must not be null"),
        (
            company.v3("PATCH", f"vendors/{vendor['id']}", {"address": 1}),
            "address: Cannot construct instance of Address",
        ),
        (company.v3("POST", "vendors", {"address": "x"}), "address: Cannot construct instance of Address"),
        (company.v3("POST", "vendors", {"name": ["x"]}), "name: Cannot construct instance of string"),
        (company.v3("PATCH", "vendor-credits/bulk", [7]), "[0]: Cannot construct instance of VendorCredit"),
        (company.v3("POST", "bills/bulk", [7]), "[0]: Cannot construct instance of Bill"),
        (company.v3("POST", "payments", new_bill | {"amount": -1}), "amount: must be greater than zero"),
        (company.v3("POST", "payments", new_bill | {"amount": 0.001}), "amount: has more than 2 decimals"),
        (
            company.v3("POST", "payments", new_bill | {"transactionNumber": "7" * 101}),
            "transactionNumber: must be at most 50 letters and digits",
        ),
        (
            company.v3("POST", f"attachments/vendors/{vendor['id']}", b"x", name="x" * 201 + ".pdf"),
            "name: must have 1 to 200 characters",
        ),
        (company.v3("PUT", f"bills/{vendor['id']}", bill | {"billLineItems": None}), "billLineItems: must not be null"),
    ):
        assert (reply.status, message in [error["message"] for error in reply.json]) == (400, True), reply.text


@pytest.mark.parametrize(("path", "query", "wrong"), [
    ("payments/options", {}, ["BDC_1108"] * 2),
    ("payments/exchange-rate", {"vendorId": " "}, ["BDC_1108"] * 2),
    ("vendors/configuration/international-payments", {"country": "DE"}, ["BDC_1108"] * 2),
    ("funding-accounts/cards/funding-purposes", {}, ["BDC_1108"] * 2),
    ("bills", {"max": "0", "filters": "nothing:eq:1,id:near:2,dueDate:eq:never", "sort": "nothing"},
     ["BDC_1129", "BDC_1130", "BDC_1131", "BDC_1129", "BDC_1130"]),
    ("bills", {"max": "101", "page": "x"}, ["BDC_1129"] * 2),
])  # fmt: skip
def test_all_that_is_wrong_with_a_query_is_told_at_once(
    company: Company, path: str, query: dict[str, str], wrong: list[str]
) -> None:
    reply = company.v3("GET", path, **query)
    assert (reply.status, reply.codes) == (400, wrong), reply.text


def test_a_refused_value_says_what_it_has_to_be(company: Company) -> None:
    terms = f"organizations/{company.made['organizationId']}/payment-terms"
    for path, body, message in (
        ("bills", _bill_body(company, dueDate="10.4.2026"), "dueDate: must be a day, such as 2026-01-31"),
        ("bills", _bill_body(company, billLineItems=[{"amount": "ten"}]), "billLineItems[0].amount: must be a number"),
        ("mfa/challenge", {"useBackup": "perhaps"}, "useBackup: must be true or false"),
        ("mfa/setup", {"type": "SMS"}, "type: must be one of TEXT, VOICE, TOTP"),
        (terms, {"name": "Net 1000", "daysDue": 1000}, "daysDue: must be a whole number from 0 to 999"),
    ):
        refused = company.v3("POST", path, body)
        assert (refused.status, [error["message"] for error in refused.json]) == (400, [message])


def test_a_number_counts_as_the_text_that_it_looks_like(company: Company) -> None:
    """Callers fill in zip codes and invoice numbers from spreadsheets; BILL's own server takes them."""
    address = {"line1": 9, "city": "Reno", "zipOrPostalCode": 89501, "country": "US"}
    vendor = company.v3("POST", "vendors", {"name": 1044, "phone": 4085550100, "address": address}).ok(201)
    assert (vendor["name"], vendor["phone"], vendor["address"]["zipOrPostalCode"]) == ("1044", "4085550100", "89501")
    invoice = b'{"invoiceNumber": 10.50, "invoiceDate": "2026-03-01"}'
    lines = b'[{"amount": "7.25", "description": true}]'
    body = b'[{"vendorId": "%s", "dueDate": "2026-04-10", "invoice": %s, "billLineItems": %s}]'
    [bill] = company.v3("POST", "bills/bulk", body % (vendor["id"].encode(), invoice, lines)).ok(201)
    assert (bill["invoice"]["invoiceNumber"], bill["amount"]) == ("10.50", 7.25)
    assert bill["billLineItems"][0]["description"] == "true"
    wrong = company.v3("POST", "vendors", {"name": 1044, "address": address | {"zipOrPostalCode": [89501]}})
    assert [error["message"] for error in wrong.json] == [
        "address.zipOrPostalCode: Cannot construct instance of string"
    ]


def test_json_that_begins_with_a_byte_order_mark_is_read(company: Company) -> None:
    """Writers of .NET put one first; readers of bytes pass it over."""
    body = '\ufeff{"name": "Kestrel Software"}'.encode()
    made = company.api.send("POST", "/connect/v3/classifications/departments", body, headers=company.headers)
    assert made.ok(201)["name"] == "Kestrel Software"
    bulk = b'\xef\xbb\xbf[{"name": "A"}]'
    many = company.api.send("POST", "/connect/v3/classifications/departments/bulk", bulk, headers=company.headers)
    assert [one["name"] for one in many.ok(201)["departments"]] == ["A"]


#: What Python takes for the number 1000, and a client in another language never means by it.
ODD_THOUSANDS = ["1_000", "\u0661\u0660\u0660\u0660", "\uff11\uff10\uff10\uff10", "1_0\uff10\uff10"]


@pytest.mark.parametrize("odd", ODD_THOUSANDS)
@pytest.mark.parametrize("escaped", [True, False])
def test_an_amount_with_underscores_or_digits_of_another_script_is_no_number_on_v3(
    company: Company, odd: str, *, escaped: bool
) -> None:
    # A vendor's number as a number and a name in another script are fine beside it.
    line = {"amount": odd, "description": "帳票"}
    body = _bill_body(company, invoice={"invoiceNumber": 1044, "invoiceDate": "2026-03-01"}, billLineItems=[line])
    before = _dump(company)
    reply = company.v3("POST", "bills", json.dumps(body, ensure_ascii=escaped).encode())
    assert (reply.status, reply.codes) == (400, ["BDC_1119"]), reply.text
    assert reply.json[0]["message"] == "billLineItems[0].amount: must be a number"
    assert company.v3("POST", "bills/bulk", [body]).status == 400
    assert _dump(company) == before
    line["amount"] = "1000"
    assert company.v3("POST", "bills", json.dumps(body, ensure_ascii=escaped).encode()).ok(201)["amount"] == 1000


@pytest.mark.parametrize("odd", ODD_THOUSANDS)
def test_a_filter_or_parameter_by_an_odd_amount_is_refused_on_v3(company: Company, odd: str) -> None:
    for path, query in (
        ("bills", {"filters": f"amount:eq:{odd}"}),
        ("bills", {"max": odd}),
        ("payments/options", {"vendorId": company.ids["vendorId"], "amount": odd}),
        ("payments/exchange-rate", {"vendorId": company.ids["vendorId"], "amount": odd, "baseCurrency": "false"}),
    ):
        reply = company.v3("GET", path, **query)
        assert reply.status == 400, (path, query, reply.text)


def test_an_amount_of_a_query_is_read_whole_or_refused(company: Company) -> None:
    vendor = company.ids["vendorId"]
    assert company.v3("GET", "payments/options", vendorId=vendor, amount="0" * 32 + "12.50").ok()["amount"] == 12.5
    assert company.v3("GET", "payments/options", vendorId=vendor, amount="12.50" + "0" * 40).status == 400


@pytest.mark.parametrize("odd", ODD_THOUSANDS)
def test_odd_amounts_dates_and_numbers_are_refused_on_v2(company: Company, odd: str) -> None:
    vendor = company.ids["vendorId"]
    good = {"entity": "Bill", "isActive": "1", "vendorId": vendor, "invoiceNumber": "7", "invoiceDate": "2026-03-01",
            "dueDate": "2026-04-10", "billLineItems": [{"entity": "BillLineItem", "amount": "1000.00"}]}  # fmt: skip
    for change in (
        {"billLineItems": [{"entity": "BillLineItem", "amount": odd}]},
        {"dueDate": "\u0662\u0660\u0662\u0666-04-10"},
        {"exchangeRate": odd},
    ):
        reply = company.v2("Crud/Create/Bill", {"obj": good | change})
        assert reply.json["response_status"] == 1, (change, reply.text)
    by_amount = {"field": "amount", "op": "=", "value": odd}
    for asked in ({"start": 0, "max": odd}, {"start": 0, "max": 9, "filters": [by_amount]}):
        assert company.v2("List/Bill", asked).json["response_status"] == 1, asked
    assert company.v2("Crud/Create/Bill", {"obj": good}).json["response_status"] == 0
