"""ListUserApprovals: the documents that a user has to approve, or did (contract v2.md §7.4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from billfold.approvals import requests
from billfold.approvals.model import Step, StepStatus, SubjectKind
from billfold.identity.users import get_user
from billfold.kit.ctx import Ctx
from billfold.kit.query import Filter, Op, Page, Query
from billfold.kit.records import replace
from billfold.parties.vendors import get_vendor
from billfold.payables.bills import bills
from billfold.payables.credits import vendor_credits
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.errors import InvalidParameter, MissingParameter
from billfold.wire.v2.approvers import read_approved
from billfold.wire.v2.bills import TABLE as BILL
from billfold.wire.v2.bills import sources_of
from billfold.wire.v2.documents import answer_type
from billfold.wire.v2.fields import Table
from billfold.wire.v2.lists import LARGEST_MAX, brief, read_detail, read_integer, read_query
from billfold.wire.v2.resource import operation, read_id
from billfold.wire.v2.vendor_credits import TABLE as CREDIT
from billfold.wire.v2.vendor_credits import CreditSource

Data = Mapping[str, Any]

#: What is asked for by `approvalType`.
_TYPES: Final = {
    "0": StepStatus.WAITING,
    "1": StepStatus.APPROVED,
    "2": StepStatus.DENIED,
    "3": StepStatus.UPCOMING,
}


class _Listed(msgspec.Struct, frozen=True):
    """How documents of a kind are found and shown: `record` is where a view has the document itself."""

    table: Table
    lines: str
    record: Callable[[Any], Any]
    find: Callable[[Ctx, Query], Page[Any]]
    sources: Callable[[Ctx, list[Any], str], Sequence[Any]]


_LISTED: Final = {
    SubjectKind.BILL: _Listed(BILL, "billLineItems", lambda view: view.bill, bills.list_bills, sources_of),
    SubjectKind.VENDOR_CREDIT: _Listed(
        CREDIT,
        "vendorCreditLineItems",
        lambda view: view.credit,
        vendor_credits.list_credits,
        lambda _, views, __: [CreditSource(view) for view in views],
    ),
}


class UserApprovalsShape(msgspec.Struct):
    """Bills or vendor credits, and the marker from which the list goes on."""

    marker: str
    approvals: Annotated[list[dict[str, Any]], Meta(description="Each a Bill, or a VendorCredit, with `related`.")]


def list_user_approvals(ctx: Ctx, call: Call, data: Data) -> dict[str, Any]:
    """What a user has to approve, approved, denied or is to approve later, with the vendors' names."""
    user = get_user(ctx, read_id(data, "usersId")).user
    kind = read_approved(data).kind
    listed = _LISTED[kind]
    status = _read_type(data)
    asked = {name: data[name] for name in ("filters", "sort") if name in data}
    query = replace(read_query(listed.table, asked), limit=LARGEST_MAX)
    limit = read_integer(data, "max", 1, LARGEST_MAX, LARGEST_MAX)
    marker = data.get("marker") or ""

    def next_steps(after: int, most: int) -> list[Step]:
        return requests.steps_of_user(ctx, kind, user.id, status, after=after, limit=most)

    last, views = _page(ctx, listed, query, next_steps, _read_marker(ctx, kind, marker), limit)
    shown = [listed.table.encode(source, call.vintage) for source in listed.sources(ctx, views, call.vintage)]
    if not read_detail(data).lines:
        for one in shown:
            del one[listed.lines]
    _relate(ctx, listed, shown)
    return {"marker": marker if last is None else _marker(last), "approvals": shown}


def _page(
    ctx: Ctx, listed: _Listed, query: Query, next_steps: Callable[[int, int], list[Step]], after: int, limit: int
) -> tuple[Step | None, list[Any]]:
    """The last step that was looked at, and the documents: a page is full where there are more.

    In the order of the steps, or sorted within the page.
    """
    last: Step | None = None
    found: dict[str, Any] = {}
    while len(found) < limit and (steps := next_steps(after, limit - len(found))):
        last, after = steps[-1], steps[-1].ordinal
        found |= _documents(ctx, listed, steps, query.filters)
    if not query.sorts or not found:
        return last, list(found.values())
    return last, listed.find(ctx, replace(query, filters=(Filter("id", Op.IN, tuple(found)),))).items


def _documents(ctx: Ctx, listed: _Listed, steps: list[Step], filters: tuple[Filter, ...]) -> dict[str, Any]:
    """Those of the steps in use that the filters let through, by id."""
    ids = tuple(dict.fromkeys(step.subject_id for step in steps))
    query = Query(filters=(*filters, Filter("id", Op.IN, ids)), limit=len(ids))
    views = {listed.record(view).id: view for view in listed.find(ctx, query).items}
    return {one: views[one] for one in ids if one in views and not listed.record(views[one]).archived}


def _relate(ctx: Ctx, listed: _Listed, shown: list[dict[str, Any]]) -> None:
    """Name the vendors, in `related`, which stands before the lines."""
    names = {vendor_id: get_vendor(ctx, vendor_id).name for vendor_id in {one["vendorId"] for one in shown}}
    for one in shown:
        lines = {listed.lines: one.pop(listed.lines)} if listed.lines in one else {}
        one.update({"related": {"vendorId": {"name": names[one["vendorId"]]}}} | lines)


def _marker(step: Step) -> str:
    return f"{step.id}|{_millis(step.created_at)}"


def _millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _read_marker(ctx: Ctx, kind: SubjectKind, marker: Any) -> int:
    """The ordinal after which the list goes on."""
    if marker == "":
        return 0
    step = requests.find_step(ctx, kind, str(marker).partition("|")[0])
    if step is None:
        raise InvalidParameter(name="marker", value=brief(marker))
    return step.ordinal


def _read_type(data: Data) -> StepStatus:
    raw = data.get("approvalType")
    if raw is None or raw == "":
        raise MissingParameter(name="approvalType")
    if str(raw) not in _TYPES:
        raise InvalidParameter(name="approvalType", value=brief(raw))
    return _TYPES[str(raw)]


def declare(catalogue: Catalogue) -> None:
    """The row of what a user approves."""
    operation(
        catalogue, "ListUserApprovals", "List the bills or vendor credits of an approver", list_user_approvals,
        response=answer_type(UserApprovalsShape, "UserApprovals"),
    )  # fmt: skip
