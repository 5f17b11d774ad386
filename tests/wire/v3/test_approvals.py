"""Approval policies and approving on v3 (contract: payables §5, §2.2, §2.4)."""

from __future__ import annotations

import pytest

from tests.wire.api import Api, Company
from tests.wire.colleagues import act, approvers_of, bill_now, colleague, pending, policy, rule, status_of, user_id


@pytest.fixture
def clerk_free(embedded: Api) -> Company:
    """A company on the embedded database, where both would show the same."""
    return embedded.company()


def messages_of(reply: object) -> list[str]:
    return [error["message"] for error in reply.json]  # type: ignore[attr-defined]


def test_a_policy_is_made_listed_replaced_and_deleted_for_good(company: Company) -> None:
    approver = colleague(company)
    vendor = company.vendor()
    made = policy(company, approver, name="Paper", rules=[rule("VENDOR_ID", "in", vendor["id"])])
    assert made["id"].startswith(f"{company.made['organizationId']}-")
    assert made == {
        "id": made["id"],
        "policyName": "Paper",
        "status": "ACTIVE",
        "rules": [
            {"key": "VENDOR_ID", "op": "in", "values": [{"value": vendor["id"], "displayName": "Blue Kite Paper"}]}
        ],
        "approvers": {"users": [{"userId": user_id(approver), "fullName": "Clark Bee"}], "groups": []},
    }
    path = f"bill-approvals/policies/{made['id']}"
    body = {"policyName": "Large", "rules": [rule("BILL_AMOUNT", "gte", "10")], "approvers": [user_id(company)]}
    replaced = company.v3("PUT", path, body).ok()
    assert (replaced["id"], replaced["policyName"]) == (made["id"], "Large")
    assert company.v3("GET", "bill-approvals/policies").ok() == [replaced]
    assert company.v3("DELETE", path).ok() == {"status": "SUCCESS"}
    assert company.v3("GET", "bill-approvals/policies").ok() == []
    for method, sent in (("DELETE", None), ("PUT", body)):
        gone = company.v3(method, path, sent)
        assert (gone.status, gone.codes) == (404, ["BDC_1205"])


def test_the_guides_path_makes_policies_too(clerk_free: Company) -> None:
    body = {"policyName": "All", "rules": [], "approvers": [user_id(clerk_free)]}
    made = clerk_free.v3("POST", "bill-approvals", body).ok(201)
    assert clerk_free.v3("GET", "bill-approvals/policies").ok() == [made]


def test_another_organizations_policy_is_an_unknown_one(embedded: Api) -> None:
    ours, theirs = embedded.company(), embedded.company()
    made = policy(theirs, theirs)
    uuid = made["id"].split("-", 1)[1]
    for policy_id in (made["id"], f"{ours.made['organizationId']}-{uuid}", uuid, "nothing"):
        answer = ours.v3("DELETE", f"bill-approvals/policies/{policy_id}")
        assert (answer.status, answer.codes) == (404, ["BDC_1205"])
    assert len(theirs.v3("GET", "bill-approvals/policies").ok()) == 1


