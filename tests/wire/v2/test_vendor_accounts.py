"""What an organization's account with a vendor holds, on both faces: balance, currency, terms, bank account."""

from __future__ import annotations

import re

import pytest

from billfold.wire.v2 import kinds
from tests.wire.v2.talk import create, data_of, error_of, listed, read, update, where


def v3_vendor(company, vendor_id):
    return company.v3("GET", f"vendors/{vendor_id}").ok()


def messages(reply, status=400):
    assert reply.status == status, reply.text
    return [error["message"] for error in reply.json]


# Balance


def test_the_balance_is_what_open_bills_still_owe(company, of_vintage):
    vendor = company.vendor()
    assert v3_vendor(company, vendor["id"])["balance"] == {"amount": 0}
    first, second = company.bill(vendor, ("100.00",)), company.bill(vendor, ("20.50",))
    balance = v3_vendor(company, vendor["id"])["balance"]
    assert balance == {"amount": 120.5, "lastUpdatedDate": second["updatedTime"]}
    company.pay(first, 40).ok(201)
    assert v3_vendor(company, vendor["id"])["balance"]["amount"] == 80.5
    company.v3("POST", f"bills/{second['id']}/archive").ok()
    assert v3_vendor(company, vendor["id"])["balance"]["amount"] == 60
    shown = read(of_vintage("2024"), "Vendor", vendor["id"])
    assert (shown["balance"], shown["lastBalanceUpdate"][:10]) == (60, "2026-03-03")


def test_a_bill_that_is_paid_is_owed_no_more(company):
    vendor = company.vendor()
    bill = company.bill(vendor, ("100.00",))
    company.pay(bill).ok(201)
    company.advance(days=10)
    assert company.v3("GET", f"bills/{bill['id']}").ok()["paymentStatus"] == "PAID"
    assert v3_vendor(company, vendor["id"])["balance"] == {"amount": 0}


def test_a_list_has_each_vendors_own_balance(company):
    owed, paid_off = company.vendor(), company.vendor()
    company.bill(owed, ("7.00",))
    found = company.v3("GET", "vendors", sort="createdTime:asc").ok()["results"]
    assert {one["id"]: one["balance"]["amount"] for one in found} == {owed["id"]: 7, paid_off["id"]: 0}


def test_a_page_of_vendors_asks_for_all_balances_at_once(embedded):
    company = embedded.company()
    for _ in range(5):
        company.bill(company.vendor())
    statements = []
    embedded.installed.database.observer = lambda sql, _: statements.append(sql)
    company.v3("GET", "vendors").ok()
    embedded.installed.database.observer = None
    assert len([sql for sql in statements if "SUM(" in sql]) == 1
    assert len(statements) <= 7, statements


# Currency


def test_the_currency_changes_until_there_is_a_bill(company):
    vendor = company.vendor()
    changed = company.v3("PATCH", f"vendors/{vendor['id']}", {"billCurrency": "CAD"}).ok()
    assert changed["billCurrency"] == "CAD"
    bill = company.bill(vendor)
    assert (bill["exchangeRate"], bill["fundingAmount"]) == (1.3947, 164.55)
    reply = company.v3("PATCH", f"vendors/{vendor['id']}", {"billCurrency": "USD", "name": "Other"})
    assert (reply.status, reply.codes) == (422, ["BDC_1119"])
    assert error_of(update(company, "Vendor", vendor["id"], billCurrency="USD")) == "BDC_1119"
    kept = company.v3("PATCH", f"vendors/{vendor['id']}", {"billCurrency": "CAD", "name": "Same"}).ok()
    assert (kept["name"], kept["billCurrency"]) == ("Same", "CAD")
    company.v3("POST", f"bills/{bill['id']}/archive").ok()
    assert company.v3("PATCH", f"vendors/{vendor['id']}", {"billCurrency": "USD"}).status == 422


