"""Bulk: each element its own unit, with its own envelope (contract v2.md §2)."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from urllib.parse import urlencode

import msgspec
import pytest

from billfold.kit import idempotency, worlds
from billfold.parties import vendors
from billfold.wire.catalog import Call
from tests.wire.v2.talk import NULLID, a_bill, create, data_of, error_of, listed


def bulk(company, verb, entity, *elements, key="", **fields):
    """The reply to a bulk call."""
    form = {
        "devKey": company.made["devKey"], "sessionId": company.made["sessionId"],
        "data": json.dumps({"bulk": list(elements)}),
    } | fields  # fmt: skip
    headers = {"idempotency-key": key} if key else {}
    path = f"/api/v2/Bulk/Crud/{verb}/{entity}.json"
    return company.api.send("POST", path, urlencode(form).encode(), headers=headers)


def a_vendor(name):
    return {"obj": {"entity": "Vendor", "name": name}}


def names_of(reply):
    return [one["response_data"].get("name") for one in data_of(reply)["bulk"]]


def codes_of(reply):
    """Each element's error code, None for a success."""
    found = []
    for one in data_of(reply)["bulk"]:
        assert list(one) == ["response_status", "response_message", "response_data"]
        assert one["response_message"] == ("Error" if one["response_status"] else "Success")
        found.append(one["response_data"].get("error_code") if one["response_status"] else None)
    return found


def stored(company):
    return [vendor["name"] for vendor in listed(company, "Vendor")]


# Envelopes


def test_elements_are_answered_in_order_and_those_refused_leave_the_others_alone(company):
    elements = [
        a_vendor("One"), {"obj": {"entity": "Bill", "name": "x"}}, a_vendor("Two"), {"obj": {"entity": "Vendor"}},
        {}, "Vendor", None, a_vendor("Three"),
    ]  # fmt: skip
    reply = bulk(company, "Create", "Vendor", *elements)
    assert codes_of(reply) == [
        None, "BDC_1118", None, "BDC_1117", "BDC_1117", "BDC_1124", "BDC_1124", None,
    ]  # fmt: skip
    assert stored(company) == ["One", "Two", "Three"]
    assert [one for one in names_of(reply) if one] == ["One", "Two", "Three"]


def test_every_verb_does_to_each_element_what_it_does_to_one(company):
    made = [create(company, "Vendor", name=name) for name in ("One", "Two")]
    ids = [{"id": vendor["id"]} for vendor in made]
    assert [one["response_data"] for one in data_of(bulk(company, "Read", "Vendor", *ids))["bulk"]] == made
    changes = [{"obj": {"entity": "Vendor", "id": vendor["id"], "name": f"{vendor['name']}!"}} for vendor in made]
    assert names_of(bulk(company, "Update", "Vendor", *changes)) == ["One!", "Two!"]
    for verb, active in (("Delete", "2"), ("Undelete", "1")):
        answers = data_of(bulk(company, verb, "Vendor", *ids, {"id": NULLID}))["bulk"]
        assert [one["response_data"].get("isActive") for one in answers] == [active, active, None]
    assert stored(company) == ["One!", "Two!"]


def test_an_element_prints_as_it_would_alone(company):
    bill = a_bill(company)
    alone = company.v2("Crud/Read/Bill", {"id": bill["id"]}).text
    together = bulk(company, "Read", "Bill", {"id": bill["id"]}, {"id": bill["id"]}).text
    inside = alone.replace("\n", "\n    ")
    assert together == (
        '{\n  "response_status" : 0,\n  "response_message" : "Success",\n  "response_data" : {\n'
        f'    "bulk" : [ {inside}, {inside} ]\n  }}\n}}'
    )


