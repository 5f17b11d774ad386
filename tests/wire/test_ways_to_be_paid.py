"""Vendors who are paid by virtual card, through RPPS or into their wallet, on both faces (contract: payables §6.3)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wire.abroad import GERMAN_VENDOR
from tests.wire.api import Company
from tests.wire.funding_examples import transfer_of
from tests.wire.v2.talk import data_of

ENROLLED = {"virtualCardStatus": "ENROLLED"}


def payment_to(company: Company, acceptance: dict[str, Any], account: str | None = "000987654321") -> str:
    """A payment of 229.50 to a vendor who takes this; the id."""
    vendor = company.vendor(account)
    company.sim("PATCH", f"vendors/{vendor['id']}/acceptance", acceptance).ok()
    return company.pay(company.bill(vendor)).ok(201)["id"]


def shown(company: Company, payment_id: str) -> dict[str, Any]:
    return company.v3("GET", f"payments/{payment_id}").ok()


def disbursement(company: Company, payment_id: str) -> str:
    """The newest transfer that pays the vendor; the id."""
    return transfer_of(company, payment_id, "disbursement")


def of_v2(company: Company, payment_id: str) -> dict[str, Any]:
    return data_of(company.v2("GetDisbursementData", {"sentPayId": payment_id}))


def test_a_virtual_card_is_charged_in_part_and_then_whole(company: Company) -> None:
    payment_id = payment_to(company, ENROLLED)
    made = shown(company, payment_id)
    assert (made["disbursementType"], made["disbursementInfo"]["vcardDisbursement"]) == (
        "VIRTUAL_CARD", {"arrivesByDate": "2026-03-06"},
    )  # fmt: skip
    company.advance(days=3)
    company.advance(hours=12)
    sent = shown(company, payment_id)
    assert (sent["singleStatus"], sent["status"], sent["disbursementStatus"]) == ("DELIVERED", "PAID", "IN_PROGRESS")
    (card,) = company.sim("GET", "virtual-cards").ok()["results"]
    assert sent["disbursementInfo"] == {
        "isVoidable": True,
        "vcardDisbursement": {
            "arrivesByDate": "2026-03-06", "validUntil": "2026-03-26", "last4CardNumber": card["last4"],
        },
    }  # fmt: skip
    assert of_v2(company, payment_id) == {"paymentType": "7", "disbursementStatus": "0"}
    charge = f"transfers/{disbursement(company, payment_id)}/charge"
    for amount in (0, -1, 229.51):
        assert company.sim("POST", charge, {"amount": amount}).status == 400
    assert company.sim("POST", charge, {"amount": 29.5}).ok()["charged"] == 29.5
    claimed = shown(company, payment_id)
    assert (claimed["singleStatus"], claimed["status"], claimed["disbursementStatus"]) == (
        "PARTIALLY_CLAIMED", "PAID", "IN_PROGRESS",
    )  # fmt: skip
    assert claimed["disbursementInfo"]["isVoidable"] is False
    refused = company.v3("POST", f"payments/{payment_id}/void", {"type": "VOID_AND_CREDIT", "reason": "No"})
    assert (refused.status, refused.codes) == (422, ["BDC_1119"])
    assert company.sim("POST", charge, {"amount": 200}).ok()["status"] == "used"
    paid = shown(company, payment_id)
    assert (paid["singleStatus"], paid["disbursementStatus"]) == ("CLEARED", "DONE")
    assert company.sim("POST", charge, {"amount": 1}).status == 422
    assert company.balanced()


def test_the_rest_of_a_virtual_card_is_due_again_on_both_faces(company: Company) -> None:
    payment_id = payment_to(company, ENROLLED)
    company.advance(days=4)
    transfer_id = disbursement(company, payment_id)
    company.sim("POST", f"transfers/{transfer_id}/charge", {"amount": 200}).ok()
    assert company.sim("POST", f"transfers/{transfer_id}/expire").ok()["status"] == "closed"
    paid = shown(company, payment_id)
    assert (paid["singleStatus"], paid["amount"], paid["fundingAmount"]) == ("CLEARED", 200, 200)
    bill = company.v3("GET", f"bills/{paid['billId']}").ok()
    assert (bill["paymentStatus"], bill["paidAmount"], bill["dueAmount"]) == ("PARTIALLY_PAID", 200, 29.5)
    of_bill = data_of(company.v2("Crud/Read/Bill", {"id": bill["id"]}))
    assert (of_bill["paymentStatus"], of_bill["dueAmount"]) == ("2", 29.5)
    sent = data_of(company.v2("Crud/Read/SentPay", {"id": payment_id}))
    assert (sent["amount"], [part["amount"] for part in sent["billPays"]]) == (200, [200])
    assert company.pay(bill).ok(201)["amount"] == 29.5
    assert company.balanced()


@pytest.mark.parametrize(("alternate", "block"), [("ACH", "achDisbursement"), ("CHECK", "checkDisbursement")])
def test_an_unused_virtual_card_becomes_another_disbursement_of_the_same_payment(
    company: Company, alternate: str, block: str
) -> None:
    payment_id = payment_to(company, ENROLLED | {"alternatePayByType": alternate})
    company.advance(days=4)
    company.sim("POST", f"transfers/{disbursement(company, payment_id)}/expire").ok()
    again = shown(company, payment_id)
    assert (again["singleStatus"], again["disbursementType"]) == ("PROCESSED", alternate)
    assert set(again["disbursementInfo"]) == {"isVoidable", block}
    company.advance(days=14)
    assert shown(company, payment_id)["singleStatus"] == "CLEARED"
    assert company.balanced()


def test_a_virtual_card_is_voided_and_sent_anew(company: Company) -> None:
    payment_id = payment_to(company, ENROLLED)
    company.advance(days=4)
    body = {"type": "VOID_AND_REISSUE_VCARD", "reason": "The mail was lost"}
    assert company.v3("POST", f"payments/{payment_id}/void", body).ok()["singleStatus"] == "VOID_PENDING"
    company.advance(days=5)
    again = shown(company, payment_id)
    assert (again["singleStatus"], again["disbursementType"]) == ("DELIVERED", "VIRTUAL_CARD")
    assert [one["type"] for one in again["voidInfo"]] == ["VOID_AND_REISSUE_VCARD"]
    cards = company.sim("GET", "virtual-cards").ok()["results"]
    assert [one["status"] for one in cards] == ["open", "voided"]
    assert again["disbursementInfo"]["vcardDisbursement"]["last4CardNumber"] == cards[0]["last4"]


def test_rpps_has_a_trace_and_a_batch_number_and_can_be_returned(company: Company) -> None:
    payments = [payment_to(company, {"rppsId": f"0rv01BILLER{number}"}) for number in range(2)]
    made = shown(company, payments[0])
    assert made["disbursementType"] == "RPPS"
    assert set(made["disbursementInfo"]["rppsDisbursement"]) == {"arrivesByDate"}
    company.advance(days=3)
    blocks = [shown(company, one)["disbursementInfo"]["rppsDisbursement"] for one in payments]
    assert [block["sentDate"] for block in blocks] == ["2026-03-06"] * 2
    assert [block["batchNumber"] for block in blocks] == [1, 1]
    assert blocks[1]["traceNumber"] == blocks[0]["traceNumber"] + 1
    found = of_v2(company, payments[0])
    assert (found["paymentType"], found["rppsData"]["largeBillerId"]) == ("1", "0rv01BILLER0")
    assert found["rppsData"]["traceNumber"] == blocks[0]["traceNumber"]
    assert shown(company, payments[0])["singleStatus"] == "CLEARED"
    company.sim("POST", f"transfers/{disbursement(company, payments[0])}/return", {"code": "R03"}).ok()
    failed = shown(company, payments[0])
    assert (failed["singleStatus"], failed["disbursementStatus"]) == ("DISBURSEMENT_FAILED_ACTION_NEEDED", "FAILED")
    assert of_v2(company, payments[0])["rppsData"]["errorCode"] == "R03"
    company.v3("POST", f"payments/{payments[0]}/void", {"type": "VOID_AND_REISSUE", "reason": "Try again"}).ok()
    company.advance(days=6)
    again = shown(company, payments[0])
    assert (again["singleStatus"], again["disbursementInfo"]["rppsDisbursement"]["batchNumber"]) == ("CLEARED", 2)
    assert shown(company, payments[1])["singleStatus"] == "CLEARED"
    assert company.balanced()


def test_what_no_rpps_batch_carries_yet_can_be_voided(company: Company) -> None:
    payment_id = payment_to(company, {"rppsId": "0rv01BILLER1"})
    company.advance(days=2)
    assert shown(company, payment_id)["disbursementInfo"]["isVoidable"] is True
    company.v3("POST", f"payments/{payment_id}/void", {"type": "VOID_AND_CREDIT", "reason": "Twice"}).ok()
    company.advance(days=7)
    assert shown(company, payment_id)["singleStatus"] == "VOIDED"
    accounts = {row["account"]: row["balance"] for row in company.sim("GET", "ledger/trial-balance").ok()["accounts"]}
    assert (accounts[company.bank_account_id], accounts["money_out_clearing"]) == (0, 0)


def test_a_vendors_wallet_has_the_money_the_day_it_leaves(company: Company) -> None:
    payment_id = payment_to(company, {"wallet": True}, account=None)
    made = shown(company, payment_id)
    assert made["disbursementInfo"]["walletDisbursement"] == {"arrivesByDate": "2026-03-06"}
    company.advance(days=2)
    assert shown(company, payment_id)["singleStatus"] == "PROCESSED"
    company.advance(days=1)
    assert shown(company, payment_id)["singleStatus"] == "CLEARED"
    assert of_v2(company, payment_id) == {"paymentType": "9", "disbursementStatus": "3"}
    assert company.balanced()


def test_v2_says_of_a_biller_that_rpps_pays_it(company: Company) -> None:
    vendor = company.vendor()
    read = {"id": vendor["id"]}
    assert data_of(company.v2("Crud/Read/Vendor", read))["payBy"] == "1"
    company.sim("PATCH", f"vendors/{vendor['id']}/acceptance", {"rppsId": "0rv01BILLER1"}).ok()
    assert data_of(company.v2("Crud/Read/Vendor", read))["payBy"] == "2"
    # Of virtual cards and wallets it has no word: what it says is how the vendor is paid otherwise.
    company.sim("PATCH", f"vendors/{vendor['id']}/acceptance", {"rppsId": None} | ENROLLED).ok()
    assert data_of(company.v2("Crud/Read/Vendor", read))["payBy"] == "1"


@pytest.mark.parametrize("acceptance", [ENROLLED, {"rppsId": "0rv01BILLER1"}, {"wallet": True}])
def test_bills_in_another_currency_are_paid_abroad_whatever_the_vendor_takes_besides(
    company: Company, acceptance: dict[str, Any]
) -> None:
    vendor = company.v3("POST", "vendors", GERMAN_VENDOR).ok(201)
    company.sim("PATCH", f"vendors/{vendor['id']}/acceptance", acceptance).ok()
    found = company.v3("GET", f"vendors/{vendor['id']}").ok()
    assert found["paymentInformation"]["payByType"] == "INTERNATIONAL_E_PAYMENT"


@pytest.mark.parametrize(
    ("kind", "status", "codes"),
    [
        # Neither a held rate nor a bank account; and nobody abroad takes virtual cards.
        ("CARD_ACCOUNT", 400, ["BDC_1117", "BDC_1119"]),
        ("WALLET", 400, ["BDC_1117", "BDC_1119"]),
        ("AP_CARD", 422, ["BDC_1151"]),
    ],
)
def test_a_bill_in_another_currency_is_paid_from_a_bank_account_alone(
    company: Company, kind: str, status: int, codes: list[str]
) -> None:
    vendor = company.v3("POST", "vendors", GERMAN_VENDOR).ok(201)
    bill = company.bill(vendor)
    company.sim("PATCH", "funding-permissions", {"walletFunding": True}).ok()
    company.sim("POST", "wallet/top-ups", {"amount": 5000}).ok(201)
    card = company.sim("POST", "card-accounts", {"userId": company.made["userId"]}).ok(201)
    ap_card = company.sim("POST", "ap-cards", {"limit": 5000}).ok(201)
    ids = {"CARD_ACCOUNT": card["id"], "AP_CARD": ap_card["id"]}
    account = {"type": kind} | ({"id": ids[kind]} if kind in ids else {})
    refused = company.pay(
        bill, fundingAccount=account, processDate="2026-03-04", cardFundingPurpose="Rent",
        paymentPurpose={"text": "Goods"},
    )  # fmt: skip
    assert (refused.status, refused.codes) == (status, codes)
