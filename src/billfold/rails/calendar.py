"""When things happen (settled.md §4): cut-offs in Los Angeles, the Fed's windows in New York."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from billfold.kit.business_days import (
    add_business_days,
    is_business_day,
    next_business_day,
    previous_business_day,
)

LOS_ANGELES: Final = ZoneInfo("America/Los_Angeles")
NEW_YORK: Final = ZoneInfo("America/New_York")

_CUT_OFF: Final = time(18, 0)
#: The Fed's window for next-day files, when the day's transfers are taken up.
_NEXT_DAY_WINDOW: Final = time(2, 15)
#: Banks post returns before settlements, so that a debit sent back is never taken for collected.
_RETURNS: Final = time(8, 0)
_SETTLEMENT: Final = time(8, 30)

#: When a day's checks are printed and mailed, and when the post brings them.
_PRINTING: Final = time(9, 0)
_POST: Final = time(12, 0)

#: When a day's transfers abroad go to the bank.
_SENDING_ABROAD: Final = time(9, 0)

#: Business days from the process date: funded, disbursed; from a credit to its arrival, and to its return.
DAYS_TO_FUND: Final = 1
DAYS_TO_DISBURSE: Final = 2
DAYS_TO_ARRIVE: Final = 1
DAYS_TO_RETURN_CREDIT: Final = 2
#: Business days from the printing of a check to its delivery (the sixth from the process date), and from that on until
#: it is cashed.
DAYS_TO_DELIVER_CHECK: Final = 4
DAYS_TO_CASH_CHECK: Final = 2
#: Until when a check that travels faster can be ordered, on the business day before its process date.
_FAST_CHECKS: Final = time(12, 0)
#: Days before a check is stale that its drawer is told so.
DAYS_OF_WARNING: Final = 14
#: Business days until money that was collected for nothing is back: 2 to 5, says the contract (payables §6.6).
DAYS_TO_REFUND: Final = 2
#: Until when a void is decided on the same day (contract v2.md §6.4).
_VOIDING: Final = time(16, 0)


class Window(NamedTuple):
    """A same-day window of the Fed, in New York: its deadline, when it settles, and how a batch asks for it."""

    closes: time
    settles: time
    mark: str


SAME_DAY_WINDOWS: Final = (
    Window(time(10, 30), time(13, 0), "SD1300"),
    Window(time(14, 45), time(17, 0), "SD1700"),
    Window(time(16, 45), time(18, 0), "SD1800"),
)
#: How long before its deadline a file for a same-day window is built: banks need their time too.
_LEAD: Final = timedelta(minutes=30)
#: Until when a payment for the day itself can be asked for.
_PAY_FASTER: Final = time(8, 0)


class Slot(NamedTuple):
    """What a file that leaves now can reach: its day, its window if it is of the same day, and how it goes on."""

    effective_on: date
    window: Window | None
    debits_start_at: datetime
    debits_settle_at: datetime
    credits_start_at: datetime
    credits_settle_at: datetime


def today(now: datetime) -> date:
    """The day that process dates are counted from."""
    return now.astimezone(LOS_ANGELES).date()


def fed_day(now: datetime) -> date:
    """The Federal Reserve's day: its first window opens while Los Angeles still has the day before."""
    return now.astimezone(NEW_YORK).date()


def cut_off(process_on: date) -> datetime:
    """Until when a payment can be scheduled for, or cancelled before, this process date."""
    return _at(previous_business_day(process_on), _CUT_OFF, LOS_ANGELES)


def earliest_process_date(now: datetime) -> date:
    """The first business day after today whose cut-off has not passed."""
    return _first_open(next_business_day(today(now)), cut_off, now)


def earliest_fast_check_date(now: datetime) -> date:
    """The first process date of a check that travels faster than by post."""
    return _first_open(next_business_day(today(now)), _fast_checks_close, now)


def is_process_date(day: date, now: datetime) -> bool:
    """Whether a payment may be scheduled for this day."""
    return is_business_day(day) and day >= earliest_process_date(now)


def starts_at(effective_on: date) -> datetime:
    """When the Fed takes up the transfers of an effective entry date."""
    return _at(effective_on, _NEXT_DAY_WINDOW, NEW_YORK)


def debit_settles_at(effective_on: date) -> datetime:
    """When a debit counts as collected: good funds, a business day after its effective entry date."""
    return _at(add_business_days(effective_on, DAYS_TO_FUND), _SETTLEMENT, NEW_YORK)


def credit_settles_at(effective_on: date) -> datetime:
    """When a credit is in the receiver's account."""
    return _at(effective_on, _SETTLEMENT, NEW_YORK)


def debit_returns_at(effective_on: date) -> datetime:
    """When a bank sends back a debit that it cannot honor."""
    return _at(add_business_days(effective_on, DAYS_TO_FUND), _RETURNS, NEW_YORK)


def credit_returns_at(effective_on: date) -> datetime:
    """When a bank sends back a credit that it cannot place: two business days later, in Nacha's time frame."""
    return _at(add_business_days(effective_on, DAYS_TO_RETURN_CREDIT), _RETURNS, NEW_YORK)


def night_slot(planned_on: date, now: datetime) -> Slot:
    """The slot of a file for the Fed's next-day window: the planned day, or the first whose window is still to come.

    A file that is late is late for all it carries: a debit must not count as collected from a day before it left.
    """
    effective_on = _first_open(planned_on, starts_at, now)
    start = starts_at(effective_on)
    return Slot(effective_on, None, start, debit_settles_at(effective_on), start, credit_settles_at(effective_on))


