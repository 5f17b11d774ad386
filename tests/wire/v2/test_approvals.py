"""ApprovalPolicy, its approvers, and what approvers do on v2 (contract v2.md §7)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wire.api import Api, Company
from tests.wire.colleagues import colleague, policy, user_id
from tests.wire.test_sync_tokens import make, session_of
from tests.wire.v2.talk import NULLID, a_bill, create, data_of, error_of, listed, message_of, read, update, where


def call(who: Company, operation: str, bill: Any, **more: Any) -> Any:
    return who.v2(operation, {"objectId": bill["id"], "entity": "Bill"} | more)


def approvers(who: Company, bill: Any) -> list[tuple[str, int, str]]:
    return [(one["usersId"], one["sortOrder"], one["status"]) for one in data_of(call(who, "ListApprovers", bill))]


def status(company: Company, bill: Any) -> str:
    return read(company, "Bill", bill["id"])["approvalStatus"]


def user_approvals(who: Company, type_: str, **more: Any) -> Any:
    data = {"usersId": user_id(who), "entity": "Bill", "approvalType": type_, "marker": ""} | more
    return data_of(who.v2("ListUserApprovals", data))


def test_approvers_set_by_hand_approve_in_their_order(company: Company) -> None:
    first, second = colleague(company, name="first"), colleague(company, name="second")
    bill = a_bill(company)
    assert bill["approvalStatus"] == "0"
    assert data_of(call(company, "SetApprovers", bill, approvers=[user_id(first), user_id(second)])) == {}
    assert status(company, bill) == "1"
    assert approvers(company, bill) == [(user_id(first), 0, "0"), (user_id(second), 1, "5")]
    assert error_of(call(second, "Approve", bill)) == "BDC_1119"
    assert data_of(call(first, "Approve", bill, comment="Fine")) == {}
    assert status(company, bill) == "4"
    assert error_of(call(first, "Approve", bill)) == "BDC_1119"
    assert data_of(call(second, "Approve", bill)) == {}
    assert status(company, bill) == "3"
    assert [one for _, _, one in approvers(company, bill)] == ["4", "4"]


def test_a_page_of_ones_approvals_is_full_while_there_are_more(company: Company) -> None:
    approver = colleague(company)
    vendor = create(company, "Vendor", name="Blue Kite Paper")["id"]
    made = [a_bill(company, vendor, dueDate=f"2026-04-{day:02}") for day in range(1, 8)]
    for bill in made:
        data_of(call(company, "SetApprovers", bill, approvers=[user_id(approver)]))
        data_of(call(approver, "Approve", bill))
    for bill in made[:3]:
        data_of(company.v2("Crud/Delete/Bill", {"id": bill["id"]}))

    def pages(**asked: Any) -> list[list[str]]:
        found, page = [], {"marker": "", "approvals": [None]}
        while page["approvals"]:
            page = user_approvals(approver, "1", max=2, marker=page["marker"], **asked)
            found.append([one["dueDate"][-2:] for one in page["approvals"]])
        return found

    assert pages() == [["04", "05"], ["06", "07"], []]
    assert pages(sort=[{"field": "dueDate", "asc": False}]) == [["05", "04"], ["07", "06"], []]
    late = where("dueDate", ">", "2026-04-05")
    assert pages(filters=[late]) == [["06", "07"], []]
    assert pages(filters=[where("vendorId", "!=", vendor)]) == [[]]


def test_a_denied_bill_is_started_anew_by_clearing_its_approvers(company: Company) -> None:
    approver = colleague(company)
    bill = a_bill(company)
    data_of(call(company, "SetApprovers", bill, approvers=[user_id(approver)]))
    assert data_of(call(approver, "Deny", bill, comment="Twice")) == {}
    assert status(company, bill) == "5"
    assert error_of(call(company, "SetApprovers", bill, approvers=[user_id(company)])) == "BDC_1119"
    assert data_of(call(company, "ClearApprovers", bill)) == {}
    assert (status(company, bill), approvers(company, bill)) == ("0", [])
    data_of(call(company, "SetApprovers", bill, approvers=[user_id(company)]))
    assert status(company, bill) == "1"
    # What was said stays to be read, as stale.
    of_bill = [where("billId", "=", bill["id"])]
    assert [(one["status"], one["isActive"]) for one in listed(company, "BillApprover", filters=of_bill)] == [
        ("6", "2"),
        ("0", "1"),
    ]


def test_the_next_bills_of_a_vendor_inherit_the_approvers_who_were_set_last(company: Company) -> None:
    one, two = colleague(company, name="one"), colleague(company, name="two")
    vendor_id = create(company, "Vendor", name="Blue Kite Paper")["id"]
    first = a_bill(company, vendor_id)
    data_of(call(company, "SetApprovers", first, approvers=[user_id(one), user_id(two)]))
    second = a_bill(company, vendor_id)
    assert second["approvalStatus"] == "1"
    assert approvers(company, second) == [(user_id(one), 0, "0"), (user_id(two), 1, "5")]
    assert a_bill(company)["approvalStatus"] == "0", "another vendor has approvers of its own"
    data_of(call(company, "SetApprovers", second, approvers=[user_id(two)]))
    on_v3 = company.bill({"id": vendor_id})
    assert approvers(company, on_v3) == [(user_id(two), 0, "0")]
    company.v3("POST", f"users/{user_id(two)}/archive").ok()
    assert a_bill(company, vendor_id)["approvalStatus"] == "0"


def test_clearing_the_approvers_of_a_bill_forgets_them_for_the_vendors_next_one(company: Company) -> None:
    approver = colleague(company)
    vendor_id = create(company, "Vendor", name="Blue Kite Paper")["id"]
    first = a_bill(company, vendor_id)
    data_of(call(company, "SetApprovers", first, approvers=[user_id(approver)]))
    data_of(call(company, "ClearApprovers", first))
    assert (status(company, first), a_bill(company, vendor_id)["approvalStatus"]) == ("0", "0")


def test_a_recurring_bill_inherits_the_approvers_of_its_vendor(company: Company) -> None:
    approver = colleague(company)
    vendor_id = create(company, "Vendor", name="Blue Kite Paper")["id"]
    data_of(call(company, "SetApprovers", a_bill(company, vendor_id), approvers=[user_id(approver)]))
    create(
        company, "RecurringBill", vendorId=vendor_id, timePeriod="2", frequencyPerTimePeriod=1,
        nextDueDate="2026-03-10", daysInAdvance=30, recurringBillLineItems=[{"amount": 19.99}],
    )  # fmt: skip
    company.advance(days=1)
    recurring = listed(company, "Bill")[-1]
    assert (recurring["amount"], approvers(company, recurring)) == (19.99, [(user_id(approver), 0, "0")])


def test_nobody_takes_a_policys_approvers_away(company: Company) -> None:
    approver, other = colleague(company), colleague(company, name="other")
    policy(company, approver)
    bill = a_bill(company)
    data_of(call(company, "SetApprovers", bill, approvers=[user_id(other)]))
    assert approvers(company, bill) == [(user_id(other), 0, "0"), (user_id(approver), 1, "5")]
    data_of(call(other, "Approve", bill))
    data_of(call(company, "ClearApprovers", bill))
    assert approvers(company, bill) == [(user_id(approver), 0, "0")]
    assert status(company, bill) == "1"


def test_who_was_set_by_hand_is_asked_again_when_the_bill_changes(company: Company) -> None:
    approver = colleague(company)
    bill = a_bill(company)
    data_of(call(company, "SetApprovers", bill, approvers=[user_id(approver)]))
    data_of(call(approver, "Approve", bill))
    kept = {name: bill[name] for name in ("vendorId", "invoiceNumber", "invoiceDate", "dueDate")}
    data_of(update(company, "Bill", bill["id"], **kept, description="Other words"))
    assert status(company, bill) == "3"
    data_of(update(company, "Bill", bill["id"], **kept, billLineItems=[{"entity": "BillLineItem", "amount": 500}]))
    assert (status(company, bill), approvers(company, bill)) == ("1", [(user_id(approver), 0, "0")])


def test_a_policy_of_v2_is_a_threshold_and_a_number(company: Company) -> None:
    one, two = colleague(company, name="one"), colleague(company, name="two")
    made = create(company, "ApprovalPolicy", type="0", amountThreshold=229.5, minNumApprovers=2, isActive="1")
    assert list(made) == [
        "entity", "id", "isActive", "type", "amountThreshold", "minNumApprovers", "createdTime", "updatedTime",
    ]  # fmt: skip
    assert (made["amountThreshold"], made["minNumApprovers"], made["isActive"]) == (229.5, 2, "1")
    assert a_bill(company)["approvalStatus"] == "0"
    bill = a_bill(company, amounts=(229.51,))
    # So many have to approve; until they are named it waits, and is not paid.
    assert (bill["approvalStatus"], approvers(company, bill)) == ("1", [])
    company.sign_in_as("PAYER")
    assert error_of(company.v2("PayBill", {"billId": bill["id"], "amount": 1})) == "BDC_1119"
    company.sign_in_as("ADMINISTRATOR")
    assert error_of(call(company, "SetApprovers", bill, approvers=[user_id(one)])) == "BDC_1119"
    data_of(call(company, "SetApprovers", bill, approvers=[user_id(one), user_id(two)]))
    data_of(call(one, "Approve", bill))
    data_of(call(two, "Approve", bill))
    assert status(company, bill) == "3"


def test_v3_shows_a_policy_of_v2_as_a_rule_and_the_other_way_round(company: Company) -> None:
    made = create(company, "ApprovalPolicy", amountThreshold=1000)
    (shown,) = company.v3("GET", "bill-approvals/policies").ok()
    (rule,) = shown["rules"]
    assert (rule["key"], rule["op"], rule["values"][0]["value"]) == ("BILL_AMOUNT", "gt", "1000")
    vendor = company.vendor()
    rules = [
        {"key": "VENDOR_ID", "op": "eq", "values": [vendor["id"]]},
        {"key": "BILL_AMOUNT", "op": "gte", "values": ["50"]},
    ]
    other = policy(company, company, rules=rules)
    (_, of_v3) = listed(company, "ApprovalPolicy")
    assert (of_v3["amountThreshold"], of_v3["minNumApprovers"]) == (50, 1)
    changed = data_of(update(company, "ApprovalPolicy", of_v3["id"], amountThreshold=70))
    assert changed["amountThreshold"] == 70
    after = next(one for one in company.v3("GET", "bill-approvals/policies").ok() if one["id"] == other["id"])
    assert [(one["key"], one["op"]) for one in after["rules"]] == [("BILL_AMOUNT", "gt"), ("VENDOR_ID", "eq")]
    assert made["id"] != of_v3["id"]


def test_a_policy_that_is_sent_back_by_v2_asks_for_as_many_approvers_as_before(company: Company) -> None:
    one, two = colleague(company, name="one"), colleague(company, name="two")
    policy(company, one, two)
    (shown,) = listed(company, "ApprovalPolicy")
    assert (shown["amountThreshold"], shown["minNumApprovers"]) == (0, 2)
    assert data_of(company.v2("Crud/Update/ApprovalPolicy", {"obj": shown})) == shown
    second = listed(company, "ApprovalPolicyApprover")[1]
    data_of(company.v2("Crud/Delete/ApprovalPolicyApprover", {"id": second["id"]}))
    bill = a_bill(company)
    data_of(call(one, "Approve", bill))
    assert status(company, bill) == "3"


def test_a_deleted_policy_stays_deleted(company: Company) -> None:
    made = create(company, "ApprovalPolicy", amountThreshold=1)
    assert data_of(company.v2("Crud/Delete/ApprovalPolicy", {"id": made["id"]}))["isActive"] == "2"
    assert data_of(company.v2("Crud/Delete/ApprovalPolicy", {"id": made["id"]}))["isActive"] == "2"
    assert error_of(company.v2("Crud/Undelete/ApprovalPolicy", {"id": made["id"]})) == "BDC_1119"
    assert error_of(update(company, "ApprovalPolicy", made["id"], amountThreshold=2)) == "BDC_1119"
    assert a_bill(company)["approvalStatus"] == "0"


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"amountThreshold": 1, "type": "2"},
        {"amountThreshold": -1},
        {"amountThreshold": 1, "minNumApprovers": 21},
    ],
)
def test_a_policy_without_sense_is_refused(embedded: Api, fields: dict[str, Any]) -> None:
    company = embedded.company()
    refused = company.v2("Crud/Create/ApprovalPolicy", {"obj": {"entity": "ApprovalPolicy"} | fields})
    assert error_of(refused) == ("BDC_1119" if fields else "BDC_1117")


def test_a_mandatory_approver_who_may_not_approve_is_told_by_the_field_that_named_them(company: Company) -> None:
    made, payer = create(company, "ApprovalPolicy", amountThreshold=1), colleague(company, "PAYER", "pay")
    named = {"entity": "ApprovalPolicyApprover", "approvalPolicyId": made["id"], "usersId": user_id(payer)}
    refused = company.v2("Crud/Create/ApprovalPolicyApprover", {"obj": named})
    assert message_of(refused) == "Invalid field,value: usersId, may not approve as PAYER"


def test_mandatory_approvers_of_a_policy_are_added_ordered_and_taken_away(company: Company) -> None:
    one, two = colleague(company, name="one"), colleague(company, name="two")
    payer = colleague(company, "PAYER", "pay")
    made = create(company, "ApprovalPolicy", amountThreshold=1)
    named = {"approvalPolicyId": made["id"]}
    first = create(company, "ApprovalPolicyApprover", **named, usersId=user_id(one))
    second = create(company, "ApprovalPolicyApprover", **named, usersId=user_id(two))
    assert (first["sortOrder"], second["sortOrder"], second["isActive"]) == (0, 1, "1")
    entity = "ApprovalPolicyApprover"
    nobody = "00601NOBODYNOBODY1ab"
    for wrong, code in ((user_id(one), "BDC_1119"), (user_id(payer), "BDC_1119"), (nobody, "BDC_1120")):
        obj = {"entity": entity, "usersId": wrong} | named
        assert error_of(company.v2(f"Crud/Create/{entity}", {"obj": obj})) == code
    unknown = {"entity": entity, "usersId": user_id(payer), "approvalPolicyId": "app01NOBODYNOBODY1ab"}
    assert error_of(company.v2(f"Crud/Create/{entity}", {"obj": unknown})) == "BDC_1120"
    data_of(update(company, entity, first["id"], sortOrder=5))
    assert error_of(update(company, entity, first["id"], usersId=user_id(payer))) == "BDC_1119"
    assert error_of(update(company, entity, first["id"], sortOrder=-1)) == "BDC_1119"
    assert [who for who, _, _ in approvers(company, a_bill(company))] == [user_id(two), user_id(one)]
    data_of(company.v2(f"Crud/Delete/{entity}", {"id": first["id"]}))
    assert [who for who, _, _ in approvers(company, a_bill(company))] == [user_id(two)]
    data_of(company.v2(f"Crud/Undelete/{entity}", {"id": first["id"]}))
    of_policy = [where("approvalPolicyId", "=", made["id"])]
    assert [one["isActive"] for one in listed(company, entity, filters=of_policy)] == ["1", "1"]


def test_a_groups_step_has_no_user_until_a_member_acts(company: Company) -> None:
    group = company.admin("POST", "approval-groups", {"name": "All", "userIds": [user_id(company)]}).ok(201)
    policy(company, group["id"])
    bill = a_bill(company)
    (step,) = listed(company, "BillApprover")
    assert (step["usersId"], step["billId"], step["status"]) == (NULLID, bill["id"], "0")
    assert approvers(company, bill) == [(user_id(company), 0, "0")]
    data_of(call(company, "Approve", bill))
    assert read(company, "BillApprover", step["id"])["usersId"] == user_id(company)


def test_the_bills_of_an_approver_are_listed_by_how_far_they_are(company: Company) -> None:
    one, two = colleague(company, name="one"), colleague(company, name="two")
    policy(company, one, two)
    vendor = create(company, "Vendor", name="Blue Kite Paper")
    bills = [a_bill(company, vendor["id"], amounts=(amount,)) for amount in (1, 2, 3)]
    data_of(call(one, "Approve", bills[0]))
    data_of(call(one, "Deny", bills[1]))
    found = {type_: [bill["id"] for bill in user_approvals(one, type_)["approvals"]] for type_ in "0123"}
    assert found == {"0": [bills[2]["id"]], "1": [bills[0]["id"]], "2": [bills[1]["id"]], "3": []}
    assert [bill["id"] for bill in user_approvals(two, "0")["approvals"]] == [bills[0]["id"]]
    assert [bill["id"] for bill in user_approvals(two, "3")["approvals"]] == [bills[1]["id"], bills[2]["id"]]
    (shown,) = user_approvals(one, "0")["approvals"]
    assert list(shown)[-2:] == ["related", "billLineItems"]
    assert shown["related"] == {"vendorId": {"name": "Blue Kite Paper"}}
    assert "billLineItems" not in user_approvals(one, "0", nested=False)["approvals"][0]


def test_a_marker_leads_through_the_bills_of_an_approver(embedded: Api) -> None:
    company = embedded.company()
    policy(company, company)
    vendor = create(company, "Vendor", name="Blue Kite Paper")
    bills = [a_bill(company, vendor["id"], amounts=(amount,))["id"] for amount in (1, 2, 3)]
    first = user_approvals(company, "0", max=2)
    assert [bill["id"] for bill in first["approvals"]] == bills[:2]
    rest = user_approvals(company, "0", max=2, marker=first["marker"])
    assert [bill["id"] for bill in rest["approvals"]] == bills[2:]
    end = user_approvals(company, "0", max=2, marker=rest["marker"])
    assert end == {"marker": rest["marker"], "approvals": []}
    sort = [{"field": "createdTime", "asc": False}]
    assert [bill["id"] for bill in user_approvals(company, "0", sort=sort)["approvals"]] == bills[::-1]
    company.v2("Crud/Delete/Bill", {"id": bills[0]}).ok()
    assert [bill["id"] for bill in user_approvals(company, "0")["approvals"]] == bills[1:]


@pytest.mark.parametrize(
    ("operation", "data", "code"),
    [
        ("Approve", {"entity": "Bill"}, "BDC_1108"),
        ("Approve", {"objectId": "00n01NOBODYNOBODY1ab"}, "BDC_1108"),
        ("Approve", {"objectId": "00n01NOBODYNOBODY1ab", "entity": "Bill"}, "BDC_1120"),
        ("Approve", {"objectId": "00n01NOBODYNOBODY1ab", "entity": "Unicorn"}, "BDC_1114"),
        ("Approve", {"objectId": "00n01NOBODYNOBODY1ab", "entity": ["Bill"]}, "BDC_1124"),
        ("Deny", {"objectId": "00n01NOBODYNOBODY1ab", "entity": "Bill", "comment": 1}, "BDC_1124"),
        ("SetApprovers", {"objectId": "00n01NOBODYNOBODY1ab", "entity": "Bill"}, "BDC_1117"),
        ("SetApprovers", {"objectId": "00n01NOBODYNOBODY1ab", "entity": "Bill", "approvers": "x"}, "BDC_1124"),
        ("SetApprovers", {"objectId": "00n01NOBODYNOBODY1ab", "entity": "Bill", "approvers": []}, "BDC_1119"),
        ("ClearApprovers", {"objectId": "00n01NOBODYNOBODY1ab", "entity": "Bill"}, "BDC_1120"),
        ("ListApprovers", {"objectId": "00n01NOBODYNOBODY1ab", "entity": "Bill"}, "BDC_1120"),
        ("ListUserApprovals", {"entity": "Bill", "approvalType": "0"}, "BDC_1108"),
    ],
)
def test_what_is_missing_or_wrong_is_named(embedded: Api, operation: str, data: dict[str, Any], code: str) -> None:
    assert error_of(embedded.company().v2(operation, data)) == code


def test_an_unknown_type_or_marker_is_refused(embedded: Api) -> None:
    company = embedded.company()
    data = {"usersId": user_id(company), "entity": "Bill", "approvalType": "0"}
    for wrong in ({"approvalType": "7"}, {"marker": "0ba01NOBODYNOBODY1ab|1"}, {"max": 1000}):
        assert error_of(company.v2("ListUserApprovals", data | wrong)) == "BDC_1129"


def test_a_sync_token_changes_no_approvers(embedded: Api) -> None:
    company = embedded.company()
    bill = a_bill(company)
    link = session_of(company, make(company))
    for operation in ("SetApprovers", "ClearApprovers", "Approve"):
        assert error_of(call(link, operation, bill, approvers=[user_id(company)])) == "BDC_1119"
    assert status(company, bill) == "0"


def test_a_policy_of_named_approvers_alone_is_made_without_a_number_of_them(company: Company) -> None:
    policy_id = create(company, "ApprovalPolicy", amountThreshold=100, minNumApprovers=0)["id"]
    assert status(company, a_bill(company)) == "1"
    me = user_id(company)
    create(company, "ApprovalPolicyApprover", approvalPolicyId=policy_id, usersId=me, sortOrder=0)
    assert read(company, "ApprovalPolicy", policy_id)["minNumApprovers"] == 1
    assert [row[0] for row in approvers(company, a_bill(company))] == [me]


@pytest.mark.parametrize("threshold", [-1, 100.005])
def test_a_threshold_that_is_no_amount_is_named_as_v2_names_it(company: Company, threshold: float) -> None:
    refused = company.v2("Crud/Create/ApprovalPolicy", {"obj": {"amountThreshold": threshold}})
    told = "Invalid field,value: amountThreshold, must be an amount of at least 0.00"
    assert (error_of(refused), message_of(refused)) == ("BDC_1119", told)


def test_a_decision_whose_comment_is_blank_has_no_comment(company: Company) -> None:
    bill, me = a_bill(company), user_id(company)
    data_of(call(company, "SetApprovers", bill, approvers=[me]))
    assert data_of(call(company, "Deny", bill, comment=" \n")) == {}
    assert status(company, bill) == "5"
    assert data_of(company.v2("ListMessage", {"objectId": bill["id"]})) == []


@pytest.mark.parametrize(("sent", "told"), [(True, "true"), ({"a": 1}, '{"a":1}'), ("x", "x")])
def test_a_wrong_parameter_is_told_as_it_was_sent(company: Company, sent: Any, told: str) -> None:
    data = {"usersId": user_id(company), "entity": "Bill", "approvalType": sent}
    assert message_of(company.v2("ListUserApprovals", data)) == f"Invalid parameter,value: approvalType, {told}"
    page = {"disbursementStatus": sent, "start": 0, "max": 1}
    assert message_of(company.v2("ListPayments", page)) == f"Invalid parameter,value: disbursementStatus, {told}"
