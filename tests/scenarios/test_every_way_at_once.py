"""Two hundred attempts of every kind at one bill and one vendor credit: never a cent over what is due.

Each round is a company of its own with one bill, paid by whoever comes first: payments single, bulk and mass, pay runs
of v2, payments made elsewhere on both faces, a vendor credit applied to the bill or in a payment, and the clock, which
makes the payment that stands for the vendor. In every second round the bill is a recurring one that was paid by itself, and
somebody cancels that. BILLFOLD_EFFORT=10 plays a hundred rounds.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from decimal import Decimal
from urllib.parse import urlencode

import pytest

from tests.scenarios.process import at_once, effort, found

ATTEMPTS = 200
ROUNDS = 10
AMOUNT = Decimal("100.00")
CREDIT = Decimal("40.00")
#: The day before the payment that stands is made: the clock comes past it while everybody pays.
DUE_ON = "2026-03-10"
#: What may refuse an attempt: there is less due, or less of the credit, than it wants; a payment has gone meanwhile.
REFUSALS = {"BDC_1159", "BDC_1246", "BDC_1119", "BDC_1129", "BDC_1152"}

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


class Round:
    """One bill of one vendor, with one credit, and the attempts at it."""

    def __init__(self, server, number):
        self.rng = random.Random(number)
        self.company = found(server)
        self.vendor = self.company.vendor()
        body = {
            "vendorId": self.vendor["id"], "referenceNumber": "VC-9", "creditDate": "2026-03-01",
            "vendorCreditLineItems": [{"amount": CREDIT}],
        }  # fmt: skip
        self.credit_id = self.v3("POST", "vendor-credits", body).ok(201)["id"]
        self.bill_id = (self._bill_of_recurring if number % 2 else self._bill_with_autopay)()
        self.standing = [payment["id"] for payment in self.company.all("payments")]
        self.codes = Counter()

    def v3(self, method, path, body=None, client=None):
        return self.company.v3(method, path, body, client=client)

    def _bill_with_autopay(self):
        """The vendor's bills are paid by themselves, a day before they are due."""
        pay = {"enabled": True, "bankAccountId": self.company.made["bankAccountId"], "daysBeforeDueDate": 5}
        self.v3("PATCH", f"vendors/{self.vendor['id']}", {"autoPay": pay}).ok()
        body = {
            "vendorId": self.vendor["id"], "dueDate": DUE_ON, "billLineItems": [{"amount": AMOUNT}],
            "invoice": {"invoiceNumber": "BK-1044", "invoiceDate": "2026-03-01"},
        }  # fmt: skip
        return self.v3("POST", "bills", body).ok(201)["id"]

    def _bill_of_recurring(self):
        """A bill that came by itself, and is to be paid by itself."""
        body = {
            "vendorId": self.vendor["id"],
            "schedule": {"period": "YEARLY", "frequency": 1, "nextDueDate": DUE_ON, "daysInAdvance": 30},
            "recurringBillLineItems": [{"amount": AMOUNT}],
            "processingOptions": {"autoPayment": True},
            "paymentInformation": {"bankAccountId": self.company.made["bankAccountId"]},
        }
        self.v3("POST", "recurringbills", body).ok(201)
        self.company.sim("POST", "drain").ok()
        (bill,) = self.company.all("bills")
        return bill["id"]

    def attempt(self, number, client):
        """One way to pay some of the bill, or all of it."""
        if number == 0:
            client.send("POST", "/sim/clock/advance", {"hours": 16, "keepSessions": True})
            return
        if number == 1 and self.standing:
            self.v3("POST", f"payments/{self.standing[0]}/cancel", {}, client).ok()
            return
        amount = self.rng.choice((Decimal(1), Decimal("7.50"), Decimal(33), AMOUNT))
        way = WAYS[number % len(WAYS)]
        self.codes.update(way(self, amount, client))

    def payment(self, amount, **more):
        return {
            "billId": self.bill_id, "amount": amount, "processingOptions": {},
            "fundingAccount": {"type": "BANK_ACCOUNT", "id": self.company.made["bankAccountId"]},
        } | more  # fmt: skip

    def run_body(self, amount, **more):
        body = self.payment(amount)
        return {
            "fundingAccount": body["fundingAccount"],
            "payments": [{"billId": self.bill_id, "amount": amount, **more}],
        }

    def v2(self, operation, data, client):
        form = {"devKey": self.company.made["devKey"], "sessionId": self.company.made["sessionId"]}
        form["data"] = json.dumps(data, default=float)
        answer = client.send("POST", f"/api/v2/{operation}.json", urlencode(form).encode()).json
        return [] if answer["response_status"] == 0 else [answer["response_data"]["error_code"]]


def codes_of(answer):
    assert answer.status < 500, answer.body
    return [] if answer.status < 300 else answer.codes


def by_payment(round_, amount, client):
    return codes_of(round_.v3("POST", "payments", round_.payment(amount), client))


