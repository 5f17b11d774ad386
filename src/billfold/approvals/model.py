"""The records of approvals, and the states of a step.

A subject (a bill, a vendor credit, later a reimbursement) is known by its kind and id alone. Its request is approved
step by step, in order; each step belongs to a user, or to a group of whom any one member is enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

import msgspec

from billfold.kit.ctx import RecordStatus
from billfold.kit.states import Transitions


class ApprovalStatus(StrEnum):
    """How far a subject is approved."""

    UNASSIGNED = "UNASSIGNED"
    ASSIGNED = "ASSIGNED"
    APPROVING = "APPROVING"
    APPROVED = "APPROVED"
    DENIED = "DENIED"

    @property
    def outstanding(self) -> bool:
        """Whether somebody still has to approve, or denied: such a bill is not paid (settled.md §2)."""
        return self not in {ApprovalStatus.UNASSIGNED, ApprovalStatus.APPROVED}


class SubjectKind(StrEnum):
    """What can need approval."""

    BILL = "bill"
    VENDOR_CREDIT = "vendor credit"


class Subject(msgspec.Struct, frozen=True):
    """What is approved."""

    kind: SubjectKind
    id: str


class RuleKey(StrEnum):
    """What a rule looks at (contract v3-payables.md §5); of ids, those of the header and of every line."""

    AMOUNT = "BILL_AMOUNT"
    VENDOR = "VENDOR_ID"
    CHART_OF_ACCOUNT = "CHART_OF_ACCOUNT_ID"
    ACCOUNTING_CLASS = "ACCOUNTING_CLASS_ID"
    DEPARTMENT = "DEPARTMENT_ID"
    LOCATION = "LOCATION_ID"
    ITEM = "ITEM_ID"
    JOB = "JOB_ID"
    EMPLOYEE = "EMPLOYEE_ID"
    CUSTOMER = "CUSTOMER_ID"


class RuleOp(StrEnum):
    """How a rule compares."""

    EQ = "eq"
    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"
    IN = "in"


class Rule(msgspec.Struct, frozen=True):
    """`key op values`: an amount is compared with its one value, ids are sought among them."""

    key: RuleKey
    op: RuleOp
    values: tuple[str, ...]


class RuleDraft(msgspec.Struct, frozen=True):
    """A rule as somebody writes it, before anybody looked at its words."""

    key: str
    op: str
    values: tuple[str, ...]


class PolicyDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What a user may say of a policy. `approver_ids` are users and groups in the order in which they approve.

    `minimum_approvers`: so many have to approve, if the policy names fewer.
    """

    name: str
    rules: tuple[RuleDraft, ...]
    approver_ids: tuple[str, ...]
    subject_kind: SubjectKind = SubjectKind.BILL
    minimum_approvers: int = 0


class Policy(msgspec.Struct, frozen=True):
    """Who has to approve what all `rules` (JSON) hold for. `uuid` is what v3's id of it ends in."""

    organization_id: str
    id: str
    ordinal: int
    uuid: str
    name: str
    subject_kind: SubjectKind
    rules: str
    minimum_approvers: int
    forbid_creator: bool
    record_status: RecordStatus
    created_at: datetime
    updated_at: datetime

    @property
    def archived(self) -> bool:
        """Whether the policy was deleted: it applies to nothing more."""
        return self.record_status is not RecordStatus.ACTIVE


class PolicyApprover(msgspec.Struct, frozen=True):
    """A user or a group that a policy names, and where in the order."""

    organization_id: str
    id: str
    ordinal: int
    policy_id: str
    position: int
    user_id: str | None
    group_id: str | None
    record_status: RecordStatus
    created_at: datetime
    updated_at: datetime

    @property
    def archived(self) -> bool:
        """Whether the policy names the approver no more."""
        return self.record_status is not RecordStatus.ACTIVE

    @property
    def approver(self) -> Approver:
        """Who it is."""
        return Approver(self.user_id, self.group_id)


