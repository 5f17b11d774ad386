"""What a client can ask about the API itself, and what is said of operations that are not there."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from billfold.kit.ids import token_hash
from billfold.wire.error_catalogue import error_catalogue
from billfold.wire.errors import WIRE_ERRORS
from billfold.wire.v2 import bills, vendors
from tests.wire.v2.conftest import with_vintage
from tests.wire.v2.talk import data_of, error_of, message_of


def test_the_time_is_that_of_the_organizations_clock_with_its_offset(company):
    assert data_of(company.v2("CurrentTime")) == {"currentTime": "2026-03-03T17:00:00.000+0000"}
    company.advance(days=1)
    assert data_of(company.v2("CurrentTime")) == {"currentTime": "2026-03-04T17:00:00.000+0000"}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("ending", [".json", ""])
def test_the_error_codes_are_listed_for_everybody(embedded, method, ending):
    listed = data_of(embedded.send(method, f"/api/v2/Errors{ending}"))
    messages = {one["error_code"]: one["error_message"] for one in listed}
    assert len(messages) == len(listed)
    assert messages["BDC_1109"] == "Session is invalid.  Please log in."
    assert messages["BDC_1144"] == "Max number of allowed requests per hour reached: ${0}."
    assert {wire.code for wire in WIRE_ERRORS.values()} <= set(messages)


def test_the_catalogue_says_of_every_code_when_it_is_given_and_by_which_refusals():
    entries = error_catalogue()
    assert [entry.code for entry in entries] == sorted({entry.code for entry in entries})
    assert all(entry.message and entry.when and entry.faces for entry in entries)
    named = {rule.name for entry in entries for rule in entry.refusals}
    assert named == {kind.__name__ for kind in WIRE_ERRORS}
    [pays_too_much] = [entry for entry in entries if entry.code == "BDC_1159"]
    assert {rule.name for rule in pays_too_much.refusals} == {"CreditExceeded", "Overpayment"}


def test_an_entitys_fields_are_described_in_the_order_of_the_vintage(company):
    for vintage in ("2012", "2021", "2024"):
        described = data_of(with_vintage(company, vintage).v2("GetEntityMetadata", {"entity": "Vendor"}))
        assert list(described) == ["Vendor"]
        assert ["entity", *described["Vendor"]["fields"]] == vendors.TABLE.names(vintage)
    fields = described["Vendor"]["fields"]
    assert fields["name"] == {
        "entity": "Vendor", "type": "string", "required": True, "readOnly": False, "filterable": True,
    }  # fmt: skip
    assert fields["id"] | fields["createdTime"] == fields["createdTime"]
    assert (fields["id"]["readOnly"], fields["createdTime"]["type"]) == (True, "dateTime")
    assert fields["isActive"]["values"] == ["1", "2"]
    assert (fields["payBy"]["readOnly"], fields["track1099"]["type"]) == (True, "boolean")


def test_entities_are_described_by_the_list_with_their_lines(company):
    described = data_of(company.v2("GetEntityMetadata", {"entity": ["Bill", "Item"]}))
    assert list(described) == ["Bill", "Item"]
    lines = described["Bill"]["fields"]["billLineItems"]
    assert (lines["type"], list(lines["fields"])) == ("list", bills.LINE.names("2021")[1:])
    assert lines["fields"]["amount"]["type"] == "money"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({}, "BDC_1108"), ({"entity": ""}, "BDC_1108"), ({"entity": []}, "BDC_1108"), ({"entity": {"a": 1}}, "BDC_1124"),
        ({"entity": [1]}, "BDC_1124"), ({"entity": "vendor"}, "BDC_1114"), ({"entity": ["Vendor", "X"]}, "BDC_1114"),
        ({"entity": ["Vendor"] * 101}, "BDC_1129"),
    ],
)  # fmt: skip
def test_what_is_no_entity_is_not_described(company, data, code):
    assert error_of(company.v2("GetEntityMetadata", data)) == code


# What is not there


@pytest.mark.parametrize(
    ("operation", "code", "message"),
    [
        ("Crud/Frobnicate/Bill", "BDC_1115", "Invalid CRUD operation: Frobnicate"),
        ("Crud/create/Bill", "BDC_1115", "Invalid CRUD operation: create"),
        ("Crud/Frobnicate/Nonsense", "BDC_1115", "Invalid CRUD operation: Frobnicate"),
        ("Crud/Create/Nonsense", "BDC_1114", "Invalid entity type: Nonsense"),
        ("Crud/Read/bill", "BDC_1114", "Invalid entity type: bill"),
        ("Crud/Update/SentPay", "BDC_1116", "Entity not valid for CRUD operation: Update, SentPay"),
        ("Crud/Delete/MoneyMovement", "BDC_1116", "Entity not valid for CRUD operation: Delete, MoneyMovement"),
        ("Bulk/Crud/Create/Nonsense", "BDC_1114", "Invalid entity type: Nonsense"),
        ("Bulk/Crud/Frobnicate/Bill", "BDC_1115", "Invalid CRUD operation: Frobnicate"),
        ("List/Nonsense", "BDC_1128", "Invalid List entity: Nonsense"),
    ],
)  # fmt: skip
def test_an_operation_that_is_not_there_has_an_envelope_with_its_code(company, operation, code, message):
    for path in (operation, f"{operation}.json"):
        form = {"devKey": company.made["devKey"], "sessionId": company.made["sessionId"]}
        reply = company.api.send("POST", f"/api/v2/{path}", urlencode(form).encode())
        assert (error_of(reply), message_of(reply)) == (code, message)


@pytest.mark.parametrize(
    "path", ["Crud/Create", "Crud/Create/Bill/Line.json", "crud/Create/Bill.json", "list/Bill.json", "Nonsense.json",
             "Bulk/Create/Bill.json", "List/", "errors.json", "currentTime.json"],
)  # fmt: skip
def test_a_path_that_is_no_api_is_not_found(company, path):
    assert error_of(company.api.send("POST", f"/api/v2/{path}"), 404) == "BDC_1121"


def test_operations_that_are_not_there_are_in_no_list_of_operations(embedded):
    assert not [
        row for row in embedded.operations if row.name == "v2.unknown" or ("{" in row.path and row.face == "v2")
    ]


# The order of checks (contract v2.md §1.8)


def test_of_several_things_wrong_the_first_is_told(company):
    """Each step mends what the step before was refused for."""
    signed_in = {"devKey": company.made["devKey"], "sessionId": company.made["sessionId"]}
    bill = "Crud/Create/Bill.json"
    wrong = '{"obj": {"entity": "Vendor", "invoiceDate": "never", "invoiceNumber": 7}}'
    filled = '{"obj": {"entity": "%s", "vendorId": "00901NOSUCHVENDO1abc", "invoiceNumber": %s, "invoiceDate": "%s", '
    filled += '"dueDate": "2026-01-01", "billLineItems": [{"amount": 1}]}}'
    steps = [
        ("Nonsense.json", {}, "BDC_1121"),
        (bill, {"data": "{"}, "BDC_1178"),
        (bill, {"devKey": "unknown", "data": "{"}, "BDC_1102"),
        (bill, {"devKey": signed_in["devKey"], "data": "{"}, "BDC_1108"),
        (bill, signed_in | {"sessionId": "gone", "data": "{"}, "BDC_1109"),
        (bill, signed_in | {"data": "{"}, "BDC_1122"),
        ("Crud/Frobnicate/Nonsense.json", signed_in | {"data": "{"}, "BDC_1122"),
        ("Crud/Frobnicate/Nonsense.json", signed_in, "BDC_1115"),
        ("Crud/Create/Nonsense.json", signed_in, "BDC_1114"),
        ("Crud/Create/SentPay.json", signed_in, "BDC_1116"),
        (bill, signed_in, "BDC_1117"),
        (bill, signed_in | {"data": wrong}, "BDC_1117"),
        (bill, signed_in | {"data": filled % ("Vendor", "7", "never")}, "BDC_1118"),
        (bill, signed_in | {"data": filled % ("Bill", "7", "never")}, "BDC_1124"),
        (bill, signed_in | {"data": filled % ("Bill", '"7"', "never")}, "BDC_1119"),
        (bill, signed_in | {"data": filled % ("Bill", '"7"', "2026-01-01")}, "BDC_1120"),
    ]
    for path, form, code in steps:
        reply = company.api.send("POST", f"/api/v2/{path}", urlencode(form).encode())
        assert error_of(reply, 404 if code == "BDC_1121" else 200) == code, (path, form)


def test_an_inactive_developer_key_is_told_before_the_session(company):
    with company.api.installed.database.transaction() as tx:
        key_hash = token_hash(company.made["devKey"])
        tx.run("UPDATE developer_keys SET is_active = ? WHERE key_hash = ?", (False, key_hash))
    form = {"devKey": company.made["devKey"], "sessionId": "gone"}
    reply = company.api.send("POST", "/api/v2/Crud/Read/Bill.json", urlencode(form).encode())
    assert error_of(reply) == "BDC_1103"
    with company.api.installed.database.transaction() as tx:
        tx.run("UPDATE developer_keys SET is_active = ? WHERE key_hash = ?", (True, key_hash))