def test_every_wrong_word_of_a_policy_is_named_at_once(clerk_free: Company) -> None:
    company = clerk_free
    payer = colleague(company, "PAYER", "pay")
    department = company.v3("POST", "classifications/departments", {"name": "Office"}).ok(201)["id"]
    rules = [
        rule("SHOE_SIZE", "eq", "43"),
        rule("BILL_AMOUNT", "in", "1"),
        rule("BILL_AMOUNT", "gte", "much"),
        rule("BILL_AMOUNT", "gte", "1", "2"),
        rule("VENDOR_ID", "gte", "x"),
        rule("BILL_AMOUNT", "gte", "-1"),
        rule("BILL_AMOUNT", "gte", "NaN"),
        rule("BILL_AMOUNT", "gte", "1_000"),
        rule("BILL_AMOUNT", "gte", "\uff11"),
        rule("BILL_AMOUNT", "gte", "1.001"),
        rule("LOCATION_ID", "in"),
    ]
    refused = company.v3(
        "POST", "bill-approvals/policies", {"policyName": "x", "rules": rules, "approvers": [user_id(company)]}
    )
    assert refused.status == 400
    assert [text.split(":")[0] for text in messages_of(refused)] == [
        "rules[0].key", "rules[1].op", "rules[2].values[0]", "rules[3].values", "rules[4].op", "rules[5].values[0]",
        "rules[6].values[0]", "rules[7].values[0]", "rules[8].values[0]", "rules[9].values[0]", "rules[10].values",
    ]  # fmt: skip
    ids = [rule("VENDOR_ID", "eq", department), rule("DEPARTMENT_ID", "in", department, "0de01NOBODYNOBODY1abc")]
    refused = company.v3("POST", "bill-approvals/policies", {"policyName": "x", "rules": ids, "approvers": ["x"]})
    assert (refused.status, refused.codes) == (404, ["BDC_1205"] * 2)
    assert messages_of(refused) == [
        f"There is no vendor with the id {department}.",
        "There is no department with the id 0de01NOBODYNOBODY1abc.",
    ]
    people = [user_id(payer), "00601NOBODYNOBODY1ab"]
    refused = company.v3("POST", "bill-approvals/policies", {"policyName": " ", "rules": [], "approvers": people})
    assert messages_of(refused) == ["policyName: must have 1 to 100 characters"]
    refused = company.v3("POST", "bill-approvals/policies", {"policyName": "x", "rules": [], "approvers": people})
    assert (refused.status, refused.codes) == (404, ["BDC_1119", "BDC_1205"])
    assert messages_of(refused) == [
        "approvers[0]: may not approve as PAYER",
        "There is no user with the id 00601NOBODYNOBODY1ab.",
    ]
    for approvers in ([], [user_id(company)] * 2):
        body = {"policyName": "x", "rules": [], "approvers": approvers}
        assert company.v3("POST", "bill-approvals/policies", body).codes == ["BDC_1119"]
    assert company.v3("GET", "bill-approvals/policies").ok() == []


def test_approvers_approve_in_their_order_and_then_the_bill_can_be_paid(company: Company) -> None:
    first, second = colleague(company, name="first"), colleague(company, "ACCOUNTANT", "second")
    policy(company, first, second)
    bill = company.bill(billApprovals=True)
    assert bill["approvalStatus"] == "ASSIGNED"
    assert [one | {"statusChangedTime": ""} for one in bill["approvers"]] == [
        {"userId": user_id(first), "status": "WAITING", "approverOrder": 0, "statusChangedTime": ""},
        {"userId": user_id(second), "status": "WAITING", "approverOrder": 1, "statusChangedTime": ""},
    ]
    assert (pending(first), pending(second)) == ([bill["id"]], [])
    early = act(second, bill)
    assert (early.status, early.codes) == (403, ["BDC_1119"])
    assert act(first, bill, comment="Fine").ok() == {"status": "SUCCESS"}
    assert status_of(company, bill) == "APPROVING"
    unpaid = company.pay(bill)
    assert (unpaid.status, unpaid.codes) == (422, ["BDC_1119"])
    assert (pending(first), pending(second)) == ([], [bill["id"]])
    act(second, bill).ok()
    assert status_of(company, bill) == "APPROVED"
    assert [status for _, status, _ in approvers_of(company, bill)] == ["APPROVED", "APPROVED"]
    company.pay(bill).ok(201)


def test_only_the_assigned_approver_acts_and_only_once(company: Company) -> None:
    approver, other = colleague(company, name="first"), colleague(company, name="other")
    policy(company, approver)
    bill = company.bill()
    stranger = act(other, bill)
    assert (stranger.status, stranger.codes) == (403, ["BDC_1119"])
    administrator = act(company, bill)
    assert (administrator.status, administrator.codes) == (403, ["BDC_1119"])
    act(approver, bill).ok()
    for action in ("APPROVE", "DENY"):
        again = act(approver, bill, action)
        assert (again.status, again.codes) == (422, ["BDC_1119"])
    assert status_of(company, bill) == "APPROVED"


