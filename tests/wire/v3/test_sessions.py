"""Signing in and out, trust, and the errors of the door (contract: core §1.2 to §1.4)."""

from __future__ import annotations

import pytest

from tests.wire.api import Api, Company


def _login(api: Api, company: Company, **changes: str):
    made = company.made
    body = {
        "username": made["username"], "password": made["password"],
        "organizationId": made["organizationId"], "devKey": made["devKey"],
    } | changes  # fmt: skip
    import json

    return api.send("POST", "/connect/v3/login", json.dumps(body).encode())


def test_login_opens_an_untrusted_session_and_logout_kills_it(api: Api, company: Company) -> None:
    signed_in = _login(api, company).ok()
    assert list(signed_in) == ["sessionId", "organizationId", "userId", "trusted"]
    assert signed_in["trusted"] is False
    company.made["sessionId"] = signed_in["sessionId"]
    session = company.v3("GET", "login/session").ok()
    assert session == {
        "organizationId": company.made["organizationId"],
        "userId": company.made["userId"],
        "mfaStatus": "CHALLENGE",
        "mfaBypass": False,
    }
    reply = company.v3("POST", "logout")
    assert (reply.status, reply.text) == (200, "")
    assert company.v3("GET", "login/session").codes == ["BDC_1109"]


def test_wrong_credentials_are_refused_each_with_its_code(api: Api, company: Company) -> None:
    for changes, status, code in (
        ({"password": "wrong"}, 401, "BDC_1101"),
        ({"username": "nobody@billfold.test"}, 401, "BDC_1101"),
        ({"devKey": "unknown"}, 400, "BDC_1102"),
        ({"organizationId": "00801AAAAAAAAAAA1abc"}, 400, "BDC_1123"),
    ):
        reply = _login(api, company, **changes)
        assert (reply.status, reply.codes) == (status, [code]), changes


def test_a_user_cannot_sign_in_to_another_organization(api: Api, company: Company) -> None:
    other = api.company()
    reply = _login(api, company, organizationId=other.made["organizationId"])
    assert reply.codes == ["BDC_1101"]


def test_a_session_dies_35_minutes_after_its_last_call(company: Company) -> None:
    company.sim("POST", "clock/advance", {"minutes": 35}).ok()
    assert company.v3("GET", "login/session").status == 200
    company.sim("POST", "clock/advance", {"minutes": 34}).ok()
    assert company.v3("GET", "login/session").status == 200, "every call keeps it alive"
    company.sim("POST", "clock/advance", {"minutes": 36}).ok()
    reply = company.v3("GET", "login/session")
    assert reply.status == 401
    assert reply.json[0]["message"] == "Session is invalid.  Please log in."


def test_a_call_that_is_refused_keeps_the_session_alive_too(api: Api) -> None:
    company = api.company(ownWorld=True)
    for _ in range(3):
        company.advance(minutes=34, keepSessions=False)
        assert company.v3("GET", "vendors", max=0).codes == ["BDC_1129"]
    company.advance(minutes=36, keepSessions=False)
    assert company.v3("GET", "vendors", max=0).codes == ["BDC_1109"]


def test_the_door_says_what_is_missing(api: Api, company: Company) -> None:
    def codes(headers: dict[str, str]) -> tuple[int, list[str]]:
        reply = api.send("GET", "/connect/v3/vendors", headers=headers)
        return reply.status, reply.codes

    assert codes({}) == (400, ["BDC_1178"])
    assert codes({"devkey": "unknown", "sessionid": company.made["sessionId"]}) == (400, ["BDC_1102"])
    assert codes({"devkey": company.made["devKey"]}) == (401, ["BDC_1109"])
    assert codes({"devkey": company.made["devKey"], "sessionid": "unknown"}) == (401, ["BDC_1109"])


def test_unknown_paths_are_not_supported(api: Api) -> None:
    for path in ("/connect/v3/nothing", "/connect/v3/Vendors", "/connect/nowhere", "/connect/v3/vendors/"):
        reply = api.send("GET", path)
        assert (reply.status, reply.codes) == (404, ["BDC_1121"]), path
    refused = api.send("DELETE", "/connect/v3/bills")
    assert (refused.status, refused.headers) == (405, (("allow", "GET, POST"),))


def test_a_code_from_the_phone_makes_the_session_trusted(api: Api) -> None:
    company = api.company(trusted=False)
    bill = company.bill()
    assert company.pay(bill).codes == ["BDC_1361"]
    challenge = company.v3("POST", "mfa/challenge", {}).ok()["challengeId"]
    message = company.sim("GET", "outbox").ok()["results"][0]
    assert "123456" in message["body"]
    body = {"challengeId": challenge, "token": "123456", "device": "mine", "machineName": "m", "rememberMe": True}
    remembered = company.v3("POST", "mfa/challenge/validate", body).ok()["rememberMeId"]
    assert company.v3("GET", "login/session").ok()["mfaStatus"] == "COMPLETE"
    assert company.pay(bill).status == 201
    assert _login(api, company, rememberMeId=remembered, device="mine").ok()["trusted"] is True
    assert _login(api, company, rememberMeId=remembered, device="other").ok()["trusted"] is False


def test_step_up_trusts_a_second_session_on_the_remembered_device(api: Api) -> None:
    company = api.company(trusted=False)
    challenge = company.v3("POST", "mfa/challenge", {"useBackup": "false"}).ok()["challengeId"]
    body = {"challengeId": challenge, "token": "123456", "device": "mine", "rememberMe": True}
    remembered = company.v3("POST", "mfa/challenge/validate", body).ok()["rememberMeId"]
    company.made["sessionId"] = _login(api, company).ok()["sessionId"]
    assert company.v3("POST", "mfa/step-up", {"rememberMeId": remembered, "device": "other"}).status == 403
    assert company.v3("POST", "mfa/step-up", {"rememberMeId": remembered, "device": "mine"}).ok() == {"trusted": True}


@pytest.mark.parametrize("remember", [False, "false", None])
def test_a_passed_challenge_always_answers_a_remember_me_id_good_for_its_own_session_at_least(
    api: Api, remember: object
) -> None:
    company = api.company(trusted=False)
    challenge = company.v3("POST", "mfa/challenge", {}).ok()["challengeId"]
    body = {"challengeId": challenge, "token": "123456", "device": "mine", "rememberMe": remember}
    device = {"rememberMeId": company.v3("POST", "mfa/challenge/validate", body).ok()["rememberMeId"], "device": "mine"}
    assert company.v3("POST", "mfa/step-up", device).ok() == {"trusted": True}
    assert _login(api, company, **device).ok()["trusted"] is False


def test_wrong_codes_are_counted_although_refused(api: Api) -> None:
    company = api.company(trusted=False)
    challenge = company.v3("POST", "mfa/challenge").ok()["challengeId"]
    wrong = {"challengeId": challenge, "token": "000000"}
    for _ in range(5):
        assert company.v3("POST", "mfa/challenge/validate", wrong).status == 400
    right = {"challengeId": challenge, "token": "123456"}
    assert company.v3("POST", "mfa/challenge/validate", right).codes == ["BDC_1358"]


def test_a_code_is_good_for_ten_minutes(api: Api) -> None:
    company = api.company(trusted=False)
    challenge = company.v3("POST", "mfa/challenge").ok()["challengeId"]
    company.advance(minutes=11)
    body = {"challengeId": challenge, "token": "123456"}
    assert company.v3("POST", "mfa/challenge/validate", body).codes == ["BDC_1374"]
