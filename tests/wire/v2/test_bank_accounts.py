"""v2: BankAccount to read and list, and the balance."""

from __future__ import annotations

import json


def data_of(reply):
    answer = reply.ok()
    assert answer["response_status"] == 0, answer
    return answer["response_data"]


def code_of(reply):
    return reply.ok()["response_data"]["error_code"]


def test_an_account_is_shown_with_both_numbers_masked(company):
    found = data_of(company.v2("Crud/Read/BankAccount", {"id": company.bank_account_id}))
    assert (
        list(found)
        == (
            "entity id isActive createdTime updatedTime bankName nameOnAcct accountNumber routingNumber usersId "
            "chartOfAccountId status primaryAP primaryAR isSavings isPersonalAcct dateEstablished"
        ).split()
    )
    assert (found["accountNumber"], found["routingNumber"]) == ("********6789", "*****0010")
    assert (found["status"], found["primaryAP"], found["primaryAR"], found["isSavings"]) == ("1", True, False, False)
    assert found["usersId"] == company.made["userId"]


def test_accounts_are_found_by_status_and_default(company):
    body = {
        "nameOnAccount": "Us", "routingNumber": "074000010", "accountNumber": "000111222333", "type": "SAVINGS",
        "ownerType": "PERSONAL", "bankName": "Second",
    }  # fmt: skip
    pending = company.v3("POST", "funding-accounts/banks", body).ok(201)["id"]
    for field, value, expected in (
        ("status", "2", [pending]),
        ("status", "4", []),
        ("primaryAP", "true", [company.bank_account_id]),
        ("primaryAP", "false", [pending]),
        ("usersId", company.made["userId"], [company.bank_account_id, pending]),
    ):
        data = {"filters": [{"field": field, "op": "=", "value": value}]}
        assert [one["id"] for one in data_of(company.v2("List/BankAccount", data))] == expected, field
    (shown,) = data_of(company.v2("List/BankAccount", {"filters": [{"field": "isActive", "op": "=", "value": "1"},
                                                                   {"field": "id", "op": "=", "value": pending}]}))  # fmt: skip
    assert (shown["isSavings"], shown["isPersonalAcct"], shown["status"]) == (True, True, "2")
    company.advance(days=14, hours=1)
    found = data_of(company.v2("List/BankAccount", {"filters": [{"field": "status", "op": "=", "value": "4"}]}))
    assert [one["id"] for one in found] == [pending]
    refused = company.v2("List/BankAccount", {"filters": [{"field": "bankName", "op": "=", "value": "Second"}]})
    assert code_of(refused) == "BDC_1130"


def test_the_balance_is_what_was_noted_last(company):
    assert data_of(company.v2("GetBankBalance")) == {"balance": None, "lastUpdated": None}
    assert data_of(company.v2("SetBankBalance", {"balance": "-12.5"}))["balance"] == -12.5
    reply = company.v2("SetBankBalance", json.dumps({"balance": 1250.5}))
    assert '"balance" : 1250.50' in reply.text
    assert data_of(company.v2("GetBankBalance")) == data_of(reply)
    assert data_of(reply)["lastUpdated"].startswith("2026-03-03T17:00:00")


def test_a_balance_is_needed_to_note_one_and_an_account_to_note_it_of(company):
    assert code_of(company.v2("SetBankBalance", {})) == "BDC_1117"
    assert code_of(company.v2("SetBankBalance", {"balance": True})) == "BDC_1124"
    assert code_of(company.v2("SetBankBalance", {"balance": 1.005})) == "BDC_1119"
    company.v3("POST", f"funding-accounts/banks/{company.bank_account_id}/archive").ok()
    assert code_of(company.v2("GetBankBalance")) == "BDC_1120"
    assert code_of(company.v2("SetBankBalance", {"balance": 1})) == "BDC_1120"
