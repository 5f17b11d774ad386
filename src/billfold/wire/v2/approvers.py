"""BillApprover and VendCreditApprover, and what approvers do (contract v2.md §7.3, §7.4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from billfold.approvals import requests
from billfold.approvals.model import Decision, Step, StepStatus, SubjectKind
from billfold.identity.permissions import Permission
from billfold.kit.ctx import Ctx
from billfold.kit.errors import InvalidField
from billfold.kit.query import Filter, Op, Page, Query
from billfold.kit.records import replace
from billfold.payables.bills import bill_approvals, bills
from billfold.payables.credits import credit_approvals, vendor_credits
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.errors import InvalidDatatype, InvalidEntity, MissingData, MissingParameter
from billfold.wire.v2 import kinds
from billfold.wire.v2.documents import answer_type, shape_of
from billfold.wire.v2.fields import ID, IS_ACTIVE, Field, Table, choice, constant, reference
from billfold.wire.v2.resource import Verbs, declare_entity, operation, read_id

Data = Mapping[str, Any]

STATUSES: Final = {
    "0": StepStatus.WAITING,
    # Reading does not write: nobody is noted as having looked.
    "1": "VIEWED",
    "2": StepStatus.REROUTED,
    "3": StepStatus.DENIED,
    "4": StepStatus.APPROVED,
    "5": StepStatus.UPCOMING,
    "6": StepStatus.STALE,
}
_NOTHING: Final[dict[str, Any]] = {}


class ApproverSource(msgspec.Struct, frozen=True):
    """What an approver is shown from. No user: a group's, of whom nobody has acted."""

    step: Step
    user_id: str | None


class DoneShape(msgspec.Struct):
    """It is done; there is nothing to say."""


def _table(entity: str, subject: str) -> Table:
    return Table(
        entity,
        ID,
        reference(subject, "subject_id", read_only=True),
        reference("usersId", "user_id", read_only=True, read=lambda source: source.user_id),
        Field(name="sortOrder", kind=kinds.WHOLE, attribute="position", read_only=True),
        choice("status", "status", STATUSES, read_only=True),
        Field(name="statusChangedDate", kind=kinds.TIME, attribute="status_changed_at", read_only=True),
        *constant(None, kinds.TEXT, "lastReminderDate", since="2012"),
        IS_ACTIVE,
        root="step",
    )


BILL_APPROVER: Final = _table("BillApprover", "billId")
CREDIT_APPROVER: Final = _table("VendCreditApprover", "vendorCreditId")


class Approved(msgspec.Struct, frozen=True):
    """A kind of document that is approved, and what the domain does with one."""

    kind: SubjectKind
    approvers: Table
    get: Callable[[Ctx, str], Any]
    set_approvers: Callable[..., Any]
    clear_approvers: Callable[[Ctx, str], Any]
    decide: Callable[..., Any]


#: By the name that requests give in `entity`.
APPROVED: Final = {
    "Bill": Approved(
        SubjectKind.BILL,
        BILL_APPROVER,
        bills.get_bill,
        bill_approvals.set_approvers,
        bill_approvals.clear_approvers,
        bill_approvals.decide,
    ),
    "VendorCredit": Approved(
        SubjectKind.VENDOR_CREDIT,
        CREDIT_APPROVER,
        vendor_credits.get_credit,
        credit_approvals.set_approvers,
        credit_approvals.clear_approvers,
        credit_approvals.decide,
    ),
}


def set_approvers(ctx: Ctx, _: Call, data: Data) -> dict[str, Any]:
    """Say who approves, in which order; whom the policies name comes after."""
    object_id, approved, user_ids = read_id(data, "objectId"), read_approved(data), data.get("approvers")
    if user_ids is None:
        raise MissingData(name="approvers")
    if not isinstance(user_ids, list) or not all(isinstance(one, str) for one in user_ids):
        raise InvalidDatatype(field="approvers")
    if not user_ids:
        raise InvalidField("approvers", "must name an approver")
    approved.set_approvers(ctx, object_id, user_ids)
    return _NOTHING