def test_automatic_payment_shows_on_both_faces(company, of_vintage):
    vendor = company.vendor(autoPay={"enabled": False})
    assert vendor["autoPay"] == {"enabled": False}
    newest = of_vintage("2024")

    def shown():
        found = read(newest, "Vendor", vendor["id"])
        return found["hasBankAccountAutoPay"], found["hasRecurringPayments"]

    assert shown() == (False, False)
    on = {"autoPay": {"enabled": True, "bankAccountId": company.bank_account_id, "maxAmount": 100}}
    company.v3("PATCH", f"vendors/{vendor['id']}", on).ok()
    assert shown() == (True, False)
    recurring = {
        "vendorId": vendor["id"], "recurringBillLineItems": [{"amount": 5}],
        "schedule": {"period": "MONTHLY", "frequency": 1, "nextDueDate": "2026-05-31", "daysInAdvance": 5},
        "processingOptions": {"autoPayment": True}, "paymentInformation": {"bankAccountId": company.bank_account_id},
    }  # fmt: skip
    company.v3("POST", "recurringbills", recurring).ok(201)
    assert shown() == (False, True)


def test_a_purpose_is_a_text_or_a_code_and_is_said_anew_as_a_whole(company, of_vintage):
    def paid(purpose):
        return {"paymentInformation": {"paymentPurpose": purpose}}

    def patch(purpose):
        return company.v3("PATCH", f"vendors/{vendor['id']}", paid(purpose))

    vendor = company.vendor(None, **paid({"code": {"name": "Goods", "value": "GDS"}}))
    assert vendor["paymentInformation"]["paymentPurpose"] == {"code": {"name": "Goods", "value": "GDS"}}
    newest = of_vintage("2024")
    shown = read(newest, "Vendor", vendor["id"])
    assert shown["paymentPurpose"] == "GDS"
    data_of(newest.v2("Crud/Update/Vendor", {"obj": shown}))
    assert v3_vendor(company, vendor["id"])["paymentInformation"]["paymentPurpose"]["code"]["name"] == "Goods"
    assert patch({"text": "Rent"}).ok()["paymentInformation"]["paymentPurpose"] == {"text": "Rent"}
    assert messages(patch({"text": "Rent", "code": {"value": "GDS"}})) == [
        "paymentInformation.paymentPurpose.text: is a text or a code, not both"
    ]
    assert "paymentPurpose" not in patch(None).ok()["paymentInformation"]
    data_of(update(newest, "Vendor", vendor["id"], paymentPurpose="Paper"))
    assert v3_vendor(company, vendor["id"])["paymentInformation"]["paymentPurpose"] == {"text": "Paper"}


def test_a_tax_id_has_its_type_on_both_faces(of_vintage):
    company = of_vintage("2024")
    made = create(company, "Vendor", name="Ada", taxId="123-45-6789", taxIdType="1")
    assert (made["taxIdType"], v3_vendor(company, made["id"])["additionalInfo"]["taxIdType"]) == ("1", "SSN")
    assert data_of(update(company, "Vendor", made["id"], taxIdType="EIN"))["taxIdType"] == "2"
    assert error_of(update(company, "Vendor", made["id"], taxIdType="9")) == "BDC_1119"
    assert data_of(update(company, "Vendor", made["id"], taxIdType=None))["taxIdType"] is None


def test_payment_terms_that_are_named_exist_and_are_in_use_but_for_those_who_had_them(company):
    term = company.v3("POST", "payment-terms", {"name": "Net 60", "daysDue": 60}).ok(201)["id"]
    more = {
        "vendors": {"additionalInfo": {"paymentTermId": term}}, "customers": {"paymentTermId": term},
        "bills": {"paymentTermId": term},
    }  # fmt: skip
    made = {
        "vendors": company.vendor(None, **more["vendors"])["id"],
        "customers": company.v3("POST", "customers", {"name": "A", "email": "a@b.c"} | more["customers"]).ok(201)["id"],
        "bills": company.bill(**more["bills"])["id"],
    }
    others = {
        "vendors": company.vendor(None)["id"],
        "customers": company.v3("POST", "customers", {"name": "A", "email": "a@b.c"}).ok(201)["id"],
        "bills": company.bill()["id"],
    }
    data_of(company.v2("Crud/Delete/PaymentTerm", {"id": term}))
    for noun, own_id in made.items():
        assert company.v3("PATCH", f"{noun}/{own_id}", more[noun]).status == 200, noun
        assert company.v3("PATCH", f"{noun}/{others[noun]}", more[noun]).status == 422, noun
    unknown = "00p01QQQQQQQQQQQzzzz"
    assert company.v3("PATCH", f"bills/{made['bills']}", {"paymentTermId": unknown}).codes == ["BDC_1205"]
    assert error_of(company.v2("Crud/Create/Vendor", {
        "obj": {"entity": "Vendor", "name": "A", "paymentTermId": unknown},
    })) == "BDC_1120"  # fmt: skip
    assert error_of(update(company, "Customer", made["customers"], paymentTermId=unknown)) == "BDC_1120"


