"""What clients of v3 read, and send back as they read it or nearly so. What holds for every noun: tests/wire."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wire.api import Company


def a_bill(company: Company, *credits: dict[str, Any]) -> dict[str, Any]:
    vendor_id = credits[0]["vendorId"] if credits else company.vendor()["id"]
    return company.v3("POST", "bills", {
        "vendorId": vendor_id,
        "dueDate": "2026-04-10",
        "invoice": {"invoiceNumber": "A-1", "invoiceDate": "2026-03-01"},
        "billLineItems": [{"amount": 60, "description": "Reams"}, {"quantity": 2, "price": 20}],
        "vendorCredits": [{"id": credit["id"], "amount": 10} for credit in credits],
    }).ok(201)  # fmt: skip


def test_a_bill_shows_the_credits_it_uses_so_that_putting_it_back_keeps_them(company: Company) -> None:
    credit = company.credit()
    bill = a_bill(company, credit)
    assert bill["vendorCredits"] == [{"id": credit["id"], "amount": 10.0}]
    path = f"bills/{bill['id']}"
    assert company.v3("GET", path).ok() == bill
    assert company.v3("GET", "bills").ok()["results"] == [bill]
    assert company.v3("PUT", path, bill).ok() == bill
    assert company.v3("PATCH", path, bill).ok() == bill
    without = company.v3("PUT", path, {name: value for name, value in bill.items() if name != "vendorCredits"}).ok()
    assert (without["creditAmount"], "vendorCredits" in without) == (0, False)


def test_credits_of_a_payment_are_not_among_those_of_its_bill(company: Company) -> None:
    credit = company.credit()
    bill = a_bill(company, credit)
    body = company.payment_body(bill) | {"amount": 85, "vendorCredits": [{"id": credit["id"], "amount": 5}]}
    company.v3("POST", "payments", body).ok(201)
    read = company.v3("GET", f"bills/{bill['id']}").ok()
    assert (read["creditAmount"], read["vendorCredits"]) == (15, [{"id": credit["id"], "amount": 10.0}])


def test_a_bill_credit_or_recurring_bill_can_be_copied_with_the_ids_of_its_lines(company: Company) -> None:
    bill = a_bill(company)
    recurring = company.v3("POST", "recurringbills", {
        "vendorId": bill["vendorId"],
        "schedule": {"period": "MONTHLY", "frequency": 1, "nextDueDate": "2026-04-01", "daysInAdvance": 5},
        "recurringBillLineItems": [{"amount": 19.99}],
    }).ok(201)  # fmt: skip
    for path, lines, read in (
        ("bills", "billLineItems", bill),
        ("vendor-credits", "vendorCreditLineItems", company.credit()),
        ("recurringbills", "recurringBillLineItems", recurring),
    ):
        copy = company.v3("POST", path, read).ok(201)
        assert copy["id"] != read["id"]
        assert [line | {"id": ""} for line in copy[lines]] == [line | {"id": ""} for line in read[lines]]
        assert not {line["id"] for line in copy[lines]} & {line["id"] for line in read[lines]}


def test_a_quantity_alone_can_be_told_of_a_line_that_has_no_price(company: Company) -> None:
    bill = a_bill(company)
    path, (plain, counted) = f"bills/{bill['id']}", bill["billLineItems"]
    changed = company.v3("PATCH", path, {"billLineItems": [{"id": plain["id"], "quantity": 3}]}).ok()
    assert changed["billLineItems"] == [plain | {"quantity": 3}, counted]
    changed = company.v3("PATCH", path, {"billLineItems": [{"id": plain["id"], "price": 5}]}).ok()
    assert changed["billLineItems"] == [plain | {"quantity": 3, "price": 5.0, "amount": 15.0}, counted]


def test_patching_a_vendor_with_another_bank_account_is_refused_and_not_passed_over(company: Company) -> None:
    vendor = company.vendor("000987654321")
    path = f"vendors/{vendor['id']}"
    assert company.v3("PATCH", path, vendor).ok() == vendor
    account = vendor["paymentInformation"]["bankAccount"]
    as_first_sent = account | {"accountNumber": "000987654321"}
    assert company.v3("PATCH", path, {"paymentInformation": {"bankAccount": as_first_sent}}).ok() == vendor
    other = {"accountNumber": "000987654322", "routingNumber": "074000010"}
    refusal = company.v3("PATCH", path, {"name": "Other", "paymentInformation": {"bankAccount": other}})
    assert [(refusal.status, error["code"], error["message"]) for error in refusal.json] == [
        (400, "BDC_1119", "paymentInformation.bankAccount.accountNumber: cannot be changed here"),
        (400, "BDC_1119", "paymentInformation.bankAccount.routingNumber: cannot be changed here"),
    ]
    assert company.v3("GET", path).ok() == vendor


def test_a_bank_account_cannot_be_added_by_patch(company: Company) -> None:
    path = f"vendors/{company.vendor(None)['id']}"
    body = {"paymentInformation": {"bankAccount": {"accountNumber": "000987654321", "routingNumber": "074000010"}}}
    assert company.v3("PATCH", path, body).codes == ["BDC_1119", "BDC_1119"]
    assert company.v3("PATCH", path, {"paymentInformation": {"bankAccount": None}}).status == 200


@pytest.mark.parametrize(("number", "shown"), [("7", "*"), ("777", "**7"), ("7777", "**77"), ("1234567", "***4567")])
def test_an_account_number_shows_its_last_four_digits_and_never_the_whole(
    company: Company, number: str, shown: str
) -> None:
    path = f"vendors/{company.vendor(None)['id']}/bank-account"
    account = company.v3("POST", path, {"accountNumber": number, "routingNumber": "074000010"}).ok()
    assert account["accountNumber"] == shown


@pytest.mark.parametrize(("sub_type", "status"), [("NONE", 201), ("ACH", 201), ("WIRE", 400), ("MULTIPLE", 400)])
def test_a_vendor_at_home_may_be_said_to_be_paid_by_ach_or_by_nothing_abroad(
    company: Company, sub_type: str, status: int
) -> None:
    address = {"line1": "9 Pine Rd", "city": "Reno", "zipOrPostalCode": "89501", "country": "US"}
    information = {"payBySubType": sub_type}
    body = {"name": "Blue Kite", "address": address, "paymentInformation": information}
    reply = company.v3("POST", "vendors", body)
    assert reply.status == status
    assert status == 201 or reply.codes == ["BDC_1119"]


def test_a_masked_tax_id_leaves_the_real_one_alone_or_is_refused(company: Company) -> None:
    """Stored, the asterisks would be all that is left of it for form 1099."""
    vendor = company.vendor(additionalInfo={"taxId": "123456789", "taxIdType": "EIN"})
    path = f"vendors/{vendor['id']}"
    shown = vendor["additionalInfo"]["taxId"]
    assert company.v3("PATCH", path, {"additionalInfo": {"taxId": shown}}).ok()["additionalInfo"]["taxId"] == shown
    for masked in ("*****1111", "***6789"):
        refusal = company.v3("PATCH", path, {"additionalInfo": {"taxId": masked}})
        assert [error["message"] for error in refusal.json] == ["additionalInfo.taxId: is masked"]
    refusal = company.v3("POST", "vendors", company.vendor(None) | {"additionalInfo": {"taxId": shown}})
    assert (refusal.status, refusal.codes) == (400, ["BDC_1119"])


@pytest.mark.parametrize(("path", "lines"), [
    ("bills", "billLineItems"), ("vendor-credits", "vendorCreditLineItems"), ("recurringbills", "recurringBillLineItems"),
])  # fmt: skip
def test_put_keeps_a_line_that_is_named_by_its_id_alone(company: Company, path: str, lines: str) -> None:
    vendor_id = company.vendor()["id"]
    line = {"amount": 12.5, "description": "Reams"}
    whole = {
        "bills": {"vendorId": vendor_id, "dueDate": "2026-04-10", "invoice": INVOICE},
        "vendor-credits": {"vendorId": vendor_id, "referenceNumber": "VC-9", "creditDate": "2026-03-01"},
        "recurringbills": {"vendorId": vendor_id, "schedule": SCHEDULE},
    }[path]
    made = company.v3("POST", path, whole | {lines: [line, {"amount": 7}]}).ok(201)
    kept, _ = made[lines]
    put = company.v3("PUT", f"{path}/{made['id']}", whole | {lines: [{"id": kept["id"]}, {"amount": 1}]}).ok()
    assert put[lines][0] == kept
    assert [one["amount"] for one in put[lines]] == [12.5, 1]
    refusal = company.v3("PUT", f"{path}/{made['id']}", whole | {lines: [{"id": kept["id"], "description": "B"}]})
    assert (refusal.status, refusal.json[0]["message"]) == (400, f"{lines}[0].amount: must not be null")


INVOICE = {"invoiceNumber": "BK-1044", "invoiceDate": "2026-03-01"}
SCHEDULE = {"period": "MONTHLY", "frequency": 1, "nextDueDate": "2026-04-01", "daysInAdvance": 5}


def test_a_country_that_only_v2_was_told_of_is_shown_by_its_name_alone(company: Company) -> None:
    """v3's countries are an enum, which a strict client would stumble over; sent back, the text stays."""
    made = company.v2("Crud/Create/Vendor", {"obj": {"name": "Duck", "address1": "1 A", "addressCountry": "Freedonia"}})
    path = f"vendors/{made.json['response_data']['id']}"
    vendor = company.v3("GET", path).ok()
    assert vendor["address"] == {"line1": "1 A", "countryName": "Freedonia"}
    assert company.v3("PATCH", path, vendor).ok() == vendor
    moved = company.v3("PATCH", path, {"address": {"country": "US"}}).ok()
    assert moved["address"] == {"line1": "1 A", "country": "US", "countryName": "United States"}
