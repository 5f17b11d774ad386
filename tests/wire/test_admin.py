"""The administration face: who may call it, and what it sets up."""

from __future__ import annotations

import json
from base64 import b64decode
from typing import Any

import pytest

from billfold.bankfiles import nacha
from billfold.bankfiles.statements import Kind
from tests.wire.api import Api, Company
from tests.wire.statement_examples import a_line, encoded

ACME = {
    "name": "Acme",
    "administrator": {
        "email": "ada@acme.example",
        "password": "correct horse battery",
        "firstName": "Ada",
        "lastName": "Byte",
    },
}
SECOND = {
    "nameOnAccount": "Us", "routingNumber": "074000010", "accountNumber": "000111222333",
    "type": "CHECKING", "ownerType": "BUSINESS", "bankName": "Second",
}  # fmt: skip
#: A PNG of one pixel.
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@pytest.mark.parametrize("token", ["", "nonsense"])
def test_nobody_administers_without_a_token(embedded: Api, token: str) -> None:
    reply = embedded.admin("POST", "organizations", ACME, token=token)
    assert (reply.status, reply.json["code"]) == (401, "AdminTokenInvalid")
    assert embedded.admin("GET", "organizations").ok() == {"results": []}


def test_a_revoked_token_is_refused_at_once(embedded: Api) -> None:
    made = embedded.admin("POST", "tokens", {"name": "Old"}).ok(201)
    assert embedded.admin("GET", "tokens", token=made["token"]).ok()
    embedded.admin("POST", f"tokens/{made['id']}/revoke").ok()
    assert embedded.admin("GET", "tokens", token=made["token"]).status == 401
    assert "token" not in embedded.admin("GET", "tokens").ok()["results"][-1]


def test_the_token_of_an_organization_sees_no_other_and_nothing_above(api: Api) -> None:
    ours, theirs = api.company(), api.company()
    assert ours.admin("GET", "originator").ok()
    their_path = f"organizations/{theirs.made['organizationId']}/originator"
    foreign = api.admin("GET", their_path, token=ours.admin_token)
    unknown = api.admin("GET", "organizations/00801NOBODYNOBODY001/originator", token=ours.admin_token)
    assert foreign.status == unknown.status == 404
    assert foreign.json["code"] == unknown.json["code"] == "NotFound"
    above = api.admin("GET", "organizations", token=ours.admin_token)
    assert (above.status, above.json["code"]) == (403, "TokenOfOneOrganization")


def test_an_organization_founded_by_an_administrator_is_signed_in_to_over_both_faces(api: Api) -> None:
    founded = api.admin("POST", "organizations", ACME).ok(201)
    key = api.admin("POST", "developer-keys", {"name": "Web shop"}).ok(201)["devKey"]
    credentials = {"organizationId": founded["organizationId"], "devKey": key}
    person = {"username": "ada@acme.example", "password": "correct horse battery"}
    session = Company(api, credentials | {"sessionId": _login(api, credentials | person)["sessionId"]})
    assert session.v3("GET", "login/session").ok()["userId"] == founded["userId"]
    assert session.v2("GetSessionInfo").ok()["response_data"]["userId"] == founded["userId"]


def test_a_short_password_is_refused_and_founds_nothing(embedded: Api) -> None:
    body = ACME | {"administrator": ACME["administrator"] | {"password": "short"}}
    reply = embedded.admin("POST", "organizations", body)
    assert reply.status == 400
    assert reply.json["message"] == "administrator.password: must have at least 12 characters"
    assert embedded.admin("GET", "organizations").ok() == {"results": []}


def test_a_key_that_is_switched_off_is_refused_in_open_sessions_too(embedded: Api) -> None:
    company = embedded.company()
    listed = embedded.admin("GET", "developer-keys").ok()["results"]
    (key,) = [one for one in listed if one["name"] == "Sandbox Company"]
    embedded.admin("PATCH", f"developer-keys/{key['id']}", {"active": False}).ok()
    assert company.v3("GET", "vendors").codes == ["BDC_1103"]


@pytest.mark.parametrize("length", [0, 3, 10, 19])
def test_the_beginning_of_a_keys_id_changes_no_key(api: Api, length: int) -> None:
    key = api.admin("POST", "developer-keys", {"name": "Web shop"}).ok(201)
    reply = api.admin("PATCH", f"developer-keys/{key['id'][:length] or 'none'}", {"active": False})
    assert (reply.status, reply.json["code"]) == (404, "NotFound")
    assert [one["active"] for one in api.admin("GET", "developer-keys").ok()["results"]] == [True]
    assert api.admin("PATCH", f"developer-keys/{key['id']}", {"active": False}).ok()["active"] is False