def test_old_callers_leave_json_out(company):
    form = {"devKey": company.made["devKey"], "sessionId": company.made["sessionId"]}
    form["data"] = json.dumps({"bulk": [a_vendor("One")]})
    assert names_of(company.api.send("POST", "/api/v2/Bulk/Crud/Create/Vendor", urlencode(form).encode())) == ["One"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({}, "BDC_1117"), ({"bulk": None}, "BDC_1117"), ({"bulk": []}, "BDC_1117"), ({"bulk": {}}, "BDC_1124"),
        ({"bulk": "x"}, "BDC_1124"), ({"bulk": [a_vendor("x")] * 101}, "BDC_1129"),
    ],
)  # fmt: skip
def test_what_is_no_list_of_one_to_a_hundred_is_refused_as_a_whole(company, data, code):
    assert error_of(company.v2("Bulk/Crud/Create/Vendor", data)) == code
    assert stored(company) == []


def test_a_hundred_elements_are_taken(company):
    assert codes_of(bulk(company, "Create", "Vendor", *(a_vendor(str(n)) for n in range(100)))) == [None] * 100
    assert stored(company) == [str(n) for n in range(100)]


def test_who_may_not_write_is_refused_as_a_whole(company):
    company.sign_in_as("AUDITOR")
    assert error_of(bulk(company, "Create", "Vendor", a_vendor("One"))) == "BDC_1119"
    assert data_of(bulk(company, "Read", "Vendor", {"id": NULLID}))["bulk"][0]["response_status"] == 1
    company.made |= {"sessionId": "gone"}
    assert error_of(bulk(company, "Read", "Vendor", {"id": NULLID})) == "BDC_1109"


# Units


def test_each_element_is_a_transaction_of_its_own(company, monkeypatch):
    """A fault of ours in the middle loses that element alone; its events and writes with it."""
    break_at(monkeypatch, "Two")
    assert codes_of(bulk(company, "Create", "Vendor", *map(a_vendor, ("One", "Two", "Three")))) == [
        None, "BDC_1001", None,
    ]  # fmt: skip
    assert stored(company) == ["One", "Three"]
    events = company.sim("GET", "events").ok()["results"]
    assert sorted(event["number"] for event in events) == list(range(1, len(events) + 1))
    assert len([event for event in events if event["name"] == "VendorCreated"]) == 2


def break_at(monkeypatch, name, error=RuntimeError):
    """Fail after the vendor of this name was written, until undone."""
    create_vendor = vendors.create_vendor

    def broken(ctx, draft, *more, **named):
        made = create_vendor(ctx, draft, *more, **named)
        if draft.name == name:
            raise error
        return made

    monkeypatch.setattr(vendors, "create_vendor", broken)


# Idempotency


def test_the_same_call_again_gets_the_same_answer_and_makes_nothing(company):
    elements = [a_vendor("One"), {}, a_vendor("Two")]
    first = bulk(company, "Create", "Vendor", *elements, key="k")
    assert bulk(company, "Create", "Vendor", *elements, key="k").text == first.text
    assert stored(company) == ["One", "Two"]


def test_another_call_with_the_key_is_refused_as_a_whole(company):
    bulk(company, "Create", "Vendor", a_vendor("One"), key="k")
    assert error_of(bulk(company, "Create", "Vendor", a_vendor("Two"), key="k")) == "BDC_1129"
    assert error_of(bulk(company, "Delete", "Vendor", a_vendor("One"), key="k")) == "BDC_1129"
    assert stored(company) == ["One"]


class Killed(BaseException):
    """The process ends here."""


def test_a_call_that_was_killed_half_way_is_finished_by_the_same_call_and_by_no_other(company, monkeypatch):
    elements = [a_vendor("One"), {}, a_vendor("Two"), a_vendor("Three")]
    with monkeypatch.context() as broken:
        break_at(broken, "Two", Killed)
        with pytest.raises(Killed):
            bulk(company, "Create", "Vendor", *elements, key="k")
    assert stored(company) == ["One"]
    one = listed(company, "Vendor")[0]
    assert error_of(bulk(company, "Create", "Vendor", *elements[::-1], key="k")) == "BDC_1129"
    company.advance(hours=1)
    again = bulk(company, "Create", "Vendor", *elements, key="k")
    assert codes_of(again) == [None, "BDC_1117", None, None]
    assert data_of(again)["bulk"][0]["response_data"] == one
    assert stored(company) == ["One", "Two", "Three"]
    assert bulk(company, "Create", "Vendor", *elements, key="k").text == again.text


