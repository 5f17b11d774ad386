"""A second user confirms a vendor's new bank account: the guard against who changes where money goes."""

from __future__ import annotations

import pytest

from tests.wire.api import Api, Company
from tests.wire.colleagues import colleague, user_id

ACCOUNT = {"accountNumber": "000456789123", "routingNumber": "322271627"}


def guard(company: Company) -> Company:
    assert company.admin("GET", "controls").ok()["confirmVendorAccounts"] is False
    assert company.admin("PATCH", "controls", {"confirmVendorAccounts": True}).ok()["confirmVendorAccounts"] is True
    return company


def waiting(company: Company) -> list[dict[str, str]]:
    return company.admin("GET", "vendor-account-confirmations").ok()["results"]


def confirm(company: Company, account_id: str, who: Company) -> dict[str, str]:
    path = f"vendor-account-confirmations/{account_id}/confirm"
    return company.admin("POST", path, {"userId": user_id(who)}).ok()


def move_account(company: Company, vendor_id: str) -> str:
    """Pay the vendor elsewhere; the id of the account that waits, if one does."""
    company.v3("DELETE", f"vendors/{vendor_id}/bank-account").ok(204)
    company.v3("POST", f"vendors/{vendor_id}/bank-account", ACCOUNT).ok()
    found = waiting(company)
    return found[-1]["accountId"] if found else ""


def payment(company: Company, made: dict[str, str]) -> dict[str, str]:
    return company.v3("GET", f"payments/{made['id']}").ok()


def test_without_the_control_a_new_account_is_paid_at_once(company: Company) -> None:
    bill = company.bill()
    made = company.pay(bill, 100).ok(201)
    move_account(company, bill["vendorId"])
    assert waiting(company) == []
    company.pay(bill, 29.5).ok(201)
    company.advance(days=10)
    assert payment(company, made)["status"] == "PAID"


def test_with_it_a_new_account_waits_for_a_second_user(company: Company) -> None:
    guard(company)
    vendor = company.vendor()
    other = colleague(company)
    bill = company.bill(vendor)
    (found,) = waiting(company)
    assert (found["vendorId"], found["requestedBy"]) == (vendor["id"], user_id(company))
    refused = company.pay(bill)
    assert (refused.status, refused.codes) == (422, ["BDC_1151"])
    assert "second user" in refused.text
    assert company.v2("PayBill", {"billId": bill["id"], "amount": 1}).ok()["response_data"]["error_code"] == "BDC_1151"
    confirmed = confirm(company, found["accountId"], other)
    assert confirmed["confirmedBy"] == user_id(other)
    assert waiting(company) == []
    company.pay(bill).ok(201)


def test_who_set_the_account_and_who_may_not_approve_cannot_confirm_it(company: Company) -> None:
    guard(company)
    company.vendor()
    clerk, gone, other = colleague(company, "CLERK", "cl"), colleague(company, name="gone"), colleague(company)
    company.v3("POST", f"users/{user_id(gone)}/archive").ok()
    path = f"vendor-account-confirmations/{waiting(company)[0]['accountId']}/confirm"
    for who, code in ((company, "ConfirmedByWhoChanged"), (clerk, "InvalidField"), (gone, "InvalidField")):
        refused = company.admin("POST", path, {"userId": user_id(who)})
        assert (refused.status, refused.json["code"]) == (422 if who is company else 400, code)
    company.admin("POST", path, {"userId": user_id(other)}).ok()
    again = company.admin("POST", path, {"userId": user_id(other)})
    assert (again.status, again.json["code"]) == (422, "StateForbids")


@pytest.mark.parametrize("ends", ["confirmed", "removed"])
def test_what_is_scheduled_is_not_collected_and_goes_on_later(embedded: Api, ends: str) -> None:
    company = embedded.company()
    other, bill = colleague(company), company.bill()
    made = company.pay(bill).ok(201)
    guard(company)
    account_id = move_account(company, bill["vendorId"])
    company.advance(days=10)
    assert payment(company, made)["singleStatus"] == "SCHEDULED"
    assert company.sim("GET", "files").ok()["results"] == []
    if ends == "confirmed":
        confirm(company, account_id, other)
    else:
        company.v3("DELETE", f"vendors/{bill['vendorId']}/bank-account").ok(204)
    moved = payment(company, made)
    assert moved["processDate"] > made["processDate"]
    assert (
        moved["disbursementInfo"]["achDisbursement"]["arrivesByDate"]
        > made["disbursementInfo"]["achDisbursement"]["arrivesByDate"]
    )
    company.advance(days=10)
    assert payment(company, made)["singleStatus"] == "CLEARED"
    assert company.balanced()


