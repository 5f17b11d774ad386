"""What one entry of a bank's file does: a return ends a transfer or a prenote, a notification proposes a change."""

from __future__ import annotations

from typing import Final

from billfold.bankfiles import nacha
from billfold.kit.ctx import Ctx
from billfold.kit.records import replace
from billfold.rails import ach_files, calendar, prenotes, transfers
from billfold.rails import store as rails_store
from billfold.rails.events import TransferChangeNotified
from billfold.rails.incoming import changes
from billfold.rails.incoming.model import IncomingEntry, IncomingFile, Outcome
from billfold.rails.model import Direction, Prenote, PrenoteStatus, Transfer, TransferStatus

ENTRY_PREFIX: Final = "ine"
_Taken = tuple[Outcome, str | None, str | None]
"""The outcome, a note, and the id of the transfer or prenote."""

_NOT_OURS: Final = "No entry of this organization has the trace number, and is for what the bank says."


def take_entry(ctx: Ctx, file: IncomingFile, located: nacha.Located) -> IncomingEntry:
    """Do what the entry says, and remember what came of it."""
    entry = located.entry
    addendum = entry.addenda[0] if entry.addenda else None
    outcome, note, subject_id = _take(ctx, located.batch, entry, addendum)
    entry_id, ordinal = ctx.ids.new(ENTRY_PREFIX)
    return IncomingEntry(
        organization_id=ctx.organization_id,
        id=entry_id,
        ordinal=ordinal,
        file_id=file.id,
        line=located.line,
        code=getattr(addendum, "code", None),
        trace_number=getattr(addendum, "original_trace_number", None),
        amount_minor=entry.amount_minor,
        subject_id=subject_id,
        outcome=outcome,
        note=note,
        created_at=ctx.now,
    )


def _take(ctx: Ctx, batch: nacha.Batch, entry: nacha.Entry, addendum: nacha.AnyAddendum | None) -> _Taken:
    if isinstance(addendum, nacha.ReturnAddendum):
        return _take_return(ctx, batch, entry, addendum)
    if isinstance(addendum, nacha.ChangeAddendum):
        return _take_change(ctx, entry, addendum)
    if isinstance(addendum, nacha.DishonoredAddendum | nacha.ContestedAddendum):
        return Outcome.EXCEPTION, f"Between banks: {nacha.RETURN_REASONS[addendum.code].title}.", None
    if isinstance(addendum, nacha.RefusedChangeAddendum):
        return Outcome.EXCEPTION, f"A notification was refused: {nacha.REFUSAL_REASONS[addendum.code]}.", None
    return Outcome.EXCEPTION, "The entry is neither a return nor a notification of change.", None


def _take_return(ctx: Ctx, batch: nacha.Batch, entry: nacha.Entry, addendum: nacha.ReturnAddendum) -> _Taken:
    found = _find(ctx, addendum.original_trace_number)
    if found is None or _is_of_another(entry, found):
        return Outcome.EXCEPTION, _NOT_OURS, None
    if isinstance(found, Prenote):
        return _return_prenote(ctx, found, addendum.code)
    if (entry.amount_minor, entry.is_debit) != (found.amount_minor, found.direction is Direction.DEBIT):
        return Outcome.EXCEPTION, "Amount or direction is not that of the entry with this trace number.", found.id
    if found.status is TransferStatus.RETURNED:
        return Outcome.REPEATED, f"The transfer had come back before, as {found.return_code}.", found.id
    note = _doubts(ctx, found, batch.sec_code, addendum.code)
    transfers.return_transfer(ctx, found, addendum.code)
    return Outcome.APPLIED, note, found.id


def _return_prenote(ctx: Ctx, found: Prenote, code: str) -> _Taken:
    prenote = prenotes.as_it_stands(ctx, found)
    if prenote.status is PrenoteStatus.CORRECTED:
        return Outcome.REPEATED, "The account that was tried has been corrected since.", prenote.id
    if prenote.status is PrenoteStatus.RETURNED:
        return Outcome.REPEATED, f"The prenote had come back before, as {prenote.return_code}.", prenote.id
    prenotes.return_prenote(ctx, prenote, code)
    return Outcome.APPLIED, None, prenote.id


def _take_change(ctx: Ctx, entry: nacha.Entry, addendum: nacha.ChangeAddendum) -> _Taken:
    found = _find(ctx, addendum.original_trace_number)
    if found is None or _is_of_another(entry, found):
        return Outcome.EXCEPTION, _NOT_OURS, None
    if addendum.code not in nacha.CHANGE_REASONS:
        return Outcome.EXCEPTION, "The change code is not one of these classes.", found.id
    try:
        corrections = nacha.corrections_of(addendum.code, addendum.corrected_data)
    except nacha.UnreadableChange as error:
        return Outcome.EXCEPTION, f"To be refused with {error.refusal}: {error}.", found.id
    if changes.is_known(ctx, found, addendum.code, corrections):
        return Outcome.REPEATED, "The same change was proposed before.", found.id
    changes.propose(ctx, found, addendum.code, corrections)
    if isinstance(found, Transfer):
        notified = replace(found, change_code=addendum.code, updated_at=ctx.now)
        rails_store.TRANSFERS.update(ctx.tx, notified, "change_code", "updated_at")
        ctx.emit(TransferChangeNotified(notified))
    return Outcome.APPLIED, None, found.id


def _find(ctx: Ctx, trace_number: str) -> Transfer | Prenote | None:
    """The newest of ours with this trace number: numbers come round again after ten million."""
    transfer = rails_store.by_trace(ctx.tx, ctx.organization_id, trace_number)
    prenote = rails_store.prenote_by_trace(ctx.tx, ctx.organization_id, trace_number)
    if transfer is None or (prenote is not None and prenote.ordinal > transfer.ordinal):
        return prenote
    return transfer


def _is_of_another(entry: nacha.Entry, found: Transfer | Prenote) -> bool:
    """Whether the entry says that it is for something else: companies with one bank have the same trace numbers.

    Some banks leave out what it is for.
    """
    said = entry.individual_id.strip()
    return bool(said) and said.upper() != ach_files.individual_id_of(found)


def _doubts(ctx: Ctx, transfer: Transfer, sec_code: str, code: str) -> str | None:
    """What is odd about a return that is taken all the same, for the money did come back."""
    reason = nacha.RETURN_REASONS.get(code)
    if reason is None:
        return f"{code} is not a reason for entries of this kind."
    if not reason.applies(sec_code, debit=transfer.direction is Direction.DEBIT):
        return f"{code} ({reason.title}) is not for {transfer.direction.value}s of class {sec_code}."
    if transfer.settled_at is not None and reason.unit is nacha.Unit.BANKING_DAYS:
        last_day = calendar.return_deadline(calendar.fed_day(transfer.settled_at), reason.days)
        if calendar.fed_day(ctx.now) > last_day:
            return f"Late: {code} was due by {last_day}, the bank may dishonor it with R68."
    return None