def test_a_call_killed_before_its_answer_was_kept_gives_the_answers_of_its_elements(company, monkeypatch):
    elements = [a_vendor("One"), a_vendor("Two")]
    with monkeypatch.context() as broken:
        broken.setattr(idempotency, "store", _store_of_units_alone(idempotency.store))
        with pytest.raises(Killed):
            bulk(company, "Create", "Vendor", *elements, key="k")
    assert stored(company) == ["One", "Two"]
    assert names_of(bulk(company, "Create", "Vendor", *elements, key="k")) == ["One", "Two"]
    assert stored(company) == ["One", "Two"]


def _store_of_units_alone(store):
    def broken(tx, organization_id, key, status, body):
        if "\n" not in key:
            raise Killed
        store(tx, organization_id, key, status, body)

    return broken


def test_an_element_that_may_fare_better_later_is_done_by_the_same_call(company, monkeypatch):
    elements = [a_vendor("One"), a_vendor("Two")]
    with monkeypatch.context() as broken:
        break_at(broken, "Two")
        assert codes_of(bulk(company, "Create", "Vendor", *elements, key="k")) == [None, "BDC_1001"]
    assert codes_of(bulk(company, "Create", "Vendor", *elements, key="k")) == [None, None]
    assert stored(company) == ["One", "Two"]


def test_answers_of_elements_are_forgotten_with_that_of_the_call(company, monkeypatch):
    """Also those that a second attempt wrote later."""
    elements = [a_vendor("One"), a_vendor("Two")]
    with monkeypatch.context() as broken:
        break_at(broken, "Two", Killed)
        with pytest.raises(Killed):
            bulk(company, "Create", "Vendor", *elements, key="k")
    company.advance(hours=23)
    bulk(company, "Create", "Vendor", *elements, key="k")
    company.advance(hours=2)
    others = [a_vendor("Three"), a_vendor("Four")]
    assert names_of(bulk(company, "Create", "Vendor", *others, key="k")) == ["Three", "Four"]
    assert stored(company) == ["One", "Two", "Three", "Four"]


def test_a_refusal_of_the_whole_is_kept_under_the_key(company):
    assert error_of(bulk(company, "Create", "Vendor", key="k")) == "BDC_1117"
    assert error_of(bulk(company, "Create", "Vendor", key="k")) == "BDC_1117"
    assert error_of(bulk(company, "Create", "Vendor", a_vendor("One"), key="k")) == "BDC_1129"


def test_a_clock_that_moves_between_elements_moves_their_times(company, monkeypatch):
    create_vendor = vendors.create_vendor

    def create_and_advance(ctx, draft, *more, **named):
        made = create_vendor(ctx, draft, *more, **named)
        worlds.freeze(ctx.tx, worlds.world_of(ctx.tx, ctx.organization_id).id, ctx.now + timedelta(days=2))
        return made

    monkeypatch.setattr(vendors, "create_vendor", create_and_advance)
    made = data_of(bulk(company, "Create", "Vendor", a_vendor("One"), a_vendor("Two")))["bulk"]
    assert [one["response_data"]["createdTime"][:10] for one in made] == ["2026-03-03", "2026-03-05"]


def test_twins_at_once_get_one_answer_and_make_everything_once(company):
    installed = company.api.installed
    face = installed.faces["/api/"]
    form = {"devKey": company.made["devKey"], "sessionId": company.made["sessionId"]}
    form["data"] = json.dumps({"bulk": [a_vendor(str(number)) for number in range(20)]})
    call = Call(
        method="POST", path="/api/v2/Bulk/Crud/Create/Vendor.json", headers={"idempotency-key": "k"}, query={},
        body=urlencode(form).encode(),
    )  # fmt: skip

    async def twins():
        calls = [msgspec.structs.replace(call) for _ in range(3)]
        return await asyncio.gather(*(installed.pipeline.answer(face, one, lambda: "") for one in calls))

    answers = {answer.body for _, answer in company.api.loop.run_until_complete(twins())}
    assert len(answers) == 1
    assert stored(company) == [str(number) for number in range(20)]
