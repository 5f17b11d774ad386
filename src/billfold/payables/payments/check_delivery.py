"""Checks that travel faster than by post: which are offered, until when, and what days they mean (payables §6.2, §6.5).

The money is collected first, as always: a fast check of the process date D is printed on D + 1, once it is funded, and
arrives one, two or three business days later. It is ordered by 12:00 in Los Angeles on the business day before D.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from billfold.kit.business_days import add_business_days
from billfold.kit.errors import Checks, InvalidField
from billfold.payables.payments import funding_sources
from billfold.payables.payments.model import DisbursementType
from billfold.payables.payments.payment_rules import Part, ProcessDateInvalid, refuse_any
from billfold.payables.payments.reach import Reach, arrives_on_by
from billfold.rails import calendar
from billfold.rails.checks.model import Delivery
from billfold.rails.model import Rail

STANDARD: Final = "STANDARD"
_SERVICES: Final = {service.value: service for service in Delivery}
#: What each service costs, in cents, taken with the money of the payment (contract: payables §6.5).
_FEES: Final = {Delivery.UPS_1DAY: 1_999, Delivery.UPS_2DAY: 1_499, Delivery.UPS_3DAY: 999}


def delivery_of(check_delivery_type: str) -> Delivery | None:
    """The service that carries the check; None by post."""
    return _SERVICES.get(check_delivery_type)


def is_fast(check_delivery_type: str) -> bool:
    """Whether the check travels faster than by post."""
    return delivery_of(check_delivery_type) is not None


def fee_of(check_delivery_type: str, funding: Rail) -> int:
    """What the delivery costs beside the payment's amount, in cents; who pays from its own bank pays its carrier."""
    delivery = delivery_of(check_delivery_type)
    return 0 if delivery is None or funding is Rail.BOOK else _FEES[delivery]


def earliest_process_date(check_delivery_type: str, now: datetime) -> date:
    """The first process date that can still be ordered."""
    if delivery_of(check_delivery_type) is None:
        return calendar.earliest_process_date(now)
    return calendar.earliest_fast_check_date(now)


def check_ordered_in_time(check_delivery_type: str, process_on: date, now: datetime) -> None:
    """A fast check is ordered by noon. Raises `ProcessDateInvalid`."""
    if process_on < earliest_process_date(check_delivery_type, now):
        raise ProcessDateInvalid(process_on=process_on)


def require_paid_by_check(parts: Sequence[Part], reach: dict[str, Reach], check_delivery_type: str) -> None:
    """Only who is paid by check can get one faster. Raises `PartsRefused`."""
    if delivery_of(check_delivery_type) is None:
        return
    checks = [Checks() for _ in parts]
    for part, found in zip(parts, checks, strict=True):
        found.require(
            reach[part.vendor.id].disbursement is DisbursementType.CHECK,
            InvalidField("check_delivery_type", "is of checks, and the vendor is not paid by check"),
        )
    refuse_any(checks)


def leaves_on(check_delivery_type: str, funding: Rail, process_on: date) -> date:
    """When what pays the vendor leaves: a fast check as soon as it is funded."""
    if delivery_of(check_delivery_type) is None or funding is Rail.BOOK:
        return funding_sources.disbursed_on(funding, process_on)
    return add_business_days(process_on, calendar.DAYS_TO_FUND)


def arrives_on(disbursement: DisbursementType, sub_type: str | None, check_delivery_type: str, paid_on: date) -> date:
    """The day by which the vendor has what leaves on that day; `sub_type` is how it goes abroad, if it does."""
    delivery = delivery_of(check_delivery_type)
    if delivery is None or disbursement is not DisbursementType.CHECK:
        return arrives_on_by(disbursement, sub_type, paid_on)
    return add_business_days(paid_on, delivery.days)