def test_the_vintage_of_a_key_decides_the_fields_of_v2(embedded: Api) -> None:
    company = embedded.company()
    (key,) = embedded.admin("GET", "developer-keys").ok()["results"]
    vendor_id = company.vendor()["id"]
    before = company.v2("Crud/Read/Vendor", {"id": vendor_id}).ok()["response_data"]
    embedded.admin("PATCH", f"developer-keys/{key['id']}", {"vintage": "2024"}).ok()
    after = company.v2("Crud/Read/Vendor", {"id": vendor_id}).ok()["response_data"]
    assert "prefPmtMethod" in after.keys() - before.keys()


def test_originator_settings_stand_in_the_headers_of_the_next_file(api: Api) -> None:
    company = api.company()
    company.admin("PATCH", "originator", {
        "companyName": "HARBOR BAKERY", "companyId": "1987654321", "immediateOrigin": "987654321",
        "odfiRoutingNumber": "322271627", "immediateDestination": "322271627", "destinationName": "HARBOR BANK",
    }).ok()  # fmt: skip
    file = _next_file(company)
    assert (file.immediate_destination, file.destination_name) == ("322271627", "HARBOR BANK")
    (batch,) = file.batches
    assert (batch.company_name, batch.company_id, batch.originating_dfi) == ("HARBOR BAKERY", "1987654321", "32227162")
    assert batch.entries[0].trace_number.startswith("32227162")


def test_a_balanced_file_offsets_each_batch_and_its_payment_settles(api: Api) -> None:
    company = api.company()
    company.admin(
        "PATCH", "originator", {"bankProfile": "balanced", "offsetBankAccountId": company.bank_account_id}
    ).ok()
    bill = company.bill()
    payment = company.pay(bill).ok(201)
    company.advance(days=1)
    (batch,) = _newest_file(company, nacha.PROFILES["balanced"]).batches
    assert [entry.amount_minor for entry in batch.entries] == [22950, 22950]
    assert [entry.is_debit for entry in batch.entries] == [True, False]
    company.advance(days=7)
    assert company.v3("GET", f"payments/{payment['id']}").ok()["singleStatus"] == "CLEARED"
    assert company.balanced()


def test_the_account_that_balances_files_cannot_be_archived_nor_an_archived_one_balance_them(api: Api) -> None:
    company = api.company()
    account_id = company.bank_account_id
    archive = f"funding-accounts/banks/{account_id}/archive"
    balanced = {"bankProfile": "balanced", "offsetBankAccountId": account_id}
    company.admin("PATCH", "originator", balanced).ok()
    assert company.v3("POST", archive).status == 422
    company.admin("PATCH", "originator", {"bankProfile": "default", "offsetBankAccountId": None}).ok()
    company.v3("POST", archive).ok()
    assert company.admin("PATCH", "originator", balanced).status == 422


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("companyName", "A NAME THAT IS TOO LONG"),
        ("companyId", "ÄÖÜ"),
        ("odfiRoutingNumber", "123456789"),
        ("bankProfile", "no such bank"),
        ("bankProfile", "balanced"),
        ("offsetBankAccountId", "bac01NOBODYNOBODY001"),
    ],
)
def test_originator_settings_that_no_file_could_hold_are_refused(embedded: Api, field: str, value: str) -> None:
    company = embedded.company()
    before = company.admin("GET", "originator").ok()
    assert company.admin("PATCH", "originator", {field: value}).status in {400, 404}
    assert company.admin("GET", "originator").ok() == before


def test_an_approval_group_names_users_who_may_approve(api: Api) -> None:
    company = api.company()
    own_id = company.made["userId"]
    group = company.admin("POST", "approval-groups", {"name": "Owners", "userIds": [own_id]}).ok(201)
    assert group["id"].startswith("agp")
    path = f"approval-groups/{group['id']}"
    assert company.admin("PATCH", path, {"name": "The owners"}).ok()["userIds"] == [own_id]
    assert company.admin("GET", path).ok()["name"] == "The owners"
    archived = company.admin("POST", f"{path}/archive").ok()
    assert company.admin("POST", f"{path}/archive").ok() == archived
    assert company.admin("GET", "approval-groups").ok() == {"results": [archived]}


@pytest.mark.parametrize(("user_ids", "status"), [([], 400), (["00601NOBODYNOBODY001"], 404)])
def test_an_approval_group_of_nobody_is_refused(embedded: Api, user_ids: list[str], status: int) -> None:
    company = embedded.company()
    assert company.admin("POST", "approval-groups", {"name": "Owners", "userIds": user_ids}).status == status
    twice = [company.made["userId"]] * 2
    assert company.admin("POST", "approval-groups", {"name": "Owners", "userIds": twice}).status == 400
    assert company.admin("GET", "approval-groups").ok() == {"results": []}


