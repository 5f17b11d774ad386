"""v3: the organization's bank accounts, their users, and what can be paid with."""

from __future__ import annotations

import pytest

from tests.wire.api import Company
from tests.wire.colleagues import colleague, user_id

BANKS = "funding-accounts/banks"
USERS = f"{BANKS}/users"


def a_bank(company: Company, *, verified: bool = True, **more: object) -> dict:
    body = {
        "nameOnAccount": "Kestrel Foods", "routingNumber": "074000010", "accountNumber": "000111222333",
        "type": "CHECKING", "ownerType": "BUSINESS", "bankName": "Second",
    }  # fmt: skip
    made = company.v3("POST", BANKS, body | more).ok(201)
    if verified:
        company.v3("POST", f"{BANKS}/{made['id']}/verify", {"depositAmount": 0.50}).ok()
    return company.v3("GET", f"{BANKS}/{made['id']}").ok()


def test_an_account_goes_from_its_test_deposit_to_the_archive(company):
    made = a_bank(company, verified=False)
    assert (made["status"], made["accountNumber"], made["default"]) == (
        "PENDING", "********2333", {"payables": False, "receivables": False},
    )  # fmt: skip
    path = f"{BANKS}/{made['id']}"
    assert company.v3("POST", f"{path}/archive").codes == ["BDC_1119"]
    assert company.v3("PATCH", path, {"bankName": "X"}).codes == ["BDC_1119"]
    assert company.v3("POST", f"{path}/verify", {"depositAmount": 0.5}).ok() == {"verified": True}
    changed = company.v3("PATCH", path, {"bankName": "Main", "ownerType": "PERSONAL", "accessToAdmins": True}).ok()
    assert (changed["bankName"], changed["ownerType"], changed["accessToAdmins"]) == ("Main", "PERSONAL", True)
    assert changed["nameOnAccount"] == made["nameOnAccount"]
    archived = company.v3("POST", f"{path}/archive").ok()
    assert (archived["archived"], archived["status"]) == (True, "VERIFIED")
    assert company.v3("POST", f"{path}/archive").ok() == archived
    assert company.v3("POST", f"{path}/restore").status == 404


def test_administrators_are_told_of_a_new_account_by_mail_without_its_number(company):
    a_bank(company, verified=False)
    newest = company.sim("GET", "outbox").ok()["results"][0]
    assert (newest["channel"], newest["recipient"]) == ("mail", company.made["username"])
    assert "ending in 2333" in newest["body"]
    assert "2026-03-17" in newest["body"]
    assert "111222333" not in newest["body"]


def test_three_wrong_tries_make_it_invalid_though_each_was_refused(company):
    made = a_bank(company, verified=False)
    verify = f"{BANKS}/{made['id']}/verify"
    for _ in range(3):
        assert company.v3("POST", verify, {"depositAmount": 0.51}).codes == ["BDC_1119"]
    assert company.v3("GET", f"{BANKS}/{made['id']}").ok()["status"] == "INVALID"
    assert company.v3("POST", verify, {"depositAmount": 0.5}).status == 422


def test_an_account_that_was_not_verified_in_time_is_found_as_not_verified(company):
    made = a_bank(company, verified=False)
    company.advance(days=14, minutes=1)
    found = company.v3("GET", BANKS, filters="status:eq:NOT_VERIFIED").ok()["results"]
    assert [one["id"] for one in found] == [made["id"]]
    assert found[0]["status"] == "NOT_VERIFIED"
    assert company.v3("GET", BANKS, filters="status:in:EXPIRED").codes == ["BDC_1129"]


def test_the_default_moves_and_is_one(company):
    second = a_bank(company)
    changed = company.v3("PATCH", f"{BANKS}/{second['id']}", {"default": {"payables": True}}).ok()
    assert changed["default"] == {"payables": True, "receivables": False}
    all_of_them = company.v3("GET", BANKS, sort="createdTime:desc").ok()["results"]
    assert [one["default"]["payables"] for one in all_of_them] == [True, False]


@pytest.mark.parametrize(
    ("field", "value"), [("routingNumber", "322271627"), ("accountNumber", "1"), ("type", "SAVINGS")]
)
def test_numbers_and_type_never_change_but_may_be_sent_back(company, field, value):
    made = a_bank(company)
    path = f"{BANKS}/{made['id']}"
    refused = company.v3("PATCH", path, {field: value})
    assert (refused.status, refused.codes) == (400, ["BDC_1119"])
    assert field in refused.json[0]["message"]
    assert company.v3("PATCH", path, {field: made[field], "bankName": "Same"}).ok()[field] == made[field]


