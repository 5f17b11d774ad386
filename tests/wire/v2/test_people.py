"""User, Profile, GetProfilePermissions and Organization on v2 (contract v2.md §10.4 to §10.7)."""

from __future__ import annotations

import pytest

from billfold.identity.permissions import ROLE_PERMISSIONS, Permission
from tests.wire.api import Company
from tests.wire.v2.talk import NULLID, create, data_of, error_of, listed, message_of, read, update, where

_BEE = {"firstName": "Clark", "lastName": "Bee", "email": "bee@ex.example"}


def profile(company: Company, name: str) -> str:
    return next(one["id"] for one in listed(company, "Profile") if one["name"] == name)


def test_a_users_fields_are_in_the_order_of_the_contract(company: Company) -> None:
    clerk = profile(company, "Clerk")
    user = create(company, "User", profileId=clerk, **_BEE)
    assert (
        list(user)
        == (
            "entity id isActive createdTime updatedTime loginId profileId firstName lastName email timezoneId "
            "partnerUserGroupType"
        ).split()
    )
    assert (user["profileId"], user["loginId"], user["timezoneId"]) == (clerk, "bee@ex.example", "3")
    assert read(company, "User", user["id"]) == user
    assert company.v3("GET", f"users/{user['id']}").ok()["role"]["id"] == clerk


@pytest.mark.parametrize("missing", ["profileId", "firstName", "lastName", "email"])
def test_a_user_needs_names_an_address_and_a_profile(company: Company, missing: str) -> None:
    fields = {
        name: value for name, value in (_BEE | {"profileId": profile(company, "Clerk")}).items() if name != missing
    }
    reply = company.v2("Crud/Create/User", {"obj": {"entity": "User"} | fields})
    assert error_of(reply) == "BDC_1117"
    assert missing in message_of(reply)


def test_a_user_is_changed_but_for_the_address(company: Company) -> None:
    user = create(company, "User", profileId=profile(company, "Clerk"), **_BEE)
    payer = profile(company, "Payer")
    changed = data_of(
        update(company, "User", user["id"], profileId=payer, lastName="Kent", email="x@y.example", timezoneId="6")
    )
    assert changed | {"updatedTime": ""} == user | {
        "profileId": payer, "lastName": "Kent", "timezoneId": "6", "updatedTime": "",
    }  # fmt: skip
    assert error_of(update(company, "User", user["id"], profileId="0po01QQQQQQQQQQQzzzz")) == "BDC_1120"
    assert error_of(update(company, "User", user["id"], timezoneId="99")) == "BDC_1119"


def test_delete_undelete_and_is_active_are_archive_and_restore(company: Company) -> None:
    user = create(company, "User", profileId=profile(company, "Clerk"), **_BEE)
    own = user["id"]
    assert data_of(company.v2("Crud/Delete/User", {"id": own}))["isActive"] == "2"
    assert data_of(company.v2("Crud/Delete/User", {"id": own}))["isActive"] == "2"
    assert data_of(company.v2("Crud/Undelete/User", {"id": own}))["isActive"] == "1"
    assert data_of(update(company, "User", own, isActive="2"))["isActive"] == "2"
    assert [one["id"] for one in listed(company, "User", filters=[where("isActive", "=", "2")])] == [own]
    assert error_of(company.v2("Crud/Delete/User", {"id": company.made["userId"]})) == "BDC_1119"
    assert error_of(update(company, "User", company.made["userId"], profileId=profile(company, "Clerk"))) == "BDC_1119"


def test_an_archived_users_login_is_refused(company: Company) -> None:
    user = create(company, "User", profileId=profile(company, "Clerk"), **_BEE)
    company.sim("POST", f"users/{user['id']}/password", {"password": "a-Password-1"}).ok()
    fields = {"userName": "bee@ex.example", "password": "a-Password-1", "orgId": company.made["organizationId"]}
    assert data_of(company.v2("Login", **fields))["usersId"] == user["id"]
    company.v2("Crud/Delete/User", {"id": user["id"]})
    assert error_of(company.v2("Login", **fields)) == "BDC_1111"


def test_users_are_found_by_their_profile(company: Company) -> None:
    clerk, payer = profile(company, "Clerk"), profile(company, "Payer")
    made = [
        create(company, "User", profileId=one, **_BEE | {"email": f"u{number}@ex.example"})["id"]
        for number, one in enumerate((clerk, payer, clerk))
    ]

    def found(op: str, value: str) -> list[str]:
        return [one["id"] for one in listed(company, "User", filters=[where("profileId", op, value)])]

    assert found("=", clerk) == [made[0], made[2]]
    assert found("in", f"{clerk},{payer}") == made
    assert found("!=", clerk) == [company.made["userId"], made[1]]
    assert found("=", "0po01QQQQQQQQQQQzzzz") == found("=", NULLID) == []
    by_role = listed(company, "User", sort=[{"field": "profileId", "asc": True}])
    assert [one["id"] for one in by_role] == [company.made["userId"], made[0], made[2], made[1]]


def test_profiles_are_read_only_and_the_administrators_type_is_2(company: Company) -> None:
    profiles = listed(company, "Profile")
    assert {one["name"]: one["type"] for one in profiles} == {
        "Administrator": "2", "Accountant": "3", "Approver": "4", "Payer": "5", "Clerk": "6", "Auditor": "7",
    }  # fmt: skip
    assert list(profiles[0]) == "entity id createdTime updatedTime name type description".split()
    assert listed(company, "Profile", filters=[where("type", "=", "2")]) == [profiles[0]]
    assert read(company, "Profile", profiles[0]["id"]) == profiles[0]
    assert error_of(company.v2("Crud/Create/Profile", {"obj": {"name": "Boss"}})) == "BDC_1116"


def test_a_profile_says_what_it_allows(company: Company) -> None:
    for one in listed(company, "Profile"):
        shown = data_of(company.v2("GetProfilePermissions", {"profileId": one["id"]}))["permissions"]
        allowed = ROLE_PERMISSIONS[one["name"].upper()] - {Permission.SESSION, Permission.MFA}
        assert set(shown) == {permission.name for permission in allowed}
    assert error_of(company.v2("GetProfilePermissions", {})) == "BDC_1108"
    assert error_of(company.v2("GetProfilePermissions", {"profileId": "0po01QQQQQQQQQQQzzzz"})) == "BDC_1120"


def test_an_organization_is_ones_own(company: Company) -> None:
    own = company.made["organizationId"]
    organization = read(company, "Organization", own)
    assert (organization["id"], organization["name"], organization["accountType"]) == (own, "Sandbox Company", "1")
    assert listed(company, "Organization") == [organization]
    assert listed(company, "Organization", start=1) == []
    other = company.api.company().made["organizationId"]
    assert error_of(company.v2("Crud/Read/Organization", {"id": other})) == "BDC_1120"
    assert error_of(company.v2("List/Organization", {"filters": [where("name", "=", "X")]})) == "BDC_1130"
    company.v3("PATCH", f"organizations/{own}", {"name": "Rice Cakes Inc", "accountType": None}).ok()
    organization = read(company, "Organization", own)
    assert (organization["name"], organization["accountType"]) == ("Rice Cakes Inc", "0")