def test_an_account_that_the_bank_confirmed_can_be_paid_from_by_who_added_it(api: Api) -> None:
    company = api.company()
    account = company.v3("POST", "funding-accounts/banks", SECOND).ok(201)
    confirmed = company.admin("POST", f"bank-accounts/{account['id']}/confirm").ok()
    assert (confirmed["status"], confirmed["accountNumber"]) == ("VERIFIED", "********2333")
    assert company.admin("POST", f"bank-accounts/{account['id']}/confirm").ok() == confirmed
    funding = {"type": "BANK_ACCOUNT", "id": account["id"]}
    company.pay(company.bill(), fundingAccount=funding).ok(201)


def test_three_wrong_amounts_leave_nothing_to_confirm(embedded: Api) -> None:
    company = embedded.company()
    account = company.v3("POST", "funding-accounts/banks", SECOND).ok(201)
    for _ in range(3):
        company.v3("POST", f"funding-accounts/banks/{account['id']}/verify", {"depositAmount": 0.49})
    reply = company.admin("POST", f"bank-accounts/{account['id']}/confirm")
    assert (reply.status, reply.json["code"]) == (422, "BankAccountNotPending")


def test_a_nominee_is_verified_by_an_administrator(api: Api) -> None:
    company = api.company()
    other_id = company.user("PAYER")
    nominee = {"bankAccountId": company.bank_account_id, "userId": other_id}
    nominated = company.admin("POST", "bank-account-users", nominee).ok(201)
    assert nominated["verificationStatus"] == "NOMINATED"
    path = f"bank-account-users/{nominated['id']}"
    assert company.admin("POST", f"{path}/verify").ok()["verificationStatus"] == "VERIFIED"
    assert company.admin("POST", f"{path}/archive").ok()["archived"] is True
    listed = company.admin("GET", "bank-account-users").ok()["results"]
    assert [one["verificationStatus"] for one in listed if one["userId"] == other_id] == ["UNVERIFIED"]


def test_a_new_password_ends_the_sessions_of_the_old_one(api: Api) -> None:
    company = api.company()
    path = f"organizations/{company.made['organizationId']}/users/{company.made['userId']}/password"
    body = {"password": "correct horse battery"}
    refused = api.admin("PUT", path, body, token=company.admin_token)
    assert (refused.status, refused.json["code"]) == (403, "TokenOfOneOrganization")
    assert company.v3("GET", "vendors").status == 200
    api.admin("PUT", path, body).ok()
    assert company.v3("GET", "vendors").codes == ["BDC_1109"]
    credentials = {name: company.made[name] for name in ("username", "organizationId", "devKey")} | body
    assert _login(api, credentials)["userId"] == company.made["userId"]


def test_an_invitation_is_answered_without_any_other_token(api: Api) -> None:
    company = api.company()
    invited = company.v3(
        "POST",
        "users",
        {
            "firstName": "Bo",
            "lastName": "Pay",
            "email": "bo@harbor.example",
            "roleId": _role(company),
            "acceptTermsOfService": True,
        },
    ).ok(201)
    mail = company.sim("GET", "outbox").ok()["results"][0]["body"]
    body = {"token": mail.splitlines()[-1], "password": "correct horse battery"}
    accepted = api.admin("POST", "invitations/accept", body, token="").ok()
    assert accepted["id"] == invited["id"]
    assert [one["username"] for one in company.admin("GET", "users").ok()["results"]][-1] == accepted["username"]
    assert api.admin("POST", "invitations/accept", body, token="").json["code"] == "InvitationInvalid"


def test_a_sync_token_signs_in_until_it_is_revoked(api: Api) -> None:
    company = api.company()
    body = {"name": "The ledger program", "userId": company.made["userId"]}
    token = company.admin("POST", "sync-tokens", body).ok(201)
    credentials = {
        "username": token["name"], "password": token["token"],
        "organizationId": company.made["organizationId"], "devKey": company.made["devKey"],
    }  # fmt: skip
    opened = _login(api, credentials)
    session = Company(api, company.made | {"sessionId": opened["sessionId"]})
    assert session.v3("GET", "vendors").status == 200
    assert company.admin("POST", f"sync-tokens/{token['id']}/revoke").ok()["revokedTime"]
    assert session.v3("GET", "vendors").codes == ["BDC_1109"]
    assert "token" not in company.admin("GET", "sync-tokens").ok()["results"][0]