# Bulk


def new_vendor(**fields):
    address = {"line1": "9 Pine Rd", "city": "Reno", "zipOrPostalCode": "89501", "country": "US"}
    return {"name": "Blue Kite Paper", "address": address} | fields


def test_up_to_twenty_vendors_are_made_in_one_request_or_none(company):
    before = len(listed(company, "Vendor"))
    made = company.v3("POST", "vendors/bulk", [new_vendor(name=f"V{number}") for number in range(20)]).ok(201)
    assert list(made) == ["vendors"]
    assert [one["name"] for one in made["vendors"]] == [f"V{number}" for number in range(20)]
    assert company.v3("POST", "vendors/bulk", [new_vendor()] * 21).status == 400
    reply = company.v3("POST", "vendors/bulk", [new_vendor(), new_vendor(name=""), new_vendor()])
    assert reply.codes == ["BDC_1246", "BDC_1119", "BDC_1246"]
    assert len(listed(company, "Vendor")) == before + 20


def test_up_to_a_hundred_bills_of_several_vendors_are_made_or_none(company):
    vendors = [company.vendor(None)["id"] for _ in range(3)]

    def new_bill(number, vendor_id=None):
        return {
            "vendorId": vendor_id or vendors[-number % 3], "dueDate": "2026-04-10",
            "invoice": {"invoiceNumber": f"N-{number}", "invoiceDate": "2026-03-01"}, "billLineItems": [{"amount": 1}],
        }  # fmt: skip

    made = company.v3("POST", "bills/bulk", [new_bill(number) for number in range(100)]).ok(201)
    assert isinstance(made, list)
    assert [one["invoice"]["invoiceNumber"] for one in made] == [f"N-{number}" for number in range(100)]
    assert company.sim("GET", "ledger/trial-balance").ok()["balanced"] is True
    assert company.v3("POST", "bills/bulk", [new_bill(1)] * 101).status == 400
    reply = company.v3("POST", "bills/bulk", [new_bill(200), new_bill(201, "00901QQQQQQQQQQQzzzz")])
    assert sorted(reply.codes) == ["BDC_1205", "BDC_1246"]
    assert len(listed(company, "Bill")) == 100


# Bills


def test_approvers_are_in_the_answer_to_those_who_ask(company):
    bill = company.bill()
    assert "approvers" not in bill
    assert company.bill(billApprovals=True)["approvers"] == []
    assert company.v3("PATCH", f"bills/{bill['id']}", {"billApprovals": True}).ok()["approvers"] == []
    assert company.v3("PATCH", f"bills/{bill['id']}", {}, billApprovals="true").ok()["approvers"] == []
    assert "approvers" not in company.v3("PATCH", f"bills/{bill['id']}", {}).ok()


def foreign_bill(company, vendor_id, **fields):
    lines = [{"entity": "BillLineItem", "amount": 100}]
    bill = {
        "entity": "Bill", "vendorId": vendor_id, "invoiceNumber": "M-1", "invoiceDate": "2026-03-01",
        "dueDate": "2026-04-10", "billLineItems": lines,
    }  # fmt: skip
    return company.v2("Crud/Create/Bill", {"obj": bill | fields})


