"""Vendors, bills and the chart of accounts over v3 (contract: payables §1, §2; core §3.1)."""

from __future__ import annotations

from tests.wire.api import Company


def test_a_vendor_is_created_with_its_bank_account_masked(company: Company) -> None:
    vendor = company.vendor("000987654321")
    assert vendor["id"].startswith("009")
    assert vendor["paymentInformation"]["payByType"] == "ACH"
    assert vendor["paymentInformation"]["bankAccount"]["accountNumber"] == "********4321"
    assert vendor["bankAccountStatus"] == "NO_NET_LINKED_ACCOUNT"
    assert vendor["address"]["countryName"] == "United States"


def test_the_owner_of_a_vendors_account_may_be_called_as_an_organizations_is(company: Company) -> None:
    body = {"nameOnAccount": "V", "accountNumber": "12345678", "routingNumber": "074000010", "ownerType": "PERSONAL"}
    path = f"vendors/{company.vendor(None)['id']}"
    assert company.v3("POST", f"{path}/bank-account", body).ok()["ownerType"] == "PERSON"
    same = {"paymentInformation": {"bankAccount": body}}
    assert company.v3("PATCH", path, same).ok()["paymentInformation"]["bankAccount"]["ownerType"] == "PERSON"


def test_a_vendor_without_account_is_paid_by_check(company: Company) -> None:
    vendor = company.vendor(None)
    assert vendor["paymentInformation"]["payByType"] == "CHECK"
    assert "bankAccount" not in vendor["paymentInformation"]
    assert "email" not in vendor


def test_patching_one_nested_field_leaves_its_neighbours(company: Company) -> None:
    vendor = company.vendor()
    patched = company.v3("PATCH", f"vendors/{vendor['id']}", {"address": {"zipOrPostalCode": "89502"}}).ok()
    assert patched["address"] == vendor["address"] | {"zipOrPostalCode": "89502"}
    assert patched["name"] == vendor["name"]


def test_deleting_the_bank_account_makes_the_vendor_paid_by_check(company: Company) -> None:
    path = f"vendors/{company.vendor()['id']}"
    assert company.v3("DELETE", f"{path}/bank-account").status == 204
    assert company.v3("GET", path).ok()["paymentInformation"]["payByType"] == "CHECK"
    assert company.v3("GET", f"{path}/bank-account").status == 404
    body = {"accountNumber": "000555666777", "routingNumber": "074000010"}
    assert company.v3("POST", f"{path}/bank-account", body).ok()["accountNumber"] == "********6777"
    assert company.v3("POST", f"{path}/bank-account", body).status == 422


def test_archive_and_restore_are_idempotent(company: Company) -> None:
    path = f"vendors/{company.vendor()['id']}"
    for _ in range(2):
        assert company.v3("POST", f"{path}/archive").ok()["archived"] is True
    listed = company.v3("GET", "vendors", filters="archived:eq:true").ok()["results"]
    assert [f"vendors/{vendor['id']}" for vendor in listed] == [path]
    for _ in range(2):
        assert company.v3("POST", f"{path}/restore").ok()["archived"] is False


def test_every_wrong_field_is_named_in_one_answer(company: Company) -> None:
    body = {
        "accountType": "ROBOT",
        "address": {"line1": "1", "city": 7, "country": "us"},
        "additionalInfo": {"track1099": "maybe"},
    }
    reply = company.v3("POST", "vendors", body)
    assert reply.status == 400
    messages = {error["message"] for error in reply.json}
    assert {
        "name: must not be null",
        "accountType: must be one of NONE, BUSINESS, PERSON",
        "address.country: invalid value",
        "address.zipOrPostalCode: must not be null",
        "additionalInfo.track1099: must be true or false",
    } <= messages


def test_numbers_and_booleans_may_come_as_strings(company: Company) -> None:
    vendor = company.vendor(additionalInfo={"track1099": "true", "leadTimeInDays": "5"})
    assert vendor["additionalInfo"]["track1099"] is True
    assert vendor["additionalInfo"]["leadTimeInDays"] == 5
    bill = company.bill(billLineItems=[{"amount": "100"}])
    assert bill["amount"] == 100.0


