"""Payment terms on both faces: so many days, which are unique while they are in use."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wire.api import Company, Reply

FACES = pytest.mark.parametrize("aliased", [False, True], ids=["organizations/…/payment-terms", "payment-terms"])


def path(company: Company, rest: str = "", *, aliased: bool = False) -> str:
    return f"payment-terms{rest}" if aliased else f"organizations/{company.made['organizationId']}/payment-terms{rest}"


def create(company: Company, days: Any = 60, name: str = "Net 60") -> Reply:
    return company.v3("POST", path(company), {"name": name, "daysDue": days})


def v2(company: Company, operation: str, data: Any) -> Any:
    answer = company.v2(operation, data).ok()["response_data"]
    return answer.get("error_message", answer) if isinstance(answer, dict) else answer


def messages(reply: Reply, status: int) -> list[str]:
    return [error["message"] for error in reply.ok(status)]


@FACES
def test_a_payment_term_is_created_read_listed_and_changed(company: Company, aliased: bool) -> None:
    body = {"name": "Net 60", "daysDue": 60}
    made = company.v3("POST", path(company, aliased=aliased), body).ok(201)
    assert list(made) == ["id", "name", "daysDue", "createdTime", "updatedTime"]
    assert (made["id"][:3], made["name"], made["daysDue"]) == ("00p", "Net 60", 60)
    one = path(company, f"/{made['id']}", aliased=aliased)
    assert company.v3("GET", one).ok() == made
    changed = company.v3("PATCH", one, {"daysDue": 45}).ok()
    assert changed == made | {"daysDue": 45}
    assert company.v3("GET", path(company, aliased=aliased)).ok() == {"results": [changed]}


def test_the_path_names_the_organization_that_is_signed_in(company: Company) -> None:
    term = create(company).ok(201)
    other = company.api.company().made["organizationId"]
    for organization in (other, "00801QQQQQQQQQQQzzzz"):
        for method, rest in (("GET", ""), ("POST", ""), ("GET", f"/{term['id']}"), ("PATCH", f"/{term['id']}")):
            body = {"name": "x", "daysDue": 1} if method != "GET" else None
            reply = company.v3(method, f"organizations/{organization}/payment-terms{rest}", body)
            assert messages(reply, 404) == [f"There is no organization with the id {organization}."]


def test_so_many_days_have_one_term(company: Company) -> None:
    sixty, thirty = create(company).ok(201), create(company, 30, "Net 30").ok(201)
    taken = ["There is a payment term of 60 days already."]
    assert messages(create(company, 60, "Two months"), 422) == taken
    assert messages(company.v3("PATCH", path(company, f"/{thirty['id']}"), {"daysDue": 60}), 422) == taken
    assert company.v3("PATCH", path(company, f"/{sixty['id']}"), {"daysDue": 60, "name": "Sixty"}).status == 200
    v2(company, "Crud/Delete/PaymentTerm", {"id": sixty["id"]})
    again = create(company, 60, "Net 60").ok(201)
    assert v2(company, "Crud/Undelete/PaymentTerm", {"id": sixty["id"]}) == taken[0]
    v2(company, "Crud/Delete/PaymentTerm", {"id": again["id"]})
    assert v2(company, "Crud/Undelete/PaymentTerm", {"id": sixty["id"]})["isActive"] == "1"


@pytest.mark.parametrize("days", [-1, 1000, 1.5, None, "many"])
def test_days_are_whole_and_0_to_999(company: Company, days: Any) -> None:
    assert create(company, days).codes == ["BDC_1119"]
    data = {"obj": {"entity": "PaymentTerm", "name": "x", "netDue": days}}
    assert company.v2("Crud/Create/PaymentTerm", data).ok()["response_status"] == 1
    assert company.v3("GET", path(company)).ok() == {"results": []}


def test_the_ends_of_the_range_are_in_it(company: Company) -> None:
    assert [create(company, days).ok(201)["daysDue"] for days in (0, 999)] == [0, 999]


def test_names_are_needed_and_have_a_length(company: Company) -> None:
    assert messages(create(company, name=" "), 400) == ["name: must not be blank"]
    assert messages(create(company, name="x" * 101), 400) == ["name: has more than 100 characters"]


def test_lists_filter_and_sort(company: Company) -> None:
    for days in (30, 10, 60):
        create(company, days, f"Net {days}").ok(201)

    def days(**query: str) -> list[int]:
        return [one["daysDue"] for one in company.v3("GET", path(company), **query).ok()["results"]]

    assert days(sort="daysDue:desc") == [60, 30, 10]
    assert days(filters="daysDue:gte:30", sort="daysDue") == [30, 60]
    assert days(filters='name:eq:"Net 10"') == [10]
    for wrong in ("many", "1.5", "-1", "9" * 30):
        assert company.v3("GET", path(company), filters=f"daysDue:eq:{wrong}").codes == ["BDC_1129"]


def test_both_faces_show_the_same_term(company: Company) -> None:
    made = create(company).ok(201)
    shown = v2(company, "Crud/Read/PaymentTerm", {"id": made["id"]})
    assert list(shown) == "entity id name isActive description netDue createdTime updatedTime".split()
    assert (shown["name"], shown["netDue"], shown["isActive"], shown["description"]) == ("Net 60", 60, "1", None)
    whole = v2(company, "Crud/Update/PaymentTerm", {"obj": shown | {"description": "Two months"}})
    assert whole == shown | {"description": "Two months"}
    assert v2(company, "Crud/Update/PaymentTerm", {"obj": whole}) == whole
    assert company.v3("GET", path(company, f"/{made['id']}")).ok() == made


def test_what_v2_archives_is_no_more_in_v3s_list_but_can_be_read(company: Company) -> None:
    made = create(company).ok(201)
    for verb, status, listed in (("Delete", "2", []), ("Delete", "2", []), ("Undelete", "1", [made])):
        assert v2(company, f"Crud/{verb}/PaymentTerm", {"id": made["id"]})["isActive"] == status
        assert company.v3("GET", path(company)).ok()["results"] == listed
        assert company.v3("GET", path(company, f"/{made['id']}")).ok() == made
    assert [one["id"] for one in v2(company, "List/PaymentTerm", {"start": 0, "max": 9})] == [made["id"]]


@pytest.mark.parametrize(
    ("op", "value", "found"),
    [
        ("=", "30", [30]), ("!=", "30", [10, 60]), ("<", "30", [10]), (">=", "30.0", [30, 60]), ("in", "10,60", [10, 60]),
        ("nin", "10,60", [30]), ("=", "1.5", "BDC_1129"), ("=", "many", "BDC_1129"), ("=", "9" * 30, "BDC_1129"),
    ],
)  # fmt: skip
def test_v2_lists_filter_by_days(company: Company, op: str, value: str, found: Any) -> None:
    for days in (30, 10, 60):
        create(company, days, f"Net {days}").ok(201)
    filters = [{"field": "netDue", "op": op, "value": value}]
    data = {"start": 0, "max": 9, "filters": filters, "sort": [{"field": "netDue", "asc": True}]}
    answer = v2(company, "List/PaymentTerm", data) if isinstance(found, list) else None
    if answer is None:
        assert company.v2("List/PaymentTerm", data).ok()["response_data"]["error_code"] == found
    else:
        assert [term["netDue"] for term in answer] == found