def test_one_denial_denies_and_needs_no_comment(company: Company) -> None:
    first, second = colleague(company, name="first"), colleague(company, name="second")
    policy(company, first, second)
    bill = company.bill()
    act(first, bill, "DENY").ok()
    assert status_of(company, bill) == "DENIED"
    assert (pending(first), pending(second)) == ([], [])
    assert act(second, bill).status == 403
    unpaid = company.pay(bill)
    assert (unpaid.status, unpaid.codes) == (422, ["BDC_1119"])


def test_a_comment_is_kept_for_the_administration(clerk_free: Company) -> None:
    company = clerk_free
    policy(company, company)
    bill = company.bill()
    too_long = act(company, bill, "DENY", comment="x" * 1001)
    assert (too_long.status, too_long.codes) == (400, ["BDC_1119"])
    act(company, bill, "DENY", comment="Not ours").ok()
    shown = company.admin("GET", f"bill-approvals/{bill['id']}").ok()
    assert shown["approvalStatus"] == "DENIED"
    assert [(one["status"], one["comment"]) for one in shown["approvers"]] == [("DENIED", "Not ours")]


def test_any_one_member_of_a_group_is_enough(company: Company) -> None:
    one, two, late = (colleague(company, name=name) for name in ("one", "two", "late"))
    group = company.admin("POST", "approval-groups", {"name": "Owners", "userIds": [user_id(one), user_id(two)]}).ok(
        201
    )
    made = policy(company, group["id"])
    assert made["approvers"]["groups"] == [
        {
            "groupId": group["id"],
            "groupName": "Owners",
            "users": [{"id": user_id(who), "fullName": "Clark Bee"} for who in (one, two)],
        }
    ]
    bill, second = company.bill(), company.bill()
    assert approvers_of(company, bill) == [(user_id(one), "WAITING", 0), (user_id(two), "WAITING", 0)]
    assert pending(one) == pending(two) == [bill["id"], second["id"]]
    act(two, bill).ok()
    assert approvers_of(company, bill) == [(user_id(two), "APPROVED", 0)]
    assert act(one, bill).status == 403
    # Who is in the group counts when somebody acts.
    company.admin("PATCH", f"approval-groups/{group['id']}", {"userIds": [user_id(late)]}).ok()
    assert act(one, second).status == 403
    act(late, second).ok()
    assert status_of(company, second) == "APPROVED"


def test_a_person_counts_once_even_as_a_member_of_a_later_group(clerk_free: Company) -> None:
    company = clerk_free
    one, two = colleague(company, name="one"), colleague(company, name="two")
    group = company.admin("POST", "approval-groups", {"name": "All", "userIds": [user_id(one), user_id(two)]}).ok(201)
    policy(company, one, group["id"])
    bill = company.bill()
    act(one, bill).ok()
    assert act(one, bill).status == 422
    act(two, bill).ok()
    assert status_of(company, bill) == "APPROVED"


def test_all_policies_that_match_ask_their_approvers_in_order_without_repeats(clerk_free: Company) -> None:
    company = clerk_free
    one, two, three = (colleague(company, name=name) for name in ("one", "two", "three"))
    policy(company, one, two, name="first", rules=[rule("BILL_AMOUNT", "gt", "100")])
    policy(company, three, name="never", rules=[rule("BILL_AMOUNT", "gt", "100"), rule("BILL_AMOUNT", "lt", "200")])
    policy(company, two, three, name="last", rules=[rule("BILL_AMOUNT", "gte", "229.50")])
    bill = company.bill()
    assert [who for who, _, _ in approvers_of(company, bill)] == [user_id(one), user_id(two), user_id(three)]


