"""Bulk verbs of v3: all or nothing, and every element that is wrong is named."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from billfold.accounting.model import AccountType
from billfold.apps.server import read_query
from billfold.identity.permissions import Permission
from billfold.kit.errors import InvalidField
from billfold.wire.catalog import Catalogue, Operation
from billfold.wire.openapi import document
from billfold.wire.v3.resource import Resource
from tests.wire.api import Api, Company, Reply

PATH = "classifications/chart-of-accounts"
KEY = "chartOfAccounts"
UNKNOWN = "0ca01QQQQQQQQQQQzzzz"


def accounts(company: Company) -> list[dict[str, Any]]:
    return company.v3("GET", PATH, max=100).ok()["results"]


def create(company: Company, *bodies: Any, **headers: str) -> Reply:
    return company.v3("POST", f"{PATH}/bulk", list(bodies), headers=headers)


def made(company: Company, *names: str) -> list[dict[str, Any]]:
    return create(company, *({"name": name} for name in names)).ok(201)[KEY]


def refused(reply: Reply, status: int) -> list[tuple[str, str]]:
    return [(error["code"], error["message"]) for error in reply.ok(status)]


ROLLED_BACK = "Rolled back, because another element of the request was refused."


def test_many_are_created_in_the_order_of_the_request(company: Company) -> None:
    answer = create(company, {"name": "Paper", "account": {"type": "EXPENSE", "number": "1"}}, {"name": "Ink"})
    assert list(answer.ok(201)) == [KEY]
    paper, ink = answer.json[KEY]
    assert (paper["name"], paper["account"], ink["name"]) == ("Paper", {"type": "EXPENSE", "number": "1"}, "Ink")
    assert accounts(company)[-2:] == [paper, ink]


def test_many_are_changed_each_by_its_id(company: Company) -> None:
    paper, ink = made(company, "Paper", "Ink")
    changes = [{"id": ink["id"], "name": "Toner"}, {"id": paper["id"], "description": "A4"}]
    answer = company.v3("PATCH", f"{PATH}/bulk", changes).ok()[KEY]
    assert [(one["id"], one["name"], one.get("description")) for one in answer] == [
        (ink["id"], "Toner", None), (paper["id"], "Paper", "A4"),
    ]  # fmt: skip
    assert accounts(company)[-2:] == [answer[1], answer[0]]


def test_many_are_archived_and_restored_by_the_ids_in_the_query(company: Company) -> None:
    paper, ink = made(company, "Paper", "Ink")
    ids = f"{paper['id']}, {ink['id']}"
    for verb, archived in (("archive", True), ("archive", True), ("restore", False)):
        answer = company.v3("POST", f"{PATH}/bulk/{verb}", ids=ids).ok()[KEY]
        assert [(one["id"], one["archived"]) for one in answer] == [(paper["id"], archived), (ink["id"], archived)]


def test_ids_may_be_one_list_or_repeated_and_of_other_parameters_the_last_counts() -> None:
    assert read_query("ids=A,B") == {"ids": "A,B"}
    assert read_query("ids=A&max=1&ids=B&max=2") == {"ids": "A,B", "max": "2"}


def test_clients_that_write_each_filter_as_a_parameter_of_its_own_have_them_all_applied() -> None:
    query = read_query("filters=name:sw:%22A,%22&sort=name:desc&filters=archived:eq:false&sort=id")
    assert query == {"filters": 'name:sw:"A,",archived:eq:false', "sort": "name:desc,id"}


def test_every_wrong_element_is_named_and_its_siblings_are_rolled_back(company: Company) -> None:
    before = accounts(company)
    events = company.sim("GET", "events").ok()
    answer = create(
        company,
        {"name": "Fine"},
        {"name": " ", "description": "x" * 4001},
        {"name": "Lost", "parentId": UNKNOWN},
        {"name": [7], "account": {"type": "SHOES"}},
        {"name": "Fine too"},
    )
    assert refused(answer, 404) == [
        ("BDC_1246", f"[0]: {ROLLED_BACK}"),
        ("BDC_1119", "[1].name: must not be blank"),
        ("BDC_1119", "[1].description: has more than 4000 characters"),
        ("BDC_1205", f"[2]: There is no chart of account with the id {UNKNOWN}."),
        ("BDC_1119", "[3].name: Cannot construct instance of string"),
        ("BDC_1119", f"[3].account.type: must be one of {', '.join(AccountType)}"),
        ("BDC_1246", f"[4]: {ROLLED_BACK}"),
    ]
    assert accounts(company) == before
    assert company.sim("GET", "events").ok() == events


def test_the_status_is_that_of_the_elements_that_are_wrong(company: Company) -> None:
    assert create(company, {"name": "Fine"}, {"name": ""}).status == 400
    assert create(company, {"name": "Fine"}, {"name": "Lost", "parentId": UNKNOWN}).status == 404


def test_a_bulk_update_that_is_refused_changes_nothing(company: Company) -> None:
    paper, ink = made(company, "Paper", "Ink")
    changes = [{"id": paper["id"], "name": "Changed"}, {"id": UNKNOWN, "name": "x"}, {"name": "who?"}]
    assert refused(company.v3("PATCH", f"{PATH}/bulk", changes), 404) == [
        ("BDC_1246", f"[0]: {ROLLED_BACK}"),
        ("BDC_1205", f"[1]: There is no chart of account with the id {UNKNOWN}."),
        ("BDC_1119", "[2].id: must not be null"),
    ]
    assert accounts(company)[-2:] == [paper, ink]


def test_a_bulk_archive_that_is_refused_archives_nothing(company: Company) -> None:
    (paper,) = made(company, "Paper")
    answer = company.v3("POST", f"{PATH}/bulk/archive", ids=f"{UNKNOWN},{paper['id']}")
    assert [code for code, _ in refused(answer, 404)] == ["BDC_1205", "BDC_1246"]
    assert accounts(company)[-1] == paper


def test_an_element_sees_what_the_ones_before_it_did(company: Company) -> None:
    paper, ink = made(company, "Paper", "Ink")
    changes = [{"id": paper["id"], "parentId": ink["id"]}, {"id": ink["id"], "parentId": paper["id"]}]
    assert refused(company.v3("PATCH", f"{PATH}/bulk", changes), 400) == [
        ("BDC_1246", f"[0]: {ROLLED_BACK}"),
        ("BDC_1119", "[1].parentId: would make a cycle"),
    ]


def test_an_object_may_be_named_once(company: Company) -> None:
    paper, ink = made(company, "Paper", "Ink")
    twice = [paper["id"], ink["id"], paper["id"]]
    answers = (
        company.v3("PATCH", f"{PATH}/bulk", [{"id": one, "name": "x"} for one in twice]),
        company.v3("POST", f"{PATH}/bulk/archive", ids=",".join(twice)),
    )
    for answer in answers:
        assert refused(answer, 400) == [
            ("BDC_1246", f"[0]: {ROLLED_BACK}"),
            ("BDC_1246", f"[1]: {ROLLED_BACK}"),
            ("BDC_1119", "[2].id: is that of [0] too"),
        ]


@pytest.mark.parametrize("count", [0, 51])
def test_there_is_a_least_and_a_greatest_number_of_elements(company: Company, count: int) -> None:
    text = f"must have 1 to 50 elements, not {count}"
    assert refused(create(company, *[{"name": "x"}] * count), 400) == [("BDC_1119", f"body: {text}")]
    if count:
        archive = company.v3("POST", f"{PATH}/bulk/archive", ids=",".join(map(str, range(count))))
        assert refused(archive, 400) == [("BDC_1119", f"ids: {text}")]
    assert len(made(company, *map(str, range(50)))) == 50


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"name": "Paper"}, "body: Cannot construct instance of list"),
        (b"", "body: must have 1 to 50 elements, not 0"),
        ([7], "[0]: Cannot construct instance of ChartOfAccount"),
        ([None], "[0]: Cannot construct instance of ChartOfAccount"),
    ],
)
def test_a_body_that_is_no_list_of_objects_is_refused(company: Company, body: Any, message: str) -> None:
    assert refused(company.v3("POST", f"{PATH}/bulk", body), 400) == [("BDC_1119", message)]


def test_ids_must_be_there(company: Company) -> None:
    for query in ({}, {"ids": " , "}):
        answer = company.v3("POST", f"{PATH}/bulk/archive", **query)
        assert refused(answer, 400) == [("BDC_1108", "Missing value for parameter: ids")]


def test_the_same_bulk_request_under_the_same_key_is_done_once(company: Company) -> None:
    bodies = ({"name": "Paper"}, {"name": "Ink"})
    first = create(company, *bodies, **{"idempotency-key": "once"})
    assert create(company, *bodies, **{"idempotency-key": "once"}).text == first.text
    assert create(company, bodies[0], **{"idempotency-key": "once"}).status == 409
    assert sum(account["name"] == "Paper" for account in accounts(company)) == 1


def test_a_key_stands_for_the_ids_in_the_query_too(company: Company) -> None:
    paper, ink = made(company, "Paper", "Ink")
    key = {"idempotency-key": "once"}
    first = company.v3("POST", f"{PATH}/bulk/archive", headers=key, ids=paper["id"]).ok()
    assert company.v3("POST", f"{PATH}/bulk/archive", headers=key, ids=paper["id"]).ok() == first
    assert company.v3("POST", f"{PATH}/bulk/archive", headers=key, ids=ink["id"]).status == 409
    assert accounts(company)[-1] == ink


def test_a_refused_bulk_request_is_kept_under_its_key(company: Company) -> None:
    wrong = ({"name": "Fine"}, {"name": ""})
    first = create(company, *wrong, **{"idempotency-key": "once"})
    assert create(company, *wrong, **{"idempotency-key": "once"}).text == first.text


class Body(msgspec.Struct, kw_only=True):
    """A new thing."""

    name: str


class Shape(msgspec.Struct):
    """A thing."""

    name: str


def things(**options: Any) -> tuple[Catalogue, Operation]:
    """A resource of which a test declares the bulk create."""
    catalogue = Catalogue()
    rows = Resource(
        catalogue, "things", noun="thing", id_name="thingId", shape=Shape,
        writes=Permission.WRITE_VENDORS, spelling={},
    )  # fmt: skip

    def make(_: Any, __: Any, body: Body) -> Shape:
        if body.name == "bad":
            raise InvalidField("name", "is bad")
        return Shape(body.name)

    rows.bulk_create(make, Body, maximum=3, **options)
    return catalogue, catalogue.operations[0]


class Attempts:
    """A context of which only the savepoints matter."""

    def attempt(self) -> Any:
        import contextlib

        return contextlib.nullcontext()


def test_an_answer_without_a_key_is_a_bare_list() -> None:
    _, operation = things(key=None)
    assert operation.run(Attempts(), None, [Body(name="a"), Body(name="b")]) == [Shape("a"), Shape("b")]


def test_what_can_be_done_together_is_and_its_locks_come_first() -> None:
    order: list[str] = []
    _, operation = things(
        key="things",
        locks=lambda _, bodies: order.append(f"locks {len(bodies)}"),
        together=lambda _, __, bodies: order.append("together") or [Shape(body.name) for body in bodies],
    )
    assert operation.run(Attempts(), None, [Body(name="a")]) == {"things": [Shape("a")]}
    assert order == ["locks 1", "together"]


def test_the_documents_know_the_array_its_limits_and_the_envelope() -> None:
    catalogue, _ = things(key="things")
    page = document(catalogue, "v3")
    assert page is not None
    row = page["paths"]["/connect/v3/things/bulk"]["post"]
    array = row["requestBody"]["content"]["application/json"]["schema"]
    assert (array["type"], array["minItems"], array["maxItems"]) == ("array", 1, 3)
    assert page["components"]["schemas"]["Things"]["properties"]["things"]["type"] == "array"
    assert set(row["responses"]) == {"201", "4XX"}


def test_the_documents_know_the_ids_of_bulk_archive(embedded: Api) -> None:
    page = document(embedded.installed.pipeline.catalogue, "v3")
    assert page is not None
    (ids,) = page["paths"][f"/connect/v3/{PATH}/bulk/archive"]["post"]["parameters"]
    assert (ids["name"], ids["in"], ids["required"], ids["schema"]["maxItems"]) == ("ids", "query", True, 50)
