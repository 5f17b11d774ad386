"""Other people of a company, each in a session of their own."""

from __future__ import annotations

from typing import Any

from tests.wire.api import Company
from tests.wire.triggers.registry import sign_in

_PASSWORD = "correct horse battery"


def colleague(company: Company, role: str = "APPROVER", name: str = "bo") -> Company:
    """A user with this role, signed in; the id is `user_id(…)`."""
    email = f"{name}@harbor.example"
    user = company.invite(role, email)
    company.sim("POST", f"users/{user['id']}/password", {"password": _PASSWORD}).ok()
    session = sign_in(company, username=email, password=_PASSWORD).ok()
    return Company(company.api, company.made | {"sessionId": session["sessionId"], "userId": user["id"]})


def user_id(company: Company) -> str:
    return company.made["userId"]


def policy(company: Company, *approvers: Any, name: str = "Every bill", rules: Any = ()) -> dict[str, Any]:
    """A policy that names these people or groups, by default for every bill."""
    ids = [one if isinstance(one, str) else user_id(one) for one in approvers]
    body = {"policyName": name, "rules": list(rules), "approvers": ids}
    return company.v3("POST", "bill-approvals/policies", body).ok(201)


def rule(key: str, op: str, *values: str) -> dict[str, Any]:
    return {"key": key, "op": op, "values": list(values)}


def act(who: Company, bill: dict[str, Any], action: str = "APPROVE", **more: Any) -> Any:
    return who.v3("POST", "bill-approvals/actions", [{"billId": bill["id"], "action": action} | more])


def bill_now(company: Company, bill: dict[str, Any]) -> dict[str, Any]:
    return company.v3("GET", f"bills/{bill['id']}", billApprovals="true").ok()


def approvers_of(company: Company, bill: dict[str, Any]) -> list[tuple[str, str, int]]:
    """Who, how far, where in the order."""
    shown = bill_now(company, bill)["approvers"]
    return [(one["userId"], one["status"], one["approverOrder"]) for one in shown]


def status_of(company: Company, bill: dict[str, Any]) -> str:
    return bill_now(company, bill)["approvalStatus"]


def pending(who: Company) -> list[str]:
    return [one["billId"] for one in who.v3("GET", "bill-approvals/pending-user-approvals").ok()["bills"]]