@pytest.mark.parametrize(
    ("rules", "matches"),
    [
        ([], True),
        ([rule("BILL_AMOUNT", "eq", "229.5")], True),
        ([rule("BILL_AMOUNT", "gt", "229.50")], False),
        ([rule("BILL_AMOUNT", "gte", "229.50")], True),
        ([rule("BILL_AMOUNT", "lt", "229.50")], False),
        ([rule("BILL_AMOUNT", "lte", "229.50")], True),
        ([rule("BILL_AMOUNT", "gte", "100"), rule("BILL_AMOUNT", "lt", "200")], False),
        ([rule("BILL_AMOUNT", "gte", "200"), rule("BILL_AMOUNT", "lt", "300")], True),
    ],
)
def test_a_rule_on_the_amount_matches_the_bills_that_it_says(
    embedded: Api, rules: list[dict[str, object]], matches: bool
) -> None:
    company = embedded.company()
    policy(company, company, rules=rules)
    assert company.bill()["approvalStatus"] == ("ASSIGNED" if matches else "UNASSIGNED")


_PATHS = {
    "CHART_OF_ACCOUNT_ID": ("chart-of-accounts", "chartOfAccountId"),
    "ACCOUNTING_CLASS_ID": ("accounting-classes", "accountingClassId"),
    "DEPARTMENT_ID": ("departments", "departmentId"),
    "LOCATION_ID": ("locations", "locationId"),
    "ITEM_ID": ("items", "itemId"),
    "JOB_ID": ("jobs", "jobId"),
    "EMPLOYEE_ID": ("employees", "employeeId"),
    "CUSTOMER_ID": (None, "customerId"),
}


def _named(company: Company, key: str) -> str:
    path, _ = _PATHS[key]
    if path is None:
        return company.v3("POST", "customers", {"name": "Harbor", "email": "ar@harbor.example"}).ok(201)["id"]
    body = {"name": "North", "firstName": "North"} | ({"type": "SERVICE"} if key == "ITEM_ID" else {})
    return company.v3("POST", f"classifications/{path}", body).ok(201)["id"]


@pytest.mark.parametrize("key", _PATHS)
@pytest.mark.parametrize("op", ["eq", "in"])
def test_a_rule_matches_what_a_bill_or_any_of_its_lines_names(embedded: Api, key: str, op: str) -> None:
    company = embedded.company()
    named, field = _named(company, key), _PATHS[key][1]
    policy(company, company, rules=[rule(key, op, named)])
    lines = [{"amount": 1}, {"amount": 2, "classifications": {field: named}}]
    assert company.bill(billLineItems=lines)["approvalStatus"] == "ASSIGNED"
    assert company.bill()["approvalStatus"] == "UNASSIGNED"
    if key not in {"JOB_ID", "EMPLOYEE_ID", "CUSTOMER_ID"}:
        assert company.bill(classifications={field: named})["approvalStatus"] == "ASSIGNED"


def test_a_change_of_what_was_approved_asks_again(company: Company) -> None:
    approver = colleague(company)
    policy(company, approver)
    bill = company.bill()
    act(approver, bill).ok()
    path = f"bills/{bill['id']}"
    company.v3("PATCH", path, {"description": "Other words", "dueDate": "2026-04-11"}).ok()
    assert status_of(company, bill) == "APPROVED"
    line = bill["billLineItems"][0]["id"]
    changed = company.v3("PATCH", path, {"billLineItems": [{"id": line, "amount": 900}], "billApprovals": True}).ok()
    assert changed["approvalStatus"] == "ASSIGNED"
    assert [one["status"] for one in changed["approvers"]] == ["WAITING"]
    assert company.pay(changed).status == 422
    act(approver, bill, amount=980).ok()
    department = company.v3("POST", "classifications/departments", {"name": "Office"}).ok(201)["id"]
    company.v3("PATCH", path, {"classifications": {"departmentId": department}}).ok()
    assert status_of(company, bill) == "ASSIGNED"
    act(approver, bill).ok()
    company.v3("PATCH", path, {"vendorId": company.vendor()["id"]}).ok()
    assert status_of(company, bill) == "ASSIGNED"


def test_a_change_can_need_more_approvers_or_none(clerk_free: Company) -> None:
    company = clerk_free
    approver = colleague(company)
    policy(company, approver, rules=[rule("BILL_AMOUNT", "gte", "500")])
    bill = company.bill()
    assert bill["approvalStatus"] == "UNASSIGNED"
    lines = [{"id": bill["billLineItems"][0]["id"], "amount": 600}]
    path = f"bills/{bill['id']}"
    assert company.v3("PATCH", path, {"billLineItems": lines}).ok()["approvalStatus"] == "ASSIGNED"
    assert company.v3("PATCH", path, {"billLineItems": [lines[0] | {"amount": 1}]}).ok()["approvalStatus"] == (
        "UNASSIGNED"
    )
    assert pending(approver) == []