def test_a_bill_adds_up_its_lines_and_multiplies_price_by_quantity(company: Company) -> None:
    reply = company.v3("POST", "bills", {
        "vendorId": company.vendor()["id"], "dueDate": "2026-04-10",
        "invoice": {"invoiceNumber": "1", "invoiceDate": "2026-03-01"},
        "billLineItems": [{"quantity": 2, "price": 79.99}, {"amount": 10, "quantity": 3, "price": 5}],
    })  # fmt: skip
    bill = reply.ok(201)
    assert '"amount":169.98' in reply.text
    assert [line["amount"] for line in bill["billLineItems"]] == [159.98, 10.0]
    assert (bill["paymentStatus"], bill["approvalStatus"], bill["recordStatus"]) == ("UNPAID", "UNASSIGNED", "ACTIVE")
    assert bill["vendorName"] == "Blue Kite Paper"


def test_money_is_written_with_two_decimals(company: Company) -> None:
    bill = company.bill(amounts=("2050",))
    assert '"amount":2050.00,' in company.v3("GET", f"bills/{bill['id']}").text


def test_put_keeps_listed_lines_adds_new_ones_and_removes_the_rest(company: Company) -> None:
    bill = company.bill(description="first")
    first, second = bill["billLineItems"]
    body = {
        "vendorId": bill["vendorId"], "dueDate": "2026-04-11", "invoice": bill["invoice"],
        "billLineItems": [{"id": second["id"], "amount": 81}, {"amount": 5, "description": "New"}],
    }  # fmt: skip
    replaced = company.v3("PUT", f"bills/{bill['id']}", body).ok()
    ids = [line["id"] for line in replaced["billLineItems"]]
    assert ids[0] == second["id"]
    assert ids[1] not in {first["id"], second["id"]}
    assert replaced["amount"] == 86.0
    assert "description" not in replaced, "PUT clears what it leaves out"
    assert company.balanced()


def test_put_refuses_foreign_and_repeated_line_ids(company: Company) -> None:
    bill, other = company.bill(), company.bill()
    line, foreign = bill["billLineItems"][0]["id"], other["billLineItems"][0]["id"]
    body = {"vendorId": bill["vendorId"], "dueDate": "2026-04-11", "invoice": bill["invoice"]}
    for lines in ([{"id": foreign, "amount": 1}], [{"id": line, "amount": 1}, {"id": line, "amount": 1}]):
        assert company.v3("PUT", f"bills/{bill['id']}", body | {"billLineItems": lines}).status == 400


def test_patch_changes_a_line_by_id_and_adds_none(company: Company) -> None:
    bill = company.bill()
    line = bill["billLineItems"][0]
    patched = company.v3("PATCH", f"bills/{bill['id']}", {"billLineItems": [{"id": line["id"], "amount": 100}]}).ok()
    assert [item["id"] for item in patched["billLineItems"]] == [item["id"] for item in bill["billLineItems"]]
    assert patched["amount"] == 180.0
    assert company.v3("PATCH", f"bills/{bill['id']}", {"billLineItems": [{"amount": 1}]}).status == 400


def test_lists_page_forward_and_back_by_opaque_tokens(company: Company) -> None:
    vendor = company.vendor()
    made = [company.bill(vendor)["id"] for _ in range(5)]
    seen, pages, page = [], [], {}
    while True:
        answer = company.v3("GET", "bills", max=2, **page).ok()
        pages.append(answer)
        seen += [bill["id"] for bill in answer["results"]]
        if "nextPage" not in answer:
            break
        page = {"page": answer["nextPage"]}
    assert seen == made
    assert "prevPage" not in pages[0]
    back = company.v3("GET", "bills", max=2, page=pages[-1]["prevPage"]).ok()
    assert [bill["id"] for bill in back["results"]] == made[2:4]


def test_a_page_token_carries_its_filters_and_sort(company: Company) -> None:
    vendor, other = company.vendor(), company.vendor()
    made = [company.bill(vendor)["id"] for _ in range(3)]
    company.bill(other)
    first = company.v3("GET", "bills", max=2, filters=f"vendorId:eq:{vendor['id']}", sort="createdTime:desc").ok()
    rest = company.v3("GET", "bills", max=2, page=first["nextPage"]).ok()
    assert [bill["id"] for bill in first["results"] + rest["results"]] == made[::-1]


