"""Prenotes: a trial entry without money goes to a vendor's new bank account before the first live one.

Who wants them says so in the originator settings. The entry leaves with the next cut-off; two banking days after its
effective entry date no news is good news, and until then production does not pay to the account. One that comes back
keeps the account from being paid at all, until the vendor has another; where the bank says that there is no such
account, the vendor is paid as one without (`payables/settlement/account_returns.py`). What a bank corrects
it warrants, so the account is paid then, whatever came of the numbers before.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from billfold.kit.ctx import Ctx
from billfold.kit.query import Page, Query
from billfold.kit.records import replace
from billfold.kit.settings import Profile
from billfold.parties.events import VendorBankAccountAdded, VendorBankAccountCorrected
from billfold.parties.vendors import get_vendor
from billfold.rails import calendar, originators, store
from billfold.rails.events import PrenoteAnswered, PrenoteReturned, PrenoteScheduled, PrenoteSent
from billfold.rails.model import PRENOTE_TRANSITIONS, Prenote, PrenoteStatus
from billfold.rails.transfers import CUT_OFF_JOB

PREFIX: Final = "pnt"
CONFIRM_JOB: Final = "rails.prenotes.confirm"
#: How long after the returns of the last day are in.
_AFTER_RETURNS: Final = timedelta(minutes=30)
#: Prenotes in one step of the job.
_PER_STEP: Final = 200


def when_bank_account_added(ctx: Ctx, event: VendorBankAccountAdded) -> None:
    """Try the account with the next cut-off, where prenotes are wanted. No ACH entry reaches an account abroad."""
    account = event.subject
    if account.is_abroad or not originators.get_originator(ctx).sends_prenotes:
        return
    prenote_id, ordinal = ctx.ids.new(PREFIX)
    day = calendar.earliest_process_date(ctx.now)
    prenote = Prenote(
        organization_id=ctx.organization_id,
        id=prenote_id,
        ordinal=ordinal,
        account_id=account.id,
        vendor_id=account.vendor_id,
        effective_on=day,
        status=PrenoteStatus.SCHEDULED,
        file_id=None,
        trace_number=None,
        return_code=None,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    store.PRENOTES.insert(ctx.tx, prenote)
    ctx.schedule(CUT_OFF_JOB, calendar.cut_off(day), key=day.isoformat(), effective_on=day.isoformat())
    ctx.emit(PrenoteScheduled(prenote))


def when_bank_account_corrected(ctx: Ctx, event: VendorBankAccountCorrected) -> None:
    """What was tried is not the account any more; a prenote that has not left tries what it is now."""
    prenote = store.prenote_of_account(ctx.tx, ctx.organization_id, event.subject.id, ctx.tx.for_update)
    if prenote is not None and prenote.status not in {PrenoteStatus.SCHEDULED, PrenoteStatus.CORRECTED}:
        store.PRENOTES.update(ctx.tx, _step(ctx, prenote, PrenoteStatus.CORRECTED), "status", "updated_at")


def send(ctx: Ctx, prenote: Prenote, file_id: str, trace_number: str, effective_on: date) -> None:
    """A file carries the prenote."""
    sent = replace(
        _step(ctx, prenote, PrenoteStatus.SENT), file_id=file_id, trace_number=trace_number, effective_on=effective_on
    )
    store.PRENOTES.update(ctx.tx, sent)
    answered_at = calendar.credit_returns_at(effective_on) + _AFTER_RETURNS
    ctx.schedule(CONFIRM_JOB, answered_at, key=file_id, file_id=file_id)
    ctx.emit(PrenoteSent(sent))


def confirm(ctx: Ctx, payload: dict[str, str]) -> None:
    """Job: nothing came back of the file's prenotes in time."""
    waiting = store.prenotes_of_file(ctx.tx, ctx.organization_id, payload["file_id"], _PER_STEP)
    for prenote in waiting:
        good = _step(ctx, prenote, PrenoteStatus.GOOD)
        store.PRENOTES.update(ctx.tx, good, "status", "updated_at")
        ctx.emit(PrenoteAnswered(good))
    if len(waiting) == _PER_STEP:
        ctx.schedule(CONFIRM_JOB, ctx.now, key=payload["file_id"], **payload)


def return_prenote(ctx: Ctx, prenote: Prenote, return_code: str) -> None:
    """The bank sends the trial entry back. Raises `StateForbids`."""
    returned = replace(_step(ctx, prenote, PrenoteStatus.RETURNED), return_code=return_code)
    store.PRENOTES.update(ctx.tx, returned, "status", "return_code", "updated_at")
    ctx.emit(PrenoteReturned(returned))


def as_it_stands(ctx: Ctx, prenote: Prenote) -> Prenote:
    """The prenote, locked: the vendor's lock, which a correction of the account takes first, makes the two meet."""
    get_vendor(ctx, prenote.vendor_id, lock=ctx.tx.for_update)
    found = store.PRENOTES.get(ctx.tx, ctx.organization_id, prenote.id, lock=ctx.tx.for_update)
    assert found is not None, prenote.id
    return found


def list_prenotes(ctx: Ctx, query: Query) -> Page[Prenote]:
    """A page of prenotes."""
    return store.PRENOTES.page(ctx.tx, ctx.organization_id, query)


def of_account(ctx: Ctx, account_id: str) -> Prenote | None:
    """The prenote of a vendor's bank account, if there was one."""
    return store.prenote_of_account(ctx.tx, ctx.organization_id, account_id)


def problem_of(ctx: Ctx, account_id: str) -> PrenoteStatus | None:
    """Why no money may go to the account yet: its prenote is not answered, or came back. None where it may.

    A sandbox does not wait for an answer, but heeds one.
    """
    prenote = of_account(ctx, account_id)
    if prenote is None or prenote.status in {PrenoteStatus.GOOD, PrenoteStatus.CORRECTED}:
        return None
    if prenote.status is not PrenoteStatus.RETURNED and ctx.house.profile is not Profile.PRODUCTION:
        return None
    return prenote.status


def _step(ctx: Ctx, prenote: Prenote, to: PrenoteStatus) -> Prenote:
    status = PRENOTE_TRANSITIONS.step(prenote.id, prenote.status, to)
    return replace(prenote, status=status, updated_at=ctx.now)
