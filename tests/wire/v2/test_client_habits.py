"""Habits of programs that call the API, each of which must go on working (contract v2.md §1.2, §2, §3; v3 lists)."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.wire.api import Company, Reply
from tests.wire.v2.talk import a_bill, create, data_of, error_of, message_of, read

V2 = "/api/v2"


def keys(company: Company) -> dict[str, str]:
    return {"devKey": company.made["devKey"], "sessionId": company.made["sessionId"]}


def user(company: Company) -> dict[str, str]:
    return {"userName": company.made["username"], "password": company.made["password"]}


def post(
    company: Company, path: str, form: dict[str, str] | bytes = b"", *, query: Any = None, **headers: str
) -> Reply:
    body = form if isinstance(form, bytes) else urlencode(form).encode()
    return company.api.send("POST", f"{V2}/{path}", body, query=query, headers=headers)


# Where v2's clients put things


def test_everything_is_in_the_query_string_and_the_body_is_empty(company):
    query = keys(company) | {"data": json.dumps({"obj": {"entity": "Vendor", "name": "Blue Kite Paper"}})}
    assert data_of(post(company, "Crud/Create/Vendor.json", query=query))["name"] == "Blue Kite Paper"


def test_credentials_are_in_the_query_string_and_the_data_in_the_body(company):
    vendor = create(company, "Vendor", name="Blue Kite Paper")
    form = {"data": json.dumps({"id": vendor["id"]})}
    assert data_of(post(company, "Crud/Read/Vendor.json", form, query=keys(company))) == vendor


def test_organizations_are_listed_with_the_credentials_in_the_query_string(company):
    query = user(company) | {"devKey": company.made["devKey"]}
    organizations = data_of(post(company, "ListOrgs.json", query=query))
    assert [one["orgId"] for one in organizations] == [company.made["organizationId"]]


def test_user_name_and_password_are_sent_with_every_call(company):
    form = keys(company) | user(company) | {"orgId": company.made["organizationId"]}
    form["data"] = json.dumps({"start": 0, "max": 10})
    assert data_of(post(company, "List/Vendor.json", form)) == []


def test_a_cookie_repeats_the_session(company):
    reply = post(company, "GetSessionInfo.json", keys(company), cookie=f"sid={company.made['sessionId']}")
    assert data_of(reply)["userId"] == company.made["userId"]


def test_a_cookie_of_another_session_changes_nothing(company):
    other = company.api.company()
    reply = post(company, "GetSessionInfo.json", keys(company), cookie=f"sid={other.made['sessionId']}; un_csrf=1")
    assert data_of(reply)["userId"] == company.made["userId"]


@pytest.mark.parametrize("data", ["null", "{}", ""])
def test_data_is_null_where_there_is_none_to_send(company, data):
    assert data_of(post(company, "GetSessionInfo.json", keys(company) | {"data": data}))


def test_a_post_says_that_it_is_json_and_has_no_body(company):
    headers = {"content-type": "application/json", "content-length": "0"}
    assert data_of(post(company, "GetSessionInfo.json", query=keys(company), **headers))
    assert data_of(post(company, "List/Vendor.json", query=keys(company), **headers)) == []


def test_delete_and_undelete_send_bare_json(company):
    vendor = create(company, "Vendor", name="Blue Kite Paper")
    body = json.dumps({"id": vendor["id"]}).encode()
    for verb, status in (("Delete", "2"), ("Undelete", "1")):
        reply = post(
            company, f"Crud/{verb}/Vendor.json", body, query=keys(company), **{"content-type": "application/json"}
        )
        assert data_of(reply)["isActive"] == status


# What v2's clients send


def test_a_dead_session_is_known_by_its_text_and_signing_in_again_helps(company):
    company.sim("POST", "clock/advance", {"hours": 1, "keepSessions": False})
    refused = post(company, "GetSessionInfo.json", keys(company))
    assert error_of(refused) == "BDC_1109"
    assert "Session is invalid" in message_of(refused)
    form = user(company) | {"devKey": company.made["devKey"], "orgId": company.made["organizationId"]}
    company.made = company.made | {"sessionId": data_of(post(company, "Login.json", form))["sessionId"]}
    assert data_of(post(company, "GetSessionInfo.json", keys(company)))


def test_the_whole_record_is_sent_back_in_an_update(company):
    bill = a_bill(company)
    changed = bill | {"description": "Read, changed, sent back", "dueAmount": "0", "paymentStatus": "0"}
    assert data_of(company.v2("Crud/Update/Bill", {"obj": changed})) == bill | {
        "description": "Read, changed, sent back",
    }  # fmt: skip


def test_a_stray_id_stands_beside_the_object(company):
    vendor = create(company, "Vendor", name="Blue Kite Paper")
    data = {"id": "stray", "obj": {"entity": "Vendor", "id": vendor["id"], "name": "Red Kite Paper"}}
    assert data_of(company.v2("Crud/Update/Vendor", data))["name"] == "Red Kite Paper"


def test_lines_lack_their_entity(company):
    bill = a_bill(company, billLineItems=[{"amount": 1}, {"amount": 2, "description": "Two"}])
    assert [line["entity"] for line in bill["billLineItems"]] == ["BillLineItem"] * 2


@pytest.mark.parametrize("value", ["true", True, "True", 1, "1"])
def test_booleans_are_texts(company, value):
    assert create(company, "Vendor", name="Blue Kite Paper", track1099=value)["track1099"] is True


@pytest.mark.parametrize("inactive", [2, "2"])
def test_an_object_is_deleted_by_its_is_active_as_a_number_or_a_text(company, inactive):
    vendor = create(company, "Vendor", name="Blue Kite Paper", isActive=1)
    data_of(company.v2("Crud/Update/Vendor", {"obj": vendor | {"isActive": inactive}}))
    assert read(company, "Vendor", vendor["id"])["isActive"] == "2"


@pytest.mark.parametrize("ascending", [True, "true", False, "false"])
def test_the_direction_of_a_sort_is_a_boolean_or_a_text(company, ascending):
    for name in ("Ada", "Bob"):
        create(company, "Vendor", name=name)
    found = data_of(company.v2("List/Vendor", {"sort": [{"field": "name", "asc": ascending}]}))
    assert [one["name"] for one in found] == (["Ada", "Bob"] if str(ascending).lower() == "true" else ["Bob", "Ada"])


def test_pages_are_read_until_a_short_one(company):
    for number in range(5):
        create(company, "Vendor", name=f"V{number}")
    seen: list[str] = []
    while True:
        found = data_of(company.v2("List/Vendor", {"start": len(seen), "max": 2, "filters": [], "sort": []}))
        seen += [one["name"] for one in found]
        if len(found) < 2:
            break
    assert seen == [f"V{number}" for number in range(5)]


def test_what_changed_is_asked_for_since_the_last_time_that_was_seen(company):
    last = create(company, "Vendor", name="Ada")["updatedTime"]
    company.advance(hours=1)
    create(company, "Vendor", name="Bob")

    def since(op: str, value: str) -> list[str]:
        filters = [{"field": "updatedTime", "op": op, "value": value}]
        return [one["name"] for one in data_of(company.v2("List/Vendor", {"filters": filters}))]

    assert since(">", last) == ["Bob"]
    assert since(">=", last) == ["Ada", "Bob"]
    assert since(">", last[:10]) == ["Ada", "Bob"]


# What v3's clients do


@pytest.mark.parametrize("value", ["{}", '"{}"'])
def test_times_in_filters_of_v3_are_quoted_or_not(company, value):
    company.vendor(None)
    before, after = "2026-03-03T16:59:00.250Z", "2026-03-03T17:01:00Z"
    for moment, count in ((before, 1), (after, 0)):
        filters = f"updatedTime:gte:{value.format(moment)}"
        found = company.v3("GET", "vendors", filters=filters, sort="updatedTime:asc", max=100).ok()
        assert len(found["results"]) == count


def test_pages_of_v3_are_read_until_there_is_no_next_page(company):
    for name in "abcde":
        company.vendor(None, name=name)
    seen: list[str] = []
    page: dict[str, Any] = {}
    while not seen or "nextPage" in page:
        asked = {"page": page["nextPage"]} if page else {}
        page = company.v3("GET", "vendors", max=2, **asked).ok()
        seen += [one["name"] for one in page["results"]]
    assert seen == list("abcde")


def test_archiving_twice_on_v3_is_no_error(company):
    vendor = company.vendor(None)
    for _ in range(2):
        assert company.v3("POST", f"vendors/{vendor['id']}/archive").ok()["archived"] is True
