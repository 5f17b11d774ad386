"""Approvers at one bill at the same moment, and somebody who changes it meanwhile."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from tests.scenarios.process import Company, at_once, bill_body, effort, found
from tests.scenarios.test_races import on_v2

CLIENTS = 12
PASSWORD = "correct horse battery"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


def colleague(company, name):
    """An approver with a session of their own."""
    roles = company.v3("GET", "roles?filters=type:eq:APPROVER").ok()["results"]
    person = {
        "firstName": name, "lastName": "Bee", "email": f"{name}@harbor.example", "roleId": roles[0]["id"],
        "acceptTermsOfService": True,
    }  # fmt: skip
    user = company.v3("POST", "users", person).ok(201)
    path = f"/sim/users/{user['id']}/password?organizationId={company.id}"
    company.client.send("POST", path, {"password": PASSWORD}).ok()
    made = company.made
    login = {
        "username": person["email"], "password": PASSWORD, "organizationId": company.id, "devKey": made["devKey"],
    }  # fmt: skip
    with company.new_client() as client:
        session = client.send("POST", "/connect/v3/login", login).ok()
    return Company(company.server, made | {"sessionId": session["sessionId"], "userId": user["id"]})


def policy(company, *approvers):
    body = {"policyName": "All", "rules": [], "approvers": list(approvers)}
    company.v3("POST", "bill-approvals/policies", body).ok(201)


def approve(who, bill, client=None, **more):
    return who.v3("POST", "bill-approvals/actions", [{"billId": bill["id"], "action": "APPROVE"} | more], client=client)


def now(company, bill):
    return company.v3("GET", f"bills/{bill['id']}?billApprovals=true").ok()


def events(company, name, bill):
    listed = company.client.send("GET", f"/sim/events?organizationId={company.id}").ok()["results"]
    return [
        one["subject"]
        for one in listed
        if one["name"] == name and bill["id"] in json.dumps(one["subject"], default=str)
    ]


def test_one_approver_who_asks_many_times_at_once_is_counted_once(server):
    for _ in range(effort(2)):
        company = found(server)
        first, second = colleague(company, "first"), colleague(company, "second")
        policy(company, first.made["userId"], second.made["userId"])
        bill = company.bill(company.vendor())
        clients = [first.new_client() for _ in range(CLIENTS)]
        for client in clients:
            client.connect()
        answers = at_once(CLIENTS, lambda number: approve(first, bill, clients[number]))  # noqa: B023
        assert sorted(answer.status for answer in answers) == [200] + [422] * (CLIENTS - 1)
        after = now(company, bill)
        assert after["approvalStatus"] == "APPROVING"
        assert [one["status"] for one in after["approvers"]] == ["APPROVED", "WAITING"]
        assert len(events(company, "ApprovalGiven", bill)) == 1


def test_approvers_who_all_approve_at_once_still_go_in_their_order(server):
    company = found(server)
    members = [colleague(company, f"member{number}") for number in range(5)]
    policy(company, *[member.made["userId"] for member in members])
    bill = company.bill(company.vendor())
    for member in members:
        member.client.connect()
    answers = at_once(len(members), lambda number: approve(members[number], bill))
    done = [answer.status for answer in answers].count(200)
    assert {answer.status for answer in answers} <= {200, 403}
    assert answers[0].status == 200
    # Whoever came before their turn asks again, in the order of the policy.
    for member, answer in zip(members, answers, strict=True):
        if answer.status == 403:
            approve(member, bill).ok()
            done += 1
    assert done == len(members) == len(events(company, "ApprovalGiven", bill))
    assert now(company, bill)["approvalStatus"] == "APPROVED"


@pytest.mark.parametrize("says_amount", [True, False])
def test_no_bill_is_approved_with_another_amount_than_it_has(server, says_amount):
    for _ in range(effort(6)):
        company = found(server)
        approver = colleague(company, "first")
        policy(company, approver.made["userId"])
        bill = company.bill(company.vendor(), "100.00")
        line = {"id": bill["billLineItems"][0]["id"], "amount": 900}
        approver.client.connect()
        editor, payer = company.new_client(), company.new_client()
        work = (
            lambda: approve(approver, bill, **({"amount": 100} if says_amount else {})),  # noqa: B023
            lambda: company.v3("PATCH", f"bills/{bill['id']}", {"billLineItems": [line]}, client=editor),  # noqa: B023
            lambda: company.v3("POST", "payments", company.payment_body(bill, amount=100), client=payer),  # noqa: B023
        )
        approved, edited, paid = at_once(3, lambda number: work[number]())  # noqa: B023
        after = now(company, bill)
        assert approved.status in {200, 422}
        assert paid.status in {201, 422}
        if says_amount:
            # The edit is refused where the payment was first, and the payment where nobody had approved.
            assert (edited.status, paid.status) != (200, 201)
        assert after["amount"] == (Decimal(900) if edited.status == 200 else Decimal(100))
        if after["approvalStatus"] == "APPROVED":
            (snapshot,) = events(company, "BillApproved", bill)[:1]
            assert snapshot["amount_minor"] == after["amount"] * 100
        if says_amount and edited.status == 200:
            assert after["approvalStatus"] == "ASSIGNED"
        assert company.problems() == []


def test_approvers_set_while_bills_of_the_vendor_are_entered_hold_nobody_up(server):
    for _ in range(effort(3)):
        company = found(server)
        one, two = colleague(company, "one").made["userId"], colleague(company, "two").made["userId"]
        vendor = company.vendor()
        bills = [company.bill(vendor) for _ in range(CLIENTS // 2)]
        clients = [company.new_client() for _ in range(CLIENTS)]
        for client in clients:
            client.connect()

        def work(number):
            if number % 2:
                body = bill_body(vendor, "10.00")  # noqa: B023
                return company.v3("POST", "bills", body, client=clients[number]).status == 201  # noqa: B023
            asked = {"objectId": bills[number // 2]["id"], "entity": "Bill", "approvers": [(one, two)[number % 4 // 2]]}  # noqa: B023
            return on_v2(company, clients[number], "SetApprovers", asked)[0]  # noqa: B023

        assert all(at_once(CLIENTS, work))
        # Whoever came last is remembered.
        approvers = [step["userId"] for step in now(company, company.bill(vendor))["approvers"]]
        assert approvers in ([one], [two])
        assert company.problems() == []


def test_a_credit_that_is_denied_while_bills_take_it_is_taken_before_or_not_at_all(server):
    for _ in range(effort(3)):
        company = found(server)
        approver = colleague(company, "one")
        vendor = company.vendor()
        bill = company.bill(vendor)
        credit = company.v3("POST", "vendor-credits", {
            "vendorId": vendor["id"], "referenceNumber": "VC-1", "creditDate": "2026-03-01",
            "vendorCreditLineItems": [{"amount": 40}],
        }).ok(201)  # fmt: skip
        taker, setter = company.new_client(), company.new_client()
        asked = {"objectId": credit["id"], "entity": "VendorCredit", "approvers": [approver.made["userId"]]}
        use = {"vendorCredits": [{"id": credit["id"], "amount": 10}]}
        work = (
            lambda: company.v3("PATCH", f"bills/{bill['id']}", use, client=taker).status,  # noqa: B023
            lambda: on_v2(company, setter, "SetApprovers", asked),  # noqa: B023
        )
        taken, named = at_once(2, lambda number: work[number]())  # noqa: B023
        assert named[0]
        assert taken in {200, 422}
        after = company.v3("GET", f"vendor-credits/{credit['id']}").ok()
        assert after["appliedAmount"] == (10 if taken == 200 else 0)
        assert company.v3("PATCH", f"bills/{bill['id']}", use).status == (200 if taken == 200 else 422)
        assert company.problems() == []
