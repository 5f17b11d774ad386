"""Vendor credits are approved as bills are: by hand, by policies, anew when they change (contract v2.md §5.5, §7)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wire.api import Company, Reply
from tests.wire.colleagues import colleague, user_id
from tests.wire.v2.talk import a_bill, create, data_of, error_of, listed, read, update


def call(who: Company, operation: str, credit: Any, **more: Any) -> Reply:
    return who.v2(operation, {"objectId": credit["id"], "entity": "VendorCredit"} | more)


def a_credit(company: Company, vendor_id: str, amount: float = 30) -> Any:
    return create(
        company, "VendorCredit", vendorId=vendor_id, refNumber="VC-1", creditDate="2026-03-01",
        vendorCreditLineItems=[{"amount": amount}],
    )  # fmt: skip


def status(company: Company, credit: Any) -> str:
    return read(company, "VendorCredit", credit["id"])["approvalStatus"]


def approvers(company: Company, credit: Any) -> list[tuple[str, int, str]]:
    found = data_of(call(company, "ListApprovers", credit))
    return [(one["usersId"], one["sortOrder"], one["status"]) for one in found]


def record_with(company: Company, bill: Any, credit: Any, amount: float = 10) -> Reply:
    """The whole bill paid elsewhere, but for what the credit takes of it."""
    return company.v2("RecordAPPayment", {
        "processDate": "2026-03-02", "toPrintCheck": False,
        "billPays": [{"billId": bill["id"], "amount": bill["amount"] - amount}],
        "billCredits": [{"billId": bill["id"], "vendorCreditId": credit["id"], "amount": amount}],
    })  # fmt: skip


@pytest.fixture
def vendor_id(company: Company) -> str:
    return create(company, "Vendor", name="Blue Kite Paper")["id"]


def test_approvers_of_a_credit_approve_in_their_order_and_then_it_can_be_used(company: Company, vendor_id: str) -> None:
    one, two = colleague(company, name="one"), colleague(company, name="two")
    bill, credit = a_bill(company, vendor_id, (50,)), a_credit(company, vendor_id)
    assert data_of(call(company, "SetApprovers", credit, approvers=[user_id(one), user_id(two)])) == {}
    assert status(company, credit) == "1"
    assert approvers(company, credit) == [(user_id(one), 0, "0"), (user_id(two), 1, "5")]
    assert error_of(call(two, "Approve", credit)) == "BDC_1119"
    data_of(call(one, "Approve", credit, comment="Goods are back"))
    assert status(company, credit) == "4"
    assert error_of(record_with(company, bill, credit)) == "BDC_1119"
    data_of(call(two, "Approve", credit))
    assert status(company, credit) == "3"
    assert data_of(record_with(company, bill, credit))["amount"] == 40
    shown = listed(company, "VendCreditApprover")
    assert [(one["vendorCreditId"], one["status"]) for one in shown] == [(credit["id"], "4")] * 2
    assert read(company, "VendCreditApprover", shown[0]["id"]) == shown[0]


def test_approvers_are_listed_without_saying_of_what_kind_of_document(company: Company, vendor_id: str) -> None:
    bill, credit = a_bill(company, vendor_id), a_credit(company, vendor_id)
    data_of(call(company, "SetApprovers", credit, approvers=[company.made["userId"]]))
    (shown,) = data_of(company.v2("ListApprovers", {"objectId": credit["id"]}))
    assert (shown["entity"], shown["vendorCreditId"]) == ("VendCreditApprover", credit["id"])
    assert data_of(company.v2("ListApprovers", {"objectId": bill["id"]})) == []


def test_a_denied_credit_is_not_used_until_its_approvers_are_cleared(company: Company, vendor_id: str) -> None:
    approver = colleague(company)
    bill, credit = a_bill(company, vendor_id, (50,)), a_credit(company, vendor_id)
    data_of(call(company, "SetApprovers", credit, approvers=[user_id(approver)]))
    data_of(call(approver, "Deny", credit))
    assert status(company, credit) == "5"
    assert error_of(record_with(company, bill, credit)) == "BDC_1119"
    data_of(call(company, "ClearApprovers", credit))
    assert (status(company, credit), approvers(company, credit)) == ("0", [])
    data_of(record_with(company, bill, credit))


def test_a_policy_for_credits_asks_for_large_ones_and_leaves_bills_alone(company: Company, vendor_id: str) -> None:
    approver = colleague(company)
    policy = create(company, "ApprovalPolicy", type="1", amountThreshold=20, minNumApprovers=1)
    create(company, "ApprovalPolicyApprover", approvalPolicyId=policy["id"], usersId=user_id(approver))
    assert (policy["type"], a_bill(company, vendor_id)["approvalStatus"]) == ("1", "0")
    assert company.v3("GET", "bill-approvals/policies").ok() == []
    small, large = a_credit(company, vendor_id, 20), a_credit(company, vendor_id, 20.01)
    assert (small["approvalStatus"], large["approvalStatus"]) == ("0", "1")
    assert approvers(company, large) == [(user_id(approver), 0, "0")]
    assert error_of(update(company, "ApprovalPolicy", policy["id"], type="0", minNumApprovers=1)) == "BDC_1119"


def test_a_credit_that_changes_is_approved_anew_and_one_that_is_deleted_by_nobody(
    company: Company, vendor_id: str
) -> None:
    approver = colleague(company)
    credit = a_credit(company, vendor_id)
    data_of(call(company, "SetApprovers", credit, approvers=[user_id(approver)]))
    data_of(call(approver, "Approve", credit))
    data_of(update(company, "VendorCredit", credit["id"], description="Other words"))
    assert status(company, credit) == "3"
    data_of(update(company, "VendorCredit", credit["id"], vendorCreditLineItems=[{"amount": 31}]))
    assert (status(company, credit), approvers(company, credit)) == ("1", [(user_id(approver), 0, "0")])
    assert data_of(company.v2("Crud/Delete/VendorCredit", {"id": credit["id"]}))["approvalStatus"] == "0"
    assert error_of(call(approver, "Approve", credit)) == "BDC_1119"


def test_a_bill_keeps_what_it_uses_of_a_credit_that_is_to_be_approved_anew(company: Company, vendor_id: str) -> None:
    approver, credit = colleague(company), a_credit(company, vendor_id)
    bill = company.v3("POST", "bills", {
        "vendorId": vendor_id, "dueDate": "2026-04-10", "billLineItems": [{"amount": 50}],
        "invoice": {"invoiceNumber": "1", "invoiceDate": "2026-03-01"},
        "vendorCredits": [{"id": credit["id"], "amount": 10}],
    }).ok(201)  # fmt: skip
    data_of(call(company, "SetApprovers", credit, approvers=[user_id(approver)]))
    assert company.v3("PUT", f"bills/{bill['id']}", bill).ok() == bill


def test_the_credits_of_an_approver_are_listed_with_their_vendors(company: Company, vendor_id: str) -> None:
    approver = colleague(company)
    first, second = a_credit(company, vendor_id), a_credit(company, vendor_id)
    for credit in (first, second):
        data_of(call(company, "SetApprovers", credit, approvers=[user_id(approver)]))
    asked = {"usersId": user_id(approver), "entity": "VendorCredit", "approvalType": "0", "marker": "", "max": 1}
    page = data_of(company.v2("ListUserApprovals", asked))
    (shown,) = page["approvals"]
    assert (shown["id"], shown["related"]) == (first["id"], {"vendorId": {"name": "Blue Kite Paper"}})
    assert list(shown)[-2:] == ["related", "vendorCreditLineItems"]
    following = data_of(company.v2("ListUserApprovals", asked | {"marker": page["marker"]}))
    assert [one["id"] for one in following["approvals"]] == [second["id"]]
    assert data_of(company.v2("ListUserApprovals", asked | {"entity": "Bill"}))["approvals"] == []