def by_payment_with_credit(round_, amount, client):
    credits = [{"id": round_.credit_id, "amount": min(amount, Decimal(5))}]
    return codes_of(round_.v3("POST", "payments", round_.payment(amount, vendorCredits=credits), client))


def by_bulk(round_, amount, client):
    return codes_of(round_.v3("POST", "payments/bulk", round_.run_body(amount), client))


def by_bulk_with_credit(round_, amount, client):
    credits = [{"id": round_.credit_id, "amount": 3}]
    return codes_of(round_.v3("POST", "payments/bulk", round_.run_body(amount, vendorCredits=credits), client))


def by_mass(round_, amount, client):
    return codes_of(round_.v3("POST", "payments/mass", round_.run_body(amount), client))


def by_record(round_, amount, client):
    body = round_.run_body(amount)
    del body["fundingAccount"]
    body |= {"vendorId": round_.vendor["id"], "processDate": "2026-03-02", "toPrintCheck": False}
    return codes_of(round_.v3("POST", "bills/record-payment", body, client))


def by_pay_bills(round_, amount, client):
    return round_.v2("PayBills", {"billPays": [{"billId": round_.bill_id, "amount": amount}]}, client)


def by_pay_bills_with_credit(round_, amount, client):
    credit = {"billId": round_.bill_id, "vendorCreditId": round_.credit_id, "amount": 2}
    data = {"billPays": [{"billId": round_.bill_id, "amount": amount}], "billCredits": [credit]}
    return round_.v2("PayBills", data, client)


def by_record_on_v2(round_, amount, client):
    data = {"processDate": "2026-03-02", "toPrintCheck": False}
    data["billPays"] = [{"billId": round_.bill_id, "amount": amount}]
    return round_.v2("RecordAPPayment", data, client)


def by_credit(round_, amount, client):
    credits = [{"id": round_.credit_id, "amount": min(amount, CREDIT)}]
    return codes_of(round_.v3("PATCH", f"bills/{round_.bill_id}", {"vendorCredits": credits}, client))


WAYS = (
    by_payment, by_payment_with_credit, by_bulk, by_bulk_with_credit, by_mass, by_record, by_pay_bills,
    by_pay_bills_with_credit, by_record_on_v2, by_credit,
)  # fmt: skip


def assert_every_cent_is_where_it_belongs(round_):
    """The bill's amounts are those of its payments and credits, nothing is negative, and the ledger explains it."""
    company = round_.company
    bill = round_.v3("GET", f"bills/{round_.bill_id}").ok()
    credit = round_.v3("GET", f"vendor-credits/{round_.credit_id}").ok()
    payments = [one for one in company.all("payments") if one["status"] not in {"CANCELLED", "VOID"}]
    parts = [part for payment in payments for part in payment["billPayments"]]
    paid = sum((part["amount"] for part in parts), Decimal())
    used = [one for one in credit.get("usage", []) if one["billId"] == round_.bill_id]
    credited = sum((one["amount"] for one in used), Decimal())
    assert bill["dueAmount"] == AMOUNT - paid - credited >= 0, (bill, paid, credited)
    assert credit["appliedAmount"] == credited <= CREDIT
    online = sum((payment["amount"] for payment in payments if payment["onlinePayment"]), Decimal())
    transfers = company.sim("GET", "transfers").ok()["results"]
    funding = [one for one in transfers if one["leg"] == "funding" and one["status"] != "cancelled"]
    assert sum((one["amount"] for one in funding), Decimal()) == online
    assert company.problems() == []


@pytest.mark.parametrize("way", WAYS)
def test_each_way_pays_when_nobody_else_does(server, way):
    round_ = Round(server, 0)
    assert way(round_, Decimal(5), round_.company.client) == []
    round_.company.sim("POST", "drain").ok()
    assert round_.v3("GET", f"bills/{round_.bill_id}").ok()["dueAmount"] < AMOUNT
    assert_every_cent_is_where_it_belongs(round_)


def test_two_hundred_attempts_of_every_kind_never_pay_a_bill_over(server):
    for number in range(effort(ROUNDS)):
        round_ = Round(server, number)
        clients = [round_.company.new_client() for _ in range(ATTEMPTS)]
        at_once(ATTEMPTS, lambda place, round_=round_, clients=clients: round_.attempt(place, clients[place]))
        # The company's own connection was idle for longer than the server keeps one open, where the machine is busy.
        for client in (*clients, round_.company.client):
            client.close()
        assert set(round_.codes) <= REFUSALS, round_.codes
        # Mass payments are put off; they are made now, and then the banks do their part.
        round_.company.sim("POST", "drain").ok()
        assert_every_cent_is_where_it_belongs(round_)
        round_.company.sim("POST", "clock/advance", {"days": 3, "keepSessions": True}).ok()
        assert_every_cent_is_where_it_belongs(round_)