def test_filters_take_quotes_lists_times_and_prefixes(company: Company) -> None:
    a, b = company.vendor(name="Alpha, Inc."), company.vendor(name="Beta")
    assert _ids(company, 'name:sw:"Alpha, I"') == [a["id"]]
    assert _ids(company, f'id:in:"{a["id"]},{b["id"]}"') == [a["id"], b["id"]]
    assert _ids(company, f"id:in:{a['id']},{b['id']},archived:eq:false") == [a["id"], b["id"]]
    assert _ids(company, "updatedTime:gte:2026-03-01T12:30:15.250Z") == [a["id"], b["id"]]
    assert _ids(company, "createdTime:lt:2026-03-01") == []
    assert _ids(company, 'createdTime:gte:"2026-03-03T17:00"') == [a["id"], b["id"]]


def _ids(company: Company, filters: str) -> list[str]:
    return [vendor["id"] for vendor in company.v3("GET", "vendors", filters=filters).ok()["results"]]


def test_unknown_filters_operators_and_sizes_are_refused(company: Company) -> None:
    for query, code in (
        ({"filters": "shoeSize:eq:44"}, "BDC_1130"),
        ({"filters": "name:like:x"}, "BDC_1131"),
        ({"filters": "archived:gt:true"}, "BDC_1131"),
        ({"filters": "nonsense"}, "BDC_1129"),
        ({"filters": "createdTime:gte:yesterday"}, "BDC_1129"),
        ({"sort": "shoeSize"}, "BDC_1130"),
        ({"sort": "name:sideways"}, "BDC_1129"),
        ({"max": "0"}, "BDC_1129"),
        ({"max": "101"}, "BDC_1129"),
        ({"max": "ten"}, "BDC_1129"),
        ({"page": "forged"}, "BDC_1129"),
    ):
        reply = company.v3("GET", "vendors", **query)
        assert (reply.status, reply.codes) == (400, [code]), query


def test_chart_of_accounts_keeps_a_tree_without_cycles(company: Company) -> None:
    path = "classifications/chart-of-accounts"
    top = company.v3("POST", path, {"name": "Expenses", "account": {"type": "EXPENSE", "number": "6000"}}).ok(201)
    below = company.v3("POST", path, {"name": "Paper", "parentId": top["id"]}).ok(201)
    assert below["account"] == {"type": "UNSPECIFIED"}
    assert company.v3("PATCH", f"{path}/{top['id']}", {"parentId": below["id"]}).status == 400
    assert company.v3("POST", path, {"name": "Lost", "parentId": "0ca01AAAAAAAAAAA1abc"}).status == 404
    assert company.v3("PATCH", f"{path}/{below['id']}", {"name": "Fine paper"}).ok()["parentId"] == top["id"]


def test_an_archived_account_cannot_be_named_by_a_new_bill(company: Company) -> None:
    path = "classifications/chart-of-accounts"
    account = company.v3("POST", path, {"name": "Old"}).ok(201)
    company.v3("POST", f"{path}/{account['id']}/archive").ok()
    line = {"amount": 1, "classifications": {"chartOfAccountId": account["id"]}}
    body = {"vendorId": company.vendor()["id"], "dueDate": "2026-04-10", "billLineItems": [line]}
    reply = company.v3("POST", "bills", body | {"invoice": {"invoiceNumber": "1", "invoiceDate": "2026-03-01"}})
    assert reply.status == 422


