"""Who may sign in, and with what (contract: core §1.2, §1.4; v2.md §1.5, §1.8)."""

from __future__ import annotations

from datetime import datetime

import pytest

from billfold.identity import store
from tests.wire.api import Api, Company
from tests.wire.signing_in import change_key, join, login

# Developer keys, organizations, users


@pytest.mark.parametrize(
    ("attribute", "status", "code"), [("active", 400, "BDC_1103"), ("termsAccepted", 403, "BDC_1104")]
)
def test_a_developer_key_can_be_refused_at_login_and_for_open_sessions(
    api: Api, attribute: str, status: int, code: str
) -> None:
    company = api.company(name="Kite Works")
    change_key(company, **{attribute: False})
    for reply in (login(company), company.v3("GET", "vendors")):
        assert (reply.status, reply.codes) == (status, [code])
    change_key(company, **{attribute: True})
    assert login(company).status == 200


def test_a_partners_key_signs_in_to_its_own_organizations_only(api: Api) -> None:
    company = api.company(name="Kite Works")
    change_key(company, partner="Ledger & Sons")
    reply = login(company)
    assert (reply.status, reply.codes) == (403, ["BDC_1106"])
    assert company.admin("PATCH", "access", {"partner": "Ledger & Sons"}).ok()["partner"] == "Ledger & Sons"
    assert login(company).status == 200
    change_key(company, partner=None)
    assert login(company).status == 200, "a key without a partner signs in anywhere"


@pytest.mark.parametrize(("state", "status", "code"), [("LOCKED", 423, "BDC_1107"), ("WITHOUT_API", 403, "BDC_1105")])
def test_an_organization_can_be_closed_to_sign_in(company: Company, state: str, status: int, code: str) -> None:
    assert company.admin("PATCH", "access", {"status": state}).ok()["status"] == state
    assert company.v3("GET", "vendors").codes == ["BDC_1109"], "whoever was signed in is signed out"
    reply = login(company)
    assert (reply.status, reply.codes) == (status, [code])
    assert login(company, password="wrong").codes == ["BDC_1101"], "strangers learn nothing of the organization"
    company.admin("PATCH", "access", {"status": "ACTIVE"}).ok()
    assert login(company).status == 200
    event = company.sim("GET", "events").ok()["results"][-1]
    assert (event["name"], event["subject"]["status"]) == ("OrganizationAccessChanged", "active")


def test_an_archived_user_cannot_sign_in(company: Company) -> None:
    second = company.v3(
        "POST", "users", {"firstName": "B", "lastName": "C", "email": "bc@billfold.test", "acceptTermsOfService": True}
    ).ok(201)
    assert second["id"]
    company.v3("POST", f"users/{company.made['userId']}/archive").ok()
    reply = login(company)
    assert (reply.status, reply.codes) == (401, ["BDC_1111"])


# Organizations of a login


