"""BillApprover and VendCreditApprover, and what approvers do (contract v2.md §7.3, §7.4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from billfold.approvals import requests
from billfold.approvals.model import Decision, Step, StepStatus, SubjectKind
from billfold.identity.permissions import Permission
from billfold.identity.users import get_user
from billfold.kit.ctx import Ctx
from billfold.kit.errors import InvalidField
from billfold.kit.query import Filter, Op, Page, Query
from billfold.kit.records import replace
from billfold.payables import bill_approvals, bills
from billfold.payables.model import BillView
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.errors import InvalidDatatype, InvalidParameter, MissingData, MissingParameter
from billfold.wire.v2 import kinds
from billfold.wire.v2.bills import TABLE as BILL
from billfold.wire.v2.bills import sources_of
from billfold.wire.v2.documents import answer_type, shape_of
from billfold.wire.v2.fields import ID, IS_ACTIVE, Field, Table, choice, constant, reference
from billfold.wire.v2.lists import LARGEST_MAX, read_detail, read_integer, read_query
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
#: What ListUserApprovals asks for by `approvalType`.
_TYPES: Final = {
    "0": StepStatus.WAITING,
    "1": StepStatus.APPROVED,
    "2": StepStatus.DENIED,
    "3": StepStatus.UPCOMING,
}
_BILL: Final = "Bill"
_NOTHING: Final[dict[str, Any]] = {}


class StepSource(msgspec.Struct, frozen=True):
    """What a step is shown from. No user: a group's, of whom nobody has acted."""

    step: Step
    user_id: str | None


class DoneShape(msgspec.Struct):
    """It is done; there is nothing to say."""


class UserApprovalsShape(msgspec.Struct):
    """Bills, and the marker from which the list goes on."""

    marker: str
    approvals: list[shape_of(BILL)]  # type: ignore[valid-type]


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


def set_approvers(ctx: Ctx, _: Call, data: Data) -> dict[str, Any]:
    """Say who approves, in which order; whom the policies name comes after."""
    bill_id, user_ids = _read_bill_id(data), data.get("approvers")
    if user_ids is None:
        raise MissingData(name="approvers")
    if not isinstance(user_ids, list) or not all(isinstance(one, str) for one in user_ids):
        raise InvalidDatatype(field="approvers")
    if not user_ids:
        raise InvalidField("approvers", "must name an approver")
    bill_approvals.set_approvers(ctx, bill_id, user_ids)
    return _NOTHING


def clear_approvers(ctx: Ctx, _: Call, data: Data) -> dict[str, Any]:
    """Take all approvers away, whatever they said; whom the policies name starts anew."""
    bill_approvals.clear_approvers(ctx, _read_bill_id(data))
    return _NOTHING


def list_approvers(ctx: Ctx, call: Call, data: Data) -> list[dict[str, Any]]:
    """Who approves, in order; of a group every member until one of them has acted."""
    bill_id = bill_approvals.require_bill(ctx, _read_bill_id(data)).id
    views = bill_approvals.approvers_of(ctx, [bill_id])[bill_id]
    return [BILL_APPROVER.encode(StepSource(view.step, view.user_id), call.vintage) for view in views]


def approve(ctx: Ctx, _: Call, data: Data) -> dict[str, Any]:
    """Approve, as the approver whose turn it is."""
    bill_approvals.decide(ctx, _read_bill_id(data), Decision.APPROVE, comment=_read_comment(data))
    return _NOTHING


def deny(ctx: Ctx, _: Call, data: Data) -> dict[str, Any]:
    """Deny, as the approver whose turn it is."""
    bill_approvals.decide(ctx, _read_bill_id(data), Decision.DENY, comment=_read_comment(data))
    return _NOTHING


def list_user_approvals(ctx: Ctx, call: Call, data: Data) -> dict[str, Any]:
    """The bills that a user has to approve, approved, denied or is to approve later, with their vendors' names."""
    user = get_user(ctx, read_id(data, "usersId")).user
    _require_bills(data)
    status = _read_type(data)
    query = replace(read_query(BILL, {name: data[name] for name in ("filters", "sort") if name in data}), limit=1000)
    limit = read_integer(data, "max", 1, LARGEST_MAX, LARGEST_MAX)
    marker = data.get("marker") or ""
    steps = requests.steps_of_user(ctx, SubjectKind.BILL, user.id, status, after=_read_marker(ctx, marker), limit=limit)
    views = _bills(ctx, steps, query)
    return {
        "marker": _marker(steps[-1]) if steps else marker,
        "approvals": [_with_vendor(shown, view) for shown, view in _shown(ctx, views, call, data)],
    }