def test_coding_a_bill_anew_that_is_being_paid_asks_nobody(clerk_free: Company) -> None:
    company = clerk_free
    policy(company, company)
    bill = company.bill()
    act(company, bill).ok()
    company.pay(bill).ok(201)
    department = company.v3("POST", "classifications/departments", {"name": "Office"}).ok(201)["id"]
    company.v3("PATCH", f"bills/{bill['id']}", {"classifications": {"departmentId": department}}).ok()
    assert status_of(company, bill) == "APPROVED"


def test_an_archived_bill_waits_for_nobody_and_a_restored_one_is_asked_for_anew(company: Company) -> None:
    approver = colleague(company)
    policy(company, approver)
    waiting, approved = company.bill(), company.bill()
    act(approver, approved).ok()
    for bill in (waiting, approved):
        company.v3("POST", f"bills/{bill['id']}/archive").ok()
    assert (status_of(company, waiting), status_of(company, approved)) == ("UNASSIGNED", "APPROVED")
    assert pending(approver) == []
    late = act(approver, waiting)
    assert (late.status, late.codes) == (422, ["BDC_1119"])
    for bill in (waiting, approved):
        restored = company.v3("POST", f"bills/{bill['id']}/restore").ok()
        assert restored["approvalStatus"] == "ASSIGNED"
    assert pending(approver) == [waiting["id"], approved["id"]]


def test_every_road_to_a_bill_asks_for_approval(clerk_free: Company) -> None:
    company = clerk_free
    policy(company, company)
    vendor = company.vendor()
    body = {
        "vendorId": vendor["id"], "dueDate": "2026-04-10", "billLineItems": [{"amount": 1}], "billApprovals": True,
        "invoice": {"invoiceNumber": "1", "invoiceDate": "2026-03-01"},
    }  # fmt: skip
    bulk = company.v3("POST", "bills/bulk", [body, body]).ok(201)
    assert [(one["approvalStatus"], len(one["approvers"])) for one in bulk] == [("ASSIGNED", 1)] * 2
    replaced = company.v3("PUT", f"bills/{bulk[0]['id']}", body | {"billLineItems": [{"amount": 2}]}).ok()
    assert replaced["approvalStatus"] == "ASSIGNED"
    made = company.v2(
        "Crud/Create/Bill",
        {"obj": {
            "entity": "Bill", "vendorId": vendor["id"], "invoiceNumber": "1", "invoiceDate": "2026-03-01",
            "dueDate": "2026-04-10", "billLineItems": [{"entity": "BillLineItem", "amount": 3}],
        }},
    ).ok()["response_data"]  # fmt: skip
    assert made["approvalStatus"] == "1"
    # A bill made with its payment is not paid either: neither is there afterwards.
    before = len(company.v3("GET", "bills").ok()["results"])
    paying = company.payment_body(
        {"id": "", "dueAmount": 5}, vendorId=vendor["id"], processingOptions={"createBill": True}
    )
    del paying["billId"]
    refused = company.v3("POST", "payments", paying)
    assert (refused.status, refused.codes) == (422, ["BDC_1119"])
    assert len(company.v3("GET", "bills").ok()["results"]) == before


def test_approvers_are_shown_to_those_who_ask_in_body_or_query(clerk_free: Company) -> None:
    company = clerk_free
    policy(company, company)
    bill = company.bill()
    assert "approvers" not in bill
    path = f"bills/{bill['id']}"
    assert "approvers" not in company.v3("GET", path).ok()
    assert len(company.v3("GET", path, billApprovals="true").ok()["approvers"]) == 1
    (listed,) = company.v3("GET", "bills", billApprovals="true").ok()["results"]
    assert [one["userId"] for one in listed["approvers"]] == [user_id(company)]
    assert "approvers" not in company.v3("GET", "bills").ok()["results"][0]
    assert len(company.v3("PATCH", path, {"billApprovals": True}).ok()["approvers"]) == 1
    # Left out again it is no error, and the approvals hold.
    unsaid = company.v3("PATCH", path, {"description": "x"}).ok()
    assert ("approvers" in unsaid, unsaid["approvalStatus"]) == (False, "ASSIGNED")


