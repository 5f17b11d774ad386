"""Many clients at one bank account, or at one organization that goes back in time."""

from __future__ import annotations

import pytest

from tests.scenarios.process import at_once, bill_body, effort, found

CLIENTS = 12
BANKS = "funding-accounts/banks"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


def a_bank(company, *, verified=True):
    body = {
        "nameOnAccount": "Us", "routingNumber": "074000010", "accountNumber": "000111222333", "type": "CHECKING",
        "ownerType": "BUSINESS", "bankName": "Another",
    }  # fmt: skip
    made = company.v3("POST", BANKS, body).ok(201)["id"]
    if verified:
        company.v3("POST", f"{BANKS}/{made}/verify", {"depositAmount": 0.5}).ok()
    return made


def calls(company, method, requests):
    """The answers to these requests (path, body), all at once."""
    clients = [company.new_client() for _ in requests]
    for client in clients:
        client.connect()
    return at_once(len(requests), lambda number: company.v3(method, *requests[number], client=clients[number]))


def defaults(company, side="payables"):
    return [one["id"] for one in company.v3("GET", f"{BANKS}?max=100").ok()["results"] if one["default"][side]]


def test_one_account_is_the_default_whoever_wins(server):
    company = found(server)
    accounts = [a_bank(company) for _ in range(CLIENTS)]
    for side in ("payables", "receivables"):
        body = {"default": {side: True}}
        answers = calls(company, "PATCH", [(f"{BANKS}/{account}", body) for account in accounts])
        assert {answer.status for answer in answers} == {200}
        (winner,) = defaults(company, side)
        assert winner in accounts


def test_of_accounts_verified_at_once_one_is_the_default(server):
    company = found(server)
    accounts = [a_bank(company, verified=False) for _ in range(CLIENTS)]
    (former,) = defaults(company)
    company.v3("POST", f"{BANKS}/{former}/archive").ok()
    assert defaults(company) == []
    verify = [(f"{BANKS}/{account}/verify", {"depositAmount": 0.5}) for account in accounts]
    assert {answer.status for answer in calls(company, "POST", verify)} == {200}
    assert len(defaults(company)) == 1


def test_of_deposits_guessed_at_once_three_are_looked_at(server):
    company = found(server)
    account = a_bank(company, verified=False)
    guesses = [(f"{BANKS}/{account}/verify", {"depositAmount": cents / 100}) for cents in range(1, 41)]
    answers = calls(company, "POST", guesses)
    assert sum("does not match" in answer.json[0]["message"] for answer in answers) == 3
    assert company.v3("GET", f"{BANKS}/{account}").ok()["status"] == "INVALID"
    assert company.v3("POST", f"{BANKS}/{account}/verify", {"depositAmount": 0.5}).status == 422


def test_an_account_is_archived_or_paid_from(server):
    for _ in range(effort(5)):
        company = found(server)
        vendor = company.vendor()
        bills = [company.bill(vendor, "10.00") for _ in range(CLIENTS - 1)]
        account = company.payment_body(bills[0])["fundingAccount"]["id"]
        requests = [("payments", company.payment_body(bill)) for bill in bills]
        requests.insert(CLIENTS // 2, (f"{BANKS}/{account}/archive", None))
        answers = calls(company, "POST", requests)
        archived = answers.pop(CLIENTS // 2)
        paid = [answer for answer in answers if answer.status == 201]
        refused = {(answer.status, *answer.codes) for answer in answers if answer.status != 201}
        if archived.status == 200:
            assert (paid, refused) == ([], {(403, "BDC_1150")})
        else:
            assert (archived.status, archived.codes, refused) == (422, ["BDC_1119"], set())
        assert company.problems() == []


def test_a_user_is_nominated_once(server):
    company = found(server)
    (own,) = company.v3("GET", f"{BANKS}/users").ok()["results"]
    company.v3("POST", f"{BANKS}/users/{own['id']}/archive").ok()
    body = {"bankAccountId": own["bankAccountId"], "userId": own["userId"]}
    answers = calls(company, "POST", [(f"{BANKS}/users/nominate", body)] * CLIENTS)
    assert sorted(answer.status for answer in answers) == [200] + [422] * (CLIENTS - 1)


def test_who_writes_while_an_organization_is_restored_finds_it_before_or_after(server):
    company = found(server)
    vendor = company.vendor()
    company.sim("POST", "snapshot").ok()
    clients = [company.new_client() for _ in range(CLIENTS)]

    def work(number):
        if number % 4 == 0:
            return clients[number].send("POST", "/sim/restore").status
        return company.v3("POST", "bills", bill_body(vendor, "10.00"), client=clients[number]).status

    for _ in range(effort(3)):
        assert set(at_once(CLIENTS, work)) <= {200, 201}
        assert company.problems() == []
    company.sim("POST", "restore").ok()
    assert company.all("bills") == []