def test_the_chart_of_account_exists_and_is_in_use(company):
    made = a_bank(company)
    path = f"{BANKS}/{made['id']}"
    account = company.v3("POST", "classifications/chart-of-accounts", {"name": "Bank", "account": {"type": "BANK"}}).ok(
        201
    )
    assert company.v3("PATCH", path, {"chartOfAccountId": "0ca01QQQQQQQQQQQzzzz"}).codes == ["BDC_1205"]
    assert company.v3("PATCH", path, {"chartOfAccountId": account["id"]}).ok()["chartOfAccountId"] == account["id"]
    company.v3("POST", f"classifications/chart-of-accounts/{account['id']}/archive").ok()
    assert company.v3("PATCH", path, {"chartOfAccountId": account["id"]}).ok()["chartOfAccountId"] == account["id"]
    assert "chartOfAccountId" not in company.v3("PATCH", path, {"chartOfAccountId": None}).ok()
    assert company.v3("PATCH", path, {"chartOfAccountId": account["id"]}).status == 422


def test_an_account_is_found_by_the_name_that_its_path_has(company):
    made = a_bank(company)
    found = company.v3("GET", BANKS, filters=f"bankAccountId:eq:{made['id']}").ok()["results"]
    assert [one["id"] for one in found] == [made["id"]]


def test_creating_needs_an_administrator_and_a_trusted_session(embedded):
    untrusted = embedded.company(trusted=False)
    assert untrusted.v3("POST", BANKS, {}).codes == ["BDC_1361"]
    clerk = embedded.company()
    clerk.sign_in_as("ACCOUNTANT")
    assert clerk.v3("POST", BANKS, {}).status == 403


def test_a_nominee_pays_after_the_identity_check(company):
    payer = company.user("PAYER")
    nominee = {"bankAccountId": company.bank_account_id, "userId": payer}
    assert company.v3("POST", f"{USERS}/nominate", nominee).ok() == {"status": "SUCCESS"}
    assert company.v3("POST", USERS, nominee).codes == ["BDC_1119"]
    (row,) = company.v3("GET", USERS, filters="verificationStatus:eq:NOMINATED").ok()["results"]
    assert (row["userId"], row["archived"]) == (payer, False)
    assert company.sim("POST", f"bank-account-users/{row['id']}/verify").ok()["verificationStatus"] == "VERIFIED"
    archived = company.v3("POST", f"{USERS}/{row['id']}/archive").ok()
    assert (archived["archived"], archived["verificationStatus"]) == (True, "UNVERIFIED")
    assert company.sim("POST", f"bank-account-users/{row['id']}/verify").status == 422


def test_current_user_limits_the_list_and_its_pages_to_the_caller(company):
    for number in range(3):
        a_bank(company, bankName=f"Bank {number}")
    company.v3("POST", USERS, {"bankAccountId": company.bank_account_id, "userId": company.user("PAYER")}).ok()
    assert len(company.v3("GET", USERS).ok()["results"]) == 5
    first = company.v3("GET", USERS, currentUser="true", max=2, filters="archived:eq:false").ok()
    rest = company.v3("GET", USERS, page=first["nextPage"]).ok()
    rows = first["results"] + rest["results"]
    assert {row["userId"] for row in rows} == {company.made["userId"]}
    assert len(rows) == 4
    assert company.v3("GET", USERS, page=first["nextPage"], currentUser="true").ok() == rest
    assert company.v3("GET", USERS, currentUser="maybe").codes == ["BDC_1129"]


def test_pay_online_is_whether_the_caller_could(embedded):
    company = embedded.company()
    path = "funding-accounts/permissions"
    assert company.v3("GET", path).ok()["user"] == {"payOnline": True}
    company.sign_in_as("CLERK")
    assert company.v3("GET", path).ok()["user"] == {"payOnline": False}
    company.sign_in_as("ADMINISTRATOR")
    company.v3("POST", f"{BANKS}/{company.bank_account_id}/archive").ok()
    assert company.v3("GET", path).ok()["user"] == {"payOnline": False}


def test_an_organization_without_cards_says_so_in_their_own_shapes(embedded):
    company = embedded.company()
    vendor = company.vendor()
    cards = "funding-accounts/cards"
    assert company.v3("GET", "funding-accounts/ap-cards").ok() == []
    assert company.v3("GET", cards, cardUserStatus="NOMINATED").ok()["cards"] == []
    assert company.v3("GET", cards).codes == ["BDC_1108"]
    assert company.v3("GET", cards, cardUserStatus="X").codes == ["BDC_1129"]
    assert company.v3("GET", f"{cards}/users", currentUser="true").ok() == {"results": []}
    assert company.v3("GET", f"{cards}/0ca01QQQQQQQQQQQzzzz").codes == ["BDC_1205"]
    purposes = f"{cards}/funding-purposes"
    assert company.v3("GET", purposes, vendorId=vendor["id"], brand="VISA").ok()["results"][0]["subCategories"]
    assert company.v3("GET", purposes, vendorId=vendor["id"]).codes == ["BDC_1108"]
    assert company.v3("GET", purposes, brand="visa").codes == ["BDC_1108"]
    assert company.v3("GET", purposes, vendorId=vendor["id"], brand="shell").codes == ["BDC_1129"]
    assert company.v3("GET", purposes, vendorId="00901QQQQQQQQQQQzzzz", brand="visa").codes == ["BDC_1205"]


