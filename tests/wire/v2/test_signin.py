"""ListOrgs, the cookies of Login, and multi-factor authentication on v2 (contract v2.md §1.2, §1.5, §1.6)."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from tests.wire.api import Company
from tests.wire.v2.talk import data_of, error_of


def _fields(company: Company, **changes: str) -> dict[str, str]:
    made = company.made
    return {"userName": made["username"], "password": made["password"], "devKey": made["devKey"]} | changes


def _login(company: Company, **changes: str):
    fields = _fields(company, orgId=company.made["organizationId"]) | changes
    return company.api.send("POST", "/api/v2/Login.json", urlencode(fields).encode(), headers={"host": "b.example"})


def _untrusted(company: Company) -> Company:
    return Company(company.api, company.made | {"sessionId": data_of(_login(company))["sessionId"]})


def _authenticate(company: Company, **changes):
    challenge = data_of(company.v2("MFAChallenge", {"useBackup": False}))["challengeId"]
    data = {"challengeId": challenge, "token": "123456", "deviceId": "laptop", "machineName": "m"} | changes
    return company.v2("MFAAuthenticate", data)


# ListOrgs


@pytest.mark.parametrize("place", ["body", "query"])
def test_list_orgs_takes_credentials_from_the_form_or_the_query(company, place):
    fields = _fields(company)
    body, query = (urlencode(fields).encode(), None) if place == "body" else (b"", fields)
    reply = company.api.send("POST", "/api/v2/ListOrgs.json", body, query=query)
    assert data_of(reply) == [{"orgId": company.made["organizationId"], "orgName": "Sandbox Company"}]


def test_list_orgs_shows_each_organization_where_the_user_is_active(api, company):
    from tests.wire.signing_in import join

    ids = sorted([company.made["organizationId"], *(join(company, api.company(name=name)) for name in "BC")])
    body = urlencode(_fields(company)).encode()
    assert [one["orgId"] for one in data_of(api.send("POST", "/api/v2/ListOrgs.json", body))] == ids
    with api.installed.database.transaction() as tx:
        tx.enter_organization(ids[0])
        tx.run("UPDATE users SET record_status = 'inactive' WHERE organization_id = ?", (ids[0],))
    assert [one["orgId"] for one in data_of(api.send("POST", "/api/v2/ListOrgs.json", body))] == ids[1:]


def test_list_orgs_refuses_as_login_does(company):
    for changes, code in (
        ({"password": "wrong"}, "BDC_1101"),
        ({"userName": "nobody@billfold.test"}, "BDC_1101"),
        ({"devKey": "unknown"}, "BDC_1102"),
        ({"devKey": ""}, "BDC_1178"),
        ({"password": ""}, "BDC_1108"),
    ):
        body = urlencode(_fields(company, **changes)).encode()
        assert error_of(company.api.send("POST", "/api/v2/ListOrgs.json", body)) == code, changes


# Cookies


def test_login_sets_six_cookies_of_which_two_are_hidden_from_scripts(company):
    reply = _login(company)
    cookies = [value for name, value in reply.headers if name == "set-cookie"]
    values = dict(cookie.split("; ")[0].split("=", 1) for cookie in cookies)
    assert list(values) == ["sid", "pageuid", "un_csrf", "exputc", "expurl", "expredurl"]
    assert values["sid"] == data_of(reply)["sessionId"]
    assert values["expurl"] == "http%3A%2F%2Fb.example%2F"
    assert all(cookie.endswith("; Path=/; Secure") for cookie in cookies)
    assert ["HttpOnly" in cookie for cookie in cookies] == [True, True, False, False, False, False]
    assert not [name for name, _ in company.v2("GetSessionInfo").headers if name == "set-cookie"]


# Multi-factor authentication


def test_mfa_authenticate_makes_the_session_trusted_and_the_device_remembered(company):
    first = _untrusted(company)
    assert first.pay(first.bill()).codes == ["BDC_1361"]
    mfa_id = data_of(_authenticate(first, rememberMe="true"))["mfaId"]
    assert first.pay(first.bill()).status == 201
    device = {"mfaId": mfa_id, "deviceId": "laptop"}
    assert data_of(first.v2("MFAStatus", device)) == {"isTrusted": True}
    assert data_of(first.v2("MFAStatus", device | {"deviceId": "other"})) == {"isTrusted": False}
    second = Company(company.api, company.made | {"sessionId": data_of(_login(company, **device))["sessionId"]})
    assert second.pay(second.bill()).status == 201
    assert first.v3("POST", "mfa/step-up", {"rememberMeId": mfa_id, "device": "laptop"}).status == 200, (
        "one id for both"
    )


@pytest.mark.parametrize("remember", [False, "false", None])
def test_an_mfa_id_that_is_not_to_be_remembered_speaks_for_its_session_alone(company, remember):
    first = _untrusted(company)
    changes = {} if remember is None else {"rememberMe": remember}
    device = {"mfaId": data_of(_authenticate(first, **changes))["mfaId"], "deviceId": "laptop"}
    assert data_of(first.v2("MFAStatus", device)) == {"isTrusted": True}
    signed_in = data_of(_login(company, **device))
    second = Company(company.api, company.made | {"sessionId": signed_in["sessionId"]})
    assert data_of(second.v2("MFAStatus", device)) == {"isTrusted": False}
    assert second.v3("GET", "login/session").ok()["mfaStatus"] == "CHALLENGE"


def test_a_remembered_device_is_trusted_for_thirty_days(company):
    device = {"mfaId": data_of(_authenticate(_untrusted(company), rememberMe=True))["mfaId"], "deviceId": "laptop"}
    company.advance(days=29, hours=23)
    late = Company(company.api, company.made | {"sessionId": data_of(_login(company, **device))["sessionId"]})
    assert late.v3("GET", "login/session").ok()["mfaStatus"] == "COMPLETE"
    company.advance(hours=2)
    assert data_of(late.v2("MFAStatus", device)) == {"isTrusted": False}
    assert late.v3("GET", "login/session").ok()["mfaStatus"] == "CHALLENGE", "a session's trust ends with the device's"


def test_v2_tells_trust_that_is_over_from_trust_that_never_was(company):
    """BDC_1356 and BDC_1361 on v2; v3 has the one code."""
    bill = company.bill()
    pay = {
        "vendorId": bill["vendorId"],
        "bankAccountId": company.bank_account_id,
        "billPays": [{"billId": bill["id"], "amount": 1}],
    }
    assert error_of(_untrusted(company).v2("PayBills", pay)) == "BDC_1361"
    assert data_of(company.v2("PayBills", pay))
    company.advance(days=31)
    assert error_of(company.v2("PayBills", pay)) == "BDC_1356"
    assert company.pay(bill).codes == ["BDC_1361"]


@pytest.mark.parametrize("place", ["field", "cookie"])
def test_login_knows_a_user_by_a_session_that_is_still_open(company, place):
    from tests.wire.signing_in import login

    for _ in range(5):
        login(company, password="wrong", source="203.0.113.9")
    fields = _fields(company, orgId=company.made["organizationId"])
    headers = {"cookie": f"theme=dark; sid={company.made['sessionId']}"} if place == "cookie" else {}
    known = fields | ({"sessionId": company.made["sessionId"]} if place == "field" else {})

    def send(form, **headers):
        body = urlencode(form).encode()
        return company.api.send("POST", "/api/v2/Login.json", body, headers=headers, source="203.0.113.9")

    assert error_of(send(fields)) == "BDC_1110"
    assert error_of(send(fields, cookie="sid=made-up")) == "BDC_1110"
    assert data_of(send(known, **headers))["orgId"] == company.made["organizationId"]


def test_mfa_on_v2_refuses_with_the_codes_of_v3(company):
    assert error_of(company.v2("MFAChallenge", {"useBackup": True})) == "BDC_1354", "nobody has one"
    assert error_of(company.v2("MFAChallenge", {"useBackup": []})) == "BDC_1124"
    assert error_of(_authenticate(company, token="000000")) == "BDC_1355"
    assert error_of(_authenticate(company, token=None)) == "BDC_1108"
    assert error_of(_authenticate(company, deviceId="")) == "BDC_1108"
    assert error_of(_authenticate(company, challengeId=["x"])) == "BDC_1124"
    company.advance(minutes=5)
    assert error_of(_authenticate(company, deviceId="x" * 256)) == "BDC_1119"
    company.advance(minutes=5)
    assert "mfaId" in data_of(_authenticate(company, token=123456)), "clients send codes as numbers too"
    stranger = company.api.company(trusted=False, phone=False)
    assert error_of(stranger.v2("MFAChallenge")) == "BDC_1354"
