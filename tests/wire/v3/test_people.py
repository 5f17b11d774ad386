"""Users, roles and the organization over the wire, as an integrator meets them."""

from __future__ import annotations

from typing import Any

import pytest

from billfold.identity.model import BusinessCategory
from tests.wire.api import Api, Company, Reply


def sign_in(company: Company, username: str, password: str) -> Reply:
    body = {
        "username": username, "password": password,
        "organizationId": company.made["organizationId"], "devKey": company.made["devKey"],
    }  # fmt: skip
    return company.v3("POST", "login", body)


def as_user(company: Company, username: str, password: str) -> Company:
    """The same organization with this user's session."""
    session = sign_in(company, username, password).ok()
    return Company(company.api, company.made | {"sessionId": session["sessionId"], "userId": session["userId"]})


def joined(company: Company, role: str, email: str = "bee@ex.example") -> tuple[dict[str, Any], Company]:
    """A new user with a password, and the user's session."""
    user = company.invite(role, email)
    company.sim("POST", f"users/{user['id']}/password", {"password": "a-Password-1"}).ok()
    return user, as_user(company, email, "a-Password-1")


def test_an_invited_user_answers_the_mail_and_signs_in(company: Company) -> None:
    user = company.invite("PAYER")
    assert user["role"]["type"] == "PAYER"
    assert not user["archived"]
    assert sign_in(company, "bee@ex.example", "a-Password-1").codes == ["BDC_1101"]
    mail = company.sim("GET", "outbox").ok()["results"][0]
    assert (mail["channel"], mail["recipient"]) == ("mail", "bee@ex.example")
    answer = {"token": mail["body"].splitlines()[-1], "password": "a-Password-1"}
    assert company.sim("POST", "invitations/accept", answer).ok()["userId"] == user["id"]
    theirs = as_user(company, "bee@ex.example", "a-Password-1")
    assert theirs.v3("GET", "login/session").ok()["userId"] == user["id"]
    assert company.sim("POST", "invitations/accept", answer).status == 400
    assert theirs.v3("POST", "users", {"firstName": "A", "lastName": "B", "email": "a@b.c"} | _TERMS).status == 403


_TERMS = {"acceptTermsOfService": True}


@pytest.mark.parametrize("password", ["a-Password1", "x" * 201])
def test_a_password_has_12_to_200_characters(company: Company, password: str) -> None:
    user = company.invite("CLERK")
    assert company.sim("POST", f"users/{user['id']}/password", {"password": password}).status == 400


def test_the_terms_have_to_be_accepted_and_the_rest_be_there(company: Company) -> None:
    body = {"firstName": "Clark", "lastName": "Bee", "email": "bee@ex.example"}
    reply = company.v3("POST", "users", body | {"acceptTermsOfService": False})
    assert (reply.status, reply.json[0]["message"]) == (400, "acceptTermsOfService: must be true")
    missing = company.v3("POST", "users", {}).json
    assert {error["message"].split(":")[0] for error in missing} == {
        "firstName", "lastName", "email", "acceptTermsOfService",
    }  # fmt: skip
    reply = company.v3("POST", "users", body | _TERMS | {"firstName": "", "email": "bee"})
    assert [error["message"].split(":")[0] for error in reply.json] == ["firstName", "email"]
    assert company.v3("POST", "users", body | _TERMS).ok(201)["role"]["type"] == "ADMINISTRATOR"
    again = company.v3("POST", "users", body | _TERMS)
    assert (again.status, again.codes) == (422, ["BDC_1119"])


def test_a_changed_role_counts_in_the_session_that_is_open(company: Company) -> None:
    user, theirs = joined(company, "CLERK")
    assert theirs.v3("POST", "vendors", _VENDOR).status == 201
    company.v3("PATCH", f"users/{user['id']}", {"roleId": company.role_id("AUDITOR")}).ok()
    reply = theirs.v3("POST", "vendors", _VENDOR)
    assert (reply.status, reply.codes) == (403, ["BDC_1119"])
    assert reply.json[0]["message"] == "The role AUDITOR lacks the permission to write vendors."
    company.v3("PATCH", f"users/{user['id']}", {"roleId": company.role_id("ADMINISTRATOR")}).ok()
    assert theirs.v3("PATCH", f"users/{user['id']}", {"firstName": "Kal"}).ok()["firstName"] == "Kal"


_VENDOR = {"name": "V", "address": {"line1": "1 A St", "city": "Reno", "zipOrPostalCode": "89501", "country": "US"}}


def test_an_archived_user_is_out_until_restored(company: Company) -> None:
    user, theirs = joined(company, "CLERK")
    assert company.v3("POST", f"users/{user['id']}/archive").ok()["archived"]
    assert theirs.v3("GET", "vendors").codes == ["BDC_1109"]
    reply = sign_in(company, "bee@ex.example", "a-Password-1")
    assert (reply.status, reply.codes) == (401, ["BDC_1111"])
    assert not company.v3("POST", f"users/{user['id']}/restore").ok()["archived"]
    assert theirs.v3("GET", "vendors").codes == ["BDC_1109"]
    as_user(company, "bee@ex.example", "a-Password-1").v3("GET", "vendors").ok()


