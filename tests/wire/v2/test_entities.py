"""Vendors, bills, accounts: what v2 makes of them, and the habits of clients (contract v2.md §2, §5, §11)."""

from __future__ import annotations

import json

import pytest

from billfold.wire.v2 import bills, classifications, customers, payment_terms, vendors
from tests.wire.test_generated import GOLDENS
from tests.wire.v2.conftest import with_vintage
from tests.wire.v2.talk import NULLID, a_bill, create, data_of, error_of, listed, message_of, read, update

TABLES = [
    vendors.TABLE, bills.TABLE, bills.LINE, customers.TABLE, payment_terms.TABLE, *classifications.TABLES.values(),
]  # fmt: skip

#: contract v2.md §5.1, the vintage of the help pages.
VENDOR_2021 = (
    "entity id isActive name shortName nameOnCheck companyName accNumber taxId track1099 address1 address2 address3 "
    "address4 addressCity addressState addressZip addressCountry email fax phone payBy paymentEmail paymentPhone "
    "description createdTime updatedTime contactFirstName contactLastName mergedIntoId accountType"
).split()
#: contract v2.md §5.3, all of it.
BILL_2024 = (
    "entity id isActive vendorId invoiceNumber approvalStatus invoiceDate dueDate glPostingDate amount localAmount "
    "exchangeRate scheduledAmount paidAmount dueAmount creditAmount paymentStatus uiPaymentStatus description poNumber "
    "createdTime updatedTime createdBy payFromBankAccountId payFromChartOfAccountId paymentTermId hasAutoPay "
    "eBillCreated invoiceProductId chartOfAccountId departmentId locationId actgClassId source numApprPolicyEx "
    "useBillDesc is1099MissingBill defaultInvoiceNumber isAutoSaved billTemplateId quickbooksId lastPaymentDate "
    "fullPaymentDate apAccountId isVcardStpCandidate billLocationId discountDueDate discountAmount orgId "
    "organizationName hasLinkedPurchaseOrders hasAmortizedLines item expense multipleBillLineItems billLineItems"
).split()

#: contract v2.md §1.4, and the table of v3's ids where v2's is silent.
PREFIXES = dict(
    one.split(":")
    for one in (
        "ActgClass:cls ApprovalPolicy:app ApprovalPolicyApprover:apa BankAccount:bac Bill:00n BillApprover:0ba "
        "BillCredit:bcr BillPay:blp ChartOfAccount:0ca Customer:0cu CustomerContact:cpu Department:0de Employee:emp "
        "Item:0ii Job:job Location:loc MoneyMovement:mmt Organization:008 PaymentTerm:00p Profile:0po RecurringBill:btp "
        "SentPay:stp User:006 VendCreditApprover:vca Vendor:009 VendorBankAccount:vba VendorCredit:vcr"
    ).split()
)
NOTE = "act"


# Vintages


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.entity)
def test_each_vintage_only_inserts_fields_into_the_one_before(table):
    for older, newer in (("2012", "2021"), ("2021", "2024")):
        names = iter(table.names(newer))
        assert all(name in names for name in table.names(older)), f"{older} is no ordered part of {newer}"


def test_the_orders_of_the_contract_bind(company):
    vendor = create(company, "Vendor", name="Blue Kite Paper")
    assert list(vendor) == VENDOR_2021
    bill = a_bill(company, vendor["id"])
    newest = with_vintage(company, "2024")
    assert list(read(newest, "Bill", bill["id"])) == BILL_2024
    assert list(read(newest, "Vendor", vendor["id"]))[:33] == [
        *VENDOR_2021[:9], "taxIdType", *VENDOR_2021[9:], "paymentTermId",
    ]  # fmt: skip


def test_the_newest_vintage_shows_what_it_alone_knows(company):
    item = create(company, "Item", name="Drum", type="1")["id"]
    lines = [{"amount": 10, "itemId": item}, {"amount": 2.5}, {"amount": 1}]
    bill = read(with_vintage(company, "2024"), "Bill", a_bill(company, billLineItems=lines)["id"])
    assert bill["item"] == {"count": 1, "totalAmount": 10.0}
    assert bill["expense"] == {"count": 2, "totalAmount": 3.5, "chartOfAccountGroup": []}
    assert (bill["multipleBillLineItems"], bill["orgId"]) == (True, company.made["organizationId"])
    assert (bill["localAmount"], bill["exchangeRate"], bill["createdBy"]) == (None, None, company.made["userId"])
    assert [line["lineOrder"] for line in bill["billLineItems"]] == [0, 1, 2]


# Values


