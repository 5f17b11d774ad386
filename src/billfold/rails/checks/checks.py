"""The check rail: a check's life after its printing (`printing.py`), by the clock and by hand.

Whoever moves the transfer of a check moves the check: `when_delivered`, `when_settled` and `when_returned` are told by
`wiring.py`. In a sandbox the clock delivers and cashes checks; otherwise the drawer's bank says so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from billfold.kit.ctx import Ctx
from billfold.kit.errors import existing
from billfold.kit.events import Event
from billfold.kit.query import Page, Query
from billfold.kit.records import replace
from billfold.kit.settings import Profile
from billfold.rails import calendar, transfers
from billfold.rails.checks import store
from billfold.rails.checks.events import CheckCleared, CheckDelivered, CheckEnded, CheckExpiring, CheckStopOrdered
from billfold.rails.checks.model import (
    CHECK_TRANSITIONS,
    ESCHEATED,
    NOT_TO_BE_PAID,
    STALE,
    STATUS_BY_RETURN_CODE,
    STOPPED,
    VOIDED,
    Check,
    CheckBatch,
    CheckStatus,
)
from billfold.rails.events import TransferDelivered, TransferReturned, TransferSettled
from billfold.rails.model import Rail, Transfer

DELIVER_JOB: Final = "rails.check.deliver"
CLEAR_JOB: Final = "rails.check.clear"
WARN_JOB: Final = "rails.check.warn"
EXPIRE_JOB: Final = "rails.check.expire"
REPORT_JOB: Final = "rails.check.report"

CHECKS_PER_STEP: Final = 200
_OPEN: Final = (CheckStatus.PRINTED, CheckStatus.DELIVERED)


def get_check(ctx: Ctx, check_id: str) -> Check:
    """The check with this id. Raises `NotFound`."""
    return existing(store.CHECKS.get(ctx.tx, ctx.organization_id, check_id), "check", check_id)


def check_of(ctx: Ctx, transfer_id: str) -> Check | None:
    """The check of a transfer; none before it is printed."""
    return store.check_of(ctx.tx, ctx.organization_id, transfer_id)


def list_checks(ctx: Ctx, query: Query) -> Page[Check]:
    """A page of checks."""
    return store.CHECKS.page(ctx.tx, ctx.organization_id, query)


def deliver_check(ctx: Ctx, check_id: str) -> Check:
    """The check arrived. Raises `NotFound`, `StateForbids`."""
    return _step_by_hand(ctx, check_id, CheckStatus.DELIVERED, transfers.deliver)


def clear_check(ctx: Ctx, check_id: str) -> Check:
    """The check was cashed. Raises `NotFound`, `StateForbids`."""
    return _step_by_hand(ctx, check_id, CheckStatus.CLEARED, transfers.settle)


def void_check(ctx: Ctx, check_id: str) -> Check:
    """The drawer takes a check back that nobody cashed; the bank is told with the next positive pay file.

    Raises `NotFound`, `StateForbids`.
    """
    return _end_early(ctx, check_id, VOIDED)


def stop_check(ctx: Ctx, check_id: str) -> Check:
    """The bank was ordered not to pay the check. Raises `NotFound`, `StateForbids`."""
    return _end_early(ctx, check_id, STOPPED)


def expire_check(ctx: Ctx, check_id: str) -> Check:
    """The check is too old to be cashed. Raises `NotFound`, `StateForbids`."""
    return _end_early(ctx, check_id, STALE)


def escheat_check(ctx: Ctx, check_id: str) -> Check:
    """Nobody claimed the check's money, and it goes to the state. Raises `NotFound`, `StateForbids`."""
    return _end_early(ctx, check_id, ESCHEATED)


def warn_check(ctx: Ctx, check_id: str) -> Check:
    """The check is stale soon. Raises `NotFound`, `StateForbids`."""
    check = get_check(ctx, check_id)
    CHECK_TRANSITIONS.step(f"{check.number}", check.status, CheckStatus.STALE)
    return _warn(ctx, check)


def order_stop(ctx: Ctx, check_id: str) -> Check:
    """Order the bank not to pay a check, which it may have done already: only its answer ends the check.

    Raises `NotFound`, `StateForbids`.
    """
    check = get_check(ctx, check_id)
    CHECK_TRANSITIONS.step(f"{check.number}", check.status, CheckStatus.STOPPED)
    ordered = replace(check, stop_ordered_at=ctx.now, updated_at=ctx.now)
    store.CHECKS.update(ctx.tx, ordered, "stop_ordered_at", "updated_at")
    _report(ctx, ordered)
    ctx.emit(CheckStopOrdered(ordered))
    return ordered


def schedule_life(ctx: Ctx, batch: CheckBatch) -> None:
    """What becomes of a batch by the clock."""
    if ctx.house.profile is Profile.SANDBOX:
        days = calendar.DAYS_TO_DELIVER_CHECK if batch.delivery is None else batch.delivery.days
        ctx.schedule(DELIVER_JOB, calendar.check_delivered_at(batch.printed_on, days), key=batch.id, batch_id=batch.id)
        ctx.schedule(CLEAR_JOB, calendar.check_clears_at(batch.printed_on, days), key=batch.id, batch_id=batch.id)
    ctx.schedule(WARN_JOB, calendar.check_expiring_at(batch.expires_on), key=batch.id, batch_id=batch.id)
    ctx.schedule(EXPIRE_JOB, calendar.check_expires_at(batch.expires_on), key=batch.id, batch_id=batch.id)


