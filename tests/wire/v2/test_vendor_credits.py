"""VendorCredit, and credits used in payments, on v2 (contract v2.md §5.5, §5.6, §6.1, §6.2)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wire.api import Api, Company, Reply
from tests.wire.v2.conftest import with_vintage
from tests.wire.v2.talk import NULLID, data_of, error_of, listed, message_of, read

UNKNOWN = "vcr01QQQQQQQQQQQzzzz"


def obj(**fields: Any) -> dict[str, Any]:
    return {"obj": {"entity": "VendorCredit"} | fields}


def new(vendor_id: str, **fields: Any) -> dict[str, Any]:
    lines = [{"entity": "VendorCreditLineItem", "amount": 40}]
    return obj(vendorId=vendor_id, refNumber="VC-9", creditDate="2026-03-02", vendorCreditLineItems=lines, **fields)


def create(company: Company, vendor_id: str, **fields: Any) -> dict[str, Any]:
    return data_of(company.v2("Crud/Create/VendorCredit", new(vendor_id, **fields)))


def use(bill: dict[str, Any], credit: dict[str, Any], amount: float) -> dict[str, Any]:
    return {"billId": bill["id"], "vendorCreditId": credit["id"], "amount": amount}


def pay(company: Company, bill: dict[str, Any], amount: float, *credits: dict[str, Any]) -> Reply:
    data = {"billPays": [{"billId": bill["id"], "amount": amount}], "billCredits": list(credits)}
    return company.v2("PayBills", data)


def amounts(company: Company, bill: dict[str, Any]) -> tuple[Any, ...]:
    found = read(company, "Bill", bill["id"])
    names = ("paymentStatus", "scheduledAmount", "paidAmount", "dueAmount")
    return tuple(found[name] for name in names)


def status(company: Company, credit: dict[str, Any]) -> tuple[Any, ...]:
    found = read(company, "VendorCredit", credit["id"])
    return found["creditStatus"], found["appliedAmount"]


def test_a_credit_of_one_face_is_the_same_on_the_other(company: Company) -> None:
    vendor = company.vendor()
    made = create(company, vendor["id"], poNumber="PO-7", glPostingDate="2026-03-03")
    assert (made["amount"], made["appliedAmount"], made["creditStatus"], made["approvalStatus"]) == (40, 0, "1", "0")
    assert made["vendorCreditLineItems"][0]["vendorCreditId"] == made["id"]
    on_v3 = company.v3("GET", f"vendor-credits/{made['id']}").ok()
    assert (on_v3["referenceNumber"], on_v3["creditDate"], on_v3["amount"]) == ("VC-9", "2026-03-02", 40)
    put = {name: on_v3[name] for name in ("vendorId", "referenceNumber", "creditDate", "vendorCreditLineItems")}
    company.v3("PUT", f"vendor-credits/{made['id']}", put).ok()
    assert read(company, "VendorCredit", made["id"])["poNumber"] == "PO-7", "v3 clears what is its own alone"
    assert read(company, "VendorCredit", company.credit(vendor)["id"])["glPostingDate"] == "2026-03-02"
    assert listed(company, "VendorCredit")[0]["id"] == made["id"]


def test_update_replaces_lines_and_leaves_what_is_not_said(company: Company) -> None:
    made = create(company, company.vendor()["id"], description="Wet")
    line = made["vendorCreditLineItems"][0]
    lines = [{"amount": 7}, {"id": line["id"], "amount": 5}]
    data = obj(id=made["id"], refNumber="VC-9a", vendorCreditLineItems=lines)
    changed = data_of(company.v2("Crud/Update/VendorCredit", data))
    assert (changed["amount"], changed["refNumber"], changed["description"]) == (12, "VC-9a", "Wet")
    assert [one["amount"] for one in changed["vendorCreditLineItems"]] == [7, 5]
    assert changed["vendorCreditLineItems"][1]["id"] == line["id"]


def test_an_archived_credit_stays_so(company: Company) -> None:
    made = create(company, company.vendor()["id"])
    assert data_of(company.v2("Crud/Undelete/VendorCredit", {"id": made["id"]}))["isActive"] == "1"
    gone = data_of(company.v2("Crud/Delete/VendorCredit", {"id": made["id"]}))
    assert gone["isActive"] == "2"
    for reply in (
        company.v2("Crud/Undelete/VendorCredit", {"id": made["id"]}),
        company.v2("Crud/Update/VendorCredit", obj(**gone | {"isActive": "1"})),
        company.v2("Crud/Update/VendorCredit", obj(**gone | {"refNumber": "Again"})),
    ):
        assert error_of(reply) == "BDC_1119"
        assert "is archived, which is for good" in message_of(reply)
    assert data_of(company.v2("Crud/Update/VendorCredit", obj(**gone))) == gone, "a whole record says nothing new"
    assert data_of(company.v2("Crud/Create/VendorCredit", new(made["vendorId"], isActive="2")))["isActive"] == "2"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"refNumber": None}, "BDC_1117"),
        ({"vendorCreditLineItems": None}, "BDC_1117"),
        ({"vendorCreditLineItems": []}, "BDC_1119"),
        ({"creditDate": "soon"}, "BDC_1119"),
        ({"applyToBankAccountId": "bac01QQQQQQQQQQQzzzz"}, "BDC_1120"),
        ({"applyToChartOfAccountId": "0ca01QQQQQQQQQQQzzzz"}, "BDC_1120"),
        ({"vendorId": "00901QQQQQQQQQQQzzzz"}, "BDC_1120"),
    ],
)
def test_a_credit_that_makes_no_sense_is_refused(embedded: Api, change: dict[str, Any], code: str) -> None:
    company = embedded.company()
    data = new(company.vendor()["id"])
    data["obj"] |= change
    assert error_of(company.v2("Crud/Create/VendorCredit", data)) == code


def test_both_accounts_to_apply_to_are_refused_in_v2s_words(embedded: Api) -> None:
    company = embedded.company()
    account = data_of(company.v2("Crud/Create/ChartOfAccount", {"obj": {"entity": "ChartOfAccount", "name": "Back"}}))
    both = {"applyToChartOfAccountId": account["id"], "applyToBankAccountId": company.bank_account_id}
    reply = company.v2("Crud/Create/VendorCredit", new(company.vendor()["id"], **both))
    assert error_of(reply) == "BDC_1119"
    assert message_of(reply).startswith("Invalid field,value: applyToBankAccountId, ")


def test_a_credit_that_is_not_in_dollars_says_its_rate(embedded: Api) -> None:
    company = with_vintage(embedded.company(), "2024")
    vendor = company.vendor(None, billCurrency="EUR")
    assert error_of(company.v2("Crud/Create/VendorCredit", new(vendor["id"]))) == "BDC_1117"
    assert create(company, vendor["id"], exchangeRate=0.92)["exchangeRate"] == 0.92


# Payments


def test_the_documents_example_99_paid_and_1_credited_settle_100(company: Company) -> None:
    vendor = company.vendor()
    bill, credit = company.bill(vendor, amounts=("100.00",)), create(company, vendor["id"])
    (sent,) = data_of(pay(company, bill, 99, use(bill, credit, 1)))["sentPays"]
    assert (sent["amount"], [part["amount"] for part in sent["billPays"]]) == (99, [99])
    (used,) = sent["billCredits"]
    assert (used["billId"], used["sentPayId"], used["vendorCreditId"], used["amount"]) == (
        bill["id"],
        sent["id"],
        credit["id"],
        1,
    )
    assert amounts(company, bill) == ("4", 99, None, 0)
    assert status(company, credit) == ("4", 1)
    assert read(company, "BillCredit", used["id"]) == used
    assert listed(company, "BillCredit") == [used]
    company.advance(days=12)
    assert amounts(company, bill) == ("0", 0, 100, 0)
    assert status(company, credit) == ("2", 1)
    assert read(with_vintage(company, "2024"), "Bill", bill["id"])["creditAmount"] == 1
    assert company.balanced()


def test_a_cancelled_payment_gives_its_credits_back_and_still_shows_them(company: Company) -> None:
    vendor = company.vendor()
    bill, credit = company.bill(vendor, amounts=("100.00",)), create(company, vendor["id"])
    (sent,) = data_of(pay(company, bill, 60, use(bill, credit, 40)))["sentPays"]
    cancelled = data_of(company.v2("CancelAPPayment", {"sentPayId": sent["id"]}))
    assert (cancelled["status"], cancelled["billCredits"]) == ("3", sent["billCredits"])
    assert amounts(company, bill) == ("1", 0, None, 100)
    assert status(company, credit) == ("1", 0)


def test_credits_go_to_the_payment_of_their_bill(company: Company) -> None:
    bills = [company.bill(company.vendor(additionalInfo={"combinePayments": False})) for _ in range(2)]
    credits = [create(company, bill["vendorId"]) for bill in bills]
    data = {
        "billPays": [{"billId": bill["id"], "amount": 100} for bill in bills],
        "billCredits": [use(bills[1], credits[1], 2), use(bills[0], credits[0], 1)],
    }
    sent = data_of(company.v2("PayBills", data))["sentPays"]
    assert [[one["amount"] for one in part["billCredits"]] for part in sent] == [[1], [2]]


def test_a_credit_that_a_bill_uses_by_itself_has_no_payment(company: Company) -> None:
    vendor = company.vendor()
    credit = create(company, vendor["id"])
    company.bill(vendor, vendorCredits=[{"id": credit["id"], "amount": 5}])
    (used,) = listed(company, "BillCredit")
    assert (used["sentPayId"], used["vendorCreditId"], used["amount"]) == (NULLID, credit["id"], 5)


def test_a_recorded_payment_settles_with_credits_at_once_until_it_is_voided(company: Company) -> None:
    vendor = company.vendor()
    bill, credit = company.bill(vendor, amounts=("100.00",)), create(company, vendor["id"])
    data = {
        "processDate": "2026-03-02", "toPrintCheck": False,
        "billPays": [{"billId": bill["id"], "amount": 60}], "billCredits": [use(bill, credit, 40)],
    }  # fmt: skip
    sent = data_of(company.v2("RecordAPPayment", data))
    assert (sent["amount"], [one["amount"] for one in sent["billCredits"]]) == (60, [40])
    assert amounts(company, bill) == ("0", 0, 100, 0)
    assert status(company, credit) == ("0", 40)
    data_of(company.v2("VoidAPPayment", {"sentPayId": sent["id"]}))
    assert amounts(company, bill) == ("1", 0, None, 100)
    assert status(company, credit) == ("1", 0)


def test_what_is_wrong_with_a_credit_is_told_with_its_place(company: Company) -> None:
    vendor = company.vendor()
    bill, other = company.bill(vendor), company.bill()
    credit, theirs = create(company, vendor["id"]), create(company, other["vendorId"])
    right = use(bill, credit, 1)

    def refusal(*credits: dict[str, Any]) -> tuple[str, str]:
        reply = pay(company, bill, 10, *credits)
        return error_of(reply), message_of(reply)

    assert refusal(use(other, credit, 1)) == (
        "BDC_1119",
        "Invalid field,value: billCredits[0].billId, is not in billPays",
    )
    assert refusal(right, use(bill, credit, 1)) == (
        "BDC_1119",
        "Invalid field,value: billCredits[1].vendorCreditId, is that of [0] too",
    )
    assert refusal(use(bill, credit, 0)) == (
        "BDC_1119",
        "Invalid field,value: billCredits[0].amount, must be greater than zero",
    )
    assert refusal({"billId": bill["id"]})[0] == "BDC_1117"
    assert refusal(use(bill, credit, 40.01))[0] == "BDC_1159"
    assert refusal(use(bill, theirs, 1))[0] == "BDC_1119"
    assert refusal(use(bill, {"id": UNKNOWN}, 1))[0] == "BDC_1120"
    over = pay(company, bill, 229.5, right)
    assert error_of(over) == "BDC_1159"
    assert error_of(pay(company, bill, 0, right)) == "BDC_1119"
    assert status(company, credit) == ("1", 0)
