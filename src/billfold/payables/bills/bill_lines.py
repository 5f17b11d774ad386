"""The lines of a bill: those of any document (payables/lines.py), with what form 1099 asks of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from billfold.kit.ctx import Ctx
from billfold.payables import lines
from billfold.payables.bills.model import BillLine
from billfold.payables.lines import LineDraft

PREFIX: Final = "bli"


def merge(
    ctx: Ctx, bill_id: str, before: Sequence[BillLine], drafts: Sequence[LineDraft], currency: str
) -> list[BillLine]:
    """The bill's lines as they will be. Raises as `lines.merge`."""

    def make(line_id: str, position: int, kept: BillLine | None) -> BillLine:
        draft = drafts[position]
        return BillLine(
            organization_id=ctx.organization_id,
            bill_id=bill_id,
            id=line_id,
            form_1099_category_id=draft.form_1099_category_id,
            is_reportable=draft.is_reportable,
            reportable_minor=lines.reportable_minor(draft, currency, f"lines[{position}]"),
            **lines.kept_of(ctx, draft, position, kept, currency),
        )

    return lines.merge(ctx, before, drafts, PREFIX, make)