def test_the_next_check_has_the_number_that_an_administrator_set(api: Api) -> None:
    company = api.company()
    path = f"bank-accounts/{company.bank_account_id}/check-settings"
    assert company.admin("GET", path).ok()["nextNumber"] == 1001
    changes = {"nextNumber": 5001, "payerName": "Harbor Bakery", "payerAddress": "1 Main St", "stock": "middle"}
    assert company.admin("PATCH", path, changes).ok().items() >= changes.items()
    assert company.admin("GET", path).ok()["nextNumber"] == 5001


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("nextNumber", 0),
        ("stock", "bottomless"),
        ("staleDays", 1),
        ("positivePayLayout", "none"),
        ("payerName", "x" * 999),
    ],
)
def test_check_settings_that_no_check_could_have_are_refused(embedded: Api, field: str, value: Any) -> None:
    company = embedded.company()
    path = f"bank-accounts/{company.bank_account_id}/check-settings"
    reply = company.admin("PATCH", path, {field: value})
    assert reply.status == 400
    assert reply.json["message"].startswith(f"{field}: ")


def test_a_signature_is_an_image_that_is_not_shown_again(embedded: Api) -> None:
    company = embedded.company()
    path = f"bank-accounts/{company.bank_account_id}/check-settings/signature"
    assert company.admin("PUT", path, {"image": "no base64!"}).json["message"] == "image: is not base64"
    assert company.admin("PUT", path, {"image": "bm8gaW1hZ2U="}).json["message"].startswith("image: ")
    set_once = company.admin("PUT", path, {"image": PIXEL}).ok()
    assert len(set_once["signatureSha256"]) == 64
    assert "signatureSha256" not in company.admin("PUT", path, {"image": None}).ok()


def test_files_are_downloaded_byte_for_byte(embedded: Api) -> None:
    company = embedded.company()
    company.pay(company.bill()).ok(201)
    company.advance(days=1)
    (file,) = company.admin("GET", "files").ok()["results"]
    assert file["kind"] == "nacha"
    text = company.admin("GET", f"files/{file['id']}").text
    assert len(text) == file["sizeBytes"]
    assert text.startswith("101 ")


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("0106.bai", 'attachment; filename="0106.bai"'),
        ('J\u00e4n "6".bai', "attachment; filename*=UTF-8''J%C3%A4n%20%226%22.bai"),
        ("0106\r\nset-cookie: a=b", "attachment; filename*=UTF-8''0106%0D%0Aset-cookie%3A%20a%3Db"),
    ],
)
def test_a_file_of_the_bank_is_saved_under_the_name_it_came_with(embedded: Api, name: str, header: str) -> None:
    company = embedded.company()
    content = encoded(a_line(-1200, Kind.FEE))
    company.admin("POST", "statements", {"content": content, "fileName": name}).ok(201)
    (file,) = company.admin("GET", "files").ok()["results"]
    assert (file["kind"], file["fileName"]) == ("statement", name)
    answer = company.admin("GET", f"files/{file['id']}")
    assert dict(answer.headers)["content-disposition"] == header
    assert answer.body == b64decode(content)


def _login(api: Api, body: Any) -> Any:
    return api.send("POST", "/connect/v3/login", json.dumps(body).encode()).ok()


def _role(company: Company) -> str:
    roles = company.v3("GET", "roles").ok()["results"]
    return next(role["id"] for role in roles if role["type"] == "PAYER")


def _next_file(company: Company) -> nacha.File:
    company.pay(company.bill()).ok(201)
    company.advance(days=1)
    return _newest_file(company)


def _newest_file(company: Company, profile: nacha.BankProfile = nacha.DEFAULT) -> nacha.File:
    file = company.admin("GET", "files").ok()["results"][0]
    return nacha.read(company.admin("GET", f"files/{file['id']}").text.encode(), profile)


def test_the_organizations_day_begins_where_it_says(api: Api) -> None:
    company = api.company()
    assert company.admin("GET", "time-zone").ok() == {"timeZone": "America/Los_Angeles"}
    assert company.admin("PUT", "time-zone", {"timeZone": "Asia/Tokyo"}).ok() == {"timeZone": "Asia/Tokyo"}
    reply = company.admin("PUT", "time-zone", {"timeZone": "Mars/Olympus"})
    assert (reply.status, reply.json["message"]) == (400, "timeZone: is no time zone")
    assert company.admin("GET", "time-zone").ok() == {"timeZone": "Asia/Tokyo"}
    assert company.admin("PUT", "time-zone", {"timeZone": None}).ok() == {"timeZone": "America/Los_Angeles"}