def test_a_foreign_bill_is_funded_at_its_own_rate(company, of_vintage):
    vendor = company.vendor(None, billCurrency="CAD")["id"]
    assert error_of(foreign_bill(company, vendor)) == "BDC_1117"
    assert error_of(foreign_bill(company, vendor, exchangeRate=0)) == "BDC_1119"
    assert error_of(foreign_bill(company, vendor, exchangeRate=0.000000000001, billLineItems=[
        {"entity": "BillLineItem", "amount": 10**11},
    ])) == "BDC_1119"  # fmt: skip
    made = data_of(foreign_bill(company, vendor, exchangeRate=1.23943521))
    shown = company.v3("GET", f"bills/{made['id']}").ok()
    assert (shown["amount"], shown["fundingAmount"], shown["exchangeRate"]) == (100, 80.68, 1.23943521)
    company.v3("PATCH", f"bills/{made['id']}", {"description": "x"}).ok()
    line = {"id": shown["billLineItems"][0]["id"], "amount": 200}
    assert company.v3("PATCH", f"bills/{made['id']}", {"billLineItems": [line]}).ok()["fundingAmount"] == 161.36
    assert read(of_vintage("2024"), "Bill", made["id"])["localAmount"] == 200


def test_what_is_reported_on_a_1099_is_kept_through_both_faces(of_vintage):
    company = of_vintage("2024")
    vendor = create(company, "Vendor", name="Ada", track1099=True)["id"]
    line = {
        "entity": "BillLineItem", "amount": 100, "form1099CategoryId": "f1001ABCDEFGHIJKx1y2", "isReportable": True,
        "reportableAmount": 60.5,
    }  # fmt: skip
    made = data_of(foreign_bill(company, vendor, billLineItems=[line]))["billLineItems"][0]
    assert (made["form1099CategoryId"], made["isReportable"], made["reportableAmount"]) == (
        line["form1099CategoryId"], True, 60.5,
    )  # fmt: skip
    company.v3("PATCH", f"bills/{made['billId']}", {"billLineItems": [{"id": made["id"], "description": "x"}]}).ok()
    again = read(company, "Bill", made["billId"])["billLineItems"][0]
    assert again["reportableAmount"] == 60.5
    wrong = foreign_bill(company, vendor, billLineItems=[line | {"reportableAmount": 1.005}])
    assert error_of(wrong) == "BDC_1119"


@pytest.mark.parametrize("category", ['f1"}', "f1\n", "f" * 41])
def test_no_category_of_form_1099_spoils_every_list_of_bills(of_vintage, category):
    company = of_vintage("2024")
    vendor = create(company, "Vendor", name="Ada")["id"]
    line = {"entity": "BillLineItem", "amount": 100, "form1099CategoryId": category}
    assert error_of(foreign_bill(company, vendor, billLineItems=[line])) == "BDC_1119"


def test_a_category_that_was_kept_before_is_still_read_in_lists(of_vintage, monkeypatch):
    company = of_vintage("2024")
    vendor = create(company, "Vendor", name="Ada")["id"]
    monkeypatch.setattr(kinds, "_GIVEN_ID", re.compile(".*", re.DOTALL))
    line = {"entity": "BillLineItem", "amount": 100, "form1099CategoryId": 'f1"}\n'}
    data_of(foreign_bill(company, vendor, billLineItems=[line]))
    (shown,) = listed(company, "Bill", filters=[where("vendorId", "=", vendor)])
    assert shown["billLineItems"][0]["form1099CategoryId"] == 'f1"}\n'


def test_no_id_of_a_large_biller_spoils_every_list_of_vendors(of_vintage):
    company = of_vintage("2024")
    vendor = create(company, "Vendor", name="Ada")["id"]
    company.sim("PATCH", f"vendors/{vendor}/acceptance", {"rppsId": 'r1"}'}).ok()
    assert [one["largeBillerId"] for one in listed(company, "Vendor")] == ['r1"}']


def test_the_country_of_a_vendor_has_a_length(company):
    vendor = create(company, "Vendor", name="Ada", addressCountry="x" * 100)["id"]
    assert error_of(update(company, "Vendor", vendor, addressCountry="x" * 101)) == "BDC_1119"


