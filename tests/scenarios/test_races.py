"""Many clients pay one bill at the same moment: it is paid once."""

from __future__ import annotations

import json
from decimal import Decimal
from urllib.parse import urlencode

import pytest

from tests.scenarios.process import Client, at_once, effort, found

CLIENTS = 32
AMOUNT = Decimal("229.50")
#: A minute before the cut-off in Los Angeles.
EVENING = "2026-03-04T01:59:00+00:00"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


# How the calls of one race differ: (body, idempotency key) of the call with this number.


def the_same_body(_):
    return {}, ""


def different_bodies(number):
    return {"description": f"call {number}"}, ""


def one_key(_):
    return {"description": "one key"}, "the same key"


def different_keys(number):
    return {"description": "many keys"}, f"key {number}"


MIXES = (the_same_body, different_bodies, one_key, different_keys)


def pay_at_once(company, bill, mix):
    """The answers to as many payments of the whole bill as there are clients."""
    clients = [company.new_client() for _ in range(CLIENTS)]
    for client in clients:
        client.connect()

    def pay(number):
        fields, key = mix(number)
        return company.v3("POST", "payments", company.payment_body(bill, **fields), key=key, client=clients[number])

    return at_once(CLIENTS, pay)


@pytest.mark.parametrize("mix", MIXES)
def test_a_bill_is_paid_once(server, mix):
    for _ in range(effort(3)):
        company = found(server)
        bill = company.bill(company.vendor(), str(AMOUNT))
        answers = pay_at_once(company, bill, mix)
        paid = [answer for answer in answers if answer.status == 201]
        if mix is one_key:
            assert {(answer.status, answer.body) for answer in answers} == {(201, answers[0].body)}
        else:
            assert len(paid) == 1, [answer.status for answer in answers]
            refused = [answer for answer in answers if answer.status != 201]
            assert {(answer.status, *answer.codes) for answer in refused} == {(422, "BDC_1159")}
        assert_paid_once(company, bill, paid[0].json)


def assert_paid_once(company, bill, payment):
    after = company.v3("GET", f"bills/{bill['id']}").ok()
    assert (after["dueAmount"], after["scheduledAmount"], after["amount"]) == (0, AMOUNT, AMOUNT)
    (listed,) = company.all("payments")
    assert (listed["id"], listed["amount"]) == (payment["id"], AMOUNT)
    assert len(company.sim("GET", "transfers").ok()["results"]) == 2, "a debit and a credit"
    assert company.problems() == []


def test_a_key_that_lost_the_race_keeps_its_refusal(server):
    company = found(server)
    bill = company.bill(company.vendor(), str(AMOUNT))
    answers = pay_at_once(company, bill, different_keys)
    again = [
        company.v3("POST", "payments", company.payment_body(bill, **fields), key=key)
        for fields, key in map(different_keys, range(CLIENTS))
    ]
    assert [(answer.status, answer.codes if answer.status != 201 else answer.body) for answer in again] == [
        (answer.status, answer.codes if answer.status != 201 else answer.body) for answer in answers
    ]
    assert_paid_once(company, bill, next(answer.json for answer in answers if answer.status == 201))


def test_one_key_for_different_bodies_pays_once_and_tells_the_others(server):
    company = found(server)
    bill = company.bill(company.vendor(), str(AMOUNT))
    answers = pay_at_once(company, bill, lambda number: ({"description": f"call {number}"}, "one key"))
    assert sorted(answer.status for answer in answers) == [201] + [409] * (CLIENTS - 1)
    assert_paid_once(company, bill, next(answer.json for answer in answers if answer.status == 201))


def test_parts_of_a_bill_are_paid_until_nothing_is_due(server):
    company = found(server)
    bill = company.bill(company.vendor(), "100.00")
    clients = [company.new_client() for _ in range(CLIENTS)]
    body = company.payment_body(bill, amount=30)
    answers = at_once(CLIENTS, lambda number: company.v3("POST", "payments", body, client=clients[number]))
    assert sorted(answer.status for answer in answers) == [201] * 3 + [422] * (CLIENTS - 3)
    after = company.v3("GET", f"bills/{bill['id']}").ok()
    assert (after["dueAmount"], after["scheduledAmount"]) == (10, 90)
    assert len(company.all("payments")) == 3
    assert company.problems() == []


# The ways to pay the whole of one bill: each asks for it, and answers whether it was let.


def let(answer, status):
    return (True, []) if answer.status == status else (False, answer.codes)


def by_payment(company, bill, client):
    answer = company.v3("POST", "payments", company.payment_body(bill), client=client)
    return let(answer, 201)


def by_bulk(company, bill, client):
    answer = company.v3("POST", "payments/bulk", bulk_body(company, bill), client=client)
    return let(answer, 201)


def by_record(company, bill, client):
    body = {"vendorId": bill["vendorId"], "processDate": "2026-03-02", "toPrintCheck": False}
    body["payments"] = [{"billId": bill["id"], "amount": bill["dueAmount"]}]
    answer = company.v3("POST", "bills/record-payment", body, client=client)
    return let(answer, 200)


