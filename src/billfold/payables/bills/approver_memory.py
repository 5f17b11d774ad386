"""Whoever was named last for a bill of a vendor is asked to approve the next one, too (contract v2.md §5.3)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from billfold.approvals.approvers import usable_approvers
from billfold.approvals.model import Approver
from billfold.kit.ctx import Ctx
from billfold.parties import vendors
from billfold.parties.model import Vendor


def remember(ctx: Ctx, vendor: Vendor, approver_ids: Sequence[str]) -> None:
    """Ask these users and groups for the next bill, in this order; none to forget. The vendor is locked."""
    vendors.note_approvers(ctx, vendor, approver_ids)


def remembered(ctx: Ctx, vendor: Vendor) -> list[Approver]:
    """Those who can still approve: the memory keeps no bill from being entered."""
    if vendor.approver_ids is None:
        return []
    return usable_approvers(ctx, msgspec.json.decode(vendor.approver_ids, type=list[str]))
