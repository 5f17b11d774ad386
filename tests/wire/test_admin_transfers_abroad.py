"""What the bank says of transfers abroad, said by the administration: in production nobody else knows."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.wire.abroad import GERMAN, a_bill, a_vendor, balances, paid, vendor_body
from tests.wire.api import Company
from tests.wire.production import ADA, BANK, ORIGINATOR, a_company, production, run_what_is_due, set_time


def the_transfer(company: Company) -> dict[str, Any]:
    (found,) = company.admin("GET", "transfers-abroad").ok()["results"]
    return dict(found)


def sent(company: Company) -> tuple[dict[str, Any], str]:
    """A payment of 1,000.00 euros that the bank has, and the path of its transfer."""
    payment = paid(company, a_bill(company, a_vendor(company)))
    company.advance(to="2026-03-06T15:00:00Z")
    return payment, f"transfers-abroad/{the_transfer(company)['id']}"


def test_a_transfer_is_listed_with_the_file_that_carries_it(company: Company) -> None:
    payment, _ = sent(company)
    (file,) = [one for one in company.admin("GET", "files").ok()["results"] if one["kind"] == "pain001"]
    transfer = the_transfer(company)
    assert transfer == {
        "id": transfer["id"], "paymentId": payment["id"], "vendorName": "Blue Kite Abroad", "amount": 1000,
        "currency": "EUR", "status": "started", "sendDate": "2026-03-06", "fileId": file["id"],
    }  # fmt: skip
    content = company.admin("GET", f"files/{file['id']}").text
    assert f"<EndToEndId>{transfer['id']}</EndToEndId>" in content


def test_a_transfer_that_was_paid_pays_its_bill_once(company: Company) -> None:
    payment, path = sent(company)
    assert company.admin("POST", f"{path}/settle").ok()["status"] == "settled"
    assert company.admin("POST", f"{path}/settle").ok()["status"] == "settled"
    assert company.v3("GET", f"payments/{payment['id']}").ok()["singleStatus"] == "CLEARED"
    assert balances(company)["exchange", "EUR"] == -1000
    company.advance(days=9)
    assert company.v3("GET", f"bills/{payment['billId']}").ok()["paidAmount"] == 1000


@pytest.mark.parametrize("settled_before", [False, True])
def test_a_transfer_that_came_back_leaves_its_money_to_be_voided(company: Company, settled_before: bool) -> None:
    payment, path = sent(company)
    if settled_before:
        company.admin("POST", f"{path}/settle").ok()
    returned = company.admin("POST", f"{path}/return", {"code": "AC04"}).ok()
    assert (returned["status"], returned["returnCode"]) == ("returned", "AC04")
    shown = company.v3("GET", f"payments/{payment['id']}").ok()
    assert shown["singleStatus"] == "DISBURSEMENT_FAILED_ACTION_NEEDED"
    assert balances(company)["money_out_clearing", "USD"] == payment["fundingAmount"]
    company.v3("POST", f"payments/{payment['id']}/void", {"type": "VOID_AND_CREDIT", "reason": "came back"}).ok()
    company.advance(days=9)
    assert company.v3("GET", f"payments/{payment['id']}").ok()["singleStatus"] == "VOIDED"
    assert balances(company) == {("accounts_payable", "EUR"): -1000, ("uncategorized", "EUR"): 1000}


def test_what_cannot_have_happened_is_refused(company: Company) -> None:
    paid(company, a_bill(company, a_vendor(company)))
    path = f"transfers-abroad/{the_transfer(company)['id']}"
    for verb, body in (("settle", None), ("return", {"code": "AC04"})):
        early = company.admin("POST", f"{path}/{verb}", body)
        assert (early.status, early.json["code"]) == (422, "StateForbids")
    company.advance(to="2026-03-06T15:00:00Z")
    for code in ("R02", "ZZ99"):
        assert company.admin("POST", f"{path}/return", {"code": code}).status == 400
    assert company.admin("POST", f"{path}/return", {"code": "AC03"}).status == 200
    for verb, body in (("settle", None), ("return", {"code": "AC04"})):
        late = company.admin("POST", f"{path}/{verb}", body)
        assert (late.status, late.json["code"]) == (422, "StateForbids")


def test_other_transfers_are_none_of_it(company: Company) -> None:
    company.pay(company.bill()).ok(201)
    assert company.admin("GET", "transfers-abroad").ok() == {"results": []}
    for transfer in company.sim("GET", "transfers").ok()["results"]:
        assert company.admin("POST", f"transfers-abroad/{transfer['id']}/settle").status == 404


def test_in_production_no_clock_says_that_a_vendor_abroad_was_paid() -> None:
    with production() as api:
        company = a_company(api)
        account = company.v3("POST", "funding-accounts/banks", BANK).ok(201)
        company.made["bankAccountId"] = account["id"]
        company.admin("POST", f"bank-accounts/{account['id']}/confirm").ok()
        company.admin("PATCH", "originator", ORIGINATOR).ok()
        in_euros = company.v3("POST", "vendors", vendor_body(GERMAN, "EUR")).ok(201)
        assert option(company, in_euros)["reason"].startswith("Please select a payment processing date two business")
        vendor = company.v3("POST", "vendors", vendor_body(GERMAN, "USD")).ok(201)
        day = option(company, vendor)["processDate"]
        assert day == "2080-03-07"
        payment = company.pay(company.bill(vendor, dueDate="2080-03-20"), processDate=day).ok(201)
        for moment in (7, 8, 11, 12, 20, 29):
            set_time(api, datetime(2080, 3, moment, 15, tzinfo=UTC))
            api.loop.run_until_complete(run_what_is_due(api))
        transfer = the_transfer(company)
        assert transfer["status"] == "started"
        sign_in_again(company)
        assert company.v3("GET", f"payments/{payment['id']}").ok()["singleStatus"] == "SENT"
        company.admin("POST", f"transfers-abroad/{transfer['id']}/settle").ok()
        assert company.v3("GET", f"payments/{payment['id']}").ok()["singleStatus"] == "CLEARED"


def option(company: Company, vendor: dict[str, Any]) -> dict[str, Any]:
    found = company.v3("GET", "payments/options", vendorId=vendor["id"], amount="229.50").ok()
    return dict(found["fundingOptions"]["banks"][0])


def sign_in_again(company: Company) -> None:
    made = company.made
    body = {
        "username": ADA["email"], "password": ADA["password"], "organizationId": made["organizationId"],
        "devKey": made["devKey"],
    }  # fmt: skip
    made["sessionId"] = company.api.send("POST", "/connect/v3/login", json.dumps(body).encode()).ok()["sessionId"]
