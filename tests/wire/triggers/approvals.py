"""What approvers cannot do."""

from __future__ import annotations

from tests.wire.api import Company, Reply
from tests.wire.triggers.registry import invited, trigger


def _policy(company: Company, *approvers: str) -> str:
    """A policy for every bill; the id on v3."""
    body = {"policyName": "All", "rules": [], "approvers": list(approvers) or [company.made["userId"]]}
    return company.v3("POST", "bill-approvals/policies", body).ok(201)["id"]


def _waiting(company: Company, *approvers: str) -> str:
    """A bill that waits; the id."""
    _policy(company, *approvers)
    return company.bill()["id"]


def _approve(company: Company, bill_id: str, **more: object) -> Reply:
    return company.v3("POST", "bill-approvals/actions", [{"billId": bill_id, "action": "APPROVE"} | more])


@trigger
def bill_amount_differs(company: Company) -> Reply:
    return _approve(company, _waiting(company), amount=1)


@trigger
def not_the_approver(company: Company) -> Reply:
    return _approve(company, company.bill()["id"])


@trigger
def not_your_turn_yet(company: Company) -> Reply:
    return _approve(company, _waiting(company, invited(company), company.made["userId"]))


@trigger
def creator_may_not_approve(company: Company) -> Reply:
    company.admin("PATCH", "controls", {"forbidCreator": True}).ok()
    return _approve(company, _waiting(company))


@trigger
def already_decided(company: Company) -> Reply:
    bill_id = _waiting(company)
    _approve(company, bill_id).ok()
    return _approve(company, bill_id)


@trigger
def approvers_have_acted(company: Company) -> Reply:
    bill_id = _waiting(company)
    _approve(company, bill_id).ok()
    data = {"objectId": bill_id, "entity": "Bill", "approvers": [company.made["userId"]]}
    return company.v2("SetApprovers", data)


@trigger
def too_few_approvers(company: Company) -> Reply:
    policy = {"entity": "ApprovalPolicy", "type": "0", "amountThreshold": 100, "minNumApprovers": 2}
    company.v2("Crud/Create/ApprovalPolicy", {"obj": policy}).ok()
    data = {"objectId": company.bill()["id"], "entity": "Bill", "approvers": [company.made["userId"]]}
    return company.v2("SetApprovers", data)


@trigger
def policy_needs_approver(company: Company) -> Reply:
    _policy(company)
    (named,) = company.v2("List/ApprovalPolicyApprover").ok()["response_data"]
    return company.v2("Crud/Delete/ApprovalPolicyApprover", {"id": named["id"]})


@trigger
def group_is_needed(company: Company) -> Reply:
    group = company.admin("POST", "approval-groups", {"name": "Owners", "userIds": [company.made["userId"]]}).ok(201)
    _policy(company, group["id"])
    return company.admin("POST", f"approval-groups/{group['id']}/archive")


@trigger
def too_many_policies(company: Company) -> Reply:
    for _ in range(200):
        _policy(company)
    body = {"policyName": "One more", "rules": [], "approvers": [company.made["userId"]]}
    return company.v3("POST", "bill-approvals/policies", body)


def _unconfirmed(company: Company) -> Company:
    """Where a vendor's new bank account waits for a second user."""
    company.admin("PATCH", "controls", {"confirmVendorAccounts": True}).ok()
    return company


@trigger
def vendor_account_unconfirmed(company: Company) -> Reply:
    return company.pay(_unconfirmed(company).bill())


@trigger
def confirmed_by_who_changed(company: Company) -> Reply:
    _unconfirmed(company).vendor()
    (waiting,) = company.admin("GET", "vendor-account-confirmations").ok()["results"]
    path = f"vendor-account-confirmations/{waiting['accountId']}/confirm"
    return company.admin("POST", path, {"userId": company.made["userId"]})
