"""A vendor's bank account that its bank denies, as both faces show it (contract v2.md §5.1, §5.2; payables §1.2)."""

from __future__ import annotations

import pytest

from tests.wire.api import Company
from tests.wire.v2.conftest import with_vintage
from tests.wire.v2.talk import create, data_of, error_of, listed, read, where


@pytest.fixture
def newest(company: Company) -> Company:
    """The same company as a client of 2024 sees it."""
    return with_vintage(company, "2024")


def _ways(company: Company, vendor_id: str) -> tuple[str, str, int]:
    """v3's payByType, v2's payBy, v2's status of the vendor's account."""
    shown = company.v3("GET", f"vendors/{vendor_id}").ok()["paymentInformation"]["payByType"]
    vendor = read(company, "Vendor", vendor_id)
    return shown, vendor["payBy"], vendor["vendorBankAccountStatus"]


@pytest.mark.parametrize("ending", ["0002", "0003", "0004"])
def test_a_vendor_whose_account_is_closed_is_shown_and_paid_by_check(
    company: Company, newest: Company, ending: str
) -> None:
    vendor = company.vendor(f"00099900{ending}")
    assert _ways(newest, vendor["id"]) == ("ACH", "1", 1)
    company.pay(company.bill(vendor)).ok(201)
    company.advance(days=7)
    assert _ways(newest, vendor["id"]) == ("CHECK", "0", 5)
    (account,) = listed(company, "VendorBankAccount", filters=[where("vendorId", "=", vendor["id"])])
    assert (account["status"], account["isActive"]) == ("5", "1")
    assert listed(company, "VendorBankAccount", filters=[where("status", "=", "5")]) == [account]
    assert listed(company, "VendorBankAccount", filters=[where("status", "in", "0,1")]) == []
    company.vendor()
    for asc, statuses in ((True, ["1", "5"]), (False, ["5", "1"])):
        found = listed(company, "VendorBankAccount", sort=[{"field": "status", "asc": asc}])
        assert [one["status"] for one in found] == statuses
    assert listed(company, "VendorBankAccount", filters=[where("status", "!=", "1")]) == [account]
    assert [one["id"] for one in listed(company, "Vendor", filters=[where("payBy", "=", "0")])] == [vendor["id"]]
    shown = company.v3("GET", f"vendors/{vendor['id']}/bank-account").ok()
    assert shown["accountNumber"].endswith(ending)
    again = company.pay(company.bill(vendor, invoice={"invoiceNumber": "BK-2", "invoiceDate": "2026-03-01"})).ok(201)
    assert again["disbursementType"] == "CHECK"
    body = {"entity": "VendorBankAccount", "vendorId": vendor["id"], "accountNumber": "1234567"}
    another = body | {"routingNumber": "322271627"}
    assert error_of(company.v2("Crud/Create/VendorBankAccount", {"obj": another})) == "BDC_1119"
    data_of(company.v2("Crud/Delete/VendorBankAccount", {"id": account["id"]}))
    assert _ways(newest, vendor["id"]) == ("CHECK", "0", -1)
    assert create(company, **another)["status"] == "1"
    assert _ways(newest, vendor["id"]) == ("ACH", "1", 1)


def test_a_correction_of_its_bank_makes_a_denied_account_good_again(company: Company, newest: Company) -> None:
    vendor = company.vendor("000999000004")
    company.pay(company.bill(vendor)).ok(201)
    company.advance(days=3)
    (sent,) = [one for one in company.sim("GET", "transfers").ok()["results"] if one["leg"] == "disbursement"]
    company.sim("POST", f"transfers/{sent['id']}/notify", {"code": "C01"}).ok()
    company.advance(days=4)
    assert _ways(newest, vendor["id"]) == ("CHECK", "0", 5)
    (change,) = company.sim("GET", "account-changes").ok()["results"]
    company.sim("POST", f"account-changes/{change['id']}/accept").ok()
    assert _ways(newest, vendor["id"]) == ("ACH", "1", 1)
    (account,) = listed(company, "VendorBankAccount", filters=[where("vendorId", "=", vendor["id"])])
    assert account["status"] == "1"


def _denied_vendor(company: Company, **address: object) -> tuple[dict, dict]:
    """A vendor whose account its bank will deny, and a payment to it that is scheduled for later."""
    vendor = company.vendor("000999000003", **address)
    company.pay(company.bill(vendor)).ok(201)
    bill = company.bill(vendor, invoice={"invoiceNumber": "BK-2", "invoiceDate": "2026-03-01"})
    body = company.payment_body(bill, processDate="2026-03-13")
    return bill, company.v3("POST", "payments", body).ok(201)


def test_a_scheduled_payment_to_a_denied_account_goes_by_check(company: Company) -> None:
    bill, payment = _denied_vendor(company)
    assert payment["disbursementType"] == "ACH"
    company.advance(days=13)
    sent = company.v3("GET", f"payments/{payment['id']}").ok()
    assert (sent["disbursementType"], sent["singleStatus"], sent["processDate"]) == ("CHECK", "PROCESSED", "2026-03-13")
    assert "checkDisbursement" in sent["disbursementInfo"]
    company.advance(days=20)
    assert company.v3("GET", f"payments/{payment['id']}").ok()["singleStatus"] == "CLEARED"
    assert company.v3("GET", f"bills/{bill['id']}").ok()["paymentStatus"] == "PAID"
    assert company.sim("GET", "ledger/trial-balance").ok()["problems"] == []


def test_nothing_is_collected_for_a_scheduled_payment_that_can_reach_nobody(company: Company) -> None:
    unprintable = {"line1": "北京", "city": "Reno", "zipOrPostalCode": "89501", "country": "US"}
    bill, payment = _denied_vendor(company, address=unprintable)
    company.advance(days=13)
    void = company.v3("GET", f"payments/{payment['id']}").ok()
    assert (void["status"], void["singleStatus"], void["disbursementStatus"]) == ("VOID", "VOIDED", "FAILED")
    after = company.v3("GET", f"bills/{bill['id']}").ok()
    assert (after["paymentStatus"], after["dueAmount"], after["scheduledAmount"]) == ("UNPAID", bill["dueAmount"], 0)
    sent = [one for one in company.sim("GET", "transfers").ok()["results"] if one["status"] != "cancelled"]
    assert {one["direction"] for one in sent} == {"debit", "credit"}
    assert len(sent) == 2, "of the first payment alone"
    assert company.sim("GET", "ledger/trial-balance").ok()["problems"] == []