def test_duplicates_are_the_sandboxes_own_word(company):
    vendor = company.vendor()
    first, second = company.bill(vendor), company.bill(vendor, invoice={
        "invoiceNumber": "bk 1044", "invoiceDate": "2026-03-02",
    })  # fmt: skip
    (group,) = company.sim("GET", "bills/duplicates").ok()["results"]
    assert (group["vendorId"], group["likeness"]) == (vendor["id"], "SAME_NUMBER")
    assert [one["id"] for one in group["bills"]] == [first["id"], second["id"]]
    assert group["bills"][1] == {
        "id": second["id"], "invoiceNumber": "bk 1044", "invoiceDate": "2026-03-02", "amount": 229.5, "currency": "USD",
    }  # fmt: skip


# Bank accounts on v2

BANK = {"accountNumber": "000111234567", "routingNumber": "322271627"}


def test_a_bank_account_of_v2_is_that_of_v3_and_masked(company, of_vintage):
    vendor = company.vendor(None)["id"]
    made = create(company, "VendorBankAccount", vendorId=vendor, isSavings=True, isPersonalAcct=True, **BANK)
    assert (made["accountNumber"], made["routingNumber"], made["status"]) == ("********4567", "*****1627", "1")
    assert made["usersId"] == company.made["userId"]
    assert company.v3("GET", f"vendors/{vendor}/bank-account").ok() == {
        "nameOnAccount": "Blue Kite Paper", "accountNumber": "********4567", "routingNumber": "322271627",
        "type": "SAVINGS", "ownerType": "PERSON", "paymentCurrency": "USD",
    }  # fmt: skip
    assert v3_vendor(company, vendor)["paymentInformation"]["payByType"] == "ACH"
    newest = read(of_vintage("2024"), "VendorBankAccount", made["id"])
    assert (newest["routingNumber"], newest["nameOnAcct"]) == ("322271627", "Blue Kite Paper")


def test_a_vendor_has_one_active_bank_account_and_a_removed_one_stays_listed(company):
    vendor = company.vendor(None)["id"]
    made = create(company, "VendorBankAccount", vendorId=vendor, **BANK)
    again = {"obj": {"entity": "VendorBankAccount", "vendorId": vendor, **BANK}}
    assert error_of(company.v2("Crud/Create/VendorBankAccount", again)) == "BDC_1119"
    for _ in range(2):
        removed = data_of(company.v2("Crud/Delete/VendorBankAccount", {"id": made["id"]}))
        assert removed["isActive"] == "2"
    assert v3_vendor(company, vendor)["paymentInformation"]["payByType"] == "CHECK"
    second = create(company, "VendorBankAccount", vendorId=vendor, **BANK)
    data_of(company.v2("Crud/Delete/VendorBankAccount", {"id": made["id"]}))
    assert v3_vendor(company, vendor)["paymentInformation"]["payByType"] == "ACH"
    found = listed(company, "VendorBankAccount", filters=[where("vendorId", "=", vendor)])
    assert [(one["id"], one["isActive"]) for one in found] == [(made["id"], "2"), (second["id"], "1")]


def test_creating_a_bank_account_needs_a_trusted_session_and_update_is_not_there(api):
    company = api.company(trusted=False)
    vendor = company.vendor(None)["id"]
    obj = {"obj": {"entity": "VendorBankAccount", "vendorId": vendor, **BANK}}
    assert error_of(company.v2("Crud/Create/VendorBankAccount", obj)) == "BDC_1361"
    assert error_of(company.v2("Bulk/Crud/Create/VendorBankAccount", {"bulk": [obj]})) == "BDC_1361"
    assert listed(company, "VendorBankAccount") == []
    assert error_of(update(company, "VendorBankAccount", vendor)) == "BDC_1116"
    wrong = {"obj": {"entity": "VendorBankAccount", "vendorId": vendor, "accountNumber": "1", "routingNumber": "2"}}
    assert error_of(api.company().v2("Crud/Create/VendorBankAccount", wrong)) == "BDC_1120"


# What countries ask


#: The account's own fields stand before what the country wants besides.
ACCOUNT = ["accountNumber", "routingNumber"]