def test_numbers_print_as_money_or_as_they_were_given(company):
    lines = [
        {"amount": 0.3, "quantity": 1, "unitPrice": 5}, {"amount": 10, "quantity": 2.50, "unitPrice": 0.125},
        {"amount": "7.1", "quantity": "3.0"}, {"quantity": 3, "unitPrice": 1.1},
    ]  # fmt: skip
    vendor = create(company, "Vendor", name="Blue Kite Paper")
    given = {"vendorId": vendor["id"], "invoiceNumber": "1", "invoiceDate": "2026-01-01", "dueDate": "2026-01-01"}
    data = {"obj": given | {"billLineItems": lines}}
    text = company.v2("Crud/Create/Bill", data).text
    for line in ('"amount" : 0.30,', '"unitPrice" : 5.00,', '"quantity" : 1,', '"quantity" : 2.5,',
                 '"unitPrice" : 0.125,', '"amount" : 7.10,', '"quantity" : 3.0,', '"amount" : 3.30,',
                 '"amount" : 20.70,', '"dueAmount" : 20.70,', '"scheduledAmount" : 0.00,'):  # fmt: skip
        assert line in text, line


def test_booleans_and_statuses_come_as_words_numbers_and_texts(company):
    shown = create(company, "Vendor", name="One", track1099="true", isActive=1, accountType=2)
    assert (shown["track1099"], shown["isActive"], shown["accountType"]) == (True, "1", "2")
    shown = create(company, "Vendor", name="Two", track1099=False, isActive="2")
    assert (shown["track1099"], shown["isActive"], shown["accountType"]) == (False, "2", "0")
    shown = data_of(update(company, "Vendor", shown["id"], isActive=1, track1099=None, accountType=""))
    assert (shown["track1099"], shown["isActive"], shown["accountType"]) == (False, "1", "0")


def test_empty_texts_are_null_and_missing_ids_are_twenty_zeros(company):
    vendor = create(company, "Vendor", name="Blue Kite Paper", email="", phone=None, address1="1 Pine Rd")
    assert (vendor["email"], vendor["phone"], vendor["mergedIntoId"]) == (None, None, NULLID)
    vendor = data_of(update(company, "Vendor", vendor["id"], address1=""))
    assert vendor["address1"] is None
    account = create(company, "ChartOfAccount", name="Rent", parentChartOfAccountId=NULLID)
    assert (account["parentChartOfAccountId"], account["accountType"], account["ca1099Type"]) == (NULLID, "0", "0")


def test_a_tax_id_shows_its_end_and_comes_back_unharmed(company):
    vendor = create(company, "Vendor", name="Blue Kite Paper", taxId="123456789")
    assert vendor["taxId"] == "*****6789"
    assert data_of(company.v2("Crud/Update/Vendor", {"obj": vendor}))["taxId"] == "*****6789"
    assert error_of(update(company, "Vendor", vendor["id"], taxId="*****1111")) == "BDC_1119"
    assert data_of(update(company, "Vendor", vendor["id"], taxId="987654321"))["taxId"] == "*****4321"


# Update


@pytest.mark.parametrize("vintage", ["2012", "2021", "2024"])
def test_whole_records_are_taken_back_by_update(company, vintage):
    company = with_vintage(company, vintage)
    account = create(company, "ChartOfAccount", name="Rent", accountType="7")["id"]
    lines = [{"amount": 10, "chartOfAccountId": account, "quantity": 1, "unitPrice": 10}, {"amount": 2.25}]
    for entity, own_id in (
        ("Vendor", create(company, "Vendor", name="One")["id"]),
        ("Bill", a_bill(company, billLineItems=lines)["id"]),
        ("ChartOfAccount", account),
        ("Item", create(company, "Item", name="Drum", type="1")["id"]),
        ("Employee", create(company, "Employee", firstName="Bo")["id"]),
        ("Department", create(company, "Department", name="Music")["id"]),
    ):
        whole = read(company, entity, own_id)
        assert data_of(company.v2(f"Crud/Update/{entity}", {"obj": whole, "id": "stray"})) == whole
        archived = data_of(company.v2(f"Crud/Delete/{entity}", {"id": own_id}))
        assert data_of(company.v2(f"Crud/Update/{entity}", {"obj": archived})) == archived


def test_scalars_that_are_left_out_stay_and_read_only_fields_are_ignored(company):
    bill = a_bill(company, description="Paper", poNumber="77")
    changed = data_of(update(
        company, "Bill", bill["id"], dueDate="2026-05-01", amount=9, paymentStatus="0", approvalStatus="3",
        payFromBankAccountId="bac01X", paidAmount=1, createdTime="never", nonsense={},
    ))  # fmt: skip
    assert changed == bill | {"dueDate": "2026-05-01"}


def test_the_list_of_lines_is_replaced_as_a_whole(company):
    bill = a_bill(company, amounts=(1, 2, 3))
    one, two, three = bill["billLineItems"]
    lines = [{"amount": 9}, three | {"amount": 30, "entity": None}, {"id": one["id"], "amount": 10}]
    changed = data_of(update(company, "Bill", bill["id"], billLineItems=lines))
    shown = changed["billLineItems"]
    assert [line["amount"] for line in shown] == [9, 30, 10]
    assert [line["id"] for line in shown[1:]] == [three["id"], one["id"]]
    assert shown[0]["id"] not in {one["id"], two["id"], three["id"]}
    assert changed["amount"] == 49
    foreign = a_bill(company)["billLineItems"][0]["id"]
    for ids in ([foreign], [two["id"]], [one["id"], one["id"]]):
        lines = [{"id": line_id, "amount": 1} for line_id in ids]
        assert error_of(update(company, "Bill", bill["id"], billLineItems=lines)) == "BDC_1119", ids
    assert read(company, "Bill", bill["id"]) == changed


