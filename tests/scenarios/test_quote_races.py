"""Many clients pay at one held exchange rate at the same moment: it serves once for each vendor."""

from __future__ import annotations

import pytest

from tests.scenarios.process import at_once, effort, found
from tests.scenarios.test_races import let, on_v2
from tests.wire.abroad import GERMAN_VENDOR

CLIENTS = 24

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


def on_v3(company, bill, batch, client):
    body = company.payment_body(bill, exchangeRateBatchId=batch)
    return let(company.v3("POST", "payments", body, client=client), 201)


def in_bulk(company, bill, batch, client):
    body = {
        "fundingAccount": company.payment_body(bill)["fundingAccount"], "exchangeRateBatchId": batch,
        "payments": [{"billId": bill["id"], "amount": 100}],
    }  # fmt: skip
    return let(company.v3("POST", "payments/bulk", body, client=client), 201)


def in_mass(company, bill, batch, client):
    body = {
        "fundingAccount": company.payment_body(bill)["fundingAccount"], "exchangeRateBatchId": batch,
        "payments": [{"billId": bill["id"], "amount": 100}],
    }  # fmt: skip
    return let(company.v3("POST", "payments/mass", body, client=client), 201)


def by_pay_bills(company, bill, batch, client):
    account = company.made["bankAccountId"]
    data = {"bankAccountId": account, "billPays": [{"billId": bill["id"], "amount": 100}], "batchId": batch}
    return on_v2(company, client, "PayBills", data)


WAYS = (on_v3, in_bulk, in_mass, by_pay_bills)


@pytest.mark.parametrize("ways", [WAYS, (on_v3,)], ids=["mixed", "one by one"])
def test_a_held_rate_serves_once_for_each_vendor(server, ways):
    for _ in range(effort(3)):
        company = found(server)
        vendors = [company.v3("POST", "vendors", GERMAN_VENDOR).ok(201) for _ in range(2)]
        asked = {"vendors": [{"vendorId": vendor["id"], "amount": 100} for vendor in vendors]}
        batch = company.v3("POST", "payments/exchange-rate", asked).ok()["exchangeRateBatchId"]
        bills = [company.bill(vendors[number % 2], "100.00") for number in range(CLIENTS)]
        clients = [company.new_client() for _ in range(CLIENTS)]

        def ask(number, company=company, bills=bills, batch=batch, clients=clients):
            # Each way is taken for both vendors.
            return ways[number // 2 % len(ways)](company, bills[number], batch, clients[number])

        answers = at_once(CLIENTS, ask)
        assert [sum(paid for paid, _ in answers[one::2]) for one in range(2)] == [1, 1], answers
        assert {code for paid, codes in answers if not paid for code in codes} == {"BDC_1119"}, answers
        company.sim("POST", "clock/advance", {"minutes": 0, "keepSessions": True}).ok()
        assert sorted(one["vendorId"] for one in company.all("payments")) == sorted(one["id"] for one in vendors)
        assert company.problems() == []
