"""How requests come in and refusals go out (contract v2.md §1.2, §1.3, §1.8)."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest

from billfold.wire.errors import UnknownPath
from billfold.wire.openapi import document
from billfold.wire.v2 import bills
from tests.wire.api import Api, Company
from tests.wire.v2.talk import NULLID, a_bill, create, data_of, error_of, message_of

VENDOR = {"obj": {"entity": "Vendor", "name": "Blue Kite Paper"}}
READ = "/api/v2/Crud/Read/Vendor.json"


def _keys(company: Company) -> dict[str, str]:
    return {"devKey": company.made["devKey"], "sessionId": company.made["sessionId"]}


def _post(company: Company, path: str, body: bytes = b"", query: dict[str, str] | None = None, **headers: str):
    return company.api.send("POST", path, body, headers=headers, query=query)


# Ways in


def test_credentials_and_data_may_all_be_in_the_query(company):
    vendor = create(company, "Vendor", name="Blue Kite Paper")
    query = _keys(company) | {"data": json.dumps({"id": vendor["id"]})}
    assert data_of(_post(company, READ, query=query)) == vendor


def test_the_body_wins_over_the_query_and_surplus_fields_are_ignored(company):
    vendor = create(company, "Vendor", name="Blue Kite Paper")
    body = urlencode({"sessionId": company.made["sessionId"], "userName": "x", "password": "y", "orgId": "z"})
    query = _keys(company) | {"sessionId": "wrong", "data": json.dumps({"id": vendor["id"]})}
    assert data_of(_post(company, READ, body.encode(), query)) == vendor


def test_a_body_that_is_a_bare_object_is_the_data(company):
    vendor = create(company, "Vendor", name="Blue Kite Paper")
    body = json.dumps({"id": vendor["id"]}).encode()
    assert data_of(_post(company, READ, b"\n " + body, _keys(company))) == vendor


def test_the_developer_key_goes_by_its_name_of_2012_too(company):
    body = urlencode({"appkey": company.made["devKey"], "sessionId": company.made["sessionId"]})
    assert data_of(_post(company, "/api/v2/GetSessionInfo.json", body.encode()))["userId"] == company.made["userId"]


@pytest.mark.parametrize("data", [None, "null", "{}", "", " "])
def test_an_operation_without_parameters_takes_no_data_in_any_form(company, data):
    info = data_of(company.v2("GetSessionInfo", data))
    assert list(info.items()) == [
        ("organizationId", company.made["organizationId"]), ("userId", company.made["userId"]),
    ]  # fmt: skip


def test_every_path_is_there_without_json_at_its_end(company):
    body = urlencode(_keys(company) | {"data": json.dumps(VENDOR)}).encode()
    assert data_of(_post(company, "/api/v2/Crud/Create/Vendor", body))["name"] == "Blue Kite Paper"
    rows = [row for row in company.api.operations if row.face == "v2"]
    catalogue = company.api.installed.pipeline.catalogue
    assert all(catalogue.find(row.path.removesuffix(".json")) == catalogue.find(row.path) for row in rows)


def test_a_cookie_alone_is_no_session(company):
    body = urlencode({"devKey": company.made["devKey"]}).encode()
    reply = _post(company, "/api/v2/GetSessionInfo.json", body, cookie=f"sid={company.made['sessionId']}")
    assert error_of(reply) == "BDC_1108"


def test_answers_say_that_they_are_json_in_utf_8(company):
    face = company.api.installed.faces["/api/"]
    answers = (face.encode(company.api.operations[0], None, {}), face.refuse(None, [UnknownPath()], ""))
    assert {answer.content_type for answer in answers} == {"application/json;charset=UTF-8"}


def test_the_documents_show_every_entity_with_its_fields(company):
    made = document(company.api.installed.pipeline.catalogue, "v2")
    properties = made["components"]["schemas"]["Bill"]["properties"]
    assert list(properties) == bills.TABLE.names("2024")
    assert "/api/v2/Crud/Undelete/Vendor.json" in made["paths"]


def test_a_write_with_an_idempotency_key_happens_once(company):
    def send(name: str):
        body = urlencode(_keys(company) | {"data": json.dumps({"obj": {"entity": "Vendor", "name": name}})})
        return _post(company, "/api/v2/Crud/Create/Vendor.json", body.encode(), **{"idempotency-key": "k1"})

    assert data_of(send("One")) == data_of(send("One"))
    assert error_of(send("Two")) == "BDC_1129"


# Sessions


def _login(api: Api, company: Company, **changes: str):
    made = company.made
    fields = {
        "userName": made["username"], "password": made["password"],
        "devKey": made["devKey"], "orgId": made["organizationId"],
    } | changes  # fmt: skip
    return api.send("POST", "/api/v2/Login.json", urlencode(fields).encode(), headers={"host": "bills.example:8080"})


def test_login_answers_its_four_fields_in_order_and_logout_kills_the_session(api, company):
    signed_in = data_of(_login(api, company))
    assert list(signed_in) == ["sessionId", "orgId", "apiEndPoint", "usersId"]
    assert signed_in["apiEndPoint"] == "http://bills.example:8080/api/v2"
    assert (signed_in["orgId"], signed_in["usersId"]) == (company.made["organizationId"], company.made["userId"])
    company.made["sessionId"] = signed_in["sessionId"]
    assert company.v3("GET", "login/session").ok()["userId"] == signed_in["usersId"]
    reply = company.v2("Logout")
    assert reply.text == '{\n  "response_status" : 0,\n  "response_message" : "Success",\n  "response_data" : { }\n}'
    assert error_of(company.v2("GetSessionInfo")) == "BDC_1109"


def test_login_refuses_each_wrong_field_with_its_code(api, company):
    for changes, code in (
        ({"password": "wrong"}, "BDC_1101"),
        ({"userName": "nobody@billfold.test"}, "BDC_1101"),
        ({"devKey": ""}, "BDC_1178"),
        ({"devKey": "unknown"}, "BDC_1102"),
        ({"orgId": "00801NOSUCHORGXXXabc"}, "BDC_1123"),
        ({"password": ""}, "BDC_1108"),
    ):
        assert error_of(_login(api, company, **changes)) == code, changes


# Refusals


def test_the_door_has_its_own_codes_in_the_order_of_the_contract(company):
    keys = _keys(company)
    for fields, code in (
        ({}, "BDC_1178"),
        ({"devKey": "unknown"}, "BDC_1102"),
        ({"devKey": "unknown", "sessionId": keys["sessionId"]}, "BDC_1102"),
        ({"devKey": keys["devKey"]}, "BDC_1108"),
        ({"devKey": keys["devKey"], "sessionId": "unknown"}, "BDC_1109"),
        (keys | {"data": "{"}, "BDC_1122"),
        (keys | {"data": "[]"}, "BDC_1122"),
        (keys | {"data": '"text"'}, "BDC_1122"),
        (keys, "BDC_1108"),
        (keys | {"data": '{"id": 7}'}, "BDC_1124"),
        (keys | {"data": '{"id": "00901NOSUCHVENDOR1abc"}'}, "BDC_1120"),
    ):
        assert error_of(_post(company, READ, urlencode(fields).encode())) == code, fields


@pytest.mark.parametrize(
    "path",
    ["/api/v2/Nonsense.json", "/api/v2/Crud/Vendor.json", "/api/v2/crud/read/Vendor.json", "/api/v2/"],
)  # fmt: skip
def test_an_unknown_path_is_the_one_refusal_with_404(company, path):
    assert error_of(_post(company, path), 404) == "BDC_1121"


def test_another_method_than_post_is_no_api(company):
    assert error_of(company.api.send("GET", READ, query=_keys(company)), 404) == "BDC_1121"


def test_another_organizations_object_does_not_exist(company):
    theirs = create(company.api.company(), "Vendor", name="Theirs")
    for verb in ("Read", "Delete", "Undelete"):
        assert error_of(company.v2(f"Crud/{verb}/Vendor", {"id": theirs["id"]})) == "BDC_1120"
    body = {"obj": {"entity": "Vendor", "id": theirs["id"], "name": "Mine"}}
    assert error_of(company.v2("Crud/Update/Vendor", body)) == "BDC_1120"


def test_what_is_missing_in_the_data_has_its_code(company):
    for operation, data, code in (
        ("Crud/Create/Vendor", {}, "BDC_1117"),
        ("Crud/Create/Vendor", {"obj": "x"}, "BDC_1117"),
        ("Crud/Create/Vendor", {"obj": {"entity": "Vendor"}}, "BDC_1117"),
        ("Crud/Create/Vendor", {"obj": {"entity": "Bill", "name": "x"}}, "BDC_1118"),
        ("Crud/Update/Vendor", {"obj": {"entity": "Vendor", "name": "x"}}, "BDC_1108"),
        ("Crud/Update/Vendor", {"id": "00901X", "obj": {"entity": "Vendor"}}, "BDC_1108"),
        ("Crud/Read/Vendor", {"id": NULLID}, "BDC_1108"),
        ("Crud/Create/Vendor", {"obj": {"entity": "Vendor", "name": " "}}, "BDC_1119"),
    ):
        assert error_of(company.v2(operation, data)) == code, (operation, data)


def test_all_wrong_fields_are_named_in_one_message_in_the_wires_words(company):
    vendor = create(company, "Vendor", name="Blue Kite Paper")
    bill = {
        "entity": "Bill", "vendorId": vendor["id"], "invoiceNumber": 7, "invoiceDate": "2026-02-30",
        "dueDate": True, "isActive": "9",
        "billLineItems": [{"amount": "ten"}, {"amount": 1, "jobBillable": "perhaps", "entity": "Bill"}],
    }  # fmt: skip
    reply = company.v2("Crud/Create/Bill", {"obj": bill})
    assert error_of(reply) == "BDC_1118"
    for name in (
        "invoiceNumber", "invoiceDate", "dueDate", "isActive", "billLineItems[0].amount", "billLineItems[1].jobBillable",
    ):  # fmt: skip
        assert name in message_of(reply)


def test_a_refusal_of_the_domain_names_the_wires_fields(company):
    lines = [{"amount": 10}, {"amount": 1.005}, {"amount": 1, "unitPrice": 1e-30}]
    vendor = create(company, "Vendor", name="Blue Kite Paper")
    given = {"vendorId": vendor["id"], "invoiceNumber": "x" * 101, "invoiceDate": "2026-01-01", "dueDate": "2026-01-01"}
    reply = company.v2("Crud/Create/Bill", {"obj": given | {"billLineItems": lines[:2]}})
    assert error_of(reply) == "BDC_1119"
    assert "invoiceNumber" in message_of(reply)
    assert "billLineItems[1].amount" in message_of(reply)
    reply = company.v2("Crud/Create/Bill", {"obj": given | {"billLineItems": lines[2:]}})
    assert "billLineItems[0].unitPrice" in message_of(reply)


def test_hostile_values_are_refused_and_never_our_own_fault(company):
    bill = a_bill(company)
    values = [
        None, True, 0, -1, 10**40, 1.5, "", "x" * 5000, "NaN", "Infinity", "1e9", [], [[]], {},
        {"a": 1}, NULLID, "\ud83d\ude00", "0", "2026-13-01", "٣",
    ]  # fmt: skip
    fields = ["vendorId", "invoiceNumber", "dueDate", "exchangeRate", "isActive", "billLineItems", "entity", "id",
              "chartOfAccountId", "description"]  # fmt: skip
    for field in fields:
        for value in values:
            reply = company.v2("Crud/Update/Bill", {"obj": {"entity": "Bill", "id": bill["id"], field: value}})
            assert "BDC_1001" not in reply.text, (field, value)
    for text in ("1e999999999", "-1e-999999999", "1" * 5000, "0.1e13"):
        data = '{"obj": {"entity": "Bill", "id": "%s", "exchangeRate": %s, "billLineItems": [{"amount": %s}]}}'
        reply = company.v2("Crud/Update/Bill", data % (bill["id"], text, text))
        assert error_of(reply) in {"BDC_1119", "BDC_1122"}, text


def test_a_form_in_another_encoding_is_refused_and_no_letter_is_lost(company):
    form = urlencode(_keys(company) | {"data": json.dumps({"obj": {"name": "Café"}}, ensure_ascii=False)}).encode()
    path = "/api/v2/Crud/Create/Vendor.json"
    assert data_of(_post(company, path, form))["name"] == "Café"
    for latin in (form.replace(b"%C3%A9", b"%E9"), form.replace(b"%C3%A9", b"\xe9")):
        refused = _post(company, path, latin)
        assert error_of(refused) == "BDC_1122"
        assert "'utf-8' codec can't decode byte 0xe9" in message_of(refused)


@pytest.mark.parametrize("charset", ["ISO-8859-1", '"iso-8859-1"', "windows-1252"])
def test_a_form_that_says_it_is_latin_is_read_as_such(company, charset):
    data = json.dumps({"obj": {"name": "Café"}}, ensure_ascii=False)
    form = urlencode(_keys(company) | {"data": data}, encoding="latin-1").encode()
    said = {"content-type": f"application/x-www-form-urlencoded; charset={charset}"}
    for sent in (form, form.replace(b"%E9", b"\xe9")):
        reply = company.api.send("POST", "/api/v2/Crud/Create/Vendor.json", sent, headers=said)
        assert data_of(reply)["name"] == "Café"


def test_a_form_has_at_most_a_hundred_fields(company):
    form = urlencode(_keys(company) | {f"field{number}": "x" for number in range(99)}).encode()
    refused = _post(company, "/api/v2/GetSessionInfo.json", form)
    assert message_of(refused) == "Error parsing JSON: more than 100 form fields"


def test_a_role_that_may_not_write_is_refused(company):
    company.sign_in_as("AUDITOR")
    assert error_of(company.v2("Crud/Create/Vendor", VENDOR)) == "BDC_1119"
    assert data_of(company.v2("List/Vendor")) == []
