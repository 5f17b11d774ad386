"""Notes about objects: SendMessage and ListMessage (contract v2.md §12, §7.4)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wire.api import Company
from tests.wire.colleagues import act, colleague, user_id
from tests.wire.v2.talk import a_bill, create, data_of, error_of

NOWHERE = "00n01NOBODYNOBODY1ab"


def send(who: Company, object_id: str, body: Any = "Paid late once", **more: Any) -> Any:
    return who.v2("SendMessage", {"objectId": object_id, "body": body} | more)


def notes(who: Company, object_id: str, **more: Any) -> list[Any]:
    return data_of(who.v2("ListMessage", {"objectId": object_id} | more))


def test_notes_are_listed_by_age_under_the_object_that_they_are_about(company: Company) -> None:
    vendor_id, bill_id = create(company, "Vendor", name="Blue Kite Paper")["id"], a_bill(company)["id"]
    first = data_of(send(company, vendor_id))
    assert list(first) == ["entity", "id", "objectId", "body", "isPublic", "usersId", "createdTime"]
    assert (first["objectId"], first["body"], first["isPublic"]) == (vendor_id, "Paid late once", False)
    assert first["usersId"] == company.made["userId"]
    second = data_of(send(company, vendor_id, "Call first", isPublic="true"))
    assert second["isPublic"] is True
    data_of(send(company, bill_id, "Twice?"))
    assert notes(company, vendor_id) == [first, second]
    assert notes(company, vendor_id, start=1, max=1) == [second]
    assert [one["body"] for one in notes(company, bill_id)] == ["Twice?"]


def test_what_an_approver_says_is_a_note_about_the_bill(company: Company) -> None:
    one, two = colleague(company, name="one"), colleague(company, name="two")
    bill = a_bill(company)
    asked = {"objectId": bill["id"], "entity": "Bill"}
    data_of(company.v2("SetApprovers", asked | {"approvers": [user_id(one), user_id(two)]}))
    data_of(one.v2("Approve", asked | {"comment": "Goods are here"}))
    act(two, bill, "DENY", comment="Not all of them").ok()
    said = [(note["usersId"], note["body"]) for note in notes(company, bill["id"])]
    assert said == [(user_id(one), "Goods are here"), (user_id(two), "Not all of them")]


@pytest.mark.parametrize(
    ("object_id", "body", "code"),
    [
        (NOWHERE, "Text", "BDC_1120"), ("bac01NOBODYNOBODY1ab", "Text", "BDC_1120"), ("", "Text", "BDC_1108"),
        (None, None, "BDC_1108"), (None, 7, "BDC_1124"), (None, " ", "BDC_1119"), (None, "x" * 4001, "BDC_1119"),
    ],
)  # fmt: skip
def test_a_note_about_nothing_or_without_words_is_refused(
    company: Company, object_id: str | None, body: Any, code: str
) -> None:
    vendor_id = create(company, "Vendor", name="Blue Kite Paper")["id"]
    assert error_of(send(company, vendor_id if object_id is None else object_id, body)) == code
    assert notes(company, vendor_id) == []


def test_notes_are_written_by_all_but_auditors_and_read_by_all(company: Company) -> None:
    vendor_id = create(company, "Vendor", name="Blue Kite Paper")["id"]
    for role in ("CLERK", "APPROVER", "PAYER", "ACCOUNTANT", "AUDITOR"):
        company.sign_in_as(role)
        reply = send(company, vendor_id, role)
        assert role != "AUDITOR" or error_of(reply) == "BDC_1119"
    assert [one["body"] for one in notes(company, vendor_id)] == ["CLERK", "APPROVER", "PAYER", "ACCOUNTANT"]
