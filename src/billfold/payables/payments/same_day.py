"""Payments that arrive on the day they are made: ACH in the Fed's same-day windows (settled.md §4; payables §6.5).

Asked for before 08:00 in Los Angeles of the process date, which may be today, for at most 25,000.00. The debit leaves
with the first window that can still be reached, the credit with the last one, which does not wait until the debit can
no longer come back: if it does, the organization owes it (FUNDING_FAILED_ACTION_NEEDED). There is no fee.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from billfold.kit.business_days import is_business_day
from billfold.kit.ctx import Ctx
from billfold.kit.errors import Checks, InvalidField
from billfold.kit.records import replace
from billfold.payables.payments.model import DisbursementType
from billfold.payables.payments.payment_rules import Part, ProcessDateInvalid, latest_date, refuse_any
from billfold.payables.payments.reach import Reach
from billfold.rails import calendar
from billfold.rails.model import Leg, Rail
from billfold.rails.transfers import TransferDraft

#: What a payment of the same day may come to.
MAX_AMOUNT_MINOR: Final = 2_500_000
_FUNDING: Final = frozenset({Rail.ACH, Rail.BOOK})


def check_date(ctx: Ctx, process_on: date) -> None:
    """The process date is a business day on which it can still be made. Raises `ProcessDateInvalid`."""
    in_time = ctx.now < calendar.pay_faster_closes(process_on)
    if not in_time or not is_business_day(process_on) or process_on > latest_date(ctx):
        raise ProcessDateInvalid(process_on=process_on)


def check_groups(
    parts: Sequence[Part], groups: Sequence[Sequence[Part]], reach: dict[str, Reach], funding: Rail
) -> None:
    """Every payment is small enough, made by ACH, and funded from a bank account. Raises `PartsRefused`."""
    checks = {part.bill.id: Checks() for part in parts}
    for group in groups:
        too_large = sum(part.amount_minor for part in group) > MAX_AMOUNT_MINOR
        by_ach = reach[group[0].vendor.id].disbursement is DisbursementType.ACH
        for part in group:
            found = checks[part.bill.id]
            found.require(funding in _FUNDING, InvalidField("pay_faster", "is for payments from a bank account"))
            found.require(not too_large, InvalidField("pay_faster", "is for payments of at most 25000.00"))
            found.require(by_ach, InvalidField("pay_faster", "is by ACH, and the vendor has no bank account"))
    refuse_any(list(checks.values()))


def made_faster(drafts: Sequence[TransferDraft], now: datetime) -> list[TransferDraft]:
    """The legs of a payment, each in its window of the process date. What no bank sees stays as it is."""
    day = drafts[0].effective_on
    windows = [builds_at for builds_at in calendar.same_day_builds(day) if builds_at > now]
    is_debited = drafts[0].rail is Rail.ACH
    return [
        draft
        if draft.rail is not Rail.ACH
        else replace(
            draft,
            effective_on=day,
            held=False,
            same_day_at=windows[-1] if draft.leg is Leg.DISBURSEMENT and is_debited else windows[0],
        )
        for draft in drafts
    ]