def configuration(company, **query):
    return company.v3("GET", "vendors/configuration/international-payments", **query)


def test_brazil_asks_for_a_purpose_and_the_tax_number_of_a_person_or_company(company):
    asked = configuration(company, country="BR", billCurrency="BRL", accountType="PERSON").ok()
    assert (asked["paymentPurpose"]["required"], asked["paymentPurpose"]["type"]) == (True, "CODE")
    assert {"name": "Goods", "value": "GDS"} in asked["paymentPurpose"]["codes"]
    assert [field["name"] for field in asked["validations"]["fields"]] == [*ACCOUNT, "taxNumber", "branchCode"]
    unknown = configuration(company, country="BR", billCurrency="BRL", accountType="NONE").ok()
    assert [field["name"] for field in unknown["validations"]["fields"]] == [*ACCOUNT, "taxNumber", "branchCode"]


def test_the_united_states_ask_nothing(company):
    nothing = {"paymentPurpose": {"required": False}, "validations": {"fields": []}}
    assert configuration(company, country="US", billCurrency="USD", accountType="BUSINESS").ok() == nothing
    vendor = company.vendor(None)["id"]
    assert company.v3("GET", f"vendors/{vendor}/configuration").ok() == {"internationalPayments": nothing}


def test_a_vendors_own_configuration_is_that_of_its_country(company):
    address = {"line1": "1 George St", "city": "Sydney", "zipOrPostalCode": "2000", "country": "AU"}
    vendor = company.vendor(None, address=address, billCurrency="AUD")["id"]
    own = company.v3("GET", f"vendors/{vendor}/configuration").ok()["internationalPayments"]
    assert own == configuration(company, country="AU", billCurrency="AUD", accountType="NONE").ok()
    assert [field["name"] for field in own["validations"]["fields"]] == [*ACCOUNT, "abn"]
    person = configuration(company, country="AU", billCurrency="AUD", accountType="PERSON").ok()
    assert [field["name"] for field in person["validations"]["fields"]] == ACCOUNT


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"billCurrency": "BRL", "accountType": "NONE"}, "BDC_1108"),
        ({"country": "BR", "accountType": "NONE"}, "BDC_1108"),
        ({"country": "BR", "billCurrency": "BRL"}, "BDC_1108"),
        ({"country": "SY", "billCurrency": "BRL", "accountType": "NONE"}, "BDC_1129"),
        ({"country": "br", "billCurrency": "BRL", "accountType": "NONE"}, "BDC_1129"),
        ({"country": "BR", "billCurrency": "R$", "accountType": "NONE"}, "BDC_1129"),
        ({"country": "BR", "billCurrency": "BRL", "accountType": "OTHER"}, "BDC_1129"),
    ],
)
def test_all_three_parameters_are_needed_and_must_make_sense(company, query, code):
    reply = configuration(company, **query)
    assert (reply.status, reply.codes) == (400, [code])


def test_every_rule_of_a_country_can_be_kept():
    import re

    from billfold.parties.country_table import RULES, UNREACHABLE

    for country, rules in RULES.items():
        assert re.fullmatch("[A-Z]{2}", country)
        assert country not in UNREACHABLE
        assert bool(rules.purpose_codes) == (rules.purpose == "CODE")
        for rule in (rules.account, rules.routing, *rules.fields):
            assert re.compile(rule.pattern).pattern == rule.pattern
            assert rule.accounts, rule
    assert not RULES.keys() & {"US"}


def test_vendors_accounts_are_all_found_by_the_status_that_they_show(company):
    made = create(company, "VendorBankAccount", vendorId=create(company, "Vendor", name="Blue Kite")["id"], **BANK)
    assert made["status"] == "1"
    for op, value, expected in (("=", "1", [made]), ("in", "0,1", [made]), ("!=", "1", []), ("=", "3", [])):
        assert listed(company, "VendorBankAccount", filters=[where("status", op, value)]) == expected, (op, value)
    refused = company.v2("List/VendorBankAccount", {"filters": [where("status", "=", "7")]})
    assert error_of(refused) == "BDC_1129"
