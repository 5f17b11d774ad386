"""What has to be approved: asking, approving and denying, asking others (contract v3-payables.md §5, v2.md §7.4).

Who calls holds the lock of the subject, so that of two approvers at once the second finds what the first did, and
nobody approves what is being changed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Final

from billfold.approvals import policies, store
from billfold.approvals.approvers import read_approver, read_approvers
from billfold.approvals.events import (
    ApprovalAsked,
    ApprovalDenied,
    ApprovalGiven,
    ApprovalRerouted,
    ApprovalWentStale,
)
from billfold.approvals.model import (
    TRANSITIONS,
    ApprovalStatus,
    Approver,
    Decision,
    Facts,
    Request,
    Step,
    StepSource,
    StepStatus,
    StepView,
    Subject,
    SubjectKind,
)
from billfold.identity import messages
from billfold.identity.controls import get_controls
from billfold.identity.store import USERS
from billfold.kit.ctx import Ctx, RecordStatus
from billfold.kit.errors import InvalidField, Refusal, existing
from billfold.kit.query import Page, Query
from billfold.kit.records import replace
from billfold.notes.notes import add_note

PREFIXES: Final = {SubjectKind.BILL: "0ba", SubjectKind.VENDOR_CREDIT: "vca"}
MAX_COMMENT: Final = 1000
#: What is still open.
_OPEN: Final = frozenset({StepStatus.WAITING, StepStatus.UPCOMING})
_DECIDED: Final = frozenset({StepStatus.APPROVED, StepStatus.DENIED})

Planned = tuple[Approver, StepSource]


class NotTheApprover(Refusal):
    """Only the approver whose turn it is may approve or deny."""

    sentence = "You are not the current approver of the {noun} {id}."


class NotYourTurnYet(Refusal):
    """Approvers act in their order."""

    sentence = "An earlier approver of the {noun} {id} has not approved yet."


class AlreadyDecided(Refusal):
    """An approver acts once."""

    sentence = "You have already approved or denied the {noun} {id}."


class CreatorMayNotApprove(Refusal):
    """The policy or the organization wants somebody else's approval of what a user entered or changed."""

    sentence = "You entered or changed the {noun} {id}: somebody else has to approve it."


class ApproversHaveActed(Refusal):
    """Approvers are set before the first of them acts; later they have to be cleared first."""

    sentence = "An approver of the {noun} {id} has already acted: clear the approvers first."


class TooFewApprovers(Refusal):
    """A policy wants more approvers than were named."""

    sentence = "The {noun} {id} needs at least {required} approvers."


def ask(
    ctx: Ctx, subject: Subject, gather: Callable[[], Facts], *, created_by: str, manual: Sequence[Approver] = ()
) -> ApprovalStatus:
    """Ask whom the policies name for approval, after those named by hand. Nobody must have been asked before.

    `gather` gives what policies look at; most organizations have none.
    """
    matching = policies.matching(ctx, subject.kind, gather)
    plan = _plan([row.approver for view in matching for row in view.approvers], manual)
    required = max((view.policy.minimum_approvers for view in matching), default=0)
    if not plan and not required:
        return ApprovalStatus.UNASSIGNED
    request = Request(
        organization_id=ctx.organization_id,
        subject_kind=subject.kind,
        subject_id=subject.id,
        required=required,
        forbid_creator=any(view.policy.forbid_creator for view in matching),
        created_by=created_by,
        changed_by=ctx.actor.user_id,
        opened_at=ctx.now,
    )
    store.REQUESTS.insert(ctx.tx, request)
    ctx.ids.reserve(len(plan))
    steps = [_new_step(ctx, subject, place, *planned) for place, planned in enumerate(plan)]
    store.STEPS.insert_all(ctx.tx, steps)
    if steps:
        _take_turn(ctx, steps[0])
    return ApprovalStatus.ASSIGNED


def ask_anew(ctx: Ctx, subject: Subject, gather: Callable[[], Facts], *, created_by: str) -> ApprovalStatus:
    """The subject changed: what was approved is stale. Whom somebody named by hand is asked again, too."""
    by_hand = [step.approver for step in _steps(ctx, subject) if step.source is StepSource.MANUAL]
    withdraw(ctx, subject)
    return ask(ctx, subject, gather, created_by=created_by, manual=by_hand)


def set_approvers(
    ctx: Ctx, subject: Subject, gather: Callable[[], Facts], user_ids: Sequence[str], *, created_by: str
) -> ApprovalStatus:
    """Ask these users, in this order, and then whom the policies name and the list lacks.

    Raises `ApproversHaveActed`, `TooFewApprovers`, `InvalidField`s.
    """
    if any(step.status not in _OPEN for step in _steps(ctx, subject)):
        raise ApproversHaveActed(noun=subject.kind.value, id=subject.id)
    by_hand = read_approvers(ctx, user_ids, "approvers")
    withdraw(ctx, subject)
    status = ask(ctx, subject, gather, created_by=created_by, manual=by_hand)
    request = store.request_of(ctx.tx, ctx.organization_id, subject)
    if request is not None and len(_steps(ctx, subject)) < request.required:
        raise TooFewApprovers(noun=subject.kind.value, id=subject.id, required=request.required)
    return status