def test_an_item_is_no_account_because_it_is_named_as_an_item_too(company: Company) -> None:
    item = company.v3("POST", "classifications/items", {"name": "Reams", "type": "SERVICE"}).ok(201)["id"]
    both = {"chartOfAccountId": item, "itemId": item}
    documents = {
        "bills": {
            "dueDate": "2026-04-10",
            "invoice": {"invoiceNumber": "1", "invoiceDate": "2026-03-01"},
            "billLineItems": [{"amount": 1, "classifications": {"itemId": item}}],
        },
        "vendor-credits": {
            "referenceNumber": "1",
            "creditDate": "2026-03-01",
            "vendorCreditLineItems": [{"amount": 1, "classifications": {"itemId": item}}],
        },
        "recurringbills": {
            "schedule": {"period": "MONTHLY", "frequency": 1, "nextDueDate": "2026-04-10", "daysInAdvance": 5},
            "recurringBillLineItems": [{"amount": 1, "classifications": {"itemId": item}}],
        },
    }
    vendor_id = company.vendor()["id"]
    for noun, body in documents.items():
        made = company.v3("POST", noun, {"vendorId": vendor_id} | body).ok(201)
        lines = next(name for name in body if name.endswith("LineItems"))
        on_another_line = [*body[lines], {"amount": 1, "classifications": {"chartOfAccountId": item}}]
        on_one_line = [{"amount": 1, "classifications": both}]
        for wrong in (on_one_line, on_another_line):
            reply = company.v3("POST", noun, {"vendorId": vendor_id} | body | {lines: wrong})
            assert (reply.status, reply.codes) == (404, ["BDC_1205"]), noun
        change = {lines: [{"id": made[lines][0]["id"], "classifications": both}]}
        assert company.v3("PATCH", f"{noun}/{made['id']}", change).status == 404, noun
    of_the_bill = {"vendorId": vendor_id, "classifications": both}
    assert company.v3("POST", "bills", documents["bills"] | of_the_bill).status == 404


def test_amounts_of_every_currency_are_found_and_sorted_as_they_are_shown(company: Company) -> None:
    amounts = {"USD": "100.50", "JPY": "100", "KWD": "100.125", "EUR": "5000.00", "KRW": "5001"}
    for currency, amount in amounts.items():
        company.bill(company.vendor(None, billCurrency=currency), amounts=(amount,))

    def listed(**query: str) -> list[float]:
        return [bill["amount"] for bill in company.v3("GET", "bills", **query).ok()["results"]]

    assert listed(filters="amount:eq:100") == [100]
    assert listed(filters="amount:eq:100.125") == [100.125]
    assert listed(filters="amount:gt:100.125") == [100.5, 5000, 5001]
    assert listed(filters="amount:ne:5000,amount:lte:5001") == [100.5, 100, 100.125, 5001]
    assert listed(sort="amount:asc") == [100, 100.125, 100.5, 5000, 5001]
    seen: list[float] = []
    page: dict[str, str] = {"sort": "amount:desc"}
    while page:
        answer = company.v3("GET", "bills", max=2, **page).ok()
        seen += [bill["amount"] for bill in answer["results"]]
        page = {"page": answer["nextPage"]} if "nextPage" in answer else {}
    assert seen == [5001, 5000, 100.5, 100.125, 100]


def test_bills_are_found_by_order_number_and_record_status(company: Company) -> None:
    vendor = company.vendor(None)
    with_order = company.bill(vendor, purchaseOrderNumber="PO-7")["id"]
    archived = company.bill(vendor)["id"]
    company.v3("POST", f"bills/{archived}/archive").ok()

    def listed(filters: str) -> list[str]:
        return [bill["id"] for bill in company.v3("GET", "bills", filters=filters).ok()["results"]]

    assert listed("purchaseOrderNumber:sw:PO") == [with_order]
    assert listed("purchaseOrderNumber:ne:PO-7") == [archived]
    assert listed("recordStatus:eq:INACTIVE") == [archived]
    assert listed('recordStatus:in:"ACTIVE,DRAFT"') == [with_order]
    assert company.v3("GET", "bills", filters="recordStatus:eq:GONE").codes == ["BDC_1129"]


def test_names_with_commas_are_found_in_quotes(company: Company) -> None:
    ids = [company.vendor(None, name=name)["id"] for name in ("Smith, Inc.", "Jones, Ltd.", "Smith")]
    assert _ids(company, 'name:eq:"Smith, Inc."') == ids[:1]
    assert _ids(company, 'name:in:"Smith, Inc.",Smith') == [ids[0], ids[2]]
    assert _ids(company, 'name:nin:"Smith, Inc.","Jones, Ltd.",archived:eq:false') == ids[2:]
    assert _ids(company, 'name:in:"Smith,Jones"') == ids[2:]
