"""Approvals beyond BILL's wire: who may not approve, who was asked and said what, and asking somebody else."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import UNSET, Meta, UnsetType

from billfold.approvals import policies
from billfold.approvals.model import ApprovalStatus, PolicyView, StepStatus, StepView, SubjectKind
from billfold.kit.ctx import Ctx
from billfold.payables.bills import bill_approvals
from billfold.wire.admin.scope import EVERYTHING, organization_row
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.codecs import given, instant, spelling_of
from billfold.wire.v3.bill_approvals import policy_id

FIELDS: Final = (("forbidCreator", "forbid_creator"),)
_REASSIGN_SPELLING: Final = {"to": "toId"}


class PolicyUpdate(msgspec.Struct, kw_only=True):
    """What of a policy is to change."""

    forbidCreator: Annotated[
        bool | UnsetType, Meta(description="Nobody may approve a bill under this policy that they entered or changed.")
    ] = UNSET


class PolicyShape(msgspec.Struct, kw_only=True):
    """A policy: what it is for is said on v3 and v2."""

    id: Annotated[str, Meta(description="Begins with app; v3 knows the policy as v3Id. Either names it here.")]
    v3Id: str
    name: str
    subject: SubjectKind
    forbidCreator: bool
    minimumApprovers: int
    archived: bool


class PolicyList(msgspec.Struct):
    """Every policy."""

    results: list[PolicyShape]


class StepShape(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Somebody who was asked to approve, and what they said."""

    id: str
    userId: str
    groupId: str | None = None
    approverOrder: int
    status: StepStatus
    statusChangedTime: str
    comment: str | None = None


class BillApprovalsShape(msgspec.Struct, kw_only=True):
    """Who was asked to approve a bill as it is."""

    billId: str
    approvalStatus: ApprovalStatus
    approvers: list[StepShape]


class ReassignBody(msgspec.Struct, kw_only=True):
    """Whom to ask instead of whom."""

    approverId: Annotated[str, Meta(description="The user or group who was asked and has not acted.")]
    toId: Annotated[str, Meta(description="The user or group to ask instead.")]


def list_policies(ctx: Ctx, _: Call, __: None) -> PolicyList:
    """Every policy, deleted ones too."""
    return PolicyList([_policy_shape(view) for view in policies.list_policies(ctx, EVERYTHING).items])


def update_policy(ctx: Ctx, call: Call, body: PolicyUpdate) -> PolicyShape:
    """Change what is given, for bills created or changed from now on. The policy is named as here or as on v3."""
    named = call.path_ids["policyId"]
    found = named if named.startswith(policies.PREFIX) else policy_id(ctx, named)
    return _policy_shape(policies.update_policy(ctx, found, given(body, FIELDS)))


def get(ctx: Ctx, call: Call, _: None) -> BillApprovalsShape:
    """Who was asked, and what they said."""
    return _shape(ctx, call.path_ids["billId"])


def reassign(ctx: Ctx, call: Call, body: ReassignBody) -> BillApprovalsShape:
    """Ask somebody else instead of an approver who has not acted."""
    bill_approvals.reassign(ctx, call.path_ids["billId"], body.approverId, body.toId)
    return _shape(ctx, call.path_ids["billId"])


def _policy_shape(view: PolicyView) -> PolicyShape:
    policy = view.policy
    return PolicyShape(
        id=policy.id,
        v3Id=f"{policy.organization_id}-{policy.uuid}",
        name=policy.name,
        subject=policy.subject_kind,
        forbidCreator=policy.forbid_creator,
        minimumApprovers=policy.minimum_approvers,
        archived=policy.archived,
    )


def _shape(ctx: Ctx, bill_id: str) -> BillApprovalsShape:
    bill = bill_approvals.require_bill(ctx, bill_id)
    found = bill_approvals.approvers_of(ctx, [bill_id])[bill_id]
    return BillApprovalsShape(
        billId=bill.id, approvalStatus=bill.approval_status, approvers=[_step_shape(view) for view in found]
    )


def _step_shape(view: StepView) -> StepShape:
    step = view.step
    return StepShape(
        id=step.id,
        userId=view.user_id,
        groupId=step.group_id,
        approverOrder=step.position,
        status=step.status,
        statusChangedTime=instant(step.status_changed_at),
        comment=step.comment,
    )


def declare(catalogue: Catalogue) -> None:
    """The rows of approvals."""
    organization_row(
        catalogue, "GET", "approval-policies", "approval-policies.list", "List approval policies", list_policies,
        response=PolicyList,
    )  # fmt: skip
    organization_row(
        catalogue, "PATCH", "approval-policies/{policyId}", "approval-policies.update",
        "Say whether who entered a bill may approve it", update_policy,
        request=PolicyUpdate, response=PolicyShape, spelling=spelling_of(FIELDS),
    )  # fmt: skip
    organization_row(
        catalogue, "GET", "bill-approvals/{billId}", "bill-approvals.get", "Read who approves a bill", get,
        response=BillApprovalsShape,
    )  # fmt: skip
    organization_row(
        catalogue, "POST", "bill-approvals/{billId}/reassign", "bill-approvals.reassign",
        "Ask somebody else to approve a bill", reassign,
        request=ReassignBody, response=BillApprovalsShape, spelling=_REASSIGN_SPELLING,
    )  # fmt: skip
