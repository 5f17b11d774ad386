"""Several server processes on one PostgreSQL database: what two of them race for is taken once."""

from __future__ import annotations

import pytest

from tests.scenarios.process import Client, at_once, effort, found, running
from tests.wire.abroad import GERMAN_VENDOR

SERVERS, CLIENTS = 3, 12
#: How many of them there is enough for.
ENOUGH = 5
DAY = "2026-03-04"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.postgres]


@pytest.fixture(scope="module")
def servers(postgres, tmp_path_factory):
    """Processes with one database and one master key: the first has made the key when the others start."""
    database = postgres.create_database("many_servers", template="template")
    folder = tmp_path_factory.mktemp("many")
    with (
        running(folder, database=database) as first,
        running(folder, database=database) as second,
        running(folder, database=database) as third,
    ):
        yield first, second, third
    postgres.drop_database("many_servers")


def calls(company, servers, requests):
    """The answers to these POSTs, all at once, each to another server than the one before."""
    headers = {"devKey": company.made["devKey"], "sessionId": company.made["sessionId"]}
    clients = [Client(servers[number % SERVERS], headers) for number in range(len(requests))]
    for client in clients:
        client.connect()
    return at_once(len(requests), lambda number: clients[number].send("POST", *requests[number]))


def a_source(company, kind, amount):
    """An AP card with this limit, or the wallet with so much in it."""
    if kind == "AP_CARD":
        return {"type": kind, "id": company.sim("POST", "ap-cards", {"limit": amount}).ok(201)["id"]}
    company.sim("PATCH", "funding-permissions", {"walletFunding": True}).ok()
    company.sim("POST", "wallet/top-ups", {"amount": amount}).ok(201)
    return {"type": kind}


def bills_of_many(company, count):
    """A bill of a vendor for each, so that nothing but the account makes them wait for each other."""
    vendors = [company.vendor() for _ in range(count)]
    for vendor in vendors:
        company.sim("PATCH", f"vendors/{vendor['id']}/acceptance", {"virtualCardStatus": "ENROLLED"}).ok()
    return [company.bill(vendor, "10.00") for vendor in vendors]


def pass_days(company, days):
    company.sim("POST", "clock/advance", {"days": days, "keepSessions": True}).ok()


@pytest.mark.parametrize("kind", ["AP_CARD", "WALLET"])
def test_what_is_paid_at_once_is_no_more_than_there_is(servers, kind):
    for _ in range(effort(2)):
        company = found(servers[0])
        bills = bills_of_many(company, CLIENTS)
        more = {"fundingAccount": a_source(company, kind, 10 * ENOUGH), "processDate": DAY}
        requests = [("/connect/v3/payments", company.payment_body(bill, **more)) for bill in bills]
        answers = calls(company, servers, requests)
        assert sorted(answer.status for answer in answers) == [201] * ENOUGH + [422] * (CLIENTS - ENOUGH)
        pass_days(company, 3)
        assert {one["singleStatus"] for one in company.all("payments")} <= {"SENT", "DELIVERED", "PROCESSED"}
        assert company.problems() == []


def test_one_bill_is_paid_once(servers):
    for _ in range(effort(3)):
        company = found(servers[0])
        bill = company.bill(company.vendor(), "10.00")
        answers = calls(company, servers, [("/connect/v3/payments", company.payment_body(bill))] * CLIENTS)
        assert sorted(answer.status for answer in answers) == [201] + [422] * (CLIENTS - 1)
        pass_days(company, 5)
        assert [one["singleStatus"] for one in company.all("payments")] == ["CLEARED"]
        assert company.problems() == []


def test_a_held_rate_serves_once(servers):
    for _ in range(effort(2)):
        company = found(servers[0])
        vendor = company.v3("POST", "vendors", GERMAN_VENDOR).ok(201)
        bills = [company.bill(vendor, "100.00") for _ in range(CLIENTS)]
        asked = {"vendors": [{"vendorId": vendor["id"], "amount": 100}]}
        batch = company.v3("POST", "payments/exchange-rate", asked).ok()["exchangeRateBatchId"]
        bodies = [company.payment_body(bill, exchangeRateBatchId=batch) for bill in bills]
        answers = calls(company, servers, [("/connect/v3/payments", body) for body in bodies])
        assert [answer.status for answer in answers].count(201) == 1, [answer.text for answer in answers]
        assert company.problems() == []


def test_what_is_owed_is_wired_once_and_a_refund_that_came_back_is_sent_once(servers):
    for _ in range(effort(2)):
        company = found(servers[0])
        made = company.v3("POST", "payments", company.payment_body(company.bill(company.vendor(), "10.00"))).ok(201)
        # Collected on the second day, at 08:30 in New York.
        company.sim("POST", "clock/advance", {"to": "2026-03-05T14:00:00+00:00", "keepSessions": True}).ok()
        void = {"type": "VOID_AND_CREDIT", "reason": "Entered twice"}
        company.v3("POST", f"payments/{made['id']}/void", void).ok()
        company.sim("POST", f"payments/{made['id']}/void").ok()
        pass_days(company, 7)
        refund = leg_of(company, made["id"], "refund")
        company.sim("POST", f"transfers/{refund['id']}/return", {"code": "R02"}).ok()
        path = f"/sim/payments/{made['id']}"
        assert once(calls(company, servers, [(f"{path}/refund", None)] * CLIENTS))
        pass_days(company, 7)
        company.sim("POST", f"payments/{made['id']}/fail-funding", {"code": "R10"}).ok()
        (owed,) = company.sim("GET", "ledger/clearing").ok()["results"]
        assert (owed["owed"], owed["held"]) == (10, 0)
        assert once(calls(company, servers, [(f"{path}/wire", None)] * CLIENTS))
        assert company.sim("GET", "ledger/clearing").ok()["results"] == []
        assert company.problems() == []


def once(answers):
    return sorted(answer.status for answer in answers) == [200] + [422] * (CLIENTS - 1)


def leg_of(company, payment_id, leg):
    listed = company.sim("GET", "transfers").ok()["results"]
    return next(one for one in listed if one["subjectId"] == payment_id and one["leg"] == leg)


def test_the_clock_is_advanced_by_all_servers_and_every_job_runs_once(servers):
    for _ in range(effort(2)):
        company = found(servers[0])
        bills = [company.bill(company.vendor(), "10.00") for _ in range(4)]
        for bill in bills:
            company.v3("POST", "payments", company.payment_body(bill)).ok(201)
        day = {"to": "2026-03-12T12:00:00+00:00", "keepSessions": True}
        answers = calls(company, servers, [("/sim/clock/advance", day)] * CLIENTS)
        assert 200 in {answer.status for answer in answers}
        assert {answer.status for answer in answers} <= {200, 409, 422}
        pass_days(company, 1)
        assert [one["singleStatus"] for one in company.all("payments")] == ["CLEARED"] * 4
        assert company.problems() == []
