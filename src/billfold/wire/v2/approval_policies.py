"""ApprovalPolicy and ApprovalPolicyApprover (contract v2.md §7.1, §7.2).

v2 knows one rule, that a bill is above a threshold. It shows of v3's rules the first that says as much, and leaves
the others as they are.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from billfold.approvals import policies, policy_approvers
from billfold.approvals.model import (
    PolicyApprover,
    PolicyDraft,
    PolicyView,
    Rule,
    RuleDraft,
    RuleKey,
    RuleOp,
    SubjectKind,
)
from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx
from billfold.kit.errors import InvalidField, StateForbids
from billfold.wire.catalog import Catalogue
from billfold.wire.v2 import kinds
from billfold.wire.v2.fields import CREATED, ID, IS_ACTIVE, UPDATED, Field, Table, choice, money, reference
from billfold.wire.v2.resource import Verbs, declare_entity

_CENT: Final = Decimal("0.01")
_LOWER_BOUNDS: Final = frozenset({RuleOp.GT, RuleOp.GTE})


def _threshold(view: PolicyView) -> Decimal:
    """The amount above which bills need approval: 0.00 where no rule names one."""
    values = (Decimal(rule.values[0]) for rule in view.rules if _is_threshold(rule))
    return next(values, Decimal(0)).quantize(_CENT)


def _minimum(view: PolicyView) -> int:
    return max(view.policy.minimum_approvers, len(view.approvers))


def _is_threshold(rule: Rule) -> bool:
    return rule.key is RuleKey.AMOUNT and rule.op in _LOWER_BOUNDS


POLICY: Final = Table(
    "ApprovalPolicy",
    ID,
    IS_ACTIVE,
    # That of vendor credits is not documented.
    choice("type", "subject_kind", {"0": SubjectKind.BILL, "1": SubjectKind.VENDOR_CREDIT}),
    money("amountThreshold", "threshold", required=True, read=_threshold),
    Field(
        name="minNumApprovers",
        kind=kinds.WHOLE,
        attribute="minimum_approvers",
        read=_minimum,
    ),
    CREATED,
    UPDATED,
    root="policy",
)

APPROVER: Final = Table(
    "ApprovalPolicyApprover",
    ID,
    reference("approvalPolicyId", "policy_id", required=True),
    # None of a group.
    reference("usersId", "user_id", required=True, may_lack=True),
    Field(name="sortOrder", kind=kinds.WHOLE, attribute="position"),
    IS_ACTIVE,
    CREATED,
    UPDATED,
)


def _create(ctx: Ctx, found: dict[str, Any]) -> PolicyView:
    """A policy for bills above the threshold, which one approver at least has to approve.

    No minimum, or one of none, leaves it to the approvers that are named next: until then, anyone may be one.
    """
    threshold = found["threshold"]
    minimum = found.get("minimum_approvers")
    return policies.create_policy(
        ctx,
        PolicyDraft(
            name=f"Above {threshold}",
            subject_kind=found.get("subject_kind") or SubjectKind.BILL,
            rules=(_above(threshold),),
            approver_ids=(),
            minimum_approvers=minimum or 1,
        ),
    )


def _update(ctx: Ctx, policy_id: str, found: dict[str, Any]) -> PolicyView:
    """What is left out stays; another threshold takes the place of the one before. An echo changes nothing."""
    view = policies.get_policy(ctx, policy_id)
    if found.get("subject_kind") not in {None, view.policy.subject_kind}:
        raise InvalidField("subject_kind", "cannot change")
    kept = [RuleDraft(rule.key, rule.op, rule.values) for rule in view.rules]
    minimum, threshold = found.get("minimum_approvers"), found.get("threshold")
    if threshold in {None, _threshold(view)} and minimum in {None, _minimum(view)}:
        return view
    if threshold is not None and threshold != _threshold(view):
        others = [draft for draft, rule in zip(kept, view.rules, strict=True) if not _is_threshold(rule)]
        kept = [_above(threshold), *others]
    return policies.replace_policy(
        ctx,
        policy_id,
        PolicyDraft(
            name=view.policy.name,
            rules=tuple(kept),
            approver_ids=tuple(row.user_id or row.group_id or "" for row in view.approvers),
            minimum_approvers=view.policy.minimum_approvers if minimum in {None, _minimum(view)} else minimum,
        ),
    )


def _restore(ctx: Ctx, policy_id: str) -> PolicyView:
    """A policy in use is one already; a deleted one stays so (contract v3-payables.md §0.7)."""
    view = policies.get_policy(ctx, policy_id)
    if view.policy.archived:
        raise StateForbids(noun="approval policy", id=policy_id, verb="be restored", state="deleted")
    return view


def _above(threshold: Decimal) -> RuleDraft:
    if threshold < 0 or threshold != threshold.quantize(_CENT):
        raise InvalidField("threshold", "must be an amount of at least 0.00")
    return RuleDraft(RuleKey.AMOUNT, RuleOp.GT, (format(threshold, "f"),))


def _add_approver(ctx: Ctx, found: dict[str, Any]) -> PolicyApprover:
    return policy_approvers.add_approver(ctx, found["policy_id"], found["user_id"], _position(found))


def _update_approver(ctx: Ctx, row_id: str, found: dict[str, Any]) -> PolicyApprover:
    """Only the order can change: another user is another approver."""
    row = policy_approvers.get_approver(ctx, row_id)
    for field in ("policy_id", "user_id"):
        if found.get(field, getattr(row, field)) != getattr(row, field):
            raise InvalidField(field, "cannot change", found[field])
    position = _position(found)
    return policy_approvers.update_approver(ctx, row_id, {} if position is None else {"position": position})


def _position(found: dict[str, Any]) -> int | None:
    position: int | None = found.get("position")
    if position is not None and position < 0:
        raise InvalidField("position", "must not be negative", position)
    return position


def declare(catalogue: Catalogue) -> None:
    """The rows of policies and of whom they name."""
    of_policies = Verbs(
        get=policies.get_policy,
        create=_create,
        update=_update,
        archive=policies.delete_policy,
        restore=_restore,
        find=policies.list_policies,
    )
    of_approvers = Verbs(
        get=policy_approvers.get_approver,
        create=_add_approver,
        update=_update_approver,
        archive=policy_approvers.archive_approver,
        restore=policy_approvers.restore_approver,
        find=policy_approvers.list_approvers,
    )
    declare_entity(catalogue, POLICY, of_policies, Permission.WRITE_POLICIES)
    declare_entity(catalogue, APPROVER, of_approvers, Permission.WRITE_POLICIES)
