"""Paying, recording, cancelling and voiding on v2, and what v2 shows of it (contract v2.md §5.6 to §5.8, §6)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wire.api import Api, Company, Reply
from tests.wire.v2.conftest import with_vintage
from tests.wire.v2.talk import NULLID, create, data_of, error_of, listed, message_of, read, where

UNKNOWN = "00n01QQQQQQQQQQQzzzz"


def pay(company: Company, *wanted: tuple[dict[str, Any], float], **more: Any) -> Reply:
    """PayBills of these bills with these amounts."""
    return company.v2("PayBills", {"billPays": lines(*wanted)} | more)


def record(company: Company, *wanted: tuple[dict[str, Any], float], **more: Any) -> Reply:
    body = {"processDate": "2026-03-02", "toPrintCheck": False, "billPays": lines(*wanted)}
    return company.v2("RecordAPPayment", body | more)


def lines(*wanted: tuple[dict[str, Any], float]) -> list[dict[str, Any]]:
    return [{"billId": bill["id"], "amount": amount} for bill, amount in wanted]


def paid_one(company: Company, **vendor: Any) -> dict[str, Any]:
    (sent,) = data_of(pay(company, (company.bill(company.vendor(**vendor)), 229.5)))["sentPays"]
    return sent


# PayBills


def test_several_bills_of_a_vendor_are_one_payment_from_the_default_account(company: Company) -> None:
    vendor = company.vendor()
    first, second = company.bill(vendor), company.bill(vendor)
    (sent,) = data_of(pay(company, (first, 229.5), (second, 10), description="March"))["sentPays"]
    assert (sent["amount"], sent["status"], sent["isOnline"], sent["vendorId"]) == (239.5, "1", True, vendor["id"])
    assert (sent["bankAccountId"], sent["processDate"]) == (company.bank_account_id, "2026-03-04")
    assert [(part["billId"], part["amount"]) for part in sent["billPays"]] == [(first["id"], 229.5), (second["id"], 10)]
    assert sent["billCredits"] == []
    bill = read(company, "Bill", second["id"])
    assert (bill["paymentStatus"], bill["scheduledAmount"], bill["dueAmount"]) == ("4", 10, 219.5)
    assert bill["payFromBankAccountId"] == company.bank_account_id
    assert read(company, "SentPay", sent["id"]) == sent
    on_v3 = company.v3("GET", f"payments/{sent['id']}").ok()
    assert (on_v3["amount"], on_v3["confirmationNumber"]) == (239.5, sent["name"])
    company.advance(days=5)
    assert read(company, "SentPay", sent["id"])["status"] == "2"
    states = [read(company, "Bill", one["id"])["paymentStatus"] for one in (first, second)]
    assert states == ["0", "2"]
    assert company.balanced()


def test_bills_of_several_vendors_are_paid_where_none_is_named(company: Company) -> None:
    wanted = [(company.bill(), 1), (company.bill(), 2)]
    sent = data_of(pay(company, *wanted, processDate="2026-03-06"))["sentPays"]
    assert [(one["amount"], one["processDate"]) for one in sent] == [(1, "2026-03-06"), (2, "2026-03-06")]
    named = pay(company, *wanted, vendorId=wanted[0][0]["vendorId"])
    assert error_of(named) == "BDC_1119"
    assert "is not a bill of the vendor" in message_of(named)


def test_the_online_account_is_money_out_clearing(company: Company) -> None:
    sent = paid_one(company)
    clearing = read(company, "ChartOfAccount", sent["chartOfAccountId"])
    assert clearing["name"] == "Money Out Clearing"
    assert sent["billPays"][0]["chartOfAccountId"] == clearing["id"]


def test_two_hundred_bills_are_the_most(embedded: Api) -> None:
    company = embedded.company()
    bill = company.bill()
    for count in (0, 201):
        reply = company.v2("PayBills", {"billPays": lines((bill, 1)) * count})
        assert error_of(reply) == "BDC_1119"
        assert message_of(reply) == f"Invalid field,value: billPays, must have 1 to 200 elements, not {count}"


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        ({"billPays": None}, "BDC_1117", "Missing required data for billPays"),
        ({"billPays": [{"amount": 1}]}, "BDC_1117", "Missing required data for billPays[0].billId"),
        ({"billPays": [{"billId": UNKNOWN, "amount": "much"}]}, "BDC_1124", None),
        ({"billPays": [{"billId": UNKNOWN, "amount": 1}]}, "BDC_1120", f"There is no bill with the id {UNKNOWN}."),
        ({"vendorId": "00901QQQQQQQQQQQzzzz"}, "BDC_1120", None),
        ({"bankAccountId": "bac01QQQQQQQQQQQzzzz"}, "BDC_1120", None),
        ({"processDate": "2026-03-07"}, "BDC_1152", "Invalid Process Date : 2026-03-07."),
        ({"processDate": "tomorrow"}, "BDC_1119", None),
        ({"description": "x" * 71}, "BDC_1119", "Invalid field,value: description, has more than 70 characters"),
        (
            {"billCredits": [{"billId": UNKNOWN, "vendorCreditId": UNKNOWN, "amount": 1}]},
            "BDC_1119",
            "Invalid field,value: billCredits[0].billId, is not in billPays",
        ),
    ],
)
def test_a_run_that_makes_no_sense_is_refused(embedded: Api, change: dict, code: str, message: str | None) -> None:
    company = embedded.company()
    reply = pay(company, (company.bill(), 1), **change)
    assert error_of(reply) == code
    if message is not None:
        assert message_of(reply) == message


def test_what_is_wrong_with_several_bills_is_said_of_each_and_none_is_paid(company: Company) -> None:
    good, bad, worse = company.bill(), company.bill(), company.bill()
    reply = pay(company, (good, 1), (bad, 0), (worse, 300))
    assert error_of(reply) == "BDC_1119"
    assert message_of(reply).startswith(
        "Invalid field,value: billPays[1].amount, must be greater than zero; The amount"
    )
    assert error_of(pay(company, (good, 1), (worse, 300))) == "BDC_1159"
    assert error_of(pay(company, (good, 1), (good, 1))) == "BDC_1119"
    assert listed(company, "SentPay") == []


def test_a_vendor_whom_nothing_reaches_is_not_paid(embedded: Api) -> None:
    company = embedded.company()
    vendor = data_of(company.v2("Crud/Create/Vendor", {"obj": {"entity": "Vendor", "name": "No Place"}}))
    assert error_of(pay(company, (company.bill(vendor), 1))) == "BDC_1151"


def test_paying_needs_trust_a_payer_and_an_account(api: Api) -> None:
    company = api.company(trusted=False)
    bill = company.bill()
    assert error_of(pay(company, (bill, 1))) == "BDC_1361"
    assert error_of(company.v2("PayBill", {"billId": bill["id"], "amount": 1})) == "BDC_1361"
    company = api.company()
    bill = company.bill()
    company.sign_in_as("ACCOUNTANT")
    assert error_of(pay(company, (bill, 1))) == "BDC_1150"


def test_without_a_primary_account_nobody_can_pay(company: Company) -> None:
    bill = company.bill()
    account = f"funding-accounts/banks/{company.bank_account_id}"
    company.v3("PATCH", account, {"default": {"payables": False}})
    company.v3("POST", f"{account}/archive").ok()
    assert error_of(pay(company, (bill, 1))) == "BDC_1150"
    assert error_of(company.v2("PayBill", {"billId": bill["id"], "amount": 1})) == "BDC_1150"
    assert error_of(pay(company, (bill, 1), bankAccountId=company.bank_account_id)) == "BDC_1150"


def test_who_may_pay_unapproved_bills_does_so_on_v2_and_nobody_on_v3(embedded: Api) -> None:
    company = embedded.company()
    bill = company.bill()
    with embedded.installed.database.transaction() as tx:
        tx.enter_organization(company.made["organizationId"])
        tx.run(
            "UPDATE bills SET approval_status = 'ASSIGNED' WHERE organization_id = ?", (company.made["organizationId"],)
        )
    reply = company.pay(bill, 1)
    assert (reply.status, reply.codes) == (422, ["BDC_1119"])
    assert data_of(pay(company, (bill, 1)))["sentPays"]
    company.sign_in_as("PAYER")
    assert error_of(pay(company, (bill, 1))) == "BDC_1119"


def test_the_older_call_pays_one_bill_and_answers_its_id(company: Company) -> None:
    bill = company.bill()
    made = data_of(company.v2("PayBill", {"billId": bill["id"], "amount": 10, "processDate": "2026-03-06"}))
    assert list(made) == ["id"]
    assert read(company, "SentPay", made["id"])["amount"] == 10
    assert error_of(company.v2("PayBill", {"billId": bill["id"], "amount": 1000})) == "BDC_1159"
    nothing = company.v2("PayBill", {"billId": bill["id"], "amount": 0})
    assert message_of(nothing) == "Invalid field,value: amount, must be greater than zero"


# RecordAPPayment


def test_a_recorded_payment_is_paid_at_once(company: Company) -> None:
    vendor = company.vendor(None)
    first, second = company.bill(vendor), company.bill(vendor)
    sent = data_of(record(company, (first, 229.5), (second, 9.5), syncReference="1042", toPrintCheck=True))
    assert (sent["entity"], sent["amount"], sent["status"], sent["isOnline"]) == ("SentPay", 239, "2", False)
    assert (sent["paymentType"], sent["syncReference"], sent["toPrintCheck"]) == ("4", "1042", True)
    assert (sent["bankAccountId"], sent["chartOfAccountId"]) == (NULLID, NULLID)
    assert sent["name"].startswith("P260302")
    assert [(part["paymentStatus"], part["paymentType"]) for part in sent["billPays"]] == [("2", "1"), ("2", "1")]
    assert [read(company, "Bill", bill["id"])["paymentStatus"] for bill in (first, second)] == ["0", "2"]
    assert read(company, "Bill", first["id"])["paidAmount"] == 229.5


def test_what_makes_no_sense_is_not_recorded(company: Company) -> None:
    bill, other = company.bill(), company.bill()
    assert error_of(record(company, (bill, 1), (other, 1))) == "BDC_1119"
    assert error_of(record(company, (bill, 300))) == "BDC_1159"
    assert error_of(record(company, (bill, 1), processDate=None)) == "BDC_1117"
    assert error_of(record(company, (bill, 1), toPrintCheck=None)) == "BDC_1117"
    assert error_of(record(company, (bill, 1), billCredits=[{"amount": 1}])) == "BDC_1117"
    assert error_of(record(company)) == "BDC_1119"
    company.sign_in_as("APPROVER")
    assert error_of(record(company, (bill, 1))) == "BDC_1119"


# CancelAPPayment, VoidAPPayment


def test_a_payment_is_cancelled_until_its_cut_off(company: Company) -> None:
    sent = paid_one(company)
    cancelled = data_of(company.v2("CancelAPPayment", {"sentPayId": sent["id"]}))
    assert (cancelled["status"], cancelled["billPays"][0]["paymentStatus"]) == ("3", "3")
    assert read(company, "Bill", sent["billPays"][0]["billId"])["paymentStatus"] == "1"
    assert error_of(company.v2("CancelAPPayment", {"sentPayId": sent["id"]})) == "BDC_1119"
    late = paid_one(company)
    company.advance(days=1)
    assert error_of(company.v2("CancelAPPayment", {"sentPayId": late["id"]})) == "BDC_1119"
    assert error_of(company.v2("CancelAPPayment", {})) == "BDC_1108"
    assert error_of(company.v2("CancelAPPayment", {"sentPayId": "stp01QQQQQQQQQQQzzzz"})) == "BDC_1120"


def test_a_recorded_payment_is_voided_by_its_id_alone(company: Company) -> None:
    bill = company.bill()
    sent = data_of(record(company, (bill, 229.5)))
    voided = data_of(company.v2("VoidAPPayment", {"sentPayId": sent["id"]}))
    assert (voided["status"], voided["billPays"][0]["paymentStatus"]) == ("4", "4")
    again = read(company, "Bill", bill["id"])
    assert (again["paymentStatus"], again["paidAmount"], again["dueAmount"]) == ("1", None, 229.5)
    assert error_of(company.v2("VoidAPPayment", {"sentPayId": sent["id"]})) == "BDC_1119"
    assert company.balanced()


def test_a_collected_payment_is_voided_with_type_and_reason(company: Company) -> None:
    sent = paid_one(company)
    request = {"sentPayId": sent["id"], "voidRequestType": "0", "reason": "Wrong vendor"}
    company.advance(to="2026-03-05T14:00:00+00:00")
    for missing in ("voidRequestType", "reason"):
        reply = company.v2("VoidAPPayment", request | {missing: ""})
        assert (error_of(reply), message_of(reply)) == ("BDC_1108", f"Missing value for parameter: {missing}")
    for other in ("2", [], {}):
        assert error_of(company.v2("VoidAPPayment", request | {"voidRequestType": other})) == "BDC_1119"
    assert data_of(company.v2("VoidAPPayment", request))["status"] == "4"
    assert read(company, "Bill", sent["billPays"][0]["billId"])["paymentStatus"] == "1"
    company.advance(days=5)
    transfers = company.sim("GET", "transfers").ok()["results"]
    assert [(one["leg"], one["status"]) for one in transfers] == [
        ("refund", "settled"), ("disbursement", "cancelled"), ("funding", "settled"),
    ]  # fmt: skip
    assert company.balanced()


def test_a_payment_whose_money_is_being_collected_waits_for_it_to_be_voided(company: Company) -> None:
    sent = paid_one(company)
    request = {"sentPayId": sent["id"], "voidRequestType": "0", "reason": "Wrong vendor"}
    company.advance(to="2026-03-05T03:00:00+00:00")
    asked = data_of(company.v2("VoidAPPayment", request))
    assert (asked["status"], asked["voidRequest"]["reason"]) == ("1", "Wrong vendor")
    again = company.v2("VoidAPPayment", request)
    assert (error_of(again), sent["id"] in message_of(again)) == ("BDC_1119", True)
    company.advance(days=2)
    voided = read(company, "SentPay", sent["id"])
    assert (voided["status"], "voidRequest" in voided) == ("4", False)
    company.advance(days=5)
    assert company.balanced()


def test_a_scheduled_payment_is_voided_and_nothing_moves(company: Company) -> None:
    sent = paid_one(company)
    request = {"sentPayId": sent["id"], "voidRequestType": "0", "reason": "Wrong vendor"}
    reissue = company.v2("VoidAPPayment", request | {"voidRequestType": "1"})
    assert message_of(reissue) == f"The payment {sent['id']} cannot be voided by VOID_AND_REISSUE."
    voided = data_of(company.v2("VoidAPPayment", request))
    assert (voided["status"], voided["billPays"][0]["paymentStatus"]) == ("4", "4")
    bill = read(company, "Bill", sent["billPays"][0]["billId"])
    assert (bill["paymentStatus"], bill["scheduledAmount"], bill["dueAmount"]) == ("1", 0, 229.5)
    on_v3 = company.v3("GET", f"payments/{sent['id']}").ok()
    assert (on_v3["status"], on_v3["voidInfo"][0]["status"], on_v3["cancelRequestSubmitted"]) == (
        "VOID",
        "ACCEPTED",
        False,
    )
    assert error_of(company.v2("VoidAPPayment", request)) == "BDC_1119"
    assert error_of(company.v2("CancelAPPayment", {"sentPayId": sent["id"]})) == "BDC_1119"
    company.advance(days=10)
    transfers = company.sim("GET", "transfers").ok()["results"]
    assert {(one["leg"], one["status"]) for one in transfers} == {
        ("disbursement", "cancelled"), ("funding", "cancelled"),
    }  # fmt: skip
    assert company.balanced()


def test_a_scheduled_payment_that_is_voided_gives_its_credit_back(company: Company) -> None:
    bill = company.bill()
    lines_of_credit = [{"entity": "VendorCreditLineItem", "amount": 29.5}]
    credit = create(
        company, "VendorCredit", vendorId=bill["vendorId"], refNumber="C-1", creditDate="2026-03-01",
        vendorCreditLineItems=lines_of_credit,
    )  # fmt: skip
    used = [{"billId": bill["id"], "vendorCreditId": credit["id"], "amount": 29.5}]
    (sent,) = data_of(pay(company, (bill, 200), billCredits=used))["sentPays"]
    data_of(company.v2("VoidAPPayment", {"sentPayId": sent["id"], "voidRequestType": "0", "reason": "Twice"}))
    assert read(company, "VendorCredit", credit["id"])["appliedAmount"] == 0
    assert read(company, "Bill", bill["id"])["dueAmount"] == 229.5
    assert company.balanced()


def test_a_check_is_reissued_in_the_same_payment(company: Company) -> None:
    sent = paid_one(company, account=None)
    company.advance(to="2026-03-06T18:00:00+00:00")
    request = {"sentPayId": sent["id"], "voidRequestType": "1", "reason": "Lost in the mail"}
    assert data_of(company.v2("VoidAPPayment", request))["status"] == "2"
    company.advance(days=3)
    reissued = data_of(company.v2("GetDisbursementData", {"sentPayId": sent["id"]}))
    assert reissued["checkData"]["checkNumber"] == 1002
    assert company.balanced()


def test_a_pending_void_is_shown_in_the_payment(company: Company) -> None:
    sent = paid_one(company, account=None)
    company.advance(to="2026-03-06T18:00:00+00:00")
    assert "voidRequest" not in read(company, "SentPay", sent["id"])
    body = {"type": "VOID_AND_CREDIT", "reason": "Lost in the mail"}
    company.v3("POST", f"payments/{sent['id']}/void", body).ok()
    pending = read(company, "SentPay", sent["id"])
    assert list(pending)[-3:] == ["voidRequest", "billPays", "billCredits"]
    assert pending["status"] == "2"
    shown = pending["voidRequest"]
    assert (shown["entity"], shown["type"], shown["status"]) == ("VoidRequest", "0", "TO_BE_PROCESSED")
    assert (shown["reason"], shown["requestedBy"]) == ("Lost in the mail", company.made["userId"])
    company.advance(days=1)
    voided = read(company, "SentPay", sent["id"])
    assert (voided["status"], "voidRequest" in voided) == ("4", False)


def test_v2_knows_holds_and_escheated_checks(company: Company) -> None:
    held, kept = (paid_one(company, account=None) for _ in range(2))
    company.advance(to="2026-03-05T18:00:00+00:00")
    company.sim("POST", f"payments/{held['id']}/hold").ok()
    page = {"start": 0, "max": 9}
    on_hold = data_of(company.v2("ListPayments", page | {"disbursementStatus": "6"}))["payments"]
    assert [one["id"] for one in on_hold] == [held["id"]]
    company.advance(days=2)
    company.sim("POST", f"payments/{kept['id']}/escheat").ok()
    gone = read(company, "SentPay", kept["id"])
    assert (gone["status"], gone["billPays"][0]["paymentStatus"]) == ("5", "2")
    assert read(company, "Bill", kept["billPays"][0]["billId"])["paymentStatus"] == "0"
    assert data_of(company.v2("GetDisbursementData", {"sentPayId": kept["id"]}))["disbursementStatus"] == "3"
    assert company.balanced()


def test_who_may_record_but_not_pay_voids_records_only(embedded: Api) -> None:
    company = embedded.company()
    online, recorded = paid_one(company), data_of(record(company, (company.bill(), 1)))
    company.sign_in_as("CLERK")
    request = {"voidRequestType": "0", "reason": "Wrong vendor"}
    assert error_of(company.v2("VoidAPPayment", request | {"sentPayId": online["id"]})) == "BDC_1150"
    assert data_of(company.v2("VoidAPPayment", {"sentPayId": recorded["id"]}))["status"] == "4"


# What is shown


def test_payments_are_listed_by_what_they_are(company: Company) -> None:
    vendor = company.vendor()
    bills = [company.bill(vendor) for _ in range(3)]
    (first,) = data_of(pay(company, (bills[0], 100)))["sentPays"]
    (second,) = data_of(pay(company, (bills[1], 200), processDate="2026-03-09"))["sentPays"]
    third = data_of(record(company, (bills[2], 50)))
    for filters, expected in (
        ([], [first, second, third]),
        ([where("isOnline", "=", False)], [third]),
        ([where("status", "in", "1,3")], [first, second]),
        ([where("status", "=", "0")], []),
        ([where("amount", ">", 100)], [second]),
        ([where("processDate", "<", "2026-03-05")], [first, third]),
        ([where("bankAccountId", "=", company.bank_account_id)], [first, second]),
        ([where("txnNumber", "=", second["txnNumber"])], [second]),
        ([where("vendorId", "!=", vendor["id"])], []),
    ):
        assert listed(company, "SentPay", filters=filters, nested=True) == expected, filters
    assert error_of(company.v2("List/SentPay", {"filters": [where("name", "=", "x")]})) == "BDC_1130"
    newest = {"sort": [{"field": "amount", "asc": False}], "max": 1, "nested": True}
    assert listed(company, "SentPay", **newest) == [second]


def test_payments_are_found_by_the_account_that_they_show(company: Company) -> None:
    online = paid_one(company)
    cash = create(company, "ChartOfAccount", name="Petty cash", accountType="3")["id"]
    from_cash = data_of(record(company, (company.bill(), 50), chartOfAccountId=cash))
    unsaid = data_of(record(company, (company.bill(), 60)))
    clearing = online["chartOfAccountId"]
    for op, value, expected in (
        ("=", clearing, [online]), ("=", cash, [from_cash]), ("=", NULLID, [unsaid]), ("!=", NULLID, [online, from_cash]),
        ("in", f"{clearing},{cash}", [online, from_cash]), ("nin", clearing, [from_cash, unsaid]),
    ):  # fmt: skip
        filters = [where("chartOfAccountId", op, value)]
        assert listed(company, "SentPay", filters=filters) == expected, (op, value)
        assert listed(company, "BillPay", filters=filters) == [one["billPays"][0] for one in expected], (op, value)


def test_fast_payments_are_found(company: Company) -> None:
    bill = company.bill()
    fast = company.pay(bill, processingOptions={"requestPayFaster": True}).ok(201)["id"]
    slow = paid_one(company)["id"]
    for value, expected in ((True, [fast]), ("false", [slow])):
        found = listed(company, "SentPay", filters=[where("fasterPayment", "=", value)])
        assert [one["id"] for one in found] == expected
        assert [str(one["fasterPayment"]).lower() for one in found] == [str(value).lower()]
    newest_first = listed(company, "SentPay", sort=[{"field": "fasterPayment", "asc": False}])
    assert [one["id"] for one in newest_first] == [fast, slow]


def test_the_parts_of_payments_are_objects_of_their_own(company: Company) -> None:
    vendor = company.vendor()
    first, second = company.bill(vendor), company.bill(vendor)
    (sent,) = data_of(pay(company, (first, 1), (second, 2)))["sentPays"]
    parts = listed(company, "BillPay")
    assert parts == sent["billPays"]
    assert read(company, "BillPay", parts[1]["id"]) == parts[1]
    assert listed(company, "BillPay", filters=[where("billId", "=", first["id"])]) == [parts[0]]
    assert listed(company, "BillPay", filters=[where("paymentStatus", "=", "2")]) == []
    assert listed(company, "BillPay", sort=[{"field": "amount", "asc": "false"}], max=1) == [parts[1]]
    assert parts[0]["sentPayId"] == sent["id"]
    assert error_of(company.v2("Crud/Read/BillPay", {"id": sent["id"]})) == "BDC_1120"
    assert listed(company, "BillCredit") == []
    assert error_of(company.v2("Crud/Read/BillCredit", {"id": "bcr01QQQQQQQQQQQzzzz"})) == "BDC_1120"
    for verb in ("Create", "Update", "Delete"):
        assert error_of(company.v2(f"Crud/{verb}/SentPay", {"obj": {"entity": "SentPay"}})) == "BDC_1116"


def test_the_oldest_vintage_shows_less(embedded: Api) -> None:
    company = embedded.company()
    sent = paid_one(company)
    oldest = with_vintage(company, "2012")
    older = read(oldest, "SentPay", sent["id"])
    assert set(sent) - set(older) == {"fasterPayment", "deliveryTypeRequested", "paymentType"}
    assert list(older["billPays"][0])[-1] == "chartOfAccountId"
    assert list(read(oldest, "BillPay", sent["billPays"][0]["id"]))[-1] == "allowExport"


def test_disbursement_data_is_there_once_the_money_left(company: Company) -> None:
    sent = paid_one(company)
    recorded = data_of(record(company, (company.bill(), 1)))

    def data_for(payment: dict[str, Any]) -> Any:
        return data_of(company.v2("GetDisbursementData", {"sentPayId": payment["id"]}))

    assert data_for(sent) == {"paymentType": "2", "disbursementStatus": None}
    assert data_for(recorded) == {"paymentType": "4", "disbursementStatus": "3"}
    company.advance(days=4)
    found = data_for(sent)
    assert (found["paymentType"], found["disbursementStatus"]) == ("2", "3")
    trace = found["achData"].pop("uniqueId")
    assert (len(trace), trace[:8]) == (15, "07400001")
    assert found["achData"] == {
        "depositDate": "2026-03-06", "routingNumber": "*****1627", "accountNumber": "********4321",
        "sentDate": "2026-03-06", "errorCode": None, "returnedDate": None,
    }  # fmt: skip


def test_a_check_says_its_number_and_its_days(company: Company) -> None:
    sent = paid_one(company, account=None)
    request = {"sentPayId": sent["id"]}
    assert sent["paymentType"] == "0"
    assert data_of(company.v2("GetDisbursementData", request)) == {"paymentType": "0", "disbursementStatus": None}
    company.advance(to="2026-03-06T18:00:00+00:00")
    found = data_of(company.v2("GetDisbursementData", request))
    assert (found["paymentType"], found["disbursementStatus"]) == ("0", "0")
    assert found["checkData"] == {
        "checkNumber": 1001, "checkDate": "2026-03-06", "arrivesByDate": "2026-03-12", "clearedDate": None,
        "amount": 229.5, "memo": None, "expirationDate": "2026-06-04", "trackingInfo": None, "errorCode": None,
    }  # fmt: skip
    company.advance(days=14)
    found = data_of(company.v2("GetDisbursementData", request))
    assert (found["disbursementStatus"], found["checkData"]["clearedDate"]) == ("3", "2026-03-16")


def test_a_check_in_the_mail_is_voided(company: Company) -> None:
    sent = paid_one(company, account=None)
    company.advance(to="2026-03-06T18:00:00+00:00")
    request = {"sentPayId": sent["id"], "voidRequestType": "0", "reason": "Lost"}
    assert data_of(company.v2("VoidAPPayment", request))["status"] == "4"
    found = data_of(company.v2("GetDisbursementData", {"sentPayId": sent["id"]}))
    assert (found["disbursementStatus"], found["checkData"]["errorCode"]) == ("5", "VOIDED")
    on_v3 = company.v3("GET", f"payments/{sent['id']}").ok()
    assert (on_v3["singleStatus"], on_v3["status"]) == ("VOIDED", "VOID")
    assert on_v3["disbursementInfo"]["isVoidable"] is False
    company.advance(days=20)
    assert company.balanced()


def test_a_credit_that_came_back_says_when_and_why(embedded: Api) -> None:
    company = embedded.company()
    sent = paid_one(company, account="000999000002")
    company.advance(days=8)
    found = data_of(company.v2("GetDisbursementData", {"sentPayId": sent["id"]}))
    assert found["disbursementStatus"] == "4"
    assert (found["achData"]["errorCode"], found["achData"]["returnedDate"]) == ("R02", "2026-03-10")


def test_payments_are_listed_by_how_far_their_money_is(company: Company) -> None:
    sent, recorded = paid_one(company), data_of(record(company, (company.bill(), 1)))
    dropped = paid_one(company)
    company.v2("CancelAPPayment", {"sentPayId": dropped["id"]})

    def ids(code: str) -> list[str]:
        found = company.v2("ListPayments", {"disbursementStatus": code, "start": 0, "max": 10})
        return [one["id"] for one in data_of(found)["payments"]]

    assert [ids(code) for code in "03456"] == [[sent["id"]], [recorded["id"]], [], [dropped["id"]], []]
    company.advance(days=4)
    assert ids("3") == [sent["id"], recorded["id"]]
    paged = {"disbursementStatus": "3", "start": 1, "max": 1}
    assert [one["id"] for one in data_of(company.v2("ListPayments", paged))["payments"]] == [recorded["id"]]
    for missing in paged:
        rest = {name: value for name, value in paged.items() if name != missing}
        assert error_of(company.v2("ListPayments", rest)) == "BDC_1108"
    for name, value in (("disbursementStatus", "1"), ("disbursementStatus", []), ("max", 1000), ("start", -1)):
        assert error_of(company.v2("ListPayments", paged | {name: value})) == "BDC_1129"
