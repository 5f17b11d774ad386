"""The server is killed at random moments of a pay run: nothing acknowledged is lost, nothing happens twice."""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from billfold.bankfiles import nacha
from tests.scenarios.process import MOMENT, Gone, bill_body, effort, found, running, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]


class Payer:
    """A client that remembers what it asked for and what was acknowledged.

    Every request has a key of its own. One that got no answer is asked again, under its key, after the restart.
    """

    def __init__(self, company, vendor, name, chance, *, moves_clock):
        self.company = company
        self.vendor = vendor
        self.bills = {}  # key -> the answer
        self.payments = {}  # key of a bill -> the payment that it is part of
        self.clock = datetime.fromisoformat(MOMENT)
        self._client = company.new_client()
        self._name = name
        self._chance = chance
        self._moves_clock = moves_clock
        self._unanswered = None

    def work_until_gone(self):
        """Ask for one thing after the other until the server is gone; the number of answers."""
        answered = 0
        while True:
            try:
                self.ask_again()
                self._do(self._next())
            except Gone:
                return answered
            answered += 1

    def ask_again(self):
        """Ask again for what got no answer, if there is such a thing."""
        if self._unanswered is not None:
            self._do(self._unanswered)

    def _next(self):
        unpaid = [key for key in self.bills if key not in self.payments]
        if self._moves_clock and self._chance.random() < 0.2:
            return "advance", self.clock + timedelta(hours=self._chance.randint(1, 12))
        if unpaid and self._chance.random() < 0.8:
            return "pay", unpaid[: self._chance.choice((1, 3))]
        return "bill", (f"{self._name}-{len(self.bills)}", Decimal(self._chance.randint(1, 10**6)) / 100)

    def _do(self, step):
        self._unanswered = step
        kind, what = step
        if kind == "advance":
            body = {"to": what.isoformat(), "keepSessions": True}
            self._client.send("POST", "/sim/clock/advance", body).ok()
            self.clock = what
        elif kind == "bill":
            key, amount = what
            body = bill_body(self.vendor, str(amount))
            answer = self.company.v3("POST", "bills", body, key=f"bill {key}", client=self._client).ok(201)
            assert answer["amount"] == amount
            self.bills[key] = answer
        else:
            payment = self._pay(what)
            assert parts_of(payment) == [(self.bills[key]["id"], self.bills[key]["amount"]) for key in what]
            self.payments |= dict.fromkeys(what, payment)
        self._unanswered = None

    def _pay(self, keys):
        """A payment of one bill, or one of several in a run."""
        body = self.company.payment_body(self.bills[keys[0]])
        if len(keys) == 1:
            return self.company.v3("POST", "payments", body, key=f"pay {keys[0]}", client=self._client).ok(201)
        wanted = [{"billId": self.bills[key]["id"], "amount": self.bills[key]["amount"]} for key in keys]
        body = {"fundingAccount": body["fundingAccount"], "payments": wanted}
        answer = self.company.v3("POST", "payments/bulk", body, key=f"pay {keys[0]}", client=self._client).ok(201)
        (payment,) = answer["payments"]
        return payment


def parts_of(payment):
    return [(part["billId"], part["amount"]) for part in payment["billPayments"]]


class PayRun:
    """One company, two clients at once (the first moves the clock), and every bank file seen so far."""

    def __init__(self, server, chance):
        self.server = server
        self.company = found(server)
        vendor = self.company.vendor()
        self.payers = [
            Payer(self.company, vendor, f"payer{number}", chance, moves_clock=number == 0) for number in range(2)
        ]
        self.files = {}

    @property
    def is_old(self):
        """Whether its clock nears the day on which its session must be trusted anew."""
        return self.payers[0].clock - datetime.fromisoformat(MOMENT) > timedelta(days=15)

    def work_and_be_killed(self, seconds):
        """Work, be killed after that time, start again."""
        with ThreadPoolExecutor(len(self.payers)) as threads:
            killer = threading.Timer(seconds, self.server.kill)
            killer.start()
            answered = [done.result() for done in [threads.submit(payer.work_until_gone) for payer in self.payers]]
            killer.join()
        self.server.start()
        return sum(answered)

    def check(self):
        """What must hold whenever the server was started again."""
        clock = wait_until("the interrupted advance is finished", self._standing_clock)
        assert datetime.fromisoformat(clock["now"]) >= self.payers[0].clock, "an acknowledged advance is lost"
        for payer in self.payers:
            payer.ask_again()
        self._check_bills()
        self._check_payments()
        assert self.company.problems() == []
        self.files |= self.company.files()

    def _standing_clock(self):
        clock = self.company.sim("GET", "clock").ok()
        return None if "advancingTo" in clock else clock

    def _check_bills(self):
        stored = {bill["id"]: bill for bill in self.company.all("bills")}
        asked = [answer for payer in self.payers for answer in payer.bills.values()]
        assert len(stored) == len(asked) == len({answer["id"] for answer in asked})
        assert {answer["id"]: answer["amount"] for answer in asked} == {
            key: bill["amount"] for key, bill in stored.items()
        }
        paid = {bill_id for answer in self._acknowledged() for bill_id, _ in parts_of(answer)}
        assert {key for key, bill in stored.items() if bill["dueAmount"] == 0} == paid

    def _check_payments(self):
        stored = self.company.all("payments")
        assert sorted((one["id"], parts_of(one), one["amount"]) for one in stored) == sorted(
            (one["id"], parts_of(one), one["amount"]) for one in self._acknowledged()
        )

    def _acknowledged(self):
        payments = [payment for payer in self.payers for payment in payer.payments.values()]
        return list({payment["id"]: payment for payment in payments}.values())

    def finish(self):
        """Let all the money arrive, and look for every leg in the bank files; how many payments there were.

        A run that began just before the last kill may have come to no payment.
        """
        self.company.sim("POST", "clock/advance", {"days": 20, "keepSessions": True}).ok()
        self.check()
        acknowledged = self._acknowledged()
        statuses = [payment["singleStatus"] for payment in self.company.all("payments")]
        assert statuses == ["CLEARED"] * len(acknowledged)
        paid = {bill_id for answer in acknowledged for bill_id, _ in parts_of(answer)}
        for bill in self.company.all("bills"):
            assert bill["paymentStatus"] == ("PAID" if bill["id"] in paid else "UNPAID"), bill
        entries = [
            entry for content in self.files.values() for batch in nacha.read(content).batches for entry in batch.entries
        ]
        expected = [
            (answer["id"][-15:].upper(), is_debit, int(answer["amount"] * 100))
            for answer in self._acknowledged()
            for is_debit in (True, False)
        ]
        assert Counter((entry.individual_id, entry.is_debit, entry.amount_minor) for entry in entries) == Counter(
            expected
        )
        assert len({entry.trace_number for entry in entries}) == len(entries)
        return len(acknowledged)