def test_actions_are_all_or_nothing_and_each_that_is_wrong_is_named(company: Company) -> None:
    approver = colleague(company)
    policy(company, approver)
    ours = company.bill()
    actions = [{"billId": ours["id"], "action": "APPROVE"}, {"billId": "00n01NOBODYNOBODY1ab", "action": "DENY"}]
    refused = approver.v3("POST", "bill-approvals/actions", actions)
    assert (refused.status, refused.codes) == (404, ["BDC_1246", "BDC_1205"])
    assert status_of(company, ours) == "ASSIGNED"
    twice = approver.v3("POST", "bill-approvals/actions", [actions[0], actions[0]])
    assert (twice.status, twice.codes) == (422, ["BDC_1246", "BDC_1119"])
    assert status_of(company, ours) == "ASSIGNED"
    second = company.bill()
    both = [{"billId": one["id"], "action": action} for one, action in ((ours, "APPROVE"), (second, "DENY"))]
    approver.v3("POST", "bill-approvals/actions", both).ok()
    assert (status_of(company, ours), status_of(company, second)) == ("APPROVED", "DENIED")
    for wrong in ([], both * 51, [{"billId": ours["id"], "action": "MAYBE"}], [{"action": "DENY"}]):
        answer = approver.v3("POST", "bill-approvals/actions", wrong)
        assert (answer.status, set(answer.codes)) == (400, {"BDC_1119"})


def test_an_approval_can_say_the_amount_that_was_seen(clerk_free: Company) -> None:
    company = clerk_free
    policy(company, company)
    bill = company.bill()
    for seen in (229.49, "NaN", "sNaN"):
        other = act(company, bill, amount=seen)
        assert (other.status, other.codes) == (422, ["BDC_1119"])
    assert status_of(company, bill) == "ASSIGNED"
    act(company, bill, amount=229.5).ok()


def test_who_lost_the_role_or_was_archived_cannot_approve_and_somebody_else_is_asked(company: Company) -> None:
    lost, gone, other = (colleague(company, name=name) for name in ("lost", "gone", "other"))
    policy(company, lost, gone)
    bill = company.bill()
    company.v3("PATCH", f"users/{user_id(lost)}", {"roleId": company.role_id("CLERK")}).ok()
    refused = act(lost, bill)
    assert (refused.status, refused.codes) == (403, ["BDC_1119"])
    company.v3("POST", f"users/{user_id(gone)}/archive").ok()
    # New bills wait for them as well: nothing is let through for want of an approver.
    assert company.bill()["approvalStatus"] == "ASSIGNED"
    path = f"bill-approvals/{bill['id']}/reassign"
    for wrong, refusal in (
        (user_id(lost), (400, "InvalidField")),
        (user_id(gone), (400, "InvalidField")),
        ("00601NOBODYNOBODY1ab", (404, "NotFound")),
    ):
        answer = company.admin("POST", path, {"approverId": user_id(lost), "toId": wrong})
        assert (answer.status, answer.json["code"]) == refusal
    company.admin("POST", path, {"approverId": user_id(lost), "toId": user_id(other)}).ok()
    assert company.admin("POST", path, {"approverId": user_id(gone), "toId": user_id(other)}).status == 400
    company.admin("POST", path, {"approverId": user_id(gone), "toId": user_id(company)}).ok()
    assert approvers_of(company, bill) == [
        (user_id(lost), "REROUTED", 0),
        (user_id(other), "WAITING", 0),
        (user_id(gone), "REROUTED", 1),
        (user_id(company), "WAITING", 1),
    ]
    act(other, bill).ok()
    act(company, bill).ok()
    assert status_of(company, bill) == "APPROVED"
    answer = company.admin("POST", path, {"approverId": user_id(other), "toId": user_id(company)})
    assert (answer.status, answer.json["message"]) == (
        404,
        f"There is no approver still to act with the id {user_id(other)}.",
    )