def withdraw(ctx: Ctx, subject: Subject) -> None:
    """Ask nobody any more: all steps are stale, whatever was said."""
    for step in _steps(ctx, subject):
        stale = replace(_stepped(ctx, step, StepStatus.STALE), record_status=RecordStatus.INACTIVE)
        store.STEPS.update(ctx.tx, stale, "status", "status_changed_at", "record_status", "updated_at")
        if step.status in _DECIDED:
            ctx.emit(ApprovalWentStale(stale))
    store.remove_request(ctx.tx, ctx.organization_id, subject)


def decide(ctx: Ctx, subject: Subject, decision: Decision, comment: str | None) -> ApprovalStatus:
    """The actor approves or denies, if it is their turn; then the next approver is asked.

    A comment of blanks is none.
    Raises `NotTheApprover`, `NotYourTurnYet`, `AlreadyDecided`, `CreatorMayNotApprove`, `InvalidField`.
    """
    if len(comment or "") > MAX_COMMENT:
        raise InvalidField("comment", f"has more than {MAX_COMMENT} characters")
    request = store.request_of(ctx.tx, ctx.organization_id, subject, lock=ctx.tx.for_update)
    steps = _steps(ctx, subject)
    waiting = _step_to_decide(ctx, subject, steps)
    assert request is not None, f"{subject} has steps and no request"
    if ctx.actor.user_id in {request.created_by, request.changed_by} and (
        request.forbid_creator or get_controls(ctx).forbid_creator
    ):
        raise CreatorMayNotApprove(noun=subject.kind.value, id=subject.id)
    said = comment if comment and comment.strip() else None
    to = StepStatus.APPROVED if decision is Decision.APPROVE else StepStatus.DENIED
    decided = replace(_stepped(ctx, waiting, to), acted_by=ctx.actor.user_id, comment=said)
    store.STEPS.update(ctx.tx, decided, "status", "status_changed_at", "acted_by", "comment", "updated_at")
    if decided.comment is not None:
        add_note(ctx, subject.id, decided.comment)
    ctx.emit(ApprovalGiven(decided) if decision is Decision.APPROVE else ApprovalDenied(decided))
    following = next((step for step in steps if step.status is StepStatus.UPCOMING), None)
    if decision is Decision.APPROVE and following is not None:
        _take_turn(ctx, following)
    return status_of([decided if step.id == decided.id else step for step in steps], request.required)


def reassign(ctx: Ctx, subject: Subject, approver_id: str, to_id: str) -> None:
    """Ask `to_id` (a user or a group) instead of `approver_id`, at the same place in the order.

    Raises `NotFound` where nothing waits for that approver, and as `read_approver`.
    """
    steps = _steps(ctx, subject)
    open_steps = [step for step in steps if step.status in _OPEN]
    found = next((one for one in open_steps if approver_id in {one.user_id, one.group_id}), None)
    step = existing(found, "approver still to act", approver_id)
    approver = read_approver(ctx, to_id, "to")
    if any(one.approver == approver for one in steps if one.status is not StepStatus.REROUTED):
        raise InvalidField("to", "is an approver already", to_id)
    rerouted = _stepped(ctx, step, StepStatus.REROUTED)
    store.STEPS.update(ctx.tx, rerouted, "status", "status_changed_at", "updated_at")
    ctx.emit(ApprovalRerouted(rerouted))
    instead = _new_step(ctx, subject, step.position, approver, StepSource.REROUTED)
    store.STEPS.insert(ctx.tx, instead)
    if step.status is StepStatus.WAITING:
        _take_turn(ctx, instead)


def status_of(steps: Sequence[Step], required: int) -> ApprovalStatus:
    """How far a subject with these current steps is approved."""
    counted = [step for step in steps if step.status is not StepStatus.REROUTED]
    approved = sum(step.status is StepStatus.APPROVED for step in counted)
    if any(step.status is StepStatus.DENIED for step in counted):
        return ApprovalStatus.DENIED
    if approved and approved == len(counted) and approved >= required:
        return ApprovalStatus.APPROVED
    return ApprovalStatus.APPROVING if approved else ApprovalStatus.ASSIGNED


def approvers_of(ctx: Ctx, kind: SubjectKind, subject_ids: Sequence[str]) -> dict[str, list[StepView]]:
    """Who was asked for each subject as it is, in order."""
    found = store.current_steps_of_all(ctx.tx, ctx.organization_id, kind, subject_ids)
    steps = [step for subject_id in subject_ids for step in found[subject_id]]
    members = _members(ctx, steps)
    return {
        subject_id: [view for step in found[subject_id] for view in _views(step, members)] for subject_id in subject_ids
    }


