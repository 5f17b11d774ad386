"""Many clients at one AP card, one wallet, one virtual card: together never more than there is."""

from __future__ import annotations

import pytest

from tests.scenarios.process import at_once, effort, found

CLIENTS = 12
#: How many of them there is enough for.
ENOUGH = 5

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


def calls(company, requests):
    """The answers to these POSTs (face, path, body), all at once."""
    clients = [company.new_client() for _ in requests]
    for client in clients:
        client.connect()

    def one(number):
        path, body = requests[number]
        return clients[number].send("POST", path, body)

    return at_once(len(requests), one)


def vendors_who_take_cards(company, count):
    made = [company.vendor() for _ in range(count)]
    for vendor in made:
        company.sim("PATCH", f"vendors/{vendor['id']}/acceptance", {"virtualCardStatus": "ENROLLED"}).ok()
    return made


def account_with(company, kind, amount):
    """An AP card with this limit, or the wallet with so much in it."""
    if kind == "AP_CARD":
        return {"type": kind, "id": company.sim("POST", "ap-cards", {"limit": amount}).ok(201)["id"]}
    company.sim("PATCH", "funding-permissions", {"walletFunding": True}).ok()
    company.sim("POST", "wallet/top-ups", {"amount": amount}).ok(201)
    return {"type": kind}


@pytest.mark.parametrize(("kind", "code"), [("AP_CARD", "BDC_1119"), ("WALLET", "BDC_1119")])
def test_what_is_paid_at_once_is_no_more_than_there_is(server, kind, code):
    for _ in range(effort(2)):
        company = found(server)
        # A vendor for each, so that nothing but the account makes them wait for each other.
        bills = [company.bill(vendor, "10.00") for vendor in vendors_who_take_cards(company, CLIENTS)]
        account = account_with(company, kind, 10 * ENOUGH)
        more = {"fundingAccount": account, "processDate": "2026-03-04"}
        answers = calls(company, [("/connect/v3/payments", company.payment_body(bill, **more)) for bill in bills])
        assert sorted(answer.status for answer in answers) == [201] * ENOUGH + [422] * (CLIENTS - ENOUGH)
        assert {tuple(answer.codes) for answer in answers if answer.status == 422} == {(code,)}
        company.sim("POST", "clock/advance", {"days": 3, "keepSessions": True}).ok()
        assert {one["singleStatus"] for one in company.all("payments")} <= {"SENT", "DELIVERED", "PROCESSED"}
        assert company.problems() == []


def test_a_virtual_card_is_charged_no_more_than_its_amount(server):
    for _ in range(effort(2)):
        company = found(server)
        (vendor,) = vendors_who_take_cards(company, 1)
        bill = company.bill(vendor, f"{20 * ENOUGH}.00")
        payment = company.v3("POST", "payments", company.payment_body(bill)).ok(201)["id"]
        company.sim("POST", "clock/advance", {"days": 4, "keepSessions": True}).ok()
        (card,) = company.sim("GET", "virtual-cards").ok()["results"]
        charge = f"/sim/transfers/{card['transferId']}/charge"
        answers = calls(company, [(charge, {"amount": 20})] * CLIENTS)
        assert [answer.status for answer in answers].count(200) == ENOUGH
        assert {answer.status for answer in answers} == {200, 422}
        (card,) = company.sim("GET", "virtual-cards").ok()["results"]
        assert (card["status"], card["charged"]) == ("used", 20 * ENOUGH)
        assert company.v3("GET", f"payments/{payment}").ok()["singleStatus"] == "CLEARED"
        assert company.problems() == []


def test_a_card_that_is_charged_and_closed_at_once_pays_what_was_charged(server):
    for _ in range(effort(3)):
        company = found(server)
        (vendor,) = vendors_who_take_cards(company, 1)
        bill = company.bill(vendor, "100.00")
        company.v3("POST", "payments", company.payment_body(bill)).ok(201)
        company.sim("POST", "clock/advance", {"days": 4, "keepSessions": True}).ok()
        (card,) = company.sim("GET", "virtual-cards").ok()["results"]
        path = f"/sim/transfers/{card['transferId']}"
        requests = [(f"{path}/charge", {"amount": 10})] * (CLIENTS - 1)
        requests.insert(CLIENTS // 2, (f"{path}/expire", None))
        answers = calls(company, requests)
        ended = answers.pop(CLIENTS // 2)
        charged = 10 * [answer.status for answer in answers].count(200)
        assert (ended.status == 200) is (charged < 100)
        (card,) = company.sim("GET", "virtual-cards").ok()["results"]
        assert card["charged"] == charged
        bill = company.v3("GET", f"bills/{bill['id']}").ok()
        # Sent in another way where nobody was in time to charge it.
        assert (bill["paidAmount"], bill["dueAmount"]) == ((charged, 100 - charged) if charged else (0, 0))
        assert company.problems() == []