def survive(server, times):
    seed = int(os.environ.get("BILLFOLD_CRASH_SEED") or time.time_ns() % 10**9)
    print(f"BILLFOLD_CRASH_SEED={seed} repeats the choices of this run")
    chance = random.Random(seed)
    run = PayRun(server, chance)
    answered = cleared = 0
    for number in range(times):
        seconds = chance.uniform(0.05, 0.6)
        print(f"crash {number + 1} after {seconds:.3f} s and {answered} answers")
        answered += run.work_and_be_killed(seconds)
        run.check()
        if run.is_old:
            cleared += run.finish()
            run = PayRun(server, chance)
    cleared += run.finish()
    print(f"{answered} answers, {cleared} payments")
    assert cleared, "nothing was paid: the run proves nothing"
    assert "Traceback" not in server.printed, server.printed


def test_a_pay_run_survives_kills_on_the_embedded_database(tmp_path):
    with running(tmp_path) as server:
        survive(server, effort(25))


@pytest.mark.postgres
def test_a_pay_run_survives_kills_on_postgresql(tmp_path, postgres_url):
    with running(tmp_path, database=postgres_url) as server:
        survive(server, effort(8))


def test_an_advance_cut_short_is_finished_by_the_server_itself(tmp_path):
    """After the restart nobody asks for it again, and the payments arrive."""
    with running(tmp_path) as server:
        company = found(server)
        vendor = company.vendor()
        for _ in range(40):
            company.v3("POST", "payments", company.payment_body(company.bill(vendor, "10.00"))).ok(201)
        killer = threading.Timer(0.03, server.kill)
        killer.start()
        with suppress(Gone):
            company.sim("POST", "clock/advance", {"days": 10, "keepSessions": True})
        killer.join()
        server.start()
        wait_until("the clock arrives", lambda: "advancingTo" not in company.sim("GET", "clock").ok())
        statuses = {payment["singleStatus"] for payment in company.all("payments")}
        assert statuses in ({"CLEARED"}, {"SCHEDULED"}), "all of the advance, or none of it where the kill was faster"
        assert company.problems() == []


def survive_a_long_cut_off(server, kills):
    """Three hundred payments: killed again and again while their files are put together, taken up and settled."""
    company = found(server)
    vendor = company.vendor()
    company.v3("PATCH", f"vendors/{vendor['id']}", {"additionalInfo": {"combinePayments": False}}).ok()
    made = [company.bill(vendor, f"{number}.25") for number in range(1, 301)]
    for start in range(0, len(made), 50):
        wanted = [{"billId": bill["id"], "amount": bill["dueAmount"]} for bill in made[start : start + 50]]
        source = {"type": "BANK_ACCOUNT", "id": company.made["bankAccountId"]}
        company.v3("POST", "payments/bulk", {"fundingAccount": source, "payments": wanted}).ok(201)
    payments = company.all("payments")
    assert len(payments) == 300
    chance = random.Random(len(payments))
    for _ in range(kills):
        killer = threading.Timer(chance.uniform(0.01, 0.4), server.kill)
        killer.start()
        with suppress(Gone):
            company.sim("POST", "clock/advance", {"hours": chance.randint(6, 30), "keepSessions": True})
        killer.join()
        server.start()
        wait_until("the clock arrives", lambda: "advancingTo" not in company.sim("GET", "clock").ok())
        assert company.problems() == []
    company.sim("POST", "clock/advance", {"days": 10, "keepSessions": True}).ok()
    assert {payment["singleStatus"] for payment in company.all("payments")} == {"CLEARED"}
    assert {bill["paymentStatus"] for bill in company.all("bills")} == {"PAID"}
    assert company.problems() == []
    entries = [
        entry
        for content in company.files().values()
        for batch in nacha.read(content).batches
        for entry in batch.entries
    ]
    expected = [
        (payment["id"][-15:].upper(), is_debit, int(payment["amount"] * 100))
        for payment in payments
        for is_debit in (True, False)
    ]
    assert Counter((entry.individual_id, entry.is_debit, entry.amount_minor) for entry in entries) == Counter(expected)
    assert len({entry.trace_number for entry in entries}) == len(entries)
    assert "Traceback" not in server.printed, server.printed


def test_a_cut_off_of_hundreds_survives_kills_on_the_embedded_database(tmp_path):
    with running(tmp_path) as server:
        survive_a_long_cut_off(server, effort(12))


@pytest.mark.postgres
def test_a_cut_off_of_hundreds_survives_kills_on_postgresql(tmp_path, postgres_url):
    with running(tmp_path, database=postgres_url) as server:
        survive_a_long_cut_off(server, effort(6))