def test_is_active_through_update_is_delete_and_undelete(company):
    bill = a_bill(company)
    assert data_of(update(company, "Bill", bill["id"], isActive="2"))["isActive"] == "2"
    assert company.v3("GET", f"bills/{bill['id']}").ok()["archived"] is True
    assert "archived" in message_of(update(company, "Bill", bill["id"], dueDate="2026-06-01"))
    restored = data_of(update(company, "Bill", bill["id"], isActive="1", dueDate="2026-06-01"))
    assert (restored["isActive"], restored["dueDate"]) == ("1", "2026-06-01")
    assert company.balanced()


def test_a_bill_that_is_being_paid_can_no_more_be_deleted_by_update_than_by_delete(company):
    vendor = company.vendor()
    bill = company.bill(vendor)
    company.pay(bill).ok(201)
    shown = read(company, "Bill", bill["id"])
    assert (shown["paymentStatus"], shown["scheduledAmount"], shown["paidAmount"]) == ("4", 229.5, None)
    by_update = update(company, "Bill", bill["id"], isActive="2")
    by_delete = company.v2("Crud/Delete/Bill", {"id": bill["id"]})
    assert by_update.text == by_delete.text
    assert error_of(by_delete) == "BDC_1119"
    company.advance(days=7)
    shown = read(company, "Bill", bill["id"])
    assert (shown["paymentStatus"], shown["scheduledAmount"], shown["paidAmount"]) == ("0", 0, 229.5)
    assert read(company, "Vendor", vendor["id"])["payBy"] == "1"


def test_delete_and_undelete_answer_the_whole_record_again_and_again(company):
    vendor = create(company, "Vendor", name="Blue Kite Paper")
    for verb, status in (("Delete", "2"), ("Delete", "2"), ("Undelete", "1"), ("Undelete", "1")):
        assert data_of(company.v2(f"Crud/{verb}/Vendor", {"id": vendor["id"]})) == vendor | {"isActive": status}


def test_an_object_made_on_one_face_is_there_on_the_other(company):
    bill = company.bill()
    shown = read(company, "Bill", bill["id"])
    assert (shown["invoiceNumber"], shown["amount"], len(shown["billLineItems"])) == ("BK-1044", 229.5, 2)
    made = a_bill(company, shown["vendorId"], glPostingDate=None)
    assert made["glPostingDate"] == made["invoiceDate"]
    assert company.v3("GET", f"bills/{made['id']}").ok()["amount"] == 229.5


def test_lines_that_name_what_is_not_there_are_refused(company):
    vendor = create(company, "Vendor", name="Blue Kite Paper")
    department = create(company, "Department", name="Music")["id"]
    for line in ({"chartOfAccountId": department}, {"customerId": "0cu01NOSUCHCUSTOM1ab"}):
        given = {"vendorId": vendor["id"], "invoiceNumber": "1", "invoiceDate": "2026-01-01", "dueDate": "2026-01-01"}
        reply = company.v2("Crud/Create/Bill", {"obj": given | {"billLineItems": [{"amount": 1} | line]}})
        assert error_of(reply) == "BDC_1120"
    assert listed(company, "Bill") == []


@pytest.mark.parametrize(
    ("lines", "missing"),
    [({}, "billLineItems"), ({"billLineItems": [{"amount": 1}, {"quantity": 2}]}, "billLineItems[1].amount")],
)
def test_a_bill_without_lines_or_a_line_without_an_amount_lacks_required_data(company, lines, missing):
    vendor = create(company, "Vendor", name="Blue Kite Paper")
    given = {"vendorId": vendor["id"], "invoiceNumber": "1", "invoiceDate": "2026-01-01", "dueDate": "2026-01-01"}
    reply = company.v2("Crud/Create/Bill", {"obj": given | lines})
    assert (error_of(reply), message_of(reply)) == ("BDC_1117", f"Missing required data for {missing}")


def test_lines_that_an_update_says_null_of_stay(company):
    bill = a_bill(company)
    assert data_of(update(company, "Bill", bill["id"], billLineItems=None)) == bill


# Ids


def id_of_golden(name):
    golden = json.loads((GOLDENS / f"POST.v2.{name}.json").read_text(encoding="utf-8"))
    return golden["response_data"]["id"]


@pytest.mark.parametrize(("entity", "prefix"), PREFIXES.items())
def test_clients_tell_what_an_id_is_of_by_its_beginning(entity, prefix):
    assert id_of_golden(f"Crud.Read.{entity}") == f"<{prefix}>"


def test_a_note_has_the_beginning_of_notes():
    assert id_of_golden("SendMessage") == f"<{NOTE}>"
