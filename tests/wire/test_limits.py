"""BILL's limits, exact at the boundary (core §1.5, v2.md §1.7), with smaller numbers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from urllib.parse import urlencode

import pytest

from billfold.kit.clock import wall_now
from billfold.kit.db import Database
from billfold.wire.catalog import Call
from billfold.wire.codecs import instant
from tests.wire.api import Api, Company, Reply, embedded_house
from tests.wire.signing_in import login

STRICT = {"limits": "strict", "limit_requests": 10, "limit_sign_ins": 4}


@pytest.fixture
def api() -> Iterator[Api]:
    """A house that holds its callers to ten requests, four sign-ins and three at once."""
    with embedded_house(**STRICT) as made:
        yield made


@pytest.fixture
def either(database: Database) -> Iterator[Company]:
    """A company in such a house on each of the two databases."""
    with closing(Api(database, **STRICT)) as made:
        yield made.company()


@pytest.fixture
def company(api: Api) -> Company:
    return api.company()


def read(company: Company) -> Reply:
    return company.v3("GET", "login/session")


def test_the_last_request_of_the_hour_passes_and_the_next_waits_for_the_clock_to_strike(either: Company) -> None:
    either.advance(minutes=17)
    for _ in range(9):
        read(either).ok()
    assert either.v2("GetSessionInfo").json["response_status"] == 0, "both faces count together; this is the tenth"
    reply = read(either)
    assert (reply.status, reply.codes) == (400, ["BDC_1144"])
    assert reply.json[0]["message"] == "Max number of allowed requests per hour reached: 10."
    assert [name for name, _ in reply.headers if name.lower() == "retry-after"] == []
    answer = either.v2("GetSessionInfo")
    assert answer.status == 200
    assert answer.json["response_data"]["error_code"] == "BDC_1144"
    either.advance(minutes=42)
    assert read(either).codes == ["BDC_1144"], "17:59 is the same hour"
    either.advance(minutes=1)
    for _ in range(10):
        read(either).ok()
    assert read(either).codes == ["BDC_1144"]


def test_each_developer_key_has_an_hour_of_its_own(api: Api, company: Company) -> None:
    for _ in range(11):
        read(company)
    assert read(company).codes == ["BDC_1144"]
    assert read(api.company()).status == 200


def test_requests_that_fail_count_but_not_those_of_an_unknown_key(company: Company) -> None:
    for _ in range(20):
        assert company.v3("GET", "login/session", headers={"devkey": "unknown"}).codes == ["BDC_1102"]
    for _ in range(10):
        assert company.v3("GET", "vendors/00901AAAAAAAAAAA1abc").status == 404
    assert read(company).codes == ["BDC_1144"]


def test_four_sign_ins_an_hour_whichever_the_face(company: Company) -> None:
    made = company.made
    fields = {"userName": made["username"], "password": made["password"], "devKey": made["devKey"]}

    def v2_login() -> Any:
        form = urlencode(fields | {"orgId": made["organizationId"]}).encode()
        return company.api.send("POST", "/api/v2/Login.json", form).json["response_data"]

    assert login(company).status == 200
    assert login(company, password="wrong").codes == ["BDC_1101"], "a failure counts"
    assert "sessionId" in v2_login()
    assert "sessionId" in v2_login()
    reply = login(company)
    assert (reply.status, reply.codes) == (400, ["BDC_1144"])
    assert reply.json[0]["message"] == "Max number of allowed requests per hour reached: 4."
    assert v2_login()["error_code"] == "BDC_1144"
    assert read(company).status == 200, "other requests go on"
    company.advance(hours=1)
    assert login(company).status == 200


def test_list_orgs_counts_as_a_sign_in_of_the_main_world() -> None:
    with embedded_house(limits="strict", limit_sign_ins=2) as api:
        made = api.sim("POST", "organizations", {}).ok(201)
        form = urlencode({
            "userName": made["username"], "password": made["password"], "devKey": made["devKey"],
        }).encode()  # fmt: skip
        codes = [api.send("POST", "/api/v2/ListOrgs.json", form).json["response_status"] for _ in range(2)]
        assert codes == [0, 0]
        assert login(Company(api, made)).codes == ["BDC_1144"]


def send_at_once(company: Company, times: int, *, organization: Company | None = None) -> list[Reply]:
    """Several requests under way at the same time."""
    pipeline, face = company.api.installed.pipeline, company.api.installed.faces["/connect/"]
    headers = company.headers | ({"sessionid": organization.made["sessionId"]} if organization else {})

    async def one() -> Reply:
        call = Call("GET", "/connect/v3/vendors", headers, {}, b"")
        _, answer = await pipeline.answer(face, call, lambda: instant(wall_now()))
        return Reply(answer.status, answer.body.decode(), answer.headers)

    async def all_of_them() -> list[Reply]:
        return await asyncio.gather(*(one() for _ in range(times)))

    return company.api.loop.run_until_complete(all_of_them())


def test_three_requests_at_once_for_one_organization(either: Company) -> None:
    either.sim("POST", "faults", {"operation": "v3.vendors.list", "times": 4, "delayMs": 50}).ok()
    replies = send_at_once(either, 4)
    assert sorted(reply.status for reply in replies) == [200, 200, 200, 400]
    (refused,) = [reply for reply in replies if reply.status == 400]
    assert refused.codes == ["BDC_1322"]
    assert refused.json[0]["message"] == "Max number of concurrent requests per organization reached."
    assert read(either).status == 200, "those that ended make room"


def test_a_place_is_free_again_after_a_refusal_too(company: Company) -> None:
    fault = {"operation": "v3.vendors.list", "code": "BDC_1001", "status": 500, "times": 4, "delayMs": 20}
    company.sim("POST", "faults", fault).ok()
    assert sorted(reply.status for reply in send_at_once(company, 4)) == [400, 500, 500, 500]
    assert company.api.installed.pipeline.limits is not None
    assert not company.api.installed.pipeline.limits._under_way


def test_off_is_the_default_and_asks_the_database_for_nothing_more(embedded: Api) -> None:
    company = embedded.company()
    assert embedded.installed.pipeline.limits is None
    statements: list[str] = []
    embedded.installed.database.observer = lambda sql, _: statements.append(sql)
    read_only = company.v3("GET", "login/session")
    embedded.installed.database.observer = None
    assert read_only.status == 200
    assert sum("FROM sessions s JOIN worlds" in sql for sql in statements) == 1
    assert not any("developer_keys WHERE" in sql for sql in statements)


def test_settings_give_the_contracts_numbers() -> None:
    from billfold.apps.house import build_limits
    from billfold.kit.settings import Settings, SettingsInvalid, read_settings

    limits = build_limits(read_settings({"BILLFOLD_LIMITS": "strict"}))
    assert limits is not None
    assert (limits._requests, limits._sign_ins, limits._concurrent) == (20_000, 200, 3)
    assert build_limits(Settings()) is None
    with pytest.raises(SettingsInvalid):
        read_settings({"BILLFOLD_LIMITS": "strict", "BILLFOLD_LIMIT_REQUESTS": "0"})
    with pytest.raises(SettingsInvalid):
        read_settings({"BILLFOLD_LIMITS": json.dumps("lax")})