def same_day_slot(now: datetime) -> Slot:
    """The slot of a file for the next same-day window; the night's, where none is left today."""
    day = fed_day(now)
    for window in SAME_DAY_WINDOWS if is_business_day(day) else ():
        if now < _at(day, window.closes, NEW_YORK):
            settles = _at(day, window.settles, NEW_YORK)
            # What is credited is on its way for as long as the window's settlement takes, no longer.
            return Slot(day, window, now, settles, settles, settles)
    return night_slot(next_business_day(day), now)


def same_day_builds(day: date) -> list[datetime]:
    """When the files of a day's same-day windows are built."""
    return [_at(day, window.closes, NEW_YORK) - _LEAD for window in SAME_DAY_WINDOWS]


def pay_faster_closes(process_on: date) -> datetime:
    """Until when a payment can be asked to be made and to arrive on this day."""
    return _at(process_on, _PAY_FASTER, LOS_ANGELES)


def earliest_faster_date(now: datetime) -> date:
    """The first business day that a payment can still be made and arrive on."""
    return _first_open(today(now), pay_faster_closes, now)


def return_deadline(settled_on: date, days: int) -> date:
    """The last day on which a return is in time that has so many banking days."""
    return add_business_days(settled_on, days)


def disbursed_on(process_on: date) -> date:
    """The effective entry date of the credit that pays, where a debit has to be collected first."""
    return add_business_days(process_on, DAYS_TO_DISBURSE)


def arrives_on(paid_on: date) -> date:
    """The day by which the vendor has the money of a credit."""
    return add_business_days(paid_on, DAYS_TO_ARRIVE)


def prints_at(printed_on: date) -> datetime:
    """When the checks of a day are printed and mailed."""
    return _at(printed_on, _PRINTING, LOS_ANGELES)


def earliest_printing_day(now: datetime) -> date:
    """The first business day whose printing is still to come."""
    return _first_open(today(now), prints_at, now)


def check_arrives_on(printed_on: date) -> date:
    """The day by which the payee has the check."""
    return add_business_days(printed_on, DAYS_TO_DELIVER_CHECK)


def check_delivered_at(printed_on: date, days: int = DAYS_TO_DELIVER_CHECK) -> datetime:
    """When a check printed on this day is in its payee's hands."""
    return _at(add_business_days(printed_on, days), _POST, LOS_ANGELES)


def check_clears_at(printed_on: date, days: int = DAYS_TO_DELIVER_CHECK) -> datetime:
    """When a check printed on this day, and so many days on its way, was cashed, unless the sandbox says otherwise."""
    return _at(add_business_days(printed_on, days + DAYS_TO_CASH_CHECK), _SETTLEMENT, NEW_YORK)


def check_expires_at(expires_on: date) -> datetime:
    """When a check that is good until this day is stale, if nobody cashed it."""
    return _at(expires_on, _SETTLEMENT, NEW_YORK)


def check_expiring_at(expires_on: date) -> datetime:
    """When it is said of a check that nobody cashed that it is stale soon."""
    return _at(expires_on - timedelta(days=DAYS_OF_WARNING), _SETTLEMENT, NEW_YORK)


def void_decided_at(now: datetime) -> datetime:
    """When a void asked for now is decided: at the next 16:00 of a business day."""
    return _voids_decided_at(_first_open(today(now), _voids_decided_at, now))


def refunded_on(now: datetime) -> date:
    """The effective entry date of the credit that gives money back."""
    return add_business_days(earliest_process_date(now), DAYS_TO_REFUND - 1)


def virtual_card_read_at(issued_on: date) -> datetime:
    """When the vendor has read the mail with a card that was issued on this day."""
    return _at(issued_on, _POST, LOS_ANGELES)


def virtual_card_expires_at(valid_until: date) -> datetime:
    """When a virtual card can no longer be charged: its last day is over."""
    return _at(valid_until + timedelta(days=1), _NEXT_DAY_WINDOW, NEW_YORK)


def sends_abroad_at(sent_on: date) -> datetime:
    """When the transfers abroad of a day go to the bank: after the money that funds them is collected."""
    return _at(sent_on, _SENDING_ABROAD, NEW_YORK)


def executed_abroad_on(planned_on: date, now: datetime) -> date:
    """The day that a file of transfers abroad asks for: the planned one, or the first that is not over."""
    day = max(planned_on, fed_day(now))
    return day if is_business_day(day) else next_business_day(day)


def earliest_sending_day(now: datetime) -> date:
    """The first business day whose file of transfers abroad is still to come."""
    return _first_open(fed_day(now), sends_abroad_at, now)


def abroad_arrives_on(sent_on: date, days: int) -> date:
    """The day by which money sent abroad is there: so many business days of the US; holidays there are not known."""
    return add_business_days(sent_on, days)


def abroad_settles_at(arrives_on: date) -> datetime:
    """When money abroad counts as credited."""
    return _at(arrives_on, _SETTLEMENT, NEW_YORK)


def abroad_returns_at(arrives_on: date) -> datetime:
    """When a bank abroad sends back what it cannot credit."""
    return _at(arrives_on, _RETURNS, NEW_YORK)


def _fast_checks_close(process_on: date) -> datetime:
    return _at(previous_business_day(process_on), _FAST_CHECKS, LOS_ANGELES)


def _voids_decided_at(day: date) -> datetime:
    return _at(day, _VOIDING, LOS_ANGELES)


def _first_open(day: date, closes: Callable[[date], datetime], now: datetime) -> date:
    """The first business day from this one on that has not closed yet."""
    while not is_business_day(day) or closes(day) <= now:
        day = next_business_day(day)
    return day


def _at(day: date, moment: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, moment, zone).astimezone(UTC)
