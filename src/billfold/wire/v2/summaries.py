"""GetAPSummary: what is due, and what waits for one's approval (contract v2.md §6.8)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import msgspec

from billfold.kit.ctx import Ctx
from billfold.payables.bills import due_summary
from billfold.payables.bills.due_summary import DueSummary
from billfold.wire.catalog import Call, Catalogue
from billfold.wire.v2.documents import answer_type
from billfold.wire.v2.resource import operation

#: v2's words for the times, in its order.
_TIMES: Final = {
    "overdue": "overdue", "dueToday": "today", "due7Days": "week", "due7PlusDays": "later", "all": "all",
}  # fmt: skip


class DueShape(msgspec.Struct):
    """How many bills are due when, and how much on them in USD. `due7Days` are the seven after today."""

    overdueCount: int
    overdueTotal: Decimal
    dueTodayCount: int
    dueTodayTotal: Decimal
    due7DaysCount: int
    due7DaysTotal: Decimal
    due7PlusDaysCount: int
    due7PlusDaysTotal: Decimal
    allCount: int
    allTotal: Decimal


class SummaryShape(msgspec.Struct):
    """The bills on which something is due, and those of them that wait for the user's approval."""

    bills: DueShape
    approvals: DueShape


def get_ap_summary(ctx: Ctx, _: Call, __: object) -> dict[str, Any]:
    """What is due, and what waits for one's approval."""
    approvals = due_summary.of_approvals(ctx, ctx.actor.user_id)
    return {"bills": _shown(due_summary.of_bills(ctx)), "approvals": _shown(approvals)}


def _shown(summary: DueSummary) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for word, attribute in _TIMES.items():
        due = getattr(summary, attribute)
        shown |= {f"{word}Count": due.count, f"{word}Total": due.total}
    return shown


def declare(catalogue: Catalogue) -> None:
    """The row of the summary of payables."""
    operation(
        catalogue, "GetAPSummary", "Sum up what is due, and what waits for approval", get_ap_summary,
        response=answer_type(SummaryShape, "APSummary"),
    )  # fmt: skip
