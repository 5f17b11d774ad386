"""Many bills in one request, bills created with their payment, options, and payments made elsewhere, on v3."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wire.api import Api, Company, Reply

UNKNOWN = "00n01QQQQQQQQQQQzzzz"


def run(company: Company, *wanted: tuple[dict[str, Any], float], **more: Any) -> Reply:
    """A bulk payment of these bills with these amounts."""
    body = {
        "fundingAccount": {"type": "BANK_ACCOUNT", "id": company.bank_account_id},
        "payments": [{"billId": bill["id"], "amount": amount} for bill, amount in wanted],
    }
    return company.v3("POST", "payments/bulk", body | more)


def record(company: Company, *wanted: tuple[dict[str, Any], float], **more: Any) -> Reply:
    """A recorded payment of these bills with these amounts."""
    body = {
        "vendorId": wanted[0][0]["vendorId"], "processDate": "2026-03-02", "toPrintCheck": False,
        "payments": [{"billId": bill["id"], "amount": amount} for bill, amount in wanted],
    }  # fmt: skip
    return company.v3("POST", "bills/record-payment", body | more)


def messages(reply: Reply) -> list[tuple[str, str]]:
    return [(error["code"], error["message"]) for error in reply.json]


# Bulk


def test_a_vendor_who_combines_gets_one_payment_and_another_gets_one_for_each_bill(company: Company) -> None:
    combining = company.vendor()
    single = company.vendor("000987650000", additionalInfo={"combinePayments": False})
    pairs = [company.bill(combining), company.bill(single), company.bill(combining), company.bill(single)]
    made = run(company, *[(bill, 10) for bill in pairs], description="March").ok(201)["payments"]
    assert [[part["billId"] for part in payment["billPayments"]] for payment in made] == [
        [pairs[0]["id"], pairs[2]["id"]],
        [pairs[1]["id"]],
        [pairs[3]["id"]],
    ]
    assert [payment["amount"] for payment in made] == [20, 10, 10]
    assert [payment.get("billId") for payment in made] == [None, pairs[1]["id"], pairs[3]["id"]]
    for payment in made:
        assert company.v3("GET", f"payments/{payment['id']}").ok() == payment
    company.advance(days=6)
    assert {payment["singleStatus"] for payment in company.v3("GET", "payments").ok()["results"]} == {"CLEARED"}
    assert company.balanced()


def test_fifty_bills_of_a_vendor_are_two_payments(embedded: Api) -> None:
    company = embedded.company()
    vendor = company.vendor()
    wanted = [(company.bill(vendor, amounts=("10",)), 10) for _ in range(50)]
    made = run(company, *wanted).ok(201)["payments"]
    assert [len(payment["billPayments"]) for payment in made] == [35, 15]
    reply = run(company, *wanted, (wanted[0][0], 1))
    assert messages(reply) == [("BDC_1119", "payments: must have 1 to 50 elements, not 51")]
    assert messages(run(company)) == [("BDC_1119", "payments: must have 1 to 50 elements, not 0")]


def test_one_bill_that_cannot_be_paid_keeps_all_from_being_paid(company: Company) -> None:
    good, paid = company.bill(), company.bill()
    company.pay(paid).ok(201)
    reply = run(company, (good, 10), (paid, 10), ({"id": UNKNOWN}, 1))
    assert (reply.status, reply.codes) == (404, ["BDC_1246", "BDC_1246", "BDC_1205"])
    assert reply.json[2]["message"] == f"[2]: There is no bill with the id {UNKNOWN}."
    reply = run(company, (good, 0), (paid, 10), (good, 1))
    assert messages(reply) == [
        ("BDC_1246", "[0]: Rolled back, because another element of the request was refused."),
        ("BDC_1246", "[1]: Rolled back, because another element of the request was refused."),
        ("BDC_1119", "[2].billId: is that of [0] too"),
    ]
    reply = run(company, (good, 0), (paid, 10))
    assert reply.status == 422
    assert messages(reply) == [
        ("BDC_1119", "[0].amount: must be greater than zero"),
        (
            "BDC_1159",
            f"[1]: The amount is more than the 0.00 due on the bill {paid['id']}: overpaying a bill is not allowed.",
        ),
    ]
    assert company.v3("GET", f"bills/{good['id']}").ok()["paymentStatus"] == "UNPAID"
    assert len(company.v3("GET", "payments").ok()["results"]) == 1


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        ({"processDate": "2026-03-07"}, "BDC_1152", "Invalid Process Date : 2026-03-07."),
        (
            {"processingOptions": {"createBill": True}},
            "BDC_1119",
            "processingOptions.createBill: is for a single payment",
        ),
        ({"fundingAccount": {"type": "WALLET"}}, "BDC_1150", "The organization cannot pay from a wallet."),
        ({"vendorId": "00901QQQQQQQQQQQzzzz"}, "BDC_1205", "There is no vendor with the id 00901QQQQQQQQQQQzzzz."),
        ({"transactionNumber": "no spaces!"}, "BDC_1119", None),
        ({"payments": [{"billId": UNKNOWN}]}, "BDC_1119", "payments[0].amount: must not be null"),
    ],
)
def test_a_run_that_makes_no_sense_is_refused(embedded: Api, change: dict, code: str, message: str | None) -> None:
    company = embedded.company()
    reply = run(company, (company.bill(), 10), **change)
    assert reply.codes[0] == code
    if message is not None:
        assert [error["message"] for error in reply.json] == [message]


def test_a_run_needs_a_trusted_session_and_a_payer(api: Api) -> None:
    company = api.company(trusted=False)
    assert run(company, (company.bill(), 10)).codes == ["BDC_1361"]
    company = api.company()
    bill = company.bill()
    company.sign_in_as("CLERK")
    reply = run(company, (bill, 10))
    assert (reply.status, reply.codes) == (403, ["BDC_1150"])


# A bill created with its payment


def test_a_payment_creates_its_bill(company: Company) -> None:
    vendor = company.vendor()
    body = company.payment_body({"id": None}, 75.25, vendorId=vendor["id"], transactionNumber="R17")
    body |= {"processingOptions": {"createBill": True}}
    payment = company.v3("POST", "payments", body).ok(201)
    assert payment["processingOptions"]["createBill"] is True
    bill = company.v3("GET", f"bills/{payment['billId']}").ok()
    assert (bill["amount"], bill["dueAmount"], bill["paymentStatus"]) == (75.25, 0, "SCHEDULED")
    assert bill["invoice"]["invoiceNumber"] == "R17"
    assert messages(company.v3("POST", "payments", body | {"billId": bill["id"]})) == [
        ("BDC_1119", "billId: must be null where a bill is created")
    ]
    assert messages(company.v3("POST", "payments", body | {"vendorId": None})) == [
        ("BDC_1119", "vendorId: must not be null")
    ]
    company.sign_in_as("PAYER")
    reply = company.v3("POST", "payments", body)
    assert (reply.status, reply.codes) == (403, ["BDC_1119"])


# Options


def test_options_say_when_a_vendor_has_the_money(company: Company) -> None:
    ach, check = company.vendor(), company.vendor(None)
    for vendor, delivery in ((ach, "2026-03-09"), (check, "2026-03-12")):
        found = company.v3("GET", "payments/options", vendorId=vendor["id"], amount="200.00").ok()
        assert (found["vendorId"], found["amount"], found["fundingOptions"]["cards"]) == (vendor["id"], 200, [])
        (bank,) = found["fundingOptions"]["banks"]
        assert bank == {
            "available": True, "id": company.bank_account_id, "name": "Operating", "processDate": "2026-03-04",
            "deliveryDate": delivery, "fee": 0, "conditions": [],
        }  # fmt: skip


def test_options_say_why_not(company: Company) -> None:
    made = company.v2("Crud/Create/Vendor", {"obj": {"entity": "Vendor", "name": "No Place"}}).ok()
    nowhere = made["response_data"]["id"]
    found = company.v3("GET", "payments/options", vendorId=nowhere, amount=1).ok()
    (bank,) = found["fundingOptions"]["banks"]
    assert (bank["available"], "processDate" in bank) == (False, False)
    assert "has no bank account to pay to" in bank["reason"]
    vendor = company.vendor()
    found = company.v3("GET", "payments/options", vendorId=vendor["id"], amount="100000000").ok()
    assert found["fundingOptions"]["banks"][0]["reason"] == "amount: is more than one payment can carry"
    company.v3("POST", f"vendors/{vendor['id']}/archive").ok()
    found = company.v3("GET", "payments/options", vendorId=vendor["id"], amount=1).ok()
    assert found["fundingOptions"]["banks"][0]["reason"] == f"The vendor {vendor['id']} is archived."


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({"amount": "1"}, 400, "BDC_1108"),
        ({"vendorId": "00901QQQQQQQQQQQzzzz"}, 400, "BDC_1108"),
        ({"vendorId": "00901QQQQQQQQQQQzzzz", "amount": "1"}, 404, "BDC_1205"),
        ({"vendorId": "own", "amount": "much"}, 400, "BDC_1129"),
        ({"vendorId": "own", "amount": "0"}, 400, "BDC_1119"),
        ({"vendorId": "own", "amount": "NaN"}, 400, "BDC_1129"),
        ({"vendorId": "own", "amount": "1.005"}, 400, "BDC_1119"),
    ],
)
def test_options_of_what_makes_no_sense_are_refused(embedded: Api, query: dict, status: int, code: str) -> None:
    company = embedded.company()
    if query.get("vendorId") == "own":
        query = query | {"vendorId": company.vendor()["id"]}
    reply = company.v3("GET", "payments/options", **query)
    assert (reply.status, reply.codes) == (status, [code])


# Recorded payments


def test_a_recorded_payment_pays_bills_at_once_without_mfa(api: Api) -> None:
    company = api.company(trusted=False)
    vendor = company.vendor(None)
    first, second = company.bill(vendor), company.bill(vendor)
    payment = record(company, (first, 229.5), (second, 29.5), syncReference="1042", toPrintCheck=True).ok()
    assert (payment["amount"], payment["disbursementType"], payment["status"]) == (259, "OFFLINE", "PAID")
    assert (payment["onlinePayment"], payment["toPrintCheck"], payment["allowExport"]) == (False, True, True)
    assert (payment["syncReference"], payment["processDate"]) == ("1042", "2026-03-02")
    assert "fundingAccount" not in payment
    states = [company.v3("GET", f"bills/{bill['id']}").ok() for bill in (first, second)]
    assert [(bill["paymentStatus"], bill["dueAmount"]) for bill in states] == [("PAID", 0), ("PARTIALLY_PAID", 200)]
    assert company.v3("GET", f"payments/{payment['id']}").ok() == payment
    assert company.v3("POST", f"payments/{payment['id']}/cancel").status == 422
    assert company.sim("GET", "transfers").ok()["results"] == []
    assert company.balanced()


@pytest.mark.parametrize(("role", "status"), [("CLERK", 200), ("PAYER", 200), ("ACCOUNTANT", 200), ("APPROVER", 403)])
def test_some_roles_record_payments_and_the_others_are_refused(embedded: Api, role: str, status: int) -> None:
    company = embedded.company()
    bill = company.bill()
    company.sign_in_as(role)
    reply = record(company, (bill, 1))
    assert reply.status == status
    if status != 200:
        assert reply.codes == ["BDC_1119"]


def test_what_is_wrong_with_a_record_is_said_of_each_bill(company: Company) -> None:
    bill, other = company.bill(), company.bill()
    reply = record(company, (bill, 300), (other, 1))
    assert (reply.status, reply.codes) == (422, ["BDC_1246", "BDC_1119"])
    assert reply.json[1]["message"] == f"[1]: The bill {other['id']} is not a bill of the vendor {bill['vendorId']}."
    assert record(company, (bill, 300)).codes == ["BDC_1159"]
    assert record(company, (bill, 1), processDate="2027-03-05").codes == ["BDC_1152"]
    assert record(company, (bill, 1), syncReference="x" * 101).codes == ["BDC_1119"]
    assert record(company, (bill, 1), payments=[]).codes == ["BDC_1119"]
    assert record(company, (bill, 1), classifications={"chartOfAccountId": "0ca01QQQQQQQQQQQzzzz"}).codes == [
        "BDC_1205"
    ]
    assert company.v3("GET", f"bills/{bill['id']}").ok()["paymentStatus"] == "UNPAID"