@pytest.mark.parametrize("where", ["organization", "id", "v3Id"])
def test_who_entered_or_changed_a_bill_may_not_approve_it_where_that_is_forbidden(embedded: Api, where: str) -> None:
    company = embedded.company()
    other = colleague(company, "ACCOUNTANT")
    group = company.admin(
        "POST", "approval-groups", {"name": "Both", "userIds": [user_id(company), user_id(other)]}
    ).ok(201)
    policy(company, group["id"])
    if where == "organization":
        assert company.admin("GET", "controls").ok()["forbidCreator"] is False
        assert company.admin("PATCH", "controls", {"forbidCreator": True}).ok()["forbidCreator"] is True
    else:
        (made,) = company.admin("GET", "approval-policies").ok()["results"]
        company.admin("PATCH", f"approval-policies/{made[where]}", {"forbidCreator": True}).ok()
    bill, changed = company.bill(), company.bill()
    own = act(company, bill)
    assert (own.status, own.codes) == (403, ["BDC_1119"])
    act(other, bill).ok()
    lines = [{"id": changed["billLineItems"][0]["id"], "amount": 1}]
    other.v3("PATCH", f"bills/{changed['id']}", {"billLineItems": lines}).ok()
    for who in (company, other):
        assert act(who, changed).status == 403


def test_the_next_approver_is_written_to(clerk_free: Company) -> None:
    company = clerk_free
    first, second = colleague(company, name="first"), colleague(company, name="second")
    policy(company, first, second)
    bill = company.bill()
    written = [(one["recipient"], one["body"]) for one in company.sim("GET", "outbox").ok()["results"]]
    text = f"The bill {bill['id']} waits for your approval."
    assert ("first@harbor.example", text) in written
    assert ("second@harbor.example", text) not in written
    act(first, bill).ok()
    written = [(one["recipient"], one["body"]) for one in company.sim("GET", "outbox").ok()["results"]]
    assert ("second@harbor.example", text) in written


def test_what_happens_is_in_the_events_with_the_bill_as_it_was_approved(clerk_free: Company) -> None:
    company = clerk_free
    policy(company, company)
    bill = company.bill()
    act(company, bill, comment="Fine").ok()
    events = company.sim("GET", "events").ok()["results"]
    approved = next(one for one in events if one["name"] == "BillApproved")
    assert (approved["subjectId"], approved["subject"]["amount_minor"]) == (bill["id"], 22950)
    given = next(one for one in events if one["name"] == "ApprovalGiven")
    assert (given["subject"]["acted_by"], given["subject"]["comment"]) == (user_id(company), "Fine")
    names = {one["name"] for one in events}
    assert {"ApprovalPolicyCreated", "ApprovalAsked"} <= names


def test_a_policy_changed_or_deleted_leaves_what_waits_as_it_is(clerk_free: Company) -> None:
    company = clerk_free
    approver = colleague(company)
    made = policy(company, approver)
    bill = company.bill()
    company.v3("DELETE", f"bill-approvals/policies/{made['id']}").ok()
    assert status_of(company, bill) == "ASSIGNED"
    assert company.bill()["approvalStatus"] == "UNASSIGNED"
    act(approver, bill).ok()
    assert bill_now(company, bill)["approvalStatus"] == "APPROVED"


def test_who_may_not_pay_unapproved_bills_on_v3_nobody_may_and_on_v2_administrators(company: Company) -> None:
    policy(company, company)
    bill = company.bill()
    assert company.pay(bill).status == 422
    data = {"billId": bill["id"], "amount": 229.5}
    company.sign_in_as("PAYER")
    assert company.v2("PayBill", data).ok()["response_data"]["error_code"] == "BDC_1119"
    company.sign_in_as("ADMINISTRATOR")
    assert company.v2("PayBill", data).ok()["response_status"] == 0