def test_the_last_administrator_stays(company: Company) -> None:
    own = company.made["userId"]
    for reply in (
        company.v3("POST", f"users/{own}/archive"),
        company.v3("PATCH", f"users/{own}", {"roleId": company.role_id("CLERK")}),
    ):
        assert (reply.status, reply.codes) == (422, ["BDC_1119"])
    assert company.v3("GET", f"users/{own}").ok()["role"]["type"] == "ADMINISTRATOR"


def test_the_address_of_a_user_never_changes(company: Company) -> None:
    user = company.invite("CLERK")
    changed = company.v3("PATCH", f"users/{user['id']}", {"email": "other@ex.example", "lastName": "Kent"}).ok()
    assert (changed["email"], changed["lastName"], changed["firstName"]) == ("bee@ex.example", "Kent", "Clark")


def test_users_are_filtered_sorted_and_paged(company: Company) -> None:
    for number, role in enumerate(("CLERK", "PAYER", "AUDITOR")):
        company.v3("POST", f"users/{company.invite(role, f'u{number}@ex.example')['id']}/archive").ok()
    company.v3("POST", "users", {"firstName": "Zoe", "lastName": "A", "email": "z@ex.example"} | _TERMS).ok(201)
    assert len(company.v3("GET", "users").ok()["results"]) == 5
    active = company.v3("GET", "users", filters="archived:eq:false", sort="firstName:desc").ok()["results"]
    assert [user["firstName"] for user in active] == ["Zoe", "Ada"]
    one = company.v3("GET", "users", filters=f"id:eq:{active[0]['id']}").ok()["results"]
    assert one == [active[0]]
    first = company.v3("GET", "users", max=3).ok()
    rest = company.v3("GET", "users", max=3, page=first["nextPage"]).ok()
    assert [len(first["results"]), len(rest["results"])] == [3, 2]
    assert company.v3("GET", "users", filters="role:eq:CLERK").codes == ["BDC_1130"]
    assert company.v3("GET", "users", sort="email").codes == ["BDC_1130"]


def test_roles_are_listed_and_only_read(company: Company) -> None:
    roles = company.v3("GET", "roles", sort="description:desc").ok()["results"]
    assert [role["type"] for role in roles] == ["PAYER", "CLERK", "AUDITOR", "APPROVER", "ADMINISTRATOR", "ACCOUNTANT"]
    assert company.v3("GET", f"roles/{roles[0]['id']}").ok() == roles[0]
    assert company.v3("POST", "roles", {}).status == 405


def test_only_ones_own_organization_exists(api: Api) -> None:
    ours, theirs = api.company(), api.company()
    own = ours.v3("GET", f"organizations/{ours.made['organizationId']}").ok()
    assert own["address"]["countryName"] == "United States"
    for method in ("GET", "PATCH"):
        reply = ours.v3(method, f"organizations/{theirs.made['organizationId']}", None if method == "GET" else {})
        assert (reply.status, reply.codes) == (404, ["BDC_1205"])


def test_an_organization_says_what_it_is(company: Company) -> None:
    path = f"organizations/{company.made['organizationId']}"
    before = company.v3("GET", path).ok()
    changes = {
        "name": "Rice Cakes Inc", "address": {"zipOrPostalCode": "95003", "line2": "Floor 2"}, "taxId": "12-3456789",
        "mailingAddress": {"line1": "PO Box 1", "city": "Toronto", "zipOrPostalCode": "M5H", "country": "CA"},
        "companyOwner": {"dateOfBirth": "1984-12-31"}, "businessCategory": "S_CORPORATION",
        "processingOptions": {"mailingAddressSameAsPhysical": "false"},
    }  # fmt: skip
    after = company.v3("PATCH", path, changes).ok()
    assert after["address"] == before["address"] | {"zipOrPostalCode": "95003", "line2": "Floor 2"}
    assert after["mailingAddress"]["countryName"] == "Canada"
    assert after["companyOwner"] == {"name": "Ada Pay", "dateOfBirth": "1984-12-31"}
    assert (after["taxId"], after["name"]) == ("*****6789", "Rice Cakes Inc")
    assert after["processingOptions"] == {"mailingAddressSameAsPhysical": False}
    echoed = company.v3("PATCH", path, after).ok()
    assert echoed == after, "what was shown can be sent back"
    assert "mailingAddress" not in company.v3("PATCH", path, {"mailingAddress": None}).ok()
    assert company.v3("GET", path).ok()["address"] == after["address"]
    bad = {"industry": "Dragons", "taxId": "1", "businessCategory": "LLP", "companyOwner": {"dateOfBirth": "soon"}}
    messages = [error["message"] for error in company.v3("PATCH", path, bad).json]
    assert messages == [
        "companyOwner.dateOfBirth: must be a day, such as 2026-01-31",
        f"businessCategory: must be one of {', '.join(BusinessCategory)}",
    ]
    del bad["businessCategory"], bad["companyOwner"]
    messages = [error["message"] for error in company.v3("PATCH", path, bad).json]
    assert messages == ["taxId: must be nine digits", "industry: is not one of the list"]


def test_industries_are_what_an_organization_can_be_of(company: Company) -> None:
    industries = company.v3("GET", "organizations/industries").ok()["results"]
    assert len(industries) == len(set(industries)) > 50
    assert "Restaurant Caterer or Bar" in industries
    path = f"organizations/{company.made['organizationId']}"
    for industry in (industries[0], industries[-1]):
        assert company.v3("PATCH", path, {"industry": industry}).ok()["industry"] == industry