class PolicyView(msgspec.Struct, frozen=True):
    """A policy as readers see it, with the approvers it names, in order."""

    policy: Policy
    rules: list[Rule]
    approvers: list[PolicyApprover]

    @property
    def id(self) -> str:
        """The policy's id: what an event is about."""
        return self.policy.id


class Approver(msgspec.Struct, frozen=True):
    """A user, or a group."""

    user_id: str | None
    group_id: str | None


class Facts(msgspec.Struct, frozen=True):
    """What policies look at: the amount in dollars, and the ids that the subject and its lines name, by key."""

    amount: Decimal
    ids: Mapping[RuleKey, frozenset[str]]


class Request(msgspec.Struct, frozen=True):
    """That a subject waits for approval, or had to. At least `required` steps have to be approved.

    `created_by` entered the subject, `changed_by` is whose change it was asked for anew after.
    """

    organization_id: str
    subject_kind: SubjectKind
    subject_id: str
    required: int
    forbid_creator: bool
    created_by: str
    changed_by: str
    opened_at: datetime


class StepSource(StrEnum):
    """Why an approver was asked."""

    POLICY = "policy"
    MANUAL = "manual"
    REROUTED = "rerouted"


class StepStatus(StrEnum):
    """Where a step stands. One is waiting at a time; a stale one is of a subject as it is no more."""

    UPCOMING = "UPCOMING"
    WAITING = "WAITING"
    APPROVED = "APPROVED"
    DENIED = "DENIED"
    REROUTED = "REROUTED"
    STALE = "STALE"


TRANSITIONS: Final = Transitions(
    "approval",
    {
        StepStatus.UPCOMING: {StepStatus.WAITING, StepStatus.REROUTED, StepStatus.STALE},
        StepStatus.WAITING: {StepStatus.APPROVED, StepStatus.DENIED, StepStatus.REROUTED, StepStatus.STALE},
        StepStatus.APPROVED: {StepStatus.STALE},
        StepStatus.DENIED: {StepStatus.STALE},
        StepStatus.REROUTED: {StepStatus.STALE},
        StepStatus.STALE: (),
    },
)


class Step(msgspec.Struct, frozen=True):
    """One approval of a request. `acted_by` is who gave or refused it: in a group's name, one of its members."""

    organization_id: str
    id: str
    ordinal: int
    subject_kind: SubjectKind
    subject_id: str
    position: int
    user_id: str | None
    group_id: str | None
    source: StepSource
    status: StepStatus
    status_changed_at: datetime
    acted_by: str | None
    comment: str | None
    record_status: RecordStatus
    created_at: datetime
    updated_at: datetime

    @property
    def approver(self) -> Approver:
        """Who was asked."""
        return Approver(self.user_id, self.group_id)


class StepView(msgspec.Struct, frozen=True):
    """A step as readers see it: for one user. A group's step shows every member until one of them has acted."""

    step: Step
    user_id: str


class Decision(StrEnum):
    """What an approver says."""

    APPROVE = "APPROVE"
    DENY = "DENY"


class ApprovalGroup(msgspec.Struct, frozen=True):
    """Users of whom any one may approve in the group's name (contract v3-payables.md §5)."""

    organization_id: str
    id: str
    ordinal: int
    name: str
    record_status: RecordStatus
    created_at: datetime
    updated_at: datetime

    @property
    def archived(self) -> bool:
        """Whether the group is out of use."""
        return self.record_status is not RecordStatus.ACTIVE


class GroupMember(msgspec.Struct, frozen=True):
    """A user in a group; `position` keeps the order that was given."""

    organization_id: str
    group_id: str
    user_id: str
    position: int


class GroupView(msgspec.Struct, frozen=True):
    """A group as readers see it, with its members' user ids in order."""

    group: ApprovalGroup
    user_ids: list[str]

    @property
    def id(self) -> str:
        """The group's id: what an event is about."""
        return self.group.id