def _bills(ctx: Ctx, steps: list[Step], query: Query) -> list[BillView]:
    """The steps' bills in use that the filters let through: in the order of the steps unless sorted otherwise."""
    if not steps:
        return []
    ids = tuple(step.subject_id for step in steps)
    found = bills.list_bills(ctx, replace(query, filters=(*query.filters, Filter("id", Op.IN, ids)))).items
    in_use = [view for view in found if not view.bill.archived]
    return in_use if query.sorts else sorted(in_use, key=lambda view: ids.index(view.bill.id))


def _shown(ctx: Ctx, views: list[BillView], call: Call, data: Data) -> list[tuple[dict[str, Any], BillView]]:
    detail = read_detail(data)
    shown = [BILL.encode(source, call.vintage) for source in sources_of(ctx, views, call.vintage)]
    if not detail.lines:
        for one in shown:
            del one["billLineItems"]
    return list(zip(shown, views, strict=True))


def _with_vendor(shown: dict[str, Any], view: BillView) -> dict[str, Any]:
    """`related` stands before the lines."""
    lines = {"billLineItems": shown.pop("billLineItems")} if "billLineItems" in shown else {}
    return shown | {"related": {"vendorId": {"name": view.vendor_name}}} | lines


def _marker(step: Step) -> str:
    return f"{step.id}|{_millis(step.created_at)}"


def _millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _read_marker(ctx: Ctx, marker: Any) -> int:
    """The ordinal after which the list goes on."""
    if marker == "":
        return 0
    step = requests.find_step(ctx, SubjectKind.BILL, str(marker).partition("|")[0])
    if step is None:
        raise InvalidParameter(name="marker", value=str(marker)[:60])
    return step.ordinal


def _read_type(data: Data) -> StepStatus:
    raw = data.get("approvalType")
    if raw is None or raw == "":
        raise MissingParameter(name="approvalType")
    if str(raw) not in _TYPES:
        raise InvalidParameter(name="approvalType", value=str(raw)[:20])
    return _TYPES[str(raw)]


def _read_bill_id(data: Data) -> str:
    bill_id = read_id(data, "objectId")
    _require_bills(data)
    return bill_id


def _require_bills(data: Data) -> None:
    """Raises `MissingParameter`, `InvalidField`: only bills are approved."""
    entity = data.get("entity")
    if entity is None or entity == "":
        raise MissingParameter(name="entity")
    if entity != _BILL:
        raise InvalidField("entity", f"must be {_BILL}", entity)


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
        sources=lambda _, steps, __: [StepSource(step, step.acted_by or step.user_id) for step in steps],
    )


def declare(catalogue: Catalogue) -> None:
    """The rows of approvers, and of what they and those who choose them do."""
    declare_entity(catalogue, BILL_APPROVER, _verbs(SubjectKind.BILL), Permission.READ, bulk=False)
    declare_entity(catalogue, CREDIT_APPROVER, _verbs(SubjectKind.VENDOR_CREDIT), Permission.READ, bulk=False)
    done = answer_type(DoneShape, "Done")
    verbs: tuple[tuple[str, str, Callable[..., Any], Permission], ...] = (
        ("SetApprovers", "Say who approves a bill", set_approvers, Permission.WRITE_BILLS),
        ("ClearApprovers", "Take a bill's approvers away", clear_approvers, Permission.WRITE_BILLS),
        ("Approve", "Approve a bill", approve, Permission.APPROVE),
        ("Deny", "Deny a bill", deny, Permission.APPROVE),
    )
    for name, summary, run, needs in verbs:
        operation(catalogue, name, summary, run, response=done, needs=needs, write=True)
    operation(
        catalogue, "ListApprovers", "List who approves a bill", list_approvers,
        response=answer_type(list[shape_of(BILL_APPROVER)], "Approvers"),  # type: ignore[misc]
    )  # fmt: skip
    operation(
        catalogue, "ListUserApprovals", "List the bills of an approver", list_user_approvals,
        response=answer_type(UserApprovalsShape, "UserApprovals"),
    )  # fmt: skip
