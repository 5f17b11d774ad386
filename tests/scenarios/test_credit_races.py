"""Many clients use one vendor credit, or credit one bill, at the same moment: neither gives more than it has."""

from __future__ import annotations

import pytest

from tests.scenarios.process import at_once, bill_body, effort, found
from tests.scenarios.test_races import let, on_v2

CLIENTS = 24

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


def credit_of(company, vendor, amount):
    body = {
        "vendorId": vendor["id"], "referenceNumber": "VC-9", "creditDate": "2026-03-02",
        "vendorCreditLineItems": [{"amount": amount}],
    }  # fmt: skip
    return company.v3("POST", "vendor-credits", body).ok(201)


def after(company, credit):
    return company.v3("GET", f"vendor-credits/{credit['id']}").ok()


def use(credit, amount):
    return [{"id": credit["id"], "amount": amount}]


# The ways to use a credit for a bill of 40: each asks for 30 of it, and answers whether it was let.


def by_patch(company, bill, credit, client):
    body = {"vendorCredits": use(credit, 30)}
    return let(company.v3("PATCH", f"bills/{bill['id']}", body, client=client), 200)


def by_a_new_bill(company, bill, credit, client):
    body = bill_body({"id": bill["vendorId"]}, "40.00") | {"vendorCredits": use(credit, 30)}
    return let(company.v3("POST", "bills", body, client=client), 201)


def by_payment(company, bill, credit, client):
    body = company.payment_body(bill, amount=10, vendorCredits=use(credit, 30))
    return let(company.v3("POST", "payments", body, client=client), 201)


def by_bulk(company, bill, credit, client):
    part = {"billId": bill["id"], "amount": 10, "vendorCredits": use(credit, 30)}
    body = {"fundingAccount": company.payment_body(bill)["fundingAccount"], "payments": [part]}
    return let(company.v3("POST", "payments/bulk", body, client=client), 201)


def by_record(company, bill, credit, client):
    part = {"billId": bill["id"], "amount": 10, "vendorCredits": use(credit, 30)}
    body = {"vendorId": bill["vendorId"], "processDate": "2026-03-02", "toPrintCheck": False, "payments": [part]}
    return let(company.v3("POST", "bills/record-payment", body, client=client), 200)


def _on_v2(bill, credit):
    return {
        "billPays": [{"billId": bill["id"], "amount": 10}],
        "billCredits": [{"billId": bill["id"], "vendorCreditId": credit["id"], "amount": 30}],
    }


def by_pay_bills(company, bill, credit, client):
    return on_v2(company, client, "PayBills", _on_v2(bill, credit))


def by_record_on_v2(company, bill, credit, client):
    data = _on_v2(bill, credit) | {"processDate": "2026-03-02", "toPrintCheck": False}
    return on_v2(company, client, "RecordAPPayment", data)


WAYS = (by_patch, by_a_new_bill, by_payment, by_bulk, by_record, by_pay_bills, by_record_on_v2)


@pytest.mark.parametrize("ways", [WAYS, (by_patch,), (by_a_new_bill,)], ids=["mixed", "patches", "new bills"])
def test_no_more_of_a_credit_is_used_than_it_is(server, ways):
    for _ in range(effort(3)):
        company = found(server)
        vendor = company.vendor()
        credit = credit_of(company, vendor, 100)
        bills = [company.bill(vendor, "40.00") for _ in range(CLIENTS)]
        clients = [company.new_client() for _ in range(CLIENTS)]

        def ask(number, company=company, credit=credit, bills=bills, clients=clients):
            return ways[number % len(ways)](company, bills[number], credit, clients[number])

        answers = at_once(CLIENTS, ask)
        assert sum(used for used, _ in answers) == 3, answers
        assert {code for used, codes in answers if not used for code in codes} == {"BDC_1159"}, answers
        left = after(company, credit)
        assert (left["appliedAmount"], [one["amount"] for one in left["usage"]]) == (90, [30, 30, 30])
        credited = [bill["creditAmount"] for bill in company.all("bills") if bill["creditAmount"]]
        assert credited == [30, 30, 30]
        assert company.problems() == []


