"""Signing in with a sync token instead of a name and a password (v2.md §1.5, core §1.2)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from billfold.identity.permissions import SYNC_TOKEN_PERMISSIONS, Permission
from tests.wire.api import Api, Company
from tests.wire.signing_in import change_key, login


def make(company: Company, name: str = "Ledger link", user_id: str = "") -> dict[str, Any]:
    body = {"name": name, "userId": user_id or company.made["userId"]}
    return company.admin("POST", "sync-tokens", body).ok(201)


def session_of(company: Company, token: dict[str, Any]) -> Company:
    signed_in = login(company, username=token["name"], password=token["token"]).ok()
    assert signed_in["userId"] == token["userId"]
    assert signed_in["trusted"] is False
    return Company(company.api, company.made | {"sessionId": signed_in["sessionId"]}, company.ids)


def test_a_token_signs_in_on_both_faces(company: Company) -> None:
    token = make(company)
    assert session_of(company, token).v3("GET", "vendors").status == 200
    assert session_of(company, token | {"name": "ledger LINK"}).v3("GET", "vendors").status == 200
    made = company.made
    fields = {"userName": token["name"], "password": token["token"], "devKey": made["devKey"]}
    body = urlencode(fields | {"orgId": made["organizationId"]}).encode()
    answer = company.api.send("POST", "/api/v2/Login.json", body).json
    assert answer["response_data"]["usersId"] == made["userId"]


def test_a_wrong_value_name_or_organization_is_refused_like_a_wrong_password(api: Api, company: Company) -> None:
    token = make(company)
    for changes in (
        {"password": token["token"] + "x"},
        {"password": ""},
        {"username": "Another link"},
        {"organizationId": api.company().made["organizationId"]},
    ):
        reply = login(company, **({"username": token["name"], "password": token["token"]} | changes))
        assert (reply.status, reply.codes) == (401, ["BDC_1101"]), changes


def test_its_session_keeps_the_books_but_neither_pays_nor_passes_mfa(company: Company) -> None:
    bill = company.bill()
    link = session_of(company, make(company))
    link.bill(link.vendor(None))
    refusals = [
        link.pay(bill),
        link.v3("POST", "mfa/challenge"),
        link.v3("GET", "mfa/phones"),
        link.v3("POST", "mfa/setup", {"type": "TOTP"}),
        link.v3(
            "POST",
            "users",
            {"firstName": "B", "lastName": "C", "email": "bc@billfold.test", "acceptTermsOfService": True},
        ),
    ]
    for reply in refusals:
        assert (reply.status, reply.codes) == (403, ["BDC_1119"])
    assert refusals[0].json[0]["message"] == "A session of a sync token lacks the permission to pay bills."
    assert link.v2("MFAChallenge").json["response_data"]["error_code"] == "BDC_1119"
    assert link.v3("POST", "logout").status == 200


def test_its_session_cannot_say_where_a_vendor_is_paid(company: Company) -> None:
    vendor, paid_by_check = company.vendor(), company.vendor(None)
    link = session_of(company, make(company))
    address = {
        "line1": "9 Pine Rd",
        "city": "Reno",
        "stateOrProvince": "NV",
        "zipOrPostalCode": "89501",
        "country": "US",
    }
    account = {"nameOnAccount": "Somebody else", "accountNumber": "000111222333", "routingNumber": "322271627"}
    for reply in (
        link.v3("DELETE", f"vendors/{vendor['id']}/bank-account"),
        link.v3("POST", f"vendors/{paid_by_check['id']}/bank-account", account),
        link.v3("POST", "vendors", {"name": "x", "address": address, "paymentInformation": {"bankAccount": account}}),
    ):
        assert (reply.status, reply.codes) == (403, ["BDC_1119"]), reply.json
    assert company.v3("GET", f"vendors/{vendor['id']}/bank-account").status == 200
    assert company.v3("GET", f"vendors/{paid_by_check['id']}/bank-account").status == 404


def test_it_may_never_do_more_than_its_users_role(company: Company) -> None:
    link = session_of(company, make(company))
    link.sign_in_as("AUDITOR")
    reply = link.v3("POST", "vendors", {"name": "x"})
    assert reply.json[0]["message"] == "The role AUDITOR lacks the permission to write vendors."


@pytest.mark.parametrize("permission", sorted(set(Permission) - SYNC_TOKEN_PERMISSIONS))
def test_what_it_may_not_is_money_people_approvals_and_mfa(permission: Permission) -> None:
    assert permission in {
        Permission.MFA, Permission.APPROVE, Permission.WRITE_POLICIES, Permission.RECORD_PAYMENTS, Permission.PAY_BILLS,
        Permission.PAY_UNAPPROVED_BILLS, Permission.MANAGE_BANK_ACCOUNTS, Permission.MANAGE_USERS,
        Permission.MANAGE_ORGANIZATION,
    }  # fmt: skip


def test_a_key_that_bypasses_mfa_does_not_make_it_trusted(api: Api) -> None:
    company = api.company(name="Kite Works")
    change_key(company, mfaBypass=True)
    link = session_of(company, make(company))
    assert link.v3("GET", "login/session").ok()["mfaBypass"] is False
    assert company.v3("GET", "login/session").ok()["mfaBypass"] is True


def test_its_session_lasts_48_hours_used_or_not(company: Company) -> None:
    link = session_of(company, make(company))
    company.sim("POST", "clock/advance", {"hours": 47}).ok()
    assert link.v3("GET", "vendors").status == 200, "no idle limit"
    company.sim("POST", "clock/advance", {"minutes": 60}).ok()
    assert link.v3("GET", "vendors").status == 200
    company.sim("POST", "clock/advance", {"minutes": 1}).ok()
    assert link.v3("GET", "vendors").codes == ["BDC_1109"], "and no renewal by use"


def test_revoking_ends_its_sessions_and_opens_no_more(company: Company) -> None:
    token, other = make(company), make(company, "Another link")
    link, second = session_of(company, token), session_of(company, other)
    for _ in range(2):
        assert company.admin("POST", f"sync-tokens/{token['id']}/revoke").ok()["revokedTime"]
    assert link.v3("GET", "vendors").codes == ["BDC_1109"]
    reply = login(company, username=token["name"], password=token["token"])
    assert (reply.status, reply.codes) == (401, ["BDC_1113"])
    assert second.v3("GET", "vendors").status == 200
    assert company.v3("GET", "vendors").status == 200
    assert make(company)["id"] != token["id"], "the name is free again"


def test_the_value_is_shown_once_and_the_list_has_every_token(company: Company) -> None:
    token, other = make(company), make(company, "Another link")
    company.admin("POST", f"sync-tokens/{other['id']}/revoke").ok()
    listed = company.admin("GET", "sync-tokens").ok()["results"]
    assert [one["id"] for one in listed] == [token["id"], other["id"]]
    assert ["revokedTime" in one for one in listed] == [False, True]
    assert not any("token" in one for one in listed)
    events = company.sim("GET", "events", subjectId=token["id"]).ok()["results"]
    assert [event["name"] for event in events] == ["SyncTokenCreated"]
    assert token["token"] not in str(company.sim("GET", "events").ok())


def test_names_and_users_of_tokens_are_checked(api: Api, company: Company) -> None:
    make(company)
    stranger = api.company().made["userId"]
    for body, status in (
        ({"name": "Ledger link", "userId": company.made["userId"]}, 400),
        ({"name": " ", "userId": company.made["userId"]}, 400),
        ({"name": "x" * 101, "userId": company.made["userId"]}, 400),
        ({"name": "x", "userId": stranger}, 404),
        ({"name": "x", "userId": "00601AAAAAAAAAAA1abc"}, 404),
    ):
        assert company.admin("POST", "sync-tokens", body).status == status, body


def test_a_token_of_an_archived_user_signs_in_nobody(company: Company) -> None:
    user = company.v3(
        "POST", "users", {"firstName": "B", "lastName": "C", "email": "bc@billfold.test", "acceptTermsOfService": True}
    ).ok(201)
    token = make(company, user_id=user["id"])
    link = session_of(company, token)
    company.v3("POST", f"users/{user['id']}/archive").ok()
    assert link.v3("GET", "vendors").codes == ["BDC_1109"]
    assert login(company, username=token["name"], password=token["token"]).codes == ["BDC_1111"]