def test_a_day_to_come_stays_the_day(embedded: Api) -> None:
    company = embedded.company()
    other, bill = colleague(company), company.bill()
    made = company.pay(bill, processDate="2026-03-16").ok(201)
    account_id = move_account(guard(company), bill["vendorId"])
    confirm(company, account_id, other)
    assert payment(company, made)["processDate"] == "2026-03-16"
    assert (
        payment(company, made)["disbursementInfo"]["achDisbursement"]["arrivesByDate"]
        == made["disbursementInfo"]["achDisbursement"]["arrivesByDate"]
    )


def test_collected_money_does_not_leave(embedded: Api) -> None:
    company = embedded.company()
    other, bill = colleague(company), company.bill()
    made = company.pay(bill).ok(201)
    company.advance(hours=20)
    assert payment(company, made)["singleStatus"] in {"READY_TO_FUND", "FUNDING_STARTED"}
    account_id = move_account(guard(company), bill["vendorId"])
    company.advance(days=10)
    assert payment(company, made)["singleStatus"] == "DISBURSEMENT_ON_HOLD"
    confirm(company, account_id, other)
    assert payment(company, made)["singleStatus"] == "PROCESSED"
    company.advance(days=10)
    assert payment(company, made)["singleStatus"] == "CLEARED"
    assert company.balanced()


def test_a_credit_that_no_file_carries_yet_is_held(embedded: Api) -> None:
    company = embedded.company()
    other, bill = colleague(company), company.bill(company.vendor(None))
    made = company.pay(bill).ok(201)
    company.sim("POST", "clock/advance", {"to": "2026-03-05T15:00:00+00:00", "keepSessions": True}).ok()
    assert payment(company, made)["singleStatus"] == "PROCESSED"
    guard(company)
    company.v3("POST", f"vendors/{bill['vendorId']}/bank-account", ACCOUNT).ok()
    assert payment(company, made)["singleStatus"] == "DISBURSEMENT_ON_HOLD"
    company.advance(days=10)
    assert company.sim("GET", "checks").ok()["results"] == []
    confirm(company, waiting(company)[0]["accountId"], other)
    company.advance(days=12)
    assert payment(company, made)["singleStatus"] in {"DELIVERED", "CLEARED"}
    assert company.balanced()


def test_a_held_payment_can_be_cancelled_and_nothing_goes_on(embedded: Api) -> None:
    company = embedded.company()
    other, bill = colleague(company), company.bill()
    made = company.pay(bill).ok(201)
    account_id = move_account(guard(company), bill["vendorId"])
    company.v3("POST", f"payments/{made['id']}/cancel").ok()
    confirm(company, account_id, other)
    company.advance(days=10)
    assert payment(company, made)["status"] == "CANCELLED"
    assert company.v3("GET", f"bills/{bill['id']}").ok()["dueAmount"] == bill["dueAmount"]
    assert company.balanced()


def test_other_vendors_are_paid_meanwhile_and_switching_off_confirms_nothing(embedded: Api) -> None:
    company = embedded.company()
    free, held = company.bill(), company.bill()
    first, second = company.pay(free).ok(201), company.pay(held).ok(201)
    move_account(guard(company), held["vendorId"])
    company.admin("PATCH", "controls", {"confirmVendorAccounts": False}).ok()
    company.advance(days=10)
    assert payment(company, first)["singleStatus"] == "CLEARED"
    assert payment(company, second)["singleStatus"] == "SCHEDULED"
    names = [one["name"] for one in company.sim("GET", "events").ok()["results"]]
    assert {"VendorBankAccountDoubted", "PaymentHeld", "ControlsChanged"} <= set(names)
