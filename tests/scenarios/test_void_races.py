"""Many hands at one check: voided, reissued, cancelled, stopped and cashed at the same moment, it ends once."""

from __future__ import annotations

import pytest

from tests.scenarios.process import at_once, effort, found, vendor_body

PRINTED = "2026-03-06T18:00:00+00:00"
pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

CREDIT = {"type": "VOID_AND_CREDIT", "reason": "Entered twice"}
REISSUE = {"type": "VOID_AND_REISSUE", "reason": "Lost in the mail"}


def a_check_in_the_mail(company):
    body = vendor_body("") | {"paymentInformation": {"payeeName": "Blue Kite Paper"}}
    bill = company.bill(company.v3("POST", "vendors", body).ok(201))
    payment = company.v3("POST", "payments", company.payment_body(bill)).ok(201)
    advance(company, to=PRINTED)
    return payment["id"], bill["id"]


def advance(company, **by):
    company.sim("POST", "clock/advance", {"keepSessions": True} | by).ok()


def checks_of(company):
    return {one["number"]: one["status"] for one in company.sim("GET", "checks").ok()["results"]}


def transfers_of(company, leg):
    return [one for one in company.sim("GET", "transfers").ok()["results"] if one["leg"] == leg]


def race(company, payment_id, acts):
    """The answers to acts (face, verb, body) on one payment, all at once."""
    clients = [company.new_client() for _ in acts]
    for client in clients:
        client.connect()

    def act(number):
        face, verb, body = acts[number]
        return clients[number].send("POST", f"{face}/payments/{payment_id}/{verb}", body)

    return at_once(len(acts), act)


V3, SIM = "/connect/v3", "/sim"


def test_a_check_is_voided_reissued_or_cashed_but_only_one_of_these(server):
    acts = [
        *[(V3, "void", CREDIT)] * 3,
        *[(V3, "void", REISSUE)] * 3,
        *[(SIM, "clear", None)] * 2,
        *[(V3, "cancel", None)] * 2,
        *[(SIM, "void", None)] * 2,
    ]
    for _ in range(effort(5)):
        company = found(server)
        payment_id, bill_id = a_check_in_the_mail(company)
        answers = race(company, payment_id, acts)
        assert {answer.status for answer in answers} <= {200, 422}, [answer.body for answer in answers]
        assert [answer.status for answer in answers[8:10]] == [422, 422], "nothing in the mail is cancelled"
        assert sum(answer.status == 200 for answer in answers[6:8]) <= 1, "a check is cashed once"
        advance(company, days=30)
        assert_one_end(company, payment_id, bill_id, answers)


def assert_one_end(company, payment_id, bill_id, answers):
    payment = company.v3("GET", f"payments/{payment_id}").ok()
    bill = company.v3("GET", f"bills/{bill_id}").ok()
    statuses = list(checks_of(company).values())
    refunds = transfers_of(company, "refund")
    granted = [one for one in payment["voidInfo"] if one["status"] == "ACCEPTED"]
    assert company.problems() == []
    assert len(transfers_of(company, "funding")) == 1
    assert len(payment["voidInfo"]) == sum(answer.status == 200 for answer in answers[:6])
    assert {one["status"] for one in payment["voidInfo"]} <= {"ACCEPTED", "REJECTED"}
    if payment["singleStatus"] == "VOIDED":
        assert (bill["dueAmount"], len(refunds), statuses.count("cleared")) == (229.5, 1, 0)
        assert granted[-1]["type"] == "VOID_AND_CREDIT"
    else:
        assert (payment["singleStatus"], bill["dueAmount"], refunds) == ("CLEARED", 0, [])
        assert statuses.count("cleared") == 1
        assert {one["type"] for one in granted} <= {"VOID_AND_REISSUE"}
    assert statuses.count("voided") == min(1, len(granted)), (
        "a replacement that is voided before its printing has no number"
    )


def test_a_payment_is_held_voided_or_stopped_by_many_and_its_money_stays_explained(server):
    """Before its printing: the operator and the payer at once, and the bank that takes the debit back."""
    acts = [
        *[(V3, "void", CREDIT)] * 3,
        *[(SIM, "hold", None)] * 2,
        *[(SIM, "release", None)] * 2,
        (SIM, "fail-funding", {"code": "R10"}),
    ]
    for _ in range(effort(3)):
        company = found(server)
        body = vendor_body("") | {"paymentInformation": {"payeeName": "Blue Kite Paper"}}
        bill = company.bill(company.v3("POST", "vendors", body).ok(201))
        payment = company.v3("POST", "payments", company.payment_body(bill)).ok(201)
        advance(company, to="2026-03-05T15:00:00+00:00")
        answers = race(company, payment["id"], acts)
        assert {answer.status for answer in answers} <= {200, 422}, [answer.body for answer in answers]
        assert answers[-1].status == 200, "a bank may always take a debit back"
        advance(company, days=30)
        after = company.v3("GET", f"payments/{payment['id']}").ok()
        assert after["singleStatus"] in {"FUNDING_FAILED_VOIDED", "VOIDED"}
        assert company.v3("GET", f"bills/{bill['id']}").ok()["dueAmount"] == 229.5
        assert checks_of(company) == {}, "it was never printed"
        assert company.problems() == []


def test_no_check_number_is_used_twice_whoever_reissues(server):
    """Checks of one account are reissued at once, and at once again."""
    company = found(server)
    body = vendor_body("") | {"paymentInformation": {"payeeName": "Blue Kite Paper"}}
    vendor = company.v3("POST", "vendors", body | {"combinePayments": False}).ok(201)
    bills = [company.bill(vendor) for _ in range(6)]
    ids = [company.v3("POST", "payments", company.payment_body(bill)).ok(201)["id"] for bill in bills]
    advance(company, to=PRINTED)
    for _ in range(2):
        clients = [company.new_client() for _ in ids]
        answers = at_once(
            len(ids), lambda number, clients=clients: clients[number].send(
                "POST", f"{V3}/payments/{ids[number]}/void", REISSUE
            ),
        )  # fmt: skip
        assert [answer.status for answer in answers] == [200] * len(ids)
        advance(company, days=3)
    numbers = checks_of(company)
    assert sorted(numbers) == list(range(1001, 1019))
    assert sorted(numbers.values()) == ["printed"] * 6 + ["voided"] * 12
    assert company.problems() == []
