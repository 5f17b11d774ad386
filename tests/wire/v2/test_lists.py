"""v2 lists (contract v2.md §3)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from billfold.kit.query import Filter, Op
from billfold.wire.errors import InvalidParameter
from billfold.wire.v2.fields import Table, flag, money
from billfold.wire.v2.lists import read_query
from tests.wire.production import a_company, production
from tests.wire.v2.conftest import with_vintage
from tests.wire.v2.talk import NULLID, a_bill, create, data_of, error_of, listed, message_of, read, where

FIRST = "2026-03-03T17:00:00"


@pytest.fixture
def names(company):
    """Lists the names of the vendors that a request finds, of four made in this order."""
    for name in ("Ada", "Bob", "Cyd", "Dot"):
        vendor = create(company, "Vendor", name=name, isActive="2" if name == "Cyd" else "1")
        assert vendor["createdTime"].endswith(".000+0000")
        company.advance(hours=1)
    return lambda *filters, **data: "".join(
        vendor["name"][0] for vendor in listed(company, "Vendor", filters=list(filters), **data)
    )


def test_pages_go_by_position_in_the_order_of_creation(names, company):
    assert names() == "ABCD"
    assert names(start=1, max=2) == "BC"
    assert names(start="3", max="2") == "D"
    assert names(start=4) == ""
    for start, most in ((-1, 1), (0, 0), (0, 1000), (2**40, 1), (True, 1), ("x", 1), (0, 1.5), (0, [])):
        assert error_of(company.v2("List/Vendor", {"start": start, "max": most})) == "BDC_1129", (start, most)


@pytest.mark.parametrize(
    ("field", "op", "value", "found"),
    [
        ("isActive", "=", "1", "ABD"), ("isActive", "=", 2, "C"), ("isActive", "!=", "2", "ABD"),
        ("isActive", "in", "1,2", "ABCD"), ("isActive", "nin", "1", "C"),
        ("name", "=", "Bob", "B"), ("name", "!=", "Bob", "ACD"), ("name", "in", "Ada, Dot,Eve", "AD"),
        ("name", "<", "Cyd", "AB"), ("name", ">=", "Cyd", "CD"), ("name", "nin", "Ada", "BCD"),
        ("payBy", "=", "0", "ABCD"), ("payBy", "in", "1,2,5,6", ""),
        ("createdTime", "=", f"{FIRST}.000+0000", "A"), ("createdTime", ">", f"{FIRST}.000+0000", "BCD"),
        ("createdTime", ">=", f"{FIRST}Z", "ABCD"), ("createdTime", "<=", f"{FIRST}.999Z", "A"),
        ("createdTime", "<", "2026-03-03T20:00:00.000+0100", "AB"), ("createdTime", ">", "2026-03-04", ""),
        ("createdTime", "<", "2026-03-04", "ABCD"), ("createdTime", "!=", f"{FIRST}.000 0000", "BCD"),
        ("createdTime", "in", f"{FIRST}Z,2026-03-03T19:00:00Z", "AC"), ("createdTime", "nin", f"{FIRST}Z", "BCD"),
        ("createdTime", "!=", f"{FIRST}.500Z", "ABCD"),
        ("accountType", "=", "0", "ABCD"), ("accountType", "!=", "0", ""),
    ],
)  # fmt: skip
def test_each_operator_finds_what_it_says(names, field, op, value, found):
    assert names(where(field, op, value)) == found


def test_filters_are_anded_and_ids_can_be_listed(names, company):
    ids = {vendor["name"]: vendor["id"] for vendor in listed(company, "Vendor")}
    assert names(where("id", "in", f"{ids['Ada']},{ids['Dot']}"), where("isActive", "=", "1")) == "AD"
    assert names(where("id", "=", ids["Bob"])) == "B"
    assert names(where("id", "nin", ids["Bob"])) == "ACD"


def test_sorts_go_both_ways_and_may_be_several(names):
    assert names(sort=[{"field": "name", "asc": False}]) == "DCBA"
    assert names(sort=[{"field": "createdTime", "asc": "false"}]) == "DCBA"
    assert names(sort=[{"field": "name"}], start=2) == "CD"
    assert names(sort=[{"field": "isActive", "asc": True}, {"field": "name", "asc": "false"}]) == "DBAC"


@pytest.mark.parametrize(
    ("op", "value", "found"),
    [
        ("=", NULLID, "ABCD"), ("=", "", "ABCD"), ("!=", NULLID, ""), ("in", f"{NULLID},00901x", "ABCD"),
        ("=", "00901QQQQQQQQQQQzzzz", ""), ("!=", "00901QQQQQQQQQQQzzzz", "ABCD"), ("nin", NULLID, ""),
    ],
)  # fmt: skip
def test_vendors_that_were_not_merged_are_all_vendors(names, op, value, found):
    assert names(where("mergedIntoId", op, value), sort=[{"field": "mergedIntoId", "asc": False}]) == found


def test_dates_that_no_account_has_are_never_before_or_after(company):
    def found(op):
        return [
            one["id"] for one in listed(company, "BankAccount", filters=[where("dateEstablished", op, "2026-01-01")])
        ]

    assert found("<") == found(">=") == found("=") == []
    assert found("!=") == [company.bank_account_id]


def test_a_refused_filter_is_told_as_it_was_sent(company):
    for value, said in ((None, "null"), (["1", 2], '["1",2]'), (True, "true")):
        reply = company.v2("List/Vendor", {"filters": [where("isActive", "=", value)]})
        assert message_of(reply) == f"Invalid parameter,value: isActive, {said}"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"filters": [where("description", "=", "x")]}, "BDC_1130"),
        ({"filters": [where("nonsense", "=", "x")]}, "BDC_1130"),
        ({"filters": [where(None, "=", "x")]}, "BDC_1130"),
        ({"sort": [{"field": "track1099", "asc": True}]}, "BDC_1130"),
        ({"filters": [where("name", "sw", "x")]}, "BDC_1131"),
        ({"filters": [where("name", None, "x")]}, "BDC_1131"),
        ({"filters": [where("isActive", "<", "2")]}, "BDC_1131"),
        ({"filters": [where("updatedTime", "in", "2026-01-01,soon")]}, "BDC_1129"),
        ({"nested": "perhaps"}, "BDC_1129"),
        ({"showAudit": 7}, "BDC_1129"),
        ({"filters": [where("isActive", "=", "3")]}, "BDC_1129"),
        ({"filters": [where("isActive", "=", None)]}, "BDC_1129"),
        ({"filters": [where("updatedTime", ">", "yesterday")]}, "BDC_1129"),
        ({"filters": [where("name", "in", "x," * 300)]}, "BDC_1129"),
        ({"filters": [where("name", "=", "x")] * 30}, "BDC_1129"),
        ({"filters": "x"}, "BDC_1129"),
        ({"filters": ["x"]}, "BDC_1129"),
        ({"sort": [{"field": "name", "asc": "up"}]}, "BDC_1129"),
    ],
)  # fmt: skip
def test_a_wrong_list_is_refused_with_its_code(company, data, code):
    assert error_of(company.v2("List/Vendor", data)) == code


def test_bills_are_listed_with_their_lines_by_date_status_and_vendor(company):
    vendor = company.vendor()
    unpaid = a_bill(company, vendor["id"], dueDate="2026-04-01")
    paying = company.bill(vendor)
    company.pay(paying).ok(201)
    assert listed(company, "Bill") == [read(company, "Bill", own_id) for own_id in (unpaid["id"], paying["id"])]

    def found(*filters):
        return [bill["id"] for bill in listed(company, "Bill", filters=list(filters))]

    assert found(where("paymentStatus", "=", "1")) == [unpaid["id"]]
    assert found(where("paymentStatus", "=", "4")) == [paying["id"]]
    assert found(where("paymentStatus", "=", "5")) == []
    assert found(where("approvalStatus", "in", "0,3"), where("dueDate", "<=", "2026-04-01")) == [unpaid["id"]]
    assert found(where("vendorId", "=", vendor["id"]), where("invoiceDate", "=", "2026-03-01")) == [
        unpaid["id"], paying["id"],
    ]  # fmt: skip
    assert found(where("payFromBankAccountId", "!=", NULLID)) == (
        [paying["id"]] if read(company, "Bill", paying["id"])["payFromBankAccountId"] != NULLID else []
    )
    assert unpaid["id"] in found(where("payFromBankAccountId", "=", NULLID))
    # A bill that banks work on is still "scheduled".
    company.advance(hours=30)
    assert found(where("paymentStatus", "!=", "1")) == [paying["id"]]
    assert error_of(company.v2("List/Bill", {"filters": [where("dueDate", "=", "04/01/2026")]})) == "BDC_1129"
    assert error_of(company.v2("List/Bill", {"filters": [where("amount", "=", "1")]})) == "BDC_1130"


def test_enums_sort_by_the_codes_that_they_show(company):
    vendor = company.vendor()
    banked, scheduled, unpaid = company.bill(vendor), company.bill(vendor), company.bill(vendor)
    company.pay(banked).ok(201)
    company.advance(hours=30)
    paid = company.bill(vendor)
    record = {"processDate": "2026-03-02", "toPrintCheck": False, "billPays": [{"billId": paid["id"], "amount": 229.5}]}
    data_of(company.v2("RecordAPPayment", record))
    company.pay(scheduled).ok(201)

    def found(**sort):
        bills = listed(company, "Bill", sort=[{"field": "paymentStatus"} | sort, {"field": "createdTime", "asc": True}])
        return [(bill["paymentStatus"], bill["id"]) for bill in bills]

    wanted = [("0", paid["id"]), ("1", unpaid["id"]), ("4", banked["id"]), ("4", scheduled["id"])]
    assert found() == wanted
    assert found(asc=False) == [*wanted[2:], wanted[1], wanted[0]]
    for name, kind in (("Income", "9"), ("Bank", "3"), ("Stock", "12"), ("None", "0")):
        create(company, "ChartOfAccount", name=name, accountType=kind)
    accounts = listed(company, "ChartOfAccount", sort=[{"field": "accountType"}])
    assert [int(one["accountType"]) for one in accounts] == sorted(int(one["accountType"]) for one in accounts)
    assert {one["accountType"] for one in accounts} >= {"0", "3", "9", "12"}


def test_every_list_can_be_sorted_by_all_that_it_can_be_filtered_by(company):
    paths = (operation.path for operation in company.api.operations)
    entities = [path[len("/api/v2/List/") : -len(".json")] for path in paths if path.startswith("/api/v2/List/")]
    assert len(entities) > 20
    for entity, described in data_of(company.v2("GetEntityMetadata", {"entity": entities})).items():
        for name, field in described["fields"].items():
            if field["filterable"]:
                for ascending in (True, False):
                    listed(company, entity, sort=[{"field": name, "asc": ascending}])


def test_accounts_that_have_no_type_or_parent_are_found_by_zeros(company):
    made = company.v3("POST", "classifications/chart-of-accounts", {"name": "Untyped"}).ok(201)
    child = create(company, "ChartOfAccount", name="Child", accountType="7", parentChartOfAccountId=made["id"])

    def found(*filters):
        return {account["name"] for account in listed(company, "ChartOfAccount", filters=list(filters))}

    house = {"Money Out Clearing", "Money In Clearing"}
    assert found(where("accountType", "=", "0")) - house == {"Untyped"}
    assert found(where("accountType", "nin", "0,3")) == {"Child"}
    assert found(where("accountType", "!=", "7")) - house == {"Untyped"}
    assert found(where("parentChartOfAccountId", "=", NULLID)) - house == {"Untyped"}
    assert found(where("parentChartOfAccountId", "!=", NULLID)) == {"Child"}
    assert found(where("parentChartOfAccountId", "!=", child["id"])) - house == {"Untyped", "Child"}
    assert found(where("parentChartOfAccountId", "in", f"{NULLID},{made['id']}")) - house == {"Untyped", "Child"}


def test_lines_are_left_out_when_nested_is_false(company):
    bill = a_bill(company)
    for nested in (True, "true", 1, None, ""):
        assert listed(company, "Bill", nested=nested) == [bill]
    without = {name: value for name, value in bill.items() if name != "billLineItems"}
    for nested in (False, "false", "0"):
        assert listed(company, "Bill", nested=nested) == [without]


@pytest.mark.parametrize("vintage", ["2021", "2024"])
def test_an_audited_list_shows_who_made_each_object(company, vintage):
    a_bill(company)
    company = with_vintage(company, vintage)
    for entity in ("Bill", "Vendor"):
        [plain], [audited] = listed(company, entity), listed(company, entity, showAudit="true")
        assert audited == plain | {"createdBy": company.made["userId"]}
        assert list(audited)[list(audited).index("updatedTime") + 1] == "createdBy"
    house = listed(company, "ChartOfAccount", showAudit=True)
    assert {account["createdBy"] for account in house} == {company.made["userId"]}


@pytest.mark.parametrize("entity", ["User", "ChartOfAccount"])
def test_what_no_user_made_was_made_by_the_system_user(entity):
    with production() as api:
        house = listed(a_company(api), entity, showAudit=True)
        assert {one["createdBy"] for one in house} == {"syu01SYSTEMUSER00001"}


def test_booleans_and_amounts_are_filtered_by_where_a_table_says_so():
    """No entity of today does; SentPay will (contract v2.md §5.7)."""
    table = Table("X", flag("isOnline", "is_online", filterable=True), money("amount", "amount_minor", filterable=True))

    def filters(field, op, value):
        return read_query(table, {"filters": [where(field, op, value)]}).filters[0]

    for value in (True, "true", "1", 1):
        assert filters("isOnline", "=", value) == Filter("is_online", Op.IN, (True,))
    for value in ("100.5", Decimal("100.50"), "100.50"):
        assert filters("amount", ">", value) == Filter("amount_minor", Op.GT, 100_500, amount=True)
    for field, value in (("isOnline", "perhaps"), ("amount", "ten"), ("amount", "1.0005")):
        with pytest.raises(InvalidParameter):
            filters(field, "=", value)