def clear_approvers(ctx: Ctx, _: Call, data: Data) -> dict[str, Any]:
    """Take all approvers away, whatever they said; whom the policies name starts anew."""
    object_id = read_id(data, "objectId")
    read_approved(data).clear_approvers(ctx, object_id)
    return _NOTHING


def list_approvers(ctx: Ctx, call: Call, data: Data) -> list[dict[str, Any]]:
    """Who approves, in order; of a group every member until one of them has acted."""
    object_id = read_id(data, "objectId")
    approved = read_approved(data if data.get("entity") else {**data, "entity": _entity_of(object_id)})
    approved.get(ctx, object_id)
    views = requests.approvers_of(ctx, approved.kind, [object_id])[object_id]
    return [approved.approvers.encode(ApproverSource(view.step, view.user_id), call.vintage) for view in views]


def approve(ctx: Ctx, _: Call, data: Data) -> dict[str, Any]:
    """Approve, as the approver whose turn it is."""
    return _decide(ctx, data, Decision.APPROVE)


def deny(ctx: Ctx, _: Call, data: Data) -> dict[str, Any]:
    """Deny, as the approver whose turn it is."""
    return _decide(ctx, data, Decision.DENY)


def read_approved(data: Data) -> Approved:
    """The kind of document that `entity` names. Raises `MissingParameter`, `InvalidDatatype`, `InvalidEntity`."""
    entity = data.get("entity")
    if entity is None or entity == "":
        raise MissingParameter(name="entity")
    if not isinstance(entity, str):
        raise InvalidDatatype(field="entity")
    if entity not in APPROVED:
        raise InvalidEntity(entity=entity[:40])
    return APPROVED[entity]


def _entity_of(object_id: str) -> str:
    """`entity` where ListApprovers leaves it out (§7.4)."""
    return "VendorCredit" if object_id.startswith(vendor_credits.PREFIX) else "Bill"


def _decide(ctx: Ctx, data: Data, decision: Decision) -> dict[str, Any]:
    object_id = read_id(data, "objectId")
    read_approved(data).decide(ctx, object_id, decision, comment=_read_comment(data))
    return _NOTHING


def _read_comment(data: Data) -> str | None:
    comment = data.get("comment")
    if comment is not None and not isinstance(comment, str):
        raise InvalidDatatype(field="comment")
    return comment


def _verbs(kind: SubjectKind) -> Verbs:
    def find(ctx: Ctx, query: Query) -> Page[Step]:
        return requests.list_steps(ctx, replace(query, filters=(*query.filters, Filter("subject_kind", Op.EQ, kind))))

    return Verbs(
        get=lambda ctx, step_id: requests.get_step(ctx, kind, step_id),
        find=find,
        sources=lambda _, steps, __: [ApproverSource(step, step.acted_by or step.user_id) for step in steps],
    )


def declare(catalogue: Catalogue) -> None:
    """The rows of approvers, and of what they and those who choose them do."""
    declare_entity(catalogue, BILL_APPROVER, _verbs(SubjectKind.BILL), Permission.READ, bulk=False)
    declare_entity(catalogue, CREDIT_APPROVER, _verbs(SubjectKind.VENDOR_CREDIT), Permission.READ, bulk=False)
    done = answer_type(DoneShape, "Done")
    verbs: tuple[tuple[str, str, Callable[..., Any], Permission], ...] = (
        ("SetApprovers", "Say who approves a bill or vendor credit", set_approvers, Permission.WRITE_BILLS),
        (
            "ClearApprovers",
            "Take the approvers of a document away",
            clear_approvers,
            Permission.WRITE_BILLS,
        ),
        ("Approve", "Approve a bill or vendor credit", approve, Permission.APPROVE),
        ("Deny", "Deny a bill or vendor credit", deny, Permission.APPROVE),
    )
    for name, summary, run, needs in verbs:
        operation(catalogue, name, summary, run, response=done, needs=needs, write=True)
    operation(
        catalogue, "ListApprovers", "List who approves a bill or vendor credit", list_approvers,
        response=answer_type(list[shape_of(BILL_APPROVER)], "Approvers"),  # type: ignore[misc]
    )  # fmt: skip