def deliver(ctx: Ctx, payload: dict[str, str]) -> None:
    """Job: the post brings the checks of a batch."""
    _step_batch(ctx, DELIVER_JOB, payload, (CheckStatus.PRINTED,), transfers.deliver)


def clear(ctx: Ctx, payload: dict[str, str]) -> None:
    """Job: the payees cash the checks of a batch, but for those that the bank was ordered not to pay."""
    found = _of_batch(ctx, payload, _OPEN, without="stop_ordered_at")
    for check in found:
        transfers.settle(ctx, transfers.get_transfer(ctx, check.transfer_id))
    _go_on(ctx, CLEAR_JOB, payload, found)


def warn(ctx: Ctx, payload: dict[str, str]) -> None:
    """Job: what nobody cashed of a batch is stale soon."""
    found = _of_batch(ctx, payload, _OPEN, without="expiring_at")
    for check in found:
        _warn(ctx, check)
    _go_on(ctx, WARN_JOB, payload, found)


def expire(ctx: Ctx, payload: dict[str, str]) -> None:
    """Job: what nobody cashed of a batch is stale."""

    def expired(ctx: Ctx, transfer: Transfer) -> Transfer:
        return transfers.return_transfer(ctx, transfer, STALE)

    _step_batch(ctx, EXPIRE_JOB, payload, _OPEN, expired)


def when_delivered(ctx: Ctx, event: TransferDelivered) -> None:
    """The check of a delivered transfer is delivered."""
    if check := _moved(ctx, event.subject):
        _step(ctx, replace(check, delivered_at=ctx.now), CheckStatus.DELIVERED, CheckDelivered)


def when_settled(ctx: Ctx, event: TransferSettled) -> None:
    """The check of a settled transfer was cashed."""
    if check := _moved(ctx, event.subject):
        _step(ctx, replace(check, cleared_at=ctx.now), CheckStatus.CLEARED, CheckCleared)


def when_returned(ctx: Ctx, event: TransferReturned) -> None:
    """The check of a returned transfer has ended; a bank that could still pay it is told not to."""
    transfer: Transfer = event.subject
    if check := _moved(ctx, transfer):
        status = STATUS_BY_RETURN_CODE.get(transfer.return_code or "", CheckStatus.RETURNED)
        _step(ctx, replace(check, ended_at=ctx.now), status, CheckEnded)
        if status in NOT_TO_BE_PAID and check.void_file_id is None:
            _report(ctx, check)


def _warn(ctx: Ctx, check: Check) -> Check:
    expiring = replace(check, expiring_at=ctx.now, updated_at=ctx.now)
    store.CHECKS.update(ctx.tx, expiring, "expiring_at", "updated_at")
    ctx.emit(CheckExpiring(expiring))
    return expiring


def _report(ctx: Ctx, check: Check) -> None:
    """Have the bank told not to pay the check, with the next day's printing."""
    at = calendar.prints_at(calendar.earliest_printing_day(ctx.now))
    ctx.schedule(REPORT_JOB, at, key=check.bank_account_id, bank_account_id=check.bank_account_id)


def _end_early(ctx: Ctx, check_id: str, return_code: str) -> Check:
    def returned(ctx: Ctx, transfer: Transfer) -> Transfer:
        return transfers.return_transfer(ctx, transfer, return_code)

    return _step_by_hand(ctx, check_id, STATUS_BY_RETURN_CODE[return_code], returned)


def _step_by_hand(ctx: Ctx, check_id: str, to: CheckStatus, step: Callable[[Ctx, Transfer], Transfer]) -> Check:
    check = get_check(ctx, check_id)
    transfer = transfers.get_transfer(ctx, check.transfer_id, lock=ctx.tx.for_update)
    # Asked of the check as it is under the lock: it says better than its transfer why not.
    check = get_check(ctx, check_id)
    CHECK_TRANSITIONS.step(f"{check.number}", check.status, to)
    step(ctx, transfer)
    return get_check(ctx, check_id)


def _step_batch(
    ctx: Ctx,
    job: str,
    payload: dict[str, str],
    statuses: tuple[CheckStatus, ...],
    step: Callable[[Ctx, Transfer], Transfer],
) -> None:
    found = _of_batch(ctx, payload, statuses)
    for check in found:
        step(ctx, transfers.get_transfer(ctx, check.transfer_id))
    _go_on(ctx, job, payload, found)


def _of_batch(
    ctx: Ctx, payload: dict[str, str], statuses: tuple[CheckStatus, ...], *, without: str = ""
) -> list[Check]:
    return store.checks_of_batch(ctx.tx, ctx.organization_id, payload["batch_id"], statuses, CHECKS_PER_STEP, without)


def _go_on(ctx: Ctx, job: str, payload: dict[str, str], done: list[Check]) -> None:
    """The job runs again while there may be more of its batch."""
    if len(done) == CHECKS_PER_STEP:
        ctx.schedule(job, ctx.now, key=payload["batch_id"], **payload)


def _moved(ctx: Ctx, transfer: Transfer) -> Check | None:
    return check_of(ctx, transfer.id) if transfer.rail is Rail.CHECK else None


def _step(ctx: Ctx, check: Check, to: CheckStatus, event: type[Event]) -> None:
    status = CHECK_TRANSITIONS.step(f"{check.number}", check.status, to)
    stepped = replace(check, status=status, updated_at=ctx.now)
    store.CHECKS.update(ctx.tx, stepped, "status", "delivered_at", "cleared_at", "ended_at", "updated_at")
    ctx.emit(event(stepped))