def steps_of_user(
    ctx: Ctx, kind: SubjectKind, user_id: str, status: StepStatus, *, after: int = 0, limit: int = 1000
) -> list[Step]:
    """The current steps of this status that a user can take or took, in their order."""
    return store.steps_of_user(ctx.tx, ctx.organization_id, kind, user_id, status, after, limit)


def find_step(ctx: Ctx, kind: SubjectKind, step_id: str) -> Step | None:
    """The step with this id, a stale one too, if it is of such a subject."""
    step = store.STEPS.get(ctx.tx, ctx.organization_id, step_id)
    return step if step is not None and step.subject_kind is kind else None


def get_step(ctx: Ctx, kind: SubjectKind, step_id: str) -> Step:
    """The same. Raises `NotFound`."""
    return existing(find_step(ctx, kind, step_id), "approver", step_id)


def list_steps(ctx: Ctx, query: Query) -> Page[Step]:
    """A page of steps, stale ones too."""
    return store.STEPS.page(ctx.tx, ctx.organization_id, query)


def _plan(of_policies: Sequence[Approver], by_hand: Sequence[Approver]) -> list[Planned]:
    """Whom to ask, in order, nobody twice."""
    plan = dict.fromkeys(by_hand, StepSource.MANUAL)
    for approver in of_policies:
        plan.setdefault(approver, StepSource.POLICY)
    return list(plan.items())


def _steps(ctx: Ctx, subject: Subject) -> list[Step]:
    return store.current_steps(ctx.tx, ctx.organization_id, subject)


def _step_to_decide(ctx: Ctx, subject: Subject, steps: Sequence[Step]) -> Step:
    """The step whose turn it is, if it is the actor's. A member of a group who approved before leaves it to another."""
    actor, named = ctx.actor.user_id, {"noun": subject.kind.value, "id": subject.id}
    if any(step.acted_by == actor for step in steps):
        raise AlreadyDecided(**named)
    members = _members(ctx, steps)
    mine = [step for step in steps if actor in _candidates(step, members)]
    waiting = next((step for step in mine if step.status is StepStatus.WAITING), None)
    if waiting is not None:
        return waiting
    ahead = any(step.status is StepStatus.WAITING for step in steps)
    if ahead and any(step.status is StepStatus.UPCOMING for step in mine):
        raise NotYourTurnYet(**named)
    raise NotTheApprover(**named)


def _members(ctx: Ctx, steps: Sequence[Step]) -> dict[str, list[str]]:
    group_ids = sorted({step.group_id for step in steps if step.group_id is not None})
    return store.members_of(ctx.tx, ctx.organization_id, group_ids)


def _candidates(step: Step, members: dict[str, list[str]]) -> Collection[str]:
    if step.group_id is not None:
        return members.get(step.group_id, [])
    return [] if step.user_id is None else [step.user_id]


def _views(step: Step, members: dict[str, list[str]]) -> Iterator[StepView]:
    who = [step.acted_by] if step.acted_by is not None else _candidates(step, members)
    return (StepView(step, user_id) for user_id in who)


def _new_step(ctx: Ctx, subject: Subject, position: int, approver: Approver, source: StepSource) -> Step:
    step_id, ordinal = ctx.ids.new(PREFIXES[subject.kind])
    return Step(
        organization_id=ctx.organization_id,
        id=step_id,
        ordinal=ordinal,
        subject_kind=subject.kind,
        subject_id=subject.id,
        position=position,
        user_id=approver.user_id,
        group_id=approver.group_id,
        source=source,
        status=StepStatus.UPCOMING,
        status_changed_at=ctx.now,
        acted_by=None,
        comment=None,
        record_status=RecordStatus.ACTIVE,
        created_at=ctx.now,
        updated_at=ctx.now,
    )


def _take_turn(ctx: Ctx, step: Step) -> None:
    """It is this step's turn: whoever can take it hears of it."""
    waiting = _stepped(ctx, step, StepStatus.WAITING)
    store.STEPS.update(ctx.tx, waiting, "status", "status_changed_at", "updated_at")
    ctx.emit(ApprovalAsked(waiting))
    for user_id in _candidates(waiting, _members(ctx, [waiting])):
        user = USERS.get(ctx.tx, ctx.organization_id, user_id)
        if user is not None and not user.archived:
            text = f"The {step.subject_kind.value} {step.subject_id} waits for your approval."
            messages.send(ctx, "mail", user.email, text)


def _stepped(ctx: Ctx, step: Step, to: StepStatus) -> Step:
    status = TRANSITIONS.step(step.id, step.status, to)
    return replace(step, status=status, status_changed_at=ctx.now, updated_at=ctx.now)