def test_a_bill_is_credited_no_more_than_it_owes_while_it_is_paid(server):
    for _ in range(effort(3)):
        company = found(server)
        vendor = company.vendor()
        bill = company.bill(vendor, "100.00")
        credits = [credit_of(company, vendor, 30) for _ in range(CLIENTS)]
        clients = [company.new_client() for _ in range(CLIENTS)]

        def ask(number, company=company, bill=bill, credits=credits, clients=clients):
            if number % 2:
                body = {"vendorCredits": use(credits[number], 30)}
                return company.v3("PATCH", f"bills/{bill['id']}", body, client=clients[number]).status
            body = company.payment_body(bill, amount=10, vendorCredits=use(credits[number], 20))
            return company.v3("POST", "payments", body, client=clients[number]).status

        answers = at_once(CLIENTS, ask)
        assert set(answers) <= {200, 201, 422}
        assert sum(status in {200, 201} for status in answers) == 3, answers
        owed = company.v3("GET", f"bills/{bill['id']}").ok()
        assert owed["dueAmount"] == 10
        assert sum(one["appliedAmount"] for one in company.all("vendor-credits")) == owed["creditAmount"]
        assert company.problems() == []


def test_credits_listed_in_any_order_wait_for_nobody_in_a_circle(server):
    """Each bill uses two neighbours of a ring of credits, in either order, one by one and in bulk."""
    company = found(server)
    vendor = company.vendor()
    ring = [credit_of(company, vendor, 1000) for _ in range(6)]
    bills = [company.bill(vendor, "40.00") for _ in range(CLIENTS)]
    clients = [company.new_client() for _ in range(CLIENTS)]

    def ask(number):
        pair = [ring[number % 6], ring[(number + 1) % 6]]
        pair = pair if number % 4 < 2 else pair[::-1]
        listed = [one for credit in pair for one in use(credit, 1)]
        if number % 3 == 0:
            both = [bill_body(vendor, "40.00") | {"vendorCredits": use(credit, 1)} for credit in pair]
            return company.v3("POST", "bills/bulk", both, client=clients[number]).status
        if number % 3 == 1:
            changes = [{"id": credit["id"], "description": f"call {number}"} for credit in pair]
            return company.v3("PATCH", "vendor-credits/bulk", changes, client=clients[number]).status
        return company.v3(
            "PATCH", f"bills/{bills[number]['id']}", {"vendorCredits": listed}, client=clients[number]
        ).status

    assert set(at_once(CLIENTS, ask)) == {200, 201}
    assert sum(after(company, credit)["appliedAmount"] for credit in ring) == 2 * CLIENTS * 2 / 3
    assert company.problems() == []


def test_a_credit_is_either_archived_or_used(server):
    for _ in range(effort(5)):
        company = found(server)
        vendor = company.vendor()
        credit, bill = credit_of(company, vendor, 30), company.bill(vendor, "40.00")
        clients = [company.new_client() for _ in range(8)]

        def ask(number, company=company, credit=credit, bill=bill, clients=clients):
            if number % 2:
                return company.v3("POST", f"vendor-credits/{credit['id']}/archive", client=clients[number]).status
            return by_patch(company, bill, credit, clients[number])[0]

        answers = at_once(8, ask)
        left = after(company, credit)
        assert left["archived"] is not bool(left["usage"])
        assert (True in answers) is bool(left["usage"])
        assert company.problems() == []


def test_a_cancelled_payments_credit_comes_back_once(server):
    for _ in range(effort(3)):
        company = found(server)
        vendor = company.vendor()
        credit, bill = credit_of(company, vendor, 30), company.bill(vendor, "40.00")
        body = company.payment_body(bill, amount=10, vendorCredits=use(credit, 30))
        payment = company.v3("POST", "payments", body).ok(201)
        clients = [company.new_client() for _ in range(12)]

        def ask(number, company=company, payment=payment, credit=credit, clients=clients):
            if number % 2:
                return company.v3("POST", f"payments/{payment['id']}/cancel", client=clients[number]).status
            return by_a_new_bill(company, {"vendorId": payment["vendorId"]}, credit, clients[number])[0]

        answers = at_once(12, ask)
        assert answers.count(200) == 1
        assert answers.count(True) <= 1, "what came back is used once"
        left = after(company, credit)
        assert left["appliedAmount"] == (30 if True in answers else 0)
        assert company.problems() == []