def by_pay_bills(company, bill, client):
    return on_v2(company, client, "PayBills", {"billPays": [{"billId": bill["id"], "amount": bill["dueAmount"]}]})


def by_pay_bill(company, bill, client):
    return on_v2(company, client, "PayBill", {"billId": bill["id"], "amount": bill["dueAmount"]})


def by_record_on_v2(company, bill, client):
    data = {"processDate": "2026-03-02", "toPrintCheck": False}
    data["billPays"] = [{"billId": bill["id"], "amount": bill["dueAmount"]}]
    return on_v2(company, client, "RecordAPPayment", data)


WAYS = (by_payment, by_bulk, by_record, by_pay_bills, by_pay_bill, by_record_on_v2)


def bulk_body(company, *bills):
    body = company.payment_body(bills[0])
    wanted = [{"billId": bill["id"], "amount": bill["dueAmount"]} for bill in bills]
    return {"fundingAccount": body["fundingAccount"], "payments": wanted}


def on_v2(company, client, operation, data):
    form = {
        "devKey": company.made["devKey"],
        "sessionId": company.made["sessionId"],
        "data": json.dumps(data, default=float),
    }
    answer = client.send("POST", f"/api/v2/{operation}.json", urlencode(form).encode()).json
    if answer["response_status"] == 0:
        return True, []
    return False, [answer["response_data"]["error_code"]]


def test_of_all_ways_to_pay_a_bill_one_is_let(server):
    for _ in range(effort(5)):
        company = found(server)
        bill = company.bill(company.vendor(), str(AMOUNT))
        clients = [company.new_client() for _ in range(CLIENTS)]

        def pay(number, company=company, bill=bill, clients=clients):
            return WAYS[number % len(WAYS)](company, bill, clients[number])

        answers = at_once(CLIENTS, pay)
        assert sum(paid for paid, _ in answers) == 1, answers
        assert {code for paid, codes in answers if not paid for code in codes} == {"BDC_1159"}, answers
        after = company.v3("GET", f"bills/{bill['id']}").ok()
        assert (after["dueAmount"], after["scheduledAmount"] + after["paidAmount"]) == (0, AMOUNT)
        (payment,) = company.all("payments")
        assert payment["amount"] == AMOUNT
        assert len(company.sim("GET", "transfers").ok()["results"]) == (2 if payment["onlinePayment"] else 0)
        assert company.problems() == []


def test_runs_that_share_bills_are_let_or_refused_as_a_whole(server):
    """Each run wants two neighbours of a ring of bills, in either order: no bill is paid twice, no run by half."""
    for _ in range(effort(3)):
        company = found(server)
        vendors = [company.vendor() for _ in range(3)]
        ring = [company.bill(vendors[number % 3], "10.00") for number in range(12)]
        clients = [company.new_client() for _ in range(24)]

        def pay(number, company=company, ring=ring, clients=clients):
            pair = [ring[number % 12], ring[(number + 1) % 12]]
            pair = pair if number < 12 else pair[::-1]
            return company.v3("POST", "payments/bulk", bulk_body(company, *pair), client=clients[number])

        answers = at_once(len(clients), pay)
        assert {answer.status for answer in answers} == {201, 422}, [answer.body for answer in answers]
        for answer in answers:
            if answer.status == 422:
                assert "BDC_1159" in answer.codes
                assert set(answer.codes) <= {"BDC_1159", "BDC_1246"}
        paid = [part["billId"] for payment in company.all("payments") for part in payment["billPayments"]]
        assert len(paid) == len(set(paid)) == 2 * sum(answer.status == 201 for answer in answers)
        for bill in ring:
            owed = company.v3("GET", f"bills/{bill['id']}").ok()["dueAmount"]
            assert owed == (0 if bill["id"] in paid else 10)
        assert company.problems() == []


@pytest.mark.parametrize("online", [True, False])
def test_a_payment_is_voided_once_and_its_money_comes_back_once(server, online):
    """Collected payments and recorded ones, of two bills each; all clients void at once."""
    company = found(server)
    vendor = company.vendor()
    bills = [company.bill(vendor, "10.00") for _ in range(2)]
    if online:
        (payment,) = company.v3("POST", "payments/bulk", bulk_body(company, *bills)).ok(201)["payments"]
        company.sim("POST", "clock/advance", {"to": "2026-03-05T14:00:00+00:00", "keepSessions": True}).ok()
    else:
        body = {"vendorId": vendor["id"], "processDate": "2026-03-02", "toPrintCheck": False}
        body["payments"] = bulk_body(company, *bills)["payments"]
        payment = company.v3("POST", "bills/record-payment", body).ok()
    clients = [company.new_client() for _ in range(12)]
    request = {"sentPayId": payment["id"], "voidRequestType": "0", "reason": "Twice"}
    answers = at_once(12, lambda number: on_v2(company, clients[number], "VoidAPPayment", request))
    assert sorted(answers, key=str) == [(False, ["BDC_1119"])] * 11 + [(True, [])]
    assert [company.v3("GET", f"bills/{bill['id']}").ok()["dueAmount"] for bill in bills] == [10, 10]
    refunds = [one for one in company.sim("GET", "transfers").ok()["results"] if one["leg"] == "refund"]
    assert [one["amount"] for one in refunds] == ([20] if online else [])
    assert company.problems() == []