# Administrators whom an account gives access


def standing(company: Company, account: dict, who: Company) -> list[str]:
    found = company.v3("GET", USERS, filters=f"bankAccountId:eq:{account['id']},userId:eq:{user_id(who)}").ok()
    return [one["verificationStatus"] for one in found["results"]]


def may_pay(who: Company) -> bool:
    return who.v3("GET", "funding-accounts/permissions").ok()["user"]["payOnline"]


def become(company: Company, who: Company, role: str) -> None:
    company.v3("PATCH", f"users/{user_id(who)}", {"roleId": company.role_id(role)}).ok()


def test_access_to_administrators_makes_each_a_verified_user_until_it_is_taken_back(company):
    other, payer = colleague(company, "ADMINISTRATOR"), colleague(company, "PAYER", "cy")
    account = a_bank(company)
    path = f"{BANKS}/{account['id']}"
    assert (standing(company, account, company), standing(company, account, other)) == (["VERIFIED"], [])
    for access, expected in ((True, "VERIFIED"), (False, "UNVERIFIED"), (True, "VERIFIED")):
        company.v3("PATCH", path, {"accessToAdmins": access}).ok()
        assert standing(company, account, other) == [expected]
        assert may_pay(other) is access
        assert standing(company, account, company) == ["VERIFIED"], "who added it is a user without that"
        assert standing(company, account, payer) == []


def test_an_account_with_access_for_administrators_has_them_as_users_once_it_is_verified(company):
    other = colleague(company, "ADMINISTRATOR")
    pending = a_bank(company, verified=False, accessToAdmins=True)
    assert standing(company, pending, other) == []
    company.v3("POST", f"{BANKS}/{pending['id']}/verify", {"depositAmount": 0.5}).ok()
    assert standing(company, pending, other) == ["VERIFIED"]
    own = other.v3("GET", USERS, currentUser="true").ok()["results"]
    assert [(one["bankAccountId"], one["archived"]) for one in own] == [(pending["id"], False)]


def test_who_becomes_administrator_later_is_a_user_and_who_ceases_to_be_one_is_not(company):
    account = a_bank(company, accessToAdmins=True)
    other = colleague(company, "ADMINISTRATOR")
    assert standing(company, account, other) == ["VERIFIED"]
    become(company, other, "PAYER")
    assert (standing(company, account, other), may_pay(other)) == (["UNVERIFIED"], False)
    become(company, other, "ADMINISTRATOR")
    assert (standing(company, account, other), may_pay(other)) == (["VERIFIED"], True)
    company.v3("POST", f"users/{user_id(other)}/archive").ok()
    assert standing(company, account, other) == ["UNVERIFIED"]
    company.v3("POST", f"users/{user_id(other)}/restore").ok()
    assert standing(company, account, other) == ["VERIFIED"]


def test_an_administrator_who_is_taken_off_an_account_stays_off_until_access_is_given_anew(company):
    account = a_bank(company, accessToAdmins=True)
    other = colleague(company, "ADMINISTRATOR")
    (row,) = other.v3("GET", USERS, currentUser="true").ok()["results"]
    company.v3("POST", f"{USERS}/{row['id']}/archive").ok()
    company.v3("PATCH", f"users/{user_id(other)}", {"firstName": "Bobby"}).ok()
    assert (standing(company, account, other), may_pay(other)) == (["UNVERIFIED"], False)
    for access in (False, True):
        company.v3("PATCH", f"{BANKS}/{account['id']}", {"accessToAdmins": access}).ok()
    assert (standing(company, account, other), may_pay(other)) == (["VERIFIED"], True)


def test_an_administrator_who_was_nominated_before_keeps_the_right_to_pay_without_the_access(company):
    account = a_bank(company)
    other = colleague(company, "ADMINISTRATOR")
    company.v3("POST", f"{USERS}/nominate", {"bankAccountId": account["id"], "userId": user_id(other)}).ok()
    (row,) = other.v3("GET", USERS, currentUser="true").ok()["results"]
    company.sim("POST", f"bank-account-users/{row['id']}/verify").ok()
    for access in (True, False):
        company.v3("PATCH", f"{BANKS}/{account['id']}", {"accessToAdmins": access}).ok()
    assert standing(company, account, other) == ["VERIFIED"]