def test_organizations_are_paged_by_a_hundred(api: Api, company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("billfold.wire.v3.session.PAGE", 2)
    ids = sorted([company.made["organizationId"], *(join(company, api.company()) for _ in range(4))])
    found, page = [], None
    while True:
        answer = company.v3("GET", "login/organizations", **({"page": page} if page else {})).ok()
        assert len(answer["results"]) <= 2
        found += [one["id"] for one in answer["results"]]
        page = answer.get("nextPage")
        if page is None:
            break
    assert found == ids
    for forged in ("???", "AA=="):
        assert company.v3("GET", "login/organizations", page=forged).codes == ["BDC_1129"]


def test_a_session_reads_its_own_organization_after_listing_others(api: Api, company: Company) -> None:
    join(company, api.company())
    assert len(company.v3("GET", "login/organizations").ok()["results"]) == 2
    vendor = company.vendor()
    assert [one["id"] for one in company.v3("GET", "vendors").ok()["results"]] == [vendor["id"]]


# Names in whatever case


def test_who_is_invited_as_Ann_signs_in_as_ann_and_is_shown_as_Ann(api: Api, company: Company) -> None:  # noqa: N802
    user = company.invite("CLERK", "Ann@X.test")
    mail = company.sim("GET", "outbox").ok()["results"][0]
    assert "Your user name is Ann@X.test." in mail["body"]
    answer = {"token": mail["body"].splitlines()[-1], "password": "a-Password-1"}
    assert company.sim("POST", "invitations/accept", answer).ok()["username"] == "Ann@X.test"
    elsewhere = api.company()
    elsewhere.invite("PAYER", "ANN@x.TEST")
    organizations = sorted([company.made["organizationId"], elsewhere.made["organizationId"]])
    for name in ("ann@x.test", "Ann@X.test", "ANN@X.TEST"):
        session = login(company, username=name, password="a-Password-1").ok()
        assert session["userId"] == user["id"]
        theirs = Company(api, company.made | session, company.ids)
        assert [one["id"] for one in theirs.v3("GET", "login/organizations").ok()["results"]] == organizations
        fields = {"userName": name, "password": "a-Password-1"}
        data = company.v2("Login", **fields, orgId=company.made["organizationId"]).json["response_data"]
        assert data["usersId"] == user["id"]
        listed = company.v2("ListOrgs", **fields).json["response_data"]
        assert sorted(one["orgId"] for one in listed) == organizations
    assert login(elsewhere, username="ann@x.test", password="a-Password-1").status == 200, "one login, one password"
    assert company.v2("Crud/Read/User", {"id": user["id"]}).json["response_data"]["loginId"] == "Ann@X.test"
    assert company.v3("GET", f"users/{user['id']}").ok()["email"] == "Ann@X.test"


def test_a_password_that_is_set_for_one_spelling_counts_for_all_and_ends_all_sessions(
    api: Api, company: Company
) -> None:
    user, elsewhere = company.invite("CLERK", "Ann@X.test"), api.company()
    elsewhere.invite("PAYER", "ann@x.test")
    company.sim("POST", f"users/{user['id']}/password", {"password": "a-Password-1"}).ok()
    session = login(elsewhere, username="ann@X.test", password="a-Password-1").ok()["sessionId"]
    company.sim("POST", f"users/{user['id']}/password", {"password": "another-Password-1"}).ok()
    assert elsewhere.v3("GET", "vendors", headers={"sessionid": session}).codes == ["BDC_1109"]
    for one in (company, elsewhere):
        assert login(one, username="ann@x.test", password="a-Password-1").codes == ["BDC_1101"]
        assert login(one, username="aNN@x.test", password="another-Password-1").status == 200


def test_another_spelling_of_a_name_gives_no_more_guesses(company: Company) -> None:
    name = company.made["username"]
    for spelling in (name, name.upper(), name.capitalize(), name.title(), name.swapcase()):
        assert login(company, username=spelling, password="wrong", source="203.0.113.9").codes == ["BDC_1101"]
    assert login(company, username=name.upper(), source="203.0.113.9").codes == ["BDC_1110"]
    assert login(company, source="203.0.113.9").codes == ["BDC_1110"]


# Guessing passwords


def _guess(company: Company, times: int, source: str) -> list[str]:
    return [login(company, password="wrong", source=source).codes[0] for _ in range(times)]


def test_who_guesses_has_to_wait_longer_and_longer(company: Company) -> None:
    assert _guess(company, 7, "203.0.113.9") == ["BDC_1101"] * 5 + ["BDC_1110"] * 2
    reply = login(company, source="203.0.113.9")
    assert (reply.status, reply.codes) == (401, ["BDC_1110"]), "the right password is not looked at either"
    company.advance(minutes=1)
    assert _guess(company, 2, "203.0.113.9") == ["BDC_1101", "BDC_1110"]
    company.advance(minutes=0, hours=0, to=_later(company, seconds=59))
    assert _guess(company, 1, "203.0.113.9") == ["BDC_1110"], "the second wait is a whole minute"
    company.advance(minutes=1)
    assert login(company, source="203.0.113.9").status == 200
    assert _guess(company, 5, "203.0.113.9") == ["BDC_1101"] * 5, "a success forgets what was before"


def _later(company: Company, **by: int) -> str:
    from datetime import timedelta

    return (datetime.fromisoformat(company.sim("GET", "clock").ok()["now"]) + timedelta(**by)).isoformat()


def test_nobody_locks_out_somebody_else(company: Company) -> None:
    trusted = login(company, source="192.0.2.1").ok()["sessionId"]
    _guess(company, 9, "203.0.113.9")
    assert login(company, source="198.51.100.7").status == 200, "from elsewhere"
    known = {"sessionid": trusted}
    assert login(company, source="203.0.113.9", headers=known).status == 200, (
        "from the same network, known by a session"
    )
    company.made["sessionId"] = trusted
    assert company.v3("GET", "vendors").status == 200, "open sessions are not concerned"


def test_a_remembered_device_has_a_count_of_its_own(company: Company) -> None:
    challenge = company.v3("POST", "mfa/challenge").ok()["challengeId"]
    body = {"challengeId": challenge, "token": "123456", "device": "mine", "rememberMe": True}
    device = {"rememberMeId": company.v3("POST", "mfa/challenge/validate", body).ok()["rememberMeId"], "device": "mine"}
    _guess(company, 6, "203.0.113.9")
    assert login(company, source="203.0.113.9", **device).ok()["trusted"] is True
    wrong = [login(company, password="wrong", source="203.0.113.9", **device).codes[0] for _ in range(6)]
    assert wrong == ["BDC_1101"] * 5 + ["BDC_1110"], "whoever stole the device must not guess for ever"
    assert login(company, source="203.0.113.9", **(device | {"device": "other"})).codes == ["BDC_1110"]


def test_neighbours_in_one_network_of_ipv6_count_as_one(company: Company) -> None:
    for last in range(5):
        login(company, password="wrong", source=f"2001:db8:1:2::{last}")
    assert login(company, source="2001:db8:1:2:ffff::1").codes == ["BDC_1110"]
    assert login(company, source="2001:db8:1:3::1").status == 200


def test_unknown_names_answer_as_known_ones_do(company: Company) -> None:
    nobody = [login(company, username="nobody@x.test", source="203.0.113.9").codes[0] for _ in range(6)]
    assert nobody == ["BDC_1101"] * 5 + ["BDC_1110"]


def test_what_was_guessed_is_kept_as_a_keyed_hash_and_for_a_day(company: Company) -> None:
    login(company, username="my secret, in the wrong field", source="203.0.113.9")
    with company.api.installed.database.transaction() as tx:
        assert "secret" not in repr(tx.all("SELECT * FROM throttles"))
    company.advance(hours=25)
    _guess(company, 1, "203.0.113.10")
    with company.api.installed.database.transaction() as tx:
        (rows,) = tx.all("SELECT COUNT(*) FROM throttles")
    assert rows == (1,)
    assert store.THROTTLES.name == "throttles"


def test_list_orgs_and_login_of_one_world_count_together(embedded: Api) -> None:
    from urllib.parse import urlencode

    embedded.sim("POST", "clock/freeze")
    made = embedded.sim("POST", "organizations", {}).ok(201)
    company = Company(embedded, made)
    fields = {"userName": made["username"], "password": "wrong", "devKey": made["devKey"]}
    for _ in range(5):
        embedded.send("POST", "/api/v2/ListOrgs.json", urlencode(fields).encode(), source="203.0.113.9")
    assert login(company, source="203.0.113.9").codes == ["BDC_1110"]
    fields["password"] = made["password"]
    reply = embedded.send("POST", "/api/v2/ListOrgs.json", urlencode(fields).encode(), source="203.0.113.9")
    assert reply.json["response_data"]["error_code"] == "BDC_1110"


def test_a_new_password_ends_the_sessions_of_the_login_in_every_organization(api: Api, company: Company) -> None:
    elsewhere = join(company, api.company())
    session = {"sessionid": login(company, organizationId=elsewhere).ok()["sessionId"]}
    bystander = api.company()
    assert company.v3("GET", "vendors", headers=session).status == 200
    company.sim("POST", f"users/{company.made['userId']}/password", {"password": "another-Password-1"}).ok()
    assert company.v3("GET", "vendors", headers=session).codes == ["BDC_1109"]
    assert company.v3("GET", "vendors").codes == ["BDC_1109"]
    assert bystander.v3("GET", "vendors").status == 200
    assert login(company).codes == ["BDC_1101"]
    assert login(company, password="another-Password-1").status == 200


# What is over is not kept


def test_signing_in_drops_what_ended_long_ago(embedded: Api) -> None:
    company = embedded.company()
    challenge = company.v3("POST", "mfa/challenge").ok()["challengeId"]
    body = {"challengeId": challenge, "token": "123456", "device": "mine", "rememberMe": True}
    company.v3("POST", "mfa/challenge/validate", body).ok()
    company.v3("POST", "mfa/challenge").ok()

    def counts() -> list[int]:
        with embedded.installed.database.transaction() as tx:
            tables = ("sessions", "remembered_devices", "mfa_challenges")
            return [tx.all(f"SELECT COUNT(*) FROM {table}")[0][0] for table in tables]

    login(company).ok()
    assert counts() == [2, 1, 1]
    company.sim("POST", "clock/advance", {"days": 31}).ok()
    company.made["sessionId"] = login(company).ok()["sessionId"]
    company.v3("POST", "mfa/challenge").ok()
    assert counts() == [1, 0, 1]