def test_a_payment_is_either_cancelled_or_paid_out_but_never_both(server):
    """The clock passes the cut-off while all clients cancel."""
    for _ in range(effort(3)):
        company = found(server)
        bill = company.bill(company.vendor(), str(AMOUNT))
        payment = company.v3("POST", "payments", company.payment_body(bill)).ok(201)
        clients = [company.new_client() for _ in range(8)]

        def act(number, company=company, payment=payment, clients=clients):
            if number == 0:
                return clients[0].send("POST", "/sim/clock/advance", {"days": 10, "keepSessions": True})
            return company.v3("POST", f"payments/{payment['id']}/cancel", client=clients[number])

        advanced, *cancels = at_once(len(clients), act)
        assert advanced.status == 200, advanced.body
        cancelled = [answer for answer in cancels if answer.status == 200]
        assert {answer.status for answer in cancels} <= {200, 422}, [answer.body for answer in cancels]
        assert len(cancelled) <= 1, [answer.status for answer in cancels]
        after = company.v3("GET", f"payments/{payment['id']}").ok()
        owed = company.v3("GET", f"bills/{bill['id']}").ok()
        files = company.files()
        if cancelled:
            assert (after["singleStatus"], owed["dueAmount"], len(files)) == ("CANCELED", AMOUNT, 0)
        else:
            assert (after["singleStatus"], owed["dueAmount"], len(files)) == ("CLEARED", 0, 2)
        assert company.problems() == []


def test_nobody_is_turned_away_while_many_sign_in_and_write(server):
    company = found(server)
    vendor = company.vendor()
    credentials = {
        "username": company.made["username"],
        "password": company.made["password"],
        "organizationId": company.id,
        "devKey": company.made["devKey"],
    }

    def act(number):
        with company.new_client() as client:
            if number % 4 == 0:
                return client.send("POST", "/connect/v3/login", credentials).status
            statuses = set()
            for _ in range(20):
                statuses.add(company.v3("POST", f"vendors/{vendor['id']}/archive", client=client).status)
                statuses.add(company.v3("POST", f"vendors/{vendor['id']}/restore", client=client).status)
            return max(statuses)

    assert set(at_once(16, act)) == {200}


def test_a_clock_is_advanced_by_one_at_a_time(server):
    """A crowd advances one clock: one moves it, the others are told so or move it later; nothing is done twice."""
    for _ in range(effort(3)):
        company = found(server)
        vendor = company.vendor()
        bills = [company.bill(vendor, "10.00") for _ in range(10)]
        payments = [company.v3("POST", "payments", company.payment_body(bill)).ok(201) for bill in bills]

        def advance(_, company=company):
            with company.new_client() as client:
                return client.send("POST", "/sim/clock/advance", {"days": 8, "keepSessions": True})

        answers = at_once(8, advance)
        assert {answer.status for answer in answers} <= {200, 409}, [answer.body for answer in answers]
        assert any(answer.status == 200 for answer in answers)
        assert {payment["singleStatus"] for payment in company.all("payments")} == {"CLEARED"}
        assert len(payments) == len(company.all("payments"))
        assert len(company.files()) == 2
        assert company.problems() == []


def test_a_payment_that_meets_its_cut_off_goes_with_it_or_with_another(server):
    """Payments are scheduled while the clock passes the cut-off of their day: none is forgotten."""
    for _ in range(effort(3)):
        company = found(server, frozenAt=EVENING)
        vendor = company.vendor()
        bills = [company.bill(vendor, "10.00") for _ in range(60)]
        company.v3("POST", "payments", company.payment_body(company.bill(vendor, "1.00"))).ok(201)

        def act(number, company=company, bills=bills):
            with company.new_client() as client:
                if number == 0:
                    return [client.send("POST", "/sim/clock/advance", {"hours": 2, "keepSessions": True}).status]
                mine = bills[number - 1 :: 6]
                bodies = [company.payment_body(bill) for bill in mine]
                return [company.v3("POST", "payments", body, client=client).status for body in bodies]

        answers = at_once(7, act)
        assert [set(statuses) for statuses in answers] == [{200}] + [{201}] * 6
        company.sim("POST", "clock/advance", {"days": 20, "keepSessions": True}).ok()
        assert {payment["singleStatus"] for payment in company.all("payments")} == {"CLEARED"}
        assert company.problems() == []


def test_a_client_that_speaks_to_nobody_is_told(server):
    with Client(server) as client:
        assert client.send("POST", "/connect/v3/payments", {}).codes == ["BDC_1178"]
