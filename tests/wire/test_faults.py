"""Faults on order: by operation, code, delay and count, in one organization or world, queued, listed, deleted."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wire.api import Api, Company
from tests.wire.signing_in import login

LIST = "v3.vendors.list"


def plan(company: Company, **fault: Any) -> dict[str, Any]:
    return company.sim("POST", "faults", {"operation": LIST, "code": "BDC_1322", "status": 400} | fault).ok()


def codes(company: Company, times: int) -> list[str]:
    replies = [company.v3("GET", "vendors") for _ in range(times)]
    return ["" if reply.status == 200 else reply.codes[0] for reply in replies]


def listed(company: Company) -> list[tuple[str, int]]:
    return [(one["id"], one["times"]) for one in company.sim("GET", "faults").ok()["results"]]


@pytest.fixture
def company(embedded: Api) -> Company:
    return embedded.company()


def test_faults_of_one_operation_are_shown_one_after_the_other(company: Company) -> None:
    plan(company, times=2)
    plan(company, code="BDC_1001", status=500)
    assert codes(company, 4) == ["BDC_1322", "BDC_1322", "BDC_1001", ""]
    assert listed(company) == []


def test_what_is_left_is_listed_with_its_count(company: Company) -> None:
    first = plan(company, times=3, delayMs=1)
    second = plan(company, operation="v3.bills.list")
    codes(company, 1)
    assert company.sim("GET", "faults").ok() == {"results": [first | {"times": 2}, second]}


def test_one_fault_can_be_deleted_or_all(company: Company) -> None:
    ids = [plan(company, code=code)["id"] for code in ("BDC_1001", "BDC_1002", "BDC_1003")]
    assert company.sim("DELETE", f"faults/{ids[1]}").status == 200
    assert [fault_id for fault_id, _ in listed(company)] == [ids[0], ids[2]]
    assert company.sim("DELETE", f"faults/{ids[1]}").status == 404
    assert company.sim("DELETE", "faults").status == 200
    assert codes(company, 1) == [""]


def test_no_times_take_back_the_faults_of_the_operation_alone(company: Company) -> None:
    plan(company)
    other = plan(company, operation="v3.bills.list")
    plan(company, times=0)
    assert [fault_id for fault_id, _ in listed(company)] == [other["id"]]


def test_a_fault_of_one_organization_concerns_no_other(api: Api) -> None:
    ours, theirs = api.company(), api.company()
    plan(ours, organizationId=ours.made["organizationId"])
    assert codes(theirs, 1) == [""]
    assert codes(ours, 2) == ["BDC_1322", ""]


def test_a_fault_of_one_world_concerns_no_other(api: Api) -> None:
    ours, theirs = api.company(), api.company()
    plan(ours, world=ours.made["world"])
    assert codes(theirs, 1) == [""]
    assert codes(ours, 2) == ["BDC_1322", ""]


def test_who_signs_in_is_in_the_organization_that_the_request_names(api: Api) -> None:
    ours, theirs = api.company(), api.company()
    plan(ours, operation="v3.login", organizationId=ours.made["organizationId"])
    assert login(theirs).status == 200
    assert login(ours).codes == ["BDC_1322"]
    assert login(ours).status == 200


def test_a_narrow_fault_does_not_hold_up_the_one_behind_it(api: Api) -> None:
    ours, theirs = api.company(), api.company()
    plan(ours, organizationId=ours.made["organizationId"], code="BDC_1001", status=500)
    plan(ours)
    assert codes(theirs, 2) == ["BDC_1322", ""]
    assert codes(ours, 2) == ["BDC_1001", ""]


def test_faults_name_what_there_is(company: Company) -> None:
    for wrong in ({"operation": "v3.nothing"}, {"organizationId": "00801AAAAAAAAAAA1abc"}, {"world": "nowhere"}):
        reply = company.sim("POST", "faults", {"operation": LIST, "code": "BDC_1001"} | wrong)
        assert (reply.status, reply.json["code"]) == (404, "NotFound"), wrong


def test_a_sandbox_remembers_a_hundred_faults(company: Company) -> None:
    for _ in range(100):
        plan(company)
    reply = company.sim("POST", "faults", {"operation": LIST})
    assert (reply.status, reply.json["code"]) == (422, "TooManyFaults")


def test_a_delay_without_a_code_only_delays(company: Company) -> None:
    plan(company, code=None, delayMs=1)
    assert codes(company, 1) == [""]
    assert listed(company) == []


def test_reset_forgets_faults(company: Company) -> None:
    plan(company)
    company.sim("POST", "reset").ok()
    assert listed(company) == []
