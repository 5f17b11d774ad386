"""Approval policies, what waits for the user, approving and denying (contract: payables §5)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from billfold.approvals import policies, policy_names
from billfold.approvals.model import Decision, PolicyDraft, PolicyView, RuleDraft, SubjectKind
from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx
from billfold.kit.errors import NotFound
from billfold.payables.bills import bill_approvals
from billfold.payables.bills.model import BillView
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.codecs import money
from billfold.wire.v3 import bulk
from billfold.wire.v3.resource import SUCCESS, StatusShape, operation

MAX_ACTIONS: Final = 100
_PATH: Final = "bill-approvals"
_SPELLING: Final = {"name": "policyName"}


class RuleBody(msgspec.Struct, kw_only=True):
    """What has to hold for a bill. Rules are ANDed."""

    key: Annotated[str, Meta(description="BILL_AMOUNT, VENDOR_ID, CHART_OF_ACCOUNT_ID, LOCATION_ID, JOB_ID, …")]
    op: Annotated[str, Meta(description="eq, gt, gte, lt, lte of BILL_AMOUNT; eq, in of ids.")]
    values: list[str]


class PolicyBody(msgspec.Struct, kw_only=True):
    """A whole policy."""

    policyName: str
    rules: Annotated[list[RuleBody], Meta(description="None: every bill.")]
    approvers: Annotated[list[str], Meta(description="Ids of users and groups in the order in which they approve.")]


class RuleValueShape(msgspec.Struct, kw_only=True):
    """A value of a rule."""

    value: str
    displayName: str


class RuleShape(msgspec.Struct, kw_only=True):
    """A rule."""

    key: str
    op: str
    values: list[RuleValueShape]


class UserApproverShape(msgspec.Struct, kw_only=True):
    """A user whom a policy names."""

    userId: str
    fullName: str


class MemberShape(msgspec.Struct, kw_only=True):
    """A user in a group."""

    id: str
    fullName: str


class GroupApproverShape(msgspec.Struct, kw_only=True):
    """A group that a policy names: any one of its users is enough."""

    groupId: str
    groupName: str
    users: list[MemberShape]


class PolicyApproversShape(msgspec.Struct, kw_only=True):
    """Whom a policy names, users and groups each in their order."""

    users: list[UserApproverShape]
    groups: list[GroupApproverShape]


class PolicyShape(msgspec.Struct, kw_only=True):
    """A policy."""

    id: Annotated[str, Meta(description="The organization's id, a dash, and a UUID.")]
    policyName: str
    status: Literal["ACTIVE"]
    rules: list[RuleShape]
    approvers: PolicyApproversShape


class PendingBillShape(msgspec.Struct, kw_only=True):
    """A bill that waits for the user."""

    billId: str
    vendorId: str
    amount: Decimal
    dueDate: date


class PendingShape(msgspec.Struct, kw_only=True):
    """The bills that wait for the user, those asked for first in front."""

    bills: list[PendingBillShape]


class ActionBody(msgspec.Struct, kw_only=True):
    """What to do with a bill."""

    billId: str
    action: Decision
    comment: str | None = None
    amount: Annotated[
        Decimal | None, Meta(description="The amount you saw: refused if the bill is of another one by now.")
    ] = None


def create_policy(ctx: Ctx, _: Call, body: PolicyBody) -> PolicyShape:
    """A new policy, for bills created or changed from now on."""
    return _shapes(ctx, [policies.create_policy(ctx, _draft(body))])[0]


def list_policies(ctx: Ctx, _: Call, __: None) -> list[PolicyShape]:
    """Every policy in use, in the order in which they apply."""
    return _shapes(ctx, policies.policies_in_use(ctx, SubjectKind.BILL))


def replace_policy(ctx: Ctx, call: Call, body: PolicyBody) -> PolicyShape:
    """Say all of a policy anew; bills that wait already go on as they were."""
    return _shapes(ctx, [policies.replace_policy(ctx, policy_id(ctx, call.path_ids["policyId"]), _draft(body))])[0]


def delete_policy(ctx: Ctx, call: Call, _: None) -> StatusShape:
    """Delete a policy for good; bills that wait already go on waiting."""
    policies.delete_policy(ctx, policy_id(ctx, call.path_ids["policyId"]))
    return SUCCESS


def pending(ctx: Ctx, _: Call, __: None) -> PendingShape:
    """What waits for the signed-in user."""
    found = bill_approvals.waiting_for(ctx, ctx.actor.user_id)
    return PendingShape(bills=[_pending_shape(view) for view in found])


def act(ctx: Ctx, _: Call, body: ActionBody) -> StatusShape:
    """Approve or deny one bill."""
    bill_approvals.decide(ctx, body.billId, body.action, comment=body.comment, amount=body.amount)
    return SUCCESS


def act_on_all(ctx: Ctx, call: Call, bodies: list[ActionBody]) -> StatusShape:
    """Approve or deny bills, all or none."""
    _ACTIONS.run(ctx, call, bodies)
    return SUCCESS


def _lock(ctx: Ctx, bodies: list[ActionBody]) -> None:
    bill_approvals.lock_bills(ctx, [body.billId for body in bodies])


_ACTIONS: Final = bulk.Bulk(one=act, maximum=MAX_ACTIONS, locks=_lock)


def _draft(body: PolicyBody) -> PolicyDraft:
    return PolicyDraft(
        name=body.policyName,
        rules=tuple(RuleDraft(rule.key, rule.op, tuple(rule.values)) for rule in body.rules),
        approver_ids=tuple(body.approvers),
    )


def policy_id(ctx: Ctx, named: str) -> str:
    """Our id of the policy that v3 names so. Raises `NotFound`."""
    beginning = f"{ctx.organization_id}-"
    if not named.startswith(beginning):
        raise NotFound("approval policy", named)
    return policies.policy_by_uuid(ctx, named.removeprefix(beginning), named).id


def _shapes(ctx: Ctx, views: list[PolicyView]) -> list[PolicyShape]:
    names = policy_names.names_in(ctx, views)
    return [
        PolicyShape(
            id=f"{ctx.organization_id}-{view.policy.uuid}",
            policyName=view.policy.name,
            status="ACTIVE",
            rules=[
                RuleShape(
                    key=rule.key,
                    op=rule.op,
                    values=[
                        RuleValueShape(value=value, displayName=names.values.get(value, value)) for value in rule.values
                    ],
                )
                for rule in view.rules
            ],
            approvers=_approvers_shape(view, names),
        )
        for view in views
    ]


def _approvers_shape(view: PolicyView, names: policy_names.Names) -> PolicyApproversShape:
    user_ids = [row.user_id for row in view.approvers if row.user_id is not None]
    groups = [names.groups[row.group_id] for row in view.approvers if row.group_id is not None]
    return PolicyApproversShape(
        users=[UserApproverShape(userId=user_id, fullName=names.users[user_id]) for user_id in user_ids],
        groups=[
            GroupApproverShape(
                groupId=group.id,
                groupName=group.group.name,
                users=[MemberShape(id=user_id, fullName=names.users[user_id]) for user_id in group.user_ids],
            )
            for group in groups
        ],
    )


def _pending_shape(view: BillView) -> PendingBillShape:
    bill = view.bill
    return PendingBillShape(
        billId=bill.id,
        vendorId=bill.vendor_id,
        amount=money(bill.amount_minor, bill.currency),
        dueDate=bill.due_on,
    )


def declare(catalogue: Catalogue) -> None:
    """The rows of approvals."""
    policies_path, one = f"{_PATH}/policies", f"{_PATH}/policies/{{policyId}}"
    writes = {"needs": Permission.WRITE_POLICIES, "write": True, "spelling": _SPELLING}
    operation(
        catalogue, "POST", policies_path, "Create an approval policy", create_policy,
        request=PolicyBody, response=PolicyShape, success=201, name=f"v3.{_PATH}.policies.create", **writes,
    )  # fmt: skip
    operation(
        catalogue, "GET", policies_path, "List approval policies", list_policies,
        response=list[PolicyShape], name=f"v3.{_PATH}.policies.list",
    )  # fmt: skip
    operation(
        catalogue, "PUT", one, "Replace an approval policy", replace_policy,
        request=PolicyBody, response=PolicyShape, name=f"v3.{_PATH}.policies.replace", **writes,
    )  # fmt: skip
    operation(
        catalogue, "DELETE", one, "Delete an approval policy", delete_policy,
        response=StatusShape, name=f"v3.{_PATH}.policies.delete", **writes,
    )  # fmt: skip
    operation(
        catalogue, "GET", f"{_PATH}/pending-user-approvals", "List the bills that wait for the user", pending,
        response=PendingShape, name=f"v3.{_PATH}.pending",
    )  # fmt: skip
    operation(
        catalogue, "POST", f"{_PATH}/actions", f"Approve or deny up to {MAX_ACTIONS} bills, all or none", act_on_all,
        read=bulk.reader_of(ActionBody, MAX_ACTIONS), request=bulk.array_of(ActionBody, MAX_ACTIONS),
        response=StatusShape, needs=Permission.APPROVE, write=True, name=f"v3.{_PATH}.actions",
    )  # fmt: skip
    # The guide writes it once so; lists are at the path of policies only.
    operation(
        catalogue, "POST", _PATH, "Create an approval policy", create_policy,
        request=PolicyBody, response=PolicyShape, success=201, name=f"v3.{_PATH}.create", **writes,
    )  # fmt: skip
