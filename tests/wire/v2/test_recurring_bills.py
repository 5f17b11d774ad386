"""RecurringBill on v2 (contract v2.md §5.4)."""

from __future__ import annotations

import pytest

from tests.wire.v2.talk import NULLID, create, data_of, error_of, listed, read, update, where

FIELDS = [
    "entity", "id", "isActive", "vendorId", "timePeriod", "frequencyPerTimePeriod", "nextDueDate", "endDate",
    "daysInAdvance", "description", "createdTime", "updatedTime", "recurringBillLineItems",
]  # fmt: skip
LINE_FIELDS = [
    "entity", "id", "recurringBillId", "amount", "chartOfAccountId", "departmentId", "locationId", "description",
    "createdTime", "updatedTime",
]  # fmt: skip


def fields_of(company, **changes):
    """A monthly bill of 19.99, the next due on 31 March."""
    return {
        "vendorId": changes.pop("vendorId", None) or company.vendor()["id"], "timePeriod": "2",
        "frequencyPerTimePeriod": 1, "nextDueDate": "2026-03-31", "daysInAdvance": 5,
        "recurringBillLineItems": [{"entity": "RecurringBillLineItem", "amount": 19.99}],
    } | changes  # fmt: skip


def test_a_recurring_bill_has_its_fields_in_order_and_is_the_same_on_v3(company):
    made = create(company, "RecurringBill", **fields_of(company))
    assert list(made) == FIELDS
    (line,) = made["recurringBillLineItems"]
    assert list(line) == LINE_FIELDS
    assert (line["recurringBillId"], line["amount"], made["isActive"], made["endDate"]) == (
        made["id"],
        19.99,
        "1",
        None,
    )
    assert (made["timePeriod"], made["frequencyPerTimePeriod"], made["daysInAdvance"]) == ("2", 1, 5)
    assert read(company, "RecurringBill", made["id"]) == made
    on_v3 = company.v3("GET", f"recurringbills/{made['id']}").ok()
    assert on_v3["schedule"] == {
        "period": "MONTHLY", "frequency": 1, "nextDueDate": "2026-03-31", "daysInAdvance": 5,
    }  # fmt: skip
    assert [one["id"] for one in on_v3["recurringBillLineItems"]] == [line["id"]]
    company.advance(days=30)
    assert [bill["invoiceNumber"] for bill in listed(company, "Bill")] == ["2026-03-31"]
    assert read(company, "RecurringBill", made["id"])["nextDueDate"] == "2026-04-30"


def test_a_bill_says_which_recurring_bill_made_it(company, of_vintage):
    vendor = company.vendor()
    made = create(company, "RecurringBill", **fields_of(company, vendorId=vendor["id"]))
    by_hand = company.bill(vendor)
    company.advance(days=30)
    newest = of_vintage("2024")
    shown = {bill["invoiceNumber"]: bill for bill in listed(newest, "Bill")}
    assert shown["2026-03-31"]["billTemplateId"] == made["id"]
    assert shown[by_hand["invoice"]["invoiceNumber"]]["billTemplateId"] == NULLID
    assert read(newest, "Bill", shown["2026-03-31"]["id"]) == shown["2026-03-31"]
    echoed = data_of(newest.v2("Crud/Update/Bill", {"obj": shown["2026-03-31"] | {"billTemplateId": NULLID}}))
    assert echoed["billTemplateId"] == made["id"]


def test_update_keeps_what_is_left_out_and_replaces_the_lines(company):
    made = create(company, "RecurringBill", **fields_of(company, description="Rent", endDate="2026-12-31"))
    changed = data_of(update(company, "RecurringBill", made["id"], timePeriod="1", frequencyPerTimePeriod="2"))
    assert (changed["timePeriod"], changed["frequencyPerTimePeriod"], changed["description"]) == ("1", 2, "Rent")
    lines = [{"entity": "RecurringBillLineItem", "amount": 5}]
    changed = data_of(update(company, "RecurringBill", made["id"], recurringBillLineItems=lines))
    assert [line["amount"] for line in changed["recurringBillLineItems"]] == [5]
    assert changed["recurringBillLineItems"][0]["id"] != made["recurringBillLineItems"][0]["id"]
    sent_back = data_of(company.v2("Crud/Update/RecurringBill", {"obj": changed}))
    assert sent_back | {"updatedTime": ""} == changed | {"updatedTime": ""}


def test_delete_and_undelete_archive_and_restore(company):
    made = create(company, "RecurringBill", **fields_of(company))
    assert data_of(company.v2("Crud/Delete/RecurringBill", {"id": made["id"]}))["isActive"] == "2"
    company.advance(days=40)
    assert listed(company, "Bill") == []
    assert data_of(update(company, "RecurringBill", made["id"], isActive="1"))["isActive"] == "1"
    company.advance(minutes=0)
    assert [bill["dueDate"] for bill in listed(company, "Bill")] == ["2026-03-31"]


def test_lists_are_filtered(company):
    first, second = (create(company, "RecurringBill", **fields_of(company, nextDueDate=day)) for day in DAYS)

    def ids(*filters):
        return [one["id"] for one in listed(company, "RecurringBill", filters=list(filters))]

    assert ids() == [first["id"], second["id"]]
    assert ids(where("nextDueDate", ">", "2026-04-01")) == [second["id"]]
    assert ids(where("vendorId", "=", first["vendorId"])) == [first["id"]]
    assert ids(where("timePeriod", "=", "1")) == []


DAYS = ("2026-03-31", "2026-04-30")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"timePeriod": None}, "BDC_1117"),
        ({"timePeriod": "7"}, "BDC_1119"),
        ({"frequencyPerTimePeriod": 0}, "BDC_1119"),
        ({"frequencyPerTimePeriod": 1.5}, "BDC_1119"),
        ({"daysInAdvance": 366}, "BDC_1119"),
        ({"nextDueDate": "31.3.2026"}, "BDC_1119"),
        ({"vendorId": "00901QQQQQQQQQQQzzzz"}, "BDC_1120"),
        ({"recurringBillLineItems": []}, "BDC_1119"),
        ({"recurringBillLineItems": [{"entity": "RecurringBillLineItem"}]}, "BDC_1117"),
    ],
)
def test_what_is_wrong_has_its_code(company, changes, code):
    obj = {"entity": "RecurringBill"} | fields_of(company, **changes)
    assert error_of(company.v2("Crud/Create/RecurringBill", {"obj": obj})) == code


def test_one_that_pays_by_itself_stays_so_and_is_not_changed_without_trust(company):
    vendor = company.vendor()
    body = {
        "vendorId": vendor["id"], "recurringBillLineItems": [{"amount": 5}],
        "schedule": {"period": "MONTHLY", "frequency": 1, "nextDueDate": "2026-05-31", "daysInAdvance": 5},
        "processingOptions": {"autoPayment": True}, "paymentInformation": {"bankAccountId": company.bank_account_id},
    }  # fmt: skip
    made = company.v3("POST", "recurringbills", body).ok(201)
    data_of(update(company, "RecurringBill", made["id"], daysInAdvance=9))
    assert company.v3("GET", f"recurringbills/{made['id']}").ok()["processingOptions"] == {"autoPayment": True}
    company.sign_in_as("CLERK")
    assert error_of(update(company, "RecurringBill", made["id"], daysInAdvance=8)) == "BDC_1150"
